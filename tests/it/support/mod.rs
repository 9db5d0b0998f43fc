//! What the tests share: databases, a clock that stands still, a client that holds every answer against the contract.
pub mod applications;
pub mod client;
pub mod contract;
pub mod database;
pub mod dice;
pub mod events;
pub mod ledger;
pub mod outside;
pub mod people;
pub mod places;
pub mod program;
pub mod promotions;

use axum::http::Method;
use chrono::{DateTime, Utc};
use client::Client;
use database::Database;
use promenade::access::{Who, row};
use promenade::app::{self, App, Seed};
use promenade::clock::Clock;
use promenade::formats::area::{self, AreaFolder, Files};
use promenade::http::{self, Pressure, RequestLimits, Site};
use promenade::store::Store;
use std::path::Path;

/// The address that links in answers begin with.
pub const BASE: &str = "https://api.sandhaven.example";

/// A service in one process, asked through its router.
pub struct Service {
    /// Which database it is on, for messages.
    pub name: &'static str,
    /// The service.
    pub app: App,
    /// Its database.
    pub store: Store,
    /// Its time.
    pub clock: Clock,
    /// The public door.
    pub client: Client,
    /// The door that the public must not see.
    pub admin: http::Front,
    /// Kept so that it is dropped last.
    _database: Database,
}

/// An instant.
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The files of an area folder of this repository.
pub fn files(folder: &str) -> Files {
    fn collect(folder: &Path, prefix: &str, files: &mut Files) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                collect(&entry.path(), &format!("{name}/"), files);
            } else {
                files.insert(name, std::fs::read(entry.path()).unwrap());
            }
        }
    }
    let mut files = Files::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), "", &mut files);
    files
}

/// The shipped area.
pub const TENDRING: &str = "data/tendring";
/// The made-up one.
pub const SANDHAVEN: &str = "tests/area/sandhaven";

/// An area folder of this repository, read.
pub fn area_folder(folder: &str) -> AreaFolder {
    area_of(&files(folder))
}

/// The area that these files make.
pub fn area_of(files: &Files) -> AreaFolder {
    let (area, findings) = area::read(files.clone());
    area.unwrap_or_else(|| panic!("{:?}", findings.iter().map(ToString::to_string).collect::<Vec<_>>()))
}

/// The address of Sandhaven that a path leads to.
pub fn address(path: &str) -> String {
    let id = if path.starts_with("/v1/beaches/") { "beach-north-sands" } else { "wc-promenade" };
    let path = path.replace("{collection}", "toilets").replace("{id}", id);
    let path = path.replace("{kind}", "not-found");
    if path == "/v1/nearby" { path + "?near=Sandhaven" } else { path }
}

/// The paths that everybody may read.
pub fn public_paths() -> Vec<&'static str> {
    let read = |(method, path): &(Method, &str)| {
        *method == Method::GET && row("GET", path).is_some_and(|row| row.who == Who::Everybody)
    };
    http::operations().into_iter().filter(read).map(|(_, path)| path).collect()
}

/// For each path that everybody may read an address that Sandhaven answers with 200. Nothing is on there but what a test
/// puts on, so none of an event.
pub fn addresses() -> Vec<String> {
    public_paths().into_iter().filter(|path| *path != "/v1/events/{id}.ics").map(address).collect()
}

/// A service on each database, with the area in `folder`, at the instant `now`.
pub async fn services(folder: &str, now: &str) -> Vec<Service> {
    services_of(&files(folder), now).await
}

/// A service on each database, with the area that these files make, at the instant `now`.
pub async fn services_of(files: &Files, now: &str) -> Vec<Service> {
    let mut services = Vec::new();
    for database in Database::each().await {
        let store = database.open().await;
        services.push(service(database, store, area_of(files), now).await);
    }
    services
}

/// A service on `store`, whose clock stands still.
pub async fn service(database: Database, store: Store, folder: AreaFolder, now: &str) -> Service {
    service_by(database, store, folder, Clock::fixed(at(now))).await
}

/// A service on `store`, by that clock.
pub async fn service_by(database: Database, store: Store, folder: AreaFolder, clock: Clock) -> Service {
    let (app, _fatal) =
        app::start(store.clone(), clock.clone(), Seed::Named(Box::new(folder))).await.unwrap();
    let site = Site::new(app.clone(), BASE);
    // Tests ask faster than people do; what is held to a rate is tested beside the front.
    let limits = RequestLimits {
        writes_per_token: "100000/100000".parse().unwrap(),
        // A client of the router comes from nowhere; what it says of its address is believed.
        trusted_proxies: vec!["0.0.0.0".parse().unwrap()],
        ..RequestLimits::default()
    };
    let (public, admin) = http::Front::both(&site, limits, Pressure::default());
    Service {
        name: database.name(),
        app,
        store,
        clock,
        client: Client::new(public),
        admin,
        _database: database,
    }
}
