//! Points and shapes in GeoJSON. Longitude comes first here and nowhere else.
use crate::formats::json::write_number;
use crate::spatial::{Area, AreaError, Geometry, LatLon, LatLonError};
use geojson::{FeatureCollection, GeoJson, GeometryValue, Position};

/// Why a document has no geometry that can be used.
#[derive(Debug, thiserror::Error)]
pub enum GeometryError {
    /// Not GeoJSON.
    #[error("not GeoJSON: {0}")]
    Syntax(#[from] Box<geojson::Error>),
    /// GeoJSON, but another object than the one needed.
    #[error("is a {found}, expected {wanted}")]
    Type {
        /// What it is.
        found: String,
        /// What is needed.
        wanted: &'static str,
    },
    /// A position with fewer than two numbers.
    #[error("a position has {0} numbers, expected longitude and latitude")]
    Position(usize),
    /// A position off the globe.
    #[error(transparent)]
    LatLon(#[from] LatLonError),
    /// Rings that make no shape.
    #[error(transparent)]
    Area(#[from] AreaError),
}

/// Appends `geometry` as a GeoJSON geometry; a shape is always a `MultiPolygon`, because clients type a layer
/// by its first items.
pub fn write_geometry(out: &mut Vec<u8>, geometry: &Geometry) {
    match geometry {
        Geometry::Point(at) => {
            out.extend_from_slice(br#"{"type":"Point","coordinates":"#);
            write_position(out, *at);
            out.push(b'}');
        }
        Geometry::Area(area) => write_area(out, area),
    }
}

/// Appends `area` as a `MultiPolygon`.
pub fn write_area(out: &mut Vec<u8>, area: &Area) {
    out.extend_from_slice(br#"{"type":"MultiPolygon","coordinates":"#);
    write_list(out, area.polygons(), |out, rings| {
        write_list(out, rings, |out, ring| write_list(out, ring, |out, at| write_position(out, *at)));
    });
    out.push(b'}');
}

fn write_list<T>(out: &mut Vec<u8>, items: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    out.push(b'[');
    for (n, item) in items.iter().enumerate() {
        if 0 < n {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

fn write_position(out: &mut Vec<u8>, at: LatLon) {
    out.push(b'[');
    write_number(out, at.lon());
    out.push(b',');
    write_number(out, at.lat());
    out.push(b']');
}

/// Reads a GeoJSON geometry: a Point, a Polygon or a `MultiPolygon`. Heights are ignored.
pub fn read_geometry(text: &str) -> Result<Geometry, GeometryError> {
    match parse(text)? {
        GeoJson::Geometry(geometry) => from_value(&geometry.value),
        other => Err(wrong_type(&other, "a geometry")),
    }
}

/// Reads the geometry of a document that is one Feature.
pub fn read_feature_geometry(text: &str) -> Result<Geometry, GeometryError> {
    let other = match parse(text)? {
        GeoJson::Feature(geojson::Feature { geometry: Some(geometry), .. }) => {
            return from_value(&geometry.value);
        }
        GeoJson::Feature(_) => "Feature without a geometry".to_owned(),
        other => return Err(wrong_type(&other, "a Feature")),
    };
    Err(GeometryError::Type { found: other, wanted: "a Feature with a geometry" })
}

/// Reads a `FeatureCollection`: each feature's id, and its geometry or why it has none to be used.
#[expect(clippy::type_complexity, reason = "a list of pairs, read once")]
pub fn read_collection(
    text: &str,
) -> Result<Vec<(Option<String>, Result<Geometry, GeometryError>)>, GeometryError> {
    let FeatureCollection { features, .. } = match parse(text)? {
        GeoJson::FeatureCollection(collection) => collection,
        other => return Err(wrong_type(&other, "a FeatureCollection")),
    };
    let one = |feature: geojson::Feature| {
        let id = feature.id.map(|id| match id {
            geojson::feature::Id::String(text) => text,
            geojson::feature::Id::Number(number) => number.to_string(),
        });
        let geometry = match &feature.geometry {
            Some(geometry) => from_value(&geometry.value),
            None => Err(GeometryError::Type { found: "null".to_owned(), wanted: "a geometry" }),
        };
        (id, geometry)
    };
    Ok(features.into_iter().map(one).collect())
}

fn parse(text: &str) -> Result<GeoJson, GeometryError> {
    text.parse().map_err(|error| GeometryError::Syntax(Box::new(error)))
}

fn wrong_type(found: &GeoJson, wanted: &'static str) -> GeometryError {
    let found = match found {
        GeoJson::Geometry(geometry) => geometry.value.type_name(),
        GeoJson::Feature(_) => "Feature",
        GeoJson::FeatureCollection(_) => "FeatureCollection",
    };
    GeometryError::Type { found: found.to_owned(), wanted }
}

fn from_value(value: &GeometryValue) -> Result<Geometry, GeometryError> {
    match value {
        GeometryValue::Point { coordinates } => Ok(Geometry::Point(position(coordinates)?)),
        GeometryValue::Polygon { coordinates } => area(std::slice::from_ref(coordinates)),
        GeometryValue::MultiPolygon { coordinates } => area(coordinates),
        other => Err(GeometryError::Type {
            found: other.type_name().to_owned(),
            wanted: "a Point, Polygon or MultiPolygon",
        }),
    }
}

fn area(polygons: &[Vec<Vec<Position>>]) -> Result<Geometry, GeometryError> {
    let ring = |ring: &Vec<Position>| ring.iter().map(position).collect::<Result<Vec<_>, _>>();
    let polygon = |rings: &Vec<Vec<Position>>| rings.iter().map(ring).collect::<Result<Vec<_>, _>>();
    let polygons = polygons.iter().map(polygon).collect::<Result<Vec<_>, _>>()?;
    Ok(Geometry::Area(Area::new(polygons)?))
}

fn position(position: &Position) -> Result<LatLon, GeometryError> {
    match position.as_slice() {
        [lon, lat, ..] => Ok(LatLon::new(*lat, *lon)?),
        short => Err(GeometryError::Position(short.len())),
    }
}
