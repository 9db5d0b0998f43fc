//! How full the beaches are, in writing: reports from phones, scenarios and policies in, statuses and what the audit
//! keeps of reports out. Knows the rule's types, not its arithmetic.
mod answer;
mod batch;
mod policy;
mod report;
mod scenario;
#[cfg(test)]
mod tests;

pub use answer::write_statuses;
pub use batch::{GivenBatch, Unreadable, read_batch};
pub use policy::{PolicyFileError, read_policy};
pub use report::{report_document, reports_document};
pub use scenario::{Scenario, read_scenario};
