//! Stream records.

use crate::model::codec::{self, Malformed, Reader, write_bytes, write_varint};
use crate::model::{Item, size};
use crate::table::StreamView;

/// A change to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The log position of the write: the sequence number says it.
    pub position: u64,
    /// When it was written.
    pub at_ms: u64,
    /// What the stream keeps of it.
    pub view: StreamView,
    /// The item's key.
    pub keys: Item,
    /// The item before, where there was one.
    pub old: Option<Item>,
    /// The item after, where there is one.
    pub new: Option<Item>,
    /// Whether TTL made the change: `userIdentity` then says so.
    pub by_ttl: bool,
}

/// The sequence number of a position: decimal, of a constant width, ascending.
pub fn sequence_number(position: u64) -> String {
    format!("{:026}", 1_000_000_000_000_000_000_000_000_u128 + u128::from(position) * 100)
}

/// The position of a sequence number, where it is one of ours.
pub fn sequence_position(text: &str) -> Option<u64> {
    let above = text.parse::<u128>().ok()?.checked_sub(1_000_000_000_000_000_000_000_000)?;
    if above % 100 != 0 { None } else { u64::try_from(above / 100).ok() }
}

/// Where a record stands in the store: its shard's id, then its position.
pub fn record_key(shard: &str, position: u64) -> Vec<u8> {
    [shard.as_bytes(), b"/", &position.to_be_bytes()].concat()
}

/// The position in such a key.
pub fn record_position(key: &[u8]) -> Option<u64> {
    key.last_chunk().map(|position| u64::from_be_bytes(*position))
}

impl Record {
    /// `INSERT`, `MODIFY` or `REMOVE`.
    pub fn event_name(&self) -> &'static str {
        match (&self.old, &self.new) {
            (None, _) => "INSERT",
            (_, None) => "REMOVE",
            _ => "MODIFY",
        }
    }

    /// The image before, where the view type shows it.
    pub fn old_image(&self) -> Option<&Item> {
        self.old.as_ref().filter(|_| matches!(self.view, StreamView::OldImage | StreamView::NewAndOldImages))
    }

    /// The image after, where the view type shows it.
    pub fn new_image(&self) -> Option<&Item> {
        self.new.as_ref().filter(|_| matches!(self.view, StreamView::NewImage | StreamView::NewAndOldImages))
    }

    /// `SizeBytes`: the keys and the images shown.
    pub fn size_bytes(&self) -> usize {
        size::item_bytes(&self.keys)
            + [self.old_image(), self.new_image()].into_iter().flatten().map(size::item_bytes).sum::<usize>()
    }

    /// The store's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_varint(u128::from(self.position), &mut bytes);
        write_varint(u128::from(self.at_ms), &mut bytes);
        let flags =
            u8::from(self.by_ttl) | u8::from(self.old.is_some()) << 1 | u8::from(self.new.is_some()) << 2;
        bytes.push(flags | (self.view as u8) << 3);
        write_bytes(&codec::encode(&self.keys), &mut bytes);
        // An image that the view does not show is not kept: only that there was one.
        for image in [self.old_image(), self.new_image()] {
            write_bytes(&image.map(codec::encode).unwrap_or_default(), &mut bytes);
        }
        bytes
    }

    /// When an encoded record was written, without reading the rest of it.
    pub fn written_ms(bytes: &[u8]) -> Result<u64, Malformed> {
        let mut reader = Reader(bytes);
        reader.u64()?;
        reader.u64()
    }

    /// Reads what [`Record::encode`] wrote.
    pub fn decode(bytes: &[u8]) -> Result<Record, Malformed> {
        let mut reader = Reader(bytes);
        let (position, at_ms, flags) = (reader.u64()?, reader.u64()?, reader.byte()?);
        let view = match flags >> 3 {
            0 => StreamView::KeysOnly,
            1 => StreamView::NewImage,
            2 => StreamView::OldImage,
            3 => StreamView::NewAndOldImages,
            _ => return Err(Malformed),
        };
        let keys = codec::decode(reader.bytes()?)?;
        let mut image = |there: bool| -> Result<Option<Item>, Malformed> {
            match reader.bytes()? {
                b"" => Ok(there.then(Item::new)),
                encoded => codec::decode(encoded).map(Some),
            }
        };
        let (old, new) = (image(flags & 2 != 0)?, image(flags & 4 != 0)?);
        Ok(Record { position, at_ms, view, keys, old, new, by_ttl: flags & 1 != 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AttributeValue;

    #[test]
    fn a_record_keeps_what_its_view_type_shows() {
        let item = |v: &str| -> Item { [("id".to_string(), AttributeValue::s(v))].into_iter().collect() };
        for view in
            [StreamView::KeysOnly, StreamView::NewImage, StreamView::OldImage, StreamView::NewAndOldImages]
        {
            let record = Record {
                position: 7,
                at_ms: 1,
                view,
                keys: item("k"),
                old: Some(item("old")),
                new: Some(item("new")),
                by_ttl: true,
            };
            let again = Record::decode(&record.encode()).unwrap();
            assert_eq!(again.event_name(), "MODIFY");
            assert_eq!(again.old_image(), record.old_image());
            assert_eq!(again.new_image(), record.new_image());
            assert_eq!(again.size_bytes(), record.size_bytes());
            assert_eq!((again.position, again.by_ttl), (7, true));
            assert_eq!(Record::written_ms(&record.encode()), Ok(again.at_ms));
        }
    }

    #[test]
    fn sequence_numbers_ascend_as_text_and_read_back() {
        assert!(sequence_number(9) < sequence_number(10));
        assert_eq!(sequence_position(&sequence_number(123)), Some(123));
        assert_eq!(sequence_position("12"), None);
    }
}
