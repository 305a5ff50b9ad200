//! `differential --local FOLDER --seeds N [--from SEED] [--requests N] [--survey]`.

use differential::generate;
use differential::known::Known;
use differential::local::Local;
use differential::minimise::minimise;
use differential::run::{Answer, Found, run};
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
usage: differential --local FOLDER [options]
  --seeds N      how many scripts (100)
  --from SEED    the first one's seed (1)
  --requests N   how many requests each has (60)
  --survey       go on behind differences that nothing explains, and list their kinds";

struct Options {
    local: PathBuf,
    seeds: u64,
    from: u64,
    requests: usize,
    survey: bool,
}

fn options() -> Option<Options> {
    let mut options = Options { local: PathBuf::new(), seeds: 100, from: 1, requests: 60, survey: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--survey" => options.survey = true,
            "--local" => options.local = arguments.next()?.into(),
            "--seeds" => options.seeds = arguments.next()?.parse().ok()?,
            "--from" => options.from = arguments.next()?.parse().ok()?,
            "--requests" => options.requests = arguments.next()?.parse().ok()?,
            _ => return None,
        }
    }
    (!options.local.as_os_str().is_empty()).then_some(options)
}

fn main() -> ExitCode {
    let Some(options) = options() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match compare(&options) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("DynamoDB Local in {}: {error}", options.local.display());
            ExitCode::FAILURE
        }
    }
}

/// How many seeds found something.
fn compare(options: &Options) -> io::Result<usize> {
    let mut local = Local::start(&options.local)?;
    let known = Known::list();
    let (mut seeds, mut requests, mut refused, mut found) = (0, 0, 0, 0);
    let mut explained: BTreeMap<usize, usize> = BTreeMap::new();
    let mut survey = Survey::default();
    for seed in options.from..options.from + options.seeds {
        seeds += 1;
        let steps = generate::script(seed, options.requests);
        let until = if options.survey { usize::MAX } else { 1 };
        let report = run(&steps, until, &mut local, &known)?;
        requests += report.requests;
        refused += report.refused;
        for entry in report.explained {
            *explained.entry(entry).or_default() += 1;
        }
        found += usize::from(!report.found.is_empty());
        if options.survey {
            report.found.iter().for_each(|found| survey.add(seed, &steps[found.at], found));
        } else if let Some(difference) = report.found.into_iter().next() {
            let (steps, difference) = minimise(&steps, difference, &mut local, &known)?;
            print(seed, &steps, &difference);
            break;
        }
    }
    survey.print();
    for (entry, times) in explained {
        let entry = &known.entries()[entry];
        println!("{times:6} times explained: {} | {} | {}", entry.at, entry.ours, entry.theirs);
    }
    println!(
        "{seeds} seeds, {requests} requests compared ({refused} refused by both): {found} seeds with an unexplained difference"
    );
    Ok(found)
}

/// The kinds of differences, with how often each was met and its first example.
#[derive(Default)]
struct Survey {
    kinds: BTreeMap<[String; 4], (usize, String)>,
}

impl Survey {
    fn add(&mut self, seed: u64, step: &generate::Step, found: &Found) {
        for difference in &found.differences {
            let kind = [
                step.operation.clone(),
                difference.at.clone(),
                outline(&difference.ours),
                outline(&difference.theirs),
            ];
            let example = || {
                format!(
                    "seed {seed}: {}\n      {}\n      {}",
                    step.request, difference.ours, difference.theirs
                )
            };
            self.kinds.entry(kind).or_insert_with(|| (0, example())).0 += 1;
        }
    }

    fn print(&self) {
        let mut kinds: Vec<_> = self.kinds.iter().collect();
        kinds.sort_by_key(|(_, (times, _))| std::cmp::Reverse(*times));
        for ([operation, at, ours, theirs], (times, example)) in kinds {
            println!("{times:6} {operation} {at}\n    ours   {ours}\n    theirs {theirs}\n    {example}");
        }
    }
}

/// A text without what it quotes and counts.
fn outline(text: &str) -> String {
    let mut outline = String::new();
    let mut quote = None;
    for character in text.chars() {
        match (quote, character) {
            (Some(end), _) if character == end => {
                quote = None;
                outline.push(character);
            }
            (Some(_), _) => {}
            (None, '[') => quote = Some(']'),
            (None, '{') => quote = Some('}'),
            (None, '"') => quote = Some('"'),
            (None, '0'..='9') => {}
            (None, _) => outline.push(character),
        }
    }
    outline.chars().take(160).collect()
}

/// The script in the format of `tests/conformance/scripts`, with the other answer as a comment.
fn print(seed: u64, steps: &[generate::Step], found: &Found) {
    println!("\n# seed {seed}");
    let (last, before) = steps.split_last().expect("a difference has its step");
    for step in before {
        println!("{} {}\n=> {{\"...\": \"...\"}}\n", step.operation, step.request);
    }
    println!("{} {}", last.operation, last.request);
    let shown = |answer: &Answer| match answer {
        Answer::Response(body) => format!("=> {body}"),
        Answer::Refusal(refusal) => format!("!! {}: {}", refusal.name, refusal.message),
    };
    println!("{}", shown(&found.ours));
    println!("# DynamoDB Local: {}", shown(&found.theirs));
    for difference in &found.differences {
        println!("# at {}: {} | {}", difference.at, difference.ours, difference.theirs);
    }
}
