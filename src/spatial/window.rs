//! Which things are in a map window. Knows things by number only.

use std::collections::HashSet;
use std::ops::ControlFlow;

use super::tree::{Bounds, Leaf, Tree};
use super::{Area, BBox, Geometry, LatLon};

/// An immutable index of things by longitude and latitude. Each is known by a key its owner chose.
#[derive(Debug)]
pub struct Window {
    points: Tree<Point, 2>,
    areas: Areas,
}

/// What is in a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matches {
    /// The keys of what was found, each once, in no order; empty when nothing is there.
    pub keys: Vec<u32>,
    /// Whether that is all; `false` when the limit cut it short.
    pub complete: bool,
}

impl Window {
    /// An index of `things`. No key may be given twice.
    #[must_use]
    pub fn new<'a>(things: impl IntoIterator<Item = (u32, &'a Geometry)>) -> Self {
        let mut points = Vec::new();
        let mut areas = Vec::new();
        for (key, geometry) in things {
            match geometry {
                Geometry::Point(position) => points.push(Point { at: [position.lon(), position.lat()], key }),
                Geometry::Area(area) => areas.push((key, area.clone())),
            }
        }
        Self { points: Tree::new(points), areas: Areas::new(areas) }
    }

    /// The keys of the points in `bbox` and of the areas that truly intersect it, edges included: at most
    /// `limit` of them, with a note when there are more. Stops looking once that is known.
    #[must_use]
    pub fn matching(&self, bbox: &BBox, limit: usize) -> Matches {
        let mut keys = Vec::new();
        let mut seen = HashSet::new();
        let mut search = || {
            for window in boxes(bbox) {
                self.points.meeting(&window, |points| {
                    let room = limit - keys.len();
                    keys.extend(points.iter().take(room).map(|point| point.key));
                    if points.len() > room {
                        return ControlFlow::Break(());
                    }
                    ControlFlow::Continue(())
                })?;
            }
            self.areas.meeting(bbox, |key, area| {
                if !seen.insert(key) || !area.intersects(bbox) {
                    return ControlFlow::Continue(());
                }
                if keys.len() == limit {
                    return ControlFlow::Break(());
                }
                keys.push(key);
                ControlFlow::Continue(())
            })
        };
        let complete = search().is_continue();
        Matches { keys, complete }
    }
}

/// A point, as the tree holds it: x = longitude, y = latitude.
#[derive(Debug)]
struct Point {
    at: [f64; 2],
    key: u32,
}

impl Leaf<2> for Point {
    fn bounds(&self) -> Bounds<2> {
        Bounds { low: self.at, high: self.at }
    }
}

/// Areas by the windows around them.
#[derive(Debug)]
pub(super) struct Areas {
    areas: Vec<(u32, Area)>,
    parts: Tree<Part, 2>,
}

impl Areas {
    pub(super) fn new(areas: Vec<(u32, Area)>) -> Self {
        let mut parts = Vec::with_capacity(areas.len());
        for (index, (_, area)) in areas.iter().enumerate() {
            parts.extend(boxes(&area.bounds()).map(|bounds| Part { bounds, index }));
        }
        Self { areas, parts: Tree::new(parts) }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.areas.len()
    }

    /// Tells of every area that contains `position`; of one over the antimeridian perhaps twice.
    pub(super) fn containing(&self, position: LatLon, mut tell: impl FnMut(u32)) {
        let at = [position.lon(), position.lat()];
        let _ = self.parts.meeting(&Bounds { low: at, high: at }, |parts| {
            for part in parts {
                let (key, area) = &self.areas[part.index];
                if area.contains(position) {
                    tell(*key);
                }
            }
            ControlFlow::Continue(())
        });
    }

    /// Tells of every area whose bounds meet `bbox`, of one over the antimeridian perhaps twice, until told
    /// to break.
    fn meeting(&self, bbox: &BBox, mut tell: impl FnMut(u32, &Area) -> ControlFlow<()>) -> ControlFlow<()> {
        boxes(bbox).try_for_each(|window| {
            self.parts.meeting(&window, |parts| {
                parts.iter().try_for_each(|part| {
                    let (key, area) = &self.areas[part.index];
                    tell(*key, area)
                })
            })
        })
    }
}

/// One box of an area's bounds (there are two over the antimeridian), as the tree holds it.
#[derive(Debug)]
struct Part {
    bounds: Bounds<2>,
    // In `Areas::areas`.
    index: usize,
}

impl Leaf<2> for Part {
    fn bounds(&self) -> Bounds<2> {
        self.bounds
    }
}

/// A window on the plane of longitude and latitude: each of its parts.
fn boxes(bbox: &BBox) -> impl Iterator<Item = Bounds<2>> + use<> {
    let (south, north) = (bbox.south(), bbox.north());
    bbox.spans().map(move |[west, east]| Bounds { low: [west, south], high: [east, north] })
}
