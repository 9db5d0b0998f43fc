//! Who may act, over HTTP: organisations, actors, tokens, enrolment codes, devices, and who one is oneself.
//!
//! Lists are read from the roster. Only the hours of last use are asked of the database.
mod actors;
mod applications;
mod attempts;
mod devices;
mod me;
mod organisations;
mod tokens;

pub(super) use actors::{actors, create_actor, edit_actor, erase_actor, one_actor};
pub(super) use applications::operations;
pub(super) use attempts::Attempts;
pub(super) use devices::{devices, enrol, offer_enrolment, revoke_device};
pub(super) use me::me;
pub(super) use organisations::{create_organisation, edit_organisation, one_organisation, organisations};
pub(super) use tokens::{issue_token, revoke_token};

use super::Site;
use super::answer::Link;
use super::auth::Admitted;
use super::body::Given;
use super::json::{JSON, LinkBody, document};
use super::problem::{INVALID_DOCUMENT, NOT_FOUND, Problem};
use super::query::{Query, shown};
use crate::access::{Beaches, By};
use crate::command::{AccessCommand, AccessOutcome, Command, Outcome};
use crate::features::field::{self, Kind};
use crate::formats::json::read_document;
use crate::ids::{FeatureId, RequestId, Version};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::de::{DeserializeOwned, Deserializer, Error, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 1_000;

/// Beaches, as written: `"all"`, or a list of ids.
#[derive(Serialize)]
#[serde(untagged)]
enum BeachesBody {
    All(&'static str),
    These(Vec<String>),
}

impl From<&Beaches> for BeachesBody {
    fn from(beaches: &Beaches) -> Self {
        match beaches {
            Beaches::All => Self::All("all"),
            Beaches::These(ids) => Self::These(ids.iter().map(ToString::to_string).collect()),
        }
    }
}

impl<'de> Deserialize<'de> for BeachesBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl<'de> Visitor<'de> for Written {
            type Value = BeachesBody;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"all\", or a list of ids of beaches")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<BeachesBody, E> {
                if text == "all" {
                    return Ok(BeachesBody::All("all"));
                }
                Err(E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<BeachesBody, A::Error> {
                let mut ids = Vec::new();
                while let Some(id) = seq.next_element()? {
                    ids.push(id);
                }
                Ok(BeachesBody::These(ids))
            }
        }
        deserializer.deserialize_any(Written)
    }
}

impl BeachesBody {
    /// The beaches meant.
    fn read(&self) -> Result<Beaches, Problem> {
        match self {
            Self::All(_) => Ok(Beaches::All),
            Self::These(ids) => features("beaches", ids).map(Beaches::These),
        }
    }
}

/// The ids in the list `member` of a body.
fn features(member: &str, ids: &[String]) -> Result<BTreeSet<FeatureId>, Problem> {
    let read = |(n, id): (usize, &String)| {
        FeatureId::new(id).map_err(|error| refused(&format!("/{member}/{n}"), error))
    };
    ids.iter().enumerate().map(read).collect()
}

/// The document in the body of a request.
fn taken<T: DeserializeOwned>(Given(body): &Given) -> Result<T, Problem> {
    Ok(read_document(body)?)
}

/// The refusal of what `pointer` names in a body.
fn refused(pointer: &str, cause: impl ToString) -> Problem {
    Problem::pointed(&INVALID_DOCUMENT, pointer, cause.to_string())
}

/// What `known` has for the word `text`, at `pointer` in a body.
fn word<T, const N: usize>(
    pointer: &str,
    text: &str,
    known: [T; N],
    name: impl Fn(T) -> &'static str,
) -> Result<T, Problem>
where
    T: Copy,
{
    known.into_iter().find(|known| name(*known) == text).ok_or_else(|| {
        let names = known.map(name).join(", ");
        refused(pointer, format!("`{}` is not one of {names}", shown(text)))
    })
}

/// An instant in a body.
fn instant(pointer: &str, text: &str) -> Result<DateTime<Utc>, Problem> {
    let wanted = || format!("`{}` is not {}", shown(text), Kind::Instant.in_words());
    field::instant(text).ok_or_else(|| refused(pointer, wanted()))
}

fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Has a command carried out for who is admitted.
async fn carried_out(
    site: &Site,
    admitted: &Admitted,
    request: RequestId,
    command: AccessCommand,
) -> Result<AccessOutcome, Problem> {
    let by = By::Actor(admitted.permit.clone());
    match site.app().execute(Command::Access(command), by, request).await? {
        Outcome::Access(outcome) => Ok(outcome),
        other => Err(Problem::unheard_of(other)),
    }
}

fn missing(what: &str, id: &str) -> Problem {
    Problem::new(&NOT_FOUND, format!("there is no {what} `{}`", shown(id)))
}

/// The answer of a document that is nobody else's to see.
fn answered(status: StatusCode, body: &impl Serialize) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], document(body)).into_response()
}

/// The same of something that has versions.
fn at_version(status: StatusCode, version: Version, body: &impl Serialize) -> Response {
    let mut response = answered(status, body);
    let tag = HeaderValue::try_from(format!("\"{version}\"")).expect("a number is ASCII");
    response.headers_mut().insert(header::ETAG, tag);
    response
}

/// The same of something that was created at `path`.
fn created(site: &Site, path: &str, version: Version, body: &impl Serialize) -> Response {
    let mut response = at_version(StatusCode::CREATED, version, body);
    let location = HeaderValue::try_from(site.url(path)).expect("an address of ASCII");
    response.headers_mut().insert(header::LOCATION, location);
    response
}

/// A page of a list: what is on it, and links.
struct Listing<T> {
    page: Vec<T>,
    next: Option<String>,
}

/// The page of `all`, in the order of their ids, that the query asks for at `path`.
fn listed<T>(
    site: &Site,
    path: &str,
    raw: Option<&str>,
    all: impl Iterator<Item = T>,
    id: impl Fn(&T) -> String,
) -> Result<Listing<T>, Problem> {
    let query = Query::read(raw, &["cursor", "limit"])?;
    let limit = query.limit(DEFAULT_LIMIT, MAX_LIMIT)?;
    let after = query.get("cursor");
    let mut rest = all.filter(|one| after.is_none_or(|after| after < id(one).as_str()));
    let page: Vec<T> = rest.by_ref().take(limit).collect();
    let last = page.last().filter(|_| rest.next().is_some()).map(&id);
    let next = last.map(|last| site.url(&format!("{path}?limit={limit}&cursor={last}")));
    Ok(Listing { page, next })
}

impl<T> Listing<T> {
    fn links(&self) -> Vec<LinkBody<'_>> {
        let next = |href| Link { rel: "next", media: JSON, href, title: "The next page" };
        self.next.as_deref().map(next).map(LinkBody::from).into_iter().collect()
    }
}
