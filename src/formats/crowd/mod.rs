//! How full the beaches are, in writing: reports from phones, scenarios and policies in, statuses and what the audit
//! keeps of reports out. Knows the rule's types, not its arithmetic.
mod answer;
mod batch;
mod declared;
mod given;
mod policy;
mod report;
mod scenario;
#[cfg(test)]
mod tests;

pub use answer::{same_gist, status_line, write_brief, write_ratio, write_status, write_statuses};
pub use batch::{GivenBatch, Unreadable, read_batch};
pub use declared::{adopted_document, declarations_document, write_values};
pub use given::{read_adoption, read_declared};
pub use policy::{PolicyFileError, policy_document, read_policy};
pub use report::{report_document, reports_document};
pub use scenario::{Scenario, read_scenario};
