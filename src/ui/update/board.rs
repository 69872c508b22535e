//! The queue as a board: turning the list into it and back, and going from card to card.

use crate::core::{State, TaskId};
use crate::ui::action::{Action, Screen};
use crate::ui::model::lineup::Column;
use crate::ui::model::{Arrangement, Focus, Model, Pane};
use crate::ui::theme::Role;
use crate::ui::update::lists;

/// Whether the cards have the keys.
pub(super) fn at_hand(model: &Model) -> bool {
    model.main_pane() == Pane::Queue && model.is_board()
}

/// Shows the queue as a board, or as a list again.
pub(super) fn toggle(model: &mut Model) {
    let is_board = model.is_board();
    super::go(model, Screen::Queue);
    let (arrangement, told) = if is_board {
        let order = "the tasks in the order in which they are taken";
        (Arrangement::List, order)
    } else {
        (Arrangement::Board, "the tasks by how they stand")
    };
    model.lists.queue = arrangement;
    model.zoomed = false;
    model.focus = Focus::Pane(0);
    model.tell(told, Role::Muted);
}

/// Goes to another card: in its column, or to the next column that has one.
pub(super) fn go(model: &mut Model, state: &State, action: Action) {
    let selected = model.selected(Pane::Queue, state).map(TaskId);
    let lineup = &model.lineup;
    let Some((id, column)) = selected.and_then(|id| Some((id, lineup.stands(id)?))) else {
        return;
    };
    let Some(at) = lineup.place_in(column, id) else {
        return;
    };
    let has_cards = |column: &Column| !lineup.column(*column).is_empty();
    let (column, to) = if action == Action::Left {
        let before = Column::ALL.into_iter().take(column.index());
        (before.rev().find(has_cards), Some(at))
    } else if action == Action::Right {
        let mut after = Column::ALL.into_iter().skip(column.index() + 1);
        (after.find(has_cards), Some(at))
    } else {
        let page = usize::from(model.size.height / 8).max(1);
        let count = lineup.column(column).len();
        (Some(column), lists::target(at, count, page, action))
    };
    let (Some(column), Some(to)) = (column, to) else {
        return;
    };
    let places = lineup.column(column);
    let place = places.get(to).or(places.last());
    if let Some(task) = place.map(|place| place.task()) {
        model.select_key(Pane::Queue, task.0);
    }
}
