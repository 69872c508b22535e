//! The one sanitiser of untrusted text, and how wide text is on a screen.
//!
//! Owns the rule of what may reach a cell: model output, tool names, hub documents and stderr all
//! pass [`clean`], [`line`](line()) or a [`Cleaner`] first. It does not wrap and does not style.
//!
//! Invariant: cleaned text holds no control character but `\n`, no escape sequence, no bidi
//! control and no invisible letter, and cleaning it again changes nothing.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// What a tab becomes. A fixed run keeps the sanitiser independent of the column.
const TAB: &str = "    ";
/// An unfinished OSC/DCS string may hide at most this many characters.
const HIDDEN_MAX: u32 = 4096;
/// Zero-width marks kept on one base character; more is a tower, not a letter.
const MARKS_MAX: u8 = 6;

/// Removes everything that could move the cursor, recolour, reorder or hide text.
///
/// Line ends become `\n`; tabs become four spaces. Clean text is returned without a copy.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if text
        .bytes()
        .all(|b| b == b'\n' || (0x20..0x7f).contains(&b))
    {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    Cleaner::default().push(text, &mut out);
    if out == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(out)
    }
}

/// As [`clean`], for a place that has a single line: line ends become spaces.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    let clean = clean(text);
    if clean.contains('\n') {
        Cow::Owned(clean.trim_end_matches('\n').replace('\n', " "))
    } else {
        clean
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// After ESC.
    Escape,
    /// Inside `ESC [ …`.
    Csi,
    /// Inside an OSC, DCS, SOS, PM or APC string; counts what it swallowed.
    Text(u32),
    /// After ESC inside such a string: `\` ends it.
    TextEscape(u32),
}

/// The sanitiser for text that arrives in pieces: sequences cut in two stay recognised.
#[derive(Debug, Clone, Default)]
pub struct Cleaner {
    state: State,
    base: Base,
    marks: u8,
}

/// What the last kept character was; joiners and selectors are kept only where they mean something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Base {
    #[default]
    Plain,
    /// A visible character outside ASCII.
    Wide,
    /// A text or emoji selector; an emoji sequence may join right after it.
    Selected,
    /// A joiner.
    Joined,
}

impl Cleaner {
    /// Appends the clean form of the next piece of a stream to `out`.
    pub fn push(&mut self, piece: &str, out: &mut String) {
        for c in piece.chars() {
            self.step(c, out);
        }
    }

    fn step(&mut self, c: char, out: &mut String) {
        match self.state {
            State::Ground => self.ground(c, out),
            State::Escape => self.escape(c, out),
            State::Csi => match c {
                '\u{20}'..='\u{3f}' => {}
                '\u{40}'..='\u{7e}' => self.state = State::Ground,
                _ => self.ground(c, out),
            },
            State::Text(n) => match c {
                '\u{7}' | '\u{9c}' => self.state = State::Ground,
                '\u{1b}' => self.state = State::TextEscape(n),
                '\n' => self.ground(c, out),
                _ if n >= HIDDEN_MAX => self.ground(c, out),
                _ => self.state = State::Text(n + 1),
            },
            State::TextEscape(n) => match c {
                '\\' => self.state = State::Ground,
                '\u{1b}' => {}
                '\n' => self.ground(c, out),
                _ => self.state = State::Text(n + 1),
            },
        }
    }

    fn escape(&mut self, c: char, out: &mut String) {
        self.state = match c {
            '[' => State::Csi,
            ']' | 'P' | 'X' | '^' | '_' => State::Text(0),
            // Intermediates of a longer sequence such as `ESC ( B`.
            '\u{20}'..='\u{2f}' | '\u{1b}' => State::Escape,
            '\u{30}'..='\u{7e}' => State::Ground,
            _ => return self.ground(c, out),
        };
    }

    fn ground(&mut self, c: char, out: &mut String) {
        self.state = State::Ground;
        match c {
            '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => self.keep('\n', Base::Plain, out),
            '\t' => {
                out.push_str(TAB);
                self.base = Base::Plain;
                self.marks = 0;
            }
            '\u{1b}' => self.state = State::Escape,
            '\u{9b}' => self.state = State::Csi,
            '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => self.state = State::Text(0),
            _ if c.is_control() || is_trick(c) => {}
            '\u{200c}' | '\u{200d}' => {
                if matches!(self.base, Base::Wide | Base::Selected) {
                    self.base = Base::Joined;
                    out.push(c);
                }
            }
            '\u{fe0e}' | '\u{fe0f}' => {
                if self.base == Base::Wide {
                    self.base = Base::Selected;
                    out.push(c);
                }
            }
            ' '..='~' => self.keep(c, Base::Plain, out),
            _ => {
                if unicode_width::UnicodeWidthChar::width(c) == Some(0) {
                    if self.marks < MARKS_MAX {
                        self.marks += 1;
                        out.push(c);
                    }
                } else {
                    self.keep(c, Base::Wide, out);
                }
            }
        }
    }

    fn keep(&mut self, c: char, base: Base, out: &mut String) {
        self.base = base;
        self.marks = 0;
        out.push(c);
    }
}

/// Characters that reorder text, are invisible, or pass for a space.
fn is_trick(c: char) -> bool {
    matches!(c,
        // Bidi marks, embeddings, overrides and isolates.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        // Zero-width space, soft hyphen, word joiner, invisible operators, byte order mark.
        | '\u{ad}' | '\u{34f}' | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}' | '\u{feff}'
        // Fillers that are letters of no width or of no ink.
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}'
        // Annotation marks and noncharacters.
        | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        // Variation selectors other than text/emoji, and tags: both smuggle bytes.
        | '\u{fe00}'..='\u{fe0d}' | '\u{e0000}'..='\u{e0fff}')
}

/// The number of screen columns that clean text takes.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// As [`width`], in the unit of the screen; what is wider than any screen counts as that.
#[must_use]
pub(crate) fn columns(text: &str) -> u16 {
    cells(width(text))
}

/// A number of rows or columns in the unit of the screen; more than any screen has counts as that.
#[must_use]
pub(crate) fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// Cuts clean text to at most `columns`, with `…` in the last one when something was cut.
#[must_use]
pub fn clip(text: &str, columns: usize) -> Cow<'_, str> {
    if text.len() <= columns || width(text) <= columns {
        return Cow::Borrowed(text);
    }
    if columns == 0 {
        return Cow::Borrowed("");
    }
    let mut used = 0;
    let mut end = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        let wide = width(grapheme);
        if used + wide > columns - 1 {
            break;
        }
        used += wide;
        end = at + grapheme.len();
    }
    Cow::Owned(format!("{}…", &text[..end]))
}

/// As [`clip`], filled with spaces to exactly `columns`.
#[must_use]
pub fn fit(text: &str, columns: usize) -> String {
    let mut out = clip(text, columns).into_owned();
    let missing = columns.saturating_sub(width(&out));
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(clean("a plain\nline"), Cow::Borrowed(_)));
        assert!(matches!(clean("naïve — 日本語 ✓"), Cow::Borrowed(_)));
    }

    #[test]
    fn escape_sequences_vanish() {
        assert_eq!(clean("\u{1b}[31mred\u{1b}[0m"), "red");
        assert_eq!(clean("\u{1b}]0;title\u{7}x"), "x");
        assert_eq!(
            clean("\u{1b}]8;;http://a\u{1b}\\link\u{1b}]8;;\u{1b}\\"),
            "link"
        );
        assert_eq!(clean("\u{9b}2Jx\u{1b}(By\u{1b}cz"), "xyz");
    }

    #[test]
    fn an_unfinished_sequence_hides_no_more_than_its_line() {
        assert_eq!(clean("\u{1b}]0;hidden\nshown"), "\nshown");
        let long = format!("\u{1b}]{}tail", "x".repeat(HIDDEN_MAX as usize));
        assert_eq!(clean(&long), "tail");
    }

    #[test]
    fn a_sequence_cut_in_two_is_still_one() {
        let mut cleaner = Cleaner::default();
        let mut out = String::new();
        for piece in ["a\u{1b}", "[3", "1mb", "\u{1b}]0;t", "itle\u{7}c"] {
            cleaner.push(piece, &mut out);
        }
        assert_eq!(out, "abc");
    }

    #[test]
    fn reordering_and_invisible_letters_vanish() {
        assert_eq!(
            clean("a\u{202e}b\u{2066}c\u{200b}d\u{feff}e\u{e0041}f"),
            "abcdef"
        );
        assert_eq!(clean("ad\u{200d}min"), "admin");
        assert_eq!(clean("👩\u{200d}💻"), "👩\u{200d}💻");
        assert_eq!(clean("❤\u{fe0f}\u{200d}🔥"), "❤\u{fe0f}\u{200d}🔥");
    }

    #[test]
    fn lines_and_tabs() {
        assert_eq!(clean("a\r\nb\tc\rd"), "a\nb    cd");
        assert_eq!(line("a\nb\n"), "a b");
    }

    #[test]
    fn clip_and_fit_count_columns() {
        assert_eq!(clip("日本語", 5), "日本…");
        assert_eq!(clip("日本語", 4), "日…");
        assert_eq!(fit("日本語", 4), "日… ");
        assert_eq!(fit("ab", 4), "ab  ");
        assert_eq!(clip("abc", 0), "");
    }

    proptest! {
        #[test]
        fn cleaning_is_idempotent_and_leaves_no_control(text in any::<String>()) {
            let once = clean(&text).into_owned();
            prop_assert!(once.chars().all(|c| c == '\n' || !(c.is_control() || is_trick(c))));
            prop_assert_eq!(clean(&once).into_owned(), once);
        }

        #[test]
        fn hostile_alphabet(text in "[a\u{1b}\\[\\];m\u{7}\u{9b}\u{9c}\u{200d}\u{fe0f}\u{301}👩\u{202e}\r\n\t]{0,60}") {
            let once = clean(&text).into_owned();
            prop_assert!(once.chars().all(|c| c == '\n' || !(c.is_control() || is_trick(c))));
            prop_assert_eq!(clean(&once).into_owned(), once);
        }

        #[test]
        fn pieces_do_not_matter(text in "[a\u{1b}\\[\\];m\u{7}\u{200d}\u{fe0f}👩\n]{0,40}", cut in 0usize..40) {
            let at = text.char_indices().map(|(i, _)| i).nth(cut).unwrap_or(text.len());
            let mut cleaner = Cleaner::default();
            let mut out = String::new();
            cleaner.push(&text[..at], &mut out);
            cleaner.push(&text[at..], &mut out);
            prop_assert_eq!(out, clean(&text).into_owned());
        }

        #[test]
        fn fit_is_exact(text in any::<String>(), columns in 0usize..40) {
            let text = line(&text).into_owned();
            prop_assert_eq!(width(&fit(&text, columns)), columns);
        }
    }
}
