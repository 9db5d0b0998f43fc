//! A feature as GeoJSON has it, whole or as the card an app's list shows.
use super::geometry::write_geometry;
use crate::catalogue::{Attribution, Item};
use crate::features::Openness;
use crate::features::schema::{self, AND_NOW};
use crate::formats::json::{Which, write_fields, write_instant, write_key, write_string};
use crate::spatial::Geometry;
use chrono::{DateTime, Utc};

/// What a feature shows besides what is stored.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// It, as stored.
    pub item: &'a Item,
    /// Whether it is open at `now`.
    pub openness: Openness,
    /// The instant shown.
    pub now: DateTime<Utc>,
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
    write_geometry(&mut bytes, &Geometry::Point(feature.position()));
    bytes.extend_from_slice(br#","properties":{"distance_m":"#);
    let cut = bytes.len();
    write_key(&mut bytes, "collection");
    write_string(&mut bytes, feature.collection().name());
    write_status(&mut bytes, shown, Which::Card);
    let table = schema::fields(feature.collection());
    write_fields(&mut bytes, table, feature.fields(), Which::Card, Some(AND_NOW), |out| {
        write_openness(out, shown);
    });
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
    write_geometry(&mut out, feature.geometry());
    out.extend_from_slice(br#","properties":{"#);
    write_key(&mut out, "collection");
    write_string(&mut out, feature.collection().name());
    write_status(&mut out, shown, Which::All);
    let table = schema::fields(feature.collection());
    write_fields(&mut out, table, feature.fields(), Which::All, Some(AND_NOW), |out| {
        write_openness(out, shown);
    });
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
    out.extend_from_slice(match shown.openness.open {
        Some(true) => b"true".as_slice(),
        Some(false) => b"false",
        None => b"null",
    });
    write_key(out, "next_change");
    write_instant_or_null(out, shown.openness.until);
}

fn write_instant_or_null(out: &mut Vec<u8>, at: Option<DateTime<Utc>>) {
    match at {
        Some(at) => write_instant(out, at),
        None => out.extend_from_slice(b"null"),
    }
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
