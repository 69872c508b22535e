//! The figures that have a column: heading, value for sorting and for bars, and text.

use crate::core::Span;
use crate::core::metrics::{Figures, Share, Tokens};
use crate::ui::metrics::Row;
use crate::ui::status::{count, dollars};

/// What stands for a figure that is not known.
pub(crate) const UNKNOWN: &str = "–";

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Column {
    /// The member's name.
    #[default]
    Name,
    Tasks,
    Accepted,
    Time,
    Failed,
    Tokens,
    Cost,
    First,
    Council,
    Operator,
    Votes,
    Flips,
    Cache,
    Context,
}

impl Column {
    /// All that hold figures, the most needed first.
    pub(crate) const FIGURES: [Self; 13] = [
        Self::Tasks,
        Self::Accepted,
        Self::Time,
        Self::Failed,
        Self::Tokens,
        Self::Cost,
        Self::First,
        Self::Council,
        Self::Operator,
        Self::Votes,
        Self::Flips,
        Self::Cache,
        Self::Context,
    ];

    /// Its heading.
    pub(crate) fn heading(self) -> &'static str {
        match self {
            Self::Name => "member",
            Self::Tasks => "tasks",
            Self::Accepted => "accepted",
            Self::Time => "time",
            Self::Failed => "failed",
            Self::Tokens => "tokens",
            Self::Cost => "cost",
            Self::First => "first text",
            Self::Council => "council",
            Self::Operator => "operator",
            Self::Votes => "votes won",
            Self::Flips => "flips",
            Self::Cache => "cache",
            Self::Context => "context",
        }
    }

    /// What it says, for the head of a chart.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Name | Self::Tasks => "tasks that ended",
            Self::Accepted => "results that stood, and how sure that is",
            Self::Time => "time of an answer: ━ p50 ─ p90 ╌ p99",
            Self::Failed => "calls that failed",
            Self::Tokens => "tokens read and written",
            Self::Cost => "cost in US dollars",
            Self::First => "time to the first text: ━ p50 ─ p90 ╌ p99",
            Self::Council => "councils in which its answer won, and how sure that is",
            Self::Operator => "your choices of its answer, and how sure that is",
            Self::Votes => "votes that its answer won, and how sure that is",
            Self::Flips => "ballots that turned round when asked again",
            Self::Cache => "input that came from a cache",
            Self::Context => "how full its window was at the last answer",
        }
    }

    /// Columns of the screen that it takes.
    pub(crate) fn width(self) -> u16 {
        match self {
            Self::Name => 12,
            Self::Tasks | Self::Flips | Self::Cache => 5,
            Self::Failed | Self::Tokens => 6,
            Self::Time | Self::Cost | Self::Council | Self::Context => 7,
            Self::Accepted | Self::Operator => 8,
            Self::Votes => 9,
            Self::First => 10,
        }
    }

    /// The column beside it, round and round.
    pub(crate) fn beside(self, next: bool) -> Self {
        let all = [&[Self::Name][..], &Self::FIGURES].concat();
        let at = all.iter().position(|one| *one == self).unwrap_or(0);
        let step = if next { 1 } else { all.len() - 1 };
        all.get((at + step) % all.len())
            .copied()
            .unwrap_or_default()
    }

    /// The share that it shows, where it is one with an interval.
    pub(crate) fn share(self, row: &Row) -> Option<Share> {
        let figures = &row.figures;
        match self {
            Self::Accepted => Some(figures.acceptance()),
            Self::Council => Some(figures.with_council()),
            Self::Operator => Some(figures.with_operator()),
            Self::Votes => Some(figures.votes()),
            Self::Flips => Some(figures.flips()),
            Self::Name
            | Self::Tasks
            | Self::Time
            | Self::Failed
            | Self::Tokens
            | Self::Cost
            | Self::First
            | Self::Cache
            | Self::Context => None,
        }
    }

    /// By what rows are sorted and bars are drawn; `None` where it is not known.
    #[expect(clippy::cast_precision_loss, reason = "a place in a list")]
    pub(crate) fn value(self, row: &Row) -> Option<f64> {
        let figures = &row.figures;
        let median = |p: Option<Span>| p.map(|span| span.0 as f64);
        match self {
            Self::Name => None,
            Self::Tasks => Some(figures.tasks() as f64),
            Self::Accepted | Self::Council | Self::Operator | Self::Votes | Self::Flips => {
                self.share(row)?.rate()
            }
            Self::Time => median(figures.latency().quantile(500)),
            Self::First => median(figures.first_text().quantile(500)),
            Self::Failed => (figures.calls() > 0).then(|| figures.failed() as f64),
            Self::Tokens => tokens(figures).map(|(tokens, _)| tokens as f64),
            Self::Cost => money(figures).map(|(money, _)| money as f64),
            Self::Cache => figures.cached()?.rate(),
            Self::Context => row.context.map(crate::core::ContextUse::share),
        }
    }

    /// So much of it, as the end of an axis.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a figure of whole numbers that is not negative"
    )]
    pub(crate) fn end(self, most: f64) -> String {
        let whole = most.max(0.0) as u64;
        match self {
            Self::Name | Self::Tasks | Self::Failed | Self::Tokens => count(whole),
            Self::Cost => format!("${}", dollars(whole)),
            Self::Time | Self::First if whole == 0 => "0".to_owned(),
            Self::Time | Self::First => span(Span(whole)),
            Self::Accepted
            | Self::Council
            | Self::Operator
            | Self::Votes
            | Self::Flips
            | Self::Cache
            | Self::Context => percent(most),
        }
    }

    /// What stands in the cell.
    pub(crate) fn text(self, row: &Row) -> String {
        let figures = &row.figures;
        let known = match self {
            Self::Name => Some(row.name().to_owned()),
            Self::Tasks => Some(count(figures.tasks())),
            Self::Accepted
            | Self::Council
            | Self::Operator
            | Self::Votes
            | Self::Flips
            | Self::Cache
            | Self::Context => self.value(row).map(percent),
            Self::Time => figures.latency().quantile(500).map(span),
            Self::First => figures.first_text().quantile(500).map(span),
            Self::Failed => (figures.calls() > 0).then(|| count(figures.failed())),
            Self::Tokens => {
                tokens(figures).map(|(tokens, mark)| format!("{mark}{}", count(tokens)))
            }
            Self::Cost => money(figures).map(|(money, mark)| format!("{mark}${}", dollars(money))),
        };
        known.unwrap_or_else(|| UNKNOWN.to_owned())
    }
}

/// Tokens read and written, with a mark where the room estimated some of them.
fn tokens(figures: &Figures) -> Option<(u64, &'static str)> {
    let sum = |tokens: Tokens| tokens.input.saturating_add(tokens.output);
    together(
        figures.tokens().map(sum),
        figures.estimated_tokens().map(sum),
    )
}

/// Money, with a mark where the room estimated the tokens of some of it.
fn money(figures: &Figures) -> Option<(u64, &'static str)> {
    together(figures.micro_usd(), figures.estimated_micro_usd())
}

fn together(told: Option<u64>, guessed: Option<u64>) -> Option<(u64, &'static str)> {
    match (told, guessed) {
        (told, Some(guessed)) => Some((told.unwrap_or(0).saturating_add(guessed), "~")),
        (Some(told), None) => Some((told, "")),
        (None, None) => None,
    }
}

/// A share as people read it.
pub(crate) fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// A length of time as short as it can be said: `640 ms`, `9.4 s`, `42 s`, `3:07`.
pub(crate) fn span(span: Span) -> String {
    match span.0 {
        1_000..10_000 => format!("{}.{} s", span.0 / 1000, span.0 % 1000 / 100),
        _ => span.to_string(),
    }
}
