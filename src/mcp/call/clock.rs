//! The deadlines of one call. Time in which the server waits for an answer of ours counts for neither:
//! whoever asks the operator must not be blamed for how long that takes.

use std::time::Duration;

use tokio::time::Instant;

use crate::mcp::spec::Limits;

/// How long a call may wait for answers in all, on top of its own limit. Whoever answers has limits
/// of its own, far below this one.
const WAIT_MAX: Duration = Duration::from_hours(24);

/// When a call is given up.
#[derive(Debug)]
pub(crate) struct Clock {
    limits: Limits,
    idle_ends: Instant,
    total_ends: Instant,
    /// The end, however long answers take.
    last_ends: Instant,
    /// Since when the server waits for us.
    waiting: Option<Instant>,
}

impl Clock {
    /// The clock of a call that begins now.
    pub(crate) fn new(limits: Limits) -> Self {
        let now = Instant::now();
        Self {
            limits,
            idle_ends: now + limits.idle,
            total_ends: now + limits.total,
            last_ends: now + limits.total + WAIT_MAX,
            waiting: None,
        }
    }

    /// Notes whether the server waits for us from now on.
    pub(crate) fn turn(&mut self, waits: bool) {
        let now = Instant::now();
        if let Some(since) = self.waiting.take() {
            self.total_ends += now - since;
        }
        self.waiting = waits.then_some(now);
    }

    /// The server gave a sign of life.
    pub(crate) fn stay(&mut self) {
        self.idle_ends = Instant::now() + self.limits.idle;
    }

    /// When its silence ends the call, unless it waits for us.
    pub(crate) fn idle_ends(&self) -> Instant {
        self.idle_ends
    }

    /// When the call ends as things stand.
    pub(crate) fn ends(&self) -> Instant {
        match self.waiting {
            Some(_) => self.last_ends,
            None => self.total_ends.min(self.last_ends),
        }
    }
}
