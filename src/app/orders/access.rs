//! Commands about who may act, from words.
use crate::access::{Beaches, OrganisationKind, Personal, Profile, ReportsAs, Role, Secret};
use crate::app::new_token;
use crate::command::{AccessCommand, Command, OrganisationFacts};
use crate::ids::{ActorId, FeatureId, OrganisationId, TokenId};
use crate::text;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;

/// A command to be carried out, and the secret in what it makes, which only who asked may see.
#[derive(Debug)]
pub struct Asked {
    /// The command.
    pub command: Command,
    /// The secret of the token it makes.
    pub secret: Option<Secret>,
}

impl From<Command> for Asked {
    fn from(command: Command) -> Self {
        Self { command, secret: None }
    }
}

/// What is said of a token to be made.
#[derive(Clone, Copy)]
pub struct TokenWords<'a> {
    /// Whose it will be; none: a new actor's, whom the following describe.
    pub actor: Option<&'a str>,
    /// The actor's name.
    pub name: Option<&'a str>,
    /// Its e-mail address.
    pub email: Option<&'a str>,
    /// Its organisation.
    pub organisation: Option<&'a str>,
    /// Its roles.
    pub roles: &'a [String],
    /// Its beaches, separated by commas, or `all`.
    pub beaches: Option<&'a str>,
    /// The capacity it reports in.
    pub reports_as: Option<&'a str>,
    /// After how many days the token expires; none: never.
    pub expires_in_days: Option<u32>,
}

/// The command to make a token, with its actor unless that is there; or why there is no such command.
pub fn create_token(words: TokenWords<'_>, now: DateTime<Utc>) -> Result<Asked, Vec<String>> {
    let days = words.expires_in_days.map(|days| TimeDelta::days(days.into()));
    let expires_at = days.map(|days| now.checked_add_signed(days).ok_or("a token cannot last that long"));
    let (token, secret) = new_token(expires_at.transpose().map_err(line)?);
    let command = match words.actor {
        Some(actor) => AccessCommand::IssueToken { actor: ActorId::new(actor).map_err(line)?, token },
        None => AccessCommand::CreateActorWithToken { id: ActorId::fresh(), profile: profile(words)?, token },
    };
    Ok(Asked { command: Command::Access(command), secret: Some(secret) })
}

fn profile(words: TokenWords<'_>) -> Result<Profile, Vec<String>> {
    let role =
        |name: &String| Role::named(name).ok_or_else(|| unknown("role", name, Role::ALL.map(Role::name)));
    let capacity = |name: &str| {
        ReportsAs::named(name).ok_or_else(|| unknown("capacity", name, ReportsAs::ALL.map(ReportsAs::name)))
    };
    let beaches = match words.beaches {
        None => Beaches::none(),
        Some("all") => Beaches::All,
        Some(ids) => Beaches::These(features(ids.split(','))?),
    };
    Ok(Profile {
        name: words.name.map(Personal::new),
        email: words.email.map(Personal::new),
        organisation: words.organisation.map(OrganisationId::new).transpose().map_err(line)?,
        roles: words.roles.iter().map(role).collect::<Result<BTreeSet<_>, _>>()?,
        beaches,
        reports_as: words.reports_as.map(capacity).transpose()?,
    })
}

/// The command to revoke the token `id`; or why there is no such command.
pub fn revoke_token(id: &str) -> Result<Asked, Vec<String>> {
    let id = TokenId::new(id).map_err(line)?;
    Ok(Command::Access(AccessCommand::RevokeToken(id)).into())
}

/// The command to make an organisation; or why there is no such command.
pub fn create_organisation(
    id: &str,
    name: &str,
    kind: &str,
    venues: &[String],
) -> Result<Asked, Vec<String>> {
    let kinds = OrganisationKind::ALL.map(OrganisationKind::name);
    let facts = OrganisationFacts {
        id: OrganisationId::new(id).map_err(line)?,
        name: text::plain(name, OrganisationFacts::NAME)
            .map_err(|error| line(format!("the name {error}")))?,
        kind: OrganisationKind::named(kind).ok_or_else(|| unknown("kind", kind, kinds))?,
        venues: features(venues.iter().map(String::as_str))?,
    };
    Ok(Command::Access(AccessCommand::CreateOrganisation(facts)).into())
}

fn features<'a>(ids: impl Iterator<Item = &'a str>) -> Result<BTreeSet<FeatureId>, Vec<String>> {
    ids.map(FeatureId::new).collect::<Result<_, _>>().map_err(line)
}

fn unknown<const N: usize>(what: &str, name: &str, known: [&str; N]) -> Vec<String> {
    line(format!("there is no {what} `{name}`; there are {}", known.join(", ")))
}

fn line(error: impl ToString) -> Vec<String> {
    vec![error.to_string()]
}
