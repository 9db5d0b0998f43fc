//! `GET /v1/audit`, who did what, for auditors; and the history of one item, for whoever may edit it.
use super::Site;
use super::auth::Admitted;
use super::items::collection;
use super::json::uncached;
use super::paging::{resumed, write_end, write_list, write_number};
use super::path::PathParts;
use super::problem::{INVALID_PARAMETER, NOT_FOUND, Problem, UNAVAILABLE};
use super::query::{Query, instant, invalid, shown};
use crate::access::{By, Roster, Target};
use crate::app::{self, RecordsError};
use crate::formats::json::{write_instant, write_key, write_string};
use crate::ids::{ActorId, FeatureId, Revision};
use crate::store::{Anchor, AuditFilter, AuditRow, Deed, HistoryRow, Kept, Op};
use crate::text;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde::de::IgnoredAny;
use std::fmt::Write;
use std::sync::Arc;

const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;
/// Characters of what is asked for by name.
const MAX_NAME: usize = 200;
const AUDIT: &str = "/v1/audit";

pub(super) async fn audit(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    let names = Names::for_who(&site, &admitted);
    let known = ["actor", "command", "cursor", "from", "limit", "subject", "to"];
    let parameters = Query::read(raw.as_deref(), &known)?;
    let filter = filter(&parameters)?;
    let limit = parameters.limit(DEFAULT_LIMIT, MAX_LIMIT)?;
    let before = resumed(AUDIT, &parameters, |seq| seq.parse().ok())?;
    let (page, head) = site.app().audit(filter, before, limit).await?;
    let mut out = b"{\"entries\":".to_vec();
    write_list(&mut out, &page.rows, |out, row| write_entry(out, row, &names));
    write_head(&mut out, &head);
    let next = page.rows.last().filter(|_| page.more).map(|row| row.seq.to_string());
    write_end(&mut out, &site, AUDIT, &parameters, next);
    Ok(uncached(out))
}

pub(super) async fn history(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    let names = Names::for_who(&site, &admitted);
    let collection = collection(path.get("collection"))?;
    let parameters = Query::read(raw.as_deref(), &["cursor", "limit"])?;
    let limit = parameters.limit(DEFAULT_LIMIT, MAX_LIMIT)?;
    let id = FeatureId::new(path.get("id")).map_err(|_| {
        let id = shown(path.get("id"));
        Problem::new(&NOT_FOUND, format!("{collection} has no item `{id}`"))
    })?;
    let own = format!("/v1/collections/{collection}/items/{id}/history");
    let before = resumed(&own, &parameters, |revision| revision.parse().ok().map(Revision))?;
    let by = By::Actor(admitted.permit);
    let page = site.app().history(by, collection, id.clone(), before, limit).await?;
    let mut out = b"{\"collection\":".to_vec();
    write_string(&mut out, collection.name());
    write_key(&mut out, "id");
    write_string(&mut out, id.as_str());
    write_key(&mut out, "changes");
    write_list(&mut out, &page.rows, |out, row| write_change(out, row, &names));
    let next = page.rows.last().filter(|_| page.more).map(|row| row.revision.to_string());
    write_end(&mut out, &site, &own, &parameters, next);
    Ok(uncached(out))
}

/// The names of actors, for who may see them.
struct Names(Option<Arc<Roster>>);

impl Names {
    fn for_who(site: &Site, admitted: &Admitted) -> Self {
        Self(admitted.permit.covers(&Target::Everything).then(|| site.app().roster()))
    }
}

fn filter(parameters: &Query<'_>) -> Result<AuditFilter, Problem> {
    let name = |name| {
        let plain = |value| match text::plain(value, MAX_NAME) {
            Ok(plain) if *plain == *value => Ok(plain.into_string()),
            Ok(_) | Err(_) => {
                Err(invalid(name, value, format_args!("a plain text of at most {MAX_NAME} characters")))
            }
        };
        parameters.get(name).map(plain).transpose()
    };
    let at = |name| parameters.get(name).map(|value| instant(name, value)).transpose();
    let filter = AuditFilter {
        actor: name("actor")?,
        subject: name("subject")?,
        command: name("command")?,
        from: at("from")?,
        to: at("to")?,
    };
    if let (Some(from), Some(to)) = (filter.from, filter.to)
        && to < from
    {
        return Err(Problem::parameter(&INVALID_PARAMETER, "to", "`to` is before `from`"));
    }
    Ok(filter)
}

fn write_entry(out: &mut Vec<u8>, row: &AuditRow, names: &Names) {
    write_number(out, "seq", row.seq);
    write_key(out, "at");
    write_instant(out, row.at);
    write_deed(out, Some(&row.deed), names);
    write_key(out, "subject");
    write_string(out, &row.subject);
    write_kept(out, "before", &row.before);
    write_kept(out, "after", &row.after);
    write_key(out, "hash");
    write_string(out, &hex(&row.hash));
}

fn write_change(out: &mut Vec<u8>, row: &HistoryRow, names: &Names) {
    write_number(out, "revision", row.revision.0);
    write_number(out, "version", row.version.0);
    write_key(out, "change");
    write_string(
        out,
        match row.op {
            Op::Put => "put",
            Op::Delete => "delete",
        },
    );
    write_key(out, "at");
    write_instant(out, row.at);
    write_deed(out, row.deed.as_ref(), names);
    write_kept(out, "before", &row.before);
    write_kept(out, "after", &row.after);
}

fn write_deed(out: &mut Vec<u8>, deed: Option<&Deed>, names: &Names) {
    let write_text = |out: &mut Vec<u8>, member: &str, text: Option<&str>| {
        write_key(out, member);
        match text {
            Some(text) => write_string(out, text),
            None => out.extend_from_slice(b"null"),
        }
    };
    let actor = deed.map(|deed| deed.actor.as_str());
    write_text(out, "actor", actor);
    if let Names(Some(roster)) = names {
        let known = actor.and_then(|actor| roster.actor(ActorId::new(actor).ok()?));
        write_text(out, "name", known.and_then(|actor| actor.name()));
    }
    write_text(out, "command", deed.map(|deed| deed.command.as_str()));
    write_text(out, "request", deed.map(|deed| deed.request.to_string()).as_deref());
}

/// The document as it is kept. What is no JSON, which this program never wrote, is shown as the text it is.
fn write_kept(out: &mut Vec<u8>, name: &str, kept: &Kept) {
    write_key(out, name);
    match kept {
        Kept::Document(text) if serde_json::from_str::<IgnoredAny>(text).is_ok() => {
            out.extend_from_slice(text.as_bytes());
        }
        Kept::Document(text) => write_string(out, text),
        Kept::Nothing => out.extend_from_slice(b"null"),
        Kept::TooLarge { bytes } => {
            out.extend_from_slice(b"null");
            write_number(out, &format!("{name}_bytes"), *bytes);
        }
    }
}

fn write_head(out: &mut Vec<u8>, head: &Anchor) {
    write_key(out, "head");
    out.push(b'{');
    write_number(out, "seq", head.seq);
    write_key(out, "hash");
    write_string(out, &hex(&head.hash));
    out.push(b'}');
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("writing to memory cannot fail");
        out
    })
}

impl From<RecordsError> for Problem {
    fn from(error: RecordsError) -> Self {
        match error {
            RecordsError::Refused(refusal) => app::Error::Refused(refusal).into(),
            error @ (RecordsError::Store(_) | RecordsError::Late | RecordsError::Broken(_)) => {
                tracing::error!(error = %error, "the records could not be read");
                Self::new(&UNAVAILABLE, "the database did not answer in time")
            }
        }
    }
}
