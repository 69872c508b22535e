//! What an intent, an outcome or the time comes to: events, or a refusal.
//!
//! Reads the state, never writes it. What the room does next by itself is in
//! [`follow`](crate::core::follow()).

pub(crate) mod advice;
mod approval;
mod check;
mod choice;
mod clock;
mod command;
mod company;
mod contest;
mod dial;
mod ended;
pub(crate) mod lesson;
mod money;
mod note;
mod outside;
mod plan;
mod queue;
mod reported;
mod resumed;
mod routing;
mod session;
mod settled;
mod waiting;

pub use clock::expire;
pub use command::decide;
pub use note::{RESULT_MAX, fits};
pub use outside::PROPOSALS_MAX;
pub(crate) use queue::check_order;
pub use reported::note;
pub use resumed::resume;
pub(crate) use settled::settled;

use std::collections::BTreeSet;

use crate::core::{CallId, Ending, Event, Outcome, SessionId, State, Task, Text};

/// Ends the calls of a task that are in flight, and abandons their sessions at the servers: after a
/// cancel a server's idea of the conversation is in doubt, so the next turn tells it anew.
pub(crate) fn cancel_calls(state: &State, task: &Task) -> Vec<Event> {
    let in_flight = task
        .calls
        .iter()
        .filter(|call| state.call(**call).is_some_and(|call| call.ended.is_none()));
    in_flight
        .flat_map(|call| cancel_call(state, *call))
        .collect()
}

/// The end of a task of which nobody wants the result any more, and of its sessions.
pub(crate) fn call_off(state: &State, task: &Task) -> Vec<Event> {
    let mut events = cancel_calls(state, task);
    events.push(Event::TaskConcluded {
        task: task.id,
        outcome: Outcome::Cancelled,
    });
    events.extend(close_sessions(state, task));
    events
}

/// The end of the sessions that were opened for one task alone; nobody goes on with them.
pub(crate) fn close_sessions(state: &State, task: &Task) -> impl Iterator<Item = Event> {
    let calls = task.calls.iter().filter_map(|call| state.call(*call));
    let sessions: BTreeSet<SessionId> = calls.map(|call| call.session).collect();
    let open = |id: &SessionId| state.session(*id).is_some_and(|one| !one.is_closed());
    let open: Vec<SessionId> = sessions.into_iter().filter(open).collect();
    open.into_iter()
        .map(|session| Event::SessionClosed { session })
}

/// Ends one call that is in flight.
pub(crate) fn cancel_call(state: &State, call: CallId) -> Vec<Event> {
    let mut events = vec![Event::CallEnded {
        call,
        ending: Ending::Cancelled {
            partial: Text::from(""),
        },
    }];
    events.extend(unbind(state, call));
    events
}

/// Abandons the session of a call at its server, if the server knows it.
pub(crate) fn unbind(state: &State, call: CallId) -> Option<Event> {
    let session = state.session(state.call(call)?.session)?;
    session.handle().map(|_| Event::SessionUnbound {
        session: session.id(),
    })
}
