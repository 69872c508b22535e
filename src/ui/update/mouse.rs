//! What the mouse does: a click gives a pane the keys and selects, a second one opens, the wheel moves
//! what is under the pointer, and the edge between two panes is dragged. Rows of lists above a screen are selected
//! and taken in the same way, and a key of the hint line is pressed by a click.
//!
//! Nothing can be done with the mouse that no key does. What stands where is in `hits`.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use crate::core::{Span, State, Timestamp};
use crate::ui::action::Action;
use crate::ui::hits::Target;
use crate::ui::layout;
use crate::ui::model::{Focus, Model, Pane};
use crate::ui::overlay::Overlay;
use crate::ui::theme::Role;
use crate::ui::update::{Intent, act, lists, looks, tiles, travel};

/// Two clicks on a row within this time open it.
const DOUBLE: Span = Span(400);
/// Rows that a notch of the wheel moves a text.
const NOTCH: usize = 3;

/// Takes the mouse, or leaves it to the terminal.
pub(super) fn toggle(model: &mut Model) -> Intent {
    let taken = !model.pointer.taken;
    model.pointer.taken = taken;
    let key = model.key(Action::Mouse);
    let told = if taken {
        format!("the mouse points and scrolls; {key} leaves it to the terminal")
    } else {
        format!("the mouse selects text, as the terminal does it; {key} takes it back")
    };
    model.tell(told, Role::Muted);
    Intent::Mouse(taken)
}

/// Something was done with the mouse.
pub(super) fn pointed(
    model: &mut Model,
    state: &State,
    now: Timestamp,
    event: MouseEvent,
) -> Vec<Intent> {
    let (column, row) = (event.column, event.row);
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => clicked(model, state, now, (column, row)),
        MouseEventKind::Drag(MouseButton::Left) if model.pointer.drags => {
            let body = model.body();
            model.share = Some(layout::Share::at(body, column));
            Vec::new()
        }
        MouseEventKind::Up(MouseButton::Left) => {
            model.pointer.drags = false;
            Vec::new()
        }
        MouseEventKind::ScrollUp => wheel(model, state, now, (column, row), Action::Up),
        MouseEventKind::ScrollDown => wheel(model, state, now, (column, row), Action::Down),
        MouseEventKind::Down(MouseButton::Right | MouseButton::Middle)
        | MouseEventKind::Up(MouseButton::Right | MouseButton::Middle)
        | MouseEventKind::Drag(_)
        | MouseEventKind::Moved
        | MouseEventKind::ScrollLeft
        | MouseEventKind::ScrollRight => Vec::new(),
    }
}

fn clicked(
    model: &mut Model,
    state: &State,
    now: Timestamp,
    (column, row): (u16, u16),
) -> Vec<Intent> {
    let Some(target) = model.hits.at(column, row) else {
        return Vec::new();
    };
    model.notice = None;
    model.begun = None;
    let before = model.pointer.last.replace((target, now));
    let again = before.is_some_and(|(last, at)| last == target && now.since(at) <= DOUBLE);
    if !model.overlays.is_empty() {
        return in_overlay(model, state, now, (target, again));
    }
    match target {
        Target::Composer => model.focus = Focus::Composer,
        Target::Pane(pane) => model.focus_on(pane),
        Target::Row(pane, key) => {
            model.focus_on(pane);
            select(model, pane, key);
            if again {
                model.pointer.last = None;
                return act(model, state, now, Action::Enter);
            }
        }
        Target::Tile(key) | Target::Tab(key) => tiles::select(model, state, key),
        Target::Edge => model.pointer.drags = true,
        Target::Action(action) => return act(model, state, now, action),
        Target::Moment(seq) => travel::go(model, seq),
        Target::Answer(_) => {}
    }
    Vec::new()
}

/// A dialog or a list lies above: only what it offers is to be had. A click selects, as the first one may
/// only have been meant for the window. What takes it is a second click at once, as everywhere, and for the
/// answers of a dialog any click on the selected one.
fn in_overlay(
    model: &mut Model,
    state: &State,
    now: Timestamp,
    (target, again): (Target, bool),
) -> Vec<Intent> {
    match target {
        Target::Action(action) => act(model, state, now, action),
        Target::Answer(place) => {
            let Some(overlay) = model.overlays.last_mut() else {
                return Vec::new();
            };
            let is_dialog = matches!(overlay, Overlay::Confirm(_));
            // The place was drawn, so there is something at it.
            let Some(chosen) = overlay.chosen() else {
                return Vec::new();
            };
            let was = std::mem::replace(chosen, place);
            looks::selected(model);
            if was == place && (again || is_dialog) {
                model.pointer.last = None;
                return act(model, state, now, Action::Enter);
            }
            Vec::new()
        }
        Target::Composer
        | Target::Pane(_)
        | Target::Row(..)
        | Target::Tile(_)
        | Target::Tab(_)
        | Target::Edge
        | Target::Moment(_) => Vec::new(),
    }
}

fn select(model: &mut Model, pane: Pane, key: u64) {
    if pane == Pane::Library {
        model.library.go(usize::try_from(key).unwrap_or(usize::MAX));
    } else {
        model.select_key(pane, key);
    }
}

/// Moves what is under the pointer; who has the keys stays.
fn wheel(
    model: &mut Model,
    state: &State,
    now: Timestamp,
    (column, row): (u16, u16),
    action: Action,
) -> Vec<Intent> {
    if !model.overlays.is_empty() {
        return act(model, state, now, action);
    }
    let up = action == Action::Up;
    match model.hits.at(column, row) {
        Some(Target::Tile(key)) => {
            let rows = NOTCH.cast_signed();
            tiles::scroll(model, key, if up { rows } else { -rows });
            return Vec::new();
        }
        Some(Target::Tab(_)) => {
            tiles::step(model, state, !up);
            return Vec::new();
        }
        Some(
            Target::Composer
            | Target::Pane(_)
            | Target::Row(..)
            | Target::Edge
            | Target::Action(_)
            | Target::Answer(_)
            | Target::Moment(_),
        )
        | None => {}
    }
    let Some(pane) = model.hits.pane(column, row) else {
        return Vec::new();
    };
    let had = model.focus;
    model.focus_on(pane);
    let steps = if pane.is_text() { NOTCH } else { 1 };
    let mut intents = Vec::new();
    for _ in 0..steps {
        intents.extend(lists::go(model, state, action));
    }
    model.focus = had;
    intents
}
