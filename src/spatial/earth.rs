//! Earth-centred metres on WGS 84: the one place that turns degrees into lengths.

use super::{LatLon, Metres};

/// Metres from the Earth's centre: towards 0°N 0°E, towards 0°N 90°E, towards the North Pole.
pub(super) type Xyz = [f64; 3];

/// Semi-major axis of WGS 84, metres.
const A: f64 = 6_378_137.0;
/// Flattening of WGS 84.
const F: f64 = 1.0 / 298.257_223_563;
/// First eccentricity squared.
const E2: f64 = F * (2.0 - F);
/// Radius of curvature, metres, that bends a chord into a geodesic. WGS 84 curves with radii between
/// 6,335,439 m (north to south at the equator) and 6,399,594 m (at the poles); this is the one whose
/// 1/R² lies midway, so the worst error is the same at both ends.
const R: f64 = 6_367_281.0;
/// How far, in metres, a straight piece of a shape's edge may leave the edge it stands for.
const PIECE_TOLERANCE: f64 = 0.01;

/// The distance over the ground between two positions.
///
/// The straight-line distance c between both on the ellipsoid, bent: c·(1 + c²/24R²), R = 6,367,281 m. That
/// is the start of the series of 2R·asin(c/2R). Against the WGS 84 geodesic (Karney, *Algorithms for
/// geodesics*, J. Geodesy 87, 2013) the error is at most 0.0013 mm at 5 km, 0.17 mm at 25 km, 11 mm at
/// 100 km and 14 m at 1,000 km, anywhere on Earth. Beyond, it falls short by more (a quarter at the
/// antipodes).
#[must_use]
pub fn distance(a: LatLon, b: LatLon) -> Metres {
    over_ground(chord2(&xyz(a), &xyz(b)))
}

/// The distance over the ground that a squared chord (m²) spans: see [`distance`]. Never less than the
/// chord, and never less for a greater chord.
pub(super) fn over_ground(chord2: f64) -> Metres {
    Metres::computed(chord2.sqrt() * (1.0 + chord2 / (24.0 * R * R)))
}

/// The squared straight-line distance, m².
// `Bounds::distance2` in `tree` sums in this order too: a box must never seem farther than what it holds.
pub(super) fn chord2(a: &Xyz, b: &Xyz) -> f64 {
    let mut sum = 0.0;
    for axis in 0..3 {
        let step = a[axis] - b[axis];
        sum += step * step;
    }
    sum
}

/// Where `position` is, at height zero. The same place gives the same numbers: a pole whatever its
/// longitude, the antimeridian whatever its sign.
pub(super) fn xyz(position: LatLon) -> Xyz {
    degrees_to_xyz(position.lat(), position.lon())
}

fn degrees_to_xyz(lat: f64, lon: f64) -> Xyz {
    if lat.abs() >= 90.0 {
        return [0.0, 0.0, (A * (1.0 - F)).copysign(lat)];
    }
    let lon = if lon <= -180.0 { 180.0 } else { lon };
    let (sin_lat, cos_lat) = lat.to_radians().sin_cos();
    let (sin_lon, cos_lon) = lon.to_radians().sin_cos();
    let n = A / (1.0 - E2 * sin_lat * sin_lat).sqrt();
    [n * cos_lat * cos_lon, n * cos_lat * sin_lon, n * (1.0 - E2) * sin_lat]
}

/// The squared straight-line distance, m², from `from` to the nearest point between `a` and `b`.
pub(super) fn chord2_to_piece(from: &Xyz, [a, b]: &[Xyz; 2]) -> f64 {
    let mut length2 = 0.0;
    let mut along = 0.0;
    for axis in 0..3 {
        let step = b[axis] - a[axis];
        length2 += step * step;
        along += (from[axis] - a[axis]) * step;
    }
    let share = if length2 > 0.0 { (along / length2).clamp(0.0, 1.0) } else { 0.0 };
    let mut nearest = [0.0; 3];
    for axis in 0..3 {
        // Clamped: rounding must not put it outside the piece's bounds, whose distance prunes it.
        nearest[axis] =
            (a[axis] + (b[axis] - a[axis]) * share).clamp(a[axis].min(b[axis]), a[axis].max(b[axis]));
    }
    chord2(from, &nearest)
}

/// The edge between two positions, straight in longitude and latitude, as straight pieces through the
/// ground that stay within a centimetre of it. Some 700 m long at the equator, shorter towards a pole.
pub(super) fn pieces(from: LatLon, to: LatLon) -> impl Iterator<Item = [Xyz; 2]> {
    let count = piece_count(from, to);
    let mut start = xyz(from);
    (1..=count).map(move |index| {
        let end = if index == count {
            xyz(to)
        } else {
            let share = f64::from(index) / f64::from(count);
            degrees_to_xyz(
                from.lat() + (to.lat() - from.lat()) * share,
                from.lon() + (to.lon() - from.lon()) * share,
            )
        };
        let piece = [start, end];
        start = end;
        piece
    })
}

/// How many pieces [`pieces`] gives: at least one, at most about 60,000 (half way round the Earth).
///
/// With γ(t) the edge, t from 0 to 1, and φ′, λ′ its steps in latitude and longitude,
/// |γ″| ≤ R·(φ′² + 2|φ′λ′| + λ′²·cos φ), and a chord over 1/n of it leaves the curve by at most |γ″|/8n².
pub(super) fn piece_count(from: LatLon, to: LatLon) -> u32 {
    // Above every radius of curvature and its change with latitude.
    const R_MAX: f64 = 6_500_000.0;
    let lat_step = (to.lat() - from.lat()).to_radians().abs();
    let lon_step = (to.lon() - from.lon()).to_radians().abs();
    let lowest = if from.lat() * to.lat() <= 0.0 { 0.0 } else { from.lat().abs().min(to.lat().abs()) };
    let bend = R_MAX
        * (lat_step * lat_step + 2.0 * lat_step * lon_step + lon_step * lon_step * lowest.to_radians().cos());
    let count = (bend / (8.0 * PIECE_TOLERANCE)).sqrt().ceil().max(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 1 and 60,000: no step exceeds half a turn"
    )]
    let count = count as u32;
    count
}
