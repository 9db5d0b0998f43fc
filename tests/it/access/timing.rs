//! How long it takes to refuse a token tells nothing of the secret.
use crate::support::at;
use crate::support::dice::Dice;
use crate::support::people::profile;
use promenade::access::{Actor, Record, Role, Roster, Secret, TokenKind, TokenRecord, TokenText};
use promenade::ids::{ActorId, TokenId, Version};
use std::hint::black_box;
use std::time::Instant;

const SECRET: [u8; 32] = [0x5A; 32];
const KNOWN: [u8; TokenId::LENGTH] = [7; TokenId::LENGTH];

/// A roster of one token with [`SECRET`] and [`KNOWN`] for its id, and texts of ids with other secrets.
fn roster() -> (Roster, impl Fn([u8; TokenId::LENGTH], [u8; 32]) -> String) {
    let now = at("2026-07-18T12:00:00Z");
    let record = Record { version: Version(1), created_at: now, updated_at: now, erased_at: None };
    let actor = Actor::new(ActorId::fresh(), profile(&[Role::Admin]), record).unwrap();
    let id = TokenId::from_random(KNOWN);
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
    let text = |id, secret| {
        let (id, secret) = (TokenId::from_random(id), Secret::from_random(secret));
        TokenText::new(TokenKind::Staff, id, &secret).reveal().to_owned()
    };
    (Roster::new(Vec::new(), vec![actor], vec![token]), text)
}

/// Two samples, held against each other.
struct Compared {
    /// Their means in nanoseconds.
    means: [f64; 2],
    /// Welch's t of them.
    t: f64,
}

/// The two samples, each without its slowest tenth: that is the machine, not the program.
#[expect(clippy::cast_precision_loss, reason = "of counts and nanoseconds")]
fn welch(samples: [Vec<u128>; 2]) -> Compared {
    let [(mean_a, of_a), (mean_b, of_b)] = samples.map(|mut sample| {
        sample.sort_unstable();
        sample.truncate(sample.len() * 9 / 10);
        let count = sample.len() as f64;
        let mean = sample.iter().map(|&nanos| nanos as f64).sum::<f64>() / count;
        let variance = sample.iter().map(|&nanos| (nanos as f64 - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean, variance / count)
    });
    Compared { means: [mean_a, mean_b], t: (mean_a - mean_b) / (of_a + of_b).sqrt() }
}

/// Holds against each other how long it takes to refuse each of two kinds of texts, which `presented` makes.
///
/// With `PROMENADE_LONG` set, 100,000 samples; otherwise a few, which say nothing, and only the answers are held to.
fn compare(roster: &Roster, mut presented: impl FnMut(&mut Dice, usize) -> String) -> Option<Compared> {
    let long = std::env::var_os("PROMENADE_LONG").is_some();
    let now = at("2026-07-18T12:00:00Z");
    let mut dice = Dice::new(7);
    let mut samples = [Vec::new(), Vec::new()];
    for _ in 0..if long { 100_000 } else { 1_000 } {
        let class = dice.below(2);
        let presented = presented(&mut dice, class);
        let start = Instant::now();
        let caller = black_box(roster.caller(black_box(&presented), now));
        samples[class].push(start.elapsed().as_nanos());
        assert_eq!(caller, None);
    }
    long.then(|| welch(samples))
}

fn other(dice: &mut Dice) -> u8 {
    1 + u8::try_from(dice.below(255)).unwrap()
}

#[test]
fn a_secret_wrong_at_its_first_byte_is_refused_as_slowly_as_one_wrong_at_its_last() {
    let (roster, text) = roster();
    assert!(roster.caller(&text(KNOWN, SECRET), at("2026-07-18T12:00:00Z")).is_some());
    let compared = compare(&roster, |dice, class| {
        let mut secret = SECRET;
        secret[if class == 0 { 0 } else { 31 }] ^= other(dice);
        text(KNOWN, secret)
    });
    assert!(compared.is_none_or(|Compared { t, .. }| t.abs() < 4.5));
}

/// An id is no secret, and to find one in a map costs some nanoseconds; but the hashing, which is what takes long, must
/// not be spared to who has guessed none.
#[test]
fn a_token_of_an_unknown_id_is_refused_about_as_slowly_as_one_of_a_known() {
    let (roster, text) = roster();
    let compared = compare(&roster, |dice, class| {
        let (mut id, mut secret) = (KNOWN, SECRET);
        secret[0] ^= other(dice);
        // Drawn for both, so that what comes before the clock is the same.
        let changed = 1 + u8::try_from(dice.below(31)).unwrap();
        id[0] ^= if class == 0 { 0 } else { changed };
        text(id, secret)
    });
    if let Some(Compared { means: [known, unknown], .. }) = compared {
        assert!((known - unknown).abs() < known / 10.0, "{known} ns and {unknown} ns");
    }
}
