//! Ranked pairs: head-to-head wins are locked in from the largest margin down, except where one would
//! close a circle with those that are locked. Nicolaus Tideman, "Independence of clones as a criterion
//! for voting rules", Social Choice and Welfare 4 (1987).
//!
//! Wins with equal margins have no order, and none is made up: all orders are tried, and who wins in
//! one of them is among the leaders ("parallel universes"). To find them is NP-hard (Brill and
//! Fischer, "The price of neutrality for the ranked pairs method", AAAI 2012), so the search has a
//! limit that rests on the numbers alone. Beyond it, equal wins that close a circle together are all
//! left out, which prefers nobody either.

use std::collections::BTreeSet;

use super::tally::Bars;
use super::{Pairwise, Standing};

/// How much is searched: steps times the square of the number of candidates.
const SEARCH: usize = 1 << 20;

/// Counts it; a bar is the number of candidates that are locked below one in every order.
pub(super) fn ranked_pairs(pairs: &Pairwise) -> (Bars, Standing) {
    let size = pairs.len();
    let mut search = Search::new(size);
    let mut universes = BTreeSet::from([Locked::nothing(size)]);
    for class in classes(pairs) {
        universes = search.lock(universes, &class);
    }
    let leaders = (0..size)
        .filter(|one| universes.iter().any(|locked| locked.is_first(*one)))
        .collect();
    let bars = (0..size).map(|one| {
        let below = (0..size).filter(|other| universes.iter().all(|it| it.has(one, *other)));
        Some(f64::from(u32::try_from(below.count()).unwrap_or(u32::MAX)))
    });
    (bars.collect(), Standing::Leads(leaders))
}

/// A win of the first over the second.
type Win = (usize, usize);

/// Wins of equal margin, the largest margin first.
fn classes(pairs: &Pairwise) -> Vec<Vec<Win>> {
    let mut wins = Vec::new();
    for one in 0..pairs.len() {
        for other in 0..pairs.len() {
            let margin = pairs.margin(one, other);
            if margin > 0 {
                wins.push((margin, (one, other)));
            }
        }
    }
    wins.sort_unstable_by_key(|(margin, win)| (std::cmp::Reverse(*margin), *win));
    let classes = wins.chunk_by(|(one, _), (other, _)| one == other);
    classes
        .map(|class| class.iter().map(|(_, win)| *win).collect())
        .collect()
}

/// Who stands above whom through locked wins: for each candidate the set of those below it, in bits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Locked {
    words: usize,
    below: Vec<u64>,
}

impl Locked {
    fn nothing(size: usize) -> Self {
        let words = size.div_ceil(64);
        Self {
            words,
            below: vec![0; size * words],
        }
    }

    fn row(&self, one: usize) -> &[u64] {
        let row = one * self.words..(one + 1) * self.words;
        self.below.get(row).unwrap_or_default()
    }

    fn has(&self, one: usize, other: usize) -> bool {
        let word = self.row(one).get(other / 64).copied().unwrap_or_default();
        word >> (other % 64) & 1 == 1
    }

    /// Puts `other` and all below it under `one` and all above it.
    fn add(&mut self, (one, other): Win) {
        if self.has(one, other) {
            return;
        }
        let mut under = self.row(other).to_vec();
        if let Some(word) = under.get_mut(other / 64) {
            *word |= 1 << (other % 64);
        }
        let (place, bit) = (one / 64, 1 << (one % 64));
        for (above, row) in self.below.chunks_exact_mut(self.words).enumerate() {
            if above == one || row.get(place).is_some_and(|word| word & bit != 0) {
                for (word, more) in row.iter_mut().zip(&under) {
                    *word |= more;
                }
            }
        }
    }

    fn is_first(&self, one: usize) -> bool {
        let size = self.below.len() / self.words.max(1);
        (0..size).all(|other| !self.has(other, one))
    }

    /// The wins of a class that are neither locked already nor against what is locked.
    fn open(&self, class: &[Win]) -> Vec<Win> {
        let wins = class.iter().copied();
        wins.filter(|(one, other)| !self.has(*one, *other) && !self.has(*other, *one))
            .collect()
    }

    /// Locks the open wins that are in no circle with others of their class and what is locked, and
    /// gives back the rest. Those would be locked in every order.
    fn lock_all_but_circles(&mut self, class: &[Win]) -> Vec<Win> {
        let open = self.open(class);
        let mut together = self.clone();
        let mut circle = false;
        for win in &open {
            circle |= together.has(win.1, win.0);
            together.add(*win);
        }
        if !circle {
            *self = together;
            return Vec::new();
        }
        let (circles, safe): (Vec<Win>, Vec<Win>) = open
            .into_iter()
            .partition(|(one, other)| together.has(*other, *one));
        for win in safe {
            self.add(win);
        }
        circles
    }
}

/// The search through the orders of equal wins.
struct Search {
    steps_left: usize,
}

impl Search {
    fn new(size: usize) -> Self {
        Self {
            steps_left: SEARCH / (size * size).max(1),
        }
    }

    /// What may be locked after a class, from each of what may have been before it. Beyond the limit,
    /// what closes a circle is left out from there on. The number of steps is that of the distinct
    /// ways, which no numbering changes.
    fn lock(&mut self, before: BTreeSet<Locked>, class: &[Win]) -> BTreeSet<Locked> {
        let mut plain = BTreeSet::new();
        let mut after = BTreeSet::new();
        let mut open = Vec::new();
        for mut locked in before {
            let circles = locked.lock_all_but_circles(class);
            plain.insert(locked.clone());
            open.push((locked, circles));
        }
        let mut seen = BTreeSet::new();
        while let Some((locked, circles)) = open.pop() {
            if circles.is_empty() {
                after.insert(locked);
            } else if seen.insert(locked.clone()) {
                let Some(left) = self.steps_left.checked_sub(circles.len()) else {
                    self.steps_left = 0;
                    return plain;
                };
                self.steps_left = left;
                for win in circles {
                    let mut next = locked.clone();
                    next.add(win);
                    let circles = next.lock_all_but_circles(class);
                    open.push((next, circles));
                }
            }
        }
        after
    }
}
