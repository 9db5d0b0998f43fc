//! Who one is oneself: what a console or a phone asks first.
use super::actors::ActorBody;
use super::answered;
use super::organisations::OrganisationBody;
use super::written;
use crate::http::Site;
use crate::http::auth::Admitted;
use crate::http::problem::Problem;
use crate::http::query::Query;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

#[derive(Serialize)]
struct MeBody {
    actor: ActorBody,
    organisation: Option<OrganisationBody>,
    token: OwnTokenBody,
}

#[derive(Serialize)]
struct OwnTokenBody {
    id: String,
    kind: Option<&'static str>,
    expires_at: Option<String>,
}

pub(in crate::http) async fn me(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    Admitted { caller, .. }: Admitted,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let roster = site.app().roster();
    let token = roster.token(caller.token);
    let body = MeBody {
        actor: caller.actor.as_ref().into(),
        organisation: caller.organisation.as_deref().map(OrganisationBody::from),
        token: OwnTokenBody {
            id: caller.token.to_string(),
            kind: token.map(|token| token.kind.name()),
            expires_at: token.and_then(|token| token.expires_at).map(written),
        },
    };
    Ok(answered(StatusCode::OK, &body))
}
