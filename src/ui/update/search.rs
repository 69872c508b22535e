//! The search of everything: the words, what was found, and the way to the place.

use crate::core::{CallId, SessionId, State};
use crate::link::Found;
use crate::ui::action::Action;
use crate::ui::model::{Model, Pane};
use crate::ui::overlay::{Overlay, Wanted};
use crate::ui::pick::Lead;
use crate::ui::results::{Results, Spot, needles};
use crate::ui::seek::Stand;
use crate::ui::seeking::{self, Seek};
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
            go(model, state, place, &results.words);
        }
        return Vec::new();
    }
    let to = lists::target(results.chosen, results.places.len(), 8, action);
    results.chosen = to.unwrap_or(results.chosen);
    model.overlays.push(Overlay::Results(results));
    Vec::new()
}

fn go(model: &mut Model, state: &State, spot: &Spot, words: &str) {
    match &spot.lead {
        None => model.tell("it was said in no session", Role::Muted),
        Some(Lead::Session(id)) if !is_there(*id, state) => model.tell(
            format!("{id} is only in the journal: `synod session export {id}` writes it"),
            Role::Warn,
        ),
        // It was found a moment ago, whatever the list knows of it yet.
        Some(Lead::Document(name)) => {
            library::show(model, name);
            in_document(model, name, words);
        }
        Some(lead) => {
            pick::go(model, state, lead);
            if let Lead::Session(id) = lead {
                model.focus_on(Pane::Transcript);
                in_transcript(model, state, (*id, spot.turn), words);
            }
        }
    }
}

/// Goes to where the words stand in a document, once its text has come.
pub(super) fn in_document(model: &mut Model, name: &str, words: &str) {
    model.focus_on(Pane::Reader);
    let (begin, words) = (Stand::At(0, 0), needles(words));
    model.seek = Some(Seek::to(model, Pane::Reader, begin, words, Some(name)));
}

/// Goes to where the words stand in a turn.
fn in_transcript(
    model: &mut Model,
    state: &State,
    (session, turn): (SessionId, Option<CallId>),
    words: &str,
) {
    if seeking::text(model, state, Pane::Transcript).is_none() {
        // A blind vote hides it.
        return;
    }
    let lines = turn.map(|call| model.transcripts.lines_of(session, call));
    let lines = lines.unwrap_or(Some(0..u64::MAX));
    let ring = model.transcripts.ring_mut(session);
    let found = lines.zip(ring).and_then(|(lines, ring)| {
        let mut all = needles(words).into_iter();
        let there = all.find(|it| ring.has(it, &lines))?;
        Some((there, lines.start))
    });
    match found {
        Some((words, line)) => {
            let from = Stand::At(line, 0);
            model.seek = Some(Seek::to(model, Pane::Transcript, from, vec![words], None));
        }
        None => model.tell(
            format!("that turn is not shown any more: `synod session export {session}` writes it"),
            Role::Warn,
        ),
    }
}

fn is_there(id: SessionId, state: &State) -> bool {
    let kept = state.session(id).filter(|session| !session.is_closed());
    kept.is_some_and(|session| state.member(session.member()).is_some())
}
