//! How long things took, as a bounded histogram that can be added to another.
//!
//! Log-linear buckets after `HdrHistogram` (Gil Tene): below 16 ms each millisecond has its own, above
//! that each doubling is cut into 16 of equal width. A value is told by the middle of its bucket, which
//! is off by at most 1/32 of it. Whole numbers only: every machine puts a value into the same bucket.

use crate::core::Span;

/// Parts of a doubling, and below it single milliseconds.
const PARTS: u64 = 16;
/// Their logarithm.
const PARTS_LOG: u32 = PARTS.trailing_zeros();
/// What is longer counts as this long: twelve days.
const LONGEST: u64 = (1 << 30) - 1;

/// Counts of time spans, by length.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Histogram {
    /// Buckets that hold something, by number.
    counts: Vec<(u16, u32)>,
}

/// What a histogram tells at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentiles {
    /// Half took at most so long.
    pub p50: Span,
    /// Nine of ten.
    pub p90: Span,
    /// Ninety-nine of a hundred.
    pub p99: Span,
}

impl Histogram {
    /// Counts one more.
    pub(super) fn add(&mut self, span: Span) {
        self.put(bucket(span.0.min(LONGEST)), 1);
    }

    /// Counts what another one counted.
    pub(super) fn merge(&mut self, other: &Self) {
        for (bucket, count) in &other.counts {
            self.put(*bucket, *count);
        }
    }

    pub(super) fn put(&mut self, bucket: u16, more: u32) {
        match self.counts.binary_search_by_key(&bucket, |(at, _)| *at) {
            Ok(at) => {
                if let Some((_, count)) = self.counts.get_mut(at) {
                    *count = count.saturating_add(more);
                }
            }
            Err(at) => self.counts.insert(at, (bucket, more)),
        }
    }

    /// Buckets that hold something with their counts, shortest first.
    pub(super) fn buckets(&self) -> &[(u16, u32)] {
        &self.counts
    }

    /// How many were counted.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.counts.iter().map(|(_, count)| u64::from(*count)).sum()
    }

    /// Whether none was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// How many were shorter than a span; exact where the span is a power of two of milliseconds.
    #[must_use]
    pub fn below(&self, span: Span) -> u64 {
        let below = |(at, _): &&(u16, u32)| bounds(*at).1 <= span.0;
        let counts = self.counts.iter().take_while(below);
        counts.map(|(_, count)| u64::from(*count)).sum()
    }

    /// How long so many of a thousand took at most, within 1/32; `None` where none was counted.
    #[must_use]
    pub fn quantile(&self, per_mille: u64) -> Option<Span> {
        let rank = self
            .len()
            .saturating_mul(per_mille.min(1000))
            .div_ceil(1000)
            .max(1);
        let mut seen = 0_u64;
        for (at, count) in &self.counts {
            seen = seen.saturating_add(u64::from(*count));
            if seen >= rank {
                let (from, to) = bounds(*at);
                return Some(Span(u64::midpoint(from, to - 1)));
            }
        }
        None
    }

    /// The usual three; `None` where none was counted.
    #[must_use]
    pub fn percentiles(&self) -> Option<Percentiles> {
        Some(Percentiles {
            p50: self.quantile(500)?,
            p90: self.quantile(900)?,
            p99: self.quantile(990)?,
        })
    }
}

/// The bucket of a value of at most [`LONGEST`].
fn bucket(value: u64) -> u16 {
    let number = match value.checked_ilog2() {
        Some(log) if log >= PARTS_LOG => {
            let octave = u64::from(log - PARTS_LOG);
            // The leading one is told by the octave.
            let part = (value >> octave) - PARTS;
            PARTS + octave * PARTS + part
        }
        Some(_) | None => value,
    };
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// The shortest span of a bucket, and the shortest of the next one, in milliseconds.
fn bounds(bucket: u16) -> (u64, u64) {
    let number = u64::from(bucket);
    match number.checked_sub(PARTS) {
        None => (number, number + 1),
        Some(above) => {
            let octave = u32::try_from(above / PARTS).unwrap_or(0).min(40);
            let from = (PARTS + above % PARTS) << octave;
            (from, from + (1 << octave))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Histogram, LONGEST, bounds, bucket};
    use crate::core::Span;

    fn of(values: &[u64]) -> Histogram {
        let mut histogram = Histogram::default();
        for value in values {
            histogram.add(Span(*value));
        }
        histogram
    }

    #[test]
    fn nothing_counted_tells_nothing() {
        assert_eq!(Histogram::default().percentiles(), None);
        assert_eq!(Histogram::default().quantile(0), None);
    }

    #[test]
    fn percentiles_are_ranks() {
        let values: Vec<u64> = (1..=1000).collect();
        let told = of(&values).percentiles().unwrap();
        for (got, exact) in [(told.p50, 500), (told.p90, 900), (told.p99, 990)] {
            assert!(got.0.abs_diff(exact) * 32 <= exact, "{got:?} for {exact}");
        }
        let one = of(&[7]).percentiles().unwrap();
        assert_eq!((one.p50, one.p99), (Span(7), Span(7)));
    }

    #[test]
    fn what_is_below_a_power_of_two_is_exact() {
        let histogram = of(&[0, 5, 127, 128, 1023, 1024, u64::MAX]);
        let below = [128, 1024, 2048].map(|span| histogram.below(Span(span)));
        assert_eq!(below, [3, 5, 6]);
        assert_eq!(histogram.len(), 7);
    }

    proptest! {
        #[test]
        fn a_value_is_told_within_five_of_a_hundred(value in 0..=LONGEST) {
            let (from, to) = bounds(bucket(value));
            prop_assert!(from <= value && value < to);
            let told = of(&[value]).quantile(500).unwrap().0;
            prop_assert!(told.abs_diff(value) * 20 <= value);
        }

        #[test]
        fn parts_add_up_to_the_whole(a in prop::collection::vec(0..=LONGEST, 0..40), b in prop::collection::vec(any::<u64>(), 0..40)) {
            let mut sum = of(&a);
            sum.merge(&of(&b));
            prop_assert_eq!(sum, of(&[a, b].concat()));
        }
    }
}
