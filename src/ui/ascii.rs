//! What is drawn where a terminal shows ASCII only: whether it does, and the twin of each glyph.
//!
//! Owns the one table of twins. Nobody who draws knows of it: a frame is drawn as always and
//! [folded](fold()) before it reaches the terminal. Every cell keeps its place and its style.
//!
//! Invariants: nothing above 0x7E is left, and no twin is a quote, a backslash or a `#`, so that a
//! command of somebody else's never looks quoted or commented out where it is not.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation;

use crate::config::EnvSource;
use crate::ui::text::width;

/// Stands for what has no twin, once a column.
const UNKNOWN: &str = "?";

/// Terminals that have no font for the glyphs, whatever the locale says of bytes.
const PLAIN_TERMINALS: [&str; 7] = ["linux", "dumb", "vt100", "vt102", "vt220", "cons25", "sun"];

/// Each glyph that the console draws, or that models like to write, with what stands for it. Those
/// that say a state in the same list differ.
const TWINS: [(char, &str); 75] = [
    // States.
    ('●', "*"),
    ('○', "o"),
    ('◐', "!"),
    ('◌', ":"),
    ('◍', "%"),
    ('◡', "z"),
    ('◔', ":"),
    ('◉', "*"),
    ('◧', "["),
    ('▫', ","),
    ('▲', "^"),
    ('◆', "="),
    ('◇', "_"),
    ('↻', "@"),
    ('↺', "@"),
    ('✓', "+"),
    ('✔', "+"),
    ('✕', "x"),
    ('✗', "X"),
    ('☑', "+"),
    ('☐', "o"),
    ('≠', "%"),
    ('¬', "~"),
    // Frames, rules and trees.
    ('─', "-"),
    ('━', "="),
    ('╌', "."),
    ('╸', "-"),
    ('│', "|"),
    ('┃', "|"),
    ('╭', "+"),
    ('╮', "+"),
    ('╰', "+"),
    ('╯', "+"),
    ('┌', "+"),
    ('┐', "+"),
    ('└', "+"),
    ('┘', "+"),
    ('├', "+"),
    ('┤', "+"),
    ('┬', "+"),
    ('┴', "+"),
    ('┼', "+"),
    // Bars, by how much ink they have.
    ('▁', "."),
    ('▂', ":"),
    ('▃', "-"),
    ('▄', "="),
    ('▅', "+"),
    ('▆', "*"),
    ('▇', "%"),
    ('█', "@"),
    ('▌', "|"),
    ('▎', "|"),
    // Arrows and marks.
    ('→', ">"),
    ('←', "<"),
    ('↑', "^"),
    ('↓', "v"),
    ('▸', ">"),
    ('▾', "v"),
    ('›', ">"),
    ('‹', "<"),
    ('•', "*"),
    ('·', "."),
    ('…', "~"),
    // Signs in sentences.
    ('–', "-"),
    ('—', "-"),
    ('‑', "-"),
    ('−', "-"),
    ('×', "x"),
    ('±', "~"),
    ('≈', "~"),
    ('≤', "<"),
    ('≥', ">"),
    ('“', "_"),
    ('”', "_"),
    ('\u{a0}', " "),
];

/// Whether the environment says of the terminal that it shows ASCII only: by the first locale that
/// is set for characters, or by a name of the terminal. One that says nothing is taken to show all.
#[must_use]
pub fn is_all(env: &EnvSource) -> bool {
    let term = env.get("TERM").unwrap_or_default();
    if PLAIN_TERMINALS.contains(&term) {
        return true;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| env.get(name));
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        !(locale.contains("utf-8") || locale.contains("utf8"))
    })
}

/// Puts the twin of each glyph into a frame.
pub(crate) fn fold(buf: &mut Buffer, area: Rect) {
    for row in area.top()..area.bottom() {
        let mut column = area.left();
        while column < area.right() {
            let Some(cell) = buf.cell_mut((column, row)) else {
                break;
            };
            let symbol = cell.symbol();
            if symbol.is_ascii() {
                column += 1;
                continue;
            }
            let wide = width(symbol);
            let twin = twin(symbol).unwrap_or(UNKNOWN);
            cell.set_symbol(twin);
            column += 1;
            // The cells that a wide one covers hold nothing of their own.
            for _ in 1..wide {
                if let Some(covered) = buf.cell_mut((column, row))
                    && column < area.right()
                {
                    covered.set_symbol(UNKNOWN);
                    column += 1;
                }
            }
        }
    }
}

/// As [`fold`], for a line or a text that is written and not drawn.
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for grapheme in text.graphemes(true) {
        if grapheme.is_ascii() {
            out.push_str(grapheme);
        } else if let Some(twin) = twin(grapheme) {
            out.push_str(twin);
        } else {
            out.push_str(&UNKNOWN.repeat(width(grapheme)));
        }
    }
    Cow::Owned(out)
}

fn twin(symbol: &str) -> Option<&'static str> {
    let mut chars = symbol.chars();
    let (first, None) = (chars.next()?, chars.next()) else {
        return None;
    };
    let found = TWINS.iter().find(|(glyph, _)| *glyph == first);
    found.map(|(_, twin)| *twin)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pretty_assertions::assert_eq;
    use proptest::prelude::*;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn a_twin_is_as_wide_as_its_glyph_and_never_passes_for_a_quote_or_a_comment() {
        let glyphs: BTreeSet<char> = TWINS.iter().map(|(glyph, _)| *glyph).collect();
        assert_eq!(glyphs.len(), TWINS.len());
        for (glyph, twin) in TWINS {
            assert!(twin.is_ascii() && twin.len() == 1, "{glyph}");
            assert_eq!(width(&glyph.to_string()), 1, "{glyph}");
            assert!(!"\"'`\\#?".contains(twin), "{glyph}");
        }
    }

    #[test]
    fn states_that_stand_in_one_list_stay_apart() {
        // Members and sessions, tasks, the memory, what was learned and advised, ballots, claims, checks.
        for list in [
            "●○◐◌◍◡▫✕",
            "●○◐✓✕–",
            "✓◌✕◧·▸▾",
            "○✓▲▫◌",
            "✓✕–◌·",
            "≠¬✓✕·",
            "✓✗–◔",
            "◇◆↻✕",
            "●◐○◌✕",
            "◉○",
            "▲◉",
            "☑☐",
            "▁▂▃▄▅▆▇█",
            "━─╌",
            "├│",
            "↑↓←→",
        ] {
            let twins: BTreeSet<String> = list
                .chars()
                .map(|glyph| text(&glyph.to_string()).into_owned())
                .collect();
            assert_eq!(twins.len(), list.chars().count(), "{list}");
        }
    }

    #[test]
    fn a_frame_keeps_its_columns() {
        let area = Rect::new(0, 0, 20, 1);
        let mut buf = Buffer::empty(area);
        buf.set_string(0, 0, "│日本 ● e\u{301} 👩\u{200d}💻│", Style::default());
        fold(&mut buf, area);
        let row: String = buf
            .content()
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        assert_eq!(row, "|???? * ? ??|       ");
        assert_eq!(text("│日本 ● e\u{301} 👩\u{200d}💻│"), "|???? * ? ??|");
    }

    #[test]
    fn the_locale_and_the_terminal_say_it() {
        let ascii = |pairs: &[(&str, &str)]| is_all(&EnvSource::of_pairs(pairs.iter().copied()));
        for all in [
            &[][..],
            &[("LANG", "en_GB.UTF-8")],
            &[("LANG", "C.utf8"), ("TERM", "xterm-256color")],
            &[("LC_ALL", "C.UTF-8"), ("LANG", "C")],
            &[("LC_ALL", ""), ("LC_CTYPE", "UTF-8"), ("LANG", "C")],
        ] {
            assert!(!ascii(all), "{all:?}");
        }
        for ascii_only in [
            &[("LANG", "C")][..],
            &[("LANG", "de_DE.ISO-8859-1")],
            &[("LC_ALL", "POSIX"), ("LANG", "en_GB.UTF-8")],
            &[("LC_CTYPE", "en_GB"), ("LANG", "en_GB.UTF-8")],
            &[("LANG", "en_GB.UTF-8"), ("TERM", "linux")],
        ] {
            assert!(ascii(ascii_only), "{ascii_only:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_else_is_left_and_nothing_moves(raw in any::<String>()) {
            let clean = crate::ui::text::line(&raw).into_owned();
            let folded = text(&clean);
            prop_assert!(folded.is_ascii());
            let area = Rect::new(0, 0, 30, 2);
            let mut buf = Buffer::empty(area);
            buf.set_string(0, 0, &clean, Style::default());
            let before = buf.clone();
            fold(&mut buf, area);
            for (old, new) in before.content().iter().zip(buf.content()) {
                prop_assert!(new.symbol().is_ascii() && new.symbol().len() == 1, "{:?}", new.symbol());
                prop_assert!(!old.symbol().is_ascii() || old.symbol() == new.symbol() || new.symbol() == "?");
            }
        }
    }
}
