//! The things of a document by their ids: one may be described in one place and named in others.
use super::node::{Node, Said};
use super::words::{Word, category};
use std::collections::{HashMap, HashSet};

/// The things of a document that have an id and say more than that.
#[derive(Default)]
pub(in crate::formats::feed) struct Index<'n, 'a> {
    by_id: HashMap<&'n str, &'n Node<'a>>,
    /// The ids of events that are named as parts of others.
    pub(in crate::formats::feed) parts: HashSet<&'n str>,
}

impl<'n, 'a> Index<'n, 'a> {
    /// The things in `said`.
    pub(in crate::formats::feed) fn of(said: &'n Said<'a>) -> Self {
        let mut index = Self::default();
        index.add(said);
        index
    }

    fn add(&mut self, said: &'n Said<'a>) {
        for said in said.all() {
            match said {
                Said::List(_) => self.add(said),
                Said::Node(node) => {
                    if let Some(Said::Text(id)) = node.get(Word::Id)
                        && node.only_id().is_none()
                    {
                        self.by_id.entry(id).or_insert(node);
                    }
                    let is_event = node.types().any(|class| category(class).is_some());
                    for part in node.all(Word::SubEvent).iter().filter(|_| is_event) {
                        self.parts.extend(name_of(part));
                    }
                    for (_, said) in node.members() {
                        self.add(said);
                    }
                }
                Said::Nothing | Said::Flag(_) | Said::Whole(_) | Said::Decimal(_) | Said::Text(_) => {}
            }
        }
    }

    /// Takes in one thing, and not what is in it.
    pub(in crate::formats::feed) fn add_named(&mut self, node: &'n Node<'a>) {
        if let Some(Said::Text(id)) = node.get(Word::Id) {
            self.by_id.entry(id).or_insert(node);
        }
    }

    /// The thing that is said: there, or elsewhere under the id that is named there.
    pub(in crate::formats::feed) fn resolved(&self, said: &'n Said<'a>) -> Option<&'n Node<'a>> {
        match name_of(said) {
            Some(id) => self.by_id.get(id).copied(),
            None => match said {
                Said::Node(node) => Some(node),
                _ => None,
            },
        }
    }
}

/// The id of what is named and not described.
fn name_of<'n>(said: &'n Said<'_>) -> Option<&'n str> {
    match said {
        Said::Text(id) => Some(id),
        Said::Node(node) => node.only_id(),
        _ => None,
    }
}
