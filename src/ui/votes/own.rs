//! The operator's own ballot while it is being written: all answers in an order, some of them tied.

use crate::core::TaskId;
use crate::core::ladder::Contest;

/// The ballot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OwnBallot {
    pub(crate) task: TaskId,
    /// The vote that it is for.
    pub(crate) epoch: u64,
    /// The candidates, the best first; whether each is tied with the one above it.
    pub(crate) places: Vec<(usize, bool)>,
    pub(crate) chosen: usize,
}

impl OwnBallot {
    /// A ballot on which nothing was moved yet; `None` where there is nothing to rank.
    pub(crate) fn of(contest: &Contest) -> Option<Self> {
        let count = contest.sides().len();
        (count >= 2).then(|| Self {
            task: contest.task(),
            epoch: contest.epoch(),
            places: (0..count).map(|at| (at, false)).collect(),
            chosen: 0,
        })
    }

    /// Moves the chosen one up or down. Ties stay at their places.
    pub(crate) fn shift(&mut self, up: bool) {
        let other = if up {
            self.chosen.checked_sub(1)
        } else {
            Some(self.chosen + 1)
        };
        let Some(other) = other.filter(|other| *other < self.places.len()) else {
            return;
        };
        let candidate = |at: usize| self.places.get(at).map(|it| it.0);
        if let (Some(one), Some(two)) = (candidate(self.chosen), candidate(other)) {
            for (at, which) in [(self.chosen, two), (other, one)] {
                if let Some(place) = self.places.get_mut(at) {
                    place.0 = which;
                }
            }
            self.chosen = other;
        }
    }

    /// Ties the chosen one with the one above it, or parts them.
    pub(crate) fn tie(&mut self) {
        if self.chosen > 0
            && let Some(place) = self.places.get_mut(self.chosen)
        {
            place.1 = !place.1;
        }
    }

    /// The rank of each place, from 1; tied ones share it.
    pub(crate) fn ranks(&self) -> Vec<usize> {
        let mut rank = 0;
        let ranks = self.places.iter().map(|(_, tied)| {
            rank += usize::from(!tied);
            rank
        });
        ranks.collect()
    }

    /// Levels of candidates, the best first.
    pub(crate) fn ranking(&self) -> Vec<Vec<usize>> {
        let mut levels: Vec<Vec<usize>> = Vec::new();
        for (candidate, tied) in &self.places {
            match levels.last_mut() {
                Some(level) if *tied => level.push(*candidate),
                Some(_) | None => levels.push(vec![*candidate]),
            }
        }
        levels
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::OwnBallot;
    use crate::core::TaskId;

    fn ballot(count: usize) -> OwnBallot {
        OwnBallot {
            task: TaskId(1),
            epoch: 1,
            places: (0..count).map(|at| (at, false)).collect(),
            chosen: 0,
        }
    }

    #[test]
    fn answers_are_moved_and_tied() {
        let mut it = ballot(3);
        it.shift(true);
        it.shift(false);
        it.shift(false);
        it.shift(false);
        assert_eq!(
            (it.ranking(), it.chosen),
            (vec![vec![1], vec![2], vec![0]], 2)
        );
        it.tie();
        assert_eq!(it.ranking(), [vec![1], vec![2, 0]]);
        assert_eq!(it.ranks(), [1, 2, 2]);
        it.shift(true);
        assert_eq!(it.ranking(), [vec![1], vec![0, 2]]);
        it.chosen = 0;
        it.tie();
        assert_eq!(it.ranking(), [vec![1], vec![0, 2]]);
    }
}
