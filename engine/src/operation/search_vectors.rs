//! [SearchVectors](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SearchVectors.html).
//!
//! The body is read more strictly than any other: a `null` is no absent member, and what is wrong is told in the words of the
//! reader, with its place (paritysuite/dynamodb-conformance, October 2026).

use serde::Deserialize;
use serde_json::Value;

use crate::access::{Context, Region, Search, search};
use crate::api::decode::from_value;
use crate::api::item::Names;
use crate::api::value::{WireMap, WireValue};
use crate::capacity::ReturnConsumedCapacity;
use crate::error::constraint::{Constraint, Violations};
use crate::error::expression::{Envelope, ExpressionKind};
use crate::error::{
    ApiError, Result, access as access_words, expression as expression_words, serialization, vector as words,
};
use crate::expression::{Comparator, Condition, Operand, Placeholders, Projection, Test};
use crate::index::has_type;
use crate::limits::{SEARCH_TOP_K, VECTOR_DIMENSIONS};
use crate::model::{AttributeValue, Item, json::write_map};
use crate::table::vector::{VectorIndex, find};
use crate::table::{IndexStatus, name};
use crate::vector::{component, projects};

use super::answer::Answer;
use super::{constraints, parameters};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SearchVectorsInput {
    table_name: String,
    index_name: String,
    search_vector: Vec<Value>,
    top_k: i32,
    search_condition_expression: Option<String>,
    projection_expression: Option<String>,
    expression_attribute_names: Option<Names>,
    expression_attribute_values: Option<Value>,
    return_consumed_capacity: Option<String>,
}

fn read(request: &[u8]) -> Result<SearchVectorsInput> {
    serde_json::from_slice(request).map_err(|error| {
        let text = error.to_string();
        match error.classify() {
            serde_json::error::Category::Data if text.starts_with("missing field") => {
                ApiError::validation(text)
            }
            serde_json::error::Category::Data => serialization::wrong_type(text),
            _ => serialization::malformed(),
        }
    })
}

/// Checks what the framework does; gives the table's plain name and what is to be shown of the consumed.
fn constrain(input: &SearchVectorsInput) -> Result<(String, ReturnConsumedCapacity)> {
    name::check_length(Some(&input.table_name))?;
    let mut violations = Violations::default();
    let consumed = constraints::consumed(&mut violations, input.return_consumed_capacity.as_deref());
    let table = name::gather(&mut violations, Some(&input.table_name))?;
    name::check(&mut violations, &input.index_name, "indexName");
    let count = input.search_vector.len();
    if count == 0 {
        violations.add(Some(&"[]"), "searchVector", Constraint::MinLength(1));
    }
    if count > VECTOR_DIMENSIONS as usize {
        let most = Constraint::MaxLength(VECTOR_DIMENSIONS as u64);
        violations.add(Some(&"[…]"), "searchVector", most);
    }
    violations.at_least(i64::from(input.top_k), "topK", 1);
    violations.into_result()?;
    if input.top_k > SEARCH_TOP_K {
        return Err(words::top_k(input.top_k));
    }
    Ok((table, consumed))
}

fn search_vector(elements: Vec<Value>) -> Result<Vec<f32>> {
    let mut vector = Vec::with_capacity(elements.len());
    for element in elements {
        let value = from_value::<WireValue>(element)?.0.map_err(ApiError::from)?;
        vector.push(component(&value).ok_or_else(words::search_vector)?);
    }
    Ok(vector)
}

/// The equalities that a condition consists of.
fn equalities(test: &Test, into: &mut Vec<(String, AttributeValue)>) -> Result<()> {
    let operator = match test {
        Test::And(tests) => return tests.iter().try_for_each(|test| equalities(test, into)),
        Test::Compare { comparator: Comparator::Equal, left, right } => match (left, right) {
            (Operand::Path(path), Operand::Value(value)) | (Operand::Value(value), Operand::Path(path))
                if path.is_top_level() =>
            {
                into.push((path.root().to_owned(), value.clone()));
                return Ok(());
            }
            _ => return Err(words::invalid_comparator()),
        },
        Test::Compare { .. } | Test::Between { .. } | Test::In { .. } => {
            return Err(words::invalid_comparator());
        }
        Test::Or(_) => "OR",
        Test::Not(_) => "NOT",
        Test::Exists(_) => "attribute_exists",
        Test::NotExists(_) => "attribute_not_exists",
        Test::IsType { .. } => "attribute_type",
        Test::BeginsWith { .. } => "begins_with",
        Test::Contains { .. } => "contains",
    };
    Err(words::invalid_operator(operator))
}

/// Checks the condition against the index's SearchSchema.
fn bind(index: &VectorIndex, condition: Option<&Condition>) -> Result<Vec<(String, AttributeValue)>> {
    let mut conditions = Vec::new();
    if let Some(condition) = condition {
        if let Some(path) = condition.paths().into_iter().find(|path| !index.narrows_by(path.root())) {
            return Err(words::not_in_search_schema(path.root()));
        }
        equalities(condition.test(), &mut conditions)?;
    }
    for element in &index.schema {
        let name = &element.attribute.name;
        match conditions.iter().find(|(other, _)| other == name) {
            None if element.hash => return Err(words::condition_missing()),
            Some((_, value)) if !has_type(value, element.attribute.attribute_type) => {
                return Err(expression_words::key_condition_type());
            }
            _ => {}
        }
    }
    Ok(conditions)
}

/// Finds the items whose vectors are closest to a vector.
pub fn execute(region: &mut Region, context: &mut Context, request: &[u8]) -> Result<Vec<u8>> {
    let input = read(request)?;
    let (table, consumed) = constrain(&input)?;
    parameters::at_home(region, context, Some(&input.table_name), &table)?;
    let query = search_vector(input.search_vector)?;
    let values = input.expression_attribute_values.map(from_value::<WireMap>).transpose()?;
    let names = input.expression_attribute_names.as_ref();
    let texts = (input.search_condition_expression.as_deref(), input.projection_expression.as_deref());
    let any = texts.0.is_some() || texts.1.is_some();
    let missing = texts.0.is_none().then_some("SearchConditionExpression is null");
    Placeholders::require_expressions(names, values.as_ref(), any, missing, Envelope::Bare)?;
    let values = parameters::values(values, Envelope::Bare)?;
    let mut placeholders = match any {
        true => Placeholders::new(names, values.as_ref(), Envelope::Bare)?,
        false => Placeholders::none(Envelope::Bare),
    };
    let kind = ExpressionKind::SearchConditionExpression;
    let condition = texts.0.map(|text| Condition::compile(kind, text, &mut placeholders)).transpose()?;
    let projection = texts.1.map(|text| Projection::compile(text, &mut placeholders)).transpose()?;
    placeholders.finish()?;

    let definition = &region.active_table(&table)?.saved.table;
    let index = find(definition, &input.index_name).cloned();
    let index = index.ok_or_else(|| access_words::index_not_found(&input.index_name))?;
    match (index.status, index.backfilling) {
        (IndexStatus::Active | IndexStatus::Updating, _) => {}
        (IndexStatus::Creating, Some(true)) => return Err(words::backfilling(&index.name)),
        _ => return Err(access_words::index_not_found(&index.name)),
    }
    let conditions = bind(&index, condition.as_ref())?;
    if query.len() as u64 != index.dimensions {
        return Err(words::search_dimensions(query.len(), index.dimensions));
    }
    if let Some(projection) = &projection {
        let paths = projection.paths();
        let missing: Vec<&str> =
            paths.iter().map(|path| path.root()).filter(|name| !projects(definition, &index, name)).collect();
        if !missing.is_empty() {
            return Err(words::not_projected(&index.name, &missing));
        }
    }
    let wanted = Search {
        table: &table,
        index: &index,
        query: &query,
        conditions: &conditions,
        top: input.top_k as usize,
    };
    let found = search(region, context, &wanted)?;
    let mut answer = Answer::new();
    answer.list("SearchResults", &found.results, |(score, item), into| {
        let shown: Item = match &projection {
            Some(projection) => projection.apply(item),
            None => item.iter().filter(|(name, _)| *name != index.attribute).cloned().collect(),
        };
        into.extend_from_slice(b"{\"Item\":");
        write_map(&shown, into);
        let mut rest = Answer::new();
        rest.value("Score", &f64::from(*score));
        into.push(b',');
        into.extend_from_slice(&rest.finish()[1..]);
        Ok(())
    })?;
    if consumed != ReturnConsumedCapacity::None {
        let mut capacity = Answer::new();
        capacity.value("VectorSearchRequestBytes", &(found.processed_bytes as f64));
        answer.nested("ConsumedCapacity", capacity);
    }
    Ok(answer.finish())
}
