//! What people who count report, and which reports are taken at all. Knows no instant at which it is asked.
use super::policy::Policy;
use chrono::{DateTime, TimeDelta, Utc};

/// A count or a look at a beach.
///
/// The order of the members is that of [`Ord`], by which copies of one report are told apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Report {
    /// Which report; copies of it have the same.
    pub id: String,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// When somebody looked, by the server's clock.
    pub observed_at: DateTime<Utc>,
    /// Who looked.
    pub author: String,
    /// What they are.
    pub role: Role,
    /// What they saw.
    pub crowd: Crowd,
    /// Whether it was taken back: then it is as if it never was.
    pub withdrawn: bool,
    /// Whether a supervisor confirmed it: then it is as if it always was.
    pub confirmed: bool,
}

/// What somebody who reports is. A supervisor weighs as the patrol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Of the beach patrol.
    Patrol,
    /// A warden.
    Warden,
    /// Somebody else who works for the council.
    Staff,
}

/// How people were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// One by one.
    Counted,
    /// By eye.
    Estimated,
}

/// How many people there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Crowd {
    /// So many.
    Count(u32, Method),
    /// In words.
    Band(Band),
}

/// How many people there are, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// Green.
    Quiet,
    /// Amber.
    Busy,
    /// Red.
    Full,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Patrol, Self::Warden, Self::Staff];

    /// Its name outside.
    pub fn name(self) -> &'static str {
        match self {
            Self::Patrol => "patrol",
            Self::Warden => "warden",
            Self::Staff => "staff",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    fn weight(self) -> f64 {
        match self {
            Self::Patrol => 1.0,
            Self::Warden => 0.9,
            Self::Staff => 0.6,
        }
    }
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 2] = [Self::Counted, Self::Estimated];

    /// Its name outside.
    pub fn name(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Estimated => "estimated",
        }
    }

    /// The method of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

impl Band {
    /// Every band.
    pub const ALL: [Self; 3] = [Self::Quiet, Self::Busy, Self::Full];

    /// Its name outside.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Busy => "busy",
            Self::Full => "full",
        }
    }

    /// The band of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|band| band.name() == name)
    }
}

impl Crowd {
    /// The most people that can be reported: more than any beach has held.
    pub const MOST: u32 = 1_000_000;

    fn weight(self) -> f64 {
        match self {
            Self::Count(_, Method::Counted) => 1.0,
            Self::Count(_, Method::Estimated) => 0.7,
            Self::Band(_) => 0.5,
        }
    }

    /// The number of people, of a band the middle of its stretch when there is room for `capacity`.
    pub(super) fn people(self, policy: &Policy, capacity: i64) -> i64 {
        let (amber, red) = (policy.values().amber_percent, policy.values().red_percent);
        match self {
            Self::Count(count, _) => i64::from(count),
            Self::Band(Band::Quiet) => amber.share(capacity, 200),
            Self::Band(Band::Busy) => amber.plus(red).share(capacity, 200),
            Self::Band(Band::Full) => red.plus(super::Decimal::whole(100)).share(capacity, 200),
        }
    }
}

impl Report {
    /// How long after somebody looked a report is still taken.
    pub const OLDEST: TimeDelta = TimeDelta::days(7);

    /// What a report weighs while it is new.
    pub(super) fn weight(&self) -> f64 {
        self.role.weight() * self.crowd.weight()
    }

    /// Nobody has seen the future, and what was seen long ago is refused.
    pub(super) fn is_refused(&self) -> bool {
        let on_its_way = self.received_at.timestamp_millis() - self.observed_at.timestamp_millis();
        !(0..=Self::OLDEST.num_milliseconds()).contains(&on_its_way)
    }
}

/// The reports that are taken: one of each id, not refused, not withdrawn; in the order of `observed_at` and id,
/// whatever the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reports(Vec<Report>);

impl Reports {
    /// What is taken of `reports`. Of copies that differ the one received first is kept; that it was withdrawn or
    /// confirmed may be said by any of them.
    pub fn new(reports: &[Report]) -> Self {
        let mut all: Vec<&Report> = reports.iter().filter(|report| !report.is_refused()).collect();
        all.sort();
        let mut taken: Vec<Report> = Vec::with_capacity(all.len());
        for report in all {
            match taken.last_mut().filter(|first| first.id == report.id) {
                Some(first) => {
                    first.withdrawn |= report.withdrawn;
                    first.confirmed |= report.confirmed;
                }
                None => taken.push(report.clone()),
            }
        }
        taken.retain(|report| !report.withdrawn);
        taken.sort_by(|a, b| {
            (a.observed_at.timestamp_millis(), &a.id).cmp(&(b.observed_at.timestamp_millis(), &b.id))
        });
        Self(taken)
    }

    /// They.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Report> {
        self.0.iter()
    }
}
