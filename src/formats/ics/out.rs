//! Content lines, written: folded, ended and escaped so that no value can begin a line of its own.

/// A text of content lines.
#[derive(Debug, Default)]
pub(super) struct Out(Vec<u8>);

/// Octets of a line, its end aside.
const MAX_OCTETS: usize = 75;

impl Out {
    /// Adds the line of the property `name`, with its parameters, and of `value` as it stands. Control characters are
    /// left out of either, so that whatever they are it stays one line.
    pub(super) fn line(&mut self, name: &str, value: &str) {
        let mut octets = 0;
        let chars = name.chars().chain([':']).chain(value.chars());
        for c in chars.filter(|c| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')) {
            if MAX_OCTETS < octets + c.len_utf8() {
                self.0.extend_from_slice(b"\r\n ");
                octets = 1;
            }
            octets += c.len_utf8();
            self.0.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        self.0.extend_from_slice(b"\r\n");
    }

    /// Adds a property whose value is a text.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.line(name, &escaped(text));
    }

    /// Adds what `other` has.
    pub(super) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// All of it.
    pub(super) fn bytes(self) -> Vec<u8> {
        self.0
    }
}

/// `text` as a value of the type TEXT.
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => value.extend(['\\', c]),
            '\n' => value.push_str("\\n"),
            _ => value.push(c),
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::super::lines::{Found, Lines, unescaped};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_value_is_one_property_whatever_is_in_it(name in "[A-Z]{1,10}", value in any::<String>(), many in 0..80_usize) {
            let value = format!("{}{value}\r\nBEGIN:VEVENT\u{85}", "é".repeat(many));
            let mut out = Out::default();
            out.line("UID", &value);
            out.text(&name, &value);
            out.line("END", "1");
            let bytes = out.bytes();
            let text = std::str::from_utf8(&bytes).unwrap();
            prop_assert!(text.split_terminator("\r\n").all(|line| line.len() <= MAX_OCTETS && !line.contains(['\r', '\n'])));
            let mut lines = Lines::new(&bytes);
            let mut found = Vec::new();
            while let Some(Found::Line(line)) = lines.next() {
                found.push((line.name.to_owned(), line.value.to_owned()));
            }
            prop_assert_eq!(found.len(), 3);
            let stays = |c: &char| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}');
            let kept: String = value.chars().filter(|c| stays(c) || *c == '\n').collect();
            prop_assert_eq!(&found[0].1, &kept.replace('\n', ""));
            prop_assert_eq!((&found[1].0, unescaped(&found[1].1)), (&name, kept));
        }
    }

    #[test]
    fn lines_are_folded_between_characters() {
        let mut out = Out::default();
        out.line("A", &"é".repeat(60));
        let text = String::from_utf8(out.bytes()).unwrap();
        let lengths: Vec<usize> = text.split_terminator("\r\n").map(str::len).collect();
        assert_eq!(lengths, [74, 49]);
    }
}
