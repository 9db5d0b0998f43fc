//! Sources of events: asked when they are due, read, and handed to the writer.

/// The lease of the node that takes feeds in.
pub const FEEDING: &str = "feeding";
