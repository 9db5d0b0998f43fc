//! Which rings are an area, and what it holds.

use super::*;
use crate::spatial::{MAX_PIECES, MAX_POSITIONS, MAX_RINGS};

/// A ring from `lon lat` pairs, as in well-known text.
fn ring(text: &str) -> Vec<LatLon> {
    let position = |pair: &str| {
        let (lon, lat) = pair.trim().split_once(' ').expect("two numbers");
        at(lat.parse().expect("a latitude"), lon.parse().expect("a longitude"))
    };
    text.split(',').map(position).collect()
}

fn square(west: f64, south: f64, side: f64) -> Vec<LatLon> {
    let (east, north) = (west + side, south + side);
    vec![at(south, west), at(south, east), at(north, east), at(north, west), at(south, west)]
}

fn area(polygons: Vec<Vec<Vec<LatLon>>>) -> Area {
    Area::new(polygons).expect("an area")
}

fn at(lat: f64, lon: f64) -> LatLon {
    LatLon::new(lat, lon).expect("a position")
}

/// The square 0 to 10 with the hole 4 to 6.
fn frame() -> Area {
    area(vec![vec![square(0.0, 0.0, 10.0), square(4.0, 4.0, 2.0)]])
}

/// A box of 2 degrees over the antimeridian, as two polygons.
fn fiji() -> Area {
    area(vec![vec![square(179.0, -17.0, 1.0)], vec![square(-180.0, -17.0, 1.0)]])
}

fn assert_refused(polygons: Vec<Vec<Vec<LatLon>>>, message: &str) {
    let error = Area::new(polygons).expect_err(message);
    assert_eq!(error.to_string(), message);
}

#[test]
fn lists_that_are_no_polygons_are_refused() {
    let good = || square(0.0, 0.0, 10.0);
    for (polygons, message) in [
        (vec![], "polygon 0 has no exterior ring"),
        (vec![vec![good()], vec![]], "polygon 1 has no exterior ring"),
        (vec![vec![vec![]]], "polygon 0, ring 0 has 0 positions, fewer than 4"),
        (vec![vec![good()]; MAX_RINGS + 1], "51 rings are more than 50"),
        (vec![vec![vec![at(0.0, 0.0); MAX_POSITIONS + 1]]], "10001 positions are more than 10000"),
    ] {
        assert_refused(polygons, message);
    }
}

#[test]
fn rings_that_enclose_no_area_are_refused() {
    for (text, message) in [
        ("1 1, 2 2, 1 1", "polygon 1, ring 0 has 3 positions, fewer than 4"),
        ("1 1, 2 1, 2 2, 1 2", "polygon 1, ring 0 is not closed: its last position is not its first"),
        (
            "170 0, -170 0, -170 5, 170 0",
            "polygon 1, ring 0 spans 340 degrees of longitude after position 0: split it at the antimeridian",
        ),
        ("0 0, 1 1, 2 2, 0 0", "polygon 1, ring 0 encloses no area"),
        ("1 1, 1 1, 1 1, 1 1", "polygon 1, ring 0 encloses no area"),
        ("0 0, 4 4, 4 0, 0 2, 0 0", "polygon 1, ring 0 meets itself: its edges after positions 0 and 2"),
        ("0 0, 4 0, 4 4, 2 0, 0 4, 0 0", "polygon 1, ring 0 meets itself: its edges after positions 0 and 3"),
        ("0 0, 4 0, 4 4, 4 2, 0 2, 0 0", "polygon 1, ring 0 meets itself: its edges after positions 1 and 3"),
        (
            "0 0, 2 2, 4 0, 4 4, 2 2, 0 4, 0 0",
            "polygon 1, ring 0 meets itself: its edges after positions 0 and 4",
        ),
    ] {
        assert_refused(vec![vec![square(0.0, 0.0, 10.0)], vec![ring(text)]], message);
    }
}

#[test]
fn a_hole_must_lie_in_the_exterior_and_in_no_other_hole() {
    for hole in [
        square(20.0, 0.0, 1.0),
        square(9.0, 1.0, 2.0),
        square(6.0, 6.0, 1.0),
        square(5.0, 5.0, 4.0),
        square(0.0, 0.0, 10.0),
        square(0.0, 2.0, 1.0),
    ] {
        let rings = vec![square(0.0, 0.0, 10.0), square(5.0, 5.0, 4.0), hole];
        let error = Area::new(vec![rings]).expect_err("not a hole");
        assert!(matches!(error, AreaError::NotAHole { polygon: 0, ring: 1 | 2 }), "{error}");
    }
}

#[test]
fn edges_that_go_round_the_earth_a_hundred_times_are_refused() {
    let tooth = |tooth: u32| {
        let lat = f64::from(tooth) * 0.01;
        [at(lat, 170.0), at(lat + 0.004, 170.0), at(lat + 0.005, 1.0), at(lat + 0.009, 1.0)]
    };
    let mut comb: Vec<LatLon> = (0..100).flat_map(tooth).collect();
    comb.extend([at(80.0, 1.0), at(80.0, 0.0), at(0.0, 0.0), at(0.0, 170.0)]);
    let error = Area::new(vec![vec![comb]]).expect_err("too long");
    assert!(matches!(error, AreaError::TooLong { pieces } if pieces > MAX_PIECES), "{error}");
}

#[test]
fn rings_may_turn_either_way_repeat_a_position_and_touch_another_at_a_point() {
    let mut clockwise = square(0.0, 0.0, 10.0);
    clockwise.reverse();
    let repeating = ring("1 1, 1 1, 2 1, 2 2, 1 1, 1 1");
    let touching = ring("10 5, 8 6, 8 4, 10 5");
    let area = area(vec![vec![clockwise, repeating, touching]]);
    assert!(area.contains(at(3.0, 3.0)));
    assert!(!area.contains(at(1.2, 1.7)));
    assert!(!area.contains(at(5.0, 9.0)));
}

#[test]
fn an_area_of_ten_thousand_positions_is_taken() {
    let circle = |step: u32| {
        let turn = f64::from(step) * std::f64::consts::TAU / 9_999.0;
        at(52.0 + 0.1 * turn.sin(), 1.0 + 0.1 * turn.cos())
    };
    let mut positions: Vec<LatLon> = (0..9_999).map(circle).collect();
    positions.push(positions[0]);
    let area = area(vec![vec![positions]]);
    assert!(area.contains(at(52.0, 1.0)));
    assert_eq!(area.polygons()[0][0].len(), 10_000);
}

#[test]
fn a_boundary_is_inside_and_a_hole_is_not() {
    for (area, position, inside) in [
        (frame(), at(1.0, 1.0), true),
        (frame(), at(0.0, 0.0), true),
        (frame(), at(0.0, 5.0), true),
        (frame(), at(5.0, 5.0), false),
        (frame(), at(4.0, 5.0), true),
        (frame(), at(-0.1, 5.0), false),
        (fiji(), at(-16.5, 179.5), true),
        (fiji(), at(-16.5, -179.5), true),
        (fiji(), at(-16.5, 180.0), true),
        (fiji(), at(-16.5, -180.0), true),
        (fiji(), at(-16.5, 0.0), false),
        // Only the western half: its edge is on 180, asked for as −180.
        (area(vec![vec![square(179.0, -17.0, 1.0)]]), at(-16.5, -180.0), true),
    ] {
        assert_eq!(area.contains(position), inside, "{position:?}");
        assert_eq!(area.distance_from(position).get() == 0.0, inside, "{position:?}");
    }
}

#[test]
fn a_window_meets_an_area_where_they_truly_overlap() {
    let triangle = || area(vec![vec![ring("0 0, 10 0, 0 10, 0 0")]]);
    for (area, [west, south, east, north], meets) in [
        (frame(), [1.0, 1.0, 2.0, 2.0], true),
        (frame(), [-1.0, -1.0, 11.0, 11.0], true),
        (frame(), [4.5, 4.5, 5.5, 5.5], false),
        (frame(), [4.5, 4.5, 6.5, 5.5], true),
        (frame(), [4.0, 4.5, 5.5, 5.5], true),
        (frame(), [3.0, 3.0, 7.0, 7.0], true),
        (frame(), [10.0, 10.0, 11.0, 11.0], true),
        (frame(), [10.1, 0.0, 11.0, 11.0], false),
        (frame(), [5.0, 5.0, 5.0, 5.0], false),
        (frame(), [1.0, 1.0, 1.0, 1.0], true),
        (frame(), [-5.0, 2.0, 15.0, 2.0], true),
        (triangle(), [6.0, 6.0, 9.0, 9.0], false),
        (triangle(), [5.0, 5.0, 9.0, 9.0], true),
        (fiji(), [178.0, -20.0, -178.0, -10.0], true),
        (fiji(), [-178.9, -20.0, -178.0, -10.0], false),
        (fiji(), [-180.0, -20.0, -179.5, -10.0], true),
        (fiji(), [10.0, -20.0, -179.9, -16.0], true),
        (fiji(), [179.999, -16.6, -179.999, -16.4], true),
        (fiji(), [-170.0, -20.0, 170.0, -10.0], false),
    ] {
        let bbox = BBox::new(west, south, east, north).expect("a window");
        assert_eq!(area.intersects(&bbox), meets, "{bbox:?}");
    }
}

#[test]
fn bounds_take_the_shorter_way_round() {
    let two = |west: f64, east: f64| area(vec![vec![square(west, 0.0, 1.0)], vec![square(east, 5.0, 2.0)]]);
    for (area, [west, south, east, north]) in [
        (frame(), [0.0, 0.0, 10.0, 10.0]),
        (fiji(), [179.0, -17.0, -179.0, -16.0]),
        (two(-10.0, 10.0), [-10.0, 0.0, 12.0, 7.0]),
        (two(-175.0, 170.0), [170.0, 0.0, -174.0, 7.0]),
        (two(0.0, 0.2), [0.0, 0.0, 2.2, 7.0]),
    ] {
        let expected = BBox::new(west, south, east, north).expect("a window");
        assert_eq!(area.bounds(), expected);
    }
}

#[test]
fn the_interior_point_is_inside_even_of_a_crescent_or_a_frame() {
    let crescent = ring("0 0, 10 0, 1 1, 0 10, 0 0");
    for area in [frame(), fiji(), area(vec![vec![crescent]])] {
        let inside = area.interior_point();
        assert!(area.contains(inside) && area.distance_from(inside).get() == 0.0, "{inside:?}");
    }
}
