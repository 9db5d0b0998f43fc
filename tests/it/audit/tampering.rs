//! A thousand ways to meddle with the audit, as somebody can who owns the database: all of them are found.
use super::{NOON, anchors, past, verified};
use crate::support::dice::Dice;
use crate::support::ledger::{AuditRow, Ledger, audit_columns, forge, tamper, unguard};
use crate::support::{SANDHAVEN, services};
use chrono::TimeDelta;
use promenade::store::{Anchor, Break, Fault, Store};
use uuid::Uuid;

/// Every so many rows an anchor was kept outside, and the last.
const ANCHORED: usize = 5;
const MUTATIONS: usize = 1000;

/// The audit as somebody has left it, and what must be said of it.
struct Forged {
    rows: Vec<AuditRow>,
    head: Anchor,
    found: Break,
}

fn found(seq: usize, fault: Fault) -> Break {
    Break { seq: i64::try_from(seq).unwrap(), fault }
}

fn end(rows: &[AuditRow]) -> Anchor {
    rows.last()
        .map_or(Anchor { seq: 0, hash: vec![0; 32] }, |row| Anchor { seq: row.seq, hash: row.hash.clone() })
}

/// Changes one value of `row`, that of the column called `column`.
fn edit(row: &mut AuditRow, column: &str, dice: &mut Dice) {
    let text = |text: &mut String, dice: &mut Dice| match dice.below(3) {
        0 => text.push(' '),
        1 => text.clear(),
        _ => text.insert(0, 'x'),
    };
    let document = |document: &mut Option<String>, dice: &mut Dice| match (document.take(), dice.below(2)) {
        (None, 0) => *document = Some(String::new()),
        (None, _) => *document = Some("null".to_owned()),
        (Some(_), 0) => {}
        (Some(text), _) => *document = Some(text.replacen(|c: char| c.is_ascii_digit(), "", 1) + " "),
    };
    match column {
        "seq" => row.seq = if dice.below(2) == 0 { -row.seq } else { row.seq + 1_000 },
        "at" => {
            let microseconds = [1, 999, 1_000, -1_000, 3_600_000_000][dice.below(5)];
            row.at += TimeDelta::microseconds(microseconds);
        }
        "actor" => text(&mut row.actor, dice),
        "request_id" => row.request_id = Uuid::from_u128(row.request_id.as_u128() ^ 1 << dice.below(128)),
        "command" => text(&mut row.command, dice),
        "subject" => text(&mut row.subject, dice),
        "before" => document(&mut row.before, dice),
        "after" => document(&mut row.after, dice),
        "hash" => match dice.below(3) {
            0 => row.hash[7] ^= 1 << dice.below(8),
            1 => row.hash.truncate(31),
            _ => row.hash.push(0),
        },
        other => panic!("nobody edits {other}"),
    }
}

/// Makes the chain hold again from the row at `at` on, numbers included.
fn rechain(rows: &mut [AuditRow], at: usize) {
    for n in at..rows.len() {
        let before = if n == 0 { vec![0; 32] } else { rows[n - 1].hash.clone() };
        rows[n].seq = i64::try_from(n + 1).unwrap();
        rows[n].hash = rows[n].expected_hash(&before);
    }
}

/// A row that nobody's command made.
fn invented(like: &AuditRow, dice: &mut Dice) -> AuditRow {
    let request_id = Uuid::from_u128(dice.below(1 << 40) as u128);
    AuditRow { actor: "somebody".to_owned(), request_id, ..like.clone() }
}

/// The first row anchored outside from the row `seq` on, of `all`.
fn anchor(seq: usize, all: usize) -> usize {
    seq.next_multiple_of(ANCHORED).min(all)
}

/// What is found when everything from the row `seq` on was written anew.
fn rewritten(seq: usize, all: usize) -> Break {
    let since = i64::try_from((seq - 1) / ANCHORED * ANCHORED).unwrap();
    found(anchor(seq, all), Fault::Rewritten { since })
}

/// What is found when only `left` rows of `all` are left, and the head says so.
fn cut(left: usize, all: usize) -> Break {
    found(left + 1, Fault::Cut { anchored: i64::try_from(anchor(left + 1, all)).unwrap() })
}

/// Edits any column of the row at `at`, and says what is found.
fn one_value(rows: &mut [AuditRow], at: usize, columns: &[String], dice: &mut Dice) -> Break {
    let column = &columns[dice.below(columns.len())];
    let own = rows[at].clone();
    edit(&mut rows[at], column, dice);
    if rows[at] == own {
        // An empty text cannot be emptied.
        rows[at].actor.push('!');
    }
    match (column.as_str(), rows[at].seq) {
        ("seq", seq @ ..0) => Break { seq, fault: Fault::Misnumbered },
        ("seq", _) => found(at + 1, Fault::Missing),
        _ => found(at + 1, Fault::Altered),
    }
}

fn renumber(rows: &mut [AuditRow]) {
    for (row, seq) in rows.iter_mut().zip(1..) {
        row.seq = seq;
    }
}

/// Ways of who does not know how the rows are chained, or forgets the head. The row at `at` has the number `at + 1`.
fn roughly(
    rows: &mut Vec<AuditRow>,
    at: usize,
    columns: &[String],
    dice: &mut Dice,
) -> (&'static str, Break) {
    let all = rows.len();
    let missing = |until: usize| {
        let head = i64::try_from(all).unwrap();
        found(at + 1, if until == all { Fault::Uncounted { head } } else { Fault::Missing })
    };
    match dice.below(9) {
        0..=3 => ("a value edited", one_value(rows, at, columns, dice)),
        4 => {
            rows.remove(at);
            ("a row deleted", missing(at + 1))
        }
        5 => {
            let until = at + 1 + dice.below(all - at);
            rows.drain(at..until);
            ("rows deleted", missing(until))
        }
        6 => {
            let other = (at + 1 + dice.below(all - 1)) % all;
            let (a, b) = (rows[at].seq, rows[other].seq);
            (rows[at].seq, rows[other].seq) = (b, a);
            ("two rows swapped", found(at.min(other) + 1, Fault::Altered))
        }
        7 => {
            let row = invented(&rows[at], dice);
            rows.insert(at + 1, row);
            renumber(rows);
            ("a row put in", found(at + 2, Fault::Altered))
        }
        _ => {
            // Hashed as it should be, but the row behind it was hashed over another, and the head knows no more.
            let row = invented(&rows[at], dice);
            rows.insert(at + 1, row);
            renumber(rows);
            let before = rows[at].hash.clone();
            rows[at + 1].hash = rows[at + 1].expected_hash(&before);
            let seq = at + 2;
            let found = match (seq <= all, anchor(seq, all) == seq) {
                (false, _) => found(seq, Fault::BehindTheHead),
                (true, true) => rewritten(seq, all),
                (true, false) => found(seq + 1, Fault::Altered),
            };
            ("a hashed row put in", found)
        }
    }
}

/// Ways of who writes the whole chain anew from the row at `at` on, and will name its end in the head.
fn thoroughly(
    rows: &mut Vec<AuditRow>,
    at: usize,
    columns: &[String],
    dice: &mut Dice,
) -> (&'static str, Break) {
    let all = rows.len();
    match dice.below(4) {
        0 => {
            rows.truncate(at);
            ("the tail cut off, the head too", cut(at, all))
        }
        1 => {
            // Numbers and hashes are made anew in any case.
            one_value(rows, at, &columns[1..columns.len() - 1], dice);
            // What is finer than a millisecond is in no hash, and in no row of the program's.
            let finer = !rows[at].at.timestamp_subsec_nanos().is_multiple_of(1_000_000);
            rechain(rows, at);
            let found = if finer { found(at + 1, Fault::Altered) } else { rewritten(at + 1, all) };
            ("a value edited, all behind it written anew", found)
        }
        2 => {
            rows.remove(at);
            rechain(rows, at);
            let found = if anchor(at + 1, all) == all { cut(all - 1, all) } else { rewritten(at + 1, all) };
            ("a row deleted, all behind it written anew", found)
        }
        _ => {
            let row = invented(&rows[at], dice);
            rows.insert(at, row);
            rechain(rows, at);
            ("a row put in, all behind it written anew", rewritten(at + 1, all))
        }
    }
}

/// The audit `rows` after one of the ways to meddle with it, and what is to be found.
fn forged(mut rows: Vec<AuditRow>, columns: &[String], dice: &mut Dice) -> (&'static str, Forged) {
    let at = dice.below(rows.len());
    let (how, head, found) = if dice.below(3) == 0 {
        let (how, found) = thoroughly(&mut rows, at, columns, dice);
        (how, end(&rows), found)
    } else {
        let head = end(&rows);
        let (how, found) = roughly(&mut rows, at, columns, dice);
        (how, head, found)
    };
    (how, Forged { rows, head, found })
}

#[tokio::test]
async fn a_thousand_ways_to_meddle_with_the_audit_are_found_each_at_its_first_row() {
    for service in services(SANDHAVEN, NOON).await {
        past(&service).await;
        let ledger = Ledger::of(&service.store).await;
        let outside: Vec<Anchor> = anchors(&ledger)
            .into_iter()
            .enumerate()
            .filter(|(seq, anchor)| seq.is_multiple_of(ANCHORED) || anchor.seq == ledger.head.audit_seq)
            .map(|(_, anchor)| anchor)
            .collect();
        unguard(&service.store).await;
        if let Store::Sqlite { writer: Some(writer), .. } = &service.store {
            // What is lost when the power fails is none of this test's concern.
            sqlx::query("PRAGMA synchronous = OFF").execute(writer).await.unwrap();
        }
        let columns = audit_columns(&service.store).await;
        let mut dice = Dice::new(1287);
        let mut ways = std::collections::BTreeMap::new();
        for n in 0..MUTATIONS {
            let (how, forged) = forged(ledger.audit.clone(), &columns, &mut dice);
            forge(&service.store, &forged.rows, &forged.head).await;
            let verdict = verified(&service.store, &outside).await;
            assert_eq!(verdict, Err(forged.found), "{} {n}: {how}", service.name);
            *ways.entry(how).or_insert(0) += 1;
        }
        assert!(ways.len() == 10 && ways.values().all(|count| 20 < *count), "{ways:?}");
        forge(&service.store, &ledger.audit, &ledger.head.anchor()).await;
        assert_eq!(verified(&service.store, &outside).await.unwrap().end, ledger.head.anchor());
    }
}

#[tokio::test]
async fn only_an_anchor_from_outside_shows_what_was_written_anew_or_cut_off() {
    for service in services(SANDHAVEN, NOON).await {
        past(&service).await;
        let ledger = Ledger::of(&service.store).await;
        let outside = ledger.head.anchor();
        unguard(&service.store).await;
        for cut in [false, true] {
            let mut rows = ledger.audit.clone();
            if cut {
                rows.truncate(11);
            } else {
                rows[10].actor = "somebody".to_owned();
                rechain(&mut rows, 10);
            }
            forge(&service.store, &rows, &end(&rows)).await;
            assert_eq!(verified(&service.store, &[]).await.unwrap().end, end(&rows), "{}", service.name);
            let early = anchors(&ledger)[5].clone();
            assert_eq!(
                verified(&service.store, std::slice::from_ref(&early)).await.unwrap().anchors,
                1,
                "it is as it was"
            );
            let fault = if cut { Fault::Cut { anchored: 27 } } else { Fault::Rewritten { since: 5 } };
            let found = Err(found(if cut { 12 } else { 27 }, fault));
            assert_eq!(verified(&service.store, &[early, outside.clone()]).await, found, "{}", service.name);
        }
    }
}

#[tokio::test]
async fn a_head_that_was_meddled_with_is_found() {
    for service in services(SANDHAVEN, NOON).await {
        past(&service).await;
        let ledger = Ledger::of(&service.store).await;
        unguard(&service.store).await;
        let head = ledger.head.anchor();
        for (forged, want) in [
            (Anchor { hash: vec![0; 32], ..head.clone() }, found(27, Fault::NotTheHead)),
            (Anchor { hash: vec![], ..head.clone() }, found(27, Fault::NotTheHead)),
            (Anchor { seq: 26, ..head.clone() }, found(27, Fault::BehindTheHead)),
            (Anchor { seq: 28, ..head.clone() }, found(28, Fault::Uncounted { head: 28 })),
            (Anchor { seq: 0, hash: vec![0; 32] }, found(1, Fault::BehindTheHead)),
        ] {
            forge(&service.store, &ledger.audit, &forged).await;
            assert_eq!(verified(&service.store, &[]).await, Err(want), "{} {forged}", service.name);
        }
    }
}

#[tokio::test]
async fn values_that_no_row_can_hold_are_found_as_any_other() {
    for service in services(SANDHAVEN, NOON).await {
        past(&service).await;
        unguard(&service.store).await;
        let statements: &[&str] = match service.store {
            Store::Sqlite { .. } => &[
                "UPDATE audit SET at = 'yesterday' WHERE seq = 4",
                "UPDATE audit SET at = '0000-00-00' WHERE seq = 4",
                "UPDATE audit SET at = '+12026-07-18T12:00:00+00:00' WHERE seq = 4",
                "UPDATE audit SET request_id = x'00' WHERE seq = 4",
                "UPDATE audit SET actor = CAST(x'ff' AS TEXT) WHERE seq = 4",
                "UPDATE audit SET after = after || char(0) WHERE seq = 4",
            ],
            Store::Postgres(_) => &[
                "UPDATE audit SET at = 'infinity' WHERE seq = 4",
                "UPDATE audit SET at = '-infinity' WHERE seq = 4",
                "UPDATE audit SET at = '4713-01-01 BC' WHERE seq = 4",
                "UPDATE audit SET at = '294000-01-01' WHERE seq = 4",
                "ALTER TABLE audit ALTER actor DROP NOT NULL; UPDATE audit SET actor = NULL WHERE seq = 4",
            ],
        };
        let ledger = Ledger::of(&service.store).await;
        for statement in statements {
            let each: Vec<&str> = statement.split("; ").collect();
            tamper(&service.store, &each).await;
            let found = verified(&service.store, &[]).await.unwrap_err();
            assert_eq!(found.seq, 4, "{}: {statement}", service.name);
            assert!(matches!(found.fault, Fault::Altered | Fault::Unreadable(_)), "{statement}: {found}");
            forge(&service.store, &ledger.audit, &ledger.head.anchor()).await;
        }
        let row = "UPDATE audit SET seq = -9223372036854775808 WHERE seq = 27";
        tamper(&service.store, &[row]).await;
        let found = verified(&service.store, &[]).await.unwrap_err();
        assert_eq!((found.seq, found.fault), (i64::MIN, Fault::Misnumbered), "{}", service.name);
    }
}
