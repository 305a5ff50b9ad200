//! Every script under `scripts/`, as many at a time as the machine has processors.
//!
//! `CONFORMANCE=Query cargo test -p conformance --test scripts` runs those whose path has that text.

use std::sync::Mutex;
use std::thread;

#[test]
fn every_script_is_answered_as_dynamodb_answers() {
    let wanted = std::env::var("CONFORMANCE").unwrap_or_default();
    let mut scripts = conformance::folder::scripts();
    scripts.retain(|(name, _)| name.contains(&wanted));
    let waiting = Mutex::new(scripts.into_iter());
    let failures = Mutex::new(Vec::new());
    let run = || {
        while let Some((name, text)) = { waiting.lock().expect("no script panicked").next() } {
            let differences = conformance::run::run(&text);
            let differences = differences.into_iter().map(|difference| format!("{name} {difference}"));
            failures.lock().expect("no script panicked").extend(differences);
        }
    };
    thread::scope(|scope| {
        let runners: Vec<_> = (0..processors()).map(|_| scope.spawn(run)).collect();
        for runner in runners {
            runner.join().expect("a script is answered, whatever it asks");
        }
    });
    let mut failures = failures.into_inner().expect("no script panicked");
    failures.sort();
    assert!(failures.is_empty(), "{} wrong answers:\n{}", failures.len(), failures.join("\n"));
}

fn processors() -> usize {
    thread::available_parallelism().map_or(1, |count| count.get())
}
