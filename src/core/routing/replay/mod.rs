//! Recorded outcomes, worked again: what a policy or a voting rule would have come to on tasks whose
//! answers are all known.
//!
//! Owns the course of one replay. Everything that is decided in it is decided by the functions that
//! decide in a room; only what the members answer is read instead of asked. Each task is first decided,
//! then scored, then learned from (prequential evaluation; A. P. Dawid, 1984).

mod asking;
mod counting;
mod item;
mod learning;
mod outcome;
mod pace;
mod way;

use super::calibration::Calibration;
use super::convene::{Convening, PROBES_FIRST, Purse};
use super::policy::{Contender, Desk, Policy, Weighed, rank};
use super::posterior::{Outlook, Posterior};
use super::trust::Trust;
use crate::core::MemberName;
use crate::core::voting::rule::Rule;
use pace::Pace;

pub use item::{Given, Item};
pub use outcome::Outcome;
pub use way::Way;

/// Every so many tasks a cascade asks everybody, so that those it never reaches stay known.
const PROBE_EVERY: usize = 25;

/// A replay in its course.
#[derive(Debug)]
pub struct Replay<'a> {
    members: &'a [MemberName],
    way: Way,
    seed: u64,
    posterior: Posterior,
    /// The same, on tasks on which the first of a cascade differed: there the others are known from.
    divided: Posterior,
    trust: Trust,
    calibration: Calibration,
    purse: Purse,
    given: Vec<u64>,
    paces: Vec<Pace>,
    worked: usize,
    changes: usize,
}

impl<'a> Replay<'a> {
    /// A replay among these members.
    #[must_use]
    pub fn new(members: &'a [MemberName], way: Way, seed: u64) -> Self {
        Self {
            members,
            way,
            seed,
            posterior: Posterior::default(),
            divided: Posterior::default(),
            trust: Trust::default(),
            calibration: Calibration::default(),
            purse: Purse::default(),
            given: vec![0; members.len()],
            paces: vec![Pace::default(); members.len()],
            worked: 0,
            changes: 0,
        }
    }

    /// How often a member was found to have changed.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.changes
    }

    /// Works a task. `None` where nobody answered it.
    pub fn work(&mut self, item: &Item) -> Option<Outcome> {
        let way = self.way.clone();
        self.worked += 1;
        let policy = match way {
            Way::Policy { policy, .. } => policy,
            Way::Rule { .. } => Policy::Performance,
        };
        let outlook = self.posterior.outlook();
        let ranked = self.ranked(policy, item, &outlook);
        let (how, rule, threshold) = match way {
            Way::Policy { policy, further } => {
                let how = if policy == Policy::Learned {
                    self.purse.convene(further, ranked.len())
                } else {
                    Convening::One
                };
                (how, Rule::Weighted, None)
            }
            Way::Rule {
                rule,
                cascade,
                threshold,
            } => {
                let probe =
                    self.worked <= PROBES_FIRST as usize || self.worked.is_multiple_of(PROBE_EVERY);
                let how = match cascade {
                    Some(first) if !probe => Convening::Cascade {
                        first,
                        most: ranked.len(),
                    },
                    Some(_) | None => Convening::Everybody,
                };
                (how, rule, threshold)
            }
        };
        let panel = self.panel(item, &ranked, how);
        let asked = self.ask(item, &panel, how, threshold);
        let outcome = self.decide(item, &asked, rule, &ranked)?;
        if let Way::Policy { further, .. } = self.way {
            self.purse.pay(further, how, asked.len());
        }
        self.learn(item, &asked, &outcome, &ranked, how);
        Some(outcome)
    }

    /// Those who answered, best first, with their places.
    fn ranked(&self, policy: Policy, item: &Item, outlook: &Outlook<'_>) -> Vec<(usize, Weighed)> {
        let answered = item
            .given
            .iter()
            .enumerate()
            .filter(|(_, given)| given.is_some());
        let mut places: Vec<usize> = Vec::with_capacity(self.members.len());
        let mut contenders: Vec<Contender<'_>> = Vec::with_capacity(self.members.len());
        for (place, _) in answered {
            let Some(name) = self.members.get(place) else {
                continue;
            };
            let pace = self.paces.get(place).copied().unwrap_or_default();
            places.push(place);
            contenders.push(Contender {
                name,
                strength: None,
                load: 0.0,
                seconds: pace.seconds(),
                price: pace.price(),
                given: self.given.get(place).copied().unwrap_or_default(),
                place: Some(place),
            });
        }
        let desk = Desk {
            kind: item.kind,
            outlook,
            seed: self.seed.rotate_left(32) ^ self.worked as u64,
        };
        let place_of = |name: &MemberName| {
            let at = contenders.iter().position(|one| one.name == name)?;
            places.get(at).copied()
        };
        let ranked = rank(policy, desk, &contenders);
        let ranked = ranked.into_iter();
        ranked
            .filter_map(|one| Some((place_of(&one.name)?, one)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Given, Item, Outcome, Replay, Way};
    use crate::core::routing::policy::Policy;
    use crate::core::voting::rule::Rule;
    use crate::core::{MemberName, TaskKind};

    fn members(count: usize) -> Vec<MemberName> {
        (0..count)
            .map(|number| MemberName::new(&format!("m{number}")).unwrap())
            .collect()
    }

    /// A task on which these are right, each a second slower than the one before; the others give
    /// answers of their own.
    fn item(right: &[bool]) -> Item {
        let given = right.iter().enumerate().map(|(place, right)| {
            let own = u16::try_from(place + 1).unwrap();
            Some(Given {
                group: Some(if *right { 0 } else { own }),
                right: Some(*right),
                seconds: Some(f32::from(own)),
                cost: Some(0.5),
            })
        });
        Item {
            kind: TaskKind::Code,
            alternatives: Some(4),
            given: given.collect(),
        }
    }

    fn run(members: &[MemberName], way: Way, items: &[Item]) -> Vec<Outcome> {
        let mut replay = Replay::new(members, way, 7);
        items.iter().filter_map(|item| replay.work(item)).collect()
    }

    fn rule(rule: Rule, cascade: Option<usize>) -> Way {
        Way::Rule {
            rule,
            cascade,
            threshold: None,
        }
    }

    fn share(outcomes: &[Outcome]) -> f64 {
        let right = outcomes
            .iter()
            .filter(|one| one.right == Some(true))
            .count();
        f64::from(u32::try_from(right).unwrap()) / f64::from(u32::try_from(outcomes.len()).unwrap())
    }

    #[test]
    fn a_policy_that_learns_comes_to_the_better_member_and_stays() {
        let members = members(3);
        let items: Vec<Item> = (0..600)
            .map(|turn| item(&[turn % 4 == 0, turn % 10 != 0, turn % 3 == 0]))
            .collect();
        let policy = Way::Policy {
            policy: Policy::Learned,
            further: 0.0,
        };
        let outcomes = run(&members, policy, &items);
        assert!(outcomes.iter().all(|one| one.calls == 1));
        assert!(share(&outcomes[300..]) > 0.85);
        assert!(share(&outcomes[300..]) > share(&outcomes[..300]));
    }

    #[test]
    fn all_that_are_asked_are_paid_and_waited_for() {
        let members = members(3);
        let outcomes = run(&members, rule(Rule::Plurality, None), &[item(&[true; 3])]);
        let one = outcomes[0];
        assert_eq!(
            (one.calls, one.seconds, one.cost),
            (3, Some(3.0), Some(1.5))
        );
        assert_eq!(one.right, Some(true));
        let mut untold = item(&[true; 3]);
        untold.given[1] = Some(Given {
            group: Some(0),
            right: Some(true),
            ..Given::default()
        });
        let outcomes = run(&members, rule(Rule::Plurality, None), &[untold]);
        assert_eq!((outcomes[0].seconds, outcomes[0].cost), (None, None));
    }

    #[test]
    fn a_cascade_asks_the_others_only_where_the_first_differ() {
        let members = members(5);
        let mut items = vec![item(&[true; 5]); 30];
        let cascade = run(&members, rule(Rule::Weighted, Some(3)), &items);
        assert_eq!(cascade[20].calls, 3);
        // Everybody is asked at the beginning and now and then, so that all stay known.
        assert_eq!((cascade[0].calls, cascade[24].calls), (5, 5));
        items[25] = item(&[false, true, true, true, true]);
        let cascade = run(&members, rule(Rule::Weighted, Some(3)), &items);
        assert!(cascade[25].calls > 3);
        assert_eq!(cascade[25].right, Some(true));
    }

    #[test]
    fn where_a_rule_decides_nothing_the_best_record_does() {
        let members = members(4);
        let mut items = vec![item(&[false, true, false, false]); 40];
        items.push(item(&[false, true, false, true]));
        for of in [Rule::Majority, Rule::Unanimity] {
            let outcomes = run(&members, rule(of, None), &items);
            assert_eq!(outcomes[39].member, Some(1), "{of}");
        }
    }

    #[test]
    fn records_that_lack_answers_and_marks_are_worked_as_they_are() {
        let members = members(2);
        let nobody = Item {
            kind: TaskKind::General,
            alternatives: None,
            given: vec![None, None],
        };
        let unmarked = Item {
            given: vec![Some(Given::default()), None],
            ..nobody.clone()
        };
        for policy in Policy::ALL {
            let way = Way::Policy {
                policy: *policy,
                further: 1.0,
            };
            let outcomes = run(&members, way, &[nobody.clone(), unmarked.clone()]);
            assert_eq!(outcomes.len(), 1);
            assert_eq!((outcomes[0].right, outcomes[0].calls), (None, 1));
        }
        assert_eq!(run(&[], rule(Rule::Weighted, Some(3)), &[nobody]), []);
    }

    /// What one that was asked would have said nobody knows, so nobody knows what all would have said.
    #[test]
    fn what_was_never_tried_is_not_judged_and_nothing_is_learned_of_it() {
        let members = members(2);
        let mut tried = item(&[true, false]);
        tried.given[1] = Some(Given::default());
        let alone = |policy| Way::Policy {
            policy,
            further: 0.0,
        };
        let outcomes = run(&members, alone(Policy::Fixed), &[tried.clone()]);
        assert_eq!(outcomes[0].right, Some(true));
        let turns = vec![tried.clone(); 2];
        let outcomes = run(&members, alone(Policy::RoundRobin), &turns);
        let judged: Vec<_> = outcomes.iter().map(|one| one.right).collect();
        assert_eq!(judged, [Some(true), None]);
        let outcomes = run(&members, rule(Rule::Plurality, None), &[tried]);
        assert_eq!((outcomes[0].calls, outcomes[0].right), (2, None));
    }

    #[test]
    fn the_fastest_and_the_cheapest_are_told_by_what_answers_took() {
        let members = members(3);
        let mut priced = item(&[true; 3]);
        for (given, cost) in priced.given.iter_mut().zip([0.9, 0.1, 0.2]) {
            given.as_mut().unwrap().cost = Some(cost);
        }
        let items = vec![priced; 12];
        let last = |policy| {
            let further = 0.0;
            let outcomes = run(&members, Way::Policy { policy, further }, &items);
            outcomes[11].member
        };
        assert_eq!(last(Policy::Fastest), Some(0));
        assert_eq!(last(Policy::Cheapest), Some(1));
    }
}
