//! What the journal of a room says of who was right.
//!
//! A council whose conflict was settled by the operator, an expert or a vote says it of all of its
//! members. A task of one member says it of that one alone: its result stands until the task is asked
//! anew, and a failure is none that stands. What any other member would have answered nobody knows.

use std::collections::BTreeMap;

use super::pool::{Kept, Pool};
use crate::core::routing::replay::{Given, Item};
use crate::core::{
    Call, CallId, Ending, Event, Ground, MemberName, Outcome, Recorded, State, Strategy, Task,
    TaskId, TaskKind, evolve,
};
use crate::journal::ReadError;
use crate::journal::sqlite::Reader;

/// What is known of one task.
#[derive(Debug)]
struct Known {
    task: TaskId,
    kind: TaskKind,
    is_council: bool,
    answers: Vec<(MemberName, Given)>,
    /// Who could have been asked besides.
    others: Vec<MemberName>,
}

/// Folds a journal and keeps what its tasks say of their members.
#[derive(Debug, Default)]
pub(super) struct History {
    state: State,
    /// How many of the distinct answers of a conflict say nothing.
    silent: BTreeMap<TaskId, usize>,
    known: Vec<Known>,
    /// Councils that ended in another way, or without an answer of everybody.
    unsettled: u64,
}

/// A journal as a pool, and what is to be said of it.
pub(super) fn pool(reader: &Reader) -> Result<(Pool, Vec<String>), ReadError> {
    let mut history = History::default();
    reader.each(|recorded| history.add(&recorded))?;
    Ok(history.pool())
}

impl History {
    /// Takes the next event in.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "outcomes are told by these few events"
    )]
    pub(super) fn add(&mut self, recorded: &Recorded) {
        evolve(&mut self.state, recorded);
        match &recorded.event {
            Event::ConflictFound { task, silent, .. }
            | Event::CandidatesJoined { task, silent, .. } => {
                self.silent.insert(*task, *silent);
            }
            Event::TaskReopened { task, .. } => self.asked_anew(*task),
            Event::TaskConcluded { task, outcome } => self.ended(*task, outcome),
            // A conflict that was opened again after its task had ended is settled anew.
            Event::Decided { task, .. } => {
                let last = self.known.iter().rposition(|known| known.task == *task);
                if let Some(last) = last
                    && self.known.get(last).is_some_and(|known| known.is_council)
                    && self.state.task(*task).is_some_and(Task::is_ended)
                    && let Some(again) = self.council(*task)
                {
                    self.known.splice(last..=last, [again]);
                }
            }
            _ => {}
        }
    }

    /// What was asked anew did not stand; a council's answers are as right or wrong as they were.
    fn asked_anew(&mut self, task: TaskId) {
        let known = self.known.iter_mut().rev();
        let mut of_one = known.filter(|known| known.task == task && !known.is_council);
        if let Some(known) = of_one.next() {
            for (_, given) in &mut known.answers {
                given.right = Some(false);
            }
        }
    }

    fn ended(&mut self, id: TaskId, outcome: &Outcome) {
        let Some(task) = self.state.task(id).filter(|task| !task.is_the_rooms()) else {
            return;
        };
        let known = match task.order().strategy {
            Strategy::Solo => self.solo(task, outcome),
            Strategy::Council | Strategy::Debate => {
                let known = self.council(id);
                self.unsettled += u64::from(known.is_none());
                known
            }
            // What was never given out is still open how it is worked.
            Strategy::Auto
            | Strategy::Race
            | Strategy::Chain
            | Strategy::Think
            | Strategy::Plan => None,
        };
        self.known.extend(known);
    }

    fn solo(&self, task: &Task, outcome: &Outcome) -> Option<Known> {
        let stands = match outcome {
            Outcome::Done { .. } => true,
            Outcome::Failed { .. } => false,
            Outcome::Cancelled => return None,
        };
        let call = self.state.call(*task.calls().last()?)?;
        let given = given(call, Some(0), stands);
        Some(self.known_of(task, false, vec![(call.member().clone(), given)]))
    }

    fn council(&self, id: TaskId) -> Option<Known> {
        let (task, contest) = (self.state.task(id)?, self.state.contest(id)?);
        let decision = contest.decision()?;
        match decision.ground {
            Ground::Operator | Ground::Vote { .. } | Ground::Expert { .. } => {}
            Ground::Merged | Ground::Consensus { .. } | Ground::Fallback { .. } => return None,
        }
        let candidates = contest.candidates();
        let silent = self.silent.get(&id).copied().unwrap_or_default();
        let speaking = candidates.len().saturating_sub(silent);
        let mut answers: Vec<(MemberName, Given)> = Vec::new();
        for (index, candidate) in candidates.iter().enumerate() {
            let group = u16::try_from(index).ok().filter(|_| index < speaking);
            for call in candidate
                .calls
                .iter()
                .filter_map(|call: &CallId| self.state.call(*call))
            {
                let right = decision.chosen == Some(index);
                answers.push((call.member().clone(), given(call, group, right)));
            }
        }
        let has = |member: &MemberName| answers.iter().any(|(one, _)| one == member);
        let is_whole = task.council().iter().all(has);
        is_whole.then(|| self.known_of(task, true, answers))
    }

    fn known_of(&self, task: &Task, is_council: bool, answers: Vec<(MemberName, Given)>) -> Known {
        let members = self
            .state
            .members()
            .map(|member| member.spec().name.clone());
        let others = members.filter(|name| answers.iter().all(|(one, _)| one != name));
        Known {
            task: task.id(),
            kind: task.order().kind,
            is_council,
            others: others.collect(),
            answers,
        }
    }

    /// All that is known, as a pool, and what is to be said of it.
    pub(super) fn pool(self) -> (Pool, Vec<String>) {
        let mut pool = Pool::of_order("journal");
        let mut votes = Vec::new();
        let (mut alone, mut phase) = (0_u64, 0);
        for known in self.known {
            phase += 1;
            alone += u64::from(!known.is_council);
            let kind = pool.kind(known.kind.word());
            let mut given: Vec<Option<Given>> = Vec::new();
            for (name, one) in &known.answers {
                put(&mut pool, &mut given, name, *one);
            }
            let asked = given.clone();
            for name in &known.others {
                put(&mut pool, &mut given, name, Given::default());
            }
            let kept = |given: Vec<Option<Given>>| Kept {
                id: known.task.0.to_string().into(),
                phase,
                kind,
                item: Item {
                    kind: known.kind,
                    alternatives: None,
                    given,
                },
            };
            if known.is_council {
                votes.push(kept(asked));
            }
            pool.items.push(kept(given));
        }
        let mut notes = Vec::new();
        if !pool.items.is_empty() {
            notes.push(format!(
                "{} councils that were settled by the operator, an expert or a vote tell who was right; of \
                 {alone} tasks of one member only its own result is known, which stands unless the task was \
                 asked anew. What nobody tried counts as unknown, and accuracy is told of the tasks that can \
                 be judged",
                votes.len()
            ));
        }
        if self.unsettled > 0 {
            notes.push(format!(
                "{} councils agreed, were settled otherwise or lack an answer, and tell nothing",
                self.unsettled
            ));
        }
        pool.votes = Some(votes);
        (pool, notes)
    }
}

/// Notes what a member gave at its place in the pool.
fn put(pool: &mut Pool, given: &mut Vec<Option<Given>>, name: &MemberName, one: Given) {
    // The room that remembers no more members than these does not know of more.
    let Ok(place) = pool.join(name.as_str()) else {
        return;
    };
    if given.len() <= place {
        given.resize(place + 1, None);
    }
    if let Some(slot) = given.get_mut(place) {
        *slot = Some(one);
    }
}

/// What a call gave.
#[expect(clippy::cast_precision_loss, reason = "times and prices, not accounts")]
fn given(call: &Call, group: Option<u16>, right: bool) -> Given {
    let ended = call.ended.as_ref();
    let worked = ended.map(|(at, _)| call.worked(*at).0 as f32 / 1000.0);
    let money = ended.and_then(|(_, ending)| match ending {
        Ending::Answered(answer) => Some(answer.usage.micro_usd),
        Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => None,
    });
    Given {
        group,
        right: Some(right),
        seconds: worked,
        // Nothing is what is said where no price is known.
        cost: money
            .filter(|money| *money > 0)
            .map(|money| money as f32 / 1e6),
    }
}
