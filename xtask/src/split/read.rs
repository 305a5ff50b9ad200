//! What must be known of a module before it is divided: its functions, what each of them refers to, and the table.

use super::Broken;
use std::collections::BTreeMap;
use wasmparser::{
    BinaryReader, CodeSectionReader, DataKind, DataSectionReader, ElementItems, ElementKind, Export,
    ExternalKind, FuncType, FunctionBody, GlobalType, Imports, KnownCustom, MemoryType, Name, Operator,
    Parser, Payload, TableType, TypeRef,
};

/// A module as wasm-bindgen leaves it: one memory, a table of functions first, nothing imported but functions.
pub struct Module<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The function types, by index.
    pub types: Vec<FuncType>,
    /// The names of the imported functions, by index.
    pub imports: Vec<&'a str>,
    /// The type of each function, imported ones first.
    pub signatures: Vec<u32>,
    /// The bodies of the functions that are not imported.
    pub bodies: Vec<FunctionBody<'a>>,
    /// What each of these refers to.
    pub uses: Vec<Uses>,
    /// The globals' types.
    pub globals: Vec<GlobalType>,
    /// The table of functions.
    pub table: TableType,
    /// The memory.
    pub memory: MemoryType,
    /// What is in the table at first, by slot.
    pub slots: BTreeMap<u32, u32>,
    /// The exports.
    pub exports: Vec<Export<'a>>,
    /// What runs first, if anything.
    pub start: Option<u32>,
    /// The functions' names, as the compiler makes them.
    pub names: BTreeMap<u32, &'a str>,
    /// The data.
    pub data: Vec<Segment<'a>>,
}

/// Data that fills the memory at first: the address, where it stands in the file, and what it is.
pub type Segment<'a> = (u32, u64, &'a [u8]);

/// What a function's body refers to.
#[derive(Clone, Debug, Default)]
pub struct Uses {
    /// The functions that it calls.
    pub calls: Vec<u32>,
    /// It does what only the module that owns the tables and the data can do.
    pub fixed: bool,
}

impl<'a> Module<'a> {
    /// Reads a module.
    pub fn read(bytes: &'a [u8]) -> Result<Module<'a>, Broken> {
        let (mut types, mut imports, mut signatures, mut bodies) = (vec![], vec![], vec![], vec![]);
        let (mut globals, mut tables, mut memories) = (vec![], vec![], vec![]);
        let (mut slots, mut exports, mut start) = (BTreeMap::new(), vec![], None);
        let (mut names, mut segments) = (BTreeMap::new(), vec![]);
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::TypeSection(section) => {
                    types = section.into_iter_err_on_gc_types().collect::<Result<_, _>>()?;
                }
                Payload::ImportSection(section) => {
                    for import in section {
                        let Imports::Single(_, import) = import? else {
                            return Err(Broken("the imports are grouped".into()));
                        };
                        let TypeRef::Func(signature) = import.ty else {
                            return Err(Broken(format!("{} is imported and no function", import.name)));
                        };
                        imports.push(import.name);
                        signatures.push(signature);
                    }
                }
                Payload::FunctionSection(section) => {
                    for signature in section {
                        signatures.push(signature?);
                    }
                }
                Payload::TableSection(section) => {
                    for table in section {
                        tables.push(table?.ty);
                    }
                }
                Payload::MemorySection(section) => {
                    memories = section.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::GlobalSection(section) => {
                    for global in section {
                        globals.push(global?.ty);
                    }
                }
                Payload::ExportSection(section) => exports = section.into_iter().collect::<Result<_, _>>()?,
                Payload::StartSection { func, .. } => start = Some(func),
                Payload::ElementSection(section) => {
                    for element in section {
                        let element = element?;
                        let ElementKind::Active { table_index: None | Some(0), offset_expr } = element.kind
                        else {
                            continue;
                        };
                        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                            return Err(Broken(
                                "the table is filled from somewhere that is no constant".into(),
                            ));
                        };
                        let ElementItems::Functions(functions) = element.items else {
                            return Err(Broken("the table is filled with expressions".into()));
                        };
                        for (slot, function) in (value.cast_unsigned()..).zip(functions) {
                            slots.insert(slot, function?);
                        }
                    }
                }
                Payload::CodeSectionStart { range, .. } => {
                    let (from, to) = (range.start as usize, range.end as usize);
                    let section = CodeSectionReader::new(BinaryReader::new(&bytes[from..to], range.start))?;
                    bodies = section.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::DataSection(section) => segments = data(section)?,
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(section) = section.as_known() {
                        for part in section {
                            if let Name::Function(map) = part? {
                                for naming in map {
                                    let naming = naming?;
                                    names.insert(naming.index, naming.name);
                                }
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        let table = tables.first().copied().ok_or_else(|| Broken("it has no table".into()))?;
        let [memory] = memories[..] else { return Err(Broken("it has not one memory".into())) };
        let uses = bodies.iter().map(uses).collect::<Result<_, _>>()?;
        Ok(Module {
            bytes,
            types,
            imports,
            signatures,
            bodies,
            uses,
            globals,
            table,
            memory,
            slots,
            exports,
            start,
            names,
            data: segments,
        })
    }

    /// How many functions are imported; the others follow them.
    pub fn imported(&self) -> u32 {
        self.imports.len() as u32
    }

    /// The functions that are not imported, by index.
    pub fn defined(&self) -> impl Iterator<Item = u32> + use<> {
        let first = self.imported();
        first..first + self.bodies.len() as u32
    }

    /// What a function that is not imported refers to.
    pub fn uses_of(&self, function: u32) -> &Uses {
        &self.uses[(function - self.imported()) as usize]
    }

    /// The body of a function that is not imported.
    pub fn body(&self, function: u32) -> &FunctionBody<'a> {
        &self.bodies[(function - self.imported()) as usize]
    }

    /// How many bytes that has.
    pub fn body_bytes(&self, function: u32) -> usize {
        let range = self.body(function).range();
        (range.end - range.start) as usize
    }

    /// The exported functions.
    pub fn exported(&self) -> impl Iterator<Item = u32> {
        self.exports.iter().filter(|export| export.kind == ExternalKind::Func).map(|export| export.index)
    }
}

/// The segments of a data section.
pub fn data(section: DataSectionReader) -> Result<Vec<Segment>, Broken> {
    let mut segments = Vec::new();
    for segment in section {
        let segment = segment?;
        let DataKind::Active { memory_index: 0, offset_expr } = segment.kind else {
            return Err(Broken("some data is not put into memory at first".into()));
        };
        let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
            return Err(Broken("some data has an address that is no constant".into()));
        };
        let place = segment.range.end - segment.data.len() as u64;
        segments.push((value.cast_unsigned(), place, segment.data));
    }
    Ok(segments)
}

fn uses(body: &FunctionBody) -> Result<Uses, Broken> {
    let mut uses = Uses::default();
    for operator in body.get_operators_reader()? {
        match operator? {
            Operator::Call { function_index } => uses.calls.push(function_index),
            Operator::CallIndirect { table_index: 0, .. } => {}
            Operator::CallIndirect { .. }
            | Operator::ReturnCall { .. }
            | Operator::ReturnCallIndirect { .. }
            | Operator::RefFunc { .. }
            | Operator::TableGet { .. }
            | Operator::TableSet { .. }
            | Operator::TableSize { .. }
            | Operator::TableGrow { .. }
            | Operator::TableFill { .. }
            | Operator::TableInit { .. }
            | Operator::TableCopy { .. }
            | Operator::ElemDrop { .. }
            | Operator::MemoryInit { .. }
            | Operator::DataDrop { .. }
            | Operator::Throw { .. }
            | Operator::TryTable { .. } => uses.fixed = true,
            _ => {}
        }
    }
    uses.calls.sort_unstable();
    uses.calls.dedup();
    Ok(uses)
}
