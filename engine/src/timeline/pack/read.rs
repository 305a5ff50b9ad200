//! Reading what [`super::write`] wrote: the same types in the same order.
//!
//! Owns the way through the bytes. Bytes that were not written there are refused, and never read beyond their end.

use serde::de::value::U32Deserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, SeqAccess, VariantAccess, Visitor,
};

use super::Broken;

/// Where the reading stands.
pub(super) struct Reader<'de> {
    bytes: &'de [u8],
    /// The texts that came by, by their number.
    names: Vec<&'de str>,
}

impl<'de> Reader<'de> {
    pub fn new(bytes: &'de [u8]) -> Reader<'de> {
        Reader { bytes, names: Vec::new() }
    }

    /// The next byte; none at the end.
    pub fn next_byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn byte(&mut self) -> Result<u8, Broken> {
        self.next_byte().ok_or(Broken)
    }

    pub fn number(&mut self) -> Result<u64, Broken> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Broken)
    }

    pub fn text(&mut self) -> Result<&'de str, Broken> {
        let number = self.number()? as usize;
        if number != self.names.len() {
            return self.names.get(number).copied().ok_or(Broken);
        }
        let length = usize::try_from(self.number()?).map_err(|_| Broken)?;
        let (text, rest) = self.bytes.split_at_checked(length).ok_or(Broken)?;
        self.bytes = rest;
        let text = std::str::from_utf8(text).map_err(|_| Broken)?;
        self.names.push(text);
        Ok(text)
    }

    fn flag(&mut self) -> Result<bool, Broken> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Broken),
        }
    }
}

impl serde::de::Error for Broken {
    fn custom<T: std::fmt::Display>(_: T) -> Broken {
        Broken
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Broken;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Broken> {
        Err(Broken)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_bool(self.flag()?)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        match self.flag()? {
            false => visitor.visit_none(),
            true => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Broken> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        let left = self.number()?;
        visitor.visit_seq(Fields { reader: self, left })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Broken> {
        visitor.visit_seq(Fields { left: fields.len() as u64, reader: self })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Broken> {
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct map identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = Broken;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Broken> {
        let number = u32::try_from(self.number()?).map_err(|_| Broken)?;
        let number: U32Deserializer<Broken> = number.into_deserializer();
        Ok((seed.deserialize(number)?, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
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
        self.deserialize_struct("", fields, visitor)
    }
}

/// Values one behind the other.
struct Fields<'r, 'de> {
    reader: &'r mut Reader<'de>,
    left: u64,
}

impl<'de> SeqAccess<'de> for Fields<'_, 'de> {
    type Error = Broken;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Broken> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.reader).map(Some)
    }
}
