//! What `OpenActive` asks for in another way than schema.org, or cannot do without. Its model is one of sport: `activity`,
//! which must be of its list, is not there, since a play is no sport; and what nobody has said the price of has no offer.
use super::super::json::{write_key, write_string};
use super::super::shown::EventShown;
use super::about::{write_address, write_geo, write_price};
use super::{write_member, write_type};
use crate::features::schema::event_at as at;

/// Appends where it is; of what is online nothing. Their addresses are whole, or a text. Every event is somewhere: what is
/// not said of it, is said of the area whose programme it stands in.
pub(super) fn write_place(out: &mut Vec<u8>, shown: &EventShown<'_>) {
    if shown.is_online() {
        return;
    }
    let (area, town) = (shown.publisher.name, shown.town());
    let name = shown.venue_name().or(town).unwrap_or(area);
    write_key(out, "location");
    out.push(b'{');
    write_type(out, "Place");
    write_member(out, "name", name);
    let of_venue = shown.venue.map(|venue| (venue.street, venue.postal_code));
    let (street, postal_code) = of_venue.unwrap_or_default();
    if street.and(postal_code).and(town).is_some() {
        let parts = [
            ("streetAddress", street),
            ("addressLocality", town),
            ("addressRegion", Some(area)),
            ("postalCode", postal_code),
            ("addressCountry", Some(shown.country)),
        ];
        write_address(out, &parts);
    } else {
        let parts = [street, town.or(Some(area)), postal_code, Some(shown.country)];
        write_key(out, "address");
        write_string(out, &parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
    }
    write_geo(out, shown);
    out.push(b'}');
}

/// Appends what it costs, if that is known. Theirs know no ranges: the least and the most are an offer each.
pub(super) fn write_offers(out: &mut Vec<u8>, shown: &EventShown<'_>) {
    let Some((low, high)) = shown.prices() else { return };
    write_key(out, "offers");
    out.push(b'[');
    write_offer(out, shown, low);
    if low != high {
        out.push(b',');
        write_offer(out, shown, high);
    }
    out.push(b']');
}

fn write_offer(out: &mut Vec<u8>, shown: &EventShown<'_>, price: i64) {
    out.push(b'{');
    write_type(out, "Offer");
    write_price(out, "price", price);
    write_member(out, "priceCurrency", shown.text(at::CURRENCY).unwrap_or("GBP"));
    if let Some(tickets) = shown.text(at::TICKETS_URL) {
        write_member(out, "url", tickets);
    }
    out.push(b'}');
}
