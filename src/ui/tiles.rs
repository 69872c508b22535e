//! Transcripts beside each other: which sessions can be gone to, which of them are in sight, and where each stands.
//!
//! The selected session is always in sight and is the one that keys are for. What does not fit is a page further.
//! Only what is in sight is ever laid out or drawn.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::core::State;
use crate::ui::action::Tiling;
use crate::ui::layout;
use crate::ui::model::{Keys, Model, Pane};
use crate::ui::status::Seat;

/// Columns of a transcript at least: 40 of text in its frame.
const COLUMNS: u16 = 44;
/// Rows of a transcript of a grid at least.
const ROWS: u16 = 11;
/// Transcripts side by side at most.
const ACROSS: u16 = 4;
/// Transcripts above each other at most.
const DOWN: u16 = 4;

/// The transcripts of a Sessions screen without a list.
#[derive(Debug)]
pub(crate) struct Tiles<'s> {
    /// The line of tabs, where there is one.
    pub(crate) tabs: Option<Rect>,
    /// All that can be gone to, in order.
    pub(crate) seats: Vec<Seat<'s>>,
    /// The place of the selected one.
    pub(crate) at: usize,
    /// Which of them are in sight.
    pub(crate) sight: Range<usize>,
    /// Where each of these stands.
    pub(crate) areas: Vec<Rect>,
}

impl<'s> Tiles<'s> {
    /// What the screen shows; none where it has a list, or where nobody is in the room.
    pub(crate) fn of(model: &Model, state: &'s State, body: Rect) -> Option<Self> {
        if !model.is_tiled() {
            return None;
        }
        let mut seats = model.seats(state);
        let keys = Keys::Listed(seats.iter().map(|seat| seat.key).collect());
        let selected = keys.get(model.place(Pane::Sessions, &keys)?)?;
        let marked = &model.lists.marked_seats;
        if seats.iter().any(|seat| marked.contains(&seat.key)) {
            seats.retain(|seat| seat.key == selected || marked.contains(&seat.key));
        }
        let at = seats.iter().position(|seat| seat.key == selected)?;
        let tiling = if model.zoomed {
            None
        } else {
            Some(model.lists.tiling)
        };
        let (across, down) = tiling.map_or((1, 1), |it| shape(it, body, seats.len()));
        let page = across * down;
        let first = at / page * page;
        let sight = first..seats.len().min(first + page);
        // A page that is not full has wider ones.
        let (across, down) = tiling.map_or((1, 1), |it| shape(it, body, sight.len()));
        let one_of_several = page == 1 && seats.len() > 1;
        let has_tabs = tiling.is_some_and(|it| one_of_several || it == Tiling::Tabs);
        let [line, below] = layout::tabbed(body, has_tabs);
        Some(Self {
            tabs: has_tabs.then_some(line),
            areas: areas(below, across, down, sight.len()),
            seats,
            at,
            sight,
        })
    }

    /// Those in sight, each with its place.
    pub(crate) fn in_sight(&self) -> impl Iterator<Item = (Seat<'s>, Rect)> + '_ {
        let seats = self.seats.iter().skip(self.sight.start).copied();
        seats.zip(self.areas.iter().copied())
    }

    /// The row of the selected one.
    pub(crate) fn selected(&self) -> Option<u64> {
        self.key(self.at)
    }

    /// The row of the one at a place.
    pub(crate) fn key(&self, at: usize) -> Option<u64> {
        self.seats.get(at).map(|seat| seat.key)
    }

    /// Which are in sight of how many: `4–6 of 12`. None where all are.
    pub(crate) fn told(&self) -> Option<String> {
        let of = self.seats.len();
        let (first, last) = (self.sight.start + 1, self.sight.end);
        if self.sight.len() == of {
            None
        } else if first == last {
            Some(format!("{last} of {of}"))
        } else {
            Some(format!("{first}–{last} of {of}"))
        }
    }
}

/// Whether there is room for what a layout promises: for two transcripts at least.
pub(crate) fn fits(tiling: Tiling, body: Rect) -> bool {
    let (across, down) = shape(tiling, body, usize::MAX);
    matches!(tiling, Tiling::List | Tiling::Tabs) || across * down > 1
}

/// How many transcripts a layout has across and down, for so many sessions.
fn shape(tiling: Tiling, body: Rect, count: usize) -> (usize, usize) {
    let across = usize::from((body.width / COLUMNS).clamp(1, ACROSS));
    let down = usize::from((body.height / ROWS).clamp(1, DOWN));
    match tiling {
        Tiling::List | Tiling::Tabs => (1, 1),
        Tiling::Columns => (across.min(count.max(1)), 1),
        Tiling::Grid => {
            let square = (1..across).find(|n| n * n >= count).unwrap_or(across);
            let rows = count.div_ceil(square).clamp(1, down);
            let needed = count.div_ceil(rows).clamp(1, across);
            (needed, rows)
        }
    }
}

/// Where so many transcripts stand, row by row; those of the last row share its width.
fn areas(body: Rect, across: usize, down: usize, count: usize) -> Vec<Rect> {
    let rows = layout::rows(body, down);
    let mut left = count;
    let mut all = Vec::with_capacity(count);
    for row in rows {
        let here = left.min(across);
        if here > 0 {
            all.extend(layout::columns(row, here));
        }
        left -= here;
    }
    all
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::core::Session;
    use crate::ui::action::{Action, Screen};
    use crate::ui::console::{Console, Settings};
    use crate::ui::room::Room as _;
    use crate::ui::stage::Stage;
    use ratatui::buffer::Buffer;

    #[test]
    fn only_what_is_in_sight_is_laid_out() {
        let mut stage = Stage::demo().unwrap();
        stage.attach();
        let settings = Settings {
            tiling: Tiling::Columns,
            ..Settings::default()
        };
        let mut console = Console::new(&stage, settings);
        drop(console.act(&stage, Action::Go(Screen::Sessions)));
        let area = Rect::new(0, 0, 100, 30);
        console.draw(&stage, &mut Buffer::empty(area), area);
        let transcripts = &console.model().transcripts;
        let laid = |session: &Session| {
            let ring = transcripts.ring(session.id());
            ring.is_some_and(|ring| ring.columns() == 46)
        };
        assert_eq!(stage.state().sessions().count(), 6);
        assert_eq!(stage.state().sessions().filter(|it| laid(it)).count(), 2);
    }

    fn body(width: u16, height: u16) -> Rect {
        Rect::new(0, 1, width, height)
    }

    #[test]
    fn so_many_stand_beside_each_other_as_are_wide_enough() {
        let columns = |width, count| shape(Tiling::Columns, body(width, 25), count);
        assert_eq!(columns(80, 9), (1, 1));
        assert_eq!(columns(100, 9), (2, 1));
        assert_eq!(columns(160, 9), (3, 1));
        assert_eq!(columns(220, 9), (4, 1));
        assert_eq!(columns(1000, 9), (4, 1));
        assert_eq!(columns(220, 2), (2, 1));
        assert_eq!(columns(220, 0), (1, 1));
    }

    #[test]
    fn a_grid_is_as_square_as_the_terminal_lets_it() {
        let grid = |width, height, count| shape(Tiling::Grid, body(width, height), count);
        assert_eq!(grid(80, 19, 9), (1, 1));
        assert_eq!(grid(100, 25, 9), (2, 2));
        assert_eq!(grid(160, 43, 9), (3, 3));
        assert_eq!(grid(160, 43, 3), (2, 2));
        assert_eq!(grid(220, 55, 64), (4, 4));
        assert_eq!(grid(220, 55, 1), (1, 1));
        // Too low for two rows: what there is stands side by side.
        assert_eq!(grid(160, 19, 3), (3, 1));
    }

    #[test]
    fn every_area_is_inside_and_none_is_empty() {
        for width in [60, 80, 100, 161, 220] {
            for height in [12, 19, 25, 43, 55] {
                for count in 1..=16 {
                    for tiling in [Tiling::Tabs, Tiling::Columns, Tiling::Grid] {
                        let body = body(width, height);
                        let (across, down) = shape(tiling, body, count);
                        let shown = count.min(across * down);
                        let (across, down) = shape(tiling, body, shown);
                        let all = areas(body, across, down, shown);
                        assert_eq!(all.len(), shown, "{tiling:?} {width}x{height} {count}");
                        let cells: u32 = all.iter().map(|it| it.area()).sum();
                        assert_eq!(cells, body.area(), "{tiling:?} {width}x{height} {count}");
                        assert!(all.iter().all(|it| it.intersection(body) == *it));
                    }
                }
            }
        }
    }
}
