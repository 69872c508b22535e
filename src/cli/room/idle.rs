//! Ends a room that nobody watches and that has nothing to do, so that servers do not run for ever.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::link::{Archive, Desk};

/// How long a room stays when nobody is attached and no task is open.
const STAY: Duration = Duration::from_mins(15);
/// How often it looks.
const LOOK: Duration = Duration::from_secs(30);

/// Returns once the room has been idle for [`STAY`].
pub(super) async fn long<A: Archive>(desk: &Desk<A>) {
    let mut since = Instant::now();
    loop {
        sleep_until(Instant::now() + LOOK).await;
        let watched = *desk.presence.borrow() > 0;
        if watched || busy(desk).await {
            since = Instant::now();
        } else if since.elapsed() >= STAY {
            return;
        }
    }
}

/// Tasks that wait for the operator only do not keep a room up: they are there at the next start.
async fn busy<A: Archive>(desk: &Desk<A>) -> bool {
    let Ok(now) = desk.engine.subscribe().await else {
        return false;
    };
    now.state.calls_in_flight().next().is_some()
        || now.state.queued().next().is_some()
        || now.state.being_checked().is_some()
}
