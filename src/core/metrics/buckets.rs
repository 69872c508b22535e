//! Figures by time: a bounded number of buckets, the wider the older they are.
//!
//! Everything is counted in the present quarter of an hour. A quarter that is over is packed; when it is
//! older than an hour it goes into one of four hours, then of a day, then of five days, and after thirty
//! days it is dropped. So a window is never shorter than it says, and longer by one step at most: a
//! quarter of an hour, four hours, a day, five days.
//!
//! A clock that goes back a little is taken to stand still. One that goes back further was wrong before:
//! what it dated later counts as just passed.

use serde::{Deserialize, Serialize};

use super::figures::Figures;
use super::packed::{self, Cell, Cells, hex, pack, unpack};
use super::window::Window;
use crate::core::{Span, Timestamp};

/// Width of a bucket and how old it gets, by its step.
const STEPS: [(Span, Window); 4] = [
    (QUARTER, Window::Hour),
    (Span::secs(4 * 3600), Window::Day),
    (Span::DAY, Window::Week),
    (Span(5 * Span::DAY.0), Window::Month),
];

/// The time in which the present figures are counted.
const QUARTER: Span = Span::secs(15 * 60);

/// Figures of the last thirty days.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Buckets {
    /// The present quarter, counted from the epoch.
    quarter: u64,
    #[serde(with = "packed")]
    open: Cells,
    /// Oldest first.
    closed: Vec<Closed>,
}

/// A bucket that does not change any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Closed {
    /// How wide it is: a place of [`STEPS`].
    step: usize,
    /// When its last quarter ended.
    until: Timestamp,
    /// Packed.
    #[serde(with = "hex")]
    cells: Vec<u8>,
}

impl Buckets {
    /// The present figures of a cell.
    pub(super) fn now(&mut self, at: Timestamp, cell: Cell) -> &mut Figures {
        self.turn(at.0 / QUARTER.0);
        self.open.entry(cell).or_default()
    }

    /// Goes on to a quarter.
    fn turn(&mut self, quarter: u64) {
        // One that goes back by less is the same as one that stands still.
        if quarter == self.quarter || quarter.saturating_add(1) == self.quarter {
            return;
        }
        let began = Timestamp(quarter.saturating_mul(QUARTER.0));
        let ended = Timestamp(self.quarter.saturating_add(1).saturating_mul(QUARTER.0));
        self.quarter = quarter;
        let open = std::mem::take(&mut self.open);
        if !open.is_empty() {
            self.closed.push(Closed {
                step: 0,
                until: ended,
                cells: pack(&open),
            });
        }
        let mut kept: Vec<Closed> = Vec::new();
        for mut bucket in self.closed.drain(..) {
            bucket.until = bucket.until.min(began);
            if !bucket.age(began) {
                continue;
            }
            match kept
                .last_mut()
                .filter(|last| last.place() == bucket.place())
            {
                Some(last) => last.absorb(&bucket),
                None => kept.push(bucket),
            }
        }
        self.closed = kept;
    }

    /// Hands over the figures of the buckets of a window that do not change any more, cell by cell, several
    /// times the same one.
    pub(super) fn each_closed(
        &self,
        window: Span,
        now: Timestamp,
        mut take: impl FnMut(Cell, &Figures),
    ) {
        for bucket in &self.closed {
            if is_within(bucket.until, window, now) {
                for (cell, figures) in unpack(&bucket.cells) {
                    take(cell, &figures);
                }
            }
        }
    }

    /// By what it is known whether that is still the same: the present quarter, and how many buckets there
    /// are in the window.
    pub(super) fn closed_of(&self, window: Span, now: Timestamp) -> (u64, usize) {
        let within = |bucket: &&Closed| is_within(bucket.until, window, now);
        (self.quarter, self.closed.iter().filter(within).count())
    }

    /// The present figures, where they are in a window.
    pub(super) fn open_in(&self, window: Span, now: Timestamp) -> Option<&Cells> {
        let until = Timestamp(self.quarter.saturating_add(1).saturating_mul(QUARTER.0));
        is_within(until, window, now).then_some(&self.open)
    }

    /// Forgets the figures of a member.
    pub(super) fn forget(&mut self, member: u16) {
        self.open.retain(|(whose, _), _| *whose != member);
        for bucket in &mut self.closed {
            let others = unpack(&bucket.cells).filter(|((whose, _), _)| *whose != member);
            bucket.cells = pack(&others.collect());
        }
    }

    /// How many bytes they take, roughly.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        let closed: usize = self
            .closed
            .iter()
            .map(|bucket| bucket.cells.capacity())
            .sum();
        closed + super::bytes_of(&self.open)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.closed.len()
    }
}

fn is_within(until: Timestamp, window: Span, now: Timestamp) -> bool {
    now.since(until) < window
}

impl Closed {
    /// Which bucket of its step it is.
    fn place(&self) -> (usize, u64) {
        let width = STEPS.get(self.step).map_or(QUARTER, |(width, _)| *width);
        (self.step, self.until.0.saturating_sub(1) / width.0)
    }

    /// Takes the step that is due at its age; false where it is too old for any.
    fn age(&mut self, now: Timestamp) -> bool {
        let age = now.since(self.until);
        let due = STEPS
            .iter()
            .position(|(_, kept)| kept.span().is_some_and(|span| age < span));
        match due {
            Some(step) => {
                self.step = self.step.max(step);
                true
            }
            None => false,
        }
    }

    fn absorb(&mut self, other: &Self) {
        let mut cells: Cells = unpack(&self.cells).collect();
        for (cell, figures) in unpack(&other.cells) {
            cells.entry(cell).or_default().merge(&figures);
        }
        self.cells = pack(&cells);
        self.until = self.until.max(other.until);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Buckets, QUARTER};
    use crate::core::metrics::Window;
    use crate::core::metrics::figures::{Figures, Sum};
    use crate::core::{Span, Timestamp};

    const MINUTE: u64 = 60_000;

    fn tasks(buckets: &Buckets, window: Window, now: u64) -> u64 {
        let mut sum = Figures::default();
        let span = window.span().unwrap();
        let now = Timestamp(now);
        buckets.each_closed(span, now, |_, figures| sum.merge(figures));
        let open = buckets.open_in(span, now).into_iter().flatten();
        open.for_each(|(_, figures)| sum.merge(figures));
        sum.tasks()
    }

    fn count(buckets: &mut Buckets, at: u64) {
        buckets.now(Timestamp(at), (0, 0)).add(Sum::Tasks, 1);
    }

    #[test]
    fn a_window_slides() {
        let mut buckets = Buckets::default();
        let start = 500 * Span::DAY.0;
        count(&mut buckets, start);
        let later = |minutes| start + minutes * MINUTE;
        let seen = |now: u64| {
            Window::ALL[..4]
                .iter()
                .map(|w| tasks(&buckets, *w, now))
                .collect::<Vec<_>>()
        };
        assert_eq!(seen(later(59)), [1, 1, 1, 1]);
        assert_eq!(seen(later(76)), [0, 1, 1, 1]);
        assert_eq!(seen(later(23 * 60)), [0, 1, 1, 1]);
        assert_eq!(seen(later(25 * 60)), [0, 0, 1, 1]);
        assert_eq!(seen(later(8 * 24 * 60)), [0, 0, 0, 1]);
        assert_eq!(seen(later(31 * 24 * 60)), [0, 0, 0, 0]);
    }

    #[test]
    fn a_clock_that_was_wrong_for_a_while_does_no_harm() {
        let mut buckets = Buckets::default();
        let now = 500 * Span::DAY.0;
        count(&mut buckets, now);
        count(&mut buckets, now + 400 * Span::DAY.0);
        // It is set right: what it dated a year ahead counts as just passed, and goes by as all does.
        count(&mut buckets, now + MINUTE);
        assert_eq!(tasks(&buckets, Window::Hour, now + MINUTE), 2);
        count(&mut buckets, now + 31 * Span::DAY.0);
        assert_eq!(tasks(&buckets, Window::Month, now + 31 * Span::DAY.0), 1);
        // A little back is no time at all.
        let before = buckets.len();
        count(&mut buckets, now + 31 * Span::DAY.0 - 3 * MINUTE);
        assert_eq!(buckets.len(), before);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_within_a_window_and_the_number_of_buckets_is_bounded(
            steps in prop::collection::vec(prop_oneof![0..5_u64, 0..40_u64, 0..3000_u64], 1..300),
        ) {
            let mut buckets = Buckets::default();
            let mut at = 400 * Span::DAY.0;
            let mut times = Vec::new();
            for step in steps {
                at += step * MINUTE;
                count(&mut buckets, at);
                times.push(at);
                prop_assert!(buckets.len() <= 26, "{}", buckets.len());
            }
            for (window, slack) in Window::ALL.into_iter().zip([
                QUARTER.0,
                4 * 3_600_000,
                Span::DAY.0,
                5 * Span::DAY.0,
            ]) {
                let span = window.span().unwrap().0;
                let within = |span: u64| times.iter().filter(|time| at - **time < span).count() as u64;
                let seen = tasks(&buckets, window, at);
                prop_assert!(within(span) <= seen && seen <= within(span + slack + QUARTER.0), "{window}");
            }
        }
    }
}
