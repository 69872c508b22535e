//! What stands where in the frame that is on the screen, for whoever points at it.
//!
//! Filled while a frame is drawn, so what is clicked is what was seen. What a click does is the business
//! of `update`.

use ratatui::layout::{Position, Rect};

use crate::ui::action::Action;
use crate::ui::addresses::Shown;
use crate::ui::model::Pane;

/// Something that can be pointed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// The composer.
    Composer,
    /// A pane, beside its rows.
    Pane(Pane),
    /// A row of a list, by its key; in the library by its place.
    Row(Pane, u64),
    /// A transcript of several, by the row of its session.
    Tile(u64),
    /// A tab of a session, by its row.
    Tab(u64),
    /// The edge between two panes that stand side by side.
    Edge,
    /// A word that leads somewhere.
    Action(Action),
    /// An answer of the dialog on top, or a row or column of its list, by its place.
    Answer(usize),
    /// An earlier moment, by its event.
    Moment(u64),
}

/// The places of a frame, in the order in which they were drawn.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    places: Vec<(Rect, Target)>,
    /// The terminal takes links: addresses are noted too.
    pub(crate) takes_links: bool,
    addresses: Vec<Shown>,
}

impl Hits {
    /// Forgets the frame before.
    pub(crate) fn clear(&mut self) {
        self.places.clear();
        self.addresses.clear();
    }

    /// Notes an address in a text.
    pub(crate) fn address(&mut self, shown: Shown) {
        self.addresses.push(shown);
    }

    /// The addresses that stand in the frame.
    pub(crate) fn addresses(&self) -> &[Shown] {
        &self.addresses
    }

    /// Notes what stands in an area; it lies over what was noted before.
    pub(crate) fn put(&mut self, area: Rect, target: Target) {
        if !area.is_empty() {
            self.places.push((area, target));
        }
    }

    /// Forgets the rows of the layers so far: another one lies above them.
    pub(crate) fn cover(&mut self) {
        self.places
            .retain(|(_, target)| !matches!(target, Target::Answer(_)));
    }

    /// Notes a row of a list that begins at the line `row` of `area` and has so many lines.
    pub(crate) fn row(&mut self, area: Rect, row: u16, lines: u16, target: Target) {
        let line = Rect {
            y: area.y.saturating_add(row),
            height: lines,
            ..area
        };
        self.put(line.intersection(area), target);
    }

    /// What stands at a cell; none where nothing does, or the cell is not of the frame.
    pub(crate) fn at(&self, column: u16, row: u16) -> Option<Target> {
        let cell = Position::new(column, row);
        let mut above = self.places.iter().rev();
        let found = above.find(|(area, _)| area.contains(cell));
        found.map(|(_, target)| *target)
    }

    /// The pane at a cell, whatever else stands there.
    pub(crate) fn pane(&self, column: u16, row: u16) -> Option<Pane> {
        let cell = Position::new(column, row);
        let mut above = self.places.iter().rev();
        above.find_map(|(area, target)| match target {
            Target::Pane(pane) | Target::Row(pane, _) if area.contains(cell) => Some(*pane),
            Target::Pane(_)
            | Target::Row(..)
            | Target::Tile(_)
            | Target::Tab(_)
            | Target::Composer
            | Target::Edge
            | Target::Action(_)
            | Target::Answer(_)
            | Target::Moment(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn what_was_drawn_last_lies_above() {
        let mut hits = Hits::default();
        let pane = Rect::new(0, 0, 10, 4);
        hits.put(pane, Target::Pane(Pane::Queue));
        hits.row(pane, 1, 1, Target::Row(Pane::Queue, 7));
        // Below the pane: it is not to be seen.
        hits.row(pane, 4, 2, Target::Row(Pane::Queue, 8));
        hits.put(Rect::new(9, 0, 2, 4), Target::Edge);
        assert_eq!(hits.at(0, 0), Some(Target::Pane(Pane::Queue)));
        assert_eq!(hits.at(0, 1), Some(Target::Row(Pane::Queue, 7)));
        assert_eq!(hits.at(9, 1), Some(Target::Edge));
        assert_eq!(hits.pane(9, 1), Some(Pane::Queue));
        assert_eq!(hits.at(0, 4), None);
        assert_eq!(hits.at(u16::MAX, u16::MAX), None);
        hits.row(pane, 2, 1, Target::Answer(0));
        assert_eq!(hits.at(0, 2), Some(Target::Answer(0)));
        hits.cover();
        assert_eq!(hits.at(0, 2), Some(Target::Pane(Pane::Queue)));
        hits.clear();
        assert_eq!(hits.at(0, 0), None);
    }
}
