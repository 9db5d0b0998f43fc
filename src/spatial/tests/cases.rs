//! Cases with a name: ties, limits, poles, and how right a length is.

use geographiclib_rs::{DirectGeodesic, Geodesic};

use super::*;

#[test]
fn a_distance_is_right_to_a_fifth_of_a_millimetre_at_25_km_anywhere() {
    for (length, bound) in [(1.0, 1e-7), (5_000.0, 2e-6), (25_000.0, 1.7e-4), (100_000.0, 0.011)] {
        for lat in (-90..=90).step_by(3).map(f64::from) {
            for azimuth in (0..360).step_by(15).map(f64::from) {
                let (to_lat, to_lon) = Geodesic::wgs84().direct(lat, 179.95, azimuth, length);
                let error = distance(at(lat, 179.95), at(to_lat, to_lon)).get() - length;
                assert!(error.abs() < bound, "{error} m at {length} m from {lat} towards {azimuth}");
            }
        }
    }
}

#[test]
fn the_same_place_is_no_distance_away_however_it_is_written() {
    for (a, b) in [
        (at(51.79, 1.15), at(51.79, 1.15)),
        (at(90.0, 0.0), at(90.0, 123.0)),
        (at(-90.0, -180.0), at(-90.0, 7.0)),
        (at(12.0, 180.0), at(12.0, -180.0)),
        (at(0.0, -0.0), at(-0.0, 0.0)),
    ] {
        assert_eq!(distance(a, b), metres(0.0), "{a:?} {b:?}");
    }
}

#[test]
fn equals_come_by_key_whatever_they_are() {
    let here = Geometry::Point(at(51.8, 1.2));
    let around = Geometry::Area(area(&[&[&corners(51.8, 1.2, 0.01, 0.01)]]));
    let things = [&here, &around, &here, &around, &here].map(Clone::clone);
    // The keys run against the order they are given in.
    let index = Nearest::new((0..5).rev().zip(&things));
    let keys: Vec<u32> = index.within(at(51.8, 1.2), metres(0.0)).map(|near| near.key).collect();
    assert_eq!(keys, [0, 1, 2, 3, 4]);
    // Two shapes that share the nearest edge are equally far.
    let keys: Vec<u32> = index.within(at(51.8, 1.3), metres(6_500.0)).map(|near| near.key).collect();
    assert_eq!(keys, [1, 3]);
}

#[test]
fn the_radius_is_inclusive() {
    let (here, there) = (at(51.79, 1.15), at(51.85, 1.27));
    let things = [Geometry::Point(there)];
    let index = Nearest::new(keyed(&things));
    let exactly = distance(here, there);
    let just_short = metres(exactly.get().next_down());
    assert_eq!(index.within(here, exactly).count(), 1);
    assert_eq!(index.within(here, just_short).count(), 0);
    assert_eq!(index.within(here, metres(f64::MAX)).count(), 1);
}

#[test]
fn an_empty_index_finds_nothing() {
    assert_eq!(Nearest::new([]).within(at(0.0, 0.0), metres(f64::MAX)).count(), 0);
    let world = BBox::new(-180.0, -90.0, 180.0, 90.0).expect("a window");
    let nothing = Matches { keys: Vec::new(), complete: true };
    assert_eq!(Window::new([]).matching(&world, 0), nothing);
}

#[test]
fn a_limit_that_is_just_enough_is_complete() {
    let things = vec![Geometry::Point(at(51.8, 1.2)); 10];
    let window = Window::new(keyed(&things));
    let here = BBox::new(1.2, 51.8, 1.2, 51.8).expect("a window");
    for (limit, found, complete) in [(0, 0, false), (9, 9, false), (10, 10, true), (11, 10, true)] {
        let matches = window.matching(&here, limit);
        assert_eq!((matches.keys.len(), matches.complete), (found, complete), "limit {limit}");
    }
}

#[test]
fn a_long_edge_near_a_pole_is_followed_round_it() {
    // A cap 11 km around the pole, its edge the parallel itself in three pieces of 120 degrees.
    let parallel = |lat: f64| [(lat, -180.0), (lat, -60.0), (lat, 60.0), (lat, 180.0)];
    let [a, b, c, d] = parallel(89.9);
    let cap = area(&[&[&[a, b, c, d, (90.0, 180.0), (90.0, 0.0), (90.0, -180.0), a]]]);
    assert!(cap.contains(at(89.95, 17.0)));
    for lon in [-180.0, -120.0, 0.0, 33.0, 179.0] {
        let outside = at(89.8, lon);
        let error = cap.distance_from(outside).get() - exact(outside, at(89.9, lon));
        assert!(error.abs() < 0.02, "{error} m at {lon}");
    }
}
