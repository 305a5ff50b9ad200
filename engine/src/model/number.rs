//! Exact decimal numbers, as DynamoDB has them: up to 38 significant digits, magnitude 1E-130 to
//! 9.99…E+125, and zero.

use std::fmt;

/// An exact number, normalised: no trailing zero in the coefficient, one zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    negative: bool,
    exponent: i16,
    coefficient: u128,
}

/// Why a text or a sum is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// The text is not a number at all.
    Malformed,
    /// More than 38 significant digits.
    Precision,
    /// Magnitude above 9.99…E+125.
    Overflow,
    /// Magnitude below 1E-130.
    Underflow,
}

impl Number {
    /// Zero.
    pub const ZERO: Number = Number { negative: false, exponent: 0, coefficient: 0 };

    /// Reads a number as DynamoDB does.
    pub fn parse(_text: &str) -> Result<Number, NumberError> {
        Err(NumberError::Malformed)
    }

    /// The exact sum.
    pub fn checked_add(self, _other: Number) -> Result<Number, NumberError> {
        Err(NumberError::Precision)
    }

    /// The exact difference.
    pub fn checked_sub(self, other: Number) -> Result<Number, NumberError> {
        self.checked_add(Number { negative: !other.negative, ..other })
    }

    /// The size that DynamoDB meters, in bytes.
    pub fn size_bytes(&self) -> usize {
        1
    }

    /// Appends bytes whose order is the numbers' order.
    pub fn write_key(&self, _into: &mut Vec<u8>) {}

    /// Reads what [`Number::write_key`] wrote, from the start of `bytes`, and how many bytes it was.
    pub fn read_key(_bytes: &[u8]) -> Option<(Number, usize)> {
        None
    }

    /// The parts: sign, exponent of ten, coefficient.
    pub fn parts(&self) -> (bool, i16, u128) {
        (self.negative, self.exponent, self.coefficient)
    }

    /// The number of those parts (as [`Number::parts`] gave them).
    pub fn from_parts(negative: bool, exponent: i16, coefficient: u128) -> Number {
        Number { negative, exponent, coefficient }
    }

    /// The number as a whole number, where it is one and fits.
    pub fn to_i64(&self) -> Option<i64> {
        None
    }
}

impl From<i64> for Number {
    fn from(_value: i64) -> Number {
        Number::ZERO
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> std::cmp::Ordering {
        self.coefficient.cmp(&other.coefficient)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.coefficient)
    }
}
