//! What happens next to conflicts: the rungs of the ladder, one after the other.
//!
//! Each step reads the contest and gives the events of one small step. What was asked is settled first;
//! then the present rung does its part, or the contest climbs on. When the operator or a deadline ends
//! the task, what is still asked for it is called off.

mod ask;
mod expert;
mod fallback;
mod reading;
mod round;
mod settle;
mod vote;

pub(crate) use fallback::leader as best_record;
pub(crate) use settle::{composed, merger};

use crate::core::decide::call_off;
use crate::core::ladder::{Contest, Rung, Stage};
use crate::core::{
    Actor, Attention, AttentionId, Candidate, Event, Phase, State, Subject, Task, Timestamp,
};

/// The next step of the first conflict that has one.
pub(super) fn next(state: &State, now: Timestamp) -> Vec<Event> {
    let contests = state.contests.values();
    contests
        .filter_map(|contest| step(state, now, contest))
        .find(|events| !events.is_empty())
        .unwrap_or_default()
}

/// What a step needs to know of its conflict.
struct Case<'a> {
    state: &'a State,
    now: Timestamp,
    task: &'a Task,
    contest: &'a Contest,
    candidates: &'a [Candidate],
}

fn step(state: &State, now: Timestamp, contest: &Contest) -> Option<Vec<Event>> {
    let task = state.task(contest.task())?;
    let Phase::Deciding {
        candidates,
        attention,
    } = task.phase()
    else {
        return unasked(state, contest);
    };
    let case = Case {
        state,
        now,
        task,
        contest,
        candidates,
    };
    if let Some(events) = ask::settled(&case) {
        return Some(events);
    }
    match contest.stage() {
        Stage::Found => Some(reading::begin(&case)),
        Stage::Reading => reading::next(&case),
        Stage::On(Rung::Vote) => vote::next(&case),
        Stage::On(Rung::Consensus) => round::next(&case),
        Stage::On(Rung::Expert) => expert::next(&case),
        Stage::On(Rung::Operator) => {
            let waits = attention.and_then(|item| state.attention_item(item));
            let since = waits.map(|item| item.since)?;
            let limit = state.ladder.operator.map(|span| since.after(span))?;
            (limit <= now).then(|| case.climb(Some(Rung::Operator), "the operator did not decide"))
        }
        Stage::Fallback => Some(fallback::settle(&case)),
        Stage::Later(at) => (at <= now).then(|| case.climb(None, "it is tried again")),
        Stage::Over => None,
    }
}

/// When the time alone moves a conflict on.
pub(crate) fn next_due(state: &State) -> Option<Timestamp> {
    let due = state.contests.values().filter_map(|contest| {
        let task = state.task(contest.task())?;
        let Phase::Deciding { attention, .. } = task.phase() else {
            return None;
        };
        match contest.stage() {
            Stage::Later(at) => Some(at),
            Stage::On(Rung::Operator) => {
                let item = state.attention_item((*attention)?)?;
                Some(item.since.after(state.ladder.operator?))
            }
            Stage::Found
            | Stage::Reading
            | Stage::On(Rung::Vote | Rung::Consensus | Rung::Expert)
            | Stage::Fallback
            | Stage::Over => None,
        }
    });
    due.min()
}

/// Calls off what is still asked for a conflict that is over.
fn unasked(state: &State, contest: &Contest) -> Option<Vec<Event>> {
    let mut open = contest.open().filter_map(|one| state.task(one.by));
    let task = open.find(|task| !task.is_ended())?;
    Some(call_off(state, task))
}

impl Case<'_> {
    /// The step to the rung after one, or to the fallback.
    fn climb(&self, from: Option<Rung>, because: &str) -> Vec<Event> {
        let (ladder, strategy) = (&self.state.ladder, self.task.order().strategy);
        // The operator had it climbed besides, or the ladder is another one by now. An operator who did
        // not come then is not asked for ever.
        let besides = from.filter(|rung| *rung != Rung::Operator);
        if besides.is_some_and(|rung| !ladder.stands(strategy, rung)) {
            return self.ask_operator(because);
        }
        match ladder.after(strategy, from) {
            Some(Rung::Operator) => self.ask_operator(because),
            Some(rung) => vec![self.climbed(Stage::On(rung), because)],
            None => vec![self.climbed(Stage::Fallback, because)],
        }
    }

    fn climbed(&self, to: Stage, because: &str) -> Event {
        Event::LadderClimbed {
            task: self.task.id(),
            to,
            by: Actor::Room,
            because: because.to_owned(),
        }
    }

    /// The inbox item; what was tried before is said, if something was.
    fn ask_operator(&self, because: &str) -> Vec<Event> {
        let item = |since| Event::AttentionRaised {
            attention: Attention {
                id: AttentionId(self.state.next.attention),
                subject: Subject::Choice {
                    task: self.task.id(),
                },
                since,
                expires: None,
            },
        };
        if because.is_empty() {
            return vec![item(self.state.calls_ended_at(self.task))];
        }
        let climbed = self.climbed(Stage::On(Rung::Operator), because);
        vec![climbed, item(self.now)]
    }
}

#[cfg(test)]
mod tests;
