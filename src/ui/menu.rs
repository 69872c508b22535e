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
        Some(Self {
            of: at_cursor(model, state).map_or_else(String::new, |thing| name(&thing)),
            fits,
            chosen: 0,
            context: model.context(),
        })
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
