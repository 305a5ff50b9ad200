//! Histories of concurrent transactions: 200 seeds, or as many as `SEEDS` in the environment says.

use simulation::transactions::walk;

fn seeds() -> u64 {
    std::env::var("SEEDS").map_or(200, |seeds| seeds.parse().expect("SEEDS is a number"))
}

#[test]
fn every_history_is_serializable() {
    let mut written = 0;
    for seed in 0..seeds() {
        let found = walk(seed, None);
        assert_eq!(found["Serializable"], true, "seed {seed}: {}", found["Counterexample"]["Trail"]);
        written += found["Ends"].to_string().matches("Written").count() as u64;
    }
    assert!(written > seeds(), "the histories were idle: {written} writes");
}

#[test]
fn a_protocol_without_one_of_its_checks_is_caught() {
    for check in ["TimestampCheck", "PendingCheck"] {
        let caught = (0..200).filter(|seed| walk(*seed, Some(check))["Serializable"] == false).count();
        assert!(caught > 5, "without the {check} only {caught} histories of 200 went wrong");
    }
}
