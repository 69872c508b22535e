//! What is done in a transcript, from its pane or from the list beside it: going from turn to turn, and
//! copying parts of it.

use crate::core::{Session, State};
use crate::ui::action::{Action, Screen};
use crate::ui::model::{Model, Pane};
use crate::ui::ring::Ring;
use crate::ui::seek::Way;
use crate::ui::theme::Role;
use crate::ui::update::{Intent, rows};

/// Goes to the turn before or after.
pub(super) fn turn(model: &mut Model, state: &State, action: Action) {
    let way = if action == Action::PreviousTurn {
        Way::Older
    } else {
        Way::Newer
    };
    let Some(ring) = at_hand(model, state) else {
        return;
    };
    if ring.go_to_turn(way) {
        return;
    }
    let what = match way {
        _ if !ring.has_turns() => "nothing was asked in it yet",
        Way::Older => "no turn is before this one",
        Way::Newer => "no turn is after this one",
    };
    model.tell(what, Role::Muted);
}

/// Copies the turn or the block of code at hand, or all.
pub(super) fn copy(model: &mut Model, state: &State, action: Action) -> Vec<Intent> {
    if model.list() != Pane::Sessions {
        elsewhere(model);
        return Vec::new();
    }
    if rows::is_hidden(model, state) {
        return Vec::new();
    }
    let session = model.seat(state).and_then(|seat| seat.session);
    let id = session.map(Session::id);
    let ring = id.and_then(|id| model.transcripts.ring(id));
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "three of all actions come here"
    )]
    let (what, text) = match action {
        Action::CopyBlock => ("the block of code", ring.and_then(Ring::block_text)),
        Action::CopySession => ("the whole transcript", ring.map(Ring::text)),
        _ => ("the turn", ring.and_then(Ring::turn_text)),
    };
    let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
        model.tell(format!("{what} is not there to copy"), Role::Muted);
        return Vec::new();
    };
    rows::copied(model, what, text)
}

fn elsewhere(model: &mut Model) {
    let key = model.key(Action::Go(Screen::Sessions));
    model.tell(
        format!("that is for a transcript: {key} shows them"),
        Role::Muted,
    );
}

/// The transcript on the screen; without one it is told where they are.
fn at_hand<'a>(model: &'a mut Model, state: &State) -> Option<&'a mut Ring> {
    if !model.panes().contains(&Pane::Transcript) {
        elsewhere(model);
        return None;
    }
    let session = model.seat(state).and_then(|seat| seat.session);
    let Some(id) = session.map(Session::id) else {
        model.tell("nothing was asked here yet", Role::Muted);
        return None;
    };
    model.transcripts.ring_mut(id)
}
