//! The indexes against a linear scan and an exact geodesic solver, on any input; named cases are in `cases`.

use geographiclib_rs::{Geodesic, InverseGeodesic};
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

mod cases;

fn at(lat: f64, lon: f64) -> LatLon {
    LatLon::new(lat, lon).expect("a position")
}

fn metres(metres: f64) -> Metres {
    Metres::new(metres).expect("a length")
}

/// The length of the geodesic on WGS 84: Karney's algorithm, right to nanometres.
fn exact(a: LatLon, b: LatLon) -> f64 {
    Geodesic::wgs84().inverse(a.lat(), a.lon(), b.lat(), b.lon())
}

fn area(polygons: &[&[&[(f64, f64)]]]) -> Area {
    let ring = |ring: &&[(f64, f64)]| ring.iter().map(|&(lat, lon)| at(lat, lon)).collect();
    let polygon = |rings: &&[&[(f64, f64)]]| rings.iter().map(ring).collect();
    Area::new(polygons.iter().map(polygon).collect()).expect("an area")
}

/// The corners of a box of `lat ± height`, `lon ± width`, around it and back.
fn corners(lat: f64, lon: f64, height: f64, width: f64) -> [(f64, f64); 5] {
    let (south, north, west, east) = (lat - height, lat + height, lon - width, lon + width);
    [(south, west), (south, east), (north, east), (north, west), (south, west)]
}

/// Numbered from 0, as the indexes want them.
fn keyed(things: &[Geometry]) -> impl Iterator<Item = (u32, &Geometry)> {
    (0..).zip(things)
}

/// What `within` sorts by; a float that is not negative sorts as its bits do.
fn rank(near: &Near) -> (u64, u32) {
    (near.chord2.to_bits(), near.key)
}

/// Where things go wrong: poles, the antimeridian, Greenwich, the equator, and the coast this is for.
const CORNERS: [(f64, f64); 8] = [
    (90.0, 0.0),
    (-90.0, 0.0),
    (0.0, 180.0),
    (-17.0, -180.0),
    (0.0, 0.0),
    (51.79, 1.15),
    (89.9, 45.0),
    (70.0, 179.99),
];

/// A position within about 30 km of one of the corners, often exactly on a grid so that equals occur.
fn positions() -> impl Strategy<Value = LatLon> {
    let step = prop_oneof![(-3..=3_i32).prop_map(|step| f64::from(step) * 0.05), -0.25..0.25];
    (select(&CORNERS[..]), step.clone(), step).prop_map(|((lat, lon), up, right)| {
        let lat: f64 = (lat + up).clamp(-90.0, 90.0);
        let stretch = if lat.abs() > 89.0 { 400.0 } else { 1.0 };
        let lon = lon + right * stretch;
        let lon = if lon > 180.0 { lon - 360.0 } else { lon };
        at(lat, if lon < -180.0 { lon + 360.0 } else { lon })
    })
}

/// A box, of metres to kilometres, split in two where it would run over the antimeridian; some with a hole.
fn areas() -> impl Strategy<Value = Area> {
    let size = 0.001..0.1;
    (positions(), size.clone(), size, any::<bool>()).prop_map(|(centre, height, width, hollow)| {
        let lat = centre.lat().clamp(-90.0 + height, 90.0 - height);
        let lon = centre.lon();
        if lon.abs() + width > 180.0 {
            let east = corners(lat, 180.0 - width / 2.0, height, width / 2.0);
            let west = corners(lat, -180.0 + width / 2.0, height, width / 2.0);
            return area(&[&[&east], &[&west]]);
        }
        let outer = corners(lat, lon, height, width);
        let hole = corners(lat, lon, height / 2.0, width / 2.0);
        if hollow { area(&[&[&outer, &hole]]) } else { area(&[&[&outer]]) }
    })
}

fn things() -> impl Strategy<Value = Vec<Geometry>> {
    let thing = prop_oneof![
        8 => positions().prop_map(Geometry::Point),
        1 => areas().prop_map(Geometry::Area),
    ];
    prop::collection::vec(thing, 0..200)
}

fn windows() -> impl Strategy<Value = BBox> {
    (positions(), positions()).prop_map(|(a, b)| {
        let (south, north) = (a.lat().min(b.lat()), a.lat().max(b.lat()));
        BBox::new(a.lon(), south, b.lon(), north).expect("south is not above north")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_nearest_are_those_an_exact_scan_finds(
        places in prop::collection::vec(positions(), 0..300),
        from in positions(),
        radius in prop_oneof![Just(0.0), Just(25_000.0), 0.0..25_000.0],
    ) {
        let things: Vec<_> = places.iter().copied().map(Geometry::Point).collect();
        let found: Vec<Near> = Nearest::new(keyed(&things)).within(from, metres(radius)).collect();
        for near in &found {
            let exact = exact(from, places[near.key as usize]);
            prop_assert!((near.distance.get() - exact).abs() < 0.001, "{near:?} is {exact} m away");
            prop_assert_eq!(near.distance, distance(from, places[near.key as usize]));
        }
        for pair in found.windows(2) {
            prop_assert!(rank(&pair[0]) < rank(&pair[1]), "{pair:?}");
        }
        let mut keys: Vec<u32> = found.iter().map(|near| near.key).collect();
        keys.sort_unstable();
        for (key, place) in (0..).zip(&places) {
            let exact = exact(from, *place);
            let listed = keys.binary_search(&key).is_ok();
            prop_assert!(listed || exact > radius - 0.001, "{place:?} is missing, {exact} m away");
            prop_assert!(!listed || exact < radius + 0.001, "{place:?} is listed, {exact} m away");
        }
    }

    #[test]
    fn points_and_areas_come_in_the_order_of_a_linear_scan(
        things in things(),
        from in positions(),
        radius in 0.0..100_000.0,
    ) {
        let index = Nearest::new(keyed(&things));
        let found: Vec<Near> = index.within(from, metres(radius)).collect();
        for pair in found.windows(2) {
            prop_assert!(rank(&pair[0]) < rank(&pair[1]), "{pair:?}");
        }
        let mut found: Vec<_> = found.iter().map(|near| (near.key, near.distance)).collect();
        found.sort_by_key(|(key, _)| *key);
        let scan: Vec<_> = keyed(&things)
            .map(|(key, thing)| match thing {
                Geometry::Point(position) => (key, distance(from, *position)),
                Geometry::Area(area) => (key, area.distance_from(from)),
            })
            .filter(|(_, distance)| distance.get() <= radius)
            .collect();
        prop_assert_eq!(found, scan);
    }

    #[test]
    fn an_area_is_as_far_as_its_nearest_edge(
        area in areas(),
        up in -0.25..0.25_f64,
        right in -0.25..0.25_f64,
    ) {
        let inside = area.interior_point();
        let lat = (inside.lat() + up).clamp(-90.0, 90.0);
        let from = at(lat, (inside.lon() + right).clamp(-180.0, 180.0));
        prop_assume!(!area.contains(from));
        let measured = area.distance_from(from).get();
        let mut nearest = f64::INFINITY;
        for edge in area.polygons().iter().flatten().flat_map(|ring| ring.windows(2)) {
            let along = |share: f64| {
                let lat = edge[0].lat() + (edge[1].lat() - edge[0].lat()) * share;
                exact(from, at(lat, edge[0].lon() + (edge[1].lon() - edge[0].lon()) * share))
            };
            // The nearest of 200 places on the edge, then the lowest point between its neighbours.
            let steps = || (0..=200).map(|step| f64::from(step) / 200.0);
            let best = steps().min_by(|a, b| along(*a).total_cmp(&along(*b))).expect("201 steps");
            let (mut low, mut high) = ((best - 0.005).max(0.0), (best + 0.005).min(1.0));
            for _ in 0..30 {
                let (left, right) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
                if along(left) < along(right) { high = right } else { low = left }
            }
            nearest = nearest.min(along(low));
        }
        prop_assert!((measured - nearest).abs() < 0.02, "{measured} m, exactly {nearest} m");
    }

    #[test]
    fn a_window_finds_what_a_linear_scan_finds(
        things in things(),
        bbox in windows(),
        limit in 0..250_usize,
    ) {
        let scan = keyed(&things).filter(|(_, thing)| thing.intersects(&bbox));
        let scan: Vec<u32> = scan.map(|(key, _)| key).collect();
        let mut found = Window::new(keyed(&things)).matching(&bbox, limit);
        found.keys.sort_unstable();
        found.keys.dedup();
        prop_assert_eq!(found.complete, scan.len() <= limit);
        prop_assert_eq!(found.keys.len(), scan.len().min(limit), "each once, up to the limit");
        prop_assert!(found.keys.iter().all(|key| scan.contains(key)));
    }

    #[test]
    fn a_window_meets_a_frame_unless_it_is_outside_or_in_the_hole(
        edges in prop::array::uniform4(0..20_i32).prop_map(|edges| edges.map(f64::from)),
    ) {
        let frame = area(&[&[&corners(10.0, 10.0, 5.0, 5.0), &corners(10.0, 10.0, 2.0, 2.0)]]);
        let [a, b, c, d] = edges;
        let (west, east, south, north) = (a.min(b), a.max(b), c.min(d), c.max(d));
        let outside = west > 15.0 || east < 5.0 || south > 15.0 || north < 5.0;
        let in_hole = west > 8.0 && east < 12.0 && south > 8.0 && north < 12.0;
        let bbox = BBox::new(west, south, east, north).expect("a window");
        prop_assert_eq!(frame.intersects(&bbox), !outside && !in_hole, "{:?}", bbox);
    }

    #[test]
    fn bounds_and_position_agree_with_the_shape(area in areas(), bbox in windows()) {
        let (bounds, inside) = (area.bounds(), area.interior_point());
        prop_assert!(bounds.contains(inside) && area.contains(inside));
        prop_assert!(area.polygons().iter().flatten().flatten().all(|at| bounds.contains(*at)));
        prop_assert!(area.polygons().iter().flatten().flatten().all(|at| area.contains(*at)));
        prop_assert!(area.intersects(&bounds));
        prop_assert!(!bbox.contains(inside) || area.intersects(&bbox));
    }
}
