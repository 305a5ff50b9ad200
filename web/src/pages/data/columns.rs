//! The columns of a CSV file with the types that were guessed, to be chosen otherwise before it is read.

use std::rc::Rc;

use yew::prelude::*;

use super::reading::Columns;
use crate::components::{Button, ButtonKind, Select, SelectOption};
use crate::share::csv::CellType;
use crate::state::explanation::{count, plural, size};

/// The props of [`ColumnsForm`].
#[derive(Properties)]
pub struct ColumnsFormProps {
    /// The file.
    pub columns: Rc<Columns>,
    /// The types are as they shall be.
    pub onread: Callback<Rc<Columns>>,
    /// The buttons behind.
    pub actions: Html,
}

impl PartialEq for ColumnsFormProps {
    fn eq(&self, other: &ColumnsFormProps) -> bool {
        Rc::ptr_eq(&self.columns, &other.columns) && self.actions == other.actions
    }
}

/// The form.
#[component]
pub fn ColumnsForm(props: &ColumnsFormProps) -> Html {
    let columns = &props.columns;
    let chosen = use_state_eq({
        let columns = columns.clone();
        move || columns.sheet.columns.iter().map(|column| column.cells).collect::<Vec<_>>()
    });
    let rows = columns.sheet.len() as u64;
    let onread = {
        let (columns, chosen, onread) = (columns.clone(), chosen.clone(), props.onread.clone());
        Callback::from(move |()| {
            let mut sheet = columns.sheet.clone();
            for (column, cells) in sheet.columns.iter_mut().zip(chosen.iter()) {
                column.cells = *cells;
            }
            onread.emit(Rc::new(Columns {
                name: columns.name.clone(),
                table: columns.table.clone(),
                bytes: columns.bytes,
                notes: columns.notes.clone(),
                sheet,
            }));
        })
    };
    let options: Vec<SelectOption> =
        CellType::ALL.iter().map(|cells| SelectOption::new(cells.label(), cells.label())).collect();
    html! {
        <div class="import-read" data-part="columns">
            <h2>{ format!("{}, {}, {}", columns.name, size(columns.bytes), plural(rows, "row")) }</h2>
            <p>{ "The types are guessed by all cells of each column. An empty cell is no attribute; a cell in DynamoDB JSON, such as " }
                <code>{ "{\"SS\":[\"a\"]}" }</code>{ ", is taken as that in every column." }</p>
            <div class="rejected">
                <table class="cell-types">
                    <thead><tr><th scope="col">{ "Attribute" }</th><th scope="col">{ "Type" }</th><th scope="col">{ "Filled" }</th><th scope="col">{ "First value" }</th></tr></thead>
                    <tbody>
                        { for columns.sheet.columns.iter().zip(chosen.iter()).enumerate().map(|(at, (column, cells))| {
                            let onchange = {
                                let chosen = chosen.clone();
                                Callback::from(move |label: String| {
                                    let mut next = (*chosen).clone();
                                    if let Some(cells) = CellType::ALL.into_iter().find(|cells| cells.label() == label) {
                                        next[at] = cells;
                                    }
                                    chosen.set(next);
                                })
                            };
                            html! {
                                <tr data-column={column.name.clone()}>
                                    <th scope="row">{ &column.name }</th>
                                    <td>
                                        if column.key {
                                            { format!("{}, of the key", cells.label()) }
                                        } else {
                                            <Select label={format!("Type of {}", column.name)} hide_label={true} name="cell-type"
                                                options={options.clone()} value={cells.label()} {onchange} />
                                        }
                                    </td>
                                    <td>{ count(column.filled as u64) }</td>
                                    <td><code class="first-value">{ &column.sample }</code></td>
                                </tr>
                            }
                        }) }
                    </tbody>
                </table>
            </div>
            <div class="empty-actions">
                <Button label="Read the rows" kind={ButtonKind::Primary} onclick={onread} action="read-columns" />
                { props.actions.clone() }
            </div>
        </div>
    }
}
