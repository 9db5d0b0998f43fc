//! The file of shapes: which place has which.
use crate::formats::geojson;
use crate::formats::table::Findings;
use crate::spatial::Geometry;
use std::collections::{HashMap, HashSet};

pub(super) const SHAPES: &str = "shapes.geojson";

/// The shapes of a folder, by the id of their place, until a place takes them.
pub(super) struct Shapes {
    usable: HashMap<String, Geometry>,
    refused: HashSet<String>,
    /// Whether nobody can say what shapes there are: told once, not for every place.
    unreadable: bool,
}

/// What a place finds.
pub(super) enum Shape {
    Usable(Geometry),
    /// There is one, or may be one, and that it cannot be used was told.
    Refused,
    None,
}

impl Shapes {
    /// Reads the file, which a folder without shapes does not have.
    pub(super) fn read(text: Option<&str>, findings: &mut Findings) -> Self {
        let mut shapes = Self { usable: HashMap::new(), refused: HashSet::new(), unreadable: false };
        let features = match text.map(geojson::read_collection) {
            None => return shapes,
            Some(Ok(features)) => features,
            Some(Err(error)) => {
                findings.error(SHAPES, error, "give a FeatureCollection");
                shapes.unreadable = true;
                return shapes;
            }
        };
        for (n, (id, geometry)) in features.into_iter().enumerate() {
            let Some(id) = id else {
                findings.error_in(SHAPES, &format!("features[{n}]"), "has no id", "give it the place's id");
                continue;
            };
            match geometry {
                Ok(Geometry::Area(_)) if shapes.usable.contains_key(&id) => {
                    findings.error_in(SHAPES, &id, "stands twice", "make them one MultiPolygon");
                }
                Ok(geometry @ Geometry::Area(_)) => drop(shapes.usable.insert(id, geometry)),
                Ok(Geometry::Point(_)) => {
                    findings.error_in(SHAPES, &id, "is a Point", "points go into lat and lon");
                    shapes.refused.insert(id);
                }
                Err(error) => {
                    findings.error_in(SHAPES, &id, error, "mend the shape");
                    shapes.refused.insert(id);
                }
            }
        }
        shapes
    }

    /// The shape of the place called `id`, which is then its.
    pub(super) fn take(&mut self, id: &str) -> Shape {
        match self.usable.remove(id) {
            Some(shape) => Shape::Usable(shape),
            None if self.unreadable || self.refused.contains(id) => Shape::Refused,
            None => Shape::None,
        }
    }

    /// Reports the shapes that no place took.
    pub(super) fn report_unused(self, findings: &mut Findings) {
        let mut unused: Vec<_> = self.usable.into_keys().collect();
        unused.sort_unstable();
        for id in unused {
            findings.error_in(
                SHAPES,
                &id,
                "is the shape of no place",
                "add the place, or take the shape out",
            );
        }
    }
}
