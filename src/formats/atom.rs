//! What was just published, as an Atom feed (RFC 4287).
use super::shown::EventShown;
use crate::features::schema::event_at as at;
use crate::features::{EventStatus, Occurrence};
use chrono::{DateTime, SecondsFormat, Utc};

/// The media type of the feed.
pub const MEDIA_TYPE: &str = "application/atom+xml";
/// Dates that an entry says.
const DATES: usize = 3;

/// What the feed says of itself.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// What it is called.
    pub title: &'a str,
    /// Its own public address, which is its id, too.
    pub url: &'a str,
    /// The address of what it is a feed of.
    pub about_url: &'a str,
    /// Who publishes it.
    pub author: &'a str,
    /// The licence of what is in it.
    pub licence_url: &'a str,
    /// The latest change in it; of an empty one any instant that stays.
    pub updated: DateTime<Utc>,
}

/// The feed of these events, the latest published first.
pub fn feed<'a>(about: &About<'_>, entries: impl IntoIterator<Item = EventShown<'a>>) -> Vec<u8> {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n",
    );
    element(&mut out, "id", about.url);
    element(&mut out, "title", about.title);
    element(&mut out, "updated", &instant(about.updated));
    link(&mut out, "self", about.url, Some(MEDIA_TYPE));
    link(&mut out, "alternate", about.about_url, None);
    link(&mut out, "license", about.licence_url, None);
    person(&mut out, about.author);
    for shown in entries {
        entry(&mut out, &shown);
    }
    out.push_str("</feed>\n");
    out.into_bytes()
}

fn entry(out: &mut String, shown: &EventShown<'_>) {
    let published = shown.event().published_at().unwrap_or(shown.item.created_at);
    out.push_str("<entry>\n");
    element(out, "id", shown.url);
    element(out, "title", shown.item.feature.name());
    element(out, "published", &instant(published));
    // Published later than last written: what publishes itself.
    element(out, "updated", &instant(shown.item.updated_at.max(published)));
    // An entry without content has an alternate link.
    link(out, "alternate", shown.text(at::URL).unwrap_or(shown.url), None);
    if let Some(category) = shown.text(at::CATEGORY) {
        out.push_str("<category term=\"");
        escape(out, category);
        out.push_str("\"/>\n");
    }
    if let Some(organisation) = shown.organisation {
        person(out, organisation.name);
    }
    let about = shown.text(at::SUMMARY).or(shown.text(at::DESCRIPTION)).map(ToOwned::to_owned);
    let summary: Vec<String> = [status(shown), when(shown), about].into_iter().flatten().collect();
    if !summary.is_empty() {
        element(out, "summary", &summary.join("\n"));
    }
    out.push_str("</entry>\n");
}

/// That it does not take place, and why; nothing where it does.
fn status(shown: &EventShown<'_>) -> Option<String> {
    let word = match shown.event().status() {
        EventStatus::Cancelled => "Cancelled",
        EventStatus::Postponed => "Postponed",
        EventStatus::Scheduled | EventStatus::Rescheduled => return None,
    };
    Some(match shown.text(at::EVENT_STATUS_REASON) {
        Some(reason) => format!("{word}: {reason}"),
        None => format!("{word}."),
    })
}

/// The next dates, on the wall; each that does not take place says so.
fn when(shown: &EventShown<'_>) -> Option<String> {
    let (clocks, of_all) = (shown.clocks(), shown.event().status());
    let date = |date: &Occurrence| {
        let form = if date.all_day { "%a %-d %B %Y" } else { "%a %-d %B %Y, %H:%M" };
        let wall = clocks.local(date.starts_at).format(form);
        match date.status {
            status if status == of_all => wall.to_string(),
            EventStatus::Scheduled => wall.to_string(),
            EventStatus::Cancelled => format!("{wall} (cancelled)"),
            EventStatus::Postponed => format!("{wall} (postponed)"),
            EventStatus::Rescheduled => format!("{wall} (moved)"),
        }
    };
    let mut dates: Vec<String> = shown.next.iter().take(DATES).map(|(_, next)| date(next)).collect();
    dates.extend((DATES < shown.next.len()).then(|| "and more dates".to_owned()));
    (!dates.is_empty()).then(|| dates.join("; "))
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn person(out: &mut String, name: &str) {
    out.push_str("<author>");
    element(out, "name", name);
    out.truncate(out.trim_end().len());
    out.push_str("</author>\n");
}

fn link(out: &mut String, rel: &str, href: &str, kind: Option<&str>) {
    for (before, text) in [("<link rel=\"", rel), ("\" href=\"", href)] {
        out.push_str(before);
        escape(out, text);
    }
    if let Some(kind) = kind {
        out.push_str("\" type=\"");
        escape(out, kind);
    }
    out.push_str("\"/>\n");
}

fn element(out: &mut String, name: &str, text: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    escape(out, text);
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\n");
}

/// Appends `text` so that it is text wherever it stands, between tags or in quotes. Characters that XML does not have
/// are left out: there is no way to write them.
fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn characters_that_mean_something_are_escaped_and_those_xml_lacks_left_out() {
        let mut out = String::new();
        escape(&mut out, "a<b>&\"'\n\u{0}\u{1b}\u{ffff}é]]>");
        assert_eq!(out, "a&lt;b&gt;&amp;&quot;&#39;&#10;é]]&gt;");
    }

    proptest! {
        #[test]
        fn no_text_breaks_out(text in any::<String>()) {
            let mut out = String::new();
            escape(&mut out, &text);
            prop_assert!(!out.contains(['<', '>', '"', '\'']));
            prop_assert!(out.chars().all(|c| !c.is_ascii_control()));
            let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&#9;", "&#10;", "&#13;"];
            let marks: usize = entities.iter().map(|entity| out.matches(entity).count()).sum();
            prop_assert_eq!(out.matches('&').count(), marks);
            let mut back = out;
            for (entity, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#9;", "\t"),
                ("&#10;", "\n"), ("&#13;", "\r"), ("&amp;", "&")] {
                back = back.replace(entity, c);
            }
            let is_xml = |c: &char| matches!(c, '\t' | '\n' | '\r') || (' ' <= *c && !matches!(c, '\u{fffe}' | '\u{ffff}'));
            prop_assert_eq!(back, text.chars().filter(is_xml).collect::<String>());
        }
    }
}
