//! What would have been best, read off the records when all is known: what a policy is held against.

use super::figures::{Scored, Tally};
use super::pool::{Kept, Pool};
use crate::core::routing::replay::Given;

/// The most parts of a stream that are told apart.
const PHASES_MAX: usize = 64;
/// On more than what part of the items a member must be known to be called the best of them.
const KNOWN_LEAST: f64 = 0.5;

/// A choice that nobody can make who does not know how it ends.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Hindsight {
    /// Anybody, each as likely as the others.
    Random,
    /// The one that was right most often.
    BestSingle(usize),
    /// The same of each kind, by the place of the kind.
    BestOfKind(Vec<Option<usize>>),
    /// The same of each phase.
    BestOfPhase(Vec<(i64, usize)>),
    /// One that is right, where anybody is.
    Oracle,
}

impl Hindsight {
    /// Those that can be told of a pool.
    pub(super) fn of(pool: &Pool) -> Vec<Self> {
        let mut all = vec![Self::Random];
        let best = |of: &dyn Fn(&Kept) -> bool| best(pool, of);
        if let Some(one) = best(&|_| true) {
            all.push(Self::BestSingle(one));
            if pool.kinds.len() > 1 {
                let kinds = 0..pool.kinds.len();
                let each = kinds.map(|kind| best(&|kept| kept.kind == kind));
                all.push(Self::BestOfKind(each.collect()));
            }
            let phases = pool.phases();
            if !pool.is_in_order && (2..=PHASES_MAX).contains(&phases.len()) {
                let each = phases.into_iter();
                let each =
                    each.filter_map(|phase| Some((phase, best(&|kept| kept.phase == phase)?)));
                all.push(Self::BestOfPhase(each.collect()));
            }
        }
        all.push(Self::Oracle);
        all
    }

    pub(super) fn words(&self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::BestSingle(_) => "best single",
            Self::BestOfKind(_) => "best of each kind",
            Self::BestOfPhase(_) => "best of each phase",
            Self::Oracle => "oracle",
        }
    }

    /// The member that it is, where it is one.
    pub(super) fn member(&self) -> Option<usize> {
        match self {
            Self::BestSingle(place) => Some(*place),
            Self::Random | Self::BestOfKind(_) | Self::BestOfPhase(_) | Self::Oracle => None,
        }
    }

    /// What it comes to on an item; `None` where nobody answered.
    pub(super) fn work(&self, kept: &Kept) -> Option<Scored> {
        let given = |place: usize| kept.item.given.get(place).copied().flatten();
        let one = |given: Given| Scored {
            right: given.right.map(|right| f64::from(u8::from(right))),
            sure: None,
            calls: 1.0,
            seconds: given.seconds.map(f64::from),
            cost: given.cost.map(f64::from),
        };
        match self {
            Self::Random => {
                let all = kept.item.given.iter().flatten().copied().map(one);
                let all: Vec<Scored> = all.collect();
                (!all.is_empty()).then(|| Scored {
                    right: mean(all.iter().filter_map(|one| one.right)),
                    sure: None,
                    calls: 1.0,
                    seconds: whole(&all, |one| one.seconds),
                    cost: whole(&all, |one| one.cost),
                })
            }
            Self::BestSingle(place) => given(*place).map(one),
            Self::BestOfKind(kinds) => {
                let place = kinds.get(kept.kind).copied().flatten()?;
                given(place).map(one)
            }
            Self::BestOfPhase(phases) => {
                let (_, place) = phases.iter().find(|(phase, _)| *phase == kept.phase)?;
                given(*place).map(one)
            }
            Self::Oracle => {
                let known = || {
                    kept.item
                        .given
                        .iter()
                        .flatten()
                        .filter_map(|given| given.right)
                };
                let is_known = known().next().is_some();
                let right = is_known.then(|| known().any(|right| right));
                let any = kept.item.given.iter().flatten().next()?;
                // Which of those that are right it would ask, and so what that takes, is nobody's guess.
                let Scored { calls, sure, .. } = one(*any);
                Some(Scored {
                    right: right.map(|right| f64::from(u8::from(right))),
                    sure,
                    calls,
                    seconds: None,
                    cost: None,
                })
            }
        }
    }
}

/// The member that was right most often, of those that are known on most of these items.
fn best(pool: &Pool, of: &dyn Fn(&Kept) -> bool) -> Option<usize> {
    let mut each = vec![Tally::default(); pool.members.len()];
    let mut judged = 0.0;
    for kept in pool.items.iter().filter(|kept| of(kept)) {
        let mut is_judged = false;
        for (given, tally) in kept.item.given.iter().zip(&mut each) {
            if let Some(right) = given.and_then(|given| given.right) {
                tally.judge(f64::from(u8::from(right)));
                is_judged = true;
            }
        }
        judged += f64::from(u8::from(is_judged));
    }
    let known = |tally: &Tally| tally.judged > 0.0 && tally.judged > judged * KNOWN_LEAST;
    let each = each.iter().enumerate().filter(|(_, tally)| known(tally));
    let mut best: Option<(f64, usize)> = None;
    for (place, tally) in each {
        let share = tally.right / tally.judged;
        if best.is_none_or(|(most, _)| share > most) {
            best = Some((share, place));
        }
    }
    best.map(|(_, place)| place)
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values.fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
    (n > 0.0).then(|| sum / n)
}

/// The mean of something that all of them have.
fn whole(all: &[Scored], of: impl Fn(&Scored) -> Option<f64>) -> Option<f64> {
    let values: Option<Vec<f64>> = all.iter().map(of).collect();
    mean(values?.into_iter())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::Hindsight;
    use crate::cli::backtest::pool::Pool;

    fn pool(lines: &[&str]) -> Pool {
        let mut pool = Pool::new("p".to_owned(), &[]).unwrap();
        for line in lines {
            pool.add(&serde_json::from_str(line).unwrap()).unwrap();
        }
        pool
    }

    #[test]
    fn the_best_are_told_of_all_of_each_kind_and_of_each_phase() {
        let pool = pool(&[
            r#"{"id":1,"kind":"x","phase":0,"answers":{"a":{"correct":1,"cost":2},"b":{"correct":0,"cost":4}}}"#,
            r#"{"id":2,"kind":"x","phase":0,"answers":{"a":{"correct":1},"b":{"correct":0}}}"#,
            r#"{"id":3,"kind":"y","phase":1,"answers":{"a":{"correct":0},"b":{"correct":1}}}"#,
            r#"{"id":4,"kind":"y","phase":1,"answers":{"a":{"correct":0},"b":{"correct":0},"c":{"correct":1}}}"#,
        ]);
        let all = Hindsight::of(&pool);
        // c is always right, but known on one item only.
        assert_eq!(
            all,
            [
                Hindsight::Random,
                Hindsight::BestSingle(0),
                Hindsight::BestOfKind(vec![Some(0), Some(1)]),
                Hindsight::BestOfPhase(vec![(0, 0), (1, 1)]),
                Hindsight::Oracle,
            ]
        );
        let right = |one: &Hindsight, at: usize| one.work(&pool.items[at]).unwrap().right;
        assert_eq!(right(&all[0], 0), Some(0.5));
        assert_eq!(
            (right(&all[1], 3), right(&all[2], 2)),
            (Some(0.0), Some(1.0))
        );
        assert_eq!(
            (right(&all[4], 3), right(&all[4], 0)),
            (Some(1.0), Some(1.0))
        );
        assert_eq!(all[0].work(&pool.items[0]).unwrap().cost, Some(3.0));
        assert_eq!(all[0].work(&pool.items[1]).unwrap().cost, None);
    }

    #[test]
    fn without_marks_nobody_is_best() {
        let pool = pool(&[r#"{"id":1,"answers":{"a":{"answer":"1"}}}"#]);
        assert_eq!(Hindsight::of(&pool), [Hindsight::Random, Hindsight::Oracle]);
        assert_eq!(Hindsight::Oracle.work(&pool.items[0]).unwrap().right, None);
    }
}
