//! `If-Match`: which version whoever writes has seen.
use super::problem::{INVALID_PRECONDITION, PRECONDITION_REQUIRED, Problem};
use super::query::shown;
use crate::ids::Version;
use axum::http::{HeaderMap, header};

/// The version that the request's `If-Match` names, which must be there.
pub(super) fn seen(headers: &HeaderMap) -> Result<Version, Problem> {
    let missing = "send `If-Match` with the `ETag` of what you have seen, so that nobody's change is overwritten unseen";
    if_match(headers)?.ok_or_else(|| Problem::new(&PRECONDITION_REQUIRED, missing))
}

/// The version that the request's `If-Match` names, if there is one.
///
/// Of an entity tag the version alone counts, since the rest moves with time; so a proxy that compresses, and weakens
/// the tag for that, does no harm. `*` names no version.
pub(super) fn if_match(headers: &HeaderMap) -> Result<Option<Version>, Problem> {
    let mut lines = headers.get_all(header::IF_MATCH).iter();
    let Some(line) = lines.next() else { return Ok(None) };
    let text = line.to_str().unwrap_or_default();
    let version = version(text.trim()).filter(|_| lines.next().is_none());
    let refused = || {
        let detail = format!(
            "`{}` is not one entity tag of an item, such as \"3-9f86d081884c7d65-gzip\"",
            shown(text)
        );
        Problem::new(&INVALID_PRECONDITION, detail)
    };
    version.map(Some).ok_or_else(refused)
}

fn version(tag: &str) -> Option<Version> {
    let inner = tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?;
    let digits = inner.split('-').next().unwrap_or_default();
    let whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && !inner.contains('"');
    whole.then(|| digits.parse().ok()).flatten().map(Version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_worth_its_version() {
        for (tag, want) in [
            (r#""3-00ff-gzip""#, Some(3)),
            (r#""3-00ff-identity""#, Some(3)),
            (r#"W/"12-00ff-gzip""#, Some(12)),
            (r#""4""#, Some(4)),
            (r#""4-deleted""#, Some(4)),
            ("*", None),
            ("3", None),
            (r#""""#, None),
            (r#""x-3""#, None),
            (r#""-3""#, None),
            (r#""3", "4""#, None),
            (r#""99999999999999999999""#, None),
            ("", None),
        ] {
            assert_eq!(version(tag).map(|version| version.0), want, "{tag}");
        }
    }
}
