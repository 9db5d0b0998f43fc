//! How full the beaches are: what was reported, decided and published of them. It knows no rule.
mod declarations;
mod policies;
mod reports;
mod statuses;

pub use reports::{ReportFilter, ReportPlace};
pub use statuses::StatusRow;
