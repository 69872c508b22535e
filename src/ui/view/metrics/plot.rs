//! What a figure came to over time: as a plot with its axes, or as a curve of one row.

use ratatui::layout::Rect;
use ratatui::widgets::{Sparkline, Widget as _};

use crate::core::metrics::{Beat, Window};
use crate::ui::metrics::course::{Bars, Course, long};
use crate::ui::text::columns;
use crate::ui::theme::Role;
use crate::ui::view::Paint;

/// Rows of a plot that are no curve: its heading and the axis of time.
pub(super) const AROUND: u16 = 2;
/// Columns between two texts of a heading.
const GAP: u16 = 2;
/// Steps of a bar between nothing and one row.
const EIGHTHS: u64 = 8;
/// As high is the highest bar of a curve of one row.
const LOW: u64 = 6;

/// A figure over time.
#[derive(Debug, Clone)]
pub(super) struct Plot<'a> {
    pub(super) course: Course,
    pub(super) beats: &'a [Beat],
    /// What all of them come to.
    pub(super) whole: String,
    /// Of what time the steps are.
    pub(super) window: Window,
    /// Whether it is the figure that was chosen.
    pub(super) chosen: bool,
}

impl Plot<'_> {
    /// Draws it: a heading with what a bar is and what all come to, the highest bar and nothing at the left
    /// axis, both ends of the time below.
    pub(super) fn draw(&self, paint: &mut Paint<'_>, area: Rect) {
        let peak = |width| self.course.text(highest(self.course, self.beats, width).0);
        // The label may be of another width than the one for which it was made.
        let gutter = columns(&peak(usize::from(area.width))).max(1);
        let plot = Rect {
            x: area.x + gutter + 1,
            y: area.y + 1,
            width: area.width.saturating_sub(gutter + 1),
            height: area.height.saturating_sub(AROUND),
        }
        .intersection(area);
        let (most, each) = highest(self.course, self.beats, usize::from(plot.width));
        self.heading(paint, area, each);
        if plot.is_empty() {
            return;
        }
        let left = Rect {
            width: gutter,
            ..area
        };
        if most > 0 {
            paint.right(left, 1, &self.course.text(most), Role::Muted);
        } else {
            paint.text(plot, 0, 1, "none", Role::Muted);
        }
        for row in 0..plot.height {
            let edge = if row == 0 && most > 0 { "┤" } else { "│" };
            paint.text(area, 1 + row, gutter, edge, Role::Border);
        }
        spark(paint, plot, self.course, self.beats);
        let below = plot.height + 1;
        paint.right(left, below, "0", Role::Muted);
        paint.text(area, below, gutter, "└", Role::Border);
        let row = Rect {
            y: area.y + below,
            height: 1,
            ..plot
        };
        ends(paint, row, self.window, self.beats);
    }

    fn heading(&self, paint: &mut Paint<'_>, area: Rect, each: usize) {
        let (mark, role) = if self.chosen {
            ("▸ ", Role::Accent)
        } else {
            ("", Role::Title)
        };
        let name = format!("{mark}{}", self.course.name());
        let whole = &self.whole;
        let mut used = paint.text(area, 0, 0, &name, role);
        let step = format!("in {}", long(self.window, each));
        let free = area.width.saturating_sub(used + columns(whole) + 2 * GAP);
        if columns(&step) <= free {
            used += paint.text(area, 0, used + 1, &step, Role::Muted) + 1;
        }
        if used + GAP + columns(whole) <= area.width {
            paint.right(area, 0, whole, Role::Text);
        }
    }
}

/// The axis of time in one row below bars: how long ago they begin, and that they end now.
pub(super) fn ends(paint: &mut Paint<'_>, row: Rect, window: Window, beats: &[Beat]) {
    let line = "─".repeat(usize::from(row.width));
    paint.text(row, 0, 0, &line, Role::Border);
    let from = format!(" {} ago ", long(window, beats.len()));
    let to = " now";
    let bars = Bars::of(beats, usize::from(row.width));
    let before = row.width.saturating_sub(taken(&bars));
    let needed = columns(&from) + columns(to);
    if needed < row.width {
        // Where there is little room it begins a little before the bars do.
        let at = before.min(row.width - needed - 1);
        paint.text(row, 0, at, &from, Role::Muted);
        paint.right(row, 0, to, Role::Muted);
    }
}

fn taken(bars: &Bars) -> u16 {
    u16::try_from(bars.columns()).unwrap_or(u16::MAX)
}

/// The highest bar in so many columns, and how many steps it stands for.
pub(super) fn highest(course: Course, beats: &[Beat], columns: usize) -> (u64, usize) {
    let bars = Bars::of(beats, columns);
    let values = bars.sums.iter().map(|sum| course.value(*sum));
    (values.max().unwrap_or(0), bars.each)
}

/// The bars alone, the present at the right edge of an area. Of one row they leave air to the row above.
pub(super) fn spark(paint: &mut Paint<'_>, area: Rect, course: Course, beats: &[Beat]) {
    let bars = Bars::of(beats, usize::from(area.width));
    let (most, _) = highest(course, beats, usize::from(area.width));
    if most == 0 || area.is_empty() {
        return;
    }
    let eighths = EIGHTHS * u64::from(area.height);
    let full = if area.height == 1 { LOW } else { eighths };
    // What there is a little of is seen.
    let high = |value: u64| match value {
        0 => 0,
        some => {
            let share = u128::from(some) * u128::from(full) / u128::from(most);
            u64::try_from(share).unwrap_or(full).max(1)
        }
    };
    let values = bars.sums.iter().map(|sum| high(course.value(*sum)));
    let data = values.flat_map(|value| std::iter::repeat_n(value, bars.wide));
    let width = taken(&bars).min(area.width);
    let place = Rect {
        x: area.x + area.width - width,
        width,
        ..area
    };
    Sparkline::default()
        .data(data)
        .max(eighths)
        .style(paint.style(Role::Accent))
        .render(place, paint.buf);
}
