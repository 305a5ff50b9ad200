//! Ending a browser with everything that it started.
//!
//! A killed chromedriver leaves its browser behind, and a killed browser some of its children. What belongs to a test
//! is known exactly: the descendants of its chromedriver, and the processes that name its profile's folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Kills, at once and without a chance to save anything, all that descends from `driver` or names `profile`.
pub fn kill_browser(driver: u32, profile: &Path) {
    // Twice: a process may have forked between the look and the kill.
    for _ in 0..2 {
        let doomed = belonging(driver, profile);
        if doomed.is_empty() {
            return;
        }
        kill(&doomed);
        let deadline = Instant::now() + Duration::from_secs(10);
        while doomed.iter().any(|&pid| is_running(pid)) && Instant::now() < deadline {
            std::thread::yield_now();
        }
    }
}

#[cfg(unix)]
fn kill(pids: &BTreeSet<u32>) {
    let mut shell = Command::new("sh");
    shell.args(["-c", "kill -9 \"$@\"", "sh"]).args(pids.iter().map(u32::to_string));
    let _ = shell.stdout(Stdio::null()).stderr(Stdio::null()).status();
}

#[cfg(not(unix))]
fn kill(pids: &BTreeSet<u32>) {
    for pid in pids {
        let mut taskkill = Command::new("taskkill");
        let _ = taskkill
            .args(["/F", "/PID", &pid.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}

/// The processes of pages among those that descend from `driver` or name `profile`, and how long each has computed, in some unit.
pub fn renderers(driver: u32, profile: &Path) -> BTreeMap<u32, f64> {
    let own = belonging(driver, profile);
    let all = processes().into_iter();
    let pages = all.filter(|p| own.contains(&p.pid) && p.command.contains("--type=renderer"));
    pages.map(|p| (p.pid, computed(p.pid))).collect()
}

fn computed(pid: u32) -> f64 {
    // The fields behind the name in brackets: the 12th and 13th are the time in user and system mode.
    if let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) {
        let fields = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect::<Vec<_>>());
        let field = |at: usize| fields.as_ref()?.get(at)?.parse::<f64>().ok();
        return field(11).unwrap_or(0.0) + field(12).unwrap_or(0.0);
    }
    // No /proc: macOS, which says `minutes:seconds`.
    let out = Command::new("ps").args(["-o", "cputime=", "-p", &pid.to_string()]).output();
    let text = out.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned()).unwrap_or_default();
    text.split(':').filter_map(|part| part.parse::<f64>().ok()).fold(0.0, |sum, part| sum * 60.0 + part)
}

/// Sends a process a signal: `KILL`, `STOP`.
pub fn signal(pid: u32, name: &str) {
    let _ = Command::new("kill").args(["-s", name, &pid.to_string()]).status();
}

/// How much memory the processes have that descend from `driver` or name `profile`, in bytes; 0 where there is no `/proc`.
pub fn resident_bytes(driver: u32, profile: &Path) -> u64 {
    let resident = |pid: u32| {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix(" kB")?.parse::<u64>().ok()
    };
    belonging(driver, profile).into_iter().filter_map(resident).sum::<u64>() * 1024
}

/// All processes that descend from `driver` (itself not included) or name `profile` in their command line.
fn belonging(driver: u32, profile: &Path) -> BTreeSet<u32> {
    let all = processes();
    let profile = profile.to_string_lossy();
    let mut found: BTreeSet<u32> =
        all.iter().filter(|p| p.command.contains(profile.as_ref())).map(|p| p.pid).collect();
    let mut parents: BTreeSet<u32> = found.iter().copied().chain([driver]).collect();
    loop {
        let children: Vec<u32> = all
            .iter()
            .filter(|p| parents.contains(&p.parent) && !parents.contains(&p.pid))
            .map(|p| p.pid)
            .collect();
        if children.is_empty() {
            break;
        }
        parents.extend(&children);
        found.extend(children);
    }
    // Never this process, nor chromedriver, which its owner ends.
    found.remove(&std::process::id());
    found.remove(&driver);
    found
}

struct Process {
    pid: u32,
    parent: u32,
    command: String,
}

fn processes() -> Vec<Process> {
    match fs::read_dir("/proc") {
        Ok(entries) => entries
            .flatten()
            .filter_map(|entry| {
                let pid = entry.file_name().to_str()?.parse().ok()?;
                let (parent, state) = parent_and_state(pid)?;
                let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
                let command = String::from_utf8_lossy(&command).replace('\0', " ");
                (state != 'Z').then_some(Process { pid, parent, command })
            })
            .collect(),
        // No /proc: macOS.
        Err(_) => {
            let out = Command::new("ps").args(["-axo", "pid=,ppid=,command="]).output();
            let text = out.map(|o| String::from_utf8_lossy(&o.stdout).into_owned()).unwrap_or_default();
            let parse = |line: &str| {
                let mut words = line.trim_start().splitn(2, char::is_whitespace);
                let pid = words.next()?.parse().ok()?;
                let (parent, command) = words.next()?.trim_start().split_once(char::is_whitespace)?;
                Some(Process { pid, parent: parent.parse().ok()?, command: command.to_string() })
            };
            text.lines().filter_map(parse).collect()
        }
    }
}

/// From `/proc/PID/stat`, whose second field, the name in brackets, may itself hold brackets and spaces.
fn parent_and_state(pid: u32) -> Option<(u32, char)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?.chars().next()?;
    Some((fields.next()?.parse().ok()?, state))
}

fn is_running(pid: u32) -> bool {
    if Path::new("/proc/self").exists() {
        return parent_and_state(pid).is_some_and(|(_, state)| state != 'Z');
    }
    processes().iter().any(|p| p.pid == pid)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_killed_and_nothing_else() {
        let mut tree =
            Command::new("sh").args(["-c", "cat & cat; true"]).stdin(Stdio::piped()).spawn().unwrap();
        let mut other = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let nowhere = Path::new("/nowhere/dynascope-no-such-profile");
        while belonging(tree.id(), nowhere).is_empty() {
            std::thread::yield_now();
        }
        kill_browser(tree.id(), nowhere);
        assert!(belonging(tree.id(), nowhere).is_empty());
        assert!(is_running(other.id()));
        for child in [&mut tree, &mut other] {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}
