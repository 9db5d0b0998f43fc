//! The names of a collection's features, to be searched.
use crate::text;
use memchr::memmem;

/// Every name, folded, one after the other: each behind a line feed, each word behind a space or that line feed.
#[derive(Debug, Default)]
pub(super) struct Names {
    text: String,
    starts: Vec<u32>,
}

impl Names {
    /// The names in the order of their features.
    pub(super) fn new(names: impl Iterator<Item = impl AsRef<str>>) -> Self {
        let mut out = Self::default();
        for name in names {
            out.starts.push(u32::try_from(out.text.len()).expect("names of less than 4 GB"));
            out.text.push_str("\n ");
            out.text.push_str(&text::folded(name.as_ref()));
        }
        out
    }

    /// The name of the feature of that number, folded.
    pub(super) fn folded(&self, key: usize) -> &str {
        let end = self.starts.get(key + 1).map_or(self.text.len(), |next| *next as usize);
        self.text[self.starts[key] as usize..end].trim_start()
    }

    /// The features, in order, whose names have a word beginning with each word of `query`. A query without
    /// a letter or digit finds nothing; of many words the longest eight count.
    pub(super) fn search(&self, query: &str) -> Vec<u32> {
        let words: Vec<String> =
            text::folded(query).split(' ').filter(|w| !w.is_empty()).map(|w| format!(" {w}")).collect();
        let words = most_telling(words);
        let Some((first, rest)) = words.split_first() else { return Vec::new() };
        let finder = memmem::Finder::new(first.as_bytes());
        let rest: Vec<_> = rest.iter().map(|word| memmem::Finder::new(word.as_bytes())).collect();
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(hit) = finder.find(&self.text.as_bytes()[from..]) {
            let key = self.starts.partition_point(|start| *start as usize <= from + hit) - 1;
            let end = self.starts.get(key + 1).map_or(self.text.len(), |next| *next as usize);
            let name = &self.text.as_bytes()[self.starts[key] as usize..end];
            if rest.iter().all(|word| word.find(name).is_some()) {
                found.push(u32::try_from(key).expect("keys are u32"));
            }
            from = end;
        }
        found
    }
}

/// Each word once, the longest first, since it stands in the fewest names; eight of them.
fn most_telling(mut words: Vec<String>) -> Vec<String> {
    words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    words.dedup();
    words.truncate(8);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_finds_beginnings_of_words_in_any_order() {
        let names =
            Names::new(["Clacton Pier", "Walton Pier", "Pier Gap Public Conveniences", "Café Ö"].into_iter());
        for (query, want) in [
            ("pier", vec![0, 1, 2]),
            ("PIER clac", vec![0]),
            ("gap pi", vec![2]),
            ("ier", vec![]),
            ("cafe", vec![3]),
            ("", vec![]),
            ("--", vec![]),
            ("clacton walton", vec![]),
        ] {
            assert_eq!(names.search(query), want, "{query}");
        }
        assert_eq!(Names::new(std::iter::empty::<&str>()).search("a"), Vec::<u32>::new());
    }
}
