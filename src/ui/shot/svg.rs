//! A buffer as SVG: one rectangle a run of equal background, one text a run of equal style.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Modifier;

use crate::ui::theme::{Appearance, rgb};

/// Font size in pixels.
const EM: f64 = 20.0;
/// Advance of the font.
const CELL_WIDTH: f64 = EM * 1233.0 / 2048.0;
/// Ascent and descent of the font: vertical lines of neighbouring rows touch.
const CELL_HEIGHT: f64 = EM * (1901.0 + 483.0) / 2048.0;
/// From the top of a cell to its base line.
const BASE: f64 = EM * 1901.0 / 2048.0;
/// Space around the screen.
const MARGIN: f64 = 18.0;

type Rgb = (u8, u8, u8);

/// What a cell looks like once its modifiers are resolved.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Look {
    fg: Rgb,
    bg: Rgb,
    bold: bool,
    italic: bool,
    underline: bool,
}

/// The buffer as a whole SVG document. `appearance` says what the default colours are.
#[must_use]
pub fn svg(buffer: &Buffer, appearance: Appearance) -> String {
    let sheet = Sheet::of(buffer, appearance);
    let mut out = sheet.head();
    for y in 0..buffer.area.height {
        out.push_str(&sheet.row(buffer, y));
    }
    out.push_str(Sheet::FOOT);
    out
}

/// What a document is made on: size, ground and colours. Its rows may be of several buffers of the same size.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet {
    columns: u16,
    rows: u16,
    fg: Rgb,
    bg: Rgb,
    /// The ground that needs no rectangle.
    ground: Rgb,
}

impl Sheet {
    /// The end of the document.
    pub(super) const FOOT: &str = "</g>\n</svg>\n";

    pub(super) fn of(buffer: &Buffer, appearance: Appearance) -> Self {
        let (fg, bg) = appearance.defaults();
        let area = buffer.area;
        // The margin takes the background of the screen's corner.
        let corner = buffer
            .cell((area.x, area.y))
            .map_or(bg, |cell| look(cell, fg, bg).bg);
        Self {
            columns: area.width,
            rows: area.height,
            fg,
            bg,
            ground: corner,
        }
    }

    /// The beginning of the document.
    pub(super) fn head(&self) -> String {
        let width = f64::from(self.columns) * CELL_WIDTH + 2.0 * MARGIN;
        let height = f64::from(self.rows) * CELL_HEIGHT + 2.0 * MARGIN;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0}\" height=\"{1:.0}\" viewBox=\"0 0 {0:.0} {1:.0}\">\n\
             <rect width=\"100%\" height=\"100%\" fill=\"{2}\"/>\n\
             <g font-family=\"DejaVu Sans Mono\" font-size=\"{EM}\" xml:space=\"preserve\">\n",
            width.ceil(),
            height.ceil(),
            hex(self.ground),
        )
    }

    /// A row of a buffer, from 0 on; empty where nothing is to be seen.
    pub(super) fn row(&self, buffer: &Buffer, y: u16) -> String {
        let area = buffer.area;
        let row: Vec<(u16, &Cell, Look)> = (area.left()..area.right())
            .filter_map(|x| {
                let cell = buffer.cell((x, area.y.saturating_add(y)))?;
                Some((x, cell, look(cell, self.fg, self.bg)))
            })
            .collect();
        let top = MARGIN + f64::from(y) * CELL_HEIGHT;
        let mut out = String::new();
        backgrounds(&row, area.x, top, self.ground, &mut out);
        texts(&row, area.x, top, &mut out);
        out
    }
}

fn backgrounds(row: &[(u16, &Cell, Look)], left: u16, top: f64, ground: Rgb, out: &mut String) {
    for run in row.chunk_by(|a, b| a.2.bg == b.2.bg) {
        let Some((x, _, look)) = run.first().filter(|(_, _, look)| look.bg != ground) else {
            continue;
        };
        let columns = u16::try_from(run.len()).unwrap_or(u16::MAX);
        let _ = writeln!(
            out,
            "<rect x=\"{:.2}\" y=\"{top:.2}\" width=\"{:.2}\" height=\"{CELL_HEIGHT:.2}\" fill=\"{}\"/>",
            MARGIN + f64::from(x - left) * CELL_WIDTH,
            f64::from(columns) * CELL_WIDTH,
            hex(look.bg),
        );
    }
}

fn texts(row: &[(u16, &Cell, Look)], left: u16, top: f64, out: &mut String) {
    let same = |a: &(u16, &Cell, Look), b: &(u16, &Cell, Look)| {
        (a.2.fg, a.2.bold, a.2.italic, a.2.underline)
            == (b.2.fg, b.2.bold, b.2.italic, b.2.underline)
            && is_mono(a.1.symbol())
            && is_mono(b.1.symbol())
    };
    for run in row.chunk_by(same) {
        let text: String = run.iter().map(|(_, cell, _)| cell.symbol()).collect();
        let Some((x, _, look)) = run.first() else {
            continue;
        };
        if text.trim().is_empty() && !look.underline {
            continue;
        }
        let mut style = String::new();
        if look.bold {
            style.push_str(" font-weight=\"bold\"");
        }
        if look.italic {
            style.push_str(" font-style=\"italic\"");
        }
        if look.underline {
            style.push_str(" text-decoration=\"underline\"");
        }
        let _ = writeln!(
            out,
            "<text x=\"{:.2}\" y=\"{:.2}\" fill=\"{}\"{style}>{}</text>",
            MARGIN + f64::from(x - left) * CELL_WIDTH,
            top + BASE,
            hex(look.fg),
            escape(text.trim_end()),
        );
    }
}

/// Whether the glyph has the width of a cell in the embedded font: only such cells share a run.
fn is_mono(symbol: &str) -> bool {
    symbol.chars().all(|c| {
        matches!(c, ' '..='~' | '\u{a0}'..='\u{24f}' | '\u{2010}'..='\u{2027}' | '\u{2190}'..='\u{21ff}' | '\u{2500}'..='\u{25ff}')
    })
}

fn look(cell: &Cell, fg: Rgb, bg: Rgb) -> Look {
    let has = |m| cell.modifier.contains(m);
    let mut ink = rgb(cell.fg).unwrap_or(fg);
    let mut ground = rgb(cell.bg).unwrap_or(bg);
    if has(Modifier::REVERSED) {
        std::mem::swap(&mut ink, &mut ground);
    }
    if has(Modifier::DIM) {
        ink = mix(ink, ground);
    }
    Look {
        fg: ink,
        bg: ground,
        bold: has(Modifier::BOLD),
        italic: has(Modifier::ITALIC),
        underline: has(Modifier::UNDERLINED),
    }
}

fn mix(a: Rgb, b: Rgb) -> Rgb {
    let half = |a: u8, b: u8| u8::midpoint(a, b);
    (half(a.0, b.0), half(a.1, b.1), half(a.2, b.2))
}

fn hex((r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn equal_cells_share_a_run() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 1));
        buffer.set_string(0, 0, "a<b", Style::new());
        buffer.set_string(4, 0, "bold", Style::new().bold().reversed());
        let svg = svg(&buffer, Appearance::Dark);
        assert_eq!(svg.matches("<text").count(), 2, "{svg}");
        assert_eq!(svg.matches("<rect").count(), 2, "{svg}");
        assert!(svg.contains(">a&lt;b</text>"), "{svg}");
        assert!(svg.contains("font-weight=\"bold\">bold</text>"), "{svg}");
    }
}
