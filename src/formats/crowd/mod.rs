//! The crowd rule in writing: scenarios and policies in, statuses out. Knows the rule's types, not its arithmetic.
mod answer;
mod declared;
mod policy;
mod report;
mod scenario;
#[cfg(test)]
mod tests;

pub use answer::{write_brief, write_status, write_statuses};
pub use declared::{adopted_document, declarations_document, write_declaration, write_policy, write_values};
pub use policy::{PolicyFileError, policy_document, read_policy};
pub use report::{report_document, reports_document};
pub use scenario::{Scenario, read_scenario};
