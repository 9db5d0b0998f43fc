//! What people write as TOML: the manifest of an area folder, `area.toml`, and files of numbers. The one place that
//! reads it.
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use toml::Spanned;

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
    /// Whose tide the table of the folder gives.
    pub tide: Option<TideEntry>,
    /// Where events come from: what is not named here is not asked.
    #[serde(default)]
    pub feeds: Vec<FeedEntry>,
}

/// A source of events, as written.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FeedEntry {
    /// Its slug.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Its `https` address; without one it is taken in by hand alone.
    pub url: Option<String>,
    /// How it is written.
    pub format: String,
    /// The organisation whose its events are; none: the area's own.
    pub organisation: Option<String>,
    /// How many minutes there are between two looks.
    pub every_minutes: Option<u32>,
    /// The id of the attribution that it asks for.
    pub attribution: Option<String>,
}

/// What is to be said of the folder's table of tides, as written.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct TideEntry {
    /// Where the tide is that high.
    pub station: String,
    /// The id of the attribution that its source asks for.
    pub attribution: Option<String>,
    /// How it was made, and what it is not for.
    pub note: Option<String>,
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
    from_toml(text)
}

/// A line `name = number` of a file of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberEntry {
    /// Its name.
    pub name: String,
    /// The number as written: nothing has rounded it yet.
    pub text: String,
    /// The line it stands in, from 1.
    pub line: usize,
}

/// Reads a file of named numbers, such as a policy, in the order in which they stand.
///
/// # Errors
/// When the text is not TOML; the message has the line and what was expected there.
pub fn numbers(text: &str) -> Result<Vec<NumberEntry>, String> {
    let entries: BTreeMap<String, Spanned<toml::Value>> = from_toml(text)?;
    let entry = |(name, value): (String, Spanned<toml::Value>)| {
        let span = value.span();
        let line = 1 + text[..span.start].matches('\n').count();
        NumberEntry { name, text: text[span].replace('_', ""), line }
    };
    let mut numbers: Vec<NumberEntry> = entries.into_iter().map(entry).collect();
    numbers.sort_by_key(|number| number.line);
    Ok(numbers)
}

fn from_toml<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|error| error.to_string().trim_end().replace('\n', " "))
}
