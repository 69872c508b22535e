//! The layouts of the Sessions screen: taking another one, and going from transcript to transcript.

use crate::core::{SessionId, State};
use crate::ui::action::{Action, Screen};
use crate::ui::model::{Focus, Model, Pane};
use crate::ui::seeking;
use crate::ui::theme::Role;
use crate::ui::tiles::{self, Tiles};

/// Shows the sessions otherwise.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "one action names the layout; the other goes to the next one"
)]
pub(super) fn lay(model: &mut Model, state: &State, action: Action) {
    let tiling = match action {
        Action::Tile(tiling) => tiling,
        _ => model.lists.tiling.next(),
    };
    super::go(model, Screen::Sessions);
    model.lists.tiling = tiling;
    model.zoomed = false;
    model.focus = Focus::Pane(0);
    let marked = &model.lists.marked_seats;
    if model.is_tiled() && !marked.is_empty() {
        // Those that were marked are meant, not the one on which the cursor happens to be.
        let selected = model.selected(Pane::Sessions, state);
        let keys = model.keys(Pane::Sessions, state);
        let mut all = (0..keys.len()).filter_map(|at| keys.get(at));
        let first = all.find(|key| marked.contains(key));
        if let Some(first) = first.filter(|_| selected.is_none_or(|it| !marked.contains(&it))) {
            model.select_key(Pane::Sessions, first);
        }
    }
    seeking::keep_up(model, state);
    let word = tiling.word();
    if tiles::fits(tiling, model.body()) {
        model.tell(format!("the sessions {word}"), Role::Muted);
    } else {
        let told = format!("the sessions {word}: here is room for one of them at a time");
        model.tell(told, Role::Muted);
    }
}

/// Goes to the transcript before or after; false where the action leads to none.
pub(super) fn go(model: &mut Model, state: &State, action: Action) -> bool {
    let sideways = matches!(action, Action::Left | Action::Right);
    if !sideways || model.zoomed {
        return false;
    }
    step(model, state, action == Action::Right)
}

/// Goes to the session before or after; false on a screen with a list.
pub(super) fn step(model: &mut Model, state: &State, forward: bool) -> bool {
    let Some(tiles) = Tiles::of(model, state, model.body()) else {
        return false;
    };
    let to = if forward {
        Some(tiles.at + 1)
    } else {
        tiles.at.checked_sub(1)
    };
    if let Some(key) = to.and_then(|to| tiles.key(to)) {
        select(model, state, key);
    }
    true
}

/// Selects a session: the keys are for its transcript.
pub(super) fn select(model: &mut Model, state: &State, key: u64) {
    model.select_key(Pane::Sessions, key);
    model.focus_on(Pane::Transcript);
    seeking::keep_up(model, state);
}

/// Gives the keys to the next transcript in sight, or to the one before; false where there is none before the
/// composer comes.
pub(super) fn next_pane(model: &mut Model, state: &State, action: Action) -> bool {
    let Some(tiles) = Tiles::of(model, state, model.body()) else {
        return false;
    };
    let forward = action == Action::NextPane;
    let to = match (model.focus, forward) {
        (Focus::Composer, true) => Some(tiles.sight.start),
        (Focus::Composer, false) => tiles.sight.end.checked_sub(1),
        (Focus::Pane(_), true) => Some(tiles.at + 1),
        (Focus::Pane(_), false) => tiles.at.checked_sub(1),
    };
    let to = to.filter(|to| tiles.sight.contains(to));
    let key = to.and_then(|to| tiles.key(to));
    if let Some(key) = key {
        select(model, state, key);
    }
    key.is_some()
}

/// Scrolls the transcript of a row, whoever has the keys.
pub(super) fn scroll(model: &mut Model, key: u64, rows: isize) {
    if let Some(ring) = model.transcripts.ring_mut(SessionId(key)) {
        ring.scroll(rows);
    }
}
