//! Whether the audit is what was written: every row, in order, held against its hash, the head and the anchors.
//!
//! The hashes show a row that was changed, taken away, moved or put in between. Who rewrites every hash after it, and
//! the head, makes a chain that holds again; only an anchor that was kept outside shows that.
use super::{Anchor, NOTHING, Sealed};
use crate::store::StoreError;
use crate::store::link::on;
use crate::store::tx::Reading;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use sqlx::{FromRow, Row};
use std::fmt;
use uuid::Uuid;

/// Rows read at a time: a million of them need no memory.
const BATCH: i64 = 128;
/// The first and the last second of the calendar that both databases write and compare alike, since 1970.
pub(super) const SECONDS: [i64; 2] = [-62_135_596_800, 253_402_300_799];

/// An audit that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The last row; its number is how many there are.
    pub end: Anchor,
    /// Anchors that were met.
    pub anchors: i64,
}

/// The first row that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("row {seq} of the audit {fault}")]
pub struct Break {
    /// Its number.
    pub seq: i64,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is missing, though there are others after it.
    Missing,
    /// It is missing, though the head counts it.
    Uncounted {
        /// How many rows the head counts.
        head: i64,
    },
    /// It is missing, though a row so far on was anchored outside.
    Cut {
        /// The anchored row.
        anchored: i64,
    },
    /// It has a number that was never given, or that another row has.
    Misnumbered,
    /// It holds what no row can hold.
    Unreadable(String),
    /// Its values are not those its hash was made of.
    Altered,
    /// It stands behind the end that the head names.
    BehindTheHead,
    /// It is the last, and the head has another hash for it.
    NotTheHead,
    /// It is not the one that was anchored outside: from it, or from a row before it, all was written anew.
    Rewritten {
        /// The last row before it that was anchored outside and is as it was: it begins after that one.
        since: i64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "is missing"),
            Self::Uncounted { head } => write!(f, "is missing: the head counts {head} rows"),
            Self::Cut { anchored } => write!(f, "is missing: row {anchored} was anchored outside"),
            Self::Misnumbered => {
                write!(f, "has a number that was not given to it: they begin at 1, each once")
            }
            Self::Unreadable(cause) => write!(f, "cannot be read: {cause}"),
            Self::Altered => write!(f, "is not what its hash was made of"),
            Self::BehindTheHead => write!(f, "stands behind the end that the head names"),
            Self::NotTheHead => write!(f, "is the last, but not the end that the head names"),
            Self::Rewritten { since } => write!(
                f,
                "is not the one that was anchored outside: it, or a row between {since} and it, was changed, and every hash from there on"
            ),
        }
    }
}

/// A row as it is stored, whoever stored it.
type Columns = (
    i64,
    // None: an instant that this program cannot have written.
    Option<DateTime<Utc>>,
    String,
    Uuid,
    String,
    String,
    Option<String>,
    Option<String>,
    Vec<u8>,
);

/// How far the audit holds.
struct Chain<'a> {
    end: Anchor,
    /// Those not met yet, by number.
    anchors: &'a [Anchor],
    met: i64,
    /// The last one met.
    since: i64,
}

impl<'a> Chain<'a> {
    fn new(anchors: &'a [Anchor]) -> Self {
        Self { end: Anchor { seq: 0, hash: NOTHING.to_vec() }, anchors, met: 0, since: 0 }
    }

    /// Goes on to the row of number `seq`, or says why it breaks there.
    fn add(&mut self, seq: i64, row: Result<Columns, sqlx::Error>) -> Result<(), Break> {
        self.meet()?;
        let expected = self.end.seq + 1;
        if seq < expected {
            return Err(Break { seq, fault: Fault::Misnumbered });
        }
        if expected < seq {
            return Err(Break { seq: expected, fault: Fault::Missing });
        }
        let broken = |fault| Break { seq, fault };
        let (_, at, actor, request, command, subject, before, after, hash) =
            row.map_err(|error| broken(Fault::Unreadable(error.to_string())))?;
        // The hash has milliseconds: what is finer would not be covered.
        let at = at.filter(|at| *at == at.trunc_subsecs(3)).ok_or_else(|| broken(Fault::Altered))?;
        let row = Sealed {
            seq,
            at,
            actor: &actor,
            request,
            command: &command,
            subject: &subject,
            before: before.as_deref(),
            after: after.as_deref(),
        };
        if row.hash(&self.end.hash)[..] != hash {
            return Err(broken(Fault::Altered));
        }
        self.end = Anchor { seq, hash };
        Ok(())
    }

    /// Holds the anchors of the row it has come to against it.
    fn meet(&mut self) -> Result<(), Break> {
        while let Some((anchor, rest)) = self.anchors.split_first().filter(|(a, _)| a.seq <= self.end.seq) {
            if *anchor != self.end {
                return Err(Break { seq: anchor.seq, fault: Fault::Rewritten { since: self.since } });
            }
            self.since = anchor.seq;
            self.met += 1;
            self.anchors = rest;
        }
        Ok(())
    }

    /// Holds the end against the head and the anchors that are left.
    fn end(mut self, head: &Anchor) -> Result<Verified, Break> {
        self.meet()?;
        let next = self.end.seq + 1;
        if self.end.seq < head.seq {
            return Err(Break { seq: next, fault: Fault::Uncounted { head: head.seq } });
        }
        if head.seq < self.end.seq {
            return Err(Break { seq: head.seq + 1, fault: Fault::BehindTheHead });
        }
        if head.hash != self.end.hash {
            return Err(Break { seq: head.seq, fault: Fault::NotTheHead });
        }
        if let Some(anchor) = self.anchors.first() {
            return Err(Break { seq: next, fault: Fault::Cut { anchored: anchor.seq } });
        }
        Ok(Verified { end: self.end, anchors: self.met })
    }
}

impl Reading {
    /// Holds the whole audit against its hashes, the head and `anchors`, which were kept outside, in any order.
    ///
    /// The outer error is a database that cannot be read; the inner one the first row that is not as it was written.
    pub async fn verify_audit(&mut self, anchors: &[Anchor]) -> Result<Result<Verified, Break>, StoreError> {
        // PostgreSQL knows instants that no calendar of ours does, such as infinity.
        const SELECT: &str = "SELECT seq, CASE WHEN $1 <= at AND at <= $2 THEN at END, actor, request_id,
                command, subject, before, after, hash
            FROM audit WHERE $3 <= seq ORDER BY seq LIMIT $4";
        let [first, last] = SECONDS.map(|seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds));
        let head = self.head().await?.anchor();
        let mut anchors = anchors.to_vec();
        anchors.sort();
        let mut chain = Chain::new(&anchors);
        let mut from = i64::MIN;
        loop {
            let rows: Vec<(i64, Result<Columns, sqlx::Error>)> = on!(&mut self.link, conn =>
                sqlx::query(SELECT).bind(first).bind(last).bind(from).bind(BATCH).fetch_all(conn).await
                    .and_then(|rows| rows.iter().map(|row| Ok((row.try_get(0)?, FromRow::from_row(row)))).collect()))?;
            let Some((end, _)) = rows.last() else { break };
            let next = end.checked_add(1);
            for (seq, row) in rows {
                if let Err(broken) = chain.add(seq, row) {
                    return Ok(Err(broken));
                }
            }
            let Some(next) = next else { break };
            from = next;
        }
        Ok(chain.end(&head))
    }
}
