//! Documents as they are found, and what is read from them.
use super::read;
use crate::catalogue::{FeedContent, FeedItem};
use crate::features::schema;
use crate::formats::feed::Origin;
use crate::formats::json::fields_document;
use crate::ids::{Collection, FeatureId};
use std::fmt::Write;

fn origin() -> Origin {
    Origin {
        feed: FeatureId::new("theatre").unwrap(),
        organisation: None,
        time_zone: "Europe/London".to_owned(),
    }
}

/// What an item says, without what every event of the feed says.
fn said(item: &FeedItem) -> String {
    let text = fields_document(&item.feature);
    let place = item.feature.position().map_or(String::new(), |at| format!(" @{},{}", at.lat(), at.lon()));
    assert_eq!(item.feature.collection(), Collection::Events);
    assert!(!schema::fields(Collection::Events).is_empty());
    format!("{}{place} {text}", item.external_id)
}

fn all(content: &FeedContent) -> String {
    let mut out = String::new();
    for item in &content.items {
        writeln!(out, "+ {} [{}]", said(item), item.at).unwrap();
    }
    for (sign, notes) in [('!', &content.refused), ('~', &content.altered)] {
        for note in notes {
            writeln!(out, "{sign} {}: {}", note.at, note.what).unwrap();
        }
    }
    out
}
