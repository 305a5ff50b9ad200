//! Auto scaling of a designed table and its global indexes: what was typed, and the requests that set it, one for each of them.
//!
//! Sends nothing. Follows
//! [auto scaling](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html), which is another service's; here it is a
//! request of the inspector.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{IndexDesign, TableDesign, text};

/// The inspector's request.
pub const OPERATION: &str = "Dynascope.UpdateAutoScaling";

/// Auto scaling of reads or of writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScalingDesign {
    /// Whether there is any.
    pub on: bool,
    /// MinimumUnits.
    pub least: String,
    /// MaximumUnits.
    pub most: String,
    /// The use that it aims at, in percent.
    pub target: String,
}

impl Default for ScalingDesign {
    fn default() -> ScalingDesign {
        ScalingDesign { on: false, least: "5".into(), most: "100".into(), target: "70".into() }
    }
}

/// Of reads, then of writes.
pub type Scalings = [ScalingDesign; 2];

const UPDATES: [&str; 2] =
    ["ProvisionedReadCapacityAutoScalingSettingsUpdate", "ProvisionedWriteCapacityAutoScalingSettingsUpdate"];
const SETTINGS: [&str; 2] =
    ["ProvisionedReadCapacityAutoScalingSettings", "ProvisionedWriteCapacityAutoScalingSettings"];

/// What is no number stays what was typed, and is refused as a wrong one is.
fn number(typed: &str) -> Value {
    typed.trim().parse::<u64>().map_or_else(|_| json!(typed), |number| json!(number))
}

impl ScalingDesign {
    fn update(&self) -> Value {
        if !self.on {
            return json!({ "AutoScalingDisabled": true });
        }
        let tracking = json!({ "TargetValue": number(&self.target) });
        let policy = json!({ "TargetTrackingScalingPolicyConfiguration": tracking });
        json!({ "MinimumUnits": number(&self.least), "MaximumUnits": number(&self.most), "ScalingPolicyUpdate": policy })
    }

    fn read(settings: &Value, policy: &Value) -> ScalingDesign {
        if settings["MaximumUnits"].is_null() {
            return ScalingDesign::default();
        }
        let target = &policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"];
        let target = target.as_f64().map_or_else(|| text(target), |target| target.to_string());
        ScalingDesign {
            on: true,
            least: text(&settings["MinimumUnits"]),
            most: text(&settings["MaximumUnits"]),
            target,
        }
    }
}

/// The request that leads from one to the other, of the table or of a global index; none where nothing changes.
fn request(table: &str, index: Option<&str>, from: &Scalings, to: &Scalings) -> Option<Value> {
    let mut updates = Map::new();
    for ((from, to), member) in from.iter().zip(to).zip(UPDATES) {
        // What stands in the fields of what is off is no change.
        if from != to && (from.on || to.on) {
            updates.insert(member.to_owned(), to.update());
        }
    }
    let mut request = Map::from_iter([("TableName".to_owned(), json!(table))]);
    request.extend(index.map(|index| ("IndexName".to_owned(), json!(index))));
    (!updates.is_empty()).then(|| request.into_iter().chain(updates).collect())
}

/// The requests that lead to a design's auto scaling, the table's first; `base` is the table as it is, where there is one. On demand there
/// is nothing to scale: what there was is left as it is. An index that is built anew begins without.
pub fn requests(table: &str, base: Option<&TableDesign>, design: &TableDesign) -> Vec<Value> {
    if design.on_demand {
        return Vec::new();
    }
    let none = Scalings::default();
    let base = base.filter(|base| !base.on_demand);
    let own = request(table, None, base.map_or(&none, |base| &base.scaling), &design.scaling);
    let stood = |index: &IndexDesign| {
        let same = |old: &&IndexDesign| old.name == index.name && old.same_definition(index);
        base.and_then(|base| base.globals.iter().find(same)).map_or(&none, |old| &old.scaling)
    };
    let indexes = design.globals.iter();
    let indexes = indexes.filter_map(|index| request(table, Some(&index.name), stood(index), &index.scaling));
    own.into_iter().chain(indexes).collect()
}

/// What there is after such a request.
pub fn apply(design: &mut TableDesign, request: &Value) {
    let scaling = match request["IndexName"].as_str() {
        None => Some(&mut design.scaling),
        Some(name) => {
            let found = design.globals.iter_mut().find(|index| index.name == name);
            found.map(|index| &mut index.scaling)
        }
    };
    for (one, member) in scaling.into_iter().flatten().zip(UPDATES) {
        let update = &request[member];
        if update["AutoScalingDisabled"] == true {
            *one = ScalingDesign::default();
        } else if update.is_object() {
            *one = ScalingDesign::read(update, &update["ScalingPolicyUpdate"]);
        }
    }
}

/// Takes what `Dynascope.DescribeAutoScaling` answered into a design.
pub fn take(design: &mut TableDesign, answer: &Value) {
    design.scaling = of(answer, None);
    for index in &mut design.globals {
        index.scaling = of(answer, Some(&index.name));
    }
}

fn of(answer: &Value, index: Option<&str>) -> Scalings {
    let mut all = answer["Targets"].as_array().into_iter().flatten();
    let found = all.find(|one| one["IndexName"].as_str() == index);
    SETTINGS.map(|member| {
        let settings = found.map_or(&Value::Null, |found| &found[member]);
        ScalingDesign::read(settings, &settings["ScalingPolicies"][0])
    })
}

/// What `Dynascope.DescribeAutoScaling` answered of the table or of an index, in words: `reads 5 to 100 units, at 70 %`; nothing where
/// nothing is scaled.
pub fn told(answer: &Value, index: Option<&str>) -> Option<String> {
    let scalings = of(answer, index);
    let on = scalings.iter().zip(["reads", "writes"]).filter(|(one, _)| one.on);
    let words =
        on.map(|(one, what)| format!("{what} {} to {} units, at {} %", one.least, one.most, one.target));
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| words.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_scaled_is_told() {
        let policy = json!({ "TargetTrackingScalingPolicyConfiguration": { "TargetValue": 70.0 } });
        let settings = json!({ "MinimumUnits": 5, "MaximumUnits": 100, "ScalingPolicies": [policy] });
        let [reads, writes] = SETTINGS;
        let answer = json!({ "Targets": [
            { reads: settings, writes: settings },
            { "IndexName": "by-status", writes: settings },
            { "IndexName": "by-day" },
        ] });
        let of = |index| told(&answer, index).unwrap_or_default();
        assert_eq!(of(None), "reads 5 to 100 units, at 70 %; writes 5 to 100 units, at 70 %");
        assert_eq!(of(Some("by-status")), "writes 5 to 100 units, at 70 %");
        assert_eq!(of(Some("by-day")), "");
    }
}
