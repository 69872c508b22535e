//! The result of a task whose answers differ, written by the operator.

use crate::core::{Command, State, Subject, Task, TaskId, Text};
use crate::ui::action::Action;
use crate::ui::library::editor::{Draft, Editor, Target};
use crate::ui::line_edit::LineEdit;
use crate::ui::model::Model;
use crate::ui::overlay::{Overlay, is_open};
use crate::ui::theme::Role;
use crate::ui::update::{Intent, rewording, votes};
use crate::ui::votes::record::written;

/// Begins to write the result of the selected task, or of the one that the selected item is about.
pub(super) fn begin(model: &mut Model, state: &State) {
    let asked = model.asked(state).and_then(|item| match item.subject {
        Subject::Choice { task } => Some(task),
        Subject::Asked { .. }
        | Subject::Interrupted { .. }
        | Subject::LoggedOut { .. }
        | Subject::Edited { .. }
        | Subject::Proposed { .. }
        | Subject::Plan { .. }
        | Subject::Lessons { .. }
        | Subject::Budget { .. } => None,
    });
    let task = asked.or_else(|| model.task(state).map(Task::id));
    if let Some(task) = task.filter(|task| is_open(*task, state)) {
        let input = LineEdit::default();
        model.overlays.push(Overlay::Write { task, input });
    } else {
        let differ = "only a task whose answers differ takes a result of yours";
        let why = rewording::why_not(model, state);
        model.tell(why.unwrap_or_else(|| differ.to_owned()), Role::Muted);
    }
}

/// Takes what was typed as the result, or hands it to the editor.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a line being typed takes two actions; the others do nothing in it"
)]
pub(super) fn act(
    model: &mut Model,
    state: &State,
    (task, input): (TaskId, LineEdit),
    action: Action,
) -> Vec<Intent> {
    let intent = match action {
        Action::Enter if input.text().trim().is_empty() => {
            model.tell("write the result first", Role::Muted);
            None
        }
        Action::Enter => {
            // The answers below are settled by it.
            model
                .overlays
                .retain(|below| !matches!(below, Overlay::Choice(choice) if choice.task == task));
            model.tell(format!("your words are the result of {task}"), Role::Ok);
            let text = Text::from(input.text());
            return vec![Intent::Command(Command::DecideByText { task, text })];
        }
        // An editor of one's own begins with all answers.
        Action::Edit if input.text().is_empty() => {
            Some(Intent::EditResult(votes::buffer(state, task)))
        }
        Action::Edit => Some(Intent::EditResult(input.text().to_owned())),
        _ => None,
    };
    model.overlays.push(Overlay::Write { task, input });
    intent.into_iter().collect()
}

/// The editor gave a text back for the result that is being written.
pub(super) fn edited(model: &mut Model, text: &str) {
    let Some(Overlay::Write { task, input }) = model.overlays.last_mut() else {
        return;
    };
    let (task, text) = (*task, written(text));
    if !text.contains('\n') {
        *input = LineEdit::holding(&text);
        return;
    }
    // More than a line is looked at once more, in an editor that shows all of it.
    let draft = Draft {
        target: Target::Verdict(task),
        base: None,
    };
    if let Ok(mut editor) = Editor::open(draft) {
        editor.replace(&text);
        model.overlays.pop();
        model.overlays.push(Overlay::Editor(Box::new(editor)));
    }
}
