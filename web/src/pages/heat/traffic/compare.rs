//! Two designs under the same traffic, side by side: their maps, and what each came to with the difference.

use std::rc::Rc;

use engine::insight::Measure;
use engine::insight::price::{Money, Prices};
use engine::timeline::Consumed;
use yew::prelude::*;

use super::super::measure as measure_words;
use super::bill::cost;
use super::designs::{COMPARISONS, sides};
use super::held::use_held;
use super::side_map::SideMap;
use super::status::percentiles;
use crate::components::{Badge, Button, ButtonKind, ErrorPanel, JsonEditor, Progress, Select, SelectOption};
use crate::hooks::{use_client, use_heat, use_route, use_top};
use crate::protocol::ClientError;
use crate::protocol::traffic::{TrafficPhase, TrafficSecond, Workload};
use crate::state::explanation::count;
use crate::state::heat::Side;
use crate::state::json_text::{JsonFault, parse};
use crate::state::tables::TableDescription;

/// The props of [`Compare`].
#[derive(Properties, PartialEq)]
pub struct CompareProps {
    /// The table that is shown.
    pub table: Option<Rc<TableDescription>>,
}

/// The comparison that another page has proposed.
const PROPOSED: &str = "proposed";

/// A side as its JSON is typed: the workload, or where it breaks.
fn read_side(text: &str) -> Result<Workload, JsonFault> {
    parse(text)?;
    serde_json::from_str(text).map_err(|error| JsonFault {
        line: error.line().max(1),
        column: error.column().max(1),
        message: error.to_string(),
    })
}

/// The comparison.
#[component]
pub fn Compare(props: &CompareProps) -> Html {
    let node = use_top();
    let (heat, api, route) = (use_heat(), use_client(), use_route());
    let held = use_held(heat.compared.as_ref());
    let chosen = use_state_eq(|| if heat.proposed.is_some() { PROPOSED } else { "cart" }.to_owned());
    let state = use_state_eq(|| (false, None::<ClientError>));
    // What is typed in place of what was chosen.
    let typed = use_state_eq(|| None::<[String; 2]>);
    let measure = use_state_eq(|| Measure::Writes);
    let (busy, refused) = (*state).clone();
    let proposed = heat.proposed.as_ref().filter(|_| *chosen == PROPOSED);
    let ready = match proposed {
        Some(proposed) => Some(proposed.sides.clone()),
        None => sides(&chosen, props.table.as_deref()),
    };
    let texts = (*typed).clone().or_else(|| {
        let pretty = |side: &Workload| serde_json::to_string_pretty(side).unwrap_or_default();
        ready.as_ref().map(|ready| [pretty(&ready[0]), pretty(&ready[1])])
    });
    let read = texts.as_ref().map(|texts| [read_side(&texts[0]), read_side(&texts[1])]);
    let both = match &read {
        Some([Ok(first), Ok(second)]) => Some([first.clone(), second.clone()]),
        _ => None,
    };
    let begin = {
        let (api, state) = (api.clone(), state.setter());
        Callback::from(move |sides: [Workload; 2]| {
            state.set((true, None));
            let (answer, state) = (api.start_comparison(sides), state.clone());
            wasm_bindgen_futures::spawn_local(async move { state.set((false, answer.await.err())) });
        })
    };
    let start = {
        let (begin, both) = (begin.clone(), both.clone());
        Callback::from(move |()| both.iter().cloned().for_each(|both| begin.emit(both)))
    };
    let choose = {
        let (chosen, typed) = (chosen.setter(), typed.setter());
        Callback::from(move |name: String| {
            typed.set(None);
            chosen.set(name);
        })
    };
    let at_once = |name: &'static str| {
        let (choose, begin) = (choose.clone(), begin.clone());
        Callback::from(move |()| {
            choose.emit(name.to_owned());
            sides(name, None).into_iter().for_each(|both| begin.emit(both));
        })
    };
    let edit = |at: usize| {
        let (typed, texts) = (typed.setter(), texts.clone());
        Callback::from(move |text: String| {
            if let Some(mut texts) = texts.clone() {
                texts[at] = text;
                typed.set(Some(texts));
            }
        })
    };
    let back = {
        let route = route.clone();
        Callback::from(move |()| route.go.emit(route.route.with("view", None)))
    };
    let proposal = heat.proposed.as_ref().map(|proposed| SelectOption::new(PROPOSED, proposed.about.clone()));
    let ready_ones = COMPARISONS.iter().map(|(name, label)| SelectOption::new(*name, *label));
    let options: Vec<SelectOption> = proposal.into_iter().chain(ready_ones).collect();
    let running =
        heat.compared.as_ref().is_some_and(|sides| sides.iter().any(|side| side.traffic.is_running()));
    let order = |stop: bool| {
        let api = api.clone();
        Callback::from(move |()| if stop { api.stop_traffic() } else { api.discard_traffic() })
    };
    let onmeasure = {
        let measure = measure.setter();
        Callback::from(move |name: String| {
            measure.set(measure_words::from_slug(&name).unwrap_or_default());
        })
    };
    html! {
        <section ref={node} class="compose compare" aria-label="Compare two designs" data-part="comparison" data-compare={if running { "running" } else { "stopped" }}>
            <header class="compose-header">
                <h2>{ "Compare two designs under the same traffic" }</h2>
                <Button label="Back to the map" icon="chevron-left" kind={ButtonKind::Quiet} onclick={back} action="close-compare" />
            </header>
            if let Some(proposed) = proposed {
                <p class="heat-note" data-part="proposed">{ format!("Advice, tried on a copy: {}", proposed.about) }</p>
            }
            <div class="heat-buttons">
                if proposed.is_some() {
                    <Button label={if heat.compared.is_some() { "Try it again" } else { "Try it" }} icon="play" kind={ButtonKind::Primary}
                        onclick={start.clone()} {busy} disabled={both.is_none()} action="compare-proposed" />
                }
                <Button label="user_id against product_id" icon="play" kind={ButtonKind::Primary} onclick={at_once("cart")} {busy} action="compare-cart" />
                <Button label="Date against sharded date" icon="play" kind={ButtonKind::Primary} onclick={at_once("date")} {busy} action="compare-date" />
                if running {
                    <Button label="Stop" icon="x" onclick={order(true)} action="stop-compare" />
                } else if heat.compared.is_some() {
                    <Button label="Discard" kind={ButtonKind::Quiet} onclick={order(false)} action="discard-compare" />
                }
            </div>
            if let Some(refused) = refused {
                <ErrorPanel error={refused} />
            }
            if let Some(compared) = &heat.compared {
                <Select label="Maps show" hide_label={true} name="compare-measure" value={measure_words::slug(*measure)} onchange={onmeasure}
                    options={Measure::ALL.iter().map(|one| SelectOption::new(measure_words::slug(*one), measure_words::title(*one))).collect::<Vec<_>>()} />
                <div class="compare-sides">
                    { for compared.iter().enumerate().map(|(at, side)| html! {
                        <section class="compare-side" data-side={if at == 0 { "first" } else { "second" }}>
                            <h3>{ &side.traffic.name }</h3>
                            { progress(side) }
                            <SideMap side={side.clone()} {at} measure={*measure} />
                        </section>
                    }) }
                </div>
                { figures(compared, held) }
            } else {
                <p class="heat-note">
                    { "Each design runs in a copy of this workspace. A table that it brings along stands in place of the workspace's of that name and \
                       takes over its items, so that both begin with the same ones; both get the same requests from the same seed for a minute of \
                       the workspace's clock. Nothing of it comes back into this workspace." }
                </p>
            }
            <details class="compose-more" data-part="sides">
                <summary>{ "Designs of your own" }</summary>
                <div class="compose-fields">
                    <Select label="Begin with" name="compare-from" {options} value={(*chosen).clone()} onchange={choose} />
                    <Button label="Start this comparison" icon="play" onclick={start} {busy} disabled={both.is_none()} action="start-compare" />
                </div>
                if texts.is_none() {
                    <p class="field-error" role="alert">
                        { "That needs a table with a sort key, or a partition key that is a text. Choose another table, or another comparison." }
                    </p>
                }
                if let (Some(texts), Some(read)) = (&texts, &read) {
                    <div class="compare-sides">
                        { for [0, 1].map(|at| html! {
                            <div class="compare-side">
                                <JsonEditor label={if at == 0 { "The first design" } else { "The second design" }} name={format!("compare-side-{}", at + 1)}
                                    value={texts[at].clone()} oninput={edit(at)} fault={read[at].as_ref().err().cloned()} />
                            </div>
                        }) }
                    </div>
                }
            </details>
        </section>
    }
}

fn progress(side: &Side) -> Html {
    let traffic = &side.traffic;
    match &traffic.phase {
        TrafficPhase::Filling { written, of } => html! {
            <Progress label={format!("Writing {} items first", count(*of))} done={*written} total={*of} />
        },
        TrafficPhase::Failed { reason } => html! { <p class="field-error" role="alert">{ reason }</p> },
        TrafficPhase::Running => {
            let (done, of) =
                (traffic.now_ms - traffic.started_ms, traffic.ends_ms.map(|end| end - traffic.started_ms));
            let words = match of {
                Some(of) => format!("{} of {} s", count(done / 1_000), count(of / 1_000)),
                None => format!("{} s", count(done / 1_000)),
            };
            html! { <p class="heat-note">{ words }</p> }
        }
        TrafficPhase::Stopped { over } => html! {
            <p class="heat-note">{ if *over { "Ended" } else { "Stopped" } }</p>
        },
    }
}

/// `1,204`, or `1,200; 4 of the workspace's have no place in this design`.
fn began_with(side: &Side) -> String {
    match side.left_out {
        0 => count(side.items),
        left_out => {
            format!(
                "{}; {} of the workspace's have no place in this design",
                count(side.items),
                count(left_out)
            )
        }
    }
}

/// What a figure of both sides is, and how they differ.
struct Figure {
    name: &'static str,
    part: &'static str,
    sides: [String; 2],
    difference: String,
    /// Which side is worse, where one clearly is.
    worse: Option<usize>,
}

/// A share in tenths of a percent: `12.3 %`.
fn tenths(thousandths: u64) -> String {
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// The difference of two numbers: `+1,200 RCU`, `none`.
fn difference([first, second]: [u64; 2], unit: &str) -> String {
    match second.abs_diff(first) {
        0 => "none".to_owned(),
        by => format!("{}{}{unit}", if second > first { "+" } else { "−" }, count(by)),
    }
}

/// The difference of two shares in percentage points.
fn points([first, second]: [u64; 2]) -> String {
    let sign = if second >= first { "+" } else { "−" };
    let by = second.abs_diff(first);
    if by == 0 { "none".to_owned() } else { format!("{sign}{}.{} points", by / 10, by % 10) }
}

fn worse(values: [u64; 2]) -> Option<usize> {
    (values[0] != values[1]).then(|| usize::from(values[1] > values[0]))
}

fn compared(sides: &[Side; 2], prices: Option<&Prices>) -> Vec<Figure> {
    let sums = sides.each_ref().map(|side| TrafficSecond::sum(side.seconds.values()));
    let share = |of: fn(&TrafficSecond) -> u64| {
        sums.each_ref().map(|sum| (of(sum) * 1_000).checked_div(sum.sent).unwrap_or(0))
    };
    // A condition that was not met, a fault of the request's own, a table that is gone.
    let refused = sums.each_ref().map(|sum| sum.refused);
    let (throttled, given_up) = (share(|sum| sum.throttled), share(|sum| sum.given_up));
    let hottest =
        sides.each_ref().map(|side| side.traffic.figures.hottest.map_or(0, |(_, share)| u64::from(share)));
    let number = |name, part, values: [u64; 2], unit: &str| Figure {
        name,
        part,
        sides: values.map(|value| format!("{}{unit}", count(value))),
        difference: difference(values, unit),
        worse: None,
    };
    let shares = |name, part, values: [u64; 2]| Figure {
        name,
        part,
        sides: values.map(tenths),
        difference: points(values),
        worse: worse(values),
    };
    let latency = |name, part, thousandths| {
        let values = sums.each_ref().map(|sum| sum.percentile_ms(thousandths).unwrap_or(0));
        Figure { worse: worse(values), ..number(name, part, values, " ms") }
    };
    let units = |of: fn(&Consumed) -> u64| {
        sides.each_ref().map(|side| {
            let usage = side.traffic.figures.usage.iter();
            usage.map(|one| of(&one.consumed)).sum::<u64>().div_ceil(2)
        })
    };
    let money = prices.map(|prices| {
        let costs = sides
            .each_ref()
            .map(|side| cost(prices, &side.traffic).map_or(Money::default(), |cost| cost.month));
        let [first, second] = costs.map(Money::as_picodollars);
        let by = Money::picodollars(first.abs_diff(second));
        Figure {
            name: "Cost a month, going on like that",
            part: "cost",
            sides: costs.map(|cost| cost.to_string()),
            difference: match first.cmp(&second) {
                std::cmp::Ordering::Equal => "none".to_owned(),
                std::cmp::Ordering::Less => format!("+{by}"),
                std::cmp::Ordering::Greater => format!("−{by}"),
            },
            worse: None,
        }
    });
    let mut all = vec![
        number("Requests sent", "sent", sums.each_ref().map(|sum| sum.sent), ""),
        number("Succeeded", "succeeded", sums.each_ref().map(|sum| sum.succeeded), ""),
        number("Refused for another reason", "refused", refused, ""),
        shares("Throttled at first", "throttled", throttled),
        shares("Given up after retries", "given-up", given_up),
        latency("Latency p50, at most", "p50", 500),
        latency("Latency p99, at most", "p99", 990),
        number("Read units", "read-units", units(|used| used.read_half_units), " RCU"),
        number("Write units", "write-units", units(|used| used.write_half_units), " WCU"),
        shares("Hottest partition's share", "hottest", hottest),
        number(
            "Partitions used",
            "partitions",
            sides.each_ref().map(|side| u64::from(side.traffic.figures.partitions)),
            "",
        ),
    ];
    all.retain(|one| one.part != "refused" || refused != [0, 0]);
    all.extend(money);
    all
}

fn figures(sides: &[Side; 2], held: [Option<u64>; 2]) -> Html {
    let presets = Prices::presets();
    let prices = presets.first();
    let reasons = sides.each_ref().map(|side| {
        let reasons = side
            .traffic
            .figures
            .throttled
            .iter()
            .map(|(reason, times)| format!("{reason} {}", count(*times)));
        reasons.collect::<Vec<_>>().join(", ")
    });
    let seen = sides.iter().any(|side| percentiles(&TrafficSecond::sum(side.seconds.values())).is_some());
    html! {
        <div class="compare-figures">
            <table data-part="compared">
                <caption class="visually-hidden">{ "What each design came to" }</caption>
                <thead><tr>
                    <th scope="col">{ "Since the start" }</th>
                    { for sides.iter().map(|side| html! { <th scope="col">{ &side.traffic.name }</th> }) }
                    <th scope="col">{ "Difference" }</th>
                </tr></thead>
                <tbody>
                    { for compared(sides, prices).into_iter().map(|figure| html! {
                        <tr data-figure={figure.part}>
                            <th scope="row">{ figure.name }</th>
                            { for figure.sides.iter().enumerate().map(|(at, text)| html! {
                                <td data-side={if at == 0 { "first" } else { "second" }}>
                                    if seen && figure.worse == Some(at) {
                                        <Badge tone="bad" text={text.clone()} />
                                    } else {
                                        { text }
                                    }
                                </td>
                            }) }
                            <td data-side="difference">{ figure.difference }</td>
                        </tr>
                    }) }
                    <tr data-figure="items">
                        <th scope="row">{ "Items at the start" }</th>
                        { for sides.iter().map(|side| html! { <td>{ began_with(side) }</td> }) }
                        <td></td>
                    </tr>
                    <tr data-figure="held">
                        <th scope="row">{ "Items now" }</th>
                        { for held.iter().enumerate().map(|(at, items)| html! {
                            <td data-side={if at == 0 { "first" } else { "second" }}>{ items.map_or("–".to_owned(), count) }</td>
                        }) }
                        <td data-side="difference">
                            { held[0].zip(held[1]).map(|(first, second)| difference([first, second], "")) }
                        </td>
                    </tr>
                    <tr data-figure="reasons">
                        <th scope="row">{ "Why throttled" }</th>
                        { for reasons.iter().map(|reason| html! { <td>{ if reason.is_empty() { "–" } else { reason } }</td> }) }
                        <td></td>
                    </tr>
                </tbody>
            </table>
            if let Some(prices) = prices {
                <p class="heat-note">{ format!("Latency is modelled. Prices: {}.", prices.name) }</p>
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::protocol::traffic::{TrafficFigures, TrafficState};

    #[test]
    fn a_difference_says_which_way_and_who_is_worse() {
        let side = |sent, throttled, hottest| {
            let mut second =
                TrafficSecond { sent, throttled, succeeded: sent - throttled, ..TrafficSecond::default() };
            second.latencies[3] = 1;
            let figures = TrafficFigures { hottest: Some((1, hottest)), ..TrafficFigures::default() };
            let traffic = TrafficState {
                run: 1,
                name: "n".into(),
                tables: Vec::new(),
                phase: TrafficPhase::Running,
                rate: 1,
                clients: (1, 1),
                started_ms: 0,
                now_ms: 10_000,
                ends_ms: None,
                changes_since: 0,
                figures,
            };
            Side {
                history: Rc::default(),
                traffic,
                seconds: BTreeMap::from([(1, second)]),
                items: 0,
                left_out: 0,
            }
        };
        let figures = compared(&[side(2_000, 0, 90), side(2_000, 251, 700)], Prices::presets().first());
        let of = |part: &str| {
            let figure = figures.iter().find(|figure| figure.part == part).expect(part);
            (figure.sides[0].as_str(), figure.sides[1].as_str(), figure.difference.as_str(), figure.worse)
        };
        assert_eq!(of("sent"), ("2,000", "2,000", "none", None));
        assert_eq!(of("succeeded"), ("2,000", "1,749", "−251", None));
        assert_eq!(of("throttled"), ("0.0 %", "12.5 %", "+12.5 points", Some(1)));
        assert_eq!(of("hottest"), ("9.0 %", "70.0 %", "+61.0 points", Some(1)));
        assert_eq!(of("p99"), ("5 ms", "5 ms", "none", None));
        assert_eq!(of("cost"), ("$0.00", "$0.00", "none", None));
        assert!(!figures.iter().any(|figure| figure.part == "refused"), "nothing is");
        let mut gone = side(2_000, 0, 90);
        gone.seconds =
            BTreeMap::from([(1, TrafficSecond { sent: 9, refused: 9, ..TrafficSecond::default() })]);
        let figures = compared(&[side(9, 0, 90), gone], None);
        let refused = figures.iter().find(|figure| figure.part == "refused").expect("it is told");
        assert_eq!(refused.sides, ["0", "9"]);
    }

    #[test]
    fn a_side_is_a_workload_or_says_where_it_breaks() {
        let [first, _] = sides("cart", None).expect("ready");
        assert_eq!(read_side(&serde_json::to_string_pretty(&first).expect("JSON")), Ok(first));
        assert_eq!(read_side("{\n \"name\": x}").expect_err("no JSON").line, 2);
        assert!(read_side("{\"name\": \"n\"}").expect_err("no recipe").message.contains("recipe"));
    }
}
