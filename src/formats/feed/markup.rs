//! Texts that are written as HTML, as plain text: descriptions in feeds often are.
use std::borrow::Cow;

/// Named characters that occur in descriptions; the rest is kept as it stands.
const NAMED: [(&str, char); 24] = [
    ("amp", '&'),
    ("apos", '\''),
    ("bull", '•'),
    ("copy", '©'),
    ("deg", '°'),
    ("eacute", 'é'),
    ("egrave", 'è'),
    ("euro", '€'),
    ("frac12", '½'),
    ("gt", '>'),
    ("hellip", '…'),
    ("ldquo", '“'),
    ("lsquo", '‘'),
    ("lt", '<'),
    ("mdash", '—'),
    ("middot", '·'),
    ("nbsp", ' '),
    ("ndash", '–'),
    ("pound", '£'),
    ("quot", '"'),
    ("rdquo", '”'),
    ("reg", '®'),
    ("rsquo", '’'),
    ("trade", '™'),
];

/// `given` without markup: the same where it has none. Tags are left out, ends of blocks are ends of lines, and
/// characters written by name or number are themselves. What looks like markup and is not closed stays.
pub fn unmarked(given: &str) -> Cow<'_, str> {
    if !given.contains(['<', '&']) {
        return given.into();
    }
    let mut out = String::with_capacity(given.len());
    let mut rest = given;
    let mut changed = false;
    // Once nothing closes a tag, nothing will: so the text is searched once.
    let mut may_close = true;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((c, length)) = character(rest) {
            out.push(c);
            rest = &rest[length..];
            changed = true;
            continue;
        }
        let tag = is_tag(rest).then(|| if may_close { rest.find('>') } else { None });
        if let Some(Some(end)) = tag {
            let name = name_of(&rest[1..end]);
            let is_end = rest[1..].starts_with('/');
            if ends_a_line(&name) {
                out.push('\n');
            }
            rest = &rest[end + 1..];
            changed = true;
            if !is_end && matches!(&*name, "script" | "style") {
                rest = rest.find("</").map_or("", |at| &rest[at..]);
            }
            continue;
        }
        may_close &= tag != Some(None);
        let first = rest.chars().next().map_or(0, char::len_utf8);
        out.push_str(&rest[..first]);
        rest = &rest[first..];
    }
    out.push_str(rest);
    if changed { out.into() } else { given.into() }
}

/// The character that `text` begins with when it is written by name or number, and how long that is.
fn character(text: &str) -> Option<(char, usize)> {
    let inner = text.strip_prefix('&')?;
    let end = inner.bytes().take(10).position(|b| b == b';')?;
    let name = &inner[..end];
    let c = match name.strip_prefix('#') {
        Some(number) => {
            let number = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(number.ok()?)?
        }
        None => NAMED.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((c, end + 2))
}

fn is_tag(text: &str) -> bool {
    let second = text.as_bytes().get(1);
    text.starts_with('<') && second.is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!'))
}

/// The name in a tag, in lower case, without the slash of an end.
fn name_of(tag: &str) -> String {
    let name = tag.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
    name.chars().take(20).collect::<String>().trim_matches('/').to_ascii_lowercase()
}

fn ends_a_line(name: &str) -> bool {
    matches!(
        name,
        "br" | "p" | "div" | "li" | "ul" | "ol" | "tr" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "hr"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_left_out_and_the_text_stays() {
        for (given, want) in [
            ("plain, 1 < 2 & 3 > 2", "plain, 1 < 2 & 3 > 2"),
            ("<p>One</p><p>Two &amp; three</p>", "\nOne\n\nTwo & three\n"),
            ("a<br/>b<BR>c", "a\nb\nc"),
            ("it&#8217;s &pound;5 &#x2014; or &unknown; &#xFFFFFFF;", "it’s £5 — or &unknown; &#xFFFFFFF;"),
            ("<script>alert('<b>')</script>safe", "safe"),
            ("<style>p{}", ""),
            ("<a href=\"x\">link</a> <b", "link <b"),
            ("&lt;script&gt;", "<script>"),
            ("&é;", "&é;"),
            ("", ""),
        ] {
            assert_eq!(unmarked(given), want, "{given}");
        }
        assert!(matches!(unmarked("1 < 2"), Cow::Borrowed(_)), "told that nothing was changed");
    }

    #[test]
    fn tags_that_nothing_closes_cost_no_more_than_others() {
        let many = "<a".repeat(100_000);
        assert_eq!(unmarked(&many), many);
        assert_eq!(unmarked(&"<script>".repeat(10_000)), "");
    }
}
