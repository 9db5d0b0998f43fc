//! Whether bytes are one JSON text (RFC 8259) within bounds, before anything is made of them. It allocates nothing
//! and knows no document: what members mean, and that none is there twice, is for who reads it.
use std::fmt;

/// How deep arrays and objects may lie in each other.
const DEPTH: u32 = 32;
/// Entries of an array, members of an object.
const ENTRIES: usize = 1_000;
/// Bytes of a string, as written.
const STRING: usize = 4 * 1024;

/// What a text is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bounds {
    /// A document of ours.
    Document,
    /// A feature: the arrays of its `coordinates` may be as long as the body; their reader counts the positions.
    Feature,
}

/// Why bytes are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// The number of bytes before the fault.
    pub(super) at: usize,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    ByteOrderMark,
    NotUtf8,
    Expected(&'static str),
    TooDeep,
    TooManyEntries,
    StringTooLong,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.what {
            What::ByteOrderMark => f.write_str("a byte order mark, which JSON does not have")?,
            What::NotUtf8 => f.write_str("bytes that are not UTF-8")?,
            What::Expected(wanted) => write!(f, "expected {wanted}")?,
            What::TooDeep => write!(f, "more than {DEPTH} arrays and objects in each other")?,
            What::TooManyEntries => write!(f, "more than {ENTRIES} entries")?,
            What::StringTooLong => write!(f, "a string of more than {STRING} bytes")?,
        }
        write!(f, " at byte {}", self.at)
    }
}

/// Checks `bytes` in one pass.
///
/// # Errors
/// With the first fault, and where it is.
pub(super) fn scan(bytes: &[u8], bounds: Bounds) -> Result<(), Fault> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Err(Fault { at: 0, what: What::ByteOrderMark });
    }
    if let Err(error) = std::str::from_utf8(bytes) {
        return Err(Fault { at: error.valid_up_to(), what: What::NotUtf8 });
    }
    let mut scan = Scan { bytes, at: 0, bounds };
    scan.value(0, ENTRIES)?;
    scan.space();
    if scan.at < bytes.len() { Err(scan.expected("the end")) } else { Ok(()) }
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    bounds: Bounds,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Takes `byte` if it is next.
    fn takes(&mut self, byte: u8) -> bool {
        let next = self.peek() == Some(byte);
        self.at += usize::from(next);
        next
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn expected(&self, wanted: &'static str) -> Fault {
        Fault { at: self.at, what: What::Expected(wanted) }
    }

    /// A value that lies in `depth` arrays and objects; `entries` is what its arrays may have.
    fn value(&mut self, depth: u32, entries: usize) -> Result<(), Fault> {
        self.space();
        match self.peek() {
            Some(b'{' | b'[') if depth == DEPTH => Err(Fault { at: self.at, what: What::TooDeep }),
            Some(b'{') => self.object(depth + 1, entries),
            Some(b'[') => self.array(depth + 1, entries),
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word(b"true"),
            Some(b'f') => self.word(b"false"),
            Some(b'n') => self.word(b"null"),
            _ => Err(self.expected("a value")),
        }
    }

    fn object(&mut self, depth: u32, entries: usize) -> Result<(), Fault> {
        self.at += 1;
        self.space();
        if self.takes(b'}') {
            return Ok(());
        }
        for _ in 0..ENTRIES {
            self.space();
            let name = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.expected("a name in double quotes"));
            }
            self.string()?;
            let of_shape =
                self.bounds == Bounds::Feature && &self.bytes[name..self.at] == b"\"coordinates\"".as_slice();
            self.space();
            if !self.takes(b':') {
                return Err(self.expected("`:`"));
            }
            self.value(depth, if of_shape { usize::MAX } else { entries })?;
            self.space();
            if self.takes(b'}') {
                return Ok(());
            }
            if !self.takes(b',') {
                return Err(self.expected("`,` or `}`"));
            }
        }
        Err(Fault { at: self.at, what: What::TooManyEntries })
    }

    fn array(&mut self, depth: u32, entries: usize) -> Result<(), Fault> {
        self.at += 1;
        self.space();
        if self.takes(b']') {
            return Ok(());
        }
        for _ in 0..entries {
            self.value(depth, entries)?;
            self.space();
            if self.takes(b']') {
                return Ok(());
            }
            if !self.takes(b',') {
                return Err(self.expected("`,` or `]`"));
            }
        }
        Err(Fault { at: self.at, what: What::TooManyEntries })
    }

    fn string(&mut self) -> Result<(), Fault> {
        let begin = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    let long = STRING + 2 < self.at - begin;
                    return if long { Err(Fault { at: begin, what: What::StringTooLong }) } else { Ok(()) };
                }
                Some(b'\\') => self.escape()?,
                Some(b' '..) => self.at += 1,
                Some(_) => return Err(self.expected("a control character to be escaped")),
                None => return Err(self.expected("the end of a string")),
            }
        }
    }

    /// An escape; of a character beyond the first 65,536 both halves.
    fn escape(&mut self) -> Result<(), Fault> {
        let begin = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                let half = self.code_unit()?;
                let paired = match half {
                    0xd800..=0xdbff => {
                        self.takes(b'\\')
                            && self.peek() == Some(b'u')
                            && matches!(self.code_unit()?, 0xdc00..=0xdfff)
                    }
                    0xdc00..=0xdfff => false,
                    _ => true,
                };
                if !paired {
                    return Err(Fault { at: begin, what: What::Expected("both halves of a character") });
                }
            }
            _ => return Err(self.expected("an escape that JSON has")),
        }
        Ok(())
    }

    fn code_unit(&mut self) -> Result<u32, Fault> {
        self.at += 1;
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            unit = unit << 4 | digit.ok_or_else(|| self.expected("four hexadecimal digits"))?;
            self.at += 1;
        }
        Ok(unit)
    }

    fn number(&mut self) -> Result<(), Fault> {
        self.takes(b'-');
        if !self.takes(b'0') {
            self.digits()?;
        }
        if self.takes(b'.') {
            self.digits()?;
        }
        if self.takes(b'e') || self.takes(b'E') {
            let _sign = self.takes(b'+') || self.takes(b'-');
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let begin = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == begin { Err(self.expected("a digit")) } else { Ok(()) }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), Fault> {
        if !self.bytes[self.at..].starts_with(word) {
            return Err(self.expected("a value"));
        }
        self.at += word.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests;
