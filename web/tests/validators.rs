//! What designs are exported as, before the validators of those formats: cfn-lint for CloudFormation and AWS SAM, python-hcl2 for
//! Terraform.
//!
//! The interpreter is that of `DYNASCOPE_PYTHON` (`cargo xtask test` sets it); without the variable, an environment with both is made
//! beside the other results of the build.
#![cfg(not(target_arch = "wasm32"))]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;
use web::exchange::{Design, Format, export, import};

const ADVICE: &str = "the validators need Python 3.9 or newer with venv: install it, or set DYNASCOPE_PYTHON to an interpreter that has cfn-lint and python-hcl2";

/// The interpreter with both.
static PYTHON: LazyLock<OsString> =
    LazyLock::new(|| std::env::var_os("DYNASCOPE_PYTHON").unwrap_or_else(|| environment().into_os_string()));

fn environment() -> PathBuf {
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("validators");
    let python = venv.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let imports = Command::new(&python).args(["-c", "import cfnlint, hcl2"]).output();
    if !imports.is_ok_and(|output| output.status.success()) {
        let system = if cfg!(windows) { "python" } else { "python3" };
        must(Command::new(system).args(["-m", "venv"]).arg(&venv), ADVICE);
        let install = ["-m", "pip", "install", "--quiet", "cfn-lint==1.58.0", "python-hcl2==8.1.4"];
        must(Command::new(&python).args(install), ADVICE);
    }
    python
}

/// What a command that must succeed printed.
fn must(command: &mut Command, what: &str) -> String {
    let Output { status, stdout, stderr } =
        command.output().unwrap_or_else(|error| panic!("{what}: {error}"));
    let (out, errors) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{what}:\n{out}\n{errors}");
    out.into_owned()
}

/// A design with everything that a table can have, and those of the site's samples.
fn designs() -> Vec<Design> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let samples = std::fs::read_dir(own.join("../static/samples")).expect("the samples");
    let samples = samples.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<PathBuf> = samples
        .filter(|path| {
            path.extension().is_some_and(|ending| ending == "json") && !path.ends_with("index.json")
        })
        .collect();
    paths.push(own.join("src/exchange/fixtures/everything.json"));
    paths.sort();
    let read = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).expect("a file");
        import(&text).unwrap_or_else(|fault| panic!("{}: {fault:?}", path.display())).design
    };
    let designs: Vec<Design> = paths.iter().map(read).collect();
    assert!(designs.len() > 5);
    designs
}

/// Writes all designs as files.
fn written(format: Format) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format.slug());
    std::fs::create_dir_all(&folder).expect("a folder");
    let write = |(at, design): (usize, &Design)| {
        let path = folder.join(format!("{at}.{}", format.ending()));
        std::fs::write(&path, export(design, format).text).expect("a file");
        path
    };
    designs().iter().enumerate().map(write).collect()
}

#[test]
fn cfn_lint_finds_no_fault_in_any_template() {
    for format in [Format::CloudFormation, Format::CloudFormationJson, Format::Sam] {
        let mut lint = Command::new(&*PYTHON);
        lint.args(["-c", "from cfnlint.runner import main; main()", "--regions", "us-east-1", "--"]);
        lint.args(written(format));
        must(&mut lint, "cfn-lint");
    }
}

#[test]
fn python_hcl2_reads_every_configuration_as_it_is_meant() {
    const READ: &str = "
import hcl2, json, sys
names = []
for path in sys.argv[1:]:
    with open(path) as file:
        read = hcl2.load(file)
    for resource in read['resource']:
        for kind, named in resource.items():
            for block in named.values():
                if kind.strip('\"') == 'aws_dynamodb_table':
                    names.append([block['name'].strip('\"'), block['hash_key'].strip('\"'), len(block.get('global_secondary_index', []))])
print(json.dumps(names))
";
    let mut python = Command::new(&*PYTHON);
    python.args(["-c", READ]).args(written(Format::Terraform));
    let found: Value = serde_json::from_str(&must(&mut python, "python-hcl2")).expect("JSON");
    let designs = designs();
    let tables = designs.iter().flat_map(|design| &design.tables);
    let expected: Value = tables
        .map(|table| {
            let hash = table.create.key_schema.iter().flatten().next();
            let hash = hash.and_then(|element| element.attribute_name.as_deref());
            serde_json::json!([table.name(), hash, table.globals().len()])
        })
        .collect();
    assert_eq!(found, expected);
}
