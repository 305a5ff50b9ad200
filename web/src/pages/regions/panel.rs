//! One Region of a global table: its table's status, its links to the others, and what can happen to it.

use serde_json::{Value, json};
use yew::prelude::*;

use super::Send;
use crate::components::{Badge, Button, ButtonKind, Icon, Select, SelectOption};
use crate::state::explanation::plural;
use crate::state::regions::{Link, Replica, Witness};

/// How much later everything can be made to arrive: milliseconds and words.
const LAGS: [(u64, &str); 4] = [(0, "as it is"), (500, "+ 0.5 s"), (5_000, "+ 5 s"), (60_000, "+ 1 min")];

/// The props of [`RegionPanel`].
#[derive(Properties, PartialEq)]
pub struct RegionPanelProps {
    /// The Region.
    pub replica: Replica,
    /// The other Regions with a replica, and whether each is dark.
    pub others: Vec<(String, bool)>,
    /// Its status as the workspace's own Region sees it; none for that Region itself.
    pub status: Option<AttrValue>,
    /// Whether the table's consistency is STRONG.
    pub strong: bool,
    /// The workspace's time.
    pub now_ms: u64,
    /// Whether nothing can be changed now.
    pub locked: bool,
    /// Sends a request to this Region.
    pub onsend: Callback<Send>,
    /// Removes the replica; none for the workspace's own Region.
    pub onremove: Option<Callback<()>>,
}

fn link_words(link: Option<&Link>, now_ms: u64, dark: bool) -> String {
    let Some(link) = link.filter(|link| !link.writes.is_empty()) else {
        return match link {
            Some(link) if link.broken => "broken, nothing waits".to_owned(),
            _ => "nothing on its way".to_owned(),
        };
    };
    let waiting = plural(link.writes.len() as u64, "write");
    let first = link.writes.first().map_or(0, |write| write.arrives_milliseconds);
    match (link.broken || dark, first.saturating_sub(now_ms)) {
        (true, _) => format!("{waiting} held back"),
        (false, 0) => format!("{waiting} arriving"),
        (false, wait_ms) => format!("{waiting} on its way, the next in {wait_ms} ms"),
    }
}

/// That a Region is dark.
fn dark_badge(dark: bool) -> Html {
    if !dark {
        return Html::default();
    }
    html! { <Badge text="DARK" tone="bad" title="The Region answers nobody; nothing arrives there and nothing leaves it." /> }
}

/// Lets a whole Region fail, and recover.
fn outage(region: &str, dark: bool, locked: bool, onsend: &Callback<Send>) -> Html {
    let region = region.to_owned();
    let onclick = onsend.reform(move |()| Send {
        region: region.clone(),
        operation: "Dynascope.UpdateRegion",
        request: json!({ "Status": if dark { "UP" } else { "DARK" } }),
    });
    html! {
        <Button label={if dark { "Recover" } else { "Regional outage" }} icon={if dark { "play" } else { "octagon-alert" }}
            {onclick} disabled={locked} action="outage" />
    }
}

/// A Region.
#[component]
pub fn RegionPanel(props: &RegionPanelProps) -> Html {
    let Replica { region_name, table_status, item_count, .. } = &props.replica;
    let dark = props.replica.is_dark();
    let status = props.status.clone().or_else(|| table_status.clone().map(AttrValue::from));
    let status = status.unwrap_or_else(|| "no table".into());
    let tone = match status.as_str() {
        "ACTIVE" => "good",
        "CREATING" | "UPDATING" => "accent",
        _ => "warning",
    };
    let send = |operation: &'static str, request: Value| {
        let region = region_name.clone();
        props.onsend.reform(move |()| Send { region: region.clone(), operation, request: request.clone() })
    };
    html! {
        <section class="region" data-region={region_name.clone()} data-dark={dark.to_string()} data-status={status.clone()}>
            <header>
                <h3>{ region_name }</h3>
                <Badge text={status} {tone} />
                { dark_badge(dark) }
                <span class="region-count">{ plural(*item_count, "item") }</span>
            </header>
            if props.strong {
                <p class="region-words">{ "One log over three Regions: a write is acknowledged when two of them have it." }</p>
            } else if props.others.is_empty() {
                <p class="region-words">{ "The only Region that has the table." }</p>
            } else {
                <ul class="region-links">
                    { for props.others.iter().map(|(to, is_dark)| {
                        let link = props.replica.link(to);
                        let broken = link.is_some_and(|link| link.broken);
                        let lag_ms = link.map_or(0, |link| link.lag_milliseconds);
                        let change = |broken: bool, lag_ms: u64| {
                            json!({ "RegionName": to, "Broken": broken, "LagMilliseconds": lag_ms })
                        };
                        let toggle = send("Dynascope.UpdateLink", change(!broken, lag_ms));
                        let onlag = {
                            let (region, onsend, to) = (region_name.clone(), props.onsend.clone(), to.clone());
                            Callback::from(move |ms: String| {
                                let lag_ms: u64 = ms.parse().unwrap_or(0);
                                let request = json!({ "RegionName": to, "Broken": broken, "LagMilliseconds": lag_ms });
                                onsend.emit(Send { region: region.clone(), operation: "Dynascope.UpdateLink", request });
                            })
                        };
                        let label = if broken { "Mend" } else { "Break" };
                        html! {
                            <li key={to.clone()} data-to={to.clone()} data-broken={broken.to_string()}
                                data-waiting={link.map_or(0, |link| link.writes.len()).to_string()}>
                                <span class="region-to"><Icon name={if broken { "x" } else { "chevrons-right" }} />{ format!("to {to}") }</span>
                                <span class="region-way">{ link_words(link, props.now_ms, dark || *is_dark) }</span>
                                <Select label={format!("Delay to {to}")} hide_label={true} value={lag_ms.to_string()} onchange={onlag} disabled={props.locked}
                                    options={LAGS.map(|(ms, words)| SelectOption::new(ms.to_string(), words)).to_vec()} />
                                <Button {label} onclick={toggle} disabled={props.locked} action="link" title={format!("{label} the link from {region_name} to {to}")} />
                            </li>
                        }
                    }) }
                </ul>
            }
            <footer>
                { outage(region_name, dark, props.locked, &props.onsend) }
                if let Some(onremove) = &props.onremove {
                    <Button label="Remove the replica" icon="trash-2" kind={ButtonKind::Quiet} onclick={onremove.clone()} disabled={props.locked} action="remove-replica" />
                }
            </footer>
        </section>
    }
}

/// The props of [`WitnessPanel`].
#[derive(Properties, PartialEq)]
pub struct WitnessPanelProps {
    /// The witness.
    pub witness: Witness,
    /// Whether nothing can be changed now.
    pub locked: bool,
    /// Sends a request to its Region.
    pub onsend: Callback<Send>,
}

/// The Region of a witness.
#[component]
pub fn WitnessPanel(props: &WitnessPanelProps) -> Html {
    let Witness { region_name, status, dark } = &props.witness;
    html! {
        <section class="region" data-region={region_name.clone()} data-witness="true" data-dark={dark.to_string()}>
            <header>
                <h3>{ region_name }</h3>
                <Badge text={status.clone().unwrap_or_default()} tone={if status.as_deref() == Some("ACTIVE") { "good" } else { "accent" }} />
                { dark_badge(*dark) }
            </header>
            <p class="region-words">{ "The witness: it keeps the changes that two replicas agree by, and no table. Nobody reads or writes there. \
                                       Without it the two replicas go on as long as they reach each other." }</p>
            <footer>{ outage(region_name, *dark, props.locked, &props.onsend) }</footer>
        </section>
    }
}
