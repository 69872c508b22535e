//! What was counted of the conflict at hand, and of what it is still true.
//!
//! A count of hundreds of candidates takes longer than a frame may. Such a one is a [`Work`] that is done
//! beside the loop, and what is shown meanwhile is the count before it.

use std::collections::{BTreeMap, BTreeSet};

use crate::core::ladder::{Agreement, Contest, OperatorBallot, Stage, Terms, agreement, voices};
use crate::core::voting::{Ballots, Count, Flips, Outcome, Rule, Voice};
use crate::core::{MemberName, State, Task, TaskId, Timestamp};

/// Comparisons of two candidates on one ballot that a frame has the time for.
const AT_ONCE: usize = 1_000_000;

/// What a count depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Basis {
    task: TaskId,
    /// When the conflict was found: a task that is asked anew may have another one.
    found: Timestamp,
    rule: Rule,
    equal: bool,
    epoch: u64,
    revision: [usize; 3],
    /// How many of its votes are closed.
    closed: usize,
    /// How many conflicts are over, and whether the operator voted in this one: agreement is counted
    /// over them.
    over: (usize, bool),
}

/// What would come of the vote with the operator's own ballot as one more.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WithYours {
    pub(crate) outcome: Outcome,
    /// Under how many rules its winner wins.
    pub(crate) wins: usize,
}

/// What was counted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figures {
    pub(crate) basis: Basis,
    pub(crate) count: Count,
    pub(crate) with_yours: Option<WithYours>,
    /// How many independent voters the panel is worth, where that is known.
    pub(crate) worth: Option<f64>,
    /// How many choices of the operator say how sure a lead is, and how the lead of today would come out.
    pub(crate) lead: Option<Lead>,
    /// How often members chose as the operator did, on this kind of task.
    pub(crate) agreement: BTreeMap<MemberName, Agreement>,
    /// How often voters that were asked again turned round, in all votes so far.
    pub(crate) flips: BTreeMap<MemberName, Flips>,
}

/// After how many choices of the operator it is said how sure a lead is.
const CHOICES_LEAST: f64 = 10.0;

/// How sure the leading side is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Lead {
    /// Its share of the weights of all voters.
    pub(crate) share: f64,
    /// In what share of cases such a lead was what the operator chose.
    pub(crate) right: f64,
    /// How many choices that rests on.
    pub(crate) n: f64,
}

impl Lead {
    fn of(contest: &Contest, state: &State) -> Option<Self> {
        let calibration = state.learning().calibration();
        let n = calibration.len();
        if n < CHOICES_LEAST {
            return None;
        }
        let weights = &contest.terms()?.weights;
        let sum = |side: &BTreeSet<MemberName>| {
            let each = side.iter().filter_map(|name| weights.get(name));
            each.sum::<f64>()
        };
        let sides: Vec<f64> = contest.sides().iter().map(sum).collect();
        let all: f64 = sides.iter().sum();
        let share = sides.iter().copied().reduce(f64::max)? / all;
        let right = calibration.read(share);
        share.is_finite().then_some(Self { share, right, n })
    }
}

impl Basis {
    /// What a count now would depend on; `None` before the first vote.
    pub(crate) fn of(
        contest: &Contest,
        state: &State,
        rule: Option<Rule>,
        equal: bool,
    ) -> Option<Self> {
        let (ballots, terms) = (contest.ballots()?, contest.terms()?);
        let over = state.contests().filter(|it| it.stage() == Stage::Over);
        Some(Self {
            task: contest.task(),
            found: contest.found(),
            rule: rule.unwrap_or(terms.setup.rule),
            equal,
            epoch: contest.epoch(),
            revision: ballots.revision(),
            closed: contest.closed().len(),
            over: (over.count(), contest.own_ballot().is_some()),
        })
    }

    /// The rule that is counted by.
    pub(crate) fn rule(&self) -> Rule {
        self.rule
    }

    /// Whether every vote weighs the same.
    pub(crate) fn is_equal(&self) -> bool {
        self.equal
    }

    /// How many ballots it is about.
    pub(crate) fn ballots(&self) -> usize {
        self.revision.first().copied().unwrap_or(0)
    }

    /// Whether the same was asked for, whatever arrived since.
    pub(crate) fn asks_for(&self, other: &Self) -> bool {
        (self.task, self.found) == (other.task, other.found)
            && (self.rule, self.equal) == (other.rule, other.equal)
    }
}

impl Figures {
    /// Whether it is of a conflict.
    pub(crate) fn is_of(&self, contest: &Contest) -> bool {
        (self.basis.task, self.basis.found) == (contest.task(), contest.found())
    }

    /// What was counted, with what is known of the voters besides.
    pub(crate) fn of(contest: &Contest, state: &State, counted: Counted) -> Option<Self> {
        let Counted {
            basis,
            count,
            with_yours,
        } = counted;
        let panel = contest.ballots()?.panel();
        let panel: BTreeSet<MemberName> = panel.voters().cloned().collect();
        let names: Vec<MemberName> = panel.iter().cloned().collect();
        let kind = state.task(contest.task()).map(Task::order)?.kind;
        Some(Self {
            basis,
            count,
            with_yours,
            worth: voices(state, &panel).worth(&names),
            lead: Lead::of(contest, state),
            agreement: agreement(state, kind, &panel),
            flips: panel
                .iter()
                .filter_map(|name| Some((name.clone(), state.member(name)?.flips())))
                .filter(|(_, flips)| flips.asked > 0)
                .collect(),
        })
    }
}

/// A count to be done. It has all that it needs, so that it can be done anywhere.
#[derive(Debug)]
pub struct Work {
    basis: Basis,
    ballots: Ballots,
    terms: Terms,
    own: Option<OperatorBallot>,
}

/// A count that was done.
#[derive(Debug)]
pub struct Counted {
    basis: Basis,
    count: Count,
    with_yours: Option<WithYours>,
}

impl Counted {
    /// Whether it is what is asked for, whatever arrived since.
    pub(crate) fn answers(&self, asked: &Basis) -> bool {
        self.basis.asks_for(asked) && self.basis.epoch == asked.epoch
    }
}

impl Work {
    /// The count on this basis; `None` before the first vote.
    pub(crate) fn of(contest: &Contest, basis: Basis) -> Option<Self> {
        Some(Self {
            basis,
            ballots: contest.ballots()?.clone(),
            terms: contest.terms()?.clone(),
            own: contest.own_ballot().cloned(),
        })
    }

    /// Counts. Takes some 50 ms for 200 candidates and 1,000 ballots.
    #[must_use]
    pub fn run(self) -> Counted {
        let Self {
            basis,
            ballots,
            terms,
            own,
        } = self;
        let counted =
            |besides: &[Voice]| terms.count_by(&ballots, basis.rule, basis.equal, besides);
        let candidates = ballots.slate().len();
        let with_yours = own.map(|own| {
            let count = counted(&[own.voice(candidates)]);
            let winner = count.outcome.winner();
            WithYours {
                wins: winner.map_or(0, |one| count.robustness.wins(one)),
                outcome: count.outcome,
            }
        });
        let count = counted(&[]);
        Counted {
            basis,
            count,
            with_yours,
        }
    }
}

/// Whether a frame has the time for a count.
pub(crate) fn is_light(contest: &Contest) -> bool {
    let candidates = contest.sides().len();
    let ballots = contest.ballots().map_or(0, |it| it.panel().size());
    let pairs = candidates.saturating_mul(candidates);
    pairs.saturating_mul(ballots) <= AT_ONCE
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Lead, is_light};
    use crate::core::fixture::{Room, name, number, order};
    use crate::core::ladder::staged::{divided, set};
    use crate::core::ladder::{Rung, Stage, Terms};
    use crate::core::voting::{Nature, Panel, Quorum, Rule, Seat, Setup};
    use crate::core::{Actor, Candidate, Command, Event, Strategy, TaskId, TaskKind, Timestamp};
    use crate::ui::votes::Votes;

    /// A vote of a hundred members on more answers than a frame has the time to count.
    fn large() -> (Room, TaskId) {
        let mut room = Room::of(&["a", "b"]);
        let (task, calls) = room.add(order(Strategy::Council, &["a", "b"]));
        room.answer(calls[0], number("41"));
        let candidates = (0..120).map(|one| Candidate {
            label: format!("answer {one}"),
            calls: vec![calls[0]],
        });
        let seats = (0..100).map(|voter| {
            let (family, votes) = (String::new(), true);
            (name(&format!("v{voter}")), Seat { family, votes })
        });
        room.fold(vec![
            Event::ConflictFound {
                task,
                candidates: candidates.collect(),
                silent: 0,
                nature: Nature::Open,
            },
            Event::LadderClimbed {
                task,
                to: Stage::On(Rung::Vote),
                by: Actor::Room,
                because: String::new(),
            },
            Event::VoteOpened {
                task,
                panel: Panel::new(1, seats),
                terms: Terms {
                    setup: Setup::standard(
                        TaskKind::Planning,
                        Nature::Open,
                        None,
                        Quorum::majority(100),
                    ),
                    weights: std::collections::BTreeMap::new(),
                    closes: Timestamp(u64::MAX),
                },
            },
        ]);
        (room, task)
    }

    #[test]
    fn what_was_shown_of_one_conflict_shows_nothing_of_the_next() {
        let (mut room, task) = large();
        let mut votes = Votes::default();
        votes.look_at(Some(task));
        votes.reveal(room.state.contest(task).unwrap());
        assert!(!votes.is_hidden(room.state.contest(task).unwrap()));
        votes.settle(&room.state);
        let counted = votes.work(&room.state).unwrap().run();
        // The task is asked anew, and its answers differ again.
        room.state.contests.get_mut(&task).unwrap().found = Timestamp(7);
        let contest = room.state.contest(task).unwrap();
        assert!(votes.is_hidden(contest));
        votes.reveal(contest);
        votes.counted(&room.state, counted);
        assert!(votes.figures(contest).is_none());
    }

    #[test]
    fn what_takes_long_to_count_is_counted_elsewhere_and_only_where_it_is_still_asked_for() {
        let (room, task) = large();
        let state = &room.state;
        let contest = state.contest(task).unwrap();
        assert!(!is_light(contest));
        let mut votes = Votes::default();
        votes.look_at(Some(task));
        votes.reveal(contest);
        let rule = |votes: &Votes| votes.figures(contest).map(|it| it.basis.rule());
        votes.settle(state);
        assert_eq!(rule(&votes), None);
        let work = votes.work(state).unwrap();
        assert!(votes.work(state).is_none(), "it is handed out once");
        votes.counted(state, work.run());
        assert_eq!(rule(&votes), Some(Rule::Schulze));
        votes.settle(state);
        assert!(votes.work(state).is_none(), "nothing came since");
        // Another rule, and before it is counted one more.
        let other = votes.other_rule(contest, true).unwrap();
        votes.settle(state);
        let late = votes.work(state).unwrap();
        votes.other_rule(contest, false);
        votes.settle(state);
        votes.counted(state, late.run());
        assert_eq!(rule(&votes), Some(Rule::Schulze));
        // And with the one that it went on to.
        votes.other_rule(contest, true);
        votes.settle(state);
        let work = votes.work(state).unwrap();
        votes.look_at(None);
        votes.look_at(Some(task));
        votes.counted(state, work.run());
        assert_eq!(
            rule(&votes),
            Some(Rule::Schulze),
            "{other} is not looked at"
        );
    }

    #[test]
    fn how_sure_a_lead_is_is_said_from_ten_choices_of_the_operator_on() {
        let mut room = Room::of(&["a", "b", "c"]);
        let lead = |room: &mut Room| {
            set(room, &[Rung::Vote], |_| {});
            let (task, _) = divided(room, &["a", "b", "c"], &["7", "8", "8"]);
            Lead::of(room.state.contest(task).unwrap(), &room.state)
        };
        for turn in 0..10 {
            assert_eq!(lead(&mut room), None, "after {turn}");
            set(&mut room, &[Rung::Operator], |_| {});
            let (task, _) = divided(&mut room, &["a", "b", "c"], &["7", "8", "8"]);
            let candidate = room
                .state
                .contest(task)
                .unwrap()
                .side_of(&name("b"))
                .unwrap();
            room.command(&Command::Choose {
                task,
                candidate,
                among: None,
            });
            room.follow();
        }
        let lead = lead(&mut room).unwrap();
        assert!((lead.n - 10.0).abs() < 1e-9);
        assert!(lead.share > 0.6 && lead.right > 0.8, "{lead:?}");
    }
}
