//! The sources of events that the manifest names.
use crate::catalogue::{FeedFormat, FeedSource};
use crate::config::{FeedEntry, MANIFEST, Manifest};
use crate::fetch::Address;
use crate::formats::feed::Origin;
use crate::formats::table::Findings;
use crate::ids::{FeatureId, OrganisationId};
use crate::text;
use chrono::TimeDelta;
use std::collections::HashSet;

/// Reads them, by id: those without a mistake.
pub(super) fn read(manifest: &Manifest, findings: &mut Findings) -> Vec<FeedSource> {
    let mut seen = HashSet::new();
    let mut feeds = Vec::new();
    for entry in &manifest.feeds {
        if !seen.insert(entry.id.as_str()) {
            let what = format!("`{}` stands twice", entry.id);
            findings.error_in(MANIFEST, "feeds.id", what, "rename one");
        }
        feeds.extend(source(entry, manifest, findings));
    }
    feeds.sort_by(|a, b| a.id.cmp(&b.id));
    feeds
}

fn source(entry: &FeedEntry, manifest: &Manifest, findings: &mut Findings) -> Option<FeedSource> {
    let id = FeatureId::new(&entry.id).ok().filter(|id| id.as_str().len() <= Origin::MAX_ID);
    if id.is_none() {
        let what = format!("`{}` is not a slug of at most {} characters", entry.id, Origin::MAX_ID);
        findings.error_in(MANIFEST, "feeds.id", what, "choose another");
    }
    let mut wrong = |field: &str, what: &dyn std::fmt::Display, remedy: &str| {
        findings.error_in(MANIFEST, field, format!("of `{}`: {what}", entry.id), remedy);
    };
    let name = text::plain(&entry.name, 120);
    if let Err(error) = &name {
        wrong("feeds.name", error, "write it as plain text");
    }
    let address = entry.url.as_deref().map(Address::new).transpose();
    if let Err(error) = &address {
        wrong("feeds.url", error, "give an https address with the name of a host");
    }
    let format = FeedFormat::named(&entry.format);
    if format.is_none() {
        let known: Vec<&str> = FeedFormat::ALL.iter().map(|format| format.name()).collect();
        wrong("feeds.format", &format_args!("`{}` is no format", entry.format), &known.join(", "));
    }
    let organisation = entry.organisation.as_deref().map(OrganisationId::new).transpose();
    if let Err(error) = &organisation {
        wrong("feeds.organisation", error, "give the id of an organisation");
    }
    let every = entry.every_minutes.map_or(FeedSource::LONGEST, |minutes| TimeDelta::minutes(minutes.into()));
    if !(FeedSource::SHORTEST..=FeedSource::LONGEST).contains(&every) {
        wrong("feeds.every_minutes", &"is out of range", "give 5 to 10080");
    }
    match (&entry.url, entry.every_minutes) {
        (Some(_), None) => wrong("feeds.every_minutes", &"is missing", "say how often it is asked"),
        (None, Some(_)) => wrong("feeds.every_minutes", &"is of feeds with a url alone", "leave it out"),
        (Some(_), Some(_)) | (None, None) => {}
    }
    let known = |asked: &&String| manifest.attribution.iter().all(|attribution| attribution.id != **asked);
    if let Some(asked) = entry.attribution.as_ref().filter(known) {
        let what = format!("`{asked}` is no attribution of the manifest");
        wrong("feeds.attribution", &what, "add it there, or correct it");
    }
    let attribution = entry.attribution.clone();
    Some(FeedSource {
        id: id?,
        name: name.ok()?.into(),
        address: address.ok()?,
        format: format?,
        organisation: organisation.ok()?,
        every,
        attribution,
    })
}
