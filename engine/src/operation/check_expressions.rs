//! `Dynascope.CheckExpressions`: what is wrong with expressions and PartiQL statements, and where in their text.
//!
//! A request of the inspector, for editors: `{"Expressions": [{"Kind": "FilterExpression", "Text": …,
//! "ExpressionAttributeNames": …, "ExpressionAttributeValues": …}, {"Kind": "Statement", "Text": …, "Parameters": …}]}`. The
//! answer has a fault for each that has one, with the bytes of its text that it is about. It reads no item and charges nothing;
//! what only a table tells of an expression is not looked at.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::access::{Context, Region};
use crate::api::decode::decode_rare;
use crate::api::item::Names;
use crate::api::value::{WireMap, WireValue};
use crate::error::Result;
use crate::error::constraint::{self, Constraint};
use crate::error::expression::{Envelope, ExpressionKind};
use crate::expression::{self, Located, Placeholders};
use crate::partiql::{self, Values};

use super::{answer, parameters};

/// How many expressions one request may have: more than the longest batch or transaction.
const MOST: usize = 500;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct CheckExpressionsInput {
    expressions: Vec<Written>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Written {
    /// The parameter that it is given in.
    kind: String,
    text: String,
    expression_attribute_names: Option<Names>,
    expression_attribute_values: Option<WireMap>,
    parameters: Option<Vec<WireValue>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct CheckExpressionsOutput {
    faults: Vec<ExpressionFault>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ExpressionFault {
    /// Its place in the request's list.
    expression: usize,
    /// As the service words it.
    message: String,
    /// The first byte of the text that it is about, and the one behind the last.
    start: usize,
    end: usize,
}

const KINDS: [ExpressionKind; 6] = [
    ExpressionKind::ConditionExpression,
    ExpressionKind::FilterExpression,
    ExpressionKind::KeyConditionExpression,
    ExpressionKind::ProjectionExpression,
    ExpressionKind::SearchConditionExpression,
    ExpressionKind::UpdateExpression,
];

/// Checks the expressions.
pub fn execute(region: &mut Region, _: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input: CheckExpressionsInput = decode_rare(request)?;
    if input.expressions.len() > MOST {
        return Err(constraint::violation("Expressions", Constraint::MaxLength(MOST as u64)));
    }
    let mut faults = Vec::new();
    for (expression, written) in input.expressions.into_iter().enumerate() {
        if let Some(Located { message, at: Range { start, end } }) = check(region, written)? {
            faults.push(ExpressionFault { expression, message, start, end });
        }
    }
    Ok(answer::of(&CheckExpressionsOutput { faults }))
}

/// The fault of one; of placeholders and parameters themselves, the whole text's.
fn check(region: &Region, written: Written) -> Result<Option<Located>> {
    let text = &written.text;
    let whole = |error: crate::error::ApiError| Some(Located { message: error.message, at: 0..text.len() });
    if written.kind == "Statement" {
        return Ok(match Values::read(written.parameters, || false) {
            Ok(values) => partiql::locate(region, text, &values),
            Err(error) => whole(error),
        });
    }
    let Some(kind) = KINDS.into_iter().find(|kind| kind.name() == written.kind) else {
        let known = KINDS.iter().map(|kind| kind.name()).chain(["Statement"]).collect::<Vec<_>>();
        return Err(constraint::violation("Kind", Constraint::Enum(&known)));
    };
    let values = match parameters::values(written.expression_attribute_values, Envelope::Bare) {
        Ok(values) => values,
        Err(error) => return Ok(whole(error)),
    };
    let names = written.expression_attribute_names;
    let mut placeholders = match Placeholders::new(names.as_ref(), values.as_ref(), Envelope::Bare) {
        Ok(placeholders) => placeholders,
        Err(error) => return Ok(whole(error)),
    };
    Ok(expression::locate(kind, text, &mut placeholders))
}
