//! What is done with events that is no edit of them: looked at before it is written, copied, changed on a single date, and
//! published when the time has come.
use super::apply::reaches;
use super::edits::{check_id, drafted};
use super::{App, Editor, Error, Outside, PUBLISHING};
use crate::access::By;
use crate::catalogue::Item;
use crate::command::{Aim, Command, EventCommand, Expected, Outcome, Refusal};
use crate::features::{
    CopyError, Event, EventError, EventStatus, EventWarning, FeatureError, OccurrenceChange,
};
use crate::formats::geojson::Edit;
use crate::formats::json::DocumentError;
use crate::hours::Calendar;
use crate::ids::{Collection, FeatureId, RequestId, Version};
use crate::recurrence::{Schedule, Wall};
use crate::snapshot::Production;
use std::sync::Arc;

fn no_event(id: &FeatureId) -> Refusal {
    Refusal::NotFound { collection: Collection::Events, id: id.clone() }
}

impl App {
    /// The event called `id`, with its dates, for whom it is shown to before everybody sees it.
    pub fn event(&self, by: &By, id: &FeatureId) -> Result<Arc<Production>, Error> {
        let snapshot = self.snapshot();
        let production = snapshot.programme().event(id).ok_or_else(|| no_event(id))?;
        reaches(by, &production.item.feature)?;
        Ok(production.clone())
    }

    /// The event that `edit` would make, with its dates. Nothing is written.
    pub fn preview(&self, by: &By, edit: Edit, outside: Outside) -> Result<Production, Error> {
        let feature = self.described(by, edit, outside)?;
        reaches(by, &feature)?;
        let snapshot = self.snapshot();
        let venue = Event::of(&feature).and_then(|event| event.venue());
        if let Some(id) = venue.filter(|venue| snapshot.place(venue).is_none()) {
            return Err(Refusal::NoVenue { id }.into());
        }
        let now = self.clock.now();
        let feature = Arc::new(feature);
        let item = Item { feature, version: Version(1), created_at: now, updated_at: now };
        Ok(snapshot.production(Arc::new(item), now))
    }

    /// Writes a draft called `copy`, or as it comes, with the content of the event called `id`, whose series begins at
    /// `starts`; and what of the other the copy does not have.
    pub async fn copy_event(
        &self,
        editor: Editor,
        id: &FeatureId,
        starts: Wall,
        copy: Option<FeatureId>,
    ) -> Result<(Outcome, Option<EventWarning>), Error> {
        let stored = self.stored_event(id).await?.ok_or_else(|| no_event(id))?;
        reaches(&editor.by, &stored.feature)?;
        let event = Event::of(&stored.feature).ok_or_else(|| no_event(id))?;
        let calendar = &self.snapshot().area.calendar;
        let id = copy.unwrap_or_else(FeatureId::fresh);
        let copied = event.copied(id, starts, drafted(&editor.by), calendar).map_err(|cause| {
            let of_id = match &cause {
                CopyError::Feature(FeatureError::Event(error)) => matches!(**error, EventError::LongId(_)),
                CopyError::Feature(_) | CopyError::Kind { .. } | CopyError::TooFar(_) => false,
            };
            DocumentError::at(if of_id { "/id" } else { "/starts" }, cause)
        })?;
        check_id(&copied)?;
        let without = event.copied_without();
        Ok((self.put(editor, copied, Expected::Nothing).await?, without))
    }

    /// Says `change` of the date called `id`, whose event must be at `version`.
    pub async fn change_date(
        &self,
        editor: Editor,
        id: &FeatureId,
        version: Version,
        change: OccurrenceChange,
    ) -> Result<Outcome, Error> {
        let nothing = || Refusal::NotFound { collection: Collection::Occurrences, id: id.clone() };
        let (event_id, of) = Event::named_by(id).ok_or_else(nothing)?;
        // From the database: another node may have written it, and shown it already.
        let stored = self.stored_event(&event_id).await?.ok_or_else(nothing)?;
        reaches(&editor.by, &stored.feature).map_err(|refusal| match refusal {
            Refusal::NotFound { .. } => nothing(),
            other => other,
        })?;
        let (current, collection) = (stored.version, Collection::Events);
        if current != version {
            return Err(Refusal::Stale { collection, id: event_id, expected: version, current }.into());
        }
        let production = self.snapshot().production(Arc::new(stored), self.clock.now());
        // What is not told has no id that anybody could know.
        if !production.occurrences.occurrences.iter().any(|date| date.original == of) {
            return Err(nothing().into());
        }
        let change = self.completed(production.event(), of, change)?;
        let aim = Aim { collection, id: event_id, expected: Expected::Version(version) };
        let command = Command::Event(EventCommand::Change { aim, of, change });
        self.execute(command, editor.by, editor.request).await
    }

    /// `change` with the end of a date that is moved, and refused where the clocks skip its beginning. Moved to when it was
    /// to be, it is not moved any more.
    fn completed(
        &self,
        event: Event<'_>,
        of: Wall,
        change: OccurrenceChange,
    ) -> Result<OccurrenceChange, DocumentError> {
        let Some((starts, ends, reason)) = change.moved else { return Ok(change) };
        if event.is_all_day() != matches!(starts, Wall::Day(_)) {
            let wanted =
                if event.is_all_day() { "whole days: give a day" } else { "times: give a day and a time" };
            return Err(DocumentError::at(
                "/starts",
                format!("is {starts}, and the dates of this event are {wanted}"),
            ));
        }
        let ends = ends.or_else(|| event.ends_of(starts));
        let alone = Schedule::new(starts, ends, None, Vec::new(), Vec::new()).map_err(|cause| {
            let cause = EventError::Schedule(cause);
            DocumentError::at(format!("/{}", cause.field()), cause)
        })?;
        let own = event.time_zone().and_then(|zone| Calendar::new(zone, []).ok());
        let snapshot = self.snapshot();
        let calendar = own.as_ref().unwrap_or(&snapshot.area.calendar);
        if starts.date() < calendar.date(self.clock.now()) {
            return Err(DocumentError::at("/starts", format!("{starts} has been: give a day from today on")));
        }
        if alone.date(calendar, starts).is_none() {
            let cause = format!("the clocks of {} skip {starts}", calendar.zone_name());
            return Err(DocumentError::at("/starts", cause));
        }
        if starts == of && ends == event.ends_of(of) {
            let status = Some((EventStatus::Scheduled, None));
            return Ok(OccurrenceChange { status, moved: None, ..change });
        }
        Ok(OccurrenceChange { moved: Some((starts, ends, reason)), ..change })
    }

    async fn stored_event(&self, id: &FeatureId) -> Result<Option<Item>, Error> {
        let mut reading = self.store.read().await?;
        let stored = reading.feature(Collection::Events, id).await?;
        reading.close().await?;
        Ok(stored)
    }

    /// Writes down which drafts have published themselves, if this node is the one that does. Everybody sees them already.
    pub async fn publish_drafts(&self) -> Result<(), Error> {
        let (snapshot, now) = (self.snapshot(), self.clock.now());
        let due: Vec<FeatureId> =
            snapshot.programme().due(now).map(|due| due.item.feature.id().clone()).collect();
        if due.is_empty() || !self.holds(PUBLISHING).await? {
            return Ok(());
        }
        for id in due {
            let command = Command::Event(EventCommand::PublishDue(id));
            match self.execute(command, By::System, RequestId::fresh()).await {
                // Deleted meanwhile, perhaps.
                Ok(_) | Err(Error::Refused(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
