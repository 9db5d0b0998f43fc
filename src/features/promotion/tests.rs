//! What a promotion may be, and what becomes of it: tables and properties.
use super::*;
use crate::features::field::Kind;
use proptest::prelude::*;

const NOON: &str = "2026-07-18T12:00:00Z";
const HASH: &str = "00";

fn instant_of(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn value(number: usize, text: &str) -> Value {
    let kind: &Kind = &schema::fields(Collection::Promotions)[number].kind;
    let number = || text.parse().ok().and_then(|number| kind.whole(number).ok());
    number().or_else(|| kind.text(text).ok()).unwrap()
}

/// An offer of the cafe's, with these values of other fields.
fn made(others: &[(usize, &str)]) -> Result<Feature, FeatureError> {
    let known = [
        (at::NAME, "Cream tea"),
        (at::KIND, "freebie"),
        (at::VALID_FROM, "2026-07-18T08:00:00Z"),
        (at::VALID_THROUGH, "2026-07-20T17:00:00Z"),
        (at::BUSINESS, "biz-cafe"),
    ];
    let cafe = OrganisationId::new("cafe").unwrap();
    let said = known.iter().chain(others).map(|(number, text)| (*number, value(*number, text)));
    let fields = Fields::new(Promotion::drafted(Some(&cafe)).into_iter().chain(said));
    let id = FeatureId::new("tea").unwrap();
    Feature::new(id, Collection::Promotions, None, None, Status::Active, fields)
}

fn offer() -> Feature {
    made(&[]).unwrap()
}

fn step(feature: &Feature, step: &PromotionStep) -> Result<Feature, IllegalDecision> {
    Promotion::of(feature).unwrap().after(
        step,
        Deciders { by: "m", proposed_by: None },
        HASH,
        instant_of(NOON),
    )
}

fn reject() -> PromotionStep {
    PromotionStep::Reject { reason: "Which day?".into() }
}

const WITHDRAW: PromotionStep = PromotionStep::Withdraw { reason: None };

/// `before` with another name, as an edit makes it.
fn renamed(before: &Feature, name: &str) -> Feature {
    Promotion::edited(before, &before.with_field(at::NAME, Value::Text(name.into())))
}

fn public_name(feature: &Feature) -> Option<&str> {
    Promotion::of(feature).unwrap().public().and_then(|fields| fields.text(at::NAME))
}

#[test]
fn what_is_said_of_an_offer_agrees() {
    let needs = |kind, needs| Err(PromotionError::Needs { kind, needs });
    let excess = |kind, field| Err(PromotionError::Excess { kind, field });
    let window =
        |from, through| PromotionError::Window { from: instant_of(from), through: instant_of(through) };
    let late = "2026-07-20T17:00:00Z";
    for (others, want) in [
        (&[][..], Ok(())),
        (&[(at::KIND, "information")], Ok(())),
        (&[(at::KIND, "percent"), (at::PERCENT, "20")], Ok(())),
        (&[(at::KIND, "percent")], needs("percent", "percent")),
        (&[(at::PERCENT, "20")], excess("freebie", "percent")),
        (&[(at::KIND, "amount"), (at::AMOUNT_PENCE, "150"), (at::AMOUNT_CURRENCY, "GBP")], Ok(())),
        (&[(at::KIND, "amount"), (at::AMOUNT_PENCE, "150")], needs("amount", "amount_currency")),
        (&[(at::KIND, "amount"), (at::AMOUNT_CURRENCY, "GBP")], needs("amount", "amount_pence")),
        (&[(at::AMOUNT_PENCE, "150")], excess("freebie", "amount_pence")),
        (&[(at::VALID_FROM, late)], Err(window(late, late))),
        (&[(at::VALID_FROM, "2026-07-20T16:59:59.999Z")], Ok(())),
        (&[(at::VALID_THROUGH, "2027-07-19T08:00:00Z")], Ok(())),
    ] {
        let got = made(others).map(drop);
        assert_eq!(got, want.map_err(FeatureError::Promotion), "{others:?}");
    }
    let words = |others: &[(usize, &str)]| made(others).and_then(Promotion::worded).map(drop);
    let (late, link) = (instant_of("2027-07-19T08:00:00.001Z"), |field| Err(PromotionError::Link(field)));
    for (number, text, want) in [
        (at::VALID_THROUGH, "2027-07-19T08:00:00.001Z", Err(PromotionError::TooLong { through: late })),
        (at::VALID_THROUGH, "2027-07-19T08:00:00Z", Ok(())),
        (at::NAME, "See HTTP://cafe.test", link("name")),
        (3, "more at Www.cafe.test", link("terms")),
        (3, "(bit.ly/abc)", link("terms")),
        (3, "write to tea@cafe.com!", link("terms")),
        (3, "Cafe.example", link("terms")),
        (3, "visit evil.xyz now", link("terms")),
        (3, "www evil.online/x", link("terms")),
        (3, "evil.top:8080", link("terms")),
        (3, "evil\u{3002}com", link("terms")),
        (3, "evil\u{2024}com", link("terms")),
        (3, "b\u{fc}cher.de", link("terms")),
        (3, "order at me@pizzeria", link("terms")),
        (3, "Tea.Cake", link("terms")),
        (3, "Tea @ four, 9.30-17.30, Mon.-Fri., e.g. scones, 2.5kg, \u{a3}1.50!", Ok(())),
        (3, "tea/coffee 1/2 price, £3.50/person, 9 a.m./p.m., St. Osyth, No.5", Ok(())),
        (at::URL, "https://cafe.example/tea", Ok(())),
        (at::NAME, "Fr\u{200B}ee", Err(PromotionError::Unseen { field: "name", code: 0x200B })),
    ] {
        assert_eq!(words(&[(number, text)]), want.map_err(FeatureError::Promotion), "{text}");
    }
    let unfounded = offer().fields().with([(at::MODERATION, Some(Moderation::Approved.value()))]);
    let error = PromotionError::Approved { found: 0, moderation: Moderation::Approved };
    assert_eq!(check(&unfounded), Err(error));
}

#[test]
fn every_step_from_every_stage_is_as_the_table_has_it() {
    use Moderation::{Approved, Draft, Rejected, Submitted};
    let not_waiting = |moderation| Err(IllegalDecision::NotWaiting(moderation));
    let nothing = Err(IllegalDecision::NothingToWithdraw);
    let (submit, approve, reject) = (PromotionStep::Submit, PromotionStep::Approve, reject());
    for (moderation, stands, wants) in [
        (Draft, false, [Ok(Submitted), not_waiting(Draft), not_waiting(Draft), nothing]),
        (Draft, true, [Ok(Submitted), not_waiting(Draft), not_waiting(Draft), Ok(Draft)]),
        (Submitted, false, [Ok(Submitted), Ok(Approved), Ok(Rejected), Ok(Draft)]),
        (Submitted, true, [Ok(Submitted), Ok(Approved), Ok(Rejected), Ok(Draft)]),
        (
            Approved,
            true,
            [Err(IllegalDecision::Approved), not_waiting(Approved), not_waiting(Approved), Ok(Draft)],
        ),
        (Rejected, false, [Ok(Submitted), not_waiting(Rejected), not_waiting(Rejected), nothing]),
        (Rejected, true, [Ok(Submitted), not_waiting(Rejected), not_waiting(Rejected), Ok(Draft)]),
    ] {
        for (step, want) in [&submit, &approve, &reject, &WITHDRAW].into_iter().zip(wants) {
            let stage = PromotionStage { moderation, stands, over: false };
            assert_eq!(moderated(stage, step), want, "{stage:?} {step:?}");
            // Nobody could have what is over; it can still be refused, and taken back.
            let shows = matches!(
                (step, moderation),
                (PromotionStep::Submit, Draft | Rejected) | (PromotionStep::Approve, Submitted)
            );
            let over = if shows { Err(IllegalDecision::Over) } else { want };
            assert_eq!(moderated(PromotionStage { over: true, ..stage }, step), over, "{stage:?} {step:?}");
        }
    }
}

#[test]
fn what_was_approved_stays_public_while_a_change_is_looked_at_or_not_as_its_business_chooses() {
    let submitted = step(&offer(), &PromotionStep::Submit).unwrap();
    assert_eq!(public_name(&submitted), None);
    let approved = step(&submitted, &PromotionStep::Approve).unwrap();
    assert_eq!(public_name(&approved), Some("Cream tea"));
    let edited = renamed(&approved, "Gin");
    let moderation = |feature: &Feature| Promotion::of(feature).unwrap().moderation();
    assert_eq!((moderation(&edited), public_name(&edited)), (Moderation::Draft, Some("Cream tea")));
    let again = step(&edited, &PromotionStep::Submit).unwrap();
    assert_eq!(public_name(&again), Some("Cream tea"));
    let hidden = Promotion::edited(&again, &again.with_field(at::KEEP_PUBLIC, Value::Flag(false)));
    // That is no content, so it waits on.
    assert_eq!((moderation(&hidden), public_name(&hidden)), (Moderation::Submitted, None));
    let rejected = step(&again, &reject()).unwrap();
    assert_eq!((moderation(&rejected), public_name(&rejected)), (Moderation::Rejected, Some("Cream tea")));
    // The text that was approved is approved again when it comes back.
    let back = renamed(&rejected, "Cream tea");
    assert_eq!((moderation(&back), public_name(&back)), (Moderation::Approved, Some("Cream tea")));
    let withdrawn = step(&again, &WITHDRAW).unwrap();
    assert_eq!((moderation(&withdrawn), public_name(&withdrawn)), (Moderation::Draft, None));
    assert_eq!(Promotion::of(&withdrawn).unwrap().lifecycle(instant_of(NOON)), Lifecycle::Withdrawn);
}

#[test]
fn an_offer_holds_from_its_beginning_until_before_its_end() {
    let approved = step(&step(&offer(), &PromotionStep::Submit).unwrap(), &PromotionStep::Approve).unwrap();
    for (now, want, holds, next) in [
        ("2026-07-18T07:59:59.999Z", Lifecycle::Scheduled, false, Some("2026-07-18T08:00:00Z")),
        ("2026-07-18T08:00:00Z", Lifecycle::Active, true, Some("2026-07-20T17:00:00Z")),
        ("2026-07-20T16:59:59.999Z", Lifecycle::Active, true, Some("2026-07-20T17:00:00Z")),
        ("2026-07-20T17:00:00Z", Lifecycle::Expired, false, None),
    ] {
        let promotion = Promotion::of(&approved).unwrap();
        let now = instant_of(now);
        let got = (promotion.lifecycle(now), promotion.holds(now), promotion.next_change(now));
        assert_eq!(got, (want, holds, next.map(instant_of)), "{now}");
    }
}

#[test]
fn decisions_are_kept_the_last_first_and_twenty_of_them() {
    let mut feature = offer();
    for n in 0..25 {
        feature = step(&renamed(&feature, &format!("Tea {n}")), &PromotionStep::Submit).unwrap();
        feature = step(&feature, &reject()).unwrap();
    }
    let decisions = Promotion::of(&feature).unwrap().decisions();
    assert_eq!(decisions.len(), DECISIONS);
    for decision in decisions {
        assert_eq!(decision.text(decision_at::DECISION), Some("rejected"));
        assert_eq!(decision.text(decision_at::REASON), Some("Which day?"));
        assert_eq!(decision.text(decision_at::BY), Some("m"));
    }
}

#[derive(Clone, Debug)]
enum Deed {
    Edit(u8),
    Keep(bool),
    Undo,
    Step(PromotionStep),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        (0..3_u8).prop_map(Deed::Edit),
        any::<bool>().prop_map(Deed::Keep),
        Just(Deed::Undo),
        Just(Deed::Step(PromotionStep::Submit)),
        Just(Deed::Step(PromotionStep::Approve)),
        Just(Deed::Step(reject())),
        Just(Deed::Step(WITHDRAW)),
    ];
    prop::collection::vec(deed, 0..30)
}

proptest! {
    /// Whatever is done in whatever order: readers see nothing but what a moderator had before them when they approved.
    #[test]
    fn readers_see_only_what_was_approved(deeds in deeds()) {
        let (mut feature, mut before) = (offer(), offer());
        let mut seen: Vec<String> = Vec::new();
        for deed in deeds {
            let stood = feature.clone();
            feature = match &deed {
                Deed::Edit(n) => renamed(&feature, &format!("Tea {n}")),
                Deed::Keep(keep) => {
                    Promotion::edited(&feature, &feature.with_field(at::KEEP_PUBLIC, Value::Flag(*keep)))
                }
                Deed::Undo => Promotion::of(&feature).unwrap().saying(&Promotion::of(&before).unwrap()),
                Deed::Step(taken) => {
                    let after = step(&feature, taken);
                    if *taken == PromotionStep::Approve && after.is_ok() {
                        seen.push(feature.name().to_owned());
                    }
                    after.unwrap_or(feature)
                }
            };
            before = stood;
            prop_assert_eq!(check(feature.fields()), Ok(()));
            if let Some(name) = public_name(&feature) {
                prop_assert!(seen.iter().any(|approved| approved == name), "{name} after {deed:?}");
            }
            let promotion = Promotion::of(&feature).unwrap();
            let approved = promotion.moderation() == Moderation::Approved;
            prop_assert!(!approved || promotion.approved() == Some(&promotion.content()));
        }
    }
}
