//! Crashes at every point of writing: 400 lives here, as many as one likes by `cargo xtask soak`.

use simulation::crashes::{lives, lives_on};

#[test]
fn what_was_acknowledged_is_there_behind_every_crash_and_nothing_by_half() {
    let all = lives(0..400).unwrap_or_else(|found| panic!("{found}"));
    println!("{all:?}");
    assert!(all.acknowledged > 8_000 && all.openings > 800 && all.refused > 20, "idle: {all:?}");
    assert!(
        all.damaged > 50 && all.kept > 50 && all.snapshots > 200 && all.overlapped > 2_000,
        "the crashes were harmless: {all:?}"
    );
    assert!(all.drawn > 500, "snapshots beside no commit: {all:?}");
    assert!(all.lost > 5 && all.rewritten > 20, "{all:?}");
    assert!(all.faults.len() == 6 && all.faults.values().all(|count| *count > 20), "{all:?}");
}

#[test]
fn the_same_seeds_have_the_same_lives() {
    assert_eq!(lives(7..10), lives(7..10));
    assert_eq!(lives(7..10), lives_on(7..10, 2));
}
