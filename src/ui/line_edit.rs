//! A line of text being typed: palette, `:` line, filter, a form's answer.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::ui::text::line;

/// The longest text that such a line takes, in bytes.
const LIMIT: usize = 4096;

/// A line edited at its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LineEdit(String);

impl LineEdit {
    /// A line that holds a text already, as a paste would put it there.
    pub(crate) fn holding(text: &str) -> Self {
        let mut line = Self::default();
        line.paste(text);
        line
    }

    /// What was typed.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// A key that has no other meaning; false when it changed nothing.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the other keys of crossterm need nothing here"
    )]
    pub(crate) fn input(&mut self, key: KeyEvent) -> bool {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        match key.code {
            KeyCode::Char('u') if ctrl => self.0.clear(),
            KeyCode::Char('w') if ctrl => {
                let kept = self.0.trim_end();
                let cut = kept.rfind(' ').map_or(0, |i| i + 1);
                self.0.truncate(cut);
            }
            KeyCode::Char(c) if !ctrl && !alt && self.0.len() < LIMIT => self.0.push(c),
            KeyCode::Backspace => {
                return self.0.pop().is_some();
            }
            _ => return false,
        }
        true
    }

    /// A paste, as one line.
    pub(crate) fn paste(&mut self, text: &str) {
        for c in line(text).chars() {
            if self.0.len() + c.len_utf8() > LIMIT {
                break;
            }
            self.0.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::key::Chord;

    #[test]
    fn editing() {
        let mut edit = LineEdit::default();
        edit.paste("one two\nthree");
        let mut press = |key: &str| edit.input(key.parse::<Chord>().unwrap().event());
        assert!(press("ctrl-w") && press("x") && press("backspace"));
        assert!(!press("f1"));
        assert_eq!(edit.text(), "one two ");
        edit.paste(&"y".repeat(2 * LIMIT));
        assert_eq!(edit.text().len(), LIMIT);
    }
}
