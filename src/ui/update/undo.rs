//! Whose last step is taken back: that of the shared memory where it is at hand, else the rewording of a
//! task, else that of the draft. How each is taken back is theirs.

use super::{Intent, compose, notes, rewording};
use crate::core::State;
use crate::ui::model::Model;

/// Takes the last step back.
pub(super) fn undo(model: &mut Model, state: &State) -> Vec<Intent> {
    if notes::at_hand(model) {
        notes::undo(model, state)
    } else if rewording::can_undo(model) {
        rewording::undo(model)
    } else {
        compose::undo(model);
        Vec::new()
    }
}
