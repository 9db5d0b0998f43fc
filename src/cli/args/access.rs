//! What one may type about who may act.
use super::DatabaseArgs;
use clap::{Args, Subcommand, value_parser};

#[derive(Debug, Subcommand)]
pub(crate) enum TokenVerb {
    /// Make a token, and the actor it is for unless that is there; it is printed once.
    Create(CreateTokenArgs),
    /// List every token: whose it is, what they may, when it was last used.
    List(DatabaseArgs),
    /// Revoke a token; every server on the database refuses it within 5 s.
    Revoke(RevokeTokenArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum OrganisationVerb {
    /// Make an organisation.
    Create(CreateOrganisationArgs),
    /// List every organisation.
    List(DatabaseArgs),
}

#[derive(Debug, Args)]
pub(crate) struct CreateTokenArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    /// One more token for this actor, instead of one for a new actor.
    #[arg(long, value_name = "ID", conflicts_with_all = ["name", "email", "organisation", "role", "beaches", "reports_as"])]
    pub(crate) actor: Option<String>,
    /// The name of who will have it.
    #[arg(long, value_name = "NAME", required_unless_present = "actor")]
    pub(crate) name: Option<String>,
    /// Their e-mail address.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: Option<String>,
    /// Their organisation.
    #[arg(long, value_name = "ID")]
    pub(crate) organisation: Option<String>,
    /// What they are: admin, auditor, business, moderator, patrol, publisher, supervisor.
    #[arg(long, value_name = "ROLE,…", value_delimiter = ',', required_unless_present = "actor")]
    pub(crate) role: Vec<String>,
    /// The beaches of a patrol or supervisor, or `all`.
    #[arg(long, value_name = "ID,…|all")]
    pub(crate) beaches: Option<String>,
    /// The capacity that a patrol reports in: patrol, staff, warden.
    #[arg(long, value_name = "CAPACITY")]
    pub(crate) reports_as: Option<String>,
    /// After how many days it expires [default: when it is revoked].
    #[arg(long, value_name = "DAYS", value_parser = value_parser!(u32).range(1..=36_500))]
    pub(crate) expires_in_days: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct RevokeTokenArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    /// The token's id: the 12 characters that `token list` shows.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
}

#[derive(Debug, Args)]
pub(crate) struct CreateOrganisationArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArgs,
    /// Its id, such as `princes-theatre`.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Its name.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// What it is: business, council, theatre, tourism.
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: String,
    /// The ids of its venues, which its publishers may edit.
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    pub(crate) venues: Vec<String>,
}
