//! The components of an iCalendar text: which VEVENTs are in it, which zones, and what else. Knows no event.
use super::lines::{Found, Line, Lines, MAX_LINES};
use super::notes::{Notes, at, short};
use super::vevent::{Standing, Vevent};
use super::zones::{Defined, Zones};
use super::{MAX_BYTES, MAX_EVENTS};
use crate::catalogue::FeedNote;

/// What is in a calendar.
#[derive(Default)]
pub(super) struct Parsed {
    /// Its VEVENTs, in their order.
    pub(super) events: Vec<Box<Vevent>>,
    /// The zones that they name.
    pub(super) zones: Zones,
    /// The zone that times are in which name none, as the calendar says.
    pub(super) floating: Option<String>,
    pub(super) refused: Notes,
    pub(super) altered: Notes,
}

/// A component that has begun.
struct Open {
    kind: Kind,
    /// Where its name begins in [`Reader::names`].
    name: usize,
    line: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Calendar,
    Event,
    Zone,
    Other,
}

/// How deep components may stand in each other; calendars have three levels.
const MAX_DEPTH: usize = 16;
/// Kinds of components that are left out and told apart.
const MAX_KINDS: usize = 20;

/// Reads what is in `text`.
///
/// # Errors
/// When it is no calendar, or none that is whole: what came of half a feed would look as if the rest was gone.
pub(super) fn parse(text: &[u8]) -> Result<Parsed, FeedNote> {
    if MAX_BYTES < text.len() {
        return refused(1, format!("{} bytes, at most {MAX_BYTES} are taken", text.len()));
    }
    let mut reader = Reader::default();
    let mut lines = Lines::new(text);
    let mut is_first = true;
    while let Some(found) = lines.next() {
        match found {
            Found::TooMany(number) => {
                return refused(number, format!("more than {MAX_LINES} lines, folds counted"));
            }
            Found::NotUtf8(number) => return refused(number, "not UTF-8: have it sent in that"),
            Found::Malformed(number) if is_first => return refused(number, not_a_calendar(text)),
            Found::Malformed(number) => reader.malformed(number),
            Found::Line(line) => {
                if is_first && !line.name.eq_ignore_ascii_case("BEGIN") {
                    return refused(line.number, not_a_calendar(text));
                }
                reader.line(&line)?;
            }
        }
        is_first = false;
    }
    if is_first {
        return refused(1, "it is empty");
    }
    reader.finish()
}

fn refused<T>(line: usize, what: impl Into<String>) -> Result<T, FeedNote> {
    Err(FeedNote { at: at(line), what: what.into() })
}

fn not_a_calendar(text: &[u8]) -> &'static str {
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'<') => "not a calendar, but a page (HTML or XML)",
        Some(b'{' | b'[') => "not a calendar, but JSON",
        _ => "not a calendar: it does not begin with BEGIN:VCALENDAR",
    }
}

#[derive(Default)]
struct Reader {
    parsed: Parsed,
    open: Vec<Open>,
    /// The names of what is open, one after the other.
    names: String,
    event: Option<Box<Vevent>>,
    zone: Defined,
    /// What holds for every VEVENT of the calendar that is open.
    cancels: bool,
    calendar_fault: Option<String>,
    /// Kinds of components that are left out, with the line of the first, and how many.
    left_out: Vec<(Box<str>, usize, usize)>,
}

impl Reader {
    fn line(&mut self, line: &Line<'_>) -> Result<(), FeedNote> {
        if line.name.eq_ignore_ascii_case("BEGIN") {
            return self.begin(line);
        }
        if line.name.eq_ignore_ascii_case("END") {
            self.end(line);
            return Ok(());
        }
        match self.open.last().map(|open| open.kind) {
            Some(Kind::Event) => {
                if let Some(event) = &mut self.event {
                    event.take(line, &mut self.parsed.zones, &mut self.parsed.altered);
                }
            }
            Some(Kind::Zone) => {
                if line.name.eq_ignore_ascii_case("TZID") {
                    self.zone.tzid.get_or_insert_with(|| line.value.trim().to_owned());
                } else if line.name.eq_ignore_ascii_case("X-LIC-LOCATION") {
                    self.zone.location.get_or_insert_with(|| line.value.trim().to_owned());
                }
            }
            Some(Kind::Calendar) => self.calendar(line),
            Some(Kind::Other) => {}
            None => self.parsed.altered.add(
                line.number,
                format_args!("{} stands outside of every component: left out", short(line.name)),
            ),
        }
        Ok(())
    }

    fn calendar(&mut self, line: &Line<'_>) {
        let value = line.value.trim();
        if line.name.eq_ignore_ascii_case("X-WR-TIMEZONE") {
            self.parsed.floating.get_or_insert_with(|| value.to_owned());
        } else if line.name.eq_ignore_ascii_case("METHOD") {
            self.cancels = value.eq_ignore_ascii_case("CANCEL");
        } else if line.name.eq_ignore_ascii_case("CALSCALE") && !value.eq_ignore_ascii_case("GREGORIAN") {
            self.calendar_fault =
                Some(format!("its calendar is {}, only the Gregorian is known", short(value)));
        }
    }

    fn begin(&mut self, line: &Line<'_>) -> Result<(), FeedNote> {
        let name = line.value.trim();
        let kind = match name.len() {
            9 if name.eq_ignore_ascii_case("VCALENDAR") => Kind::Calendar,
            6 if name.eq_ignore_ascii_case("VEVENT") => Kind::Event,
            9 if name.eq_ignore_ascii_case("VTIMEZONE") => Kind::Zone,
            _ => Kind::Other,
        };
        if self.open.len() == MAX_DEPTH {
            return refused(
                line.number,
                format!("components stand more than {MAX_DEPTH} deep in each other"),
            );
        }
        let in_zone = self.open.iter().any(|open| open.kind == Kind::Zone);
        match kind {
            Kind::Calendar => (self.cancels, self.calendar_fault) = (false, None),
            Kind::Event => {
                // The END of one before it is missing.
                if let Some(at) = self.open.iter().position(|open| open.kind == Kind::Event) {
                    self.abandon(at, line.number);
                }
                if self.parsed.events.len() == MAX_EVENTS {
                    return refused(
                        line.number,
                        format!("more than {MAX_EVENTS} VEVENTs, at most as many are taken"),
                    );
                }
                self.event = Some(Box::new(Vevent::new(line.number)));
            }
            Kind::Zone => self.zone = Defined::default(),
            Kind::Other if in_zone => {}
            Kind::Other => self.leave_out(name, line.number),
        }
        self.open.push(Open { kind, name: self.names.len(), line: line.number });
        self.names.push_str(name);
        Ok(())
    }

    fn end(&mut self, line: &Line<'_>) {
        let name = line.value.trim();
        let mut end = self.names.len();
        let ended = self.open.iter().rposition(|open| {
            let known = &self.names[open.name..end];
            end = open.name;
            known.eq_ignore_ascii_case(name)
        });
        let Some(at) = ended else {
            let altered = &mut self.parsed.altered;
            altered.add(line.number, format_args!("END:{} of what has not begun: left out", short(name)));
            return;
        };
        self.abandon(at + 1, line.number);
        let open = self.open.pop();
        self.names.truncate(open.as_ref().map_or(0, |open| open.name));
        match open.map(|open| open.kind) {
            Some(Kind::Event) => self.parsed.events.extend(self.event.take().map(|event| self.made(event))),
            Some(Kind::Zone) => self.parsed.zones.define(std::mem::take(&mut self.zone)),
            Some(Kind::Calendar | Kind::Other) | None => {}
        }
    }

    /// What `event` is in its calendar.
    fn made(&self, mut event: Box<Vevent>) -> Box<Vevent> {
        if self.cancels {
            event.standing = Some(Standing::Cancelled);
        }
        if let Some(fault) = &self.calendar_fault {
            event.refuse(|| fault.clone());
        }
        event
    }

    /// Ends what stands open from that depth on, since something else began or ended on that line.
    fn abandon(&mut self, depth: usize, line: usize) {
        while depth < self.open.len() {
            let Some(open) = self.open.pop() else { return };
            let name = self.names.split_off(open.name);
            if open.kind == Kind::Event
                && let Some(mut event) = self.event.take()
            {
                event.refuse(|| format!("its END:VEVENT is missing on line {line}"));
                self.parsed.events.push(event);
            } else {
                let altered = &mut self.parsed.altered;
                altered.add(open.line, format_args!("the END of {} is missing on line {line}", short(&name)));
            }
        }
    }

    fn malformed(&mut self, number: usize) {
        match self.open.last().map(|open| open.kind) {
            Some(Kind::Event) => self.parsed.altered.add(number, "it has no name and value: left out"),
            Some(Kind::Calendar | Kind::Zone | Kind::Other) | None => {}
        }
    }

    fn leave_out(&mut self, name: &str, line: usize) {
        if let Some(known) = self.left_out.iter_mut().find(|(known, ..)| known.eq_ignore_ascii_case(name)) {
            known.2 += 1;
        } else if self.left_out.len() < MAX_KINDS {
            let shown = name.chars().filter(|c| !c.is_control()).take(60).collect::<String>();
            self.left_out.push((shown.into(), line, 1));
        }
    }

    fn finish(mut self) -> Result<Parsed, FeedNote> {
        if let Some(open) = self.open.first() {
            let name = &self.names[..self.open.get(1).map_or(self.names.len(), |next| next.name)];
            let what = format!("the {} that begins here has no end: the calendar is cut short", short(name));
            return refused(open.line, what);
        }
        for (name, line, count) in self.left_out {
            let what = match count {
                1 => format!("{name} is no event: left out"),
                _ => format!("{count} {name}, of which this is the first, are no events: left out"),
            };
            // What belongs to an event is lost to it, all else was never ours.
            self.parsed.altered.add(line, what);
        }
        Ok(self.parsed)
    }
}
