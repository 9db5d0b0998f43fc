//! Who may act, from the command line: organisations and tokens, made, listed, revoked.
use super::args::{
    CreateOrganisationArgs, CreateTokenArgs, DatabaseArgs, OrganisationVerb, RevokeTokenArgs, TokenVerb,
};
use super::change::{change_as_asked, location};
use super::failure::Failure;
use super::say;
use crate::access::{Roster, TokenRecord};
use crate::clock::Clock;
use crate::ids::{FeatureId, OrganisationId, TokenId};
use crate::socket::{Request, TokenRequest};
use crate::store::{Access, Store, Times};
use chrono::{DateTime, SecondsFormat, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) async fn token(verb: TokenVerb) -> Result<(), Failure> {
    match verb {
        TokenVerb::Create(args) => create_token(args).await,
        TokenVerb::List(args) => list_tokens(args).await,
        TokenVerb::Revoke(RevokeTokenArgs { database, id }) => {
            change_as_asked(&database.database, Request::RevokeToken { id }).await
        }
    }
}

pub(super) async fn organisation(verb: OrganisationVerb) -> Result<(), Failure> {
    match verb {
        OrganisationVerb::Create(args) => {
            let CreateOrganisationArgs { database, id, name, kind, venues } = args;
            let request = Request::CreateOrganisation { id, name, kind, venues };
            change_as_asked(&database.database, request).await
        }
        OrganisationVerb::List(args) => list_organisations(args).await,
    }
}

async fn create_token(args: CreateTokenArgs) -> Result<(), Failure> {
    let CreateTokenArgs {
        database,
        actor,
        name,
        email,
        organisation,
        role,
        beaches,
        reports_as,
        expires_in_days,
    } = args;
    let request =
        TokenRequest { actor, name, email, organisation, roles: role, beaches, reports_as, expires_in_days };
    change_as_asked(&database.database, Request::CreateToken(request)).await
}

async fn list_tokens(args: DatabaseArgs) -> Result<(), Failure> {
    let Listed { roster, uses, now } = read(args).await?;
    let mut rows = vec![
        ["id", "kind", "actor", "name", "roles", "organisation", "expires", "last used", "state"]
            .map(ToOwned::to_owned),
    ];
    for actor in roster.actors() {
        for token in roster.tokens_of(actor.id()) {
            let TokenRecord { id, kind, expires_at, .. } = token;
            let roles: Vec<_> = actor.roles().iter().map(|role| role.name()).collect();
            let shown = |instant: Option<&DateTime<Utc>>| {
                instant.map_or("-".to_owned(), |at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
            };
            rows.push([
                id.to_string(),
                kind.name().to_owned(),
                actor.id().to_string(),
                actor.name().unwrap_or("(erased)").to_owned(),
                roles.join(","),
                actor.organisation().map_or("-", OrganisationId::as_str).to_owned(),
                shown(expires_at.as_ref()),
                shown(uses.get(id)),
                token.state(now).name().to_owned(),
            ]);
        }
    }
    show(&rows);
    Ok(())
}

async fn list_organisations(args: DatabaseArgs) -> Result<(), Failure> {
    let Listed { roster, .. } = read(args).await?;
    let mut rows = vec![["id", "kind", "name", "venues"].map(ToOwned::to_owned)];
    for organisation in roster.organisations() {
        let venues: Vec<_> = organisation.venues.iter().map(FeatureId::as_str).collect();
        rows.push([
            organisation.id.to_string(),
            organisation.kind.name().to_owned(),
            organisation.name.to_string(),
            if venues.is_empty() { "-".to_owned() } else { venues.join(",") },
        ]);
    }
    show(&rows);
    Ok(())
}

/// Who may act, when their tokens were last used, and what time it is there.
struct Listed {
    roster: Arc<Roster>,
    uses: BTreeMap<TokenId, DateTime<Utc>>,
    now: DateTime<Utc>,
}

async fn read(args: DatabaseArgs) -> Result<Listed, Failure> {
    let store = Store::open(&location(&args.database)?, Access::Read).await?;
    store.require_migrated().await?;
    let mut reading = store.read().await?;
    let (roster, uses) = (reading.roster().await?, reading.last_uses().await?);
    let now = match reading.head().await?.times {
        Times::Real => Clock::system().now(),
        // As far as the rehearsal has come: its clock is in the server alone.
        Times::Rehearsed => reading.last_change_at().await?.unwrap_or_default(),
    };
    reading.close().await?;
    store.close().await;
    Ok(Listed { roster: Arc::new(roster), uses, now })
}

/// Prints rows with their columns below one another.
fn show<const N: usize>(rows: &[[String; N]]) {
    let width = |n: usize| rows.iter().map(|row| row[n].chars().count()).max().unwrap_or_default();
    let widths: [usize; N] = std::array::from_fn(width);
    for row in rows {
        let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        say(cells.join("  ").trim_end());
    }
}
