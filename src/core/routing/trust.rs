//! What the votes of a panel weigh, by what is expected of its members, and how sure its word is.
//!
//! A voter that is right with probability p among m alternatives earns the log-odds
//! `ln(p (m − 1) / (1 − p))` (naive Bayes with equally likely wrong answers; for m = 2 the weights of
//! Nitzan and Paroush, 1982). It takes voters to err apart from each other. They do not, so a panel of
//! many mediocre ones outvotes one that is far ahead although it is right: therefore what the best one,
//! the best three and the best five would have said is kept beside what the whole panel said, on tasks
//! where it came out who was right, and the smaller panel decides where it has proved better.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::posterior::{Estimate, Outlook};
use crate::core::{MemberName, TaskKind};

/// The least weight of a vote: nobody counts against what it votes for.
pub const WEIGHT_MIN: f64 = 0.01;
/// The most weight of a vote, so that a long record never outvotes a panel alone.
pub const WEIGHT_MAX: f64 = 6.0;
/// How large the smaller panels are.
pub const SMALLER: [usize; 3] = [1, 3, 5];
/// Where the first of a cascade differ, all err together more often, and differences between members
/// say less: so many times the alternatives bring the weights nearer to each other.
pub const DIVIDED: u32 = 2;
/// How many tasks of all kinds a kind is held back by.
const KIND_WORTH: f64 = 10.0;
/// How many tasks without a difference all kinds are held back by.
const WORTH: f64 = 20.0;
/// After how many tasks a smaller panel can have proved better.
const LEAST: f64 = 20.0;
/// By how many standard errors a smaller panel must be ahead.
const SURE: f64 = 1.0;

/// By how much a smaller panel did better than the whole one: the sum and the sum of squares of
/// differences of 1, 0 or −1.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct Lead {
    sum: f64,
    squares: f64,
}

/// How the smaller panels do on a kind.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct Leads {
    n: f64,
    leads: [Lead; SMALLER.len()],
}

/// How the smaller panels do.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Trust {
    all: Leads,
    kinds: BTreeMap<TaskKind, Leads>,
}

/// The weights of the voters of a panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// In the order of the voters.
    pub each: Vec<f64>,
    /// How many of the best decide alone; `None` where all do.
    pub best: Option<usize>,
}

impl Trust {
    /// Adds a task on which it came out who was right: whether the whole panel was, and whether each of
    /// the [`SMALLER`] ones was.
    pub fn observe(&mut self, kind: TaskKind, whole: bool, smaller: [bool; SMALLER.len()]) {
        let here = self.kinds.entry(kind).or_default();
        for leads in [&mut self.all, here] {
            leads.n += 1.0;
            for (lead, right) in leads.leads.iter_mut().zip(smaller) {
                let difference = f64::from(i8::from(right) - i8::from(whole));
                lead.sum += difference;
                lead.squares += difference * difference;
            }
        }
    }

    /// Which of the smaller panels decides on a kind: the one that is surely ahead, and furthest.
    #[must_use]
    pub fn smaller(&self, kind: TaskKind) -> Option<usize> {
        if self.all.n < LEAST {
            return None;
        }
        let here = self.kinds.get(&kind).copied().unwrap_or_default();
        let n = here.n + KIND_WORTH;
        let mut best: Option<(f64, usize)> = None;
        for ((lead, all), size) in here.leads.iter().zip(self.all.leads).zip(SMALLER) {
            let prior = all.sum / (self.all.n + WORTH);
            let mean = (lead.sum + prior * KIND_WORTH) / n;
            let spread = (lead.squares + 1.0) / n - mean * mean;
            let surely = mean - SURE * (spread.max(0.0) / n).sqrt();
            if surely > 0.0 && best.is_none_or(|(ahead, _)| mean > ahead) {
                best = Some((mean, size));
            }
        }
        best.map(|(_, size)| size)
    }

    /// What the votes of these members weigh on a kind, among so many alternatives.
    #[must_use]
    pub fn weights(
        &self,
        outlook: &Outlook<'_>,
        kind: TaskKind,
        voters: &[&MemberName],
        alternatives: u32,
    ) -> Weights {
        let estimates: Vec<Estimate> = voters
            .iter()
            .map(|voter| outlook.estimate(voter, kind, None))
            .collect();
        let best = self.smaller(kind).filter(|size| *size < voters.len());
        let each = weigh(&estimates, alternatives, best);
        Weights { each, best }
    }
}

/// Weights where the best so many decide alone.
#[must_use]
pub fn weigh(estimates: &[Estimate], alternatives: u32, best: Option<usize>) -> Vec<f64> {
    let mut order: Vec<usize> = (0..estimates.len()).collect();
    let mean = |place: &usize| estimates.get(*place).map_or(0.0, |one| one.mean);
    order.sort_by(|one, other| mean(other).total_cmp(&mean(one)));
    let mut each = vec![WEIGHT_MIN; estimates.len()];
    for place in order.into_iter().take(best.unwrap_or(estimates.len())) {
        if let (Some(weight), Some(estimate)) = (each.get_mut(place), estimates.get(place)) {
            *weight = weight_of(estimate.mean, alternatives);
        }
    }
    each
}

/// The weight of the vote of one that is right with such a probability, among so many alternatives;
/// fewer than two are taken as two. From [`WEIGHT_MIN`] to [`WEIGHT_MAX`].
#[must_use]
pub fn weight_of(mean: f64, alternatives: u32) -> f64 {
    let others = f64::from(alternatives.max(2) - 1);
    let odds = mean * others / (1.0 - mean);
    odds.ln().clamp(WEIGHT_MIN, WEIGHT_MAX)
}

#[cfg(test)]
mod tests {
    use super::{Trust, WEIGHT_MAX, WEIGHT_MIN, weight_of};
    use crate::core::routing::posterior::Posterior;
    use crate::core::{MemberName, TaskKind};

    #[test]
    fn the_weight_is_the_log_odds_within_bounds() {
        assert!((weight_of(0.8, 2) - 4.0_f64.ln()).abs() < 1e-12);
        // Of four alternatives one that is right in four of ten still knows something.
        assert!((weight_of(0.4, 4) - 2.0_f64.ln()).abs() < 1e-12);
        for (mean, alternatives, bound) in [
            (0.3, 2, WEIGHT_MIN),
            (0.5, 0, WEIGHT_MIN),
            (0.9999, 99, WEIGHT_MAX),
        ] {
            assert!((weight_of(mean, alternatives) - bound).abs() < 1e-12);
        }
    }

    #[test]
    fn one_that_is_far_ahead_decides_alone_where_that_proved_better() {
        let names = ["far", "a", "b", "c"].map(|name| MemberName::new(name).unwrap());
        let voters: Vec<&MemberName> = names.iter().collect();
        let mut posterior = Posterior::default();
        for turn in 0..60 {
            posterior.observe(&names[0], TaskKind::Code, 1.0, 1.0);
            for name in &names[1..] {
                posterior.observe(name, TaskKind::Code, f64::from(turn % 2), 1.0);
            }
        }
        let outlook = posterior.outlook();
        let mut trust = Trust::default();
        let weigh = |trust: &Trust| trust.weights(&outlook, TaskKind::Code, &voters, 10);
        let whole = weigh(&trust);
        assert_eq!(whole.best, None);
        assert!(whole.each[0] < whole.each[1..].iter().sum());
        for turn in 0..60 {
            trust.observe(TaskKind::Code, turn % 2 == 0, [true, true, turn % 2 == 0]);
        }
        let alone = weigh(&trust);
        assert_eq!(alone.best, Some(1));
        assert!(alone.each[0] > alone.each[1..].iter().sum());
        // A single lucky task proves nothing.
        let mut lucky = Trust::default();
        lucky.observe(TaskKind::Code, false, [true; 3]);
        assert_eq!(weigh(&lucky).best, None);
    }
}
