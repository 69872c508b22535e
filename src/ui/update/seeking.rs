//! The search in a text: what is typed, and the way from place to place.

use crate::core::State;
use crate::ui::action::{Action, Reading, Screen};
use crate::ui::line_edit::LineEdit;
use crate::ui::model::{Model, Pane};
use crate::ui::overlay::Overlay;
use crate::ui::seek::Way;
use crate::ui::seeking::{Seek, keep_up, text};
use crate::ui::theme::Role;
use crate::ui::update::Intent;

/// Begins a search where the text that has the keys can be searched; else false.
pub(super) fn begin(model: &mut Model, state: &State) -> bool {
    let Some(pane) = model.pane().filter(|pane| pane.is_text()) else {
        return false;
    };
    let Some(text) = text(model, state, pane) else {
        return false;
    };
    let origin = text.stand();
    model.seek = Some(Seek::begin(model, pane, origin));
    model.overlays.push(Overlay::Seek);
    true
}

/// The words are typed at, or something is pasted into them.
pub(super) fn typed(model: &mut Model, input: impl FnOnce(&mut LineEdit) -> bool) {
    if let Some(seek) = &mut model.seek {
        seek.changed |= input(&mut seek.words);
    }
}

/// An action while words are typed.
pub(super) fn act(model: &mut Model, state: &State, action: Action) -> Vec<Intent> {
    if action == Action::Enter {
        keep_up(model, state);
        model.seek = model.seek.take().filter(|it| !it.words.text().is_empty());
        return Vec::new();
    }
    model.overlays.push(Overlay::Seek);
    step(model, state, action);
    Vec::new()
}

/// Which way an action leads in a search. `n` and `N` mean something else while nothing is looked for.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a few actions lead from place to place; the others never do"
)]
fn way(action: Action) -> Option<Way> {
    match action {
        Action::Down | Action::NewNote | Action::Reading(Reading::NextHit) => Some(Way::Newer),
        Action::Up | Action::Rename | Action::Reading(Reading::PreviousHit) => Some(Way::Older),
        _ => None,
    }
}

/// Gives the search up: the reader stands again where it began.
pub(super) fn leave(model: &mut Model, state: &State) {
    if let Some(seek) = model.seek.take()
        && let Some(text) = text(model, state, seek.pane)
    {
        text.seek(None);
        text.stand_at(seek.origin);
    }
}

/// Whether a search is on in the pane that has the keys.
pub(super) fn is_on(model: &Model) -> bool {
    let pane = model.pane();
    model.seek.as_ref().is_some_and(|it| Some(it.pane) == pane)
}

/// Whether `n` or `N` is for a search. In a text `n` is also where none is on any more, since whoever presses it
/// there goes on with one; a note is begun in a list, and where notes are read.
pub(super) fn takes(model: &Model, action: Action) -> bool {
    let reads = model.pane().is_some_and(Pane::is_text) && model.screen != Screen::Memory;
    is_on(model) || (action == Action::NewNote && reads && model.seek.is_none())
}

/// Goes to the next place where an action leads.
pub(super) fn step(model: &mut Model, state: &State, action: Action) {
    let Some(way) = way(action) else { return };
    keep_up(model, state);
    let Some(pane) = model.seek.as_ref().map(|it| it.pane) else {
        let key = model.key(Action::Filter);
        model.tell(
            format!("nothing is looked for: {key} in a text begins"),
            Role::Muted,
        );
        return;
    };
    let found = text(model, state, pane).is_some_and(|text| text.step(way));
    if !found {
        model.tell("it stands nowhere in this text", Role::Muted);
    }
}
