//! The end of a conflict: the decision, the result of its task, and what it teaches.

use crate::core::decide::lesson::learn;
use crate::core::{
    Basis, CallId, Decision, Event, Outcome, Phase, Reply, Resolution, State, Task, Text,
};

/// What a decision comes to. An inbox item that asked for it is settled by whoever decided.
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
        Phase::Queued | Phase::Working | Phase::Held { .. } | Phase::Ended { .. } => None,
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
    events.push(Event::TaskConcluded {
        task: task.id,
        outcome: Outcome::Done {
            result,
            from,
            basis,
        },
    });
    events.extend(learned);
    events
}
