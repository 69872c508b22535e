//! The time of one turn: one end for all that it takes, tools, further requests and a second attempt
//! included. Time in which somebody is asked does not count, as nobody here may be blamed for it.

use std::time::Duration;

use tokio::time::Instant;

use crate::mcp::Limits;

/// When a turn is over, whatever it has come to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    total: Duration,
    ends: Instant,
    /// Since when somebody is asked.
    asking: Option<Instant>,
}

impl Clock {
    /// The clock of a turn that begins now and may take this long.
    pub(super) fn new(total: Duration) -> Self {
        Self {
            total,
            ends: Instant::now() + total,
            asking: None,
        }
    }

    /// It may take this long from now on, if it had more.
    pub(super) fn end_within(&mut self, left: Duration) {
        let ends = Instant::now() + left;
        if ends < self.ends {
            (self.total, self.ends) = (left, ends);
        }
    }

    /// Notes whether somebody is asked from now on.
    pub(super) fn ask(&mut self, asks: bool) {
        let now = Instant::now();
        if let Some(since) = self.asking.take() {
            self.ends += now - since;
        }
        self.asking = asks.then_some(now);
    }

    /// How long it may take in all.
    pub(super) fn total(&self) -> Duration {
        self.total
    }

    /// When the turn ends as things stand.
    pub(super) fn ends(&self) -> Instant {
        match self.asking {
            Some(since) => self.ends + since.elapsed(),
            None => self.ends,
        }
    }

    /// How long it may still take; none when its time is up.
    pub(super) fn left(&self) -> Option<Duration> {
        let left = self.ends().saturating_duration_since(Instant::now());
        (!left.is_zero()).then_some(left)
    }

    /// The limits of one more request to the member's server; none when the time is up.
    pub(super) fn limits(&self, idle: Duration) -> Option<Limits> {
        self.left().map(|total| Limits { idle, total })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use pretty_assertions::assert_eq;
    use tokio::time::advance;

    use super::Clock;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn all_requests_of_a_turn_share_its_time_and_questions_take_none_of_it() {
        let mut clock = Clock::new(10 * SECOND);
        advance(3 * SECOND).await;
        assert_eq!(clock.limits(SECOND).map(|it| it.total), Some(7 * SECOND));
        clock.ask(true);
        advance(60 * SECOND).await;
        assert_eq!(clock.left(), Some(7 * SECOND));
        // Another question while the first one is open.
        clock.ask(true);
        advance(60 * SECOND).await;
        clock.ask(false);
        assert_eq!(clock.left(), Some(7 * SECOND));
        clock.end_within(20 * SECOND);
        assert_eq!(clock.left(), Some(7 * SECOND));
        clock.end_within(2 * SECOND);
        advance(2 * SECOND).await;
        assert!(clock.left().is_none() && clock.limits(SECOND).is_none());
    }
}
