//! Tokens: what an actor shows. The text is seen once; kept is a hash of the secret in it.
use crate::ids::{ActorId, TokenId};
use chrono::{DateTime, Utc};
use data_encoding::{Encoding, Specification};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::LazyLock;
use subtle::ConstantTimeEq;

/// Crockford's base 32 in lower case: no letter is taken for a digit. Bits beyond the last byte must be zero, so a
/// value has one notation.
static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut alphabet = Specification::new();
    alphabet.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    alphabet.encoding().expect("32 different ASCII characters")
});

/// What kind of bearer a token is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenKind {
    /// A business.
    Business,
    /// A phone that an enrolment code has let in.
    Device,
    /// A person of the council or of an organisation.
    Staff,
}

impl TokenKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Business, Self::Device, Self::Staff];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Device => "device",
            Self::Staff => "staff",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The 256 random bits in a token.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// The secret made of these bytes, which must be as good as random.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// What is kept of it. One round, unsalted: there is nothing to guess in 256 random bits.
    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0).into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The SHA-256 of a secret. Compared in constant time.
#[derive(Clone, Copy)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// What a secret is held against when there is no token of its id: no secret is known to have this hash.
    pub(super) const NOBODYS: Self = Self([0; 32]);

    pub(super) fn new(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    /// The hash as it is stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Why bytes are not a [`SecretHash`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash has 32 bytes, not {0}")]
pub struct SecretHashError(usize);

impl TryFrom<&[u8]> for SecretHash {
    type Error = SecretHashError;

    fn try_from(bytes: &[u8]) -> Result<Self, SecretHashError> {
        bytes.try_into().map(Self).map_err(|_| SecretHashError(bytes.len()))
    }
}

impl PartialEq for SecretHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretHash {}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

/// A whole token, as its bearer has it: `prm_<kind>_<id>_<secret><crc>`.
///
/// The checksum tells a token that was mistyped or cut from one that is not known, and lets a program that looks for
/// leaked secrets be sure that it found one.
#[derive(Clone)]
pub struct TokenText(String);

const PREFIX: &str = "prm";
/// Characters of 4 bytes in base 32.
const CHECKSUM: usize = 7;

impl TokenText {
    /// The text of a token.
    pub fn new(kind: TokenKind, id: TokenId, secret: &Secret) -> Self {
        let mut text = format!("{PREFIX}_{}_{id}_{}", kind.name(), BASE32.encode(&secret.0));
        text.push_str(&checksum(&text));
        Self(text)
    }

    /// The text itself: to be shown to its bearer, once, and nowhere else.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What a presented text is made of; none when it is no token, or not as it was given out.
    pub fn read(presented: &str) -> Option<(TokenKind, TokenId, Secret)> {
        let at = presented.len().checked_sub(CHECKSUM)?;
        let (body, check) = presented.split_at_checked(at)?;
        let mut parts = body.split('_');
        let (prefix, kind, id, secret) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if prefix != PREFIX || parts.next().is_some() || checksum(body) != check {
            return None;
        }
        let secret = BASE32.decode(secret.as_bytes()).ok()?;
        Some((TokenKind::named(kind)?, TokenId::new(id).ok()?, Secret(secret.try_into().ok()?)))
    }
}

impl fmt::Debug for TokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenText(…)")
    }
}

fn checksum(body: &str) -> String {
    BASE32.encode(&crc32fast::hash(body.as_bytes()).to_be_bytes())
}

/// A token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRecord {
    /// Its id, which its text begins with.
    pub id: TokenId,
    /// What kind of bearer it is for.
    pub kind: TokenKind,
    /// Whose it is.
    pub actor: ActorId,
    /// The hash of its secret.
    pub hash: SecretHash,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// By whom, as the audit has it.
    pub created_by: Box<str>,
    /// From when on it is not accepted; none: until it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Whether a token is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is.
    Live,
    /// Its time is over.
    Expired,
    /// Somebody revoked it.
    Revoked,
}

impl State {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl TokenRecord {
    /// Whether it is accepted at `now`.
    pub fn state(&self, now: DateTime<Utc>) -> State {
        if self.revoked_at.is_some() {
            State::Revoked
        } else if self.expires_at.is_some_and(|expires| expires <= now) {
            State::Expired
        } else {
            State::Live
        }
    }
}
