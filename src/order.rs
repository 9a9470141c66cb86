//! Putting things in order.
//!
//! The standard library's sorting is made anew for each type, a few kilobytes each time. Here the places of the things
//! are sorted, which are of one type always, and by a heap, which is a tenth of it.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Puts things in order; equal ones stay in theirs.
pub(crate) fn sort_by<T>(things: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let places = places(things.len(), &|a, b| match (things.get(a), things.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    let mut unordered: Vec<Option<T>> = things.drain(..).map(Some).collect();
    things.extend(
        places
            .into_iter()
            .filter_map(|place| unordered.get_mut(place)?.take()),
    );
}

/// Puts things in their own order.
pub(crate) fn sort<T: Ord>(things: &mut Vec<T>) {
    sort_by(things, T::cmp);
}

/// The places of so many things, in order; equal ones stay in theirs.
pub(crate) fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let places = (0..count).map(|index| Place { index, compare });
    let heap = BinaryHeap::from(places.collect::<Vec<_>>());
    let places = heap.into_sorted_vec().into_iter();
    places.map(|place| place.index).collect()
}

/// A place, which comes where its thing comes, and after those of equal things before it.
struct Place<'c> {
    index: usize,
    compare: &'c dyn Fn(usize, usize) -> Ordering,
}

impl Ord for Place<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.compare)(self.index, other.index).then(self.index.cmp(&other.index))
    }
}

impl PartialOrd for Place<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Place<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Place<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_come_in_order() {
        let mut things: Vec<u32> = (0..100).map(|i| i * 37 % 101).collect();
        let mut expected = things.clone();
        expected.sort_unstable();
        sort(&mut things);
        assert_eq!(things, expected);
    }

    #[test]
    fn equal_ones_stay_in_their_order() {
        let mut things: Vec<(u32, u32)> = (0..100).map(|i| (i % 3, i)).collect();
        let mut expected = things.clone();
        expected.sort_by_key(|(key, _)| *key);
        sort_by(&mut things, |a, b| a.0.cmp(&b.0));
        assert_eq!(things, expected);
    }
}
