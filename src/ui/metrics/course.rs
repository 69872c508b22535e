//! What is drawn over time: how much of it there was in a step, and how that is said.

use crate::core::Span;
use crate::core::metrics::{Beat, Figures, Window, step};
use crate::ui::metrics::column::{Column, span};
use crate::ui::status::{count, dollars};

/// Less than this, in millionths of a dollar, is said to be less than a cent.
const CENT: u64 = 10_000;

/// A figure that is known step by step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    /// Calls that ended, with an answer or with a failure.
    Calls,
    /// Calls that failed.
    Failed,
    /// How long an answer took on average.
    Time,
    /// Tokens read and written.
    Tokens,
    /// Money.
    Cost,
}

impl Course {
    /// Those that are worth a curve of their own.
    pub(crate) const SHOWN: [Self; 4] = [Self::Calls, Self::Time, Self::Tokens, Self::Cost];

    /// What a column comes to over time; `None` where only its sum is known.
    pub(crate) fn of(column: Column) -> Option<Self> {
        match column {
            Column::Name | Column::Tasks => Some(Self::Calls),
            Column::Time => Some(Self::Time),
            Column::Failed => Some(Self::Failed),
            Column::Tokens => Some(Self::Tokens),
            Column::Cost => Some(Self::Cost),
            Column::Accepted
            | Column::First
            | Column::Council
            | Column::Operator
            | Column::Votes
            | Column::Flips
            | Column::Cache
            | Column::Context => None,
        }
    }

    /// What it is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Failed => "failed",
            Self::Time => "mean time",
            Self::Tokens => "tokens",
            Self::Cost => "cost",
        }
    }

    /// How much of it there was.
    pub(crate) fn value(self, beat: Beat) -> u64 {
        match self {
            Self::Calls => u64::from(beat.answered) + u64::from(beat.failed),
            Self::Failed => u64::from(beat.failed),
            Self::Time => beat
                .worked
                .0
                .checked_div(u64::from(beat.answered))
                .unwrap_or(0),
            Self::Tokens => beat.tokens,
            Self::Cost => beat.micro_usd,
        }
    }

    /// So much of it, with its unit.
    pub(crate) fn text(self, value: u64) -> String {
        match self {
            Self::Calls | Self::Failed | Self::Tokens => count(value),
            Self::Time => span(Span(value)),
            Self::Cost if (1..CENT).contains(&value) => "<$0.01".to_owned(),
            Self::Cost => format!("${}", dollars(value)),
        }
    }

    /// What all steps come to, with the mark of what was estimated in part.
    pub(crate) fn said(self, beats: &[Beat], figures: &Figures) -> String {
        let estimated = match self {
            Self::Tokens => figures.estimated_tokens().is_some(),
            Self::Cost => figures.estimated_micro_usd().is_some(),
            Self::Calls | Self::Failed | Self::Time => false,
        };
        let mark = if estimated { "~" } else { "" };
        format!("{mark}{}", self.text(self.whole(beats)))
    }

    /// What all steps come to, or nothing where there was none.
    pub(crate) fn whole(self, beats: &[Beat]) -> u64 {
        self.value(beats.iter().copied().fold(Beat::default(), Beat::and))
    }
}

/// Steps as bars of one width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bars {
    /// What each bar stands for, oldest first.
    pub(crate) sums: Vec<Beat>,
    /// Steps in each of them; the oldest may have fewer.
    pub(crate) each: usize,
    /// Columns of each of them.
    pub(crate) wide: usize,
}

impl Bars {
    /// As many bars as fill so many columns, or all but a quarter of them.
    pub(crate) fn of(beats: &[Beat], columns: usize) -> Self {
        let steps = beats.len();
        let columns = columns.max(1);
        let mut each = steps.div_ceil(columns).max(1);
        let count = |each: usize| steps.div_ceil(each).max(1);
        while each < steps && (columns % count(each)) > columns / 4 {
            each += 1;
        }
        // The newest ones are whole; what is left over is the oldest.
        let parts = beats.rchunks(each);
        let mut sums: Vec<Beat> = parts
            .map(|part| part.iter().copied().fold(Beat::default(), Beat::and))
            .collect();
        sums.reverse();
        let wide = columns / count(each);
        Self { sums, each, wide }
    }

    /// Columns that all of them take.
    pub(crate) fn columns(&self) -> usize {
        self.sums.len() * self.wide
    }
}

/// How long so many steps of a window are: `4 h`.
pub(crate) fn long(window: Window, steps: usize) -> String {
    let steps = u64::try_from(steps).unwrap_or(1);
    let minutes = (step(window).0 / 60_000).saturating_mul(steps);
    match minutes {
        0..60 => format!("{minutes} min"),
        60..2_880 if minutes.is_multiple_of(60) => format!("{} h", minutes / 60),
        60..2_880 => format!("{}:{:02} h", minutes / 60, minutes % 60),
        _ if minutes.is_multiple_of(1_440) => format!("{} d", minutes / 1_440),
        _ => format!("{}.{} d", minutes / 1_440, minutes % 1_440 / 144),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Bars, Course, long};
    use crate::core::metrics::{Beat, Metrics, Whose, Window};
    use crate::core::{Span, Timestamp};

    fn beat(answered: u32) -> Beat {
        Beat {
            answered,
            worked: Span(u64::from(answered) * 1_500),
            micro_usd: 2_000,
            ..Beat::default()
        }
    }

    #[test]
    fn bars_are_of_one_width_and_the_newest_stand_for_the_same_time() {
        let beats: Vec<Beat> = (1..=5).map(beat).collect();
        let calls = |columns| {
            let bars = Bars::of(&beats, columns);
            let sums = bars.sums.iter();
            let counts: Vec<u64> = sums.map(|sum| Course::Calls.value(*sum)).collect();
            (counts, bars.each, bars.wide)
        };
        assert_eq!(calls(5), (vec![1, 2, 3, 4, 5], 1, 1));
        // Five bars would leave four of nine columns empty.
        assert_eq!(calls(9), (vec![1, 5, 9], 2, 3));
        assert_eq!(calls(11), (vec![1, 2, 3, 4, 5], 1, 2));
        assert_eq!(calls(3), (vec![1, 5, 9], 2, 1));
        assert_eq!(calls(0), (vec![15], 5, 1));
        assert_eq!(Bars::of(&[], 4).columns(), 0);
    }

    #[test]
    fn bars_fill_most_of_any_width() {
        for window in Window::ALL {
            let beats = Metrics::default().pulse(&Whose::All, window, Timestamp(1));
            for columns in 1..200 {
                let taken = Bars::of(&beats, columns).columns();
                assert!(taken <= columns && columns - taken <= columns / 4);
            }
        }
    }

    #[test]
    fn a_time_is_a_mean_and_nothing_has_none() {
        assert_eq!(Course::Time.whole(&[beat(1), beat(3)]), 1_500);
        assert_eq!(Course::Time.whole(&[Beat::default()]), 0);
        assert_eq!(Course::Cost.text(2_000), "<$0.01");
        assert_eq!(Course::Cost.text(0), "$0.00");
    }

    #[test]
    fn steps_are_said_in_the_unit_that_people_use() {
        let said = [
            long(Window::Hour, 1),
            long(Window::Hour, 60),
            long(Window::Day, 3),
            long(Window::Day, 48),
            long(Window::Week, 84),
            long(Window::Month, 19),
            long(Window::Month, 60),
        ];
        let words = ["1 min", "1 h", "1:30 h", "24 h", "7 d", "9.5 d", "30 d"];
        assert_eq!(said, words);
    }
}
