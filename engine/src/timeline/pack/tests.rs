//! What is packed is unpacked again, every kind of event with every kind of field; other bytes are refused.

use serde::de::value::U32Deserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, SeqAccess, VariantAccess, Visitor,
};

use super::*;
use crate::random::Random;
use crate::timeline::{SourceEvent, Target};

/// A deserializer that draws what it is asked for.
struct Draw<'r>(&'r mut Random, u64);

impl<'de> Deserializer<'de> for &mut Draw<'_> {
    type Error = Broken;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Broken> {
        Err(Broken)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_bool(self.0.below(2) == 1)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        let bits = self.0.below(33);
        visitor.visit_u64(self.0.below(1 << bits))
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        let bits = self.0.below(63);
        visitor.visit_u64(self.0.below(u64::MAX >> bits))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        let texts = ["", "Orders", "id = \u{1F389}", "\"quoted\"\n"];
        match self.0.below(8) as usize {
            at @ 0..4 => visitor.visit_str(texts[at]),
            _ => visitor.visit_string(format!("id = {}", self.0.below(1_000))),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        if self.0.below(2) == 0 { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        let left = self.0.below(4) as usize;
        visitor.visit_seq(Fields { draw: self, left })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Broken> {
        visitor.visit_seq(Fields { draw: self, left: fields.len() })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Broken> {
        let number = match name {
            "EventKind" => self.1 % variants.len() as u64,
            _ => self.0.below(variants.len() as u64),
        };
        visitor.visit_enum(Variant(self, number as u32))
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u128 f32 f64 char str bytes byte_buf unit unit_struct newtype_struct tuple tuple_struct map
        identifier ignored_any
    }
}

struct Variant<'a, 'r>(&'a mut Draw<'r>, u32);

impl<'de, 'a, 'r> EnumAccess<'de> for Variant<'a, 'r> {
    type Error = Broken;
    type Variant = Variant<'a, 'r>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Broken> {
        let number: U32Deserializer<Broken> = self.1.into_deserializer();
        Ok((seed.deserialize(number)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Broken;

    fn unit_variant(self) -> Result<(), Broken> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Broken> {
        Err(Broken)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Broken> {
        Err(Broken)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Broken> {
        self.0.deserialize_struct("", fields, visitor)
    }
}

struct Fields<'a, 'r> {
    draw: &'a mut Draw<'r>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Fields<'_, '_> {
    type Error = Broken;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Broken> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.draw).map(Some)
    }
}

/// Events of every kind that holds no other tagged thing, `rounds` of each, and those of an event source.
fn events(random: &mut Random, rounds: u64) -> Vec<Event> {
    let (mut events, mut id, mut kinds) = (Vec::new(), 0, std::collections::BTreeSet::new());
    for turn in 0..rounds * 64 {
        let source = EventKind::EventSource {
            uuid: "u".into(),
            function: "f".into(),
            target: Target { table: "Orders".into(), index: None },
            shard: "s".into(),
            lane: 3,
            source: SourceEvent::Succeeded { invocation: turn, requests: 1 },
        };
        let kind = EventKind::deserialize(&mut Draw(random, turn)).unwrap_or(source);
        kinds.insert(kind.name());
        id += if random.below(5) == 0 { random.below(1 << 40) } else { 1 };
        let request = (random.below(4) > 0).then(|| random.below(3 + (turn / 7)));
        let region = (random.below(20) == 0).then(|| "eu-west-1".to_owned());
        events.push(Event { id, at_ms: 1_000 + random.below(1 << 42), request, region, kind });
    }
    assert!(kinds.len() >= 47, "{} kinds were drawn", kinds.len());
    events
}

#[test]
fn every_kind_of_event_is_what_it_was() {
    let random = &mut Random::new(7);
    for _ in 0..20 {
        let events = events(random, 4);
        let bytes = pack(&events);
        assert_eq!(unpack(&bytes), Ok(events));
    }
    assert_eq!((pack(&[]), unpack(&[])), (Vec::new(), Ok(Vec::new())));
}

#[test]
fn what_was_cut_off_or_changed_is_refused_or_something_else_and_never_read_beyond() {
    let random = &mut Random::new(11);
    let events = events(random, 2);
    let bytes = pack(&events);
    let whole: Vec<usize> = (0..bytes.len()).filter(|end| unpack(&bytes[..*end]).is_ok()).collect();
    // Cut off between two events it is just fewer of them.
    assert!(whole.len() <= events.len(), "{} of {}", whole.len(), events.len());
    for _ in 0..20_000 {
        let mut bytes = bytes.clone();
        let place = random.below(bytes.len() as u64) as usize;
        bytes[place] = random.below(256) as u8;
        let _ = unpack(&bytes).map(|events| pack(&events));
    }
}

#[test]
fn a_write_takes_a_few_bytes_an_event() {
    let world = &mut crate::world::World::new(Default::default());
    let create = br#"{"TableName":"Orders","BillingMode":"PAY_PER_REQUEST","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
        "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}]}"#;
    world.execute("us-east-1", 1, "CreateTable", create);
    world.tick(60_000);
    let put = |id: u64| format!(r#"{{"TableName":"Orders","Item":{{"id":{{"S":"order-{id}"}}}}}}"#);
    let mut put = |id| world.execute("us-east-1", 60_000 + id, "PutItem", put(id).as_bytes()).events;
    let events: Vec<Event> = (0..50).flat_map(&mut put).collect();
    let bytes = pack(&events).len();
    assert!(bytes < 25 * events.len(), "{bytes} bytes for {} events", events.len());
}
