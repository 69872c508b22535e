//! The search of everything: the words, what was found, and the way there.

use crate::core::{SessionId, State};
use crate::link::Found;
use crate::ui::action::Action;
use crate::ui::model::{Focus, Model};
use crate::ui::overlay::{Overlay, Wanted};
use crate::ui::pick::Lead;
use crate::ui::results::Results;
use crate::ui::theme::Role;
use crate::ui::update::{Intent, library, lists, pick, sessions};

/// Asks for the words to search for.
pub(super) fn begin(model: &mut Model) {
    drop(sessions::ask(model, Wanted::Search, ""));
}

/// A search brought something.
pub(super) fn found(model: &mut Model, state: &State, words: String, places: Vec<Found>) {
    let results = Results::new(words, places, state);
    if results.places.is_empty() {
        let told = format!(
            "nothing that was said, written or decided has `{}` in it",
            results.words
        );
        model.tell(told, Role::Warn);
        return;
    }
    model.overlays.push(Overlay::Results(results));
}

/// Looks through what was found; Enter goes there.
pub(super) fn look(
    model: &mut Model,
    state: &State,
    mut results: Results,
    action: Action,
) -> Vec<Intent> {
    if action == Action::Enter {
        if let Some(place) = results.places.get(results.chosen) {
            go(model, state, place.lead.as_ref());
        }
        return Vec::new();
    }
    let to = lists::target(results.chosen, results.places.len(), 8, action);
    results.chosen = to.unwrap_or(results.chosen);
    model.overlays.push(Overlay::Results(results));
    Vec::new()
}

fn go(model: &mut Model, state: &State, lead: Option<&Lead>) {
    match lead {
        None => model.tell("it was said in no session", Role::Muted),
        Some(Lead::Session(id)) if !is_there(*id, state) => model.tell(
            format!("{id} is only in the journal: `synod session export {id}` writes it"),
            Role::Warn,
        ),
        // It was found a moment ago, whatever the list knows of it yet.
        Some(Lead::Document(name)) => library::show(model, name),
        Some(lead) => {
            pick::go(model, state, lead);
            if let Lead::Session(_) = lead {
                // To its text: that is where it was found.
                model.focus = Focus::Pane(1);
            }
        }
    }
}

fn is_there(id: SessionId, state: &State) -> bool {
    let kept = state.session(id).filter(|session| !session.is_closed());
    kept.is_some_and(|session| state.member(session.member()).is_some())
}
