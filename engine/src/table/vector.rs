//! Vector indexes as a table defines them: their checks, their life and their description.
//!
//! Owns what a vector index *is*; vectors themselves are [`crate::vector`]'s. Never reads or writes an item.
//!
//! Follows [vector search](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/VectorSearchWorkingWith.html) and the
//! answers that paritysuite/dynamodb-conformance recorded since August 2026: the life of an index is a global index's.

use serde::{Deserialize, Serialize};

use super::definition::{self, Definitions};
use super::describe::Counts;
use super::lifecycle::{self, duration};
use super::schema::wire_names;
use super::{BillingMode, IndexId, IndexStatus, KeyAttribute, KeySchema, Projection, Table};
use crate::api::table as table_api;
use crate::api::vector as api;
use crate::error::Result;
use crate::error::constraint::{Constraint, Violations};
use crate::error::table::{self as table_words, ensure};
use crate::error::vector as words;
use crate::limits::{VECTOR_DIMENSIONS, VECTOR_INDEXES};

const ELEMENT_TYPES: &[&str] = &["HASH", "INLINE_FILTER"];
const ATTRIBUTE_NAME_LENGTH: u64 = 255;

/// How far two vectors are apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum DistanceFunction {
    Cosine,
    DotProduct,
    Euclidean,
}

wire_names! {
    DistanceFunction { Cosine "COSINE", DotProduct "DOT_PRODUCT", Euclidean "EUCLIDEAN" }
}

/// An attribute that a search may be narrowed by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchElement {
    /// The attribute.
    pub attribute: KeyAttribute,
    /// Whether every search must name its value (HASH); else it may (INLINE_FILTER).
    pub hash: bool,
}

/// A vector index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct VectorIndex {
    pub id: IndexId,
    pub name: String,
    /// The attribute that holds the vectors.
    pub attribute: String,
    pub dimensions: u64,
    pub function: DistanceFunction,
    /// The SearchSchema, as it was given.
    pub schema: Vec<SearchElement>,
    pub projection: Projection,
    pub status: IndexStatus,
    /// When the status moves on by itself.
    pub status_until_ms: Option<u64>,
    /// As a global index's: none for one that was made with its table.
    pub backfilling: Option<bool>,
}

impl VectorIndex {
    /// The SearchSchema's attributes as a key: HASH, then the filters.
    pub fn keys(&self) -> KeySchema {
        let of = |hash: bool| {
            let elements = self.schema.iter().filter(|element| element.hash == hash);
            elements.map(|element| element.attribute.clone()).collect()
        };
        KeySchema { hash: of(true), range: of(false) }
    }

    /// Whether the SearchSchema names the attribute.
    pub fn narrows_by(&self, name: &str) -> bool {
        self.schema.iter().any(|element| element.attribute.name == name)
    }
}

/// The vector index of that name.
pub fn find<'t>(table: &'t Table, name: &str) -> Option<&'t VectorIndex> {
    table.attachments.vectors.iter().find(|index| index.name == name)
}

/// Checks a vector index as the framework does; `member` is where it stands.
pub(super) fn constrain(violations: &mut Violations, index: &api::VectorIndex, member: &str) {
    let name_member = format!("{member}.indexName");
    if let Some(name) = violations.required(&index.index_name, &name_member) {
        super::name::check(violations, name, &name_member);
    }
    let vector_member = format!("{member}.vectorAttribute");
    if let Some(vector) = violations.required(&index.vector_attribute, &vector_member) {
        let name_member = format!("{vector_member}.attributeName");
        if let Some(name) = violations.required(&vector.attribute_name, &name_member) {
            violations.length(name, &name_member, 1, ATTRIBUTE_NAME_LENGTH);
        }
    }
    if let Some(schema) = &index.search_schema {
        let member = format!("{member}.searchSchema");
        if schema.is_empty() {
            violations.add(Some(&"[]"), &member, Constraint::MinLength(1));
        }
        for (at, element) in schema.iter().enumerate() {
            violations
                .required(&element.attribute_name, &format!("{member}.{}.member.attributeName", at + 1));
            let type_member = format!("{member}.{}.member.searchSchemaElementType", at + 1);
            if let Some(kind) = violations.required(&element.search_schema_element_type, &type_member) {
                violations.one_of(kind, &type_member, ELEMENT_TYPES);
            }
        }
    }
    let projection_member = format!("{member}.projection");
    if let Some(projection) = violations.required(&index.projection, &projection_member)
        && let Some(kind) = &projection.projection_type
    {
        violations.one_of(kind, &format!("{projection_member}.projectionType"), Projection::NAMES);
    }
    let dimensions_member = format!("{member}.dimensions");
    if let Some(&dimensions) = violations.required(&index.dimensions, &dimensions_member) {
        violations.at_least(dimensions, &dimensions_member, 1);
    }
    let function_member = format!("{member}.distanceFunction");
    if let Some(function) = violations.required(&index.distance_function, &function_member) {
        violations.one_of(function, &function_member, DistanceFunction::NAMES);
    }
}

/// The names of the attributes that SearchSchemas use.
pub(super) fn used_names(indexes: Option<&[api::VectorIndex]>) -> Vec<&str> {
    let elements = indexes.into_iter().flatten().filter_map(|index| index.search_schema.as_deref()).flatten();
    elements.filter_map(|element| element.attribute_name.as_deref()).collect()
}

/// Checks the vector indexes of a new table, but for their names.
pub(super) fn check_new(
    indexes: Option<&[api::VectorIndex]>,
    definitions: &Definitions,
    billing_mode: BillingMode,
) -> Result<()> {
    let Some(indexes) = indexes else { return Ok(()) };
    ensure(!indexes.is_empty(), || table_words::invalid("List of VectorIndexes is empty"))?;
    ensure(billing_mode == BillingMode::PayPerRequest, words::on_demand_only)?;
    ensure(indexes.len() <= VECTOR_INDEXES, words::too_many_indexes)?;
    indexes.iter().try_for_each(|index| check(index, definitions))
}

fn check(index: &api::VectorIndex, definitions: &Definitions) -> Result<()> {
    let dimensions = index.dimensions.unwrap_or_default();
    ensure((1..=VECTOR_DIMENSIONS).contains(&dimensions), words::dimensions_out_of_range)?;
    let mut elements = index.search_schema.iter().flatten();
    ensure(
        elements
            .all(|element| element.attribute_name.as_deref().is_some_and(|n| definitions.get(n).is_some())),
        words::search_schema_not_defined,
    )?;
    definition::projection(index.projection.as_ref().unwrap_or(&NO_PROJECTION)).map(|_| ())
}

const NO_PROJECTION: table_api::Projection =
    table_api::Projection { projection_type: None, non_key_attributes: None };

/// A vector index that passed [`check_new`], CREATING with its table.
pub(super) fn parse(id: IndexId, index: &api::VectorIndex, definitions: &Definitions) -> Result<VectorIndex> {
    let element = |element: &api::SearchSchemaElement| {
        let name = element.attribute_name.as_deref().unwrap_or_default();
        let attribute = definitions.get(name).ok_or_else(words::search_schema_not_defined)?.clone();
        Ok(SearchElement { attribute, hash: element.search_schema_element_type.as_deref() == Some("HASH") })
    };
    let attribute = index.vector_attribute.as_ref().and_then(|vector| vector.attribute_name.clone());
    let function = index.distance_function.as_deref().and_then(DistanceFunction::from_name);
    Ok(VectorIndex {
        id,
        name: index.index_name.clone().unwrap_or_default(),
        attribute: attribute.unwrap_or_default(),
        dimensions: index.dimensions.unwrap_or_default() as u64,
        function: function.expect("the framework let only the three through"),
        schema: index.search_schema.iter().flatten().map(element).collect::<Result<_>>()?,
        projection: definition::projection(index.projection.as_ref().unwrap_or(&NO_PROJECTION))?,
        status: IndexStatus::Creating,
        status_until_ms: None,
        backfilling: None,
    })
}

/// Adds a vector index to others of its table; `taken` tells whether another index has its name.
pub(super) fn add(indexes: &mut Vec<VectorIndex>, index: VectorIndex) -> Result<()> {
    let conflicts =
        |other: &&VectorIndex| other.attribute == index.attribute && other.dimensions != index.dimensions;
    ensure(!indexes.iter().any(|other| conflicts(&other)), || {
        words::conflicting_dimensions(&index.attribute)
    })?;
    indexes.push(index);
    Ok(())
}

/// Checks the VectorIndexUpdates of an UpdateTable by themselves.
pub(super) fn check_updates(updates: Option<&[api::VectorIndexUpdate]>) -> Result<()> {
    let Some(updates) = updates else { return Ok(()) };
    ensure(!updates.is_empty(), || table_words::invalid("List of VectorIndexUpdates is empty"))?;
    updates.iter().try_for_each(|update| match (&update.create, &update.delete) {
        (Some(_), Some(_)) => Err(words::update_malformed(true)),
        (None, None) => Err(words::update_malformed(false)),
        _ => Ok(()),
    })
}

/// Carries out the VectorIndexUpdates of an UpdateTable; gives until when the table is UPDATING for them.
///
/// An index that is added to a live table is never there at once: a program has to wait for it in two phases,
/// which the service answers differently, and so it is where everything else is instant.
pub(super) fn update(
    table: &mut Table,
    updates: &[api::VectorIndexUpdate],
    given: Option<&[table_api::AttributeDefinition]>,
    (now_ms, instant): (u64, bool),
) -> Result<u64> {
    ensure(updates.len() <= 1, table_words::one_online_index)?;
    let mut until_ms = now_ms;
    for update in updates {
        if let Some(creation) = &update.create {
            until_ms = now_ms + lifecycle::ALLOCATING_MS;
            create(table, creation, given, until_ms)?;
        } else if let Some(deletion) = &update.delete {
            until_ms = now_ms + duration(lifecycle::INDEX_DELETING_MS, instant);
            delete(table, deletion.index_name.as_deref().unwrap_or_default(), until_ms)?;
        }
    }
    Ok(until_ms)
}

/// Whether an index other than that one is being created or deleted.
pub(super) fn is_busy(table: &Table, name: &str) -> bool {
    let busy = |status: IndexStatus| matches!(status, IndexStatus::Creating | IndexStatus::Deleting);
    table.indexes.iter().any(|index| index.name != name && busy(index.status))
        || table.attachments.vectors.iter().any(|index| index.name != name && busy(index.status))
}

fn create(
    table: &mut Table,
    creation: &api::VectorIndex,
    given: Option<&[table_api::AttributeDefinition]>,
    allocated_ms: u64,
) -> Result<()> {
    let name = creation.index_name.as_deref().unwrap_or_default();
    ensure(table.index(name).is_none() && find(table, name).is_none(), table_words::index_exists)?;
    ensure(!is_busy(table, name), table_words::one_online_index)?;
    ensure(table.billing_mode == BillingMode::PayPerRequest, words::on_demand_only)?;
    ensure(table.attachments.vectors.len() < VECTOR_INDEXES, words::too_many_indexes)?;
    let mut definitions = Definitions::of(table.attribute_definitions.clone());
    for attribute in Definitions::parse(given.unwrap_or_default())?.into_inner() {
        definitions.add(attribute);
    }
    check(creation, &definitions)?;
    let index = VectorIndex {
        backfilling: Some(false),
        status_until_ms: Some(allocated_ms),
        ..parse(table.next_index, creation, &definitions)?
    };
    add(&mut table.attachments.vectors, index)?;
    table.next_index += 1;
    table.attribute_definitions = used(table, &definitions);
    Ok(())
}

/// The definitions that the keys and SearchSchemas of a table use.
pub(super) fn used(table: &Table, definitions: &Definitions) -> Vec<KeyAttribute> {
    let searched: Vec<KeySchema> = table.attachments.vectors.iter().map(VectorIndex::keys).collect();
    let indexes = table.indexes.iter().map(|index| &index.keys);
    definitions.used_by(std::iter::once(&table.keys).chain(indexes).chain(&searched))
}

fn delete(table: &mut Table, name: &str, until_ms: u64) -> Result<()> {
    let at = table.attachments.vectors.iter().position(|index| index.name == name);
    let at = at.ok_or_else(|| table_words::index_not_found(name, &table.name))?;
    ensure(!is_busy(table, name), table_words::one_online_index)?;
    let table_name = &table.name;
    let index = &mut table.attachments.vectors[at];
    ensure(index.status != IndexStatus::Deleting, || table_words::index_in_use(table_name, name, "deleted"))?;
    ensure(index.status != IndexStatus::Creating || index.backfilling == Some(true), || {
        table_words::index_in_allocation(table_name, name)
    })?;
    index.status = IndexStatus::Deleting;
    index.backfilling = None;
    index.status_until_ms = Some(until_ms);
    Ok(())
}

/// Moves the vector indexes on to their state at `now_ms`; whether one has gone.
pub(super) fn step(indexes: &mut Vec<VectorIndex>, now_ms: u64) -> bool {
    let before = indexes.len();
    indexes.retain_mut(|index| {
        if index.status_until_ms.is_none_or(|until_ms| until_ms > now_ms) {
            return true;
        }
        index.status_until_ms = None;
        match (index.status, index.backfilling) {
            (IndexStatus::Deleting, _) => return false,
            (IndexStatus::Creating, Some(false)) => {
                index.backfilling = Some(true);
                index.status_until_ms = Some(now_ms + lifecycle::BACKFILLING_MS);
            }
            _ => {
                index.backfilling = None;
                index.status = IndexStatus::Active;
            }
        }
        true
    });
    indexes.len() != before
}

/// The vector indexes of a table as they are described.
pub(super) fn describe(
    table: &Table,
    counts: impl Fn(IndexId) -> Counts,
) -> Option<Vec<api::VectorIndexDescription>> {
    let element = |element: &SearchElement| api::SearchSchemaElement {
        attribute_name: Some(element.attribute.name.clone()),
        search_schema_element_type: Some(ELEMENT_TYPES[usize::from(!element.hash)].into()),
    };
    let described = table.attachments.vectors.iter().map(|index| {
        let counts = counts(index.id);
        api::VectorIndexDescription {
            index_name: Some(index.name.clone()),
            search_schema: (!index.schema.is_empty()).then(|| index.schema.iter().map(element).collect()),
            projection: Some(super::describe::projection(&index.projection)),
            vector_attribute: Some(api::VectorAttributeDefinition {
                attribute_name: Some(index.attribute.clone()),
            }),
            dimensions: Some(index.dimensions),
            distance_function: Some(index.function.name().into()),
            index_status: Some(index.status.name().into()),
            backfilling: index.backfilling,
            index_size_bytes: Some(counts.size_bytes),
            item_count: Some(counts.item_count),
            index_arn: Some(format!("{}/index/{}", table.arn, index.name)),
        }
    });
    let described: Vec<_> = described.collect();
    (!described.is_empty()).then_some(described)
}
