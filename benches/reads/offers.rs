//! Businesses, and what they offer: as many of both as a district has.
use promenade::access::{By, OrganisationKind};
use promenade::app::App;
use promenade::catalogue::Item;
use promenade::command::{
    AccessCommand, Aim, Command, DecidePromotion, Expected, OrganisationFacts, Outcome,
};
use promenade::features::{Feature, Promotion, PromotionStep};
use promenade::formats::geojson::Edit;
use promenade::formats::json::content_hash;
use promenade::ids::{Collection, FeatureId, OrganisationId, RequestId};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

/// Businesses, each an organisation of its own.
const BUSINESSES: usize = 714;
/// Writers at a time.
const AT_ONCE: usize = 32;

/// Makes the businesses, and `count` promotions among them that are approved. The businesses of a district are where
/// `PROMENADE_BUSINESSES` says, a CSV file with `name`, `lat` and `lon`; made up without.
pub async fn make(app: &App, count: usize) {
    let businesses = Arc::new(businesses());
    let start = Instant::now();
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..AT_ONCE {
        let (app, businesses) = (app.clone(), businesses.clone());
        writers.spawn(async move {
            for number in (writer..businesses.len()).step_by(AT_ONCE) {
                let (name, position) = &businesses[number];
                business(&app, number, name, *position).await;
                for offer in (number..count).step_by(businesses.len()) {
                    promotion(&app, number, offer).await;
                }
            }
        });
    }
    writers.join_all().await;
    eprintln!(
        "{} businesses and {count} promotions in {:.1} s",
        businesses.len(),
        start.elapsed().as_secs_f64()
    );
}

/// The longitude and latitude that the clients ask around.
pub fn centre() -> [f64; 2] {
    let businesses = businesses();
    let (_, middle) = businesses[businesses.len() / 2];
    middle
}

/// The name of each business, and its longitude and latitude.
fn businesses() -> Vec<(String, [f64; 2])> {
    let Ok(path) = std::env::var("PROMENADE_BUSINESSES") else {
        let town = |n: u32| [-3.45 + f64::from(n % 27) * 0.001, 54.60 + f64::from(n / 27) * 0.001];
        return (0..u32::try_from(BUSINESSES).expect("few"))
            .map(|n| (format!("Café {n}"), town(n)))
            .collect();
    };
    let mut rows = csv::Reader::from_path(path).expect("the file that PROMENADE_BUSINESSES names");
    let head = rows.headers().expect("a head").clone();
    let at = |name: &str| head.iter().position(|column| column == name).expect("a column of that name");
    let (name, lat, lon) = (at("name"), at("lat"), at("lon"));
    let number = |text: &str| text.parse::<f64>().expect("a number");
    rows.records()
        .map(|row| row.expect("a row"))
        .map(|row| (row[name].to_owned(), [number(&row[lon]), number(&row[lat])]))
        .collect()
}

fn organisation(number: usize) -> OrganisationId {
    OrganisationId::new(&format!("business-{number}")).expect("a slug")
}

async fn business(app: &App, number: usize, name: &str, position: [f64; 2]) {
    let organisation = organisation(number);
    let facts = OrganisationFacts {
        id: organisation.clone(),
        name: name.into(),
        kind: OrganisationKind::Business,
        venues: BTreeSet::new(),
    };
    done(app, Command::Access(AccessCommand::CreateOrganisation(facts))).await;
    let document = json!({
        "type": "Feature", "id": organisation.as_str(), "geometry": {"type": "Point", "coordinates": position},
        "properties": {
            "name": name, "category": "cafe", "organisation": organisation.as_str(), "position_quality": "surveyed",
            "source": {"name": "Made up", "retrieved_on": "2026-07-01"}
        }
    });
    let edit = Edit::read(Collection::Businesses, &document.to_string()).expect("a business");
    put(app, edit.create(FeatureId::fresh(), Vec::new(), app.clock().now()).expect("a business")).await;
}

async fn promotion(app: &App, business: usize, number: usize) {
    let organisation = organisation(business);
    let now = app.clock().now();
    let day = chrono::TimeDelta::days(1);
    let document = json!({
        "type": "Feature", "id": format!("{organisation}-{number:05}"),
        "properties": {
            "name": format!("Number {number}: two cream teas for one"), "kind": "freebie",
            "description": "One for you, one for whoever you bring.", "terms": "One a table, not with other offers.",
            "business": organisation.as_str(), "valid_from": now - day, "valid_through": now + day * 30,
            "url": "https://cafe.example/teas"
        }
    });
    let edit = Edit::read(Collection::Promotions, &document.to_string()).expect("a promotion");
    let kept = Promotion::drafted(Some(&organisation));
    let item = put(app, edit.create(FeatureId::fresh(), kept, now).expect("a promotion")).await;
    let item = decided(app, &item, PromotionStep::Submit).await;
    decided(app, &item, PromotionStep::Approve).await;
}

async fn put(app: &App, feature: Feature) -> Arc<Item> {
    written(done(app, Command::Put { feature: Arc::new(feature), expected: Expected::Anything }).await)
}

async fn decided(app: &App, item: &Item, step: PromotionStep) -> Arc<Item> {
    let hash = content_hash(&Promotion::of(&item.feature).expect("a promotion"));
    let (collection, id) = (Collection::Promotions, item.feature.id().clone());
    let aim = Aim { collection, id, expected: Expected::Version(item.version) };
    let command = DecidePromotion { aim, step, content_hash: Some(hash.into()) };
    written(done(app, Command::DecidePromotion(command)).await)
}

fn written(outcome: Outcome) -> Arc<Item> {
    match outcome {
        Outcome::Written { item, .. } => item,
        other => panic!("{other:?}"),
    }
}

async fn done(app: &App, command: Command) -> Outcome {
    app.execute(command, By::Operator, RequestId::fresh()).await.expect("an outcome")
}
