//! A batch of crowd reports as a phone sends it. What is around the reports is taken as a whole or not at all; each
//! report is read by itself, so that one that nobody can read keeps none of the others back.
use crate::beaches::{Band, Crowd, Method};
use crate::command::{Batch, SentReport};
use crate::formats::json::{DocumentError, read_document};
use crate::ids::{FeatureId, ReportId};
use chrono::{DateTime, Datelike, Utc};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Characters of what was sent that a refusal repeats.
pub(super) const QUOTED: usize = 60;
/// Characters that a refusal of one report may have: there may be as many as reports.
const CAUSE: usize = 200;

/// A batch, each of its reports as far as it can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenBatch {
    /// When it was sent, by the clock of the phone.
    pub sent_at: DateTime<Utc>,
    /// The reports.
    pub reports: Vec<Result<SentReport, Unreadable>>,
}

/// A report that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Which report it is, where that can be told.
    pub id: Option<ReportId>,
    /// What is wrong, and where in the batch.
    pub error: DocumentError,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BatchBody {
    sent_at: String,
    reports: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportBody {
    id: String,
    beach: String,
    observed_at: String,
    count: Option<People>,
    method: Option<String>,
    band: Option<String>,
}

/// Of a report that cannot be read, what it may be known by.
#[derive(Deserialize)]
struct IdBody {
    id: String,
}

/// So many people.
struct People(u32);

impl<'de> Deserialize<'de> for People {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Whole;
        impl Visitor<'_> for Whole {
            type Value = People;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a whole number, 0 to {}", Crowd::MOST)
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<People, E> {
                let people = u32::try_from(number).ok().filter(|people| *people <= Crowd::MOST);
                people.map(People).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(number), &self))
            }
        }
        reader.deserialize_any(Whole)
    }
}

/// Reads a batch. Members of a report whose value is null count as left out.
///
/// # Errors
/// When it is not an object of `sent_at`, an instant, and `reports`, 1 to [`Batch::MOST`] of them, and nothing else.
pub fn read_batch(text: &[u8]) -> Result<GivenBatch, DocumentError> {
    let body: BatchBody = read_document(text)?;
    let sent_at = instant("/sent_at", &body.sent_at)?;
    if !(1..=Batch::MOST).contains(&body.reports.len()) {
        let cause = format!("has {} reports; there may be 1 to {}", body.reports.len(), Batch::MOST);
        return Err(DocumentError::at("/reports", cause));
    }
    let read = |(number, text): (usize, &RawValue)| {
        report(text.get()).map_err(|error| Unreadable {
            id: serde_json::from_str(text.get()).ok().and_then(|IdBody { id }| ReportId::new(&id).ok()),
            error: DocumentError { cause: cut(error.cause, CAUSE), ..error }
                .within(&format!("/reports/{number}")),
        })
    };
    Ok(GivenBatch {
        sent_at,
        reports: body.reports.iter().map(AsRef::as_ref).enumerate().map(read).collect(),
    })
}

fn report(text: &str) -> Result<SentReport, DocumentError> {
    let body: ReportBody = read_document(text.as_bytes())?;
    Ok(SentReport {
        id: ReportId::new(&body.id).map_err(|cause| DocumentError::at("/id", cause))?,
        beach: FeatureId::new(&body.beach).map_err(|cause| DocumentError::at("/beach", cause))?,
        observed_at: instant("/observed_at", &body.observed_at)?,
        crowd: crowd(&body)?,
    })
}

/// What somebody saw. A count wins over a band, and a band was counted in no way; but what is there must mean something.
fn crowd(body: &ReportBody) -> Result<Crowd, DocumentError> {
    let method = word("/method", body.method.as_deref(), Method::named, &Method::ALL.map(Method::name))?;
    let band = word("/band", body.band.as_deref(), Band::named, &Band::ALL.map(Band::name))?;
    match (&body.count, method, band) {
        (Some(People(people)), Some(method), _) => Ok(Crowd::Count(*people, method)),
        (Some(_), None, _) => {
            let cause = "is missing: with a count it is said how it was made, `counted` or `estimated`";
            Err(DocumentError::at("/method", cause))
        }
        (None, _, Some(band)) => Ok(Crowd::Band(band)),
        (None, _, None) => Err(DocumentError::at("", "has neither a `count` nor a `band`")),
    }
}

pub(super) fn word<T>(
    pointer: &str,
    given: Option<&str>,
    named: impl Fn(&str) -> Option<T>,
    known: &[&str],
) -> Result<Option<T>, DocumentError> {
    let Some(text) = given else { return Ok(None) };
    let unknown = || {
        let cause = format!("`{}` is not one of {}", cut(text.to_owned(), QUOTED), known.join(", "));
        DocumentError::at(pointer, cause)
    };
    named(text).map(Some).ok_or_else(unknown)
}

/// An instant by the clock of a phone, to the millisecond. That may stand at any year that can be written.
fn instant(pointer: &str, text: &str) -> Result<DateTime<Utc>, DocumentError> {
    let read = DateTime::parse_from_rfc3339(text).ok();
    // By way of its milliseconds, so that a leap second is one that both databases keep.
    let at = read.and_then(|at| DateTime::from_timestamp_millis(at.timestamp_millis()));
    at.filter(|at| (1..=9999).contains(&at.year())).ok_or_else(|| {
        let text = cut(text.to_owned(), QUOTED);
        DocumentError::at(pointer, format!("`{text}` is not an instant such as 2026-07-18T16:00:00.250Z"))
    })
}

pub(super) fn cut(mut text: String, most: usize) -> String {
    if let Some((at, _)) = text.char_indices().nth(most) {
        text.truncate(at);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests;
