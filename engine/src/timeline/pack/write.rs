//! Writing: plain data of a known type as bytes.
//!
//! Owns the form of a value, which only [`super::read`] understands, and only for the same type: numbers are varints, an enum is the number of its
//! variant and its fields, a struct its fields in order, an option a byte and what there is (a field that is skipped is one that is not there), a list its
//! length and its elements, a text its number among all texts and, the first time, its length and itself. What events have no need of is refused.

use serde::ser::{Impossible, Serialize, SerializeSeq, SerializeStruct, SerializeStructVariant, Serializer};

use super::Broken;
use crate::timeline::texts::Texts;

/// What was written.
#[derive(Clone, Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    texts: Texts,
}

impl Writer {
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    pub fn text(&mut self, text: &str) {
        match self.texts.find(&self.bytes, text) {
            Ok(number) => self.number(number.into()),
            Err(slot) => {
                self.number(self.texts.len() as u64);
                self.number(text.len() as u64);
                let from = self.bytes.len();
                self.bytes.extend_from_slice(text.as_bytes());
                self.texts.add(slot, from, self.bytes.len());
            }
        }
    }
}

impl serde::ser::Error for Broken {
    fn custom<T: std::fmt::Display>(_: T) -> Broken {
        Broken
    }
}

type Never = Impossible<(), Broken>;

impl Serializer for &mut Writer {
    type Ok = ();
    type Error = Broken;
    type SerializeSeq = Self;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), Broken> {
        self.byte(value.into());
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<(), Broken> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Broken> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Broken> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Broken> {
        self.number(value);
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<(), Broken> {
        self.text(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Broken> {
        self.byte(0);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Broken> {
        self.byte(1);
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, number: u32, _: &'static str) -> Result<(), Broken> {
        self.serialize_u32(number)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, Broken> {
        self.number(length.ok_or(Broken)? as u64);
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Broken> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        number: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Broken> {
        self.number(number.into());
        Ok(self)
    }

    fn serialize_i8(self, _: i8) -> Result<(), Broken> {
        Err(Broken)
    }

    fn serialize_i16(self, _: i16) -> Result<(), Broken> {
        Err(Broken)
    }

    fn serialize_i32(self, _: i32) -> Result<(), Broken> {
        Err(Broken)
    }

    fn serialize_i64(self, _: i64) -> Result<(), Broken> {
        Err(Broken)
    }

    fn serialize_f32(self, _: f32) -> Result<(), Broken> {
        Err(Broken)
    }

    fn serialize_f64(self, _: f64) -> Result<(), Broken> {
        Err(Broken)
    }

    fn serialize_char(self, _: char) -> Result<(), Broken> {
        Err(Broken)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Broken> {
        Err(Broken)
    }

    fn serialize_unit(self) -> Result<(), Broken> {
        Err(Broken)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Broken> {
        Err(Broken)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Broken> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Broken> {
        Err(Broken)
    }

    fn serialize_tuple(self, _: usize) -> Result<Never, Broken> {
        Err(Broken)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Never, Broken> {
        Err(Broken)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Never, Broken> {
        Err(Broken)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Never, Broken> {
        Err(Broken)
    }
}

impl SerializeSeq for &mut Writer {
    type Ok = ();
    type Error = Broken;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Broken> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Broken> {
        Ok(())
    }
}

impl SerializeStruct for &mut Writer {
    type Ok = ();
    type Error = Broken;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Broken> {
        value.serialize(&mut **self)
    }

    fn skip_field(&mut self, _: &'static str) -> Result<(), Broken> {
        (**self).serialize_none()
    }

    fn end(self) -> Result<(), Broken> {
        Ok(())
    }
}

impl SerializeStructVariant for &mut Writer {
    type Ok = ();
    type Error = Broken;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Broken> {
        value.serialize(&mut **self)
    }

    fn skip_field(&mut self, _: &'static str) -> Result<(), Broken> {
        (**self).serialize_none()
    }

    fn end(self) -> Result<(), Broken> {
        Ok(())
    }
}
