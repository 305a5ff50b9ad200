//! The controls above the heatmap, and what is chosen with them, which is kept in the address.

use engine::insight::Measure;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::grid::Scale;
use super::measure::{from_slug, slug, title};
use super::scene::RowsAre;
use crate::components::{Button, ButtonKind, Menu, MenuEntry, Select, SelectOption, Tab, Tabs};
use crate::hooks::use_route;

/// The stretches of time to choose from, in seconds.
const WINDOWS: [(u64, &str); 8] = [
    (60, "1 min"),
    (120, "2 min"),
    (300, "5 min"),
    (600, "10 min"),
    (1_800, "30 min"),
    (3_600, "1 h"),
    (21_600, "6 h"),
    (86_400, "1 day"),
];
/// The stretch that is shown first, in seconds.
pub const FIRST_WINDOW: u64 = 120;
/// The brightness is from a quarter to this many times.
const BRIGHTEST: f64 = 4.0;

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// What is shown.
    pub measure: Measure,
    /// What the hottest colour stands for.
    pub scale: Scale,
    /// So many times brighter.
    pub brightness: f64,
    /// The stretch of time that is followed, in seconds.
    pub seconds: u64,
    /// What the rows are.
    pub rows: RowsAre,
    /// As a table.
    pub table: bool,
}

/// What is chosen in the address, and how to choose: a parameter and its value.
#[hook]
pub fn use_choice() -> (Choice, Callback<(&'static str, Option<String>)>) {
    let route = use_route();
    let rest = |name: &str| route.route.rest.get(name).map(String::as_str);
    let brightness = rest("brightness").and_then(|text| text.parse::<f64>().ok());
    let choice = Choice {
        measure: rest("metric").and_then(from_slug).unwrap_or_default(),
        scale: if rest("scale") == Some("relative") { Scale::Relative } else { Scale::Limit },
        brightness: brightness
            .filter(|times| times.is_finite())
            .unwrap_or(1.0)
            .clamp(1.0 / BRIGHTEST, BRIGHTEST),
        seconds: rest("window")
            .and_then(|text| text.parse().ok())
            .unwrap_or(FIRST_WINDOW)
            .clamp(10, 30 * 86_400),
        rows: match rest("rows") {
            Some("ranges") => RowsAre::Ranges,
            Some("keys") => RowsAre::Keys,
            _ => RowsAre::Partitions,
        },
        table: rest("view") == Some("table"),
    };
    let choose = Callback::from(move |(name, value)| route.replace.emit(route.route.with(name, value)));
    (choice, choose)
}

/// What a control does that the address does not keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Half a window earlier.
    Earlier,
    /// Half a window later.
    Later,
    /// Hold still.
    Pause,
    /// Follow the newest time.
    Follow,
    /// Come nearer in time.
    Nearer,
    /// Show more time.
    Farther,
    /// All rows, and the newest time.
    Reset,
    /// Save the picture.
    Png,
    /// Save the figures.
    Csv,
}

/// The props of [`Controls`].
#[derive(Properties, PartialEq)]
pub struct ControlsProps {
    /// What is chosen.
    pub choice: Choice,
    /// Choose.
    pub onchoose: Callback<(&'static str, Option<String>)>,
    /// How many seconds are shown.
    pub seconds: u64,
    /// Whether the newest time is followed.
    pub live: bool,
    /// Whether only a part is shown.
    pub zoomed: bool,
    /// Do something.
    pub onorder: Callback<Order>,
}

/// `37 s`, `12 min`.
fn length(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3_600)),
    }
}

/// The controls.
#[component]
pub fn Controls(props: &ControlsProps) -> Html {
    let choice = props.choice;
    let tabs: Vec<Tab> =
        Measure::ALL.iter().map(|measure| Tab::new(slug(*measure), title(*measure))).collect();
    let onselect = {
        let onchoose = props.onchoose.clone();
        Callback::from(move |slug: AttrValue| onchoose.emit(("metric", Some(slug.to_string()))))
    };
    let set = |name: &'static str| props.onchoose.reform(move |value: String| (name, Some(value)));
    let order = |order: Order| props.onorder.reform(move |()| order);
    let onwindow = {
        let (onchoose, onorder) = (props.onchoose.clone(), props.onorder.clone());
        Callback::from(move |value: String| {
            onchoose.emit(("window", Some(value)));
            onorder.emit(Order::Follow);
        })
    };
    let mut windows: Vec<SelectOption> =
        WINDOWS.iter().map(|(seconds, label)| SelectOption::new(seconds.to_string(), *label)).collect();
    if !WINDOWS.iter().any(|(seconds, _)| *seconds == props.seconds) {
        windows.insert(0, SelectOption::new(props.seconds.to_string(), length(props.seconds)));
    }
    let ontable = {
        let (onchoose, table) = (props.onchoose.clone(), choice.table);
        Callback::from(move |()| onchoose.emit(("view", (!table).then(|| "table".to_owned()))))
    };
    let onexport =
        props.onorder.reform(|value: AttrValue| if value == "png" { Order::Png } else { Order::Csv });
    let exports = vec![
        MenuEntry { icon: Some("download".into()), ..MenuEntry::new("png", "Picture (PNG)") },
        MenuEntry { icon: Some("download".into()), ..MenuEntry::new("csv", "Figures (CSV)") },
    ];
    html! {
        <div class="heat-bar" role="group" aria-label="What the heatmap shows">
            <Tabs label="Metric" {tabs} selected={slug(choice.measure)} {onselect} />
            <Select label="Rows" hide_label={true} name="rows" onchange={set("rows")}
                value={match choice.rows { RowsAre::Partitions => "partitions", RowsAre::Ranges => "ranges", RowsAre::Keys => "keys" }}
                options={vec![SelectOption::new("partitions", "Partitions"), SelectOption::new("ranges", "Partitions by hash range"), SelectOption::new("keys", "Hottest keys")]} />
            <Select label="Colours" hide_label={true} name="scale" onchange={set("scale")} disabled={!matches!(choice.measure, Measure::Reads | Measure::Writes)}
                value={if choice.scale == Scale::Limit { "limit" } else { "relative" }}
                options={vec![SelectOption::new("limit", "Scaled to the limit"), SelectOption::new("relative", "Scaled to the most in view")]} />
            { brightness(choice, &props.onchoose) }
            <span class="heat-steps">
                <Select label="Stretch of time" hide_label={true} name="window" onchange={onwindow} value={props.seconds.to_string()} options={windows} />
                <Button label="Earlier" icon="chevron-left" icon_only={true} kind={ButtonKind::Quiet} action="earlier" onclick={order(Order::Earlier)} />
                <Button label="Later" icon="chevron-right" icon_only={true} kind={ButtonKind::Quiet} action="later" disabled={props.live} onclick={order(Order::Later)} />
                <Button label="Nearer" icon="plus" icon_only={true} kind={ButtonKind::Quiet} action="nearer" onclick={order(Order::Nearer)} />
                <Button label="Farther" icon="minus" icon_only={true} kind={ButtonKind::Quiet} action="farther" onclick={order(Order::Farther)} />
                <Button label="Show all" icon="undo-2" icon_only={true} kind={ButtonKind::Quiet} action="reset" disabled={!props.zoomed} onclick={order(Order::Reset)} />
            </span>
            if props.live {
                <Button label="Pause" icon="pause" kind={ButtonKind::Plain} action="pause" onclick={order(Order::Pause)} />
            } else {
                <Button label="Follow" icon="play" kind={ButtonKind::Plain} action="follow" onclick={order(Order::Follow)} />
            }
            <Button label="Table" icon="table-2" pressed={choice.table} onclick={ontable} action="as-table" title="The same figures as a table" />
            <Menu label="Export" icon="download" entries={exports} onselect={onexport} action="export" />
        </div>
    }
}

/// The brightness: each step of the slider is half as bright again.
fn brightness(choice: Choice, onchoose: &Callback<(&'static str, Option<String>)>) -> Html {
    let oninput = onchoose.reform(|event: InputEvent| {
        let steps = event.target_unchecked_into::<HtmlInputElement>().value_as_number();
        let times = 2_f64.powf(if steps.is_finite() { steps } else { 0.0 });
        ("brightness", (times != 1.0).then(|| format!("{times:.3}")))
    });
    html! {
        <label class="heat-brightness" title="Brightness: how soon the hottest colour is reached">
            <crate::components::Icon name="sun" />
            <span class="visually-hidden">{ "Brightness" }</span>
            <input type="range" name="brightness" min="-2" max="2" step="0.5" value={format!("{:.1}", choice.brightness.log2())} {oninput} />
        </label>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_for_people() {
        assert_eq!([37, 120, 5_400, 86_000].map(length), ["37 s", "2 min", "90 min", "24 h"]);
    }
}
