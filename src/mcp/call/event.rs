//! What wakes a call that is being waited for.

use tokio::time::{Instant, sleep_until};

use crate::mcp::link::InFlight;
use crate::mcp::routes::Arrival;
use crate::mcp::signal::{Ask, Signal};

/// What woke a call.
pub(super) enum Event {
    Arrived(Arrival),
    /// The last open question has its answer.
    Answered,
    Closed,
    /// The request never reached the server.
    Unsent(String),
    Idle,
    Deadline,
    /// A question of [`State::Asking`](crate::mcp::call::State) to be passed on.
    Ask(Ask),
    /// All input is there.
    Complete,
    /// Something is to be told before the next request.
    Told(Box<Signal>),
    /// It is time for the next request.
    Due,
    /// What was asked for was refused, and there is no way to tell the server but the end.
    Refused {
        code: i32,
        message: String,
    },
    Over,
}

pub(super) async fn pausing(until: Instant, ends: Instant) -> Event {
    sleep_until(until.min(ends)).await;
    if until <= ends {
        Event::Due
    } else {
        Event::Deadline
    }
}

pub(super) async fn running(call: &mut InFlight, idle_ends: Instant, ends: Instant) -> Event {
    let asked = *call.asks.borrow_and_update() > 0;
    tokio::select! {
        biased;
        arrival = call.arrivals.recv() => arrival.map_or(Event::Closed, Event::Arrived),
        // Silence counts for nothing while the server waits for us, and anew from the answer on.
        Ok(()) = call.asks.changed() => Event::Answered,
        why = call.sending.failed() => Event::Unsent(why),
        () = sleep_until(ends) => Event::Deadline,
        () = sleep_until(idle_ends), if !asked => Event::Idle,
    }
}
