//! Notes are opened to be written, renamed, removed, and what was done to them is undone.

use crate::core::decide::RESULT_MAX;
use crate::core::document::{DocumentOwner, DocumentRow};
use crate::core::note::name::fresh;
use crate::core::{Command, NoteChange, State, Step, Stepped, Text};
use crate::ui::action::{Action, Screen};
use crate::ui::library::editor::{Draft, Editor, Lent, Target};
use crate::ui::library::result_of;
use crate::ui::line_edit::LineEdit;
use crate::ui::model::{Focus, Model, Pane};
use crate::ui::overlay::{Confirm, Overlay, Verdict, Wanted};
use crate::ui::pick::pins;
use crate::ui::theme::Role;
use crate::ui::update::{Intent, library, rewording};

/// Why a document of the room is not changed by hand.
const OF_THE_ROOM: &str = "it tells what the room did and follows from its journal";

/// Whether the keys are for the documents now.
pub(super) fn at_hand(model: &Model) -> bool {
    model.list() == Pane::Library && matches!(model.focus, Focus::Pane(_))
}

/// What would be written for the document at hand.
fn draft(model: &mut Model, state: &State) -> Option<Draft> {
    let name = library::chosen(model)?;
    let found = of(model, state, &name);
    found.map_err(|why| model.tell(why, Role::Warn)).ok()
}

fn of(model: &Model, state: &State, name: &str) -> Result<Draft, String> {
    let owner = model.library.document(name).map(|row| row.owner);
    let new = model.key(Action::NewNote);
    match owner {
        Some(DocumentOwner::Room) => match result_of(state, name) {
            Some((task, result)) if result.len() <= RESULT_MAX => Ok(Draft {
                target: Target::Result(task),
                base: Some(result),
            }),
            Some(_) => Err("the result is too long to be written by hand".to_owned()),
            None => Err(format!("{OF_THE_ROOM}; {new} writes a note of your own")),
        },
        Some(DocumentOwner::KeptAside | DocumentOwner::Note) => Ok(Draft {
            target: Target::Note(name.to_owned()),
            base: Some(seen(model, state, name)?),
        }),
        None => Err("it is not in the shared memory yet".to_owned()),
    }
}

/// The text of a note as the operator sees it.
fn seen(model: &Model, state: &State, name: &str) -> Result<Text, String> {
    if state.notebook().is_moving(name) {
        return Err("an earlier change of it waits for the shared memory".to_owned());
    }
    let reader = &model.library.reader;
    if reader.name.as_deref() != Some(name) || reader.ask.is_some() {
        return Err("it is still being read; try again in a moment".to_owned());
    }
    Ok(Text::from(reader.changeable()?))
}

/// A note that may be renamed or removed, and its text.
fn movable(model: &mut Model, state: &State) -> Option<(String, Text)> {
    let name = library::chosen(model)?;
    let owner = model
        .library
        .document(&name)
        .map(|row: &DocumentRow| row.owner);
    let found = match owner {
        Some(DocumentOwner::Room) => Err(format!("{OF_THE_ROOM}: it would be written again")),
        Some(DocumentOwner::KeptAside | DocumentOwner::Note) => seen(model, state, &name),
        None => Err("it is not in the shared memory yet".to_owned()),
    };
    match found {
        Ok(text) => Some((name, text)),
        Err(why) => {
            model.tell(why, Role::Warn);
            None
        }
    }
}

/// Opens the document at hand to be written in place.
pub(super) fn write(model: &mut Model, state: &State) {
    let Some(draft) = draft(model, state) else {
        return;
    };
    match Editor::open(draft) {
        Ok(editor) => model.overlays.push(Overlay::Editor(Box::new(editor))),
        Err(why) => {
            let edit = model.key(Action::Edit);
            model.tell(format!("{why}: {edit} opens it in $EDITOR"), Role::Warn);
        }
    }
}

/// Opens the document at hand in `$EDITOR`: to be changed where it can be, else to be looked at.
pub(super) fn lend(model: &mut Model, state: &State) -> Vec<Intent> {
    let Some(name) = library::chosen(model) else {
        return Vec::new();
    };
    match of(model, state, &name) {
        Ok(draft) => {
            // What was written before and could not be saved is not lost.
            let again = model.library.lent.take().filter(|it| it.draft == draft);
            let base = draft.base.as_ref().map_or("", |text| text.as_str());
            let text = again.map_or_else(|| base.to_owned(), |it| it.text);
            model.library.lent = Some(Lent {
                draft,
                text: text.clone(),
            });
            vec![Intent::EditDocument(text)]
        }
        Err(why) => {
            model.tell(format!("shown only: {why}"), Role::Muted);
            let text = library::text(model).map(|text| text.text.clone());
            text.map(Intent::Show).into_iter().collect()
        }
    }
}

/// The editor gave a document back.
pub(super) fn edited(model: &mut Model, text: &str) -> Vec<Intent> {
    if let Some(Overlay::Editor(editor)) = model.overlays.last_mut() {
        editor.replace(text);
        return Vec::new();
    }
    let Some(mut lent) = model.library.lent.take() else {
        return Vec::new();
    };
    let base = lent.draft.base.as_ref().map_or("", |text| text.as_str());
    // Most editors end the last line.
    if text.trim_end_matches('\n') == base.trim_end_matches('\n') {
        model.tell("nothing was changed", Role::Muted);
        return Vec::new();
    }
    match lent.draft.command(text) {
        Ok(command) => sent(model, command),
        Err(why) => {
            let edit = model.key(Action::Edit);
            let told = format!("not saved: {why}; {edit} opens your text again");
            model.tell(told, Role::Warn);
            text.clone_into(&mut lent.text);
            model.library.lent = Some(lent);
            Vec::new()
        }
    }
}

/// Sends a command of which the end is told here.
fn sent(model: &mut Model, command: Command) -> Vec<Intent> {
    rewording::sent(model, &command);
    if let Command::ChangeNote { name, .. } = &command {
        model.library.awaited = Some(name.clone());
    }
    vec![Intent::Command(command)]
}

/// Asks for the name of a new note.
pub(super) fn begin(model: &mut Model) {
    if model.list() != Pane::Library {
        model.screen = Screen::Memory;
        model.lists.lessons = false;
        model.focus = Focus::Pane(0);
    }
    let folder = model.library.folder();
    // Nothing of the operator's goes into a folder of the room's.
    let folder = if fresh(&format!("{folder}x")).is_ok() {
        folder
    } else {
        String::new()
    };
    model.overlays.push(Overlay::Ask {
        wanted: Wanted::NewNote,
        input: LineEdit::holding(&folder),
    });
}

/// The name of a new note was typed.
pub(super) fn named(model: &mut Model, typed: &str) {
    let name = match fresh(typed) {
        Ok(name) if model.library.document(&name).is_none() => name,
        found => {
            let why = match found {
                Ok(name) => format!("there is a document {name} already"),
                Err(bad) => bad.to_string(),
            };
            model.tell(why, Role::Warn);
            let input = LineEdit::holding(typed);
            let wanted = Wanted::NewNote;
            model.overlays.push(Overlay::Ask { wanted, input });
            return;
        }
    };
    let draft = Draft {
        target: Target::Note(name),
        base: None,
    };
    if let Ok(editor) = Editor::open(draft) {
        model.overlays.push(Overlay::Editor(Box::new(editor)));
    }
}

/// Asks for another name of the note at hand.
pub(super) fn rename(model: &mut Model, state: &State) {
    if let Some((name, text)) = movable(model, state) {
        let input = LineEdit::holding(&name);
        let wanted = Wanted::RenameNote { name, text };
        model.overlays.push(Overlay::Ask { wanted, input });
    }
}

/// Another name was typed.
pub(super) fn renamed(model: &mut Model, name: String, text: Text, typed: &str) -> Vec<Intent> {
    match fresh(typed) {
        Ok(to) if to == name => Vec::new(),
        Ok(to) => {
            let change = NoteChange::Rename {
                to: to.clone(),
                text,
            };
            model.library.select(&to);
            sent(model, Command::ChangeNote { name, change })
        }
        Err(bad) => {
            model.tell(bad.to_string(), Role::Warn);
            let input = LineEdit::holding(typed);
            let wanted = Wanted::RenameNote { name, text };
            model.overlays.push(Overlay::Ask { wanted, input });
            Vec::new()
        }
    }
}

/// Asks whether the note at hand shall be removed.
pub(super) fn delete(model: &mut Model, state: &State) {
    let Some((name, before)) = movable(model, state) else {
        return;
    };
    let undo = model.key(Action::Undo);
    let pinned = if pins(&name, state).next().is_some() {
        " It is pinned: calls will be told that it is missing."
    } else {
        ""
    };
    model.overlays.push(Overlay::Confirm(Confirm {
        question: format!("Remove {name} from the shared memory? {undo} brings it back.{pinned}"),
        answers: vec![
            ("Keep".to_owned(), Verdict::Stay),
            ("Remove".to_owned(), Verdict::RemoveNote { name, before }),
        ],
        chosen: 0,
    }));
}

/// The note shall be removed.
pub(super) fn remove(model: &mut Model, name: String, before: Text) -> Vec<Intent> {
    let change = NoteChange::Delete { before };
    sent(model, Command::ChangeNote { name, change })
}

/// Takes back the last step in the shared memory.
pub(super) fn undo(model: &mut Model, state: &State) -> Vec<Intent> {
    let Some(Step { id, what }) = state.notebook().last_step() else {
        model.tell("nothing in the shared memory can be undone", Role::Muted);
        return Vec::new();
    };
    model.library.awaited = match what {
        Stepped::Note { name, change } => Some(change.undone(name).0),
        Stepped::Result { .. } => None,
    };
    vec![Intent::Command(Command::UndoStep { step: *id })]
}
