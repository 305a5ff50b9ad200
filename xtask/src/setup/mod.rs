//! Making a machine ready, without asking and without touching what is not the project's own.
//!
//! Tools go into `.tools/`, and what takes long to build into the person's cache ([`tools`]), keyed by version; the only things
//! installed elsewhere are the wasm target (by rustup) and, on Debian and its relatives, packages (by apt). Each part can run twice: the second time it only
//! looks. What cannot be installed ends in one sentence that names what to install.

pub mod browser;
mod debian;
pub mod linters;
pub mod local;
pub mod node;
pub mod peers;
pub mod python;
pub mod tools;
pub mod wasm;

use crate::process;
use crate::report::Result;
use std::path::PathBuf;
use std::process::Command;

/// What a wasm build needs.
pub struct Setup {
    /// The toolchain with the wasm target.
    pub wasm: wasm::Toolchain,
    /// Trunk and wasm-bindgen.
    pub tools: tools::Tools,
}

impl Setup {
    /// Installs what is missing.
    pub fn prepare() -> Result<Setup> {
        let wasm = wasm::prepare()?;
        let tools = tools::prepare()?;
        Ok(Setup { wasm, tools })
    }

    /// A command with the wasm toolchain and the tools on its path.
    pub fn command(&self, program: &str) -> Command {
        let mut folders = self.tools.folders();
        folders.extend(self.wasm.folder.iter().cloned());
        let program = find_in(&folders, program).unwrap_or_else(|| PathBuf::from(program));
        let mut command = process::command(program);
        command.env("PATH", process::path_with(&folders));
        self.wasm.apply(&mut command);
        command
    }
}

fn find_in(folders: &[PathBuf], program: &str) -> Option<PathBuf> {
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    folders.iter().map(|folder| folder.join(&file)).find(|path| path.is_file())
}
