//! Anchors: the number and hash of a row, kept where whoever can write the database cannot.
use super::NOTHING;
use crate::store::head::Head;
use std::fmt;
use std::str::FromStr;

/// The number of a row of the audit and its hash, which covers all before it: 0 and zeros before the first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    /// The number.
    pub seq: i64,
    /// The hash.
    pub hash: Vec<u8>,
}

/// Why a text is not an [`Anchor`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an anchor is a number, a colon and 64 hexadecimal digits")]
pub struct AnchorError;

impl Anchor {
    /// The anchors in `text`, in their order, wherever they stand in a line: a log can be given as it is.
    pub fn all_in(text: &str) -> Vec<Self> {
        let mut found = Vec::new();
        for (colon, _) in text.match_indices(':') {
            let (before, after) = (&text.as_bytes()[..colon], &text.as_bytes()[colon + 1..]);
            let digits = before.iter().rev().take_while(|b| b.is_ascii_digit()).count();
            let length = after.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
            found.extend(text[colon - digits..=colon + length].parse::<Self>());
        }
        found
    }
}

impl Head {
    /// The end of the audit, to be kept outside.
    pub fn anchor(&self) -> Anchor {
        Anchor { seq: self.audit_seq, hash: self.audit_hash.clone() }
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.seq)?;
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Anchor {
    type Err = AnchorError;

    fn from_str(text: &str) -> Result<Self, AnchorError> {
        let (seq, hex) = text.split_once(':').ok_or(AnchorError)?;
        let digits = seq.bytes().all(|b| b.is_ascii_digit());
        let seq = digits.then(|| seq.parse().ok()).flatten().ok_or(AnchorError)?;
        let pairs = hex.as_bytes().chunks(2);
        let digit = |b: u8| char::from(b).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let byte = |pair: &[u8]| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        };
        let hash: Vec<u8> = pairs.map(byte).collect::<Option<_>>().ok_or(AnchorError)?;
        if hash.len() == NOTHING.len() { Ok(Self { seq, hash }) } else { Err(AnchorError) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchor(seq: i64) -> Anchor {
        Anchor { seq, hash: (0..32).map(|n| n * 7).collect() }
    }

    #[test]
    fn an_anchor_is_read_as_it_is_written() {
        for seq in [0, 1, 1_000_000, i64::MAX] {
            assert_eq!(anchor(seq).to_string().parse(), Ok(anchor(seq)));
        }
        let text = anchor(7).to_string();
        for bad in
            ["", ":", "7:", "7", &text[..65], &format!("{text}0"), &format!("-{text}"), &format!("x{text}")]
        {
            assert_eq!(bad.parse::<Anchor>(), Err(AnchorError), "{bad}");
        }
        assert_eq!(format!("9223372036854775808:{}", "0".repeat(64)).parse::<Anchor>(), Err(AnchorError));
    }

    #[test]
    fn anchors_are_found_wherever_they_stand_in_a_log() {
        let (a, b) = (anchor(12), anchor(340));
        for (text, want) in [
            (format!(r#"{{"timestamp":"2026-07-18T12:00:00Z","anchor":"{a}"}}"#), vec![a.clone()]),
            (
                format!("2026-07-18T12:00:00Z \u{1b}[3manchor\u{1b}[0m\u{1b}[2m=\u{1b}[0m{a}\n"),
                vec![a.clone()],
            ),
            (format!("{a}\nnothing: 12:00:00\n\n{b}"), vec![a.clone(), b.clone()]),
            (format!("{a}f {b}."), vec![b.clone()]),
            ("12:00:00 é: €:".to_owned(), vec![]),
        ] {
            assert_eq!(Anchor::all_in(&text), want, "{text}");
        }
    }
}
