//! The file of a workspace: what comes back, and what is refused.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::*;

fn parts() -> Vec<Part> {
    vec![
        Part::Head(Head { name: "Orders".to_owned(), exported_ms: 1_767_225_600_000 }),
        Part::Note("clock".to_owned(), b"{\"nowMs\":1}".to_vec()),
        Part::Note("recipes".to_owned(), b"[]".to_vec()),
        Part::Requests("{\"saved\":[]}".to_owned()),
        Part::Manifest(vec![7; 44]),
        Part::Piece(0, vec![0; 5000]),
        Part::Piece(1, (0..200).collect()),
        Part::Segment(5, b"DYNS".repeat(40)),
        Part::Segment(6, vec![]),
    ]
}

fn written(parts: &[Part]) -> Vec<u8> {
    let mut file = start();
    let mut writer = Writer::default();
    for part in parts {
        file.extend(writer.frame(part, Some(compress_to_vec(&body_of(part), 6))));
    }
    file.extend(writer.end());
    file
}

fn read(file: &[u8]) -> Result<Vec<Part>, Fault> {
    read_all(file, |packed, length| decompress_to_vec_with_limit(packed, length).ok())
}

#[test]
fn all_parts_come_back_and_are_packed_where_that_is_shorter() {
    let file = written(&parts());
    assert_eq!(read(&file), Ok(parts()));
    assert!(file.len() < 1500, "{}", file.len());
    assert_eq!(written(&read(&file).expect("it was read")), file);
    let empty = [Part::Head(Head::default())];
    assert_eq!(read(&written(&empty)), Ok(empty.to_vec()));
}

#[test]
fn no_cut_no_changed_byte_and_nothing_behind_the_end_goes_unseen() {
    let file = written(&parts());
    for at in 0..file.len() {
        assert!(read(&file[..at]).is_err(), "cut off at {at}");
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(read(&changed).is_err(), "changed at {at}");
    }
    assert!(read(&[file.as_slice(), b"\0"].concat()).is_err());
    assert!(read(&[file.as_slice(), &file[START_BYTES..]].concat()).is_err());
}

#[test]
fn parts_that_are_missing_doubled_or_out_of_order_are_noticed() {
    let good = parts();
    for at in 0..good.len() {
        let mut fewer = good.clone();
        fewer.remove(at);
        // A file of fewer parts is another good file, but where the order breaks: the journal's own rules find what is gone.
        let breaks = matches!(good[at], Part::Head(_) | Part::Manifest(_) | Part::Piece(0, _));
        assert_eq!(read(&written(&fewer)).is_err(), breaks, "without {at}");
        let mut doubled = good.clone();
        doubled.insert(at, good[at].clone());
        let may = matches!(good[at], Part::Note(..));
        assert_eq!(read(&written(&doubled)).is_ok(), may, "{at} twice");
    }
    let mut turned = good.clone();
    turned.reverse();
    assert!(read(&written(&turned)).is_err());
    // Frames of a good file cannot be left out behind its writer's back.
    let file = written(&good);
    let first = HEAD_BYTES + u32::from_le_bytes(file[24..28].try_into().expect("four")) as usize;
    let mut without_note = file[..START_BYTES + first].to_vec();
    let second = START_BYTES + first;
    let note =
        HEAD_BYTES + u32::from_le_bytes(file[second + 16..second + 20].try_into().expect("four")) as usize;
    without_note.extend(&file[second + note..]);
    assert!(read(&without_note).is_err());
}

#[test]
fn other_files_and_newer_formats_are_told_apart() {
    assert_eq!(read(b"PK\x03\x04 something else"), Err(Fault::NotOne));
    assert_eq!(read(b""), Err(Fault::NotOne));
    let mut newer = written(&parts());
    newer[4] = 9;
    assert_eq!(read(&newer), Err(Fault::Newer(9)));
    assert!(Fault::Newer(9).to_string().contains("newer Dynascope"));
}

#[test]
fn what_claims_to_be_huge_is_refused_before_it_is_read() {
    let mut reader = Reader::begin(&start()).expect("a beginning");
    let mut head = [0; HEAD_BYTES];
    head[0] = b'H';
    head[12..16].copy_from_slice(&(NOTE_BYTES_MAX + 1).to_le_bytes());
    assert_eq!(reader.head(&head), Err(Fault::TooLarge));
    // A body that unpacks to more than its head says.
    let mut writer = Writer::default();
    let mut file = start();
    file.extend(writer.encode(b'H', true, 0, 100, &compress_to_vec(&[b' '; 1 << 20], 9)));
    file.extend(writer.end());
    assert!(read(&file).is_err());
}

#[test]
fn a_note_cannot_stand_for_what_the_journal_keeps_itself() {
    for name in ["manifest", "head", "Clock", "", "a/b"] {
        let file = written(&[Part::Head(Head::default()), Part::Note(name.to_owned(), vec![])]);
        assert!(read(&file).is_err(), "{name}");
    }
}
