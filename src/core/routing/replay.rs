//! Recorded outcomes, worked again: what a policy or a voting rule would have come to on tasks whose
//! answers are all known.
//!
//! Owns the course of one replay. Everything that is decided in it is decided by the functions that
//! decide in a room; only what the members answer is read instead of asked. Each task is first decided,
//! then scored, then learned from (prequential evaluation; A. P. Dawid, 1984).

use super::calibration::Calibration;
use super::convene::{Convening, Heard, PROBES_FIRST, Purse, is_settled};
use super::policy::{Contender, Desk, Policy, Weighed, rank};
use super::posterior::{Estimate, Outlook, Posterior};
use super::trust::{DIVIDED, SMALLER, Trust, weigh};
use crate::core::voting::profile::{Profile, Voice};
use crate::core::voting::rule::Rule;
use crate::core::voting::tally::tally;
use crate::core::{MemberName, TaskKind};

/// How many alternatives a question is taken to have whose record does not say it.
const ALTERNATIVES: u32 = 10;
/// Every so many tasks a cascade asks everybody, so that those it never reaches stay known.
const PROBE_EVERY: usize = 25;

/// A task with all that was answered to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its kind.
    pub kind: TaskKind,
    /// How many answers it allows, where that is known.
    pub alternatives: Option<u32>,
    /// The answers, by the place of the member; `None` where it gave none that is recorded.
    pub given: Vec<Option<Given>>,
}

/// A recorded answer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Given {
    /// Which group of equal answers it is in; `None` for one that says nothing.
    pub group: Option<u16>,
    /// Whether it is right, where that is known.
    pub right: Option<bool>,
    /// How long it took, in seconds.
    pub seconds: Option<f32>,
    /// What it cost, in US dollars.
    pub cost: Option<f32>,
}

/// How the tasks are worked again.
#[derive(Debug, Clone, PartialEq)]
pub enum Way {
    /// Members are chosen by a policy.
    Policy {
        /// Which.
        policy: Policy,
        /// How many further calls may be made for each task; only `learned` makes any.
        further: f64,
    },
    /// Everybody is asked, and a rule counts the answers.
    Rule {
        /// Which; one that counts heads.
        rule: Rule,
        /// How many are asked first; the others only where these differ.
        cascade: Option<usize>,
        /// How sure the answer must be that nobody further is asked, 0 to 1.
        threshold: Option<f64>,
    },
}

/// What became of one task.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Whether the result was right; `None` where the record does not say it.
    pub right: Option<bool>,
    /// How sure the result was said to be, 0 to 1.
    pub sure: f64,
    /// How many were asked.
    pub calls: usize,
    /// How long it took, in seconds: those that are asked at once take as long as the slowest of them.
    pub seconds: Option<f64>,
    /// What it cost, in US dollars.
    pub cost: Option<f64>,
    /// The place of the member whose answer it is.
    pub member: Option<usize>,
}

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
    worked: usize,
    changes: usize,
}

/// Somebody who was asked: its place, and whether its answer says something of it beyond this task.
/// One that is only asked where others differ is asked what is hard.
#[derive(Debug, Clone, Copy)]
struct Asked {
    place: usize,
    weight: f64,
    is_evidence: bool,
    round: usize,
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
        let posterior = std::mem::take(&mut self.posterior);
        let outlook = posterior.outlook();
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
        drop(outlook);
        self.posterior = posterior;
        let outcome = self.decide(item, &asked, rule, &ranked)?;
        if let Way::Policy { further, .. } = self.way {
            self.purse.pay(further, ranked.len(), how, asked.len());
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
            places.push(place);
            contenders.push(Contender {
                name,
                strength: None,
                load: 0.0,
                seconds: None,
                price: None,
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

    /// Everybody in the order of asking, with the weight of the vote of each.
    fn panel(&self, item: &Item, ranked: &[(usize, Weighed)], how: Convening) -> Vec<(usize, f64)> {
        let alternatives = item.alternatives.unwrap_or(ALTERNATIVES);
        let (estimates, alternatives): (Vec<Estimate>, u32) = if is_divided(item, ranked, how) {
            let outlook = self.divided.outlook();
            let names = ranked.iter().map(|(_, one)| &one.name);
            let estimates = names.map(|name| outlook.estimate(name, item.kind, None));
            (estimates.collect(), alternatives.saturating_mul(DIVIDED))
        } else {
            (
                ranked.iter().map(|(_, one)| one.estimate).collect(),
                alternatives,
            )
        };
        let best = self
            .trust
            .smaller(item.kind)
            .filter(|size| *size < ranked.len());
        let weights = weigh(&estimates, alternatives, best);
        let places = ranked.iter().map(|(place, _)| *place);
        places.zip(weights).collect()
    }

    fn ask(
        &self,
        item: &Item,
        panel: &[(usize, f64)],
        how: Convening,
        threshold: Option<f64>,
    ) -> Vec<Asked> {
        let (first, most) = match how {
            Convening::One => (1, 1),
            Convening::Everybody => (panel.len(), panel.len()),
            Convening::Cascade { first, most } => (first.min(panel.len()), most.min(panel.len())),
        };
        let mut asked: Vec<Asked> = Vec::with_capacity(most);
        let mut heard: Vec<Heard> = Vec::with_capacity(most);
        let weights: Vec<f64> = panel.iter().map(|(_, weight)| *weight).collect();
        for (index, (place, weight)) in panel.iter().take(most).enumerate() {
            if index >= first {
                let left = weights.get(index..most).unwrap_or_default();
                let sure =
                    threshold.is_some_and(|least| self.calibration.read(share(&heard)) >= least);
                if sure || is_settled(first, &heard, left) {
                    break;
                }
            }
            heard.push(Heard {
                group: group(item, *place),
                weight: *weight,
            });
            asked.push(Asked {
                place: *place,
                weight: *weight,
                is_evidence: index < first,
                round: index.saturating_sub(first.saturating_sub(1)),
            });
        }
        asked
    }

    fn decide(
        &self,
        item: &Item,
        asked: &[Asked],
        rule: Rule,
        ranked: &[(usize, Weighed)],
    ) -> Option<Outcome> {
        let best = asked.first()?;
        let mean = |place: usize| {
            let known = ranked.iter().find(|(known, _)| *known == place);
            known.map_or(0.5, |(_, one)| one.estimate.mean)
        };
        let (member, sure) = if asked.len() == 1 {
            (best.place, mean(best.place))
        } else {
            let winner = winner(item, asked, rule);
            let of_winner = asked
                .iter()
                .find(|one| winner.is_some() && group(item, one.place) == winner);
            // Where the rule decides nothing, the best record does.
            let member = of_winner.unwrap_or(best).place;
            let heard: Vec<Heard> = asked
                .iter()
                .map(|one| Heard {
                    group: group(item, one.place),
                    weight: one.weight,
                })
                .collect();
            (
                member,
                self.calibration.read(share_of(&heard, group(item, member))),
            )
        };
        let given = |one: &Asked| given(item, one.place);
        let mut cost = Some(0.0);
        let mut seconds = Some(0.0);
        let mut slowest: (usize, f64) = (0, 0.0);
        for one in asked {
            let said = given(one);
            cost = cost.zip(said.cost).map(|(sum, more)| sum + f64::from(more));
            match said.seconds.map(f64::from) {
                Some(took) if one.round == slowest.0 => slowest.1 = slowest.1.max(took),
                Some(took) => {
                    seconds = seconds.map(|sum: f64| sum + slowest.1);
                    slowest = (one.round, took);
                }
                None => seconds = None,
            }
        }
        Some(Outcome {
            right: self::given(item, member).right,
            sure,
            calls: asked.len(),
            seconds: seconds.map(|sum| sum + slowest.1),
            cost,
            member: Some(member),
        })
    }

    fn learn(
        &mut self,
        item: &Item,
        asked: &[Asked],
        outcome: &Outcome,
        ranked: &[(usize, Weighed)],
        how: Convening,
    ) {
        let divided = is_divided(item, ranked, how);
        for one in asked {
            if let Some(given) = self.given.get_mut(one.place) {
                *given = self.worked as u64;
            }
            let Some(name) = self.members.get(one.place) else {
                continue;
            };
            let Some(right) = given(item, one.place).right else {
                continue;
            };
            let value = f64::from(u8::from(right));
            if divided {
                self.divided.observe(name, item.kind, value, 1.0);
            }
            if one.is_evidence {
                let seen = self.posterior.observe(name, item.kind, value, 1.0);
                if seen.is_some_and(|(_, changed)| changed.is_some()) {
                    self.changes += 1;
                }
            }
        }
        let Some(right) = outcome.right else { return };
        if asked.len() > 1 {
            let heard: Vec<Heard> = asked
                .iter()
                .map(|one| Heard {
                    group: group(item, one.place),
                    weight: one.weight,
                })
                .collect();
            let group = outcome.member.and_then(|place| group(item, place));
            self.calibration.observe(share_of(&heard, group), right);
        }
        if asked.len() > 1 && (matches!(self.way, Way::Rule { .. }) || asked.len() == ranked.len())
        {
            self.compare(item, ranked, asked);
        }
    }

    /// What the whole panel and the smaller ones would have said, and whether that was right.
    fn compare(&mut self, item: &Item, ranked: &[(usize, Weighed)], asked: &[Asked]) {
        let estimates: Vec<_> = ranked.iter().map(|(_, one)| one.estimate).collect();
        let alternatives = item.alternatives.unwrap_or(ALTERNATIVES);
        let right = |best: Option<usize>| {
            let weights = weigh(&estimates, alternatives, best);
            let panel: Vec<Asked> = ranked
                .iter()
                .zip(weights)
                .filter(|((place, _), _)| asked.iter().any(|one| one.place == *place))
                .map(|((place, _), weight)| Asked {
                    place: *place,
                    weight,
                    is_evidence: true,
                    round: 0,
                })
                .collect();
            let winner = winner(item, &panel, Rule::Weighted)?;
            let author = panel
                .iter()
                .find(|one| group(item, one.place) == Some(winner))?;
            given(item, author.place).right
        };
        if let Some(whole) = right(None) {
            let smaller = SMALLER.map(|size| right(Some(size)).unwrap_or(whole));
            self.trust.observe(item.kind, whole, smaller);
        }
    }
}

/// Whether those who are asked first in a cascade differ.
fn is_divided(item: &Item, ranked: &[(usize, Weighed)], how: Convening) -> bool {
    let Convening::Cascade { first, .. } = how else {
        return false;
    };
    let mut groups = ranked
        .iter()
        .take(first)
        .map(|(place, _)| group(item, *place));
    let one = groups.next().flatten();
    one.is_none() || groups.any(|other| other != one)
}

fn given(item: &Item, place: usize) -> Given {
    item.given.get(place).copied().flatten().unwrap_or_default()
}

fn group(item: &Item, place: usize) -> Option<usize> {
    given(item, place).group.map(usize::from)
}

/// The group that wins under a rule; of several that lead, the one of which the best member is.
fn winner(item: &Item, asked: &[Asked], rule: Rule) -> Option<usize> {
    let groups = asked.iter().filter_map(|one| group(item, one.place));
    let candidates = groups.max()? + 1;
    let voices = asked.iter().filter_map(|one| {
        let group = group(item, one.place)?;
        Some(Voice::author(candidates, group).weighing(one.weight))
    });
    let tally = tally(rule, &Profile::new(candidates, voices.collect()));
    if let Some(winner) = tally.standing.winner() {
        return Some(winner);
    }
    let leaders = tally.standing.leaders();
    let mut by_weight: Vec<&Asked> = asked.iter().collect();
    by_weight.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    let mut groups = by_weight.iter().filter_map(|one| group(item, one.place));
    groups.find(|group| leaders.contains(group))
}

/// The share of the weight that a group has.
fn share_of(heard: &[Heard], group: Option<usize>) -> f64 {
    let all: f64 = heard.iter().map(|one| one.weight).sum();
    let of_group = heard
        .iter()
        .filter(|one| one.group.is_some() && one.group == group);
    let sum: f64 = of_group.map(|one| one.weight).sum();
    if all > 0.0 { sum / all } else { 0.0 }
}

/// The share of the weight that the leading group has.
fn share(heard: &[Heard]) -> f64 {
    let groups = heard.iter().map(|one| share_of(heard, one.group));
    groups.fold(0.0, f64::max)
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
}
