//! The content lines of an iCalendar text, unfolded, each with the number of the line it begins on. Knows no component
//! and no property.
//!
//! It reads what is written in the wild: lines that end with CR LF, LF or CR, empty lines between, folds anywhere, also
//! within a character. What nobody asks for is not copied.

/// The content lines of a text, one after the other.
pub(super) struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    number: usize,
    unfolded: Vec<u8>,
}

/// One content line, `NAME;PARAM=value:value`.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// On which line of the text it begins, from 1.
    pub(super) number: usize,
    /// The property's name, as written.
    pub(super) name: &'a str,
    params: &'a str,
    /// The value, as written.
    pub(super) value: &'a str,
    /// Whether more was written than is taken of a line that is folded.
    pub(super) cut: bool,
}

/// What stands where a content line was expected.
pub(super) enum Found<'a> {
    /// Such a line.
    Line(Line<'a>),
    /// A line that has no value, or more parameters than anybody needs.
    Malformed(usize),
    /// A line that is not UTF-8.
    NotUtf8(usize),
    /// A line after more of them than are read.
    TooMany(usize),
}

/// Lines that a text may have, each fold counted: of as many bytes as a calendar may have that is 26 a line. Those of
/// calendars have forty; what has a million is made to be slow.
pub(super) const MAX_LINES: usize = 400_000;

/// Bytes that are taken of a line that is folded. No value that is used is longer: attachments are.
const MAX_UNFOLDED: usize = 64 * 1024;

/// Bytes that the parameters of a property may have.
const MAX_PARAMS: usize = 16 * 1024;

impl<'a> Lines<'a> {
    /// The lines of `text`, which may begin with a byte order mark.
    pub(super) fn new(text: &'a [u8]) -> Self {
        let text = text.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(text);
        Self { text, at: 0, number: 1, unfolded: Vec::new() }
    }

    /// The next line that is not empty; none at the end.
    pub(super) fn next(&mut self) -> Option<Found<'_>> {
        self.breaks();
        if self.text.len() <= self.at {
            return None;
        }
        let number = self.number;
        let first = self.physical();
        self.breaks();
        // Read again from `self` below, so that the text may live longer than the buffer.
        let folded = self.is_continued();
        let mut cut = false;
        if folded {
            self.unfolded.clear();
            self.unfolded.extend_from_slice(&first[..first.len().min(MAX_UNFOLDED)]);
            while self.is_continued() && self.number <= MAX_LINES {
                self.at += 1;
                let more = self.physical();
                let room = MAX_UNFOLDED - self.unfolded.len().min(MAX_UNFOLDED);
                cut |= room < more.len();
                self.unfolded.extend_from_slice(&more[..more.len().min(room)]);
                self.breaks();
            }
        }
        if MAX_LINES < self.number {
            return Some(Found::TooMany(number));
        }
        let bytes = if folded { self.unfolded.as_slice() } else { first };
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            // Cut within a character.
            Err(cause) if cut && cause.error_len().is_none() => {
                std::str::from_utf8(&bytes[..cause.valid_up_to()]).unwrap_or_default()
            }
            Err(_) => return Some(Found::NotUtf8(number)),
        };
        Some(Line::read(number, text.trim_start(), cut).map_or(Found::Malformed(number), Found::Line))
    }

    /// The rest of this physical line, without its end.
    fn physical(&mut self) -> &'a [u8] {
        let rest = &self.text[self.at..];
        let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// Goes past the ends of lines here.
    fn breaks(&mut self) {
        loop {
            match &self.text[self.at..] {
                [b'\r', b'\n', ..] => self.at += 2,
                [b'\r' | b'\n', ..] => self.at += 1,
                _ => return,
            }
            self.number += 1;
        }
    }

    fn is_continued(&self) -> bool {
        matches!(self.text.get(self.at), Some(b' ' | b'\t'))
    }
}

impl<'a> Line<'a> {
    fn read(number: usize, text: &'a str, cut: bool) -> Option<Self> {
        let end = text.bytes().position(|byte| matches!(byte, b':' | b';'))?;
        let (name, rest) = text.split_at(end);
        let colon = match rest.as_bytes().first() {
            Some(b':') => 0,
            _ => {
                let mut quoted = false;
                rest.bytes().position(|byte| {
                    quoted ^= byte == b'"';
                    byte == b':' && !quoted
                })?
            }
        };
        let (params, value) = (&rest[..colon], &rest[colon + 1..]);
        let is_one = !name.is_empty() && params.len() <= MAX_PARAMS;
        is_one.then_some(Self { number, name: name.trim_end(), params, value, cut })
    }

    /// The value of the parameter `name`, its quotes taken off; the first where there are several.
    pub(super) fn param(&self, name: &str) -> Option<&'a str> {
        let mut rest = self.params;
        while let Some(param) = rest.strip_prefix(';') {
            let mut quoted = false;
            let end = param.bytes().position(|byte| {
                quoted ^= byte == b'"';
                byte == b';' && !quoted
            });
            let (param, more) = param.split_at(end.unwrap_or(param.len()));
            rest = more;
            if let Some((known, value)) = param.split_once('=')
                && known.trim().eq_ignore_ascii_case(name)
            {
                let value = value.trim();
                return Some(value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value));
            }
        }
        None
    }
}

/// The text that a value of the type TEXT says.
pub(super) fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('n' | 'N') => text.push('\n'),
            // Colons and quotes need none, and are given one all the same.
            Some(c @ ('\\' | ';' | ',' | ':' | '"')) => text.push(c),
            Some(other) => text.extend(['\\', other]),
            None => text.push('\\'),
        }
    }
    text
}

/// The parts of a list of texts: split at commas that are not escaped.
pub(super) fn listed(value: &str) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    value.split(move |c| {
        let ends = c == ',' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of a text: number, name, parameter X and value of each line, or what is wrong with it.
    fn all(text: &[u8]) -> Vec<String> {
        let mut lines = Lines::new(text);
        let mut all = Vec::new();
        while let Some(found) = lines.next() {
            all.push(match found {
                Found::Line(line) => {
                    format!("{} {} {} {}", line.number, line.name, line.param("x").unwrap_or("-"), line.value)
                }
                Found::Malformed(number) => format!("{number} malformed"),
                Found::NotUtf8(number) => format!("{number} not UTF-8"),
                Found::TooMany(number) => format!("{number} too many"),
            });
        }
        all
    }

    #[test]
    fn lines_are_unfolded_and_keep_their_numbers() {
        for (text, lines) in [
            ("A:1\r\nB:2\r\n", &["1 A - 1", "2 B - 2"][..]),
            ("A:1\nB:2", &["1 A - 1", "2 B - 2"]),
            ("A:1\rB:2\r", &["1 A - 1", "2 B - 2"]),
            ("A:1\r\n 2\r\n\t3\r\nB:4\r\n", &["1 A - 123", "4 B - 4"]),
            ("A\r\n BC;X=\r\n y:1", &["1 ABC y 1"]),
            ("A:1\r\n\r\n 2\r\nB:3", &["1 A - 12", "4 B - 3"]),
            ("A:1\r\r\n 2", &["1 A - 12"]),
            ("\u{FEFF}A:1", &["1 A - 1"]),
            ("\n\n A:1\n", &["3 A - 1"]),
            ("A;X=\"a:b;c\";Y=1:v:w", &["1 A a:b;c v:w"]),
            ("A;Y=1;x=2;X=3:", &["1 A 2 "]),
            ("A;X=\"1:2", &["1 malformed"]),
            ("A\nB:1\n:2\n", &["1 malformed", "2 B - 1", "3 malformed"]),
            ("", &[]),
            ("\r\n", &[]),
        ] {
            assert_eq!(all(text.as_bytes()), lines, "{text:?}");
        }
        assert_eq!(
            all(b"A:\xC3\r\n \xA5\nB:\xC3\n"),
            ["1 A - å", "3 not UTF-8"],
            "a fold within a character"
        );
        let folds = format!("A:{}\r\nB:1", "x\r\n ".repeat(10_000));
        assert_eq!(all(folds.as_bytes())[1], "10002 B - 1");
    }

    #[test]
    fn texts_are_unescaped_and_lists_split() {
        for (value, text) in
            [("a\\nb\\Nc", "a\nb\nc"), ("a\\,b\\;c\\\\n", "a,b;c\\n"), ("1\\:2 \\q \\", "1:2 \\q \\")]
        {
            assert_eq!(unescaped(value), text);
        }
        assert_eq!(listed("a\\,b,c\\\\,d,").collect::<Vec<_>>(), ["a\\,b", "c\\\\", "d", ""]);
    }
}
