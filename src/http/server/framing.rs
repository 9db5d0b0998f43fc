//! Whether the heads of a connection say in one way only where they and their bodies end. It is given the
//! bytes as they are read, knows no socket, and leaves it to hyper to refuse what is no HTTP at all.
//!
//! hyper takes a line that ends in LF alone, drops a length that stands beside chunks or agrees with the one
//! before it, and shows none of that to the service. A proxy in front that reads such a request in the other
//! way would take a part of it for the next one, which is how requests are smuggled (RFC 9112, 11.2).

use memchr::memchr;

#[cfg(test)]
mod tests;

/// What is wrong with a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FramingFault {
    /// A line ends in LF without CR before it.
    BareLineFeed,
    /// There is more than one `Content-Length`, be it the same.
    LengthTwice,
    /// There are both a `Content-Length` and a `Transfer-Encoding`.
    LengthAndCoding,
    /// The `Content-Length` is not one number.
    Length,
    /// The `Transfer-Encoding` is not `chunked`, once, and nothing else.
    Coding,
}

/// The first head of a connection that is refused. None behind it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Misframed {
    /// Its number on the connection, from 0.
    pub(super) head: u64,
    pub(super) fault: FramingFault,
}

/// How far the requests of one connection are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Framing {
    heads: u64,
    place: Place,
    head: Head,
}

/// What the next byte is part of.
#[derive(Clone, Copy, Debug)]
enum Place {
    Head,
    /// A body of which so many bytes are to come.
    Body(u64),
    /// The last request, whether it is refused or in chunks, or what is sent behind it.
    End,
}

/// What is known of a head, most of which is passed over.
#[derive(Clone, Copy, Debug)]
struct Head {
    /// Whether its request line was seen: the empty lines before that are not its end.
    begun: bool,
    after_cr: bool,
    line: Line,
    length: Option<u64>,
    coded: bool,
}

/// How far a line is read.
#[derive(Clone, Copy, Debug)]
enum Line {
    Start,
    /// It is empty, if LF comes next.
    Cr,
    /// All of it agrees with the first so many bytes of the field's name.
    Name(Field, usize),
    /// So many bytes of the field's value were read, and whether something came behind them.
    Value(Field, usize, bool),
    /// Nothing in it matters but its end.
    Other,
}

#[derive(Clone, Copy, Debug)]
enum Field {
    Length,
    Coding,
}

impl Framing {
    /// A connection of which nothing was read.
    pub(super) const fn new() -> Self {
        Self { heads: 0, place: Place::Head, head: Head::NEW }
    }

    /// Reads on. Gives the head that is refused, once, with the bytes that show it.
    ///
    /// Behind a body in chunks nothing is followed, so who serves such a request must close after it.
    pub(super) fn follow(&mut self, mut bytes: &[u8]) -> Option<Misframed> {
        while !bytes.is_empty() {
            match self.place {
                Place::End => return None,
                Place::Body(left) => {
                    let passed = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
                    bytes = &bytes[passed..];
                    let left = left - passed as u64;
                    self.place = if left == 0 { Place::Head } else { Place::Body(left) };
                }
                Place::Head => {
                    let feed = memchr(b'\n', bytes);
                    let (line, rest) = bytes.split_at(feed.unwrap_or(bytes.len()));
                    bytes = rest.get(1..).unwrap_or_default();
                    match self.head.read(line, feed.is_some()) {
                        Ok(None) => {}
                        Ok(Some(place)) => {
                            self.heads += 1;
                            self.place = place;
                            self.head = Head::NEW;
                        }
                        Err(fault) => {
                            self.place = Place::End;
                            return Some(Misframed { head: self.heads, fault });
                        }
                    }
                }
            }
        }
        None
    }
}

impl Head {
    const NEW: Self = Self { begun: false, after_cr: false, line: Line::Start, length: None, coded: false };

    /// Reads a line or the next part of one. Gives what follows the head, if it ends here.
    fn read(&mut self, part: &[u8], ends: bool) -> Result<Option<Place>, FramingFault> {
        for byte in part {
            self.line = self.step(*byte)?;
            if let Line::Other = self.line {
                break;
            }
        }
        if let Some(last) = part.last() {
            self.after_cr = *last == b'\r';
        }
        if !ends {
            return Ok(None);
        }
        if !self.after_cr {
            return Err(FramingFault::BareLineFeed);
        }
        self.after_cr = false;
        match std::mem::replace(&mut self.line, Line::Start) {
            Line::Start | Line::Cr => {
                if !self.begun {
                    return Ok(None);
                }
                Ok(Some(match self.length {
                    _ if self.coded => Place::End,
                    None | Some(0) => Place::Head,
                    Some(length) => Place::Body(length),
                }))
            }
            Line::Value(field, read, _) if !field.is_whole(read) => Err(field.fault()),
            Line::Value(..) | Line::Name(..) | Line::Other => {
                self.begun = true;
                Ok(None)
            }
        }
    }

    /// Where the line is after one more byte of it.
    fn step(&mut self, byte: u8) -> Result<Line, FramingFault> {
        Ok(match self.line {
            Line::Start => match byte {
                b'\r' => Line::Cr,
                b'C' | b'c' => Line::Name(Field::Length, 1),
                b'T' | b't' => Line::Name(Field::Coding, 1),
                _ => Line::Other,
            },
            Line::Name(field, read) => {
                let name = field.name();
                if !byte.eq_ignore_ascii_case(&name[read]) {
                    Line::Other
                } else if read + 1 < name.len() {
                    Line::Name(field, read + 1)
                } else {
                    self.meet(field)?;
                    Line::Value(field, 0, false)
                }
            }
            Line::Value(field, read, over) => match (field, byte) {
                (_, b' ' | b'\t' | b'\r') => Line::Value(field, read, read > 0),
                (Field::Length, b'0'..=b'9') if !over => {
                    // A length that does not fit is refused by hyper.
                    let length = self.length.unwrap_or(0).saturating_mul(10);
                    self.length = Some(length.saturating_add(u64::from(byte - b'0')));
                    Line::Value(field, read + 1, false)
                }
                (Field::Coding, _)
                    if !over && CHUNKED.get(read).is_some_and(|known| byte.eq_ignore_ascii_case(known)) =>
                {
                    Line::Value(field, read + 1, false)
                }
                (Field::Length | Field::Coding, _) => return Err(field.fault()),
            },
            Line::Cr | Line::Other => Line::Other,
        })
    }

    /// Notes that the head has this field.
    fn meet(&mut self, field: Field) -> Result<(), FramingFault> {
        match (field, self.length, self.coded) {
            (Field::Length, Some(_), _) => return Err(FramingFault::LengthTwice),
            (Field::Length, None, true) | (Field::Coding, Some(_), _) => {
                return Err(FramingFault::LengthAndCoding);
            }
            (Field::Coding, None, true) => return Err(FramingFault::Coding),
            (Field::Length, None, false) => self.length = Some(0),
            (Field::Coding, None, false) => self.coded = true,
        }
        Ok(())
    }
}

const CHUNKED: &[u8] = b"chunked";

impl Field {
    const fn name(self) -> &'static [u8] {
        match self {
            Self::Length => b"content-length:",
            Self::Coding => b"transfer-encoding:",
        }
    }

    /// Whether a value of so many bytes, all of which were right, is one.
    const fn is_whole(self, read: usize) -> bool {
        match self {
            Self::Length => read > 0,
            Self::Coding => read == CHUNKED.len(),
        }
    }

    const fn fault(self) -> FramingFault {
        match self {
            Self::Length => FramingFault::Length,
            Self::Coding => FramingFault::Coding,
        }
    }
}
