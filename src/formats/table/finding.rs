//! What is wrong with a table, or with the area folder that it is of, where, and what to do.
use std::fmt;

/// Whether a finding stops an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The folder cannot be taken in.
    Error,
    /// The folder can be taken in; readers would see less than they could.
    Warning,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether it stops an import.
    pub severity: Severity,
    /// The file, by its path within the folder.
    pub file: String,
    /// The line of the row, counted from 1, the header's; none when it is about the file as a whole.
    pub row: Option<u64>,
    /// The column or member.
    pub field: Option<String>,
    /// What is wrong, with the offending value.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(field) = &self.field {
            write!(f, ", field {field}")?;
        }
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, ": {severity}: {}; {}", self.what, self.remedy)
    }
}

/// Every finding of a reading, in the order found.
#[derive(Clone, Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// The findings.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them stops an import.
    pub fn any_error(&self) -> bool {
        self.0.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// An error about a file as a whole.
    pub(in crate::formats) fn error(
        &mut self,
        file: &str,
        what: impl fmt::Display,
        remedy: impl fmt::Display,
    ) {
        self.add(Severity::Error, file, None, None, what.to_string(), remedy.to_string());
    }

    /// An error about a row, or one field of it.
    pub(in crate::formats) fn error_at(
        &mut self,
        file: &str,
        row: u64,
        field: Option<&str>,
        what: impl fmt::Display,
        remedy: impl fmt::Display,
    ) {
        self.add(Severity::Error, file, Some(row), field, what.to_string(), remedy.to_string());
    }

    /// An error about a member of a document without rows.
    pub(in crate::formats) fn error_in(
        &mut self,
        file: &str,
        field: &str,
        what: impl fmt::Display,
        remedy: impl fmt::Display,
    ) {
        self.add(Severity::Error, file, None, Some(field), what.to_string(), remedy.to_string());
    }

    /// A warning about a file as a whole.
    pub(in crate::formats) fn warn(
        &mut self,
        file: &str,
        what: impl fmt::Display,
        remedy: impl fmt::Display,
    ) {
        self.add(Severity::Warning, file, None, None, what.to_string(), remedy.to_string());
    }

    /// A warning about a field of a row.
    pub(in crate::formats) fn warn_at(
        &mut self,
        file: &str,
        row: u64,
        field: &str,
        what: impl fmt::Display,
        remedy: impl fmt::Display,
    ) {
        self.add(Severity::Warning, file, Some(row), Some(field), what.to_string(), remedy.to_string());
    }

    fn add(
        &mut self,
        severity: Severity,
        file: &str,
        row: Option<u64>,
        field: Option<&str>,
        what: String,
        remedy: String,
    ) {
        let field = field.map(ToOwned::to_owned);
        self.0.push(Finding { severity, file: file.to_owned(), row, field, what, remedy });
    }
}
