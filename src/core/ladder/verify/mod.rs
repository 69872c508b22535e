//! Recounts conflicts from the events alone, and says what does not add up.
//!
//! The [`Verifier`] folds events as a room does. Before it takes one in, it holds what the event claims
//! against what the events before it come to: each reply is read anew from the answer that it rests on,
//! each closed vote is counted anew, each decision is held against what its ground demands. It needs
//! one state and no more, however long the journal is.

mod decision;
mod flaw;
mod joined;
mod reply;
mod vote;

use std::collections::BTreeMap;

use super::{Contest, Stage, asked_about};
use crate::core::{
    Call, Decision, Ending, Event, Outcome, Phase, Recorded, State, Task, TaskId, evolve,
};

pub use flaw::Flaw;
pub(crate) use flaw::told;

/// Where something does not add up.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The place of the event.
    pub seq: u64,
    /// The conflict that it is about; `None` where it is about the journal.
    pub task: Option<TaskId>,
    /// What is wrong.
    pub flaw: Flaw,
}

/// A conflict that is over.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The place of the event that ended it.
    pub seq: u64,
    /// How it was settled, and the place of that event; `None` where it was dropped.
    pub decision: Option<(u64, Decision)>,
    /// How its task ended.
    pub outcome: Outcome,
    /// All that was done about it.
    pub contest: Contest,
}

/// What an event brought.
#[derive(Debug, Clone, PartialEq)]
pub enum Noticed {
    /// Something does not add up.
    Flaw(Found),
    /// A conflict is over.
    Over(Box<Checked>),
}

/// Folds a journal and checks every step of its conflicts.
#[derive(Debug, Default)]
pub struct Verifier {
    state: State,
    /// Decisions whose task has not ended yet.
    decided: BTreeMap<TaskId, (u64, Decision)>,
}

/// Collects the flaws of one event.
struct Flaws<'a> {
    seq: u64,
    task: Option<TaskId>,
    found: &'a mut Vec<Noticed>,
}

impl Flaws<'_> {
    fn about(&mut self, task: TaskId) -> &mut Self {
        self.task = Some(task);
        self
    }

    fn add(&mut self, flaw: Flaw) {
        self.found.push(Noticed::Flaw(Found {
            seq: self.seq,
            task: self.task,
            flaw,
        }));
    }
}

impl Verifier {
    /// Before the first event.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The state after the events so far.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Conflicts that are not over.
    pub fn open(&self) -> impl Iterator<Item = &Contest> {
        let contests = self.state.contests();
        contests.filter(|contest| contest.stage() != Stage::Over)
    }

    /// Takes the next event in, and gives what it brought.
    pub fn add(&mut self, recorded: &Recorded) -> Vec<Noticed> {
        let mut found = Vec::new();
        let due = self.state.seq() + 1;
        if recorded.seq != due {
            let flaw = Flaw::Gap { missing: due };
            let (seq, task) = (recorded.seq, None);
            found.push(Noticed::Flaw(Found { seq, task, flaw }));
        }
        self.check(recorded, &mut found);
        evolve(&mut self.state, recorded);
        found.extend(self.over(recorded));
        found
    }

    /// A conflict that is over: its task ended, or it was opened again and settled.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "conflicts end with one of these two"
    )]
    fn over(&mut self, recorded: &Recorded) -> Option<Noticed> {
        let (task, outcome, decision) = match &recorded.event {
            Event::TaskConcluded { task, outcome } => {
                (*task, outcome.clone(), self.decided.remove(task))
            }
            Event::ResultReplaced { task, .. } => {
                let outcome = self.state.task(*task)?.outcome()?.clone();
                (*task, outcome, Some(self.decided.remove(task)?))
            }
            _ => return None,
        };
        Some(Noticed::Over(Box::new(Checked {
            seq: recorded.seq,
            decision,
            outcome,
            contest: self.state.contest(task)?.clone(),
        })))
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "conflicts are made of these few events"
    )]
    fn check(&mut self, recorded: &Recorded, found: &mut Vec<Noticed>) {
        let state = &self.state;
        let mut flaws = Flaws {
            seq: recorded.seq,
            task: None,
            found,
        };
        match &recorded.event {
            Event::ConflictFound {
                task, candidates, ..
            } => {
                for (candidate, call) in candidates
                    .iter()
                    .enumerate()
                    .flat_map(|(place, one)| one.calls.iter().map(move |call| (place, *call)))
                {
                    let answered = |call: &Call| {
                        call.task() == *task && matches!(call.ending(), Some(Ending::Answered(_)))
                    };
                    if !state.call(call).is_some_and(answered) {
                        flaws
                            .about(*task)
                            .add(Flaw::NoSuchAnswer { candidate, call });
                    }
                }
            }
            Event::CandidatesJoined {
                task, candidates, ..
            } => joined::joined(state, *task, candidates, flaws.about(*task)),
            Event::VoteOpened { task, panel, .. } => {
                vote::opened(state, *task, panel, flaws.about(*task));
            }
            Event::InquiryMade { task, inquiry } => {
                vote::inquired(state, *task, inquiry, flaws.about(*task));
            }
            Event::InquiryAnswered { task, by, answered } => {
                reply::answered(state, *task, *by, answered, flaws.about(*task));
            }
            Event::VoteClosed { task, closed } => {
                vote::closed(state, *task, closed, flaws.about(*task));
            }
            Event::Decided { task, decision } => {
                decision::decided(state, *task, decision, flaws.about(*task));
                let decided = (recorded.seq, decision.clone());
                self.decided.insert(*task, decided);
            }
            Event::TaskConcluded { task, outcome } => {
                if let Some(contest) = asked_about(state, *task) {
                    reply::concluded(state, contest, *task, outcome, flaws.about(contest.task()));
                }
                let decided = self.decided.get(task).map(|(_, decision)| decision);
                if is_deciding(state.task(*task)) {
                    decision::concluded(state, *task, decided, outcome, flaws.about(*task));
                }
            }
            Event::ResultReplaced { task, result } => {
                if let Some((_, decision)) = self.decided.get(task) {
                    decision::replaced(state, *task, decision, result, flaws.about(*task));
                }
            }
            _ => {}
        }
    }
}

fn is_deciding(task: Option<&Task>) -> bool {
    task.is_some_and(|task| matches!(task.phase(), Phase::Deciding { .. }))
}

#[cfg(test)]
mod tests;
