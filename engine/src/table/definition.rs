//! Keys and indexes as a request defines them: the checks that CreateTable and UpdateTable share.
//!
//! Owns the rules of KeySchema, AttributeDefinitions and Projection; knows no table that exists. Never
//! changes what it is given.
//!
//! The messages and their order are the service's, as recorded by architect/dynalite and, in October 2026,
//! by the API findings that the ACK project published for its DynamoDB controller.

use super::schema::{KeyAttribute, KeySchema, KeyType, Projection};
use crate::api::table as api;
use crate::error::Result;
use crate::error::constraint::{Constraint, Violations};
use crate::error::table::{self as words, ensure};
use crate::limits::{GLOBAL_INDEX_KEY_ATTRIBUTES, INDEX_PROJECTED_ATTRIBUTES};

/// The two types of key elements.
const KEY_TYPES: &[&str] = &["HASH", "RANGE"];
/// The longest name of an attribute in a key or a projection.
const ATTRIBUTE_NAME_LENGTH: u64 = 255;
/// Elements of a table's or a local index's KeySchema.
pub const KEY_ELEMENTS: u64 = 2;
/// Elements of a global index's KeySchema.
pub const GLOBAL_INDEX_KEY_ELEMENTS: u64 = 2 * GLOBAL_INDEX_KEY_ATTRIBUTES as u64;

/// Checks AttributeDefinitions as the framework does.
pub fn constrain_definitions(violations: &mut Violations, definitions: &[api::AttributeDefinition]) {
    for (at, definition) in definitions.iter().enumerate() {
        let member = format!("attributeDefinitions.{}.member", at + 1);
        let name_member = format!("{member}.attributeName");
        if let Some(name) = violations.required(&definition.attribute_name, &name_member) {
            violations.length(name, &name_member, 1, ATTRIBUTE_NAME_LENGTH);
        }
        let type_member = format!("{member}.attributeType");
        if let Some(name) = violations.required(&definition.attribute_type, &type_member) {
            violations.one_of(name, &type_member, KeyType::NAMES);
        }
    }
}

/// Checks a KeySchema as the framework does; `member` is where it stands, `elements` how many it may have.
pub fn constrain_keys(
    violations: &mut Violations,
    keys: &[api::KeySchemaElement],
    member: &str,
    elements: u64,
) {
    if keys.is_empty() {
        violations.add(Some(&"[]"), member, Constraint::MinLength(1));
    }
    if keys.len() as u64 > elements {
        let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "null".into());
        let echo: Vec<String> = keys
            .iter()
            .map(|key| {
                let (name, key_type) = (shown(&key.attribute_name), shown(&key.key_type));
                format!("KeySchemaElement(attributeName={name}, keyType={key_type})")
            })
            .collect();
        violations.add(Some(&format!("[{}]", echo.join(", "))), member, Constraint::MaxLength(elements));
    }
    for (at, key) in keys.iter().enumerate() {
        let name_member = format!("{member}.{}.member.attributeName", at + 1);
        if let Some(name) = violations.required(&key.attribute_name, &name_member) {
            violations.length(name, &name_member, 1, ATTRIBUTE_NAME_LENGTH);
        }
        let type_member = format!("{member}.{}.member.keyType", at + 1);
        if let Some(name) = violations.required(&key.key_type, &type_member) {
            violations.one_of(name, &type_member, KEY_TYPES);
        }
    }
}

/// Checks an index's name, KeySchema and Projection as the framework does; `member` is where it stands.
pub fn constrain_index(
    violations: &mut Violations,
    (name, keys, projection): (
        &Option<String>,
        &Option<Vec<api::KeySchemaElement>>,
        &Option<api::Projection>,
    ),
    member: &str,
    elements: u64,
) {
    let projection_member = format!("{member}.projection");
    if let Some(projection) = violations.required(projection, &projection_member) {
        if let Some(kind) = &projection.projection_type {
            violations.one_of(kind, &format!("{projection_member}.projectionType"), Projection::NAMES);
        }
        if let Some(attributes) = &projection.non_key_attributes {
            let member = format!("{projection_member}.nonKeyAttributes");
            let shown = format!("[{}]", attributes.join(", "));
            if attributes.is_empty() {
                violations.add(Some(&shown), &member, Constraint::MinLength(1));
            }
            if attributes.len() > INDEX_PROJECTED_ATTRIBUTES {
                let most = Constraint::MaxLength(INDEX_PROJECTED_ATTRIBUTES as u64);
                violations.add(Some(&shown), &member, most);
            }
            for (at, name) in attributes.iter().enumerate() {
                violations.length(name, &format!("{member}.{}.member", at + 1), 1, ATTRIBUTE_NAME_LENGTH);
            }
        }
    }
    let name_member = format!("{member}.indexName");
    if let Some(name) = violations.required(name, &name_member) {
        super::name::check(violations, name, &name_member);
    }
    let keys_member = format!("{member}.keySchema");
    if let Some(keys) = violations.required(keys, &keys_member) {
        constrain_keys(violations, keys, &keys_member, elements);
    }
}

/// Checks provisioned throughput as the framework does.
pub fn constrain_throughput(
    violations: &mut Violations,
    throughput: &api::ProvisionedThroughput,
    member: &str,
) {
    for (units, name) in [
        (&throughput.write_capacity_units, "writeCapacityUnits"),
        (&throughput.read_capacity_units, "readCapacityUnits"),
    ] {
        let member = format!("{member}.{name}");
        if let Some(&units) = violations.required(units, &member) {
            violations.at_least(units, &member, 1);
        }
    }
}

/// The names of a KeySchema's attributes.
pub fn names(keys: &[api::KeySchemaElement]) -> Vec<&str> {
    keys.iter().filter_map(|key| key.attribute_name.as_deref()).collect()
}

/// AttributeDefinitions that passed the framework.
pub struct Definitions(Vec<KeyAttribute>);

impl Definitions {
    /// Takes the definitions of a request; refuses one that stands twice.
    pub fn parse(definitions: &[api::AttributeDefinition]) -> Result<Definitions> {
        let mut parsed: Vec<KeyAttribute> = Vec::with_capacity(definitions.len());
        for definition in definitions {
            let name = definition.attribute_name.clone().unwrap_or_default();
            let attribute_type = definition.attribute_type.as_deref().and_then(KeyType::from_name);
            ensure(parsed.iter().all(|other| other.name != name), || words::duplicate_definition(&name))?;
            let attribute_type = attribute_type.expect("the framework let only S, N and B through");
            parsed.push(KeyAttribute { name, attribute_type });
        }
        Ok(Definitions(parsed))
    }

    /// The definitions of a table that exists.
    pub fn of(attributes: Vec<KeyAttribute>) -> Definitions {
        Definitions(attributes)
    }

    /// The definitions themselves, in the order they were given.
    pub fn into_inner(self) -> Vec<KeyAttribute> {
        self.0
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Their names.
    pub fn names(&self) -> Vec<&str> {
        self.0.iter().map(|attribute| attribute.name.as_str()).collect()
    }

    /// The definition of that name.
    pub fn get(&self, name: &str) -> Option<&KeyAttribute> {
        self.0.iter().find(|attribute| attribute.name == name)
    }

    /// Adds a definition unless its name stands already.
    pub fn add(&mut self, attribute: KeyAttribute) {
        if self.get(&attribute.name).is_none() {
            self.0.push(attribute);
        }
    }

    /// The definitions that `keys` use, sorted by name, as the service returns them.
    pub fn used_by<'k>(&self, keys: impl Iterator<Item = &'k KeySchema> + Clone) -> Vec<KeyAttribute> {
        let used = |attribute: &&KeyAttribute| keys.clone().any(|keys| keys.contains(&attribute.name));
        let mut used: Vec<KeyAttribute> = self.0.iter().filter(used).cloned().collect();
        used.sort_by(|a, b| a.name.cmp(&b.name));
        used
    }

    /// Refuses keys that have no definition.
    pub fn define(&self, keys: &[api::KeySchemaElement]) -> Result<()> {
        let names = names(keys);
        ensure(names.iter().all(|name| self.get(name).is_some()), || {
            words::keys_not_defined(&names, &self.names())
        })
    }

    /// The key of a table or a local index: one HASH, at most one RANGE. Everything must be defined.
    pub fn simple_key(&self, keys: &[api::KeySchemaElement]) -> Result<KeySchema> {
        let is = |at: usize, kind: &str| keys[at].key_type.as_deref() == Some(kind);
        ensure(is(0, "HASH"), || words::key_schema("The first KeySchemaElement is not a HASH key type"))?;
        if keys.len() > 1 {
            ensure(keys[0].attribute_name != keys[1].attribute_name, words::key_attribute_twice)?;
            ensure(is(1, "RANGE"), || {
                words::key_schema("The second KeySchemaElement is not a RANGE key type")
            })?;
        }
        Ok(self.key(keys))
    }

    /// The key of a global index: up to four HASH, then up to four RANGE.
    pub fn global_key(&self, keys: &[api::KeySchemaElement]) -> Result<KeySchema> {
        let is_hash = |key: &api::KeySchemaElement| key.key_type.as_deref() == Some("HASH");
        if keys.len() <= 2 && keys.iter().filter(|key| is_hash(key)).count() < 2 {
            return self.simple_key(keys);
        }
        ensure(is_hash(&keys[0]), || words::key_schema("The first KeySchemaElement is not a HASH key type"))?;
        let hashes = keys.iter().filter(|key| is_hash(key)).count();
        ensure(hashes <= GLOBAL_INDEX_KEY_ATTRIBUTES, || words::too_many_keys("HASH"))?;
        ensure(keys.len() - hashes <= GLOBAL_INDEX_KEY_ATTRIBUTES, || words::too_many_keys("RANGE"))?;
        ensure(keys[..hashes].iter().all(is_hash), words::hash_after_range)?;
        let names = names(keys);
        ensure((1..names.len()).all(|at| !names[..at].contains(&names[at])), words::key_attributes_repeat)?;
        Ok(self.key(keys))
    }

    fn key(&self, keys: &[api::KeySchemaElement]) -> KeySchema {
        let of = |kind: &str| {
            let of_kind = keys.iter().filter(|key| key.key_type.as_deref() == Some(kind));
            let names = of_kind.filter_map(|key| key.attribute_name.as_deref());
            names.map(|name| self.get(name).expect("every key is defined").clone()).collect()
        };
        KeySchema { hash: of("HASH"), range: of("RANGE") }
    }
}

/// The projection of a request; its NonKeyAttributes sorted, as the service returns them.
pub fn projection(projection: &api::Projection) -> Result<Projection> {
    let attributes = projection.non_key_attributes.as_ref();
    match projection.projection_type.as_deref() {
        Some("INCLUDE") => {
            let Some(attributes) = attributes else {
                return Err(words::invalid(
                    "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
                ));
            };
            let mut attributes = attributes.clone();
            for (at, name) in attributes.iter().enumerate() {
                ensure(!attributes[..at].contains(name), || {
                    words::invalid(format_args!("Duplicate element in NonKeyAttributes: {name}"))
                })?;
            }
            attributes.sort_unstable();
            Ok(Projection::Include(attributes))
        }
        None => Err(words::invalid("Unknown ProjectionType: null")),
        Some(kind) if attributes.is_some() => {
            Err(words::invalid(format_args!("ProjectionType is {kind}, but NonKeyAttributes is specified")))
        }
        Some("ALL") => Ok(Projection::All),
        Some(_) => Ok(Projection::KeysOnly),
    }
}
