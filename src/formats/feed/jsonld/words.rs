//! The words of schema.org and `OpenActive` that events are read from, and the classes of events.

/// A word that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[rustfmt::skip]
pub(in crate::formats::feed) enum Word {
    Activity, Address, AddressLocality, AgeRange, Availability, ByDay, ByMonth, ByMonthDay, ByMonthWeek,
    Caption, Category, ContentUrl, Data, DataFeedElement, Description, Duration, EndDate, EndTime, Event,
    EventAttendanceMode, EventSchedule, EventStatus, ExceptDate, Geo, Graph, HighPrice, Id, Identifier, Image,
    IsAccessibleForFree, Item, ItemListElement, Items, Keywords, Kind, Latitude, License, Location, Longitude,
    LowPrice, MainEntity, MaxValue, MinValue, Modified, Name, Next, Offers, Organizer, PostalCode,
    PreviousStartDate, Price, PriceCurrency, RemainingAttendeeCapacity, RepeatCount, RepeatFrequency,
    ScheduleTimezone, StartDate, StartTime, State, StreetAddress, SubEvent, SuperEvent, Type, TypicalAgeRange,
    Url, Value,
}

/// The words by name, in the order of the names.
#[rustfmt::skip]
const WORDS: &[(&str, Word)] = &[
    ("@graph", Word::Graph), ("@id", Word::Id), ("@type", Word::Type), ("@value", Word::Value),
    ("activity", Word::Activity), ("address", Word::Address), ("addressLocality", Word::AddressLocality),
    ("ageRange", Word::AgeRange), ("availability", Word::Availability), ("byDay", Word::ByDay),
    ("byMonth", Word::ByMonth), ("byMonthDay", Word::ByMonthDay), ("byMonthWeek", Word::ByMonthWeek),
    ("caption", Word::Caption), ("category", Word::Category), ("contentUrl", Word::ContentUrl),
    ("data", Word::Data), ("dataFeedElement", Word::DataFeedElement), ("description", Word::Description),
    ("duration", Word::Duration), ("endDate", Word::EndDate), ("endTime", Word::EndTime),
    ("event", Word::Event), ("eventAttendanceMode", Word::EventAttendanceMode),
    ("eventSchedule", Word::EventSchedule), ("eventStatus", Word::EventStatus), ("events", Word::Event),
    ("exceptDate", Word::ExceptDate), ("geo", Word::Geo), ("highPrice", Word::HighPrice), ("id", Word::Id),
    ("identifier", Word::Identifier), ("image", Word::Image),
    ("isAccessibleForFree", Word::IsAccessibleForFree), ("item", Word::Item),
    ("itemListElement", Word::ItemListElement), ("items", Word::Items), ("keywords", Word::Keywords),
    ("kind", Word::Kind), ("latitude", Word::Latitude), ("license", Word::License),
    ("location", Word::Location), ("longitude", Word::Longitude), ("lowPrice", Word::LowPrice),
    ("mainEntity", Word::MainEntity), ("maxValue", Word::MaxValue), ("minValue", Word::MinValue),
    ("modified", Word::Modified), ("name", Word::Name), ("next", Word::Next), ("offers", Word::Offers),
    ("organizer", Word::Organizer), ("postalCode", Word::PostalCode),
    ("previousStartDate", Word::PreviousStartDate), ("price", Word::Price),
    ("priceCurrency", Word::PriceCurrency), ("remainingAttendeeCapacity", Word::RemainingAttendeeCapacity),
    ("repeatCount", Word::RepeatCount), ("repeatFrequency", Word::RepeatFrequency),
    ("scheduleTimezone", Word::ScheduleTimezone), ("startDate", Word::StartDate),
    ("startTime", Word::StartTime), ("state", Word::State), ("streetAddress", Word::StreetAddress),
    ("subEvent", Word::SubEvent), ("subEvents", Word::SubEvent), ("superEvent", Word::SuperEvent),
    ("type", Word::Type), ("typicalAgeRange", Word::TypicalAgeRange), ("url", Word::Url),
    ("value", Word::Value),
];

/// The classes of events, in the order of their names, and what they are here. Classes of no kind of ours are `other`.
#[rustfmt::skip]
const CLASSES: &[(&str, &str)] = &[
    ("BusinessEvent", "talk"), ("ChildrensEvent", "family"), ("ComedyEvent", "comedy"),
    ("ConferenceEvent", "talk"), ("CourseInstance", "other"), ("DanceEvent", "theatre"),
    ("DeliveryEvent", "other"), ("EducationEvent", "talk"), ("Event", "other"), ("EventSeries", "other"),
    ("ExhibitionEvent", "exhibition"), ("Festival", "festival"), ("FoodEvent", "other"),
    ("Hackathon", "community"), ("HeadlineEvent", "other"), ("LiteraryEvent", "talk"),
    ("MusicEvent", "music"), ("PerformingArtsEvent", "theatre"), ("PublicationEvent", "other"),
    ("SaleEvent", "market"), ("ScheduledSession", "other"), ("ScreeningEvent", "film"),
    ("SessionSeries", "other"), ("SocialEvent", "community"), ("SportsEvent", "sport"),
    ("TheaterEvent", "theatre"), ("VisualArtsEvent", "exhibition"),
];

impl Word {
    /// The word of that name.
    pub(in crate::formats::feed) fn named(name: &str) -> Option<Self> {
        let at = WORDS.binary_search_by(|(known, _)| known.cmp(&name)).ok()?;
        Some(WORDS[at].1)
    }

    /// Its name, as a pointer has it.
    pub(in crate::formats::feed) fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::SubEvent => "subEvent",
            Self::Value => "value",
            known => WORDS.iter().find(|(_, word)| *word == known).map_or("", |(name, _)| name),
        }
    }
}

/// What an event of this class is here; none where it is no class of events.
pub(in crate::formats::feed) fn category(class: &str) -> Option<&'static str> {
    let at = CLASSES.binary_search_by(|(known, _)| known.cmp(&class)).ok()?;
    Some(CLASSES[at].1)
}

/// The last part of a name: `Event` of `https://schema.org/Event`, `schema:Event` and `Event`.
pub(in crate::formats::feed) fn local(name: &str) -> &str {
    let name = name.trim();
    name.rfind(['/', '#', ':']).map_or(name, |at| &name[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_classes_are_found_by_name() {
        assert!(WORDS.is_sorted() && CLASSES.is_sorted());
        for (name, word) in WORDS {
            assert_eq!(Word::named(name), Some(*word));
            assert_eq!(Word::named(word.name()), Some(*word), "{name}");
        }
        assert_eq!(category("Festival"), Some("festival"));
        assert_eq!(category("Place"), None);
        for (name, want) in
            [("https://schema.org/Event", "Event"), ("schema:Event", "Event"), (" Event ", "Event")]
        {
            assert_eq!(local(name), want);
        }
    }
}
