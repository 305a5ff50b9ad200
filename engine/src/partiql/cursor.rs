//! NextToken: where in a statement's reads a page ended.
//!
//! A token says which statement it belongs to and where it stands, under a checksum: it is good after a reopen, and a changed
//! one, or one of another statement, is refused.

use data_encoding::BASE64;
use xxhash_rust::xxh3::xxh3_64;

use crate::error::Result;
use crate::error::partiql as words;
use crate::model::AttributeValue;
use crate::model::codec::{Reader, write_bytes, write_varint};
use crate::model::json::write_value;

use super::Values;

const VERSION: u8 = 1;

/// Where a page ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Which of the statement's reads goes on.
    pub read: usize,
    /// The last key that it evaluated; none where it has not begun.
    pub key: Option<Vec<u8>>,
}

/// What tells a statement with its parameters from others.
pub fn digest(text: &str, values: &Values) -> u64 {
    let mut bytes = Vec::new();
    write_bytes(text.as_bytes(), &mut bytes);
    values.0.iter().for_each(|value: &AttributeValue| write_value(value, &mut bytes));
    xxh3_64(&bytes)
}

impl Cursor {
    pub fn encode(&self, digest: u64) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&digest.to_le_bytes());
        write_varint(self.read as u128, &mut bytes);
        bytes.push(u8::from(self.key.is_some()));
        write_bytes(self.key.as_deref().unwrap_or_default(), &mut bytes);
        let sum = xxh3_64(&bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        BASE64.encode(&bytes)
    }

    pub fn decode(token: &str, digest: u64) -> Result<Cursor> {
        let (given, cursor) = read(token).ok_or_else(words::next_token_invalid)?;
        if given != digest { Err(words::next_token_mismatch()) } else { Ok(cursor) }
    }
}

fn read(token: &str) -> Option<(u64, Cursor)> {
    let bytes = BASE64.decode(token.as_bytes()).ok()?;
    let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(8)?)?;
    let rest = body.strip_prefix(&[VERSION])?;
    if xxh3_64(body).to_le_bytes() != sum {
        return None;
    }
    let (digest, rest) = rest.split_first_chunk::<8>()?;
    let mut reader = Reader(rest);
    let at = usize::try_from(reader.varint().ok()?).ok()?;
    let keyed = reader.byte().ok()? == 1;
    let key = reader.bytes().ok()?.to_vec();
    let cursor = Cursor { read: at, key: keyed.then_some(key) };
    reader.0.is_empty().then_some((u64::from_le_bytes(*digest), cursor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_a_changed_one_does_not() {
        for key in [None, Some(vec![1, 2, 3])] {
            let cursor = Cursor { read: 3, key };
            let token = cursor.encode(7);
            assert_eq!(Cursor::decode(&token, 7), Ok(cursor));
            assert_eq!(Cursor::decode(&token, 8), Err(words::next_token_mismatch()));
            for at in 0..token.len() {
                let mut changed = token.clone().into_bytes();
                changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
                let changed = String::from_utf8(changed).unwrap();
                assert_eq!(Cursor::decode(&changed, 7), Err(words::next_token_invalid()));
            }
        }
        assert_eq!(Cursor::decode("", 7), Err(words::next_token_invalid()));
    }
}
