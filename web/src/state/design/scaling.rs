//! Auto scaling of a designed table's own capacity: what was typed, and the request that sets it.
//!
//! Owns nothing of a global index's: that is set on the Cluster page. Follows
//! [auto scaling](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html), which is another service's; here it is a
//! request of the inspector.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::text;

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

/// The request that leads from one to the other; none where nothing changes.
pub fn request(table: &str, from: &Scalings, to: &Scalings) -> Option<Value> {
    let mut request = Map::from_iter([("TableName".to_owned(), json!(table))]);
    for ((from, to), member) in from.iter().zip(to).zip(UPDATES) {
        // What stands in the fields of what is off is no change.
        if from != to && (from.on || to.on) {
            request.insert(member.to_owned(), to.update());
        }
    }
    (request.len() > 1).then_some(Value::Object(request))
}

/// What there is after such a request.
pub fn apply(scaling: &mut Scalings, request: &Value) {
    for (one, member) in scaling.iter_mut().zip(UPDATES) {
        let update = &request[member];
        if update["AutoScalingDisabled"] == true {
            *one = ScalingDesign::default();
        } else if update.is_object() {
            *one = ScalingDesign::read(update, &update["ScalingPolicyUpdate"]);
        }
    }
}

/// The table's own out of what `Dynascope.DescribeAutoScaling` answered.
pub fn read(answer: &Value) -> Scalings {
    let own = answer["Targets"].as_array().into_iter().flatten().find(|one| one["IndexName"].is_null());
    SETTINGS.map(|member| {
        let settings = own.map_or(&Value::Null, |own| &own[member]);
        ScalingDesign::read(settings, &settings["ScalingPolicies"][0])
    })
}
