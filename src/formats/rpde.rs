//! Pages of `OpenActive`'s Realtime Paged Data Exchange 1.0, out. What it asks, and how it is kept here:
//!
//! - The order is that of the Incrementing Unique Change Number: `modified` is the revision that changed the item last,
//!   a whole number, unique and rising within a page and from page to page. The caller gives each item once, at its
//!   last revision, in that order: an item that changes again moves to the end.
//! - `next` is absolute, of the page's own address but for its query, and names the last item of the page.
//! - An empty page is the last one: its `next` is its own address, so who polls asks for it again. So is that of the
//!   address without a query, when there is nothing at all.
//! - What is deleted has no `data`, and stays in the feed for seven days at least; here for as long as the log has it.
//! - `license` is an address. Pages should have 500 items where there are as many.
use super::json::{write_key, write_string};
use super::jsonld::{self, Of, write_member};
use super::shown::EventShown;
use crate::ids::{FeatureId, Revision};

/// The media type of a page.
pub const MEDIA_TYPE: &str = "application/vnd.openactive.rpde+json; version=1";
/// Items of a page.
pub const PAGE: usize = 500;

/// The kind of every item: with its id it names the item for ever, so it is the same whether an event recurs or not.
const KIND: &str = "Event";

/// An item of a page.
#[derive(Clone, Copy, Debug)]
pub struct RpdeItem<'a> {
    /// The id of the event.
    pub id: &'a FeatureId,
    /// The revision that changed it last.
    pub modified: Revision,
    /// What [`data`] made of it; none: it is gone, or nobody may see it any more.
    pub data: Option<&'a [u8]>,
}

/// An event as `OpenActive` has it.
pub fn data(shown: &EventShown<'_>) -> Vec<u8> {
    let mut out = br#"{"@context":["https://openactive.io/","https://openactive.io/ns-beta"]"#.to_vec();
    jsonld::write_about(&mut out, shown, Of::OpenActive);
    let clocks = shown.clocks();
    jsonld::write_dates(&mut out, shown, &clocks, Of::OpenActive);
    jsonld::write_duration(&mut out, shown);
    jsonld::write_parts(&mut out, shown, &clocks, Of::OpenActive);
    out.push(b'}');
    out
}

/// The page of `items`, in the order of their revisions, that was asked for at `url`, without a query, `after` the item
/// of that revision.
pub fn page(url: &str, after: Option<Revision>, items: &[RpdeItem<'_>], licence_url: &str) -> Vec<u8> {
    let from = items.last().map(|item| item.modified).or(after.filter(|after| 0 < after.0));
    let next = from.map_or_else(|| url.to_owned(), |from| format!("{url}?afterChangeNumber={from}"));
    let mut out = vec![b'{'];
    write_member(&mut out, "next", &next);
    write_key(&mut out, "items");
    out.push(b'[');
    for (n, item) in items.iter().enumerate() {
        if 0 < n {
            out.push(b',');
        }
        out.push(b'{');
        write_member(&mut out, "state", if item.data.is_some() { "updated" } else { "deleted" });
        write_member(&mut out, "kind", KIND);
        write_key(&mut out, "id");
        write_string(&mut out, item.id.as_str());
        write_key(&mut out, "modified");
        out.extend_from_slice(item.modified.to_string().as_bytes());
        if let Some(data) = item.data {
            write_key(&mut out, "data");
            out.extend_from_slice(data);
        }
        out.push(b'}');
    }
    out.push(b']');
    write_member(&mut out, "license", licence_url);
    out.push(b'}');
    out
}
