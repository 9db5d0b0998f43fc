//! Plain text: what people may write into a field, and how it is folded for searching.
//!
//! Knows nothing of the fields themselves.
use std::borrow::Cow;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Why a text is not plain text of the length asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("is empty")]
    Empty,
    /// More characters than the field takes.
    #[error("has {chars} characters, at most {max} are taken")]
    TooLong {
        /// How many it has.
        chars: usize,
        /// How many it may have.
        max: usize,
    },
    /// A control or bidirectional-override character, which could hide or reorder what readers see.
    #[error("has the character U+{0:04X}, which plain text may not have")]
    Forbidden(u32),
}

/// `text` trimmed and in Unicode NFC, when it is plain text of 1 to `max` characters.
///
/// Line feeds are kept (a description has paragraphs); every other control character, the bidirectional
/// overrides and isolates, and the byte order mark are refused.
pub fn plain(text: &str, max: usize) -> Result<Box<str>, TextError> {
    // Composed first: that may lengthen a text.
    let text: Cow<'_, str> = match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.into(),
        IsNormalized::No | IsNormalized::Maybe => text.nfc().collect::<String>().into(),
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    let chars = text.chars().count();
    if max < chars {
        return Err(TextError::TooLong { chars, max });
    }
    if let Some(found) = text.chars().find(|&c| forbidden(c)) {
        return Err(TextError::Forbidden(u32::from(found)));
    }
    Ok(text.into())
}

fn forbidden(c: char) -> bool {
    let bidi =
        matches!(c, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    (c.is_control() && c != '\n') || bidi || matches!(c, '\u{FEFF}' | '\u{2028}' | '\u{2029}')
}

/// The first character of `text` that whoever looks at it does not see as it is: one without width, or a mark on top of more
/// than four others. Joiners are seen in what they join.
pub fn unseen(text: &str) -> Option<char> {
    let (mut marks, mut before) = (0, None::<char>);
    text.chars().find(|&c| {
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        // A joiner joins letters of other scripts, and pictures: behind a Latin letter it does nothing but hide.
        let joins = matches!(c, '\u{200C}' | '\u{200D}') && before.is_some_and(|before| before.is_ascii());
        before = Some(c);
        let without_width = joins || matches!(
            c,
            '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}' | '\u{200B}'
                | '\u{2060}'..='\u{2064}' | '\u{206A}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E007F}'
        );
        without_width || MARKS < marks
    })
}

/// Marks that a letter may have on top of it.
const MARKS: usize = 4;

/// `text` as it is compared when somebody searches: lower case, without accents, every run of what is
/// neither letter nor digit one space, apostrophes left out (`St Alban's` = `st albans`).
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !matches!(c, '\'' | '’' | '\u{0300}'..='\u{036F}') && !out.is_empty() && !out.ends_with(' ')
        {
            out.push(' ');
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

/// What a name is looked up by: folded, without spaces (`CO15 1QG` = `co151qg`).
pub fn key(name: &str) -> String {
    let mut key = folded(name);
    key.retain(|c| c != ' ');
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_trimmed_composed_and_checked() {
        assert_eq!(plain("  Cafe\u{301} \n", 10).as_deref(), Ok("Café"));
        assert_eq!(plain("two\nlines", 10).as_deref(), Ok("two\nlines"));
        assert_eq!(plain(" \t ", 10), Err(TextError::Empty));
        assert_eq!(plain("abc", 2), Err(TextError::TooLong { chars: 3, max: 2 }));
        assert_eq!(plain("\u{958}", 1), Err(TextError::TooLong { chars: 2, max: 1 }), "as it is stored");
        assert_eq!(plain("åäö", 3).as_deref(), Ok("åäö"), "characters are counted, not bytes");
        for c in [
            '\u{0}', '\t', '\r', '\u{7f}', '\u{85}', '\u{202E}', '\u{2066}', '\u{200F}', '\u{FEFF}',
            '\u{2028}',
        ] {
            assert_eq!(plain(&format!("a{c}b"), 9), Err(TextError::Forbidden(u32::from(c))), "{c:?}");
        }
    }

    #[test]
    fn what_hides_in_a_text_is_found() {
        for (text, want) in [
            ("Cream tea, £5", None),
            ("नमस्ते", None),
            ("👩‍👧 family", None),
            ("Phở", None),
            ("fr\u{200B}ee", Some('\u{200B}')),
            ("fr\u{AD}ee", Some('\u{AD}')),
            ("fr\u{200D}ee", Some('\u{200D}')),
            ("می\u{200C}خواهم", None),
            ("\u{2060}free", Some('\u{2060}')),
            ("free\u{E0041}", Some('\u{E0041}')),
            (&format!("a{}", "\u{323}".repeat(4)), None),
            (&format!("a{}", "\u{323}".repeat(5)), Some('\u{323}')),
            (&format!("a{}", "\u{301}".repeat(10_000)), Some('\u{301}')),
        ] {
            assert_eq!(unseen(text), want, "{}", text.escape_unicode());
        }
    }

    #[test]
    fn folding_forgets_case_accents_and_punctuation() {
        for (text, want) in [
            ("Clacton-on-Sea", "clacton on sea"),
            ("  St Alban’s  Road ", "st albans road"),
            ("CAFÉ", "cafe"),
            ("", ""),
            ("--", ""),
            ("Straße 5", "straße 5"),
        ] {
            assert_eq!(folded(text), want);
        }
    }
}
