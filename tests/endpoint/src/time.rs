//! Dates as Signature Version 4 writes them: `20130609T094515Z`.
//!
//! Owns the translation to and from milliseconds since 1970. Reads no clock.

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// The milliseconds of a date in ISO 8601's basic format; none for any other text.
pub fn parse_basic(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    if bytes.len() != 16 || bytes[8] != b'T' || bytes[15] != b'Z' {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        let digits = text.get(range)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse::<u64>().ok())?
    };
    let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
    let (hour, minute, second) = (number(9..11)?, number(11..13)?, number(13..15)?);
    let plausible = year >= 1970 && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !plausible || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = (hour * 60 + minute) * 60 + second;
    Some(days_before(year, month) * DAY_MS + (day - 1) * DAY_MS + seconds * 1000)
}

/// The date in ISO 8601's basic format, to the second.
pub fn basic(ms: u64) -> String {
    let (mut days, seconds) = (ms / DAY_MS, ms % DAY_MS / 1000);
    let mut year = 1970;
    while days >= 365 + leap_day(year) {
        days -= 365 + leap_day(year);
        year += 1;
    }
    let start = days_before(year, 1);
    let month = (1..=12).rev().find(|&month| days_before(year, month) - start <= days).unwrap_or(1);
    let day = days - (days_before(year, month) - start) + 1;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// The days from 1970 to the first of that month.
fn days_before(year: u64, month: u64) -> u64 {
    const BEFORE_MONTH: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leap_years = |year: u64| year / 4 - year / 100 + year / 400;
    let years = (year - 1970) * 365 + leap_years(year - 1) - leap_years(1969);
    let in_year = BEFORE_MONTH[(month - 1) as usize] + if month > 2 { leap_day(year) } else { 0 };
    years + in_year
}

fn leap_day(year: u64) -> u64 {
    u64::from(year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_written() {
        for (text, ms) in [
            ("19700101T000000Z", 0),
            ("20000229T235959Z", 951_868_799_000),
            ("20130609T094515Z", 1_370_771_115_000),
            ("20261231T000000Z", 1_798_675_200_000),
        ] {
            assert_eq!(parse_basic(text), Some(ms), "{text}");
            assert_eq!(basic(ms), text);
        }
    }

    #[test]
    fn other_texts_are_no_dates() {
        for text in ["", "201", "20130609 094515Z", "20131309T094515Z", "20130609T254515Z", "2013060éT94515Z"]
        {
            assert_eq!(parse_basic(text), None, "{text}");
        }
    }
}
