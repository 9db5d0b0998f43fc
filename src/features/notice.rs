//! What a notice says of its time and of what it concerns.
use super::field::Value;
use super::schema::notice_at as at;
use super::{Feature, Fields};
use crate::ids::{Collection, FeatureId, NoticeOn};
use chrono::{DateTime, Utc};

/// A feature that is a notice.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a>(&'a Feature);

/// Why values do not make a notice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoticeError {
    /// An id, but not of which collection.
    #[error("about_collection is missing: an id is of one collection")]
    IdWithoutCollection,
    /// A text that is no id.
    #[error("about_id `{0}` is not an id")]
    Id(String),
    /// Over before it begins.
    #[error("a notice cannot end ({ends_at}) before it starts ({starts_at})")]
    EndsBeforeStart {
        /// Its beginning.
        starts_at: DateTime<Utc>,
        /// Its end.
        ends_at: DateTime<Utc>,
    },
}

impl<'a> Notice<'a> {
    /// `feature`, when it is a notice.
    pub fn of(feature: &'a Feature) -> Option<Self> {
        (feature.collection() == Collection::Notices).then_some(Self(feature))
    }

    /// What it is about.
    pub fn on(&self) -> NoticeOn {
        on(self.0.fields()).expect("checked when it was made")
    }

    /// From when it holds; none: at any time before its end.
    pub fn starts_at(&self) -> Option<DateTime<Utc>> {
        instant(self.0.fields(), at::STARTS_AT)
    }

    /// Until when it holds, not including it; none: until it is taken away.
    pub fn ends_at(&self) -> Option<DateTime<Utc>> {
        instant(self.0.fields(), at::ENDS_AT)
    }

    /// Whether it holds at `now`.
    pub fn in_force(&self, now: DateTime<Utc>) -> bool {
        self.starts_at().is_none_or(|start| start <= now) && !self.ended(now)
    }

    /// Whether its time is over at `now`.
    pub fn ended(&self, now: DateTime<Utc>) -> bool {
        self.ends_at().is_some_and(|end| end <= now)
    }

    /// The first instant after `now` at which it begins or ends to hold; none when time alone changes nothing more.
    pub fn next_change(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        [self.starts_at(), self.ends_at()].into_iter().flatten().filter(|at| now < *at).min()
    }
}

/// Checks that `fields` make a notice.
pub(super) fn check(fields: &Fields) -> Result<(), NoticeError> {
    on(fields)?;
    match (instant(fields, at::STARTS_AT), instant(fields, at::ENDS_AT)) {
        (Some(starts_at), Some(ends_at)) if ends_at <= starts_at => {
            Err(NoticeError::EndsBeforeStart { starts_at, ends_at })
        }
        _ => Ok(()),
    }
}

fn on(fields: &Fields) -> Result<NoticeOn, NoticeError> {
    let collection = fields.text(at::ABOUT_COLLECTION).and_then(Collection::named);
    match (collection, fields.text(at::ABOUT_ID)) {
        (None, None) => Ok(NoticeOn::Area),
        (Some(collection), None) => Ok(NoticeOn::Collection(collection)),
        (None, Some(_)) => Err(NoticeError::IdWithoutCollection),
        (Some(collection), Some(id)) => match FeatureId::new(id) {
            Ok(id) => Ok(NoticeOn::Feature(collection, id)),
            Err(_) => Err(NoticeError::Id(id.to_owned())),
        },
    }
}

fn instant(fields: &Fields, number: usize) -> Option<DateTime<Utc>> {
    match fields.get(number) {
        Some(Value::Instant(at)) => Some(*at),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::field::Kind;
    use crate::features::schema;
    use crate::features::{FeatureError, Status};

    fn notice(given: &[(usize, &str)]) -> Result<Feature, FeatureError> {
        let table = schema::fields(Collection::Notices);
        let told = [(at::NAME, "Closed path"), (at::SEVERITY, "warning")];
        let values =
            told.iter().chain(given).map(|(number, text)| (*number, table[*number].kind.text(text).unwrap()));
        let id = FeatureId::new("n-1").unwrap();
        Feature::new(id, Collection::Notices, None, None, Status::Active, Fields::new(values))
    }

    fn at_instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_notice_concerns_a_place_a_collection_or_the_area() {
        let place = FeatureId::new("wc-pier").unwrap();
        for (given, want) in [
            (&[][..], Ok(NoticeOn::Area)),
            (&[(at::ABOUT_COLLECTION, "beaches")], Ok(NoticeOn::Collection(Collection::Beaches))),
            (
                &[(at::ABOUT_COLLECTION, "toilets"), (at::ABOUT_ID, "wc-pier")],
                Ok(NoticeOn::Feature(Collection::Toilets, place)),
            ),
            (&[(at::ABOUT_ID, "wc-pier")], Err(NoticeError::IdWithoutCollection)),
            (
                &[(at::ABOUT_COLLECTION, "toilets"), (at::ABOUT_ID, "-x")],
                Err(NoticeError::Id("-x".to_owned())),
            ),
        ] {
            let got = notice(given).map(|feature| Notice::of(&feature).unwrap().on());
            assert_eq!(got, want.map_err(FeatureError::Notice), "{given:?}");
        }
    }

    #[test]
    fn a_notice_holds_from_its_start_until_before_its_end() {
        let (start, end) = ("2026-07-18T08:00:00Z", "2026-07-18T20:00:00Z");
        let both = notice(&[(at::STARTS_AT, start), (at::ENDS_AT, end)]).unwrap();
        for (now, in_force, ended, next) in [
            ("2026-07-18T07:59:59.999Z", false, false, Some(start)),
            ("2026-07-18T08:00:00Z", true, false, Some(end)),
            ("2026-07-18T19:59:59.999Z", true, false, Some(end)),
            ("2026-07-18T20:00:00Z", false, true, None),
        ] {
            let notice = Notice::of(&both).unwrap();
            let got = (
                notice.in_force(at_instant(now)),
                notice.ended(at_instant(now)),
                notice.next_change(at_instant(now)),
            );
            assert_eq!(got, (in_force, ended, next.map(at_instant)), "{now}");
        }
        let open = notice(&[]).unwrap();
        assert!(Notice::of(&open).unwrap().in_force(at_instant(start)));
        let backwards = notice(&[(at::STARTS_AT, end), (at::ENDS_AT, start)]);
        assert!(matches!(backwards, Err(FeatureError::Notice(NoticeError::EndsBeforeStart { .. }))));
    }

    #[test]
    fn a_notice_is_nowhere_and_has_no_status() {
        let Kind::Choice(_) = schema::fields(Collection::Notices)[at::SEVERITY].kind else {
            panic!("a choice")
        };
        let feature = notice(&[]).unwrap();
        assert_eq!((feature.position(), feature.opening_hours()), (None, None));
        let closed = Status::Closed { reason: "no".into() };
        let refused = Feature::new(
            feature.id().clone(),
            Collection::Notices,
            None,
            None,
            closed,
            feature.fields().clone(),
        );
        assert_eq!(refused, Err(FeatureError::Status(Collection::Notices)));
    }
}
