//! Torn, flipped, missing, doubled and refused: what recovery makes of each.

use std::cell::RefCell;

use futures_util::FutureExt;
use proptest::prelude::*;

use super::*;

/// A state that is the list of its records; a record of `b"bad"` is refused after leaving a trace.
struct Lists;

impl Rebuild for Lists {
    type State = Vec<Vec<u8>>;
    type Restoring = Vec<u8>;
    fn fresh(&self) -> Vec<Vec<u8>> {
        Vec::new()
    }
    fn begin(&self) -> Vec<u8> {
        Vec::new()
    }
    fn take(&self, restoring: &mut Vec<u8>, piece: &[u8]) -> Result<(), String> {
        restoring.extend(piece);
        Ok(())
    }
    fn restore(&self, snapshot: Vec<u8>) -> Result<Vec<Vec<u8>>, String> {
        if snapshot == b"unknown" { Err("unknown".to_owned()) } else { Ok(vec![snapshot]) }
    }
    fn replay(&self, state: &mut Vec<Vec<u8>>, record: &[u8]) -> Result<(), String> {
        state.push(record.to_vec());
        if record == b"bad" { Err("the engine refuses it".to_owned()) } else { Ok(()) }
    }
    fn settle(&self, state: &mut Vec<Vec<u8>>) -> Result<(), String> {
        match state.iter().any(|record| record == b"unreadable") {
            true => Err("the engine cannot read it".to_owned()),
            false => Ok(()),
        }
    }
}

fn recovered(parts: &InMemory) -> Recovered<Vec<Vec<u8>>> {
    let found = parts.found();
    let recovering = recover(&Lists, &found, parts);
    recovering.now_or_never().expect("nothing waits").expect("memory can be read")
}

fn segment(sequence: u64, record: &[u8]) -> (u64, Stored) {
    (sequence, Stored::Bytes(Segment::encode(sequence, 1_000 + sequence, &[record])))
}

fn with_snapshot(snapshot: &[u8], covers: u64, segments: Vec<(u64, Stored)>) -> InMemory {
    let mut describing = Describing::packed(covers, 900);
    let pieces = snapshot.chunks(4).map(|piece| {
        let (number, packed) = describing.pack(piece);
        (covers, number, Stored::Bytes(packed))
    });
    let pieces = pieces.collect();
    let manifest = Some(Stored::Bytes(describing.manifest().encode()));
    InMemory { manifest, pieces, segments, head: None }
}

/// How a database with a snapshot is made.
type Snapshotted = fn(&[u8], u64, Vec<(u64, Stored)>) -> InMemory;

/// The same, as it was written before pieces were packed.
fn with_plain_snapshot(snapshot: &[u8], covers: u64, segments: Vec<(u64, Stored)>) -> InMemory {
    let manifest = Manifest::of(&snapshot.chunks(4).collect::<Vec<_>>(), covers, 900);
    let pieces =
        snapshot.chunks(4).zip(0..).map(|(piece, at)| (covers, at, Stored::Bytes(piece.to_vec()))).collect();
    InMemory { manifest: Some(Stored::Bytes(manifest.encode())), pieces, segments, head: None }
}

#[test]
fn an_empty_database_is_an_empty_state() {
    let recovered = recovered(&InMemory::default());
    assert_eq!((recovered.sequence, recovered.state.len(), recovered.report.len()), (0, 0, 0));
}

#[test]
fn segments_are_replayed_in_order_and_the_clock_is_the_latest() {
    let found = InMemory { segments: vec![segment(1, b"a"), segment(2, b"b")], ..InMemory::default() };
    let recovered = recovered(&found);
    assert_eq!(recovered.state, [b"a", b"b"]);
    assert_eq!((recovered.sequence, recovered.last_ms), (2, 1_002));
    assert!(recovered.report.is_empty() && recovered.aside_segments.is_empty());
}

#[test]
fn a_snapshot_in_pieces_comes_first_and_what_it_covers_is_not_replayed() {
    let formats: [Snapshotted; 2] = [with_snapshot, with_plain_snapshot];
    for with in formats {
        let found = with(b"snapshot!", 5, vec![segment(5, b"old"), segment(6, b"new")]);
        let recovered = recovered(&found);
        assert_eq!(recovered.state, [b"snapshot!".to_vec(), b"new".to_vec()]);
        assert_eq!((recovered.sequence, recovered.image_bytes), (6, 9));
        assert!(recovered.report.is_empty());
    }
}

#[test]
fn a_torn_segment_stops_the_replay_and_all_behind_it_is_set_aside() {
    let mut torn = Segment::encode(2, 0, &[b"b"]);
    torn.pop();
    let segments = vec![segment(1, b"a"), (2, Stored::Bytes(torn)), segment(3, b"c")];
    let recovered = recovered(&InMemory { segments, ..InMemory::default() });
    assert_eq!(recovered.state, [b"a"]);
    assert_eq!((recovered.sequence, recovered.aside_segments), (1, vec![2, 3]));
    assert_eq!(recovered.report.len(), 1);
}

#[test]
fn a_missing_segment_stops_the_replay() {
    let found = InMemory { segments: vec![segment(1, b"a"), segment(3, b"c")], ..InMemory::default() };
    let recovered = recovered(&found);
    assert_eq!((recovered.sequence, recovered.aside_segments), (1, vec![3]));
    assert!(recovered.report[0].contains("commit 2: it is missing"), "{:?}", recovered.report);
}

#[test]
fn a_segment_under_another_number_is_not_believed() {
    let double = Stored::Bytes(Segment::encode(1, 0, &[b"a"]));
    let found = InMemory { segments: vec![segment(1, b"a"), (2, double)], ..InMemory::default() };
    let recovered = recovered(&found);
    assert_eq!((recovered.state.len(), recovered.aside_segments), (1, vec![2]));
}

#[test]
fn a_record_that_the_engine_refuses_leaves_no_half_segment() {
    let half = Stored::Bytes(Segment::encode(7, 0, &[b"good".as_slice(), b"bad"]));
    let found = with_snapshot(b"snap", 5, vec![segment(6, b"six"), (7, half), segment(8, b"eight")]);
    let recovered = recovered(&found);
    assert_eq!(recovered.state, [b"snap".to_vec(), b"six".to_vec()]);
    assert_eq!((recovered.sequence, recovered.aside_segments), (6, vec![7, 8]));
}

#[test]
fn a_record_that_leaves_what_cannot_be_read_is_found_though_the_state_is_read_at_the_end() {
    for at in 6..=11u64 {
        let records: [&[u8]; 6] = [b"six", b"seven", b"eight", b"nine", b"ten", b"bad"];
        let of = |number: u64| if number == at { b"unreadable" } else { records[(number - 6) as usize] };
        let found = with_snapshot(b"snap", 5, (6..=11).map(|number| segment(number, of(number))).collect());
        let recovered = recovered(&found);
        assert_eq!((recovered.sequence, recovered.state.len() as u64), (at - 1, at - 5), "{at}");
        assert_eq!(recovered.aside_segments, (at..=11).collect::<Vec<_>>());
        assert!(recovered.report[0].contains("cannot read it"), "{:?}", recovered.report);
    }
}

/// Notes how many segments each reading brought.
struct Noting {
    found: InMemory,
    groups: RefCell<Vec<usize>>,
}

impl Source for Noting {
    async fn piece(&self, covers: u64, piece: u32) -> Result<Option<Stored>, Failure> {
        self.found.piece(covers, piece).await
    }

    async fn segments(&self, first: u64, last: u64) -> Result<Vec<(u64, Stored)>, Failure> {
        let segments = self.found.segments(first, last).await?;
        self.groups.borrow_mut().push(segments.len());
        Ok(segments)
    }
}

#[test]
fn long_segments_are_read_few_at_a_time_and_short_ones_many() {
    let groups = |lengths: &[usize]| {
        let segments = lengths.iter().zip(1..).map(|(length, number)| segment(number, &vec![b'g'; *length]));
        let found = InMemory { segments: segments.collect(), ..InMemory::default() };
        let noting = Noting { found, groups: RefCell::default() };
        let all = noting.found.found();
        let recovering = recover(&Lists, &all, &noting).now_or_never().expect("nothing waits");
        assert_eq!(recovering.expect("memory can be read").sequence, lengths.len() as u64);
        noting.groups.take()
    };
    assert_eq!(groups(&[10; 300]), [16, 32, 64, 64, 64, 60]);
    // No payload of more than a megabyte is packed.
    let mixed = [&[10; 16][..], &[1 << 20; 34], &[10; 4]].concat();
    assert_eq!(groups(&mixed), [16, 32, 1, 1, 1, 2, 1]);
}

#[test]
fn a_damaged_snapshot_sets_everything_aside() {
    let formats: [Snapshotted; 2] = [with_snapshot, with_plain_snapshot];
    let damages = ["piece", "flip", "manifest", "refused"];
    for (damage, with) in damages.into_iter().flat_map(|damage| formats.map(|with| (damage, with))) {
        let content: &[u8] = if damage == "refused" { b"unknown" } else { b"snapshot" };
        let mut found = with(content, 5, vec![segment(6, b"new")]);
        if let ("flip", Stored::Bytes(bytes)) = (damage, &mut found.pieces[0].2) {
            bytes.last_mut().map(|last| *last ^= 1).expect("it has bytes");
        }
        match damage {
            "piece" => drop(found.pieces.pop()),
            "manifest" => found.manifest = Some(Stored::Unreadable("blob".to_owned())),
            _ => {}
        }
        let recovered = recovered(&found);
        assert!(recovered.aside_snapshot, "{damage}");
        assert_eq!((recovered.state.len(), recovered.sequence), (0, 0), "{damage}");
        assert_eq!(recovered.aside_segments, [6], "{damage}");
        assert_eq!(recovered.report.len(), 1, "{damage}");
    }
}

#[test]
fn a_lost_end_is_reported() {
    let found = InMemory { segments: vec![segment(1, b"a")], head: Some(3), ..InMemory::default() };
    let recovered = recovered(&found);
    assert_eq!(recovered.sequence, 1);
    assert!(recovered.report[0].contains("2 commits missing"), "{:?}", recovered.report);
}

/// The bytes with a checksum that is right for them.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let crc = crc_around(&bytes, SEGMENT_CRC_AT);
    bytes[SEGMENT_CRC_AT..SEGMENT_HEADER].copy_from_slice(&crc.to_le_bytes());
    bytes
}

#[test]
fn what_many_requests_changed_is_packed_and_what_one_did_is_not() {
    let record = b"Orders: PutItem of a customer's order, one of many that are alike".to_vec();
    let one = Segment::encode(1, 0, std::slice::from_ref(&record));
    assert_eq!((u16_at(&one, 4), one.len()), (PLAIN, SEGMENT_HEADER + 4 + record.len()));
    let many = vec![record; 32];
    let packed = Segment::encode(2, 0, &many);
    assert_eq!(u16_at(&packed, 4), PACKED);
    assert!(packed.len() * 8 < payload_bytes(&many), "{} bytes", packed.len());
    assert_eq!(Segment::decode(&packed).expect("it is whole").records, many);
    // What packing does not make smaller stays as it is.
    let noise: Vec<u8> =
        (0..500u32).flat_map(|at| crc32fast::hash(&at.to_le_bytes()).to_le_bytes()).collect();
    assert_eq!(u16_at(&Segment::encode(3, 0, &[noise]), 4), PLAIN);
}

#[test]
fn a_packed_segment_that_says_it_is_huge_is_refused_before_it_is_unpacked() {
    let mut bytes = Segment::encode(1, 0, &vec![b"much alike"; 100]);
    assert_eq!(u16_at(&bytes, 4), PACKED);
    let huge = u32::MAX.to_le_bytes();
    bytes[SEGMENT_HEADER..SEGMENT_HEADER + 4].copy_from_slice(&huge);
    assert!(Segment::decode(&sealed(bytes)).unwrap_err().contains("4294967295 bytes unpacked"));
    // And one that says less than it holds.
    let mut bytes = Segment::encode(1, 0, &vec![b"much alike"; 100]);
    bytes[SEGMENT_HEADER..SEGMENT_HEADER + 4].copy_from_slice(&8u32.to_le_bytes());
    assert!(Segment::decode(&sealed(bytes)).unwrap_err().contains("cannot be unpacked"));
}

#[test]
fn a_packed_piece_that_says_more_or_less_than_its_manifest_is_refused() {
    let damaged = |change: fn(&mut Manifest, &mut Vec<u8>)| {
        let mut describing = Describing::packed(5, 900);
        let (_, mut piece) = describing.pack(b"much alike, much alike, much alike");
        let mut manifest = describing.manifest();
        change(&mut manifest, &mut piece);
        let (manifest, piece) = (Stored::Bytes(manifest.encode()), Stored::Bytes(piece));
        let recovered = recovered(&InMemory {
            manifest: Some(manifest),
            pieces: vec![(5, 0, piece)],
            ..InMemory::default()
        });
        assert_eq!((recovered.aside_snapshot, recovered.state.len()), (true, 0));
        recovered.report.concat()
    };
    let huge = damaged(|_, piece| piece[..4].copy_from_slice(&u32::MAX.to_le_bytes()));
    assert!(huge.contains("4294967295 bytes unpacked, and 34 are the most"), "{huge}");
    let more = damaged(|manifest, _| manifest.unpacked = Some(33));
    assert!(more.contains("34 bytes unpacked, and 33 are the most"), "{more}");
    let less = damaged(|manifest, _| manifest.unpacked = Some(35));
    assert!(less.contains("its length does not match"), "{less}");
    let larger = damaged(|manifest, _| manifest.unpacked = Some(IMAGE_MAX + 1));
    assert!(larger.contains("2147483649 bytes unpacked"), "{larger}");
    let no_pack = damaged(|_, piece| piece.truncate(3));
    assert!(no_pack.contains("it is packed and has no length"), "{no_pack}");
}

#[test]
fn a_newer_format_is_named() {
    let mut bytes = Segment::encode(1, 0, &[b"a"]);
    bytes[4] = 9;
    assert!(Segment::decode(&sealed(bytes)).unwrap_err().contains("format 9"));
}

proptest! {
    #[test]
    fn a_segment_reads_back(
        sequence in any::<u64>(),
        now_ms in any::<u64>(),
        records in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..8),
    ) {
        let bytes = Segment::encode(sequence, now_ms, &records);
        prop_assert_eq!(Segment::decode(&bytes), Ok(Segment { sequence, now_ms, records }));
    }

    #[test]
    fn no_flipped_bit_goes_unseen(record in prop::collection::vec(any::<u8>(), 0..60), at in any::<prop::sample::Index>()) {
        let mut bytes = Segment::encode(3, 4, &[record]);
        let bit = at.index(bytes.len() * 8);
        bytes[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(Segment::decode(&bytes).is_err());
    }

    #[test]
    fn no_cut_goes_unseen(record in prop::collection::vec(any::<u8>(), 0..60), at in any::<prop::sample::Index>()) {
        let bytes = Segment::encode(3, 4, &[record]);
        prop_assert!(Segment::decode(&bytes[..at.index(bytes.len())]).is_err());
    }

    /// Whatever happens to the segments, what is recovered is a prefix of what was written, nothing that was
    /// found is unaccounted for, and damage never goes without a word.
    #[test]
    fn recovery_is_always_a_prefix(
        count in 1u64..12,
        harm in prop::collection::vec((any::<prop::sample::Index>(), 0u8..4, any::<prop::sample::Index>()), 0..4),
    ) {
        let mut segments: Vec<_> = (1..=count).map(|n| segment(n, &n.to_le_bytes())).collect();
        for (which, kind, at) in harm {
            if segments.is_empty() { break }
            let which = which.index(segments.len());
            let Stored::Bytes(bytes) = &mut segments[which].1 else { continue };
            if bytes.is_empty() { continue }
            match kind {
                0 => drop(segments.remove(which)),
                1 => { let bit = at.index(bytes.len()); bytes[bit] ^= 1 }
                2 => bytes.truncate(at.index(bytes.len())),
                _ => segments[which].1 = Stored::Unreadable("gone".to_owned()),
            }
        }
        let found = InMemory { segments, head: Some(count), ..InMemory::default() };
        let recovered = recovered(&found);
        let expected: Vec<_> = (1..=recovered.sequence).map(|n| n.to_le_bytes().to_vec()).collect();
        prop_assert_eq!(&recovered.state, &expected);
        prop_assert_eq!(recovered.report.is_empty(), recovered.sequence == count);
        let kept = found.segments.len() - recovered.aside_segments.len();
        prop_assert_eq!(kept as u64, recovered.sequence);
    }
}
