//! Templates: the text of a value with holes, which each request fills anew.
//!
//! Owns the small language of the holes and the filling. A hole stands in braces; `{{` and `}}` are the braces themselves.
//!
//! | hole | what it becomes |
//! |---|---|
//! | `{seq}`, `{seq 100}` | 1, 2, 3 … or from 100 on |
//! | `{uniform 1..500}` | a whole number, each as often as any other |
//! | `{zipf 1..500}`, `{zipf 1..500 1.2}` | the n-th of them in proportion to 1/n, or 1/n to that power |
//! | `{hot 1% of 1..500 gets 90%}` | the first of them, so many, take so much of the requests |
//! | `{shard 0..9}` | the same as `uniform`: a random suffix that spreads one key over several |
//! | `{now}`, `{now s}`, `{now iso}`, `{now s +30d}` | the time in milliseconds, in seconds, as text; later by days, h, m or s |
//! | `{today}` | the date: `2026-11-27` |
//! | `{text 50..450}` | a text of x's of that length |
//! | `{pick red|green|blue}` | one of them |
//! | `{client}` | the number of the client that sends the request, from 1 |
//! | `{row}` | the key of the row that is replayed |
//! | `{user}` | what the pattern's variable of that name became in this request |
//!
//! Behind a number `:5` fills it up with zeros to five digits: `{uniform 1..500 :5}`.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::distribution::{Keys, Ranks, ZIPF_KEYS};
use crate::error::{Result, workload as words};
use crate::model::braces::{Braced, LoneBrace, pieces};
use crate::random::Random;
use crate::table::lifecycle::iso_date;

/// The longest text that `{text …}` makes, in bytes.
const TEXT_BYTES: u64 = 400 * 1024;
/// The most digits that a number is filled up to.
const DIGITS: usize = 38;

/// When a request is made and by whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment<'a> {
    /// The clock, in milliseconds of the epoch.
    pub now_ms: u64,
    /// The client's number, from 1.
    pub client: u64,
    /// The key of the row that is replayed; empty where none is.
    pub row: &'a str,
}

/// A text with holes.
#[derive(Clone, Debug)]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Hole(Source, usize),
}

#[derive(Clone, Debug)]
enum Source {
    Sequence { next: u64 },
    Drawn { first: u64, ranks: Rc<Ranks> },
    Now { form: Form, later_ms: u64 },
    Text { least: u64, most: u64 },
    Pick(Vec<String>),
    Client,
    Row,
    Variable(usize),
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Milliseconds,
    Seconds,
    Iso,
    Date,
}

/// What templates are read with: the names of the variables, and the tables of the distributions, each made once.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    /// The variables' names, in order.
    pub variables: Vec<String>,
    tables: BTreeMap<(Keys, u64), Rc<Ranks>>,
}

impl Dictionary {
    fn ranks(&mut self, keys: Keys, count: u64) -> Rc<Ranks> {
        let table = self.tables.entry((keys, count)).or_insert_with(|| Rc::new(Ranks::new(keys, count)));
        Rc::clone(table)
    }
}

/// `A..B`, both included.
fn range(text: &str) -> Option<(u64, u64)> {
    let (first, last) = text.split_once("..")?;
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last).then_some((first, last))
}

/// A decimal number in thousandths: `1.2`, `90`.
fn thousandths(text: &str) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let part = if digits { format!("{part:0<3}").parse::<u32>().ok()? } else { return None };
    whole.parse::<u32>().ok()?.checked_mul(1_000)?.checked_add(part)
}

/// `1%`, in thousandths of the whole.
fn percent(text: &str) -> Option<u32> {
    let thousandths = thousandths(text.strip_suffix('%')?)?;
    (thousandths <= 100_000).then_some(thousandths / 100)
}

/// `+30d`, in milliseconds.
fn later(text: &str) -> Option<u64> {
    let text = text.strip_prefix('+')?;
    let unit_ms = match text.chars().last()? {
        'd' => 86_400_000,
        'h' => 3_600_000,
        'm' => 60_000,
        's' => 1_000,
        _ => return None,
    };
    text[..text.len() - 1].parse::<u64>().ok()?.checked_mul(unit_ms)
}

impl Source {
    fn read(text: &str, dictionary: &mut Dictionary) -> Option<Source> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let drawn = |dictionary: &mut Dictionary, keys, text| {
            let (first, last) = range(text)?;
            let count = (last - first).saturating_add(1);
            let fits = !matches!(keys, Keys::Zipf { .. }) || count <= ZIPF_KEYS;
            fits.then(|| Source::Drawn { first, ranks: dictionary.ranks(keys, count) })
        };
        let zipf = |exponent_thousandths| Keys::Zipf { exponent_thousandths };
        Some(match words[..] {
            [name] if dictionary.variables.iter().any(|variable| variable == name) => {
                Source::Variable(dictionary.variables.iter().position(|variable| variable == name)?)
            }
            ["seq"] => Source::Sequence { next: 1 },
            ["seq", first] => Source::Sequence { next: first.parse().ok()? },
            ["uniform" | "shard", of] => drawn(dictionary, Keys::Uniform, of)?,
            ["zipf", of] => drawn(dictionary, zipf(1_000), of)?,
            ["zipf", of, exponent] => drawn(dictionary, zipf(thousandths(exponent)?), of)?,
            ["hot", part, "of", of, "gets", share] => {
                let (keys_thousandths, requests_thousandths) = (percent(part)?, percent(share)?);
                drawn(dictionary, Keys::Hot { keys_thousandths, requests_thousandths }, of)?
            }
            ["now"] => Source::Now { form: Form::Milliseconds, later_ms: 0 },
            ["now", form] => Source::Now { form: Form::read(form)?, later_ms: 0 },
            ["now", form, time] => Source::Now { form: Form::read(form)?, later_ms: later(time)? },
            ["today"] => Source::Now { form: Form::Date, later_ms: 0 },
            ["text", of] => {
                let (least, most) = range(of)?;
                (most <= TEXT_BYTES).then_some(Source::Text { least, most })?
            }
            ["pick", ..] => {
                Source::Pick(text.trim().strip_prefix("pick")?.trim().split('|').map(str::to_owned).collect())
            }
            ["client"] => Source::Client,
            ["row"] => Source::Row,
            _ => return None,
        })
    }
}

impl Form {
    fn read(text: &str) -> Option<Form> {
        Some(match text {
            "ms" => Form::Milliseconds,
            "s" => Form::Seconds,
            "iso" => Form::Iso,
            _ => return None,
        })
    }
}

/// Appends a number of at least so many digits.
fn write_number(mut number: u64, digits: usize, into: &mut String) {
    let mut text = [b'0'; DIGITS];
    let mut at = DIGITS;
    while number > 0 || at == DIGITS {
        at -= 1;
        text[at] = b'0' + (number % 10) as u8;
        number /= 10;
    }
    let start = at.min(DIGITS - digits.min(DIGITS));
    into.push_str(std::str::from_utf8(&text[start..]).expect("digits are text"));
}

impl Template {
    /// Reads a text.
    pub fn read(text: &str, dictionary: &mut Dictionary) -> Result<Template> {
        let cut = pieces(text).map_err(|LoneBrace| words::brace_alone(text))?;
        let read = cut.into_iter().map(|piece| match piece {
            Braced::Plain(plain) => Ok(Piece::Text(plain)),
            Braced::Hole(hole) => {
                let (source, digits) =
                    match hole.rsplit_once(':').map(|(hole, digits)| (hole, digits.trim().parse())) {
                        Some((hole, Ok(digits))) if digits <= DIGITS => (hole, digits),
                        Some((_, Ok(_))) => return Err(words::hole_unknown(hole)),
                        _ => (hole, 0),
                    };
                let source = Source::read(source, dictionary).ok_or_else(|| words::hole_unknown(hole))?;
                Ok(Piece::Hole(source, digits))
            }
        });
        Ok(Template(read.collect::<Result<_>>()?))
    }

    /// Appends the text of one request. `variables` are what they became in it.
    pub fn write(&mut self, moment: &Moment, variables: &[String], random: &mut Random, into: &mut String) {
        for piece in &mut self.0 {
            match piece {
                Piece::Text(text) => into.push_str(text),
                Piece::Hole(source, digits) => source.write(*digits, moment, variables, random, into),
            }
        }
    }
}

impl Source {
    fn write(
        &mut self,
        digits: usize,
        moment: &Moment,
        variables: &[String],
        random: &mut Random,
        into: &mut String,
    ) {
        match self {
            Source::Sequence { next } => {
                write_number(*next, digits, into);
                *next = next.wrapping_add(1);
            }
            Source::Drawn { first, ranks } => {
                write_number(first.wrapping_add(ranks.draw(random) - 1), digits, into);
            }
            Source::Now { form, later_ms } => {
                let at_ms = moment.now_ms.saturating_add(*later_ms);
                match form {
                    Form::Milliseconds => write_number(at_ms, digits, into),
                    Form::Seconds => write_number(at_ms / 1_000, digits, into),
                    Form::Iso => into.push_str(&iso_date(at_ms)),
                    Form::Date => into.push_str(&iso_date(at_ms)[..10]),
                }
            }
            Source::Text { least, most } => {
                let length = *least + random.below(*most - *least + 1);
                into.extend(std::iter::repeat_n('x', length as usize));
            }
            Source::Pick(of) => into.push_str(&of[random.below(of.len() as u64) as usize]),
            Source::Client => write_number(moment.client, digits, into),
            Source::Row => into.push_str(moment.row),
            Source::Variable(at) => into.push_str(&variables[*at]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: u64 = 1_795_348_800_000;

    fn written(text: &str, times: usize) -> Vec<String> {
        let mut dictionary = Dictionary { variables: vec!["user".into()], ..Dictionary::default() };
        let mut template = Template::read(text, &mut dictionary).unwrap();
        let moment = Moment { now_ms: NOW_MS, client: 7, row: "r-1" };
        let mut random = Random::new(5);
        let write = |_| {
            let mut into = String::new();
            template.write(&moment, &["u42".to_string()], &mut random, &mut into);
            into
        };
        (0..times).map(write).collect()
    }

    #[test]
    fn each_hole_becomes_what_the_table_says() {
        assert_eq!(written("order-{seq :4}", 2), ["order-0001", "order-0002"]);
        assert_eq!(written("{seq 100}", 2), ["100", "101"]);
        assert_eq!(written("{now}|{now s}|{now s +30d}", 1), ["1795348800000|1795348800|1797940800"]);
        assert_eq!(written("{now iso} {today}", 1), ["2026-11-22T12:00:00Z 2026-11-22"]);
        assert_eq!(written("{user}#{client}#{row}", 1), ["u42#7#r-1"]);
        assert_eq!(written("{{a}} }}{{", 1), ["{a} }{"]);
        assert_eq!(written("{uniform 7..7 :38}", 1)[0].len(), 38);
        for text in written("{text 3..5}", 50) {
            assert!((3..=5).contains(&text.len()) && text.bytes().all(|byte| byte == b'x'));
        }
        for (hole, least, most) in [
            ("{uniform 5..8}", 5, 8),
            ("{shard 0..9}", 0, 9),
            ("{zipf 1..3 1.2}", 1, 3),
            ("{hot 50% of 1..4 gets 90%}", 1, 4),
        ] {
            let drawn: Vec<u64> = written(hole, 200).iter().map(|text| text.parse().unwrap()).collect();
            assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&least), Some(&most)), "{hole}");
        }
        let picked = written("{pick red|light green}", 50);
        assert!(picked.contains(&"red".to_string()) && picked.contains(&"light green".to_string()));
    }

    #[test]
    fn what_is_no_hole_is_refused() {
        for text in [
            "{",
            "}",
            "a{b",
            "{nothing}",
            "{uniform 5..1}",
            "{uniform 5}",
            "{zipf 1..1000001}",
            "{text 0..999999}",
            "{hot 200% of 1..5 gets 5%}",
            "{now days}",
            "{seq :39}",
            "{now s 30d}",
            "{}",
        ] {
            assert!(Template::read(text, &mut Dictionary::default()).is_err(), "{text}");
        }
    }

    #[test]
    fn templates_share_the_table_of_a_distribution() {
        let mut dictionary = Dictionary::default();
        for _ in 0..2 {
            Template::read("{zipf 1..1000} {zipf 1..1000}", &mut dictionary).unwrap();
        }
        assert_eq!(dictionary.tables.len(), 1);
    }
}
