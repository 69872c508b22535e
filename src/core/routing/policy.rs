//! The policies: in which order members come into question for a task, and what each is given for.
//!
//! Pure functions over what is known of the members. Who may be asked at all is the business of
//! [`route`](super::route); how many are asked is that of [`convene`](super::convene).

use std::cmp::Ordering;

use super::posterior::{Estimate, Outlook};
use crate::core::hash::{Dice, fnv, spread};
use crate::core::task::words;
use crate::core::{MemberName, TaskKind};

/// How far `learned` lets its belief vary, as a share of the variance of the belief: less than the
/// whole, as full Thompson sampling explores for ever.
const CURIOSITY: f64 = 0.4;
/// What `learned` adds for a member without results.
const NOVELTY: f64 = 0.2;
/// After how many results a member is no longer new.
const NEW: f64 = 10.0;
/// What `learned` takes off for a member that is as busy as it may be.
const BUSY: f64 = 0.1;

words!(
    /// By what a member is chosen for a task that names nobody.
    Policy, "policy", {
        /// By the order that is set.
        Fixed = "fixed",
        /// Who was given nothing for longest.
        RoundRobin = "round-robin",
        /// By the strengths that are declared.
        Strength = "strength",
        /// Who has the least to do.
        LeastLoaded = "least-loaded",
        /// Who answered fastest so far.
        Fastest = "fastest",
        /// Who costs least.
        Cheapest = "cheapest",
        /// Whose results stood most often, on such tasks.
        Performance = "performance",
        /// By a draw from what is believed of each (Thompson sampling), which tries all for ever.
        Thompson = "thompson",
        /// As `performance`, with a look at those that are little known, and at the load.
        Learned = "learned",
    }
);

/// A member that could be given a task, with what the policies ask of it.
#[derive(Debug, Clone, Copy)]
pub struct Contender<'a> {
    /// Who.
    pub name: &'a MemberName,
    /// Its declared strength on the kind, 0 to 1.
    pub strength: Option<f64>,
    /// Calls in flight, as a share of those that it may work at once.
    pub load: f64,
    /// The time that such a task is expected to take it, in seconds.
    pub seconds: Option<f64>,
    /// What such a task is expected to cost, in US dollars.
    pub price: Option<f64>,
    /// Its place among all when each was last given something; 0 for never.
    pub given: u64,
    /// Its place in the order that is set for `fixed`.
    pub place: Option<usize>,
}

/// A contender with its score.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    /// Who.
    pub name: MemberName,
    /// What it is ordered by; more is better.
    pub score: f64,
    /// What is expected of it.
    pub estimate: Estimate,
    /// As the contender's.
    pub strength: Option<f64>,
    /// As the contender's.
    pub load: f64,
    /// As the contender's.
    pub seconds: Option<f64>,
    /// As the contender's.
    pub price: Option<f64>,
}

/// What a choice is about.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// The kind of the task.
    pub kind: TaskKind,
    /// What is expected of everybody.
    pub outlook: &'a Outlook<'a>,
    /// What is drawn by: the same number gives the same draw.
    pub seed: u64,
}

/// The contenders, best first. Those that are alike stand by what is expected of them, then by their
/// load, then by name.
#[must_use]
pub fn rank(policy: Policy, desk: Desk<'_>, contenders: &[Contender<'_>]) -> Vec<Weighed> {
    let dearest = most(contenders.iter().map(|one| one.price));
    let middle = median(contenders.iter().filter_map(|one| one.seconds));
    let mut ranked: Vec<Weighed> = contenders
        .iter()
        .map(|one| {
            let estimate = desk.outlook.estimate(one.name, desk.kind, one.strength);
            let score = match policy {
                Policy::Fixed => one.place.map_or(f64::MIN, |place| -as_f64(place as u64)),
                Policy::RoundRobin => -as_f64(one.given),
                Policy::Strength => one.strength.filter(|it| it.is_finite()).unwrap_or(0.5),
                Policy::LeastLoaded => -one.load,
                // Who is not known yet may be fast.
                Policy::Fastest => -one.seconds.or(middle).unwrap_or_default(),
                // Who does not tell its price may be dear.
                Policy::Cheapest => -one.price.or(dearest).unwrap_or_default(),
                Policy::Performance => estimate.mean,
                Policy::Thompson => {
                    let deviation = deviate(desk.seed, one.name);
                    estimate.mean + whole_sd(&estimate) * deviation
                }
                Policy::Learned => {
                    let deviation = deviate(desk.seed, one.name);
                    let new = (1.0 - estimate.n_all / NEW).max(0.0);
                    estimate.mean + estimate.sd * CURIOSITY.sqrt() * deviation + NOVELTY * new
                        - BUSY * one.load
                }
            };
            Weighed {
                name: one.name.clone(),
                score: if score.is_nan() { f64::MIN } else { score },
                estimate,
                strength: one.strength,
                load: one.load,
                seconds: one.seconds,
                price: one.price,
            }
        })
        .collect();
    ranked.sort_by(order);
    ranked
}

fn order(one: &Weighed, other: &Weighed) -> Ordering {
    let by = |value: fn(&Weighed) -> f64| value(other).total_cmp(&value(one));
    by(|it| it.score)
        .then_with(|| by(|it| it.estimate.mean))
        .then_with(|| by(|it| -it.load))
        .then_with(|| one.name.cmp(&other.name))
}

/// The deviation of a Beta posterior that knows only the member's results on the kind, over a prior of
/// twenty: what the baseline of the comparison draws from.
fn whole_sd(estimate: &Estimate) -> f64 {
    (estimate.mean * (1.0 - estimate.mean) / (estimate.n + 21.0)).sqrt()
}

/// A standard normal deviate that belongs to a number and a member: the sum of twelve uniform ones less
/// six, which needs no function that differs between machines.
fn deviate(seed: u64, name: &MemberName) -> f64 {
    let mut dice = Dice::new(spread(fnv(seed, name.as_str().bytes())));
    let mut sum = 0.0;
    for _ in 0..4 {
        let roll = dice.roll();
        for part in 0..3 {
            let bits = (roll >> (21 * part)) & 0x1f_ffff;
            sum += as_f64(bits) / f64::from(1_u32 << 21);
        }
    }
    sum - 6.0
}

#[expect(clippy::cast_precision_loss, reason = "an order, not an account")]
fn as_f64(number: u64) -> f64 {
    number as f64
}

fn most(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    values
        .flatten()
        .filter(|it| it.is_finite())
        .max_by(f64::total_cmp)
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.filter(|it| it.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Contender, Desk, Policy, rank};
    use crate::core::routing::posterior::Posterior;
    use crate::core::{MemberName, TaskKind};

    fn order(policy: Policy, posterior: &Posterior, seed: u64) -> String {
        let names = ["a", "b", "c"].map(|name| MemberName::new(name).unwrap());
        let contender = |place: usize, strength, load, seconds, price, given| Contender {
            name: &names[place],
            strength,
            load,
            seconds,
            price,
            given,
            place: [Some(2), None, Some(0)][place],
        };
        let contenders = [
            contender(0, Some(0.9), 0.5, Some(30.0), Some(0.0), 7),
            contender(1, Some(7.0), 0.0, None, Some(0.2), 9),
            contender(2, None, 1.0, Some(10.0), None, 0),
        ];
        let outlook = posterior.outlook();
        let desk = Desk {
            kind: TaskKind::Code,
            outlook: &outlook,
            seed,
        };
        let ranked = rank(policy, desk, &contenders);
        ranked.iter().map(|one| one.name.as_str()).collect()
    }

    #[test]
    fn each_policy_orders_by_what_it_says() {
        let mut posterior = Posterior::default();
        for turn in 0..40 {
            for (name, every) in [("a", 4), ("b", 2), ("c", 1)] {
                let name = MemberName::new(name).unwrap();
                let value = f64::from(u8::from(turn % every == 0));
                posterior.observe(&name, TaskKind::Code, value, 1.0);
            }
        }
        let by = |policy| order(policy, &posterior, 1);
        let got = Policy::ALL
            .iter()
            .map(|policy| (policy.word(), by(*policy)));
        let wanted = [
            ("fixed", "cab"),
            ("round-robin", "cab"),
            ("strength", "bac"),
            ("least-loaded", "bac"),
            // Who is not known yet may be fast, and who does not tell its price may be dear.
            ("fastest", "cba"),
            ("cheapest", "acb"),
            ("performance", "cba"),
            ("thompson", "cba"),
            ("learned", "cba"),
        ];
        let got: Vec<(&str, String)> = got.collect();
        let wanted = wanted.map(|(word, order)| (word, order.to_owned()));
        assert_eq!(got, wanted);
    }

    #[test]
    fn who_is_new_is_tried_by_those_that_learn_and_the_same_seed_draws_the_same() {
        let posterior = Posterior::default();
        for policy in [Policy::Thompson, Policy::Learned] {
            let mut firsts: Vec<String> = (0..50)
                .map(|seed| order(policy, &posterior, seed).chars().take(1).collect())
                .collect();
            firsts.sort_unstable();
            firsts.dedup();
            assert!(firsts.len() > 1, "{policy}");
            assert_eq!(order(policy, &posterior, 3), order(policy, &posterior, 3));
        }
    }

    #[test]
    fn nobody_is_ranked_as_nobody() {
        let posterior = Posterior::default();
        let outlook = posterior.outlook();
        let desk = Desk {
            kind: TaskKind::General,
            outlook: &outlook,
            seed: 0,
        };
        for policy in Policy::ALL {
            assert_eq!(rank(*policy, desk, &[]), []);
        }
    }
}
