//! Which functions and which data refer to which: what the linker wrote down (`--emit-relocs`) of the module that wasm-bindgen was given.
//!
//! wasm-bindgen moves no data and keeps the functions' names, so that what is said of the linked module holds for what it made of it.
//! A function that it made itself is read for numbers that may be addresses.
//!
//! The format: <https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md>.

use super::Broken;
use super::read::{Module, data};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use wasmparser::{
    KnownCustom, Linking, Operator, Parser, Payload, RelocationEntry, RelocationType, SymbolInfo,
};

/// What refers to what in a module.
pub struct Links {
    /// The pieces of its data, by address.
    pub pieces: Vec<Piece>,
    /// What each function refers to.
    pub of: BTreeMap<u32, References>,
}

/// A piece of data that is needed whole.
pub struct Piece {
    /// Where it is in memory.
    pub addresses: Range<u32>,
    /// What it refers to.
    pub references: References,
}

/// What is referred to, but for calls.
#[derive(Default)]
pub struct References {
    /// Functions, by their slots.
    pub functions: BTreeSet<u32>,
    /// Pieces of data, by number.
    pub pieces: BTreeSet<u32>,
}

/// A reference as the linker wrote it down: where it stands in its section, and what it is to.
struct Mark {
    at: u64,
    to: To,
}

enum To {
    Function(u32),
    Piece(u32),
}

/// The module as it was linked, as far as it matters.
#[derive(Default)]
struct Linked<'a> {
    /// The bodies of its functions, by where they stand in the code.
    bodies: Vec<(Range<u64>, u32)>,
    names: BTreeMap<u32, Vec<&'a str>>,
    code: Vec<Mark>,
    data: Vec<Mark>,
    pieces: Vec<Range<u32>>,
}

impl Links {
    /// Reads what was linked as `linked` and became `module`.
    pub fn read(module: &Module, linked: &[u8]) -> Result<Links, Broken> {
        let by_name: BTreeMap<&str, u32> =
            module.names.iter().map(|(&function, &name)| (name, function)).collect();
        let linked = Linked::read(module, linked)?;
        let of_name = |function: &u32| -> Vec<u32> {
            let names = linked.names.get(function).into_iter().flatten();
            names.filter_map(|name| by_name.get(name).copied()).collect()
        };
        let gather = |marks: &[Mark], range: Range<u64>| {
            let from = marks.partition_point(|mark| mark.at < range.start);
            let mut references = References::default();
            for mark in marks[from..].iter().take_while(|mark| mark.at < range.end) {
                match &mark.to {
                    To::Function(function) => references.functions.extend(of_name(function)),
                    To::Piece(piece) => drop(references.pieces.insert(*piece)),
                }
            }
            references
        };
        let mut of: BTreeMap<u32, References> = BTreeMap::new();
        for (range, function) in &linked.bodies {
            for known in of_name(function) {
                let found = gather(&linked.code, range.clone());
                let references = of.entry(known).or_default();
                references.functions.extend(found.functions);
                references.pieces.extend(found.pieces);
            }
        }
        let pieces: Vec<Piece> = linked
            .pieces
            .iter()
            .map(|addresses| {
                let range = u64::from(addresses.start)..u64::from(addresses.end);
                Piece { addresses: addresses.clone(), references: gather(&linked.data, range) }
            })
            .collect();
        for function in module.defined() {
            if let Entry::Vacant(unknown) = of.entry(function) {
                unknown.insert(guessed(module, function, &pieces)?);
            }
        }
        Ok(Links { pieces, of })
    }
}

/// What a function may refer to whose numbers are all that is known of it.
fn guessed(module: &Module, function: u32, pieces: &[Piece]) -> Result<References, Broken> {
    let mut references = References::default();
    let body = module.body(function);
    for operator in body.get_operators_reader()? {
        if let Operator::I32Const { value } = operator? {
            let value = value.cast_unsigned();
            references.functions.extend(module.slots.get(&value));
            let holding = (0..).zip(pieces).filter(|(_, piece)| piece.addresses.contains(&value));
            references.pieces.extend(holding.map(|(number, _)| number));
        }
    }
    Ok(references)
}

impl<'a> Linked<'a> {
    fn read(module: &Module, bytes: &'a [u8]) -> Result<Linked<'a>, Broken> {
        let mut linked = Linked::default();
        let (mut segments, mut symbols) = (Vec::new(), Vec::new());
        let (mut code, mut data_start, mut imported) = (0, 0, 0);
        let mut entries: BTreeMap<String, Vec<RelocationEntry>> = BTreeMap::new();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        imported += u32::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionStart { range, .. } => code = range.start,
                Payload::CodeSectionEntry(body) => {
                    let range = body.range();
                    let function = imported + linked.bodies.len() as u32;
                    linked.bodies.push((range.start - code..range.end - code, function));
                }
                Payload::DataSection(section) => {
                    data_start = section.range().start;
                    segments = data(section)?;
                }
                Payload::CustomSection(section) => match section.as_known() {
                    KnownCustom::Linking(reader) => {
                        for part in reader.subsections() {
                            if let Linking::SymbolTable(table) = part? {
                                symbols = table.into_iter().collect::<Result<_, _>>()?;
                            }
                        }
                    }
                    KnownCustom::Reloc(reader) => {
                        let list = reader.entries().into_iter().collect::<Result<_, _>>()?;
                        entries.insert(section.name().to_owned(), list);
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        if symbols.is_empty() {
            return Err(Broken("the linker wrote down no references".into()));
        }
        if segments
            .iter()
            .map(|(at, _, bytes)| (at, bytes))
            .ne(module.data.iter().map(|(at, _, bytes)| (at, bytes)))
        {
            return Err(Broken("its data is not that which was linked".into()));
        }
        // The number of each symbol's piece, and its address.
        let mut places: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
        for (number, symbol) in (0..).zip(&symbols) {
            match symbol {
                SymbolInfo::Func { index, name: Some(name), .. } => {
                    linked.names.entry(*index).or_default().push(name);
                }
                SymbolInfo::Data { symbol: Some(symbol), .. } if symbol.size > 0 => {
                    let Some((from, _, _)) = segments.get(symbol.index as usize) else { continue };
                    let start = from + symbol.offset;
                    places.insert(number, (linked.pieces.len() as u32, start));
                    linked.pieces.push(start..start + symbol.size);
                }
                _ => {}
            }
        }
        let empty = Vec::new();
        for entry in entries.get("reloc.CODE").unwrap_or(&empty) {
            let at = code + u64::from(entry.offset);
            linked.code.extend(mark(entry, u64::from(entry.offset), bytes, at, &symbols, &places)?);
        }
        for entry in entries.get("reloc.DATA").unwrap_or(&empty) {
            let at = data_start + u64::from(entry.offset);
            let of =
                segments.iter().find(|(_, file, bytes)| (*file..*file + bytes.len() as u64).contains(&at));
            let (from, file, _) = of.ok_or_else(|| Broken("a reference stands in no data".into()))?;
            linked.data.extend(mark(entry, u64::from(*from) + at - file, bytes, at, &symbols, &places)?);
        }
        linked.code.sort_by_key(|mark| mark.at);
        linked.data.sort_by_key(|mark| mark.at);
        Ok(linked)
    }
}

/// What stands at a place of the file, if it is a function's slot or an address. An address must be the symbol's.
fn mark(
    entry: &RelocationEntry,
    at: u64,
    bytes: &[u8],
    place: u64,
    symbols: &[SymbolInfo],
    places: &BTreeMap<u32, (u32, u32)>,
) -> Result<Option<Mark>, Broken> {
    let to = match entry.ty {
        RelocationType::TableIndexSleb | RelocationType::TableIndexI32 => {
            match symbols.get(entry.index as usize) {
                Some(SymbolInfo::Func { index, .. }) => Some(To::Function(*index)),
                _ => return Err(Broken("a slot is of no function".into())),
            }
        }
        RelocationType::MemoryAddrLeb | RelocationType::MemoryAddrSleb | RelocationType::MemoryAddrI32 => {
            let Some(&(piece, address)) = places.get(&entry.index) else { return Ok(None) };
            let said = i64::from(address) + entry.addend;
            let stands = written(&bytes[place as usize..], entry.ty);
            if stands != Some(said as u32) {
                return Err(Broken(format!("{stands:?} stands where {said} should")));
            }
            Some(To::Piece(piece))
        }
        RelocationType::FunctionIndexLeb
        | RelocationType::TypeIndexLeb
        | RelocationType::GlobalIndexLeb
        | RelocationType::TableNumberLeb => None,
        other => return Err(Broken(format!("a reference is a {other:?}"))),
    };
    Ok(to.map(|to| Mark { at, to }))
}

/// The number that is written here: five bytes of seven bits each, or four of eight.
fn written(bytes: &[u8], kind: RelocationType) -> Option<u32> {
    if kind == RelocationType::MemoryAddrI32 {
        return Some(u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?));
    }
    let parts = bytes.get(..5)?.iter().enumerate();
    Some(parts.fold(0, |number, (part, byte)| number | u64::from(byte & 0x7f) << (7 * part)) as u32)
}
