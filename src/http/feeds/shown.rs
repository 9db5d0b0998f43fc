//! An event as the notations of others show it, with what belongs to it elsewhere.
use crate::features::Occurrence;
use crate::features::schema::{self, at};
use crate::formats::shown::{EventShown, OrganisationShown, VenueShown};
use crate::http::Site;
use crate::ids::{FeatureId, OrganisationId};
use crate::snapshot::{Production, Snapshot};
use chrono::{DateTime, Utc};

/// The next dates that are shown of an event.
const NEXT: usize = 10;

/// An event, and what is shown with it.
pub(in crate::http) struct Shown<'s> {
    production: &'s Production,
    snapshot: &'s Snapshot,
    venue: Option<VenueShown<'s>>,
    url: String,
    dates_url: String,
    next: Vec<(FeatureId, &'s Occurrence)>,
    /// The name of its organisation, and its address.
    organisation: Option<(String, String)>,
    publisher_url: String,
}

impl<'s> Shown<'s> {
    /// The event of `production`, as it is shown at `now`, with some of its next dates.
    pub(in crate::http) fn new(
        site: &Site,
        snapshot: &'s Snapshot,
        production: &'s Production,
        now: DateTime<Utc>,
    ) -> Self {
        let next = production.upcoming(now).take(NEXT).collect();
        Self { next, ..Self::undated(site, snapshot, production) }
    }

    /// The same without its next dates: for a notation that writes the series.
    pub(in crate::http) fn undated(site: &Site, snapshot: &'s Snapshot, production: &'s Production) -> Self {
        let event = production.event();
        let venue = event.venue().and_then(|id| snapshot.place(&id)).map(|item| {
            let fields = item.feature.fields();
            let text = |name: &str| {
                schema::number(item.feature.collection(), name).and_then(|number| fields.text(number))
            };
            VenueShown {
                name: fields.text(at::NAME).unwrap_or_default(),
                street: text("street_address"),
                town: text("town"),
                postal_code: text("postal_code"),
            }
        });
        let roster = site.app().roster();
        let id = event.organisation().and_then(|id| OrganisationId::new(id).ok());
        let named = id.and_then(|id| roster.organisation(&id));
        Self {
            production,
            snapshot,
            venue,
            url: site.url(&format!("/v1/collections/events/items/{}", production.item.feature.id())),
            dates_url: site.url("/v1/collections/occurrences/items/"),
            next: Vec::new(),
            organisation: named.map(|organisation| {
                let of = format!("/v1/collections/events/items?organisation={}", organisation.id);
                (organisation.name.to_string(), site.url(&of))
            }),
            publisher_url: site.url("/v1"),
        }
    }

    /// It, for a notation to write.
    pub(in crate::http) fn shown(&self) -> EventShown<'_> {
        EventShown {
            item: &self.production.item,
            venue: self.venue,
            position: self.production.shown.feature.position(),
            url: &self.url,
            dates_url: &self.dates_url,
            next: &self.next,
            organisation: self.organisation.as_ref().map(|(name, url)| OrganisationShown { name, url }),
            publisher: OrganisationShown { name: &self.snapshot.area.facts.name, url: &self.publisher_url },
            country: &self.snapshot.area.facts.country,
            calendar: &self.snapshot.area.calendar,
        }
    }
}
