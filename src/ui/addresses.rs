//! Addresses in texts, which a terminal that takes them (OSC 8) lets its user open.
//!
//! Only an address that stands there is one, and it leads to where it says: no text leads elsewhere than what is
//! read. Nobody who lays a text out knows of it: a frame is drawn as always, and at last each cell of an address is
//! put between the sequences that begin and end the link. So a cell means the same wherever it is drawn, and its
//! width is said with it.
//!
//! Invariant: what is written between the sequences has no byte but 0x21 to 0x7E.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::num::NonZeroU16;
use std::ops::Range;

use ratatui::buffer::{Buffer, CellDiffOption};

use crate::config::EnvSource;

/// What an address begins with.
const SCHEMES: [&str; 3] = ["https://", "http://", "mailto:"];
/// Bytes of an address at most; each of its cells carries all of it.
const LONGEST: usize = 250;
/// The first version of tmux that hands links on, or leaves them out.
const TMUX: (u32, u32) = (3, 4);

/// An address, or the part of one that stands in a row, on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) column: u16,
    pub(crate) row: u16,
    /// What of it stands there.
    pub(crate) text: String,
    /// All of it.
    pub(crate) address: String,
}

/// Whether the terminal of this environment is known to take links.
#[must_use]
pub fn are_taken(env: &EnvSource) -> bool {
    const PROGRAMS: [&str; 6] = ["iTerm.app", "WezTerm", "ghostty", "rio", "vscode", "mintty"];
    const TERMS: [&str; 5] = [
        "xterm-kitty",
        "xterm-ghostty",
        "foot",
        "alacritty",
        "wezterm",
    ];
    let variable = |name| env.get(name).unwrap_or_default();
    let program = variable("TERM_PROGRAM");
    let term = variable("TERM");
    if env.get("STY").is_some() || matches!(term, "" | "dumb" | "linux") {
        return false;
    }
    if env.get("TMUX").is_some() {
        return program == "tmux" && version(variable("TERM_PROGRAM_VERSION")) >= TMUX;
    }
    let vte = variable("VTE_VERSION").parse().unwrap_or(0_u32);
    PROGRAMS.contains(&program)
        || TERMS.iter().any(|name| term.starts_with(name))
        || vte >= 5_000
        || env.get("WT_SESSION").is_some()
        || env.get("KONSOLE_VERSION").is_some()
}

/// The first two numbers of a version: `3.5a` is 3 and 5.
fn version(text: &str) -> (u32, u32) {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    let mut next = || numbers.next().and_then(|it| it.parse().ok()).unwrap_or(0);
    (next(), next())
}

/// The addresses of which some bytes of a line show a part.
pub(crate) fn within(line: &str, bytes: &Range<usize>) -> Vec<Range<usize>> {
    let mut from = bytes.start.saturating_sub(LONGEST);
    while !line.is_char_boundary(from) {
        from -= 1;
    }
    let mut found = Vec::new();
    while from < bytes.end {
        let Some(start) = next(line, from) else { break };
        let end = start + length(line.get(start..).unwrap_or_default());
        if end > start && start < bytes.end && end > bytes.start && is_whole(line, start..end) {
            found.push(start..end);
        }
        from = end.max(start + 1);
    }
    found
}

/// Where the next scheme stands.
fn next(line: &str, from: usize) -> Option<usize> {
    let rest = line.get(from..)?;
    let places = SCHEMES.iter().filter_map(|it| rest.find(it));
    Some(from + places.min()?)
}

/// How many bytes of a text are an address: without what ends the sentence around it.
fn length(text: &str) -> usize {
    let of_it = |byte: &u8| byte.is_ascii_graphic() && !b"<>\"`{}|\\^".contains(byte);
    let mut end = text.bytes().take_while(|byte| of_it(byte)).count();
    while let Some(last) = end.checked_sub(1).and_then(|at| text.as_bytes().get(at)) {
        let so_far = text.get(..end).unwrap_or_default();
        let closes = |open: char, close: char| {
            char::from(*last) == close
                && so_far.matches(close).count() > so_far.matches(open).count()
        };
        if !b".,;:!?'*_~".contains(last) && !closes('(', ')') && !closes('[', ']') {
            break;
        }
        end -= 1;
    }
    end
}

/// Whether some bytes are an address from its first to its last letter, and no part of a longer word.
fn is_whole(line: &str, bytes: Range<usize>) -> bool {
    let before = line
        .get(..bytes.start)
        .and_then(|it| it.chars().next_back());
    let after = line.get(bytes.end..).and_then(|it| it.chars().next());
    let goes_on = |c: char| c.is_alphanumeric() || c == '…';
    let address = line.get(bytes).unwrap_or_default();
    let scheme = SCHEMES.iter().find(|it| address.starts_with(**it));
    let rest = scheme.and_then(|it| address.strip_prefix(it));
    address.len() <= LONGEST
        && rest.is_some_and(|it| it.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['))
        && !before.is_some_and(char::is_alphanumeric)
        && !after.is_some_and(goes_on)
}

/// Makes links of addresses where they stand in a drawn frame. Where something lies above one, it is none.
pub(crate) fn link(buf: &mut Buffer, shown: &[Shown]) {
    for it in shown
        .iter()
        .filter(|it| is_plain(&it.address) && is_plain(&it.text))
    {
        let width = u16::try_from(it.text.len()).unwrap_or(u16::MAX);
        let cells = it.column..it.column.saturating_add(width);
        let stands = cells.clone().zip(it.text.chars()).all(|(column, letter)| {
            let cell = buf.cell((column, it.row));
            cell.is_some_and(|cell| cell.symbol().chars().eq([letter]))
        });
        if !stands {
            continue;
        }
        let mut hasher = DefaultHasher::new();
        it.address.hash(&mut hasher);
        let number = hasher.finish() & 0xffff_ffff;
        let open = format!("\u{1b}]8;id={number:x};{}\u{1b}\\", it.address);
        for (column, letter) in cells.zip(it.text.chars()) {
            if let Some(cell) = buf.cell_mut((column, it.row)) {
                cell.set_symbol(&format!("{open}{letter}\u{1b}]8;;\u{1b}\\"));
                cell.set_diff_option(CellDiffOption::ForcedWidth(NonZeroU16::MIN));
            }
        }
    }
}

fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;
    use ratatui::Terminal;
    use ratatui::backend::CrosstermBackend;
    use ratatui::layout::Rect;
    use ratatui::style::Style;
    use ratatui::{TerminalOptions, Viewport};

    use super::*;

    fn found(line: &str) -> Vec<&str> {
        let all = within(line, &(0..line.len())).into_iter();
        all.map(|bytes| &line[bytes]).collect()
    }

    #[test]
    fn an_address_ends_before_what_ends_the_sentence() {
        for (line, address) in [
            ("see https://x.example/a.", "https://x.example/a"),
            ("(https://x.example/a_(b))", "https://x.example/a_(b)"),
            (
                "[it](http://x.example?q=1&r=%20)",
                "http://x.example?q=1&r=%20",
            ),
            ("<mailto:me@x.example>, or so", "mailto:me@x.example"),
            ("here (https://x.example/), too", "https://x.example/"),
            ("“https://x.example”", "https://x.example"),
        ] {
            assert_eq!(found(line), [address], "{line}");
        }
    }

    #[test]
    fn what_is_no_address_of_these_schemes_leads_nowhere() {
        for line in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "xhttps://x.example",
            "https://",
            "https:// x",
            "mailto:",
            // Cut off where it goes on: it would lead elsewhere than it says.
            "https://bücher.example/",
            "https://x.example/größe",
            "https://x.example/…",
        ] {
            assert_eq!(found(line), [""; 0], "{line}");
        }
        let long = format!("https://x.example/{}", "a".repeat(LONGEST));
        assert_eq!(found(&long), [""; 0]);
    }

    #[test]
    fn a_part_in_a_row_knows_all_of_it() {
        let line = "see https://x.example/one/two and more";
        assert_eq!(within(line, &(20..27)), vec![4..29]);
        assert_eq!(within(line, &(4..5)), vec![4..29]);
        assert!(within(line, &(0..4)).is_empty());
        assert!(within(line, &(29..38)).is_empty());
    }

    /// What a terminal shows of frames, and the bytes that it got.
    fn drawn(frames: &[(&str, &[Shown])]) -> (String, String) {
        let mut bytes = Vec::new();
        let options = TerminalOptions {
            viewport: Viewport::Fixed(Rect::new(0, 0, 30, 2)),
        };
        let backend = CrosstermBackend::new(&mut bytes);
        let mut terminal = Terminal::with_options(backend, options).unwrap();
        for (text, shown) in frames {
            terminal
                .draw(|frame| {
                    let buf = frame.buffer_mut();
                    buf.set_string(0, 0, text, Style::new());
                    link(buf, shown);
                })
                .unwrap();
        }
        drop(terminal);
        let mut parser = vt100::Parser::new(2.try_into().unwrap(), 30.try_into().unwrap(), 0);
        parser.process(&bytes);
        let screen = parser.screen().contents();
        (screen, String::from_utf8(bytes).unwrap())
    }

    fn shown(column: u16, text: &str, address: &str) -> Shown {
        Shown {
            column,
            row: 0,
            text: text.to_owned(),
            address: address.to_owned(),
        }
    }

    #[test]
    fn a_frame_with_links_shows_what_it_shows_without_them() {
        let link = [shown(4, "https://x.example", "https://x.example/y")];
        let frames: [(&str, &[Shown]); 4] = [
            ("see https://x.example, end", &link),
            ("see https://x.example, END", &link),
            ("now there is nothing 日本", &[]),
            ("see https://x.example!", &[]),
        ];
        for count in 1..=frames.len() {
            let (screen, bytes) = drawn(&frames[..count]);
            assert_eq!(screen.trim_end(), frames[count - 1].0);
            let begin = bytes.matches(";https://x.example/y\u{1b}\\").count();
            let end = bytes.matches("\u{1b}]8;;\u{1b}\\").count();
            assert_eq!((begin, end), (17, 17));
        }
    }

    #[test]
    fn what_lies_above_an_address_is_no_part_of_it() {
        let link = [shown(4, "https://x.example", "https://x.example")];
        let (screen, bytes) = drawn(&[("see https://╭dialog╮ple", &link)]);
        assert_eq!(screen, "see https://╭dialog╮ple");
        assert!(!bytes.contains("\u{1b}]8"));
    }

    #[test]
    fn no_control_character_comes_into_a_link() {
        for address in [
            "https://x\u{1b}\\\u{1b}]0;t\u{7}",
            "https://x y",
            "https://x\u{9c}",
            "",
        ] {
            let (_, bytes) = drawn(&[("https", &[shown(0, "https", address)])]);
            assert!(!bytes.contains("\u{1b}]8"), "{address:?}");
        }
    }

    #[test]
    fn terminals_that_take_links_are_known() {
        let taken =
            |variables: &[(&str, &str)]| are_taken(&EnvSource::of_pairs(variables.iter().copied()));
        assert!(taken(&[("TERM", "xterm-kitty")]));
        assert!(taken(&[
            ("TERM", "xterm-256color"),
            ("VTE_VERSION", "7600")
        ]));
        assert!(taken(&[("TERM", "x"), ("TERM_PROGRAM", "WezTerm")]));
        assert!(!taken(&[("TERM", "xterm-256color")]));
        assert!(!taken(&[("TERM", "linux"), ("VTE_VERSION", "7600")]));
        assert!(!taken(&[("TERM", "xterm-kitty"), ("STY", "1.x")]));
        let tmux = |version| {
            taken(&[
                ("TERM", "tmux-256color"),
                ("TMUX", "/tmp/x"),
                ("TERM_PROGRAM", "tmux"),
                ("TERM_PROGRAM_VERSION", version),
            ])
        };
        assert!(tmux("3.4") && tmux("3.5a") && tmux("4.0"));
        assert!(!tmux("3.3a") && !tmux("next"));
    }

    proptest! {
        #[test]
        fn addresses_are_plain_and_in_order(line in "[ -~ü日]{0,60}(https://[ -~ü]{0,30}){0,3}") {
            let mut upto = 0;
            for bytes in within(&line, &(0..line.len())) {
                prop_assert!(bytes.start >= upto);
                prop_assert!(is_plain(&line[bytes.clone()]));
                upto = bytes.end;
            }
        }
    }
}
