//! Whether the audit is as it was written, and the anchors to keep outside that show it. Reads only.
use super::args::{DatabaseArgs, VerifyArgs};
use super::change::location;
use super::failure::Failure;
use super::say;
use crate::store::{Access, Anchor, Store, Verified};
use anyhow::{Context, anyhow};
use std::fs;
use std::path::Path;

/// Holds the audit against its hashes and the anchors that are given.
pub(super) async fn verify(args: VerifyArgs) -> Result<(), Failure> {
    let mut anchors = args.anchor;
    if let Some(file) = &args.anchors {
        anchors.extend(anchors_in(file).map_err(Failure::general)?);
    }
    let store = opened(&args.database).await?;
    let mut reading = store.read().await?;
    let verdict = reading.verify_audit(&anchors).await?;
    reading.close().await?;
    store.close().await;
    let Verified { end, anchors } = verdict.map_err(|broken| Failure::Refused(vec![broken.to_string()]))?;
    say(format_args!(
        "the audit holds: {} up to {end}, {} met",
        counted(end.seq, "row"),
        counted(anchors, "anchor")
    ));
    if anchors == 0 {
        say(
            "without an anchor from outside it does not show whether the chain was written anew or cut short",
        );
    }
    Ok(())
}

/// Prints the end of the audit, to be kept where who can write the database cannot change it.
pub(super) async fn anchor(args: DatabaseArgs) -> Result<(), Failure> {
    let store = opened(&args).await?;
    let end = end(&store).await?;
    store.close().await;
    say(end);
    Ok(())
}

/// The end of the audit now.
pub(super) async fn end(store: &Store) -> Result<Anchor, Failure> {
    let mut reading = store.read_briefly().await?;
    let head = reading.head().await?;
    reading.close().await?;
    Ok(head.anchor())
}

async fn opened(args: &DatabaseArgs) -> Result<Store, Failure> {
    let store = Store::open(&location(&args.database)?, Access::Read).await?;
    store.require_migrated().await?;
    Ok(store)
}

fn anchors_in(file: &Path) -> anyhow::Result<Vec<Anchor>> {
    let bytes = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let anchors = Anchor::all_in(&String::from_utf8_lossy(&bytes));
    if anchors.is_empty() {
        // To verify against nothing would look like having verified.
        return Err(anyhow!(
            "{} holds no anchor: it is not a log of this server, or begins too late",
            file.display()
        ));
    }
    Ok(anchors)
}

fn counted(count: i64, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
