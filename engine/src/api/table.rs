//! Requests and responses of the table operations.
//!
//! Follows the [API reference](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html).
//! A structure bears its AWS name, which the service tells in a SerializationException.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::shapes;
use super::vector::{VectorIndex, VectorIndexDescription, VectorIndexUpdate};

/// A moment, in milliseconds of the epoch; seconds with a fraction in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub u64);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / 1000.0)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        f64::deserialize(deserializer).map(|seconds| Timestamp((seconds * 1000.0 + 0.5) as u64))
    }
}

shapes! {
    /// The type of a key attribute.
    AttributeDefinition {
        attribute_name: String,
        attribute_type: String,
    }
    /// One attribute of a key.
    KeySchemaElement {
        attribute_name: String,
        key_type: String,
    }
    /// What an index holds.
    Projection {
        projection_type: String,
        non_key_attributes: Vec<String>,
    }
    /// Capacity units a second.
    ProvisionedThroughput {
        read_capacity_units: i64,
        write_capacity_units: i64,
    }
    /// The most that is served on demand; -1 is no maximum.
    OnDemandThroughput {
        max_read_request_units: i64,
        max_write_request_units: i64,
    }
    /// What can be served at once.
    WarmThroughput {
        read_units_per_second: i64,
        write_units_per_second: i64,
    }
    /// A new local secondary index.
    LocalSecondaryIndex {
        index_name: String,
        key_schema: Vec<KeySchemaElement>,
        projection: Projection,
    }
    /// A new global secondary index.
    GlobalSecondaryIndex {
        index_name: String,
        key_schema: Vec<KeySchemaElement>,
        projection: Projection,
        provisioned_throughput: ProvisionedThroughput,
        on_demand_throughput: OnDemandThroughput,
        warm_throughput: WarmThroughput,
    }
    /// The stream's setting.
    StreamSpecification {
        stream_enabled: bool,
        stream_view_type: String,
    }
    /// Encryption at rest.
    SSESpecification {
        enabled: bool,
        #[serde(rename = "SSEType")]
        sse_type: String,
        #[serde(rename = "KMSMasterKeyId")]
        kms_master_key_id: String,
    }
    /// A tag.
    Tag {
        key: String,
        value: String,
    }
    /// CreateTable.
    CreateTableInput {
        table_name: String,
        attribute_definitions: Vec<AttributeDefinition>,
        key_schema: Vec<KeySchemaElement>,
        local_secondary_indexes: Vec<LocalSecondaryIndex>,
        global_secondary_indexes: Vec<GlobalSecondaryIndex>,
        vector_indexes: Vec<VectorIndex>,
        billing_mode: String,
        provisioned_throughput: ProvisionedThroughput,
        on_demand_throughput: OnDemandThroughput,
        warm_throughput: WarmThroughput,
        stream_specification: StreamSpecification,
        #[serde(rename = "SSESpecification")]
        sse_specification: SSESpecification,
        table_class: String,
        deletion_protection_enabled: bool,
        tags: Vec<Tag>,
        resource_policy: String,
    }
    /// A change of an index.
    UpdateGlobalSecondaryIndexAction {
        index_name: String,
        provisioned_throughput: ProvisionedThroughput,
        on_demand_throughput: OnDemandThroughput,
        warm_throughput: WarmThroughput,
    }
    /// The removal of an index.
    DeleteGlobalSecondaryIndexAction {
        index_name: String,
    }
    /// One of three things to do with an index.
    GlobalSecondaryIndexUpdate {
        update: UpdateGlobalSecondaryIndexAction,
        create: CreateGlobalSecondaryIndexAction,
        delete: DeleteGlobalSecondaryIndexAction,
    }
    /// An index for a table that exists.
    CreateGlobalSecondaryIndexAction {
        index_name: String,
        key_schema: Vec<KeySchemaElement>,
        projection: Projection,
        provisioned_throughput: ProvisionedThroughput,
        on_demand_throughput: OnDemandThroughput,
        warm_throughput: WarmThroughput,
    }
    /// Read capacity of one region.
    ProvisionedThroughputOverride {
        read_capacity_units: i64,
    }
    /// The most that one region serves on demand.
    OnDemandThroughputOverride {
        max_read_request_units: i64,
    }
    /// What an index has of its own in a region.
    ReplicaGlobalSecondaryIndex {
        index_name: String,
        provisioned_throughput_override: ProvisionedThroughputOverride,
        on_demand_throughput_override: OnDemandThroughputOverride,
    }
    /// A replica to add, or what it is to have of its own.
    ReplicationGroupMemberAction {
        region_name: String,
        #[serde(rename = "KMSMasterKeyId")]
        kms_master_key_id: String,
        provisioned_throughput_override: ProvisionedThroughputOverride,
        on_demand_throughput_override: OnDemandThroughputOverride,
        global_secondary_indexes: Vec<ReplicaGlobalSecondaryIndex>,
        table_class_override: String,
    }
    /// A replica or a witness to remove, or a witness to add.
    RegionAction {
        region_name: String,
    }
    /// One of three things to do with a replica.
    ReplicationGroupUpdate {
        create: ReplicationGroupMemberAction,
        update: ReplicationGroupMemberAction,
        delete: RegionAction,
    }
    /// One of two things to do with a witness.
    GlobalTableWitnessGroupUpdate {
        create: RegionAction,
        delete: RegionAction,
    }
    /// A replica's index as it is described.
    ReplicaGlobalSecondaryIndexDescription {
        index_name: String,
        provisioned_throughput_override: ProvisionedThroughputOverride,
        warm_throughput: WarmThroughputDescription,
    }
    /// A replica as it is described.
    ReplicaDescription {
        region_name: String,
        replica_status: String,
        #[serde(rename = "KMSMasterKeyId")]
        kms_master_key_id: String,
        provisioned_throughput_override: ProvisionedThroughputOverride,
        on_demand_throughput_override: OnDemandThroughputOverride,
        warm_throughput: WarmThroughputDescription,
        global_secondary_indexes: Vec<ReplicaGlobalSecondaryIndexDescription>,
        replica_table_class_summary: TableClassSummary,
        global_table_settings_replication_mode: String,
    }
    /// A witness as it is described.
    GlobalTableWitnessDescription {
        region_name: String,
        witness_status: String,
    }
    /// UpdateTable.
    UpdateTableInput {
        table_name: String,
        attribute_definitions: Vec<AttributeDefinition>,
        billing_mode: String,
        provisioned_throughput: ProvisionedThroughput,
        on_demand_throughput: OnDemandThroughput,
        warm_throughput: WarmThroughput,
        global_secondary_index_updates: Vec<GlobalSecondaryIndexUpdate>,
        vector_index_updates: Vec<VectorIndexUpdate>,
        stream_specification: StreamSpecification,
        #[serde(rename = "SSESpecification")]
        sse_specification: SSESpecification,
        table_class: String,
        deletion_protection_enabled: bool,
        replica_updates: Vec<ReplicationGroupUpdate>,
        multi_region_consistency: String,
        global_table_witness_updates: Vec<GlobalTableWitnessGroupUpdate>,
        global_table_settings_replication_mode: String,
    }
    /// DescribeTable.
    DescribeTableInput {
        table_name: String,
    }
    /// DeleteTable.
    DeleteTableInput {
        table_name: String,
    }
    /// ListTables.
    ListTablesInput {
        exclusive_start_table_name: String,
        limit: i32,
    }
    /// The setting of Time to Live.
    TimeToLiveSpecification {
        enabled: bool,
        attribute_name: String,
    }
    /// UpdateTimeToLive.
    UpdateTimeToLiveInput {
        table_name: String,
        time_to_live_specification: TimeToLiveSpecification,
    }
    /// DescribeTimeToLive.
    DescribeTimeToLiveInput {
        table_name: String,
    }
    /// Throughput as it is described.
    ProvisionedThroughputDescription {
        last_increase_date_time: Timestamp,
        last_decrease_date_time: Timestamp,
        number_of_decreases_today: u64,
        read_capacity_units: u64,
        write_capacity_units: u64,
    }
    /// How the table is paid for; there once it has been PAY_PER_REQUEST.
    BillingModeSummary {
        billing_mode: String,
        last_update_to_pay_per_request_date_time: Timestamp,
    }
    /// Warm throughput as it is described.
    WarmThroughputDescription {
        read_units_per_second: u64,
        write_units_per_second: u64,
        status: String,
    }
    /// A local index as it is described.
    LocalSecondaryIndexDescription {
        index_name: String,
        key_schema: Vec<KeySchemaElement>,
        projection: Projection,
        index_size_bytes: u64,
        item_count: u64,
        index_arn: String,
    }
    /// A global index as it is described.
    GlobalSecondaryIndexDescription {
        index_name: String,
        key_schema: Vec<KeySchemaElement>,
        projection: Projection,
        index_status: String,
        backfilling: bool,
        provisioned_throughput: ProvisionedThroughputDescription,
        index_size_bytes: u64,
        item_count: u64,
        index_arn: String,
        on_demand_throughput: OnDemandThroughput,
        warm_throughput: WarmThroughputDescription,
    }
    /// The table's class.
    TableClassSummary {
        table_class: String,
        last_update_date_time: Timestamp,
    }
    /// Encryption at rest, where it is not by the service's own key.
    SSEDescription {
        status: String,
        #[serde(rename = "SSEType")]
        sse_type: String,
        #[serde(rename = "KMSMasterKeyArn")]
        kms_master_key_arn: String,
    }
    /// What a table is being restored from.
    RestoreSummary {
        source_backup_arn: String,
        source_table_arn: String,
        restore_date_time: Timestamp,
        restore_in_progress: bool,
    }
    /// A table as it is described.
    TableDescription {
        attribute_definitions: Vec<AttributeDefinition>,
        table_name: String,
        key_schema: Vec<KeySchemaElement>,
        table_status: String,
        creation_date_time: Timestamp,
        provisioned_throughput: ProvisionedThroughputDescription,
        table_size_bytes: u64,
        item_count: u64,
        table_arn: String,
        table_id: String,
        billing_mode_summary: BillingModeSummary,
        local_secondary_indexes: Vec<LocalSecondaryIndexDescription>,
        global_secondary_indexes: Vec<GlobalSecondaryIndexDescription>,
        vector_indexes: Vec<VectorIndexDescription>,
        stream_specification: StreamSpecification,
        latest_stream_label: String,
        latest_stream_arn: String,
        #[serde(rename = "SSEDescription")]
        sse_description: SSEDescription,
        global_table_version: String,
        replicas: Vec<ReplicaDescription>,
        global_table_witnesses: Vec<GlobalTableWitnessDescription>,
        global_table_settings_replication_mode: String,
        multi_region_consistency: String,
        restore_summary: RestoreSummary,
        table_class_summary: TableClassSummary,
        deletion_protection_enabled: bool,
        on_demand_throughput: OnDemandThroughput,
        warm_throughput: WarmThroughputDescription,
    }
    /// The response of CreateTable, UpdateTable and DeleteTable.
    TableDescriptionOutput {
        table_description: TableDescription,
    }
    /// The response of DescribeTable.
    DescribeTableOutput {
        table: TableDescription,
    }
    /// The response of ListTables.
    ListTablesOutput {
        table_names: Vec<String>,
        last_evaluated_table_name: String,
    }
    /// The response of UpdateTimeToLive.
    UpdateTimeToLiveOutput {
        time_to_live_specification: TimeToLiveSpecification,
    }
    /// Time to Live as it is described.
    TimeToLiveDescription {
        time_to_live_status: String,
        attribute_name: String,
    }
    /// The response of DescribeTimeToLive.
    DescribeTimeToLiveOutput {
        time_to_live_description: TimeToLiveDescription,
    }
}
