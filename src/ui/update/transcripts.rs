//! What is done in a transcript, from its pane or from the list beside it: going from turn to turn and
//! from card to card, opening cards, and copying parts of it.

use crate::core::{Session, State};
use crate::ui::action::{Action, Reading, Screen};
use crate::ui::model::{Model, Pane};
use crate::ui::ring::Ring;
use crate::ui::seek::Way;
use crate::ui::theme::Role;
use crate::ui::update::{Intent, rows, seeking};

/// Where no card is.
const NO_CARD: &str = "no thought and no steps are in sight";

/// Goes about in a text, or copies a part of it.
pub(super) fn act(model: &mut Model, state: &State, what: Reading) -> Vec<Intent> {
    match what {
        Reading::Cards => cards(model, state),
        Reading::PreviousTurn => turn(model, state, Way::Older),
        Reading::NextTurn => turn(model, state, Way::Newer),
        Reading::CopyBlock => return copy(model, state, "the block of code", Ring::block_text),
        Reading::CopySession => {
            return copy(model, state, "the whole transcript", |ring| {
                Some(ring.text())
            });
        }
        Reading::NextHit | Reading::PreviousHit => {
            seeking::step(model, state, Action::Reading(what));
        }
    }
    Vec::new()
}

/// Goes to the turn before or after.
fn turn(model: &mut Model, state: &State, way: Way) {
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

/// Opens or closes the card at hand.
pub(super) fn open(model: &mut Model, state: &State) {
    let turned = at_hand(model, state).map(Ring::turn_card);
    if turned == Some(false) {
        model.tell(NO_CARD, Role::Muted);
    }
}

/// Goes to the card before or after.
pub(super) fn go_to_card(model: &mut Model, state: &State, action: Action) {
    let way = if action == Action::Left {
        Way::Older
    } else {
        Way::Newer
    };
    let went = at_hand(model, state).map(|ring| ring.go_to_card(way));
    if went == Some(false) {
        model.tell("no thought and no steps stand there", Role::Muted);
    }
}

/// Opens all cards, or closes them.
fn cards(model: &mut Model, state: &State) {
    let turned = at_hand(model, state).map(Ring::turn_cards);
    match turned {
        Some(Some(true)) => model.tell("all thoughts and steps are open", Role::Muted),
        Some(Some(false)) => model.tell("all thoughts and steps are closed", Role::Muted),
        Some(None) => model.tell(NO_CARD, Role::Muted),
        None => {}
    }
}

/// Copies the turn at hand.
pub(super) fn copy_turn(model: &mut Model, state: &State) -> Vec<Intent> {
    match rows::address(model, state) {
        Some(address) => rows::copied(model, "the address", address),
        None => copy(model, state, "the turn", Ring::turn_text),
    }
}

fn copy(
    model: &mut Model,
    state: &State,
    what: &str,
    part: impl FnOnce(&Ring) -> Option<String>,
) -> Vec<Intent> {
    if model.list() != Pane::Sessions {
        elsewhere(model);
        return Vec::new();
    }
    if rows::is_hidden(model, state) {
        return Vec::new();
    }
    let session = model.seat(state).and_then(|seat| seat.session);
    let id = session.map(Session::id);
    let text = id.and_then(|id| part(model.transcripts.ring_mut(id)?));
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
