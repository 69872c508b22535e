//! The text of a task that has not begun is written anew, and the former one is brought back.

use crate::core::{Command, Event, State, Task, Text};
use crate::ui::action::Action;
use crate::ui::library::editor::{Draft, Editor, Lent, Target};
use crate::ui::model::{Model, Pane, Reworded, Step};
use crate::ui::overlay::Overlay;
use crate::ui::theme::Role;
use crate::ui::update::Intent;

/// The task at hand whose text can be changed.
pub(crate) fn task<'s>(model: &Model, state: &'s State) -> Option<&'s Task> {
    let task = model.task(state).filter(|_| model.list() == Pane::Queue)?;
    (task.is_waiting() && !task.is_the_rooms()).then_some(task)
}

pub(super) fn at_hand(model: &Model, state: &State) -> bool {
    task(model, state).is_some()
}

fn draft(task: &Task) -> Draft {
    Draft {
        target: Target::Task(task.id()),
        base: Some(task.order().prompt.clone()),
    }
}

/// Opens the text to be written in place.
pub(super) fn write(model: &mut Model, state: &State) {
    let Some(task) = task(model, state) else {
        return;
    };
    match Editor::open(draft(task)) {
        Ok(editor) => model.overlays.push(Overlay::Editor(Box::new(editor))),
        Err(why) => {
            let edit = model.key(Action::Edit);
            model.tell(format!("{why}: {edit} opens it in $EDITOR"), Role::Warn);
        }
    }
}

/// Opens the text in `$EDITOR`. What was written there before and could not be saved is not lost.
pub(super) fn lend(model: &mut Model, state: &State) -> Vec<Intent> {
    let Some(task) = task(model, state) else {
        return Vec::new();
    };
    let draft = draft(task);
    let again = model.library.lent.take().filter(|it| it.draft == draft);
    let base = task.order().prompt.as_str();
    let text = again.map_or_else(|| base.to_owned(), |it| it.text);
    model.library.lent = Some(Lent {
        draft,
        text: text.clone(),
    });
    vec![Intent::EditDocument(text)]
}

/// A command goes to the room: the former text of a task is kept, to be brought back.
pub(super) fn sent(model: &mut Model, command: &Command) {
    if let Command::Reword {
        task,
        before: Some(before),
        after,
    } = command
    {
        model.step = Some(Step::Reworded(Reworded {
            task: *task,
            before: before.clone(),
            after: after.clone(),
        }));
    }
}

/// A task has another text: true where this console gave it that.
pub(super) fn is_ours(model: &Model, event: &Event) -> bool {
    if let Event::TaskReworded { task, prompt, .. } = event {
        return matches!(
            &model.step,
            Some(Step::Reworded(ours)) if (ours.task, &ours.after) == (*task, prompt)
        );
    }
    false
}

/// Brings back the text that a task had before it was written anew here.
pub(super) fn undo(model: &mut Model, ours: Reworded) -> Vec<Intent> {
    let told = format!("{} has its former text again", ours.task);
    model.tell(told, Role::Muted);
    let (before, after): (Option<Text>, Text) = (Some(ours.after), ours.before);
    vec![Intent::Command(Command::Reword {
        task: ours.task,
        before,
        after,
    })]
}

/// Why the text of the selected task stays as it is; nothing where no task is selected in the queue.
pub(super) fn why_not(model: &Model, state: &State) -> Option<String> {
    let task = model.task(state).filter(|_| model.list() == Pane::Queue)?;
    let id = task.id();
    let clone = model.key(Action::Clone);
    Some(if task.is_the_rooms() {
        format!("{id} is the room's own: its text stays as it is")
    } else if task.is_ended() {
        format!("{id} is over, and its text stays as it was; {clone} sends it anew")
    } else {
        format!(
            "{id} has begun, so its text stays as it is; {clone} sends it anew as a task of its own"
        )
    })
}
