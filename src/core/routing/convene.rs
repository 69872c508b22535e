//! How many are asked: one, a few until they agree, or everybody.
//!
//! Owns the purse of further calls and the rule by which a cascade goes on. Who is asked first is the
//! business of the [policies](super::policy).
//!
//! Further calls buy two things. Everybody asked about the same task tells most of who is better, since
//! a hard task is hard for all. And the best two, with a third and fourth only where they differ, are
//! right more often than the best one for little more than twice its calls. So a room that may spend
//! further calls asks everybody first, [`PROBES_FIRST`] times, and then asks in cascades.

use serde::{Deserialize, Serialize};

use crate::core::Strategy;

/// How many tasks everybody is asked about before cascades begin.
pub const PROBES_FIRST: u32 = 20;
/// How many a cascade asks at once at its beginning.
pub const CASCADE_FIRST: usize = 2;
/// How many a cascade asks at most.
pub const CASCADE_MOST: usize = 4;
/// The most further calls that are saved up, and the most that are owed: everybody is asked twice for it.
/// It is the same whoever is up, so that nothing is lost while members are away.
const SAVED_MOST: f64 = 16.0;

/// The further calls that a room has saved up.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Purse {
    credit: f64,
    probes: u32,
}

/// How many are asked about a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Convening {
    /// The best one.
    One,
    /// The best two, and further ones while they differ.
    Cascade {
        /// How many at once at the beginning.
        first: usize,
        /// How many in all.
        most: usize,
    },
    /// All.
    Everybody,
}

impl Convening {
    /// How a task is worked that is convened so.
    #[must_use]
    pub fn strategy(self) -> Strategy {
        match self {
            Self::One => Strategy::Solo,
            Self::Cascade { .. } | Self::Everybody => Strategy::Council,
        }
    }
}

impl Purse {
    /// What may be spent on one more task, where so many further calls may be made for each of them and
    /// so many members can be asked.
    #[must_use]
    pub fn convene(&self, further: f64, members: usize) -> Convening {
        let credit = self.with(further);
        let rest = members.saturating_sub(1);
        if rest == 0 {
            return Convening::One;
        }
        let all = number(rest);
        if self.probes < PROBES_FIRST {
            return if credit >= all {
                Convening::Everybody
            } else {
                Convening::One
            };
        }
        let most = CASCADE_MOST.min(members);
        if credit >= number(most.saturating_sub(1)) {
            let first = CASCADE_FIRST.min(most);
            return Convening::Cascade { first, most };
        }
        Convening::One
    }

    /// Pays for a task that was worked: what it was allowed, how it was convened and how many were
    /// asked in the end.
    pub fn pay(&mut self, further: f64, how: Convening, asked: usize) {
        self.credit = self.with(further);
        self.spend(asked.saturating_sub(1));
        if how == Convening::Everybody {
            self.probes = self.probes.saturating_add(1);
        }
    }

    /// Pays for so many further calls of a task. Where more depended on it than was saved up, it is owed:
    /// at most as much as can be saved.
    pub fn spend(&mut self, calls: usize) {
        self.credit = (self.credit - number(calls)).max(-SAVED_MOST);
    }

    /// How many further calls are saved up.
    #[must_use]
    pub fn credit(&self) -> f64 {
        self.credit
    }

    /// What is saved up with one more task, where so many further calls may be made for each of them.
    #[must_use]
    pub fn with(&self, further: f64) -> f64 {
        let further = if further.is_finite() {
            further.max(0.0)
        } else {
            0.0
        };
        (self.credit + further).min(SAVED_MOST)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a handful of members")]
fn number(count: usize) -> f64 {
    count as f64
}

/// An answer that a cascade has: which group of equal answers it is in (`None` for one that says
/// nothing), and the weight of its author.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heard {
    /// The group.
    pub group: Option<usize>,
    /// The weight.
    pub weight: f64,
}

/// Whether a cascade is at its end: the first ones agree, nobody is left, or those who are left cannot
/// change which group leads. `left` are the weights of those who would be asked.
#[must_use]
pub fn is_settled(first: usize, heard: &[Heard], left: &[f64]) -> bool {
    if left.is_empty() {
        return true;
    }
    if heard.len() < first {
        return false;
    }
    if heard.len() == first
        && let Some(Heard {
            group: Some(group), ..
        }) = heard.first()
        && heard.iter().all(|one| one.group == Some(*group))
    {
        return true;
    }
    let mut groups: Vec<f64> = Vec::new();
    for one in heard {
        let Some(group) = one.group else { continue };
        if groups.len() <= group {
            groups.resize(group + 1, 0.0);
        }
        if let Some(sum) = groups.get_mut(group) {
            *sum += one.weight;
        }
    }
    groups.sort_by(|one, other| other.total_cmp(one));
    let lead = groups.first().copied().unwrap_or_default();
    let second = groups.get(1).copied().unwrap_or_default();
    lead > second + left.iter().sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::{Convening, Heard, PROBES_FIRST, Purse, is_settled};

    fn heard(groups: &[Option<usize>], weights: &[f64]) -> Vec<Heard> {
        let each = groups.iter().zip(weights);
        each.map(|(group, weight)| Heard {
            group: *group,
            weight: *weight,
        })
        .collect()
    }

    #[test]
    fn who_may_spend_nothing_asks_one() {
        for further in [0.0, -1.0, f64::NAN] {
            let mut purse = Purse::default();
            for _ in 0..1_000 {
                let how = purse.convene(further, 8);
                assert_eq!(how, Convening::One);
                purse.pay(further, how, 1);
            }
        }
        assert_eq!(Purse::default().convene(9.0, 1), Convening::One);
        assert_eq!(Purse::default().convene(9.0, 0), Convening::One);
    }

    #[test]
    fn everybody_is_asked_first_and_then_a_few_within_what_may_be_spent() {
        let mut purse = Purse::default();
        let (mut asked, mut everybody, mut cascades) = (0, 0, 0);
        let tasks = 2_000;
        for _ in 0..tasks {
            let how = purse.convene(0.5, 8);
            let count = match how {
                Convening::One => 1,
                Convening::Everybody => {
                    assert_eq!(cascades, 0);
                    everybody += 1;
                    8
                }
                Convening::Cascade { first, most } => {
                    assert_eq!((first, most), (2, 4));
                    cascades += 1;
                    most
                }
            };
            asked += count;
            purse.pay(0.5, how, count);
            assert!(purse.credit() >= 0.0);
        }
        assert_eq!(everybody, PROBES_FIRST);
        assert!(cascades > 200, "{cascades}");
        assert!(asked <= tasks * 3 / 2, "{asked}");
    }

    #[test]
    fn a_cascade_ends_where_it_is_clear() {
        let (one, other) = (Some(0), Some(1));
        assert!(is_settled(2, &heard(&[one, one], &[1.0, 1.0]), &[9.0]));
        assert!(!is_settled(2, &heard(&[one, other], &[1.0, 1.0]), &[1.0]));
        assert!(!is_settled(2, &heard(&[one], &[9.0]), &[1.0]));
        // The third settles it, unless the fourth could bring the first to the front again.
        assert!(is_settled(
            2,
            &heard(&[one, other, other], &[1.0, 1.0, 1.0]),
            &[0.5]
        ));
        assert!(!is_settled(
            2,
            &heard(&[one, other, other], &[1.0, 1.0, 1.0]),
            &[1.5]
        ));
        // Two that say nothing do not agree.
        assert!(!is_settled(2, &heard(&[None, None], &[1.0, 1.0]), &[1.0]));
        assert!(is_settled(2, &heard(&[None, None], &[1.0, 1.0]), &[]));
    }
}
