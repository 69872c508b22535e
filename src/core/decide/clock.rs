//! What falls due with the time: deadlines, unanswered questions, a new budget period.

use std::collections::BTreeSet;

use crate::core::decide::cancel_calls;
use crate::core::{
    Actor, Attention, CallId, Event, Outcome, Reply, Resolution, State, Subject, Task, Timestamp,
};

/// What is due at `now`. Always to the safe side: an unanswered question is denied.
#[must_use]
pub fn expire(state: &State, now: Timestamp) -> Vec<Event> {
    if state.is_closing() {
        return Vec::new();
    }
    let is_late = |task: &&Task| {
        task.order()
            .deadline
            .is_some_and(|deadline| deadline <= now)
    };
    let late: Vec<&Task> = state.open_tasks().filter(is_late).collect();
    let calls = late.iter().flat_map(|task| task.calls().iter().copied());
    let called_off: BTreeSet<CallId> = calls.collect();
    let mut events: Vec<Event> = late.iter().flat_map(|task| too_late(state, task)).collect();
    let items = state.attention();
    events.extend(items.filter_map(|item| settled(state, now, item, &called_off)));
    events
}

fn too_late(state: &State, task: &Task) -> Vec<Event> {
    let mut events = cancel_calls(state, task);
    events.push(Event::TaskConcluded {
        task: task.id(),
        outcome: Outcome::Failed {
            why: "its deadline passed before it was done".to_owned(),
        },
    });
    events
}

/// How the time settles an item, if it does. Questions of calls that are called off at the same time
/// go with them.
fn settled(
    state: &State,
    now: Timestamp,
    item: &Attention,
    called_off: &BTreeSet<CallId>,
) -> Option<Event> {
    let due = item.expires.is_some_and(|expires| expires <= now);
    let (asked, reply) = match &item.subject {
        Subject::Asked { call, ask, .. } if due && !called_off.contains(call) => {
            let reason = "nobody answered in time".to_owned();
            (Some((*call, *ask)), Reply::Deny { reason })
        }
        Subject::Budget { .. } if state.spend.exhausted(&state.budget, now).is_none() => {
            (None, Reply::Allow)
        }
        Subject::Asked { .. }
        | Subject::Budget { .. }
        | Subject::Choice { .. }
        | Subject::Interrupted { .. } => return None,
    };
    Some(Event::AttentionResolved {
        attention: item.id,
        asked,
        resolution: Resolution {
            reply,
            by: Actor::Clock,
        },
    })
}
