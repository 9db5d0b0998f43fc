//! Everything that is published, as plain values: what a snapshot is built from.
mod application;
mod batch;
mod beach;
mod declaration;
mod feed;
mod policy;
mod report;
mod roads;
mod source;

pub use application::{Application, ApplicationState, Claim, ClaimError, position_quality};
pub use batch::{BatchDecision, BatchedPromotion, Confirmation, DecisionBatch, Unconfirmable};
pub use beach::profile;
pub use declaration::{Axis, Declaration};
pub use feed::{FeedContent, FeedFormat, FeedItem, FeedNote};
pub use policy::{AdoptedPolicy, Policies};
pub use report::CrowdReport;
pub use roads::Roads;
pub use source::{Alarm, AlarmKind, FeedEdit, FeedSource, FeedState, FeedTaken, Quarantine};

use crate::beaches::Tide;
use crate::features::Feature;
use crate::hours::{Calendar, CalendarError};
use crate::ids::Version;
use crate::spatial::{Area, Geometry, LatLon, Metres};
use chrono::{DateTime, NaiveDate, Utc};
use std::sync::Arc;

/// A place as stored: with its version and its dates.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The place.
    pub feature: Arc<Feature>,
    /// How often it was written.
    pub version: Version,
    /// When it was first written.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub updated_at: DateTime<Utc>,
}

/// What holds for an area as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaFacts {
    /// Its slug: a database holds one area.
    pub id: String,
    /// Its name.
    pub name: String,
    /// ISO 3166-1 alpha-2 code of the country of every address.
    pub country: String,
    /// The IANA name of its time zone.
    pub time_zone: String,
    /// The licence of the answers as a whole.
    pub licence_url: String,
    /// The boundary.
    pub boundary: Area,
    /// How far outside the boundary a place may lie.
    pub buffer: Metres,
    /// Where the examples look.
    pub start: LatLon,
    /// Days that `PH` means in opening hours, with their names.
    pub holidays: Vec<(NaiveDate, String)>,
    /// When the schools of the area are closed, as far as that is known, in order.
    pub school_holidays: Vec<SchoolHoliday>,
    /// Towns, by name.
    pub towns: Vec<Town>,
    /// Postcodes in canonical form (`CO15 1QG`), in order.
    pub postcodes: Vec<(String, LatLon)>,
    /// Texts that sources ask for, at most 64.
    pub attributions: Vec<Attribution>,
    /// The tide at its shore; an empty table when none is known.
    pub tide: Arc<Tide>,
    /// What must be said of that table, such as that it is not for navigation.
    pub tide_note: Option<String>,
    /// The id of the attribution that the table's source asks for.
    pub tide_attribution: Option<String>,
    /// How far it is from beach to beach by road, as far as that is known.
    pub roads: Arc<Roads>,
    /// Where events come from, by id.
    pub feeds: Vec<FeedSource>,
}

/// A time at which the schools of the area are closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolHoliday {
    /// What it is called.
    pub name: String,
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
}

/// A town that visitors may name instead of a position.
#[derive(Clone, Debug, PartialEq)]
pub struct Town {
    /// Its name.
    pub name: String,
    /// Other names for it.
    pub aliases: Vec<String>,
    /// Its middle.
    pub position: LatLon,
}

/// A text that a source asks to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// What `source_attribution` calls it.
    pub id: String,
    /// The text.
    pub text: String,
    /// The licence it goes with.
    pub licence: String,
    /// Where that is explained.
    pub url: String,
}

impl AreaFacts {
    /// Attributions an area may have: as many as a word has bits.
    pub const MAX_ATTRIBUTIONS: usize = 64;

    /// The area's civil time, its sun being that of where the examples look.
    pub fn calendar(&self) -> Result<Calendar, CalendarError> {
        let calendar = Calendar::new(&self.time_zone, self.holidays.iter().map(|(day, _)| *day))?;
        calendar.with_position(self.start.lat(), self.start.lon())
    }

    /// How far outside the boundary `geometry` lies, a shape by the farthest of its pin and its outermost positions;
    /// `None` when that is within the buffer.
    pub fn outside(&self, geometry: &Geometry) -> Option<Metres> {
        let positions = [geometry.position()].into_iter().chain(outermost(geometry));
        let away = positions.map(|position| self.boundary.distance_from(position));
        away.max_by(|a, b| a.get().total_cmp(&b.get())).filter(|away| self.buffer.get() < away.get())
    }
}

/// The positions of a shape that lie farthest in each of eight directions. Asking how far outside every one of ten
/// thousand lies would take longer than the answer is worth.
fn outermost(geometry: &Geometry) -> Vec<LatLon> {
    let Geometry::Area(area) = geometry else { return Vec::new() };
    let directions = [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -1.0)];
    let both_ways = directions.into_iter().flat_map(|(lat, lon)| [(lat, lon), (-lat, -lon)]);
    let farthest = |(lat, lon): (f64, f64)| {
        let ahead = |position: &&LatLon| position.lat() * lat + position.lon() * lon;
        let all = area.polygons().iter().flatten().flatten();
        all.max_by(|a, b| ahead(a).total_cmp(&ahead(b))).copied()
    };
    both_ways.filter_map(farthest).collect()
}
