//! Which notation a document is in, by what it says and not by what it is called: servers are often wrong.
use super::jsonld::{is_html, scripts};
use super::table::REQUIRED;
use crate::catalogue::FeedFormat;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The members that tell a page of RPDE from linked data.
#[derive(Deserialize)]
struct Top {
    items: Option<IgnoredAny>,
    next: Option<IgnoredAny>,
}

/// The format that a document is in; where its bytes do not tell, what `content_type` says, if that is known.
pub fn format_of(bytes: &[u8], content_type: Option<&str>) -> Option<FeedFormat> {
    let said = content_type.and_then(|said| {
        let essence = said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "text/calendar" => Some(FeedFormat::Ics),
            "application/ld+json" => Some(FeedFormat::JsonLd),
            "application/vnd.openactive.rpde+json" => Some(FeedFormat::Rpde),
            "text/csv" => Some(FeedFormat::Csv),
            _ => None,
        }
    });
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let calendar = b"BEGIN:VCALENDAR";
    if bytes.get(..calendar.len()).is_some_and(|start| start.eq_ignore_ascii_case(calendar)) {
        return Some(FeedFormat::Ics);
    }
    let Ok(text) = str::from_utf8(bytes) else { return said };
    match bytes.first() {
        Some(b'[') => return Some(FeedFormat::JsonLd),
        Some(b'{') => {
            let top: Option<Top> = serde_json::from_str(text).ok();
            let is_page = top.is_some_and(|top| top.items.is_some() && top.next.is_some());
            return Some(if is_page || said == Some(FeedFormat::Rpde) {
                FeedFormat::Rpde
            } else {
                FeedFormat::JsonLd
            });
        }
        _ => {}
    }
    if is_html(text) {
        // A page is no calendar and no table, whatever it is called.
        return (!scripts(text).is_empty()).then_some(FeedFormat::JsonLd);
    }
    let header: Vec<&str> = text.lines().next().unwrap_or_default().split(',').map(column).collect();
    let is_table = REQUIRED.iter().all(|name| header.contains(name));
    if is_table { Some(FeedFormat::Csv) } else { said }
}

fn column(name: &str) -> &str {
    name.trim().trim_matches('"').trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_document_says_tells_its_format() {
        for (text, said, want) in [
            ("\u{feff}begin:vcalendar\r\nEND:VCALENDAR", Some("text/plain"), Some(FeedFormat::Ics)),
            ("{\"@type\":\"Event\"}", None, Some(FeedFormat::JsonLd)),
            ("{ not json", Some("text/html"), Some(FeedFormat::JsonLd)),
            (" [\n]", Some("text/calendar"), Some(FeedFormat::JsonLd)),
            ("{\"next\":\"x\",\"items\":[]}", Some("application/json"), Some(FeedFormat::Rpde)),
            ("{}", Some("application/vnd.openactive.rpde+json; version=1"), Some(FeedFormat::Rpde)),
            ("<html>", Some("text/calendar; charset=utf-8"), None),
            ("<p><script type=\"application/ld+json\">{}</script>", None, Some(FeedFormat::JsonLd)),
            ("starts,\"name\", id\n", None, Some(FeedFormat::Csv)),
            ("a,b\n", Some("Text/CSV; header=present"), Some(FeedFormat::Csv)),
            ("a,b\n", Some("text/plain"), None),
            ("", Some("text/calendar"), Some(FeedFormat::Ics)),
            ("", None, None),
        ] {
            assert_eq!(format_of(text.as_bytes(), said), want, "{text}");
        }
        assert_eq!(format_of(b"\xff\xfe", None), None);
    }
}
