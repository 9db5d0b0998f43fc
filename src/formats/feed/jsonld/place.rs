//! Where an event is.
use super::chain::Chain;
use super::node::{Node, Said};
use super::words::{Word, local};
use crate::features::schema::event_at as at;
use crate::formats::feed::markup::unmarked;
use crate::spatial::LatLon;

/// Reads where an event is: one place; of several the first, and the others are noted.
pub(super) fn read(chain: &mut Chain<'_, '_>) {
    let Some(found) = chain.get(Word::Location) else {
        let mode = chain.get(Word::EventAttendanceMode).and_then(|found| found.said.text());
        if mode.as_deref().map(local) == Some("OnlineEventAttendanceMode") {
            chain.put(at::VENUE_NAME, "Online", Word::EventAttendanceMode);
        }
        return;
    };
    let mut is_placed = false;
    let mut is_online = false;
    for (here, said) in found.each(Word::Location) {
        let node = chain.index.resolved(said);
        if node.is_some_and(|node| node.types().any(|class| class == "VirtualLocation")) {
            is_online = true;
        } else if is_placed {
            chain.note(&here, "is another place; only the first is taken");
        } else if let Some(node) = node {
            is_placed = true;
            place(chain, node, &here);
        } else if let Said::Text(text) = said {
            is_placed = true;
            chain.put_line(at::VENUE_NAME, text, &here);
        } else {
            chain.note(&here, "is no place; left out");
        }
    }
    if is_online && !is_placed {
        chain.put(at::VENUE_NAME, "Online", Word::Location);
    } else if is_online {
        chain.note_word(Word::Location, "is online, too; left out");
    }
}

fn place(chain: &mut Chain<'_, '_>, node: &Node<'_>, here: &str) {
    let geo = node.get(Word::Geo).and_then(Said::node).filter(|geo| geo.get(Word::Latitude).is_some());
    let degrees = |word: Word| geo.unwrap_or(node).get(word).and_then(Said::number);
    let position = match (degrees(Word::Latitude), degrees(Word::Longitude)) {
        // Nought and nought is where software puts what it does not know.
        (None, None) | (Some(0.0), Some(0.0)) => None,
        (Some(lat), Some(lon)) => match LatLon::new(lat, lon) {
            Ok(position) => Some(position),
            Err(cause) => {
                chain.note(format!("{here}/geo"), format!("{cause}; left out"));
                None
            }
        },
        (_, _) => {
            chain.note(format!("{here}/geo"), "has one of latitude and longitude; left out");
            None
        }
    };
    chain.draft.position = position;
    let address = node.get(Word::Address);
    let parts = address.and_then(Said::node);
    let mut words: Vec<String> =
        node.text(Word::Name).map(|name| name.trim().to_owned()).into_iter().collect();
    // What has a position is found by it. Of what has none, the address says where it is.
    if position.is_none() || words.is_empty() {
        let part = |word: Word| parts.and_then(|parts| parts.text(word)).map(|text| text.trim().to_owned());
        let said = match address {
            Some(Said::Text(text)) => vec![text.trim().to_owned()],
            _ => [Word::StreetAddress, Word::PostalCode].into_iter().filter_map(part).collect(),
        };
        for one in said {
            if !one.is_empty() && !words.iter().any(|word| word.contains(&one)) {
                words.push(one);
            }
        }
    }
    if !words.is_empty() {
        let name = words.join(", ");
        chain.put_line(at::VENUE_NAME, &name, &format!("{here}/name"));
    }
    if let Some(town) = parts.and_then(|parts| parts.text(Word::AddressLocality)) {
        chain.put_line(at::TOWN, &unmarked(&town), &format!("{here}/address/addressLocality"));
    }
}
