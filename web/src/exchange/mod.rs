//! Designs out of and into what the rest of the world writes them in: CloudFormation, Terraform, CDK, SAM, the AWS CLI, NoSQL Workbench,
//! OneTable, ElectroDB, Markdown.
//!
//! Pure: text in, text out. Never sends a request, never loses a thing silently: what a format has no place for is listed
//! ([`LeftOut`]), by every conversion in either direction.
//!
//! - `design` what all of them are read into and written from
//! - `text`, `yaml`, `script` the notations: JSON and YAML out, YAML in, JavaScript's literals in
//! - `picture` item collections as SVG
//! - `items` items as people write them by hand
//! - one module for each format

pub mod design;
mod cdk;
mod cli;
mod cloudformation;
mod description;
mod electrodb;
mod facets;
mod items;
mod markdown;
mod onetable;
mod picture;
mod sam;
mod script;
mod terraform;
mod text;
mod workbench;
mod yaml;

use serde_json::Value;

use crate::state::json_text;
pub use design::{Design, Scaling, Table};

/// The largest text that is read, in bytes.
pub const TEXT_BYTES_MAX: usize = 8_000_000;

/// Something that was not carried over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// What, by its place: `Orders.StreamSpecification`.
    pub what: String,
    /// Why not.
    pub why: String,
}

impl LeftOut {
    /// Something left out.
    pub fn new(what: impl Into<String>, why: impl Into<String>) -> LeftOut {
        LeftOut { what: what.into(), why: why.into() }
    }
}

/// A design in another's words.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    /// The text.
    pub text: String,
    /// What is not in it.
    pub left_out: Vec<LeftOut>,
}

/// A design that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// What it was written in, as people call it.
    pub format: &'static str,
    /// The design.
    pub design: Design,
    /// What of the text is not in it.
    pub left_out: Vec<LeftOut>,
}

/// Why a text cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// From 1; 0 where it is about the text as a whole.
    pub line: usize,
    /// From 1, in characters; 0 where it is about the text as a whole.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl Fault {
    fn at(line: usize, column: usize, message: impl Into<String>) -> Fault {
        Fault { line, column, message: message.into() }
    }

    fn whole(message: impl Into<String>) -> Fault {
        Fault::at(0, 0, message)
    }
}

/// What a design can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A CloudFormation template in YAML.
    CloudFormation,
    /// The same in JSON.
    CloudFormationJson,
    /// A template of the Serverless Application Model.
    Sam,
    /// Terraform's language, for the AWS provider.
    Terraform,
    /// A stack of the Cloud Development Kit, in TypeScript.
    Cdk,
    /// Commands of the AWS CLI.
    Cli,
    /// CreateTable requests.
    CreateTable,
    /// What `aws dynamodb describe-table` prints.
    DescribeTable,
    /// A model of NoSQL Workbench.
    Workbench,
    /// A design document to read.
    Markdown,
}

/// How a text is coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Language {
    Json,
    Yaml,
    Hcl,
    TypeScript,
    Shell,
    Markdown,
    Python,
    JavaScript,
    Java,
    Go,
    Rust,
    CSharp,
    PartiQl,
}

impl Format {
    /// All of them, as they are offered.
    pub const ALL: [Format; 10] = [
        Format::CloudFormation,
        Format::CloudFormationJson,
        Format::Sam,
        Format::Terraform,
        Format::Cdk,
        Format::Cli,
        Format::CreateTable,
        Format::DescribeTable,
        Format::Workbench,
        Format::Markdown,
    ];

    /// What it is called in an address.
    pub fn slug(self) -> &'static str {
        match self {
            Format::CloudFormation => "cloudformation",
            Format::CloudFormationJson => "cloudformation-json",
            Format::Sam => "sam",
            Format::Terraform => "terraform",
            Format::Cdk => "cdk",
            Format::Cli => "cli",
            Format::CreateTable => "create-table",
            Format::DescribeTable => "describe-table",
            Format::Workbench => "workbench",
            Format::Markdown => "markdown",
        }
    }

    /// The format of that slug.
    pub fn from_slug(slug: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.slug() == slug)
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Format::CloudFormation => "CloudFormation, YAML",
            Format::CloudFormationJson => "CloudFormation, JSON",
            Format::Sam => "AWS SAM",
            Format::Terraform => "Terraform",
            Format::Cdk => "AWS CDK, TypeScript",
            Format::Cli => "AWS CLI",
            Format::CreateTable => "CreateTable requests",
            Format::DescribeTable => "describe-table output",
            Format::Workbench => "NoSQL Workbench model",
            Format::Markdown => "Design document, Markdown",
        }
    }

    /// How its file's name ends.
    pub fn ending(self) -> &'static str {
        match self {
            Format::CloudFormation => "template.yaml",
            Format::CloudFormationJson => "template.json",
            Format::Sam => "sam.yaml",
            Format::Terraform => "tf",
            Format::Cdk => "stack.ts",
            Format::Cli => "sh",
            Format::CreateTable => "create-table.json",
            Format::DescribeTable => "describe-table.json",
            Format::Workbench => "workbench.json",
            Format::Markdown => "md",
        }
    }

    /// How it is coloured.
    pub fn language(self) -> Language {
        match self {
            Format::CloudFormation | Format::Sam => Language::Yaml,
            Format::Terraform => Language::Hcl,
            Format::Cdk => Language::TypeScript,
            Format::Cli => Language::Shell,
            Format::Markdown => Language::Markdown,
            Format::CloudFormationJson | Format::CreateTable | Format::DescribeTable | Format::Workbench => {
                Language::Json
            }
        }
    }

    /// Whether items are written too, where they are given.
    pub fn takes_items(self) -> bool {
        matches!(self, Format::Workbench | Format::Markdown)
    }
}

/// Writes a design.
pub fn export(design: &Design, format: Format) -> Carried {
    let mut carried = match format {
        Format::CloudFormation => cloudformation::write(design, text::yaml),
        Format::CloudFormationJson => cloudformation::write(design, text::json),
        Format::Sam => sam::write(design),
        Format::Terraform => terraform::write(design),
        Format::Cdk => cdk::write(design),
        Format::Cli => cli::write(design),
        Format::CreateTable => description::write_requests(design),
        Format::DescribeTable => description::write(design),
        Format::Workbench => workbench::write(design),
        Format::Markdown => markdown::write(design),
    };
    let model = &design.model;
    for (what, count) in [("access patterns", model.patterns.len()), ("entities", model.entities.len())] {
        let has = format == Format::Markdown || (format == Format::Workbench && what == "entities");
        if !has && count > 0 {
            let why = "the design document in Markdown has them";
            carried.left_out.push(LeftOut::new(format!("{what}: {count}"), why));
        }
    }
    carried
}

/// Reads a text in whichever of the formats it is.
pub fn import(text: &str) -> Result<Taken, Fault> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(Fault::whole(format!(
            "This is larger than {} MB, the most that is read.",
            TEXT_BYTES_MAX / 1_000_000
        )));
    }
    let taken = match begins(text) {
        Begins::Brace => match json_text::parse(text) {
            Ok(value) => of_value(&value)?,
            // A schema that is written as a literal of JavaScript begins so too.
            Err(fault) => match of_script(text) {
                Some(taken) => taken?,
                None => return Err(Fault::at(fault.line, fault.column, fault.message)),
            },
        },
        Begins::Other if terraform::is_terraform(text) => terraform::read(text)?,
        Begins::Other => match of_script(text) {
            Some(taken) => taken?,
            None => of_value(&yaml::parse(text)?)?,
        },
    };
    if taken.design.tables.is_empty() {
        return Err(Fault::whole(format!("This is {}, but there is no table in it.", taken.format)));
    }
    Ok(taken)
}

enum Begins {
    Brace,
    Other,
}

fn begins(text: &str) -> Begins {
    match text.trim_start().starts_with(['{', '[']) {
        true => Begins::Brace,
        false => Begins::Other,
    }
}

fn of_value(value: &Value) -> Result<Taken, Fault> {
    if value["Resources"].is_object() {
        return cloudformation::read(value);
    }
    if value["DataModel"].is_array() {
        return workbench::read(value);
    }
    if let Some(taken) = onetable::read_value(value) {
        return taken;
    }
    description::read(value)
}

fn of_script(text: &str) -> Option<Result<Taken, Fault>> {
    let literals = script::objects(text);
    electrodb::read(&literals).or_else(|| onetable::read(&literals))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod samples;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
