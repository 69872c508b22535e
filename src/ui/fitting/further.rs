//! What else can be done with the selected row, beside what is hinted at.

use super::Fit;
use crate::core::{Offerer, Outcome, Session, State, Task};
use crate::ui::action::{Action, Dealing, Look, Reading, Shift};
use crate::ui::model::{Model, Pane};
use crate::ui::overlay::is_open;
use crate::ui::pick::{of_item, of_task};
use crate::ui::said::Said;
use crate::ui::update::rewording;

const OPEN: Fit = (Action::Enter, "open");
const COPY: Fit = (Action::Copy, "copy");
const EDIT: Fit = (Action::Edit, "in the editor");
const LEAD: Fit = (Action::Lead, "go to");

/// What fits the row, the most usual first; nothing where none is selected.
pub(super) fn fits(model: &Model, state: &State) -> Vec<Fit> {
    let mut fits = match model.list() {
        Pane::Sessions => seat(model, state),
        Pane::Queue | Pane::Votes => task(model, state),
        Pane::Inbox => item(model, state),
        Pane::Memory => match model.selected(Pane::Memory, state) {
            Some(_) => vec![
                OPEN,
                (Action::Told, "seen by"),
                (Action::Pin, "pin"),
                LEAD,
                COPY,
            ],
            None => Vec::new(),
        },
        Pane::Library if model.library.chosen().is_some() => vec![OPEN, COPY, EDIT],
        Pane::Lessons if model.lesson(state).is_some() => {
            vec![OPEN, (Action::Pin, "pin"), COPY, EDIT]
        }
        Pane::Metrics if model.measured(state).is_some() => {
            let invert = (Action::Figures(Look::Invert), "the other way round");
            vec![invert, (Action::Lead, "its sessions")]
        }
        Pane::Advice if model.recommended(state).is_some() => vec![OPEN, COPY, EDIT],
        Pane::Journal if model.selected(Pane::Journal, state).is_some() => vec![OPEN, COPY, EDIT],
        Pane::Library
        | Pane::Lessons
        | Pane::Metrics
        | Pane::Advice
        | Pane::Journal
        | Pane::Transcript
        | Pane::Reader
        | Pane::Figures
        | Pane::Detail => Vec::new(),
    };
    if model.veiled(state).is_some() {
        fits.push((Action::Conflict(Dealing::Reveal), "look"));
    }
    if Said::of(model, state).is_some() {
        fits.push((Action::Why, "what went wrong"));
    }
    fits
}

/// A member with one of its conversations, or with none yet.
fn seat(model: &Model, state: &State) -> Vec<Fit> {
    let Some(seat) = model.seat(state) else {
        return Vec::new();
    };
    let mut fits = vec![OPEN];
    if let Some(session) = seat.session {
        fits.extend(conversation(session));
    }
    let member = Offerer::Member(seat.member.spec().name.clone());
    let offering = model.beside.offerings.of(&member);
    if offering.is_some_and(|it| it.resources.is_some()) {
        fits.push((Action::Resources, "resources"));
    }
    fits.push((Action::ListSessions, "the server's list"));
    if seat.session.is_some() {
        fits.extend([
            (Action::Copy, "copy the turn"),
            (Action::Reading(Reading::CopyBlock), "copy the code"),
            (Action::Reading(Reading::CopySession), "copy all"),
            EDIT,
        ]);
        fits.push((Action::Mark, "mark, to see side by side"));
        if model.main_pane() == Pane::Transcript {
            fits.push((Action::Filter, "search"));
        }
    }
    fits
}

fn conversation(session: &Session) -> Vec<Fit> {
    let archive = if session.is_archived() {
        "bring back"
    } else {
        "archive"
    };
    let mut fits = vec![(Action::Fork, "fork"), (Action::Rename, "rename")];
    if !session.is_archived() {
        fits.push((Action::UseSession, "use"));
    }
    if !session.is_archived() && !session.dials().is_empty() {
        fits.push((Action::Dials, "settings"));
    }
    fits.extend([
        (Action::Archive, archive),
        (Action::Export, "export"),
        (Action::ResetSession, "forget"),
    ]);
    fits
}

fn task(model: &Model, state: &State) -> Vec<Fit> {
    let Some(task) = model.task(state) else {
        // A conflict in the shared memory leads to what it is about.
        return match model.asked(state) {
            Some(_) => vec![OPEN, LEAD, COPY],
            None => Vec::new(),
        };
    };
    let mut fits = vec![OPEN];
    if is_open(task.id(), state) {
        fits.push((Action::Write, "write the result"));
    }
    if rewording::task(model, state).is_some() {
        fits.extend([
            (Action::Write, "change its text"),
            (Action::Shift(Shift::Up), "move up"),
            (Action::Shift(Shift::Down), "move down"),
            (Action::Shift(Shift::First), "move first"),
        ]);
    }
    match task.outcome() {
        None => fits.extend([
            (Action::Cancel, "cancel"),
            (Action::Raise, "more urgent"),
            (Action::Lower, "less urgent"),
        ]),
        Some(Outcome::Done { .. }) => fits.extend([praise(task, true), praise(task, false)]),
        Some(Outcome::Failed { .. } | Outcome::Cancelled) => {}
    }
    fits.extend([
        (Action::Relabel, "say its kind"),
        (Action::Clone, "clone"),
        (Action::Mark, "mark"),
    ]);
    if !of_task(task, state).is_empty() {
        fits.push(LEAD);
    }
    fits.extend([COPY, EDIT]);
    if model.list() == Pane::Queue {
        let word = if model.is_board() { "list" } else { "board" };
        fits.push((Action::Board, word));
    }
    fits
}

/// The same word on a result takes it back.
fn praise(task: &Task, good: bool) -> Fit {
    let said = task.rated() == Some(good);
    match (good, said) {
        (true, false) => (Action::Raise, "praise"),
        (true, true) => (Action::Raise, "praise no more"),
        (false, false) => (Action::Lower, "blame"),
        (false, true) => (Action::Lower, "blame no more"),
    }
}

fn item(model: &Model, state: &State) -> Vec<Fit> {
    let Some(item) = model.asked(state) else {
        return Vec::new();
    };
    let mut fits = vec![OPEN];
    if !of_item(item, state).is_empty() {
        fits.push(LEAD);
    }
    let marks = [
        (Action::Mark, "mark"),
        (Action::MarkAlike, "mark all like it"),
    ];
    fits.extend(marks.into_iter().filter(|_| model.list() == Pane::Inbox));
    fits.push(COPY);
    fits
}
