//! The audit: one row an accepted command, each hash over the row and the hash before it.
//!
//! Here is what is written and hashed; `chain` tells whether what is stored is what was written, `read` is for
//! people. Nothing here knows what a command is.
mod anchor;
mod chain;
mod read;

pub use anchor::{Anchor, AnchorError};
pub use chain::{Break, Fault, Verified};
pub use read::{AuditFilter, AuditRow, Deed, HistoryRow, Kept, Page};

use super::StoreError;
use super::link::on;
use super::pending;
use super::tx::Tx;
use crate::ids::RequestId;
use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The hash before the first row.
pub(super) const NOTHING: [u8; 32] = [0; 32];

/// What the audit says of one command.
#[derive(Clone, Debug)]
pub struct AuditEntry<'a> {
    /// When it was admitted; kept to the millisecond.
    pub at: DateTime<Utc>,
    /// Who gave it.
    pub actor: String,
    /// The request it came with.
    pub request: RequestId,
    /// What kind of command it is.
    pub command: &'a str,
    /// What it was about.
    pub subject: String,
    /// A JSON document of what was; none where there was nothing.
    pub before: Option<String>,
    /// A JSON document of what is; none where nothing is left.
    pub after: Option<String>,
}

/// What the audit says of the last command about something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastAudited {
    /// What was; none where there was nothing.
    pub before: Option<String>,
    /// What is since; none where nothing is left.
    pub after: Option<String>,
}

impl Tx {
    /// The last row about `subject`.
    pub async fn last_audited(&mut self, subject: &str) -> Result<Option<LastAudited>, StoreError> {
        const SELECT: &str = "SELECT before, after FROM audit WHERE subject = $1 ORDER BY seq DESC LIMIT 1";
        self.flush().await?;
        let row: Option<(Option<String>, Option<String>)> = on!(&mut self.link, conn =>
            sqlx::query_as(SELECT).bind(subject).fetch_optional(conn).await)?;
        Ok(row.map(|(before, after)| LastAudited { before, after }))
    }

    /// Writes the row and extends the chain.
    pub async fn audit(&mut self, entry: &AuditEntry<'_>) -> Result<(), StoreError> {
        let AuditEntry { at, actor, request, command, subject, before, after } = entry.clone();
        let row = Sealed {
            seq: self.head.audit_seq + 1,
            at: at.trunc_subsecs(3),
            actor: &actor,
            request: request.0,
            command,
            subject: &subject,
            before: before.as_deref(),
            after: after.as_deref(),
        };
        let hash = row.hash(&self.head.audit_hash).to_vec();
        let (seq, at, request, command) = (row.seq, row.at, row.request, command.to_owned());
        self.head.audit_seq = seq;
        self.head.audit_hash.clone_from(&hash);
        let row = pending::AuditRow { seq, at, actor, request, command, subject, before, after, hash };
        self.pending.audit.push(row);
        self.relieve().await
    }
}

/// Every column of a row but its hash, which covers them.
struct Sealed<'a> {
    seq: i64,
    at: DateTime<Utc>,
    actor: &'a str,
    request: Uuid,
    command: &'a str,
    subject: &'a str,
    before: Option<&'a str>,
    after: Option<&'a str>,
}

impl Sealed<'_> {
    /// The hash of the row: SHA-256 over the hash before it and each value, every one behind its length so that
    /// no two rows are written alike; an absent value has the length of all ones.
    fn hash(&self, before: &[u8]) -> [u8; 32] {
        let mut hasher = Sha256::new();
        let mut add = |value: Option<&[u8]>| {
            let length = value.map_or(u64::MAX, |value| value.len() as u64);
            hasher.update(length.to_be_bytes());
            hasher.update(value.unwrap_or_default());
        };
        let at = self.at.to_rfc3339_opts(SecondsFormat::Millis, true);
        add(Some(before));
        add(Some(&self.seq.to_be_bytes()));
        add(Some(at.as_bytes()));
        add(Some(self.actor.as_bytes()));
        add(Some(self.request.as_bytes()));
        add(Some(self.command.as_bytes()));
        add(Some(self.subject.as_bytes()));
        add(self.before.map(str::as_bytes));
        add(self.after.map(str::as_bytes));
        hasher.finalize().into()
    }
}
