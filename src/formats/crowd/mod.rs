//! The crowd rule in writing: scenarios and policies in, statuses out. Knows the rule's types, not its arithmetic.
mod answer;
mod policy;
mod report;
mod scenario;
#[cfg(test)]
mod tests;

pub use answer::write_statuses;
pub use policy::{PolicyFileError, read_policy};
pub use report::{report_document, reports_document};
pub use scenario::{Scenario, read_scenario};
