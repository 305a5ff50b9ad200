//! Items as a dense table: a column an attribute, a row an item, of which only those in sight are in the document.
//!
//! Values are DynamoDB JSON, each shown by its type. Arrows, Home, End and the page keys move; Enter opens.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Map, Value};
use web_sys::HtmlElement;
use yew::prelude::*;

use super::Icon;
use crate::state::explanation::size;
use crate::state::json_text::print_line;

/// An item as DynamoDB JSON: attribute names to `{"S": …}`.
pub type JsonItem = Map<String, Value>;

/// The props of [`ItemTable`].
#[derive(Properties, PartialEq)]
pub struct ItemTableProps {
    /// What the rows are.
    pub label: AttrValue,
    /// The rows.
    pub items: Rc<Vec<JsonItem>>,
    /// The partition key's attributes, then the sort key's: the first columns.
    #[prop_or_default]
    pub keys: Vec<String>,
    /// The chosen row.
    #[prop_or_default]
    pub selected: Option<usize>,
    /// A row was chosen.
    #[prop_or_default]
    pub onselect: Callback<usize>,
    /// A row was opened: Enter, or a double click.
    #[prop_or_default]
    pub onopen: Callback<usize>,
}

const ROW: usize = 28;
const HEADER: usize = 32;
/// Rows kept above and below those in sight.
const SPARE: usize = 8;

/// Items as a dense table.
#[component]
pub fn ItemTable(props: &ItemTableProps) -> Html {
    let node = use_node_ref();
    let view = use_state_eq(|| (0_usize, 40_usize));
    let columns = {
        let deps = (props.items.clone(), props.keys.clone());
        use_memo(deps, |(items, keys)| columns_of(items, keys))
    };
    let measure = {
        let (node, view) = (node.clone(), view.setter());
        move || {
            if let Some(scroll) = node.cast::<HtmlElement>() {
                let first = (scroll.scroll_top().max(0) as usize).saturating_sub(HEADER) / ROW;
                view.set((first, scroll.client_height().max(0) as usize / ROW + 1));
            }
        }
    };
    {
        let measure = measure.clone();
        use_effect_with(props.items.len(), move |_| measure());
    }
    let onscroll = Callback::from(move |_: Event| measure());
    let count = props.items.len();
    let onkeydown = {
        let (node, onselect, onopen) = (node.clone(), props.onselect.clone(), props.onopen.clone());
        let (selected, page) = (props.selected, view.1.saturating_sub(2).max(1));
        Callback::from(move |event: KeyboardEvent| {
            let last = count.saturating_sub(1);
            let to = match (event.key().as_str(), selected) {
                ("Enter", Some(row)) => return onopen.emit(row),
                ("ArrowDown", None) | ("Home", _) => 0,
                ("ArrowDown", Some(row)) => (row + 1).min(last),
                ("ArrowUp", row) => row.unwrap_or(0).saturating_sub(1),
                ("PageDown", row) => (row.unwrap_or(0) + page).min(last),
                ("PageUp", row) => row.unwrap_or(0).saturating_sub(page),
                ("End", _) => last,
                _ => return,
            };
            event.prevent_default();
            if count > 0 {
                onselect.emit(to);
            }
            if let Some(scroll) = node.cast::<HtmlElement>() {
                let (top, height) = (scroll.scroll_top(), scroll.client_height());
                let (row, room) = ((to * ROW) as i32, height - (ROW + HEADER) as i32);
                scroll.set_scroll_top(if row < top { row } else { top.max(row - room) });
            }
        })
    };
    let from = view.0.saturating_sub(SPARE).min(count);
    let until = (view.0 + view.1 + SPARE).min(count);
    let keys = props.keys.len();
    let spacer = |rows: usize| {
        (rows > 0).then(|| html! { <tr aria-hidden="true"><td colspan={columns.len().to_string()} height={(rows * ROW).to_string()} /></tr> })
    };
    let width: usize = columns.iter().map(|column| column.1).sum();
    html! {
        <div class="item-table" ref={node} {onscroll} {onkeydown} tabindex="0">
            <table role="grid" aria-label={props.label.clone()} aria-rowcount={(count + 1).to_string()} width={width.to_string()}>
                <colgroup>
                    { for columns.iter().map(|(name, width)| html! { <col key={name.clone()} width={width.to_string()} /> }) }
                </colgroup>
                <thead>
                    <tr>
                        { for columns.iter().enumerate().map(|(at, (name, _))| html! {
                            <th scope="col" key={name.clone()} title={name.clone()} data-key={(at < keys).then_some("true")}>
                                if at < keys {
                                    <Icon name="key-round" />
                                }
                                <span>{ name }</span>
                            </th>
                        }) }
                    </tr>
                </thead>
                <tbody>
                    { spacer(from) }
                    { for (from..until).map(|row| {
                        let item = &props.items[row];
                        let onclick = props.onselect.reform(move |_: MouseEvent| row);
                        let ondblclick = props.onopen.reform(move |_: MouseEvent| row);
                        html! {
                            <tr key={row} aria-rowindex={(row + 2).to_string()} {onclick} {ondblclick}
                                aria-selected={(props.selected == Some(row)).to_string()}>
                                { for columns.iter().map(|(name, _)| cell(name, item.get(name))) }
                            </tr>
                        }
                    }) }
                    { spacer(count - until) }
                </tbody>
            </table>
        </div>
    }
}

fn cell(name: &str, value: Option<&Value>) -> Html {
    let Some((kind, value)) = value.and_then(typed) else {
        return html! { <td key={name.to_owned()} data-type="none"></td> };
    };
    let text = cell_text(kind, value);
    let folded = matches!(kind, "M" | "L" | "SS" | "NS" | "BS" | "B");
    html! {
        <td key={name.to_owned()} data-type={kind.to_owned()} title={text.clone()}>
            if folded {
                <span class="cell-type">{ kind.to_owned() }</span>
            }
            { text }
        </td>
    }
}

/// The type and the bare value of `{"S": "x"}`; none where it is no attribute value.
fn typed(value: &Value) -> Option<(&str, &Value)> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    map.iter().next().map(|(kind, value)| (kind.as_str(), value))
}

/// An attribute value in a line: `user123`, `12.5`, `{street: Main St, zip: 12345}`, `3.1 KB`.
pub fn cell_text(kind: &str, value: &Value) -> String {
    let inner = |value: &Value| {
        typed(value).map_or_else(|| print_line(value), |(kind, value)| cell_text(kind, value))
    };
    let plain = |value: &Value| value.as_str().map_or_else(|| print_line(value), str::to_owned);
    match (kind, value) {
        ("NULL", _) => "null".to_owned(),
        ("B", Value::String(base64)) => binary(base64),
        ("BS", Value::Array(list)) => {
            let parts: Vec<String> = list.iter().map(|one| binary(one.as_str().unwrap_or(""))).collect();
            parts.join(", ")
        }
        ("SS" | "NS", Value::Array(list)) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        ("L", Value::Array(list)) => {
            format!("[{}]", list.iter().map(inner).collect::<Vec<_>>().join(", "))
        }
        ("M", Value::Object(map)) => {
            let parts = map.iter().map(|(name, value)| format!("{name}: {}", inner(value)));
            format!("{{{}}}", parts.collect::<Vec<_>>().join(", "))
        }
        (_, value) => plain(value),
    }
}

fn binary(base64: &str) -> String {
    let padding = base64.bytes().rev().take_while(|byte| *byte == b'=').count();
    size((base64.len() / 4 * 3).saturating_sub(padding) as u64)
}

/// The columns and their widths in pixels: the keys first, then the attributes by how often they occur and by name.
pub fn columns_of(items: &[JsonItem], keys: &[String]) -> Vec<(String, usize)> {
    let mut seen: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (row, item) in items.iter().enumerate() {
        for (name, value) in item {
            let (times, chars) = seen.entry(name).or_default();
            *times += 1;
            // A sample gives the width; the rest would only cost time.
            if row < 100 {
                let text = typed(value).map_or(0, |(kind, value)| {
                    cell_text(kind, value).chars().count() + 3 * usize::from(kind.len() > 1 && kind != "BOOL")
                });
                *chars = (*chars).max(text);
            }
        }
    }
    let width = |name: &str, key: bool| {
        let chars =
            seen.get(name).map_or(0, |(_, chars)| *chars).max(name.chars().count() + 2 * usize::from(key));
        (chars * 8 + 24).clamp(64, 320)
    };
    let mut rest: Vec<&str> =
        seen.keys().copied().filter(|name| !keys.iter().any(|key| key == name)).collect();
    rest.sort_by_key(|name| std::cmp::Reverse(seen[name].0));
    let keys = keys.iter().map(|name| (name.clone(), width(name, true)));
    keys.chain(rest.into_iter().map(|name| (name.to_owned(), width(name, false)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn item(value: Value) -> JsonItem {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn keys_come_first_then_what_is_common() {
        let items = [
            item(json!({"id": {"S": "1"}, "rare": {"S": "x"}, "at": {"N": "5"}})),
            item(json!({"id": {"S": "2"}, "at": {"N": "6"}, "common": {"BOOL": true}})),
            item(json!({"id": {"S": "2"}, "common": {"BOOL": true}})),
        ];
        let names: Vec<String> = columns_of(&items, &["id".into()]).into_iter().map(|c| c.0).collect();
        assert_eq!(names, ["id", "at", "common", "rare"]);
        assert_eq!(columns_of(&[], &["id".into()]).len(), 1);
    }

    #[test]
    fn every_type_has_its_text() {
        let text = |value: Value| typed(&value).map(|(kind, value)| cell_text(kind, value));
        let same = |value: Value, expected: &str| assert_eq!(text(value).as_deref(), Some(expected));
        same(json!({"S": "a \"b\""}), "a \"b\"");
        same(json!({"N": "12.50"}), "12.50");
        same(json!({"BOOL": false}), "false");
        same(json!({"NULL": true}), "null");
        same(json!({"B": "AAEC"}), "3 B");
        same(json!({"SS": ["a", "b"]}), "a, b");
        same(json!({"L": [{"N": "1"}, {"M": {"x": {"S": "y"}}}]}), "[1, {x: y}]");
        assert_eq!(text(json!({"S": "a", "N": "1"})), None);
    }
}
