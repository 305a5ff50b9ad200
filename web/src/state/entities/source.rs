//! What sample data has in an attribute: a word, and what it needs. Owns the small language and the drawing of one value.
//!
//! | source | what it draws |
//! |---|---|
//! | `seq user100` | user100, user101 …: each another one; `seq 1`, `seq u0001` |
//! | `uuid` | a random identifier, each another one |
//! | `name`, `first name`, `last name`, `email` | of one person an item; each e-mail another one |
//! | `phone`, `street`, `city`, `postcode`, `country`, `address` | of one address an item |
//! | `company`, `product`, `words 3..8` | words |
//! | `number 1..500`, `price 5..200` | a whole number; with two decimals |
//! | `pick red\|green` | one of them; one that stands there twice comes twice as often |
//! | `yes 30%` | true so often |
//! | `date 2026-01-01..2026-12-31`, `time …`, `seconds …` | a day; with the time; in seconds since 1970 |
//! | `expires 1..30` | so many days after now, in seconds since 1970: for Time to Live |
//! | `always x` | x |
//! | `of User.user_id` | what an item of another entity has: all of one item are of the same one |

use engine::model::Number;
use engine::random::Random;
use engine::table::lifecycle::iso_date;

use super::words::{CITY, COMPANY, COMPANY_KIND, FIRST, LAST, PRODUCT, PRODUCT_KIND, STREET, WORD};

/// The most words, days and such.
const MANY: u64 = 1_000;
const DAY_S: u64 = 86_400;

/// What an attribute is drawn from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Source {
    Sequence {
        prefix: String,
        first: u64,
        digits: usize,
    },
    Uuid,
    Person(Person),
    Place(Place),
    Company,
    Product,
    Words(u64, u64),
    Number(i64, i64),
    /// In hundredths.
    Price(u64, u64),
    Pick(Vec<String>),
    Yes(u64),
    /// Between two moments, in seconds of the epoch.
    When(u64, u64, Form),
    Expires(u64, u64),
    Always(String),
    Of {
        entity: String,
        attribute: String,
    },
}

/// Which of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Person {
    Name,
    First,
    Last,
    Email,
}

/// Which of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Place {
    Phone,
    Street,
    City,
    Postcode,
    Country,
    Whole,
}

/// How a moment is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Form {
    Day,
    Iso,
    Seconds,
}

/// The words that a source begins with, each with what stands behind it at first and what it is, for a form.
pub const CHOICES: [(&str, &str, &str); 24] = [
    ("seq", "id1", "Numbered: id1, id2 …"),
    ("uuid", "", "Random identifier"),
    ("of", "", "Of another entity"),
    ("pick", "a|b|c", "One of a list"),
    ("number", "1..100", "Whole number"),
    ("price", "5..200", "Price"),
    ("yes", "50%", "True or false"),
    ("name", "", "Name"),
    ("first name", "", "First name"),
    ("last name", "", "Last name"),
    ("email", "", "E-mail"),
    ("phone", "", "Telephone"),
    ("address", "", "Address"),
    ("street", "", "Street"),
    ("city", "", "City"),
    ("postcode", "", "Postcode"),
    ("country", "", "Country"),
    ("company", "", "Company"),
    ("product", "", "Product"),
    ("words", "3..8", "Words"),
    ("date", "2026-01-01..2026-12-31", "Day"),
    ("time", "2026-01-01..2026-12-31", "Day and time"),
    ("seconds", "2026-01-01..2026-12-31", "Seconds since 1970"),
    ("expires", "1..30", "Days from now, for Time to Live"),
];

/// What is always the same: the last choice.
pub const ALWAYS: (&str, &str, &str) = ("always", "x", "Always the same");

/// A source's word and what stands behind it.
pub fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let known = CHOICES.iter().chain([&ALWAYS]).map(|(word, ..)| *word);
    let found = known.filter(|word| {
        text.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
    });
    match found.max_by_key(|word| word.len()) {
        Some(word) => (word, text[word.len()..].trim()),
        None => ("", text),
    }
}

fn range<T: std::str::FromStr + PartialOrd>(text: &str) -> Option<(T, T)> {
    let (least, most) = text.split_once("..")?;
    let (least, most) = (least.trim().parse().ok()?, most.trim().parse().ok()?);
    (least <= most).then_some((least, most))
}

/// The days since 1970 of `2026-01-31`, by the civil calendar.
fn day(text: &str) -> Option<u64> {
    let mut parts = text.trim().splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    if !((1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)) {
        return None;
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let most = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if day > most {
        return None;
    }
    // Years begin in March here, so that a leap day is a year's last.
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let era = year / 400;
    let of_era = (year % 400) * 365 + (year % 400) / 4 - (year % 400) / 100 + of_year;
    u64::try_from(era * 146_097 + of_era - 719_468).ok()
}

fn when(text: &str, form: Form) -> Option<Source> {
    let (first, last) = text.split_once("..")?;
    let (first, last) = (day(first)?, day(last)?);
    (first <= last).then_some(Source::When(first * DAY_S, (last + 1) * DAY_S, form))
}

impl Source {
    /// Reads a source; or says what is wrong.
    pub fn read(text: &str) -> Result<Source, String> {
        let (word, behind) = split(text);
        let wants = |example: &str| format!("“{}” is not understood: write it as “{example}”.", text.trim());
        let many = |example: &str| -> Result<(u64, u64), String> {
            range(behind).filter(|(_, most)| *most <= MANY).ok_or_else(|| wants(example))
        };
        Ok(match word {
            "seq" => {
                let at = behind.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
                let (prefix, digits) = behind.split_at(at);
                let first = if digits.is_empty() { Ok(1) } else { digits.parse::<u32>() };
                let first = first.map_err(|_| wants("seq user100"))?;
                Source::Sequence { prefix: prefix.into(), first: first.into(), digits: digits.len() }
            }
            "uuid" => Source::Uuid,
            "name" => Source::Person(Person::Name),
            "first name" => Source::Person(Person::First),
            "last name" => Source::Person(Person::Last),
            "email" => Source::Person(Person::Email),
            "phone" => Source::Place(Place::Phone),
            "street" => Source::Place(Place::Street),
            "city" => Source::Place(Place::City),
            "postcode" => Source::Place(Place::Postcode),
            "country" => Source::Place(Place::Country),
            "address" => Source::Place(Place::Whole),
            "company" => Source::Company,
            "product" => Source::Product,
            "words" => {
                let (least, most) = many("words 3..8")?;
                Source::Words(least.max(1), most.max(1))
            }
            "number" => {
                let fits = |(least, most): &(i64, i64)| least.checked_sub(*most).is_some();
                let (least, most) = range(behind).filter(fits).ok_or_else(|| wants("number 1..500"))?;
                Source::Number(least, most)
            }
            "price" => {
                let fits = |(_, most): &(u64, u64)| *most <= 1_000_000_000;
                let (least, most) = range(behind).filter(fits).ok_or_else(|| wants("price 5..200"))?;
                Source::Price(least * 100, most * 100)
            }
            "pick" if !behind.is_empty() => {
                Source::Pick(behind.split('|').map(|one| one.trim().to_owned()).collect())
            }
            "pick" => return Err(wants("pick open|shipped")),
            "yes" => {
                let percent = behind.strip_suffix('%').and_then(|text| text.trim().parse().ok());
                Source::Yes(percent.filter(|percent| *percent <= 100).ok_or_else(|| wants("yes 30%"))?)
            }
            "date" => when(behind, Form::Day).ok_or_else(|| wants("date 2026-01-01..2026-12-31"))?,
            "time" => when(behind, Form::Iso).ok_or_else(|| wants("time 2026-01-01..2026-12-31"))?,
            "seconds" => {
                when(behind, Form::Seconds).ok_or_else(|| wants("seconds 2026-01-01..2026-12-31"))?
            }
            "expires" => {
                let (least, most) = many("expires 1..30")?;
                Source::Expires(least, most)
            }
            "always" if !behind.is_empty() => Source::Always(behind.to_owned()),
            "always" => return Err(wants("always active")),
            "of" => {
                let (entity, attribute) = behind.rsplit_once('.').ok_or_else(|| wants("of User.user_id"))?;
                Source::Of { entity: entity.trim().into(), attribute: attribute.trim().into() }
            }
            _ if text.trim().is_empty() => {
                return Err("Say what sample data has in it: number 1..5, email, pick a|b.".to_owned());
            }
            _ => return Err(format!("“{}” begins with no word that sample data knows.", text.trim())),
        })
    }

    /// Whether every item gets another one.
    pub fn is_distinct(&self) -> bool {
        matches!(self, Source::Sequence { .. } | Source::Uuid | Source::Person(Person::Email))
    }

    /// Whether its texts are numbers.
    pub fn is_number(&self) -> bool {
        match self {
            Source::Sequence { prefix, .. } => prefix.is_empty(),
            Source::Number(..)
            | Source::Price(..)
            | Source::Expires(..)
            | Source::When(_, _, Form::Seconds) => true,
            Source::Always(text) => Number::parse(text).is_ok(),
            Source::Pick(all) => all.iter().all(|one| Number::parse(one).is_ok()),
            _ => false,
        }
    }
}

/// What the sources of one item share: a person, an address, its number among its kind.
#[derive(Clone, Debug)]
pub struct Subject {
    first: &'static str,
    last: &'static str,
    street: String,
    city: (&'static str, &'static str),
    postcode: String,
    phone: String,
    number: u64,
}

fn one_of<T: Copy>(list: &[T], random: &mut Random) -> T {
    list[random.below(list.len() as u64) as usize]
}

fn between(least: u64, most: u64, random: &mut Random) -> u64 {
    least + random.below((most - least).saturating_add(1))
}

impl Subject {
    /// Draws one; `number` is its number among the items of its entity, from 0: no two have the same.
    pub fn draw(number: u64, random: &mut Random) -> Subject {
        Subject {
            first: one_of(&FIRST, random),
            last: one_of(&LAST, random),
            street: format!("{} {}", between(1, 240, random), one_of(&STREET, random)),
            city: one_of(&CITY, random),
            postcode: format!("{:05}", between(1_000, 98_999, random)),
            phone: format!("+1 555 01{:02}", between(0, 99, random)),
            number,
        }
    }

    fn person(&self, which: Person) -> String {
        let Subject { first, last, number, .. } = self;
        match which {
            Person::Name => format!("{first} {last}"),
            Person::First => (*first).to_owned(),
            Person::Last => (*last).to_owned(),
            Person::Email => format!("{first}.{last}{}@example.com", number + 1).to_lowercase(),
        }
    }

    /// The address in its parts.
    pub fn address(&self) -> [(&'static str, &str); 4] {
        let (city, country) = self.city;
        [("street", &self.street), ("city", city), ("postcode", &self.postcode), ("country", country)]
    }

    fn place(&self, which: Place) -> String {
        let (city, country) = self.city;
        match which {
            Place::Phone => self.phone.clone(),
            Place::Street => self.street.clone(),
            Place::City => city.to_owned(),
            Place::Postcode => self.postcode.clone(),
            Place::Country => country.to_owned(),
            Place::Whole => format!("{}, {} {city}, {country}", self.street, self.postcode),
        }
    }
}

impl Source {
    /// The text of one item's attribute. What another entity has is not drawn here: none.
    pub fn draw(&self, of: &Subject, now_ms: u64, random: &mut Random) -> Option<String> {
        Some(match self {
            Source::Sequence { prefix, first, digits } => {
                format!("{prefix}{:0>digits$}", (first + of.number).to_string())
            }
            Source::Uuid => {
                let (high, low) = (random.next_u64(), random.next_u64());
                // The bits that say: version 4, of the usual variant.
                let (high, low) = (high & !0xf000 | 0x4000, low & !(0b11 << 62) | 0b10 << 62);
                let hex = format!("{high:016x}{low:016x}");
                [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
            }
            Source::Person(which) => of.person(*which),
            Source::Place(which) => of.place(*which),
            Source::Company => format!("{} {}", one_of(&COMPANY, random), one_of(&COMPANY_KIND, random)),
            Source::Product => format!("{} {}", one_of(&PRODUCT_KIND, random), one_of(&PRODUCT, random)),
            Source::Words(least, most) => {
                let words = (0..between(*least, *most, random)).map(|_| one_of(&WORD, random));
                words.collect::<Vec<_>>().join(" ")
            }
            Source::Number(least, most) => {
                let more = between(0, most.abs_diff(*least), random);
                (i128::from(*least) + i128::from(more)).to_string()
            }
            Source::Price(least, most) => {
                let hundredths = between(*least, *most, random);
                format!("{}.{:02}", hundredths / 100, hundredths % 100)
            }
            Source::Pick(all) => all[random.below(all.len() as u64) as usize].clone(),
            Source::Yes(percent) => (random.below(100) < *percent).to_string(),
            Source::When(from, to, form) => {
                let at_s = between(*from, to - 1, random);
                match form {
                    Form::Seconds => at_s.to_string(),
                    Form::Iso => iso_date(at_s * 1_000),
                    Form::Day => iso_date(at_s * 1_000)[..10].to_owned(),
                }
            }
            Source::Expires(least, most) => {
                (now_ms / 1_000 + between(*least, *most, random) * DAY_S).to_string()
            }
            Source::Always(text) => text.clone(),
            Source::Of { .. } => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: u64 = 1_795_348_800_000;

    fn drawn(text: &str, times: u64) -> Vec<String> {
        let source = Source::read(text).expect("a source");
        let mut random = Random::new(3);
        let draw = |number| {
            let of = Subject::draw(number, &mut random);
            source.draw(&of, NOW_MS, &mut random).expect("a text")
        };
        (0..times).map(draw).collect()
    }

    #[test]
    fn each_word_draws_what_the_table_says() {
        assert_eq!(drawn("seq user100", 2), ["user100", "user101"]);
        assert_eq!(drawn("seq", 2), ["1", "2"]);
        assert_eq!(drawn("seq u009", 2), ["u009", "u010"]);
        assert_eq!(drawn("always a b", 1), ["a b"]);
        assert_eq!(drawn("number -3..-3", 1), ["-3"]);
        assert_eq!(drawn("expires 2..2", 1), ["1795521600"]);
        assert_eq!(drawn("date 2024-02-29..2024-02-29", 1), ["2024-02-29"]);
        assert!(drawn("time 2026-03-01..2026-03-01", 9).iter().all(|at| at.starts_with("2026-03-01T")));
        assert!(
            drawn("seconds 1970-01-01..1970-01-01", 9).iter().all(|at| at.parse::<u64>().unwrap() < 86_400)
        );
        let uuids = drawn("uuid", 50);
        assert!(uuids.iter().all(|one| one.len() == 36 && one.as_bytes()[14] == b'4'));
        assert!(drawn("price 5..6", 50).iter().all(|one| ("5.00"..="6.00").contains(&one.as_str())));
        let words = drawn("words 3..5", 50);
        assert!(words.iter().all(|one| (3..=5).contains(&one.split(' ').count())));
        let picked = drawn("pick red | light green", 50);
        assert!(picked.contains(&"red".to_owned()) && picked.contains(&"light green".to_owned()));
        let yes = drawn("yes 30%", 1_000).iter().filter(|one| *one == "true").count();
        assert!((200..400).contains(&yes), "{yes}");
        for (word, behind, _) in CHOICES.iter().filter(|(word, ..)| *word != "of").chain([&ALWAYS]) {
            assert!(!drawn(&format!("{word} {behind}"), 1)[0].is_empty(), "{word}");
            assert_eq!(split(&format!("{word} {behind}")), (*word, *behind));
        }
    }

    #[test]
    fn one_item_is_of_one_person_and_one_address() {
        let mut random = Random::new(9);
        let of = Subject::draw(4, &mut random);
        let mut text = |source: &str| Source::read(source).unwrap().draw(&of, 0, &mut random).unwrap();
        let (first, last) = (text("first name"), text("last name"));
        assert_eq!(text("name"), format!("{first} {last}"));
        assert_eq!(text("email"), format!("{first}.{last}5@example.com").to_lowercase());
        assert!(text("address").contains(&text("city")) && text("address").starts_with(&text("street")));
    }

    #[test]
    fn what_is_no_source_is_told_how_it_is_written() {
        for (text, said) in [
            ("", "Say what"),
            ("colour", "begins with no word"),
            ("number", "number 1..500"),
            ("number 5..1", "number 1..500"),
            ("number -9223372036854775808..9223372036854775807", "number 1..500"),
            ("words 1..9999", "words 3..8"),
            ("pick", "pick open|shipped"),
            ("yes 130%", "yes 30%"),
            ("date 2026-02-30..2026-03-01", "2026-12-31"),
            ("of User", "of User.user_id"),
            ("seq x99999999999", "seq user100"),
            ("always", "always active"),
        ] {
            assert!(Source::read(text).is_err_and(|why| why.contains(said)), "{text}");
        }
        assert_eq!(
            Source::read("of User.user_id"),
            Ok(Source::Of { entity: "User".into(), attribute: "user_id".into() })
        );
        assert!(Source::read("seq 7").is_ok_and(|source| source.is_number() && source.is_distinct()));
        assert!(Source::read("pick 1|x").is_ok_and(|source| !source.is_number()));
    }
}
