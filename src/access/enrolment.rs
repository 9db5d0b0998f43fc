//! Enrolment codes: eight characters that a supervisor reads out, and a phone becomes a device of a patrol.
use super::actor::{Actor, Personal};
use super::role::{Beaches, ReportsAs};
use super::token::SecretHash;
use crate::ids::ActorId;
use crate::text::TextError;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use std::fmt;

/// The 40 random bits of a code. Few enough to be typed; hence ten minutes, a single use, and few tries.
#[derive(Clone)]
pub struct EnrolmentCode([u8; Self::LENGTH]);

impl EnrolmentCode {
    /// Characters it has.
    pub const LENGTH: usize = 8;
    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// The code made of these random bytes.
    pub fn from_random(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes.map(|byte| Self::ALPHABET[usize::from(byte % 32)]))
    }

    /// The code that somebody typed: in either case, with hyphens and spaces, O for zero, I and L for one.
    pub fn read(typed: &str) -> Option<Self> {
        let mut code = [0; Self::LENGTH];
        let mut read = 0;
        for typed in typed.bytes().filter(|byte| !matches!(byte, b'-' | b' ')) {
            let symbol = match typed.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            if !Self::ALPHABET.contains(&symbol) {
                return None;
            }
            *code.get_mut(read)? = symbol;
            read += 1;
        }
        (read == Self::LENGTH).then_some(Self(code))
    }

    /// The code as it is read out, `7K3P-9QXM`: to be shown to who made it, once.
    pub fn reveal(&self) -> String {
        let text = std::str::from_utf8(&self.0).expect("the alphabet is ASCII");
        let (first, last) = text.split_at(Self::LENGTH / 2);
        format!("{first}-{last}")
    }

    /// What is kept of it.
    pub fn hash(&self) -> SecretHash {
        SecretHash::new(Sha256::digest(self.0).into())
    }
}

impl fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnrolmentCode(…)")
    }
}

/// What a code gives to who types it in. It is gone when it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// The hash of the code.
    pub hash: SecretHash,
    /// The id the device's actor will have.
    pub actor: ActorId,
    /// Its name.
    pub name: Personal,
    /// The beaches it will report from.
    pub beaches: Beaches,
    /// The capacity it will report in.
    pub reports_as: ReportsAs,
    /// When the device's token expires.
    pub device_expires_at: DateTime<Utc>,
    /// Who made the code.
    pub created_by: ActorId,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Why a phone cannot be enrolled so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnrolmentError {
    /// The name cannot be one.
    #[error("the name {0}")]
    Name(TextError),
    /// A patrol has beaches.
    #[error("a device needs beaches")]
    NoBeaches,
    /// It would be over before it begins.
    #[error("a device until {0} is over already")]
    EndsInThePast(DateTime<Utc>),
    /// Longer than a season can be.
    #[error("a device until {0} would last longer than 400 days")]
    TooLong(DateTime<Utc>),
}

impl Enrolment {
    /// How long a code may be used.
    pub const VALID: TimeDelta = TimeDelta::minutes(10);
    /// The longest that a device may stay enrolled: a season, and the next one's beginning.
    pub const LONGEST: TimeDelta = TimeDelta::days(400);

    /// This enrolment, when it can be one.
    pub fn checked(self) -> Result<Self, EnrolmentError> {
        let name = Actor::checked_name(&self.name).map_err(EnrolmentError::Name)?;
        if self.beaches.is_none() {
            return Err(EnrolmentError::NoBeaches);
        }
        if self.device_expires_at <= self.created_at {
            return Err(EnrolmentError::EndsInThePast(self.device_expires_at));
        }
        if self.created_at + Self::LONGEST < self.device_expires_at {
            return Err(EnrolmentError::TooLong(self.device_expires_at));
        }
        Ok(Self { name, ..self })
    }

    /// Until when the code may be used.
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.created_at + Self::VALID
    }
}
