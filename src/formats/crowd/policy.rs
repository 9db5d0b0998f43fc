//! A policy as a TOML file: names and decimal numbers, read exactly.
use crate::beaches::{Decimal, Policy, PolicyValues};
use crate::config;

/// Why a file is not a policy; says where in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{cause}", line.map_or(String::new(), |line| format!("line {line}: ")))]
pub struct PolicyFileError {
    /// The line that is refused, from 1. `None`: the file as a whole.
    pub line: Option<usize>,
    /// Why.
    pub cause: String,
}

/// Reads the policy called `version`. Values that the file leaves out are those of the default.
pub fn read_policy(text: &str, version: &str) -> Result<Policy, PolicyFileError> {
    let whole = |cause: String| PolicyFileError { line: None, cause };
    let mut values = PolicyValues::default();
    for number in config::numbers(text).map_err(whole)? {
        let at = |cause: String| PolicyFileError { line: Some(number.line), cause };
        let value: Decimal = number.text.parse().map_err(|error| at(format!("{}: {error}", number.name)))?;
        values.set(&number.name, value).map_err(|error| at(error.to_string()))?;
    }
    Policy::new(version, values).map_err(|error| whole(error.to_string()))
}

/// The file of these values, all of them.
pub fn policy_document(values: &PolicyValues) -> String {
    let named = PolicyValues::NAMES.into_iter().zip(values.all());
    let lines: Vec<String> = named.map(|(name, value)| format!("{name} = {value}")).collect();
    format!("{}\n", lines.join("\n"))
}
