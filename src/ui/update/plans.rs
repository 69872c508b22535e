//! What keys do with a plan that waits for leave: approve it, change it.

use crate::core::plan::{HEAD, PlanStage, text};
use crate::core::{Command, PlanOrder, State, Subject, Task, TaskId, Text};
use crate::ui::action::{Action, Screen};
use crate::ui::library::editor::{Draft, Editor, Target};
use crate::ui::model::{Focus, Model, Pane};
use crate::ui::overlay::Overlay;
use crate::ui::theme::Role;
use crate::ui::update::Intent;

/// The task whose plan waits for leave, of the selected row.
fn awaiting(model: &Model, state: &State) -> Option<TaskId> {
    match model.asked(state)?.subject {
        Subject::Plan { task } => Some(task),
        Subject::Asked { .. }
        | Subject::Choice { .. }
        | Subject::Interrupted { .. }
        | Subject::LoggedOut { .. }
        | Subject::Edited { .. }
        | Subject::Proposed { .. }
        | Subject::Lessons { .. }
        | Subject::Budget { .. } => None,
    }
}

/// Whether the selected row is about a plan that waits for leave.
pub(super) fn at_hand(model: &Model, state: &State) -> bool {
    awaiting(model, state).is_some()
}

/// Approves a plan that is in sight; one that is not is shown first.
pub(super) fn approve(model: &mut Model, state: &State, id: TaskId) -> Vec<Intent> {
    if !model.panes().contains(&Pane::Detail) {
        model.screen = Screen::Queue;
        model.select_key(Pane::Queue, id.0);
        model.focus = Focus::Pane(0);
        let key = model.key(Action::Allow);
        model.tell(
            format!("look at the plan of {id}; {key} approves it"),
            Role::Muted,
        );
        return Vec::new();
    }
    let revision = state.task(id).map_or(0, |task| task.planning().revision());
    vec![Intent::Command(Command::Plan {
        task: id,
        order: PlanOrder::Approve { revision },
    })]
}

/// Opens the plan of the selected row to be written in place.
pub(super) fn write(model: &mut Model, state: &State) {
    if let Some(editor) = editor(model, state) {
        model.overlays.push(Overlay::Editor(editor));
    }
}

/// Opens it in `$EDITOR`; what comes back is looked at once more in place, and saved there.
pub(super) fn lend(model: &mut Model, state: &State) -> Vec<Intent> {
    let Some(editor) = editor(model, state) else {
        return Vec::new();
    };
    let text = editor.text();
    model.library.lent = None;
    model.overlays.push(Overlay::Editor(editor));
    vec![Intent::EditDocument(text)]
}

fn editor(model: &mut Model, state: &State) -> Option<Box<Editor>> {
    let task = state.task(awaiting(model, state)?)?;
    let draft = draft(task)?;
    match Editor::open(draft) {
        Ok(editor) => Some(Box::new(editor)),
        Err(why) => {
            model.tell(format!("it cannot be changed here: {why}"), Role::Warn);
            None
        }
    }
}

fn draft(task: &Task) -> Option<Draft> {
    let planning = task.planning();
    if planning.stage() != PlanStage::Approve {
        return None;
    }
    let plan = text(planning.plan()?);
    Some(Draft {
        target: Target::Plan(task.id(), planning.revision()),
        base: Some(Text::from(format!("{HEAD}\n\n{plan}\n"))),
    })
}
