//! When to try a failed server again: exponential backoff and a circuit breaker. Pure.
//!
//! Both are told the time and never ask for it.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// The first pause.
const FIRST: Duration = Duration::from_millis(500);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(30);
/// So many failures within [`WINDOW`] open the breaker.
const FAILURES: usize = 5;
const WINDOW: Duration = Duration::from_mins(1);
/// So many failures of a server that never worked open the breaker: it is not about to.
const FIRST_FAILURES: usize = 3;
/// How long the breaker stays open before one probe is let through.
const OPEN: Duration = Duration::from_mins(1);

/// Pauses that double from 0.5 s to 30 s; each is shortened by up to half of itself at random, so
/// that servers which fell together do not come back together.
#[derive(Debug)]
pub struct Backoff {
    rng: fastrand::Rng,
    tries: u32,
}

impl Backoff {
    /// The same seed gives the same pauses.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            rng: fastrand::Rng::with_seed(seed),
            tries: 0,
        }
    }

    /// The pause before the next try.
    pub fn next_pause(&mut self) -> Duration {
        let full = FIRST
            .saturating_mul(1_u32.checked_shl(self.tries.min(16)).unwrap_or(u32::MAX))
            .min(LONGEST);
        self.tries = self.tries.saturating_add(1);
        full.mul_f64(1.0 - self.rng.f64() / 2.0)
    }

    /// Begins with the first pause again.
    pub fn reset(&mut self) {
        self.tries = 0;
    }
}

/// Stops trying for a while after five failures within 60 s, or three if it never worked; then one
/// probe decides.
#[derive(Debug, Default)]
pub struct Breaker {
    failures: VecDeque<Instant>,
    open_until: Option<Instant>,
    in_a_row: u32,
    /// It has worked.
    worked: bool,
}

impl Breaker {
    /// Counts a failure at `now`. A failed probe opens the breaker again at once.
    pub fn failed(&mut self, now: Instant) {
        self.in_a_row = self.in_a_row.saturating_add(1);
        let probing = self.open_until.is_some();
        self.failures.push_back(now);
        while self
            .failures
            .front()
            .is_some_and(|first| now.duration_since(*first) > WINDOW)
        {
            self.failures.pop_front();
        }
        let enough = if self.worked {
            FAILURES
        } else {
            FIRST_FAILURES
        };
        if probing || self.failures.len() >= enough {
            self.open_until = Some(now + OPEN);
        }
    }

    /// Nothing is to be tried for a while, however few failures there were: a server that never
    /// worked and took all its time to fail is not about to.
    pub fn give_up(&mut self, now: Instant) {
        if !self.worked {
            self.open_until = Some(now + OPEN);
        }
    }

    /// The server works again.
    pub fn recovered(&mut self) {
        *self = Self {
            worked: true,
            ..Self::default()
        };
    }

    /// A connection stands, though it has not lasted yet: the probe has passed.
    pub fn connected(&mut self) {
        self.worked = true;
        if self.open_until.take().is_some() {
            self.failures.clear();
        }
    }

    /// Until when nothing is to be tried, if the breaker is open at `now`.
    #[must_use]
    pub fn open_until(&self, now: Instant) -> Option<Instant> {
        self.open_until.filter(|until| now < *until)
    }

    /// Failures since the server last worked.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.in_a_row
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use pretty_assertions::assert_eq;
    use tokio::time::Instant;

    use super::{Backoff, Breaker};

    #[test]
    fn pauses_double_up_to_thirty_seconds_and_are_the_same_for_the_same_seed() {
        let mut backoff = Backoff::new(7);
        let pauses: Vec<Duration> = (0..40).map(|_| backoff.next_pause()).collect();
        let mut full = 0.5_f64;
        for pause in &pauses {
            let pause = pause.as_secs_f64();
            assert!(pause > full / 2.0 && pause <= full, "{pause} of {full}");
            full = (full * 2.0).min(30.0);
        }
        let mut again = Backoff::new(7);
        assert_eq!(
            pauses,
            (0..40).map(|_| again.next_pause()).collect::<Vec<_>>()
        );
        let mut other = Backoff::new(8);
        assert_ne!(
            pauses,
            (0..40).map(|_| other.next_pause()).collect::<Vec<_>>()
        );
        again.reset();
        assert!(again.next_pause() <= Duration::from_millis(500));
    }

    #[tokio::test(start_paused = true)]
    async fn five_failures_within_a_minute_open_the_breaker_and_one_probe_decides() {
        let second = Duration::from_secs(1);
        let mut now = Instant::now();
        let mut breaker = Breaker::default();
        breaker.connected();
        for _ in 0..4 {
            breaker.failed(now);
            now += second;
        }
        assert_eq!(breaker.open_until(now), None);
        breaker.failed(now);
        assert_eq!(breaker.open_until(now), Some(now + 60 * second));
        assert_eq!(breaker.failures(), 5);

        now += 60 * second;
        assert_eq!(breaker.open_until(now), None);
        breaker.failed(now);
        assert_eq!(breaker.open_until(now), Some(now + 60 * second));

        now += 60 * second;
        breaker.connected();
        breaker.failed(now);
        assert_eq!(breaker.open_until(now), None);
        breaker.recovered();
        assert_eq!(breaker.failures(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_never_worked_is_given_three_tries() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        breaker.failed(now);
        breaker.failed(now);
        assert_eq!(breaker.open_until(now), None);
        breaker.failed(now);
        assert_eq!(breaker.open_until(now), Some(now + Duration::from_mins(1)));
        let mut mute = Breaker::default();
        mute.failed(now);
        mute.give_up(now);
        assert_eq!(mute.open_until(now), Some(now + Duration::from_mins(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn failures_far_apart_do_not_open_the_breaker() {
        let mut now = Instant::now();
        let mut breaker = Breaker::default();
        breaker.connected();
        for _ in 0..20 {
            breaker.failed(now);
            now += Duration::from_secs(16);
        }
        assert_eq!(breaker.open_until(now), None);
    }
}
