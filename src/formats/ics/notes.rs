//! What is said of a calendar beside its events: as much as anybody reads, and how much more there would be.
use crate::catalogue::FeedNote;
use std::fmt::{self, Display, Formatter, Write};

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

/// A text in quotes, and no more of it than tells which it is: made only where somebody reads it.
pub(super) struct Short<'a>(&'a str);

/// `text`, quoted and short.
pub(super) fn short(text: &str) -> Short<'_> {
    Short(text)
}

impl Display for Short<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let mut chars = self.0.chars().filter(|c| !c.is_control());
        out.write_char('`')?;
        for c in chars.by_ref().take(60) {
            out.write_char(c)?;
        }
        out.write_str(if chars.next().is_some() { "…`" } else { "`" })
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
        assert_eq!(short("a\nb").to_string(), "`ab`");
        assert_eq!(short(&"é".repeat(100)).to_string(), format!("`{}…`", "é".repeat(60)));
        assert_eq!(short(&"é".repeat(60)).to_string(), format!("`{}`", "é".repeat(60)));
    }
}
