//! A scenario: all that the status of one beach depends on, in one JSON document, and the instants to ask for.
use crate::beaches::{
    Access, Band, Beach, Colour, Crowd, Decimal, Method, Override, Policy, PolicyValues, Profile, Report,
    Role, Tide, TurningPoint,
};
use crate::formats::json::{DocumentError, read_document};
use crate::hours::{Calendar, OpeningHours};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// What the policy of a scenario is called when it is not the default.
const VERSION: &str = "scenario";

/// All that the status of a beach depends on, and the instants to ask for.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The policy.
    pub policy: Policy,
    /// The beach, in Europe/London without bank holidays.
    pub beach: Beach,
    /// The tide.
    pub tide: Tide,
    /// The reports.
    pub reports: Vec<Report>,
    /// The overrides.
    pub overrides: Vec<Override>,
    /// The instants.
    pub at: Vec<DateTime<Utc>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScenarioBody {
    policy: Option<PolicyBody>,
    beach: BeachBody,
    tide: Option<Vec<TurningPointBody>>,
    reports: Option<Vec<ReportBody>>,
    overrides: Option<Vec<OverrideBody>>,
    at: Vec<Instant>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BeachBody {
    profile: ProfileBody,
    patrol_hours: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileBody {
    low: HeightBody,
    high: HeightBody,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeightBody {
    height_m: f64,
    area_m2: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TurningPointBody {
    at: Instant,
    #[expect(dead_code, reason = "the heights say which is high")]
    kind: Option<IgnoredAny>,
    height_m: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportBody {
    id: String,
    author: String,
    role: RoleWord,
    method: Option<MethodWord>,
    count: Option<u32>,
    band: Option<BandWord>,
    observed_at: Instant,
    received_at: Instant,
    withdrawn: Option<bool>,
    confirmed: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OverrideBody {
    level: Option<LevelWord>,
    access: Option<AccessWord>,
    starts_at: Instant,
    expires_at: Instant,
    created_at: Instant,
    cancelled_at: Option<Instant>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RoleWord {
    Patrol,
    Supervisor,
    Warden,
    Staff,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MethodWord {
    Counted,
    Estimated,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum BandWord {
    Quiet,
    Busy,
    Full,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LevelWord {
    Green,
    Amber,
    Red,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum AccessWord {
    Open,
    Restricted,
    Closed,
}

/// An instant in RFC 3339, with any offset.
struct Instant(DateTime<Utc>);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let text = String::deserialize(reader)?;
        let read = DateTime::parse_from_rfc3339(&text).map(|at| Self(at.to_utc()));
        read.map_err(|_| {
            let text: String = text.chars().take(60).collect();
            D::Error::custom(format!("`{text}` is not an instant, such as 2026-07-18T16:00:00Z"))
        })
    }
}

/// A number, read exactly.
struct Number(Decimal);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(reader)?.get().parse().map(Self).map_err(D::Error::custom)
    }
}

/// The values of a policy that are not the default's.
pub(super) struct PolicyBody(pub(super) PolicyValues);

impl<'de> Deserialize<'de> for PolicyBody {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_map(PolicyVisitor)
    }
}

struct PolicyVisitor;

impl<'de> Visitor<'de> for PolicyVisitor {
    type Value = PolicyBody;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object of the values of a policy")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<PolicyBody, A::Error> {
        let mut values = PolicyValues::default();
        let mut seen: Vec<String> = Vec::new();
        while let Some(name) = members.next_key::<String>()? {
            // Asked first: what no policy has must not be complained about as a number.
            values.set(&name, Decimal::ZERO).map_err(A::Error::custom)?;
            if seen.contains(&name) {
                return Err(A::Error::custom(format!("duplicate field `{name}`")));
            }
            let Number(value) = members.next_value()?;
            values.set(&name, value).map_err(A::Error::custom)?;
            seen.push(name);
        }
        Ok(PolicyBody(values))
    }
}

/// Reads a scenario. Members whose value is null count as left out.
///
/// # Errors
/// When the text is not JSON or not a scenario, or a part of it is not what the rule can work with; the error has a JSON
/// pointer to it.
pub fn read_scenario(text: &[u8]) -> Result<Scenario, DocumentError> {
    let body: ScenarioBody = read_document(text)?;
    let values = body.policy.map_or(PolicyValues::default(), |PolicyBody(values)| values);
    let version = if values == PolicyValues::default() { Policy::DEFAULT_VERSION } else { VERSION };
    let policy = Policy::new(version, values).map_err(|cause| DocumentError::at("/policy", cause))?;
    let points = body.tide.unwrap_or_default().into_iter();
    let points = points.map(|point| TurningPoint { at: point.at.0, height_m: point.height_m }).collect();
    let tide = Tide::new(None, points).map_err(|cause| DocumentError::at("/tide", cause))?;
    Ok(Scenario {
        policy,
        beach: beach(body.beach)?,
        tide,
        reports: numbered("/reports", body.reports.unwrap_or_default(), report)?,
        overrides: numbered("/overrides", body.overrides.unwrap_or_default(), override_of)?,
        at: body.at.into_iter().map(|Instant(at)| at).collect(),
    })
}

fn beach(body: BeachBody) -> Result<Beach, DocumentError> {
    let BeachBody { profile: ProfileBody { low, high }, patrol_hours } = body;
    let calendar = Calendar::new("Europe/London", []).expect("a zone that the database has");
    let profile = Profile::new((low.height_m, low.area_m2), (high.height_m, high.area_m2));
    let profile = profile.map_err(|cause| DocumentError::at("/beach/profile", cause))?;
    let hours = patrol_hours.map(|text| OpeningHours::parse(&text, &calendar)).transpose();
    let patrol_hours = hours.map_err(|cause| DocumentError::at("/beach/patrol_hours", cause))?;
    Ok(Beach { profile: Some(profile), patrol_hours, calendar })
}

/// `read` applied to each body; an error says which it was.
fn numbered<B, T>(
    list: &str,
    bodies: Vec<B>,
    read: fn(B) -> Result<T, &'static str>,
) -> Result<Vec<T>, DocumentError> {
    let read =
        |(number, body)| read(body).map_err(|cause| DocumentError::at(format!("{list}/{number}"), cause));
    bodies.into_iter().enumerate().map(read).collect()
}

fn report(body: ReportBody) -> Result<Report, &'static str> {
    let method = body.method.map(|word| match word {
        MethodWord::Counted => Method::Counted,
        MethodWord::Estimated => Method::Estimated,
    });
    let crowd = match (body.count, body.band) {
        (Some(count), _) => {
            Crowd::Count(count, method.ok_or("has a count but no method, counted or estimated")?)
        }
        (None, Some(BandWord::Quiet)) => Crowd::Band(Band::Quiet),
        (None, Some(BandWord::Busy)) => Crowd::Band(Band::Busy),
        (None, Some(BandWord::Full)) => Crowd::Band(Band::Full),
        (None, None) => return Err("has neither a count nor a band"),
    };
    let role = match body.role {
        RoleWord::Patrol | RoleWord::Supervisor => Role::Patrol,
        RoleWord::Warden => Role::Warden,
        RoleWord::Staff => Role::Staff,
    };
    Ok(Report {
        id: body.id,
        received_at: body.received_at.0,
        observed_at: body.observed_at.0,
        author: body.author,
        role,
        crowd,
        withdrawn: body.withdrawn.unwrap_or(false),
        confirmed: body.confirmed.unwrap_or(false),
    })
}

fn override_of(body: OverrideBody) -> Result<Override, &'static str> {
    let level = body.level.map(|word| match word {
        LevelWord::Green => Colour::Green,
        LevelWord::Amber => Colour::Amber,
        LevelWord::Red => Colour::Red,
    });
    let access = body.access.map(|word| match word {
        AccessWord::Open => Access::Open,
        AccessWord::Restricted => Access::Restricted,
        AccessWord::Closed => Access::Closed,
    });
    if level.is_none() && access.is_none() {
        return Err("has neither a level nor an access");
    }
    Ok(Override {
        level,
        access,
        starts_at: body.starts_at.0,
        expires_at: body.expires_at.0,
        created_at: body.created_at.0,
        cancelled_at: body.cancelled_at.map(|Instant(at)| at),
    })
}
