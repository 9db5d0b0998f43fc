//! Lists for staff, answered page by page. A cursor is a hash of the question, and where in its answer a page ends.
use super::Site;
use super::answer::{Link, write_links};
use super::items::with_query;
use super::json::JSON;
use super::problem::{INVALID_CURSOR, Problem};
use super::query::Query;
use crate::formats::json::write_key;
use chrono::{DateTime, Utc};
use xxhash_rust::xxh3::xxh3_64;

/// Parameters that are not of the question: the page, and its size.
const OF_THE_PAGE: [&str; 2] = ["cursor", "limit"];

/// Where `parameters` at `path` say to go on, as `read` understands it.
pub(super) fn resumed<T>(
    path: &str,
    parameters: &Query<'_>,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let refused = |detail| Problem::parameter(&INVALID_CURSOR, "cursor", detail);
    let malformed = || refused("the cursor is not a cursor; take the `next` link of an answer as it is");
    let Some(given) = parameters.get("cursor") else { return Ok(None) };
    let (of, after) = given.split_once('.').ok_or_else(malformed)?;
    let after = read(after).ok_or_else(malformed)?;
    if of != format!("{:016x}", question(path, parameters)) {
        return Err(refused("the cursor belongs to another question; begin again without it"));
    }
    Ok(Some(after))
}

/// Where a page ended that is in the order of instants: `<milliseconds>.<id>`, of an id that `read` understands.
pub(super) fn place<T>(text: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<(DateTime<Utc>, T)> {
    let (at, id) = text.split_once('.')?;
    Some((DateTime::from_timestamp_millis(at.parse().ok()?)?, read(id)?))
}

/// Appends the links of a page, one to the page behind `after` where there is one, and the last brace.
pub(super) fn write_end(
    out: &mut Vec<u8>,
    site: &Site,
    path: &str,
    parameters: &Query<'_>,
    after: Option<String>,
) {
    let own = site.url(path);
    let this = with_query(&own, &parameters.iter().collect::<Vec<_>>());
    let next = after.map(|after| {
        let cursor = cursor(path, parameters, &after);
        let pairs = parameters.iter().filter(|(name, _)| *name != "cursor");
        with_query(&own, &pairs.chain([("cursor", cursor.as_str())]).collect::<Vec<_>>())
    });
    let mut links = vec![Link { rel: "self", media: JSON, href: &this, title: "This page" }];
    links.extend(next.iter().map(|href| Link { rel: "next", media: JSON, href, title: "The next page" }));
    write_links(out, &site.app().snapshot(), &links);
    out.push(b'}');
}

/// Appends a list of objects; `write` appends the members of one.
pub(super) fn write_list<T>(out: &mut Vec<u8>, rows: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (n, row) in rows.iter().enumerate() {
        if 0 < n {
            out.push(b',');
        }
        out.push(b'{');
        write(out, row);
        out.push(b'}');
    }
    out.push(b']');
}

/// Appends a member that is a number.
pub(super) fn write_number(out: &mut Vec<u8>, name: &str, number: impl std::fmt::Display) {
    write_key(out, name);
    out.extend_from_slice(number.to_string().as_bytes());
}

/// The cursor that goes on behind `after` in the answer to `parameters` at `path`.
fn cursor(path: &str, parameters: &Query<'_>, after: &str) -> String {
    format!("{:016x}.{after}", question(path, parameters))
}

/// A hash of what is asked.
fn question(path: &str, parameters: &Query<'_>) -> u64 {
    let mut asked: Vec<_> = parameters.iter().filter(|(name, _)| !OF_THE_PAGE.contains(name)).collect();
    asked.sort_unstable();
    xxh3_64(format!("{path} {asked:?}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_goes_on_with_its_own_question_alone() {
        let known = ["a", "b", "cursor", "limit"];
        let asked = |raw: &'static str| Query::read(Some(raw), &known).unwrap();
        let cursor = cursor("/x", &asked("a=1&b=2&limit=5"), "17");
        let go_on = |path: &str, raw: &str, cursor: &str| {
            let raw = format!("{raw}&cursor={cursor}");
            resumed(path, &Query::read(Some(&raw), &known).unwrap(), |after| after.parse().ok())
                .ok()
                .flatten()
        };
        assert_eq!(go_on("/x", "b=2&a=1&limit=9", &cursor), Some(17));
        for (path, raw, cursor) in [
            ("/x", "a=1", cursor.as_str()),
            ("/y", "a=1&b=2", &cursor),
            ("/x", "a=1&b=2", &cursor[..16]),
            ("/x", "a=1&b=2", &cursor.replace("17", "x")),
            ("/x", "a=1&b=2", ""),
        ] {
            assert_eq!(go_on(path, raw, cursor), None::<i64>, "{path} {raw} {cursor}");
        }
        assert!(resumed("/x", &asked("a=1"), |after| Some(after.to_owned())).unwrap().is_none());
    }
}
