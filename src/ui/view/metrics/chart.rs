//! One figure of all rows as bars with a scale: a share with its interval, a time with its percentiles, or an
//! amount with what it came to over time.

use ratatui::layout::Rect;

use crate::core::metrics::{Beat, Percentiles, Share, Whose};
use crate::ui::metrics::column::{Column, UNKNOWN, percent, span};
use crate::ui::metrics::course::Course;
use crate::ui::metrics::{Board, Row};
use crate::ui::text::columns;
use crate::ui::theme::Role;
use crate::ui::view::metrics::plot;
use crate::ui::view::{Paint, Scene};

/// Columns between a bar and its figure.
const GAP: u16 = 1;
/// Columns of a curve before a bar, and between them.
const SPARK: (u16, u16) = (12, 2);
/// A bar is at least so wide beside a curve.
const BAR: u16 = 14;

/// How long bars are, and what stands beside them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    column: Column,
    /// What the longest one stands for, above 0.
    most: f64,
    /// Columns of the widest figure beside a bar.
    figure: u16,
    /// What is drawn over time before it, and the columns that it takes.
    spark: Option<(Course, u16)>,
}

/// What the chart shows, and what its glyphs mean.
pub(super) fn heading(paint: &mut Paint<'_>, table: Rect, scene: Scene<'_>) {
    let column = drawn(scene.model.metrics.column);
    let name = format!("‹{}›", column.heading());
    let used = paint.text(table, 0, 0, &name, Role::Accent);
    paint.text(table, 0, used + 2, column.about(), Role::Muted);
}

/// The figure that is drawn where rows are sorted by a column.
fn drawn(column: Column) -> Column {
    if column == Column::Name {
        Column::Tasks
    } else {
        column
    }
}

impl Scale {
    /// The scale on which the chosen figure of these rows is drawn in so many columns; what all come to may
    /// be beyond it.
    pub(super) fn of(board: &Board, rows: &[&Row], width: u16) -> Self {
        let column = drawn(board.column);
        let single = rows.iter().filter(|row| row.whose != Whose::All);
        let most = match column {
            Column::Accepted
            | Column::Council
            | Column::Operator
            | Column::Votes
            | Column::Flips
            | Column::Cache
            | Column::Context => 1.0,
            Column::Time | Column::First => {
                let longest = single.filter_map(|row| Some(millis(percentiles(column, row)?.p99)));
                longest.fold(1.0, f64::max)
            }
            Column::Name | Column::Tasks | Column::Failed | Column::Tokens | Column::Cost => {
                let values = single.filter_map(|row| column.value(row));
                values.fold(1.0, f64::max)
            }
        };
        let figure = rows.iter().map(|row| columns(&figure(column, row))).max();
        let figure = figure.unwrap_or(0);
        let (curve, gap) = SPARK;
        let room = width >= curve + gap + BAR + GAP + figure;
        Self {
            column,
            most,
            figure,
            spark: Course::of(column)
                .filter(|_| room)
                .map(|course| (course, curve)),
        }
    }

    /// Where the bars stand.
    fn bars(&self, area: Rect) -> Rect {
        let before = self.spark.map_or(0, |(_, width)| width + SPARK.1);
        Rect {
            x: area.x + before,
            width: area.width.saturating_sub(before + self.figure + GAP),
            ..area
        }
        .intersection(area)
    }

    /// What the ends of the bars stand for, below them.
    pub(super) fn axis(&self, paint: &mut Paint<'_>, area: Rect, line: u16) {
        if let Some((_, width)) = self.spark {
            let curve = Rect { width, ..area };
            paint.text(curve, line, 0, "over time", Role::Muted);
        }
        let bars = self.bars(area);
        let none = self.column.end(0.0);
        let end = self.column.end(self.most);
        let rule = "─".repeat(usize::from(bars.width));
        paint.text(bars, line, 0, &rule, Role::Border);
        if columns(&none) + columns(&end) + 2 < bars.width {
            paint.text(bars, line, 0, &format!("{none} "), Role::Muted);
            paint.right(bars, line, &format!(" {end}"), Role::Muted);
        }
    }

    /// One row's curve and bar, with its figure at the right.
    pub(super) fn bar(
        &self,
        paint: &mut Paint<'_>,
        area: Rect,
        line: u16,
        row: &Row,
        beats: &[Beat],
    ) {
        let text = figure(self.column, row);
        let role = if text == UNKNOWN {
            Role::Muted
        } else {
            Role::Text
        };
        paint.right(area, line, &text, role);
        if let Some((course, width)) = self.spark {
            let curve = Rect {
                y: area.y + line,
                width,
                height: 1,
                ..area
            };
            plot::spark(paint, curve.intersection(area), course, beats);
        }
        let bar = self.bars(area);
        if let Some(share) = self.column.share(row) {
            interval(paint, bar, line, share);
        } else if let Some(told) = percentiles(self.column, row) {
            self.times(paint, bar, line, told);
        } else if row.whose != Whose::All
            && let Some(value) = self.column.value(row)
        {
            // Beside the sum of all no bar could be read.
            filled(paint, bar, line, value / self.most, Role::Accent);
        }
    }

    /// Half, nine of ten and ninety-nine of a hundred, each thinner than the one before.
    fn times(&self, paint: &mut Paint<'_>, bar: Rect, line: u16, told: Percentiles) {
        let mut from = 0;
        let parts = [
            (told.p50, "━", Role::Accent),
            (told.p90, "─", Role::Accent),
            (told.p99, "╌", Role::Muted),
        ];
        for (time, glyph, role) in parts {
            let to = part(millis(time) / self.most, bar.width).max(1);
            let more = usize::from(to.saturating_sub(from));
            paint.text(bar, line, from, &glyph.repeat(more), role);
            from = from.max(to);
        }
    }
}

/// What stands beside a bar.
fn figure(column: Column, row: &Row) -> String {
    match (column.share(row), percentiles(column, row)) {
        (Some(share), _) if share.n > 0 => format!("{} of {}", column.text(row), share.n),
        (None, Some(told)) => [told.p50, told.p90, told.p99].map(span).join(" "),
        (_, None) | (Some(_), _) => column.text(row),
    }
}

fn percentiles(column: Column, row: &Row) -> Option<Percentiles> {
    match column {
        Column::Time => row.figures.latency().percentiles(),
        Column::First => row.figures.first_text().percentiles(),
        Column::Name
        | Column::Tasks
        | Column::Accepted
        | Column::Failed
        | Column::Tokens
        | Column::Cost
        | Column::Council
        | Column::Operator
        | Column::Votes
        | Column::Flips
        | Column::Cache
        | Column::Context => None,
    }
}

/// A share from 0 to all of the width, with the interval around it.
pub(super) fn interval(paint: &mut Paint<'_>, bar: Rect, line: u16, share: Share) {
    let Some((rate, (low, high))) = share.rate().zip(share.interval()) else {
        return;
    };
    let last = bar.width.saturating_sub(1);
    let at = |share: f64| part(share, last);
    paint.text(
        bar,
        line,
        0,
        &"·".repeat(usize::from(bar.width)),
        Role::Muted,
    );
    let (from, to) = (at(low), at(high));
    let line_of = "─".repeat(usize::from(to.saturating_sub(from)) + 1);
    paint.text(bar, line, from, &line_of, Role::Accent);
    paint.text(bar, line, from, "├", Role::Accent);
    paint.text(bar, line, to, "┤", Role::Accent);
    paint.text(bar, line, at(rate), "●", Role::Accent);
}

/// A bar, exact to half a column.
pub(super) fn filled(paint: &mut Paint<'_>, bar: Rect, line: u16, share: f64, role: Role) {
    let halves = part(share, bar.width.saturating_mul(2));
    // What there is a little of is seen.
    let half = halves % 2 == 1 || (halves == 0 && share > 0.0);
    let full = "━".repeat(usize::from(halves / 2));
    let rest = if half { "╸" } else { "" };
    paint.text(bar, line, 0, &format!("{full}{rest}"), role);
}

/// So much of a width, rounded.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "held between 0 and the width"
)]
fn part(share: f64, width: u16) -> u16 {
    (share.clamp(0.0, 1.0) * f64::from(width)).round() as u16
}

#[expect(clippy::cast_precision_loss, reason = "the length of a bar")]
fn millis(span: crate::core::Span) -> f64 {
    span.0 as f64
}

/// The share in words, for a text.
pub(super) fn in_words(share: Share) -> Option<String> {
    let (low, high) = share.interval()?;
    let rate = percent(share.rate()?);
    Some(format!(
        "{rate} of {}, {:.0}–{}",
        share.n,
        low * 100.0,
        percent(high)
    ))
}
