//! The end of a conflict: the decision, the result of its task, and what it teaches.

use crate::core::decide::lesson::learn;
use crate::core::{
    Basis, CallId, Contest, Decision, Event, Outcome, Phase, Reply, Resolution, State, Task, Text,
};

/// What a decision comes to: the end of the task, or another result of one that is done. An inbox item that asked for it is settled by whoever decided.
pub(crate) fn settled(
    state: &State,
    task: &Task,
    decision: Decision,
    result: Text,
    from: Vec<CallId>,
    basis: Basis,
) -> Vec<Event> {
    // Whoever writes the result has chosen nobody's.
    let authors: &[CallId] = if decision.chosen.is_some() {
        &from
    } else {
        &[]
    };
    let learned = learn(state, task.id, &result, authors, basis);
    let by = decision.by;
    let item = match task.phase {
        Phase::Deciding { attention, .. } => attention,
        Phase::Ended { .. } => state.contest(task.id).and_then(Contest::reopened),
        Phase::Queued | Phase::Working | Phase::Held { .. } => None,
    };
    let open = item.filter(|item| state.attention_item(*item).is_some());
    let mut events = vec![Event::Decided {
        task: task.id,
        decision,
    }];
    events.extend(open.map(|attention| Event::AttentionResolved {
        attention,
        asked: None,
        resolution: Resolution::by(by, Reply::Allow),
    }));
    events.push(if task.is_ended() {
        Event::ResultReplaced {
            task: task.id,
            result,
        }
    } else {
        Event::TaskConcluded {
            task: task.id,
            outcome: Outcome::Done {
                result,
                from,
                basis,
            },
        }
    });
    events.extend(learned);
    events
}
