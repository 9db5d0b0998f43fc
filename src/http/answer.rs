//! Answers that caches may keep: bytes with an entity tag, compressed in one go for who takes it.
use super::Site;
use crate::formats::json::write_string;
use crate::ids::Collection;
use crate::snapshot::{Answered, Snapshot};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use libdeflater::{CompressionLvl, Compressor};
use std::cell::RefCell;
use std::fmt::Write;
use std::sync::OnceLock;
use xxhash_rust::xxh3::xxh3_64;

/// The longest that anything is kept, in seconds.
const MAX_AGE: i64 = 60;
/// The longest that what says how full a beach is is kept, in seconds.
const MAX_AGE_OF_CROWD: i64 = 30;
/// Header lines of an answer.
const HEADERS: usize = 16;
/// Bodies shorter than this are not worth compressing.
const WORTH_COMPRESSING: usize = 512;

/// An answer before it is encoded for one client.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) content_type: &'static str,
    pub(super) body: Coded,
    /// The version of the one feature in it, which its entity tag begins with.
    pub(super) version: Option<i64>,
    /// Until when it holds if nothing changes.
    pub(super) valid_until: Option<DateTime<Utc>>,
    /// The longest that it is kept, in seconds.
    pub(super) max_age: i64,
    /// Whether another would have been given to who accepts something else.
    pub(super) negotiated: bool,
}

/// A body, and what is made of it when it is first needed.
#[derive(Debug)]
pub(super) struct Coded {
    plain: Bytes,
    hash: OnceLock<u64>,
    gzip: OnceLock<Bytes>,
}

impl Coded {
    fn new(plain: Bytes) -> Self {
        Self { plain, hash: OnceLock::new(), gzip: OnceLock::new() }
    }

    fn hash(&self) -> u64 {
        *self.hash.get_or_init(|| xxh3_64(&self.plain))
    }

    fn in_encoding(&self, encoding: Encoding) -> Bytes {
        match encoding {
            Encoding::Identity => self.plain.clone(),
            Encoding::Gzip => self.gzip.get_or_init(|| Bytes::from(gzip(&self.plain))).clone(),
        }
    }
}

/// Encodings that are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Identity,
    Gzip,
}

impl Answer {
    /// The answer of `body`, whose parts hold as `answered` says.
    pub(super) fn new(content_type: &'static str, body: Vec<u8>, answered: Answered) -> Self {
        let max_age = if answered.of_crowd { MAX_AGE_OF_CROWD } else { MAX_AGE };
        Self { valid_until: answered.valid_until, max_age, ..Self::fixed(content_type, body) }
    }

    /// The answer of a document that only a new version of this program changes.
    pub(super) fn fixed(content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            content_type,
            body: Coded::new(Bytes::from(body.into())),
            version: None,
            valid_until: None,
            max_age: MAX_AGE,
            negotiated: false,
        }
    }

    /// The response to a request with `headers` at `now`: 304 when the client has it already.
    pub(super) fn respond(&self, headers: &HeaderMap, now: DateTime<Utc>) -> Response<Body> {
        let is_short = self.body.plain.len() < WORTH_COMPRESSING;
        let encoding = if is_short { Encoding::Identity } else { accepted(headers) };
        let tag = self.tag(encoding);
        let mut response = Response::new(Body::empty());
        // With those that every answer has; growing would move them twice.
        response.headers_mut().reserve(HEADERS);
        if has(headers, &tag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            *response.body_mut() = Body::from(self.body.in_encoding(encoding));
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
            if encoding == Encoding::Gzip {
                response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
        }
        let out = response.headers_mut();
        let tag = HeaderValue::try_from(tag).expect("an entity tag is printable ASCII");
        out.insert(header::ETAG, tag);
        out.insert(header::CACHE_CONTROL, cache_control(self.valid_until, self.max_age, now));
        let vary = if self.negotiated { "accept, accept-encoding" } else { "accept-encoding" };
        out.insert(header::VARY, HeaderValue::from_static(vary));
        response
    }

    fn tag(&self, encoding: Encoding) -> String {
        let mut tag = String::with_capacity(48);
        tag.push('"');
        if let Some(version) = self.version {
            write!(tag, "{version}-").expect("writing to memory cannot fail");
        }
        let name = match encoding {
            Encoding::Identity => "identity",
            Encoding::Gzip => "gzip",
        };
        write!(tag, "{:016x}-{name}\"", self.body.hash()).expect("writing to memory cannot fail");
        tag
    }
}

/// Starts the body of a collection of features.
pub(super) fn open_collection(capacity: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(capacity);
    out.extend_from_slice(br#"{"type":"FeatureCollection","features":["#);
    out
}

/// Appends the members that hold for the answer as a whole: the zone of its wall clocks, the attributions due, and
/// the notices about the area or one of `collections`, unless these are notices themselves.
pub(super) fn write_context(
    out: &mut Vec<u8>,
    snapshot: &Snapshot,
    collections: &[Collection],
    now: DateTime<Utc>,
    answered: &mut Answered,
) {
    if collections != [Collection::Notices] {
        snapshot.write_notices(collections, now, answered, out);
    }
    out.extend_from_slice(br#","time_zone":"#);
    write_string(out, &snapshot.area.facts.time_zone);
    out.extend_from_slice(br#","attribution":"#);
    snapshot.area.attributions.write(out, answered.attributions);
}

/// A link of an answer.
#[derive(Clone, Copy)]
pub(super) struct Link<'a> {
    pub(super) rel: &'static str,
    pub(super) media: &'static str,
    pub(super) href: &'a str,
    pub(super) title: &'static str,
}

/// Appends the member `links`, the licence of the answer being one of them.
pub(super) fn write_links(out: &mut Vec<u8>, snapshot: &Snapshot, links: &[Link<'_>]) {
    let licence =
        Link { rel: "license", media: "text/html", href: &snapshot.area.facts.licence_url, title: "Licence" };
    out.extend_from_slice(br#","links":["#);
    for (n, link) in links.iter().copied().chain([licence]).enumerate() {
        if 0 < n {
            out.push(b',');
        }
        out.extend_from_slice(br#"{"href":"#);
        write_string(out, link.href);
        for part in [r#","rel":""#, link.rel, r#"","type":""#, link.media, r#"","title":""#, link.title] {
            // They are words of this program, which need no escaping.
            out.extend_from_slice(part.as_bytes());
        }
        out.extend_from_slice(br#""}"#);
    }
    out.push(b']');
}

impl Site {
    /// The absolute address of a path.
    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base())
    }
}

fn cache_control(valid_until: Option<DateTime<Utc>>, max_age: i64, now: DateTime<Utc>) -> HeaderValue {
    // Whole seconds, rounded down: nothing is kept beyond the instant it holds until.
    let seconds = valid_until.map_or(max_age, |until| (until - now).num_seconds().clamp(0, max_age));
    HeaderValue::try_from(format!("public, max-age={seconds}")).expect("digits and letters")
}

/// Whether the client says that it has the answer with this entity tag.
fn has(headers: &HeaderMap, tag: &str) -> bool {
    headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value
            .split(',')
            .map(str::trim)
            .any(|given| given == "*" || given.strip_prefix("W/").unwrap_or(given) == tag)
    })
}

/// The best encoding the client accepts: gzip where it is named and not refused.
fn accepted(headers: &HeaderMap) -> Encoding {
    let mut any = None;
    for value in headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()) {
        for offer in value.split(',') {
            let (name, parameters) = offer.split_once(';').unwrap_or((offer, ""));
            let weight = parameters
                .split(';')
                .find_map(|p| p.trim().strip_prefix(['q', 'Q'])?.strip_prefix('='))
                .map_or(Ok(1.0), str::parse::<f32>);
            let wanted = weight.is_ok_and(|weight| 0.0 < weight);
            match name.trim() {
                name if name.eq_ignore_ascii_case("gzip") || name.eq_ignore_ascii_case("x-gzip") => {
                    return if wanted { Encoding::Gzip } else { Encoding::Identity };
                }
                "*" => any = Some(wanted),
                _ => {}
            }
        }
    }
    if any == Some(true) { Encoding::Gzip } else { Encoding::Identity }
}

fn gzip(body: &[u8]) -> Vec<u8> {
    thread_local! {
        // Level 1: a sixth of the size for a few microseconds; higher levels cost more than they save here.
        static COMPRESSOR: RefCell<Compressor> = RefCell::new(Compressor::new(CompressionLvl::new(1).expect("a level libdeflate has")));
    }
    COMPRESSOR.with_borrow_mut(|compressor| {
        let mut out = vec![0; compressor.gzip_compress_bound(body.len())];
        let length = compressor.gzip_compress(body, &mut out).expect("the bound is large enough");
        out.truncate(length);
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn gzip_is_used_when_named_and_not_refused() {
        for (value, want) in [
            ("gzip", Encoding::Gzip),
            ("br, gzip;q=0.8", Encoding::Gzip),
            ("gzip;q=0", Encoding::Identity),
            ("GZIP;Q=0", Encoding::Identity),
            ("GZip", Encoding::Gzip),
            ("*;q=0, gzip", Encoding::Gzip),
            ("*", Encoding::Gzip),
            ("identity", Encoding::Identity),
            ("gzip;q=junk", Encoding::Identity),
            ("", Encoding::Identity),
        ] {
            assert_eq!(accepted(&headers(header::ACCEPT_ENCODING, value)), want, "{value}");
        }
    }

    #[test]
    fn a_tag_is_recognised_in_a_list_and_when_weak() {
        for (value, want) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", \"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
        ] {
            assert_eq!(has(&headers(header::IF_NONE_MATCH, value), "\"a\""), want, "{value}");
        }
    }

    #[test]
    fn nothing_is_kept_beyond_the_instant_it_holds_until() {
        let now: DateTime<Utc> = "2026-07-18T12:00:00Z".parse().unwrap();
        for (until, most, want) in [
            (None, 60, "public, max-age=60"),
            (Some("2026-07-18T12:00:10.900Z"), 60, "public, max-age=10"),
            (Some("2026-07-18T12:00:00.900Z"), 60, "public, max-age=0"),
            (Some("2026-07-18T11:00:00Z"), 60, "public, max-age=0"),
            (Some("2026-07-19T12:00:00Z"), 60, "public, max-age=60"),
            (Some("2026-07-18T12:00:31Z"), 30, "public, max-age=30"),
            (Some("2026-07-18T12:00:29Z"), 30, "public, max-age=29"),
        ] {
            assert_eq!(cache_control(until.map(|until| until.parse().unwrap()), most, now), want);
        }
    }

    #[test]
    fn the_same_body_in_another_encoding_has_another_tag() {
        let answer = Answer { version: Some(3), ..Answer::fixed("text/plain", "x".repeat(600)) };
        assert_ne!(answer.tag(Encoding::Identity), answer.tag(Encoding::Gzip));
        assert!(answer.tag(Encoding::Gzip).starts_with("\"3-"));
    }
}
