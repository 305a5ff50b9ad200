//! Tables and properties of [`Number`]; the oracle for sums and order is `bigdecimal`.

use std::str::FromStr;

use bigdecimal::BigDecimal;
use proptest::prelude::*;

use super::*;

fn number(text: &str) -> Number {
    Number::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

#[test]
fn texts_are_read_and_written_as_the_service_does() {
    // The right-hand column is what DynamoDB returned after a put of the left-hand one.
    for (text, shown) in [
        ("1", "1"),
        ("+1", "1"),
        ("-0", "0"),
        ("0E125", "0"),
        ("00012.3400", "12.34"),
        ("1E+2", "100"),
        ("1e2", "100"),
        ("1e-2", "0.01"),
        (".5", "0.5"),
        ("-.5e-3", "-0.0005"),
        ("5.", "5"),
        ("1e00000000000000000001", "10"),
        ("1234567890123456789012345678901234567800", "1234567890123456789012345678901234567800"),
        ("1E30", "1000000000000000000000000000000"),
        ("1E-20", "0.00000000000000000001"),
    ] {
        assert_eq!(number(text).to_string(), shown, "{text}");
    }
    assert_eq!(number("1E125").to_string().len(), 126);
    assert_eq!(number("1.5E-130").to_string().len(), 133);
    assert_eq!(number(&"0".repeat(10_000)), Number::ZERO);
}

#[test]
fn what_is_no_number_is_refused() {
    use NumberError::*;
    for (text, error) in [
        ("", Malformed),
        (" 1", Malformed),
        ("1 ", Malformed),
        ("-", Malformed),
        ("+", Malformed),
        (".", Malformed),
        ("1e", Malformed),
        ("1e+", Malformed),
        ("--1", Malformed),
        ("1.2.3", Malformed),
        ("1,000", Malformed),
        ("0x10", Malformed),
        ("NaN", Malformed),
        ("Infinity", Malformed),
        ("1e2147483648", Overflow),
        ("-1e99999999999", Overflow),
        ("1e-99999999999", Underflow),
        ("1e-9223372036854775808", Underflow),
        ("1e9223372036854775808", Malformed),
        ("0e126", Overflow),
        ("0e-131", Underflow),
        ("1e2147483647", Overflow),
        ("1E126", Overflow),
        ("-1E126", Overflow),
        ("1E-131", Underflow),
        ("0.9E-130", Underflow),
        ("123456789012345678901234567890123456789", Precision),
        ("-1.23456789012345678901234567890123456789", Precision),
    ] {
        assert_eq!(Number::parse(text), Err(error), "{text}");
    }
}

#[test]
fn sums_are_exact_or_refused() {
    use NumberError::*;
    for (a, b, sum) in [
        ("0.1", "0.2", Ok("0.3")),
        ("99999999999999999999999999999999999999", "1", Ok("100000000000000000000000000000000000000")),
        ("1E38", "-1", Ok("99999999999999999999999999999999999999")),
        ("1E37", "0.1", Err(Precision)),
        ("1E38", "1", Err(Precision)),
        ("1E50", "-1", Err(Precision)),
        ("1", "1E-50", Err(Precision)),
        ("1E125", "1E-130", Err(Precision)),
        ("9.9E125", "9.9E125", Err(Overflow)),
        ("1.5E-130", "-1.4E-130", Err(Underflow)),
        ("5", "-5", Ok("0")),
        ("7", "0", Ok("7")),
        ("0", "-7", Ok("-7")),
    ] {
        assert_eq!(
            number(a).checked_add(number(b)).map(|n| n.to_string()),
            sum.map(str::to_owned),
            "{a} + {b}"
        );
        assert_eq!(number(b).checked_add(number(a)), number(a).checked_add(number(b)));
    }
    assert_eq!(number("5").checked_sub(number("7")), Ok(number("-2")));
}

#[test]
fn sizes_follow_the_significant_digits() {
    for (text, size_bytes) in [
        ("0", 1),
        ("1", 2),
        ("27", 2),
        ("-27", 3),
        ("461", 3),
        ("100", 2),
        ("1E125", 2),
        ("0.0000001", 2),
        ("1.5", 3),
        ("1200.05", 4),
        ("12345.678", 6),
    ] {
        assert_eq!(number(text).size_bytes(), size_bytes, "{text}");
    }
    assert_eq!(number(&"9".repeat(38)).size_bytes(), 20);
}

#[test]
fn whole_numbers_convert() {
    for value in [0, 1, -1, 100, i64::MAX, i64::MIN] {
        assert_eq!(Number::from(value).to_i64(), Some(value));
        assert_eq!(Number::from(value), number(&value.to_string()));
    }
    assert_eq!(number("9223372036854775808").to_i64(), None);
    assert_eq!(number("1.5").to_i64(), None);
    assert_eq!(number("1E100").to_i64(), None);
}

#[test]
fn broken_key_bytes_are_no_number() {
    for bytes in [&[][..], &[3], &[2], &[2, 130], &[2, 130, 0], &[2, 130, 200, 0], &[2; 40]] {
        assert_eq!(Number::read_key(bytes), None, "{bytes:?}");
    }
}

prop_compose! {
    fn any_number()(negative: bool, coefficient in prop_oneof![0u128..1000, 0u128..10u128.pow(38)], magnitude in prop_oneof![-130i64..=125, -3i64..=3]) -> Number {
        Number::normalised(negative, magnitude - i64::from(digits(coefficient)) + 1, coefficient).expect("within the limits")
    }
}

fn oracle(number: Number) -> BigDecimal {
    BigDecimal::from_str(&number.to_string()).expect("plain decimal notation")
}

proptest! {
    #[test]
    fn display_parses_back(a in any_number()) {
        prop_assert_eq!(Number::parse(&a.to_string()), Ok(a));
    }

    #[test]
    fn order_is_by_value(a in any_number(), b in any_number()) {
        prop_assert_eq!(a.cmp(&b), oracle(a).cmp(&oracle(b)));
    }

    #[test]
    fn key_bytes_keep_order_and_end_themselves(a in any_number(), b in any_number(), tail: [u8; 3]) {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        a.write_key(&mut left);
        b.write_key(&mut right);
        prop_assert_eq!(left.cmp(&right), a.cmp(&b));
        prop_assert!(a == b || !right.starts_with(&left));
        let length = left.len();
        left.extend(tail);
        prop_assert_eq!(Number::read_key(&left), Some((a, length)));
    }

    #[test]
    fn key_bytes_never_panic(bytes: Vec<u8>) {
        let _ = Number::read_key(&bytes);
    }

    #[test]
    fn sums_agree_with_the_oracle(a in any_number(), b in any_number()) {
        let exact = oracle(a) + oracle(b);
        match a.checked_add(b) {
            Ok(sum) => prop_assert_eq!(oracle(sum), exact),
            Err(NumberError::Precision) => prop_assert!(exact.normalized().digits() > 38),
            Err(NumberError::Overflow) => prop_assert!(exact.abs() >= BigDecimal::from_str("1E126").unwrap()),
            Err(error) => prop_assert!(error == NumberError::Underflow && exact.abs() < BigDecimal::from_str("1E-130").unwrap()),
        }
    }
}
