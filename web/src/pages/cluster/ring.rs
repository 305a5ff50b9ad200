//! The hash ring: every partition an arc, as long as its share of the hashes, in the colour of its leader's zone.

use std::f64::consts::PI;
use std::rc::Rc;

use engine::timeline::PartitionId;
use yew::prelude::*;

use super::called;
use crate::state::cluster::Partition;

/// The props of [`HashRing`].
#[derive(Properties, PartialEq)]
pub struct HashRingProps {
    /// The partitions in the order of their hashes.
    pub partitions: Vec<Rc<Partition>>,
    /// The one that is looked at.
    pub chosen: Option<PartitionId>,
    /// The hash of a key that was followed, in 16 hexadecimal digits.
    pub hash: Option<String>,
    /// A partition was chosen.
    pub onchoose: Callback<PartitionId>,
}

/// The radius of the ring's middle line; the drawing is 240 wide and high around the ring's centre.
const RADIUS: f64 = 92.0;
/// Labels stand on so many partitions at most.
const LABELLED: usize = 24;

/// The point at a share of the way round, clockwise from the top.
fn point(share: f64, radius: f64) -> (f64, f64) {
    let angle = share * 2.0 * PI - PI / 2.0;
    (radius * angle.cos(), radius * angle.sin())
}

/// The path along the ring between two shares.
pub fn arc(from: f64, to: f64) -> String {
    // A whole circle begins and ends at the same point, which would be no arc at all.
    let to = to.min(from + 0.9999);
    let ((x1, y1), (x2, y2)) = (point(from, RADIUS), point(to, RADIUS));
    let large = u8::from(to - from > 0.5);
    format!("M{x1:.2} {y1:.2}A{RADIUS} {RADIUS} 0 {large} 1 {x2:.2} {y2:.2}")
}

/// The ring. The table beside it says the same in words.
#[component]
pub fn HashRing(props: &HashRingProps) -> Html {
    let labelled = props.partitions.len() <= LABELLED;
    let one = |partition: &Rc<Partition>| {
        let from = Partition::ring_share(&partition.first_hash);
        let to = from + partition.hash_share.max(0.0005);
        let (x, y) = point((from + to) / 2.0, RADIUS);
        let id = partition.partition_id;
        let onclick = props.onchoose.reform(move |_: MouseEvent| id);
        let chosen = props.chosen == Some(id);
        html! {
            <g key={id} class="ring-part" data-partition={id.to_string()} data-zone={partition.leader_zone.clone()}
                data-chosen={chosen.then_some("true")} data-leaderless={(!partition.takes_writes).then_some("true")} {onclick}>
                <path d={arc(from, to)} />
                if labelled || chosen {
                    <text x={format!("{x:.1}")} y={format!("{y:.1}")}>{ called(partition) }</text>
                }
            </g>
        }
    };
    let pointer = props.hash.as_deref().map(|hash| {
        let share = Partition::ring_share(hash);
        let ((x1, y1), (x2, y2)) = (point(share, 24.0), point(share, RADIUS + 13.0));
        html! {
            <g class="ring-key">
                <line x1={format!("{x1:.1}")} y1={format!("{y1:.1}")} x2={format!("{x2:.1}")} y2={format!("{y2:.1}")} />
                <circle cx={format!("{x2:.1}")} cy={format!("{y2:.1}")} r="4" />
            </g>
        }
    });
    let label = match props.partitions.len() {
        1 => "Hash ring: 1 partition".to_owned(),
        count => format!("Hash ring: {count} partitions"),
    };
    html! {
        <figure class="cluster-ring">
            <svg viewBox="-120 -120 240 240" role="img" aria-label={label}>
                { for props.partitions.iter().map(one) }
                { pointer }
                <text class="ring-start" x="0" y="-112">{ "0000…" }</text>
                <text class="ring-count" x="0" y="-2">{ props.partitions.len() }</text>
                <text class="ring-words" x="0" y="14">{ if props.partitions.len() == 1 { "partition" } else { "partitions" } }</text>
            </svg>
            <figcaption class="cluster-zones">
                <span data-zone="az-a"><i></i>{ "led in az-a" }</span>
                <span data-zone="az-b"><i></i>{ "az-b" }</span>
                <span data-zone="az-c"><i></i>{ "az-c" }</span>
            </figcaption>
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arcs_begin_at_the_top_and_go_clockwise() {
        assert_eq!(arc(0.0, 0.25), "M0.00 -92.00A92 92 0 0 1 92.00 0.00");
        assert_eq!(arc(0.25, 1.0), "M92.00 0.00A92 92 0 1 1 -0.00 -92.00");
        assert!(
            arc(0.0, 1.0).starts_with("M0.00 -92.00A92 92 0 1 1 -0.06"),
            "a whole circle is almost closed"
        );
    }
}
