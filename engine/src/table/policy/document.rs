//! A policy's text: what it must have, and the canonical form in which it is compared and shown.
//!
//! Owns the JSON of a policy; knows no table. Never decides what a policy allows.
//!
//! Follows the [grammar of IAM policies](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html) and,
//! for the refusals and the canonical form, the API findings that the ACK project published in October 2026.

use serde_json::{Map, Value};

use super::super::arn::{Arn, Resource};
use crate::error::Result;
use crate::error::resource as words;
use crate::error::table::ensure;
use crate::limits::POLICY_BYTES;

/// What a policy without a Version is read as.
const FIRST_VERSION: &str = "2008-10-17";
/// The actions on streams; all others are on tables.
const STREAM_ACTIONS: [&str; 3] = ["DescribeStream", "GetRecords", "GetShardIterator"];
/// An action that is on neither.
const LIST_STREAMS: &str = "ListStreams";

/// What a policy is put on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// A table.
    Table,
    /// A stream.
    Stream,
}

/// The canonical form of a policy's text: the members in their order, nothing between them, lists of one element as that
/// element, accounts as their roots. Two texts with one canonical form are one policy.
pub fn canonical(text: &str, on: On) -> Result<String> {
    ensure(text.len() <= POLICY_BYTES, words::policy_too_large)?;
    let policy = match serde_json::from_str(text) {
        Ok(Value::Object(policy)) => policy,
        Ok(Value::Null) => return Err(words::policy_invalid("This text appears not to be a policy")),
        _ => return Err(words::policy_invalid("This policy contains invalid Json")),
    };
    if policy.is_empty() {
        return Err(syntax_error(text, text.len()));
    }
    let statements = match policy.get("Statement") {
        None => return Err(missing("Statement")),
        Some(Value::Array(list)) if list.is_empty() => {
            return Err(words::policy_invalid("Could not parse the policy: Statement is empty!"));
        }
        Some(Value::Array(list)) => list.clone(),
        Some(one) => vec![one.clone()],
    };
    let mut parsed = Vec::with_capacity(statements.len());
    for statement in &statements {
        let Value::Object(statement) = statement else { return Err(syntax_error(text, text.len())) };
        parsed.push(canonical_statement(statement, text, on)?);
    }
    let sids: Vec<&Value> = statements.iter().filter_map(|statement| statement.get("Sid")).collect();
    ensure((1..sids.len()).all(|at| !sids[..at].contains(&sids[at])), || {
        words::policy_invalid("The Statement Ids in the policy are not unique")
    })?;
    let mut members = Vec::new();
    for name in ["Version", "Id"] {
        if let Some(value) = policy.get(name) {
            members.push(member(name, &value.to_string()));
        }
    }
    members.push(member("Statement", &format!("[{}]", parsed.join(","))));
    Ok(format!("{{{}}}", members.join(",")))
}

/// The text as it is shown: with the Version that it is read by.
pub fn shown(canonical: &str) -> String {
    if canonical.starts_with("{\"Version\"") {
        canonical.to_owned()
    } else {
        format!("{{{},{}", member("Version", &format!("\"{FIRST_VERSION}\"")), &canonical[1..])
    }
}

fn member(name: &str, value: &str) -> String {
    format!("\"{name}\":{value}")
}

fn missing(field: &str) -> crate::error::ApiError {
    words::policy_invalid(format_args!("Missing required field {field}"))
}

/// The fault at that byte of the text, told by the line and column behind it.
fn syntax_error(text: &str, at: usize) -> crate::error::ApiError {
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    words::policy_invalid(format_args!("Syntax error at position ({line},{column})"))
}

fn canonical_statement(statement: &Map<String, Value>, text: &str, on: On) -> Result<String> {
    let effect = match statement.get("Effect") {
        None => return Err(missing("Effect")),
        Some(Value::String(effect)) if effect.eq_ignore_ascii_case("allow") => "Allow",
        Some(Value::String(effect)) if effect.eq_ignore_ascii_case("deny") => "Deny",
        Some(other) => return Err(misplaced(other, text)),
    };
    let one_of = |name: &'static str, not: &'static str| match (statement.get(name), statement.get(not)) {
        (Some(value), _) => Ok((name, value)),
        (None, Some(value)) => Ok((not, value)),
        (None, None) => Err(missing(name)),
    };
    let (principal_member, principal) = one_of("Principal", "NotPrincipal")?;
    let (action_member, action) = one_of("Action", "NotAction")?;
    let (resource_member, resource) = one_of("Resource", "NotResource")?;
    let principal = canonical_principal(principal, text)?;
    let everyone = Value::from("*");
    let unbounded = principal == everyone || principal.get("AWS") == Some(&everyone);
    let bounded = statement.contains_key("Condition") || effect == "Deny";
    ensure(bounded || !unbounded, words::policy_unbounded)?;
    check_actions(action, on)?;
    check_resources(resource, on)?;
    let mut members = Vec::new();
    if let Some(sid) = statement.get("Sid") {
        members.push(member("Sid", &sid.to_string()));
    }
    members.push(member("Effect", &format!("\"{effect}\"")));
    members.push(member(principal_member, &principal.to_string()));
    members.push(member(action_member, &single(action.clone()).to_string()));
    members.push(member(resource_member, &single(resource.clone()).to_string()));
    if let Some(condition) = statement.get("Condition") {
        members.push(member("Condition", &canonical_condition(condition).to_string()));
    }
    Ok(format!("{{{}}}", members.join(",")))
}

/// A value that cannot stand where it does.
fn misplaced(value: &Value, text: &str) -> crate::error::ApiError {
    let shown = value.to_string();
    syntax_error(text, text.find(&shown).map_or(text.len(), |at| at + shown.len()))
}

/// A list of one element is that element.
fn single(value: Value) -> Value {
    match value {
        Value::Array(mut list) if list.len() == 1 => list.remove(0),
        other => other,
    }
}

fn canonical_principal(principal: &Value, text: &str) -> Result<Value> {
    let kinds = match principal {
        Value::String(everyone) if everyone == "*" => return Ok(principal.clone()),
        Value::Object(kinds) => kinds,
        other => return Err(misplaced(other, text)),
    };
    let mut canonical = Map::new();
    for (kind, names) in kinds {
        let names = match names {
            Value::Array(list) => list.clone(),
            one => vec![one.clone()],
        };
        let mut kept: Vec<Value> = Vec::with_capacity(names.len());
        for name in names {
            let name = match &name {
                Value::String(id)
                    if kind == "AWS" && id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()) =>
                {
                    Value::from(format!("arn:aws:iam::{id}:root"))
                }
                _ => name,
            };
            if !kept.contains(&name) {
                kept.push(name);
            }
        }
        canonical.insert(kind.clone(), single(Value::Array(kept)));
    }
    Ok(Value::Object(canonical))
}

fn canonical_condition(condition: &Value) -> Value {
    let Value::Object(operators) = condition else { return condition.clone() };
    let operators = operators.iter().map(|(operator, keys)| {
        let keys = match keys {
            Value::Object(keys) => {
                Value::Object(keys.iter().map(|(key, value)| (key.clone(), single(value.clone()))).collect())
            }
            other => other.clone(),
        };
        (operator.clone(), keys)
    });
    Value::Object(operators.collect())
}

/// The texts of a member that is one text or a list of them.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

fn check_actions(actions: &Value, on: On) -> Result<()> {
    let is_valid = |action: &&str| {
        let Some((service, name)) = action.split_once(':') else { return *action == "*" };
        if !service.eq_ignore_ascii_case("dynamodb") {
            return false;
        }
        let of_streams = STREAM_ACTIONS.iter().any(|stream| stream.eq_ignore_ascii_case(name));
        let lists = name.eq_ignore_ascii_case(LIST_STREAMS);
        name.contains(['*', '?']) || !lists && of_streams == (on == On::Stream)
    };
    let invalid: Vec<String> = texts(actions)
        .into_iter()
        .filter(|action| !is_valid(action))
        .map(|action| format!("\"{action}\""))
        .collect();
    ensure(invalid.is_empty(), || {
        let invalid = invalid.join(", ");
        words::policy_invalid(format_args!("The following action names are invalid: {invalid}"))
    })
}

/// A table's policy names no stream, and a stream's nothing but streams.
fn check_resources(resources: &Value, on: On) -> Result<()> {
    for text in texts(resources).into_iter().filter(|text| *text != "*") {
        let Ok(arn) = Arn::parse(text) else { continue };
        let fits = match arn.names() {
            Resource::Stream(..) => on == On::Stream,
            _ => on == On::Table,
        };
        ensure(fits, || {
            let id = arn.resource;
            words::policy_invalid(format_args!("The relative-id \"{id}\" is invalid for ARN \"{text}\""))
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/Orders";

    fn of_table(text: &str) -> std::result::Result<String, String> {
        canonical(text, On::Table).map_err(|error| error.message)
    }

    #[test]
    fn one_policy_has_one_text() {
        let expected = format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Sid\":\"a\",\"Effect\":\"Allow\",\"Principal\":{{\"AWS\":\
             \"arn:aws:iam::000000000000:root\"}},\"Action\":\"dynamodb:GetItem\",\"Resource\":\"{ARN}\"}}]}}"
        );
        for text in [
            expected.clone(),
            format!(
                "{{ \"Statement\": {{\"Resource\": [\"{ARN}\"], \"Action\": [\"dynamodb:GetItem\"], \"Effect\": \"allow\",\n \
                 \"Principal\": {{\"AWS\": [\"000000000000\", \"arn:aws:iam::000000000000:root\"]}}, \"Sid\": \"\\u0061\"}}, \
                 \"Version\": \"2012-10-17\"}}"
            ),
        ] {
            assert_eq!(of_table(&text), Ok(expected.clone()));
        }
        let without_version = format!("{{{}", &expected["{\"Version\":\"2012-10-17\",".len()..]);
        assert_eq!(of_table(&without_version), Ok(without_version.clone()));
        assert_eq!(shown(&without_version), expected.replace("2012-10-17", "2008-10-17"));
    }

    #[test]
    fn what_is_no_policy() {
        let statement = |members: &str| format!("{{\"Statement\":[{{{members}}}]}}");
        let full = |principal: &str, action: &str, resource: &str| {
            statement(&format!(
                "\"Effect\":\"Allow\",\"Principal\":{principal},\"Action\":{action},\"Resource\":{resource}"
            ))
        };
        let root = "{\"AWS\":\"000000000000\"}";
        let get = "\"dynamodb:GetItem\"";
        for (text, what) in [
            (String::new(), "This policy contains invalid Json"),
            ("[]".into(), "This policy contains invalid Json"),
            ("{not json".into(), "This policy contains invalid Json"),
            ("null".into(), "This text appears not to be a policy"),
            ("{}".into(), "Syntax error at position (1,3)"),
            ("{\"Statement\":[]}".into(), "Could not parse the policy: Statement is empty!"),
            (statement(""), "Missing required field Effect"),
            (
                statement("\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"*\""),
                "Missing required field Resource",
            ),
            (
                full(root, "[\"dynamodb:GetRecords\", \"dynamodb:GetItem\", \"s3:GetObject\"]", "\"*\""),
                "The following action names are invalid: \"dynamodb:GetRecords\", \"s3:GetObject\"",
            ),
            (
                full(root, get, &format!("\"{ARN}/stream/x\"")),
                "The relative-id \"table/Orders/stream/x\" is invalid for ARN \
                 \"arn:aws:dynamodb:us-east-1:000000000000:table/Orders/stream/x\"",
            ),
        ] {
            let expected =
                format!("One or more parameter values were invalid: Invalid policy document: {what}");
            assert_eq!(of_table(&text), Err(expected), "{text}");
        }
        let unbounded = of_table(&full("{\"AWS\":\"*\"}", get, "\"*\"")).unwrap_err();
        assert!(unbounded.starts_with("Resource-based policy grants unbounded access"), "{unbounded}");
        assert!(
            canonical(&full(root, "\"dynamodb:GetRecords\"", &format!("\"{ARN}/stream/x\"")), On::Stream)
                .is_ok()
        );
    }
}
