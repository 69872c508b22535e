//! The editor of documents: what its keys do, and what becomes of what was written in it. A text that
//! somebody else has changed meanwhile is written over only after that was told.

use crate::core::{Command, Event, NoteChange, NoteEnd, NoteOrder, Planned, TaskId, Text};
use crate::ui::action::{Action, Context};
use crate::ui::library::editor::{Draft, Editor, Saving, Target};
use crate::ui::model::Model;
use crate::ui::overlay::{Confirm, Overlay, Verdict};
use crate::ui::telling::told_note;
use crate::ui::theme::Role;
use crate::ui::update::{Intent, rewording};

/// A key in the editor that means something.
pub(super) fn act(model: &mut Model, mut editor: Box<Editor>, action: Action) -> Vec<Intent> {
    let mut intents = Vec::new();
    if action == Action::Save {
        match save(&mut editor) {
            Save::Unchanged => {
                model.tell("nothing was changed", Role::Muted);
                return intents;
            }
            Save::No => {}
            Save::Send(command) => {
                rewording::sent(model, &command);
                intents.push(Intent::Command(command));
            }
        }
    }
    if action == Action::Edit {
        model.library.lent = None;
        intents.push(Intent::EditDocument(editor.text()));
    }
    model.overlays.push(Overlay::Editor(editor));
    intents
}

enum Save {
    Unchanged,
    No,
    Send(Command),
}

fn save(editor: &mut Editor) -> Save {
    match editor.saving {
        Saving::Sent | Saving::Ordered(_) => return Save::No,
        Saving::Writing | Saving::Failed(_) => {}
    }
    if let Some(theirs) = &editor.theirs {
        if !editor.warned {
            editor.warned = true;
            editor.saving = Saving::Failed(meanwhile());
            return Save::No;
        }
        editor.draft.base = Some(theirs.clone());
        editor.theirs = None;
    }
    if editor.draft.base.is_some() && !editor.is_changed() {
        return Save::Unchanged;
    }
    match editor.draft.command(&editor.text()) {
        Ok(command) => {
            editor.saving = Saving::Sent;
            editor.warned = false;
            Save::Send(command)
        }
        Err(why) => {
            editor.saving = Saving::Failed(why);
            Save::No
        }
    }
}

fn meanwhile() -> String {
    "somebody else changed it meanwhile; save again to write over that".to_owned()
}

/// Leaves the editor; what was written and not saved is asked about.
pub(super) fn leave(model: &mut Model, editor: Box<Editor>) {
    let sent = matches!(editor.saving, Saving::Sent | Saving::Ordered(_));
    if sent {
        model.tell("it is written when the shared memory takes it", Role::Muted);
    } else if editor.is_changed() {
        let question = format!("{} has changes that are not saved.", editor.draft.title());
        model.overlays.push(Overlay::Editor(editor));
        model.overlays.push(Overlay::Confirm(Confirm {
            question,
            answers: vec![
                ("Go on writing".to_owned(), Verdict::Stay),
                ("Throw them away".to_owned(), Verdict::DropDraft),
            ],
            chosen: 0,
        }));
    }
}

/// What was written shall not be kept.
pub(super) fn throw_away(model: &mut Model) {
    if matches!(model.overlays.last(), Some(Overlay::Editor(_))) {
        model.overlays.pop();
    }
}

/// The editor that is open.
fn editor(model: &mut Model) -> Option<&mut Editor> {
    model.overlays.iter_mut().find_map(|overlay| {
        if let Overlay::Editor(editor) = overlay {
            Some(&mut **editor)
        } else {
            None
        }
    })
}

fn close(model: &mut Model) {
    model
        .overlays
        .retain(|overlay| !matches!(overlay, Overlay::Editor(_)));
}

/// The document at hand was read again: whoever writes it is told of what came meanwhile.
pub(super) fn read(model: &mut Model) {
    let reader = &model.library.reader;
    let (Some(name), Some(text)) = (reader.name.clone(), &reader.text) else {
        return;
    };
    let now = Text::from(text.text.as_str());
    let whole = text.unchangeable().is_none();
    if let Some(editor) = editor(model)
        && editor.draft.target == Target::Note(name)
        && whole
    {
        let is_new = editor.draft.base.as_ref().is_some_and(|base| *base != now);
        editor.theirs = (is_new && editor.text() != now.as_str()).then_some(now);
    }
}

/// A command was refused; true when that was about what is being written.
pub(super) fn refused(model: &mut Model, why: &str) -> bool {
    if let Some(editor) = editor(model)
        && editor.saving == Saving::Sent
    {
        editor.saving = Saving::Failed(why.to_owned());
        return true;
    }
    false
}

/// Something happened that may be about a change of this console.
pub(super) fn happened(model: &mut Model, event: &Event) {
    if let Event::NoteOrdered { order } = event {
        if model.library.awaited.as_ref() == Some(&order.name) {
            model.library.awaited = None;
            model.library.mine.insert(order.id, order.clone());
        }
        if let Some(editor) = editor(model)
            && editor.saving == Saving::Sent
            && editor.draft.target == Target::Note(order.name.clone())
        {
            editor.saving = Saving::Ordered(order.id);
        }
    }
    if let Event::NoteSettled { order, end } = event {
        settled(model, *order, end);
    }
    if let Event::Decided { task, .. } = event {
        let is_about = |editor: &&mut Editor| editor.draft.target == Target::Verdict(*task);
        match editor(model).filter(is_about) {
            Some(editor) if editor.saving == Saving::Sent => {
                close(model);
                model
                    .overlays
                    .retain(|it| !matches!(it, Overlay::Choice(choice) if choice.task == *task));
                model.tell(format!("your words are the result of {task}"), Role::Ok);
            }
            Some(editor) => {
                let why = format!("{task} was settled meanwhile");
                editor.saving = Saving::Failed(why);
            }
            None => {}
        }
    }
    if let Event::Planned {
        what: Planned::Edited { task, .. } | Planned::Approved { task, .. },
    } = event
    {
        plan_moved(
            model,
            *task,
            matches!(
                event,
                Event::Planned {
                    what: Planned::Edited { .. }
                }
            ),
        );
    }
    if let Event::TaskReworded { task, prompt, .. } = event {
        let is_ours = rewording::is_ours(model, event);
        let is_about = |editor: &&mut Editor| editor.draft.target == Target::Task(*task);
        match editor(model).filter(is_about) {
            Some(editor) if !is_ours => {
                editor.theirs = Some(prompt.clone());
                editor.warned = true;
                editor.saving = Saving::Failed(meanwhile());
            }
            Some(_) => close(model),
            None => {}
        }
        if is_ours {
            saved(model, &format!("text of {task}"));
        }
    }
    if let Event::ResultReplaced { task, .. } = event {
        let written = |editor: &mut Editor| {
            editor.saving == Saving::Sent && editor.draft.target == Target::Result(*task)
        };
        if editor(model).is_some_and(written) {
            close(model);
            saved(model, &format!("result of {task}"));
        }
    }
}

/// The plan of a task is another one now, or its steps are at work.
fn plan_moved(model: &mut Model, task: TaskId, edited: bool) {
    let key = model.setup.keymap.name(Action::Allow, Context::List);
    let is_about =
        |editor: &&mut Editor| matches!(editor.draft.target, Target::Plan(of, _) if of == task);
    match editor(model).filter(is_about) {
        Some(editor) if edited && editor.saving == Saving::Sent => {
            close(model);
            model.tell(
                format!("the plan of {task} is changed; {key} approves it"),
                Role::Ok,
            );
        }
        Some(editor) => {
            let what = if edited { "changed" } else { "approved" };
            editor.saving = Saving::Failed(format!(
                "somebody else {what} the plan of {task} meanwhile; copy what you need of yours"
            ));
        }
        None => {}
    }
}

fn saved(model: &mut Model, what: &str) {
    let undo = model.key(Action::Undo);
    model.tell(format!("{what} is saved; {undo} undoes it"), Role::Ok);
}

fn settled(model: &mut Model, id: u64, end: &NoteEnd) {
    if let Some(editor) = editor(model).filter(|it| it.saving == Saving::Ordered(id)) {
        match end {
            NoteEnd::Done => {
                let title = editor.draft.title();
                close(model);
                model.library.select(&title);
                saved(model, &title);
            }
            NoteEnd::Changed => {
                editor.warned = true;
                editor.saving = Saving::Failed(meanwhile());
            }
            NoteEnd::Refused { why } => editor.saving = Saving::Failed(why.clone()),
        }
        return;
    }
    let Some(order) = model.library.mine.remove(&id) else {
        return;
    };
    match end {
        NoteEnd::Done => done(model, &order),
        NoteEnd::Changed => {
            let what = told_note(&order);
            let told = format!("somebody else changed it meanwhile, nothing was done: {what}");
            model.tell(told, Role::Warn);
            reopen(model, order);
        }
        NoteEnd::Refused { why } => model.tell(why.clone(), Role::Warn),
    }
}

fn done(model: &mut Model, order: &NoteOrder) {
    let undo = model.key(Action::Undo);
    let name = &order.name;
    let what = match &order.change {
        NoteChange::Write { before: None, .. } => format!("{name} is there"),
        NoteChange::Write { .. } => format!("{name} is saved"),
        NoteChange::Rename { to, .. } => format!("{name} is called {to}"),
        NoteChange::Delete { .. } => format!("{name} is removed"),
    };
    match (order.undoes, &order.change) {
        (Some(_), _) => model.tell(format!("undone: {what}"), Role::Ok),
        (None, _) => model.tell(format!("{what}; {undo} undoes it"), Role::Ok),
    }
    match &order.change {
        NoteChange::Write { .. } => model.library.select(name),
        NoteChange::Rename { to, .. } => model.library.select(to),
        NoteChange::Delete { .. } => {}
    }
}

/// What was written in `$EDITOR` and could not be put in place is not lost: it is opened again.
fn reopen(model: &mut Model, order: NoteOrder) {
    if !model.overlays.is_empty() || order.undoes.is_some() {
        return;
    }
    if let NoteChange::Write { before, after } = order.change {
        let target = Target::Note(order.name);
        let draft = Draft {
            target,
            base: before,
        };
        if let Ok(mut editor) = Editor::open(draft) {
            editor.replace(after.as_str());
            editor.warned = true;
            editor.saving = Saving::Failed(meanwhile());
            model.overlays.push(Overlay::Editor(Box::new(editor)));
        }
    }
}
