//! Events, written as the operator writes them.
use promenade::access::By;
use promenade::app::App;
use promenade::catalogue::Item;
use promenade::command::{Command, Expected, Outcome};
use promenade::features::{Event, Feature};
use promenade::formats::geojson::Edit;
use promenade::ids::{Collection, FeatureId, OrganisationId, RequestId};
use serde_json::Value;
use std::sync::Arc;

/// Writes the draft that `document` describes, of that organisation.
pub async fn put(app: &App, document: &Value, organisation: Option<&str>) -> Arc<Item> {
    let organisation = organisation.map(|id| OrganisationId::new(id).unwrap());
    let edit = Edit::read(Collection::Events, &document.to_string()).unwrap();
    let kept = Event::drafted(organisation.as_ref());
    let feature = edit.create(FeatureId::fresh(), kept, app.clock().now()).unwrap();
    edited(app, feature).await
}

/// Writes `feature`, whatever is there.
pub async fn edited(app: &App, feature: Feature) -> Arc<Item> {
    let command = Command::Put { feature: Arc::new(feature), expected: Expected::Anything };
    match app.execute(command, By::Operator, RequestId::fresh()).await.unwrap() {
        Outcome::Written { item, .. } | Outcome::Unchanged { item } => item,
        other => panic!("{other:?}"),
    }
}
