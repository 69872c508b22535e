//! What a member's wins and losses say of its next answer on a kind of task: a Beta posterior with a
//! hierarchical prior, and the weight that its vote has earned.
//!
//! The prior of a kind is the member's own mean over all kinds, that of the member is the mean of all
//! members, each worth [`PRIOR`] answers. So a member without a record is taken for an average one, and
//! one that is new to a kind for what it is elsewhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::{MemberName, State, TaskKind};

/// How many answers a prior is worth.
pub const PRIOR: f64 = 20.0;
/// The least weight of a vote: nobody counts against what it votes for.
pub const WEIGHT_MIN: f64 = 0.01;
/// The most weight of a vote, so that a long record never outvotes a panel alone.
pub const WEIGHT_MAX: f64 = 4.0;

/// Answers that stood and answers that did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Score {
    /// Answers that became, or agreed with, what stands.
    pub won: u64,
    /// Answers that lost to another one.
    pub lost: u64,
}

/// What is to be expected of a member on a kind of task.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The mean of the posterior: how likely its next answer stands, above 0 and below 1.
    pub mean: f64,
    /// How many answers of this kind it rests on, priors apart.
    pub n: u64,
}

impl Estimate {
    /// The weight of its vote among `alternatives`: the log-odds `ln(p (m − 1) / (1 − p))` that the
    /// candidate it names is the right one, from [`WEIGHT_MIN`] to [`WEIGHT_MAX`]. Fewer than two
    /// alternatives are taken as two.
    #[must_use]
    pub fn weight(self, alternatives: u32) -> f64 {
        let others = f64::from(alternatives.max(2) - 1);
        let odds = self.mean * others / (1.0 - self.mean);
        odds.ln().clamp(WEIGHT_MIN, WEIGHT_MAX)
    }
}

/// The records of all members.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Records {
    scores: BTreeMap<MemberName, BTreeMap<TaskKind, Score>>,
}

impl Records {
    /// The records of the members of a room.
    #[must_use]
    pub fn of(state: &State) -> Self {
        let mut records = Self::default();
        for member in state.members() {
            for (kind, record) in member.records() {
                let (won, lost) = (record.won, record.lost);
                records.add(&member.spec().name, kind, Score { won, lost });
            }
        }
        records
    }

    /// Adds answers of a member on a kind.
    pub fn add(&mut self, member: &MemberName, kind: TaskKind, more: Score) {
        let kinds = self.scores.entry(member.clone()).or_default();
        let score = kinds.entry(kind).or_default();
        score.won = score.won.saturating_add(more.won);
        score.lost = score.lost.saturating_add(more.lost);
    }

    /// What is to be expected of a member on a kind.
    #[must_use]
    pub fn estimate(&self, member: &MemberName, kind: TaskKind) -> Estimate {
        let everybody = self.scores.values().flat_map(BTreeMap::values);
        let room = posterior(total(everybody), 0.5, 2.0);
        let kinds = self.scores.get(member);
        let over_all = total(kinds.into_iter().flat_map(BTreeMap::values));
        let member_mean = posterior(over_all, room, PRIOR);
        let here = kinds
            .and_then(|kinds| kinds.get(&kind))
            .copied()
            .unwrap_or_default();
        Estimate {
            mean: posterior(here, member_mean, PRIOR),
            n: here.won.saturating_add(here.lost),
        }
    }
}

fn total<'a>(scores: impl Iterator<Item = &'a Score>) -> Score {
    scores.fold(Score::default(), |sum, score| Score {
        won: sum.won.saturating_add(score.won),
        lost: sum.lost.saturating_add(score.lost),
    })
}

/// The mean of a Beta posterior whose prior has a mean and is worth so many answers.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn posterior(score: Score, prior: f64, worth: f64) -> f64 {
    let (won, lost) = (score.won as f64, score.lost as f64);
    (won + prior * worth) / (won + lost + worth)
}

#[cfg(test)]
mod tests {
    use super::{Estimate, Records, Score, WEIGHT_MAX, WEIGHT_MIN};
    use crate::core::{MemberName, TaskKind};

    fn name(name: &str) -> MemberName {
        MemberName::new(name).unwrap()
    }

    #[test]
    fn a_newcomer_is_average_and_a_new_kind_is_as_the_others() {
        let mut records = Records::default();
        let fresh = records.estimate(&name("new"), TaskKind::Code);
        assert!((fresh.mean - 0.5).abs() < 1e-12 && fresh.n == 0);
        records.add(&name("good"), TaskKind::Code, Score { won: 90, lost: 10 });
        records.add(&name("bad"), TaskKind::Code, Score { won: 10, lost: 90 });
        let mean = |who, kind| records.estimate(&name(who), kind).mean;
        assert!((mean("new", TaskKind::Code) - 0.5).abs() < 1e-12);
        // (90 + 0.5 × 20) / 120 over all, and the same where nothing is known of the kind.
        let over_all = 100.0 / 120.0;
        assert!((mean("good", TaskKind::Planning) - over_all).abs() < 1e-12);
        assert!((mean("good", TaskKind::Code) - (90.0 + over_all * 20.0) / 120.0).abs() < 1e-12);
        assert!(mean("bad", TaskKind::Planning) < 0.2);
        assert_eq!(records.estimate(&name("good"), TaskKind::Code).n, 100);
    }

    #[test]
    fn the_weight_is_the_log_odds_within_bounds() {
        let weight = |mean, alternatives| Estimate { mean, n: 0 }.weight(alternatives);
        assert!((weight(0.8, 2) - 4.0_f64.ln()).abs() < 1e-12);
        // Of four alternatives one that is right in four of ten still knows something.
        assert!((weight(0.4, 4) - 2.0_f64.ln()).abs() < 1e-12);
        for (mean, alternatives, bound) in [
            (0.3, 2, WEIGHT_MIN),
            (0.5, 0, WEIGHT_MIN),
            (0.999, 9, WEIGHT_MAX),
        ] {
            assert!((weight(mean, alternatives) - bound).abs() < 1e-12);
        }
    }
}
