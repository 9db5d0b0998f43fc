//! What a document of linked data says, as far as it is in the words that events use: read in one pass, the rest is
//! skipped, and bounded, so that no document costs more than its length is worth.
use super::words::{Word, local};
use crate::catalogue::FeedNote;
use crate::formats::feed::reading::whole;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;

/// Objects and lists that may stand in each other.
const MAX_DEPTH: usize = 32;
/// Values that are kept of a document.
const MAX_VALUES: usize = 1_000_000;
/// Prefixes that a context may make.
const MAX_PREFIXES: usize = 16;

/// What a member says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::formats::feed) enum Said<'a> {
    /// Null.
    #[default]
    Nothing,
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Whole(i64),
    /// Another number.
    Decimal(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// Several of these.
    List(Vec<Said<'a>>),
    /// A thing.
    Node(Node<'a>),
}

/// A thing, and what is said of it in words that are known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::formats::feed) struct Node<'a> {
    members: Vec<(Word, Said<'a>)>,
}

impl<'a> Said<'a> {
    /// The things said, where one alone is a list of one.
    pub(in crate::formats::feed) fn all(&self) -> &[Said<'a>] {
        match self {
            Self::Nothing => &[],
            Self::List(list) => list,
            Self::Flag(_) | Self::Whole(_) | Self::Decimal(_) | Self::Text(_) | Self::Node(_) => {
                std::slice::from_ref(self)
            }
        }
    }

    /// It as a text: the first of several, the name of a thing that is only named.
    pub(in crate::formats::feed) fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Nothing | Self::Flag(_) => None,
            Self::Whole(number) => Some(number.to_string().into()),
            Self::Decimal(number) => Some(number.to_string().into()),
            Self::Text(text) => Some(text.as_ref().into()),
            Self::List(list) => list.iter().find_map(Self::text),
            Self::Node(node) => node.text(Word::Value).or_else(|| node.text(Word::Id)),
        }
    }

    /// It as a number, also where it is written as a text.
    pub(in crate::formats::feed) fn number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "degrees, prices and ages are small")]
            Self::Whole(number) => Some(*number as f64),
            Self::Decimal(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            Self::List(list) => list.iter().find_map(Self::number),
            Self::Node(node) => node.get(Word::Value).and_then(Self::number),
            Self::Nothing | Self::Flag(_) => None,
        }
    }

    /// It as yes or no.
    pub(in crate::formats::feed) fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            Self::Text(text) => match local(text) {
                "true" | "True" => Some(true),
                "false" | "False" => Some(false),
                _ => None,
            },
            Self::List(list) => list.iter().find_map(Self::flag),
            Self::Nothing | Self::Whole(_) | Self::Decimal(_) | Self::Node(_) => None,
        }
    }

    /// The first thing among them.
    pub(in crate::formats::feed) fn node(&self) -> Option<&Node<'a>> {
        self.all().iter().find_map(|said| match said {
            Self::Node(node) => Some(node),
            _ => None,
        })
    }
}

impl<'a> Node<'a> {
    /// What is said in that word.
    pub(in crate::formats::feed) fn get(&self, word: Word) -> Option<&Said<'a>> {
        let found = self.members.iter().find(|(known, _)| *known == word);
        found.map(|(_, said)| said).filter(|said| **said != Said::Nothing)
    }

    /// The things said in that word; none where there are none.
    pub(in crate::formats::feed) fn all(&self, word: Word) -> &[Said<'a>] {
        self.get(word).map_or(&[], Said::all)
    }

    /// The text that is said in that word.
    pub(in crate::formats::feed) fn text(&self, word: Word) -> Option<Cow<'_, str>> {
        self.get(word).and_then(Said::text).filter(|text| !text.trim().is_empty())
    }

    /// The last parts of the names of its types.
    pub(in crate::formats::feed) fn types(&self) -> impl Iterator<Item = &str> {
        self.all(Word::Type).iter().filter_map(|said| match said {
            Said::Text(text) => Some(local(text)),
            _ => None,
        })
    }

    /// The id of a thing that is only named.
    pub(in crate::formats::feed) fn only_id(&self) -> Option<&str> {
        match self.members.as_slice() {
            [(Word::Id, Said::Text(id))] => Some(id),
            _ => None,
        }
    }

    /// Its members.
    pub(in crate::formats::feed) fn members(&self) -> impl Iterator<Item = (Word, &Said<'a>)> {
        self.members.iter().map(|(word, said)| (*word, said))
    }
}

/// What is read of a document as a whole: its limits, and what its context says.
#[derive(Default)]
struct Whole {
    values: Cell<usize>,
    /// What stands before the colon of a word of schema.org or of `OpenActive`.
    prefixes: RefCell<Vec<String>>,
    /// Every address of its contexts.
    contexts: RefCell<Vec<String>>,
}

/// Reads the text of a document.
pub(in crate::formats::feed) fn read(text: &str) -> Result<Said<'_>, FeedNote> {
    if is_deep(text.as_bytes()) {
        return Err(whole(format!("has more than {MAX_DEPTH} objects and lists in each other")));
    }
    let of = Whole::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let said = SaidSeed(&of).deserialize(&mut reader);
    let said = said.and_then(|said| reader.end().map(|()| said));
    let said = said.map_err(|cause| whole(format!("cannot be read as JSON: {cause}")))?;
    let contexts = of.contexts.into_inner();
    let is_known = |address: &String| address.contains("schema.org") || address.contains("openactive.io");
    match contexts.first() {
        Some(first) if !contexts.iter().any(is_known) => {
            let first = super::super::reading::shown(first);
            Err(whole(format!("is about other things than schema.org's: its @context is `{first}`")))
        }
        _ => Ok(said),
    }
}

/// Whether more objects and lists stand in each other than are read.
fn is_deep(bytes: &[u8]) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match (in_text, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_text = !in_text,
            (false, b'{' | b'[') => {
                depth += 1;
                if MAX_DEPTH < depth {
                    return true;
                }
            }
            (false, b'}' | b']') => depth = depth.saturating_sub(1),
            (_, _) => {}
        }
    }
    false
}

#[derive(Clone, Copy)]
struct SaidSeed<'w>(&'w Whole);

impl SaidSeed<'_> {
    /// The word that a member is called by.
    fn word(self, key: &str) -> Option<Word> {
        if let Some(word) = Word::named(key) {
            return Some(word);
        }
        let prefixes = self.0.prefixes.borrow();
        let of_own = || {
            let (prefix, rest) = key.split_once(':')?;
            prefixes.iter().any(|known| known == prefix).then_some(rest)
        };
        let known = ["http://schema.org/", "https://schema.org/", "https://openactive.io/", "schema:", "oa:"];
        let rest = known.iter().find_map(|prefix| key.strip_prefix(prefix)).or_else(of_own)?;
        Word::named(rest)
    }
}

impl<'de> DeserializeSeed<'de> for SaidSeed<'_> {
    type Value = Said<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Said<'de>, D::Error> {
        let values = self.0.values.get() + 1;
        self.0.values.set(values);
        if MAX_VALUES < values {
            return Err(D::Error::custom(format_args!("has more than {MAX_VALUES} values")));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for SaidSeed<'_> {
    type Value = Said<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Said<'de>, E> {
        Ok(Said::Nothing)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Said<'de>, E> {
        Ok(Said::Flag(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Said<'de>, E> {
        Ok(Said::Whole(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Said<'de>, E> {
        Ok(i64::try_from(number).map_or_else(|_| Said::Text(number.to_string().into()), Said::Whole))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Said<'de>, E> {
        Ok(Said::Decimal(number))
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Said<'de>, E> {
        Ok(Said::Text(text.into()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Said<'de>, E> {
        Ok(Said::Text(text.to_owned().into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Said<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(said) = seq.next_element_seed(self)? {
            list.push(said);
        }
        Ok(Said::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Said<'de>, A::Error> {
        let mut members = Vec::with_capacity(1);
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            if key == "@context" {
                map.next_value_seed(ContextSeed { of: self.0, name: None })?;
            } else if let Some(word) = self.word(&key) {
                members.push((word, map.next_value_seed(self)?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Said::Node(Node { members }))
    }
}

/// The name of a member, not copied where it need not be.
struct Key<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl<'de> Visitor<'de> for Name {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(text.into()))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(text.to_owned().into()))
            }
        }
        deserializer.deserialize_str(Name)
    }
}

/// A context, or a part of one: what `name` stands for.
struct ContextSeed<'w> {
    of: &'w Whole,
    name: Option<String>,
}

impl<'de> DeserializeSeed<'de> for ContextSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ContextSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a context")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        let mut contexts = self.of.contexts.borrow_mut();
        if contexts.len() < MAX_PREFIXES {
            contexts.push(text.to_owned());
        }
        let mut prefixes = self.of.prefixes.borrow_mut();
        let is_ours = text.ends_with("schema.org/") || text.ends_with("openactive.io/");
        if let Some(name) = self.name.filter(|name| is_ours && !name.starts_with('@'))
            && prefixes.len() < MAX_PREFIXES
        {
            prefixes.push(name);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(ContextSeed { of: self.of, name: None })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(name)) = map.next_key::<Key<'de>>()? {
            map.next_value_seed(ContextSeed { of: self.of, name: Some(name.into_owned()) })?;
        }
        Ok(())
    }
}
