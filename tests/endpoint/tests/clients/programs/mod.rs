//! The programs that the operation builder writes, run: `programs/README.md` says how.

mod cases;
mod relay;

use cases::{Case, ITERATOR, SHARD, STREAM, cases, made};
use endpoint::{Endpoint, Options};
use relay::Relay;
use serde_json::{Value, json};
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use web::code::{Flavour, Program, shape, write};

use crate::{command, folder, javascript, listings, told};

/// A case with the endpoint that its program speaks to.
struct Prepared {
    case: Case,
    /// The request as that endpoint takes it.
    request: Value,
    relay: Relay,
    _endpoint: Endpoint,
    file: PathBuf,
}

/// An endpoint with the tables and items that the cases find.
fn filled() -> Endpoint {
    let options = Options { port: 0, allow_unsigned: true, ..Options::default() };
    let endpoint = Endpoint::start(&options).expect("a free port on the loopback interface");
    for (operation, request) in made() {
        let answer = post(endpoint.address(), operation, &request);
        assert!(answer.get("__type").is_none(), "{operation}: {answer}");
    }
    endpoint
}

/// Sends a request directly.
fn post(address: SocketAddr, operation: &str, request: &Value) -> Value {
    let service = if shape::of_streams(operation) { "DynamoDBStreams" } else { "DynamoDB" };
    let body = request.to_string();
    let mut stream = TcpStream::connect(address).expect("the endpoint listens");
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/x-amz-json-1.0\r\n\
         X-Amz-Target: {service}_20120810.{operation}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    let (_, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

/// The request of a case, with what the endpoint has in the place of what is another at each.
fn request_at(address: SocketAddr, case: &Case) -> Value {
    let text = case.request.to_string();
    if ![STREAM, SHARD, ITERATOR].iter().any(|one| text.contains(one)) {
        return case.request.clone();
    }
    let of = |value: &Value| value.as_str().expect("a text").to_owned();
    let streams = post(address, "ListStreams", &json!({ "TableName": "Orders" }));
    let stream = of(&streams["Streams"][0]["StreamArn"]);
    let described = post(address, "DescribeStream", &json!({ "StreamArn": stream }));
    let shards = described["StreamDescription"]["Shards"].as_array().expect("shards");
    let found = shards.iter().find_map(|shard| {
        let shard = of(&shard["ShardId"]);
        let from = json!({ "StreamArn": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON" });
        let iterator = of(&post(address, "GetShardIterator", &from)["ShardIterator"]);
        let records = post(address, "GetRecords", &json!({ "ShardIterator": iterator }));
        records["Records"].as_array().is_some_and(|list| !list.is_empty()).then_some((shard, iterator))
    });
    let (shard, iterator) = found.expect("the items that were put are in the stream");
    let text = text.replace(STREAM, &stream).replace(SHARD, &shard).replace(ITERATOR, &iterator);
    serde_json::from_str(&text).expect("ARNs and iterators need no escapes")
}

/// The program of a request; none where the flavour has none for its operation.
fn program(flavour: Flavour, operation: &str, request: &Value, endpoint: Option<&str>) -> Option<String> {
    write(flavour, &Program { operation, request, region: "us-east-1", endpoint, keys: &|_, _| None }).ok()
}

/// Writes the programs of a flavour into a folder, each with an endpoint of its own.
fn prepare(flavour: Flavour, into: &Path) -> Vec<Prepared> {
    fs::create_dir_all(into).expect("the folder can be made");
    let mut all = Vec::new();
    for case in cases() {
        let endpoint = filled();
        let relay = Relay::start(endpoint.address());
        let request = request_at(endpoint.address(), &case);
        let Some(text) = program(flavour, case.operation, &request, Some(&relay.url())) else { continue };
        let file = into.join(format!("{}.{}", case.name, flavour.extension()));
        fs::write(&file, text).expect("the program can be written");
        all.push(Prepared { case, request, relay, _endpoint: endpoint, file });
    }
    all
}

/// What two answers to one request differ in on two endpoints, and the order of sets.
fn plain(value: &Value) -> Value {
    const OWN: [&str; 16] = [
        "ApproximateCreationDateTime",
        "CreationRequestDateTime",
        "EndingSequenceNumber",
        "NextShardIterator",
        "SequenceNumber",
        "ShardId",
        "ShardIterator",
        "StartingSequenceNumber",
        "eventID",
        "CreationDateTime",
        "LastIncreaseDateTime",
        "LastUpdateToPayPerRequestDateTime",
        "LatestStreamArn",
        "LatestStreamLabel",
        "StreamArn",
        "StreamLabel",
    ];
    sorted(value, &|name| !OWN.contains(&name) && name != "TableId")
}

/// A value with its sets in order, and of its members those that are wanted.
fn sorted(value: &Value, wanted: &impl Fn(&str) -> bool) -> Value {
    match value {
        Value::Array(list) => list.iter().map(|one| sorted(one, wanted)).collect(),
        Value::Object(map) => {
            let entry = |(name, value): (&String, &Value)| {
                let mut value = sorted(value, wanted);
                if let (true, Some(set)) = (matches!(name.as_str(), "SS" | "NS" | "BS"), value.as_array_mut())
                {
                    set.sort_by_key(Value::to_string);
                }
                (name.clone(), value)
            };
            map.iter().filter(|(name, _)| wanted(name)).map(entry).collect()
        }
        other => other.clone(),
    }
}

/// What was sent is what was built, and what came is what comes to it directly; a refusal is told.
fn check(flavour: Flavour, prepared: &Prepared, said: &str) {
    let Prepared { case, request, relay, .. } = prepared;
    let name = format!("{flavour:?}, {}", case.name);
    let noted = relay.noted();
    let exchange = noted.iter().find(|exchange| exchange.operation == case.operation);
    let exchange = exchange.unwrap_or_else(|| panic!("{name} sent {noted:?}\n{said}"));
    assert_eq!(sorted(&exchange.request, &|_| true), sorted(request, &|_| true), "{name}");
    let beside = filled();
    let direct = post(beside.address(), case.operation, &request_at(beside.address(), case));
    assert_eq!(plain(&exchange.answer), plain(&direct), "{name}");
    match case.refused {
        None => assert!(direct.get("__type").is_none(), "{name}: {direct}"),
        Some(exception) => {
            assert!(
                direct["__type"].as_str().is_some_and(|kind| kind.ends_with(exception)),
                "{name}: {direct}"
            );
            assert!(said.contains(exception), "{name} says nothing of {exception}:\n{said}");
        }
    }
}

/// Programs of a flavour that one process runs, telling of each how it ended.
fn in_one_process(flavour: Flavour, mut command: Command, into: &Path) {
    let all = prepare(flavour, into);
    let output = command.args(all.iter().map(|one| &one.file)).output().expect("the program runs");
    let said = told(&output);
    assert!(output.status.success(), "{said}");
    for one in &all {
        let code = u8::from(one.case.refused.is_some());
        let ended = format!("{} ended with {code}", one.file.display());
        assert!(said.contains(&ended), "{}:\n{said}", one.case.name);
        check(flavour, one, &said);
    }
    // The operations of items at the least.
    assert!(all.len() >= 17, "{flavour:?} has only {} programs", all.len());
}

fn python(flavour: Flavour) {
    let python = listings::PYTHON.as_ref().unwrap_or_else(|sentence| panic!("{sentence}"));
    let run = folder("programs").join("run.py");
    let mut command = command(python, &run);
    command.arg("-B").arg(&run);
    in_one_process(flavour, command, &folder("../../target/programs").join(flavour.id()));
}

#[test]
fn python_client() {
    python(Flavour::PythonClient);
}

#[test]
fn python_resource() {
    python(Flavour::PythonResource);
}

fn node(flavour: Flavour) {
    let modules = javascript::MODULES.as_ref().unwrap_or_else(|sentence| panic!("{sentence}"));
    let run = folder("programs").join("run.mjs");
    let mut command = command("node".as_ref(), &run);
    command.arg(&run);
    // A module finds its packages in the folders above its own.
    let beside = Path::new(modules).parent().expect("the packages stand in a folder");
    in_one_process(flavour, command, &beside.join("programs").join(flavour.id()));
}

#[test]
fn javascript_client() {
    node(Flavour::JavaScriptClient);
}

#[test]
fn javascript_document() {
    node(Flavour::JavaScriptDocument);
}

#[test]
fn go_is_as_gofmt_has_it() {
    let modules = javascript::MODULES.as_ref().unwrap_or_else(|sentence| panic!("{sentence}"));
    let into = folder("../../target/programs").join(Flavour::Go.id());
    fs::create_dir_all(&into).expect("the folder can be made");
    let write_down = |case: Case| {
        let file = into.join(format!("{}.go", case.name));
        let text = program(Flavour::Go, case.operation, &case.request, Some("http://127.0.0.1:8000"));
        fs::write(&file, text.expect("Go writes every request")).expect("the program can be written");
        file
    };
    let files: Vec<PathBuf> = cases().into_iter().map(write_down).collect();
    let script = folder("programs").join("gofmt.mjs");
    let mut command = command("node".as_ref(), &script);
    let output = command.arg(&script).arg(modules).args(&files).output().expect("Node runs");
    assert!(output.status.success(), "{}", told(&output));
}

#[test]
fn command_line() {
    let python = listings::PYTHON.as_ref().unwrap_or_else(|sentence| panic!("{sentence}"));
    let folder = folder("../../target/programs/cli");
    // Version 1 of the CLI, which comes as a package, with bytes read as version 2 reads them.
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).expect("the folder can be made");
    let version_2 = crate::folder("programs").join("aws.py");
    let (interpreter, script) = (Path::new(python).display(), version_2.display());
    let aws = format!("#!/bin/sh\nexec '{interpreter}' -B '{script}' \"$@\"\n");
    let launcher = bin.join("aws");
    fs::write(&launcher, aws).expect("it can be written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&launcher, fs::Permissions::from_mode(0o755)).expect("it can be run");
    }
    let mut path = vec![bin];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let path = std::env::join_paths(path).expect("the path's parts have no colon");
    for one in prepare(Flavour::Cli, &folder) {
        let mut command = command("sh".as_ref(), &one.file);
        let output = command.arg("-e").arg(&one.file).env("PATH", &path).env("AWS_PAGER", "").output();
        let output = output.expect("a shell runs");
        let said = told(&output);
        assert_eq!(output.status.success(), one.case.refused.is_none(), "{}: {said}", one.case.name);
        check(Flavour::Cli, &one, &said);
    }
}

/// Writes a file, unless it is so already: what did not change is not compiled again.
fn keep(file: &Path, text: &str) {
    if !fs::read_to_string(file).is_ok_and(|found| found == text) {
        fs::write(file, text).expect("the file can be written");
    }
}

#[test]
fn rust() {
    let (source, package) = (folder("programs"), folder("../../target/programs/rust"));
    fs::create_dir_all(package.join("src")).expect("the folder can be made");
    for name in ["Cargo.toml", "Cargo.lock"] {
        keep(&package.join(name), &fs::read_to_string(source.join(name)).expect("it is there"));
    }
    let (mut modules, mut arms) = (String::new(), String::new());
    let mut module = |name: &str, text: &str| {
        keep(&package.join(format!("src/{name}.rs")), text);
        modules += &format!(
            "mod {name} {{\n    include!(\"{name}.rs\");\n    pub fn run() -> Result<(), Box<dyn std::error::Error>> {{\n        main()\n    }}\n}}\n"
        );
        arms += &format!("        \"{name}\" => {name}::run(),\n");
    };
    let all = cases().into_iter().map(|case| {
        let endpoint = filled();
        let (relay, request) = (Relay::start(endpoint.address()), request_at(endpoint.address(), &case));
        Prepared { case, request, relay, _endpoint: endpoint, file: PathBuf::new() }
    });
    let all: Vec<Prepared> = all.collect();
    let text = |one: &Prepared, endpoint: Option<&str>| {
        program(Flavour::Rust, one.case.operation, &one.request, endpoint).expect("Rust writes every request")
    };
    for one in &all {
        // The address comes from the environment, so that most of the programs are the same each time.
        module(one.case.name, &text(one, None));
    }
    let elsewhere = text(&all[0], Some("http://127.0.0.1:8000"));
    module("elsewhere", &elsewhere);
    let main = format!(
        "{modules}\nfn main() -> Result<(), Box<dyn std::error::Error>> {{\n    match std::env::args().nth(1).unwrap().as_str() {{\n{arms}        name => panic!(\"{{name}}\"),\n    }}\n}}\n"
    );
    keep(&package.join("src/main.rs"), &main);
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--locked", "--quiet", "--target-dir"]).arg(package.join("target"));
    build.current_dir(&package).env_remove("RUSTFLAGS").env_remove("CARGO_TARGET_DIR");
    let built = build.output().expect("cargo runs");
    assert!(built.status.success(), "{}", told(&built));
    let binary = package.join("target/debug").join(format!("programs{}", std::env::consts::EXE_SUFFIX));
    for one in &all {
        let mut command = command(binary.as_os_str(), &binary);
        let output = command.arg(one.case.name).env("AWS_ENDPOINT_URL", one.relay.url()).output();
        let output = output.expect("the program runs");
        let said = told(&output);
        assert_eq!(output.status.success(), one.case.refused.is_none(), "{}: {said}", one.case.name);
        check(Flavour::Rust, one, &said);
    }
}

#[test]
fn the_shapes_are_those_of_the_api() {
    let python = listings::PYTHON.as_ref().unwrap_or_else(|sentence| panic!("{sentence}"));
    let script = folder("programs").join("shapes.py");
    let output = command(python, &script).arg("-B").arg(&script).output().expect("Python runs");
    let printed = String::from_utf8_lossy(&output.stdout).replace("\r\n", "\n");
    let kept = fs::read_to_string(folder("../../web/src/code/shapes.txt")).expect("it is there");
    assert!(output.status.success() && printed == kept, "{}", told(&output));
}
