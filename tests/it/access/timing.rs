//! How long it takes to refuse a token tells nothing of the secret.
use crate::support::at;
use crate::support::dice::Dice;
use crate::support::people::profile;
use promenade::access::{Actor, Record, Role, Roster, Secret, TokenKind, TokenRecord, TokenText};
use promenade::ids::{ActorId, TokenId, Version};
use std::hint::black_box;
use std::time::Instant;

const SECRET: [u8; 32] = [0x5A; 32];

/// A roster of one token with [`SECRET`], and texts of its id with other secrets.
fn roster() -> (Roster, impl Fn([u8; 32]) -> String) {
    let now = at("2026-07-18T12:00:00Z");
    let record = Record { version: Version(1), created_at: now, updated_at: now, erased_at: None };
    let actor = Actor::new(ActorId::fresh(), profile(&[Role::Admin]), record).unwrap();
    let id = TokenId::from_random([7; TokenId::LENGTH]);
    let token = TokenRecord {
        id,
        kind: TokenKind::Staff,
        actor: actor.id(),
        hash: Secret::from_random(SECRET).hash(),
        created_at: now,
        created_by: "operator".into(),
        expires_at: None,
        revoked_at: None,
    };
    let text =
        move |secret| TokenText::new(TokenKind::Staff, id, &Secret::from_random(secret)).reveal().to_owned();
    (Roster::new(Vec::new(), vec![actor], vec![token]), text)
}

/// Welch's t of two samples, each without its slowest tenth: that is the machine, not the program.
#[expect(clippy::cast_precision_loss, reason = "of counts and nanoseconds")]
fn welch(samples: [Vec<u128>; 2]) -> f64 {
    let [(mean_a, of_a), (mean_b, of_b)] = samples.map(|mut sample| {
        sample.sort_unstable();
        sample.truncate(sample.len() * 9 / 10);
        let count = sample.len() as f64;
        let mean = sample.iter().map(|&nanos| nanos as f64).sum::<f64>() / count;
        let variance = sample.iter().map(|&nanos| (nanos as f64 - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean, variance / count)
    });
    (mean_a - mean_b) / (of_a + of_b).sqrt()
}

/// With `PROMENADE_LONG` set, 100,000 samples and the time is held to; otherwise a few, and only the answers are.
#[test]
fn a_secret_wrong_at_its_first_byte_is_refused_as_slowly_as_one_wrong_at_its_last() {
    let long = std::env::var_os("PROMENADE_LONG").is_some();
    let (roster, text) = roster();
    let now = at("2026-07-18T12:00:00Z");
    assert!(roster.caller(&text(SECRET), now).is_some());
    let mut dice = Dice::new(7);
    let mut samples = [Vec::new(), Vec::new()];
    for _ in 0..if long { 100_000 } else { 1_000 } {
        let class = dice.below(2);
        let mut secret = SECRET;
        secret[if class == 0 { 0 } else { 31 }] ^= 1 + u8::try_from(dice.below(255)).unwrap();
        let presented = text(secret);
        let start = Instant::now();
        let caller = black_box(roster.caller(black_box(&presented), now));
        samples[class].push(start.elapsed().as_nanos());
        assert_eq!(caller, None);
    }
    let t = welch(samples);
    assert!(!long || t.abs() < 4.5, "t = {t}");
}
