//! Words that are looked for in a ring.

use std::ops::Range;

use super::Ring;
use crate::ui::seek::{Hits, Sought, Stand, Way};

impl Sought for Ring {
    fn seek(&mut self, words: Option<&str>) {
        let Some(words) = words else {
            self.hits = None;
            return;
        };
        let known = self.hits.take().filter(|hits| hits.words() == words);
        let mut hits = known.unwrap_or_else(|| Box::new(Hits::of(words)));
        let first = hits.upto().max(self.gone);
        let lines = self.lines.iter().skip(self.place(first));
        hits.look(first, lines.map(|line| line.laid.text.as_str()));
        self.hits = Some(hits);
    }

    fn nearest(&mut self, from: Stand) -> bool {
        self.stand_at(from);
        let (line, _) = self.top_row();
        let line = self.gone + line as u64;
        let hit = self.hits.as_mut().and_then(|hits| hits.nearest(line));
        if let Some(hit) = hit {
            self.reveal(hit.line, hit.from);
        }
        hit.is_some()
    }

    fn step(&mut self, way: Way) -> bool {
        let (line, _) = self.top_row();
        let line = self.gone + line as u64;
        let Some(hits) = &mut self.hits else {
            return false;
        };
        let hit = match hits.at() {
            Some(_) => hits.step(way),
            None => hits.nearest(line),
        };
        if let Some(hit) = hit {
            self.reveal(hit.line, hit.from);
        }
        hit.is_some()
    }

    fn stand(&self) -> Stand {
        let top = self.top();
        top.map_or(Stand::End, |(line, byte)| {
            Stand::At(self.gone + line as u64, byte)
        })
    }

    fn stand_at(&mut self, stand: Stand) {
        match stand {
            Stand::End => self.scroll_to_bottom(),
            Stand::At(line, byte) => {
                self.held = true;
                self.put_at_top(self.place(line), byte);
                self.wrap_window();
            }
        }
    }

    fn sought(&self) -> String {
        self.hits.as_ref().map_or_else(String::new, |it| it.told())
    }
}

impl Ring {
    /// Whether words stand in some of the lines, counted from the first one ever.
    pub(crate) fn has(&self, words: &str, lines: &Range<u64>) -> bool {
        let first = lines.start.max(self.gone);
        let count = usize::try_from(lines.end.saturating_sub(first)).unwrap_or(usize::MAX);
        let all = self.lines.iter().skip(self.place(first)).take(count);
        let mut hits = Hits::of(words);
        hits.look(first, all.map(|line| line.laid.text.as_str()));
        hits.nearest(first).is_some()
    }

    /// Brings a byte of a line into sight. What is in sight stays where it is.
    pub(super) fn reveal(&mut self, line: u64, byte: usize) {
        self.unfold(line);
        let at = self.place(line);
        let mut from = 0;
        for i in (at + 1..self.lines.len()).rev() {
            from += self.wrap_line(i);
        }
        self.wrap_line(at);
        if let Some(line) = self.lines.get(at) {
            from += line.rows_from(byte);
        }
        let height = usize::from(self.height);
        if from <= self.back || from > self.back + height {
            self.back = from.saturating_sub(height / 2 + 1);
            self.held = true;
        }
        self.wrap_window();
        self.back = self.back.min(self.scroll_max());
    }
}
