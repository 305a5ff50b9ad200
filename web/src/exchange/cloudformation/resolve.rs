//! What a template's functions give, as far as that is known before it is deployed: parameters by their defaults, mappings, conditions,
//! joins and substitutions.
//!
//! What is not known is no value: its place is left out, and listed. Follows
//! [Intrinsic functions](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::exchange::LeftOut;

/// How deep functions may stand in functions.
const DEPTH_MAX: usize = 60;

/// A template's values.
pub struct Resolver<'a> {
    template: &'a Value,
    /// Where the template is taken to be deployed.
    region: &'a str,
    /// Parameters without a default that were met.
    pub unset: BTreeSet<String>,
}

/// What a value is.
enum Found {
    Value(Value),
    /// `AWS::NoValue`.
    Nothing,
    /// Only known when it is deployed.
    Unknown(String),
}

impl<'a> Resolver<'a> {
    /// The values of this template.
    pub fn new(template: &'a Value) -> Resolver<'a> {
        Resolver { template, region: "us-east-1", unset: BTreeSet::new() }
    }

    /// A value with its functions called. What is not known goes to `left_out` under its place.
    pub fn value(&mut self, value: &Value, place: &str, left_out: &mut Vec<LeftOut>) -> Option<Value> {
        match self.find(value, place, left_out, 0) {
            Found::Value(value) => Some(value),
            Found::Nothing => None,
            Found::Unknown(why) => {
                left_out.push(LeftOut::new(place, why));
                None
            }
        }
    }

    fn find(&mut self, value: &Value, place: &str, left_out: &mut Vec<LeftOut>, depth: usize) -> Found {
        if depth > DEPTH_MAX {
            return Found::Unknown("its functions are nested too deeply".to_owned());
        }
        match value {
            Value::Object(object) => {
                if let Some((name, argument)) = function(object) {
                    return self.call(name, argument, place, left_out, depth + 1);
                }
                let mut known = Map::new();
                for (name, value) in object {
                    let place = format!("{place}.{name}");
                    match self.find(value, &place, left_out, depth + 1) {
                        Found::Value(value) => drop(known.insert(name.clone(), value)),
                        Found::Nothing => {}
                        Found::Unknown(why) => left_out.push(LeftOut::new(place, why)),
                    }
                }
                Found::Value(Value::Object(known))
            }
            Value::Array(list) => {
                let mut known = Vec::new();
                for (at, value) in list.iter().enumerate() {
                    let place = format!("{place}[{at}]");
                    match self.find(value, &place, left_out, depth + 1) {
                        Found::Value(value) => known.push(value),
                        Found::Nothing => {}
                        Found::Unknown(why) => left_out.push(LeftOut::new(place, why)),
                    }
                }
                Found::Value(Value::Array(known))
            }
            other => Found::Value(other.clone()),
        }
    }

    fn call(
        &mut self,
        name: &str,
        argument: &Value,
        place: &str,
        left_out: &mut Vec<LeftOut>,
        depth: usize,
    ) -> Found {
        let unknown =
            || Found::Unknown(format!("its value is known only when it is deployed: {name} {argument}"));
        match name {
            "Ref" => argument.as_str().map_or_else(unknown, |of| self.reference(of)),
            "Fn::Sub" => {
                let (text, own) = match argument {
                    Value::Array(list) => (list.first().and_then(Value::as_str), list.get(1)),
                    other => (other.as_str(), None),
                };
                let Some(text) = text else { return unknown() };
                self.substitute(text, own, depth).map_or_else(unknown, |text| Found::Value(json!(text)))
            }
            "Fn::If" => {
                let Some([condition, yes, no]) = argument.as_array().map(Vec::as_slice) else {
                    return unknown();
                };
                let holds =
                    condition.as_str().and_then(|name| self.condition(&json!({ "Condition": name }), depth));
                match holds {
                    Some(holds) => self.find(if holds { yes } else { no }, place, left_out, depth),
                    None => {
                        Found::Unknown(format!("whether {condition} holds is known only when it is deployed"))
                    }
                }
            }
            "Fn::Join" => {
                let Some([with, parts]) = argument.as_array().map(Vec::as_slice) else { return unknown() };
                let parts = parts.as_array().into_iter().flatten().map(|part| self.text(part, depth));
                let parts: Option<Vec<String>> = parts.collect();
                match (with.as_str(), parts) {
                    (Some(with), Some(parts)) => Found::Value(json!(parts.join(with))),
                    _ => unknown(),
                }
            }
            "Fn::FindInMap" => {
                let keys = argument.as_array().into_iter().flatten().take(3).map(|key| self.text(key, depth));
                let keys: Option<Vec<String>> = keys.collect();
                let found = keys.filter(|keys| keys.len() == 3);
                let found = found.map(|keys| &self.template["Mappings"][&*keys[0]][&*keys[1]][&*keys[2]]);
                found
                    .filter(|found| !found.is_null())
                    .map_or_else(unknown, |found| Found::Value(found.clone()))
            }
            "Fn::Select" => {
                let Some([at, list]) = argument.as_array().map(Vec::as_slice) else { return unknown() };
                let at =
                    at.as_u64().or_else(|| at.as_str()?.parse().ok()).and_then(|at| usize::try_from(at).ok());
                let chosen = at.and_then(|at| list.as_array()?.get(at)).cloned();
                chosen.map_or_else(unknown, |chosen| self.find(&chosen, place, left_out, depth))
            }
            _ => unknown(),
        }
    }

    /// What `Ref` gives.
    fn reference(&mut self, of: &str) -> Found {
        let pseudo = match of {
            "AWS::NoValue" => return Found::Nothing,
            "AWS::Region" => Some(self.region),
            "AWS::Partition" => Some("aws"),
            "AWS::URLSuffix" => Some("amazonaws.com"),
            "AWS::StackName" => Some("stack"),
            "AWS::AccountId" => Some("000000000000"),
            _ => None,
        };
        if let Some(pseudo) = pseudo {
            return Found::Value(json!(pseudo));
        }
        if let Some(parameter) = self.template["Parameters"].get(of) {
            let default = parameter.get("Default").filter(|default| !default.is_null());
            return match default {
                Some(default) => Found::Value(default.clone()),
                None => {
                    self.unset.insert(of.to_owned());
                    Found::Unknown(format!("the parameter {of} has no default"))
                }
            };
        }
        let resource = &self.template["Resources"][of];
        match resource["Properties"]["TableName"].as_str() {
            Some(name) => Found::Value(json!(name)),
            None if resource["Type"].as_str().is_some_and(|kind| kind.contains("Table")) => {
                Found::Value(json!(of))
            }
            None => Found::Unknown(format!("{of} is known only when it is deployed")),
        }
    }

    fn text(&mut self, value: &Value, depth: usize) -> Option<String> {
        match self.find(value, "", &mut Vec::new(), depth + 1) {
            Found::Value(Value::String(text)) => Some(text),
            Found::Value(Value::Number(number)) => Some(number.to_string()),
            Found::Value(Value::Bool(truth)) => Some(truth.to_string()),
            _ => None,
        }
    }

    /// `Fn::Sub`: `${Name}` is what `Ref` gives, `${!Name}` stands for itself.
    fn substitute(&mut self, text: &str, own: Option<&Value>, depth: usize) -> Option<String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${") {
            out.push_str(before);
            let (name, after) = behind.split_once('}')?;
            rest = after;
            match name.strip_prefix('!') {
                Some(literal) => out.push_str(&format!("${{{literal}}}")),
                None => {
                    let given = own.and_then(|own| own.get(name)).cloned();
                    let value = given.unwrap_or_else(|| json!({ "Ref": name }));
                    out.push_str(&self.text(&value, depth)?);
                }
            }
        }
        out.push_str(rest);
        Some(out)
    }

    /// Whether a condition holds; none where that is not known.
    fn condition(&mut self, condition: &Value, depth: usize) -> Option<bool> {
        if depth > DEPTH_MAX {
            return None;
        }
        let (name, argument) = condition.as_object()?.iter().next()?;
        let of = argument.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut each = || of.iter().map(|one| self.condition(one, depth + 1)).collect::<Option<Vec<bool>>>();
        match name.as_str() {
            "Condition" => {
                let defined = self.template["Conditions"].get(argument.as_str()?)?;
                self.condition(defined, depth + 1)
            }
            "Fn::Not" => each()?.first().map(|holds| !holds),
            "Fn::And" => Some(each()?.into_iter().all(|holds| holds)),
            "Fn::Or" => Some(each()?.into_iter().any(|holds| holds)),
            "Fn::Equals" => {
                let [one, other] = of else { return None };
                Some(self.text(one, depth)? == self.text(other, depth)?)
            }
            _ => None,
        }
    }

    /// Whether a resource is made at all: its condition, if it has one, holds or is not known.
    pub fn is_made(&mut self, resource: &Value) -> bool {
        match resource["Condition"].as_str() {
            Some(name) => self.condition(&json!({ "Condition": name }), 0) != Some(false),
            None => true,
        }
    }
}

/// The function that an object is.
fn function(object: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = object.iter().next().filter(|_| object.len() == 1)?;
    (name == "Ref" || name.starts_with("Fn::")).then_some((name, argument))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_give_what_is_known_and_the_rest_is_listed() {
        let template = json!({
            "Parameters": { "Stage": { "Type": "String", "Default": "prod" }, "Key": { "Type": "String" } },
            "Mappings": { "Units": { "prod": { "Read": 50 } } },
            "Conditions": { "IsProd": { "Fn::Equals": [{ "Ref": "Stage" }, "prod"] }, "Not": { "Fn::Not": [{ "Condition": "IsProd" }] } },
            "Resources": { "T": { "Type": "AWS::DynamoDB::Table", "Properties": { "TableName": "Orders" } } },
        });
        let value = json!({
            "Name": { "Fn::Sub": ["${Stage}-${Own}-${!Kept}", { "Own": { "Ref": "T" } }] },
            "Read": { "Fn::FindInMap": ["Units", { "Ref": "Stage" }, "Read"] },
            "If": { "Fn::If": ["Not", 1, { "Ref": "AWS::NoValue" }] },
            "Joined": { "Fn::Join": ["/", ["a", { "Ref": "AWS::Region" }]] },
            "Chosen": { "Fn::Select": ["1", ["a", "b"]] },
            "Unset": { "Ref": "Key" }, "Later": { "Fn::GetAtt": ["X", "Arn"] },
        });
        let mut left_out = Vec::new();
        let mut resolver = Resolver::new(&template);
        let known = resolver.value(&value, "T", &mut left_out).expect("an object");
        let expected =
            json!({ "Name": "prod-Orders-${Kept}", "Read": 50, "Joined": "a/us-east-1", "Chosen": "b" });
        assert_eq!(known, expected);
        let places: Vec<&str> = left_out.iter().map(|one| one.what.as_str()).collect();
        assert_eq!(places, ["T.Later", "T.Unset"]);
        assert!(resolver.unset.contains("Key"));
    }

    #[test]
    fn a_condition_that_turns_in_a_circle_is_not_known() {
        let template = json!({ "Conditions": { "A": { "Condition": "B" }, "B": { "Condition": "A" } } });
        assert_eq!(Resolver::new(&template).condition(&json!({ "Condition": "A" }), 0), None);
    }
}
