//! Reading what goes along: descriptions and items of the chosen tables, each read once, and the event sources on their streams, into
//! a document.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::choice::Choices;
pub use super::choice::Chosen;
use crate::client::transfer::{Wire, read_event_sources, read_table, scan_all};
use crate::hooks::{FIRST_WORKSPACE, SAMPLE_WORKSPACE};
use crate::protocol::ClientError;
use crate::protocol::model::Model;
use crate::protocol::traffic::Workload;
use crate::share::load::{TableState, document_of};
use crate::share::{Document, SavedRequest};
use crate::state::requests::SavedRequest as Kept;
use crate::state::tables::TableDescription;

/// Tables that were read, and whether their items were.
pub type Read = RefCell<BTreeMap<String, (TableState, bool)>>;

/// A document of the chosen tables and requests. `progress` hears which table is being read and how many of its items are
/// there, and answers whether to go on; none where it said no.
pub async fn gather(
    wire: &impl Wire,
    read: &Read,
    name: &str,
    chosen: &[Chosen],
    requests: Vec<SavedRequest>,
    mut progress: impl FnMut(&str, usize) -> bool,
) -> Result<Option<Document>, ClientError> {
    let mut states = Vec::new();
    for Chosen { table, items } in chosen {
        if !progress(table, 0) {
            return Ok(None);
        }
        let known = read.borrow().get(table).map(|(_, with_items)| *with_items);
        if known.is_none() {
            let state = read_table(wire, table, false).await?;
            read.borrow_mut().insert(table.clone(), (state, false));
        }
        if *items && known != Some(true) {
            let Some(found) = scan_all(wire, table, |count| progress(table, count)).await? else {
                return Ok(None);
            };
            if let Some(entry) = read.borrow_mut().get_mut(table) {
                entry.0.items = found;
                entry.1 = true;
            }
        }
        if let Some((state, _)) = read.borrow().get(table) {
            states.push(TableState {
                description: state.description.clone(),
                time_to_live: state.time_to_live.clone(),
                settings: state.settings.clone(),
                items: if *items { state.items.clone() } else { Vec::new() },
            });
        }
    }
    let tables: Vec<&str> = chosen.iter().map(|chosen| &*chosen.table).collect();
    let sources = read_event_sources(wire, &tables).await?;
    Ok(Some(document_of(name, "", states, requests).with_event_sources(sources)))
}

/// What a design is called: as its workspace, but the first workspace's name says nothing to anybody else; its table's does.
pub fn design_name<'a>(workspace: &'a str, tables: &'a [Rc<TableDescription>]) -> &'a str {
    let named = Some(workspace).filter(|name| ![FIRST_WORKSPACE, SAMPLE_WORKSPACE].contains(name));
    named.or(tables.first().map(|table| table.name.as_str())).unwrap_or(workspace)
}

/// A document of everything that there is.
pub async fn everything(
    wire: &impl Wire,
    name: &str,
    tables: &[Rc<TableDescription>],
    kept: &[Kept],
    recipes: &[Workload],
    model: &Model,
) -> Result<Document, ClientError> {
    let chosen: Vec<Chosen> =
        tables.iter().map(|table| Chosen { table: table.name.clone(), items: true }).collect();
    let (requests, _) = Choices::default().requests(kept);
    let document = gather(wire, &Read::default(), name, &chosen, requests, |_, _| true).await?;
    let document = document.unwrap_or_default().with_model(model.clone());
    Ok(Document { recipes: recipes.to_vec(), ..document })
}
