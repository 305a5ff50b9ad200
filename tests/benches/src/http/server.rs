//! The servers that are compared, each a process of its own, and the CPU time that a process has used.

use super::client::{Connection, request};
use std::env;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a server may take until it answers.
const START: Duration = Duration::from_secs(60);

/// A running server; it ends with this.
pub struct Server {
    /// Its name in a figure.
    pub name: &'static str,
    /// Where it listens, on the loopback interface.
    pub port: u16,
    process: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts our endpoint, and the peers that `cargo xtask bench` has installed; of the others it says that they are missing.
pub fn start_all() -> Result<Vec<Server>, String> {
    let ours = env::current_exe()
        .ok()
        .and_then(|own| Some(own.parent()?.join(format!("endpoint{}", env::consts::EXE_SUFFIX))));
    let ours =
        ours.filter(|path| path.is_file()).ok_or("the endpoint is not built: run `cargo xtask bench`")?;
    let mut servers = vec![start("dynascope", |port| {
        let mut command = Command::new(&ours);
        command.args(["--port", port]);
        command
    })?];
    match peer("DYNASCOPE_BENCH_DYNOXIDE") {
        Some(program) => servers.push(start("dynoxide", |port| {
            let mut command = Command::new(&program);
            command.args(["serve", "--port", port, "--log", "quiet"]);
            command
        })?),
        None => eprintln!("http: dynoxide-rs is not there; its figures are left out"),
    }
    match peer("DYNASCOPE_BENCH_DYNAMODB_LOCAL") {
        Some(folder) => servers.push(start("dynamodb_local", |port| dynamodb_local(&folder, port))?),
        None => eprintln!("http: DynamoDB Local is not there; its figures are left out"),
    }
    Ok(servers)
}

fn peer(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|path| path.exists())
}

fn dynamodb_local(folder: &Path, port: &str) -> Command {
    let mut command = Command::new("java");
    command.current_dir(folder);
    command.args(["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"]);
    command.args(["-inMemory", "-sharedDb", "-disableTelemetry", "-port", port]);
    command
}

fn start(name: &'static str, command: impl Fn(&str) -> Command) -> Result<Server, String> {
    // A port that was free a moment ago.
    let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    let port = port.map_err(|e| format!("no free port: {e}"))?.port();
    let mut command = command(&port.to_string());
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let process = command.spawn().map_err(|e| format!("cannot start {name}: {e}"))?;
    let server = Server { name, port, process };
    let deadline = Instant::now() + START;
    let hello = request(port, "ListTables", "{}");
    while !Connection::open(port).and_then(|mut one| one.send(&hello)).is_ok_and(|(status, _)| status == 200)
    {
        if Instant::now() > deadline {
            return Err(format!("{name} does not answer"));
        }
        std::thread::yield_now();
    }
    Ok(server)
}

impl Server {
    /// The CPU time that the process has used, in user and system mode, over all its threads.
    pub fn cpu(&self) -> Result<Duration, String> {
        let path = format!("/proc/{}/stat", self.process.id());
        let stat = fs::read_to_string(&path)
            .map_err(|e| format!("the CPU time of a process is read from {path}: {e}"))?;
        ticks(&stat).map(|ticks| Duration::from_millis(ticks * 10)).ok_or(format!("{path} cannot be read"))
    }
}

/// utime and stime, in hundredths of a second, of a line of `/proc/PID/stat`.
fn ticks(stat: &str) -> Option<u64> {
    // The name, in brackets, may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_time_is_the_fourteenth_and_fifteenth_field() {
        let line = "42 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 700 30 0 0 20 0 1 0 100";
        assert_eq!(ticks(line), Some(730));
        assert_eq!(ticks("nothing"), None);
    }
}
