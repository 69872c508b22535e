//! What the operator says to a lesson: accepted, disputed, retired.

use crate::core::{Command, Lesson, LessonId, LessonOrder, Standing, State};
use crate::ui::action::Screen;
use crate::ui::line_edit::LineEdit;
use crate::ui::model::{Focus, Model, Pane};
use crate::ui::overlay::{Overlay, Wanted};
use crate::ui::theme::Role;
use crate::ui::update::Intent;

/// Whether the keys are for the lessons now.
pub(super) fn at_hand(model: &Model) -> bool {
    model.list() == Pane::Lessons && matches!(model.focus, Focus::Pane(_))
}

/// Shows the lessons; where they are shown, the documents.
pub(super) fn toggle(model: &mut Model) {
    let shown = model.screen == Screen::Memory && model.lists.lessons;
    super::go(model, Screen::Memory);
    model.lists.lessons = !shown;
    model.focus = Focus::Pane(0);
}

/// Shows a lesson.
pub(super) fn show(model: &mut Model, lesson: LessonId) {
    super::go(model, Screen::Memory);
    model.lists.lessons = true;
    model.lists.filters.remove(&Pane::Lessons);
    model.select_key(Pane::Lessons, lesson.0);
    model.focus = Focus::Pane(0);
}

/// The selected lesson; without one the operator is told.
pub(super) fn selected(model: &mut Model, state: &State) -> Option<LessonId> {
    let lesson = model.lesson(state).map(Lesson::id);
    if lesson.is_none() {
        model.tell("no lesson is selected", Role::Muted);
    }
    lesson
}

/// The selected lesson, if something can be said to it: one that another contradicts is settled in
/// the inbox, which is then shown.
fn free<'s>(model: &mut Model, state: &'s State) -> Option<&'s Lesson> {
    let lesson = selected(model, state).and_then(|lesson| state.lesson(lesson))?;
    if let Some(item) = state.lesson_item(lesson.id()) {
        super::go(model, Screen::Inbox);
        model.lists.filters.remove(&Pane::Inbox);
        model.select_key(Pane::Inbox, item.0);
        let id = lesson.id();
        model.tell(
            format!("another one contradicts {id}: say here which of them holds"),
            Role::Muted,
        );
        return None;
    }
    Some(lesson)
}

/// Lets the selected lesson hold.
pub(super) fn accept(model: &mut Model, state: &State) -> Vec<Intent> {
    let Some(lesson) = free(model, state) else {
        return Vec::new();
    };
    let lesson = match lesson.standing() {
        Standing::Accepted => return stands(model, lesson),
        Standing::Proposed | Standing::Disputed | Standing::Retired => lesson.id(),
    };
    vec![ordered(LessonOrder::Accept { lesson })]
}

/// Asks why the selected lesson is doubted.
pub(super) fn dispute(model: &mut Model, state: &State) {
    let Some(lesson) = free(model, state) else {
        return;
    };
    match lesson.standing() {
        Standing::Proposed | Standing::Accepted => ask(model, Wanted::Dispute(lesson.id())),
        Standing::Disputed | Standing::Retired => drop(stands(model, lesson)),
    }
}

/// Asks why the selected lesson holds no more.
pub(super) fn retire(model: &mut Model, state: &State) {
    let Some(lesson) = free(model, state) else {
        return;
    };
    match lesson.standing() {
        Standing::Proposed | Standing::Accepted | Standing::Disputed => {
            ask(model, Wanted::Retire(lesson.id()));
        }
        Standing::Retired => drop(stands(model, lesson)),
    }
}

fn stands(model: &mut Model, lesson: &Lesson) -> Vec<Intent> {
    let (id, word) = (lesson.id(), lesson.standing().word());
    model.tell(format!("{id} is {word} already"), Role::Muted);
    Vec::new()
}

fn ask(model: &mut Model, wanted: Wanted) {
    let input = LineEdit::default();
    model.overlays.push(Overlay::Ask { wanted, input });
}

/// Why a lesson is doubted was typed.
pub(super) fn disputed(model: &mut Model, lesson: LessonId, why: String) -> Vec<Intent> {
    if why.is_empty() {
        model.tell("say why it is doubted", Role::Warn);
        ask(model, Wanted::Dispute(lesson));
        return Vec::new();
    }
    vec![ordered(LessonOrder::Dispute { lesson, why })]
}

/// Why a lesson holds no more was typed.
pub(super) fn retired(lesson: LessonId, why: String) -> Vec<Intent> {
    vec![ordered(LessonOrder::Retire { lesson, why })]
}

fn ordered(order: LessonOrder) -> Intent {
    Intent::Command(Command::Lesson(order))
}
