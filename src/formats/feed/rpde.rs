//! Pages of `OpenActive`'s Realtime Paged Data Exchange 1.0. The data of an item are schema.org's events with words of
//! `OpenActive`, so they are read by the same code.
//!
//! An item goes by its own `id`, not by that of its data: what is deleted has no data. Where the data of one item make
//! several events, these go by `<id>#...`: who takes an item out, or takes it in again, takes those out along.
use super::Origin;
use super::jsonld::{Index, Node, Place, Said, Word, is_event, read_node, take};
use super::reading::{Reading, shown, text_of, whole};
use crate::catalogue::{FeedContent, FeedNote};
use std::collections::HashMap;

/// A page, read.
#[derive(Clone, Debug, PartialEq)]
pub struct RpdePage {
    /// What is in it.
    pub content: FeedContent,
    /// The address of the next page, as given; with [`RpdePage::is_last`] the one to begin with next time.
    pub next: String,
    /// Whether there is nothing more for now: the page is empty, or names itself as the next.
    pub is_last: bool,
    /// The address of the licence of what is in it.
    pub license: Option<String>,
    /// How many items it has, whatever they are.
    pub items: usize,
}

/// Reads a page alone, such as a file: that others follow it is noted.
pub fn read(bytes: &[u8], origin: &Origin) -> Result<FeedContent, FeedNote> {
    let RpdePage { mut content, next, is_last, .. } = read_page(bytes, origin, "")?;
    if !is_last {
        let what = format!("names a next page, which is not read with it: {}", shown(&next));
        content.altered.insert(0, FeedNote { at: "/next".to_owned(), what });
    }
    Ok(content)
}

/// Reads the page that was found at `address`.
pub fn read_page(bytes: &[u8], origin: &Origin, address: &str) -> Result<RpdePage, FeedNote> {
    let text = text_of(bytes)?;
    if super::jsonld::is_html(text) {
        return Err(whole("is HTML, not a page of RPDE"));
    }
    let said = read_node(text)?;
    let Said::Node(page) = &said else { return Err(whole("is no object")) };
    let refused = |at: &str, what: &str| FeedNote { at: at.to_owned(), what: what.to_owned() };
    let next = match page.get(Word::Next) {
        Some(Said::Text(next)) if !next.trim().is_empty() => next.trim().to_owned(),
        _ => return Err(refused("/next", "is missing, or no text: nobody would know what follows")),
    };
    let items: &[Said<'_>] = match page.get(Word::Items) {
        Some(Said::List(items)) => items,
        _ => return Err(refused("/items", "is missing, or no list")),
    };
    let mut reading = Reading::new(origin)?;
    let mut index = Index::default();
    for data in items.iter().filter_map(|item| data_of(item)) {
        index.add_named(data);
    }
    // An item that is there twice was changed while the page was made: the later holds.
    let last: HashMap<String, usize> =
        items.iter().enumerate().filter_map(|(number, item)| Some((id_of(item)?, number))).collect();
    for (number, item) in items.iter().enumerate() {
        let at = format!("/items/{number}");
        let Some(id) = id_of(item) else {
            reading.refuse(&format!("{at}/id"), "is missing, or neither a text nor a number");
            continue;
        };
        if last.get(&id).is_some_and(|last| *last != number) {
            reading.alter(&at, "is in the page again; the later is taken");
            continue;
        }
        take_item(&mut reading, item, &at, id, &index);
    }
    let is_last = items.is_empty() || next == address;
    let license = page.text(Word::License).map(|license| license.trim().to_owned());
    Ok(RpdePage { content: reading.finish(), next, is_last, license, items: items.len() })
}

fn take_item<'n, 'a>(
    reading: &mut Reading<'_>,
    item: &'n Said<'a>,
    at: &str,
    id: String,
    index: &'n Index<'n, 'a>,
) {
    let Some(node) = item.node() else { return };
    let state = node.text(Word::State);
    match state.as_deref() {
        Some("deleted") => return reading.remove(&id),
        Some("updated") => {}
        Some(other) => {
            let what = format!("is `{}`, expected updated or deleted", shown(other));
            return reading.refuse(&format!("{at}/state"), what);
        }
        None => return reading.refuse(&format!("{at}/state"), "is missing"),
    }
    let Some(data) = data_of(item) else { return reading.refuse(&format!("{at}/data"), "is missing") };
    if !is_event(data) {
        let kind = node.text(Word::Kind).or_else(|| data.types().next().map(Into::into));
        let kind = kind.unwrap_or_else(|| "a thing without kind".into());
        return reading.refuse(at, format!("{} is no kind of event that is read here", shown(&kind)));
    }
    let above = data.all(Word::SuperEvent);
    let is_unknown = !above.is_empty() && above.iter().all(|said| index.resolved(said).is_none());
    if is_unknown {
        let above_at = format!("{at}/data/superEvent");
        let only_id = |said| Said::node(said).and_then(Node::only_id).map(Into::into);
        let named = above.first().and_then(|said| only_id(said).or_else(|| said.text()));
        let named = named.map(|id| format!(" ({})", shown(&id))).unwrap_or_default();
        if data.text(Word::Name).is_none() {
            let what = format!(
                "the event above it{named} is in another page or feed, and only there it is said what it is called: \
                 a feed that has both in one item is wanted"
            );
            return reading.refuse(&above_at, what);
        }
        // Without the address: what is the matter with many is said once.
        reading.alter(&above_at, "is in another page or feed; what is said there alone is left out");
    }
    take(reading, Place { node: data, at: format!("{at}/data"), id: Some(id) }, index);
}

/// What the source calls an item: unique in its feed.
fn id_of(item: &Said<'_>) -> Option<String> {
    let Said::Node(node) = item else { return None };
    match node.get(Word::Id)? {
        Said::Text(id) if !id.trim().is_empty() => Some(id.trim().to_owned()),
        Said::Whole(id) => Some(id.to_string()),
        _ => None,
    }
}

fn data_of<'n, 'a>(item: &'n Said<'a>) -> Option<&'n Node<'a>> {
    let Said::Node(node) = item else { return None };
    match node.get(Word::Data)? {
        Said::Node(data) => Some(data),
        _ => None,
    }
}
