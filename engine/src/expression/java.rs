//! The order in which Java's hash maps are walked, which shows in some of the service's messages.
//!
//! Owns the buckets of `java.util.HashMap`. Nothing that is stored or compared depends on it.

/// The buckets that a map starts with.
pub const FIRST_CAPACITY: u32 = 16;

/// `String.hashCode`.
pub fn hash(text: &str) -> u32 {
    text.encode_utf16().fold(0u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)))
}

/// The bucket of a key with that hash.
pub fn bucket(hash: u32, capacity: u32) -> u32 {
    (hash ^ (hash >> 16)) & (capacity - 1)
}

/// The buckets of `new HashSet(collection)`.
pub fn capacity_for(count: usize) -> u32 {
    (count as u32 * 4 / 3 + 1).max(FIRST_CAPACITY).next_power_of_two()
}

/// The buckets of a map that grew to `count` entries one by one.
pub fn capacity_after(count: usize) -> u32 {
    let mut capacity = FIRST_CAPACITY;
    while count as u32 * 4 > capacity * 3 {
        capacity *= 2;
    }
    capacity
}

/// The names in the order of a set of them, which the service walks to list them.
pub fn in_java_order<'n>(names: &[&'n str]) -> Vec<&'n str> {
    let mut ordered = names.to_vec();
    let capacity = capacity_after(ordered.len());
    ordered.sort_by_key(|name| bucket(hash(name), capacity));
    ordered.dedup();
    ordered
}
