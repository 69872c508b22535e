//! Time as the core sees it: whole milliseconds, always handed in. Never reads a clock.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since the Unix epoch, UTC.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub u64);

/// A length of time in milliseconds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Span(pub u64);

impl Timestamp {
    /// This point moved on by `span`; stops at the end of time instead of wrapping.
    #[must_use]
    pub fn after(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// The time that went by since `earlier`; zero when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// The number of the UTC day, counted from the epoch.
    #[must_use]
    pub fn day(self) -> u64 {
        self.0 / Span::DAY.0
    }
}

impl Span {
    /// Twenty-four hours.
    pub const DAY: Self = Self(86_400_000);

    /// A span of whole seconds.
    #[must_use]
    pub const fn secs(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }
}

impl From<Duration> for Span {
    fn from(duration: Duration) -> Self {
        Self(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }
}

impl From<Span> for Duration {
    fn from(span: Span) -> Self {
        Self::from_millis(span.0)
    }
}

/// `850 ms`, `42 s`, `3:07`, `2:03:07`: short, and the same width for neighbours.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / 1000;
        match (seconds / 3600, seconds / 60, seconds) {
            (0, 0, 0) => write!(f, "{} ms", self.0),
            (0, 0, s) => write!(f, "{s} s"),
            (0, m, s) => write!(f, "{m}:{:02}", s % 60),
            (h, m, s) => write!(f, "{h}:{:02}:{:02}", m % 60, s % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Span, Timestamp};

    #[test]
    fn spans_read_like_a_watch() {
        let shown = |ms| Span(ms).to_string();
        assert_eq!(shown(850), "850 ms");
        assert_eq!(shown(42_000), "42 s");
        assert_eq!(shown(187_000), "3:07");
        assert_eq!(shown(7_387_000), "2:03:07");
    }

    #[test]
    fn time_never_wraps() {
        assert_eq!(Timestamp(5).since(Timestamp(9)), Span(0));
        assert_eq!(Timestamp(u64::MAX).after(Span(1)), Timestamp(u64::MAX));
    }
}
