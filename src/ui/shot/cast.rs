//! Frames as a recording of a terminal (asciicast v2), which `asciinema play` shows: of each frame what has changed
//! since the one before.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Style;

use crate::ui::shot::Frame;
use crate::ui::theme::printed;

/// The recording of these frames; empty where there is none.
#[must_use]
pub fn cast(frames: &[Frame], title: &str) -> String {
    let Some(first) = frames.first() else {
        return String::new();
    };
    let area = first.buffer.area;
    let header = serde_json::json!({
        "version": 2,
        "width": area.width,
        "height": area.height,
        "title": title,
        "env": {"TERM": "xterm-256color"},
    });
    let mut out = format!("{header}\n");
    let mut before = Buffer::empty(area);
    let mut at = 0;
    for frame in frames {
        let mut data = changes(&before, &frame.buffer);
        if at == 0 {
            data.insert_str(0, "\u{1b}[?25l\u{1b}[2J");
        }
        event(&mut out, at, &data);
        before.clone_from(&frame.buffer);
        at += frame.millis;
    }
    // The last frame is held as long as it is meant to be.
    event(&mut out, at, "\u{1b}[?25h");
    out
}

fn event(out: &mut String, millis: u32, data: &str) {
    if data.is_empty() {
        return;
    }
    let (secs, rest) = (millis / 1000, millis % 1000);
    let data = serde_json::Value::from(data);
    // Writing into a String cannot fail.
    let _ = writeln!(out, "[{secs}.{rest:03}, \"o\", {data}]");
}

/// The sequences that make one frame of another.
fn changes(before: &Buffer, after: &Buffer) -> String {
    let mut out = String::new();
    let mut run: Option<(u16, u16, Style, String)> = None;
    for (x, y, cell) in before.diff(after) {
        let style = style(cell);
        let next = run.as_mut().filter(|(left, top, worn, text)| {
            let end = usize::from(*left) + crate::ui::text::width(text);
            *top == y && usize::from(x) == end && *worn == style
        });
        if let Some((_, _, _, text)) = next {
            text.push_str(cell.symbol());
            continue;
        }
        flush(
            &mut out,
            run.replace((x, y, style, cell.symbol().to_owned())),
        );
    }
    flush(&mut out, run);
    out
}

fn flush(out: &mut String, run: Option<(u16, u16, Style, String)>) {
    if let Some((x, y, style, text)) = run {
        let _ = write!(out, "\u{1b}[{};{}H{}", y + 1, x + 1, printed(style, &text));
    }
}

fn style(cell: &Cell) -> Style {
    Style::new()
        .fg(cell.fg)
        .bg(cell.bg)
        .add_modifier(cell.modifier)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use ratatui::layout::Rect;

    use super::*;

    fn frame(text: &str, millis: u32) -> Frame {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 2));
        buffer.set_string(0, 1, text, Style::new());
        Frame { buffer, millis }
    }

    #[test]
    fn a_terminal_that_plays_it_shows_each_frame() {
        let frames = [frame("one 日本", 1_500), frame("two", 40), frame("two", 7)];
        let cast = cast(&frames, "t");
        let mut lines = cast.lines();
        let header: serde_json::Value = serde_json::from_str(lines.next().unwrap()).unwrap();
        assert_eq!(
            (&header["version"], &header["width"]),
            (&2.into(), &12.into())
        );
        let mut terminal = vt100::Parser::new(2.try_into().unwrap(), 12.try_into().unwrap(), 0);
        let mut shown = Vec::new();
        for line in lines {
            let (at, _, data): (f64, String, String) = serde_json::from_str(line).unwrap();
            terminal.process(data.as_bytes());
            let row = terminal.screen().contents();
            shown.push((at, row.trim().to_owned()));
        }
        // What changes nothing is no event.
        let expected = [(0.0, "one 日本"), (1.5, "two"), (1.547, "two")];
        let shown: Vec<(f64, &str)> = shown.iter().map(|(at, row)| (*at, row.as_str())).collect();
        assert_eq!(shown, expected);
    }
}
