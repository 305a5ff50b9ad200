//! What the form holds: the texts of a mapping's settings, and the request that they make. Draws nothing.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::handlers::{FAILURES, Handler, failure_of, handler, rules};
use super::source::Source;
use crate::state::tables::TableDescription;

/// The numbers: the member, its label, Lambda's default, and what it means.
pub const NUMBERS: [(&str, &str, i64, &str); 6] = [
    ("BatchSize", "Batch size", 100, "1 to 10,000 records, 6 MB at most"),
    ("MaximumBatchingWindowInSeconds", "Batch window", 0, "seconds, 0 to 300: how long a batch is gathered"),
    ("ParallelizationFactor", "Concurrent batches per shard", 1, "1 to 10; the order of each item is kept"),
    ("MaximumRetryAttempts", "Retry attempts", -1, "0 to 10,000; -1: until the records expire"),
    ("MaximumRecordAgeInSeconds", "Maximum age of record", -1, "seconds, 60 to 604,800; -1: no limit"),
    (
        "TumblingWindowInSeconds",
        "Tumbling window duration",
        0,
        "seconds, 0 to 900; needs one batch per shard",
    ),
];

/// The members of the function that are numbers: the same.
pub const OF_FUNCTION: [(&str, &str, i64, &str); 2] = [
    ("DurationMilliseconds", "An invocation takes", 100, "milliseconds (modelled)"),
    ("LosesAnswersPercent", "Answers lost", 0, "% : the work is done, and Lambda does not learn it"),
];

/// The texts of the form.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The mapping that is changed; none for a new one.
    pub uuid: Option<String>,
    /// The function's name.
    pub function_name: String,
    /// Which function was chosen.
    pub handler: Handler,
    /// The attribute that it is about.
    pub attribute: String,
    /// The table that it writes.
    pub target: String,
    /// Its rules, as JSON.
    pub rules: String,
    /// At which records it fails.
    pub failure: String,
    /// `StartingPosition`.
    pub starting_position: String,
    /// The numbers, by member.
    pub numbers: BTreeMap<&'static str, String>,
    /// `BisectBatchOnFunctionError`.
    pub bisect: bool,
    /// `ReportBatchItemFailures`.
    pub reports: bool,
    /// Whether it polls by itself.
    pub enabled: bool,
    /// The on-failure destination's ARN.
    pub destination: String,
    /// Filter patterns, one a line.
    pub filters: String,
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

impl Draft {
    /// Lambda's defaults, with the first function, which stands still until it is told to run.
    pub fn new(table: &TableDescription, attribute: &str) -> Draft {
        let mut draft = Draft {
            uuid: None,
            function_name: String::new(),
            handler: handler(""),
            attribute: attribute.to_owned(),
            target: String::new(),
            rules: String::new(),
            failure: "never".into(),
            starting_position: "TRIM_HORIZON".into(),
            numbers: NUMBERS
                .iter()
                .chain(&OF_FUNCTION)
                .map(|(name, _, n, _)| (*name, n.to_string()))
                .collect(),
            bisect: false,
            reports: false,
            enabled: false,
            destination: String::new(),
            filters: String::new(),
        };
        draft.choose(handler("add-up"), table);
        draft
    }

    /// The settings of a mapping.
    pub fn of(source: &Source) -> Draft {
        let rest = &source.rest;
        let number = |member: &str, otherwise: i64| {
            let found = rest.get(member).or_else(|| source.function.get(member)).and_then(Value::as_i64);
            found.unwrap_or(otherwise).to_string()
        };
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let patterns = rest.get("FilterCriteria").and_then(|criteria| criteria["Filters"].as_array());
        let patterns: Vec<String> =
            patterns.into_iter().flatten().map(|filter| text(filter.get("Pattern"))).collect();
        Draft {
            uuid: Some(source.uuid.clone()),
            function_name: source.function_name().to_owned(),
            handler: handler(source.function_name()),
            attribute: String::new(),
            target: source.outcomes().first().cloned().unwrap_or_default(),
            rules: pretty(&source.function["Rules"]),
            failure: failure_of(&source.function).into(),
            starting_position: text(rest.get("StartingPosition")),
            numbers: NUMBERS
                .iter()
                .chain(&OF_FUNCTION)
                .map(|(name, _, n, _)| (*name, number(name, *n)))
                .collect(),
            bisect: rest.get("BisectBatchOnFunctionError").is_some_and(|on| on == true),
            reports: rest
                .get("FunctionResponseTypes")
                .and_then(Value::as_array)
                .is_some_and(|types| !types.is_empty()),
            enabled: source.is_enabled(),
            destination: text(
                rest.get("DestinationConfig").and_then(|config| config["OnFailure"].get("Destination")),
            ),
            filters: patterns.join("\n"),
        }
    }

    /// Takes a function to choose, with its rules.
    pub fn choose(&mut self, handler: Handler, table: &TableDescription) {
        self.handler = handler;
        self.function_name = handler.id.to_owned();
        self.target = format!("{}{}", table.name, handler.suffix);
        self.numbers.insert("TumblingWindowInSeconds", handler.window_s.to_string());
        self.write_rules(table);
    }

    /// Writes the chosen function's rules anew.
    pub fn write_rules(&mut self, table: &TableDescription) {
        self.rules = pretty(&rules(self.handler, table, &self.target, &self.attribute));
    }

    /// The request; or what is wrong, by member.
    pub fn request(&self, stream_arn: &str) -> Result<Value, BTreeMap<&'static str, String>> {
        let mut faults = BTreeMap::new();
        let mut number = |name: &'static str| {
            let text = self.numbers.get(name).map_or("", String::as_str).trim().replace([',', '_'], "");
            text.parse::<i64>().unwrap_or_else(|_| {
                faults.insert(name, "A whole number.".to_owned());
                0
            })
        };
        let mut request = json!({});
        for (name, ..) in NUMBERS {
            request[name] = number(name).into();
        }
        let mut function = json!({});
        for (name, ..) in OF_FUNCTION {
            function[name] = number(name).into();
        }
        match serde_json::from_str::<Value>(&self.rules) {
            Ok(rules) => function["Rules"] = rules,
            Err(error) => drop(faults.insert("Rules", format!("This is no JSON: {error}."))),
        }
        let condition = FAILURES.iter().find(|(id, ..)| *id == self.failure).map_or("", |(_, _, text)| text);
        if !condition.is_empty() {
            function["FailIf"] = json!({ "ConditionExpression": condition });
        }
        request["FunctionName"] = self.function_name.as_str().into();
        request["Function"] = function;
        request["BisectBatchOnFunctionError"] = self.bisect.into();
        request["FunctionResponseTypes"] =
            if self.reports { json!(["ReportBatchItemFailures"]) } else { json!([]) };
        request["Enabled"] = self.enabled.into();
        request["DestinationConfig"] = json!({ "OnFailure": { "Destination": self.destination.trim() } });
        let patterns = self.filters.lines().map(str::trim).filter(|line| !line.is_empty());
        let patterns: Vec<Value> = patterns.map(|text| json!({ "Pattern": text })).collect();
        request["FilterCriteria"] = json!({ "Filters": patterns });
        match &self.uuid {
            Some(uuid) => request["UUID"] = uuid.as_str().into(),
            None => {
                request["EventSourceArn"] = stream_arn.into();
                request["StartingPosition"] = self.starting_position.as_str().into();
            }
        }
        if faults.is_empty() { Ok(request) } else { Err(faults) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_comes_back_out_of_its_draft() {
        let table = TableDescription::read(&json!({
            "TableName": "Orders", "TableStatus": "ACTIVE", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]
        }))
        .unwrap();
        let mut draft = Draft::new(&table, "total");
        (draft.bisect, draft.failure) = (true, "poison".into());
        draft.filters = "{\"eventName\": [\"INSERT\"]}\n\n".into();
        let request = draft.request("arn:aws:dynamodb:us-east-1:0:table/Orders/stream/1").unwrap();
        assert_eq!(request["FilterCriteria"]["Filters"].as_array().map(Vec::len), Some(1));
        assert_eq!(request["Function"]["Rules"][0]["Then"]["UpdateItem"]["TableName"], "OrdersTotals");
        let mut described = request.clone();
        described["UUID"] = "u".into();
        described["FunctionArn"] = "arn:aws:lambda:r:0:function:add-up".into();
        described["State"] = "Disabled".into();
        let source: Source = serde_json::from_value(described).unwrap();
        let again = Draft::of(&source).request("").unwrap();
        assert_eq!(again["Function"], request["Function"]);
        for member in
            ["BatchSize", "BisectBatchOnFunctionError", "FilterCriteria", "MaximumRetryAttempts", "Enabled"]
        {
            assert_eq!(again[member], request[member], "{member}");
        }
        draft.numbers.insert("BatchSize", "many".into());
        assert!(draft.request("").unwrap_err().contains_key("BatchSize"));
    }
}
