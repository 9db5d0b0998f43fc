//! What a supervisor declares of a beach, and a policy that an admin adopts, as they are sent. Knows what words there
//! are, not what they do.
use super::batch::{QUOTED, cut, word};
use super::scenario::PolicyBody;
use crate::beaches::{Access, Colour, Policy, PolicyError};
use crate::catalogue::Axis;
use crate::command::{AdoptPolicy, Declared};
use crate::features::field::{self, Kind};
use crate::formats::json::{DocumentError, read_document};
use crate::ids::FeatureId;
use crate::text::plain;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// Hazards that are said of one beach at once.
const MOST_HAZARDS: usize = 20;
/// Characters of a message.
const MESSAGE: usize = 500;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OverrideBody {
    level: Option<String>,
    access: Option<String>,
    reason: String,
    message: Option<String>,
    starts_at: Option<String>,
    expires_at: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HazardsBody {
    hazards: Vec<HazardBody>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HazardBody {
    kind: String,
    message: Option<String>,
    starts_at: Option<String>,
    expires_at: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WaterBody {
    state: String,
    message: Option<String>,
    starts_at: Option<String>,
    expires_at: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdoptionBody {
    version: String,
    adopted_from: Option<String>,
    values: PolicyBody,
}

/// What every axis has in common.
struct SaidBody {
    code: String,
    message: Option<String>,
    starts_at: Option<String>,
    expires_at: String,
}

/// Reads what is declared on `axis`: of hazards a list, on the others one. Members whose value is null count as left out.
///
/// # Errors
/// When a member is unknown, missing or not what it may be; the error has a JSON pointer to it.
pub fn read_declared(axis: Axis, text: &[u8]) -> Result<Vec<Declared>, DocumentError> {
    match axis {
        Axis::Override => Ok(vec![override_of(read_document(text)?)?]),
        Axis::Hazard => hazards(read_document(text)?),
        Axis::WaterQuality => {
            let WaterBody { state, message, starts_at, expires_at } = read_document(text)?;
            Ok(vec![said(axis, SaidBody { code: state, message, starts_at, expires_at })?])
        }
    }
}

fn override_of(body: OverrideBody) -> Result<Declared, DocumentError> {
    let OverrideBody { level, access, reason, message, starts_at, expires_at } = body;
    let colours = Colour::ALL.map(Colour::name);
    let level = word("/level", level.as_deref(), Colour::named, &colours)?;
    let access = word("/access", access.as_deref(), Access::named, &Access::ALL.map(Access::name))?;
    if level.is_none() && access.is_none() {
        return Err(DocumentError::at("", "has neither a `level` nor an `access`: nothing is decided"));
    }
    let said = said(Axis::Override, SaidBody { code: reason, message, starts_at, expires_at })?;
    Ok(Declared { level, access, ..said })
}

fn hazards(HazardsBody { hazards }: HazardsBody) -> Result<Vec<Declared>, DocumentError> {
    if MOST_HAZARDS < hazards.len() {
        let cause = format!("has {} hazards; there may be {MOST_HAZARDS}", hazards.len());
        return Err(DocumentError::at("/hazards", cause));
    }
    let read = |(number, body): (usize, HazardBody)| {
        let HazardBody { kind, message, starts_at, expires_at } = body;
        let said = said(Axis::Hazard, SaidBody { code: kind, message, starts_at, expires_at });
        said.map_err(|error| error.within(&format!("/hazards/{number}")))
    };
    hazards.into_iter().enumerate().map(read).collect()
}

fn said(axis: Axis, body: SaidBody) -> Result<Declared, DocumentError> {
    let known = |text: &str| axis.codes().iter().find(|known| **known == text).copied();
    let pointer = format!("/{}", axis.code_name());
    let code = word(&pointer, Some(&body.code), known, axis.codes())?.expect("a word was given");
    let message = body.message.as_deref().map(|message| plain(message, MESSAGE)).transpose();
    Ok(Declared {
        level: None,
        access: None,
        code: code.into(),
        message: message.map_err(|cause| DocumentError::at("/message", cause))?,
        starts_at: body.starts_at.as_deref().map(|text| instant("/starts_at", text)).transpose()?,
        expires_at: instant("/expires_at", &body.expires_at)?,
    })
}

/// Reads a policy to be adopted. Values that it leaves out are those of the default.
///
/// # Errors
/// When a member is unknown, missing or not what it may be; the error has a JSON pointer to it.
pub fn read_adoption(text: &[u8]) -> Result<AdoptPolicy, DocumentError> {
    let AdoptionBody { version, adopted_from, values: PolicyBody(values) } = read_document(text)?;
    // A version is a slug, by the rule of ids.
    let version = FeatureId::new(&version).map_err(|_| {
        let version = cut(version, QUOTED);
        let cause = format!("`{version}` is not a version: 1 to 64 of a-z, 0-9 and inner hyphens");
        DocumentError::at("/version", cause)
    })?;
    let policy = Policy::new(version.as_str(), values).map_err(|cause| {
        let pointer = match &cause {
            PolicyError::Range { name, .. } => format!("/values/{name}"),
            PolicyError::Unknown(_) | PolicyError::Order { .. } => "/values".to_owned(),
        };
        DocumentError::at(pointer, cause)
    })?;
    let adopted_from = adopted_from.as_deref().map(|text| instant("/adopted_from", text)).transpose()?;
    Ok(AdoptPolicy { policy: policy.into(), adopted_from })
}

fn instant(pointer: &str, text: &str) -> Result<DateTime<Utc>, DocumentError> {
    // By way of its milliseconds, so that a leap second is one that both databases keep.
    let at = field::instant(text).and_then(|at| DateTime::from_timestamp_millis(at.timestamp_millis()));
    at.ok_or_else(|| {
        let text = cut(text.to_owned(), QUOTED);
        DocumentError::at(pointer, format!("`{text}` is not {}", Kind::Instant.in_words()))
    })
}
