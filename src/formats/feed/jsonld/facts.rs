//! What an event says of itself, but for its dates.
use super::chain::Chain;
use super::node::{Node, Said};
use super::words::{Word, category};
use super::{offers, place};
use crate::features::field::Value;
use crate::features::schema::{self, event_at as at};
use crate::ids::Collection;

/// Reads all but the dates.
pub(super) fn facts(chain: &mut Chain<'_, '_>) {
    for (word, number) in [(Word::Name, at::NAME), (Word::Description, at::DESCRIPTION)] {
        let Some(found) = chain.get(word) else { continue };
        let Some(text) = found.said.text() else { continue };
        let here = format!("{}/{}", found.at, word.name());
        match word {
            Word::Name => chain.put_line(number, &text, &here),
            _ => chain.put_paragraphs(number, &text, &here),
        }
    }
    kind(chain);
    place::read(chain);
    offers::read(chain);
    if let Some(found) = chain.get(Word::Url)
        && let Some(text) = found.said.text()
    {
        chain.put_url(at::URL, &text, &format!("{}/url", found.at));
    }
    image(chain);
    ages(chain);
    if chain.get(Word::Organizer).is_some() {
        chain.note_word(Word::Organizer, "is not taken: the events of a feed are its organisation's");
    }
}

/// What kind of event it is: by its class, and by a keyword where that says more.
fn kind(chain: &mut Chain<'_, '_>) {
    let nodes: Vec<&Node<'_>> = chain.nodes().collect();
    let of_class = |node: &&Node<'_>| node.types().filter_map(category).find(|kind| *kind != "other");
    let class = nodes.iter().find_map(of_class);
    let keyword =
        nodes.iter().flat_map(|node| [Word::Keywords, Word::Category].map(|word| node.all(word))).flatten();
    let known = keyword.filter_map(Said::text).find_map(|text| {
        text.split(',').map(|one| one.trim().to_lowercase().replace(' ', "_")).find_map(|one| {
            let more = one == "water_sport" || class.is_none() && one != "other";
            more.then(|| schema::fields(Collection::Events)[at::CATEGORY].kind.text(&one).ok())?
        })
    });
    let is_active = nodes.iter().any(|node| node.get(Word::Activity).is_some());
    if let Some(value) = known {
        chain.set(at::CATEGORY, value);
    } else if let Some(kind) = class.or(is_active.then_some("sport")) {
        chain.put(at::CATEGORY, kind, Word::Type);
    }
}

/// A picture that is described in words.
fn image(chain: &mut Chain<'_, '_>) {
    let Some(found) = chain.get(Word::Image) else { return };
    for (here, said) in found.each(Word::Image) {
        let Said::Node(node) = said else { continue };
        let words =
            [Word::Caption, Word::Description, Word::Name].into_iter().find_map(|word| node.text(word));
        let address = node.text(Word::Url).or(node.text(Word::ContentUrl));
        if let (Some(words), Some(address)) = (words, address) {
            chain.put_url(at::IMAGE_URL, &address, &here);
            if chain.has(at::IMAGE_URL) {
                chain.put_line(at::IMAGE_ALT, &words, &here);
                if !chain.has(at::IMAGE_ALT) {
                    chain.draft.values.retain(|(number, _)| *number != at::IMAGE_URL);
                }
                return;
            }
        }
    }
    chain.note_word(Word::Image, "has no words that say what it shows; left out");
}

/// For whom it is: `7-11`, `18+` or a range of numbers.
fn ages(chain: &mut Chain<'_, '_>) {
    let (mut low, mut high) = (None, None);
    if let Some(found) = chain.get(Word::TypicalAgeRange) {
        let text = found.said.text().unwrap_or_default().replace(['–', '—'], "-");
        let age = |text: &str| text.trim().parse::<u8>().ok().filter(|age| *age <= 120);
        let parts = match text.trim().strip_suffix('+') {
            Some(from) => (age(from), Some(None)),
            None => match text.split_once('-') {
                Some((from, to)) => (age(from), Some(age(to))),
                None => (age(&text), Some(age(&text))),
            },
        };
        (low, high) = (parts.0.map(f64::from), parts.1.flatten().map(f64::from));
        if low.is_none() && high.is_none() {
            chain.note_word(Word::TypicalAgeRange, "is no range of ages; left out");
        }
    } else if let Some(node) = chain.get(Word::AgeRange).and_then(|found| found.said.node()) {
        low = node.get(Word::MinValue).and_then(Said::number);
        high = node.get(Word::MaxValue).and_then(Said::number);
    }
    if low.is_some_and(|low| high.is_some_and(|high| high < low)) {
        return chain.note_word(Word::TypicalAgeRange, "ends before it begins; left out");
    }
    for (number, age) in [(at::AGES_FROM, low), (at::AGES_TO, high)] {
        let Some(age) = age else { continue };
        #[expect(clippy::cast_possible_truncation, reason = "in the range of ages")]
        let whole = (0.0..=120.0).contains(&age).then_some(age as i64);
        match whole {
            // Everybody is at least nought.
            Some(0) if number == at::AGES_FROM => {}
            Some(age) => chain.set(number, Value::Whole(age)),
            None => chain.note_word(Word::AgeRange, "is no range of ages; left out"),
        }
    }
}
