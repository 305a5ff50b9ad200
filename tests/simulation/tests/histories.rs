//! Histories of many seeds, and the named regressions.

use simulation::run;

#[test]
fn every_answer_is_the_model_s() {
    let (mut stale, mut splits, mut elections, mut unavailable, mut divided) = (0, 0, 0, 0, 0);
    for seed in 0..25 {
        let report = run(seed, 250);
        assert!(report.requests > 250 && report.refusals > 5, "seed {seed} was idle: {report:?}");
        stale += report.stale;
        splits += report.splits;
        elections += report.elections;
        unavailable += report.unavailable;
        divided += report.divided;
    }
    assert!(stale > 20, "eventually consistent reads were never stale");
    assert!(divided > 20, "no item collection without a local index was divided");
    assert!(splits > 20 && elections > 10 && unavailable > 10, "{splits} {elections} {unavailable}");
}

#[test]
fn the_same_seed_twice_gives_the_same_bytes() {
    for seed in [1, 99] {
        assert!(run(seed, 300) == run(seed, 300), "seed {seed} ran differently the second time");
    }
}
