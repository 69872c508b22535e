//! Actions of the composer.

use crate::core::{Command, Strategy, Timestamp};
use crate::ui::action::Action;
use crate::ui::model::{Focus, Model};
use crate::ui::theme::Role;
use crate::ui::update::Intent;

/// Sends the draft, or takes the completion on offer.
pub(super) fn send(model: &mut Model, now: Timestamp) -> Vec<Intent> {
    if model.composer.accept() {
        model.composer.refresh(&model.vocabulary);
        return Vec::new();
    }
    if model.composer.is_empty() {
        return Vec::new();
    }
    submit(model, now)
}

/// Sends the draft as it stands.
pub(super) fn submit(model: &mut Model, now: Timestamp) -> Vec<Intent> {
    match model.composer.submit(&model.vocabulary) {
        Ok(draft) => vec![Intent::Command(Command::AddTask(draft.order(now)))],
        Err(error) => {
            model.tell(error.to_string(), Role::Warn);
            Vec::new()
        }
    }
}

/// Goes to the composer; to think with that strategy before the draft, unless it stands there already.
pub(super) fn begin(model: &mut Model, action: Action) {
    if action == Action::Think {
        think(model);
    }
    model.focus = Focus::Composer;
}

fn think(model: &mut Model) {
    let word = format!("/{} ", Strategy::Think);
    let draft = model.composer.whole();
    if !draft.starts_with(&word) {
        model.composer.set_text(&format!("{word}{draft}"));
    }
    model.composer.refresh(&model.vocabulary);
}

/// Breaks the line.
pub(super) fn newline(model: &mut Model) {
    model.composer.newline();
    model.composer.refresh(&model.vocabulary);
}

/// Takes the completion on offer, or leaves the composer for the panes.
pub(super) fn complete(model: &mut Model) {
    if model.composer.accept() {
        model.composer.refresh(&model.vocabulary);
    } else if model.composer.is_empty() {
        model.focus = Focus::Pane(0);
    } else {
        // What is typed next belongs to the draft, not to the panes.
        model.tell("nothing to complete here", Role::Muted);
    }
}

/// Goes up in the completion, the draft or the history.
pub(super) fn previous(model: &mut Model) {
    if !model.composer.move_completion(-1) {
        model.composer.previous();
        model.composer.refresh(&model.vocabulary);
    }
}

/// Goes down in the completion, the draft or the history.
pub(super) fn next(model: &mut Model) {
    if !model.composer.move_completion(1) {
        model.composer.next();
        model.composer.refresh(&model.vocabulary);
    }
}

/// Brings back a cleared draft, or undoes the last edit.
pub(super) fn undo(model: &mut Model) {
    if model.composer.undo() {
        model.focus = Focus::Composer;
        model.composer.refresh(&model.vocabulary);
    } else {
        model.tell("there is nothing to bring back", Role::Muted);
    }
}
