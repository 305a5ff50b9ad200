//! Requests, written otherwise: the parts of a filter, and what is left over once a part went elsewhere.
//!
//! Owns the cutting of a filter's text at its ANDs, so far that a part can become a key condition. A filter that it cannot cut is left
//! alone. It reads texts that the engine has compiled, and compiles nothing.

use serde_json::{Map, Value};

/// A part of a filter that must hold by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// As it is written.
    pub text: String,
    /// The attribute that it tests.
    pub attribute: String,
    /// It tests for equality.
    pub is_equal: bool,
    /// It tests as a sort key can be tested otherwise.
    pub is_range: bool,
    /// It tests that the attribute is there.
    pub is_exists: bool,
}

/// The words of an expression: names, values, symbols, each with where it begins.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut all = Vec::new();
    let is_word =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '#' | ':' | '.' | '[' | ']');
    let is_sign = |letter: char| matches!(letter, '<' | '>' | '=');
    let mut letters = text.char_indices().peekable();
    while let Some((start, first)) = letters.next() {
        if first.is_whitespace() {
            continue;
        }
        let mut end = start + first.len_utf8();
        for same in [is_word as fn(char) -> bool, is_sign] {
            while same(first) && letters.peek().is_some_and(|(_, letter)| same(*letter)) {
                if let Some((at, letter)) = letters.next() {
                    end = at + letter.len_utf8();
                }
            }
        }
        all.push((start, &text[start..end]));
    }
    all
}

fn resolve<'a>(word: &'a str, names: &'a Map<String, Value>) -> Option<&'a str> {
    if word.starts_with(':') || word.contains(['.', '[']) {
        return None;
    }
    match word.starts_with('#') {
        true => names.get(word)?.as_str(),
        false => Some(word),
    }
}

/// Reads one part.
fn part(text: &str, names: &Map<String, Value>) -> Option<Part> {
    let words: Vec<&str> = words(text).into_iter().map(|(_, word)| word).collect();
    let of = |word: &str| resolve(word, names).map(str::to_owned);
    let text = text.trim().to_owned();
    let is = |word: &str, keyword: &str| word.eq_ignore_ascii_case(keyword);
    let is_value = |word: &str| word.starts_with(':');
    Some(match words.as_slice() {
        [name, sign, value] if is_value(value) && *sign != "<>" => {
            let is_equal = *sign == "=";
            Part { text, attribute: of(name)?, is_equal, is_range: !is_equal, ..Part::default() }
        }
        [value, "=", name] if is_value(value) => {
            // In a key condition the attribute stands in front.
            Part {
                text: format!("{name} = {value}"),
                attribute: of(name)?,
                is_equal: true,
                ..Part::default()
            }
        }
        [name, between, low, and, high]
            if is(between, "BETWEEN") && is(and, "AND") && is_value(low) && is_value(high) =>
        {
            Part { text, attribute: of(name)?, is_range: true, ..Part::default() }
        }
        ["begins_with", "(", name, ",", value, ")"] if is_value(value) => {
            Part { text, attribute: of(name)?, is_range: true, ..Part::default() }
        }
        ["attribute_exists", "(", name, ")"] => {
            Part { text, attribute: of(name)?, is_exists: true, ..Part::default() }
        }
        _ => Part { text, ..Part::default() },
    })
}

/// The parts of a filter that must all hold; none where it has an OR or a NOT outside of parentheses.
pub(super) fn parts(text: &str, names: &Map<String, Value>) -> Option<Vec<Part>> {
    let (mut depth, mut from, mut between) = (0_usize, 0, false);
    let mut all = Vec::new();
    for (at, word) in words(text) {
        match word {
            "(" => depth += 1,
            ")" => depth = depth.checked_sub(1)?,
            _ if depth > 0 => {}
            _ if word.eq_ignore_ascii_case("OR") || word.eq_ignore_ascii_case("NOT") => return None,
            _ if word.eq_ignore_ascii_case("BETWEEN") => between = true,
            _ if word.eq_ignore_ascii_case("AND") && between => between = false,
            _ if word.eq_ignore_ascii_case("AND") => {
                all.push(part(&text[from..at], names)?);
                from = at + word.len();
            }
            _ => {}
        }
    }
    all.push(part(&text[from..], names)?);
    Some(all)
}

/// Takes out the placeholders that no expression names any more, which the service refuses.
pub(super) fn tidy_placeholders(request: &mut Map<String, Value>) {
    let members = ["FilterExpression", "KeyConditionExpression", "ProjectionExpression"];
    let texts = members.iter().filter_map(|member| request.get(*member)?.as_str());
    let separators = |letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '#' | ':'));
    let used: Vec<String> = texts.flat_map(|text| text.split(separators)).map(str::to_owned).collect();
    for member in ["ExpressionAttributeNames", "ExpressionAttributeValues"] {
        let Some(Value::Object(placeholders)) = request.get_mut(member) else { continue };
        placeholders.retain(|name, _| used.contains(name));
        if placeholders.is_empty() {
            request.remove(member);
        }
    }
}

/// Takes out the definitions of attributes that no key uses any more, which the service refuses.
pub(super) fn tidy_definitions(request: &mut Value) {
    let lists = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
    let indexes = lists.iter().filter_map(|list| request[*list].as_array()).flatten();
    let schemas = indexes.map(|index| &index["KeySchema"]).chain([&request["KeySchema"]]);
    let elements = schemas.filter_map(Value::as_array).flatten();
    let used: Vec<String> =
        elements.filter_map(|element| element["AttributeName"].as_str().map(str::to_owned)).collect();
    if let Some(definitions) = request["AttributeDefinitions"].as_array_mut() {
        definitions.retain(|one| used.iter().any(|used| one["AttributeName"] == used.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn cut(text: &str) -> Option<Vec<(String, String, &'static str)>> {
        let names = json!({ "#s": "status" });
        let kind = |part: &Part| match (part.is_equal, part.is_range, part.is_exists) {
            (true, ..) => "equal",
            (_, true, _) => "range",
            (.., true) => "exists",
            _ => "other",
        };
        let parts = parts(text, names.as_object().expect("an object"))?;
        Some(parts.into_iter().map(|part| (part.text.clone(), part.attribute.clone(), kind(&part))).collect())
    }

    #[test]
    fn a_filter_is_cut_at_its_ands() {
        let one = |text: &str, attribute: &str, kind| (text.to_owned(), attribute.to_owned(), kind);
        assert_eq!(cut("#s = :s"), Some(vec![one("#s = :s", "status", "equal")]));
        assert_eq!(
            cut(":s=#s and at BETWEEN :a AND :b AND attribute_exists(flag) AND (x = :x OR y = :y)"),
            Some(vec![
                one("#s = :s", "status", "equal"),
                one("at BETWEEN :a AND :b", "at", "range"),
                one("attribute_exists(flag)", "flag", "exists"),
                one("(x = :x OR y = :y)", "", "other"),
            ])
        );
        assert_eq!(cut("begins_with(sk, :p) AND n<>:n").map(|parts| parts[1].2), Some("other"));
        assert_eq!(cut("a = :a OR b = :b"), None);
        assert_eq!(cut("a.b = :a"), None, "a nested attribute is no key");
    }

    #[test]
    fn placeholders_and_definitions_that_nobody_uses_go() {
        let mut request = json!({
            "FilterExpression": "#a = :a", "ExpressionAttributeNames": { "#a": "a", "#ab": "b" },
            "ExpressionAttributeValues": { ":a": { "S": "x" }, ":b": { "S": "y" } },
        });
        tidy_placeholders(request.as_object_mut().expect("an object"));
        assert_eq!(request["ExpressionAttributeNames"], json!({ "#a": "a" }));
        assert_eq!(request["ExpressionAttributeValues"], json!({ ":a": { "S": "x" } }));
        request["FilterExpression"] = "x".into();
        tidy_placeholders(request.as_object_mut().expect("an object"));
        assert_eq!(request, json!({ "FilterExpression": "x" }));
        let mut table = json!({
            "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
            "AttributeDefinitions": [{ "AttributeName": "id" }, { "AttributeName": "old" }],
        });
        tidy_definitions(&mut table);
        assert_eq!(table["AttributeDefinitions"], json!([{ "AttributeName": "id" }]));
    }
}
