//! The operator's own ballot. It is kept beside those of the members and is not counted; what would come of
//! it under each rule is for show.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::core::voting::Voice;

/// The best score, and the surest.
pub const POINTS_MAX: u8 = 10;

/// What the operator thinks of the candidates.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OperatorBallot {
    /// The candidates, best first; those in one inner list are tied. What is left out is not ranked.
    pub ranking: Vec<Vec<usize>>,
    /// From 0 to [`POINTS_MAX`], of those candidates that were given one.
    pub scores: BTreeMap<usize, u8>,
    /// How sure the operator is, in tenths, where that was said.
    pub sure: Option<u8>,
}

impl OperatorBallot {
    /// A ballot that ranks, and says no more.
    #[must_use]
    pub fn ranked(ranking: Vec<Vec<usize>>) -> Self {
        Self {
            ranking,
            ..Self::default()
        }
    }

    /// How sure the operator is, 0 to 1.
    #[must_use]
    pub fn confidence(&self) -> Option<f64> {
        Some(f64::from(self.sure?) / f64::from(POINTS_MAX))
    }

    /// What is wrong with it by itself, in words; whether its candidates are there is asked elsewhere.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let mut seen = BTreeSet::new();
        if !self.ranking.iter().flatten().all(|one| seen.insert(*one)) {
            return Some("it ranks an answer twice");
        }
        if seen.is_empty() {
            return Some("it ranks nothing");
        }
        if !self.scores.keys().all(|one| seen.contains(one)) {
            return Some("it scores an answer that it does not rank");
        }
        let mut points = self.scores.values().chain(&self.sure);
        points
            .any(|points| *points > POINTS_MAX)
            .then_some("scores, and how sure you are, go from 0 to 10")
    }

    /// The same for candidates of which some were joined: `to` gives the new number of an old one. What
    /// was joined stands where the better one stood, with its score.
    pub(crate) fn renumbered(&self, to: impl Fn(usize) -> Option<usize>) -> Self {
        let mut ballot = Self {
            sure: self.sure,
            ..Self::default()
        };
        let mut placed = BTreeSet::new();
        for level in &self.ranking {
            let mut tied = Vec::new();
            for (old, new) in level.iter().filter_map(|old| Some((old, to(*old)?))) {
                if placed.insert(new) {
                    tied.push(new);
                    let score = self.scores.get(old).map(|score| (new, *score));
                    ballot.scores.extend(score);
                }
            }
            if !tied.is_empty() {
                ballot.ranking.push(tied);
            }
        }
        ballot
    }

    /// The same as one voice among those of the members; rules that count scores count those that it has.
    pub(crate) fn voice(&self, candidates: usize) -> Voice {
        let scores = self.scores.iter();
        let scores = scores.map(|(one, score)| (*one, f64::from(*score)));
        Voice::judge(candidates, &self.ranking, scores)
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::OperatorBallot;
    use crate::core::fixture::Room;
    use crate::core::ladder::staged::{ALL, contest, divided, set, votes};
    use crate::core::voting::{Count, Rule};
    use crate::core::{Command, ContestOrder};

    #[test]
    fn candidates_that_were_joined_stand_where_the_better_one_stood() {
        let own = OperatorBallot {
            scores: [(0, 3), (1, 9), (2, 7)].into(),
            ..OperatorBallot::ranked(vec![vec![1], vec![0, 2]])
        };
        let joined = OperatorBallot {
            scores: [(0, 9), (1, 7)].into(),
            ..OperatorBallot::ranked(vec![vec![0], vec![1]])
        };
        assert_eq!(own.renumbered(|old| Some([0, 0, 1][old])), joined);
    }

    #[test]
    fn it_is_counted_beside_the_others_and_only_there() {
        let mut room = Room::of(&["a", "b", "c"]);
        set(&mut room, &ALL, |_| {});
        let texts = ["Use a queue.", "Use a lock.", "Rewrite it in one thread."];
        let (task, _) = divided(&mut room, &["a", "b", "c"], &texts);
        let own = OperatorBallot {
            scores: [(0, 10)].into(),
            ..OperatorBallot::ranked(vec![vec![0], vec![1, 2]])
        };
        let order = ContestOrder::Ballot(own);
        room.command(&Command::Contest { task, order });
        for (member, first) in [("a", 1), ("b", 2), ("c", 1)] {
            votes(&mut room, task, member, first);
        }
        let bars = |count: &Count, rule| {
            let mut tallies = count.tallies.iter();
            tallies.find(|it| it.rule == rule).unwrap().bars.clone()
        };
        let contest = contest(&room, task);
        let counted = contest.count().unwrap();
        let (ballots, terms) = (contest.ballots().unwrap(), contest.terms().unwrap());
        let own = contest.own_ballot().unwrap().voice(3);
        let with = terms.count_by(ballots, Rule::Schulze, false, &[own]);
        // Two members judged the first answer, and the operator did; nobody else approves of it.
        assert_eq!(bars(&counted, Rule::Approval)[0], Some(0.0));
        assert_eq!(bars(&with, Rule::Approval)[0], Some(1.0 / 3.0));
        // The second and the third have no score of the operator.
        let others = |count: &Count| bars(count, Rule::Approval)[1..].to_vec();
        assert_eq!(others(&with), others(&counted));
        assert_ne!(bars(&with, Rule::Borda), bars(&counted, Rule::Borda));
        assert_eq!(
            (with.present, with.needed),
            (counted.present, counted.needed)
        );
        assert_eq!(contest.decision().unwrap().chosen, Some(1));
    }
}
