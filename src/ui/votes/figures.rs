//! What was counted of the conflict at hand, and of what it is still true.
//!
//! A count of hundreds of candidates takes longer than a frame may. So what the operator asks for is
//! counted at once, and what arrives by itself is counted at once only where that is little; the rest
//! waits for [`Votes::settle`](super::Votes::settle).

use std::collections::{BTreeMap, BTreeSet};

use crate::core::ladder::{Agreement, Contest, Stage, agreement, voices};
use crate::core::voting::{Count, Outcome, Rule};
use crate::core::{MemberName, State, Task, TaskId};

/// Comparisons of two candidates on one ballot that a frame has the time for.
const AT_ONCE: usize = 1_000_000;

/// What a count depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Basis {
    task: TaskId,
    rule: Rule,
    equal: bool,
    epoch: u64,
    revision: [usize; 3],
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
    /// How often members chose as the operator did, on this kind of task.
    pub(crate) agreement: BTreeMap<MemberName, Agreement>,
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
            rule: rule.unwrap_or(terms.setup.rule),
            equal,
            epoch: contest.epoch(),
            revision: ballots.revision(),
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
        (self.task, self.rule, self.equal) == (other.task, other.rule, other.equal)
    }
}

impl Figures {
    /// Whether it is of a conflict.
    pub(crate) fn is_of(&self, contest: &Contest) -> bool {
        self.basis.task == contest.task()
    }

    /// Counts.
    pub(crate) fn count(contest: &Contest, state: &State, basis: Basis) -> Option<Self> {
        let count = contest.count_by(basis.rule, basis.equal)?;
        let with_yours = contest.count_with_own(basis.rule, basis.equal);
        let with_yours = with_yours.map(|it| WithYours {
            wins: it.outcome.winner().map_or(0, |one| it.robustness.wins(one)),
            outcome: it.outcome,
        });
        let panel = contest.ballots()?.panel();
        let panel: BTreeSet<MemberName> = panel.voters().cloned().collect();
        let names: Vec<MemberName> = panel.iter().cloned().collect();
        let kind = state.task(contest.task()).map(Task::order)?.kind;
        Some(Self {
            basis,
            count,
            with_yours,
            worth: voices(state, &panel).worth(&names),
            agreement: agreement(state, kind, &panel),
        })
    }
}

/// Whether a frame has the time for a count.
pub(crate) fn is_light(contest: &Contest) -> bool {
    let candidates = contest.sides().len();
    let ballots = contest.ballots().map_or(0, |it| it.panel().size());
    let pairs = candidates.saturating_mul(candidates);
    pairs.saturating_mul(ballots) <= AT_ONCE
}
