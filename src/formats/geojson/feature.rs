//! A feature as GeoJSON has it, whole or as the card an app's list shows.
use super::beach::{BeachShown, write_beach};
use super::geometry::write_geometry;
use crate::catalogue::{Attribution, Item};
use crate::features::schema::{self, AND_NOW};
use crate::features::schema::{event_at, notice_at, promotion_at};
use crate::features::{Notice, Occurrence, Openness, Promotion};
use crate::formats::json::{
    Which, content_hash, write_fields, write_instant, write_instant_or_null, write_key, write_string,
    write_text,
};
use crate::ids::FeatureId;
use crate::spatial::Geometry;
use chrono::{DateTime, NaiveDate, Utc};
use std::sync::Arc;

/// What a feature shows besides what is stored.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// It, as stored.
    pub item: &'a Item,
    /// Whether it is open at `now`.
    pub openness: Openness,
    /// The notices about it, whether they hold or not.
    pub notices: &'a [Arc<Item>],
    /// What a beach shows besides.
    pub beach: Option<BeachShown<'a>>,
    /// The dates of an event.
    pub dates: Option<DatesShown<'a>>,
    /// Of a promotion, as its organisation sees it: as stored.
    pub own: Option<&'a Item>,
    /// The instant shown.
    pub now: DateTime<Utc>,
}

/// The dates of an event.
#[derive(Clone, Copy, Debug)]
pub struct DatesShown<'a> {
    /// The next ones, each with its id.
    pub next: &'a [(FeatureId, &'a Occurrence)],
    /// The first day of which nothing is told, where they may go on.
    pub until: Option<NaiveDate>,
}

/// A rendered card: what `nearby` answers, cut where the distance goes.
#[derive(Clone, Debug)]
pub struct Card {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Where to insert the number of metres.
    pub cut: usize,
}

/// Renders the card of a feature, about 300 bytes: its geometry is the pin, also of a feature with a shape.
pub fn card(shown: &Shown<'_>) -> Card {
    let feature = &shown.item.feature;
    let mut bytes = Vec::with_capacity(512);
    bytes.extend_from_slice(br#"{"type":"Feature","id":"#);
    write_string(&mut bytes, feature.id().as_str());
    bytes.extend_from_slice(br#","geometry":"#);
    let pin = feature.position().map(Geometry::Point);
    write_geometry_or_null(&mut bytes, pin.as_ref());
    bytes.extend_from_slice(br#","properties":{"distance_m":"#);
    let cut = bytes.len();
    write_key(&mut bytes, "collection");
    write_string(&mut bytes, feature.collection().name());
    write_properties(&mut bytes, shown, Which::Card);
    bytes.extend_from_slice(b"}}");
    bytes.shrink_to_fit();
    Card { bytes, cut }
}

/// Renders the whole feature, every member of its collection, without the last brace: an answer of
/// this feature alone adds its links and attribution there.
pub fn feature(shown: &Shown<'_>) -> Vec<u8> {
    let Item { feature, version, created_at, updated_at } = shown.item;
    let mut out = Vec::with_capacity(2048);
    out.extend_from_slice(br#"{"type":"Feature","id":"#);
    write_string(&mut out, feature.id().as_str());
    out.extend_from_slice(br#","geometry":"#);
    write_geometry_or_null(&mut out, feature.geometry().map(AsRef::as_ref));
    out.extend_from_slice(br#","properties":{"#);
    write_key(&mut out, "collection");
    write_string(&mut out, feature.collection().name());
    write_properties(&mut out, shown, if shown.own.is_some() { Which::Own } else { Which::All });
    write_key(&mut out, "version");
    out.extend_from_slice(version.to_string().as_bytes());
    write_key(&mut out, "created_at");
    write_instant(&mut out, *created_at);
    write_key(&mut out, "updated_at");
    write_instant(&mut out, *updated_at);
    out.push(b'}');
    out.shrink_to_fit();
    out
}

/// Appends what is stored of the feature, and what follows from it at the instant shown.
fn write_properties(out: &mut Vec<u8>, shown: &Shown<'_>, which: Which) {
    let feature = &shown.item.feature;
    let table = schema::fields(feature.collection());
    if let Some(notice) = Notice::of(feature) {
        write_fields(out, table, feature.fields(), which, Some(notice_at::ENDS_AT), |out| {
            write_key(out, "in_force");
            out.extend_from_slice(if notice.in_force(shown.now) { b"true" } else { b"false" });
        });
        return;
    }
    if let Some(promotion) = Promotion::of(feature) {
        write_fields(out, table, feature.fields(), which, Some(promotion_at::VALID_THROUGH), |out| {
            write_key(out, "lifecycle");
            write_string(out, promotion.lifecycle(shown.now).name());
        });
        if let Some(stored) = shown.own.and_then(|own| Promotion::of(&own.feature)) {
            write_key(out, "content_hash");
            write_string(out, &content_hash(&stored));
        }
        return;
    }
    if !feature.is_place() {
        write_fields(out, table, feature.fields(), which, shown.dates.map(|_| event_at::CHANGES), |out| {
            if let Some(dates) = shown.dates {
                write_dates(out, dates);
            }
        });
        return;
    }
    write_status(out, shown, which);
    if which == Which::All || shown.notices.iter().any(|item| holds(item, shown.now)) {
        write_key(out, "notices");
        write_notices(out, shown.notices, shown.now);
    }
    write_fields(out, table, feature.fields(), which, Some(AND_NOW), |out| {
        write_openness(out, shown);
        if let Some(beach) = &shown.beach {
            write_beach(out, beach, which, shown.now);
        }
    });
}

/// Appends the next dates of an event, and how far they are told.
fn write_dates(out: &mut Vec<u8>, dates: DatesShown<'_>) {
    write_key(out, "next_occurrences");
    out.push(b'[');
    for (n, (id, date)) in dates.next.iter().enumerate() {
        if 0 < n {
            out.push(b',');
        }
        out.push(b'{');
        write_key(out, "id");
        write_string(out, id.as_str());
        write_key(out, "starts_at");
        write_instant(out, date.starts_at);
        write_key(out, "ends_at");
        write_instant_or_null(out, date.ends_at);
        write_key(out, "event_status");
        write_string(out, date.status.name());
        out.push(b'}');
    }
    out.push(b']');
    let until = dates.until.map(|day| day.to_string());
    write_text(out, "occurrences_until", until.as_deref());
}

/// Appends those of `notices` that hold at `now`, as a JSON array.
pub fn write_notices(out: &mut Vec<u8>, notices: &[Arc<Item>], now: DateTime<Utc>) {
    out.push(b'[');
    for item in notices.iter().filter(|item| holds(item, now)) {
        if out.last() != Some(&b'[') {
            out.push(b',');
        }
        let (feature, notice) = (&item.feature, Notice::of(&item.feature));
        out.push(b'{');
        write_key(out, "id");
        write_string(out, feature.id().as_str());
        write_key(out, "severity");
        write_string(out, feature.fields().text(notice_at::SEVERITY).unwrap_or_default());
        write_key(out, "name");
        write_string(out, feature.name());
        write_key(out, "description");
        match feature.fields().text(notice_at::DESCRIPTION) {
            Some(text) => write_string(out, text),
            None => out.extend_from_slice(b"null"),
        }
        write_key(out, "ends_at");
        write_instant_or_null(out, notice.and_then(|notice| notice.ends_at()));
        out.push(b'}');
    }
    out.push(b']');
}

fn holds(item: &Item, now: DateTime<Utc>) -> bool {
    Notice::of(&item.feature).is_some_and(|notice| notice.in_force(now))
}

fn write_geometry_or_null(out: &mut Vec<u8>, geometry: Option<&Geometry>) {
    match geometry {
        Some(geometry) => write_geometry(out, geometry),
        None => out.extend_from_slice(b"null"),
    }
}

fn write_status(out: &mut Vec<u8>, shown: &Shown<'_>, which: Which) {
    let status = shown.item.feature.status_at(shown.now);
    write_key(out, "status");
    write_string(out, status.name());
    if which == Which::All || status.reason().is_some() {
        write_key(out, "status_reason");
        match status.reason() {
            Some(reason) => write_string(out, reason),
            None => out.extend_from_slice(b"null"),
        }
        write_key(out, "status_until");
        write_instant_or_null(out, status.until());
    }
}

fn write_openness(out: &mut Vec<u8>, shown: &Shown<'_>) {
    write_key(out, "open_now");
    write_known(out, shown.openness.open);
    write_key(out, "next_change");
    write_instant_or_null(out, shown.openness.until);
}

/// Appends yes, no or not known.
pub(super) fn write_known(out: &mut Vec<u8>, known: Option<bool>) {
    out.extend_from_slice(match known {
        Some(true) => b"true".as_slice(),
        Some(false) => b"false",
        None => b"null",
    });
}

/// The attributions of an area, each ready to be put into an answer.
#[derive(Clone, Debug, Default)]
pub struct Attributions(Vec<(String, Vec<u8>)>);

impl Attributions {
    /// Prepares `attributions`, of which there are at most 64.
    pub fn new(attributions: &[Attribution]) -> Self {
        let one = |attribution: &Attribution| {
            let mut out = vec![b'{'];
            for (name, text) in [
                ("id", &attribution.id),
                ("text", &attribution.text),
                ("licence", &attribution.licence),
                ("url", &attribution.url),
            ] {
                write_key(&mut out, name);
                write_string(&mut out, text);
            }
            out.push(b'}');
            (attribution.id.clone(), out)
        };
        Self(attributions.iter().map(one).collect())
    }

    /// The bit of the attribution called `id`; none set when there is none.
    pub fn bit(&self, id: Option<&str>) -> u64 {
        let found = id.and_then(|id| self.0.iter().position(|(known, _)| known == id));
        found.map_or(0, |at| 1 << at)
    }

    /// Appends the attributions whose bits are set, as a JSON array.
    pub fn write(&self, out: &mut Vec<u8>, bits: u64) {
        out.push(b'[');
        for (n, (_, rendered)) in self.0.iter().enumerate() {
            if bits & (1 << n) != 0 {
                if out.last() != Some(&b'[') {
                    out.push(b',');
                }
                out.extend_from_slice(rendered);
            }
        }
        out.push(b']');
    }
}
