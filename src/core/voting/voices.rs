//! How many independent voters a panel is worth, by how often its members agreed beyond chance.
//!
//! A panel of n members whose pairs agree with a mean correlation ρ tells as much as
//! `n / (1 + (n − 1) ρ)` independent ones: the effective size of a cluster sample (Leslie Kish, "Survey
//! Sampling", 1965, §5.4: the design effect). ρ is taken from choices: of a pair that agreed on a share
//! a of its decisions, where c would be due to chance, it is `(a − c) / (1 − c)`, as in Cohen's kappa
//! (1960), with c the mean of one over the number of alternatives. Members that agree because they are
//! right count as dependent too: without the truth nobody can tell the two apart.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::MemberName;

/// Each pair of a panel must share so many decisions before its worth is said.
pub const SHARED_LEAST: u64 = 20;

/// What two members decided together.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct Shared {
    decisions: u64,
    agreed: u64,
    /// The sum of what chance would have made them agree.
    chance: f64,
}

/// Agreement of all pairs, over decisions.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Voices {
    /// By the name that comes first, then by the other one.
    pairs: BTreeMap<MemberName, BTreeMap<MemberName, Shared>>,
}

impl Voices {
    /// Adds a decision: which candidate each member preferred, of so many. One without a choice is
    /// left out, and so are decisions without an alternative.
    pub fn add(&mut self, alternatives: u32, choices: &BTreeMap<MemberName, usize>) {
        if alternatives < 2 {
            return;
        }
        for (one, first) in choices {
            let pairs = self.pairs.entry(one.clone()).or_default();
            for (other, second) in choices.iter().filter(|(other, _)| *other > one) {
                let shared = pairs.entry(other.clone()).or_default();
                shared.decisions += 1;
                shared.agreed += u64::from(first == second);
                shared.chance += 1.0 / f64::from(alternatives);
            }
        }
    }

    /// How many decisions two members share.
    #[must_use]
    pub fn shared(&self, one: &MemberName, other: &MemberName) -> u64 {
        self.pair(one, other).decisions
    }

    fn pair(&self, one: &MemberName, other: &MemberName) -> Shared {
        let pairs = self.pairs.get(one.min(other));
        pairs
            .and_then(|pairs| pairs.get(one.max(other)))
            .copied()
            .unwrap_or_default()
    }

    /// How many independent voters these members are worth, from 1 to their number; `None` where two
    /// of them share fewer than [`SHARED_LEAST`] decisions, or there is nobody.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub fn worth(&self, panel: &[MemberName]) -> Option<f64> {
        let (mut sum, mut pairs) = (0.0, 0.0);
        for (index, one) in panel.iter().enumerate() {
            for other in panel.iter().skip(index + 1) {
                let shared = self.pair(one, other);
                if shared.decisions < SHARED_LEAST {
                    return None;
                }
                let decisions = shared.decisions as f64;
                let (agreed, chance) =
                    (shared.agreed as f64 / decisions, shared.chance / decisions);
                sum += (agreed - chance) / (1.0 - chance);
                pairs += 1.0;
            }
        }
        let size = panel.len() as f64;
        match panel.len() {
            0 => None,
            1 => Some(1.0),
            _ => {
                let correlation = f64::clamp(sum / pairs, 0.0, 1.0);
                Some(size / (1.0 + (size - 1.0) * correlation))
            }
        }
    }
}
