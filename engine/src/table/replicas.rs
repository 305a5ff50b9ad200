//! UpdateTable's ReplicaUpdates: from the request and the table to the changed table, or to the service's refusal.
//!
//! Owns which replicas and witnesses may come, go and change together and when. Never sees another region: what must be known
//! of one is an argument, and `world` makes, fills and removes the replicas' tables.
//!
//! Follows [UpdateTable](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html) and, for the
//! order of the checks, the API findings that the ACK project published in October 2026.
//!
//! Differs from DynamoDB: every region is enabled in the account, and a key of KMS is never looked for.

use super::global::{
    GlobalTable, JOINING_MS, LEAVING_MS, LISTING_MS, Origin, Overrides, Peer, Replica, ReplicaStatus,
};
use super::schema::{BillingMode, IndexKind, StreamSetting, StreamView, Table, TableStatus};
use super::update::StreamSwitch;
use super::{lifecycle, scaling, settings};
use crate::api::table as api;
use crate::error::table::ensure;
use crate::error::{Result, global as words, table as table_words};
use crate::timeline::Access;

/// The regions that take replicas.
const REGIONS: &[&str] = &[
    "ap-south-2",
    "ap-south-1",
    "eu-south-1",
    "eu-south-2",
    "me-central-1",
    "il-central-1",
    "ca-central-1",
    "mx-central-1",
    "eu-central-1",
    "eu-central-2",
    "us-west-1",
    "us-west-2",
    "af-south-1",
    "eu-north-1",
    "eu-west-3",
    "eu-west-2",
    "eu-west-1",
    "ap-northeast-3",
    "ap-northeast-2",
    "me-south-1",
    "ap-northeast-1",
    "sa-east-1",
    "ap-east-1",
    "ap-east-2",
    "ca-west-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "us-east-1",
    "us-east-2",
    "ap-southeast-7",
];
/// The regions that take replicas and witnesses of strong consistency.
const STRONG_REGIONS: &[&str] = &[
    "us-east-1",
    "us-east-2",
    "us-west-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-central-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
];

/// Whether there is a region of that name, as far as global tables know.
pub fn takes_replicas(region: &str) -> bool {
    REGIONS.contains(&region)
}

/// Where and when a request is answered, and what the other regions hold.
pub struct Asked<'a> {
    /// The region that was asked.
    pub home: &'a str,
    /// The time.
    pub now_ms: u64,
    /// Whether everything happens at once.
    pub instant: bool,
    /// Whether the table holds items.
    pub has_items: bool,
    /// The table of the same name in a region.
    pub peer: &'a dyn Fn(&str) -> Option<Peer>,
}

enum Action<'r> {
    Create(Vec<&'r api::ReplicationGroupMemberAction>),
    Update(Vec<&'r api::ReplicationGroupMemberAction>),
    Delete(Vec<&'r str>),
}

/// Whether a request is about replicas.
pub fn concerns(request: &api::UpdateTableInput) -> bool {
    request.replica_updates.is_some()
}

/// Changes the replicas of a table.
pub fn change(
    table: &Table,
    request: &api::UpdateTableInput,
    asked: &Asked<'_>,
) -> Result<(Table, Option<StreamSwitch>)> {
    let action = action(request.replica_updates.as_deref().unwrap_or_default())?;
    let witnesses = request.global_table_witness_updates.as_deref().unwrap_or_default();
    let consistency = request.multi_region_consistency.as_deref();
    let strong = table.global.as_ref().is_some_and(|global| global.strong);
    ensure(
        matches!(action, Action::Create(_)) || consistency.is_none(),
        words::consistency_with_other_actions,
    )?;
    let mut changing = Changing { table: table.clone(), asked, stream: None };
    match action {
        Action::Create(creates) => {
            let witness = witnesses.first().and_then(|update| update.create.as_ref());
            let witness = witness.and_then(|create| create.region_name.as_deref());
            ensure(witnesses.is_empty() || consistency == Some("STRONG"), words::witness_without_strong)?;
            if consistency == Some("STRONG") {
                check_strong(table, &creates, witness, asked)?;
            } else {
                ensure(creates.len() == 1, words::several_actions)?;
            }
            changing.check_creates(&creates, strong, consistency)?;
            changing.create(&creates, witness, consistency == Some("STRONG"));
            scaling::share(&mut changing.table);
        }
        Action::Delete(deletes) => {
            ensure(strong || deletes.len() == 1, words::several_actions)?;
            let witness = witnesses.first().and_then(|update| update.delete.as_ref());
            changing.delete(&deletes, witness.and_then(|delete| delete.region_name.as_deref()))?;
        }
        Action::Update(updates) => changing.update(&updates)?,
    }
    Ok((changing.table, changing.stream))
}

fn action(updates: &[api::ReplicationGroupUpdate]) -> Result<Action<'_>> {
    let (mut creates, mut changes, mut deletes) = (Vec::new(), Vec::new(), Vec::new());
    for update in updates {
        creates.extend(&update.create);
        changes.extend(&update.update);
        deletes.extend(update.delete.iter().map(|delete| delete.region_name.as_deref().unwrap_or_default()));
        let given = [update.create.is_some(), update.update.is_some(), update.delete.is_some()];
        match given.into_iter().filter(|given| *given).count() {
            0 => return Err(words::no_actions()),
            1 => {}
            _ => return Err(words::mixed_actions()),
        }
    }
    // One region twice is one region.
    let mut seen: Vec<&str> = Vec::new();
    creates.retain(|create: &&api::ReplicationGroupMemberAction| {
        let region = create.region_name.as_deref().unwrap_or_default();
        let new = !seen.contains(&region);
        seen.push(region);
        new
    });
    match (creates.is_empty(), changes.is_empty(), deletes.is_empty()) {
        (false, true, true) => Ok(Action::Create(creates)),
        (true, false, true) => Ok(Action::Update(changes)),
        (true, true, false) => Ok(Action::Delete(deletes)),
        (true, true, true) => Err(words::no_actions()),
        _ => Err(words::mixed_actions()),
    }
}

/// A strong global table is three regions from the start: two replicas more, or one and a witness.
fn check_strong(
    table: &Table,
    creates: &[&api::ReplicationGroupMemberAction],
    witness: Option<&str>,
    asked: &Asked<'_>,
) -> Result<()> {
    ensure(creates.len() + usize::from(witness.is_some()) == 2, words::strong_count)?;
    let regions = creates.iter().filter_map(|create| create.region_name.as_deref());
    let mut others: Vec<&str> =
        regions.clone().chain(witness).filter(|region| !STRONG_REGIONS.contains(region)).collect();
    others.dedup();
    ensure(others.is_empty(), || words::strong_regions(&others))?;
    ensure(regions.clone().all(|region| Some(region) != witness), words::witness_beside_new_replica)?;
    ensure(witness != Some(asked.home), words::witness_beside_table)?;
    if table.global.is_none() {
        ensure(!asked.has_items, || words::strong_needs("A table that is not empty"))?;
        let local = table.indexes.iter().any(|index| index.kind == IndexKind::Local);
        ensure(!local, || words::strong_needs("LocalSecondaryIndexes"))?;
        ensure(table.time_to_live.attribute.is_none(), || words::strong_needs("TimeToLive"))?;
    }
    Ok(())
}

struct Changing<'a, 'p> {
    table: Table,
    asked: &'a Asked<'p>,
    stream: Option<StreamSwitch>,
}

impl Changing<'_, '_> {
    fn later(&self, ms: u64) -> u64 {
        self.asked.now_ms + lifecycle::duration(ms, self.asked.instant)
    }

    /// Only an ACTIVE table is changed, and only once at a time.
    fn check_state(&self) -> Result<()> {
        let global = self.table.global.as_ref();
        match self.table.status {
            TableStatus::Active if !global.is_some_and(GlobalTable::is_changing) => Ok(()),
            TableStatus::Creating => Err(table_words::table_in_use(&self.table.name, "created")),
            TableStatus::Deleting => Err(table_words::table_in_use(&self.table.name, "deleted")),
            _ => Err(words::in_use()),
        }
    }

    fn begin_updating(&mut self, ms: u64) {
        self.table.status = TableStatus::Updating;
        self.table.status_until_ms = Some(self.later(ms));
    }

    fn check_region(&self, region: &str) -> Result<()> {
        ensure(region != self.asked.home, words::local_region)?;
        ensure(REGIONS.contains(&region), || words::region_not_supported(region, REGIONS))
    }

    fn check_creates(
        &self,
        creates: &[&api::ReplicationGroupMemberAction],
        strong: bool,
        consistency: Option<&str>,
    ) -> Result<()> {
        for create in creates {
            let region = create.region_name.as_deref().unwrap_or_default();
            self.check_region(region)?;
            if strong {
                ensure(consistency.is_none(), words::consistency_fixed)?;
                return Err(words::strong_is_complete());
            }
            ensure((self.asked.peer)(region).is_none(), || words::replica_exists(&self.table.name))?;
        }
        ensure(consistency != Some("STRONG") || self.table.global.is_none(), words::consistency_fixed)?;
        self.check_state()?;
        if self.table.billing_mode == BillingMode::Provisioned {
            let scales = |index| scaling::setting(&self.table, index, Access::Write).is_some();
            ensure(scales(0), || words::write_capacity_fixed("Table"))?;
            let mut global = self.table.indexes.iter().filter(|index| index.kind == IndexKind::Global);
            ensure(global.all(|index| scales(index.id)), || words::write_capacity_fixed("GSI"))?;
        }
        creates.iter().try_for_each(|create| self.check_key(create.kms_master_key_id.as_deref()))
    }

    fn check_key(&self, key: Option<&str>) -> Result<()> {
        let managed = |key: &str| key.ends_with("alias/aws/dynamodb");
        match (self.table.kms_key_arn.as_deref(), key) {
            (Some(own), None) if !managed(own) => Err(words::key_for_each_replica()),
            (None, Some(_)) => Err(words::key_for_each_replica()),
            (Some(own), Some(key)) if managed(own) != managed(key) => Err(words::keys_of_two_kinds()),
            _ => Ok(()),
        }
    }

    fn create(
        &mut self,
        creates: &[&api::ReplicationGroupMemberAction],
        witness: Option<&str>,
        strong: bool,
    ) {
        let (now_ms, listed_ms) = (self.asked.now_ms, self.later(LISTING_MS));
        let home = self.asked.home.to_owned();
        let new: Vec<Replica> = creates
            .iter()
            .map(|create| Replica {
                region: create.region_name.clone().unwrap_or_default(),
                status: ReplicaStatus::Requested,
                until_ms: Some(listed_ms),
                overrides: self.overridden(&Overrides::default(), create),
            })
            .collect();
        let global = self.table.global.get_or_insert_default();
        global.strong |= strong;
        for replica in &new {
            let region = replica.region.clone();
            global.origins.retain(|origin| origin.region != region);
            global.origins.push(Origin { region, source: home.clone(), at_ms: now_ms });
        }
        global.replicas.extend(new);
        global.witness = match witness {
            Some(region) => Some((region.to_owned(), ReplicaStatus::Requested, Some(listed_ms))),
            None => global.witness.take(),
        };
        self.begin_updating(LISTING_MS + JOINING_MS);
        if self.table.stream.as_ref().is_none_or(|stream| !stream.enabled) {
            let mut label = lifecycle::stream_label(now_ms);
            if self.table.stream.as_ref().is_some_and(|stream| stream.label == label) {
                label = lifecycle::stream_label(now_ms + 1);
            }
            let view = StreamView::NewAndOldImages;
            self.table.stream = Some(StreamSetting { enabled: true, view, label });
            self.stream = Some(StreamSwitch::On);
        }
    }

    /// What a replica has of its own: what it had, with what the request gives; the group's own value takes it back.
    fn overridden(&self, before: &Overrides, given: &api::ReplicationGroupMemberAction) -> Overrides {
        let mut overrides = before.clone();
        let table = &self.table;
        let units = |units: i64, own: u64| u64::try_from(units).ok().filter(|units| *units != own);
        if let Some(read) = given.provisioned_throughput_override.as_ref().and_then(|o| o.read_capacity_units)
            && table.billing_mode == BillingMode::Provisioned
        {
            overrides.read_units = units(read, table.throughput.read_units);
        }
        if let Some(most) =
            given.on_demand_throughput_override.as_ref().and_then(|o| o.max_read_request_units)
        {
            let own = table.on_demand.and_then(|on_demand| on_demand.max_read_units);
            overrides.max_read_units = u64::try_from(most).ok().filter(|most| Some(*most) != own);
        }
        if let Some(class) = &given.table_class_override {
            overrides.table_class = Some((class.clone(), self.asked.now_ms));
        }
        for index in given.global_secondary_indexes.iter().flatten() {
            let name = index.index_name.clone().unwrap_or_default();
            let read = index.provisioned_throughput_override.as_ref().and_then(|o| o.read_capacity_units);
            let (Some(own), Some(read)) = (table.index(&name), read) else { continue };
            overrides.index_read_units.retain(|(other, _)| *other != name);
            if let Some(read) = units(read, own.throughput.read_units) {
                overrides.index_read_units.push((name, read));
            }
        }
        if let Some(region) = &given.region_name
            && let Some(own) = &table.kms_key_arn
        {
            let account = own.split(':').nth(4).unwrap_or_default();
            let key = given.kms_master_key_id.as_deref().unwrap_or("alias/aws/dynamodb");
            let specification = api::SSESpecification {
                enabled: Some(true),
                sse_type: Some("KMS".into()),
                kms_master_key_id: Some(key.into()),
            };
            let arn = format!("arn:aws:dynamodb:{region}:{account}:table/{}", table.name);
            overrides.kms_key_arn = settings::encryption(Some(&specification), &arn).ok().flatten();
        }
        overrides
    }

    fn members(&self, regions: &[&str]) -> Result<()> {
        let listed = |region: &str| {
            let replica = self.table.global.as_ref().and_then(|global| global.replica(region));
            replica.is_some_and(|replica| replica.status.name().is_some())
        };
        let strangers: Vec<&str> = regions.iter().copied().filter(|region| !listed(region)).collect();
        ensure(strangers.is_empty(), || words::not_replicas(&strangers))
    }

    fn delete(&mut self, regions: &[&str], witness: Option<&str>) -> Result<()> {
        regions.iter().try_for_each(|region| self.check_region(region))?;
        self.members(regions)?;
        let Some(global) = &self.table.global else { return Ok(()) };
        let own_witness = global.witness.as_ref().map(|(region, ..)| region.as_str());
        if let Some(witness) = witness {
            ensure(own_witness == Some(witness), || words::not_a_witness(witness))?;
        }
        if global.strong {
            ensure(own_witness.is_none() || witness.is_some(), words::witness_left)?;
            ensure(regions.len() == global.replicas.len(), words::strong_goes_whole)?;
        }
        self.check_state()?;
        for region in regions {
            let protected = (self.asked.peer)(region).is_some_and(|peer| peer.deletion_protection);
            ensure(!protected, || words::replica_protected(&self.table.name, region))?;
            ensure(!global.is_source(region, self.asked.home, self.asked.now_ms), words::is_a_source)?;
        }
        let until_ms = Some(self.later(LEAVING_MS));
        let global = self.table.global.get_or_insert_default();
        for replica in global.replicas.iter_mut().filter(|replica| regions.contains(&replica.region.as_str()))
        {
            replica.status = ReplicaStatus::Leaving;
            replica.until_ms = until_ms;
        }
        if witness.is_some()
            && let Some((_, status, until)) = &mut global.witness
        {
            (*status, *until) = (ReplicaStatus::Leaving, until_ms);
        }
        self.begin_updating(LEAVING_MS);
        Ok(())
    }

    fn update(&mut self, updates: &[&api::ReplicationGroupMemberAction]) -> Result<()> {
        for update in updates {
            let indexes = update.global_secondary_indexes.iter().flatten();
            let index_change = |index: &api::ReplicaGlobalSecondaryIndex| {
                index.provisioned_throughput_override.is_some()
                    || index.on_demand_throughput_override.is_some()
            };
            let changes = update.kms_master_key_id.is_some()
                || update.provisioned_throughput_override.is_some()
                || update.on_demand_throughput_override.is_some()
                || update.table_class_override.is_some()
                || indexes.clone().any(index_change);
            ensure(changes, words::no_actions)?;
            ensure(update.kms_master_key_id.is_none(), words::key_for_each_replica)?;
            settings::table_class(update.table_class_override.as_deref())?;
        }
        let regions: Vec<&str> = updates.iter().filter_map(|update| update.region_name.as_deref()).collect();
        ensure(!regions.contains(&self.asked.home), words::local_region)?;
        self.members(&regions)?;
        for update in updates {
            let on_demand = self.table.billing_mode == BillingMode::PayPerRequest;
            ensure(
                !on_demand || update.provisioned_throughput_override.is_none(),
                words::throughput_on_demand,
            )?;
            ensure(
                on_demand || update.on_demand_throughput_override.is_none(),
                words::maximum_of_provisioned,
            )?;
        }
        self.check_state()?;
        for update in updates {
            let region = update.region_name.as_deref().unwrap_or_default();
            let before = self.table.global.as_ref().and_then(|global| global.replica(region));
            let Some(before) = before else { continue };
            let overrides = Overrides {
                kms_key_arn: before.overrides.kms_key_arn.clone(),
                ..self.overridden(&before.overrides, update)
            };
            if let Some(replica) = self.table.global.as_mut().and_then(|global| global.replica_mut(region)) {
                replica.overrides = overrides;
            }
        }
        self.begin_updating(lifecycle::UPDATING_MS);
        Ok(())
    }
}
