//! What an event costs, and whether places are left.
use super::chain::Chain;
use super::node::{Node, Said};
use super::words::{Word, local};
use crate::features::field::Value;
use crate::features::schema::event_at as at;

/// What the offers come to.
#[derive(Default)]
struct Sum {
    low: Option<i64>,
    high: Option<i64>,
    currency: Option<&'static str>,
}

impl Sum {
    fn add(&mut self, pence: i64) {
        self.low = Some(self.low.map_or(pence, |low| low.min(pence)));
        self.high = Some(self.high.map_or(pence, |high| high.max(pence)));
    }
}

/// Reads the offers of an event, and whether it is free.
pub(super) fn read(chain: &mut Chain<'_, '_>) {
    let free = chain.get(Word::IsAccessibleForFree).and_then(|said| said.said.flag());
    let mut sum = Sum::default();
    // What says only whether places are left says it of a date.
    if let Some(offers) = chain.find(Word::Offers, is_priced).or_else(|| chain.get(Word::Offers)) {
        for (at, said) in offers.each(Word::Offers) {
            match said {
                Said::Node(node) => {
                    // An offer of an offer: `AggregateOffer` may list its own.
                    let own = node.all(Word::Offers).iter().filter_map(Said::node);
                    for node in [node].into_iter().chain(own) {
                        offer(chain, node, &at, &mut sum);
                    }
                }
                Said::Text(address) if chain.has(at::TICKETS_URL) || !address.starts_with("https://") => {
                    chain.note(at, "is no offer; left out");
                }
                Said::Text(address) => chain.put_url(at::TICKETS_URL, &address.clone(), &at),
                _ => chain.note(at, "is no offer; left out"),
            }
        }
    }
    let costs = sum.high.is_some_and(|high| 0 < high);
    match (free, costs) {
        (Some(true), true) => chain.note_word(
            Word::IsAccessibleForFree,
            "says that it costs nothing, and an offer that it does; taken as not known",
        ),
        (Some(free), _) => chain.set(at::FREE, Value::Flag(free)),
        (None, _) if sum.high == Some(0) => chain.set(at::FREE, Value::Flag(true)),
        (None, true) if sum.low.is_some_and(|low| 0 < low) => chain.set(at::FREE, Value::Flag(false)),
        (None, _) => {}
    }
    if let (true, Some(low), Some(high)) = (costs, sum.low, sum.high) {
        match sum.currency {
            None => chain.note_word(Word::Offers, "has prices without priceCurrency; left out"),
            Some(currency) => {
                chain.set(at::PRICE_FROM, Value::Whole(low));
                chain.set(at::PRICE_TO, Value::Whole(high));
                chain.set(at::CURRENCY, Value::Choice(currency));
            }
        }
    }
    let left = chain.nodes().find_map(availability);
    if let Some(left) = left {
        chain.put(at::AVAILABILITY, left, Word::Offers);
    }
}

/// Whether offers say more than whether places are left.
pub(super) fn is_priced(offers: &Said<'_>) -> bool {
    offers.all().iter().any(|said| match said {
        Said::Node(node) => node.members().any(|(word, _)| !matches!(word, Word::Availability | Word::Type)),
        _ => true,
    })
}

fn offer(chain: &mut Chain<'_, '_>, node: &Node<'_>, at: &str, sum: &mut Sum) {
    let currency = node.text(Word::PriceCurrency).map(|text| text.trim().to_ascii_uppercase());
    for word in [Word::Price, Word::LowPrice, Word::HighPrice] {
        let Some(said) = node.get(word) else { continue };
        let Some((pence, sign)) = price(said) else {
            chain.note(format!("{at}/{}", word.name()), "is no price; left out");
            continue;
        };
        let given = currency.as_deref().or(sign);
        let known = match given {
            Some("GBP") => Some("GBP"),
            Some("EUR") => Some("EUR"),
            _ => None,
        };
        if 0 < pence
            && (given.is_some() && known.is_none()
                || sum.currency.is_some_and(|of| known.is_some_and(|own| own != of)))
        {
            chain.note(
                format!("{at}/priceCurrency"),
                "is neither GBP nor EUR, or there are two; the price is left out",
            );
            continue;
        }
        sum.currency = sum.currency.or(known);
        sum.add(pence);
    }
    if let Some(url) = node.text(Word::Url).filter(|_| !chain.has(at::TICKETS_URL)) {
        chain.put_url(at::TICKETS_URL, &url, &format!("{at}/url"));
    }
}

/// A price in pence, and the currency that its text names.
fn price(said: &Said<'_>) -> Option<(i64, Option<&'static str>)> {
    let (number, sign) = match said {
        Said::Text(text) => {
            let text = text.trim();
            if text.eq_ignore_ascii_case("free") {
                return Some((0, None));
            }
            let (rest, sign) = match (text.strip_prefix('£'), text.strip_prefix('€')) {
                (Some(rest), _) => (rest, Some("GBP")),
                (_, Some(rest)) => (rest, Some("EUR")),
                (None, None) => (text, None),
            };
            let digits = rest.trim().replace(',', "");
            let is_plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            (is_plain.then(|| digits.parse::<f64>().ok()).flatten()?, sign)
        }
        said => (said.number()?, None),
    };
    let pence = (number * 100.0).round();
    #[expect(clippy::cast_possible_truncation, reason = "whole, and in the range of the field")]
    (0.0..=10_000_000.0).contains(&pence).then_some((pence as i64, sign))
}

/// Whether places are left, as the offers or the numbers of `node` say; none where they do not.
pub(super) fn availability(node: &Node<'_>) -> Option<&'static str> {
    let mut best = None;
    for offer in node.all(Word::Offers).iter().filter_map(Said::node) {
        let text = offer.text(Word::Availability);
        let word = match text.as_deref().map(local) {
            Some("InStock" | "OnlineOnly" | "InStoreOnly") => "good",
            Some("LimitedAvailability") => "limited",
            Some("SoldOut" | "OutOfStock") => "sold_out",
            _ => continue,
        };
        let rank = |word: &str| ["sold_out", "limited", "good"].iter().position(|known| *known == word);
        if best.is_none_or(|best| rank(best) < rank(word)) {
            best = Some(word);
        }
    }
    let places = node.get(Word::RemainingAttendeeCapacity).and_then(Said::number);
    best.or(places.map(|places| if places <= 0.0 { "sold_out" } else { "good" }))
}
