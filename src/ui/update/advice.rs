//! What the operator says to what the room recommends: applied, dismissed, taken back.

use crate::core::{AdviceOrder, Command, State};
use crate::ui::action::{Action, Screen};
use crate::ui::advice::Row;
use crate::ui::model::{Focus, Model, Pane};
use crate::ui::theme::Role;
use crate::ui::update::Intent;

/// Whether the keys are for recommendations now.
fn at_hand(model: &Model) -> bool {
    model.list() == Pane::Advice && matches!(model.focus, Focus::Pane(_))
}

/// Shows them; where they are shown, the figures.
pub(super) fn toggle(model: &mut Model) {
    let shown = model.screen == Screen::Metrics && model.lists.advice;
    super::go(model, Screen::Metrics);
    model.lists.advice = !shown;
    model.focus = Focus::Pane(0);
}

/// What an action means for the recommendation at hand, if it means something.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "three actions are for recommendations; the others never are"
)]
pub(super) fn meant(model: &Model, action: Action) -> Option<AdviceOrder> {
    let order = match action {
        Action::Allow => AdviceOrder::Apply,
        Action::Deny => AdviceOrder::Dismiss,
        Action::Undo => AdviceOrder::TakeBack,
        _ => return None,
    };
    at_hand(model).then_some(order)
}

/// Does something about the selected one, where that can be done.
pub(super) fn order(model: &mut Model, state: &State, order: AdviceOrder) -> Vec<Intent> {
    let Some(row) = model.recommended(state) else {
        model.tell("nothing is selected", Role::Muted);
        return Vec::new();
    };
    let about = row.about().clone();
    let wrong = match (row, order) {
        (Row::Stands(entry), AdviceOrder::Apply) if !entry.about.can_be_applied() => {
            Some("there is nothing to apply: what is proposed is yours to do")
        }
        (Row::Stands(_), AdviceOrder::TakeBack) => Some("it was not applied"),
        (Row::Was(applied), _) if applied.taken_back.is_some() => Some("it was taken back already"),
        (Row::Stands(_), AdviceOrder::Apply | AdviceOrder::Dismiss)
        | (Row::Was(_), AdviceOrder::TakeBack) => None,
        (Row::Was(_), AdviceOrder::Apply | AdviceOrder::Dismiss) => Some("it was applied already"),
    };
    if let Some(wrong) = wrong {
        model.tell(wrong, Role::Muted);
        return Vec::new();
    }
    vec![Intent::Command(Command::Advice { about, order })]
}
