//! The direct door: requests that are decoded and checked once and carried out many times, each time with other values.
//!
//! Owns which operations have such a form; what is done is each operation's own, the same for both doors. Never draws a value:
//! whoever holds a [`Direct`] changes its scalars, each into another of its type. What depends on the values is checked each
//! time; what does not, once, when it is read.
//!
//! Every operation on items has one. A statement of PartiQL is parsed once; what it touches (one item, a collection, a whole
//! table) follows from its values, so that it is planned with each set of them.

use crate::access::{Context, Region};
use crate::error::Result;
use crate::model::AttributeValue;

use super::batch_execute_statement::BatchStatements;
use super::batch_get_item::BatchGet;
use super::batch_write_item::BatchWrite;
use super::delete_item::Delete;
use super::execute_statement::Statement;
use super::execute_transaction::TransactStatements;
use super::get_item::Get;
use super::put_item::Put;
use super::query::Query;
use super::scan::Scan;
use super::transact_get_items::TransactGet;
use super::transact_token;
use super::transact_write_items::TransactWrite;
use super::update_item::Update;

/// Whether anybody reads the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// It is written.
    Yes,
    /// It is not: the response is empty.
    No,
}

impl Answered {
    pub(super) fn with(self, answer: impl FnOnce() -> Result<Vec<u8>>) -> Result<Vec<u8>> {
        match self {
            Answered::Yes => answer(),
            Answered::No => Ok(Vec::new()),
        }
    }
}

/// A request behind decoding.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Direct {
    GetItem(Get),
    PutItem(Put),
    UpdateItem(Update),
    DeleteItem(Delete),
    Query(Box<Query>),
    Scan(Box<Scan>),
    BatchGetItem(BatchGet),
    BatchWriteItem(BatchWrite),
    TransactGetItems(TransactGet),
    TransactWriteItems(TransactWrite),
    ExecuteStatement(Box<Statement>),
    BatchExecuteStatement(BatchStatements),
    ExecuteTransaction(TransactStatements),
}

impl Direct {
    /// Reads and checks a request; none where the operation has no such form.
    pub fn read(region: &Region, operation: &str, request: &[u8]) -> Result<Option<Direct>> {
        let context = &mut Context::new(0, None);
        Ok(Some(match operation {
            "GetItem" => Direct::GetItem(Get::read(region, context, request)?),
            "PutItem" => Direct::PutItem(Put::read(region, context, request)?),
            "UpdateItem" => Direct::UpdateItem(Update::read(region, context, request)?),
            "DeleteItem" => Direct::DeleteItem(Delete::read(region, context, request)?),
            "Query" => Direct::Query(Box::new(Query::read(region, context, request)?)),
            "Scan" => Direct::Scan(Box::new(Scan::read(region, context, request)?)),
            "BatchGetItem" => Direct::BatchGetItem(BatchGet::read(region, request)?),
            "BatchWriteItem" => Direct::BatchWriteItem(BatchWrite::read(region, request)?),
            "TransactGetItems" => Direct::TransactGetItems(TransactGet::read(region, request)?),
            "TransactWriteItems" => Direct::TransactWriteItems(TransactWrite::read(region, request)?),
            "ExecuteStatement" => Direct::ExecuteStatement(Box::new(Statement::read(request)?)),
            "BatchExecuteStatement" => Direct::BatchExecuteStatement(BatchStatements::read(request)?),
            "ExecuteTransaction" => Direct::ExecuteTransaction(TransactStatements::read(request)?),
            _ => return Ok(None),
        }))
    }

    /// The API action.
    pub fn operation(&self) -> &'static str {
        match self {
            Direct::GetItem(_) => "GetItem",
            Direct::PutItem(_) => "PutItem",
            Direct::UpdateItem(_) => "UpdateItem",
            Direct::DeleteItem(_) => "DeleteItem",
            Direct::Query(_) => "Query",
            Direct::Scan(_) => "Scan",
            Direct::BatchGetItem(_) => "BatchGetItem",
            Direct::BatchWriteItem(_) => "BatchWriteItem",
            Direct::TransactGetItems(_) => "TransactGetItems",
            Direct::TransactWriteItems(_) => "TransactWriteItems",
            Direct::ExecuteStatement(_) => "ExecuteStatement",
            Direct::BatchExecuteStatement(_) => "BatchExecuteStatement",
            Direct::ExecuteTransaction(_) => "ExecuteTransaction",
        }
    }

    /// Shows every scalar of the request, in a fixed order, to be changed into another of its type.
    pub fn scalars_mut(&mut self, visit: &mut dyn FnMut(&mut AttributeValue)) {
        match self {
            Direct::GetItem(request) => request.scalars_mut(visit),
            Direct::PutItem(request) => request.scalars_mut(visit),
            Direct::UpdateItem(request) => request.scalars_mut(visit),
            Direct::DeleteItem(request) => request.scalars_mut(visit),
            Direct::Query(request) => request.scalars_mut(visit),
            Direct::Scan(request) => request.scalars_mut(visit),
            Direct::BatchGetItem(request) => request.scalars_mut(visit),
            Direct::BatchWriteItem(request) => request.scalars_mut(visit),
            Direct::TransactGetItems(request) => request.scalars_mut(visit),
            Direct::TransactWriteItems(request) => request.scalars_mut(visit),
            Direct::ExecuteStatement(request) => request.scalars_mut(visit),
            Direct::BatchExecuteStatement(request) => request.scalars_mut(visit),
            Direct::ExecuteTransaction(request) => request.scalars_mut(visit),
        }
    }

    /// Whether the values that it has now would be read: every BETWEEN has its bounds in order. One that would not be is refused by
    /// the JSON door, in its words.
    pub fn is_sound(&self) -> bool {
        match self {
            Direct::PutItem(request) => request.is_ordered(),
            Direct::UpdateItem(request) => request.is_ordered(),
            Direct::DeleteItem(request) => request.is_ordered(),
            Direct::Query(request) => request.is_ordered(),
            Direct::Scan(request) => request.is_ordered(),
            Direct::TransactWriteItems(request) => request.is_ordered(),
            // No conditions, or such as are lowered with each set of values.
            Direct::GetItem(_)
            | Direct::BatchGetItem(_)
            | Direct::BatchWriteItem(_)
            | Direct::TransactGetItems(_)
            | Direct::ExecuteStatement(_)
            | Direct::BatchExecuteStatement(_)
            | Direct::ExecuteTransaction(_) => true,
        }
    }

    /// Gives it another ClientRequestToken, which stands for `parameters`: all of the request but the token, as JSON whose keys
    /// are sorted. Whether the request takes one, and this text can be one.
    pub fn renew_token(&mut self, text: &str, parameters: &[u8]) -> bool {
        let token = match self {
            Direct::TransactWriteItems(request) => request.token_mut(),
            Direct::ExecuteTransaction(request) => request.token_mut(),
            _ => None,
        };
        token.is_some_and(|token| transact_token::renew(token, text, parameters))
    }

    /// Carries it out with the values that it has now.
    pub fn carry_out(
        &mut self,
        region: &mut Region,
        context: &mut Context,
        answered: Answered,
    ) -> Result<Vec<u8>> {
        match self {
            Direct::GetItem(request) => request.carry_out(region, context, answered),
            Direct::PutItem(request) => request.carry_out(region, context, answered),
            Direct::UpdateItem(request) => request.carry_out(region, context, answered),
            Direct::DeleteItem(request) => request.carry_out(region, context, answered),
            Direct::Query(request) => request.carry_out(region, context, answered),
            Direct::Scan(request) => request.carry_out(region, context, answered),
            Direct::BatchGetItem(request) => request.carry_out(region, context, answered),
            Direct::BatchWriteItem(request) => request.carry_out(region, context, answered),
            Direct::TransactGetItems(request) => request.carry_out(region, context, answered),
            Direct::TransactWriteItems(request) => request.carry_out(region, context, answered),
            Direct::ExecuteStatement(request) => request.carry_out(region, context, answered),
            Direct::BatchExecuteStatement(request) => request.carry_out(region, context, answered),
            Direct::ExecuteTransaction(request) => request.carry_out(region, context, answered),
        }
    }
}
