//! `POST /v1/promotions/{id}/views` and `…/clicks`, everybody's: once more. `GET /v1/promotions/{id}/counts`: how often, for whose
//! it is. Who looked is asked by nobody: neither an address nor what a program says of itself is kept.
use super::named;
use super::robots::is_robot;
use crate::access::By;
use crate::command::{CountKind, Nonce};
use crate::formats::json::{DocumentError, read_document, write_key, write_string};
use crate::http::Site;
use crate::http::auth::Admitted;
use crate::http::body::Given;
use crate::http::client::ClientAddr;
use crate::http::gate::too_many;
use crate::http::json::uncached;
use crate::http::paging::{write_end, write_list, write_number};
use crate::http::path::PathParts;
use crate::http::problem::Problem;
use crate::http::query::Query;
use crate::http::rates::Rates;
use crate::http::server::subscriber;
use crate::ids::{FeatureId, RequestId};
use crate::store::Counts;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// What an address may have counted of one promotion at once, views and clicks apart: a beach's Wi-Fi is one address, with
/// at most 1,024 connections, and who shares it looks once or twice.
const AT_ONCE: u32 = 600;
/// How long until it may have one more counted: 600 an hour.
const ONE_MORE: Duration = Duration::from_secs(6);

/// What an address may have counted of all promotions at once, so that nobody fills the database.
const OF_ALL: u32 = 5_000;
/// How long until it may have one more of them counted: two a second.
const ONE_MORE_OF_ALL: Duration = Duration::from_millis(500);

/// How much each address had counted of late, in memory alone. Remembered is a hash, whose key nobody knows.
#[derive(Debug)]
pub(in crate::http) struct Tallies {
    hasher: RandomState,
    rates: Rates<u64>,
    of_all: Rates<u64>,
}

impl Default for Tallies {
    fn default() -> Self {
        let (rates, of_all) = (Rates::every(ONE_MORE, AT_ONCE), Rates::every(ONE_MORE_OF_ALL, OF_ALL));
        Self { hasher: RandomState::new(), rates, of_all }
    }
}

impl Tallies {
    /// Takes one more of `address`; without one left: how long until there is.
    fn take(&self, address: IpAddr, id: &FeatureId, kind: CountKind, now: Instant) -> Result<(), Duration> {
        self.rates.take(self.hasher.hash_one((address, id, kind)), now)?;
        self.of_all.take(self.hasher.hash_one(address), now)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CountBody {
    nonce: Box<str>,
}

#[expect(clippy::too_many_arguments, reason = "what axum takes a request apart into")]
pub(in crate::http) async fn count(
    kind: CountKind,
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    Extension(ClientAddr(address)): Extension<ClientAddr>,
    Extension(request): Extension<RequestId>,
    headers: HeaderMap,
    Given(body): Given,
) -> Result<Response, Problem> {
    Query::read(raw.as_deref(), &[])?;
    let (id, nonce) = (named(&path)?, read_nonce(&body)?);
    site.app().check_public(&id).map_err(Problem::from)?;
    let said = headers.get(header::USER_AGENT).map(|said| String::from_utf8_lossy(said.as_bytes()));
    if !is_robot(&said.unwrap_or_default()) {
        let taken = site.tallies().take(subscriber(address), &id, kind, Instant::now());
        let detail = "this address has had too much of this promotion counted; nothing was counted";
        taken.map_err(|wait| too_many(detail, wait))?;
        site.app().count(&id, kind, nonce, request).await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn read_nonce(body: &[u8]) -> Result<Nonce, DocumentError> {
    let CountBody { nonce } = read_document(body)?;
    Nonce::new(&nonce).map_err(|cause| DocumentError::at("/nonce", cause))
}

pub(in crate::http) async fn counts(
    State(site): State<Site>,
    path: PathParts,
    RawQuery(raw): RawQuery,
    admitted: Admitted,
) -> Result<Response, Problem> {
    let parameters = Query::read(raw.as_deref(), &[])?;
    let id = named(&path)?;
    let (counts, from) = site.app().promotion_counts(&By::Actor(admitted.permit), &id).await?;
    let mut out = vec![b'{'];
    write_key(&mut out, "promotion");
    write_string(&mut out, id.as_str());
    write_key(&mut out, "from");
    write_string(&mut out, &from.to_string());
    write_key(&mut out, "days");
    let days: Vec<_> = counts.days.iter().collect();
    write_list(&mut out, &days, |out, (day, counts)| {
        write_key(out, "day");
        write_string(out, &day.to_string());
        write_counts(out, counts);
    });
    write_key(&mut out, "total");
    out.push(b'{');
    write_counts(&mut out, &counts.total);
    out.push(b'}');
    write_key(&mut out, "time_zone");
    write_string(&mut out, &site.app().snapshot().area.facts.time_zone);
    write_end(&mut out, &site, &format!("/v1/promotions/{id}/counts"), &parameters, None);
    Ok(uncached(out))
}

fn write_counts(out: &mut Vec<u8>, counts: &Counts) {
    write_number(out, "views", counts.views);
    write_number(out, "clicks", counts.clicks);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beach_of_one_address_is_counted_and_a_machine_is_not_for_long() {
        let (tallies, start) = (Tallies::default(), Instant::now());
        let (teas, chips) = (FeatureId::new("teas").unwrap(), FeatureId::new("chips").unwrap());
        let address = |n: u8| IpAddr::from([192, 0, 2, n]);
        let take =
            |n, id, kind, after| tallies.take(address(n), id, kind, start + Duration::from_secs(after));
        for n in 0..600 {
            assert_eq!(take(1, &teas, CountKind::View, 0), Ok(()), "{n}");
        }
        assert_eq!(take(1, &teas, CountKind::View, 0), Err(ONE_MORE));
        assert_eq!(take(1, &teas, CountKind::Click, 0), Ok(()));
        assert_eq!(take(1, &chips, CountKind::View, 0), Ok(()));
        assert_eq!(take(2, &teas, CountKind::View, 0), Ok(()));
        assert_eq!(take(1, &teas, CountKind::View, 6), Ok(()));
        assert_eq!(take(1, &teas, CountKind::View, 6), Err(ONE_MORE));
        // Nor of all that there is.
        let ids: Vec<_> = (0..10_000).map(|n| FeatureId::new(&format!("offer-{n}")).unwrap()).collect();
        let all = ids.iter().filter(|id| tallies.take(address(9), id, CountKind::View, start).is_ok());
        assert_eq!(all.count(), 5_000);
    }
}
