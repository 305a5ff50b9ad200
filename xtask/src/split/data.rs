//! The data of the two parts: each puts its own into the one memory.

use super::choose::Staying;
use super::links::Links;
use super::read::Segment;
use std::ops::Range;
use wasm_encoder::{ConstExpr, DataSection};

/// So few bytes are not worth a segment of their own.
const WORTH_BYTES: u32 = 16;

/// The addresses of what goes: all that is known to be a piece, but for the pieces that stay. In order and apart.
pub fn gone(links: &Links, staying: &Staying) -> Vec<Range<u32>> {
    let of = |stays: bool| {
        let pieces =
            (0..).zip(&links.pieces).filter(move |(number, _)| staying.pieces.contains(number) == stays);
        joined(pieces.map(|(_, piece)| piece.addresses.clone()).collect())
    };
    let stays = of(true);
    let mut gone = Vec::new();
    for range in of(false) {
        let mut from = range.start;
        let first = stays.partition_point(|kept| kept.end <= range.start);
        for kept in stays[first..].iter().take_while(|kept| kept.start < range.end) {
            gone.push(from..kept.start);
            from = kept.end;
        }
        gone.push(from..range.end);
    }
    gone.retain(|range| range.start + WORTH_BYTES <= range.end);
    gone
}

/// Ranges in order, those that touch made one.
fn joined(mut ranges: Vec<Range<u32>>) -> Vec<Range<u32>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<u32>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// Whether an address is in one of the ranges, which are in order and apart.
pub fn is_in(ranges: &[Range<u32>], address: u32) -> bool {
    let at = ranges.partition_point(|range| range.end <= address);
    ranges.get(at).is_some_and(|range| range.start <= address)
}

/// The data at the addresses that are wanted, a segment for each run of them.
pub fn section(segments: &[Segment], wanted: impl Fn(u32) -> bool) -> DataSection {
    let mut section = DataSection::new();
    for &(start, _, bytes) in segments {
        let wanted = |at: usize| at < bytes.len() && wanted(start + at as u32);
        let mut at = 0;
        while at < bytes.len() {
            let end =
                (at..).find(|&end| wanted(end) != wanted(at) || end == bytes.len()).unwrap_or(bytes.len());
            if wanted(at) {
                let offset = ConstExpr::i32_const((start + at as u32).cast_signed());
                section.active(0, &offset, bytes[at..end].iter().copied());
            }
            at = end;
        }
    }
    section
}

#[cfg(test)]
mod tests {
    use super::super::links::{Piece, References};
    use super::*;
    use std::collections::BTreeMap;

    fn links(pieces: &[Range<u32>]) -> Links {
        let piece = |addresses: &Range<u32>| Piece {
            addresses: addresses.clone(),
            references: References::default(),
        };
        Links { pieces: pieces.iter().map(piece).collect(), of: BTreeMap::new() }
    }

    #[test]
    fn what_goes_is_what_no_piece_that_stays_has_a_byte_of() {
        // 0 and 3 stay; 3 lies inside 2.
        let links = links(&[100..140, 140..180, 200..300, 240..250, 300..310]);
        let staying = Staying { pieces: [0, 3].into(), ..Staying::default() };
        assert_eq!(gone(&links, &staying), [140..180, 200..240, 250..310]);
    }

    #[test]
    fn what_is_not_known_to_be_a_piece_and_what_is_small_stays() {
        let links = links(&[100..108, 200..240]);
        assert_eq!(gone(&links, &Staying::default()), vec![200..240; 1]);
    }

    #[test]
    fn an_address_is_in_a_range_or_not() {
        let ranges = [140..180, 200..240];
        let inside: Vec<u32> = (0..300).filter(|&at| is_in(&ranges, at)).collect();
        assert_eq!(inside, (140..180).chain(200..240).collect::<Vec<u32>>());
    }

    #[test]
    fn both_sections_together_are_the_data() {
        let bytes: Vec<u8> = (0..100).collect();
        let segments = [(1_000, 0, &bytes[..])];
        let gone = [1_020..1_040, 1_060..1_100];
        let stays = section(&segments, |at| !is_in(&gone, at));
        let goes = section(&segments, |at| is_in(&gone, at));
        assert_eq!((stays.len(), goes.len()), (2, 2));
    }
}
