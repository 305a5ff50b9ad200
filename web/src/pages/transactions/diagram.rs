//! The space-time diagram: what happened, row by row, with the messages between coordinators and items.

use yew::prelude::*;

use super::layout::{Arrow, LANE, Layout, NAME, ROW, TOP, x, y};
use super::scene::Scene;
use crate::components::Badge;

/// The props of [`Diagram`].
#[derive(Properties, PartialEq)]
pub struct DiagramProps {
    /// The run.
    pub scene: Scene,
    /// The row that is told.
    pub selected: Option<usize>,
    /// A row was chosen.
    pub onselect: Callback<usize>,
}

/// The diagram.
#[component]
pub fn Diagram(props: &DiagramProps) -> Html {
    let scene = &props.scene;
    let layout = Layout::of(scene);
    let clients = scene.clients.len();
    let width = layout.lanes * LANE;
    let height = TOP * 2 + (layout.rows + 1) * ROW + layout.foot.saturating_sub(1) * NAME;
    let last = TOP + ROW / 2 + layout.rows * ROW;
    let heads = (0..layout.lanes).map(|lane| head(scene, lane));
    html! {
        <div class="tx-diagram" tabindex="0" role="region" aria-label="What happened, step by step">
            <ol class="tx-steps" aria-label="Steps taken">
                { for scene.trail.iter().enumerate().map(|(row, taken)| {
                    let onclick = props.onselect.reform(move |_: MouseEvent| row);
                    html! {
                        <li key={row}>
                            <button type="button" data-row={row.to_string()} data-step={taken.kind().to_owned()}
                                aria-current={(props.selected == Some(row)).then_some("step")} {onclick} title={taken.told.clone()}>
                                <span class="tx-row-number">{ row + 1 }</span>
                                <span class="tx-row-text">{ scene.short(taken) }</span>
                            </button>
                        </li>
                    }
                }) }
            </ol>
            <div class="tx-space">
                <svg class="tx-heads" width={width.to_string()} height="40" aria-hidden="true">{ for heads }</svg>
                <svg class="tx-time" width={width.to_string()} height={height.to_string()} role="img"
                    aria-label={format!("{} steps, {} messages", layout.rows, layout.arrows.len())}>
                    { for props.selected.map(|row| html! {
                        <rect class="tx-selected" x="0" y={(y(row) - ROW / 2).to_string()} width={width.to_string()} height={ROW.to_string()} />
                    }) }
                    { for (0..layout.lanes).map(|lane| html! {
                        <line class="tx-lane" data-kind={if lane < clients { "client" } else { "item" }} x1={x(lane).to_string()}
                            x2={x(lane).to_string()} y1="0" y2={last.to_string()} />
                    }) }
                    { for layout.held.iter().map(|one| html! {
                        <rect class="tx-held" data-client={one.client.to_string()} x={(x(one.lane) - 4).to_string()} width="8"
                            y={y(one.from).to_string()} height={((one.to - one.from) * ROW).to_string()} rx="3">
                            <title>{ format!("held for {}", name(scene, one.client)) }</title>
                        </rect>
                    }) }
                    { for layout.stopped.iter().map(|one| html! {
                        <line class="tx-stopped" x1={x(one.lane).to_string()} x2={x(one.lane).to_string()} y1={y(one.from).to_string()}
                            y2={y(one.to).to_string()} />
                    }) }
                    { for layout.arrows.iter().map(|arrow| draw(scene, arrow)) }
                    { for layout.arrows.iter().map(named) }
                    { for layout.dots.iter().enumerate().map(|(row, lane)| {
                        let taken = &scene.trail[row];
                        match taken.kind() {
                            "crash" => cross(x(*lane), y(row)),
                            _ => html! {
                                <circle class="tx-dot" data-client={taken.client.to_string()} cx={x(*lane).to_string()} cy={y(row).to_string()} r="4" />
                            },
                        }
                    }) }
                </svg>
            </div>
        </div>
    }
}

fn name(scene: &Scene, client: usize) -> String {
    scene.clients.get(client - 1).map(|one| one.name(client)).unwrap_or_default()
}

/// What a lane is of.
fn head(scene: &Scene, lane: usize) -> Html {
    let clients = scene.clients.len();
    let (first, second) = match lane.checked_sub(clients) {
        None => {
            let client = &scene.clients[lane];
            let stamp = match client.timestamp {
                Some(stamp) if client.transaction.is_some() => {
                    format!("{}, stamped {stamp}", client.name(lane + 1))
                }
                _ => client.operation.clone(),
            };
            (format!("Client {}", lane + 1), stamp)
        }
        Some(item) => {
            let partition = scene.items[item].partition.map(|number| format!("partition {number}"));
            (scene.item_name(item), partition.unwrap_or_default())
        }
    };
    html! {
        <g class="tx-head" data-client={(lane < clients).then(|| (lane + 1).to_string())}>
            <text class="tx-head-name" x={x(lane).to_string()} y="16" text-anchor="middle">{ short(&first, 17) }</text>
            <text class="tx-head-note" x={x(lane).to_string()} y="32" text-anchor="middle">{ short(&second, 20) }</text>
        </g>
    }
}

fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn cross(x: usize, y: usize) -> Html {
    let path = format!("M{} {}l10 10m0 -10l-10 10", x - 5, y - 5);
    html! { <path class="tx-cross" d={path} /> }
}

/// A message as an arrow; one that is on its way stands at the foot, dashed.
fn draw(scene: &Scene, arrow: &Arrow) -> Html {
    let message = &arrow.message;
    let (x1, y1) = (x(arrow.from.0) as f64, y(arrow.from.1) as f64);
    let (x2, y2) = (x(arrow.to.0) as f64, y(arrow.to.1) as f64);
    let length = (x2 - x1).hypot(y2 - y1).max(1.0);
    let (dx, dy) = ((x2 - x1) / length, (y2 - y1) / length);
    let (tip_x, tip_y) = (x2 - dx * 6.0, y2 - dy * 6.0);
    let wing = |side: f64| {
        format!("{:.1} {:.1}", tip_x - dx * 8.0 - side * dy * 4.0, tip_y - dy * 8.0 + side * dx * 4.0)
    };
    let on_its_way = scene.messages.iter().find(|one| one.message == message.message);
    let state = match (arrow.arrived, on_its_way.map(|one| one.delayed)) {
        (true, _) => "arrived",
        (false, Some(true)) => "delayed",
        (false, _) => "on-its-way",
    };
    html! {
        <g class="tx-arrow" data-message={message.name.clone()} data-client={message.client.to_string()} data-state={state}>
            <line x1={format!("{x1:.1}")} y1={format!("{y1:.1}")} x2={format!("{tip_x:.1}")} y2={format!("{tip_y:.1}")} />
            <path d={format!("M{tip_x:.1} {tip_y:.1}L{}L{}Z", wing(1.0), wing(-1.0))} />
        </g>
    }
}

/// A message's name where it arrives: one arrives in a row, so no two names meet; it stands below the line, which comes from above.
fn named(arrow: &Arrow) -> Html {
    let message = &arrow.message;
    let (head_x, anchor) = match arrow.to.0 > arrow.from.0 {
        true => (x(arrow.to.0) - 10, "end"),
        false => (x(arrow.to.0) + 10, "start"),
    };
    let head_y = y(arrow.to.1) + 11 + arrow.place * NAME;
    html! {
        <text class="tx-name" data-message={message.name.clone()} x={head_x.to_string()} y={head_y.to_string()} text-anchor={anchor}>
            { &message.name }
        </text>
    }
}

/// The props of [`Standings`].
#[derive(Properties, PartialEq)]
pub struct StandingsProps {
    /// The run.
    pub scene: Scene,
}

/// Where each client and each item stands now.
#[component]
pub fn Standings(props: &StandingsProps) -> Html {
    let scene = &props.scene;
    html! {
        <div class="tx-standings">
            <table class="tx-table" aria-label="Clients">
                <thead><tr><th scope="col">{ "Client" }</th><th scope="col">{ "Request" }</th><th scope="col">{ "Stands" }</th></tr></thead>
                <tbody>
                    { for scene.clients.iter().enumerate().map(|(at, client)| {
                        let (text, tone) = client.standing();
                        let name = client.transaction.map_or_else(String::new, |number| format!(" t{number}"));
                        html! {
                            <tr data-client-row={(at + 1).to_string()} data-stage={client.stage.clone()}>
                                <th scope="row" class="tx-client-name" data-client={(at + 1).to_string()}>{ at + 1 }{ name }</th>
                                <td>{ &client.operation }</td>
                                <td data-part="standing"><Badge {text} {tone} />{ reasons(client.error.as_ref()) }</td>
                            </tr>
                        }
                    }) }
                </tbody>
            </table>
            <table class="tx-table" aria-label="Items">
                <thead>
                    <tr>
                        <th scope="col">{ "Item" }</th><th scope="col">{ "Value" }</th>
                        <th scope="col" title="A transaction is prepared only if its own timestamp is later. 0: not written since the first client began.">{ "Timestamp" }</th>
                        <th scope="col">{ "Held for" }</th>
                    </tr>
                </thead>
                <tbody>
                    { for scene.items.iter().enumerate().map(|(at, item)| {
                        let holder = item.pending.and_then(|number| {
                            scene.clients.iter().position(|client| client.transaction == Some(number))
                        });
                        html! {
                            <tr data-item={scene.item_name(at)} data-held={item.pending.is_some().to_string()}>
                                <th scope="row" title={format!("{}: {}", item.table, item.key)}>{ scene.item_name(at) }</th>
                                <td data-part="value" class="tx-value">{ super::scene::line_of(item) }</td>
                                <td data-part="timestamp">{ item.timestamp }</td>
                                <td data-part="holder" data-client={holder.map(|at| (at + 1).to_string())}>
                                    { item.pending.map(|number| format!("t{number}")).unwrap_or_default() }
                                </td>
                            </tr>
                        }
                    }) }
                </tbody>
            </table>
        </div>
    }
}

/// The reasons of a cancelled transaction, in the order of its items.
fn reasons(error: Option<&serde_json::Value>) -> Html {
    let Some(list) = error.and_then(|error| error["CancellationReasons"].as_array()) else {
        return Html::default();
    };
    html! {
        <ol class="tx-reasons">
            { for list.iter().map(|reason| {
                let code = reason["Code"].as_str().unwrap_or_default().to_owned();
                html! {
                    <li data-reason={code.clone()} title={reason["Message"].as_str().unwrap_or_default().to_owned()}>{ code }</li>
                }
            }) }
        </ol>
    }
}
