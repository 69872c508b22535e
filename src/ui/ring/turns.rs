//! From turn to turn: where turns begin in a ring, and which one was gone to.

use super::Ring;
use crate::ui::seek::Way;

impl Ring {
    /// The next line begins a turn; gives its number, counted from the first line ever.
    pub fn begin_turn(&mut self) -> u64 {
        self.end_line();
        self.heads.push_back(self.end());
        self.end()
    }

    /// The lines of the turn that begins with this one, as far as they are still there.
    pub(crate) fn lines_of_turn(&self, head: u64) -> Option<std::ops::Range<u64>> {
        let at = self.heads.binary_search(&head).ok()?;
        let end = self.heads.get(at + 1).copied();
        Some(head..end.unwrap_or(u64::MAX))
    }

    /// Goes to the turn before or after the one that was gone to, or else before or after the top of the
    /// window; false where there is none. Its first row comes to the top as far as there is text below, and
    /// the window stays there while text arrives. Beyond the last turn it follows again.
    pub fn go_to_turn(&mut self, way: Way) -> bool {
        let from = self.turn_mark();
        let to = match (way, from) {
            (Way::Older, None) => self.heads.back(),
            (Way::Older, Some((line, within))) => {
                // Within a turn the one before is its own beginning.
                let upto = line + u64::from(within);
                let before = self.heads.partition_point(|head| *head < upto);
                before.checked_sub(1).and_then(|i| self.heads.get(i))
            }
            (Way::Newer, None) => None,
            (Way::Newer, Some((line, _))) => {
                let upto = self.heads.partition_point(|head| *head <= line);
                self.heads.get(upto)
            }
        };
        let Some(to) = to.copied() else {
            if way == Way::Newer {
                let moved = !self.follows();
                self.scroll_to_bottom();
                return moved;
            }
            return false;
        };
        self.marked = Some(to);
        self.held = true;
        self.put_at_top(self.place(to), 0);
        self.wrap_window();
        true
    }

    /// Whether any turn has begun.
    #[must_use]
    pub fn has_turns(&self) -> bool {
        !self.heads.is_empty()
    }

    /// The line from which turns are counted, and whether its beginning is out of sight; none at the end.
    fn turn_mark(&self) -> Option<(u64, bool)> {
        if let Some(marked) = self.mark_in_sight() {
            return Some((marked, false));
        }
        let (line, byte) = self.top()?;
        Some((self.gone + line as u64, byte > 0))
    }

    /// The turn that was gone to, while its first row is in sight.
    pub(super) fn mark_in_sight(&self) -> Option<u64> {
        let seen = || self.window().iter().any(|row| row.marked);
        self.marked.filter(|_| seen())
    }

    /// Where a line stands now; one that is gone counts as the first.
    pub(super) fn place(&self, number: u64) -> usize {
        usize::try_from(number.saturating_sub(self.gone)).unwrap_or(usize::MAX)
    }

    /// Forgets turns whose first line is not there any more.
    pub(super) fn drop_heads(&mut self) {
        let (first, end) = (self.gone, self.end());
        while self.heads.front().is_some_and(|head| *head < first) {
            self.heads.pop_front();
        }
        // One that has no line yet is about to begin.
        while self.heads.back().is_some_and(|head| *head > end) {
            self.heads.pop_back();
        }
        self.marked = self.marked.filter(|it| (first..end).contains(it));
    }
}
