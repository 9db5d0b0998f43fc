//! All of an event but its dates: what it is, where, for whom and for how much.
use super::super::json::{write_key, write_number, write_string};
use super::super::shown::EventShown;
use super::{availability_of, class, openactive, write_member, write_type};
use crate::features::schema::event_at as at;

/// Whose words are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) enum Of {
    /// schema.org's.
    Schema,
    /// `OpenActive`'s, whose events are all of one class.
    OpenActive,
}

/// The class that an event has among those of `OpenActive`: of what recurs the one that has parts.
fn kind(shown: &EventShown<'_>) -> &'static str {
    if shown.event().schedule().recurs() { "HeadlineEvent" } else { "Event" }
}

/// Appends all of the event but its dates.
pub(in crate::formats) fn write_about(out: &mut Vec<u8>, shown: &EventShown<'_>, of: Of) {
    write_type(out, if of == Of::Schema { class(shown) } else { kind(shown) });
    write_member(out, "@id", shown.url);
    write_all(out, shown, of, shown.text(at::AVAILABILITY));
}

pub(super) fn write_all(out: &mut Vec<u8>, shown: &EventShown<'_>, of: Of, availability: Option<&str>) {
    write_member(out, "identifier", shown.item.feature.id().as_str());
    write_member(out, "name", shown.item.feature.name());
    if let Some(text) = shown.text(at::DESCRIPTION).or(shown.text(at::SUMMARY)) {
        write_member(out, "description", text);
    }
    write_member(out, "url", shown.text(at::URL).unwrap_or(shown.url));
    let category = shown.text(at::CATEGORY).unwrap_or("other");
    match of {
        Of::Schema => write_member(out, "keywords", category),
        Of::OpenActive => {
            write_key(out, "category");
            out.push(b'[');
            write_string(out, category);
            out.push(b']');
        }
    }
    write_key(out, "eventAttendanceMode");
    let mode = if shown.is_online() { "OnlineEventAttendanceMode" } else { "OfflineEventAttendanceMode" };
    write_string(out, &format!("https://schema.org/{mode}"));
    match of {
        Of::Schema => {
            write_place(out, shown);
            write_offers(out, shown, availability);
        }
        Of::OpenActive => {
            openactive::write_place(out, shown);
            openactive::write_offers(out, shown);
        }
    }
    if let Some(free) = shown.is_free() {
        write_key(out, "isAccessibleForFree");
        out.extend_from_slice(if free { b"true" } else { b"false" });
    }
    if let (Some(url), Some(words)) = (shown.text(at::IMAGE_URL), shown.text(at::IMAGE_ALT)) {
        write_key(out, "image");
        out.extend_from_slice(if of == Of::OpenActive { b"[{" } else { b"{" });
        write_type(out, "ImageObject");
        write_member(out, "url", url);
        if of == Of::Schema {
            write_member(out, "caption", words);
        }
        out.extend_from_slice(if of == Of::OpenActive { b"}]" } else { b"}" });
    }
    let organiser = match of {
        // Who told of it did not organise it.
        Of::Schema => shown.organisation,
        Of::OpenActive => Some(shown.organisation.unwrap_or(shown.publisher)),
    };
    if let Some(organiser) = organiser {
        write_key(out, "organizer");
        out.push(b'{');
        write_type(out, "Organization");
        if of == Of::OpenActive {
            write_member(out, "@id", organiser.url);
        }
        write_member(out, "name", organiser.name);
        out.push(b'}');
    }
    write_ages(out, shown, of);
}

fn write_ages(out: &mut Vec<u8>, shown: &EventShown<'_>, of: Of) {
    let (from, to) = (shown.whole(at::AGES_FROM), shown.whole(at::AGES_TO));
    if from.or(to).is_none() {
        return;
    }
    match of {
        Of::Schema => {
            let to = to.map(|to| to.to_string()).unwrap_or_default();
            write_member(out, "typicalAgeRange", &format!("{}-{to}", from.unwrap_or(0)));
        }
        Of::OpenActive => {
            write_key(out, "ageRange");
            out.push(b'{');
            write_type(out, "QuantitativeValue");
            for (name, age) in [("minValue", from), ("maxValue", to)] {
                if let Some(age) = age {
                    write_key(out, name);
                    out.extend_from_slice(age.to_string().as_bytes());
                }
            }
            out.push(b'}');
        }
    }
}

fn write_place(out: &mut Vec<u8>, shown: &EventShown<'_>) {
    if shown.is_online() {
        write_key(out, "location");
        out.push(b'{');
        write_type(out, "VirtualLocation");
        write_member(out, "url", shown.text(at::URL).unwrap_or(shown.url));
        out.push(b'}');
        return;
    }
    let (name, town) = (shown.venue_name(), shown.town());
    if name.or(town).is_none() && shown.position.is_none() {
        return;
    }
    write_key(out, "location");
    out.push(b'{');
    write_type(out, "Place");
    write_member(out, "name", name.or(town).unwrap_or(shown.item.feature.name()));
    // A place without an address is none to search engines; what is known of each is whose programme it stands in.
    let parts = [
        ("streetAddress", shown.venue.and_then(|venue| venue.street)),
        ("addressLocality", town),
        ("addressRegion", Some(shown.publisher.name)),
        ("postalCode", shown.venue.and_then(|venue| venue.postal_code)),
        ("addressCountry", Some(shown.country)),
    ];
    write_address(out, &parts);
    write_geo(out, shown);
    out.push(b'}');
}

/// Appends the parts of an address that are known.
pub(super) fn write_address(out: &mut Vec<u8>, parts: &[(&str, Option<&str>)]) {
    write_key(out, "address");
    out.push(b'{');
    write_type(out, "PostalAddress");
    for (name, part) in parts {
        if let Some(part) = part {
            write_member(out, name, part);
        }
    }
    out.push(b'}');
}

/// Appends where it is, if that is known.
pub(super) fn write_geo(out: &mut Vec<u8>, shown: &EventShown<'_>) {
    let Some(position) = shown.position else { return };
    write_key(out, "geo");
    out.push(b'{');
    write_type(out, "GeoCoordinates");
    write_key(out, "latitude");
    write_number(out, position.lat());
    write_key(out, "longitude");
    write_number(out, position.lon());
    out.push(b'}');
}

fn write_offers(out: &mut Vec<u8>, shown: &EventShown<'_>, availability: Option<&str>) {
    let prices = shown.prices();
    let availability = availability.and_then(availability_of);
    let tickets = shown.text(at::TICKETS_URL);
    if prices.is_none() && availability.is_none() && tickets.is_none() {
        return;
    }
    let currency = shown.text(at::CURRENCY).unwrap_or("GBP");
    write_key(out, "offers");
    out.push(b'{');
    match prices {
        Some((low, high)) if low != high => {
            write_type(out, "AggregateOffer");
            write_price(out, "lowPrice", low);
            write_price(out, "highPrice", high);
            write_member(out, "priceCurrency", currency);
        }
        prices => {
            write_type(out, "Offer");
            if let Some((price, _)) = prices {
                write_price(out, "price", price);
                write_member(out, "priceCurrency", currency);
            }
        }
    }
    if let Some(availability) = availability {
        write_member(out, "availability", availability);
    }
    write_member(out, "url", tickets.or(shown.text(at::URL)).unwrap_or(shown.url));
    out.push(b'}');
}

pub(super) fn write_price(out: &mut Vec<u8>, name: &str, pence: i64) {
    write_key(out, name);
    out.extend_from_slice(format!("{}.{:02}", pence / 100, pence % 100).as_bytes());
}
