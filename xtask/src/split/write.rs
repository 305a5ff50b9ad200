//! Writes the two modules of a divided one.

use super::choose::Staying;
use super::links::Links;
use super::read::Module;
use super::{Broken, JOIN, data};
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::ops::Range;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, ElementSection, Elements, ExportKind, ExportSection, Function,
    FunctionSection, ImportSection, Instruction, TableSection, TypeSection,
};
use wasmparser::{FunctionBody, Operator};

/// The module under whose name the rest imports what the first part owns.
const FIRST: &str = "first";
/// The exported table.
const TABLE: &str = "rest.table";

/// Both parts of a module.
pub struct Parts {
    /// What runs at once.
    pub first: Vec<u8>,
    /// What is joined to it.
    pub rest: Vec<u8>,
}

/// Where everything goes.
struct Plan<'m, 'a> {
    module: &'m Module<'a>,
    /// The index in the first part of each function that is defined there.
    here: BTreeMap<u32, u32>,
    /// The index in the rest of each function that is defined there: its own, and those that it has again.
    there: BTreeMap<u32, u32>,
    /// The functions of the rest alone.
    rest: BTreeSet<u32>,
    /// The addresses of the data that goes.
    gone: Vec<Range<u32>>,
    /// The slot of each function that is called by it.
    slot: BTreeMap<u32, u32>,
    /// The functions of which a slot was added, in the order of the slots.
    added: Vec<u32>,
    /// The stand-ins' indexes in the first part.
    stand_ins: BTreeMap<u32, u32>,
    /// The function that brings the rest.
    join: u32,
    /// What the rest is called.
    name: &'m str,
}

/// Divides a module: all that is not `staying` goes. `name` is the file of the rest, which the first part exports so that it is found,
/// and which only a part made with it imports.
pub fn parts(module: &Module, links: &Links, staying: &Staying, name: &str) -> Result<Parts, Broken> {
    let plan = Plan::new(module, links, staying, name)?;
    Ok(Parts { first: plan.first()?, rest: plan.rest()? })
}

impl<'m, 'a> Plan<'m, 'a> {
    fn new(
        module: &'m Module<'a>,
        links: &Links,
        staying: &Staying,
        name: &'m str,
    ) -> Result<Plan<'m, 'a>, Broken> {
        let rest: BTreeSet<u32> =
            module.defined().filter(|function| !staying.functions.contains(function)).collect();
        let join = module.imports.iter().position(|import| import.contains(JOIN));
        let join = join.ok_or_else(|| Broken(format!("it does not import {JOIN}")))? as u32;
        let mut slot: BTreeMap<u32, u32> = BTreeMap::new();
        for (&at, &function) in &module.slots {
            slot.entry(function).or_insert(at);
        }
        let there = rest.union(&staying.again).copied().zip(0..).collect::<BTreeMap<u32, u32>>();
        let here = module.defined().filter(|function| !rest.contains(function));
        let here: BTreeMap<u32, u32> = here.zip(module.imported()..).collect();
        let mut added = Vec::new();
        for function in module.defined() {
            for &callee in &module.uses_of(function).calls {
                let leaves_first = here.contains_key(&function) && rest.contains(&callee);
                let leaves_rest = there.contains_key(&function) && !there.contains_key(&callee);
                if (leaves_first || leaves_rest) && !slot.contains_key(&callee) {
                    slot.insert(callee, module.table.initial as u32 + added.len() as u32);
                    added.push(callee);
                }
            }
        }
        let called = staying.functions.iter().flat_map(|&function| &module.uses_of(function).calls);
        let called: BTreeSet<u32> = called.chain(&staying.pointed).copied().collect();
        let stand_ins =
            called.intersection(&rest).copied().zip(module.imported() + here.len() as u32..).collect();
        let gone = data::gone(links, staying);
        Ok(Plan { module, here, there, rest, gone, slot, added, stand_ins, join, name })
    }

    /// What a table slot of the first part holds for a function: itself, what stands in for it, or, where nothing here refers to it,
    /// something that is not called.
    fn held(&self, function: u32) -> u32 {
        match self.stand_ins.get(&function) {
            Some(&stand_in) => stand_in,
            None if self.rest.contains(&function) => self.join,
            None => self.here.get(&function).copied().unwrap_or(function),
        }
    }

    fn slots(&self) -> u64 {
        self.module.table.initial + self.added.len() as u64
    }

    fn first(&self) -> Result<Vec<u8>, Broken> {
        let mut module = wasm_encoder::Module::new();
        let mut part = Part { plan: self, of_rest: false, types: None, globals: None };
        utils::parse_core_module(&mut part, &mut module, wasmparser::Parser::new(0), self.module.bytes)?;
        Ok(module.finish())
    }

    fn rest(&self) -> Result<Vec<u8>, Broken> {
        let used = Used::of(self)?;
        let types: BTreeMap<u32, u32> = used.types.into_iter().zip(0..).collect();
        let globals: BTreeMap<u32, u32> = used.globals.into_iter().zip(0..).collect();
        let mut part = Part { plan: self, of_rest: true, types: Some(&types), globals: Some(&globals) };
        let mut type_section = TypeSection::new();
        for &kind in types.keys() {
            let kind = part.func_type(self.module.types[kind as usize].clone())?;
            type_section.ty().func_type(&kind);
        }
        let mut imports = ImportSection::new();
        imports.import(FIRST, self.name, part.memory_type(self.module.memory)?);
        let mut table = self.module.table;
        table.initial = self.slots();
        table.maximum = table.maximum.map(|_| self.slots());
        imports.import(FIRST, TABLE, part.table_type(table)?);
        for &global in globals.keys() {
            let kind = part.global_type(self.module.globals[global as usize])?;
            imports.import(FIRST, &global_name(global), kind);
        }
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        for &function in self.there.keys() {
            functions.function(types[&self.module.signatures[function as usize]]);
            let body = self.module.body(function).clone();
            part.parse_function_body(&mut code, body)?;
        }
        let mut module = wasm_encoder::Module::new();
        module.section(&type_section).section(&imports).section(&functions);
        module.section(&self.filling()).section(&code);
        module.section(&data::section(&self.module.data, |at| data::is_in(&self.gone, at)));
        Ok(module.finish())
    }

    /// Puts the functions of the rest into their slots, a run of neighbours at a time.
    fn filling(&self) -> ElementSection {
        let all = self.module.slots.iter().map(|(&slot, &function)| (slot, function));
        let added = (self.module.table.initial as u32..).zip(self.added.iter().copied());
        let mut runs: Vec<(u32, Vec<u32>)> = Vec::new();
        for (slot, function) in all.chain(added).filter(|(_, function)| self.there.contains_key(function)) {
            match runs.last_mut() {
                Some((from, run)) if *from + run.len() as u32 == slot => run.push(self.there[&function]),
                _ => runs.push((slot, vec![self.there[&function]])),
            }
        }
        let mut section = ElementSection::new();
        for (from, run) in runs {
            let offset = ConstExpr::i32_const(from.cast_signed());
            section.active(None, &offset, Elements::Functions(run.into()));
        }
        section
    }
}

fn global_name(global: u32) -> String {
    format!("rest.{global}")
}

/// The types and globals that the rest refers to.
struct Used {
    types: BTreeSet<u32>,
    globals: BTreeSet<u32>,
}

impl Used {
    fn of(plan: &Plan) -> Result<Used, Broken> {
        let mut used = Used { types: BTreeSet::new(), globals: BTreeSet::new() };
        for &function in plan.there.keys() {
            used.types.insert(plan.module.signatures[function as usize]);
            let body = plan.module.body(function);
            for operator in body.get_operators_reader()? {
                match operator? {
                    Operator::Call { function_index } => {
                        used.types.insert(plan.module.signatures[function_index as usize]);
                    }
                    Operator::CallIndirect { type_index, .. } => {
                        used.types.insert(type_index);
                    }
                    Operator::Block { blockty: wasmparser::BlockType::FuncType(kind) }
                    | Operator::Loop { blockty: wasmparser::BlockType::FuncType(kind) }
                    | Operator::If { blockty: wasmparser::BlockType::FuncType(kind) } => {
                        used.types.insert(kind);
                    }
                    Operator::GlobalGet { global_index } | Operator::GlobalSet { global_index } => {
                        used.globals.insert(global_index);
                    }
                    _ => {}
                }
            }
        }
        Ok(used)
    }
}

/// One part, as it is written from the whole.
struct Part<'p, 'm, 'a> {
    plan: &'p Plan<'m, 'a>,
    of_rest: bool,
    types: Option<&'p BTreeMap<u32, u32>>,
    globals: Option<&'p BTreeMap<u32, u32>>,
}

type Written<T = ()> = Result<T, Error<Infallible>>;

impl Part<'_, '_, '_> {
    /// A call of a function, which may be in the other part.
    fn call(&mut self, function: u32, body: &mut Function) -> Written {
        let index = match self.of_rest {
            true => self.plan.there.get(&function).copied(),
            false if self.plan.rest.contains(&function) => None,
            false => Some(self.plan.here.get(&function).copied().unwrap_or(function)),
        };
        if let Some(index) = index {
            body.instruction(&Instruction::Call(index));
            return Ok(());
        }
        let type_index = self.type_index(self.plan.module.signatures[function as usize])?;
        body.instruction(&Instruction::I32Const(self.plan.slot[&function].cast_signed()));
        body.instruction(&Instruction::CallIndirect { type_index, table_index: 0 });
        Ok(())
    }

    fn stays_of_data(&self) -> DataSection {
        data::section(&self.plan.module.data, |at| !data::is_in(&self.plan.gone, at))
    }

    /// What stands in for a function of the rest.
    fn stand_in(&mut self, function: u32) -> Written<Function> {
        let module = self.plan.module;
        let signature = module.signatures[function as usize];
        let mut body = Function::new([]);
        body.instruction(&Instruction::I32Const(1));
        body.instruction(&Instruction::Call(self.plan.join));
        let returned = &module.types[module.signatures[self.plan.join as usize] as usize];
        for _ in returned.results() {
            body.instruction(&Instruction::Drop);
        }
        for parameter in 0..module.types[signature as usize].params().len() as u32 {
            body.instruction(&Instruction::LocalGet(parameter));
        }
        self.call(function, &mut body)?;
        body.instruction(&Instruction::End);
        Ok(body)
    }
}

impl Reencode for Part<'_, '_, '_> {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Written<u32> {
        Ok(self.plan.held(function))
    }

    fn type_index(&mut self, kind: u32) -> Written<u32> {
        Ok(self.types.map_or(kind, |types| types[&kind]))
    }

    fn global_index(&mut self, global: u32) -> Written<u32> {
        Ok(self.globals.map_or(global, |globals| globals[&global]))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        _: wasmparser::FunctionSectionReader<'_>,
    ) -> Written {
        let module = self.plan.module;
        let here = module.defined().filter(|function| !self.plan.rest.contains(function));
        for function in here.chain(self.plan.stand_ins.keys().copied()) {
            functions.function(module.signatures[function as usize]);
        }
        Ok(())
    }

    fn parse_table_section(
        &mut self,
        tables: &mut TableSection,
        section: wasmparser::TableSectionReader<'_>,
    ) -> Written {
        for (number, table) in section.into_iter().enumerate() {
            let mut table = table?;
            if number == 0 {
                table.ty.initial = self.plan.slots();
                table.ty.maximum = table.ty.maximum.map(|_| self.plan.slots());
            }
            self.parse_table(tables, table)?;
        }
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: wasmparser::ExportSectionReader<'_>,
    ) -> Written {
        utils::parse_export_section(self, exports, section)?;
        exports.export(self.plan.name, ExportKind::Memory, 0);
        exports.export(TABLE, ExportKind::Table, 0);
        for global in 0..self.plan.module.globals.len() as u32 {
            exports.export(&global_name(global), ExportKind::Global, global);
        }
        Ok(())
    }

    fn parse_element_section(
        &mut self,
        elements: &mut ElementSection,
        section: wasmparser::ElementSectionReader<'_>,
    ) -> Written {
        utils::parse_element_section(self, elements, section)?;
        let added: Vec<u32> = self.plan.added.iter().map(|&function| self.plan.held(function)).collect();
        let offset = ConstExpr::i32_const(self.plan.module.table.initial as i32);
        elements.active(None, &offset, Elements::Functions(added.into()));
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: wasmparser::CodeSectionReader<'_>,
    ) -> Written {
        for (body, function) in section.into_iter().zip(self.plan.module.defined()) {
            let body = body?;
            if !self.plan.rest.contains(&function) {
                self.parse_function_body(code, body)?;
            }
        }
        let plan = self.plan;
        for &function in plan.stand_ins.keys() {
            code.function(&self.stand_in(function)?);
        }
        Ok(())
    }

    fn data_count(&mut self, _: u32) -> Written<u32> {
        Ok(self.stays_of_data().len())
    }

    fn parse_data_section(
        &mut self,
        data: &mut DataSection,
        _: wasmparser::DataSectionReader<'_>,
    ) -> Written {
        *data = self.stays_of_data();
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Written {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        for operator in body.get_operators_reader()? {
            match operator? {
                Operator::Call { function_index } => self.call(function_index, &mut function)?,
                operator => {
                    function.instruction(&self.instruction(operator)?);
                }
            }
        }
        code.function(&function);
        Ok(())
    }

    /// Names and the like are for whoever develops.
    fn parse_custom_section(
        &mut self,
        _: &mut wasm_encoder::Module,
        _: wasmparser::CustomSectionReader<'_>,
    ) -> Written {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::choose;
    use super::super::links::References;
    use super::*;
    use wasm_encoder::{
        EntityType, ExportSection, MemorySection, MemoryType, Module as Written, RefType, TableType, ValType,
    };

    /// What brings the rest is imported; function 1 is exported, and calls 2 and 3; 2, which calls 3, may go.
    fn whole() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([ValType::I32], [ValType::I32]);
        let mut imports = ImportSection::new();
        imports.import("page", JOIN, EntityType::Function(0));
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        for callees in [&[2, 3][..], &[3], &[]] {
            functions.function(0);
            let mut body = Function::new([]);
            body.instruction(&Instruction::LocalGet(0));
            for &callee in callees {
                body.instruction(&Instruction::Call(callee));
            }
            body.instruction(&Instruction::End);
            code.function(&body);
        }
        let mut tables = TableSection::new();
        let (minimum, maximum) = (1, Some(1));
        tables.table(TableType {
            element_type: RefType::FUNCREF,
            table64: false,
            minimum,
            maximum,
            shared: false,
        });
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut exports = ExportSection::new();
        exports.export("run", ExportKind::Func, 1);
        let mut module = Written::new();
        module.section(&types).section(&imports).section(&functions).section(&tables).section(&memories);
        module.section(&exports).section(&code);
        module.finish()
    }

    /// The two parts, and how many slots their table has.
    fn divided(again_bytes: usize) -> (Parts, u64) {
        let bytes = whole();
        let module = Module::read(&bytes).unwrap();
        let of = module.defined().map(|function| (function, References::default())).collect();
        let links = Links { pieces: Vec::new(), of };
        let mut staying = choose::staying(&module, &links, &choose::tied(&module), &BTreeSet::from([2]));
        staying.again = choose::again(&module, again_bytes);
        let parts = parts(&module, &links, &staying, "rest").unwrap();
        let slots = Module::read(&parts.first).unwrap().table.initial;
        (parts, slots)
    }

    #[test]
    fn a_function_that_both_parts_have_needs_no_slot() {
        let functions = |part: &[u8]| {
            let bodies = wasmparser::Parser::new(0).parse_all(part);
            bodies.filter(|payload| matches!(payload, Ok(wasmparser::Payload::CodeSectionEntry(_)))).count()
        };
        // The first part has the stand-in of the function that went.
        let (apart, slots) = divided(0);
        assert_eq!((functions(&apart.first), functions(&apart.rest), slots), (3, 1, 3));
        let (again, slots) = divided(usize::MAX);
        assert_eq!((functions(&again.first), functions(&again.rest), slots), (3, 3, 2));
    }
}
