//! What calls that ended came to, step by step: short series, one for each window, for curves over time.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::window::Window;
use crate::core::{Span, Timestamp};

/// Width of a step and how many there are, for an hour, a day, a week and a month.
const SERIES: [(Span, usize); 4] = [
    (Span::secs(60), 60),
    (Span::secs(30 * 60), 48),
    (Span::secs(2 * 3600), 84),
    (Span::secs(12 * 3600), 60),
];

/// Calls that ended in one step of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Beat {
    /// With an answer.
    pub answered: u32,
    /// With a failure.
    pub failed: u32,
    /// Working time of the answers together.
    pub worked: Span,
    /// Tokens that the answers took, those that the room estimated among them.
    pub tokens: u64,
    /// What they cost in millionths of a US dollar, estimates among them.
    pub micro_usd: u64,
}

/// The series of a member, or of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Pulse([VecDeque<(u64, Beat)>; 4]);

/// The series and the width of its steps for a window; that of a month also for all time.
fn of(window: Window) -> (usize, Span, usize) {
    let at = match window {
        Window::Hour => 0,
        Window::Day => 1,
        Window::Week => 2,
        Window::Month | Window::Ever => 3,
    };
    let (width, steps) = SERIES.get(at).copied().unwrap_or((Span::DAY, 1));
    (at, width, steps)
}

/// How wide a step of the series of a window is.
#[must_use]
pub fn step(window: Window) -> Span {
    of(window).1
}

impl Beat {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            answered: self.answered.saturating_add(other.answered),
            failed: self.failed.saturating_add(other.failed),
            worked: Span(self.worked.0.saturating_add(other.worked.0)),
            tokens: self.tokens.saturating_add(other.tokens),
            micro_usd: self.micro_usd.saturating_add(other.micro_usd),
        }
    }
}

impl Pulse {
    pub(super) fn add(&mut self, at: Timestamp, beat: Beat) {
        for (series, (width, steps)) in self.0.iter_mut().zip(SERIES) {
            let slot = at.0 / width.0;
            let mut beat = beat;
            // What lies later was dated by a clock that was set right since.
            while series.back().is_some_and(|(last, _)| *last >= slot) {
                let later = series.pop_back().map(|(_, later)| later);
                beat = beat.and(later.unwrap_or_default());
            }
            series.push_back((slot, beat));
            while series.len() > steps {
                series.pop_front();
            }
        }
    }

    /// Adds the steps of a window up to now to as many sums, oldest first.
    pub(super) fn add_to(&self, sums: &mut [Beat], window: Window, now: Timestamp) {
        let (at, width, _) = of(window);
        let last = now.0 / width.0;
        for (slot, beat) in self.0.get(at).into_iter().flatten() {
            let ago = last
                .checked_sub(*slot)
                .and_then(|ago| usize::try_from(ago).ok());
            let place = ago.and_then(|ago| sums.len().checked_sub(ago.saturating_add(1)));
            if let Some(sum) = place.and_then(|place| sums.get_mut(place)) {
                *sum = sum.and(*beat);
            }
        }
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        let each = std::mem::size_of::<(u64, Beat)>();
        self.0.iter().map(|series| series.capacity() * each).sum()
    }
}

/// As many empty steps as the series of a window has.
pub(super) fn silence(window: Window) -> Vec<Beat> {
    vec![Beat::default(); of(window).2]
}

#[cfg(test)]
mod tests {
    use super::{Beat, Pulse, silence};
    use crate::core::metrics::Window;
    use crate::core::{Span, Timestamp};

    const ONE: Beat = Beat {
        answered: 1,
        failed: 0,
        worked: Span(7),
        tokens: 30,
        micro_usd: 2,
    };

    fn answered(pulse: &Pulse, window: Window, now: Timestamp) -> Vec<u32> {
        let mut sums = silence(window);
        pulse.add_to(&mut sums, window, now);
        sums.iter().map(|beat| beat.answered).collect()
    }

    #[test]
    fn each_step_has_its_count_and_old_ones_leave() {
        let mut pulse = Pulse::default();
        let at = |minutes: u64| Timestamp(500 * Span::DAY.0).after(Span::secs(60 * minutes));
        for minute in [0, 0, 1, 3] {
            pulse.add(at(minute), ONE);
        }
        let hour = answered(&pulse, Window::Hour, at(3));
        assert_eq!((hour.len(), &hour[56..]), (60, &[2, 1, 0, 1][..]));
        let later = answered(&pulse, Window::Hour, at(62));
        assert_eq!(&later[..3], &[1, 0, 0]);
        let day = answered(&pulse, Window::Day, at(62));
        assert_eq!(day.iter().sum::<u32>(), 4);
        assert_eq!(answered(&pulse, Window::Ever, at(62)).last(), Some(&4));
    }

    #[test]
    fn a_clock_that_is_set_back_loses_nothing() {
        let mut pulse = Pulse::default();
        let now = Timestamp(500 * Span::DAY.0);
        pulse.add(now.after(Span(900 * Span::DAY.0)), ONE);
        pulse.add(now, ONE);
        assert_eq!(answered(&pulse, Window::Hour, now).last(), Some(&2));
        let mut sums = silence(Window::Hour);
        pulse.add_to(&mut sums, Window::Hour, now);
        assert_eq!(sums.last(), Some(&ONE.and(ONE)));
    }
}
