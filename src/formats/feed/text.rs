//! Texts of feeds as the plain text that fields take: markup, control characters and what is too long are left out, and
//! who asks is told whether anything was.
use crate::text;

/// One line of at most `max` characters, and whether it says all that `given` does; none when nothing is left.
pub fn line(given: &str, max: usize) -> Option<(String, bool)> {
    let words: Vec<&str> = given.split_whitespace().collect();
    cut(&words.join(" "), max)
}

/// Paragraphs of at most `max` characters together, and whether they say all that `given` does; none when nothing is left.
pub fn paragraphs(given: &str, max: usize) -> Option<(String, bool)> {
    let mut out = String::with_capacity(given.len());
    let mut empty = 0;
    for line in given.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        empty = if words.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(&words.join(" "));
            out.push('\n');
        }
    }
    cut(&out, max)
}

fn cut(given: &str, max: usize) -> Option<(String, bool)> {
    let allowed: String = given
        .chars()
        .filter(|c| {
            text::plain(c.encode_utf8(&mut [0; 4]), 1) != Err(text::TextError::Forbidden(u32::from(*c)))
        })
        .collect();
    let whole = allowed.len() == given.len();
    match text::plain(&allowed, max) {
        Ok(plain) => Some((plain.into(), whole)),
        Err(text::TextError::TooLong { .. }) => {
            let kept: String = allowed.chars().take(max - 1).collect();
            text::plain(&format!("{}…", kept.trim_end()), max).ok().map(|plain| (plain.into(), false))
        }
        Err(text::TextError::Empty | text::TextError::Forbidden(_)) => None,
    }
}
