//! Parts of a ring as they came, for the clipboard: a turn, a block of code, all of it.

use std::ops::Range;

use super::line::Line;
use super::{Raw, Ring};

impl Ring {
    /// The whole text, for the clipboard.
    #[must_use]
    pub fn text(&self) -> String {
        self.raw(0..self.lines.len())
    }

    /// The turn at hand: the one that was gone to while that is in sight, else the newest one while the end is
    /// followed, else the one at the top of the window.
    #[must_use]
    pub fn turn_text(&self) -> Option<String> {
        let text = self.raw(self.turn()?);
        Some(text.trim_end().to_owned() + "\n")
    }

    /// The block of code at hand: of those in sight the first, or while the end is followed the last; or else
    /// the last one of the turn at hand.
    #[must_use]
    pub fn block_text(&self) -> Option<String> {
        let sight = self.sight();
        let in_sight = |block: &Range<usize>| block.start < sight.end && block.end > sight.start;
        let blocks = self.blocks(self.turn()?);
        let mut seen = blocks.iter().filter(|block| in_sight(block));
        let seen = if self.follows() {
            seen.next_back()
        } else {
            seen.next()
        };
        let block = seen.or(blocks.last())?;
        Some(self.raw(block.clone()))
    }

    /// The lines of the turn at hand.
    fn turn(&self) -> Option<Range<usize>> {
        let from = match self.mark_in_sight() {
            Some(marked) => self.heads.partition_point(|head| *head <= marked),
            None if self.follows() => self.heads.len(),
            None => {
                let top = self.gone + self.top_row().0 as u64;
                self.heads.partition_point(|head| *head <= top).max(1)
            }
        };
        let head = self.heads.get(from.checked_sub(1)?)?;
        let end = self.heads.get(from).copied().unwrap_or(self.end());
        Some(self.place(*head)..self.place(end))
    }

    /// The lines in the window.
    pub(super) fn sight(&self) -> Range<usize> {
        let mut below = self.back;
        let last = self.lines.iter().enumerate().rev().find(|(_, line)| {
            let here = below < line.rows();
            below = below.saturating_sub(line.rows());
            here
        });
        self.top_row().0..last.map_or(0, |(i, _)| i + 1)
    }

    /// The lines of each block of code among some lines.
    fn blocks(&self, lines: Range<usize>) -> Vec<Range<usize>> {
        let mut blocks: Vec<Range<usize>> = Vec::new();
        for i in lines {
            if !self.lines.get(i).is_some_and(|line| line.laid.code) {
                continue;
            }
            match blocks.last_mut() {
                Some(block) if block.end == i => block.end = i + 1,
                Some(_) | None => blocks.push(i..i + 1),
            }
        }
        blocks
    }

    /// Some lines as they came.
    fn raw(&self, lines: Range<usize>) -> String {
        let mut out = String::new();
        for Line { laid, .. } in self.lines.range(lines) {
            let raw = match &laid.raw {
                Raw::Same => &laid.text,
                Raw::Source(source) => &**source,
                Raw::Nothing => continue,
            };
            if laid.glued && out.ends_with('\n') {
                out.pop();
            }
            out.push_str(raw);
            out.push('\n');
        }
        out
    }
}
