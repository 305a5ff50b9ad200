//! How partition keys are drawn: the distributions by name, and the templates that they write into requests. Pure.

use engine::workload::AccessPattern;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A distribution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Keys {
    /// Each as often as any other.
    Uniform,
    /// The n-th in proportion to 1/n.
    #[default]
    Zipf,
    /// A hundredth of them takes nine tenths.
    HotSet,
    /// The first takes half.
    HotKey,
    /// The time: it rises.
    Rising,
    /// Today's date: all the same for a day.
    Today,
    /// Today's date with one of ten random suffixes.
    TodaySuffix,
    /// The key of the row of a log that is replayed.
    Row,
}

impl Keys {
    /// All of them, with what they are called.
    pub const ALL: [(Keys, &str, &str); 8] = [
        (Keys::Uniform, "uniform", "Uniform: all alike"),
        (Keys::Zipf, "zipf", "Zipf: a few are hot"),
        (Keys::HotSet, "hot-set", "Hot set: 1 % of the keys take 90 %"),
        (Keys::HotKey, "hot-key", "Hot key: one takes half"),
        (Keys::Rising, "rising", "Rising timestamps"),
        (Keys::Today, "today", "Today's date"),
        (Keys::TodaySuffix, "today-suffix", "Today's date with a random suffix"),
        (Keys::Row, "row", "The key of a log's row"),
    ];

    /// Whether it draws one of a number of keys.
    pub fn counts(self) -> bool {
        matches!(self, Keys::Uniform | Keys::Zipf | Keys::HotSet | Keys::HotKey)
    }

    /// The hole that draws one of so many numbers; of the others, the even one.
    pub fn hole(self, count: u64) -> String {
        match self {
            Keys::Zipf => format!("zipf 1..{count}"),
            Keys::HotSet => format!("hot 1% of 1..{count} gets 90%"),
            // A share that rounds down to none is one key.
            Keys::HotKey => format!("hot 0% of 1..{count} gets 50%"),
            _ => format!("uniform 1..{count}"),
        }
    }

    /// The template of a value of an attribute: `user_id-{zipf 1..20 :5}`. None where a number cannot be that.
    pub fn template(self, attribute: &str, is_number: bool, count: u64) -> Option<String> {
        let prefix = attribute.replace(['{', '}'], "");
        Some(match self {
            Keys::Rising => "{now}".to_owned(),
            Keys::Row => "{row}".to_owned(),
            Keys::Today | Keys::TodaySuffix if is_number => return None,
            Keys::Today => "{today}".to_owned(),
            Keys::TodaySuffix => "{today}#{shard 0..9}".to_owned(),
            _ if is_number => format!("{{{}}}", self.hole(count)),
            _ => format!("{prefix}-{{{} :5}}", self.hole(count)),
        })
    }

    /// What it is, within a name.
    pub fn word(self) -> &'static str {
        match self {
            Keys::Uniform => "uniform",
            Keys::Zipf => "Zipf",
            Keys::HotSet => "a hot set",
            Keys::HotKey => "one hot key",
            Keys::Rising => "rising timestamps",
            Keys::Today => "today's date",
            Keys::TodaySuffix => "today's date with a suffix",
            Keys::Row => "a log's keys",
        }
    }
}

/// Writes a template into every place of a request at which that key attribute has its value: in `Key` and `Item`, and in the
/// value that a KeyConditionExpression compares it with. Whether there was one.
pub fn write_key(pattern: &mut AccessPattern, attribute: &str, template: &str) -> bool {
    let mut written = false;
    let request = &mut pattern.request;
    for place in ["Key", "Item"] {
        if let Some(value) = request.get_mut(place).and_then(|key| key.get_mut(attribute)) {
            written |= put(value, template);
        }
    }
    if let Some(value) = compared_with(request, attribute)
        && let Some(value) =
            request.get_mut("ExpressionAttributeValues").and_then(|values| values.get_mut(&value))
    {
        written |= put(value, template);
    }
    written
}

fn put(value: &mut Value, template: &str) -> bool {
    let Some(scalar) = value.as_object().and_then(|value| value.keys().next().cloned()) else { return false };
    *value = json!({ scalar: template });
    true
}

/// The placeholder of the value that the key condition compares an attribute with: `:k` of `#k = :k AND …`.
fn compared_with(request: &Value, attribute: &str) -> Option<String> {
    let condition = request["KeyConditionExpression"].as_str()?;
    let spaced = condition.replace('=', " = ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let is_it = |word: &str| {
        word == attribute || request["ExpressionAttributeNames"][word].as_str() == Some(attribute)
    };
    let found =
        words.windows(3).find(|words| is_it(words[0]) && words[1] == "=" && words[2].starts_with(':'));
    found.map(|words| words[2].trim_end_matches(')').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(request: Value) -> AccessPattern {
        let (name, operation) = ("n".to_owned(), "Query".to_owned());
        AccessPattern { name, operation, request, weight: 1, variables: Default::default() }
    }

    #[test]
    fn a_template_is_written_wherever_the_key_has_its_value() {
        let mut get = pattern(json!({ "Key": { "a": { "S": "x" }, "b": { "N": "1" } } }));
        assert!(write_key(&mut get, "b", "{now}") && !write_key(&mut get, "c", "{now}"));
        assert_eq!(get.request["Key"], json!({ "a": { "S": "x" }, "b": { "N": "{now}" } }));
        for (condition, names) in [
            ("a = :v AND b > :w", json!({})),
            ("#k=:v", json!({ "#k": "a" })),
            ("(begins_with(b, :w)) AND #k = :v", json!({ "#k": "a" })),
        ] {
            let mut query = pattern(json!({
                "KeyConditionExpression": condition, "ExpressionAttributeNames": names,
                "ExpressionAttributeValues": { ":v": { "S": "1" }, ":w": { "S": "2" } },
            }));
            assert!(write_key(&mut query, "a", "{today}"), "{condition}");
            let values = &query.request["ExpressionAttributeValues"];
            assert_eq!(values, &json!({ ":v": { "S": "{today}" }, ":w": { "S": "2" } }), "{condition}");
        }
    }

    #[test]
    fn a_date_is_no_number() {
        assert_eq!(Keys::Today.template("d", true, 1), None);
        assert_eq!(Keys::Zipf.template("n", true, 9).as_deref(), Some("{zipf 1..9}"));
        assert_eq!(Keys::TodaySuffix.template("d", false, 1).as_deref(), Some("{today}#{shard 0..9}"));
    }
}
