//! `simulation [--seeds N] [--from SEED]`: random histories for as many seeds as one likes (10,000).

use simulation::crashes;
use simulation::soak::{CHECKS, Summary, soak};
use std::process::ExitCode;
use std::thread;

const USAGE: &str = "usage: simulation [--seeds N] [--from SEED]";

fn main() -> ExitCode {
    let (mut seeds, mut from) = (10_000, 0);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let number = arguments.next().and_then(|number| number.parse::<u64>().ok());
        match (argument.as_str(), number) {
            ("--seeds", Some(number)) => seeds = number,
            ("--from", Some(number)) => from = number,
            _ => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    let until = from.saturating_add(seeds);
    println!("seeds {from} to {}", until.saturating_sub(1));
    let threads = thread::available_parallelism().map_or(1, |count| count.get());
    match soak(from..until, threads, |done| println!("{done} seeds")) {
        Ok(Summary { seeds, written, caught, histories, splits, elections }) => {
            println!(
                "{seeds} seeds: every history of transactions is serializable; {written} ends with writes"
            );
            for (check, caught) in CHECKS.iter().zip(caught) {
                println!("without the {check} {caught} of them go wrong and are caught");
            }
            println!(
                "{histories} histories of everything, {splits} splits and {elections} elections in them: every answer is the model's"
            );
            match crashes::lives_on(from..until, threads) {
                Ok(life) => {
                    println!("{} crashes and other faults: {life:?}", life.faults.values().sum::<u64>())
                }
                Err(found) => {
                    eprintln!("{found}");
                    return ExitCode::FAILURE;
                }
            }
            println!("nothing found; the next seed is {until}");
            ExitCode::SUCCESS
        }
        Err(found) => {
            eprintln!("{found}");
            ExitCode::FAILURE
        }
    }
}
