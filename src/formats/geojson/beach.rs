//! What a beach shows that other places do not: how full it is, its hazards, its water, its lifeguards. Each on its own
//! axis: none of them changes another.
use super::feature::write_known;
use crate::beaches::Status;
use crate::catalogue::{Axis, Declaration, Item};
use crate::formats::crowd;
use crate::formats::json::{Which, write_instant, write_instant_or_null, write_key, write_string};
use crate::hours::State;
use chrono::{DateTime, Utc};

/// What a beach shows besides.
#[derive(Clone, Copy, Debug)]
pub struct BeachShown<'a> {
    /// How full it is.
    pub status: &'a Status,
    /// The declaration that decides, if one does.
    pub decided: Option<&'a Declaration>,
    /// What somebody has declared of it, whether it holds or not.
    pub declared: &'a [Declaration],
    /// Whether lifeguards are on duty; none where nobody knows their hours.
    pub lifeguards: Option<State>,
}

/// Appends how full a beach is and what else is said of it; on a card in short.
pub(super) fn write_beach(out: &mut Vec<u8>, beach: &BeachShown<'_>, which: Which, now: DateTime<Utc>) {
    write_key(out, "crowd");
    match which {
        Which::All | Which::Own | Which::Known => crowd::write_status(out, beach.status, beach.decided),
        Which::Card => crowd::write_brief(out, beach.status, beach.decided),
    }
    write_axes(out, beach, which, now);
}

/// Renders how full the beach `item` is, and that alone: what an app polls.
pub fn beach_status(item: &Item, beach: &BeachShown<'_>, now: DateTime<Utc>) -> Vec<u8> {
    let mut out = Vec::with_capacity(768);
    out.extend_from_slice(br#"{"id":"#);
    write_string(&mut out, item.feature.id().as_str());
    write_key(&mut out, "name");
    write_string(&mut out, item.feature.name());
    write_key(&mut out, "crowd");
    crowd::write_status(&mut out, beach.status, beach.decided);
    write_axes(&mut out, beach, Which::All, now);
    out.push(b'}');
    out
}

fn write_axes(out: &mut Vec<u8>, beach: &BeachShown<'_>, which: Which, now: DateTime<Utc>) {
    let of = |axis| beach.declared.iter().filter(move |one| one.axis == axis && one.holds(now));
    let all = which == Which::All;
    if all || of(Axis::Hazard).next().is_some() {
        write_key(out, "hazards");
        out.push(b'[');
        for (number, hazard) in of(Axis::Hazard).enumerate() {
            if 0 < number {
                out.push(b',');
            }
            write_declaration(out, hazard);
        }
        out.push(b']');
    }
    // Of several the last one said holds.
    let water = of(Axis::WaterQuality).max_by_key(|one| one.created_at);
    if all || water.is_some() {
        write_key(out, "water_quality");
        match water {
            Some(water) => write_declaration(out, water),
            None => out.extend_from_slice(b"null"),
        }
    }
    if all || beach.lifeguards.is_some() {
        write_key(out, "lifeguards");
        out.extend_from_slice(br#"{"on_duty":"#);
        write_known(out, beach.lifeguards.and_then(|state| state.open));
        write_key(out, "next_change");
        write_instant_or_null(out, beach.lifeguards.and_then(|state| state.until));
        out.push(b'}');
    }
}

fn write_declaration(out: &mut Vec<u8>, declared: &Declaration) {
    out.push(b'{');
    write_key(out, "id");
    write_string(out, &declared.id.to_string());
    write_key(out, declared.axis.code_name());
    write_string(out, &declared.code);
    write_key(out, "message");
    match &declared.message {
        Some(message) => write_string(out, message),
        None => out.extend_from_slice(b"null"),
    }
    write_key(out, "starts_at");
    write_instant(out, declared.starts_at);
    write_key(out, "expires_at");
    write_instant(out, declared.expires_at);
    out.push(b'}');
}
