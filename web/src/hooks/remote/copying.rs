//! Tables copied out of the workspace into a real endpoint, or from there into the workspace, wherever the reader goes meanwhile.
//!
//! Owns the one copying that can be under way, and what became of each table. What is stopped or refused leaves what was copied.

use std::cell::Cell;
use std::rc::Rc;

use yew::prelude::*;

use super::Door;
use crate::client::transfer::{Copied, LoadError, copy_table};
use crate::hooks::Api;
use crate::state::tables::TablesAction;

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the endpoint into the workspace.
    FromThere,
    /// From the workspace into the endpoint. The reader has said yes to it.
    ToThere,
}

/// A table that is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    /// Its name.
    pub table: String,
    /// What became of it.
    pub result: Result<Copied, LoadError>,
}

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq)]
struct Progress {
    /// The table that is being copied, the items that are, and of about how many.
    under: Option<(String, u64, u64)>,
    done: Rc<Vec<Done>>,
    direction: Option<Direction>,
}

/// The copying.
#[derive(Clone, PartialEq)]
pub struct CopyState {
    /// The table that is being copied, how many items are, of about how many; none while nothing is under way.
    pub under: Option<(String, u64, u64)>,
    /// What became of the tables of the last copying.
    pub done: Rc<Vec<Done>>,
    /// Which way that goes, or went.
    pub direction: Option<Direction>,
    /// Copy these tables, with their items or without.
    pub start: Callback<(Direction, Vec<String>, bool)>,
    /// Stop.
    pub cancel: Callback<()>,
}

/// The copying through that door.
#[hook]
pub fn use_copying(local: &Api, door: Option<&Door>) -> CopyState {
    let state = use_state_eq(Progress::default);
    let go_on = use_memo((), |()| Cell::new(false));
    let start = {
        let (setter, busy, go_on) = (state.setter(), state.under.is_some(), go_on.clone());
        let (local, door) = (local.clone(), door.cloned());
        Callback::from(move |(direction, tables, with_items): (Direction, Vec<String>, bool)| {
            let Some(door) = door.clone().filter(|_| !busy) else { return };
            go_on.set(true);
            let (setter, go_on) = (setter.clone(), go_on.clone());
            // Nothing is copied out of the past or into it.
            let here = local.back_to_live();
            let listed = door.tables.clone();
            let there = local.through(Door { confirmed: direction == Direction::ToThere, ..door });
            wasm_bindgen_futures::spawn_local(async move {
                let mut done = Vec::new();
                for table in tables {
                    let so_far = Rc::new(done.clone());
                    let progress = |items, about| {
                        let under = Some((table.clone(), items, about));
                        setter.set(Progress { under, done: so_far.clone(), direction: Some(direction) });
                        go_on.get()
                    };
                    let result = match direction {
                        Direction::FromThere => {
                            copy_table(&there, &here, &table, with_items, false, progress).await
                        }
                        Direction::ToThere => {
                            copy_table(&here, &there, &table, with_items, true, progress).await
                        }
                    };
                    done.push(Done { table, result });
                    if !go_on.get() {
                        break;
                    }
                }
                setter.set(Progress { under: None, done: Rc::new(done), direction: Some(direction) });
                // The endpoint counts its items anew.
                listed.dispatch(TablesAction::Want);
            });
        })
    };
    let cancel = use_callback((), move |(), ()| go_on.set(false));
    let Progress { under, done, direction } = (*state).clone();
    CopyState { under, done, direction, start, cancel }
}
