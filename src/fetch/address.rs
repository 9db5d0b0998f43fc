//! Addresses that may be asked at all, by their text alone.
use std::fmt;

/// An `https` address with the name of a host. It has no user information and no fragment; its host is in lower case and
/// has no digits where an IP address would have them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    text: String,
    host: String,
    port: u16,
}

/// Why a text is not an [`Address`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Another scheme, or none.
    #[error("begins with `{0}`, not with https://")]
    Scheme(String),
    /// Characters that RFC 3986 has no use for, or too many.
    #[error("is not an address of at most 2,000 characters of RFC 3986")]
    Characters,
    /// A name or a password.
    #[error("has user information: leave out what stands before `@`")]
    User,
    /// A part that is not sent.
    #[error("has a fragment: leave out `#` and what follows")]
    Fragment,
    /// A number, or a name that is none in the DNS.
    #[error(
        "the host `{0}` is not a name in the DNS: IP addresses are not taken, whichever way they are written"
    )]
    Host(String),
    /// A port of something else.
    #[error("the port `{0}` is not one that feeds are at: 443, or 1024 and over")]
    Port(String),
}

impl Address {
    const LONGEST: usize = 2_000;
    /// The port of `https`.
    const PORT: u16 = 443;

    /// The address that `text` is.
    pub fn new(text: &str) -> Result<Self, AddressError> {
        let Some(rest) = text.strip_prefix("https://") else {
            return Err(AddressError::Scheme(text.chars().take(12).collect()));
        };
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&b);
        if Self::LONGEST < text.len() || !text.bytes().all(allowed) {
            return Err(AddressError::Characters);
        }
        if rest.contains('#') {
            return Err(AddressError::Fragment);
        }
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        if authority.contains('@') {
            return Err(AddressError::User);
        }
        let (host, port) = match authority.split_once(':').filter(|_| !authority.starts_with('[')) {
            None => (authority, Self::PORT),
            Some((host, digits)) => {
                let port = digits.parse::<u16>().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()));
                let port = port.filter(|port| *port == Self::PORT || 1024 <= *port);
                (host, port.ok_or_else(|| AddressError::Port(digits.chars().take(40).collect()))?)
            }
        };
        if !is_name(host) {
            return Err(AddressError::Host(host.chars().take(80).collect()));
        }
        let text = format!("https://{}{}", authority.to_ascii_lowercase(), &rest[authority.len()..]);
        Ok(Self { text, host: host.to_ascii_lowercase(), port })
    }

    /// The address that `next` is, as this one's document names it: whole, or beginning with `/` at the same host.
    pub fn join(&self, next: &str) -> Result<Self, AddressError> {
        if next.starts_with('/') && !next.starts_with("//") {
            let authority = self.text["https://".len()..].split(['/', '?']).next().unwrap_or_default();
            return Self::new(&format!("https://{authority}{next}"));
        }
        Self::new(next)
    }

    /// Its host.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether `other` is at the same host and port.
    pub fn is_beside(&self, other: &Self) -> bool {
        (&self.host, self.port) == (&other.host, other.port)
    }

    /// All of it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether `host` is a name in the DNS with a domain. The last label begins with a letter: where it begins with a digit,
/// clients read the whole as an IPv4 address, however it is written.
fn is_name(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    host.len() <= 253
        && host.contains('.')
        && host.split('.').all(label)
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
}
