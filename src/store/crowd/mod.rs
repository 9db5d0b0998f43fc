//! How full the beaches are: what was reported of them. It knows no rule.
mod reports;

pub use reports::{ReportFilter, ReportPlace};
