//! Requests as programs: what was built in a form, in the languages in which people write to DynamoDB.
//!
//! Owns the way from an operation and its JSON to a whole program: imports, the client, the call, paging where the operation
//! pages, the exceptions by their names. Never sends anything and never reads an answer. Pure, and tested natively; the programs
//! in Python, JavaScript, Rust and of the AWS CLI are run by `tests/endpoint`.
//!
//! - [`shape`] what requests are made of, [`tree`] a request read by it: the one walk that all languages write from
//! - [`completion`] what may be written in a request where the caret stands
//! - `layout` lines, `literal` names and texts
//! - one file for each language; `expression` is what PartiQL needs of the expressions

mod cli;
pub mod completion;
mod csharp;
mod expression;
mod go;
mod java;
mod javascript;
mod layout;
mod literal;
mod partiql;
mod python;
mod rust;
pub mod shape;
pub mod tree;

use serde_json::Value;

use tree::Field;

/// What a program is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// Python, boto3's client.
    PythonClient,
    /// Python, boto3's resource.
    PythonResource,
    /// JavaScript v3, the client.
    JavaScriptClient,
    /// JavaScript v3, the document client.
    JavaScriptDocument,
    /// Java v2.
    Java,
    /// Go v2.
    Go,
    /// Rust.
    Rust,
    /// C#, .NET's SDK v4.
    CSharp,
    /// The AWS CLI.
    Cli,
    /// PartiQL.
    PartiQl,
}

impl Flavour {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Flavour; 10] = [
        Flavour::PythonClient,
        Flavour::PythonResource,
        Flavour::JavaScriptClient,
        Flavour::JavaScriptDocument,
        Flavour::Java,
        Flavour::Go,
        Flavour::Rust,
        Flavour::CSharp,
        Flavour::Cli,
        Flavour::PartiQl,
    ];

    /// What it is kept as.
    pub fn id(self) -> &'static str {
        match self {
            Flavour::PythonClient => "python-client",
            Flavour::PythonResource => "python-resource",
            Flavour::JavaScriptClient => "javascript-client",
            Flavour::JavaScriptDocument => "javascript-document",
            Flavour::Java => "java",
            Flavour::Go => "go",
            Flavour::Rust => "rust",
            Flavour::CSharp => "csharp",
            Flavour::Cli => "cli",
            Flavour::PartiQl => "partiql",
        }
    }

    /// The one that is kept as that.
    pub fn of(id: &str) -> Option<Flavour> {
        Flavour::ALL.into_iter().find(|flavour| flavour.id() == id)
    }

    /// What the reader sees.
    pub fn label(self) -> &'static str {
        match self {
            Flavour::PythonClient => "Python · boto3 client",
            Flavour::PythonResource => "Python · boto3 resource",
            Flavour::JavaScriptClient => "JavaScript v3 · client",
            Flavour::JavaScriptDocument => "JavaScript v3 · document client",
            Flavour::Java => "Java v2",
            Flavour::Go => "Go v2",
            Flavour::Rust => "Rust",
            Flavour::CSharp => "C#",
            Flavour::Cli => "AWS CLI",
            Flavour::PartiQl => "PartiQL",
        }
    }

    /// How its file's name ends.
    pub fn extension(self) -> &'static str {
        match self {
            Flavour::PythonClient | Flavour::PythonResource => "py",
            Flavour::JavaScriptClient | Flavour::JavaScriptDocument => "mjs",
            Flavour::Java => "java",
            Flavour::Go => "go",
            Flavour::Rust => "rs",
            Flavour::CSharp => "cs",
            Flavour::Cli => "sh",
            Flavour::PartiQl => "sql",
        }
    }
}

/// The names of the keys of a table or index, partition keys first; none where it is not known.
pub type Keys<'k> = &'k dyn Fn(&str, Option<&str>) -> Option<Vec<String>>;

/// A request and where it goes.
#[derive(Clone, Copy)]
#[allow(missing_debug_implementations)]
pub struct Program<'a> {
    /// The API action.
    pub operation: &'a str,
    /// Its JSON.
    pub request: &'a Value,
    /// The region.
    pub region: &'a str,
    /// The address, where it is not the region's own.
    pub endpoint: Option<&'a str>,
    /// The names of the keys of a table or index, partition keys first, for PartiQL.
    pub keys: Keys<'a>,
}

/// A request as the languages write it.
struct Call<'a> {
    operation: &'a str,
    fields: Vec<Field>,
    region: &'a str,
    endpoint: Option<&'a str>,
    /// Whether it is read page by page to its end.
    pages: bool,
    /// The exceptions to be told apart.
    exceptions: Vec<&'static str>,
}

/// Exceptions that any request may meet, and that the SDKs try again or nobody handles at the call.
const GENERAL: [&str; 10] = [
    "IdempotentParameterMismatchException",
    "InternalServerError",
    "ItemCollectionSizeLimitExceededException",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "ReplicatedWriteConflictException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
];

impl Call<'_> {
    /// Whether it goes to the streams' own service.
    fn of_streams(&self) -> bool {
        shape::of_streams(self.operation)
    }
}

/// Writes the program; says in a sentence why there is none.
pub fn write(flavour: Flavour, program: &Program) -> Result<String, String> {
    let Program { operation, request, region, endpoint, keys } = *program;
    let fields = tree::read(operation, request)?;
    let given = |name: &str| tree::field(&fields, name).is_some();
    let conditional = given("ConditionExpression") || given("Expected") || operation == "ExecuteStatement";
    let inserts = tree::text(&fields, "Statement")
        .is_some_and(|statement| statement.trim_start().to_ascii_uppercase().starts_with("INSERT"));
    let exceptions = shape::operation(operation).map_or(&[][..], |shape| &shape.exceptions);
    let told = exceptions.iter().copied().filter(|name| match *name {
        "ConditionalCheckFailedException" => conditional,
        "DuplicateItemException" => inserts,
        name => !GENERAL.contains(&name),
    });
    let pages = matches!(operation, "Query" | "Scan" | "ListTables")
        && !["Limit", "ExclusiveStartKey", "ExclusiveStartTableName"].into_iter().any(given);
    let mut exceptions: Vec<&str> = told.collect();
    exceptions.sort_by_key(|name| *name == "ResourceNotFoundException");
    exceptions.truncate(2);
    let call = Call { operation, pages, exceptions, fields, region, endpoint };
    Ok(match flavour {
        Flavour::PythonClient => python::client(&call),
        Flavour::PythonResource => python::resource(&call)?,
        Flavour::JavaScriptClient => javascript::client(&call),
        Flavour::JavaScriptDocument => javascript::document(&call)?,
        Flavour::Java => java::program(&call),
        Flavour::Go => go::program(&call),
        Flavour::Rust => rust::program(&call),
        Flavour::CSharp => csharp::program(&call),
        Flavour::Cli => cli::command(&call),
        Flavour::PartiQl => partiql::statements(&call, keys)?,
    })
}

/// What a page of the operation holds.
fn page_member(operation: &str) -> &'static str {
    if operation == "ListTables" { "TableNames" } else { "Items" }
}

#[cfg(test)]
mod tests;
