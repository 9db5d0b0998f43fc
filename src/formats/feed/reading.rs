//! A feed while it is read: what came of it so far, within bounds.
use super::{Draft, Origin};
use crate::catalogue::{FeedContent, FeedNote};
use crate::formats::fuel::Fuel;
use crate::hours::Calendar;
use std::collections::HashMap;

/// Bytes a document may have.
pub const MAX_BYTES: usize = 10_000_000;
/// Events a document may have.
pub const MAX_ITEMS: usize = 20_000;
/// Notes of each kind that are kept of a document.
pub const MAX_NOTES: usize = 1_000;
/// Notes of one wording that are kept one by one, of what was altered.
const MAX_ALIKE: usize = 10;

/// What came of a feed so far.
pub(super) struct Reading<'o> {
    pub(super) origin: &'o Origin,
    /// The clocks of the area.
    pub(super) calendar: Calendar,
    /// For looking through the series.
    pub(super) fuel: Fuel,
    content: FeedContent,
    /// Where each of the source's ids stands among the items.
    seen: HashMap<Box<str>, usize>,
    /// How often each wording was noted.
    alike: HashMap<Box<str>, usize>,
    refused_more: usize,
    is_full: bool,
}

/// The note that the document as a whole is refused.
pub(super) fn whole(what: impl Into<String>) -> FeedNote {
    FeedNote { at: spot(""), what: what.into() }
}

/// A place in a document in words: the pointer to its top is an empty text.
fn spot(at: &str) -> String {
    if at.is_empty() { "the document".to_owned() } else { at.to_owned() }
}

/// The text of a document that is not too large.
pub(super) fn text_of(bytes: &[u8]) -> Result<&str, FeedNote> {
    if MAX_BYTES < bytes.len() {
        return Err(whole(format!("has {} bytes, at most {MAX_BYTES} are read", bytes.len())));
    }
    let text = str::from_utf8(bytes).map_err(|cause| whole(format!("is not UTF-8: {cause}")))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

impl<'o> Reading<'o> {
    /// Nothing of a feed of this origin.
    pub(super) fn new(origin: &'o Origin) -> Result<Self, FeedNote> {
        let calendar = Calendar::new(&origin.time_zone, []).map_err(|cause| whole(cause.to_string()))?;
        Ok(Self {
            origin,
            calendar,
            fuel: Fuel::full(),
            content: FeedContent::default(),
            seen: HashMap::new(),
            alike: HashMap::new(),
            refused_more: 0,
            is_full: false,
        })
    }

    /// Notes that what stands there was left out.
    pub(super) fn refuse(&mut self, at: &str, what: impl Into<String>) {
        if self.content.refused.len() < MAX_NOTES - 1 {
            self.content.refused.push(FeedNote { at: spot(at), what: what.into() });
        } else {
            self.refused_more += 1;
        }
    }

    /// Notes that what stands there was taken otherwise.
    pub(super) fn alter(&mut self, at: &str, what: impl Into<String>) {
        let what = what.into();
        match self.alike.get_mut(&*what) {
            Some(times) => *times += 1,
            None => drop(self.alike.insert(what.as_str().into(), 1)),
        }
        let is_new = self.alike[&*what] <= MAX_ALIKE;
        if is_new && self.content.altered.len() < MAX_NOTES {
            self.content.altered.push(FeedNote { at: spot(at), what });
        }
    }

    /// Whether there is no room for another event. Noted once.
    pub(super) fn is_full(&mut self, at: &str) -> bool {
        let is_full = MAX_ITEMS <= self.content.items.len();
        if is_full && !self.is_full {
            self.is_full = true;
            self.refuse(
                at,
                format!("at most {MAX_ITEMS} events are read; this one and what follows is left out"),
            );
        }
        is_full
    }

    /// Takes an event in, if it is one. Where its id is known already and it says something else, it goes by the id
    /// `beside`, if there is one.
    pub(super) fn add(&mut self, external_id: &str, beside: Option<&str>, at: &str, draft: Draft) {
        if self.is_full(at) {
            return;
        }
        let known = self.seen.get(external_id).copied();
        let again = known.and(beside).map(|beside| (beside, draft.clone()));
        let item = match self.origin.item(external_id, spot(at), draft) {
            Ok(item) => item,
            Err(cause) => return self.refuse(at, cause.to_string()),
        };
        let Some(number) = known else {
            self.seen.insert(external_id.into(), self.content.items.len());
            self.content.items.push(item);
            return;
        };
        let first = &self.content.items[number];
        let what = format!("has the id `{}` of {}", shown(external_id), first.at);
        if first.feature == item.feature {
            self.alter(at, format!("{what}, and says the same: taken once"));
        } else if let Some((beside, draft)) = again {
            self.alter(at, format!("{what}, which says otherwise: known by its start, too"));
            self.add(beside, None, at, draft);
        } else {
            self.refuse(at, format!("{what}, which says otherwise: give each its own"));
        }
    }

    /// Notes that the source says that this is gone.
    pub(super) fn remove(&mut self, external_id: &str) {
        self.content.removed.push(external_id.to_owned());
    }

    /// What came of it all.
    pub(super) fn finish(mut self) -> FeedContent {
        if 0 < self.refused_more {
            let what = format!("{} more were refused", self.refused_more);
            self.content.refused.push(whole(what));
        }
        let mut more: Vec<(Box<str>, usize)> =
            self.alike.into_iter().filter(|(_, times)| MAX_ALIKE < *times).collect();
        more.sort_unstable();
        for (what, times) in more {
            let what = format!("{} more times: {what}", times - MAX_ALIKE);
            // Of what is said so often the sum matters more than the last of the rest.
            self.content.altered.truncate(MAX_NOTES - 1);
            self.content.altered.push(whole(what));
        }
        self.content
    }
}

/// At most 80 characters of `text`.
pub(super) fn shown(text: &str) -> String {
    let mut out: String = text.chars().take(80).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}
