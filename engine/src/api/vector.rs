//! Shapes of vector indexes, in requests and descriptions.
//!
//! Owns their members; never checks a value. SearchVectors is read more strictly: see the operation.

use serde::{Deserialize, Serialize};

use super::shapes;
use super::table::Projection;

shapes! {
    /// The attribute that holds the vectors.
    VectorAttributeDefinition {
        attribute_name: String,
    }
    /// An attribute that a search may be narrowed by.
    SearchSchemaElement {
        attribute_name: String,
        search_schema_element_type: String,
    }
    /// A vector index of a new table.
    VectorIndex {
        index_name: String,
        vector_attribute: VectorAttributeDefinition,
        search_schema: Vec<SearchSchemaElement>,
        projection: Projection,
        dimensions: i64,
        distance_function: String,
    }
    /// The removal of a vector index.
    DeleteVectorIndexAction {
        index_name: String,
    }
    /// One of two things to do with a vector index of a table that exists.
    VectorIndexUpdate {
        create: VectorIndex,
        delete: DeleteVectorIndexAction,
    }
    /// A vector index as it is described.
    VectorIndexDescription {
        index_name: String,
        search_schema: Vec<SearchSchemaElement>,
        projection: Projection,
        vector_attribute: VectorAttributeDefinition,
        dimensions: u64,
        distance_function: String,
        index_status: String,
        backfilling: bool,
        index_size_bytes: u64,
        item_count: u64,
        index_arn: String,
    }
}
