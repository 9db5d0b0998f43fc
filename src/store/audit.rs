//! The audit: one row an accepted command, each hash over the row and the hash before it.
use super::StoreError;
use super::link::on;
use super::tx::Tx;
use crate::ids::RequestId;
use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};

/// What the audit says of one command.
#[derive(Clone, Debug)]
pub struct AuditEntry<'a> {
    /// When it was admitted.
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
        let row: Option<(Option<String>, Option<String>)> = on!(&mut self.link, conn =>
            sqlx::query_as(SELECT).bind(subject).fetch_optional(conn).await)?;
        Ok(row.map(|(before, after)| LastAudited { before, after }))
    }

    /// Writes the row and extends the chain.
    pub async fn audit(&mut self, entry: &AuditEntry<'_>) -> Result<(), StoreError> {
        const INSERT: &str =
            "INSERT INTO audit (seq, at, actor, request_id, command, subject, before, after, hash)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        let seq = self.head.audit_seq + 1;
        let hash = hash(&self.head.audit_hash, seq, entry);
        on!(&mut self.link, conn => sqlx::query(INSERT)
            .bind(seq).bind(entry.at).bind(entry.actor.as_str()).bind(entry.request.0).bind(entry.command)
            .bind(entry.subject.as_str()).bind(entry.before.as_deref()).bind(entry.after.as_deref())
            .bind(hash.as_slice()).execute(conn).await.map(drop))?;
        self.head.audit_seq = seq;
        self.head.audit_hash = hash;
        Ok(())
    }
}

/// The hash of a row: SHA-256 over the hash before it and each value, every one behind its length so that no
/// two rows are written alike; an absent value has the length of all ones.
fn hash(before: &[u8], seq: i64, entry: &AuditEntry<'_>) -> Vec<u8> {
    let mut hasher = Sha256::new();
    let mut add = |value: Option<&[u8]>| {
        let length = value.map_or(u64::MAX, |value| value.len() as u64);
        hasher.update(length.to_be_bytes());
        hasher.update(value.unwrap_or_default());
    };
    let at = entry.at.to_rfc3339_opts(SecondsFormat::Millis, true);
    add(Some(before));
    add(Some(&seq.to_be_bytes()));
    add(Some(at.as_bytes()));
    add(Some(entry.actor.as_bytes()));
    add(Some(entry.request.0.as_bytes()));
    add(Some(entry.command.as_bytes()));
    add(Some(entry.subject.as_bytes()));
    add(entry.before.as_deref().map(str::as_bytes));
    add(entry.after.as_deref().map(str::as_bytes));
    hasher.finalize().to_vec()
}
