//! What the outcomes of its work say of a member: how likely its next result on a kind of task stands.
//!
//! Owns the evidence and what is expected after it. Which outcomes are evidence, and how much, is the
//! business of the [rewards](super::setting::Rewards); who is chosen is that of the [policies](super::policy).
//!
//! The estimate is hierarchical, with shrinkage towards additive effects (an empirical-Bayes form of the
//! two-way layout; see Andrew Gelman, "Analysis of variance", 2005): a kind has a **level**, the share of
//! results that stand whoever works them; a member has an **effect**, by how much it does better than the
//! levels of what it was given; and the member's own results on the kind move away from the sum of the
//! two as they become many. So one that was given the hard work is not taken for a bad one, and one that
//! is new to a kind is expected to be there what it is elsewhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::drift::Watch;
use crate::core::{MemberName, TaskKind};

/// How many results the level of a kind is held back by, towards that of all work.
const LEVEL_WORTH: f64 = 4.0;
/// How many results the effect of a member is held back by, towards none.
const MEMBER_WORTH: f64 = 10.0;
/// How many results on a kind are worth as much as what is known from other kinds.
const KIND_WORTH: f64 = 30.0;
/// How many results a declared strength is worth.
const STRENGTH_WORTH: f64 = 10.0;
/// By how much the best declared strength raises what is expected of a member without results.
const STRENGTH_SPAN: f64 = 0.25;
/// No expectation is nearer to certainty than this.
const EDGE: f64 = 0.02;
/// What is left of the evidence on the others when one member changed: they may have changed with it.
const KEPT_OF_OTHERS: f64 = 0.2;
/// The most members of which something is remembered.
const MEMBERS_MAX: usize = 256;
/// The most kinds that are told apart; further ones count as the first.
const KINDS_MAX: usize = 64;

/// Results that stood, of how many. Both are sums of weights.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// The weight of those that stood.
    pub good: f64,
    /// The weight of all.
    pub n: f64,
}

impl Evidence {
    fn add(&mut self, value: f64, weight: f64) {
        self.good += value * weight;
        self.n += weight;
    }

    /// Without what was added before; never below nothing, whatever the rounding.
    fn less(&mut self, other: Self) {
        self.n = (self.n - other.n).max(0.0);
        self.good = (self.good - other.good).clamp(0.0, self.n);
    }

    fn scaled(self, by: f64) -> Self {
        Self {
            good: self.good * by,
            n: self.n * by,
        }
    }
}

/// What is to be expected of a member on a kind of task.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// How likely its next result stands, above 0 and below 1.
    pub mean: f64,
    /// The standard deviation of that belief.
    pub sd: f64,
    /// The weight of its results on the kind.
    pub n: f64,
    /// The weight of its results on all kinds.
    pub n_all: f64,
}

/// What an observation added, to take it back by.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    epoch: u32,
    kept: f64,
    value: f64,
    weight: f64,
}

/// A member was found to have changed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Changed {
    /// What was expected of it.
    pub from: f64,
    /// Whether it does better now.
    pub better: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Standing {
    /// By the place of the kind.
    kinds: Vec<Evidence>,
    all: Evidence,
    watch: Watch,
    /// How often it was begun anew.
    epoch: u32,
    /// What is left of one that was added at the beginning of the epoch.
    kept: f64,
}

impl Default for Standing {
    fn default() -> Self {
        Self {
            kinds: Vec::new(),
            all: Evidence::default(),
            watch: Watch::default(),
            epoch: 0,
            kept: 1.0,
        }
    }
}

impl Standing {
    fn on(&self, kind: usize) -> Evidence {
        self.kinds.get(kind).copied().unwrap_or_default()
    }

    fn on_mut(&mut self, kind: usize) -> Option<&mut Evidence> {
        if self.kinds.len() <= kind {
            self.kinds.resize(kind + 1, Evidence::default());
        }
        self.kinds.get_mut(kind)
    }
}

/// The evidence on all members.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Posterior {
    /// In the order in which they were first seen.
    kinds: Vec<TaskKind>,
    /// Of all members together, by the place of the kind.
    levels: Vec<Evidence>,
    members: BTreeMap<MemberName, Standing>,
}

impl Posterior {
    /// Adds that a result of a member on a kind stood, by so much (0 not at all, 1 wholly) and with
    /// such a weight. Says when the member turns out to have changed: its evidence is begun anew then,
    /// and that on the others counts less. What is no number, or weighs nothing, is passed over.
    pub fn observe(
        &mut self,
        member: &MemberName,
        kind: TaskKind,
        value: f64,
        weight: f64,
    ) -> Option<(Mark, Option<Changed>)> {
        if !(value.is_finite() && weight.is_finite() && weight > 0.0) {
            return None;
        }
        let value = value.clamp(0.0, 1.0);
        let expected = self.outlook().estimate(member, kind, None);
        let place = self.place(kind);
        self.make_room(member);
        let standing = self.members.entry(member.clone()).or_default();
        let shifted = standing
            .watch
            .see(expected.mean, expected.n_all, value, weight);
        if let Some(better) = shifted {
            self.begin_anew(member);
            let from = expected.mean;
            let mark = self.add(member, place, value, weight)?;
            return Some((mark, Some(Changed { from, better })));
        }
        Some((self.add(member, place, value, weight)?, None))
    }

    fn add(&mut self, member: &MemberName, place: usize, value: f64, weight: f64) -> Option<Mark> {
        let standing = self.members.get_mut(member)?;
        standing.all.add(value, weight);
        standing.on_mut(place)?.add(value, weight);
        self.levels.get_mut(place)?.add(value, weight);
        Some(Mark {
            epoch: standing.epoch,
            kept: standing.kept,
            value,
            weight,
        })
    }

    /// Takes an observation back, as far as it still counts.
    pub fn take_back(&mut self, member: &MemberName, kind: TaskKind, mark: Mark) {
        let Some(place) = self.kinds.iter().position(|known| *known == kind) else {
            return;
        };
        let Some(standing) = self.members.get_mut(member) else {
            return;
        };
        if standing.epoch != mark.epoch || mark.kept <= 0.0 {
            return;
        }
        let left = mark.weight * standing.kept / mark.kept;
        let gone = Evidence {
            good: mark.value * left,
            n: left,
        };
        standing.all.less(gone);
        if let Some(here) = standing.on_mut(place) {
            here.less(gone);
        }
        if let Some(level) = self.levels.get_mut(place) {
            level.less(gone);
        }
    }

    /// Counts an observation for another kind, as far as it still counts.
    pub fn relabel(
        &mut self,
        member: &MemberName,
        (from, to): (TaskKind, TaskKind),
        mark: Mark,
    ) -> Mark {
        let standing = self.members.get(member);
        let Some(standing) = standing.filter(|one| one.epoch == mark.epoch && mark.kept > 0.0)
        else {
            return mark;
        };
        let left = mark.weight * standing.kept / mark.kept;
        self.take_back(member, from, mark);
        let place = self.place(to);
        self.add(member, place, mark.value, left).unwrap_or(mark)
    }

    /// What is to be expected, reckoned once for any number of questions.
    #[must_use]
    pub fn outlook(&self) -> Outlook<'_> {
        let all = self
            .levels
            .iter()
            .fold(Evidence::default(), |sum, one| Evidence {
                good: sum.good + one.good,
                n: sum.n + one.n,
            });
        let room = (all.good + 1.0) / (all.n + 2.0);
        let level = |one: &Evidence| (one.good + room * LEVEL_WORTH) / (one.n + LEVEL_WORTH);
        Outlook {
            posterior: self,
            room,
            levels: self.levels.iter().map(level).collect(),
        }
    }

    /// The members of which something is remembered.
    pub fn members(&self) -> impl Iterator<Item = &MemberName> {
        self.members.keys()
    }

    /// The kinds of which something is remembered.
    #[must_use]
    pub fn kinds(&self) -> &[TaskKind] {
        &self.kinds
    }

    fn place(&mut self, kind: TaskKind) -> usize {
        if let Some(place) = self.kinds.iter().position(|known| *known == kind) {
            return place;
        }
        if self.kinds.len() >= KINDS_MAX {
            return 0;
        }
        self.kinds.push(kind);
        self.levels.push(Evidence::default());
        self.kinds.len() - 1
    }

    /// Forgets the member with the least evidence where a new one finds no place.
    fn make_room(&mut self, member: &MemberName) {
        if self.members.len() < MEMBERS_MAX || self.members.contains_key(member) {
            return;
        }
        let least = self
            .members
            .iter()
            .min_by(|(_, one), (_, other)| one.all.n.total_cmp(&other.all.n))
            .map(|(name, _)| name.clone());
        if let Some(name) = least {
            self.members.remove(&name);
            self.sum_up();
        }
    }

    fn begin_anew(&mut self, changed: &MemberName) {
        for (name, standing) in &mut self.members {
            standing.watch = Watch::default();
            if name == changed {
                *standing = Standing {
                    epoch: standing.epoch.saturating_add(1),
                    ..Standing::default()
                };
            } else {
                standing.kept *= KEPT_OF_OTHERS;
                standing.all = standing.all.scaled(KEPT_OF_OTHERS);
                for one in &mut standing.kinds {
                    *one = one.scaled(KEPT_OF_OTHERS);
                }
            }
        }
        self.sum_up();
    }

    fn sum_up(&mut self) {
        for (place, level) in self.levels.iter_mut().enumerate() {
            *level = Evidence::default();
            for standing in self.members.values() {
                let here = standing.on(place);
                level.good += here.good;
                level.n += here.n;
            }
        }
    }
}

/// The posterior with the levels of the kinds worked out.
#[derive(Debug, Clone)]
pub struct Outlook<'a> {
    posterior: &'a Posterior,
    /// The share of all results that stand.
    room: f64,
    levels: Vec<f64>,
}

impl Outlook<'_> {
    /// What is to be expected of a member on a kind, with the strength that is declared for it, 0 to 1.
    #[must_use]
    pub fn estimate(&self, member: &MemberName, kind: TaskKind, strength: Option<f64>) -> Estimate {
        let place = self.posterior.kinds.iter().position(|known| *known == kind);
        let level = place.and_then(|place| self.levels.get(place)).copied();
        let level = level.unwrap_or(self.room);
        let standing = self.posterior.members.get(member);
        let (mut surplus, mut all, mut here) = (0.0, 0.0, Evidence::default());
        if let Some(standing) = standing {
            for (evidence, level) in standing.kinds.iter().zip(&self.levels) {
                surplus += evidence.good - evidence.n * level;
            }
            all = standing.all.n;
            here = place.map(|place| standing.on(place)).unwrap_or_default();
        }
        let declared = strength
            .filter(|strength| strength.is_finite())
            .map_or(0.0, |strength| {
                let above = strength.clamp(0.0, 1.0) - 0.5;
                2.0 * above * STRENGTH_SPAN * STRENGTH_WORTH / (STRENGTH_WORTH + all)
            });
        let effect = surplus / (all + MEMBER_WORTH);
        let base = f64::clamp(level + effect + declared, EDGE, 1.0 - EDGE);
        let mean = (here.good + base * KIND_WORTH) / (here.n + KIND_WORTH);
        let known = here.n / (here.n + KIND_WORTH);
        let of_kind = mean * (1.0 - mean) / (here.n + KIND_WORTH) * known;
        let of_member = base * (1.0 - base) / (all + MEMBER_WORTH) * (1.0 - known) * (1.0 - known);
        Estimate {
            mean: mean.clamp(EDGE, 1.0 - EDGE),
            sd: (of_kind + of_member).sqrt(),
            n: here.n,
            n_all: all,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MEMBERS_MAX, Posterior};
    use crate::core::{MemberName, TaskKind};

    fn name(name: &str) -> MemberName {
        MemberName::new(name).unwrap()
    }

    fn mean(posterior: &Posterior, who: &str, kind: TaskKind) -> f64 {
        posterior.outlook().estimate(&name(who), kind, None).mean
    }

    fn see(posterior: &mut Posterior, who: &str, kind: TaskKind, good: usize, bad: usize) {
        let all = good + bad;
        for turn in 0..all {
            // Spread evenly, so that nothing changes on the way.
            let is_good = (turn + 1) * good / all > turn * good / all;
            posterior.observe(&name(who), kind, f64::from(u8::from(is_good)), 1.0);
        }
    }

    #[test]
    fn nothing_is_expected_of_nobody() {
        let posterior = Posterior::default();
        let estimate = posterior
            .outlook()
            .estimate(&name("new"), TaskKind::Code, None);
        assert!((estimate.mean - 0.5).abs() < 1e-12);
        assert!(estimate.n.abs() < 1e-12 && estimate.sd > 0.1);
    }

    #[test]
    fn a_declared_strength_counts_until_results_are_there() {
        let mut posterior = Posterior::default();
        let of = |posterior: &Posterior, strength| {
            let outlook = posterior.outlook();
            outlook
                .estimate(&name("a"), TaskKind::Code, Some(strength))
                .mean
        };
        assert!((of(&posterior, 1.0) - 0.75).abs() < 1e-12);
        assert!((of(&posterior, 7.0) - 0.75).abs() < 1e-12);
        assert!((of(&posterior, f64::NAN) - 0.5).abs() < 1e-12);
        see(&mut posterior, "a", TaskKind::Code, 0, 200);
        assert!(of(&posterior, 1.0) < 0.1);
    }

    /// Who was given the hard work is not worse for it than who was given the easy one.
    #[test]
    fn the_level_of_a_kind_is_no_merit_of_those_who_worked_it() {
        let mut posterior = Posterior::default();
        for who in ["a", "b"] {
            see(&mut posterior, who, TaskKind::Factual, 36, 4);
            see(&mut posterior, who, TaskKind::Reasoning, 4, 36);
        }
        see(&mut posterior, "lucky", TaskKind::Factual, 36, 4);
        see(&mut posterior, "poor", TaskKind::Reasoning, 4, 36);
        let code = |who| mean(&posterior, who, TaskKind::Code);
        assert!((code("lucky") - code("poor")).abs() < 0.05);
        // The better one of those who worked the same is expected to be better elsewhere too.
        see(&mut posterior, "a", TaskKind::Creative, 30, 10);
        see(&mut posterior, "b", TaskKind::Creative, 10, 30);
        assert!(
            mean(&posterior, "a", TaskKind::Code) > mean(&posterior, "b", TaskKind::Code) + 0.05
        );
    }

    #[test]
    fn what_is_taken_back_leaves_nothing() {
        let mut posterior = Posterior::default();
        see(&mut posterior, "a", TaskKind::Code, 5, 3);
        let before = mean(&posterior, "a", TaskKind::Code);
        let (mark, _) = posterior
            .observe(&name("a"), TaskKind::Code, 1.0, 0.7)
            .unwrap();
        assert!(mean(&posterior, "a", TaskKind::Code) > before);
        posterior.take_back(&name("a"), TaskKind::Code, mark);
        assert!((mean(&posterior, "a", TaskKind::Code) - before).abs() < 1e-12);
        let (mark, _) = posterior
            .observe(&name("a"), TaskKind::Code, 1.0, 0.7)
            .unwrap();
        let mark = posterior.relabel(&name("a"), (TaskKind::Code, TaskKind::Review), mark);
        assert!((mean(&posterior, "a", TaskKind::Code) - before).abs() < 0.02);
        posterior.take_back(&name("a"), TaskKind::Review, mark);
        assert!((mean(&posterior, "a", TaskKind::Code) - before).abs() < 1e-12);
        // Of somebody or something unknown there is nothing to take back.
        posterior.take_back(&name("b"), TaskKind::Code, mark);
        posterior.take_back(&name("a"), TaskKind::Planning, mark);
        assert!((mean(&posterior, "a", TaskKind::Code) - before).abs() < 1e-12);
    }

    #[test]
    fn one_that_got_worse_over_night_is_found_out_and_judged_anew() {
        let mut posterior = Posterior::default();
        see(&mut posterior, "a", TaskKind::Code, 90, 10);
        see(&mut posterior, "b", TaskKind::Code, 50, 50);
        let mark = posterior
            .observe(&name("a"), TaskKind::Code, 1.0, 1.0)
            .unwrap()
            .0;
        let mut found = None;
        for turn in 0..40 {
            let (_, changed) = posterior
                .observe(&name("a"), TaskKind::Code, 0.0, 1.0)
                .unwrap();
            if let Some(changed) = changed {
                found = Some((turn, changed));
                break;
            }
        }
        let (turn, changed) = found.unwrap();
        assert!(turn < 20 && !changed.better && changed.from > 0.6);
        assert!(mean(&posterior, "a", TaskKind::Code) < 0.5);
        // What was before the change cannot be taken back from what came after.
        let before = mean(&posterior, "a", TaskKind::Code);
        posterior.take_back(&name("a"), TaskKind::Code, mark);
        assert!((mean(&posterior, "a", TaskKind::Code) - before).abs() < 1e-12);
    }

    #[test]
    fn no_number_is_no_evidence_and_the_memory_is_bounded() {
        let mut posterior = Posterior::default();
        for (value, weight) in [
            (f64::NAN, 1.0),
            (1.0, f64::INFINITY),
            (1.0, 0.0),
            (1.0, -1.0),
        ] {
            let seen = posterior.observe(&name("a"), TaskKind::Code, value, weight);
            assert!(seen.is_none());
        }
        see(&mut posterior, "known", TaskKind::Code, 9, 3);
        for number in 0..2 * MEMBERS_MAX {
            see(&mut posterior, &format!("m{number}"), TaskKind::Code, 1, 0);
        }
        assert_eq!(posterior.members().count(), MEMBERS_MAX);
        assert!(posterior.members().any(|member| *member == name("known")));
        let estimate = posterior
            .outlook()
            .estimate(&name("known"), TaskKind::Code, None);
        assert!((estimate.n - 12.0).abs() < 1e-12);
    }

    #[test]
    fn it_is_the_same_after_it_was_written_down() {
        let mut posterior = Posterior::default();
        see(&mut posterior, "a", TaskKind::Code, 7, 2);
        see(&mut posterior, "b", TaskKind::Planning, 1, 4);
        let text = serde_json::to_string(&posterior).unwrap();
        let read: Posterior = serde_json::from_str(&text).unwrap();
        assert_eq!(read, posterior);
    }
}
