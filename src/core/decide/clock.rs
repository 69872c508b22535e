//! What falls due with the time: deadlines, unanswered questions, a new budget period.

use crate::core::decide::cancel_calls;
use crate::core::{Actor, Event, Outcome, Reply, Resolution, State, Subject, Timestamp};

/// What is due at `now`. Always to the safe side: an unanswered question is denied.
#[must_use]
pub fn expire(state: &State, now: Timestamp) -> Vec<Event> {
    let mut events = Vec::new();
    for task in state.open_tasks() {
        if task
            .order()
            .deadline
            .is_some_and(|deadline| deadline <= now)
        {
            events.extend(cancel_calls(state, task));
            let why = "its deadline passed before it was done".to_owned();
            events.push(Event::TaskConcluded {
                task: task.id(),
                outcome: Outcome::Failed { why },
            });
        }
    }
    for item in state.attention() {
        let due = item.expires.is_some_and(|expires| expires <= now);
        let (asked, reply) = match &item.subject {
            Subject::Asked { call, ask, .. } if due => {
                let reason = "nobody answered in time".to_owned();
                (Some((*call, *ask)), Reply::Deny { reason })
            }
            Subject::Budget { .. } if state.spend.exhausted(&state.budget, now).is_none() => {
                (None, Reply::Allow)
            }
            Subject::Asked { .. }
            | Subject::Budget { .. }
            | Subject::Choice { .. }
            | Subject::Interrupted { .. } => {
                continue;
            }
        };
        let resolution = Resolution {
            reply,
            by: Actor::Clock,
        };
        events.push(Event::AttentionResolved {
            attention: item.id,
            asked,
            resolution,
        });
    }
    events
}
