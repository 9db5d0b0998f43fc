//! Tokens: given to an actor, and taken away. The token itself is answered once.
use super::{answered, carried_out, instant, missing, taken, written};
use crate::access::{TokenRecord, TokenText};
use crate::app::new_token;
use crate::command::{AccessCommand, AccessOutcome};
use crate::http::Site;
use crate::http::auth::Admitted;
use crate::http::body::Given;
use crate::http::path::PathParts;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::ids::{RequestId, TokenId};
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub(super) struct TokenBody {
    id: String,
    kind: &'static str,
    state: &'static str,
    created_at: String,
    created_by: String,
    expires_at: Option<String>,
    revoked_at: Option<String>,
    last_used_at: Option<String>,
}

impl TokenBody {
    /// What is said of `token`, last used in the hour that began at `last_used`, at `now`.
    pub(super) fn new(token: &TokenRecord, last_used: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        Self {
            id: token.id.to_string(),
            kind: token.kind.name(),
            state: token.state(now).name(),
            created_at: written(token.created_at),
            created_by: token.created_by.to_string(),
            expires_at: token.expires_at.map(written),
            revoked_at: token.revoked_at.map(written),
            last_used_at: last_used.map(written),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenToken {
    expires_at: Option<String>,
}

#[derive(Serialize)]
struct IssuedBody<'a> {
    id: String,
    kind: &'static str,
    actor: String,
    expires_at: Option<String>,
    token: &'a str,
}

pub(in crate::http) async fn issue_token(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
    given: Given,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let actor = super::actors::named(&path)?;
    let given: GivenToken = taken(&given)?;
    let expires_at = given.expires_at.as_deref().map(|text| instant("/expires_at", text)).transpose()?;
    let (token, secret) = new_token(expires_at);
    let command = AccessCommand::IssueToken { actor, token };
    match carried_out(&site, &admitted, request, command).await? {
        AccessOutcome::Token(actor, token) => {
            let text = TokenText::new(token.kind, token.id, &secret);
            let body = IssuedBody {
                id: token.id.to_string(),
                kind: token.kind.name(),
                actor: actor.id().to_string(),
                expires_at: token.expires_at.map(written),
                token: text.reveal(),
            };
            Ok(answered(StatusCode::CREATED, &body))
        }
        other => Err(Problem::unheard_of(other)),
    }
}

pub(in crate::http) async fn revoke_token(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
    Extension(request): Extension<RequestId>,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let id = path.get("id");
    let id = TokenId::new(id).map_err(|_| missing("token", id))?;
    carried_out(&site, &admitted, request, AccessCommand::RevokeToken(id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
