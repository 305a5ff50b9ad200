//! Histories of concurrent transactions: 200 seeds here, as many as one likes by `cargo xtask soak`.

use simulation::soak::{Summary, soak};

#[test]
fn every_history_is_serializable_and_a_protocol_without_one_of_its_checks_is_caught() {
    let Summary { seeds, written, caught, histories, .. } =
        soak(0..200, 2, |_| ()).unwrap_or_else(|found| panic!("{found}"));
    assert_eq!((seeds, histories), (200, 10));
    assert!(written > seeds, "the histories were idle: {written} writes");
    assert!(
        caught.iter().all(|caught| *caught > 5),
        "without a check only so many of 200 go wrong: {caught:?}"
    );
}

#[test]
fn the_same_seeds_come_to_the_same_however_many_threads_there_are() {
    assert_eq!(soak(40..60, 1, |_| ()), soak(40..60, 3, |_| ()));
}
