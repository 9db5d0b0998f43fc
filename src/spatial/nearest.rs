//! Which things are near, nearest first. Knows things by number only.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use super::earth::{Xyz, chord2, chord2_to_piece, over_ground, xyz};
use super::tree::{Bounds, Leaf, Opened, Tree};
use super::window::Areas;
use super::{Geometry, LatLon, Metres};

/// An immutable index of things by where they are. Each is known by a key its owner chose; where two are
/// equally far the lower key comes first.
#[derive(Debug)]
pub struct Nearest {
    sites: Tree<Site, 3>,
    edges: Tree<Piece, 3>,
    areas: Areas,
}

/// One thing that is near.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// The key it was given.
    pub key: u32,
    /// How far it is over the ground: see [`distance`](super::distance).
    pub distance: Metres,
    /// The squared straight-line distance through the ground, m², that decides the order: to merge what
    /// several indexes found, compare this (`total_cmp`), then what decides ties.
    pub chord2: f64,
}

/// Those of `points` that are at most `radius` away, nearest first, as [`Nearest::within`] finds them: for when few are
/// left to look at.
pub fn within(
    points: impl Iterator<Item = (u32, LatLon)>,
    from: LatLon,
    radius: Metres,
) -> impl Iterator<Item = Near> {
    let from = xyz(from);
    let near = points.map(|(key, at)| (chord2(&from, &xyz(at)), key));
    let near = near.filter(|(chord2, _)| *chord2 <= limit(radius));
    let mut ahead: BinaryHeap<_> = near.map(|(chord2, key)| Reverse(Ahead::point(chord2, key))).collect();
    std::iter::from_fn(move || {
        let (chord2, What::Point(key)) = ahead.pop()?.0.parts() else { return None };
        let distance = over_ground(chord2);
        (distance <= radius).then_some(Near { key, distance, chord2 })
    })
}

/// The longest squared chord that may be within `radius`: a chord is never longer than the ground it spans; the slack is
/// for the rounding of squares.
fn limit(radius: Metres) -> f64 {
    radius.get() * radius.get() * (1.0 + 1e-9)
}

impl Nearest {
    /// An index of `things`. No key may be given twice.
    #[must_use]
    pub fn new<'a>(things: impl IntoIterator<Item = (u32, &'a Geometry)>) -> Self {
        let mut sites = Vec::new();
        let mut edges = Vec::new();
        let mut areas = Vec::new();
        for (key, geometry) in things {
            match geometry {
                Geometry::Point(position) => sites.push(Site { at: xyz(*position), key }),
                Geometry::Area(area) => {
                    edges.extend(area.pieces().map(|ends| Piece { ends, key }));
                    areas.push((key, area.clone()));
                }
            }
        }
        Self { sites: Tree::new(sites), edges: Tree::new(edges), areas: Areas::new(areas) }
    }

    /// All that is at most `radius` away, nearest first, each once. Where two are exactly as far, the
    /// lower key comes first. An area is 0 m away from within it, else as far as its nearest edge.
    ///
    /// Lazy: what is not asked for is not looked for.
    pub fn within(&self, from: LatLon, radius: Metres) -> impl Iterator<Item = Near> + '_ {
        let mut ahead = BinaryHeap::with_capacity(128);
        ahead.push(Reverse(Ahead::site_node(0.0, Tree::<Site, 3>::ROOT)));
        if self.areas.len() > 0 {
            ahead.push(Reverse(Ahead::edge_node(0.0, Tree::<Piece, 3>::ROOT)));
            self.areas.containing(from, |key| {
                ahead.push(Reverse(Ahead::area(0.0, key)));
            });
        }
        Within { nearest: self, from: xyz(from), radius, limit: limit(radius), ahead, seen: HashSet::new() }
    }
}

/// A search under way: best first over both trees at once.
struct Within<'a> {
    nearest: &'a Nearest,
    from: Xyz,
    radius: Metres,
    // On the squared chord.
    limit: f64,
    ahead: BinaryHeap<Reverse<Ahead>>,
    // The areas found so far: each has many edges.
    seen: HashSet<u32>,
}

impl Iterator for Within<'_> {
    type Item = Near;

    fn next(&mut self) -> Option<Near> {
        while let Some(Reverse(next)) = self.ahead.pop() {
            let (chord2, what) = next.parts();
            let (key, is_new) = match what {
                What::SiteNode(node) => {
                    self.open_sites(node);
                    continue;
                }
                What::EdgeNode(node) => {
                    self.open_edges(node);
                    continue;
                }
                What::Point(key) => (key, true),
                What::Area(key) => (key, self.seen.insert(key)),
            };
            let distance = over_ground(chord2);
            if distance > self.radius {
                self.ahead.clear();
                return None;
            }
            if is_new {
                return Some(Near { key, distance, chord2 });
            }
        }
        None
    }
}

impl Within<'_> {
    fn open_sites(&mut self, node: usize) {
        let (ahead, from, limit) = (&mut self.ahead, &self.from, self.limit);
        let sites = &self.nearest.sites;
        sites.open(node, from, limit, |opened| match opened {
            Opened::Node(chord2, node) => ahead.push(Reverse(Ahead::site_node(chord2, node))),
            Opened::Leaf(site) => {
                let chord2 = chord2(from, &site.at);
                if chord2 <= limit {
                    ahead.push(Reverse(Ahead::point(chord2, site.key)));
                }
            }
        });
    }

    fn open_edges(&mut self, node: usize) {
        if self.seen.len() == self.nearest.areas.len() {
            return;
        }
        let (ahead, from, limit, seen) = (&mut self.ahead, &self.from, self.limit, &self.seen);
        let edges = &self.nearest.edges;
        edges.open(node, from, limit, |opened| match opened {
            Opened::Node(chord2, node) => ahead.push(Reverse(Ahead::edge_node(chord2, node))),
            Opened::Leaf(piece) => {
                let chord2 = chord2_to_piece(from, &piece.ends);
                if chord2 <= limit && !seen.contains(&piece.key) {
                    ahead.push(Reverse(Ahead::area(chord2, piece.key)));
                }
            }
        });
    }
}

/// A point, as the tree holds it.
#[derive(Debug)]
struct Site {
    at: Xyz,
    key: u32,
}

impl Leaf<3> for Site {
    fn bounds(&self) -> Bounds<3> {
        Bounds { low: self.at, high: self.at }
    }
}

/// A piece of an area's edge, as the tree holds it.
#[derive(Debug)]
struct Piece {
    ends: [Xyz; 2],
    key: u32,
}

impl Leaf<3> for Piece {
    fn bounds(&self) -> Bounds<3> {
        let [a, b] = self.ends;
        Bounds {
            low: [a[0].min(b[0]), a[1].min(b[1]), a[2].min(b[2])],
            high: [a[0].max(b[0]), a[1].max(b[1]), a[2].max(b[2])],
        }
    }
}

/// What the search has still to look at, in the order it must: by squared distance, then nodes before what
/// was found (they may hold an equal with a lower key), then by key. One number, for a cheap comparison:
/// the upper half is the bits of the squared distance, which sort as it does since it is not negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Ahead(u128);

/// What an [`Ahead`] stands for.
enum What {
    SiteNode(usize),
    EdgeNode(usize),
    Point(u32),
    Area(u32),
}

/// In the lower half: something found, its key above the bit that marks an area; else a node.
const FOUND: u64 = 1 << 63;
/// In the lower half: a node of the edges; else one of the sites.
const EDGES: u64 = 1 << 62;

impl Ahead {
    fn new(chord2: f64, what: u64) -> Self {
        Self(u128::from(chord2.to_bits()) << 64 | u128::from(what))
    }

    fn site_node(chord2: f64, node: usize) -> Self {
        Self::new(chord2, node as u64)
    }

    fn edge_node(chord2: f64, node: usize) -> Self {
        Self::new(chord2, EDGES | node as u64)
    }

    fn point(chord2: f64, key: u32) -> Self {
        Self::new(chord2, FOUND | u64::from(key) << 1)
    }

    fn area(chord2: f64, key: u32) -> Self {
        Self::new(chord2, FOUND | u64::from(key) << 1 | 1)
    }

    #[expect(clippy::cast_possible_truncation, reason = "takes apart what the others put together")]
    fn parts(self) -> (f64, What) {
        let chord2 = f64::from_bits((self.0 >> 64) as u64);
        let what = self.0 as u64;
        let what = match (what & FOUND != 0, what & EDGES != 0) {
            (true, _) if what & 1 == 1 => What::Area((what >> 1) as u32),
            (true, _) => What::Point((what >> 1) as u32),
            (false, true) => What::EdgeNode((what & !EDGES) as usize),
            (false, false) => What::SiteNode(what as usize),
        };
        (chord2, what)
    }
}
