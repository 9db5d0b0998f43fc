//! Whether this node is the one of several that does what only one must do. See [`crate::store::Lease`].
use super::{App, Error};
use crate::access::By;
use crate::command::{Command, Outcome};
use crate::ids::{NodeId, RequestId};
use crate::store::Lease;
use chrono::{DateTime, TimeDelta, Utc};

/// How long a lease is taken for.
pub(super) const LENGTH: TimeDelta = TimeDelta::seconds(30);
/// How much of it must be left for it not to be renewed: a renewal is a commit, which the disk has to take.
const ENOUGH: TimeDelta = TimeDelta::seconds(15);

/// What a node makes of a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// It has it.
    Mine,
    /// Another has it.
    Others,
    /// It may have it, if it takes or renews it.
    Free,
}

fn standing(held: Option<Lease>, node: NodeId, now: DateTime<Utc>) -> Standing {
    match held {
        Some(lease) if lease.holder == node => {
            // More than there can be: the clock was set back, and others would wait for that much longer.
            let left = lease.until - now;
            if (ENOUGH..=LENGTH).contains(&left) { Standing::Mine } else { Standing::Free }
        }
        Some(lease) if !lease.is_over(now) => Standing::Others,
        Some(_) | None => Standing::Free,
    }
}

impl App {
    /// Whether this node has the lease `name`; it takes it if nobody has, and renews its own in time.
    ///
    /// True is no promise: what needs the lease asks `Tx::holds_lease` in its own transaction.
    pub async fn holds(&self, name: &'static str) -> Result<bool, Error> {
        let mut reading = self.store.read_briefly().await?;
        let held = reading.lease(name).await?;
        reading.close().await?;
        match standing(held, self.node, self.clock.now()) {
            Standing::Mine => Ok(true),
            Standing::Others => Ok(false),
            Standing::Free => {
                let command = Command::TakeLease { name, node: self.node };
                match self.execute(command, By::System, RequestId::fresh()).await? {
                    Outcome::Lease { held } => Ok(held),
                    other => unreachable!("a lease that is taken comes to {other:?}"),
                }
            }
        }
    }

    /// Gives the lease `name` back, if this node has it: another need not wait for its end.
    pub async fn give_back(&self, name: &'static str) -> Result<(), Error> {
        let command = Command::GiveLeaseBack { name, node: self.node };
        self.execute(command, By::System, RequestId::fresh()).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Standing::{Free, Mine, Others};

    #[test]
    fn a_lease_is_renewed_when_half_of_it_is_over_and_anothers_is_left_until_it_is() {
        let now: DateTime<Utc> = "2026-07-18T12:00:00Z".parse().unwrap();
        let (mine, others) = (NodeId::fresh(), NodeId::fresh());
        for (holder, left_s, want) in [
            (mine, 30, Mine),
            (mine, 15, Mine),
            (mine, 14, Free),
            (mine, 0, Free),
            (mine, -3_600, Free),
            // This node's clock went back.
            (mine, 31, Free),
            (mine, 3_600, Free),
            (others, 30, Others),
            (others, 1, Others),
            (others, 0, Free),
            (others, -1, Free),
            // The other's clock is ahead, which is borne up to a point.
            (others, 600, Others),
            (others, 601, Free),
        ] {
            let lease = Lease { holder, until: now + TimeDelta::seconds(left_s) };
            assert_eq!(standing(Some(lease), mine, now), want, "{left_s}");
        }
        assert_eq!(standing(None, mine, now), Free);
    }
}
