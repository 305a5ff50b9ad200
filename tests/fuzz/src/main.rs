//! `fuzz [--seconds N] [--from SEED] [TARGET…]`: every target in turn, with new seeds, for that long altogether.

use fuzz::run::{Plan, run};
use fuzz::targets::{TARGETS, Target};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

const USAGE: &str = "usage: fuzz [--seconds N] [--from SEED] [request|expression|number|journal|database|link|recipe|archive|items|image|design …]";
/// How many seeds a target has before it is the next one's turn.
const TURN: u64 = 500;

fn main() -> ExitCode {
    let (mut seconds, mut from, mut targets) = (60, 1_000_000, Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|number| number.parse::<u64>().ok());
        let understood = match argument.as_str() {
            "--seconds" => number().map(|number| seconds = number),
            "--from" => number().map(|number| from = number),
            name => {
                TARGETS.into_iter().find(|target| target.name() == name).map(|target| targets.push(target))
            }
        };
        if understood.is_none() {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    }
    if targets.is_empty() {
        targets = TARGETS.to_vec();
    }
    match fuzz(Duration::from_secs(seconds), from, &targets) {
        Ok(()) => ExitCode::SUCCESS,
        Err(found) => {
            eprintln!("{found}");
            ExitCode::FAILURE
        }
    }
}

fn fuzz(time: Duration, from: u64, targets: &[Target]) -> Result<(), String> {
    let until = Instant::now() + time;
    let mut counts = vec![0; targets.len()];
    let mut from = from;
    while Instant::now() < until {
        for (target, count) in targets.iter().zip(&mut counts) {
            let trace = PathBuf::from("target").join(format!("fuzz-{}.input", target.name()));
            *count += run(*target, Plan { from, seeds: TURN, trace: Some(trace.clone()) })
                .map_err(|found| format!("{found}\nthe input is in {}", trace.display()))?;
        }
        from += TURN;
    }
    for (target, count) in targets.iter().zip(counts) {
        println!("{:10} {count} inputs", target.name());
    }
    println!("nothing found; the next seed is {from}");
    Ok(())
}
