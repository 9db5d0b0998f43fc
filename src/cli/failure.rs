//! How the program ends when it cannot do what was asked: a message that says what to do, and a code.
use super::tell;
use crate::app::{Error, ReadError, StartError};
use crate::socket::AskError;
use crate::store::{LocationError, LockError, StoreError};
use std::process::ExitCode;

pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  refused, the area has findings, or the audit does not hold
  2  the command line was not understood
  3  the database cannot be used
  4  an address cannot be listened at
  5  stopped, because the database could not be trusted any more";

/// Why it ends, by what a script would do about it.
#[derive(Debug)]
pub(super) enum Failure {
    /// It was refused, for reasons listed a line each.
    Refused(Vec<String>),
    /// An area folder has findings, a line each.
    Findings(Vec<String>),
    /// The database cannot be used.
    Database(anyhow::Error),
    /// An address cannot be listened at.
    Listen(anyhow::Error),
    /// The database could not be trusted any more.
    Fatal(String),
    /// Anything else.
    General(anyhow::Error),
}

impl Failure {
    pub(super) fn general(error: anyhow::Error) -> Self {
        Self::General(error)
    }

    /// Prints the message, and gives the code.
    pub(super) fn report(self) -> ExitCode {
        let code = match &self {
            Self::Refused(_) | Self::Findings(_) | Self::General(_) => 1,
            Self::Database(_) => 3,
            Self::Listen(_) => 4,
            Self::Fatal(_) => 5,
        };
        match self {
            Self::Refused(lines) => lines.iter().for_each(|line| tell(format_args!("error: {line}"))),
            Self::Findings(lines) => lines.iter().for_each(tell),
            Self::Database(error) | Self::Listen(error) | Self::General(error) => {
                tell(format_args!("error: {error:#}"));
            }
            Self::Fatal(cause) => tell(format_args!("error: stopped, because a write failed: {cause}")),
        }
        ExitCode::from(code)
    }
}

/// These say in one sentence what their causes say: printed as a chain, they would say it thrice.
macro_rules! database {
    ($($error:ty)*) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::Database(anyhow::Error::msg(error.to_string()))
            }
        })*
    };
}

database! { StoreError LockError AskError LocationError ReadError }

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Import(cause) => (*cause).into(),
            StartError::Read(cause) => cause.into(),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            refused @ (Error::Refused(_) | Error::Document(_) | Error::OutsideArea { .. }) => {
                Self::Refused(vec![refused.to_string()])
            }
            other @ (Error::Busy | Error::Unavailable(_) | Error::OutcomeUnknown(_) | Error::Stopping) => {
                Self::Database(anyhow::Error::msg(other.to_string()))
            }
        }
    }
}
