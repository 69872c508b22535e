//! Where things are: the areas of the frame for each size of terminal.
//!
//! Pure arithmetic on rectangles. Three shapes: wide (panes side by side), narrow (one pane at a
//! time) and too small (a message instead).

use ratatui::layout::{Constraint, Layout, Rect};

/// Smallest terminal that is drawn at all.
pub const MIN_COLUMNS: u16 = 60;
/// Smallest terminal that is drawn at all.
pub const MIN_ROWS: u16 = 16;
/// From here on panes stand side by side.
const WIDE_COLUMNS: u16 = 100;
/// The side column has two fifths of the width up to so many columns, and beyond that a third of it.
const SIDE: u16 = 56;
/// The composer grows with its text up to this many lines.
const COMPOSER_LINES_MAX: u16 = 8;

/// How much a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Panes side by side.
    Wide,
    /// One pane at a time.
    Narrow,
    /// Not enough to work with.
    TooSmall,
}

/// The shape for a terminal of this size.
#[must_use]
pub fn shape(area: Rect) -> Shape {
    if area.width < MIN_COLUMNS || area.height < MIN_ROWS {
        Shape::TooSmall
    } else if area.width < WIDE_COLUMNS {
        Shape::Narrow
    } else {
        Shape::Wide
    }
}

/// The parts that every screen has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// The line at the top.
    pub bar: Rect,
    /// What the screen shows.
    pub body: Rect,
    /// The composer with its frame.
    pub composer: Rect,
    /// Hints or a notice.
    pub hints: Rect,
}

/// Cuts the frame into its parts; `lines` is how many lines the draft has on the screen.
#[must_use]
pub fn parts(area: Rect, lines: u16) -> Parts {
    let most = COMPOSER_LINES_MAX.min(area.height / 3);
    let composer = lines.clamp(1, most.max(1)) + 2;
    let [bar, body, composer, hints] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Min(0),
        Constraint::Length(composer),
        Constraint::Length(1),
    ])
    .areas(area);
    Parts {
        bar,
        body,
        composer,
        hints,
    }
}

/// Where the operator put the edge between two panes: how much of the width the left one has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share(u16);

impl Share {
    /// Thousandths; less than a fifth of the width is left to neither side.
    const RANGE: std::ops::RangeInclusive<u16> = 200..=800;

    /// The edge at a column of the screen.
    #[must_use]
    pub fn at(body: Rect, column: u16) -> Self {
        let (least, most) = (*Self::RANGE.start(), *Self::RANGE.end());
        let columns = u32::from(column.saturating_sub(body.x)) * 1000;
        let share = columns / u32::from(body.width.max(1));
        Self(u16::try_from(share).unwrap_or(most).clamp(least, most))
    }

    /// The columns of the left pane.
    fn of(self, width: u16) -> u16 {
        let columns = u32::from(width) * u32::from(self.0) / 1000;
        u16::try_from(columns).unwrap_or(width)
    }
}

/// The columns of a side column where nobody moved its edge.
fn side(width: u16) -> u16 {
    (width / 5 * 2 + width % 5 * 2 / 5).min(SIDE.max(width / 3))
}

/// The room on a wide terminal: sessions at the left; queue, memory and votes at the right.
#[must_use]
pub fn room(body: Rect, share: Option<Share>) -> [Rect; 4] {
    let side = match share {
        Some(share) => body.width - share.of(body.width),
        None => side(body.width),
    };
    let [left, right] =
        Layout::horizontal([Constraint::Min(0), Constraint::Length(side)]).areas(body);
    let memory = (body.height / 4).max(3);
    let votes = (body.height / 4).max(3);
    let [queue, memory, votes] = Layout::vertical([
        Constraint::Min(0),
        Constraint::Length(memory),
        Constraint::Length(votes),
    ])
    .areas(right);
    [left, queue, memory, votes]
}

/// A list at the left and the detail of its selection at the right.
#[must_use]
pub fn split(body: Rect, share: Option<Share>) -> [Rect; 2] {
    let list = share.map_or(side(body.width), |share| share.of(body.width));
    Layout::horizontal([Constraint::Length(list), Constraint::Min(0)]).areas(body)
}

/// As [`split`], for a list whose rows are sentences.
#[must_use]
pub fn split_wide(body: Rect, share: Option<Share>) -> [Rect; 2] {
    let usual = body.width * 3 / 5;
    let list = share.map_or(usual, |share| share.of(body.width));
    Layout::horizontal([Constraint::Length(list), Constraint::Min(0)]).areas(body)
}

/// A dialog in the middle, never larger than the area.
#[must_use]
pub fn centered(area: Rect, columns: u16, rows: u16) -> Rect {
    let width = columns.min(area.width);
    let height = rows.min(area.height);
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}

/// Equal columns, for answers side by side.
#[must_use]
pub fn columns(area: Rect, count: usize) -> Vec<Rect> {
    let count = u32::try_from(count.max(1)).unwrap_or(1);
    Layout::horizontal((0..count).map(|_| Constraint::Ratio(1, count)))
        .split(area)
        .to_vec()
}

/// Equal rows.
#[must_use]
pub fn rows(area: Rect, count: usize) -> Vec<Rect> {
    let count = u32::try_from(count.max(1)).unwrap_or(1);
    Layout::vertical((0..count).map(|_| Constraint::Ratio(1, count)))
        .split(area)
        .to_vec()
}

/// A line of tabs, where there is one, and what is below it.
#[must_use]
pub fn tabbed(area: Rect, has_tabs: bool) -> [Rect; 2] {
    let line = u16::from(has_tabs);
    Layout::vertical([Constraint::Length(line), Constraint::Min(0)]).areas(area)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn area(width: u16, height: u16) -> Rect {
        Rect::new(0, 0, width, height)
    }

    #[test]
    fn the_edge_stays_where_both_sides_have_room() {
        let body = Rect::new(0, 1, 100, 20);
        let left = |column| split(body, Some(Share::at(body, column)))[0].width;
        assert_eq!(left(50), 50);
        assert_eq!(left(0), 20);
        assert_eq!(left(99), 80);
        assert_eq!(left(u16::MAX), 80);
        let wide = Share::at(body, 70);
        assert_eq!(room(Rect::new(0, 1, 200, 20), Some(wide))[0].width, 140);
        assert_eq!(Share::at(Rect::ZERO, 7), Share::at(body, 80));
    }

    #[test]
    fn the_side_column_grows_with_the_terminal() {
        let sides = [100, 140, 160, 168, 220, u16::MAX].map(side);
        assert_eq!(sides, [40, 56, 56, 56, 73, 21_845]);
    }

    #[test]
    fn shapes() {
        assert_eq!(shape(area(59, 40)), Shape::TooSmall);
        assert_eq!(shape(area(60, 15)), Shape::TooSmall);
        assert_eq!(shape(area(60, 16)), Shape::Narrow);
        assert_eq!(shape(area(100, 30)), Shape::Wide);
    }

    #[test]
    fn the_composer_grows_but_leaves_the_body() {
        let parts = parts(area(80, 24), 1);
        assert_eq!(
            (parts.bar.height, parts.body.height, parts.composer.height),
            (1, 19, 3)
        );
        assert_eq!(super::parts(area(80, 24), 40).composer.height, 10);
        assert_eq!(super::parts(area(60, 16), 40).composer.height, 7);
    }

    #[test]
    fn every_area_lies_inside_at_any_size() {
        for width in [0, 1, 59, 60, 100, 200] {
            for height in [0, 1, 16, 30, 60] {
                let all = area(width, height);
                let parts = parts(all, 3);
                for rect in room(parts.body, None)
                    .into_iter()
                    .chain(split(parts.body, None))
                {
                    assert_eq!(rect.intersection(all), rect, "{width}x{height}");
                }
                let dialog = centered(all, 70, 20);
                assert_eq!(dialog.intersection(all), dialog);
            }
        }
    }
}
