//! Budgets as hard stops, and what was spent.
//!
//! A call's cost is known when it ends; so a budget stops the *next* call, and a call in flight may
//! overshoot by itself.

use serde::{Deserialize, Serialize};

use crate::core::{Span, Timestamp, Usage};

/// What the room may spend in one period. Absent limits do not limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Budget {
    /// Tokens in both directions.
    pub tokens: Option<u64>,
    /// Millionths of a US dollar.
    pub micro_usd: Option<u64>,
    /// Working time of all calls together; waiting for the operator is none.
    pub time: Option<Span>,
    /// How often the count begins anew.
    pub per: Period,
}

/// How long a budget lasts.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Anew at midnight UTC.
    #[default]
    Day,
    /// Once for the life of the room.
    Room,
}

/// Which limit of a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Tokens.
    Tokens,
    /// Money.
    Money,
    /// Working time.
    Time,
}

impl Limit {
    /// What it counts, in words that go on with "are used up".
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Tokens => "the tokens",
            Self::Money => "the dollars",
            Self::Time => "the working hours",
        }
    }
}

/// What was spent in the current period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Spend {
    /// Tokens in both directions.
    pub tokens: u64,
    /// Millionths of a US dollar.
    pub micro_usd: u64,
    /// Working time of all calls together.
    pub time: Span,
    /// UTC day of the last entry, counted from the epoch.
    pub day: u64,
}

impl Spend {
    /// Adds a finished call, beginning a new period first where one has begun.
    pub(crate) fn add(&mut self, at: Timestamp, usage: Usage, took: Span, per: Period) {
        if per == Period::Day && self.day != at.day() {
            *self = Self::default();
        }
        self.day = at.day();
        self.tokens = self.tokens.saturating_add(usage.tokens());
        self.micro_usd = self.micro_usd.saturating_add(usage.micro_usd);
        self.time = Span(self.time.0.saturating_add(took.0));
    }

    /// The first limit of `budget` that is used up at `now`, if any.
    #[must_use]
    pub fn exhausted(&self, budget: &Budget, now: Timestamp) -> Option<Limit> {
        let anew = budget.per == Period::Day && self.day != now.day();
        let spent = if anew { Self::default() } else { *self };
        let over = |limit: Option<u64>, spent: u64| limit.is_some_and(|limit| spent >= limit);
        if over(budget.tokens, spent.tokens) {
            Some(Limit::Tokens)
        } else if over(budget.micro_usd, spent.micro_usd) {
            Some(Limit::Money)
        } else if over(budget.time.map(|time| time.0), spent.time.0) {
            Some(Limit::Time)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, Limit, Period, Spend};
    use crate::core::{Span, Timestamp, Usage};

    #[test]
    fn a_daily_budget_begins_anew_at_midnight() {
        let budget = Budget {
            tokens: Some(100),
            per: Period::Day,
            ..Budget::default()
        };
        let usage = Usage {
            input: 90,
            output: 10,
            ..Usage::default()
        };
        let mut spend = Spend::default();
        let noon = Timestamp(Span::DAY.0 / 2);
        spend.add(noon, usage, Span(5), budget.per);
        assert_eq!(spend.exhausted(&budget, noon), Some(Limit::Tokens));
        let tomorrow = noon.after(Span::DAY);
        assert_eq!(spend.exhausted(&budget, tomorrow), None);
        spend.add(
            tomorrow,
            Usage {
                input: 1,
                ..Usage::default()
            },
            Span(5),
            budget.per,
        );
        assert_eq!((spend.tokens, spend.time), (1, Span(5)));
    }
}
