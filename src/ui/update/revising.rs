//! Whose text a key means: what is written in place, lent to the operator's editor, or taken a step back.
//! How each of them does it is its own business.

use super::{Intent, compose, notes, plans, result, rewording, rows, shifting};
use crate::core::State;
use crate::ui::model::{Focus, Model, Pane, Step};

/// Takes the last step back: of the shared memory where it is at hand, of the queue where that is, else of
/// the draft.
pub(super) fn undo(model: &mut Model, state: &State) -> Vec<Intent> {
    if notes::at_hand(model) {
        notes::undo(model, state)
    } else if let Some(step) = in_queue(model).then(|| model.step.take()).flatten() {
        match step {
            Step::Reworded(ours) => rewording::undo(model, ours),
            Step::Moved(back) => shifting::undo(model, back),
        }
    } else {
        compose::undo(model);
        Vec::new()
    }
}

fn in_queue(model: &Model) -> bool {
    model.list() == Pane::Queue && matches!(model.focus, Focus::Pane(_))
}

/// Hands a text to the operator's editor.
pub(super) fn lend(model: &mut Model, state: &State) -> Vec<Intent> {
    if notes::at_hand(model) {
        notes::lend(model, state)
    } else if plans::at_hand(model, state) {
        plans::lend(model, state)
    } else if rewording::at_hand(model, state) {
        rewording::lend(model, state)
    } else {
        rows::edit(model, state)
    }
}

/// Opens a text to be written in place.
pub(super) fn write(model: &mut Model, state: &State) {
    if notes::at_hand(model) {
        notes::write(model, state);
    } else if plans::at_hand(model, state) {
        plans::write(model, state);
    } else if rewording::at_hand(model, state) {
        rewording::write(model, state);
    } else {
        result::begin(model, state);
    }
}
