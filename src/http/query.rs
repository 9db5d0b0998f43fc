//! The parameters of a request, read strictly: unknown, repeated and malformed ones are refused by name.
use super::problem::{
    INVALID_PARAMETER, INVALID_QUERY, MISSING_PARAMETER, Problem, REPEATED_PARAMETER, UNKNOWN_PARAMETER,
};
use chrono::{DateTime, Utc};
use std::borrow::Cow;
use std::fmt::Display;

/// Parameters a request may have.
const MAX_PAIRS: usize = 32;

/// The pairs of a query string; every name is one of those the operation knows, and stands once.
pub(super) struct Query<'a>(Vec<(&'static str, Cow<'a, str>)>);

impl<'a> Query<'a> {
    /// Reads `raw`, the text after `?`, for an operation that knows the parameters `known`.
    pub(super) fn read(raw: Option<&'a str>, known: &[&'static str]) -> Result<Self, Problem> {
        let mut pairs: Vec<(&'static str, Cow<'a, str>)> = Vec::new();
        for pair in raw.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            if pairs.len() == MAX_PAIRS {
                return Err(Problem::new(&INVALID_QUERY, format!("more than {MAX_PAIRS} parameters")));
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name).ok_or_else(|| {
                Problem::new(&INVALID_QUERY, "the name of a parameter is not percent-encoded UTF-8")
            })?;
            let Some(known) = known.iter().find(|known| **known == name) else {
                let detail = if known.is_empty() {
                    format!("`{}` is not known here, nor is any other", shown(&name))
                } else {
                    format!("`{}` is not one of {}", shown(&name), known.join(", "))
                };
                return Err(Problem::parameter(&UNKNOWN_PARAMETER, &name, detail));
            };
            if pairs.iter().any(|(given, _)| given == known) {
                return Err(Problem::parameter(
                    &REPEATED_PARAMETER,
                    known,
                    format!("`{known}` is given twice"),
                ));
            }
            let value = decoded(value).ok_or_else(|| {
                Problem::parameter(&INVALID_PARAMETER, known, "the value is not percent-encoded UTF-8")
            })?;
            pairs.push((known, value));
        }
        Ok(Self(pairs))
    }

    /// The value of `name`, if given.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_ref())
    }

    /// The pairs given.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_ref()))
    }

    /// The value of `name`, which must be given.
    pub(super) fn required(&self, name: &str) -> Result<&str, Problem> {
        self.get(name)
            .ok_or_else(|| Problem::parameter(&MISSING_PARAMETER, name, format!("`{name}` is missing")))
    }

    /// The number that `name` is, if given.
    pub(super) fn number(&self, name: &str) -> Result<Option<f64>, Problem> {
        self.get(name).map(|value| number(name, value)).transpose()
    }

    /// How many are asked for: `default` when not said, at least 1, at most `max` whatever is said.
    pub(super) fn limit(&self, default: usize, max: usize) -> Result<usize, Problem> {
        let Some(value) = self.get("limit") else { return Ok(default) };
        let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
        // A number too long to read is still a number, and more than the most.
        let limit = if digits { value.parse().unwrap_or(usize::MAX) } else { 0 };
        if limit == 0 {
            return Err(invalid("limit", value, "a whole number of 1 or more"));
        }
        Ok(limit.min(max))
    }
}

/// The finite number that `value` writes out in decimal.
pub(super) fn number(name: &str, value: &str) -> Result<f64, Problem> {
    let decimal = value.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    match value.parse::<f64>() {
        Ok(number) if decimal && number.is_finite() => Ok(number),
        _ => Err(invalid(name, value, "a finite decimal number")),
    }
}

/// The instant that `value` writes out.
pub(super) fn instant(name: &str, value: &str) -> Result<DateTime<Utc>, Problem> {
    let read = DateTime::parse_from_rfc3339(value).map(|at| at.to_utc());
    read.map_err(|_| {
        invalid(name, value, "an instant such as 2026-07-18T12:00:00Z (a `+` must be sent as %2B)")
    })
}

/// The refusal of `value`, which should have been `wanted`.
pub(super) fn invalid(name: &str, value: &str, wanted: impl Display) -> Problem {
    Problem::parameter(&INVALID_PARAMETER, name, format!("`{}` is not {wanted}", shown(value)))
}

/// At most 80 characters, so that a problem stays readable whatever was sent.
pub(super) fn shown(value: &str) -> Cow<'_, str> {
    match value.char_indices().nth(80) {
        None => value.into(),
        Some((cut, _)) => format!("{}…", &value[..cut]).into(),
    }
}

/// `text` without its percent-encoding, `+` being a space; none when that leaves no UTF-8 or is cut short.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.bytes().any(|b| matches!(b, b'%' | b'+')) {
        return Some(text.into());
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit =
                    |b: Option<u8>| char::from(b?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
                high << 4 | low
            }
            other => other,
        });
    }
    String::from_utf8(out).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slug(raw: &str) -> String {
        match Query::read(Some(raw), &["lat", "limit"]) {
            Ok(_) => "fine".to_owned(),
            Err(problem) => String::from_utf8(problem.document("")).unwrap(),
        }
    }

    #[test]
    fn unknown_repeated_and_malformed_parameters_are_refused_by_name() {
        for raw in ["", "lat=1", "lat=1&limit=2", "&&lat=1&", "lat", "lat=%E2%82%AC", "%6Cat=1"] {
            assert_eq!(slug(raw), "fine", "{raw}");
        }
        for (raw, kind, parameter) in [
            ("lon=1", "unknown-parameter", Some("lon")),
            ("lat[]=1", "unknown-parameter", Some("lat[]")),
            ("Lat=1", "unknown-parameter", Some("Lat")),
            ("lat=1&lat=1", "repeated-parameter", Some("lat")),
            ("lat=%FF", "invalid-parameter", Some("lat")),
            ("lat=%2", "invalid-parameter", Some("lat")),
            ("lat=%zz", "invalid-parameter", Some("lat")),
            ("%FF=1", "invalid-query", None),
        ] {
            let document = slug(raw);
            assert!(document.contains(&format!("/problems/{kind}\"")), "{raw}: {document}");
            if let Some(parameter) = parameter {
                assert!(document.contains(&format!("\"parameter\":\"{parameter}\"")), "{raw}: {document}");
            }
        }
        let names: Vec<String> = (0..40).map(|n| format!("x{n}=1")).collect();
        assert!(slug(&names.join("&")).contains("unknown-parameter"));
    }

    #[test]
    fn numbers_are_finite_and_decimal() {
        for (text, want) in [("51.7895", 51.7895), ("-0", 0.0), ("1e2", 100.0), ("+3", 3.0)] {
            assert!((number("lat", text).unwrap() - want).abs() < 1e-12, "{text}");
        }
        for bad in ["", "NaN", "inf", "-inf", "infinity", "1e999", "51,5", "0x10", "1_000", " 1", "٣"] {
            assert!(number("lat", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_limit_is_at_least_one_and_clamped_above() {
        let limit = |raw: &'static str| Query::read(Some(raw), &["limit"]).unwrap().limit(20, 100);
        assert_eq!(limit("").unwrap(), 20);
        assert_eq!(limit("limit=7").unwrap(), 7);
        assert_eq!(limit("limit=101").unwrap(), 100);
        assert_eq!(limit("limit=99999999999999999999999999").unwrap(), 100);
        for bad in ["limit=0", "limit=-1", "limit=1.5", "limit=", "limit=ten", "limit=%2B1"] {
            assert!(limit(bad).is_err(), "{bad}");
        }
    }
}
