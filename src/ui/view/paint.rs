//! Putting text into cells. Every text that reaches a cell from here has passed the sanitiser.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Clear, Widget as _};

use crate::ui::addresses::{self, Shown};
use crate::ui::hits::Hits;
use crate::ui::ring::{Ring, Row, Tone};
use crate::ui::text::{clip, columns, line};
use crate::ui::theme::{Role, Theme};

/// A buffer with the theme to paint it.
pub(crate) struct Paint<'a> {
    pub(crate) buf: &'a mut Buffer,
    pub(crate) theme: &'a Theme,
    /// What stands where.
    pub(crate) hits: &'a mut Hits,
}

/// What a pane's frame says.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Title<'a> {
    /// Name, at the left.
    pub(crate) name: &'a str,
    /// Figure or state, at the right.
    pub(crate) right: &'a str,
}

impl Paint<'_> {
    /// The style of a role on the ground of the screen.
    pub(crate) fn style(&self, role: Role) -> Style {
        self.theme.on_ground(role)
    }

    /// Gives the whole area the ground of the theme.
    pub(crate) fn ground(&mut self, area: Rect) {
        Clear.render(area, self.buf);
        self.buf.set_style(area, self.theme.style(Role::Text));
    }

    /// Writes one line of text at a place of `area`, cut at its right edge; gives the columns used.
    pub(crate) fn text(
        &mut self,
        area: Rect,
        row: u16,
        column: u16,
        text: &str,
        role: Role,
    ) -> u16 {
        if row >= area.height || column >= area.width {
            return 0;
        }
        let text = line(text);
        let room = usize::from(area.width - column);
        let text = clip(&text, room);
        self.buf
            .set_stringn(area.x + column, area.y + row, &text, room, self.style(role));
        columns(&text)
    }

    /// Writes one line of text that ends at the right edge of `area`; gives the columns used.
    pub(crate) fn right(&mut self, area: Rect, row: u16, text: &str, role: Role) -> u16 {
        let text = line(text);
        let used = columns(&text).min(area.width);
        self.text(area, row, area.width - used, &text, role)
    }

    /// Writes cells side by side from the left, two spaces apart, each cut to its width.
    pub(crate) fn cells(&mut self, area: Rect, row: u16, cells: &[(&str, u16, Role)]) {
        let mut column = 0;
        for (text, columns, role) in cells {
            let room = Rect {
                width: (*columns).min(area.width.saturating_sub(column)),
                x: area.x + column.min(area.width),
                ..area
            };
            self.text(room, row, 0, text, *role);
            column = column.saturating_add(*columns).saturating_add(2);
        }
    }

    /// Marks a row as the selected one of the pane that has the keys.
    pub(crate) fn select(&mut self, area: Rect, row: u16) {
        let row = Rect {
            y: area.y + row,
            height: 1,
            ..area
        }
        .intersection(area);
        self.buf.set_style(row, self.theme.selection());
    }

    /// Draws the frame of a pane and gives its inside, one column of air on both sides.
    pub(crate) fn frame(&mut self, area: Rect, title: Title<'_>, has_keys: bool) -> Rect {
        let (border, name) = if has_keys {
            (Role::BorderFocus, Role::BorderFocus)
        } else {
            (Role::Border, Role::Title)
        };
        let block = Block::bordered()
            .border_type(BorderType::Rounded)
            .border_style(self.style(border))
            .style(self.theme.style(Role::Text));
        let inside = block.inner(area);
        block.render(area, self.buf);
        let top = Rect {
            x: area.x + 2,
            width: area.width.saturating_sub(4),
            height: 1,
            ..area
        };
        let used = if title.name.is_empty() {
            0
        } else {
            let style = self.style(name).add_modifier(Modifier::BOLD);
            self.span(top, 0, &format!(" {} ", title.name), style)
        };
        let right = line(title.right);
        let room = top.width.saturating_sub(used + 1);
        let right = clip(&right, usize::from(room.saturating_sub(2)));
        if !right.is_empty() {
            let padded = format!(" {right} ");
            let style = self.style(Role::Muted);
            let at = top.width.saturating_sub(columns(&padded));
            self.span(top, at, &padded, style);
        }
        Rect {
            x: inside.x.saturating_add(1),
            width: inside.width.saturating_sub(2),
            ..inside
        }
        .intersection(area)
    }

    fn span(&mut self, area: Rect, column: u16, text: &str, style: Style) -> u16 {
        let room = area.width.saturating_sub(column);
        let text = clip(text, usize::from(room)).into_owned();
        let used = columns(&text);
        if area.height > 0 && room > 0 {
            let at = Line::from(Span::styled(text, style));
            self.buf.set_line(area.x + column, area.y, &at, room);
        }
        used
    }

    /// Draws rows of a pane's text from the top of `area`.
    pub(crate) fn rows(&mut self, area: Rect, rows: &[Row<'_>]) {
        for (i, row) in (0..area.height).zip(rows) {
            let column = self.lead(area, i, row);
            if row.bits.is_empty() {
                self.text(area, i, column, row.text, role(row.tone));
            }
            let mut at = column;
            for (piece, role) in &row.bits {
                at += self.text(area, i, at, piece, *role);
            }
            self.hits(area, (i, column), row.text, &row.hits);
            let bytes = row.from..row.from + row.text.len();
            self.addresses(area, (i, column), row.whole, &bytes);
        }
    }

    /// Notes the addresses in a text of which some bytes were written at a row and column.
    pub(crate) fn addresses(
        &mut self,
        area: Rect,
        (row, column): (u16, u16),
        whole: &str,
        bytes: &Range<usize>,
    ) {
        if !self.hits.takes_links {
            return;
        }
        for address in addresses::within(whole, bytes) {
            let shown = address.start.max(bytes.start)..address.end.min(bytes.end);
            let before = columns(whole.get(bytes.start..shown.start).unwrap_or_default());
            self.hits.address(Shown {
                column: area.x.saturating_add(column).saturating_add(before),
                row: area.y.saturating_add(row),
                text: whole.get(shown).unwrap_or_default().to_owned(),
                address: whole.get(address).unwrap_or_default().to_owned(),
            });
        }
    }

    /// Draws rows of a pane's text as what steps back, whatever they are.
    pub(crate) fn quiet_rows(&mut self, area: Rect, rows: &[Row<'_>]) {
        for (i, row) in (0..area.height).zip(rows) {
            let column = self.lead(area, i, row);
            self.text(area, i, column, row.text, Role::Muted);
        }
    }

    /// Writes what stands before a row, and gives how many columns it takes. The bar of a quotation stands
    /// before each of its rows.
    fn lead(&mut self, area: Rect, at: u16, row: &Row<'_>) -> u16 {
        if row.first || row.lead.contains('▎') {
            self.text(area, at, 0, row.lead, Role::Muted);
        }
        columns(row.lead)
    }

    /// Sets off what was looked for in a text that was written at a row and column.
    pub(crate) fn hits(
        &mut self,
        area: Rect,
        (row, column): (u16, u16),
        text: &str,
        hits: &[(std::ops::Range<usize>, bool)],
    ) {
        let at = self.style(Role::Accent).add_modifier(Modifier::REVERSED);
        for (bytes, looked_at) in hits {
            let before = columns(text.get(..bytes.start).unwrap_or_default());
            let cells = Rect {
                x: area.x.saturating_add(column).saturating_add(before),
                y: area.y + row,
                width: columns(text.get(bytes.clone()).unwrap_or_default()),
                height: 1,
            };
            let style = if *looked_at {
                at
            } else {
                self.theme.selection()
            };
            self.buf.set_style(cells.intersection(area), style);
        }
    }

    /// Says in the middle of a pane that there is nothing, and what would change that.
    pub(crate) fn empty(&mut self, area: Rect, text: &str) {
        let text = line(text);
        let left = area.width.saturating_sub(columns(&text)) / 2;
        self.text(
            area,
            area.height.saturating_sub(1) / 2,
            left,
            &text,
            Role::Muted,
        );
    }
}

/// How a tone looks.
pub(crate) fn role(tone: Tone) -> Role {
    match tone {
        Tone::Said => Role::Text,
        Tone::Thought | Tone::Note => Role::Muted,
        Tone::Asked => Role::Asked,
        Tone::Failure => Role::Error,
    }
}

/// How much of a text lies below its window, for the frame; empty at its end.
pub(crate) fn below(ring: &Ring) -> String {
    match ring.back() {
        0 => String::new(),
        1 => "1 row below".to_owned(),
        more => format!("{more} rows below"),
    }
}

/// What of a table that is scrolled is out of sight: `12 more below`, or above it where that is all.
pub(crate) fn beyond(count: usize, sight: &std::ops::Range<usize>) -> String {
    match (sight.start, count.saturating_sub(sight.end)) {
        (0, 0) => String::new(),
        (above, 0) => format!("{above} more above"),
        (_, below) => format!("{below} more below"),
    }
}

/// Which rows of a list are in sight: the selected one is kept near the middle.
pub(crate) fn window(count: usize, height: u16, selected: Option<usize>) -> std::ops::Range<usize> {
    let height = usize::from(height);
    let first = selected
        .unwrap_or(0)
        .saturating_sub(height / 2)
        .min(count.saturating_sub(height));
    first..count.min(first + height)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn the_selected_row_is_always_in_sight() {
        assert_eq!(window(3, 10, Some(2)), 0..3);
        assert_eq!(window(100, 10, Some(50)), 45..55);
        assert_eq!(window(100, 10, Some(99)), 90..100);
        assert_eq!(window(0, 10, None), 0..0);
        assert_eq!(window(5, 0, Some(4)), 4..4);
    }

    #[test]
    fn hostile_text_stays_inside_its_area() {
        let theme = Theme::default();
        let mut buf = Buffer::empty(Rect::new(0, 0, 12, 3));
        let mut paint = Paint {
            buf: &mut buf,
            theme: &theme,
            hits: &mut Hits::default(),
        };
        let area = Rect::new(2, 1, 6, 1);
        let used = paint.text(area, 0, 0, "\u{1b}[31m日本語テキ\n\u{202e}", Role::Text);
        assert!(used <= 6);
        assert_eq!(paint.text(area, 1, 0, "below", Role::Text), 0);
        for y in [0, 2] {
            assert!((0..12).all(|x| buf.cell((x, y)).unwrap().symbol() == " "));
        }
        assert_eq!(buf.cell((8, 1)).unwrap().symbol(), " ");
    }
}
