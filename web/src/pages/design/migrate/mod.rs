//! A guided migration of a table into a new one, where DynamoDB forbids the change itself: another key, a new LSI, another projection of one.
//!
//! - `form` the new table, and what each step will send
//! - `progress` how far it is: its steps, counts and lag, the comparison, and what cutting over takes
//!
//! The migration itself goes on wherever the reader is: [`crate::hooks::use_migration`].

mod form;
mod progress;

use std::rc::Rc;

use yew::prelude::*;

use crate::hooks::use_migration;
use crate::state::migration::Phase;
use crate::state::tables::TableDescription;
use form::Form;
use progress::Progress;

/// The props of [`Migrate`].
#[derive(Properties, PartialEq)]
pub struct MigrateProps {
    /// The table.
    pub table: Rc<TableDescription>,
}

/// The page.
#[component]
pub fn Migrate(props: &MigrateProps) -> Html {
    match use_migration().state.phase {
        Phase::Idle => html! { <Form key={props.table.name.clone()} table={props.table.clone()} /> },
        _ => html! { <Progress /> },
    }
}
