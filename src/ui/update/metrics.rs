//! Actions on the Metrics screen: which window, which figure, members or kinds, charts or table, and the way
//! to the tasks behind them.

use crate::core::metrics::Whose;
use crate::core::{State, Timestamp};
use crate::ui::action::{Action, Look, Screen};
use crate::ui::line_edit::LineEdit;
use crate::ui::metrics::window_name;
use crate::ui::model::{Focus, Model, Pane};
use crate::ui::theme::Role;
use crate::ui::update::lists;

/// Whether an action is for the figures at hand, or for figures only.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a few actions are for figures; the others never are"
)]
pub(super) fn takes(model: &Model, action: Action) -> bool {
    match action {
        Action::Figures(_) => true,
        Action::Left | Action::Right => model.screen == Screen::Metrics && !model.lists.advice,
        _ => false,
    }
}

/// Does it, or says where it can be done.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the caller gives a few actions; the others are not for figures"
)]
pub(super) fn act(model: &mut Model, state: &State, now: Timestamp, action: Action) {
    if model.screen != Screen::Metrics || model.lists.advice {
        let key = model.key(Action::Go(Screen::Metrics));
        model.tell(
            format!("that is for figures: {key} shows them"),
            Role::Muted,
        );
        return;
    }
    let board = &mut model.metrics;
    match action {
        Action::Figures(look @ (Look::Shorter | Look::Longer))
            if !board.widen(look == Look::Longer) =>
        {
            let end = window_name(board.window);
            let word = if look == Look::Longer {
                "longest"
            } else {
                "shortest"
            };
            model.tell(format!("{end} is the {word} time"), Role::Muted);
        }
        Action::Figures(Look::Chart) => board.table = !board.table,
        Action::Figures(Look::Kinds) => board.by_kind = !board.by_kind,
        Action::Figures(Look::Invert) => {
            board.inverted = !board.inverted;
            board.sort();
        }
        Action::Left => board.sort_by(false),
        Action::Right => board.sort_by(true),
        _ => {}
    }
    model.metrics.refresh(state, now);
}

/// Goes to the tasks in the queue that name the member or the kind of the selected row; of all together, to
/// all of them.
pub(super) fn tasks(model: &mut Model, state: &State) {
    let Some(row) = model.measured(state) else {
        return;
    };
    let words = match &row.whose {
        Whose::All => None,
        Whose::Member(_) | Whose::Kind(_) => Some(LineEdit::holding(row.name())),
    };
    super::go_to_list(model, Screen::Queue);
    model.focus = Focus::Pane(0);
    match words {
        Some(words) => model.lists.filters.insert(Pane::Queue, words),
        None => model.lists.filters.remove(&Pane::Queue),
    };
}

/// Scrolls the figures of the selected row.
pub(super) fn scroll(model: &mut Model, action: Action, page: usize) {
    let board = &mut model.metrics;
    let rows = board.most_scroll + 1;
    if let Some(to) = lists::target(board.scroll, rows, page, action) {
        board.scroll = to;
    }
}

/// Another row was selected: its figures are read from their beginning.
pub(super) fn selected(model: &mut Model, pane: Pane) {
    if pane == Pane::Metrics {
        model.metrics.scroll = 0;
    }
}
