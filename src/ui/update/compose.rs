//! Actions of the composer.

use crate::core::{Command, MemberName, Span, Strategy, TaskId, TaskOrder, Text, Timestamp};
use crate::ui::composer::Draft;
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
    match model.composer.submit(&model.vocabulary) {
        Ok(draft) => vec![Intent::Command(Command::AddTask(order(draft, now)))],
        Err(error) => {
            model.tell(error.to_string(), Role::Warn);
            Vec::new()
        }
    }
}

/// The task that a draft orders. Several members without a strategy are a council.
fn order(draft: Draft, now: Timestamp) -> TaskOrder {
    let mut order = TaskOrder::new(Text::from(draft.prompt));
    order.members = draft
        .members
        .iter()
        .filter_map(|name| MemberName::new(name).ok())
        .collect();
    if order.members.len() > 1 {
        order.strategy = Strategy::Council;
    }
    // The vocabulary came from the same words, so they parse.
    if let Some(strategy) = draft.strategy.and_then(|word| word.parse().ok()) {
        order.strategy = strategy;
    }
    if let Some(kind) = draft.kind.and_then(|word| word.parse().ok()) {
        order.kind = kind;
    }
    if let Some(priority) = draft.priority.and_then(|word| word.parse().ok()) {
        order.priority = priority;
    }
    order.after = draft.after.into_iter().map(TaskId).collect();
    order.deadline = draft.deadline.map(|d| now.after(Span::from(d)));
    order
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
    } else {
        model.focus = Focus::Pane(0);
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
