//! The manifest of an area folder, `area.toml`: the one place that reads TOML.
use serde::Deserialize;

/// The file's name within the folder.
pub const MANIFEST: &str = "area.toml";
/// The version of the folder's format that this program reads.
pub const FORMAT: u32 = 1;

/// What `area.toml` says, as written: not yet checked against anything else.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the folder's format.
    pub format: u32,
    /// The area's slug.
    pub id: String,
    /// Its name.
    pub name: String,
    /// ISO 3166-1 alpha-2 code of its country.
    pub country: String,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// The licence of the answers as a whole.
    pub licence_url: String,
    /// How far outside the boundary a place may lie, in metres.
    pub boundary_buffer_m: f64,
    /// Latitude of the point that examples look from.
    pub start_lat: f64,
    /// Longitude of the point that examples look from.
    pub start_lon: f64,
    /// Texts that sources ask for.
    #[serde(default)]
    pub attribution: Vec<AttributionEntry>,
}

/// A text that a source asks to be shown, as written.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct AttributionEntry {
    /// What `source_attribution` calls it.
    pub id: String,
    /// The text.
    pub text: String,
    /// The licence it goes with.
    pub licence: String,
    /// Where that is explained.
    pub url: String,
}

/// Reads a manifest.
///
/// # Errors
/// When the text is not TOML or not a manifest; the message has the line and what was expected there.
pub fn manifest(text: &str) -> Result<Manifest, String> {
    toml::from_str(text).map_err(|error| error.to_string().trim_end().replace('\n', " "))
}
