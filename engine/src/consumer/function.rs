//! A function: what is done with the records of a batch, as rules of conditions, updates and templates.
//!
//! Owns the rules, their checks at the door, and what an invocation comes to. A rule's condition is DynamoDB's own, over the
//! record as an item; what it then does is a request of DynamoDB's own, with values that the record fills in. Never writes:
//! each request goes through `send`, which is the world's ordinary door, and an exception there is one that the function
//! throws.
//!
//! Differs from DynamoDB: Lambda runs code; here a function is data, so that nothing is ever evaluated. The event that its rules
//! see is Lambda's: the record (`eventName`, `dynamodb.NewImage`, …), and `state`, `window` and `isFinalInvokeForWindow` of
//! [time windows](https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-windows.html).

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api::decode::from_value;
use crate::api::item::Names;
use crate::api::value::{WireMap, WireValue, read_item};
use crate::error::constraint::Violations;
use crate::error::value::ValueError;
use crate::error::{ApiError, ErrorKind, Result, consumer as words};
use crate::expression::{Condition, Envelope, ExpressionKind, Placeholders, Update};
use crate::limits;
use crate::model::json::map_json;
use crate::model::{AttributeValue, DocumentPath, Item};
use crate::table::lifecycle::iso_date;

use super::template::{Template, path};

/// So many rules a function has at most.
const MOST_RULES: usize = 20;
/// Of so many words of one text a rule is carried out at most.
const MOST_WORDS: usize = 1_000;
/// How deep a function's JSON nests at most: deeper than any item needs, less than what is read back at most.
const LEVELS: usize = 100;
/// How long an invocation takes where nothing is said, in milliseconds; modelled.
const DURATION_MS: u64 = 100;
/// The longest that an invocation takes: Lambda's own limit.
const LONGEST_MS: u64 = 900_000;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FunctionInput {
    rules: Option<Vec<RuleInput>>,
    fail_if: Option<ConditionInput>,
    duration_milliseconds: Option<u64>,
    loses_answers_percent: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RuleInput {
    r#if: Option<ConditionInput>,
    for_each: Option<String>,
    then: Option<Value>,
    at_window_end: Option<bool>,
    ignore_conditional_check_failures: Option<bool>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ConditionInput {
    condition_expression: Option<String>,
    expression_attribute_names: Option<Names>,
    expression_attribute_values: Option<WireMap>,
}

/// A compiled function.
#[derive(Clone, Debug)]
pub struct Function {
    rules: Vec<Rule>,
    fail_if: Option<Condition>,
    /// How long an invocation takes, in milliseconds.
    pub duration_ms: u64,
    /// Of a hundred answers so many are lost, though the function has done its work.
    pub loses_percent: u32,
}

#[derive(Clone, Debug)]
struct Rule {
    condition: Option<Condition>,
    for_each: Option<DocumentPath>,
    at_window_end: bool,
    ignore_failed_conditions: bool,
    operation: &'static str,
    request: Vec<(String, Template)>,
}

/// The tumbling window that records belong to, in milliseconds of the epoch: from the first, before the second.
pub type Span = (u64, u64);

/// What an invocation gets.
#[derive(Clone, Debug, Default)]
pub struct Invocation {
    /// The records, as items.
    pub records: Vec<Item>,
    /// The window and its state so far, where there are windows.
    pub window: Option<(Span, Item)>,
    /// Whether it is the window's last, and whether that came early, because the state had grown too large.
    pub ends_window: Option<bool>,
}

/// What an invocation came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Returned {
    /// Which record it failed at, from 0, and what it threw.
    pub failed: Option<(usize, String)>,
    /// Requests that it sent.
    pub requests: u64,
    /// The window's state after it.
    pub state: Option<Item>,
}

/// Sends a request: an operation's name and its JSON.
pub type Send<'a> = &'a mut dyn FnMut(&str, &[u8]) -> Result<()>;

impl Function {
    /// Reads and checks a function.
    pub fn read(value: &Value) -> Result<Function> {
        if !is_shallow(value, LEVELS) {
            return Err(words::function_too_deep(LEVELS));
        }
        let input: FunctionInput = from_value(value.clone())?;
        let mut violations = Violations::default();
        if let Some(rules) = violations.required(&input.rules, "function.rules")
            && !(1..=MOST_RULES).contains(&rules.len())
        {
            return Err(words::too_many_rules(MOST_RULES));
        }
        let (duration_ms, loses_percent) =
            (input.duration_milliseconds.unwrap_or(DURATION_MS), input.loses_answers_percent.unwrap_or(0));
        let whole = i64::try_from(duration_ms).unwrap_or(i64::MAX);
        violations.at_least(whole, "function.durationMilliseconds", 1);
        violations.at_most(whole, "function.durationMilliseconds", LONGEST_MS as i64);
        violations.at_most(i64::from(loses_percent), "function.losesAnswersPercent", 100);
        violations.into_result()?;
        let numbered =
            |(at, input): (usize, RuleInput)| rule(input).map_err(|what| words::rule(at + 1, what));
        let rules = input.rules.into_iter().flatten().enumerate().map(numbered).collect::<Result<_>>()?;
        let fail_if = input.fail_if.map(condition).transpose().map_err(|error| words::fail_if(&error))?;
        Ok(Function { rules, fail_if, duration_ms, loses_percent })
    }

    /// Handles the records in their order, up to the first at which it fails: what was done before stays done.
    pub fn invoke(&self, invocation: &Invocation, send: Send) -> Returned {
        let mut returned = Returned {
            state: invocation.window.as_ref().map(|(_, state)| state.clone()),
            ..Returned::default()
        };
        for (at, record) in invocation.records.iter().enumerate() {
            let mut event = record.clone();
            let event = invocation.complete(&mut event, returned.state.as_ref());
            let poisoned = self.fail_if.as_ref().is_some_and(|condition| condition.evaluate(Some(event)));
            let done = match poisoned {
                true => Err(words::POISONED.to_owned()),
                false => self.handle(event, false, send, &mut returned),
            };
            if let Err(thrown) = done {
                returned.failed = Some((at, thrown));
                return returned;
            }
        }
        if invocation.ends_window.is_some() {
            let mut event = Item::new();
            let event = invocation.complete(&mut event, returned.state.as_ref());
            if let Err(thrown) = self.handle(event, true, send, &mut returned) {
                returned.failed = Some((0, thrown));
            }
        }
        returned
    }

    fn handle(
        &self,
        event: &Item,
        ends_window: bool,
        send: Send,
        returned: &mut Returned,
    ) -> std::result::Result<(), String> {
        for rule in self.rules.iter().filter(|rule| rule.at_window_end == ends_window) {
            if rule.condition.as_ref().is_some_and(|condition| !condition.evaluate(Some(event))) {
                continue;
            }
            let Some(each) = &rule.for_each else {
                rule.carry_out(event, send, returned)?;
                continue;
            };
            for word in words_at(each, event) {
                let mut event = event.clone();
                event.insert("word", AttributeValue::S(word));
                rule.carry_out(&event, send, returned)?;
            }
        }
        Ok(())
    }
}

impl Invocation {
    /// The event: a record with what Lambda tells beside it.
    fn complete<'e>(&self, event: &'e mut Item, state: Option<&Item>) -> &'e Item {
        if let Some(((start_ms, end_ms), _)) = &self.window {
            let span = [("end", *end_ms), ("start", *start_ms)];
            let span = span.map(|(name, at_ms)| (name.to_owned(), AttributeValue::S(iso_date(at_ms))));
            event.insert("window", AttributeValue::M(span.into_iter().collect()));
            event.insert("state", AttributeValue::M(state.cloned().unwrap_or_default()));
            event.insert("isFinalInvokeForWindow", AttributeValue::Bool(self.ends_window.is_some()));
            event.insert("isWindowTerminatedEarly", AttributeValue::Bool(self.ends_window == Some(true)));
        }
        event
    }
}

impl Rule {
    fn carry_out(
        &self,
        event: &Item,
        send: Send,
        returned: &mut Returned,
    ) -> std::result::Result<(), String> {
        let mut request = Map::new();
        for (name, template) in &self.request {
            if let Some(value) = template.fill(event)? {
                request.insert(name.clone(), value);
            }
        }
        if self.operation == UPDATE_STATE {
            let before = returned.state.take().unwrap_or_default();
            let after = update_state(Value::Object(request), &before);
            returned.state = Some(after.map_err(|error| words::refused(UPDATE_STATE, &error))?);
            return Ok(());
        }
        returned.requests += 1;
        match send(self.operation, Value::Object(request).to_string().as_bytes()) {
            Err(error)
                if self.ignore_failed_conditions && error.kind == ErrorKind::ConditionalCheckFailed =>
            {
                Ok(())
            }
            Err(error) => Err(words::refused(self.operation, &error)),
            Ok(()) => Ok(()),
        }
    }
}

fn is_shallow(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(list) => levels > 0 && list.iter().all(|one| is_shallow(one, levels - 1)),
        Value::Object(members) => levels > 0 && members.values().all(|one| is_shallow(one, levels - 1)),
        _ => true,
    }
}

const UPDATE_STATE: &str = "UpdateState";
const OPERATIONS: [&str; 4] = ["PutItem", "UpdateItem", "DeleteItem", UPDATE_STATE];

fn rule(input: RuleInput) -> std::result::Result<Rule, String> {
    let then = input.then.as_ref().and_then(Value::as_object).filter(|then| then.len() == 1);
    let (name, request) = then.and_then(|then| then.iter().next()).ok_or(words::THEN)?;
    let operation = OPERATIONS.into_iter().find(|operation| operation == name).ok_or(words::THEN)?;
    let members = request.as_object().ok_or(words::THEN)?;
    let read = |(name, value): (&String, &Value)| {
        let template = match name.as_str() {
            "Item" | "Key" | "ExpressionAttributeValues" => Template::attributes(value)?,
            // Expressions and names are as they are written.
            _ => Template::Plain(value.clone()),
        };
        Ok((name.clone(), template))
    };
    let message = |error: ApiError| error.message;
    Ok(Rule {
        condition: input.r#if.map(condition).transpose().map_err(message)?,
        for_each: input.for_each.as_deref().map(path).transpose()?,
        at_window_end: input.at_window_end.unwrap_or(false),
        ignore_failed_conditions: input.ignore_conditional_check_failures.unwrap_or(false),
        operation,
        request: members.iter().map(read).collect::<std::result::Result<_, String>>()?,
    })
}

fn values(map: Option<WireMap>) -> Result<Option<BTreeMap<String, AttributeValue>>> {
    let Some(map) = map else { return Ok(None) };
    let read = |(name, value): (String, WireValue)| Ok((name, value.read_alone().map_err(ApiError::from)?));
    map.into_iter().map(read).collect::<Result<_>>().map(Some)
}

fn condition(input: ConditionInput) -> Result<Condition> {
    let text = input.condition_expression.unwrap_or_default();
    let values = values(input.expression_attribute_values)?;
    let names = input.expression_attribute_names.as_ref();
    let mut placeholders = Placeholders::new(names, values.as_ref(), Envelope::Bare)?;
    let condition = Condition::compile(ExpressionKind::ConditionExpression, &text, &mut placeholders)?;
    placeholders.finish()?;
    Ok(condition)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateInput {
    update_expression: Option<String>,
    expression_attribute_names: Option<Names>,
    expression_attribute_values: Option<WireMap>,
}

fn update_state(request: Value, state: &Item) -> Result<Item> {
    let input: UpdateInput = from_value(request)?;
    let values = values(input.expression_attribute_values)?;
    let names = input.expression_attribute_names.as_ref();
    let mut placeholders = Placeholders::new(names, values.as_ref(), Envelope::Bare)?;
    let update = Update::compile(&input.update_expression.unwrap_or_default(), &mut placeholders)?;
    placeholders.finish()?;
    let after = update.apply(state)?;
    // As an item's, so that it can be read back.
    match after.iter().any(|(_, value)| value.depth() >= limits::NESTING_LEVELS) {
        true => Err(ApiError::from(ValueError::Nesting)),
        false => Ok(after),
    }
}

/// The words of a text in lower case, or the elements of a list or set of texts: each once, in their order.
fn words_at(path: &DocumentPath, event: &Item) -> BTreeSet<String> {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let all: Vec<String> = match path.get(event) {
        Some(AttributeValue::S(text)) => words(text),
        Some(AttributeValue::Ss(set)) => set.clone(),
        Some(AttributeValue::L(list)) => list
            .iter()
            .filter_map(|element| match element {
                AttributeValue::S(text) => Some(text.clone()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    all.into_iter().collect::<BTreeSet<_>>().into_iter().take(MOST_WORDS).collect()
}

/// A window's state, to be saved.
pub fn state_json(state: &Item) -> Value {
    serde_json::from_slice(&map_json(state)).unwrap_or_else(|_| json!({}))
}

/// A window's state, as it was saved.
pub fn state_of(saved: &Value) -> Item {
    let map = from_value::<WireMap>(saved.clone());
    map.ok().and_then(|map| read_item(map).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str, total: i64) -> Item {
        let image = [
            ("amount".to_string(), AttributeValue::N(total.into())),
            ("text".into(), AttributeValue::s("a b, A")),
        ];
        let change = [("NewImage".to_string(), AttributeValue::M(image.into_iter().collect()))];
        [
            ("eventName".to_string(), AttributeValue::s(name)),
            ("dynamodb".into(), AttributeValue::M(change.into_iter().collect())),
        ]
        .into_iter()
        .collect()
    }

    fn run(function: Value, invocation: &Invocation) -> (Returned, Vec<(String, Value)>) {
        let mut sent = Vec::new();
        let mut send = |operation: &str, request: &[u8]| {
            sent.push((operation.to_owned(), serde_json::from_slice(request).unwrap()));
            Ok(())
        };
        let returned = Function::read(&function).unwrap().invoke(invocation, &mut send);
        (returned, sent)
    }

    #[test]
    fn what_was_done_before_a_poisoned_record_stays_done() {
        let function = json!({
            "Rules": [{"Then": {"UpdateItem": {"TableName": "T", "Key": {"id": {"S": "all"}},
                "UpdateExpression": "ADD amount :n", "ExpressionAttributeValues": {":n": {"N": "{dynamodb.NewImage.amount}"}}}}}],
            "FailIf": {"ConditionExpression": "dynamodb.NewImage.amount < :zero", "ExpressionAttributeValues": {":zero": {"N": "0"}}}
        });
        let records = vec![record("INSERT", 5), record("INSERT", -1), record("INSERT", 7)];
        let (returned, sent) = run(function, &Invocation { records, ..Invocation::default() });
        assert_eq!(returned.failed, Some((1, words::POISONED.to_owned())));
        assert_eq!(sent.len(), 1);
        assert_eq!(sent[0].1["ExpressionAttributeValues"][":n"], json!({"N": "5"}));
    }

    #[test]
    fn a_rule_is_carried_out_for_each_word_once() {
        let function = json!({"Rules": [{"ForEach": "dynamodb.NewImage.text", "Then": {"PutItem": {"TableName": "T",
            "Item": {"word": {"S": "{word}"}}}}}]});
        let (_, sent) =
            run(function, &Invocation { records: vec![record("INSERT", 1)], ..Invocation::default() });
        let words: Vec<&Value> = sent.iter().map(|(_, request)| &request["Item"]["word"]["S"]).collect();
        assert_eq!(words, ["a", "b"]);
    }

    #[test]
    fn a_window_hands_its_state_on_to_its_last_invocation() {
        let function = json!({"Rules": [
            {"Then": {"UpdateState": {"UpdateExpression": "ADD amount :n",
                "ExpressionAttributeValues": {":n": {"N": "{dynamodb.NewImage.amount}"}}}}},
            {"AtWindowEnd": true, "Then": {"PutItem": {"TableName": "T",
                "Item": {"id": {"S": "{window.start}"}, "amount": {"From": "state.amount"}}}}}
        ]});
        let window = Some(((0, 60_000), Item::new()));
        let first =
            Invocation { records: vec![record("INSERT", 5), record("INSERT", 7)], window, ends_window: None };
        let (returned, sent) = run(function.clone(), &first);
        assert!(sent.is_empty());
        let state = state_of(&state_json(&returned.state.unwrap()));
        let last = Invocation {
            window: Some(((0, 60_000), state)),
            ends_window: Some(false),
            ..Invocation::default()
        };
        let (_, sent) = run(function, &last);
        assert_eq!(sent[0].1["Item"], json!({"id": {"S": "1970-01-01T00:00:00Z"}, "amount": {"N": "12"}}));
    }

    #[test]
    fn a_state_nests_no_deeper_than_an_item() {
        let deeper = |levels: usize| {
            let value = (0..levels).fold(json!({"S": "x"}), |inner, _| json!({"L": [inner]}));
            json!({"Rules": [{"Then": {"UpdateState": {"UpdateExpression": "SET a = :v",
                "ExpressionAttributeValues": {":v": value}}}}]})
        };
        let window = Some(((0, 60_000), Item::new()));
        let invocation = Invocation { records: vec![record("INSERT", 1)], window, ends_window: None };
        assert_eq!(run(deeper(31), &invocation).0.failed, None);
        assert!(run(deeper(32), &invocation).0.failed.is_some());
        assert!(Function::read(&deeper(60)).is_err());
    }

    #[test]
    fn what_is_no_function_is_refused() {
        for function in [
            json!({}),
            json!({"Rules": []}),
            json!({"Rules": [{}]}),
            json!({"Rules": [{"Then": {"Scan": {}}}]}),
            json!({"Rules": [{"Then": {"PutItem": {"Item": {"a": {"S": "{"}}}}}]}),
            json!({"Rules": [{"If": {"ConditionExpression": "a ="}, "Then": {"PutItem": {}}}]}),
            json!({"Rules": [{"Then": {"PutItem": {}}}], "FailIf": {"ConditionExpression": ""}}),
            json!({"Rules": [{"Then": {"PutItem": {}}}], "DurationMilliseconds": 0}),
            json!({"Rules": [{"Then": {"PutItem": {}}}], "LosesAnswersPercent": 101}),
        ] {
            assert!(Function::read(&function).is_err(), "{function}");
        }
    }
}
