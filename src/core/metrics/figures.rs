//! The figures of a member on a kind of task, over some time: sums, and what can be read from them.
//!
//! Everything is a sum, so figures of several members, kinds and times are added. A sum may be negative
//! where something was taken back that had been counted before the time looked at; what is read from it
//! is then nothing, never less.

use super::histogram::Histogram;
use super::share::Share;
use crate::core::{FailureKind, Span, Usage};

/// What is summed, failures by kind apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sum {
    Tasks,
    Calls,
    Answered,
    Cancelled,
    Interrupted,
    Judged,
    Stood,
    Councils,
    CouncilAgreed,
    Choices,
    OperatorAgreed,
    Votes,
    VotesWon,
    AskedAgain,
    Turned,
    Counted,
    Input,
    Output,
    CacheTold,
    CacheInput,
    Cached,
    Estimated,
    EstimatedInput,
    EstimatedOutput,
    Priced,
    MicroUsd,
    EstimatedPriced,
    EstimatedMicroUsd,
    WorkedMs,
    FirstMs,
    /// The first of as many as there are kinds of failure.
    Failures,
}

/// How many sums there are.
pub(super) const SUMS: usize = Sum::Failures as usize + FailureKind::ALL.len();

// The packed form has one bit a sum.
const _: () = assert!(SUMS <= 64);

/// Figures of a member on a kind of task, or of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    pub(super) sums: [i64; SUMS],
    pub(super) total: Histogram,
    pub(super) first: Histogram,
}

/// Tokens of so many calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tokens {
    /// How many calls said so.
    pub calls: u64,
    /// Read, cached ones included.
    pub input: u64,
    /// Written, reasoning included.
    pub output: u64,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            sums: [0; SUMS],
            total: Histogram::default(),
            first: Histogram::default(),
        }
    }
}

impl Figures {
    pub(super) fn add(&mut self, sum: Sum, more: i64) {
        self.add_at(sum as usize, more);
    }

    fn add_at(&mut self, at: usize, more: i64) {
        if let Some(sum) = self.sums.get_mut(at) {
            *sum = sum.saturating_add(more);
        }
    }

    /// A call brought an answer after so much work.
    pub(super) fn add_answer(&mut self, took: Span, first_text: Option<Span>, usage: &Usage) {
        self.add(Sum::Answered, 1);
        self.add(Sum::WorkedMs, signed(took.0));
        self.total.add(took);
        if let Some(first) = first_text {
            self.add(Sum::FirstMs, signed(first.0));
            self.first.add(first);
        }
        self.add_usage(usage);
    }

    /// What counts nothing was not reported.
    fn add_usage(&mut self, usage: &Usage) {
        let (told, input, output, priced, money) = if usage.estimated {
            (
                Sum::Estimated,
                Sum::EstimatedInput,
                Sum::EstimatedOutput,
                Sum::EstimatedPriced,
                Sum::EstimatedMicroUsd,
            )
        } else {
            (
                Sum::Counted,
                Sum::Input,
                Sum::Output,
                Sum::Priced,
                Sum::MicroUsd,
            )
        };
        if usage.tokens() > 0 {
            self.add(told, 1);
            self.add(input, signed(usage.input));
            self.add(output, signed(usage.output));
        }
        if usage.micro_usd > 0 {
            self.add(priced, 1);
            self.add(money, signed(usage.micro_usd));
        }
        if let Some(cached) = usage.cached {
            self.add(Sum::CacheTold, 1);
            self.add(Sum::CacheInput, signed(usage.input));
            self.add(Sum::Cached, signed(cached.min(usage.input)));
        }
    }

    pub(super) fn add_failure(&mut self, kind: FailureKind) {
        self.add_at(Sum::Failures as usize + kind as usize, 1);
    }

    /// Adds what others are.
    pub fn merge(&mut self, other: &Self) {
        for (sum, more) in self.sums.iter_mut().zip(other.sums) {
            *sum = sum.saturating_add(more);
        }
        self.total.merge(&other.total);
        self.first.merge(&other.first);
    }

    fn sum(&self, sum: Sum) -> i64 {
        self.sums.get(sum as usize).copied().unwrap_or(0)
    }

    fn count(&self, sum: Sum) -> u64 {
        u64::try_from(self.sum(sum)).unwrap_or(0)
    }

    fn share(&self, of: Sum, n: Sum) -> Share {
        Share::of_sums(self.sum(of), self.sum(n))
    }

    /// Tasks that ended in which the member made a call, without those that the room asks for itself.
    #[must_use]
    pub fn tasks(&self) -> u64 {
        self.count(Sum::Tasks)
    }

    /// Calls that ended, in whatever way.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.count(Sum::Calls)
    }

    /// Calls that brought an answer.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.count(Sum::Answered)
    }

    /// Calls that were called off.
    #[must_use]
    pub fn cancelled(&self) -> u64 {
        self.count(Sum::Cancelled)
    }

    /// Calls that were cut off by the end of the room process.
    #[must_use]
    pub fn interrupted(&self) -> u64 {
        self.count(Sum::Interrupted)
    }

    /// Calls that failed.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failures().map(|(_, count)| count).sum()
    }

    /// Calls that failed by kind, those kinds that there were.
    pub fn failures(&self) -> impl Iterator<Item = (FailureKind, u64)> {
        let count = |kind: FailureKind| {
            let sum = self.sums.get(Sum::Failures as usize + kind as usize);
            sum.and_then(|sum| u64::try_from(*sum).ok()).unwrap_or(0)
        };
        let all = FailureKind::ALL
            .into_iter()
            .map(move |kind| (kind, count(kind)));
        all.filter(|(_, count)| *count > 0)
    }

    /// Calls that ran out of time, of these and those that were answered.
    #[must_use]
    pub fn timeouts(&self) -> Share {
        let sum = self
            .sums
            .get(Sum::Failures as usize + FailureKind::TimedOut as usize);
        let of = sum.copied().unwrap_or(0);
        Share::of_sums(of, self.sum(Sum::Answered).saturating_add(of))
    }

    /// Of the results that its answers competed for or became, how many rest on them: see
    /// [`Metrics`](crate::core::metrics::Metrics).
    #[must_use]
    pub fn acceptance(&self) -> Share {
        self.share(Sum::Stood, Sum::Judged)
    }

    /// Of the councils that came to an end by themselves, in how many its answer was in the group that
    /// won.
    #[must_use]
    pub fn with_council(&self) -> Share {
        self.share(Sum::CouncilAgreed, Sum::Councils)
    }

    /// Of the conflicts that the operator settled, in how many its answer was the one chosen.
    #[must_use]
    pub fn with_operator(&self) -> Share {
        self.share(Sum::OperatorAgreed, Sum::Choices)
    }

    /// Of the votes in which its answer stood for election, how many it won.
    #[must_use]
    pub fn votes(&self) -> Share {
        self.share(Sum::VotesWon, Sum::Votes)
    }

    /// Of the second ballots in the reversed order, how many had turned round.
    #[must_use]
    pub fn flips(&self) -> Share {
        self.share(Sum::Turned, Sum::AskedAgain)
    }

    /// How long answers took, waits for the operator apart.
    #[must_use]
    pub fn latency(&self) -> &Histogram {
        &self.total
    }

    /// The same, summed.
    #[must_use]
    pub fn worked(&self) -> Span {
        Span(self.count(Sum::WorkedMs))
    }

    /// How long it took to the first text, of the answers that were streamed.
    #[must_use]
    pub fn first_text(&self) -> &Histogram {
        &self.first
    }

    /// The same, summed.
    #[must_use]
    pub fn first_text_sum(&self) -> Span {
        Span(self.count(Sum::FirstMs))
    }

    /// Tokens that servers reported; `None` where none did.
    #[must_use]
    pub fn tokens(&self) -> Option<Tokens> {
        self.tokens_of(Sum::Counted, Sum::Input, Sum::Output)
    }

    /// Tokens that the room estimated, because the server reported none; `None` where it had not to.
    #[must_use]
    pub fn estimated_tokens(&self) -> Option<Tokens> {
        self.tokens_of(Sum::Estimated, Sum::EstimatedInput, Sum::EstimatedOutput)
    }

    fn tokens_of(&self, calls: Sum, input: Sum, output: Sum) -> Option<Tokens> {
        let calls = self.count(calls);
        (calls > 0).then(|| Tokens {
            calls,
            input: self.count(input),
            output: self.count(output),
        })
    }

    /// Of the tokens read by calls whose server tells of a cache, those that came from it.
    #[must_use]
    pub fn cached(&self) -> Option<Share> {
        let share = self.share(Sum::Cached, Sum::CacheInput);
        (self.count(Sum::CacheTold) > 0).then_some(share)
    }

    /// Millionths of a US dollar, by the member's prices for the tokens that its server reported; `None`
    /// where nothing has a price. A price of zero is none.
    #[must_use]
    pub fn micro_usd(&self) -> Option<u64> {
        (self.count(Sum::Priced) > 0).then(|| self.count(Sum::MicroUsd))
    }

    /// The same for tokens that the room estimated.
    #[must_use]
    pub fn estimated_micro_usd(&self) -> Option<u64> {
        (self.count(Sum::EstimatedPriced) > 0).then(|| self.count(Sum::EstimatedMicroUsd))
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Figures, Tokens};
    use crate::core::metrics::Share;
    use crate::core::{FailureKind, Span, Usage};

    #[test]
    fn what_was_not_reported_is_unknown_and_what_was_estimated_stands_apart() {
        let mut figures = Figures::default();
        figures.add_answer(Span(5), None, &Usage::default());
        assert_eq!(figures.answered(), 1);
        assert_eq!((figures.tokens(), figures.estimated_tokens()), (None, None));
        assert_eq!((figures.micro_usd(), figures.cached()), (None, None));
        assert_eq!(figures.first_text().percentiles(), None);
        let estimated = Usage {
            input: 30,
            output: 4,
            estimated: true,
            ..Usage::default()
        };
        let reported = Usage {
            input: 100,
            output: 20,
            micro_usd: 7,
            cached: Some(25),
            ..Usage::default()
        };
        figures.add_answer(Span(5), Some(Span(2)), &estimated);
        figures.add_answer(Span(5), Some(Span(2)), &reported);
        let tokens = |calls, input, output| {
            Some(Tokens {
                calls,
                input,
                output,
            })
        };
        assert_eq!(figures.tokens(), tokens(1, 100, 20));
        assert_eq!(figures.estimated_tokens(), tokens(1, 30, 4));
        assert_eq!(figures.micro_usd(), Some(7));
        assert_eq!(figures.estimated_micro_usd(), None);
        assert_eq!(figures.cached(), Some(Share { of: 25, n: 100 }));
    }

    #[test]
    fn failures_are_told_by_kind() {
        let mut figures = Figures::default();
        for kind in FailureKind::ALL {
            figures.add_failure(kind);
        }
        figures.add_failure(FailureKind::TimedOut);
        assert_eq!(figures.failed(), 12);
        let timed_out = figures
            .failures()
            .find(|(kind, _)| *kind == FailureKind::TimedOut);
        assert_eq!(timed_out, Some((FailureKind::TimedOut, 2)));
    }

    #[test]
    fn hostile_numbers_do_no_harm() {
        let mut figures = Figures::default();
        let endless = Usage {
            input: u64::MAX,
            output: u64::MAX,
            micro_usd: u64::MAX,
            cached: Some(u64::MAX),
            ..Usage::default()
        };
        for _ in 0..3 {
            figures.add_answer(Span(u64::MAX), Some(Span(u64::MAX)), &endless);
        }
        let tokens = figures.tokens().unwrap();
        assert_eq!((tokens.calls, tokens.input), (3, u64::MAX / 2));
        assert_eq!(figures.cached().unwrap().rate(), Some(1.0));
    }
}
