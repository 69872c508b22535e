//! What a lent member said goes to the server that wanted it; a loan that nobody waits for ends.

use crate::core::decide::{call_off, close_sessions};
use crate::core::{
    Actor, Attention, AttentionId, CallId, Event, Outcome, Reply, Resolution, State, Subject, Task,
    TaskId, Text,
};

/// The next step of the first loan that has one.
pub(super) fn next(state: &State) -> Vec<Event> {
    let mut loans = state.approvals.lent.iter();
    loans
        .find_map(|(item, task)| step(state, *item, *task))
        .unwrap_or_default()
}

fn step(state: &State, item: AttentionId, task: TaskId) -> Option<Vec<Event>> {
    let task = state.task(task);
    let outcome = task.and_then(Task::outcome);
    match (state.attention_item(item), task, outcome) {
        (Some(item), Some(task), Some(outcome)) => {
            let mut events = vec![told(state, item, outcome)?];
            events.extend(close_sessions(state, task));
            Some(events)
        }
        // The server waits for it no more.
        (None, Some(task), None) => Some(call_off(state, task)),
        (Some(_), _, None) | (_, None, _) | (None, Some(_), Some(_)) => None,
    }
}

fn told(state: &State, item: &Attention, outcome: &Outcome) -> Option<Event> {
    let Subject::Asked { call, ask, .. } = item.subject else {
        return None;
    };
    let reply = match outcome {
        Outcome::Done { result, from, .. } => Reply::Fill {
            content: words(state, result, from),
        },
        Outcome::Failed { why } => Reply::Deny {
            reason: format!("no member could answer it: {why}"),
        },
        Outcome::Cancelled => Reply::Deny {
            reason: "its answer was called off".to_owned(),
        },
    };
    Some(Event::AttentionResolved {
        attention: item.id,
        asked: Some((call, ask)),
        resolution: Resolution::by(Actor::Room, reply),
    })
}

/// A model's words with its name, as JSON.
fn words(state: &State, result: &Text, from: &[CallId]) -> Text {
    let member = from.first().and_then(|call| state.call(*call));
    let model = member.map_or("unknown", |call| call.member().as_str());
    Text::from(serde_json::json!({"model": model, "text": result.as_str()}).to_string())
}
