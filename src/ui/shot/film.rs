//! Frames as one animated SVG. A row of the screen that stays as it is for several frames is there once, for
//! as long as it stays: so a film of many frames is hardly larger than a few pictures. Who does not play it
//! shows the first frame.

use std::fmt::Write as _;

use crate::ui::shot::Frame;
use crate::ui::shot::svg::Sheet;
use crate::ui::theme::Appearance;

/// The film of these frames, from the beginning again at its end; empty where there is none.
#[must_use]
pub fn film(frames: &[Frame], appearance: Appearance) -> String {
    let Some(first) = frames.first() else {
        return String::new();
    };
    let sheet = Sheet::of(&first.buffer, appearance);
    let total: u32 = frames.iter().map(|it| it.millis).sum();
    let mut out = sheet.head();
    for y in 0..first.buffer.area.height {
        row(&mut out, &sheet, frames, y, total.max(1));
    }
    out.push_str(Sheet::FOOT);
    out
}

/// All that stands in a row, each for as long as it does.
fn row(out: &mut String, sheet: &Sheet, frames: &[Frame], y: u16, total: u32) {
    let drawn: Vec<(String, u32)> = frames
        .iter()
        .map(|it| (sheet.row(&it.buffer, y), it.millis))
        .collect();
    let mut from = 0;
    for stay in drawn.chunk_by(|one, other| one.0 == other.0) {
        let to = from + stay.iter().map(|(_, millis)| millis).sum::<u32>();
        let content = stay.first().map_or("", |(content, _)| content.as_str());
        if !content.is_empty() {
            group(out, content, (from, to), total);
        }
        from = to;
    }
}

fn group(out: &mut String, content: &str, (from, to): (u32, u32), total: u32) {
    if (from, to) == (0, total) {
        out.push_str(content);
        return;
    }
    let part = |millis: u32| format!("{:.5}", f64::from(millis) / f64::from(total));
    let (values, times) = match (from, to) {
        (0, to) => ("visible;hidden", format!("0;{}", part(to))),
        (from, to) if to == total => ("hidden;visible", format!("0;{}", part(from))),
        (from, to) => (
            "hidden;visible;hidden",
            format!("0;{};{}", part(from), part(to)),
        ),
    };
    let at_first = if from == 0 { "visible" } else { "hidden" };
    // Writing into a String cannot fail.
    let _ = writeln!(
        out,
        "<g visibility=\"{at_first}\"><animate attributeName=\"visibility\" values=\"{values}\" \
         keyTimes=\"{times}\" dur=\"{total}ms\" calcMode=\"discrete\" repeatCount=\"indefinite\"/>\n{content}</g>"
    );
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;
    use crate::ui::shot::svg;

    fn frame(rows: [&str; 2], millis: u32) -> Frame {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 2));
        for (y, row) in (0..).zip(rows) {
            buffer.set_string(0, y, row, Style::new());
        }
        Frame { buffer, millis }
    }

    #[test]
    fn a_row_that_stays_is_there_once_and_one_that_changes_as_long_as_it_is_seen() {
        let frames = [
            frame(["title", "one"], 100),
            frame(["title", "two"], 200),
            frame(["title", ""], 100),
        ];
        let film = film(&frames, Appearance::Dark);
        assert_eq!(film.matches("title</text>").count(), 1, "{film}");
        assert_eq!(film.matches("<animate ").count(), 2, "{film}");
        assert!(
            film.contains("values=\"visible;hidden\" keyTimes=\"0;0.25000\" dur=\"400ms\""),
            "{film}"
        );
        assert!(
            film.contains("values=\"hidden;visible;hidden\" keyTimes=\"0;0.25000;0.75000\""),
            "{film}"
        );
        // One that stands still is a picture.
        let still = super::film(&frames[..1], Appearance::Dark);
        assert_eq!(still, svg(&frames[0].buffer, Appearance::Dark));
    }
}
