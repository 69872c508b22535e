//! The Votes screen: the list of conflicts, between answers and in the shared memory, and of what was
//! compared without one; the conflict at hand beside it, and the operator's own ballot above.

mod claims;
pub(super) mod conflict;
pub(super) mod dispute;
pub(super) mod own;

use std::collections::BTreeSet;

use ratatui::layout::Rect;

use crate::core::ladder::Contest;
use crate::core::voting::label;
use crate::core::{Call, MemberName, Outcome, Phase, Task};
use crate::ui::action::Screen;
use crate::ui::model::Pane;
use crate::ui::progress;
use crate::ui::status::{self, Status};
use crate::ui::telling::basis_word;
use crate::ui::theme::Role;
use crate::ui::view::lists::{age, frame, mark, none, number, numbers};
use crate::ui::view::paint::window;
use crate::ui::view::{Paint, Scene};
use crate::ui::votes::standing;

/// Heads that a bar in the list shows at most.
const BAR: usize = 8;

/// The list: on its own screen two rows each, in the room one.
pub(super) fn list(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let Scene { model, state, .. } = scene;
    let (disputes, tasks) = (model.disputes(state), model.compared(state));
    let keys = model.keys(Pane::Votes, state);
    let frame = frame(paint, area, Pane::Votes, "", &keys, scene);
    let inside = frame.inside;
    if keys.is_empty() {
        none(
            paint,
            inside,
            Pane::Votes,
            "no answers to compare yet",
            scene,
        );
        return;
    }
    let numbers = numbers(&tasks);
    let each = if model.screen == Screen::Room { 1 } else { 2 };
    for (index, i) in (0..).zip(window(keys.len(), inside.height / each, frame.selected)) {
        let row = index * each;
        if let Some(item) = disputes.get(i) {
            dispute::row(paint, inside, (row, each), (item, numbers), scene);
        } else if let Some(task) = tasks.get(i - disputes.len()) {
            compared_row(paint, inside, (row, each), (task, numbers), scene);
        }
        if frame.selected == Some(i) {
            mark(paint, inside, row, Pane::Votes, scene);
            if each > 1 && scene.has_keys(Pane::Votes) {
                mark(paint, inside, row + 1, Pane::Votes, scene);
            }
        }
    }
}

/// One task whose answers were compared.
fn compared_row(
    paint: &mut Paint<'_>,
    inside: Rect,
    (row, each): (u16, u16),
    (task, numbers): (&Task, u16),
    scene: Scene<'_>,
) {
    let state = scene.state;
    let contest = state.contest(task.id());
    let status = contest.map_or_else(
        || status::task(task, state),
        |contest| standing::of(contest, state),
    );
    paint.text(inside, row, 0, status.glyph, status.role);
    let id = task.id().to_string();
    let column = number(paint, inside, row, &id, numbers, Role::Text);
    match contest {
        Some(contest) if each == 1 => heads(paint, inside, (row, column), contest, &status),
        Some(contest) => {
            let age = age(scene.now.since(contest.found()));
            paint.right(inside, row, &age, Role::Muted);
            paint.text(inside, row, column, &status.word, status.role);
            below(paint, inside, (row + 1, column), &facts(contest), task);
        }
        None => {
            let compared = compared(task, scene);
            let role = if each == 1 { Role::Muted } else { status.role };
            paint.text(inside, row, column, &compared, role);
            if each > 1 {
                below(paint, inside, (row + 1, column), "", task);
            }
        }
    }
}

/// How many answers, and how many ballots of those asked for.
fn facts(contest: &Contest) -> String {
    let answers = standing::answers(contest);
    match standing::turnout(contest) {
        Some((votes, asked)) => format!("{answers}  {votes} of {asked} ballots  "),
        None => format!("{answers}  "),
    }
}

fn below(paint: &mut Paint<'_>, inside: Rect, (row, column): (u16, u16), facts: &str, task: &Task) {
    let used = paint.text(inside, row, column, facts, Role::Muted);
    let prompt = task.order().prompt.headline();
    paint.text(inside, row, column + used, prompt, Role::Muted);
}

/// Who stands for what, in one row.
fn heads(
    paint: &mut Paint<'_>,
    inside: Rect,
    (row, mut column): (u16, u16),
    contest: &Contest,
    status: &Status,
) {
    let word = paint.right(inside, row, &status.word, status.role);
    let room = Rect {
        width: inside.width.saturating_sub(word + 1),
        ..inside
    };
    for (at, side) in contest.sides().iter().map(BTreeSet::len).enumerate() {
        column += paint.text(room, row, column, &format!("{} ", label(at)), Role::Text);
        let bar = "█".repeat(side.min(BAR));
        column += paint.text(room, row, column, &bar, Role::Accent);
        column += paint.text(room, row, column, &format!(" {side}"), Role::Muted) + 2;
    }
}

/// What came of answers that were compared without a conflict.
fn compared(task: &Task, scene: Scene<'_>) -> String {
    match task.phase() {
        Phase::Ended {
            outcome: Outcome::Done { from, basis, .. },
            ..
        } => format!(
            "{} of {}  {}",
            from.len(),
            task.calls().len(),
            basis_word(*basis)
        ),
        Phase::Queued
        | Phase::Working
        | Phase::Deciding { .. }
        | Phase::Held { .. }
        | Phase::Ended { .. } => {
            // A member that was asked again is one member still.
            let over = task
                .calls()
                .iter()
                .filter_map(|call| scene.state.call(*call));
            let over = over.filter(|call| call.ending().is_some());
            let answered: BTreeSet<&MemberName> = over.map(Call::member).collect();
            let (asked, answered) = (task.council().len(), answered.len());
            let progress = progress::of(task, scene.state).filter(|it| it.noun == "answers");
            let answered = progress.map_or(answered, |it| it.done);
            format!("{} of {asked} answered", answered.min(asked))
        }
    }
}
