//! Commands about tasks: add, call off, work again, reorder.

use std::collections::BTreeSet;

use crate::core::decide::cancel_calls;
use crate::core::decide::command::{known_member, open_task};
use crate::core::routing::{fewest, suited_to, works_together};
use crate::core::task::order::PROMPT_MAX;
use crate::core::{Event, Outcome, Priority, Reach, Refusal, State, Strategy, TaskId, TaskOrder};

/// How many members a task may name.
const NAMED_MAX: usize = 32;
/// For how many tasks a task may wait.
const AFTER_MAX: usize = 64;

pub(super) fn add_task(state: &State, order: &TaskOrder) -> Result<Vec<Event>, Refusal> {
    check_order(state, order)?;
    Ok(vec![Event::TaskAdded {
        task: state.next_task(),
        order: order.clone(),
    }])
}

fn check_order(state: &State, order: &TaskOrder) -> Result<(), Refusal> {
    if order.prompt.is_empty() {
        return Err(Refusal::EmptyPrompt);
    }
    if order.prompt.len() > PROMPT_MAX {
        return Err(Refusal::PromptTooLong {
            bytes: order.prompt.len(),
            limit: PROMPT_MAX,
        });
    }
    if state.members.is_empty() {
        return Err(Refusal::NoMembers);
    }
    for name in &order.members {
        let member = known_member(state, name)?;
        if works_together(order.strategy) && member.spec().reach == Reach::Unguarded {
            return Err(Refusal::Unguarded {
                member: name.clone(),
            });
        }
    }
    let available = if order.members.is_empty() {
        suited_to(state, order.strategy)
    } else if order.strategy == Strategy::Chain {
        order.members.len()
    } else {
        order.members.iter().collect::<BTreeSet<_>>().len()
    };
    if available < fewest(order.strategy) {
        return Err(match order.strategy {
            Strategy::Solo => Refusal::NoMembers,
            Strategy::Race | Strategy::Council | Strategy::Chain => Refusal::TooFewMembers {
                strategy: order.strategy.word().to_owned(),
            },
        });
    }
    at_most(NAMED_MAX, "members for a task", order.members.len())?;
    at_most(AFTER_MAX, "tasks to wait for", order.after.len())?;
    order
        .after
        .iter()
        .try_for_each(|task| may_be_waited_for(state, *task))
}

fn at_most(limit: usize, what: &str, count: usize) -> Result<(), Refusal> {
    if count <= limit {
        return Ok(());
    }
    Err(Refusal::TooMany {
        what: what.to_owned(),
        limit,
    })
}

fn may_be_waited_for(state: &State, id: TaskId) -> Result<(), Refusal> {
    if id >= state.next_task() || id.0 == 0 {
        Err(Refusal::NoSuchTask { task: id })
    } else if state.task(id).is_none() {
        Err(Refusal::Forgotten { task: id })
    } else {
        Ok(())
    }
}

/// Changes a task's priority; nothing happened where it had that one already.
pub(super) fn reprioritise(
    state: &State,
    id: TaskId,
    priority: Priority,
) -> Result<Vec<Event>, Refusal> {
    if open_task(state, id)?.order.priority == priority {
        return Ok(Vec::new());
    }
    Ok(vec![Event::TaskReprioritised { task: id, priority }])
}

pub(super) fn cancel_task(state: &State, id: TaskId) -> Result<Vec<Event>, Refusal> {
    let task = open_task(state, id)?;
    let mut events = cancel_calls(state, task);
    events.push(Event::TaskConcluded {
        task: id,
        outcome: Outcome::Cancelled,
    });
    Ok(events)
}

pub(super) fn retry_task(state: &State, id: TaskId) -> Result<Vec<Event>, Refusal> {
    let task = state.task(id).ok_or(Refusal::NoSuchTask { task: id })?;
    match task.outcome() {
        Some(Outcome::Failed { .. } | Outcome::Cancelled) => {
            let order = TaskOrder {
                deadline: None,
                ..task.order.clone()
            };
            check_order(state, &order)?;
            Ok(vec![Event::TaskReopened { task: id, order }])
        }
        Some(Outcome::Done { .. }) | None => Err(Refusal::NotRetryable { task: id }),
    }
}
