//! Decimal numbers without rounding, for the percentages and factors that decide. Knows no rule.
use std::fmt;
use std::str::FromStr;

/// A decimal number, kept exactly: at most [`Decimal::PLACES`] places, and less than a billion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Decimal(i128);

/// Why a text is not a [`Decimal`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not a number in decimal notation.
    #[error("`{0}` is not a decimal number")]
    Syntax(String),
    /// It would have to be rounded.
    #[error("`{0}` has more than {places} decimal places", places = Decimal::PLACES)]
    TooFine(String),
    /// A billion or more.
    #[error("`{0}` is too large: less than 1000000000 was expected")]
    TooLarge(String),
}

impl Decimal {
    /// The most places behind the point.
    pub const PLACES: usize = 18;
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// One, in the units it is kept in.
    const ONE: i128 = 10_i128.pow(18);

    /// A number of tenths.
    pub const fn tenths(tenths: i32) -> Self {
        Self(tenths as i128 * (Self::ONE / 10))
    }

    /// A whole number.
    pub const fn whole(number: i32) -> Self {
        Self(number as i128 * Self::ONE)
    }

    /// A thousandth.
    pub const fn thousandth() -> Self {
        Self(Self::ONE / 1_000)
    }

    /// `number` in the units in which [`Decimal::times`] answers.
    pub(super) fn units(number: i128) -> i128 {
        number * Self::ONE
    }

    /// So many times the number, in units of its last place; `number` up to 10^12 by the callers' types.
    pub(super) fn times(self, number: i64) -> i128 {
        self.0 * i128::from(number)
    }

    /// The sum.
    pub(super) fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// The difference.
    pub(super) fn minus(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }

    /// The whole part of `number` times this, divided by `divisor`. None of them is negative.
    pub(super) fn share(self, number: i64, divisor: i128) -> i64 {
        i64::try_from(self.times(number) / Self::units(divisor)).unwrap_or(i64::MAX)
    }

    /// The whole milliseconds in so many minutes, rounded up: an age of whole milliseconds is under the one exactly
    /// when it is under the other.
    pub(super) fn minutes(self) -> i64 {
        let exact = self.times(super::MINUTE);
        i64::try_from(exact.div_euclid(Self::ONE) + i128::from(exact.rem_euclid(Self::ONE) > 0))
            .unwrap_or(i64::MAX)
    }

    /// The nearest binary number, for what is not exact anyway.
    pub fn to_f64(self) -> f64 {
        self.to_string().parse().expect("a decimal number")
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    /// Reads `8.5`, `-2`, `1.5e1`: what JSON calls a number.
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let shown = || text.chars().take(60).collect::<String>();
        let syntax = || DecimalError::Syntax(shown());
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (number, exponent) = match rest.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i16>().map_err(|_| syntax())?),
            None => (rest, 0),
        };
        let (whole, fraction) = match number.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return Err(syntax()),
            None => (number, ""),
        };
        let digits = format!("{whole}{fraction}");
        if whole.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(syntax());
        }
        let significant = digits.trim_matches('0');
        if significant.is_empty() {
            return Ok(Self::ZERO);
        }
        let trailing = digits.len() - digits.trim_end_matches('0').len();
        let length = |text: &str| i64::try_from(text.len()).unwrap_or(i64::MAX);
        // How many places the significant digits have to move to be counted in units of the last place.
        let places = i64::try_from(Self::PLACES).expect("18");
        let shift =
            places - length(fraction) + i64::from(exponent) + i64::try_from(trailing).unwrap_or(i64::MAX);
        let shift = u32::try_from(shift).map_err(|_| DecimalError::TooFine(shown()))?;
        let units = significant.parse::<i128>().ok();
        let units = units.and_then(|units| units.checked_mul(10_i128.checked_pow(shift)?));
        let units = units.filter(|units| *units < Self::units(1_000_000_000));
        let units = units.ok_or_else(|| DecimalError::TooLarge(shown()))?;
        Ok(Self(if negative { -units } else { units }))
    }
}

/// As short as it can be: `8.5`, `50`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0.unsigned_abs() / Self::ONE.unsigned_abs(), self.0.unsigned_abs());
        let fraction = format!("{:018}", rest % Self::ONE.unsigned_abs());
        let sign = if self.0 < 0 { "-" } else { "" };
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            fraction => write!(f, "{sign}{whole}.{fraction}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_exactly_or_not_at_all() {
        #[rustfmt::skip]
        let cases = [
            ("8.5", Ok("8.5")), ("50", Ok("50")), ("-2.50", Ok("-2.5")), ("0", Ok("0")), ("-0.0", Ok("0")),
            ("1.5e1", Ok("15")), ("5E-1", Ok("0.5")), ("1e+2", Ok("100")), ("0e-999", Ok("0")),
            ("33.333333333333333333", Ok("33.333333333333333333")),
            ("0.1000000000000000000000", Ok("0.1")), ("00100.0", Ok("100")),
            ("0.000000000000000001", Ok("0.000000000000000001")),
            ("999999999.999999999999999999", Ok("999999999.999999999999999999")),
            ("0.0000000000000000001", Err("`0.0000000000000000001` has more than 18 decimal places")),
            ("1e-19", Err("`1e-19` has more than 18 decimal places")),
            ("1000000000", Err("`1000000000` is too large: less than 1000000000 was expected")),
            ("9e32767", Err("`9e32767` is too large: less than 1000000000 was expected")),
            ("1e99999", Err("`1e99999` is not a decimal number")),
            ("", Err("`` is not a decimal number")), (".5", Err("`.5` is not a decimal number")),
            ("5.", Err("`5.` is not a decimal number")), ("NaN", Err("`NaN` is not a decimal number")),
            ("0x5A", Err("`0x5A` is not a decimal number")), ("--1", Err("`--1` is not a decimal number")),
            ("1 ", Err("`1 ` is not a decimal number")), ("\"8.5\"", Err("`\"8.5\"` is not a decimal number")),
        ];
        for (text, want) in cases {
            let read =
                text.parse::<Decimal>().map(|read| read.to_string()).map_err(|error| error.to_string());
            assert_eq!(read, want.map(ToOwned::to_owned).map_err(ToOwned::to_owned), "{text}");
        }
    }

    #[test]
    fn minutes_are_whole_milliseconds_rounded_up() {
        for (text, want) in [("30", 1_800_000), ("0.5", 30_000), ("0.00001", 1), ("7.000001", 420_001)] {
            assert_eq!(text.parse::<Decimal>().unwrap().minutes(), want, "{text}");
        }
    }
}
