//! What fits the thing under the cursor: the actions that do something for it now, with a word each.
//!
//! The one place that decides it, for the line of hints and for the menu. It changes nothing; what an action
//! does, and what it tells where it does not fit after all, is the business of `update`.

mod documents;
mod further;
mod items;
mod rows;
mod votes;

use crate::core::{State, Subject};
use crate::ui::action::{Action, Screen};
use crate::ui::model::Model;

/// An action, and what it does here in a word.
pub(crate) type Fit = (Action, &'static str);

/// What is hinted at, the most needed first.
pub(crate) fn hinted(model: &Model, state: &State) -> Vec<Fit> {
    let asked = model.asked(state).map(|item| &item.subject);
    let mut fits = items::answers(asked);
    fits.extend(rows::fit(model, state));
    fits.extend(votes::fits(model, state));
    fits.extend(documents::fits(model, state));
    if model.screen == Screen::Sessions {
        fits.push((Action::NextTiling, "layout"));
    }
    fits
}

/// What can be said to an inbox item.
pub(crate) fn answers(subject: &Subject) -> Vec<Fit> {
    items::answers(Some(subject))
}

/// All that fits: what is said to what is asked, then opening it, what is hinted at, and the rest. Moving
/// about is no part of it.
pub(crate) fn all(model: &Model, state: &State) -> Vec<Fit> {
    let asked = model.asked(state).map(|item| &item.subject);
    let further = further::fits(model, state);
    let rest: Vec<Fit> = hinted(model, state).into_iter().chain(further).collect();
    let opens = rest.iter().find(|(action, _)| *action == Action::Enter);
    let candidates = items::answers(asked).into_iter().chain(opens.copied());
    let context = model.context();
    let works = |action: Action| {
        let entry = action.entry();
        entry.is_some_and(|entry| entry.contexts.contains(&context))
    };
    let mut fits: Vec<Fit> = Vec::new();
    for (action, word) in candidates.chain(rest.iter().copied()) {
        let moves = matches!(
            action,
            Action::Up | Action::Down | Action::Left | Action::Right
        );
        if works(action) && !moves && !fits.iter().any(|(known, _)| *known == action) {
            fits.push((action, word));
        }
    }
    fits
}
