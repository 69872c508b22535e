//! A room process takes a room up: for the first time, or after an end, good or bad.

use crate::core::decide::reported::forgotten_sessions;
use crate::core::{Access, Attention, AttentionId, Ending, Event, State, Subject, Timestamp};

/// Opens a new room under `name`, or takes up the one that is there: calls that were in flight are
/// interrupted, handles that died with their servers are dropped, and what may have had effects is
/// held for the operator.
#[must_use]
pub fn resume(state: &State, now: Timestamp, name: &str) -> Vec<Event> {
    if state.seq() == 0 {
        return vec![
            Event::RoomOpened {
                name: name.to_owned(),
            },
            Event::RoomResumed,
        ];
    }
    let interrupted = state.calls_in_flight().map(|(call, _)| Event::CallEnded {
        call,
        ending: Ending::Interrupted,
    });
    let forgotten = state
        .members()
        .flat_map(|member| forgotten_sessions(state, &member.spec().name));
    let mut events: Vec<Event> = interrupted.chain(forgotten).collect();
    events.push(Event::RoomResumed);
    events.extend(held(state, now));
    events
}

/// One inbox item for each task whose last call was cut off while it could change files. Calls that
/// could only read are simply made again.
fn held(state: &State, now: Timestamp) -> Vec<Event> {
    let cut_off = state.open_tasks().filter(|task| {
        let last = task.calls().last().and_then(|call| state.call(*call));
        last.is_some_and(|call| {
            call.access() == Access::Write
                && matches!(call.ending(), None | Some(Ending::Interrupted))
        })
    });
    let already = |task| {
        state
            .attention()
            .any(|item| matches!(item.subject, Subject::Interrupted { task: held } if held == task))
    };
    let fresh = cut_off.filter(|task| !already(task.id()));
    fresh
        .zip(state.next.attention..)
        .map(|(task, id)| Event::AttentionRaised {
            attention: Attention {
                id: AttentionId(id),
                subject: Subject::Interrupted { task: task.id() },
                since: now,
                expires: None,
            },
        })
        .collect()
}
