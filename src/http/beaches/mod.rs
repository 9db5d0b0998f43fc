//! How full the beaches are, and what else is said of them, under `/v1/beaches`.
mod status;

pub(super) use status::{answer as statuses_now, statuses};
