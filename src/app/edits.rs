//! Edits of features: from what a client wrote to a command.
use super::apply::reaches;
use super::{App, Error};
use crate::access::{By, Roster};
use crate::command::{Aim, Command, Expected, Outcome, Refusal};
use crate::features::field::Value;
use crate::features::{Event, Feature, Promotion};
use crate::formats::geojson::Edit;
use crate::formats::json::DocumentError;
use crate::ids::{Collection, FeatureId, OrganisationId, RequestId, Version};
use std::sync::Arc;

/// Who edits, and with which request.
#[derive(Clone, Debug)]
pub struct Editor {
    /// By whom.
    pub by: By,
    /// The request it comes with.
    pub request: RequestId,
}

/// What a document does to the feature that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It is all of it.
    Replace,
    /// It is what changes.
    Patch,
}

/// Whether a place may lie outside the area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// It may not: far more often than not it is a slip of the hand.
    Refused,
    /// It may: who edits has said that it is meant.
    Allowed,
}

impl App {
    /// Writes the new feature that `edit` describes.
    pub async fn create(&self, editor: Editor, edit: Edit, outside: Outside) -> Result<Outcome, Error> {
        let feature = self.described(&editor.by, edit, outside)?;
        self.put(editor, feature, Expected::Nothing).await
    }

    /// The new feature that `edit` describes, not written yet.
    pub(super) fn described(&self, by: &By, edit: Edit, outside: Outside) -> Result<Feature, Error> {
        let kept = match edit.collection() {
            Collection::Events => drafted(by),
            Collection::Promotions => Promotion::drafted(organisation(by)),
            _ => Vec::new(),
        };
        let feature = edit.create(FeatureId::fresh(), kept, self.clock.now())?;
        check_id(&feature)?;
        check_prefix(by, &feature, &self.roster())?;
        self.surroundings(&feature, None, outside)?;
        Ok(feature)
    }

    /// Changes the feature that `aim` names, which must be at `version`, as `edit` says.
    pub async fn change(
        &self,
        editor: Editor,
        aim: Aim,
        version: Version,
        edit: Edit,
        how: How,
        outside: Outside,
    ) -> Result<Outcome, Error> {
        // From the database: this node may not show yet what another has written, and the client has seen there.
        let mut reading = self.store.read().await?;
        let stored = reading.feature(aim.collection, &aim.id).await?;
        reading.close().await?;
        let Aim { collection, id, .. } = aim;
        let Some(current) = stored else { return Err(Refusal::NotFound { collection, id }.into()) };
        reaches(&editor.by, &current.feature)?;
        if current.version != version {
            return Err(Refusal::Stale { collection, id, expected: version, current: current.version }.into());
        }
        let now = self.clock.now();
        let edit = edit.on(self.snapshot().area.calendar.date(now));
        let feature = match how {
            How::Replace => edit.replace(&current, now)?,
            How::Patch => edit.patch(&current, now)?,
        };
        self.surroundings(&feature, Some(&current.feature), outside)?;
        self.put(editor, feature, Expected::Version(version)).await
    }

    pub(super) async fn put(
        &self,
        editor: Editor,
        feature: Feature,
        expected: Expected,
    ) -> Result<Outcome, Error> {
        let command = Command::Put { feature: Arc::new(feature), expected };
        self.execute(command, editor.by, editor.request).await
    }

    /// Holds a feature against what is known of the area. What `before` was already is not asked about again.
    fn surroundings(
        &self,
        feature: &Feature,
        before: Option<&Arc<Feature>>,
        outside: Outside,
    ) -> Result<(), Error> {
        let snapshot = self.snapshot();
        let facts = &snapshot.area.facts;
        let moved = before.is_none_or(|before| before.geometry() != feature.geometry());
        if outside == Outside::Refused
            && moved
            && let Some(away) = feature.geometry().and_then(|geometry| facts.outside(geometry))
        {
            return Err(Error::OutsideArea { away });
        }
        let attribution = feature.attribution();
        if let Some(id) = attribution.filter(|id| facts.attributions.iter().all(|known| known.id != *id)) {
            let known: Vec<&str> = facts.attributions.iter().map(|known| known.id.as_str()).collect();
            let cause = format!("`{id}` is not an attribution of the area; there are {}", known.join(", "));
            return Err(DocumentError::at("/properties/source/attribution", cause).into());
        }
        Ok(())
    }
}

/// What a new event has that no document sets.
pub(super) fn drafted(by: &By) -> Vec<(usize, Value)> {
    Event::drafted(organisation(by))
}

fn organisation(by: &By) -> Option<&OrganisationId> {
    match by {
        By::System | By::Operator => None,
        By::Actor(permit) => permit.organisation(),
    }
}

/// Refuses an id of a promotion that somebody else could mean something by: what a business calls its own begins with the
/// id of its organisation, and not with that of another. What the server has chosen nobody else has.
fn check_prefix(by: &By, feature: &Feature, roster: &Roster) -> Result<(), DocumentError> {
    let (Some(_), Some(organisation)) = (Promotion::of(feature), organisation(by)) else { return Ok(()) };
    let id = feature.id().as_str();
    let begins =
        |slug: &OrganisationId| id.strip_prefix(slug.as_str()).is_some_and(|rest| rest.starts_with('-'));
    // `sea-cafe-teas` is of `sea-cafe`, where there is one, and not of `sea`.
    let nearer = |other: &OrganisationId| organisation.as_str().len() < other.as_str().len() && begins(other);
    let own = begins(organisation) && !roster.organisations().any(|other| nearer(&other.id));
    if own || uuid::Uuid::try_parse(id).is_ok() {
        return Ok(());
    }
    let cause =
        format!("is `{id}`; give one that begins with `{organisation}-`, or none, and the server chooses");
    Err(DocumentError::at("/id", cause))
}

/// Refuses an id that means something else where staff look at one event.
pub(super) fn check_id(feature: &Feature) -> Result<(), DocumentError> {
    if feature.collection() == Collection::Events && feature.id().as_str() == "preview" {
        return Err(DocumentError::at("/id", "`preview` is the name of something else; choose another"));
    }
    Ok(())
}
