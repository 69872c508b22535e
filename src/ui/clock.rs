//! When to draw: at once after a key, at most once a frame for everything else.
//!
//! Pure: every method is given the time. It draws nothing and sleeps nowhere.

use std::time::Duration;

use tokio::time::Instant;

/// The shortest time between two frames that no key asked for.
pub const FRAME: Duration = Duration::from_millis(16);

/// Merges all wishes to draw into as few frames as needed.
#[derive(Debug, Default)]
pub struct FrameClock {
    last: Option<Instant>,
    due: Option<Instant>,
}

impl FrameClock {
    /// A key was pressed or the size changed: draw without waiting.
    pub fn want_now(&mut self, now: Instant) {
        self.due = Some(now);
    }

    /// Something streamed in: draw when the frame since the last draw is over.
    pub fn want(&mut self, now: Instant) {
        let at = self.last.map_or(now, |last| (last + FRAME).max(now));
        self.due = Some(self.due.map_or(at, |due| due.min(at)));
    }

    /// When to draw next; `None` while nothing changed.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Whether to draw now.
    #[must_use]
    pub fn is_due(&self, now: Instant) -> bool {
        self.due.is_some_and(|due| due <= now)
    }

    /// A frame was drawn.
    pub fn drawn(&mut self, now: Instant) {
        self.last = Some(now);
        self.due = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_draws_once_a_frame_and_a_key_at_once() {
        let start = Instant::now();
        let ms = Duration::from_millis;
        let mut clock = FrameClock::default();
        assert_eq!(clock.due(), None);
        clock.want(start);
        assert!(clock.is_due(start));
        clock.drawn(start);
        clock.want(start + ms(1));
        clock.want(start + ms(5));
        assert_eq!(clock.due(), Some(start + FRAME));
        assert!(!clock.is_due(start + ms(15)));
        clock.want_now(start + ms(6));
        assert!(clock.is_due(start + ms(6)));
        clock.drawn(start + ms(6));
        assert_eq!(clock.due(), None);
        clock.want(start + ms(100));
        assert_eq!(clock.due(), Some(start + ms(100)));
    }
}
