//! Real AWS SDKs against the endpoint: each file of tests is a process of its own, with an empty endpoint. `programs` runs what the
//! operation builder writes.

mod javascript;
mod listings;
mod programs;

use endpoint::{Endpoint, Options};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of this package.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The names of the files in a folder of this package that end so, sorted.
fn files(name: &str, end: &str) -> Vec<String> {
    let mut files: Vec<String> = std::fs::read_dir(folder(name))
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be listed").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(end))
        .collect();
    files.sort();
    files
}

/// Runs a file in an SDK's language against an empty endpoint. Nothing of the developer's own configuration gets in.
fn run(program: &OsStr, arguments: &[&str], file: &Path, variables: &[(&str, &OsStr)]) -> Output {
    let options = Options { port: 0, ..Options::default() };
    let endpoint = Endpoint::start(&options).expect("a free port on the loopback interface");
    command(program, file)
        .args(arguments)
        .arg(file)
        .env("AWS_ENDPOINT_URL", format!("http://{}", endpoint.address()))
        .envs(variables.iter().copied())
        .output()
        .unwrap_or_else(|error| panic!("{} does not run: {error}", program.display()))
}

/// A command for an SDK's program beside that file, which gets nothing of the developer's own configuration.
fn command(program: &OsStr, file: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env("AWS_ACCESS_KEY_ID", "any")
        .env("AWS_SECRET_ACCESS_KEY", "any")
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .env("NO_PROXY", "127.0.0.1")
        .env("AWS_CONFIG_FILE", file.with_extension("no-config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", file.with_extension("no-credentials"))
        .env_remove("AWS_PROFILE")
        .env_remove("AWS_SESSION_TOKEN")
        .env_remove("AWS_ENDPOINT_URL_DYNAMODB")
        .env_remove("AWS_ENDPOINT_URL_DYNAMODB_STREAMS");
    command
}

/// Runs a command that sets something up; its output, or a sentence that begins with the advice.
fn set_up(command: &mut Command, advice: &str) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{advice} ({command:?}: {error})"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!("{advice} ({command:?}: {})", told(&output)))
}

/// All that a process said.
fn told(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{}\n{out}{err}", output.status)
}
