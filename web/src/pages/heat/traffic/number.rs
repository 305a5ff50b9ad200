//! Whole numbers as they are typed. Pure.

use crate::state::explanation::count;

/// A whole number within bounds, with or without commas; or what it must be.
pub fn number(text: &str, least: u64, most: u64) -> Result<u64, String> {
    let given = text.trim().replace([',', '_'], "").parse::<u64>().ok();
    given.filter(|given| (least..=most).contains(given)).ok_or_else(|| match most {
        u64::MAX => "A whole number.".to_owned(),
        most => format!("A whole number from {} to {}.", count(least), count(most)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        assert_eq!(number(" 1,200 ", 1, 2_000), Ok(1_200));
        assert_eq!(number(&count(1_234_567), 0, u64::MAX), Ok(1_234_567));
        assert_eq!(number("0", 1, 20_000), Err("A whole number from 1 to 20,000.".into()));
        assert_eq!(number("x", 0, u64::MAX), Err("A whole number.".into()));
    }
}
