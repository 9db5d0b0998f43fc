//! Actors: who acts, as what, and for whom. Their names and addresses are the only personal data, and live only here.
use super::role::{Beaches, ReportsAs, Role};
use crate::ids::{ActorId, OrganisationId, Version};
use crate::text::{self, TextError};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::fmt;

/// A text about a person. It is shown where somebody asks for it, never printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Personal(Box<str>);

impl Personal {
    /// `text`, to be kept apart.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(…)")
    }
}

/// What is said of an actor, not yet checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The name of a person, or of a device; none once it is erased.
    pub name: Option<Personal>,
    /// Where to write to; none where nobody said, or once it is erased.
    pub email: Option<Personal>,
    /// Whose actor it is.
    pub organisation: Option<OrganisationId>,
    /// What it is.
    pub roles: BTreeSet<Role>,
    /// The beaches it reports from or keeps.
    pub beaches: Beaches,
    /// In what capacity it reports.
    pub reports_as: Option<ReportsAs>,
}

/// The history of an actor's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// How often it was written.
    pub version: Version,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last written.
    pub updated_at: DateTime<Utc>,
    /// When its name and address were erased; it acts no more.
    pub erased_at: Option<DateTime<Utc>>,
}

/// An actor whose roles go together and have what they need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    id: ActorId,
    profile: Profile,
    record: Record,
}

/// Why a profile is not that of an actor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActorError {
    /// Nobody without a role.
    #[error("an actor needs a role")]
    NoRole,
    /// Whoever keeps actors must not be who reads what was done.
    #[error("`admin` and `auditor` do not go together: an admin is kept from the audit")]
    AdminAndAuditor,
    /// A role that acts for an organisation.
    #[error("`{0}` needs an organisation")]
    NoOrganisation(Role),
    /// A role that is about beaches.
    #[error("`{0}` needs beaches")]
    NoBeaches(Role),
    /// Only a patrol reports.
    #[error("`reports_as` needs the role `patrol`")]
    ReportsWithoutPatrol,
    /// The name is missing, though it was not erased.
    #[error("an actor needs a name")]
    NoName,
    /// The name cannot be one.
    #[error("the name {0}")]
    Name(TextError),
    /// The address cannot be one.
    #[error("the e-mail address is not one: 3 to 254 characters without spaces, with an @ inside")]
    Email,
    /// What was erased is there.
    #[error("the name and the e-mail address of an erased actor are gone")]
    Erased,
}

/// Characters a name may have.
pub(super) const NAME: usize = 120;
const EMAIL: usize = 254;

impl Actor {
    /// The actor `id` that `profile` describes.
    pub fn new(id: ActorId, mut profile: Profile, record: Record) -> Result<Self, ActorError> {
        let has = |role| profile.roles.contains(&role);
        if profile.roles.is_empty() {
            return Err(ActorError::NoRole);
        }
        if has(Role::Admin) && has(Role::Auditor) {
            return Err(ActorError::AdminAndAuditor);
        }
        let of_organisation = [Role::Business, Role::Publisher].into_iter().find(|role| has(*role));
        if let Some(role) = of_organisation.filter(|_| profile.organisation.is_none()) {
            return Err(ActorError::NoOrganisation(role));
        }
        let of_beaches = [Role::Patrol, Role::Supervisor].into_iter().find(|role| has(*role));
        if let Some(role) = of_beaches.filter(|_| profile.beaches.is_none()) {
            return Err(ActorError::NoBeaches(role));
        }
        if profile.reports_as.is_some() && !has(Role::Patrol) {
            return Err(ActorError::ReportsWithoutPatrol);
        }
        if record.erased_at.is_some() {
            if profile.name.is_some() || profile.email.is_some() {
                return Err(ActorError::Erased);
            }
        } else {
            let name = profile.name.as_ref().ok_or(ActorError::NoName)?;
            profile.name = Some(Self::checked_name(name).map_err(ActorError::Name)?);
            profile.email = profile.email.as_ref().map(checked_email).transpose()?;
        }
        Ok(Self { id, profile, record })
    }

    /// `name` as an actor may have it: plain text of one line.
    pub(super) fn checked_name(name: &Personal) -> Result<Personal, TextError> {
        let name = text::plain(name.reveal(), NAME)?;
        if name.contains('\n') {
            return Err(TextError::Forbidden(u32::from('\n')));
        }
        Ok(Personal(name))
    }

    /// The actor that is left when its name and address are erased at `now`.
    #[must_use]
    pub fn erased(&self, now: DateTime<Utc>) -> Self {
        let profile = Profile { name: None, email: None, ..self.profile.clone() };
        let Record { version, created_at, .. } = self.record;
        let version = Version(version.0 + 1);
        Self {
            id: self.id,
            profile,
            record: Record { version, created_at, updated_at: now, erased_at: Some(now) },
        }
    }

    /// Its id, a pseudonym.
    pub fn id(&self) -> ActorId {
        self.id
    }

    /// What is said of it.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The history of its row.
    pub fn record(&self) -> Record {
        self.record
    }

    /// Its name; none once erased.
    pub fn name(&self) -> Option<&str> {
        self.profile.name.as_ref().map(Personal::reveal)
    }

    /// Its e-mail address, if it has one; none once erased.
    pub fn email(&self) -> Option<&str> {
        self.profile.email.as_ref().map(Personal::reveal)
    }

    /// Its organisation.
    pub fn organisation(&self) -> Option<&OrganisationId> {
        self.profile.organisation.as_ref()
    }

    /// What it is.
    pub fn roles(&self) -> &BTreeSet<Role> {
        &self.profile.roles
    }

    /// Its beaches.
    pub fn beaches(&self) -> &Beaches {
        &self.profile.beaches
    }

    /// In what capacity it reports.
    pub fn reports_as(&self) -> Option<ReportsAs> {
        self.profile.reports_as
    }

    /// How often it was written.
    pub fn version(&self) -> Version {
        self.record.version
    }

    /// Whether its name and address are erased: it acts no more.
    pub fn is_erased(&self) -> bool {
        self.record.erased_at.is_some()
    }
}

/// Who asks for something without being an actor yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applicant {
    /// Their name.
    pub name: Personal,
    /// Where to write to.
    pub email: Personal,
}

impl Applicant {
    /// This applicant, whose name and address could be those of an actor.
    ///
    /// # Errors
    /// [`ActorError::Name`] and [`ActorError::Email`].
    pub fn checked(self) -> Result<Self, ActorError> {
        let name = Actor::checked_name(&self.name).map_err(ActorError::Name)?;
        Ok(Self { name, email: checked_email(&self.email)? })
    }
}

/// Whether mail arrives is found out by sending some; what is refused here is what cannot be an address.
fn checked_email(email: &Personal) -> Result<Personal, ActorError> {
    let text = text::plain(email.reveal(), EMAIL).map_err(|_| ActorError::Email)?;
    let inner = text.split_once('@').is_some_and(|(before, after)| !before.is_empty() && !after.is_empty());
    if inner && !text.contains(char::is_whitespace) { Ok(Personal(text)) } else { Err(ActorError::Email) }
}
