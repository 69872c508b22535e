//! A text that is being written in place: a note, new or known, the text, the result or the plan of a
//! task.

use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Widget as _;
use tui_textarea::{CursorMove, TextArea, WrapMode};

use crate::core::decide::fits;
use crate::core::note::NOTE_MAX;
use crate::core::{Command, NoteChange, PlanOrder, TaskId, Text};
use crate::ui::text::clean;
use crate::ui::theme::{Role, Theme};
use crate::ui::votes::record::written;

/// What is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// A note.
    Note(String),
    /// The result of a task.
    Result(TaskId),
    /// The result of a task whose answers differ.
    Verdict(TaskId),
    /// The text of a task that has not begun.
    Task(TaskId),
    /// The plan of a task, as it was in this revision.
    Plan(TaskId, u32),
}

/// What is written, and the text that it is written from; `None` for a new note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) target: Target,
    pub(crate) base: Option<Text>,
}

/// A document that was lent to an editor of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lent {
    pub(crate) draft: Draft,
    /// What it was given, or gave back last.
    pub(crate) text: String,
}

/// How far it is with what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Saving {
    /// It is being written.
    Writing,
    /// It was sent; the room has not answered.
    Sent,
    /// It is the change of this number.
    Ordered(u64),
    /// Something is in the way.
    Failed(String),
}

/// The editor.
#[derive(Debug)]
pub(crate) struct Editor {
    pub(crate) draft: Draft,
    pub(crate) saving: Saving,
    /// What somebody else has put in its place meanwhile.
    pub(crate) theirs: Option<Text>,
    /// The operator was told of that.
    pub(crate) warned: bool,
    area: TextArea<'static>,
}

impl Draft {
    /// What people call it.
    pub(crate) fn title(&self) -> String {
        match &self.target {
            Target::Note(name) => name.clone(),
            Target::Result(task) | Target::Verdict(task) => format!("result of {task}"),
            Target::Task(task) => format!("text of {task}"),
            Target::Plan(task, _) => format!("plan of {task}"),
        }
    }

    /// The command that gives it a text.
    ///
    /// # Errors
    /// Why it cannot have that text.
    pub(crate) fn command(&self, text: &str) -> Result<Command, String> {
        if text.len() > NOTE_MAX {
            return Err(format!("it is longer than {NOTE_MAX} bytes"));
        }
        let after = Text::from(text);
        match &self.target {
            Target::Note(name) => {
                fits(name, text)?;
                Ok(Command::ChangeNote {
                    name: name.clone(),
                    change: NoteChange::Write {
                        before: self.base.clone(),
                        after,
                    },
                })
            }
            Target::Verdict(task) => match written(text) {
                text if text.is_empty() => Err("write the result first".to_owned()),
                text => Ok(Command::DecideByText {
                    task: *task,
                    text: Text::from(text),
                }),
            },
            Target::Task(task) => Ok(Command::Reword {
                task: *task,
                before: self.base.clone(),
                // Most editors end the last line.
                after: Text::from(text.trim_end()),
            }),
            Target::Plan(task, revision) => Ok(Command::Plan {
                task: *task,
                order: PlanOrder::Edit {
                    revision: *revision,
                    text: after,
                },
            }),
            Target::Result(task) => Ok(Command::ReplaceResult {
                task: *task,
                before: self.base.clone().unwrap_or_else(|| Text::from("")),
                after,
            }),
        }
    }
}

impl Editor {
    /// Opens a text.
    ///
    /// # Errors
    /// Why it can only be opened in an editor of its own.
    pub(crate) fn open(draft: Draft) -> Result<Self, &'static str> {
        let text = draft.base.as_ref().map_or("", |text| text.as_str());
        if clean(text) != text {
            return Err("it has tabs or characters that are not shown");
        }
        let mut area = area(text);
        if matches!(draft.target, Target::Task(_)) {
            // One adds to a task more often than one begins it anew.
            area.move_cursor(CursorMove::Bottom);
            area.move_cursor(CursorMove::End);
        }
        Ok(Self {
            area,
            saving: Saving::Writing,
            theirs: None,
            warned: false,
            draft,
        })
    }

    /// The text as it is written now.
    pub(crate) fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Whether something was written.
    pub(crate) fn is_changed(&self) -> bool {
        let base = self.draft.base.as_ref().map_or("", |text| text.as_str());
        self.text() != base
    }

    /// A key writes.
    pub(crate) fn input(&mut self, key: KeyEvent) {
        if self.area.input(key) {
            self.saving = Saving::Writing;
        }
    }

    /// A paste.
    pub(crate) fn paste(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        self.area.insert_str(clean(&text));
        self.saving = Saving::Writing;
    }

    /// An editor gave the text back.
    pub(crate) fn replace(&mut self, text: &str) {
        self.area = area(&clean(text));
        self.saving = Saving::Writing;
    }

    /// Takes the keys of the place where the reader was.
    pub(crate) fn dress(&mut self, theme: &Theme) {
        let text = theme.style(Role::Text);
        self.area.set_style(text);
        self.area
            .set_cursor_style(text.add_modifier(Modifier::REVERSED));
    }

    /// Draws the text.
    pub(crate) fn render(&self, area: Rect, buf: &mut Buffer) {
        (&self.area).render(area, buf);
    }
}

fn area(text: &str) -> TextArea<'static> {
    let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
    area.set_wrap_mode(WrapMode::WordOrGlyph);
    area.set_cursor_line_style(Style::new());
    area.move_cursor(CursorMove::Top);
    area
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Draft, Editor, Target};
    use crate::core::{Command, NoteChange, Text};

    fn draft(name: &str, base: Option<&str>) -> Draft {
        Draft {
            target: Target::Note(name.to_owned()),
            base: base.map(Text::from),
        }
    }

    #[test]
    fn a_text_that_cannot_be_shown_as_it_is_is_not_opened() {
        for text in ["a\tb", "a\u{1b}[2Jb", "\u{202e}a"] {
            assert!(Editor::open(draft("a", Some(text))).is_err(), "{text:?}");
        }
        let mut editor = Editor::open(draft("a", Some("one\ntwo\n"))).unwrap();
        assert_eq!(
            (editor.text().as_str(), editor.is_changed()),
            ("one\ntwo\n", false)
        );
        editor.paste("x\r\n");
        assert_eq!(
            (editor.text().as_str(), editor.is_changed()),
            ("x\none\ntwo\n", true)
        );
    }

    #[test]
    fn what_is_saved_names_what_it_was_made_from() {
        let command = draft("a", Some("old")).command("new");
        let change = NoteChange::Write {
            before: Some(Text::from("old")),
            after: Text::from("new"),
        };
        let name = "a".to_owned();
        assert_eq!(command, Ok(Command::ChangeNote { name, change }));
        assert!(
            draft("a.json", None)
                .command("{")
                .unwrap_err()
                .contains("line 1")
        );
    }
}
