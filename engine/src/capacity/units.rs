//! What reading or writing so many bytes costs, in halves of a capacity unit.

/// How a read is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadMode {
    /// Half a unit for 4 KB.
    Eventual,
    /// One unit for 4 KB.
    Strong,
    /// Two units for 4 KB.
    Transactional,
}

impl ReadMode {
    /// The mode that ConsistentRead asks for.
    pub fn consistent(consistent_read: bool) -> ReadMode {
        if consistent_read { ReadMode::Strong } else { ReadMode::Eventual }
    }

    /// What a read that is charged `half_units` asks of the replica that serves it, in halves of a unit of a strongly
    /// consistent read: whatever the mode, a replica reads the same 4 KB (twice in a transaction, which compares two readings).
    pub fn replica_half_units(self, half_units: u64) -> u64 {
        match self {
            ReadMode::Eventual => half_units * 2,
            ReadMode::Strong | ReadMode::Transactional => half_units,
        }
    }
}

/// The charge for reading `size_bytes` in all: 4 KB steps, one at least.
pub fn read_half_units(size_bytes: u64, mode: ReadMode) -> u64 {
    let steps = size_bytes.div_ceil(4096).max(1);
    steps
        * match mode {
            ReadMode::Eventual => 1,
            ReadMode::Strong => 2,
            ReadMode::Transactional => 4,
        }
}

/// The charge for writing an item of `size_bytes` (the larger of before and after): 1 KB steps, one at least, twice in
/// a transaction.
pub fn write_half_units(size_bytes: u64, transactional: bool) -> u64 {
    size_bytes.div_ceil(1024).max(1) * if transactional { 4 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documentation_s_examples() {
        assert_eq!(read_half_units(4096, ReadMode::Strong), 2);
        assert_eq!(read_half_units(4097, ReadMode::Strong), 4);
        assert_eq!(read_half_units(8192, ReadMode::Eventual), 2);
        assert_eq!(read_half_units(8192, ReadMode::Transactional), 8);
        assert_eq!(read_half_units(0, ReadMode::Eventual), 1, "a missing item is charged");
        assert_eq!(write_half_units(1024, false), 2);
        assert_eq!(write_half_units(1025, false), 4);
        assert_eq!(write_half_units(1, true), 4);
        assert_eq!(ReadMode::Eventual.replica_half_units(1), ReadMode::Strong.replica_half_units(2));
    }
}
