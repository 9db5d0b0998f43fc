//! The parameters that name something else by its id: `venue`, `business` and `organisation`. An id that nothing has is refused: an empty
//! answer would be taken for "nothing is on there".
use super::Site;
use super::problem::{INVALID_PARAMETER, Problem};
use super::query::{Query, shown};
use crate::ids::{Collection, FeatureId, OrganisationId};
use crate::snapshot::Snapshot;

/// Refuses the first id that names nothing. Those that are no ids at all are refused where the filter is read.
pub(super) fn check(site: &Site, snapshot: &Snapshot, parameters: &Query<'_>) -> Result<(), Problem> {
    let named = |name: &str, id: &str| {
        [Collection::Events, Collection::Occurrences, Collection::Promotions, Collection::Businesses]
            .iter()
            .any(|collection| snapshot.collection(*collection).any_has(name, id))
    };
    let ids = |name: &str| parameters.get(name).into_iter().flat_map(|ids| ids.split(','));
    for id in ids("venue") {
        let place = FeatureId::new(id).ok().is_some_and(|id| snapshot.place(&id).is_some());
        if !place && !named("venue", id) {
            let detail = format!(
                "there is no place `{}`; its id is that of a feature, such as one of `venues`",
                shown(id)
            );
            return Err(Problem::parameter(&INVALID_PARAMETER, "venue", detail));
        }
    }
    for id in ids("business") {
        let businesses = snapshot.collection(Collection::Businesses);
        let known = FeatureId::new(id).ok().is_some_and(|id| businesses.item(&id).is_some());
        if !known && !named("business", id) {
            let detail =
                format!("there is no business `{}`; its id is that of a feature of `businesses`", shown(id));
            return Err(Problem::parameter(&INVALID_PARAMETER, "business", detail));
        }
    }
    let roster = site.app().roster();
    for id in ids("organisation") {
        let known = OrganisationId::new(id).ok().is_some_and(|id| roster.organisation(&id).is_some());
        if !known && !named("organisation", id) {
            let detail = format!(
                "there is no organisation `{}`; events, businesses and promotions name theirs by its id",
                shown(id)
            );
            return Err(Problem::parameter(&INVALID_PARAMETER, "organisation", detail));
        }
    }
    Ok(())
}
