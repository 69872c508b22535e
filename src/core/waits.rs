//! What keeps an open task from its end, in one line for the operator. Pure; decides nothing.

use crate::core::follow::standing::{Slot, Standing, slots, standing};
use crate::core::plan::{PlanStage, Stands};
use crate::core::{
    Ending, Failure, FailureKind, Limit, Outcome, Phase, Span, State, Subject, Task, Timestamp,
};

/// What keeps a task that is not over, as far as it is known: a question that nobody answered, the
/// budget, a failure of its member, a member that is paused. Nothing while a call is simply at work.
#[must_use]
pub fn hindrance(state: &State, task: &Task) -> Option<String> {
    match task.phase() {
        Phase::Ended { .. } => return None,
        Phase::Deciding { attention, .. } => {
            let why = match attention {
                Some(_) => "its answers differ, and nobody chose",
                None => "its answers differ, and that is being settled",
            };
            return Some(why.to_owned());
        }
        Phase::Held { .. } => {
            let held = "it was cut short, and nobody gave leave to repeat it";
            return Some(held.to_owned());
        }
        Phase::Queued | Phase::Working => {}
    }
    question(state, task)
        .or_else(|| budget_awaited(state, task).map(spent))
        .or_else(|| {
            let slots = slots(task);
            slots.iter().find_map(|slot| of_slot(state, task, slot))
        })
        .or_else(|| planned(state, task))
        .or_else(|| unfinished(state, task))
}

/// What keeps a planned task: the operator's leave, or one of its steps.
fn planned(state: &State, task: &Task) -> Option<String> {
    match task.planning.stage() {
        PlanStage::Approve => Some("its plan waits for leave".to_owned()),
        PlanStage::Work => {
            let open = task.planning.placed().iter();
            let mut open = open.filter(|step| step.stands == Stands::Open);
            open.find_map(|step| {
                let why = hindrance(state, state.task(step.task)?)?;
                Some(format!("{}: {why}", step.task))
            })
        }
        PlanStage::Draft | PlanStage::Gather | PlanStage::Broken => None,
    }
}

/// The limit for whose sake a task stands still, with no call of it in flight.
#[must_use]
pub fn budget_awaited(state: &State, task: &Task) -> Option<Limit> {
    let at_work = task.calls.iter().filter_map(|call| state.call(*call));
    let at_work = at_work.filter(|call| call.ended.is_none()).count() > 0;
    let waits = matches!(task.phase, Phase::Queued | Phase::Working) && !at_work;
    let (_, limit) = state.budget_item().filter(|_| waits)?;
    Some(limit)
}

fn spent(limit: Limit) -> String {
    format!("{} of the budget are used up", limit.noun())
}

fn question(state: &State, task: &Task) -> Option<String> {
    let asker = state.attention().find_map(|item| match item.subject {
        Subject::Asked { call, .. } => state.call(call).filter(|call| call.task == task.id),
        Subject::Choice { .. }
        | Subject::Interrupted { .. }
        | Subject::LoggedOut { .. }
        | Subject::Edited { .. }
        | Subject::Proposed { .. }
        | Subject::Plan { .. }
        | Subject::Lessons { .. }
        | Subject::Budget { .. } => None,
    })?;
    let member = &asker.member;
    Some(format!("{member} asked something, and nobody answered"))
}

fn of_slot(state: &State, task: &Task, slot: &Slot) -> Option<String> {
    let member = &slot.member;
    let failed = || {
        let (at, failure) = last_failure(state, task, slot)?;
        let waits = task.not_before.since(at);
        let patience = if waits > Span(0) {
            format!(" (waiting {} s)", waits.0.div_ceil(1000))
        } else {
            String::new()
        };
        Some(format!("{member}: {failure}{patience}"))
    };
    let paused = || {
        let pause = state.member(member)?.pause()?;
        Some(format!("{member} is given no calls: {}", pause.why))
    };
    match standing(state, task, slot) {
        Standing::Again | Standing::LoggedOut(_) | Standing::Running | Standing::Unreadable(_) => {
            failed()
        }
        Standing::Wanted => paused().or_else(failed),
        Standing::Failed(why) => failed().or_else(|| Some(format!("{member}: {why}"))),
        Standing::Answered(..) | Standing::Cancelled => None,
    }
}

/// The last failure of a slot, before one that says no more than that it took too long.
fn last_failure<'a>(
    state: &'a State,
    task: &Task,
    slot: &Slot,
) -> Option<(Timestamp, &'a Failure)> {
    let again = slot.purpose.again().unwrap_or(slot.purpose);
    let calls = task.calls.iter().rev().filter_map(|call| state.call(*call));
    let failures = calls.filter_map(|call| match &call.ended {
        Some((at, Ending::Failed { failure, .. }))
            if call.member == slot.member && [slot.purpose, again].contains(&call.purpose) =>
        {
            Some((*at, failure))
        }
        Some(_) | None => None,
    });
    let failures: Vec<(Timestamp, &Failure)> = failures.collect();
    let telling = failures
        .iter()
        .find(|(_, failure)| failure.kind != FailureKind::TimedOut);
    telling.or(failures.first()).copied()
}

/// A task that has to be done first and is not.
fn unfinished(state: &State, task: &Task) -> Option<String> {
    let mut after = task.order.after.iter();
    let first = after.find(|id| {
        let outcome = state.task(**id).and_then(Task::outcome);
        !matches!(outcome, Some(Outcome::Done { .. }))
    })?;
    Some(format!("it waited for {first}"))
}
