//! Makes a module tell which of its functions ran: a byte of a second memory for each of them.

use super::Broken;
use std::convert::Infallible;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, ExportKind, ExportSection, Instruction, MemArg, MemorySection, MemoryType, Module,
};
use wasmparser::{ExportSectionReader, FunctionBody, MemorySectionReader, Parser};

/// The exported memory.
pub const RAN: &str = "ran";

/// The pages of the memory; a page is 65,536 bytes.
const PAGES: u64 = 1;

/// The module, watched. The byte of its nth function that is not imported is 1 once that ran.
pub fn watched(bytes: &[u8]) -> Result<Vec<u8>, Broken> {
    let mut module = Module::new();
    Watch { next: 0 }.parse_core_module(&mut module, Parser::new(0), bytes)?;
    Ok(module.finish())
}

struct Watch {
    next: i32,
}

type Written<T = ()> = Result<T, Error<Infallible>>;

impl Reencode for Watch {
    type Error = Infallible;

    fn parse_memory_section(
        &mut self,
        memories: &mut MemorySection,
        section: MemorySectionReader,
    ) -> Written {
        utils::parse_memory_section(self, memories, section)?;
        memories.memory(MemoryType {
            minimum: PAGES,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        Ok(())
    }

    fn parse_export_section(&mut self, exports: &mut ExportSection, section: ExportSectionReader) -> Written {
        utils::parse_export_section(self, exports, section)?;
        exports.export(RAN, ExportKind::Memory, 1);
        Ok(())
    }

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody) -> Written {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        function.instruction(&Instruction::I32Const(self.next));
        function.instruction(&Instruction::I32Const(1));
        function.instruction(&Instruction::I32Store8(MemArg { offset: 0, align: 0, memory_index: 1 }));
        self.next += 1;
        for operator in body.get_operators_reader()? {
            function.instruction(&self.instruction(operator?)?);
        }
        code.function(&function);
        Ok(())
    }
}
