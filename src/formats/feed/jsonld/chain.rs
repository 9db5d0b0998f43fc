//! An event with what it is part of: what it does not say itself, the series does.
use super::index::Index;
use super::node::{Node, Said};
use super::words::Word;
use crate::catalogue::FeedNote;
use crate::features::field::{Kind, Value};
use crate::features::schema;
use crate::formats::feed::markup::unmarked;
use crate::formats::feed::{Draft, line, paragraphs};
use crate::ids::Collection;

/// What is known of an event so far.
pub(super) struct Chain<'n, 'a> {
    /// It and what it is part of, nearest first, with where each stands.
    of: Vec<(&'n Node<'a>, String)>,
    pub(super) index: &'n Index<'n, 'a>,
    pub(super) draft: Draft,
    pub(super) notes: Vec<FeedNote>,
}

/// What is said in a word, and where the thing stands that says so.
#[derive(Clone)]
pub(super) struct Found<'n, 'a> {
    pub(super) said: &'n Said<'a>,
    pub(super) at: String,
}

impl<'n, 'a> Found<'n, 'a> {
    /// The things said, with where each stands.
    pub(super) fn each(&self, word: Word) -> Vec<(String, &'n Said<'a>)> {
        let listed = matches!(self.said, Said::List(_));
        let at = |number: usize| {
            let at = format!("{}/{}", self.at, word.name());
            if listed { format!("{at}/{number}") } else { at }
        };
        self.said.all().iter().enumerate().map(|(number, said)| (at(number), said)).collect()
    }
}

impl<'n, 'a> Chain<'n, 'a> {
    pub(super) fn new(of: Vec<(&'n Node<'a>, String)>, index: &'n Index<'n, 'a>) -> Self {
        Self { of, index, draft: Draft::default(), notes: Vec::new() }
    }

    /// The things of the chain.
    pub(super) fn nodes(&self) -> impl Iterator<Item = &'n Node<'a>> + use<'n, 'a> {
        self.of.iter().map(|(node, _)| *node).collect::<Vec<_>>().into_iter()
    }

    /// The first that says something in that word.
    pub(super) fn get(&self, word: Word) -> Option<Found<'n, 'a>> {
        self.of.iter().find_map(|(node, at)| Some(Found { said: node.get(word)?, at: at.clone() }))
    }

    /// The first that says something in that word of which `holds` is true.
    pub(super) fn find(&self, word: Word, holds: fn(&Said<'_>) -> bool) -> Option<Found<'n, 'a>> {
        let said = |node: &'n Node<'a>| node.get(word).filter(|said| holds(said));
        self.of.iter().find_map(|(node, at)| Some(Found { said: said(node)?, at: at.clone() }))
    }

    /// Notes that something was taken otherwise.
    pub(super) fn note(&mut self, at: impl Into<String>, what: impl Into<String>) {
        self.notes.push(FeedNote { at: at.into(), what: what.into() });
    }

    /// The same, of the first that says something in that word.
    pub(super) fn note_word(&mut self, word: Word, what: impl Into<String>) {
        let at = self.get(word).map(|found| format!("{}/{}", found.at, word.name()));
        self.note(at.unwrap_or_else(|| self.of[0].1.clone()), what);
    }

    /// Whether the field of that number has a value.
    pub(super) fn has(&self, number: usize) -> bool {
        self.draft.values.iter().any(|(known, _)| *known == number)
    }

    pub(super) fn set(&mut self, number: usize, value: Value) {
        self.draft.values.push((number, value));
    }

    /// Puts in what `text` writes out; what the field does not take is left out and noted.
    pub(super) fn put(&mut self, number: usize, text: &str, word: Word) {
        if let Err(cause) = self.draft.put(number, text) {
            self.note_word(word, format!("{cause}; left out"));
        }
    }

    /// Puts in an address, if it is one.
    pub(super) fn put_url(&mut self, number: usize, text: &str, at: &str) {
        let text = text.trim();
        if self.draft.put(number, text).is_err() {
            let text = super::short(text);
            self.note(at, format!("`{text}` is no https address; left out"));
        }
    }

    /// Puts in a line of text, cut and without markup where it must be.
    pub(super) fn put_line(&mut self, number: usize, text: &str, at: &str) {
        self.put_text(number, text, at, line);
    }

    /// Puts in paragraphs of text, cut and without markup where it must be.
    pub(super) fn put_paragraphs(&mut self, number: usize, text: &str, at: &str) {
        self.put_text(number, text, at, paragraphs);
    }

    fn put_text(
        &mut self,
        number: usize,
        text: &str,
        at: &str,
        as_text: fn(&str, usize) -> Option<(String, bool)>,
    ) {
        let field = &schema::fields(Collection::Events)[number];
        let Kind::Text(max) = field.kind else { unreachable!("a field of text") };
        let plain = unmarked(text);
        if plain != text {
            self.note(at, "has markup; left out");
        }
        match as_text(&plain, max) {
            None => self.note(at, "has no text; left out"),
            Some((text, whole)) => {
                if !whole {
                    self.note(
                        at,
                        format!("was cut to {max} characters, or has characters that plain text may not"),
                    );
                }
                if let Err(cause) = self.draft.put(number, &text) {
                    self.note(at, format!("{cause}; left out"));
                }
            }
        }
    }
}
