//! Words that are looked for in a page.

use super::Page;
use crate::ui::seek::{Hits, Place, Sought, Stand, Way};

impl Sought for Page {
    fn seek(&mut self, words: Option<&str>) {
        let Some(words) = words else {
            self.hits = None;
            return;
        };
        let known = self.hits.as_ref();
        if known.is_none_or(|hits| hits.words() != words) {
            // A page does not grow: it is looked through once.
            let mut hits = Hits::of(words);
            hits.look(0, self.lines.iter().map(|line| line.text.as_str()));
            self.hits = Some(Box::new(hits));
        }
    }

    fn nearest(&mut self, from: Stand) -> bool {
        self.stand_at(from);
        let line = self.top_line();
        let hit = self.hits.as_mut().and_then(|hits| hits.nearest(line));
        self.reveal(hit);
        hit.is_some()
    }

    fn step(&mut self, way: Way) -> bool {
        let line = self.top_line();
        let Some(hits) = &mut self.hits else {
            return false;
        };
        let hit = match hits.at() {
            Some(_) => hits.step(way),
            None => hits.nearest(line),
        };
        self.reveal(hit);
        hit.is_some()
    }

    fn stand(&self) -> Stand {
        let byte = self.rows.get(self.top).map_or(0, |row| row.from);
        Stand::At(self.top_line(), byte)
    }

    fn stand_at(&mut self, stand: Stand) {
        match stand {
            Stand::End => self.go(usize::MAX),
            Stand::At(line, byte) => self.go(self.row_of(line, byte)),
        }
    }

    fn sought(&self) -> String {
        self.hits.as_ref().map_or_else(String::new, |it| it.told())
    }
}

impl Page {
    /// The number of the line at the top.
    fn top_line(&self) -> u64 {
        self.rows.get(self.top).map_or(0, |row| row.line as u64)
    }

    /// The row in which a byte of a line stands.
    fn row_of(&self, line: u64, byte: usize) -> usize {
        let before = |row: &super::Place| (row.line as u64, row.from) <= (line, byte);
        self.rows.partition_point(before).saturating_sub(1)
    }

    /// Brings a place into sight. What is in sight stays where it is.
    fn reveal(&mut self, place: Option<Place>) {
        let Some(place) = place else { return };
        let row = self.row_of(place.line, place.from);
        let height = usize::from(self.height);
        if row < self.top || row >= self.top + height {
            self.go(row.saturating_sub(height / 2));
        }
    }
}
