//! What is said of a calendar beside its events: as much as anybody reads, and how much more there would be.
use crate::catalogue::FeedNote;
use std::fmt::Display;

/// Notes, at most [`Notes::MAX`] and one that counts the others.
#[derive(Default)]
pub(super) struct Notes {
    kept: Vec<FeedNote>,
    more: usize,
}

impl Notes {
    /// Notes that are kept.
    pub(super) const MAX: usize = 1_000;

    /// Adds a note on what stands on that line.
    pub(super) fn add(&mut self, line: usize, what: impl Display) {
        if self.kept.len() < Self::MAX {
            self.kept.push(FeedNote { at: at(line), what: what.to_string() });
        } else {
            self.more += 1;
        }
    }

    /// The notes, in the order of their lines.
    pub(super) fn list(mut self) -> Vec<FeedNote> {
        self.kept.sort_by_cached_key(|note| note.at.rsplit(' ').next().and_then(|n| n.parse::<usize>().ok()));
        if 0 < self.more {
            let what = format!("and {} more", self.more);
            self.kept.push(FeedNote { at: "elsewhere".to_owned(), what });
        }
        self.kept
    }
}

/// How a line is named.
pub(super) fn at(line: usize) -> String {
    format!("line {line}")
}

/// `text` in quotes, and no more of it than tells which it is.
pub(super) fn short(text: &str) -> String {
    let shown: String = text.chars().filter(|c| !c.is_control()).take(61).collect();
    match shown.char_indices().nth(60) {
        Some((cut, _)) => format!("`{}…`", &shown[..cut]),
        None => format!("`{shown}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_notes_are_kept_and_the_rest_counted() {
        let mut notes = Notes::default();
        for line in (1..=1_002).rev() {
            notes.add(line, "wrong");
        }
        let notes = notes.list();
        assert_eq!(notes.len(), 1_001);
        assert_eq!((notes[0].at.as_str(), notes[999].at.as_str()), ("line 3", "line 1002"));
        assert_eq!(notes[1_000].what, "and 2 more");
    }

    #[test]
    fn what_is_quoted_is_short() {
        assert_eq!(short("a\nb"), "`ab`");
        assert_eq!(short(&"é".repeat(100)), format!("`{}…`", "é".repeat(60)));
        assert_eq!(short(&"é".repeat(60)), format!("`{}`", "é".repeat(60)));
    }
}
