//! Where secrets come from: the only ones that ask the operating system for random bytes.
use crate::access::{EnrolmentCode, Secret};
use crate::command::NewToken;
use crate::ids::TokenId;
use chrono::{DateTime, Utc};

/// A token to be made, and the secret that goes into its text.
pub fn new_token(expires_at: Option<DateTime<Utc>>) -> (NewToken, Secret) {
    let secret = Secret::from_random(random());
    (NewToken { id: TokenId::from_random(random()), hash: secret.hash(), expires_at }, secret)
}

/// An enrolment code.
pub fn new_code() -> EnrolmentCode {
    EnrolmentCode::from_random(random())
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("an operating system with random bytes");
    bytes
}
