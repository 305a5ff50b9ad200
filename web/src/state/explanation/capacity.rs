//! Tokens that were taken, shares, peaks and throughputs that changed: their events, told.

use engine::timeline::{Access, EventKind, ScalingReason};

use super::{half, name, tone_of};

/// A line in the making: section, mark, tone, text.
type Told = (&'static str, String, &'static str, String);

/// The unit of read or write capacity.
pub fn unit_of(access: Access) -> &'static str {
    match access {
        Access::Read => "RCU",
        Access::Write => "WCU",
    }
}

/// What an event of capacity says; none for any other.
pub fn tell(kind: &EventKind) -> Option<Told> {
    Some(match kind {
        EventKind::TokensTaken {
            target,
            partition,
            access,
            half_units,
            partition_left_half_units,
            partition_size_half_units,
            table_left_half_units,
            table_size_half_units,
            ..
        } => {
            let table = match (table_left_half_units, table_size_half_units) {
                (Some(left), Some(size)) => {
                    format!(", {} of {} in the table's bucket", half(*left), half(*size))
                }
                _ => String::new(),
            };
            let text = format!(
                "tokens taken from partition {partition} of {}; {} of {} left there{table}",
                name(target),
                half(*partition_left_half_units),
                half(*partition_size_half_units)
            );
            ("Units", format!("−{}", half(*half_units)), tone_of(*access), text)
        }
        EventKind::ShareChanged { target, partition, access, from_units, to_units } => {
            let text = format!(
                "adaptive capacity: the share of partition {partition} of {} goes from {from_units} to {to_units} {}",
                name(target),
                unit_of(*access)
            );
            ("Units", "share".into(), tone_of(*access), text)
        }
        EventKind::PeakReached { target, access, peak_units, served_units } => {
            let unit = unit_of(*access);
            let text = format!(
                "{}: {peak_units} {unit} a second are the new peak; {served_units} are served at once from now on",
                name(target)
            );
            ("Units", "new peak".into(), tone_of(*access), text)
        }
        EventKind::AutoScaled { target, access, from_units, to_units, reason, .. } => {
            let why = match reason {
                ScalingReason::AboveTarget => "two minutes in a row were above the target utilization",
                ScalingReason::BelowTarget => {
                    "fifteen minutes in a row were well below the target utilization"
                }
                ScalingReason::OutOfBounds => "it lay outside of minimum and maximum",
            };
            let unit = unit_of(*access);
            let text =
                format!("auto scaling: {} from {from_units} to {to_units} {unit}: {why}", name(target));
            ("Units", "scaled".into(), tone_of(*access), text)
        }
        _ => return None,
    })
}
