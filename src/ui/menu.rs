//! The menu of the selected row: what can be done with it, and which of that is chosen.
//!
//! What fits is decided by `fitting`; what is done is the business of `update`.

use crate::core::State;
use crate::ui::action::{Action, Context};
use crate::ui::fitting::{self, Fit};
use crate::ui::model::Model;
use crate::ui::pick::{Lead, at_cursor};

/// What can be done with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Menu {
    /// The row, where it is a thing that can be told from others.
    row: Option<Lead>,
    /// What the row is called.
    pub(crate) of: String,
    pub(crate) fits: Vec<Fit>,
    pub(crate) chosen: usize,
    /// Where the keys of the actions are pressed.
    pub(crate) context: Context,
}

impl Menu {
    /// The menu of the selected row; none where nothing can be done.
    pub(crate) fn of(model: &Model, state: &State) -> Option<Self> {
        let fits = fitting::all(model, state);
        if fits.is_empty() {
            return None;
        }
        let row = at_cursor(model, state);
        Some(Self {
            of: row.as_ref().map_or_else(String::new, name),
            row,
            fits,
            chosen: 0,
            context: model.context(),
        })
    }

    /// Whether another row is selected by now, for instance because this one was settled elsewhere.
    pub(crate) fn is_stale(&self, model: &Model, state: &State) -> bool {
        at_cursor(model, state) != self.row
    }

    /// What is chosen, if it can still be done with the row.
    pub(crate) fn choice(&self, model: &Model, state: &State) -> Option<Action> {
        let (action, _) = self.fits.get(self.chosen)?;
        let mut fits = fitting::all(model, state).into_iter();
        let fits = fits.any(|(it, _)| it == *action);
        (fits && !self.is_stale(model, state)).then_some(*action)
    }

    /// Whether the action cancels something of the row, where elsewhere it would close a layer.
    pub(crate) fn cancels(&self, action: Action) -> bool {
        let mut fits = self.fits.iter();
        action == Action::Cancel && fits.any(|(it, _)| *it == Action::Cancel)
    }
}

/// What a thing is called, in a word.
fn name(thing: &Lead) -> String {
    match thing {
        Lead::Member(member) => format!("@{member}"),
        Lead::Session(session) => session.to_string(),
        Lead::Task(task) | Lead::Conflict(task) => task.to_string(),
        Lead::Item(item) => item.to_string(),
        Lead::Document(name) => name.clone(),
        Lead::Lesson(lesson) => lesson.to_string(),
    }
}
