//! Prices: what AWS asks for a unit of each thing that DynamoDB bills, as presets with a date that can be edited.
//!
//! Owns the shape of a price list and exact amounts of money: whole picodollars, no floats. Computes no bill; that is
//! [`super::cost`]'s. The presets are the data file `prices.json` beside this one.
//!
//! Follows [Amazon DynamoDB pricing](https://aws.amazon.com/dynamodb/pricing/), by facts of the project: Standard-IA's requests and
//! capacity are 25 % dearer than Standard's, which the published list rounds; reserved capacity saves "up to" a percentage, which
//! is taken as it is.

use std::fmt;
use std::iter::Sum;
use std::ops::Add;

use serde::{Deserialize, Serialize};

/// Picodollars in a dollar.
const DOLLAR: u128 = 1_000_000_000_000;
/// How many digits of a dollar a price may have behind the point.
const DECIMALS: usize = 12;

/// An amount of money in US dollars, exact to the picodollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(u128);

impl Money {
    /// That many picodollars.
    pub const fn picodollars(amount: u128) -> Money {
        Money(amount)
    }

    /// The amount in picodollars.
    pub const fn as_picodollars(self) -> u128 {
        self.0
    }

    /// The amount in cents, half a cent rounded up.
    pub const fn cents(self) -> u128 {
        let cent = DOLLAR / 100;
        (self.0 + cent / 2) / cent
    }

    /// `numerator / denominator` times as much, half a picodollar rounded up. Bounded: more than can be counted is all that can.
    pub const fn times(self, numerator: u128, denominator: u128) -> Money {
        let product = self.0.saturating_mul(numerator);
        Money(product.saturating_add(denominator / 2) / denominator)
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0.saturating_add(other.0))
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::default(), Money::add)
    }
}

/// Dollars and cents: `$1,166.40`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (dollars, cents) = (self.cents() / 100, self.cents() % 100);
        let digits = dollars.to_string();
        f.write_str("$")?;
        for (at, digit) in digits.char_indices() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        write!(f, ".{cents:02}")
    }
}

/// A price in US dollars, written as a decimal: `0.625`. At most twelve digits behind the point, at most six before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Price(u128);

/// A text that is no price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoPrice(pub String);

impl fmt::Display for NoPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no price: digits with at most six before the point and twelve behind it", self.0)
    }
}

impl std::error::Error for NoPrice {}

impl Price {
    /// The price of `units` where it is asked for `each` of them.
    pub fn of(self, units: u128, each: u128) -> Money {
        Money(self.0).times(units, each)
    }
}

impl TryFrom<String> for Price {
    type Error = NoPrice;
    fn try_from(text: String) -> Result<Price, NoPrice> {
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let fits = (1..=6).contains(&whole.len()) && fraction.len() <= DECIMALS && !text.ends_with('.');
        if !fits || !digits(whole) || !digits(fraction) {
            return Err(NoPrice(text));
        }
        let number = |part: String| part.parse::<u128>().map_err(|_| NoPrice(text.clone()));
        let fraction = number(format!("{fraction:0<DECIMALS$}"))?;
        Ok(Price(number(whole.to_owned())? * DOLLAR + fraction))
    }
}

impl From<Price> for String {
    fn from(price: Price) -> String {
        let text = format!("{}.{:0DECIMALS$}", price.0 / DOLLAR, price.0 % DOLLAR);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// What a table's class costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassPrices {
    /// A million write request units.
    pub million_writes: Price,
    /// A million read request units.
    pub million_reads: Price,
    /// A million replicated write request units: what a write costs in each other region of a global table.
    pub million_replicated_writes: Price,
    /// A write capacity unit for an hour.
    pub write_unit_hour: Price,
    /// A read capacity unit for an hour.
    pub read_unit_hour: Price,
    /// A replicated write capacity unit for an hour.
    pub replicated_write_unit_hour: Price,
    /// A gigabyte for a month.
    pub storage_gb_month: Price,
    /// Gigabytes that cost nothing, over all tables of an account and region.
    pub free_storage_gb: u64,
}

/// A price list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// What it is called.
    pub name: String,
    /// The region that it holds for.
    pub region: String,
    /// Since when: `2024-11-01`.
    pub since: String,
    /// Where it is from.
    pub source: String,
    /// The class Standard.
    pub standard: ClassPrices,
    /// The class Standard-Infrequent Access.
    pub standard_infrequent_access: ClassPrices,
    /// A hundred thousand GetRecords calls.
    pub hundred_thousand_stream_reads: Price,
    /// A gigabyte of on-demand backups for a month.
    pub backup_gb_month: Price,
    /// A gigabyte of a table with point-in-time recovery for a month.
    pub recovery_gb_month: Price,
    /// What a year of reserved capacity saves at most, in percent.
    pub reserved_one_year_percent: u8,
    /// What three years of it save at most, in percent.
    pub reserved_three_years_percent: u8,
}

impl Prices {
    /// The presets, the newest first.
    ///
    /// # Panics
    /// Where the data file is not of this shape, which a test holds it to.
    pub fn presets() -> Vec<Prices> {
        serde_json::from_str(include_str!("prices.json")).expect("prices.json is a list of price lists")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_presets_are_read_and_written_back() {
        let presets = Prices::presets();
        let names: Vec<&str> = presets.iter().map(|prices| prices.name.as_str()).collect();
        assert_eq!(names, ["us-east-1 since 2024-11-01", "2024 and earlier"]);
        for prices in presets {
            let text = serde_json::to_string(&prices).unwrap();
            assert_eq!(serde_json::from_str::<Prices>(&text).unwrap(), prices);
        }
    }

    #[test]
    fn a_price_is_a_decimal() {
        let price = |text: &str| Price::try_from(text.to_owned());
        for text in ["0", "0.625", "0.00013", "1.25", "999999", "0.000000000001"] {
            assert_eq!(String::from(price(text).unwrap()), text);
        }
        assert_eq!(String::from(price("0.10").unwrap()), "0.1");
        for text in ["", ".5", "1.", "-1", "1e3", "1,5", "0.0000000000001", "1000000", "0.5 "] {
            assert_eq!(price(text), Err(NoPrice(text.to_owned())));
        }
        assert!(serde_json::from_str::<Price>("\"free\"").unwrap_err().to_string().contains("is no price"));
    }

    #[test]
    fn money_is_shown_in_dollars_and_cents() {
        let dollars = |cents: u128| Money::picodollars(cents * DOLLAR / 100).to_string();
        assert_eq!(dollars(0), "$0.00");
        assert_eq!(dollars(116_640), "$1,166.40");
        assert_eq!(dollars(12_345_678_901), "$123,456,789.01");
        assert_eq!(Money::picodollars(DOLLAR / 200).to_string(), "$0.01", "half a cent is rounded up");
        assert_eq!(Money::picodollars(DOLLAR / 200 - 1).to_string(), "$0.00");
    }

    #[test]
    fn parts_of_a_price_are_exact() {
        let price = Price::try_from("0.00013".to_owned()).unwrap();
        assert_eq!(price.of(1, 3600), Money::picodollars(36_111), "to the picodollar, rounded");
        assert_eq!(price.of(3600, 3600), Money::picodollars(130_000_000));
        assert_eq!(price.of(u128::MAX, 1).as_picodollars(), u128::MAX, "bounded");
    }
}
