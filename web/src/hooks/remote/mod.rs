//! The real endpoint that the page asks in the engine's place, while it is connected to one.
//!
//! Owns the connection (in memory alone: a reload ends it), its tables, the question before every write, and the copying of tables to
//! it and from it. What stands inside [`RemoteProvider`] finds the endpoint's door and tables behind the same hooks as the engine's.
//!
//! - `door` what a request meets on its way
//! - `gate` the question before a write
//! - `named` the tables that were named by hand, where the key may not list them
//! - `copying` tables out of the workspace and into it

mod copying;
mod door;
mod gate;
mod named;

use std::rc::Rc;

use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};
use yew::prelude::*;

use super::slices::TableLists;
use super::{Api, use_client, use_tables};
use crate::protocol::ClientError;
use crate::remote::{Connection, ask};
use crate::state::tables::{TableDescription, Tables, TablesAction};
pub use copying::{CopyState, Direction, Done, use_copying};
pub use door::Door;
pub use gate::{Gate, Question, Verdict};
pub use named::{Named, NamedAction, names_in};

/// How often the tables are read again while one of them is not ACTIVE, in milliseconds.
const SETTLING_MS: u32 = 2_000;
/// So many descriptions are asked for at once.
const AT_ONCE: usize = 8;

/// What the page knows of the real endpoint.
#[derive(Clone, PartialEq)]
pub struct Remote {
    /// The connection; none while the engine answers.
    pub connection: Option<Rc<Connection>>,
    /// How often the page was connected: another number is another endpoint.
    pub number: u64,
    /// Why its tables cannot be read.
    pub fault: Option<ClientError>,
    /// The question that waits for an answer.
    pub question: Option<Question>,
    /// The copying of tables.
    pub copying: CopyState,
    /// The engine's door and its tables, whatever the page asks.
    pub local: Api,
    /// The workspace's tables.
    pub local_tables: TableLists,
    /// The tables that were named by hand; none where the endpoint lists them.
    pub named: Option<Rc<Vec<String>>>,
    /// Ask this endpoint from now on, for these tables alone where its key may not list them.
    pub connect: Callback<(Connection, Option<Vec<String>>)>,
    /// Another table of it, by its name.
    pub name_table: Callback<String>,
    /// Ask the engine again, and forget the credentials.
    pub disconnect: Callback<()>,
    /// Answers the question.
    pub answer: Callback<Verdict>,
    /// Reads the endpoint's tables again.
    pub refresh: Callback<()>,
}

/// The provider's children.
#[derive(Properties, PartialEq)]
pub struct RemoteProps {
    /// Who may use the hook.
    pub children: Html,
}

/// Provides the connection, and in its place the doors and tables; stands inside the slices' provider.
#[component]
pub fn RemoteProvider(props: &RemoteProps) -> Html {
    let (local, local_tables) = (use_client(), use_tables());
    let tables = use_reducer(Tables::default);
    let connection = use_state_eq(|| None::<Rc<Connection>>);
    let number = use_state_eq(|| 0_u64);
    let fault = use_state_eq(|| None::<ClientError>);
    let named = use_reducer(Named::default);
    let update = use_force_update();
    let gate = use_memo((), |()| Gate::new(Callback::from(move |()| update.force_update())));
    let door = connection.as_ref().map(|connection| Door {
        connection: connection.clone(),
        gate: (*gate).clone(),
        tables: tables.dispatcher(),
        named: named.dispatcher(),
        confirmed: false,
    });
    use_remote_tables(connection.as_ref(), named.list.as_ref(), &tables, fault.setter());
    let copying = use_copying(&local, door.as_ref());
    let connect = {
        let (connection, number, tables, gate) =
            (connection.setter(), number.clone(), tables.dispatcher(), gate.clone());
        let named = named.dispatcher();
        Callback::from(move |(next, names): (Connection, Option<Vec<String>>)| {
            gate.close();
            named.dispatch(NamedAction::Begin(names));
            tables.dispatch(TablesAction::Clear);
            number.set(*number + 1);
            connection.set(Some(Rc::new(next)));
        })
    };
    let disconnect = {
        let (connection, fault, tables, gate) =
            (connection.setter(), fault.setter(), tables.dispatcher(), gate.clone());
        let (stop, named) = (copying.cancel.clone(), named.dispatcher());
        Callback::from(move |()| {
            gate.close();
            stop.emit(());
            named.dispatch(NamedAction::Begin(None));
            tables.dispatch(TablesAction::Clear);
            fault.set(None);
            connection.set(None);
        })
    };
    let answer = {
        let gate = gate.clone();
        Callback::from(move |verdict| gate.answer(verdict))
    };
    let refresh = {
        let tables = tables.dispatcher();
        Callback::from(move |()| tables.dispatch(TablesAction::Want))
    };
    let name_table = {
        let named = named.dispatcher();
        Callback::from(move |name| named.dispatch(NamedAction::Add(name)))
    };
    let remote = Remote {
        connection: (*connection).clone(),
        number: if connection.is_some() { *number } else { 0 },
        fault: (*fault).clone(),
        question: gate.question(),
        copying,
        local: local.clone(),
        local_tables: local_tables.clone(),
        named: named.list.clone(),
        connect,
        name_table,
        disconnect,
        answer,
        refresh,
    };
    let (api, list) = match door {
        Some(door) => (local.through(door), tables),
        None => (local, local_tables),
    };
    html! {
        <ContextProvider<Remote> context={remote}>
        <ContextProvider<Api> context={api}>
        <ContextProvider<TableLists> context={list}>
            { props.children.clone() }
        </ContextProvider<TableLists>>
        </ContextProvider<Api>>
        </ContextProvider<Remote>>
    }
}

/// What the page knows of the real endpoint.
#[hook]
pub fn use_remote() -> Remote {
    use_context::<Remote>().expect("the page stands inside RemoteProvider")
}

/// Reads the endpoint's tables: when the page is connected, when they are wanted, and again while one of them is settling.
#[hook]
fn use_remote_tables(
    connection: Option<&Rc<Connection>>,
    named: Option<&Rc<Vec<String>>>,
    tables: &TableLists,
    fault: UseStateSetter<Option<ClientError>>,
) {
    let dispatcher = tables.dispatcher();
    let settling = tables
        .list
        .iter()
        .any(|table| table.status != "ACTIVE" || table.indexes.iter().any(|index| index.status != "ACTIVE"));
    // Compared by the endpoint and the key that asks it; a new connection has another list to begin with.
    let deps = (connection.cloned(), named.cloned(), tables.wanted);
    use_effect_with(deps, move |(connection, named, _)| {
        let current = Rc::new(std::cell::Cell::new(true));
        if let Some(connection) = connection.clone() {
            let (current, named) = (current.clone(), named.clone());
            wasm_bindgen_futures::spawn_local(async move {
                let (list, failed) = match named {
                    Some(names) => describe_all(&connection, names.to_vec()).await,
                    // One that may not be described, or that goes meanwhile, is left out.
                    None => match list_tables(&connection).await {
                        Ok(names) => (describe_all(&connection, names).await.0, None),
                        Err(error) => (Vec::new(), Some(error)),
                    },
                };
                if !current.get() {
                    return;
                }
                if failed.is_none() || !list.is_empty() {
                    dispatcher.dispatch(TablesAction::Loaded(list));
                }
                fault.set(failed);
            });
        }
        move || current.set(false)
    });
    let dispatcher = tables.dispatcher();
    use_effect_with((settling, tables.wanted, tables.list.clone()), move |(settling, ..)| {
        let timeout = settling.then(|| {
            gloo::timers::callback::Timeout::new(SETTLING_MS, move || dispatcher.dispatch(TablesAction::Want))
        });
        move || drop(timeout)
    });
}

/// The names of all tables of an endpoint.
async fn list_tables(connection: &Connection) -> Result<Vec<String>, ClientError> {
    let mut names = Vec::new();
    let mut request = json!({});
    loop {
        let page = ask_json(connection, "ListTables", &request).await?;
        let listed = page["TableNames"].as_array().into_iter().flatten();
        names.extend(listed.filter_map(|name| name.as_str().map(str::to_owned)));
        match page.get("LastEvaluatedTableName") {
            Some(Value::String(last)) => request = json!({ "ExclusiveStartTableName": last }),
            _ => return Ok(names),
        }
    }
}

/// The descriptions of these tables, and why the first was refused of those that were.
pub async fn describe_all(
    connection: &Connection,
    names: Vec<String>,
) -> (Vec<TableDescription>, Option<ClientError>) {
    let described = stream::iter(names)
        .map(|name| async move { ask_json(connection, "DescribeTable", &json!({ "TableName": name })).await })
        .buffered(AT_ONCE);
    let (mut list, mut failed) = (Vec::new(), None);
    for answer in described.collect::<Vec<_>>().await {
        match answer {
            Ok(answer) => list.extend(TableDescription::read(&answer["Table"])),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    (list, failed)
}

/// Asks an endpoint something that changes nothing.
pub async fn ask_json(
    connection: &Connection,
    operation: &str,
    request: &Value,
) -> Result<Value, ClientError> {
    let text = ask(connection, operation, request.to_string()).await?;
    serde_json::from_str(&text).map_err(|error| ClientError::Remote { message: error.to_string() })
}
