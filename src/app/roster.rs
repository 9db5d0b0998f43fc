//! Who may act, as this node knows it: the roster that the follower last read, and the hours in which tokens were used.
use super::{App, Error};
use crate::access::{By, Caller, Roster};
use crate::command::{AccessCommand, Command};
use crate::ids::{RequestId, TokenId};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// When each token was last accepted here, by the hour.
#[derive(Debug, Default)]
pub(super) struct Uses(Mutex<HashMap<TokenId, Use>>);

#[derive(Clone, Copy, Debug)]
struct Use {
    hour: DateTime<Utc>,
    written: bool,
}

impl Uses {
    fn add(&self, token: TokenId, now: DateTime<Utc>) {
        let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = uses.entry(token).or_insert(Use { hour, written: false });
        if known.hour < hour {
            *known = Use { hour, written: false };
        }
    }

    /// Those that are not written down.
    fn unwritten(&self) -> Vec<(TokenId, DateTime<Utc>)> {
        let uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        uses.iter().filter(|(_, used)| !used.written).map(|(token, used)| (*token, used.hour)).collect()
    }

    /// Notes that these are written down; what was used in a later hour since is not.
    fn wrote(&self, written: &[(TokenId, DateTime<Utc>)]) {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (token, hour) in written {
            if let Some(used) = uses.get_mut(token).filter(|used| used.hour == *hour) {
                used.written = true;
            }
        }
    }
}

impl App {
    /// Who may act, as it was last read from the database.
    pub fn roster(&self) -> Arc<Roster> {
        self.roster.load_full()
    }

    /// Whether this node knows who may act: it does not when the database has been silent for too long to have heard
    /// of a revocation.
    pub fn knows_who_may_act(&self) -> bool {
        self.contact.knows_roster()
    }

    /// Whose token `presented` is, when it is accepted now; that is a use of it.
    pub fn caller(&self, presented: &str) -> Option<Caller> {
        let now = self.clock.now();
        let caller = self.roster.load().caller(presented, now)?;
        self.uses.add(caller.token, now);
        Some(caller)
    }

    /// The hour in which each token was last accepted, on any node, as far as that is written down.
    pub async fn last_uses(&self) -> Result<BTreeMap<TokenId, DateTime<Utc>>, Error> {
        let read = async {
            let mut reading = self.store.read().await?;
            let uses = reading.last_uses().await?;
            reading.close().await?;
            Ok(uses)
        };
        read.await.map_err(|error| Error::Unavailable(Arc::new(error)))
    }

    /// Writes down which tokens were used since the last time.
    pub async fn note_uses(&self) -> Result<(), Error> {
        let uses = self.uses.unwritten();
        if !uses.is_empty() {
            let command = Command::Access(AccessCommand::NoteUses(uses.clone()));
            self.execute(command, By::System, RequestId::fresh()).await?;
            self.uses.wrote(&uses);
        }
        Ok(())
    }

    /// Deletes enrolment codes that have run out, and erases the actors who have had no token for as long as `after`;
    /// none of them where it is none.
    pub async fn forget(&self, after: Option<TimeDelta>) -> Result<(), Error> {
        let command = Command::Access(AccessCommand::Forget(after));
        self.execute(command, By::System, RequestId::fresh()).await.map(drop)
    }
}
