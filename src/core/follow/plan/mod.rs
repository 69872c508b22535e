//! Takes a planned task on: a plan that can be read is taken in and waits for leave; once its steps are
//! done, one result is made of theirs; where one has none, the task ends and says which. What is open of a
//! plan whose task is over is called off.

use crate::core::decide::cancel_calls;
use crate::core::follow::conclude::{Standings, done, failed, solo};
use crate::core::follow::standing::Standing;
use crate::core::follow::think::asked_twice;
use crate::core::plan::{PlanStage, Stands, read};
use crate::core::text::clipped;
use crate::core::{
    Attention, AttentionId, Basis, Event, Outcome, Planned, Purpose, State, Subject, Task, TaskId,
    Timestamp,
};

/// How much of the reason of a step is told, in bytes.
const WHY_MAX: usize = 300;

/// A plan that can be read is taken in; what is made of the results of its steps is the result. A member
/// that cannot be reached is followed by another; one whose plan cannot be read ends the task.
pub(super) fn plan(state: &State, task: &Task, standings: &Standings) -> Vec<Event> {
    if task.planning.stage() == PlanStage::Broken {
        return vec![broken(state, task)];
    }
    let Some((slot, standing)) = standings.first() else {
        return Vec::new();
    };
    match (slot.purpose, standing) {
        (Purpose::Plan, Standing::Answered(call, answer)) => {
            let read = read(state, answer.text.as_str()).ok();
            let proposed = read.map(|plan| Event::Planned {
                what: Planned::Proposed {
                    task: task.id,
                    call: *call,
                    plan,
                },
            });
            proposed.into_iter().collect()
        }
        (_, Standing::Answered(call, answer)) => {
            vec![done(task, answer, vec![*call], Basis::Plan)]
        }
        (Purpose::Plan, Standing::Failed(_))
            if asked_twice(state, task, slot, Purpose::PlanAgain) =>
        {
            vec![failed(task, standings)]
        }
        (
            _,
            Standing::Failed(_)
            | Standing::LoggedOut(_)
            | Standing::Cancelled
            | Standing::Wanted
            | Standing::Again
            | Standing::Running
            | Standing::Unreadable(_),
        ) => solo(state, task, standings),
    }
}

/// The end of a task of which a step ended without a result. The first such step waited for no other one.
fn broken(state: &State, task: &Task) -> Event {
    let keys = task.planning.plan().map_or(&[][..], |plan| plan.steps());
    let keys = keys.iter().map(|step| step.key.as_str());
    let steps: Vec<(&str, TaskId, Stands)> = keys
        .zip(task.planning.placed())
        .map(|(key, placed)| (key, placed.task, placed.stands))
        .collect();
    let of = |stands| steps.iter().filter(move |step| step.2 == stands);
    let named = |(key, task, _): &(&str, TaskId, Stands)| format!("`{key}` ({task})");
    let what = of(Stands::Broken).next().map_or_else(String::new, |step| {
        let how = match state.task(step.1).and_then(Task::outcome) {
            Some(Outcome::Failed { why }) => format!("failed: {}", clipped(why, WHY_MAX)),
            Some(Outcome::Cancelled) => "was cancelled".to_owned(),
            Some(Outcome::Done { .. }) | None => "has no result".to_owned(),
        };
        format!("its step {} {how}", named(step))
    });
    let left = match of(Stands::Broken).count().saturating_sub(1) {
        0 => String::new(),
        1 => "; one more step has no result either".to_owned(),
        more => format!("; {more} more steps have no result either"),
    };
    let kept: Vec<String> = of(Stands::Done).map(named).collect();
    let kept = match kept.as_slice() {
        [] => "; nothing is done".to_owned(),
        kept => format!("; done and kept: {}", kept.join(", ")),
    };
    Event::TaskConcluded {
        task: task.id,
        outcome: Outcome::Failed {
            why: format!("{what}{left}{kept}. Work that step again, and the plan goes on"),
        },
    }
}

/// The next step about a plan: leave is asked for, or what nobody wants any more is called off.
pub(super) fn next(state: &State, now: Timestamp) -> Vec<Event> {
    let mut planned = state.queue.planned().filter_map(|id| state.task(id));
    planned
        .find_map(|task| {
            let events = if task.is_ended() {
                called_off(state, task)
            } else {
                leave(state, now, task).into_iter().collect()
            };
            (!events.is_empty()).then_some(events)
        })
        .unwrap_or_default()
}

/// Asks the operator for leave, once.
fn leave(state: &State, now: Timestamp, task: &Task) -> Option<Event> {
    let asks = task.planning.stage() == PlanStage::Approve && state.plan_item(task.id).is_none();
    let attention = Attention {
        id: AttentionId(state.next.attention),
        subject: Subject::Plan { task: task.id },
        since: now,
        expires: None,
    };
    asks.then_some(Event::AttentionRaised { attention })
}

/// The end of the first open step of a task that is over.
fn called_off(state: &State, task: &Task) -> Vec<Event> {
    let placed = task.planning.placed().iter();
    let steps = placed.filter_map(|step| state.task(step.task));
    let Some(step) = steps.into_iter().find(|step| !step.is_ended()) else {
        return Vec::new();
    };
    let mut events = cancel_calls(state, step);
    events.push(Event::TaskConcluded {
        task: step.id,
        outcome: Outcome::Cancelled,
    });
    events
}

#[cfg(test)]
mod tests;
