//! What can be done with documents, lessons, figures and recommendations.

use super::Fit;
use crate::core::document::DocumentOwner;
use crate::core::{Standing, State};
use crate::ui::action::{Action, Look};
use crate::ui::advice::Row;
use crate::ui::library::result_of;
use crate::ui::model::{Model, Pane};

const FIGURE: Fit = (Action::Right, "figure");
const LONGER: Fit = (Action::Figures(Look::Longer), "longer");
const SHORTER: Fit = (Action::Figures(Look::Shorter), "shorter");
const ADVICE: Fit = (Action::Advice, "advice");

/// What can be done with figures: how they are looked at, by what shows the other way.
fn figures(model: &Model) -> &'static [Fit] {
    const CHARTS: Fit = (Action::Figures(Look::Chart), "charts");
    const TABLE: Fit = (Action::Figures(Look::Chart), "table");
    const KINDS: Fit = (Action::Figures(Look::Kinds), "kinds");
    const OPEN: Fit = (Action::Enter, "open");
    const MEMBERS: Fit = (Action::Figures(Look::Kinds), "members");
    if model.pane() == Some(Pane::Figures) {
        return &[
            (Action::Enter, "its tasks"),
            (Action::Lead, "its sessions"),
            LONGER,
            SHORTER,
            ADVICE,
        ];
    }
    match (model.metrics.table, model.metrics.by_kind) {
        (false, false) => &[FIGURE, TABLE, KINDS, OPEN, ADVICE, LONGER, SHORTER],
        (false, true) => &[FIGURE, TABLE, MEMBERS, OPEN, ADVICE, LONGER, SHORTER],
        (true, false) => &[FIGURE, CHARTS, KINDS, OPEN, ADVICE, LONGER, SHORTER],
        (true, true) => &[FIGURE, CHARTS, MEMBERS, OPEN, ADVICE, LONGER, SHORTER],
    }
}

/// What can be done with documents, lessons and figures.
pub(super) fn fits(model: &Model, state: &State) -> &'static [Fit] {
    match model.list() {
        Pane::Lessons => lesson(model, state),
        Pane::Advice => advice(model, state),
        Pane::Metrics => figures(model),
        Pane::Library => document(model, state),
        Pane::Sessions
        | Pane::Transcript
        | Pane::Queue
        | Pane::Memory
        | Pane::Reader
        | Pane::Votes
        | Pane::Inbox
        | Pane::Figures
        | Pane::Journal
        | Pane::Detail => &[],
    }
}

/// What can be done with the document at hand. What follows from the journal is not changed by hand.
fn document(model: &Model, state: &State) -> &'static [Fit] {
    const NEW: Fit = (Action::NewNote, "new");
    const SEARCH: Fit = (Action::Filter, "search");
    const LESSONS: Fit = (Action::Lessons, "lessons");
    const HISTORY: Fit = (Action::History, "history");
    const TOLD: Fit = (Action::Told, "seen by");
    const PIN: Fit = (Action::Pin, "pin");
    const LEAD: Fit = (Action::Lead, "go to");
    const EDIT: Fit = (Action::Write, "edit");
    const UNDO: Fit = (Action::Undo, "undo");
    let library = &model.library;
    let Some(name) = library.chosen() else {
        return &[NEW, SEARCH, LESSONS, UNDO];
    };
    match library.document(name).map(|row| row.owner) {
        Some(DocumentOwner::KeptAside | DocumentOwner::Note) => &[
            EDIT,
            NEW,
            SEARCH,
            LESSONS,
            HISTORY,
            TOLD,
            PIN,
            LEAD,
            (Action::Rename, "rename"),
            (Action::Delete, "remove"),
            UNDO,
        ],
        Some(DocumentOwner::Room) if result_of(state, name).is_some() => {
            &[EDIT, NEW, SEARCH, LESSONS, HISTORY, TOLD, PIN, LEAD, UNDO]
        }
        Some(DocumentOwner::Room) | None => &[NEW, SEARCH, LESSONS, HISTORY, TOLD, PIN, LEAD, UNDO],
    }
}

/// What can be done with the selected lesson.
fn lesson(model: &Model, state: &State) -> &'static [Fit] {
    const DOCUMENTS: Fit = (Action::Lessons, "documents");
    const TOLD: Fit = (Action::Told, "seen by");
    const LEAD: Fit = (Action::Lead, "go to");
    let Some(lesson) = model.lesson(state) else {
        return &[DOCUMENTS];
    };
    if state.lesson_item(lesson.id()).is_some() {
        return &[(Action::Allow, "settle it"), TOLD, LEAD, DOCUMENTS];
    }
    match lesson.standing() {
        Standing::Proposed => &[
            (Action::Allow, "accept"),
            (Action::Deny, "dispute"),
            (Action::Delete, "retire"),
            TOLD,
            LEAD,
            DOCUMENTS,
        ],
        Standing::Accepted => &[
            (Action::Deny, "dispute"),
            (Action::Delete, "retire"),
            TOLD,
            LEAD,
            DOCUMENTS,
        ],
        Standing::Disputed => &[
            (Action::Allow, "accept"),
            (Action::Delete, "retire"),
            TOLD,
            LEAD,
            DOCUMENTS,
        ],
        Standing::Retired => &[(Action::Allow, "accept again"), TOLD, LEAD, DOCUMENTS],
    }
}

/// What can be done with the selected one.
fn advice(model: &Model, state: &State) -> &'static [Fit] {
    const FIGURES: Fit = (Action::Advice, "figures");
    const DISMISS: Fit = (Action::Deny, "dismiss");
    match model.recommended(state) {
        Some(Row::Stands(entry)) if entry.about.can_be_applied() => {
            &[(Action::Allow, "apply"), DISMISS, FIGURES]
        }
        Some(Row::Stands(_)) => &[DISMISS, FIGURES],
        Some(Row::Was(applied))
            if applied.taken_back.is_none() && applied.about.can_be_taken_back() =>
        {
            &[(Action::Undo, "take back"), FIGURES]
        }
        Some(Row::Was(_)) | None => &[FIGURES],
    }
}
