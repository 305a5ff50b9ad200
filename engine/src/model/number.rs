//! Exact decimal numbers, as DynamoDB has them: up to 38 significant digits, magnitude 1E-130 to
//! 9.99…E+125, and zero.
//!
//! Owns reading, writing, sums, order, the metered size and the key bytes of numbers. Never rounds and
//! never goes through a float. Follows
//! [Number](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number).

use std::cmp::Ordering;
use std::fmt;

/// How many significant digits a number has at most.
const DIGITS: u32 = 38;
/// The largest power of ten of a number's first digit.
const MAX_MAGNITUDE: i64 = 125;
/// The smallest power of ten of a number's first digit.
const MIN_MAGNITUDE: i64 = -130;

/// An exact number, normalised: no trailing zero in the coefficient, one zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

fn digits(coefficient: u128) -> u32 {
    // Nearly all are short, and long arithmetic is slow.
    if let Ok(short) = u64::try_from(coefficient) {
        return short.checked_ilog10().map_or(0, |log| log + 1);
    }
    coefficient.checked_ilog10().map_or(0, |log| log + 1)
}

fn check_magnitude(magnitude: i64) -> Result<(), NumberError> {
    match magnitude {
        ..MIN_MAGNITUDE => Err(NumberError::Underflow),
        MIN_MAGNITUDE..=MAX_MAGNITUDE => Ok(()),
        _ => Err(NumberError::Overflow),
    }
}

impl Number {
    /// Zero.
    pub const ZERO: Number = Number { negative: false, exponent: 0, coefficient: 0 };

    /// Reads a number as DynamoDB does: a sign, digits with or without a point, an exponent. Leading and trailing
    /// zeros count for nothing; white space is refused.
    pub fn parse(text: &str) -> Result<Number, NumberError> {
        let bytes = text.as_bytes();
        let (negative, rest) = match bytes.first() {
            Some(b'-') => (true, &bytes[1..]),
            Some(b'+') => (false, &bytes[1..]),
            _ => (false, bytes),
        };
        if let Some((coefficient, fraction_digits)) = parse_short(rest) {
            return Number::normalised(negative, -fraction_digits, u128::from(coefficient));
        }
        let (mantissa, exponent) = match rest.iter().position(|b| matches!(b, b'e' | b'E')) {
            Some(at) => (&rest[..at], parse_exponent(&rest[at + 1..])?),
            None => (rest, 0),
        };
        let mut coefficient: u128 = 0;
        // Zeros that are held back until a later digit makes them count.
        let mut zeros: u32 = 0;
        let mut fraction_digits: i64 = 0;
        let mut point = false;
        let mut any = false;
        let mut precise = true;
        for &byte in mantissa {
            match byte {
                b'.' if !point => {
                    point = true;
                    continue;
                }
                b'0' => zeros = zeros.saturating_add(1),
                b'1'..=b'9' => {
                    let used = digits(coefficient);
                    if coefficient == 0 {
                        zeros = 0;
                    }
                    if used.saturating_add(zeros) >= DIGITS {
                        precise = false;
                    } else {
                        coefficient = coefficient * 10u128.pow(zeros + 1) + u128::from(byte - b'0');
                    }
                    zeros = 0;
                }
                _ => return Err(NumberError::Malformed),
            }
            any = true;
            fraction_digits += i64::from(point);
        }
        if !any {
            return Err(NumberError::Malformed);
        }
        if !precise {
            return Err(NumberError::Precision);
        }
        if coefficient == 0 {
            // Zero has the magnitude that it is written with.
            return check_magnitude(exponent.saturating_sub(fraction_digits)).map(|()| Number::ZERO);
        }
        let exponent = exponent.saturating_sub(fraction_digits).saturating_add(i64::from(zeros));
        Number::normalised(negative, exponent, coefficient)
    }

    /// The number of these parts, with the coefficient's trailing zeros moved to the exponent, within DynamoDB's limits.
    fn normalised(negative: bool, mut exponent: i64, mut coefficient: u128) -> Result<Number, NumberError> {
        if coefficient == 0 {
            return Ok(Number::ZERO);
        }
        if let Ok(mut short) = u64::try_from(coefficient) {
            while short.is_multiple_of(10) {
                short /= 10;
                exponent += 1;
            }
            coefficient = u128::from(short);
        }
        while coefficient.is_multiple_of(10) {
            coefficient /= 10;
            exponent = exponent.saturating_add(1);
        }
        if digits(coefficient) > DIGITS {
            return Err(NumberError::Precision);
        }
        check_magnitude(exponent.saturating_add(i64::from(digits(coefficient)) - 1))?;
        Ok(Number { negative, exponent: exponent as i16, coefficient })
    }

    /// The exact sum. A sum of more than 38 significant digits is refused, never rounded.
    pub fn checked_add(self, other: Number) -> Result<Number, NumberError> {
        if self.coefficient == 0 {
            return Ok(other);
        }
        if other.coefficient == 0 {
            return Ok(self);
        }
        let (high, low) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        // The last digit of `low` is not zero, so a sum is exact only if `high` can be written down to that digit. Such
        // a sum of 38 digits comes from a `high` of at most 2E38, which u128 holds.
        let scale = (high.exponent - low.exponent) as u32;
        let aligned = 10u128
            .checked_pow(scale)
            .and_then(|factor| high.coefficient.checked_mul(factor))
            .ok_or(NumberError::Precision)?;
        let exponent = i64::from(low.exponent);
        if high.negative == low.negative {
            let sum = aligned.checked_add(low.coefficient).ok_or(NumberError::Precision)?;
            Number::normalised(high.negative, exponent, sum)
        } else if aligned >= low.coefficient {
            Number::normalised(high.negative, exponent, aligned - low.coefficient)
        } else {
            Number::normalised(low.negative, exponent, low.coefficient - aligned)
        }
    }

    /// The exact difference.
    pub fn checked_sub(self, other: Number) -> Result<Number, NumberError> {
        self.checked_add(other.negated())
    }

    /// The number with the other sign.
    pub fn negated(self) -> Number {
        Number { negative: !self.negative && self.coefficient != 0, ..self }
    }

    /// The power of ten of the first digit; the number is not zero.
    fn magnitude(&self) -> i64 {
        i64::from(self.exponent) + i64::from(digits(self.coefficient)) - 1
    }

    /// The size that DynamoDB meters, in bytes: one, one for two digits of the integer part and of the fraction (zeros
    /// at either end trimmed), one for a minus sign.
    pub fn size_bytes(&self) -> usize {
        let all = digits(self.coefficient) as usize;
        let fraction = usize::try_from(-i64::from(self.exponent)).map_or(0, |places| places.min(all));
        1 + (all - fraction).div_ceil(2) + fraction.div_ceil(2) + usize::from(self.negative)
    }

    /// Appends bytes whose order is the numbers' order; no number's bytes are the start of another's.
    ///
    /// The sign (0, 1 for zero, 2), the first digit's power of ten, pairs of digits from the left, each plus one, and a
    /// closing zero; all but the sign complemented where the number is negative.
    pub fn write_key(&self, into: &mut Vec<u8>) {
        if self.coefficient == 0 {
            into.push(1);
            return;
        }
        let flip = if self.negative { 0xff } else { 0 };
        into.push(if self.negative { 0 } else { 2 });
        into.push((self.magnitude() - MIN_MAGNITUDE) as u8 ^ flip);
        let count = digits(self.coefficient);
        let (mut rest, pairs) = match count % 2 {
            0 => (self.coefficient, count / 2),
            _ if count < DIGITS => (self.coefficient * 10, count.div_ceil(2)),
            _ => unreachable!("an odd count is below 38"),
        };
        let mut divisor = 10u128.pow(2 * (pairs - 1));
        for _ in 0..pairs {
            into.push(((rest / divisor) as u8 + 1) ^ flip);
            rest %= divisor;
            divisor = (divisor / 100).max(1);
        }
        into.push(flip);
    }

    /// Reads what [`Number::write_key`] wrote, from the start of `bytes`, and how many bytes it was.
    pub fn read_key(bytes: &[u8]) -> Option<(Number, usize)> {
        let (negative, flip) = match bytes.first()? {
            0 => (true, 0xff),
            1 => return Some((Number::ZERO, 1)),
            2 => (false, 0),
            _ => return None,
        };
        let magnitude = i64::from(bytes.get(1)? ^ flip) + MIN_MAGNITUDE;
        let mut coefficient: u128 = 0;
        let mut at = 2;
        loop {
            let pair = bytes.get(at)? ^ flip;
            at += 1;
            match pair {
                0 if coefficient == 0 => return None,
                0 => break,
                1..=100 if at <= 2 + DIGITS as usize / 2 => {
                    coefficient = coefficient * 100 + u128::from(pair - 1)
                }
                _ => return None,
            }
        }
        let exponent = magnitude - i64::from(digits(coefficient)) + 1;
        Some((Number::normalised(negative, exponent, coefficient).ok()?, at))
    }

    /// The parts: sign, exponent of ten, coefficient.
    pub fn parts(&self) -> (bool, i16, u128) {
        (self.negative, self.exponent, self.coefficient)
    }

    /// The number of those parts (as [`Number::parts`] gave them).
    pub fn from_parts(negative: bool, exponent: i16, coefficient: u128) -> Number {
        Number { negative, exponent, coefficient }
    }

    /// Appends the number in plain decimal notation, without an exponent: so the service answers, whatever notation a
    /// number came in.
    pub fn write_text(&self, into: &mut Vec<u8>) {
        let mut buffer = [b'0'; DIGITS as usize + 1];
        let mut start = buffer.len();
        let mut rest = self.coefficient;
        while rest > u128::from(u64::MAX) {
            start -= 1;
            buffer[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        let mut short = rest as u64;
        while short > 0 || start == buffer.len() {
            start -= 1;
            buffer[start] = b'0' + (short % 10) as u8;
            short /= 10;
        }
        let all = &buffer[start..];
        if self.negative {
            into.push(b'-');
        }
        let places = usize::from(self.exponent.unsigned_abs());
        if self.exponent >= 0 {
            into.extend_from_slice(all);
            into.resize(into.len() + places, b'0');
            return;
        }
        match all.len().checked_sub(places) {
            None | Some(0) => {
                into.extend_from_slice(b"0.");
                into.resize(into.len() + places - all.len(), b'0');
                into.extend_from_slice(all);
            }
            Some(whole) => {
                into.extend_from_slice(&all[..whole]);
                into.push(b'.');
                into.extend_from_slice(&all[whole..]);
            }
        }
    }

    /// The number as a whole number, where it is one and fits.
    pub fn to_i64(&self) -> Option<i64> {
        let factor = 10i128.checked_pow(u32::try_from(self.exponent).ok()?)?;
        let whole = i128::try_from(self.coefficient).ok()?.checked_mul(factor)?;
        i64::try_from(if self.negative { -whole } else { whole }).ok()
    }
}

/// Reads at most 18 digits with or without a point, the common case: the digits and how many follow the point.
fn parse_short(bytes: &[u8]) -> Option<(u64, i64)> {
    if bytes.len() > 18 {
        return None;
    }
    let (mut coefficient, mut point) = (0, None);
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => coefficient = coefficient * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    // A lone point, or nothing, is for the whole reading to refuse.
    let digits = bytes.len() - usize::from(point.is_some());
    let fraction_digits = point.map_or(0, |at| bytes.len() - at - 1);
    (digits > 0).then_some((coefficient, fraction_digits as i64))
}

/// Reads what follows the `e`: a sign and digits, within 32 bits as the service reads it.
/// Any exponent of 64 bits: whether it is in range is for the number to say.
fn parse_exponent(bytes: &[u8]) -> Result<i64, NumberError> {
    let digits = bytes.strip_prefix(b"-").or_else(|| bytes.strip_prefix(b"+")).unwrap_or(bytes);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(NumberError::Malformed);
    }
    std::str::from_utf8(bytes).ok().and_then(|text| text.parse().ok()).ok_or(NumberError::Malformed)
}

impl From<i64> for Number {
    fn from(value: i64) -> Number {
        Number::normalised(value < 0, 0, u128::from(value.unsigned_abs()))
            .expect("19 digits are within the limits")
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        let sign = |n: &Number| match (n.coefficient, n.negative) {
            (0, _) => 0,
            (_, true) => -1,
            (_, false) => 1,
        };
        let by_size = || {
            self.magnitude().cmp(&other.magnitude()).then_with(|| {
                let (a, b) = (digits(self.coefficient), digits(other.coefficient));
                let width = a.max(b);
                (self.coefficient * 10u128.pow(width - a)).cmp(&(other.coefficient * 10u128.pow(width - b)))
            })
        };
        match (sign(self), sign(other)) {
            (0, 0) => Ordering::Equal,
            (1, 1) => by_size(),
            (-1, -1) => by_size().reverse(),
            (a, b) => a.cmp(&b),
        }
    }
}

/// Plain decimal notation, as [`Number::write_text`] writes it.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = Vec::with_capacity(DIGITS as usize + 2);
        self.write_text(&mut text);
        text.iter().try_for_each(|&byte| fmt::Write::write_char(f, char::from(byte)))
    }
}

#[cfg(test)]
#[path = "number_tests.rs"]
mod tests;
