//! The vertical axis: where each row stands, in units of a row, whatever its height on the screen. Pure.
//!
//! Either every row has the same height, or a band's rows share its height as they share the hashes: then a partition that was
//! split and its children cover the same place, one after the other in time. What holds a part of one item collection has next to
//! no range of its own: it stands below with the height of a row.

use super::bands::{Band, rows};

/// How high rows are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Heights {
    /// All the same.
    #[default]
    Equal,
    /// By the range of hashes.
    ByRange,
}

/// The least share of a row's height at which a row is seen where its hashes lie.
const THINNEST: f64 = 0.001;

/// The axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Where each band begins and ends.
    pub bands: Vec<(f64, f64)>,
    /// Where each row begins and ends, the bands' rows one after the other.
    pub rows: Vec<(f64, f64)>,
}

impl Axis {
    /// The axis of some bands.
    pub fn new(bands: &[Band], heights: Heights) -> Axis {
        let mut axis = Axis { bands: Vec::new(), rows: Vec::new() };
        let mut top = 0.0;
        for band in bands {
            let by_range = heights == Heights::ByRange && band.rows.iter().all(|row| row.key.is_none());
            let open = band.rows.iter().filter(|row| row.listed).count().max(1) as f64;
            let mut end = top + if by_range { open } else { 0.0 };
            for row in &band.rows {
                let seen = |(first, last): &(f64, f64)| by_range && (last - first) * open > THINNEST;
                match row.share().filter(seen) {
                    Some((first, last)) => axis.rows.push((top + first * open, top + last * open)),
                    None => {
                        axis.rows.push((end, end + 1.0));
                        end += 1.0;
                    }
                }
            }
            axis.bands.push((top, end));
            top = end;
        }
        axis
    }

    /// Where it ends.
    pub fn end(&self) -> f64 {
        self.bands.last().map_or(0.0, |(_, end)| *end)
    }

    /// The row at a place in some seconds: of several, the one that was there then and opened last.
    pub fn row_at(&self, bands: &[Band], unit: f64, from: u64, to: u64) -> Option<usize> {
        let here = rows(bands)
            .zip(&self.rows)
            .enumerate()
            .filter(|(_, (_, (top, end)))| (*top..*end).contains(&unit));
        let best = here.max_by_key(|(at, ((_, row), _))| (row.is_open(from, to), row.opened, *at));
        best.map(|(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::super::bands::tests::orders;
    use super::super::bands::{Band, Row};
    use super::*;

    fn with_children() -> Vec<Band> {
        let mut bands = orders();
        let parent = Row { listed: false, closed: Some(100), ..bands[0].rows[1].clone() };
        let child = |first: &str, last: &str| Row {
            hashes: Some((first.into(), last.into())),
            opened: Some(100),
            ..bands[0].rows[1].clone()
        };
        let children =
            [child("8000000000000000", "bfffffffffffffff"), child("c000000000000000", "ffffffffffffffff")];
        bands[0].rows.truncate(1);
        bands[0].rows.push(parent);
        bands[0].rows.extend(children);
        bands
    }

    #[test]
    fn equal_rows_stand_one_under_the_other() {
        let axis = Axis::new(&orders(), Heights::Equal);
        assert_eq!(axis.rows, [(0.0, 1.0), (1.0, 2.0), (2.0, 3.0)]);
        assert_eq!((axis.bands.as_slice(), axis.end()), (&[(0.0, 2.0), (2.0, 3.0)][..], 3.0));
        assert_eq!(axis.row_at(&orders(), 2.5, 0, 1), Some(2));
        assert_eq!(axis.row_at(&orders(), 3.5, 0, 1), None);
    }

    #[test]
    fn by_range_a_part_of_an_item_collection_has_a_row_of_its_own() {
        let mut bands = orders();
        let hot = || Some(("8000000000000000".into(), "8000000000000000".into()));
        let part = Row { hashes: hot(), ..bands[0].rows[1].clone() };
        bands[0].rows.push(part);
        let axis = Axis::new(&bands, Heights::ByRange);
        assert_eq!(axis.rows[..3], [(0.0, 1.5), (1.5, 3.0), (3.0, 4.0)]);
        assert_eq!(axis.bands[0], (0.0, 4.0));
    }

    #[test]
    fn by_range_a_parent_and_its_children_share_a_place() {
        let bands = with_children();
        let axis = Axis::new(&bands, Heights::ByRange);
        assert_eq!(axis.rows[..4], [(0.0, 1.5), (1.5, 3.0), (1.5, 2.25), (2.25, 3.0)]);
        assert_eq!(axis.row_at(&bands, 2.5, 50, 51), Some(1), "before the split");
        assert_eq!(axis.row_at(&bands, 2.5, 150, 151), Some(3), "after it");
    }
}
