use super::*;
use crate::ids::{ActorId, FeatureId, OrganisationId, TokenId, Version};
use chrono::{DateTime, TimeDelta};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn profile(roles: &[Role]) -> Profile {
    Profile {
        name: Some(Personal::new("Ada Lovelace")),
        email: Some(Personal::new("ada@example.org")),
        organisation: None,
        roles: roles.iter().copied().collect(),
        beaches: Beaches::none(),
        reports_as: None,
    }
}

fn record() -> Record {
    let then = DateTime::UNIX_EPOCH;
    Record { version: Version(1), created_at: then, updated_at: then, erased_at: None }
}

fn actor(roles: &[Role]) -> Actor {
    Actor::new(ActorId::fresh(), profile(roles), record()).unwrap()
}

#[test]
fn an_actor_has_roles_that_go_together_and_what_they_need() {
    use ActorError as E;
    use Role::{Admin, Auditor, Business, Moderator, Patrol, Publisher, Supervisor};
    let tourism = || OrganisationId::new("tourism").ok();
    let erased = Record { erased_at: Some(DateTime::UNIX_EPOCH), ..record() };
    let named = |name: &str| Profile { name: Some(Personal::new(name)), ..profile(&[Admin]) };
    let mailed = |email: &str| Profile { email: Some(Personal::new(email)), ..profile(&[Admin]) };
    let nobody = Profile { name: None, email: None, ..profile(&[Admin]) };
    let forbidden = E::Name(crate::text::TextError::Forbidden(10));
    for (profile, record, want) in [
        (profile(&[Admin, Moderator]), record(), Ok(())),
        (profile(&[]), record(), Err(E::NoRole)),
        (profile(&[Admin, Auditor]), record(), Err(E::AdminAndAuditor)),
        (profile(&[Publisher]), record(), Err(E::NoOrganisation(Publisher))),
        (profile(&[Admin, Business]), record(), Err(E::NoOrganisation(Business))),
        (Profile { organisation: tourism(), ..profile(&[Publisher]) }, record(), Ok(())),
        (profile(&[Patrol]), record(), Err(E::NoBeaches(Patrol))),
        (profile(&[Supervisor]), record(), Err(E::NoBeaches(Supervisor))),
        (Profile { beaches: Beaches::All, ..profile(&[Supervisor]) }, record(), Ok(())),
        (
            Profile { reports_as: Some(ReportsAs::Staff), ..profile(&[Admin]) },
            record(),
            Err(E::ReportsWithoutPatrol),
        ),
        (nobody.clone(), record(), Err(E::NoName)),
        (nobody, erased, Ok(())),
        (named("Ada"), erased, Err(E::Erased)),
        (named("Ada\nLovelace"), record(), Err(forbidden)),
        (named(" "), record(), Err(E::Name(crate::text::TextError::Empty))),
        (mailed("ada"), record(), Err(E::Email)),
        (mailed("@x"), record(), Err(E::Email)),
        (mailed("a b@x"), record(), Err(E::Email)),
        (mailed("a@x"), record(), Ok(())),
    ] {
        let made = Actor::new(ActorId::fresh(), profile.clone(), record);
        assert_eq!(made.map(drop), want, "{profile:?}");
    }
    assert!(Role::ALL.is_sorted_by_key(|role| role.name()));
    assert!(Role::ALL.into_iter().all(|role| Role::named(role.name()) == Some(role)));
}

#[test]
fn an_erased_actor_is_a_pseudonym_with_its_roles() {
    let (before, now) = (actor(&[Role::Admin]), DateTime::UNIX_EPOCH + TimeDelta::days(1));
    let after = before.erased(now);
    let profile = Profile { name: None, email: None, ..profile(&[Role::Admin]) };
    let record = Record { version: Version(2), updated_at: now, erased_at: Some(now), ..record() };
    assert_eq!(after, Actor::new(before.id(), profile, record).unwrap());
}

#[test]
fn nothing_personal_or_secret_is_printed_for_a_programmer() {
    let secret = Secret::from_random([7; 32]);
    let text = TokenText::new(TokenKind::Staff, TokenId::from_random([0; TokenId::LENGTH]), &secret);
    let code = EnrolmentCode::from_random([1; EnrolmentCode::LENGTH]);
    let printed = format!("{:?} {secret:?} {text:?} {code:?} {:?}", actor(&[Role::Admin]), secret.hash());
    for canary in ["Ada", "example.org", "prm_", "1111", "7, 7"] {
        assert!(!printed.contains(canary), "{canary}: {printed}");
    }
}

#[test]
fn a_code_is_read_however_it_is_typed() {
    let code = EnrolmentCode::from_random([0, 1, 33, 10, 20, 31, 9, 0]);
    assert_eq!(code.reveal(), "011A-MZ90");
    for typed in ["011A-MZ90", "011amz90", "O1lA MZ9o", " o-L-i-a-m-z-9-0 "] {
        assert_eq!(EnrolmentCode::read(typed).map(|code| code.hash()), Some(code.hash()), "{typed}");
    }
    for bad in ["", "011AMZ9", "011AMZ900", "011AMZ9U", "011AMZ9é", "011AMZ9\n"] {
        assert!(EnrolmentCode::read(bad).is_none(), "{bad}");
    }
}

#[test]
fn an_enrolment_has_a_name_beaches_and_an_end_within_400_days() {
    let now = DateTime::UNIX_EPOCH;
    let good = Enrolment {
        hash: Secret::from_random([0; 32]).hash(),
        actor: ActorId::fresh(),
        name: Personal::new("Phone 3"),
        beaches: Beaches::These(BTreeSet::from([FeatureId::new("west").unwrap()])),
        reports_as: ReportsAs::Warden,
        device_expires_at: now + Enrolment::LONGEST,
        created_by: ActorId::fresh(),
        created_at: now,
    };
    assert_eq!(good.clone().checked(), Ok(good.clone()));
    let beyond = good.device_expires_at + TimeDelta::milliseconds(1);
    for (bad, error) in [
        (Enrolment { device_expires_at: beyond, ..good.clone() }, EnrolmentError::TooLong(beyond)),
        (Enrolment { device_expires_at: now, ..good.clone() }, EnrolmentError::EndsInThePast(now)),
        (Enrolment { beaches: Beaches::none(), ..good.clone() }, EnrolmentError::NoBeaches),
        (
            Enrolment { name: Personal::new(""), ..good.clone() },
            EnrolmentError::Name(crate::text::TextError::Empty),
        ),
    ] {
        assert_eq!(bad.checked(), Err(error));
    }
}

/// A roster of one actor with one token, and the token's text.
fn one(kind: TokenKind, secret: [u8; 32], expires: Option<i64>, revoked: Option<i64>) -> (Roster, TokenText) {
    let instant = |seconds: i64| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
    let (actor, secret) = (actor(&[Role::Admin]), Secret::from_random(secret));
    let id = TokenId::from_random([3; TokenId::LENGTH]);
    let token = TokenRecord {
        id,
        kind,
        actor: actor.id(),
        hash: secret.hash(),
        created_at: instant(0),
        created_by: "operator".into(),
        expires_at: expires.map(instant),
        revoked_at: revoked.map(instant),
    };
    (Roster::new(Vec::new(), vec![actor], vec![token]), TokenText::new(kind, id, &secret))
}

#[test]
fn a_token_is_accepted_until_it_expires_or_is_revoked_or_its_actor_erased() {
    let at = |seconds: i64| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
    for (expires, revoked, now, want) in [
        (None, None, 9, true),
        (Some(10), None, 9, true),
        (Some(10), None, 10, false),
        (Some(10), Some(5), 9, false),
        (None, Some(5), 4, false),
    ] {
        let (roster, text) = one(TokenKind::Staff, [8; 32], expires, revoked);
        let accepted = roster.caller(text.reveal(), at(now)).is_some();
        assert_eq!((accepted, roster.has_admin(at(now))), (want, want), "{expires:?} {revoked:?} {now}");
    }
    let (roster, text) = one(TokenKind::Staff, [8; 32], None, None);
    let caller = roster.caller(text.reveal(), at(1)).unwrap();
    let erased = Roster::new(
        Vec::new(),
        vec![caller.actor.erased(at(1))],
        roster.tokens_of(caller.actor.id()).into_iter().cloned().collect(),
    );
    assert_eq!(erased.caller(text.reveal(), at(1)), None);
    let (_, of_other_kind) = one(TokenKind::Device, [8; 32], None, None);
    let (_, of_other_secret) = one(TokenKind::Staff, [9; 32], None, None);
    for other in [of_other_kind.reveal(), of_other_secret.reveal(), "", "prm_staff", "Bearer"] {
        assert_eq!(roster.caller(other, at(1)), None, "{other}");
    }
}

proptest! {
    #[test]
    fn a_token_is_read_as_it_was_written(id: [u8; TokenId::LENGTH], secret: [u8; 32], kind in 0_usize..3) {
        let (kind, id, secret) = (TokenKind::ALL[kind], TokenId::from_random(id), Secret::from_random(secret));
        let text = TokenText::new(kind, id, &secret);
        let (read_kind, read_id, read_secret) = TokenText::read(text.reveal()).unwrap();
        prop_assert_eq!((read_kind, read_id, read_secret.hash()), (kind, id, secret.hash()));
    }

    #[test]
    fn a_token_with_one_character_changed_is_never_accepted(secret: [u8; 32], at: usize, to: char) {
        let (roster, text) = one(TokenKind::Staff, secret, None, None);
        let mut changed: Vec<char> = text.reveal().chars().collect();
        let at = at % changed.len();
        prop_assume!(changed[at] != to);
        changed[at] = to;
        let changed: String = changed.into_iter().collect();
        prop_assert_eq!(roster.caller(&changed, DateTime::UNIX_EPOCH), None);
        prop_assert!(roster.caller(text.reveal(), DateTime::UNIX_EPOCH).is_some());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text: String, typed: String) {
        prop_assert!(TokenText::read(&text).is_none());
        if let Some(code) = EnrolmentCode::read(&typed) {
            prop_assert!(EnrolmentCode::read(&code.reveal()).is_some());
        }
    }
}

#[test]
fn each_actor_has_its_own_tokens_oldest_first_and_each_is_found_by_its_id() {
    let actors = [actor(&[Role::Admin]), actor(&[Role::Moderator]), actor(&[Role::Moderator])];
    let token = |n: u8, of: usize, seconds: i64| TokenRecord {
        id: TokenId::from_random([n; TokenId::LENGTH]),
        kind: TokenKind::Staff,
        actor: actors[of].id(),
        hash: Secret::from_random([n; 32]).hash(),
        created_at: DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds),
        created_by: "operator".into(),
        expires_at: None,
        revoked_at: None,
    };
    let tokens = [token(1, 0, 5), token(2, 1, 4), token(3, 0, 3), token(4, 0, 5)];
    let roster = Roster::new(Vec::new(), actors.to_vec(), tokens.to_vec());
    let [first, second, third, fourth] = &tokens;
    assert_eq!(roster.tokens_of(actors[0].id()), [third, first, fourth]);
    assert_eq!(roster.tokens_of(actors[1].id()), [second]);
    assert_eq!(roster.tokens_of(actors[2].id()), [] as [&TokenRecord; 0]);
    for token in &tokens {
        assert_eq!(roster.token(token.id), Some(token));
    }
    assert_eq!(roster.token(TokenId::from_random([5; TokenId::LENGTH])), None);
}
