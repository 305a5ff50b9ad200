//! Shard iterators: where in a shard a reader stands, as an opaque token that says it all.
//!
//! A token carries its stream, shard, position and time under a checksum, so it is good after a reopen and a changed
//! one is refused.

use data_encoding::BASE64URL_NOPAD;

use crate::model::codec::{Reader, write_bytes, write_varint};

/// What a shard iterator says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardIterator {
    /// The stream's ARN.
    pub stream_arn: String,
    /// The shard's id.
    pub shard: String,
    /// Records after this log position come next.
    pub after: u64,
    /// When it was given out: it is good for 15 minutes.
    pub issued_ms: u64,
}

impl ShardIterator {
    /// The token.
    pub fn encode(&self) -> String {
        let mut bytes = Vec::new();
        write_bytes(self.stream_arn.as_bytes(), &mut bytes);
        write_bytes(self.shard.as_bytes(), &mut bytes);
        write_varint(u128::from(self.after), &mut bytes);
        write_varint(u128::from(self.issued_ms), &mut bytes);
        let sum = xxhash_rust::xxh3::xxh3_64(&bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        BASE64URL_NOPAD.encode(&bytes)
    }

    /// Reads a token; none for any that was not given out so.
    pub fn decode(token: &str) -> Option<ShardIterator> {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(8)?)?;
        if xxhash_rust::xxh3::xxh3_64(body).to_le_bytes() != sum {
            return None;
        }
        let mut reader = Reader(body);
        let stream_arn = reader.text().ok()?.to_owned();
        let shard = reader.text().ok()?.to_owned();
        let (after, issued_ms) = (reader.u64().ok()?, reader.u64().ok()?);
        reader.0.is_empty().then_some(ShardIterator { stream_arn, shard, after, issued_ms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_a_changed_one_does_not() {
        let iterator = ShardIterator {
            stream_arn: "arn:aws:x".into(),
            shard: "shardId-1".into(),
            after: 5,
            issued_ms: 9,
        };
        let token = iterator.encode();
        assert_eq!(ShardIterator::decode(&token), Some(iterator));
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(ShardIterator::decode(std::str::from_utf8(&changed).unwrap()), None);
        }
        assert_eq!(ShardIterator::decode(""), None);
    }
}
