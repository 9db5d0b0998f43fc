//! What makes rings of positions a shape: the checks behind [`Area::new`](super::Area::new).

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Area as _, InteriorPoint as _, Intersects as _, Line, LineString, MultiPolygon, Polygon};

use super::LatLon;
use super::earth::piece_count;

/// The most positions an area may have, over all its rings.
pub const MAX_POSITIONS: usize = 10_000;
/// The most rings an area may have, over all its polygons.
pub const MAX_RINGS: usize = 50;
/// The most straight pieces an area's edges may come to when its distance is measured (one is some 500 m
/// long, or the whole of a shorter edge): enough for a box over half the Earth.
pub const MAX_PIECES: usize = 200_000;

/// Less than this, in square degrees, is no area: about a square centimetre.
const NO_AREA: f64 = 1e-14;

/// Why rings are not an area. Polygons, rings and positions are counted from 0, as in their lists; ring
/// 0 is the exterior.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum AreaError {
    /// There is no polygon, or one without an exterior.
    #[error("polygon {polygon} has no exterior ring")]
    NoExterior {
        /// The polygon.
        polygon: usize,
    },
    /// More than [`MAX_RINGS`] rings.
    #[error("{rings} rings are more than {MAX_RINGS}")]
    TooManyRings {
        /// How many there are in all.
        rings: usize,
    },
    /// More than [`MAX_POSITIONS`] positions.
    #[error("{positions} positions are more than {MAX_POSITIONS}")]
    TooManyPositions {
        /// How many there are in all.
        positions: usize,
    },
    /// More than [`MAX_PIECES`] pieces of edge.
    #[error("the edges are too long: {pieces} pieces to measure are more than {MAX_PIECES}")]
    TooLong {
        /// How many there are in all.
        pieces: usize,
    },
    /// Fewer than four positions: a triangle has four, as its first is repeated.
    #[error("polygon {polygon}, ring {ring} has {positions} positions, fewer than 4")]
    TooFewPositions {
        /// The polygon.
        polygon: usize,
        /// The ring in it.
        ring: usize,
        /// How many positions it has.
        positions: usize,
    },
    /// The last position is not the first.
    #[error("polygon {polygon}, ring {ring} is not closed: its last position is not its first")]
    NotClosed {
        /// The polygon.
        polygon: usize,
        /// The ring in it.
        ring: usize,
    },
    /// An edge spans more than half the Earth, so it was meant to go the other way round.
    #[error(
        "polygon {polygon}, ring {ring} spans {degrees} degrees of longitude after position {position}: \
         split it at the antimeridian"
    )]
    TooWide {
        /// The polygon.
        polygon: usize,
        /// The ring in it.
        ring: usize,
        /// The position the edge starts at.
        position: usize,
        /// How much longitude it spans.
        degrees: f64,
    },
    /// The ring encloses nothing.
    #[error("polygon {polygon}, ring {ring} encloses no area")]
    NoArea {
        /// The polygon.
        polygon: usize,
        /// The ring in it.
        ring: usize,
    },
    /// Two edges of one ring cross, touch or run over each other.
    #[error("polygon {polygon}, ring {ring} meets itself: its edges after positions {first} and {second}")]
    MeetsItself {
        /// The polygon.
        polygon: usize,
        /// The ring in it.
        ring: usize,
        /// The position the earlier edge starts at.
        first: usize,
        /// The position the later edge starts at.
        second: usize,
    },
    /// An interior ring crosses or lies along another ring of its polygon, lies outside its exterior, or
    /// lies within another interior ring.
    #[error("polygon {polygon}, ring {ring} is not a hole of its own in the exterior")]
    NotAHole {
        /// The polygon.
        polygon: usize,
        /// The ring in it.
        ring: usize,
    },
}

/// The shape of `polygons`, once all that [`AreaError`] names has been ruled out. Cheap checks first.
pub(super) fn checked(polygons: &[Vec<Vec<LatLon>>]) -> Result<MultiPolygon<f64>, AreaError> {
    if polygons.is_empty() {
        return Err(AreaError::NoExterior { polygon: 0 });
    }
    let rings = polygons.iter().map(Vec::len).sum();
    if rings > MAX_RINGS {
        return Err(AreaError::TooManyRings { rings });
    }
    let positions = polygons.iter().flatten().map(Vec::len).sum();
    if positions > MAX_POSITIONS {
        return Err(AreaError::TooManyPositions { positions });
    }
    for (polygon, rings) in polygons.iter().enumerate() {
        if rings.is_empty() {
            return Err(AreaError::NoExterior { polygon });
        }
        for (ring, positions) in rings.iter().enumerate() {
            check_positions(polygon, ring, positions)?;
        }
    }
    let edges = polygons.iter().flatten().flat_map(|ring| ring.windows(2));
    let pieces = edges.map(|edge| piece_count(edge[0], edge[1]) as usize).sum();
    if pieces > MAX_PIECES {
        return Err(AreaError::TooLong { pieces });
    }
    let mut shapes = Vec::with_capacity(polygons.len());
    for (polygon, rings) in polygons.iter().enumerate() {
        let mut strings: Vec<LineString> = rings.iter().map(|ring| line_string(ring)).collect();
        check_edges(polygon, &strings)?;
        let holes = strings.split_off(1);
        for hole in 0..holes.len() {
            check_hole(polygon, hole, &strings[0], &holes)?;
        }
        shapes.push(Polygon::new(strings.remove(0), holes));
    }
    Ok(MultiPolygon::new(shapes))
}

fn line_string(ring: &[LatLon]) -> LineString {
    ring.iter().map(|at| (at.lon(), at.lat())).collect()
}

fn check_positions(polygon: usize, ring: usize, positions: &[LatLon]) -> Result<(), AreaError> {
    if positions.len() < 4 {
        return Err(AreaError::TooFewPositions { polygon, ring, positions: positions.len() });
    }
    if positions.first() != positions.last() {
        return Err(AreaError::NotClosed { polygon, ring });
    }
    for (position, edge) in positions.windows(2).enumerate() {
        let degrees = (edge[1].lon() - edge[0].lon()).abs();
        if degrees > 180.0 {
            return Err(AreaError::TooWide { polygon, ring, position, degrees });
        }
    }
    let shape = Polygon::new(line_string(positions), Vec::new());
    if shape.unsigned_area() < NO_AREA {
        return Err(AreaError::NoArea { polygon, ring });
    }
    Ok(())
}

/// An edge of a ring, its span of longitude and latitude, and its place in the ring among those with a length.
struct Edge {
    line: Line,
    low: [f64; 2],
    high: [f64; 2],
    ring: usize,
    position: usize,
    rank: usize,
}

/// Refuses a ring that meets itself and a hole that crosses another ring. Edges are swept from west to
/// east, so only those over the same longitudes are compared.
fn check_edges(polygon: usize, rings: &[LineString]) -> Result<(), AreaError> {
    let mut edges = Vec::new();
    let mut in_ring = Vec::with_capacity(rings.len());
    for (ring, string) in rings.iter().enumerate() {
        // A position given twice in a row is an edge without length: real data has them, they do no harm.
        let long = string.lines().enumerate().filter(|(_, line)| line.start != line.end);
        let before = edges.len();
        edges.extend(long.enumerate().map(|(rank, (position, line))| Edge {
            line,
            low: [line.start.x.min(line.end.x), line.start.y.min(line.end.y)],
            high: [line.start.x.max(line.end.x), line.start.y.max(line.end.y)],
            ring,
            position,
            rank,
        }));
        in_ring.push(edges.len() - before);
    }
    edges.sort_by(|a, b| a.low[0].total_cmp(&b.low[0]));
    for (index, a) in edges.iter().enumerate() {
        for b in edges[index + 1..].iter().take_while(|b| b.low[0] <= a.high[0]) {
            if b.low[1] > a.high[1] || b.high[1] < a.low[1] {
                continue;
            }
            let Some(meeting) = line_intersection(a.line, b.line) else {
                continue;
            };
            let (at_a_point, crossing) = match meeting {
                LineIntersection::SinglePoint { is_proper, .. } => (true, is_proper),
                LineIntersection::Collinear { .. } => (false, true),
            };
            let apart = a.rank.abs_diff(b.rank);
            let neighbours = apart == 1 || apart + 1 == in_ring[a.ring];
            if a.ring == b.ring && !(neighbours && at_a_point) {
                return Err(AreaError::MeetsItself {
                    polygon,
                    ring: a.ring,
                    first: a.position.min(b.position),
                    second: a.position.max(b.position),
                });
            }
            // Rings may touch at a point, as OGC's simple features allow.
            if a.ring != b.ring && crossing {
                return Err(AreaError::NotAHole { polygon, ring: a.ring.max(b.ring) });
            }
        }
    }
    Ok(())
}

/// Refuses a hole outside the exterior or within another hole; that their edges do not cross is known.
fn check_hole(
    polygon: usize,
    hole: usize,
    exterior: &LineString,
    holes: &[LineString],
) -> Result<(), AreaError> {
    let shape = |ring: &LineString| Polygon::new(ring.clone(), Vec::new());
    let inside = shape(&holes[hole]).interior_point();
    let in_exterior = inside.is_some_and(|point| shape(exterior).intersects(&point));
    let in_another = inside.is_some_and(|point| {
        let mut others = holes.iter().enumerate().filter(|(other, _)| *other != hole);
        others.any(|(_, other)| shape(other).intersects(&point))
    });
    if in_exterior && !in_another { Ok(()) } else { Err(AreaError::NotAHole { polygon, ring: hole + 1 }) }
}
