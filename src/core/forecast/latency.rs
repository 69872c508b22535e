//! How long a member takes for a task of such a size.
//!
//! Owns a line for each member: the logarithm of its time over the logarithm of the tokens of prompt and
//! answer, by least squares with a prior on the slope and on the spread (ridge regression), and what a
//! kind of task adds to that. Times of models are log-normal enough, and grow with the size, less than in
//! proportion. Old answers weigh less and less, since servers become faster and slower.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::analysis::Size;
use crate::core::{MemberName, Span, TaskKind};

/// How much of what was known remains with each further answer.
const KEEP: f64 = 0.98;
/// The slope that is expected before there are answers: four times the tokens, half as long again.
const SLOPE: f64 = 0.3;
/// How much spread of sizes the expected slope is worth.
const SLOPE_WORTH: f64 = 5.0;
/// The spread of the logarithm of times that is expected before there are answers.
const SPREAD: f64 = 0.6;
/// How many answers the expected spread is worth.
const SPREAD_WORTH: f64 = 4.0;
/// How many answers a kind is held back by towards all of them.
const KIND_WORTH: f64 = 4.0;
/// Nine of ten normal draws are less than so many deviations above the mean.
const NINE_OF_TEN: f64 = 1.281_551_565_545;

/// A time in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Seconds {
    /// Half of such tasks are done by then.
    pub likely: f64,
    /// Nine of ten are done by then.
    pub most: f64,
}

impl Seconds {
    /// Until both are done that run side by side, roughly.
    pub(super) fn later(self, other: Self) -> Self {
        Self {
            likely: self.likely.max(other.likely),
            most: self.most.max(other.most),
        }
    }

    /// Until the first of both is done.
    pub(super) fn sooner(self, other: Self) -> Self {
        Self {
            likely: self.likely.min(other.likely),
            most: self.most.min(other.most),
        }
    }

    /// Until the other one is done that begins after this one; nine of ten are done rather sooner.
    pub(super) fn then(self, other: Self) -> Self {
        Self {
            likely: self.likely + other.likely,
            most: self.most + other.most,
        }
    }
}

/// How long members take.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Latency {
    members: BTreeMap<MemberName, Line>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Line {
    n: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    yy: f64,
    kinds: BTreeMap<TaskKind, Offset>,
}

/// By how much a kind is off the line.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
struct Offset {
    n: f64,
    sum: f64,
}

/// A line at some place.
struct Fit {
    slope: f64,
    mean_x: f64,
    mean_y: f64,
    spread: f64,
}

impl Latency {
    /// A member took so long.
    pub(crate) fn took(&mut self, member: &MemberName, kind: TaskKind, size: Size, took: Span) {
        let line = self.members.entry(member.clone()).or_default();
        line.add(kind, logarithm(size), seconds(took).max(0.001).ln());
    }

    /// A member left the room.
    pub(crate) fn left(&mut self, member: &MemberName) {
        self.members.remove(member);
    }

    /// How long a member will take; `None` before its first answer.
    #[must_use]
    pub fn of(&self, member: &MemberName, kind: TaskKind, size: Size) -> Option<Seconds> {
        let line = self.members.get(member)?;
        let fit = line.fit()?;
        let offset = line.kinds.get(&kind).copied().unwrap_or_default();
        let x = logarithm(size);
        let middle =
            fit.mean_y + fit.slope * (x - fit.mean_x) + offset.sum / (offset.n + KIND_WORTH);
        let spread = fit.spread * (1.0 + 1.0 / line.n).sqrt();
        Some(Seconds {
            likely: middle.exp(),
            most: (middle + NINE_OF_TEN * spread).exp(),
        })
    }
}

impl Line {
    fn add(&mut self, kind: TaskKind, x: f64, y: f64) {
        if let Some(fit) = self.fit() {
            let off = y - fit.mean_y - fit.slope * (x - fit.mean_x);
            let offset = self.kinds.entry(kind).or_default();
            offset.n = offset.n * KEEP + 1.0;
            offset.sum = offset.sum * KEEP + off;
        }
        for (sum, more) in [
            (&mut self.n, 1.0),
            (&mut self.x, x),
            (&mut self.y, y),
            (&mut self.xx, x * x),
            (&mut self.xy, x * y),
            (&mut self.yy, y * y),
        ] {
            *sum = *sum * KEEP + more;
        }
    }

    fn fit(&self) -> Option<Fit> {
        if self.n <= 0.0 {
            return None;
        }
        let (mean_x, mean_y) = (self.x / self.n, self.y / self.n);
        let about_x = (self.xx - self.n * mean_x * mean_x).max(0.0);
        let about_xy = self.xy - self.n * mean_x * mean_y;
        let about_y = (self.yy - self.n * mean_y * mean_y).max(0.0);
        let slope = (about_xy + SLOPE * SLOPE_WORTH) / (about_x + SLOPE_WORTH);
        let left = about_y - 2.0 * slope * about_xy + slope * slope * about_x;
        let squares = left.max(0.0) + SPREAD * SPREAD * SPREAD_WORTH;
        Some(Fit {
            slope,
            mean_x,
            mean_y,
            spread: (squares / (self.n + SPREAD_WORTH)).sqrt(),
        })
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of tokens")]
fn logarithm(size: Size) -> f64 {
    (size.prompt.saturating_add(size.answer).max(1) as f64).ln()
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of days")]
fn seconds(span: Span) -> f64 {
    span.0 as f64 / 1e3
}

#[cfg(test)]
mod tests {
    use super::{Latency, Seconds};
    use crate::core::analysis::Size;
    use crate::core::hash::Dice;
    use crate::core::{MemberName, Span, TaskKind};

    fn name() -> MemberName {
        MemberName::new("gpt").unwrap()
    }

    fn size(tokens: u64) -> Size {
        Size {
            prompt: tokens,
            answer: 0,
        }
    }

    /// Twelve even draws come near to a normal one.
    fn normal(dice: &mut Dice) -> f64 {
        let even = |_| f64::from(u32::try_from(dice.roll() >> 32).unwrap()) / f64::from(u32::MAX);
        (0..12).map(even).sum::<f64>() - 6.0
    }

    fn of(latency: &Latency, kind: TaskKind, tokens: u64) -> Seconds {
        latency.of(&name(), kind, size(tokens)).unwrap()
    }

    #[test]
    fn one_answer_is_a_guess_and_none_is_no_guess() {
        let mut latency = Latency::default();
        assert_eq!(latency.of(&name(), TaskKind::Code, size(100)), None);
        latency.took(&name(), TaskKind::Code, size(100), Span::secs(10));
        let same = of(&latency, TaskKind::Code, 100);
        assert!(
            (same.likely - 10.0).abs() < 1e-9 && same.most > 15.0,
            "{same:?}"
        );
        let larger = of(&latency, TaskKind::Code, 400);
        assert!((14.0..17.0).contains(&larger.likely), "{larger:?}");
        // Nothing and endless are sizes too.
        for tokens in [0, u64::MAX] {
            assert!(of(&latency, TaskKind::Code, tokens).most.is_finite());
        }
        latency.left(&name());
        assert_eq!(latency.of(&name(), TaskKind::Code, size(100)), None);
    }

    #[test]
    fn the_slope_and_the_kinds_are_learned() {
        let mut latency = Latency::default();
        for turn in 0..200_u64 {
            let tokens = 50 << (turn % 6);
            let slow = if turn % 2 == 0 { 2 } else { 1 };
            let kind = if turn % 2 == 0 {
                TaskKind::Reasoning
            } else {
                TaskKind::Factual
            };
            latency.took(&name(), kind, size(tokens), Span(tokens * 20 * slow));
        }
        let short = of(&latency, TaskKind::Factual, 100).likely;
        let long = of(&latency, TaskKind::Factual, 1_600).likely;
        assert!((1.6..2.6).contains(&short), "{short}");
        assert!((25.0..41.0).contains(&long), "{long}");
        let harder = of(&latency, TaskKind::Reasoning, 100).likely / short;
        assert!((1.4..2.1).contains(&harder), "{harder}");
    }

    #[test]
    fn nine_of_ten_are_done_by_then() {
        let mut latency = Latency::default();
        let (mut within, mut n) = (0, 0);
        let mut dice = Dice::new(7);
        for turn in 0..600_u64 {
            let tokens = 100 + turn % 900;
            let noise = normal(&mut dice) * 0.5;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "some seconds"
            )]
            let took = Span(((tokens as f64).sqrt() * noise.exp() * 1_000.0) as u64);
            if turn >= 50 {
                n += 1;
                let most = of(&latency, TaskKind::Code, tokens).most;
                within += u32::from(super::seconds(took) <= most);
            }
            latency.took(&name(), TaskKind::Code, size(tokens), took);
        }
        let share = f64::from(within) / f64::from(n);
        assert!((0.87..0.94).contains(&share), "{share}");
    }

    #[test]
    fn a_server_that_becomes_slower_is_believed_soon() {
        let mut latency = Latency::default();
        for turn in 0..400 {
            let took = if turn < 300 { 5 } else { 20 };
            latency.took(&name(), TaskKind::Code, size(200), Span::secs(took));
        }
        let now = of(&latency, TaskKind::Code, 200).likely;
        assert!(now > 14.0, "{now}");
    }
}
