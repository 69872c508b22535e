//! Where the operator writes tasks: the text area, its history, completion and large pastes.
//!
//! Owns the draft. It does not send: [`Composer::submit`] gives the parsed draft to the caller.
//! Large pastes stay out of the text area, so no key ever waits for one.

pub mod complete;
pub mod draft;
pub mod parse;
mod paste;

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Widget as _;
use thiserror::Error;
use tui_textarea::{CursorMove, DataCursor, TextArea, WrapMode};

pub use complete::Completion;
pub use draft::{Draft, DraftError, Sigil, Vocabulary};
pub use parse::parse;
pub use paste::{PROMPT_MAX, size};

use crate::core::{Guess, TaskKind};
use crate::ui::text::{cells, clean};
use crate::ui::theme::{Role, Theme};
use crate::ui::wrap;
use paste::Pastes;

/// Sent tasks that the composer remembers.
const HISTORY_MAX: usize = 200;
/// What stands in an empty composer: the longest that fits.
const INVITING: [&str; 3] = [
    "Ask the room. @member /strategy #kind !priority after:#n",
    "Ask the room. @member /strategy #kind !priority",
    "Ask the room.",
];

/// Why a draft was not sent. The draft stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SubmitError {
    /// Something in the draft cannot be meant.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The prompt with its pastes is too large.
    #[error("the task has {}, more than the {} a prompt may have; put it into a file and name the file", size(*.bytes), size(PROMPT_MAX))]
    TooLong {
        /// Bytes with all pastes in place.
        bytes: usize,
    },
}

/// A draft as it can be brought back: the text and what its paste labels stand for.
#[derive(Debug, Clone, Default)]
struct Kept {
    text: String,
    pastes: Pastes,
}

/// The composer.
#[derive(Debug)]
pub struct Composer {
    area: TextArea<'static>,
    pastes: Pastes,
    history: Vec<Kept>,
    /// Place in the history while walking it, and the draft that was there before.
    walk: Option<(usize, Kept)>,
    cleared: Option<Kept>,
    completion: Option<(Completion, usize)>,
    understood: Result<Draft, DraftError>,
    guess: Option<Guess>,
}

impl Default for Composer {
    fn default() -> Self {
        Self {
            area: text_area(&Kept::default()),
            pastes: Pastes::default(),
            history: Vec::new(),
            walk: None,
            cleared: None,
            completion: None,
            understood: Err(DraftError::NoPrompt),
            guess: None,
        }
    }
}

fn text_area(kept: &Kept) -> TextArea<'static> {
    let mut area = TextArea::new(kept.text.split('\n').map(str::to_owned).collect());
    area.set_wrap_mode(WrapMode::WordOrGlyph);
    area.set_cursor_line_style(Style::new());
    area.move_cursor(CursorMove::Bottom);
    area.move_cursor(CursorMove::End);
    area
}

impl Composer {
    /// The draft as written, with labels in place of large pastes.
    #[must_use]
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// The draft with its pastes in place.
    #[must_use]
    pub fn whole(&self) -> String {
        self.pastes.expand(&self.text())
    }

    /// Whether nothing is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.area.is_empty()
    }

    /// How the draft would be sent, as of the last [`Composer::refresh`].
    pub fn understood(&self) -> &Result<Draft, DraftError> {
        &self.understood
    }

    /// The kind that the draft seems to be of, where it names none and that is sure enough. What was
    /// pasted does not count for it before the task is sent.
    #[must_use]
    pub fn guess(&self) -> Option<&Guess> {
        self.guess.as_ref()
    }

    /// The completion on offer and which word of it is chosen.
    #[must_use]
    pub fn completion(&self) -> Option<(&Completion, usize)> {
        self.completion.as_ref().map(|(c, i)| (c, *i))
    }

    /// A key that has no meaning of its own edits the text.
    pub fn input(&mut self, key: KeyEvent) {
        self.area.input(key);
        self.walk = None;
    }

    /// Breaks the line.
    pub fn newline(&mut self) {
        self.area.insert_newline();
        self.walk = None;
    }

    /// Takes a paste. A large one becomes a label that is expanded when the task is sent; the
    /// notice says so, and warns when it can never be sent.
    pub fn paste(&mut self, text: &str) -> Option<String> {
        self.walk = None;
        let text = paste::unix_lines(text);
        if paste::is_small(&text) {
            let text = clean(&text);
            self.area.insert_str(&text);
            self.pastes.remember(&text);
            return None;
        }
        let (label, notice) = self.pastes.keep(&text);
        self.area.insert_str(label);
        Some(notice)
    }

    /// Begins another draft: `head`, and behind it a text of somebody else, in which nothing is an
    /// option. The draft that was there becomes the latest task of the history. The notice is that
    /// of a paste.
    pub fn begin(&mut self, head: &str, text: &str) -> Option<String> {
        if !self.is_empty() {
            self.remember();
        }
        self.put(Kept {
            text: head.to_owned(),
            pastes: Pastes::default(),
        });
        // In the place of a large paste nothing is an option anyway.
        if paste::is_small(text) {
            self.paste(&parse::literal(&clean(text)))
        } else {
            self.paste(text)
        }
    }

    /// Puts a text of somebody else at the end of the draft, on lines of its own. The notice is that
    /// of a paste.
    pub fn append(&mut self, text: &str) -> Option<String> {
        self.area.move_cursor(CursorMove::Bottom);
        self.area.move_cursor(CursorMove::End);
        if !self.is_empty() {
            self.area.insert_newline();
        }
        let notice = self.paste(text);
        self.area.insert_newline();
        notice
    }

    /// Replaces the draft, for instance after `$EDITOR`.
    pub fn set_text(&mut self, text: &str) {
        let text = clean(text).trim_end_matches('\n').to_owned();
        self.put(Kept {
            text,
            pastes: self.pastes.clone(),
        });
    }

    /// Makes the draft the latest task of the history.
    fn remember(&mut self) {
        self.history.push(self.kept());
        if self.history.len() > HISTORY_MAX {
            self.history.remove(0);
        }
    }

    fn kept(&self) -> Kept {
        Kept {
            text: self.text(),
            pastes: self.pastes.clone(),
        }
    }

    fn put(&mut self, kept: Kept) {
        self.area = text_area(&kept);
        self.pastes = kept.pastes;
        self.completion = None;
    }

    /// Empties the composer; [`Composer::undo`] brings the draft back. False when it was empty.
    pub fn clear(&mut self) -> bool {
        if self.is_empty() {
            return false;
        }
        self.cleared = Some(self.kept());
        self.walk = None;
        self.put(Kept::default());
        true
    }

    /// Brings back the draft that was cleared, or undoes the last edit.
    pub fn undo(&mut self) -> bool {
        match self.cleared.take() {
            Some(kept) if self.is_empty() => {
                self.put(kept);
                true
            }
            _ => self.area.undo(),
        }
    }

    /// Goes to an earlier task, or moves the cursor up inside a draft of several lines.
    pub fn previous(&mut self) {
        if self.area.screen_cursor().row > 0 {
            self.area.move_cursor(CursorMove::Up);
            return;
        }
        let at = self.walk.as_ref().map_or(self.history.len(), |(at, _)| *at);
        let Some(kept) = at.checked_sub(1).and_then(|i| self.history.get(i)).cloned() else {
            return;
        };
        let before = self
            .walk
            .take()
            .map_or_else(|| self.kept(), |(_, before)| before);
        self.walk = Some((at - 1, before));
        self.put(kept);
    }

    /// Goes to a later task, or moves the cursor down inside a draft of several lines.
    pub fn next(&mut self) {
        let row = self.area.screen_cursor().row;
        self.area.move_cursor(CursorMove::Down);
        if self.area.screen_cursor().row != row {
            return;
        }
        let Some((at, before)) = self.walk.take() else {
            return;
        };
        if let Some(kept) = self.history.get(at + 1).cloned() {
            self.walk = Some((at + 1, before));
            self.put(kept);
        } else {
            self.put(before);
        }
    }

    /// Looks again at what is written; call it after every edit.
    pub fn refresh(&mut self, vocabulary: &Vocabulary) {
        self.understood = parse(&self.text(), vocabulary, self.pastes.as_they_are());
        let draft = self.understood.as_ref().ok();
        let draft = draft.filter(|draft| draft.kind.is_none());
        let guess = draft.map(|draft| vocabulary.reader.guess(&draft.prompt));
        self.guess = guess.filter(|guess| guess.taken() != TaskKind::General);
        let DataCursor(row, column) = self.area.cursor();
        self.completion = self.area.lines().get(row).and_then(|line| {
            let at = line
                .char_indices()
                .nth(column)
                .map_or(line.len(), |(i, _)| i);
            Some((complete::complete(line, at, vocabulary)?, 0))
        });
    }

    /// Chooses another word of the completion; false when none is on offer.
    pub fn move_completion(&mut self, by: isize) -> bool {
        let Some((completion, chosen)) = &mut self.completion else {
            return false;
        };
        let last = completion.words.len().saturating_sub(1);
        *chosen = chosen.saturating_add_signed(by).min(last);
        true
    }

    /// Puts the chosen word of the completion into the text; false when none is on offer.
    pub fn accept(&mut self) -> bool {
        let Some((completion, chosen)) = self.completion.take() else {
            return false;
        };
        let Some(word) = completion.words.get(chosen) else {
            return false;
        };
        let DataCursor(row, _) = self.area.cursor();
        let Some(line) = self.area.lines().get(row) else {
            return false;
        };
        let start = line[..completion.span.start].chars().count();
        let length = line[completion.span.clone()].chars().count();
        let space_follows = line[completion.span.end..].starts_with(' ');
        self.area
            .move_cursor(CursorMove::Jump(cells(row), cells(start)));
        self.area.delete_str(length);
        self.area.insert_str(word);
        if space_follows {
            self.area.move_cursor(CursorMove::Forward);
        } else {
            self.area.insert_char(' ');
        }
        true
    }

    /// Takes the draft out to be sent, pastes in place, and remembers it.
    ///
    /// # Errors
    /// The draft stays when it cannot be understood or is too large.
    pub fn submit(&mut self, vocabulary: &Vocabulary) -> Result<Draft, SubmitError> {
        let mut draft = parse(&self.text(), vocabulary, self.pastes.as_they_are())?;
        draft.prompt = self.pastes.expand(&draft.prompt);
        if draft.prompt.len() > PROMPT_MAX {
            return Err(SubmitError::TooLong {
                bytes: draft.prompt.len(),
            });
        }
        self.remember();
        self.walk = None;
        self.put(Kept::default());
        self.understood = Err(DraftError::NoPrompt);
        self.guess = None;
        Ok(draft)
    }

    /// Takes back the draft that was taken out last: it could not be sent.
    pub fn take_back(&mut self) {
        if !self.is_empty() {
            return;
        }
        if let Some(kept) = self.history.pop() {
            self.put(kept);
        }
    }

    /// How many rows the draft takes at a width.
    #[must_use]
    pub fn rows(&self, columns: u16) -> u16 {
        // The cursor may stand one column behind the text.
        let columns = columns.saturating_sub(1);
        let mut rows = 0usize;
        for line in self.area.lines() {
            rows += wrap::rows(line, columns).len();
            if rows > 100 {
                break;
            }
        }
        cells(rows)
    }

    /// Takes the styles of a theme, and what of the words that invite fits into so many columns; the cursor shows
    /// only while the composer has the keys.
    pub fn dress(&mut self, theme: &Theme, has_keys: bool, columns: u16) {
        let text = theme.style(Role::Text);
        self.area.set_style(text);
        self.area.set_placeholder_style(theme.style(Role::Muted));
        // The cursor stands before it.
        let room = usize::from(columns).saturating_sub(1);
        let fits = INVITING.iter().find(|words| words.len() <= room);
        self.area
            .set_placeholder_text(fits.copied().unwrap_or_default());
        self.area.set_cursor_style(if has_keys {
            text.add_modifier(Modifier::REVERSED)
        } else {
            text
        });
    }

    /// Draws the text into the inside of its frame.
    pub fn render(&self, area: Rect, buf: &mut Buffer) {
        (&self.area).render(area, buf);
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::ui::key::Chord;

    fn vocabulary() -> Vocabulary {
        Vocabulary {
            members: vec!["codex".to_owned(), "claude".to_owned()],
            ..Vocabulary::default()
        }
    }

    /// Types characters and the chords written as `<name>`.
    fn typed(composer: &mut Composer, keys: &str) {
        let mut rest = keys;
        while let Some(c) = rest.chars().next() {
            let (chord, next) = match rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
                Some((name, next)) => (name.to_owned(), next),
                None => (c.to_string(), &rest[c.len_utf8()..]),
            };
            composer.input(chord.parse::<Chord>().unwrap().event());
            composer.refresh(&vocabulary());
            rest = next;
        }
    }

    #[test]
    fn a_completion_is_accepted_with_a_space() {
        let mut composer = Composer::default();
        typed(&mut composer, "@cl");
        assert_eq!(composer.completion().unwrap().0.words, ["@claude"]);
        assert!(composer.accept());
        typed(&mut composer, "hi");
        assert_eq!(composer.text(), "@claude hi");
        assert!(!composer.accept());
    }

    #[test]
    fn a_completion_inside_a_line_keeps_the_rest() {
        let mut composer = Composer::default();
        typed(&mut composer, "日 @c hi<left><left><left>");
        assert!(composer.move_completion(1));
        assert!(composer.accept());
        typed(&mut composer, "x");
        assert_eq!(composer.text(), "日 @claude xhi");
    }

    #[test]
    fn history_walks_back_and_forth_and_keeps_the_draft() {
        let mut composer = Composer::default();
        for text in ["one", "two"] {
            typed(&mut composer, text);
            assert_eq!(composer.submit(&vocabulary()).unwrap().prompt, text);
        }
        typed(&mut composer, "draft");
        composer.previous();
        assert_eq!(composer.text(), "two");
        composer.previous();
        composer.previous();
        assert_eq!(composer.text(), "one");
        composer.next();
        composer.next();
        assert_eq!(composer.text(), "draft");
        composer.next();
        assert_eq!(composer.text(), "draft");
    }

    #[test]
    fn a_refused_draft_stays() {
        let mut composer = Composer::default();
        typed(&mut composer, "@codx hi");
        assert!(matches!(
            composer.submit(&vocabulary()),
            Err(SubmitError::Draft(_))
        ));
        assert_eq!(composer.text(), "@codx hi");
    }

    #[test]
    fn clearing_can_be_undone() {
        let mut composer = Composer::default();
        typed(&mut composer, "important");
        assert!(composer.clear());
        assert!(composer.is_empty() && !composer.clear());
        assert!(composer.undo());
        assert_eq!(composer.text(), "important");
    }

    #[test]
    fn a_large_paste_is_a_label_until_it_is_sent() {
        let mut composer = Composer::default();
        typed(&mut composer, "explain ");
        let big = "line of a log\n".repeat(5_000);
        assert!(composer.paste(&big).is_some());
        assert_eq!(composer.text(), "explain [pasted 70 kB]");
        let draft = composer.submit(&vocabulary()).unwrap();
        assert_eq!(draft.prompt, format!("explain {big}"));
        composer.previous();
        assert_eq!(composer.submit(&vocabulary()).unwrap().prompt, draft.prompt);
    }

    #[test]
    fn five_megabytes_are_taken_and_refused_only_on_sending() {
        let mut composer = Composer::default();
        let notice = composer.paste(&"x".repeat(5_000_000)).unwrap();
        assert!(
            notice.contains("5.0 MB") && notice.contains("1.0 MB"),
            "{notice}"
        );
        typed(&mut composer, " what is this");
        let refused = composer.submit(&vocabulary()).unwrap_err().to_string();
        assert!(
            refused.starts_with("the task has 5.0 MB, more than the 1.0 MB"),
            "{refused}"
        );
        assert!(composer.text().starts_with("[pasted 5.0 MB]"));
    }

    #[test]
    fn a_text_of_others_holds_no_options_and_the_draft_before_it_is_kept() {
        let mut composer = Composer::default();
        typed(&mut composer, "half a thought");
        assert_eq!(
            composer.begin("@codex ", "@claude /council weather\n#code"),
            None
        );
        let draft = composer.submit(&vocabulary()).unwrap();
        assert_eq!(draft.members.len(), 1);
        assert_eq!(draft.prompt, "@claude /council weather\n#code");
        composer.previous();
        composer.previous();
        composer.previous();
        assert_eq!(composer.text(), "half a thought");
        assert_eq!(composer.append("@nobody said"), None);
        typed(&mut composer, "and so on");
        assert_eq!(composer.text(), "half a thought\n@nobody said\nand so on");
        assert!(composer.submit(&vocabulary()).unwrap().members.is_empty());
        let notice = composer.begin("@codex ", &"line\n".repeat(5_000));
        assert!(notice.unwrap().starts_with("pasted 25 kB"));
        assert_eq!(composer.text(), "@codex [pasted 25 kB]");
    }

    #[test]
    fn a_draft_that_names_no_kind_is_read_for_one() {
        let mut composer = Composer::default();
        let vocabulary = Vocabulary {
            kinds: vec!["code".to_owned()],
            ..Vocabulary::default()
        };
        let mut guessed = |text: &str| {
            composer.set_text(text);
            composer.refresh(&vocabulary);
            composer.guess().map(|guess| guess.kind)
        };
        let text = "fix the crash in the login test";
        assert_eq!(guessed(text), Some(TaskKind::Debugging));
        assert_eq!(guessed(&format!("#code {text}")), None);
        assert_eq!(guessed("zxcv"), None);
        assert_eq!(guessed("#cod x"), None);
    }

    #[test]
    fn options_inside_a_paste_are_text() {
        let mut composer = Composer::default();
        composer.paste(&"@nobody /nothing\n".repeat(2_000));
        typed(&mut composer, " explain");
        assert!(composer.submit(&vocabulary()).unwrap().members.is_empty());
    }
}
