//! What is done in a transcript, from its pane or from the list beside it: going from turn to turn.

use crate::core::{Session, State};
use crate::ui::action::{Action, Screen};
use crate::ui::model::{Model, Pane};
use crate::ui::ring::{Ring, Way};
use crate::ui::theme::Role;

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

/// The transcript on the screen; without one it is told where they are.
fn at_hand<'a>(model: &'a mut Model, state: &State) -> Option<&'a mut Ring> {
    if !model.panes().contains(&Pane::Transcript) {
        let key = model.key(Action::Go(Screen::Sessions));
        model.tell(
            format!("that is for a transcript: {key} shows them"),
            Role::Muted,
        );
        return None;
    }
    let session = model.seat(state).and_then(|seat| seat.session);
    let Some(id) = session.map(Session::id) else {
        model.tell("nothing was asked here yet", Role::Muted);
        return None;
    };
    model.transcripts.ring_mut(id)
}
