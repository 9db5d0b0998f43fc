//! A made-up area with many toilets, clustered as towns are.
use super::offers;
use promenade::app;
use promenade::clock::Clock;
use promenade::formats::area;
use promenade::http::{Front, Pressure, RequestLimits, Site};
use promenade::store::{Access, Location, Store};
use std::fmt::Write;

/// Serves `count` toilets around Sandhaven, and as many promotions; prints the address when ready.
pub fn serve_made(count: usize, promotions: usize) {
    super::load::pin(0);
    super::runtime().block_on(async move {
        let folder = tempfile::tempdir().expect("a folder");
        let location: Location =
            format!("sqlite://{}", folder.path().join("bench.db").display()).parse().expect("a location");
        let store = Store::open(&location, Access::Create).await.expect("a database");
        store.migrate().await.expect("its tables");
        let (area, findings) = area::read(files(count));
        let area = area.unwrap_or_else(|| panic!("{:?}", findings.iter().next().map(ToString::to_string)));
        let (app, _fatal) =
            app::start(store, Clock::system(), app::Seed::Named(Box::new(area))).await.expect("a service");
        if 0 < promotions {
            offers::make(&app, promotions).await;
        }
        let (public, _admin) = Front::both(
            &Site::new(app, "http://127.0.0.1:8080"),
            RequestLimits::default(),
            Pressure::default(),
        );
        super::serve_as_promenade(public).await;
    });
}

/// The files of Sandhaven, its toilets replaced.
fn files(count: usize) -> area::Files {
    let mut files = area::Files::new();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/area/sandhaven");
    for name in ["area.toml", "boundary.geojson", "holidays.csv", "postcodes.csv", "tides.csv", "towns.csv"] {
        files.insert(name.to_owned(), std::fs::read(format!("{root}/{name}")).expect("a file of the area"));
    }
    let manifest = String::from_utf8(files["area.toml"].clone()).expect("text");
    let wide: String = manifest
        .lines()
        .map(|line| {
            if line.starts_with("boundary_buffer_m") {
                "boundary_buffer_m = 1000000\n".to_owned()
            } else {
                format!("{line}\n")
            }
        })
        .collect();
    files.insert("area.toml".to_owned(), wide.into_bytes());
    files.insert("places/toilets.csv".to_owned(), toilets(count).into_bytes());
    files.insert("places/beaches.csv".to_owned(), beaches(14).into_bytes());
    files.insert("shapes.geojson".to_owned(), shapes(14).into_bytes());
    files.insert("events.csv".to_owned(), events(count / 105).into_bytes());
    files
}

fn beaches(count: usize) -> String {
    let mut text = String::from(
        "id,name,lat,lon,position_quality,profile_low_height_m,profile_low_area_m2,profile_high_height_m,profile_high_area_m2,profile_quality,profile_method,source_name,source_retrieved_on\n",
    );
    for n in 0..count {
        let lat = 54.6 + f64::from(u32::try_from(n).expect("few")) * 0.01;
        writeln!(
            text,
            "beach-{n:02},Number {n} Sands,{lat:.6},-3.450000,approximate,0.9,40000,3.7,20000,estimated,Made up,Made up,2026-11-21"
        )
        .expect("writing to memory cannot fail");
    }
    text
}

/// A small square for each beach.
fn shapes(count: usize) -> String {
    let square = |n: usize| {
        let south = 54.6 + f64::from(u32::try_from(n).expect("few")) * 0.01;
        let (west, east, north) = (-3.451, -3.449, south + 0.001);
        format!(
            r#"{{"type":"Feature","id":"beach-{n:02}","properties":{{}},"geometry":{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#
        )
    };
    let all: Vec<String> = (0..count).map(square).collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, all.join(","))
}

/// Weekly events: each has some 105 dates in the two years that are told, and a few that were.
fn events(count: usize) -> String {
    let mut text = String::from(
        "id,name,lat,lon,summary,category,starts,ends,rrule,venue_name,free,source_name,source_retrieved_on\n",
    );
    let categories = ["music", "theatre", "market", "tour", "family"];
    for n in 0..count {
        let (a, b) = (u32::try_from(n % 40).expect("few"), u32::try_from(n / 40 % 40).expect("few"));
        let (lat, lon) = (54.41 + f64::from(a) * 0.01, -3.65 + f64::from(b) * 0.01);
        let (day, hour) = (1 + n % 28, 9 + n % 13);
        writeln!(
            text,
            "e-{n:05},Number {n} at the Pier,{lat:.6},{lon:.6},A weekly show for the whole family.,{},2026-01-{day:02}T{hour:02}:30,2026-01-{day:02}T{:02}:00,FREQ=WEEKLY,Hall {n},yes,Made up,2026-11-21",
            categories[n % 5],
            hour + 2,
        )
        .expect("writing to memory cannot fail");
    }
    text
}

fn toilets(count: usize) -> String {
    let mut text = String::from(
        "id,name,lat,lon,position_quality,street_address,locality,postal_code,wheelchair,baby_change,opening_hours,source_name,source_retrieved_on\n",
    );
    // Numbers that repeat from run to run, and look like none in particular.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        f64::from(u32::try_from(state >> 40).expect("24 bits")) / f64::from(1 << 24)
    };
    let towns: Vec<(f64, f64)> =
        (0..200).map(|_| (54.61 + (random() - 0.5) * 4.0, -3.45 + (random() - 0.5) * 6.0)).collect();
    let hours = [
        "24/7",
        "Mo-Su 08:00-20:00",
        "Mo-Fr 09:00-17:00; PH off",
        "Apr-Sep 07:00-21:00; Oct-Mar 08:00-17:00",
    ];
    for n in 0..count {
        let (lat, lon) = if n % 4 == 0 { (54.61, -3.45) } else { towns[n % towns.len()] };
        let (lat, lon) = (lat + (random() - 0.5) * 0.1, lon + (random() - 0.5) * 0.16);
        let yes_no = ["yes", "no", ""][n % 3];
        writeln!(
            text,
            "t-{n:06},Number {n} Public Conveniences,{lat:.6},{lon:.6},surveyed,{} Sea Road,Sandhaven,SH1 1AA,{yes_no},{yes_no},{},Made up,2026-11-21",
            n % 200,
            hours[n % hours.len()]
        )
        .expect("writing to memory cannot fail");
    }
    text
}
