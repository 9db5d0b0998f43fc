//! Everybody who may act, at one revision: what a presented token is looked up in. Immutable.
use super::actor::Actor;
use super::organisation::Organisation;
use super::role::Role;
use super::token::{SecretHash, State, TokenRecord, TokenText};
use crate::ids::{ActorId, OrganisationId, TokenId};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

/// Organisations, actors and tokens.
#[derive(Default)]
pub struct Roster {
    organisations: BTreeMap<OrganisationId, Arc<Organisation>>,
    actors: BTreeMap<ActorId, Arc<Actor>>,
    tokens: HashMap<TokenId, TokenRecord>,
    /// Whose they are, oldest first.
    tokens_of: HashMap<ActorId, Vec<TokenId>>,
}

/// Who asks, known by a token that is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The actor.
    pub actor: Arc<Actor>,
    /// Its organisation.
    pub organisation: Option<Arc<Organisation>>,
    /// The token it showed.
    pub token: TokenId,
}

impl Roster {
    /// The roster of these.
    pub fn new(organisations: Vec<Organisation>, actors: Vec<Actor>, tokens: Vec<TokenRecord>) -> Self {
        let mut by_age: Vec<_> = tokens.iter().collect();
        by_age.sort_by_key(|token| (token.created_at, token.id));
        let mut tokens_of: HashMap<_, Vec<_>> = HashMap::new();
        for token in by_age {
            tokens_of.entry(token.actor).or_default().push(token.id);
        }
        Self {
            organisations: organisations.into_iter().map(|one| (one.id.clone(), Arc::new(one))).collect(),
            actors: actors.into_iter().map(|one| (one.id(), Arc::new(one))).collect(),
            tokens: tokens.into_iter().map(|one| (one.id, one)).collect(),
            tokens_of,
        }
    }

    /// Whose token `presented` is; none when it is not accepted at `now`, and nothing says why.
    ///
    /// The secret is hashed and held against a hash also when there is no token of its id, in constant time.
    pub fn caller(&self, presented: &str, now: DateTime<Utc>) -> Option<Caller> {
        let (kind, id, secret) = TokenText::read(presented)?;
        let record = self.tokens.get(&id);
        let same = secret.hash() == record.map_or(SecretHash::NOBODYS, |record| record.hash);
        record.filter(|record| same && record.kind == kind)?;
        self.bearer(id, now)
    }

    /// Who bears the token `id`; none when it is not accepted at `now`.
    pub fn bearer(&self, id: TokenId, now: DateTime<Utc>) -> Option<Caller> {
        let record = self.tokens.get(&id).filter(|record| record.state(now) == State::Live)?;
        let actor = self.actors.get(&record.actor).filter(|actor| !actor.is_erased())?;
        let organisation = actor.organisation().and_then(|id| self.organisations.get(id)).cloned();
        Some(Caller { actor: actor.clone(), organisation, token: id })
    }

    /// Whether anybody can keep actors at `now`: an admin with a token that is accepted.
    pub fn has_admin(&self, now: DateTime<Utc>) -> bool {
        let is_admin = |id| self.actors.get(id).is_some_and(|actor| actor.roles().contains(&Role::Admin));
        self.tokens.values().any(|token| token.state(now) == State::Live && is_admin(&token.actor))
    }

    /// The organisation `id`.
    pub fn organisation(&self, id: &OrganisationId) -> Option<&Arc<Organisation>> {
        self.organisations.get(id)
    }

    /// The actor `id`.
    pub fn actor(&self, id: ActorId) -> Option<&Arc<Actor>> {
        self.actors.get(&id)
    }

    /// The token `id`.
    pub fn token(&self, id: TokenId) -> Option<&TokenRecord> {
        self.tokens.get(&id)
    }

    /// Every organisation, by id.
    pub fn organisations(&self) -> impl Iterator<Item = &Arc<Organisation>> {
        self.organisations.values()
    }

    /// Every actor, by id, which is by age.
    pub fn actors(&self) -> impl Iterator<Item = &Arc<Actor>> {
        self.actors.values()
    }

    /// The tokens of `actor`, oldest first.
    pub fn tokens_of(&self, actor: ActorId) -> Vec<&TokenRecord> {
        self.tokens_of.get(&actor).into_iter().flatten().filter_map(|id| self.tokens.get(id)).collect()
    }
}

/// How many there are; not who.
impl fmt::Debug for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (organisations, actors, tokens) =
            (self.organisations.len(), self.actors.len(), self.tokens.len());
        write!(f, "Roster({organisations} organisations, {actors} actors, {tokens} tokens)")
    }
}
