//! The wall clock. The only place that reads it.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::core::Timestamp;

/// Where the engine takes the time from.
pub trait Clock: Send + Sync + 'static {
    /// The time now. Never goes back.
    fn now(&self) -> Timestamp;
}

/// The system's clock, held from going back.
#[derive(Debug, Default)]
pub struct SystemClock {
    latest: AtomicU64,
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the place")]
        let now = std::time::SystemTime::now();
        let since_epoch = now
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        let millis = u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX);
        let before = self.latest.fetch_max(millis, Ordering::Relaxed);
        Timestamp(before.max(millis))
    }
}

/// For what is handed to libraries that know the system's time only.
impl From<Timestamp> for std::time::SystemTime {
    fn from(at: Timestamp) -> Self {
        let since_epoch = std::time::Duration::from_millis(at.0);
        // Past the end of its time there is none.
        Self::UNIX_EPOCH
            .checked_add(since_epoch)
            .unwrap_or(Self::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use super::{Clock, SystemClock};
    use crate::core::Timestamp;

    #[test]
    fn time_never_goes_back() {
        let clock = SystemClock::default();
        clock
            .latest
            .store(u64::MAX - 1, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(clock.now(), Timestamp(u64::MAX - 1));
    }
}
