//! Keys on the Votes screen while texts of the shared memory that contradict each other are at hand. They
//! are answered as in the Inbox; what is for answers of members only is refused here in one line.

use crate::core::{Attention, State};
use crate::ui::action::Action;
use crate::ui::model::{Focus, Model, Pane};
use crate::ui::theme::Role;
use crate::ui::votes::dispute;

/// Whether the selected row of the conflicts is of the shared memory.
pub(super) fn at_hand(model: &Model, state: &State) -> bool {
    model.list() == Pane::Votes && model.asked(state).is_some()
}

/// Whether the keys are for the two texts beside the list.
pub(super) fn is_read(model: &Model, state: &State) -> bool {
    model.main_pane() == Pane::Detail && at_hand(model, state)
}

/// Whether an action is for answers of members while texts of the shared memory are at hand.
pub(super) fn refuses(model: &Model, state: &State, action: Action) -> bool {
    if !is_for_answers(action) || model.focus == Focus::Composer {
        return false;
    }
    // Neither of two lessons is a key of its own; a document is not removed by it.
    let answered = |item: &Attention| {
        let mut answers = dispute::answers(&item.subject).iter();
        answers.any(|(answers, ..)| *answers == action)
    };
    at_hand(model, state) && !model.asked(state).is_some_and(answered)
}

/// Says what can be done instead.
pub(super) fn tell(model: &mut Model, state: &State) {
    let Some(item) = model.asked(state) else {
        return;
    };
    let keys: Vec<String> = dispute::answers(&item.subject)
        .iter()
        .map(|(action, word, _)| format!("{} {word}", model.key(*action)))
        .collect();
    let word = dispute::word(item).unwrap_or_default();
    let lead = model.key(Action::Lead);
    let text = format!(
        "that is not for a conflict of {word}: {}, {lead} go there",
        keys.join(", ")
    );
    model.tell(text, Role::Muted);
}

/// Whether an action is for a task, its answers or its document, and for no item of the inbox.
fn is_for_answers(action: Action) -> bool {
    matches!(
        action,
        Action::Conflict(_)
            | Action::Left
            | Action::Right
            | Action::Cancel
            | Action::Mark
            | Action::MarkAlike
            | Action::Delete
            | Action::Retry
            | Action::Raise
            | Action::Lower
            | Action::Write
            | Action::History
            | Action::Told
            | Action::Pin
            | Action::Relabel
            | Action::Export
    )
}
