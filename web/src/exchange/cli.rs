//! Commands of the AWS CLI, as a shell script that makes the tables and sets what CreateTable does not take.
//!
//! Follows [aws dynamodb](https://docs.aws.amazon.com/cli/latest/reference/dynamodb/) and
//! [aws application-autoscaling](https://docs.aws.amazon.com/cli/latest/reference/application-autoscaling/).

use serde_json::{Value, json};

use super::Carried;
use super::design::{Design, Leaving, Scaling, Table, number};
use crate::state::json_text::print;

/// Writes a script.
pub fn write(design: &Design) -> Carried {
    let mut out = String::from("#!/usr/bin/env bash\nset -euo pipefail\n");
    let mut leaving = Leaving::by("This script");
    for table in &design.tables {
        commands(table, &mut out);
        leaving.items(table);
    }
    Carried { text: out, left_out: leaving.left_out }
}

fn commands(table: &Table, out: &mut String) {
    let name = quoted(table.name());
    let mut request = serde_json::to_value(&table.create).expect("a request is plain data");
    out.push_str(&format!("\n# {}\n", table.name().replace('\n', " ")));
    let policy = request.as_object_mut().and_then(|request| request.remove("ResourcePolicy"));
    out.push_str(&format!("aws dynamodb create-table --cli-input-json {}\n", quoted(&print(&request))));
    out.push_str(&format!("aws dynamodb wait table-exists --table-name {name}\n"));
    if let Some(attribute) = &table.time_to_live {
        let setting = json!({ "Enabled": true, "AttributeName": attribute });
        out.push_str(&format!(
            "aws dynamodb update-time-to-live --table-name {name} \\\n  --time-to-live-specification {}\n",
            quoted(&setting.to_string())
        ));
    }
    if let Some(days) = table.recovery_days {
        let setting = json!({ "PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": days });
        out.push_str(&format!(
            "aws dynamodb update-continuous-backups --table-name {name} \\\n  --point-in-time-recovery-specification {}\n",
            quoted(&setting.to_string())
        ));
    }
    if let Some(policy) = policy.as_ref().and_then(Value::as_str) {
        out.push_str(&format!(
            "arn=$(aws dynamodb describe-table --table-name {name} --query Table.TableArn --output text)\n\
             aws dynamodb put-resource-policy --resource-arn \"$arn\" --policy {}\n",
            quoted(policy)
        ));
    }
    for scaling in &table.scaling {
        out.push_str(&scaling_commands(scaling, table.name()));
    }
}

fn scaling_commands(scaling: &Scaling, table: &str) -> String {
    let (word, index) = (scaling.word(), scaling.index.as_deref());
    let of = if index.is_some() { "index" } else { "table" };
    let resource =
        format!("table/{table}{}", index.map(|index| format!("/index/{index}")).unwrap_or_default());
    let same = format!(
        "--service-namespace dynamodb --resource-id {} \\\n  --scalable-dimension dynamodb:{of}:{word}CapacityUnits",
        quoted(&resource)
    );
    let policy = json!({
        "TargetValue": number(scaling.target),
        "PredefinedMetricSpecification": { "PredefinedMetricType": format!("DynamoDB{word}CapacityUtilization") },
    });
    format!(
        "aws application-autoscaling register-scalable-target {same} \\\n  --min-capacity {} --max-capacity {}\n\
         aws application-autoscaling put-scaling-policy {same} \\\n  --policy-name {} --policy-type TargetTrackingScaling \\\n  \
         --target-tracking-scaling-policy-configuration {}\n",
        scaling.minimum,
        scaling.maximum,
        quoted(&format!(
            "{table}{}{word}",
            index.map(|index| format!("-{index}-")).unwrap_or_else(|| "-".to_owned())
        )),
        quoted(&policy.to_string()),
    )
}

/// A word for a shell, with nothing in it that the shell would read.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    match !text.is_empty() && text.chars().all(plain) && !text.starts_with('-') {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::exchange::samples::everything;

    #[test]
    fn a_script_makes_the_tables_and_sets_the_rest() {
        let text = write(&everything()).text;
        for part in [
            "aws dynamodb create-table --cli-input-json '{",
            "aws dynamodb wait table-exists --table-name Orders\n",
            "--time-to-live-specification '{\"AttributeName\":\"expires_at\",\"Enabled\":true}'",
            "--point-in-time-recovery-specification '{",
            "--resource-id table/Orders/index/by-status",
            "o'\\''clock ${x}",
        ] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
        assert!(!text.contains("ResourcePolicy"));
    }

    #[test]
    fn a_shell_reads_a_word_as_it_is() {
        assert_eq!(quoted("table/Orders"), "table/Orders");
        assert_eq!(quoted("it's $HOME"), "'it'\\''s $HOME'");
        assert_eq!(quoted("-x"), "'-x'");
        assert_eq!(quoted(""), "''");
    }
}
