//! Which rows of a ring are in sight: its size, how far it is scrolled back, what must be wrapped for that.

use super::Ring;

impl Ring {
    /// How wide the pane is.
    #[must_use]
    pub fn columns(&self) -> u16 {
        self.columns
    }

    /// How many rows the window has.
    #[must_use]
    pub fn height(&self) -> usize {
        usize::from(self.height)
    }

    /// Says how large the window is. At a new width only what is in sight is wrapped at once;
    /// [`Ring::settle`] does the rest. Unless it follows, the row at the top stays there.
    pub fn resize(&mut self, columns: u16, height: u16) {
        let columns = columns.max(1);
        if columns != self.columns || height != self.height {
            let anchor = self.top();
            self.height = height;
            self.columns = columns;
            self.back = 0;
            if let Some((line, offset)) = anchor {
                self.put_at_top(line, offset);
            }
        }
        self.wrap_window();
        self.back = self.back.min(self.scroll_max());
        self.wrap_window();
    }

    /// The line and byte at the top of the window; none while it follows.
    pub(super) fn top(&self) -> Option<(usize, usize)> {
        (!self.follows() && !self.lines.is_empty()).then(|| self.top_row())
    }

    /// The line and byte at the top of the window.
    pub(super) fn top_row(&self) -> (usize, usize) {
        let mut below = self.back + usize::from(self.height.max(1)) - 1;
        for (i, line) in self.lines.iter().enumerate().rev() {
            if below < line.rows() {
                return (i, line.start(line.rows() - 1 - below));
            }
            below -= line.rows();
        }
        (0, 0)
    }

    /// Puts the row with this byte at the top of the window, as far as there are rows below it.
    pub(super) fn put_at_top(&mut self, line: usize, offset: usize) {
        let mut from = 0;
        for i in (line + 1..self.lines.len()).rev() {
            from += self.wrap_line(i);
        }
        self.wrap_line(line);
        if let Some(line) = self.lines.get(line) {
            from += line.rows_from(offset);
        }
        self.back = from.saturating_sub(usize::from(self.height));
    }

    pub(super) fn wrap_line(&mut self, i: usize) -> usize {
        let columns = self.columns;
        let Some(line) = self.lines.get_mut(i) else {
            return 0;
        };
        let before = line.rows();
        let is_laid_anew = line.laid.table.is_some() && line.columns != columns;
        line.wrap(columns);
        self.rows = self.rows + line.rows() - before;
        let rows = line.rows();
        if let Some(hits) = &mut self.hits
            && is_laid_anew
        {
            // Its words stand elsewhere in its text now.
            hits.forget_from(self.gone + i as u64);
        }
        rows
    }

    pub(super) fn wrap_window(&mut self) {
        let need = self.back + usize::from(self.height);
        let mut seen = 0;
        for i in (0..self.lines.len()).rev() {
            if seen >= need {
                break;
            }
            seen += self.wrap_line(i);
        }
    }

    /// Wraps up to `lines` lines that still have an older width; true when none is left.
    pub fn settle(&mut self, lines: usize) -> bool {
        let mut left = lines;
        for i in (0..self.lines.len()).rev() {
            if self.lines.get(i).is_some_and(|l| l.columns != self.columns) {
                if left == 0 {
                    return false;
                }
                left -= 1;
                self.wrap_line(i);
            }
        }
        self.evict();
        true
    }

    /// Scrolls by rows; positive goes towards older text.
    pub fn scroll(&mut self, rows: isize) {
        self.back = self.back.saturating_add_signed(rows).min(self.scroll_max());
        self.wrap_window();
        self.back = self.back.min(self.scroll_max());
        if self.back == 0 {
            self.scroll_to_bottom();
        }
    }

    /// Goes to the oldest row.
    pub fn scroll_to_top(&mut self) {
        self.settle(usize::MAX);
        self.back = self.scroll_max();
    }

    /// Goes to the newest row and follows the stream again.
    pub fn scroll_to_bottom(&mut self) {
        self.back = 0;
        self.held = false;
        self.fresh = 0;
        self.marked = None;
    }

    /// Whether the window goes on with the stream.
    #[must_use]
    pub fn follows(&self) -> bool {
        self.back == 0 && !self.held
    }

    /// Rows that came since the window left the end.
    #[must_use]
    pub fn fresh(&self) -> usize {
        self.fresh
    }

    pub(super) fn scroll_max(&self) -> usize {
        self.rows.saturating_sub(usize::from(self.height))
    }

    /// Rows below the window.
    #[must_use]
    pub fn back(&self) -> usize {
        self.back
    }

    /// Rows above the window.
    #[must_use]
    pub fn above(&self) -> usize {
        self.scroll_max() - self.back
    }
}
