//! The linked data in a page: its scripts of type `application/ld+json`, and nothing else of it.

/// Scripts that are looked at.
const MAX_SCRIPTS: usize = 1_000;

/// Whether a text is a page, as far as its beginning tells.
pub(in crate::formats::feed) fn is_html(text: &str) -> bool {
    text.trim_start().starts_with('<')
}

/// The texts of the scripts with linked data, in the order of the page.
pub(in crate::formats::feed) fn scripts(page: &str) -> Vec<&str> {
    // Tags are found in any case; the cut texts are those of the page itself.
    let lower = page.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = lower[at..].find('<') {
        let tag = at + next;
        let rest = &lower[tag..];
        if rest.starts_with("<!--") {
            let Some(end) = rest.find("-->") else { break };
            at = tag + end + 3;
            continue;
        }
        let is_script = rest
            .strip_prefix("<script")
            .is_some_and(|rest| rest.starts_with([' ', '\t', '\n', '\r', '\x0c', '/', '>']));
        if !is_script {
            at = tag + 1;
            continue;
        }
        let Some(attributes) = tag_end(rest) else { break };
        let start = tag + attributes + 1;
        let Some(length) = lower[start..].find("</script") else { break };
        if is_linked_data(&rest[..attributes]) {
            found.push(&page[start..start + length]);
            if found.len() == MAX_SCRIPTS {
                break;
            }
        }
        at = start + length + 1;
    }
    found
}

/// Where the tag that `text` begins with ends: at a `>` that no quotes enclose.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (_, _) => {}
        }
    }
    None
}

fn is_linked_data(tag: &str) -> bool {
    let mut rest = tag;
    while let Some(at) = rest.find("type") {
        let before = rest[..at].chars().next_back();
        rest = &rest[at + 4..];
        let Some(value) = rest.trim_start().strip_prefix('=') else { continue };
        if before.is_some_and(char::is_whitespace) || before.is_some_and(|c| matches!(c, '"' | '\'' | '/')) {
            let value = value.trim_start().trim_start_matches(['"', '\'']).trim_start();
            return value.starts_with("application/ld+json");
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scripts_of_linked_data_are_looked_at() {
        for (page, want) in [
            ("<script type=\"application/ld+json\">{}</script>", &["{}"][..]),
            (
                "<SCRIPT id=a TYPE='application/ld+json; charset=utf-8' >1</Script><p><script type=application/ld+json>2</script >",
                &["1", "2"],
            ),
            ("<script>var a='<script type=\"application/ld+json\">';</script>", &[]),
            ("<!-- <script type=\"application/ld+json\">{}</script> --><b>", &[]),
            (
                "<script data-x=\">\" type=\"application/ld+json\">{\"a\":\"</p>\"}</script>",
                &["{\"a\":\"</p>\"}"],
            ),
            ("<script data-type=\"application/ld+json\">1</script>", &[]),
            ("<scripty type=\"application/ld+json\">1</script>", &[]),
            ("<script type=\"application/ld+json\">never closed", &[]),
            ("<script type=\"application/ld+json", &[]),
            ("é<script type=\"application/ld+json\">É</script>", &["É"]),
            ("", &[]),
        ] {
            assert_eq!(scripts(page), want, "{page}");
        }
    }
}
