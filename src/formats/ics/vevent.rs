//! One VEVENT as written: its properties, read one by one. What they come to together is not known here.
use super::category;
use super::lines::{Line, listed, unescaped};
use super::notes::{Notes, short};
use super::own;
use super::times::{Length, Stamp};
use super::zones::Zones;

/// A VEVENT. What is wrong with it stands in it: whether that matters depends on the others of its series.
#[derive(Debug, Default)]
pub(super) struct Vevent {
    /// The line of its BEGIN.
    pub(super) line: usize,
    /// What its source calls it.
    pub(super) uid: Option<Box<str>>,
    /// How often its source changed it.
    pub(super) sequence: i64,
    /// Which date of a series it replaces.
    pub(super) replaces: Option<Stamp>,
    /// Whether it replaces all later dates, too.
    pub(super) and_following: bool,
    pub(super) starts: Option<Stamp>,
    pub(super) ends: Option<Stamp>,
    pub(super) length: Option<Length>,
    pub(super) rule: Option<Box<str>>,
    pub(super) added: Vec<Stamp>,
    pub(super) except: Vec<Stamp>,
    /// Those of `added` that have an end of their own.
    pub(super) periods: Vec<(Stamp, PeriodEnd)>,
    pub(super) standing: Option<Standing>,
    /// SUMMARY, DESCRIPTION, LOCATION, COMMENT, URL and GEO as they stand there.
    pub(super) summary: Option<Box<str>>,
    pub(super) description: Option<Box<str>>,
    pub(super) location: Option<Box<str>>,
    pub(super) comment: Option<Box<str>>,
    pub(super) url: Option<Box<str>>,
    pub(super) geo: Option<Box<str>>,
    /// What we wrote before the description, and of places left and access: see [`super::own`].
    pub(super) notice: Option<Box<str>>,
    pub(super) availability: Option<Box<str>>,
    pub(super) access: Option<Box<str>>,
    /// When what has one date was, before we moved it.
    pub(super) was_starts: Option<Stamp>,
    pub(super) was_ends: Option<Stamp>,
    /// The first of its categories that is one of ours.
    pub(super) category: Option<&'static str>,
    /// The first thing that is wrong with it.
    pub(super) fault: Option<String>,
}

/// How a period ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum PeriodEnd {
    At(Stamp),
    After(Length),
}

/// What a VEVENT says of whether it takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Cancelled,
    /// Nobody knows yet when: of what we wrote ourselves, since iCalendar has no such word.
    Postponed,
    TakesPlace,
}

/// Bytes of a text that are looked at: more than the longest field takes, escapes and all.
const MAX_TEXT: usize = 48 * 1024;
/// Bytes that a UID may have.
const MAX_UID: usize = 500;
/// Bytes of a rule that are looked at: more than any that is taken.
const MAX_RULE: usize = 600;
/// Dates that a VEVENT may add or leave out, before they are looked at.
const MAX_DATES: usize = 20_000;

impl Vevent {
    /// The VEVENT that begins on that line.
    pub(super) fn new(line: usize) -> Self {
        Self { line, ..Self::default() }
    }

    /// Says what is wrong with it, if nothing is known yet.
    pub(super) fn refuse(&mut self, fault: impl FnOnce() -> String) {
        if self.fault.is_none() {
            self.fault = Some(fault());
        }
    }

    /// Takes in one of its properties; those that say nothing of an event here are left out.
    pub(super) fn take(&mut self, line: &Line<'_>, zones: &mut Zones, altered: &mut Notes) {
        let mut upper = [0; 24];
        let Some(name) = upper.get_mut(..line.name.len()) else { return };
        name.copy_from_slice(line.name.as_bytes());
        name.make_ascii_uppercase();
        match &*name {
            b"UID" => self.uid(line),
            b"SEQUENCE" => match line.value.trim().parse() {
                Ok(sequence) => self.sequence = sequence,
                Err(_) => {
                    altered.add(line.number, format_args!("SEQUENCE {} is no number", short(line.value)));
                }
            },
            b"DTSTART" => {
                let read = self.stamp(line.value, line, "DTSTART", zones);
                self.once(line, "DTSTART", |own| &mut own.starts, read);
            }
            b"DTEND" => {
                let read = self.stamp(line.value, line, "DTEND", zones);
                self.once(line, "DTEND", |own| &mut own.ends, read);
            }
            b"DURATION" => {
                let read = Length::read(line.value);
                if read.is_none() {
                    let (number, value) = (line.number, short(line.value));
                    self.refuse(|| {
                        format!("DURATION on line {number}: {value} is not a length such as PT1H30M")
                    });
                }
                self.once(line, "DURATION", |own| &mut own.length, read);
            }
            b"RRULE" => {
                let rule = Some(head(line.value, MAX_RULE).into());
                self.once(line, "RRULE", |own| &mut own.rule, rule);
            }
            b"EXRULE" => {
                let number = line.number;
                self.refuse(|| {
                    format!("EXRULE on line {number}: dates left out by a rule are not supported, list them as EXDATE")
                });
            }
            b"RDATE" => self.dates(line, "RDATE", |own| &mut own.added, zones),
            b"EXDATE" => self.dates(line, "EXDATE", |own| &mut own.except, zones),
            b"RECURRENCE-ID" => {
                self.and_following = line.param("RANGE").is_some_and(|range| !range.is_empty());
                let read = self.stamp(line.value, line, "RECURRENCE-ID", zones);
                self.once(line, "RECURRENCE-ID", |own| &mut own.replaces, read);
            }
            b"STATUS" => self.status(line, altered),
            b"X-PROMENADE-STATUS" if line.value.eq_ignore_ascii_case("POSTPONED") => {
                self.standing = Some(Standing::Postponed);
            }
            b"X-PROMENADE-NOTICE" => text(&mut self.notice, own::NOTICE, line, altered),
            b"X-PROMENADE-AVAILABILITY" => text(&mut self.availability, own::AVAILABILITY, line, altered),
            b"X-PROMENADE-ACCESS" => text(&mut self.access, own::ACCESS, line, altered),
            b"X-PROMENADE-WAS-START" => {
                let read = self.stamp(line.value, line, own::WAS_START, zones);
                self.once(line, own::WAS_START, |own| &mut own.was_starts, read);
            }
            b"X-PROMENADE-WAS-END" => {
                let read = self.stamp(line.value, line, own::WAS_END, zones);
                self.once(line, own::WAS_END, |own| &mut own.was_ends, read);
            }
            b"CLASS" => {
                let value = line.value.trim();
                if ["PRIVATE", "CONFIDENTIAL"].iter().any(|class| value.eq_ignore_ascii_case(class)) {
                    self.refuse(|| format!("CLASS:{value}: it is not meant for everybody"));
                }
            }
            b"SUMMARY" => text(&mut self.summary, "SUMMARY", line, altered),
            b"DESCRIPTION" => text(&mut self.description, "DESCRIPTION", line, altered),
            b"LOCATION" => text(&mut self.location, "LOCATION", line, altered),
            b"COMMENT" => text(&mut self.comment, "COMMENT", line, altered),
            b"URL" => text(&mut self.url, "URL", line, altered),
            b"GEO" => text(&mut self.geo, "GEO", line, altered),
            b"CATEGORIES" => {
                let known = || listed(line.value).find_map(|word| category::named(&unescaped(word)));
                self.category = self.category.or_else(known);
            }
            _ => {}
        }
    }

    /// Its description, without what we put before it.
    pub(super) fn about(&self) -> Option<&str> {
        let all = self.description.as_deref()?;
        let notice = self.notice.as_deref().unwrap_or_default();
        let about = all.strip_prefix(notice).map_or(all, |about| about.trim_start_matches("\\n"));
        (!about.is_empty()).then_some(about)
    }

    /// Parts what has one date, which we moved, into what it was and the change of that date.
    pub(super) fn moved(&mut self) -> Option<Box<Self>> {
        let was = self.was_starts.take()?;
        let is_one = self.rule.is_none() && self.added.is_empty() && self.starts.is_some();
        is_one.then(|| {
            Box::new(Self {
                line: self.line,
                sequence: self.sequence,
                replaces: Some(was),
                starts: self.starts.replace(was),
                ends: std::mem::replace(&mut self.ends, self.was_ends.take()),
                length: self.length.take(),
                comment: self.comment.clone(),
                ..Self::default()
            })
        })
    }

    fn uid(&mut self, line: &Line<'_>) {
        let uid = unescaped(head(line.value, MAX_UID * 2 + 2));
        let uid = uid.trim().chars().filter(|c| !c.is_control()).collect::<String>();
        if MAX_UID < uid.len() {
            let number = line.number;
            self.refuse(|| format!("UID on line {number}: more than {MAX_UID} bytes"));
        } else if self.uid.is_none() && !uid.is_empty() {
            self.uid = Some(uid.into());
        }
    }

    fn status(&mut self, line: &Line<'_>, altered: &mut Notes) {
        let value = line.value.trim();
        if self.standing == Some(Standing::Postponed) {
            return;
        }
        if value.eq_ignore_ascii_case("CANCELLED") {
            self.standing = Some(Standing::Cancelled);
        } else if value.eq_ignore_ascii_case("CONFIRMED") {
            self.standing = Some(Standing::TakesPlace);
        } else if value.eq_ignore_ascii_case("TENTATIVE") {
            self.standing = Some(Standing::TakesPlace);
            altered.add(line.number, "STATUS:TENTATIVE: taken as taking place");
        } else {
            altered.add(line.number, format_args!("STATUS {} is not known: left out", short(value)));
        }
    }

    /// The day or time `value` of `line`, whose property is called `name`.
    fn stamp(&mut self, value: &str, line: &Line<'_>, name: &str, zones: &mut Zones) -> Option<Stamp> {
        let number = line.number;
        let zone = match line.param("TZID") {
            None => None,
            Some(tzid) => match zones.number(tzid) {
                Some(zone) => Some(zone),
                None => {
                    self.refuse(|| {
                        format!("{name} on line {number}: too many zones in one calendar, or too long a name")
                    });
                    return None;
                }
            },
        };
        let is_day = line.param("VALUE").is_some_and(|kind| kind.eq_ignore_ascii_case("DATE"));
        let read = match Stamp::read(value, zone) {
            Some(Stamp::Floating(time) | Stamp::Utc(time) | Stamp::Zoned(time, _)) if is_day => {
                Some(Stamp::Day(time.date()))
            }
            read => read,
        };
        if read.is_none() {
            let value = short(value);
            self.refuse(|| {
                format!("{name} on line {number}: {value} is not a day or a time such as 20260718 or 20260718T193000")
            });
        }
        read
    }

    /// The dates of a line of RDATE or EXDATE.
    fn dates(
        &mut self,
        line: &Line<'_>,
        name: &'static str,
        list: impl Fn(&mut Self) -> &mut Vec<Stamp>,
        zones: &mut Zones,
    ) {
        // What is refused already is not looked through to its end.
        if self.fault.is_some() {
            return;
        }
        if line.cut {
            let number = line.number;
            self.refuse(|| format!("{name} on line {number}: too long a line"));
            return;
        }
        for value in line.value.split(',').filter(|value| !value.trim().is_empty()) {
            if list(self).len() == MAX_DATES {
                self.refuse(|| format!("more than {MAX_DATES} {name}"));
                return;
            }
            let (starts, ends) = value.split_once('/').map_or((value, None), |(from, to)| (from, Some(to)));
            let Some(stamp) = self.stamp(starts, line, name, zones) else { return };
            list(self).push(stamp);
            if let Some(ends) = ends {
                let end = match Length::read(ends) {
                    Some(length) => Some(PeriodEnd::After(length)),
                    None => self.stamp(ends, line, name, zones).map(PeriodEnd::At),
                };
                self.periods.extend(end.map(|end| (stamp, end)));
            }
        }
    }

    /// Puts `value` where nothing is yet. Two values of what there is one of would be a guess.
    fn once<T>(
        &mut self,
        line: &Line<'_>,
        name: &'static str,
        place: impl Fn(&mut Self) -> &mut Option<T>,
        value: Option<T>,
    ) {
        if place(self).is_some() {
            let number = line.number;
            self.refuse(|| format!("{name} on line {number}: there is one already"));
        } else {
            *place(self) = value;
        }
    }
}

/// Keeps the value of a text; of several, such as in several languages, the first.
fn text(place: &mut Option<Box<str>>, name: &str, line: &Line<'_>, altered: &mut Notes) {
    if place.is_some() {
        altered.add(line.number, format_args!("a second {name} is left out"));
        return;
    }
    let taken = head(line.value, MAX_TEXT);
    if line.cut || taken.len() < line.value.len() {
        altered.add(line.number, format_args!("{name} is too long, and cut"));
    }
    *place = Some(taken.into());
}

/// At most `max` bytes of `text`, of whole characters.
fn head(text: &str, max: usize) -> &str {
    let mut end = text.len().min(max);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
