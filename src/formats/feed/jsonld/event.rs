//! One event of a document: what it says, and its dates.
use super::chain::Chain;
use super::dates::{self, DateOf, Series};
use super::facts::facts;
use super::index::Index;
use super::node::{Node, Said};
use super::offers;
use super::schedule::{self, Fallback};
use super::words::{Word, category, local};
use crate::features::EventStatus;
use crate::features::field::Value;
use crate::features::schema::event_at as at;
use crate::formats::feed::Draft;
use crate::formats::feed::reading::Reading;
use crate::hours::Calendar;

/// Parts of an event that are looked at.
const MAX_PARTS: usize = 1_000;

/// An event in its document.
pub(in crate::formats::feed) struct Place<'n, 'a> {
    /// It.
    pub(in crate::formats::feed) node: &'n Node<'a>,
    /// Where it stands.
    pub(in crate::formats::feed) at: String,
    /// What the source calls it, where that is not said by itself.
    pub(in crate::formats::feed) id: Option<String>,
}

/// What it is called by its source: an id, its page, or what it is called and when it is.
fn external_id(reading: &mut Reading<'_>, node: &Node<'_>, at: &str) -> Option<String> {
    let given = [Word::Id, Word::Identifier, Word::Url].into_iter().find_map(|word| node.text(word));
    if let Some(given) = given {
        return Some(given.trim().to_owned());
    }
    let (name, start) =
        (node.text(Word::Name)?, node.text(Word::PreviousStartDate).or(node.text(Word::StartDate)));
    let start = start.unwrap_or_default();
    reading.alter(
        at,
        "has no @id, identifier or url: known by its name and start, so with another it is another event",
    );
    Some(format!("{} {}", name.trim(), start.trim()).trim().to_owned())
}

/// Takes in the event that stands there, with all of its dates.
pub(in crate::formats::feed) fn take<'n, 'a>(
    reading: &mut Reading<'_>,
    place: Place<'n, 'a>,
    index: &'n Index<'n, 'a>,
) {
    let Place { node, at, id } = place;
    if reading.is_full(&at) {
        return;
    }
    let is_own = id.is_none();
    let Some(id) = id.or_else(|| external_id(reading, node, &at)) else {
        return reading.refuse(&at, "has neither an id nor a name");
    };
    let mut of = vec![(node, at.clone())];
    let above = node.all(Word::SuperEvent).iter().find_map(|said| index.resolved(said));
    if let Some(above) = above {
        of.push((above, format!("{at}/superEvent")));
        let top = above.all(Word::SuperEvent).iter().find_map(|said| index.resolved(said));
        of.extend(top.map(|top| (top, format!("{at}/superEvent/superEvent"))));
    }
    let mut chain = Chain::new(of, index);
    facts(&mut chain);
    // The dates of an event often share its page.
    let by_page = is_own && node.text(Word::Id).or(node.text(Word::Identifier)).is_none();
    let taking = Taking { reading, node, at, id, by_page, index };
    taking.dates(chain);
}

/// An event whose dates are being read.
struct Taking<'r, 'o, 'n, 'a> {
    reading: &'r mut Reading<'o>,
    node: &'n Node<'a>,
    at: String,
    id: String,
    /// Whether it is known by its page alone.
    by_page: bool,
    index: &'n Index<'n, 'a>,
}

impl<'n, 'a> Taking<'_, '_, 'n, 'a> {
    fn dates(mut self, chain: Chain<'n, 'a>) {
        let Chain { draft, notes, .. } = chain;
        let given: Vec<&Said<'a>> = self.node.all(Word::EventSchedule).iter().collect();
        let schedules: Vec<&Node<'a>> =
            given.into_iter().filter_map(|said| self.index.resolved(said)).collect();
        let is_partial = schedules.iter().any(|node| node.types().any(|class| class == "PartialSchedule"));
        let parts = self.parts();
        for note in notes {
            self.reading.alter(&note.at, note.what);
        }
        let own = self.date_of(self.node, &self.at.clone());
        if !schedules.is_empty() && (parts.is_empty() || !is_partial) {
            if is_partial {
                self.reading.alter(
                    &self.at,
                    "has a PartialSchedule and no subEvent; the schedule is taken as the whole",
                );
            }
            return self.by_schedule(&schedules, &parts, own.and_then(Result::ok), draft);
        }
        if !parts.is_empty() {
            return self.by_parts(parts, own, draft);
        }
        match own {
            Some(Ok(date)) => {
                let (id, at) = (self.id.clone(), self.at.clone());
                self.add(&id, &at, Series::of_date(&date), date.status, draft);
            }
            Some(Err(what)) => self.reading.refuse(&self.at, what),
            None => self.undated(),
        }
    }

    /// Says that there is no date.
    fn undated(&mut self) {
        let is_series =
            self.node.types().any(|class| matches!(class, "SessionSeries" | "EventSeries" | "HeadlineEvent"));
        if is_series {
            self.reading.alter(
                &self.at,
                "is a series that says no dates; those that say that they are of it are taken",
            );
        } else {
            self.reading.refuse(&self.at, "startDate is missing");
        }
    }

    /// The parts that are described, with where each stands.
    fn parts(&mut self) -> Vec<(&'n Node<'a>, String)> {
        let given = self.node.all(Word::SubEvent);
        if MAX_PARTS < given.len() {
            self.reading
                .refuse(&self.at, format!("has more than {MAX_PARTS} subEvents; the others are left out"));
        }
        let mut parts = Vec::new();
        let listed = matches!(self.node.get(Word::SubEvent), Some(Said::List(_)));
        for (number, said) in given.iter().take(MAX_PARTS).enumerate() {
            let at = format!("{}/subEvent", self.at);
            let at = if listed { format!("{at}/{number}") } else { at };
            match self.index.resolved(said) {
                Some(part) if part.only_id().is_none() && !std::ptr::eq(part, self.node) => {
                    parts.push((part, at));
                }
                _ => self
                    .reading
                    .alter(&at, "is only named; what stands under that name is not in the document"),
            }
        }
        parts
    }

    fn date_of(&mut self, node: &Node<'_>, at: &str) -> Option<Result<DateOf, String>> {
        let mut notes = Vec::new();
        let date = dates::of(node, &self.reading.calendar, &mut notes);
        self.note(at, notes);
        date
    }

    fn note(&mut self, at: &str, notes: Vec<(Word, String)>) {
        for (word, what) in notes {
            self.reading.alter(&format!("{at}/{}", word.name()), what);
        }
    }

    fn add(&mut self, id: &str, at: &str, series: Series, status: EventStatus, mut draft: Draft) {
        series.put(&mut draft);
        put_status(&mut draft, status);
        let beside = self.node.text(Word::StartDate).map(|start| format!("{id}#{}", start.trim()));
        let beside = beside.filter(|_| self.by_page && id == self.id);
        self.reading.add(id, beside.as_deref(), at, draft);
    }

    fn by_schedule(
        &mut self,
        schedules: &[&Node<'a>],
        parts: &[(&'n Node<'a>, String)],
        own: Option<DateOf>,
        draft: Draft,
    ) {
        let fallback = Fallback {
            starts: own.as_ref().map(|own| own.starts),
            ends: own.as_ref().and_then(|own| own.ends),
        };
        let status = match dates::status(self.node) {
            Some(Ok(status)) => status,
            None | Some(Err(_)) => EventStatus::Scheduled,
        };
        let mut all: Vec<(usize, Series)> = Vec::new();
        for (number, node) in schedules.iter().enumerate() {
            let at = format!("{}/eventSchedule/{number}", self.at);
            let mut notes = Vec::new();
            let Reading { calendar, fuel, .. } = &mut *self.reading;
            match schedule::read(node, calendar, &fallback, &mut notes, fuel) {
                Ok(series) => {
                    let length = |of: &Series| of.ends.and_then(|ends| super::when::between(of.starts, ends));
                    let beside = all.iter_mut().find(|(_, first)| {
                        let is_alike = super::when::between(first.starts, series.starts).is_some();
                        series.is_single()
                            && is_alike
                            && length(first) == length(&series)
                            && first.zone == series.zone
                    });
                    match beside {
                        Some((_, first)) => first.added.push(series.starts),
                        None => all.push((number, series)),
                    }
                }
                Err(what) => self.reading.refuse(&at, what),
            }
            self.note(&at, notes);
        }
        let mut rest = all.split_off(all.len().min(1));
        if let Some((_, mut series)) = all.pop() {
            let of_all = offers::availability(self.node);
            for (part, at) in parts {
                self.part_of(&mut series, part, at, &draft, of_all);
            }
            let (id, at) = (self.id.clone(), self.at.clone());
            self.add(&id, &at, series, status, draft.clone());
        }
        for (number, series) in rest.drain(..) {
            let at = format!("{}/eventSchedule/{number}", self.at);
            self.reading.alter(&at, "is another schedule, so an event of its own");
            self.add(&format!("{}#schedule-{number}", self.id), &at, series, status, draft.clone());
        }
    }

    /// Takes a part of an event with a schedule as what is said of one date.
    fn part_of(
        &mut self,
        series: &mut Series,
        part: &'n Node<'a>,
        at: &str,
        of_whole: &Draft,
        of_all: Option<&'static str>,
    ) {
        // The walls of a series are those of its own zone.
        let own = series.zone.as_deref().and_then(|zone| Calendar::new(zone, []).ok());
        let calendar = own.unwrap_or_else(|| self.reading.calendar.clone());
        let mut notes = Vec::new();
        let date = dates::of(part, &calendar, &mut notes);
        self.note(at, notes);
        let date = match date {
            Some(Ok(date)) => date,
            Some(Err(what)) => return self.reading.refuse(at, what),
            None => return self.reading.refuse(at, "startDate is missing"),
        };
        let draft = self.facts_of(part, at);
        if draft.as_ref().is_some_and(|draft| !alike(draft, of_whole)) {
            self.reading.alter(at, "differs from the others in more than its date, so an event of its own");
            let Some(Ok(date)) = self.date_of(part, at) else { return };
            return self.add_part(part, at, &date, draft.unwrap_or_default());
        }
        if let Err(what) = series.take(&date, &calendar, of_all, &mut self.reading.fuel) {
            self.reading.refuse(at, what);
        }
    }

    /// What is said of a part, where it says more than its date.
    fn facts_of(&mut self, part: &'n Node<'a>, at: &str) -> Option<Draft> {
        let says_more = part.members().any(|(word, said)| match word {
            Word::Offers => offers::is_priced(said),
            word => !is_of_date(word),
        });
        says_more.then(|| {
            let mut of = vec![(part, at.to_owned()), (self.node, self.at.clone())];
            let above = self.node.all(Word::SuperEvent).iter().find_map(|said| self.index.resolved(said));
            of.extend(above.map(|above| (above, format!("{}/superEvent", self.at))));
            let mut chain = Chain::new(of, self.index);
            facts(&mut chain);
            for note in chain.notes.into_iter().filter(|note| note.at.starts_with(at)) {
                self.reading.alter(&note.at, note.what);
            }
            chain.draft
        })
    }

    fn add_part(&mut self, part: &Node<'_>, at: &str, date: &DateOf, draft: Draft) {
        let given = [Word::Id, Word::Identifier, Word::Url].into_iter().find_map(|word| part.text(word));
        let id = match given {
            Some(given) => format!("{}#{}", self.id, given.trim()),
            None => format!("{}#{}", self.id, date.original),
        };
        self.add(&id, at, Series::of_date(date), date.status, draft);
    }

    /// Takes the event as a series of its parts, or each part as an event.
    fn by_parts(
        &mut self,
        parts: Vec<(&'n Node<'a>, String)>,
        own: Option<Result<DateOf, String>>,
        draft: Draft,
    ) {
        let mut read = Vec::with_capacity(parts.len());
        for (part, at) in parts {
            match self.date_of(part, &at) {
                Some(Ok(date)) => {
                    let facts = self.facts_of(part, &at).unwrap_or_else(|| draft.clone());
                    read.push((part, at, date, facts));
                }
                Some(Err(what)) => self.reading.refuse(&at, what),
                None => self.reading.refuse(&at, "startDate is missing"),
            }
        }
        let Some((_, _, _, first)) = read.first() else { return };
        let is_one = read.iter().all(|(_, _, _, facts)| alike(facts, first));
        let of_all = offers::availability(self.node);
        let dates = read.iter().map(|(_, _, date, _)| date.clone()).collect();
        let (id, at) = (self.id.clone(), self.at.clone());
        let series = Series::of_dates(dates, of_all).filter(|_| is_one);
        if let Some(series) = series {
            let status = match dates::status(self.node) {
                Some(Ok(status)) => status,
                None | Some(Err(_)) => EventStatus::Scheduled,
            };
            let mut facts = first.clone();
            // Of the addresses those of the whole: each date's own are of that date.
            for number in [at::URL, at::TICKETS_URL, at::AVAILABILITY] {
                facts.values.retain(|(known, _)| *known != number);
                facts.values.extend(draft.values.iter().filter(|(known, _)| *known == number).cloned());
            }
            return self.add(&id, &at, series, status, facts);
        }
        self.reading
            .alter(&at, "has subEvents that differ in more than their dates, so each is an event of its own");
        match own {
            Some(Ok(date)) => self.add(&id, &at, Series::of_date(&date), date.status, draft),
            Some(Err(what)) => self.reading.refuse(&at, what),
            None => {}
        }
        for (part, at, date, facts) in read {
            self.add_part(part, &at, &date, facts);
        }
    }
}

/// Whether a word is about one date, not about the event.
fn is_of_date(word: Word) -> bool {
    matches!(
        word,
        Word::Id
            | Word::Type
            | Word::Identifier
            | Word::StartDate
            | Word::EndDate
            | Word::Duration
            | Word::PreviousStartDate
            | Word::EventStatus
            | Word::SuperEvent
            | Word::Url
            | Word::RemainingAttendeeCapacity
    )
}

/// Whether two events say the same but for their dates and what goes with these.
fn alike(one: &Draft, other: &Draft) -> bool {
    let values = |draft: &Draft| {
        let is_own = |number: usize| matches!(number, at::URL | at::TICKETS_URL | at::AVAILABILITY);
        let mut values: Vec<(usize, Value)> =
            draft.values.iter().filter(|(number, _)| !is_own(*number)).cloned().collect();
        values.sort_by_key(|(number, _)| *number);
        values
    };
    one.position == other.position && values(one) == values(other)
}

fn put_status(draft: &mut Draft, status: EventStatus) {
    let name = match status {
        EventStatus::Scheduled | EventStatus::Rescheduled => "scheduled",
        EventStatus::Cancelled => "cancelled",
        EventStatus::Postponed => "postponed",
    };
    draft.put(at::EVENT_STATUS, name).expect("a word of the field");
}

/// Whether `node` is an event.
pub(in crate::formats::feed) fn is_event(node: &Node<'_>) -> bool {
    node.types()
        .any(|class| category(class).is_some() || local(class).ends_with("Event") && class != "OnDemandEvent")
}
