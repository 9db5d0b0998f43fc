//! Where the readers of feeds are called: the one place that knows all of them.
use crate::catalogue::{FeedContent, FeedFormat, FeedNote};
use crate::formats::feed::rpde::{self, RpdePage};
use crate::formats::feed::{self, Origin};

/// A document of a feed, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedPage {
    /// What is in it.
    pub content: FeedContent,
    /// Where the feed goes on, of feeds of pages.
    pub next: Option<String>,
    /// Whether there is nothing more for now.
    pub is_last: bool,
}

/// Reads the document in that format that was found at that address.
pub type ReadFeed = fn(FeedFormat, &[u8], &Origin, &str) -> Result<FeedPage, FeedNote>;

/// Reads a document of a feed; or says why it is refused as a whole.
pub fn read_page(
    format: FeedFormat,
    bytes: &[u8],
    origin: &Origin,
    address: &str,
) -> Result<FeedPage, FeedNote> {
    match format {
        FeedFormat::Rpde => {
            let RpdePage { content, next, is_last, .. } = rpde::read_page(bytes, origin, address)?;
            Ok(FeedPage { content, next: Some(next), is_last })
        }
        FeedFormat::Ics | FeedFormat::JsonLd | FeedFormat::Csv => {
            let content = feed::read(format, bytes, origin)?;
            Ok(FeedPage { content, next: None, is_last: true })
        }
    }
}
