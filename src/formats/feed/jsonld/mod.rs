//! Events of schema.org as JSON-LD (RFC: W3C JSON-LD 1.1), as a document or in the scripts of a page. It is read as the
//! words that it is written in, without fetching or expanding contexts: what is under another name is not found.
mod chain;
mod dates;
mod event;
mod facts;
mod html;
mod index;
mod node;
mod offers;
mod place;
mod schedule;
#[cfg(test)]
mod tests;
mod when;
mod words;

pub(super) use event::{Place, is_event, take};
pub(super) use html::{is_html, scripts};
pub(super) use index::Index;
pub(super) use node::{Node, Said, read as read_node};
pub(super) use words::Word;

use super::Origin;
use super::reading::{Reading, shown, text_of, whole};
use crate::catalogue::{FeedContent, FeedNote};

/// In what a thing may have events: nothing else is looked through for them.
const CONTAINERS: [Word; 6] =
    [Word::Graph, Word::ItemListElement, Word::Item, Word::DataFeedElement, Word::MainEntity, Word::Event];

/// Reads a document, or a page with scripts of linked data.
pub fn read(bytes: &[u8], origin: &Origin) -> Result<FeedContent, FeedNote> {
    let text = text_of(bytes)?;
    let mut reading = Reading::new(origin)?;
    if !is_html(text) {
        let said = read_node(text)?;
        let found = document(&mut reading, &said, "");
        return if found.events == 0 && !found.others.is_empty() {
            Err(whole(format!("has no event: there is {}", shown(&found.others.join(", ")))))
        } else {
            Ok(reading.finish())
        };
    }
    let scripts = scripts(text);
    if scripts.is_empty() {
        return Err(whole("is HTML, and has no script of type application/ld+json"));
    }
    let (mut events, mut first_error) = (0, None);
    for (number, script) in scripts.iter().enumerate() {
        let at = format!("script {}, ", number + 1);
        match read_node(script) {
            Ok(said) => events += document(&mut reading, &said, &at).events,
            Err(cause) => {
                reading.refuse(at.trim_end_matches(", "), cause.what.clone());
                first_error.get_or_insert(cause);
            }
        }
    }
    match (events, first_error) {
        (0, Some(cause)) => Err(cause),
        (0, None) => Err(whole("is HTML, and its scripts of type application/ld+json have no event")),
        (_, _) => Ok(reading.finish()),
    }
}

/// What was found in a document.
struct Found {
    /// How many events, read or refused.
    events: usize,
    /// What else there was, by class.
    others: Vec<String>,
}

/// An event that was found, and where; or something else.
#[derive(Default)]
struct Walk<'n, 'a> {
    events: Vec<(&'n Node<'a>, String)>,
    others: Vec<(String, String)>,
}

fn document(reading: &mut Reading<'_>, said: &Said<'_>, prefix: &str) -> Found {
    let index = Index::of(said);
    let mut walk = Walk::default();
    walk.through(said, prefix);
    let found = Found {
        events: walk.events.len(),
        others: walk.others.iter().map(|(_, what)| what.clone()).collect(),
    };
    for (at, what) in walk.others {
        reading.alter(&at, format!("{what} is no event; left out"));
    }
    for (node, at) in walk.events {
        let is_part = matches!(node.get(Word::Id), Some(Said::Text(id)) if index.parts.contains(id.as_ref()));
        // What is named as a part of another is read with it.
        if !is_part {
            take(reading, Place { node, at, id: None }, &index);
        }
    }
    found
}

impl<'n, 'a> Walk<'n, 'a> {
    fn through(&mut self, said: &'n Said<'a>, at: &str) {
        match said {
            Said::Nothing => {}
            Said::List(list) => {
                for (number, said) in list.iter().enumerate() {
                    self.through(said, &format!("{at}/{number}"));
                }
            }
            Said::Node(node) if is_event(node) => self.events.push((node, at.to_owned())),
            Said::Node(node) => {
                let mut is_container = false;
                for word in CONTAINERS {
                    if let Some(said) = node.get(word) {
                        is_container = true;
                        self.through(said, &format!("{at}/{}", word.name()));
                    }
                }
                // An empty list is a list all the same.
                let mut classes = node.types();
                let class = classes.next().map_or_else(|| "a thing without @type".to_owned(), shown);
                let is_list = is_container || node.members().any(|(word, _)| CONTAINERS.contains(&word));
                if !is_list && node.only_id().is_none() {
                    self.others.push((at.to_owned(), class));
                }
            }
            Said::Text(_) => self.others.push((at.to_owned(), "a text".to_owned())),
            Said::Flag(_) | Said::Whole(_) | Said::Decimal(_) => {
                self.others.push((at.to_owned(), "a value".to_owned()));
            }
        }
    }
}

/// At most 80 characters of a text, on one line.
fn short(text: &str) -> String {
    shown(&text.replace(char::is_control, " "))
}
