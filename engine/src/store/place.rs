//! Where a key stands in an ordered map: its first eight bytes beside it.
//!
//! Owns [`Place`], which orders as its bytes do. Most keys begin with a hash, so that nearly every comparison on the way down a
//! map is of two numbers that are at hand, and the bytes themselves are looked at once, at the end.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::ops::Bound;

use super::Key;

/// A key in a map.
#[derive(Clone, Debug)]
pub(super) struct Place {
    start: u64,
    pub key: Key,
}

/// A key that is looked for.
pub(super) struct Probe<'a> {
    start: u64,
    key: &'a [u8],
}

/// What is compared.
pub(super) trait Keyed {
    /// The first eight bytes, as a number; zeros stand for those that a shorter key lacks.
    fn start(&self) -> u64;
    /// All of them.
    fn key(&self) -> &[u8];
}

fn start(key: &[u8]) -> u64 {
    match key.first_chunk::<8>() {
        Some(first) => u64::from_be_bytes(*first),
        None => {
            let mut first = [0; 8];
            first[..key.len()].copy_from_slice(key);
            u64::from_be_bytes(first)
        }
    }
}

impl From<&[u8]> for Place {
    fn from(key: &[u8]) -> Place {
        Place { start: start(key), key: key.into() }
    }
}

impl<'a> From<&'a [u8]> for Probe<'a> {
    fn from(key: &'a [u8]) -> Probe<'a> {
        Probe { start: start(key), key }
    }
}

impl Keyed for Place {
    fn start(&self) -> u64 {
        self.start
    }

    fn key(&self) -> &[u8] {
        &self.key
    }
}

impl Keyed for Probe<'_> {
    fn start(&self) -> u64 {
        self.start
    }

    fn key(&self) -> &[u8] {
        self.key
    }
}

fn compare<A: Keyed + ?Sized, B: Keyed + ?Sized>(one: &A, other: &B) -> Ordering {
    one.start().cmp(&other.start()).then_with(|| one.key().cmp(other.key()))
}

impl PartialEq for dyn Keyed + '_ {
    fn eq(&self, other: &Self) -> bool {
        compare(self, other).is_eq()
    }
}

impl Eq for dyn Keyed + '_ {}

impl PartialOrd for dyn Keyed + '_ {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for dyn Keyed + '_ {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(self, other)
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Place) -> bool {
        compare(self, other).is_eq()
    }
}

impl Eq for Place {}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Place) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Place) -> Ordering {
        compare(self, other)
    }
}

impl<'a> Borrow<dyn Keyed + 'a> for Place {
    fn borrow(&self) -> &(dyn Keyed + 'a) {
        self
    }
}

/// The probe of a bound.
pub(super) fn probe<'a>(bound: Bound<&'a [u8]>) -> Bound<Probe<'a>> {
    bound.map(Probe::from)
}

/// A bound to look for.
pub(super) fn keyed<'p>(bound: &'p Bound<Probe<'_>>) -> Bound<&'p dyn Keyed> {
    match bound {
        Bound::Included(probe) => Bound::Included(probe),
        Bound::Excluded(probe) => Bound::Excluded(probe),
        Bound::Unbounded => Bound::Unbounded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_stand_as_their_bytes_do(
            one in proptest::collection::vec(0u8..3, 0..12),
            other in proptest::collection::vec(0u8..3, 0..12),
        ) {
            let (a, b) = (Place::from(&one[..]), Place::from(&other[..]));
            prop_assert_eq!(a.cmp(&b), one.cmp(&other));
            let (a, b) = (Probe::from(&one[..]), Probe::from(&other[..]));
            let (a, b): (&dyn Keyed, &dyn Keyed) = (&a, &b);
            prop_assert_eq!(a.cmp(b), one.cmp(&other));
        }
    }
}
