//! Help and dialogs: what lies on top of a screen.

use ratatui::layout::Rect;

use crate::ui::action::{Action, Context};
use crate::ui::checkup;
use crate::ui::hits::Target;
use crate::ui::layout::centered;
use crate::ui::overlay::{Confirm, Document, Examination, Overlay};
use crate::ui::said::Said;
use crate::ui::text::cells;
use crate::ui::theme::Role;
use crate::ui::view::paint::{Title, below, beyond};
use crate::ui::view::{
    Paint, Scene, form, help, library, menu, offers, palette, pick, session_overlays, votes,
    welcome,
};
use crate::ui::wrap;

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    for overlay in &scene.model.overlays {
        // The answers side by side are drawn in the body, before all layers.
        if !matches!(overlay, Overlay::Choice(_)) {
            paint.hits.cover();
        }
        match overlay {
            Overlay::Help(it) => help::draw(paint, area, it, scene),
            Overlay::Palette(it) => palette::draw(paint, area, it, scene),
            Overlay::Confirm(confirm) => question(paint, area, confirm),
            Overlay::Form(filling) => form::draw(paint, area, filling),
            Overlay::Reason { about, input, .. } => {
                let title = Title {
                    name: "Deny",
                    right: &format!(
                        "why, for the model; {} denies",
                        scene.model.key(Action::Enter)
                    ),
                };
                fill(paint, area, title, about, input.text());
            }
            Overlay::Said(said) => words(paint, area, said),
            Overlay::Write { task, input } => {
                let key = |action| scene.model.key(action);
                let title = Title {
                    name: &format!("Result of {task}"),
                    right: &format!(
                        "{} settles it, {} opens the editor",
                        key(Action::Enter),
                        key(Action::Edit)
                    ),
                };
                let order = scene.state.task(*task).map(crate::core::Task::order);
                let prompt = order.map_or("", |order| order.prompt.headline());
                fill(paint, area, title, prompt, input.text());
            }
            Overlay::Ask { wanted, input } => {
                session_overlays::ask(paint, area, wanted, input.text(), scene);
            }
            Overlay::Results(results) => session_overlays::found(paint, area, results, scene),
            Overlay::Document(document) => read(paint, area, document),
            Overlay::History(it) => library::history(paint, area, it),
            Overlay::Fetching(fetching) => offers::fetching(paint, area, fetching, scene),
            Overlay::Resources(browse) => offers::resources(paint, area, browse, scene),
            Overlay::Pick(it) => pick::draw(paint, area, it, scene),
            Overlay::Ballot(ballot) => votes::own::draw(paint, area, ballot, scene),
            Overlay::Menu(it) => menu::draw(paint, area, it, scene),
            Overlay::Welcome(it) => welcome::draw(paint, area, it, scene),
            Overlay::Checkup(examination) => examined(paint, area, examination, scene),
            // These are drawn in the last line and in the body.
            Overlay::CommandLine { .. }
            | Overlay::Filter
            | Overlay::Seek
            | Overlay::Lookup
            | Overlay::Editor(_)
            | Overlay::Choice(_) => {}
        }
    }
}

/// A dialog's area, cleared and framed.
pub(super) fn dialog(
    paint: &mut Paint<'_>,
    area: Rect,
    columns: u16,
    rows: u16,
    title: Title<'_>,
) -> Rect {
    let area = centered(area, columns, rows);
    paint.ground(area);
    paint.frame(area, title, true)
}

fn words(paint: &mut Paint<'_>, area: Rect, said: &Said) {
    let right = below(&said.ring);
    let title = Title {
        name: &said.title,
        right: &right,
    };
    let frame = document_area(area);
    paint.ground(frame);
    let inside = paint.frame(frame, title, true);
    paint.rows(inside, &said.ring.window());
}

/// Where a document lies, its frame included.
pub(super) fn document_area(area: Rect) -> Rect {
    centered(
        area,
        area.width.saturating_sub(8).min(120),
        area.height.saturating_sub(4),
    )
}

/// Columns and rows of a document's text.
pub(super) fn document_size(area: Rect) -> (u16, u16) {
    let area = document_area(area);
    (area.width.saturating_sub(4), area.height.saturating_sub(2))
}

fn read(paint: &mut Paint<'_>, area: Rect, document: &Document) {
    let right = document.ring.as_ref().map_or_else(String::new, below);
    let title = Title {
        name: &document.name,
        right: &right,
    };
    let frame = document_area(area);
    paint.ground(frame);
    let inside = paint.frame(frame, title, true);
    match &document.ring {
        Some(ring) => paint.rows(inside, &ring.window()),
        None => paint.empty(inside, "it is being read"),
    }
}

/// Columns and rows of the doctor's table on a screen of this size.
pub(crate) fn checkup_size(area: Rect) -> (u16, u16) {
    document_size(area)
}

fn examined(paint: &mut Paint<'_>, area: Rect, examination: &Examination, scene: Scene<'_>) {
    let keymap = &scene.model.setup.keymap;
    let key = |action| keymap.name(action, Context::Overlay);
    let (columns, lines) = checkup_size(area);
    let rows = examination.checkup.as_ref();
    let rows = rows.map_or_else(Vec::new, |checkup| checkup::rows(checkup, columns));
    let lines = usize::from(lines);
    let first = examination.scroll.min(rows.len().saturating_sub(lines));
    let more = beyond(rows.len(), &(first..first + lines));
    let wide = area.width >= if more.is_empty() { 80 } else { 100 };
    let right = match &examination.checkup {
        Some(checkup) if checkup.is_over() && wide => listed([
            more,
            checkup::summary(checkup),
            format!(
                "{} again, {} with prompts",
                key(Action::Check),
                key(Action::CheckWithPrompts)
            ),
        ]),
        Some(checkup) => listed([more, checkup::summary(checkup)]),
        None => String::new(),
    };
    let title = Title {
        name: "Check",
        right: &right,
    };
    let frame = document_area(area);
    paint.ground(frame);
    let inside = paint.frame(frame, title, true);
    if examination.checkup.is_none() {
        paint.empty(inside, "the room begins to look");
        return;
    }
    for (at, row) in (0..inside.height).zip(rows.iter().skip(first)) {
        let mut column = 0;
        for (text, role) in row {
            column += paint.text(inside, at, column, text, *role);
        }
    }
}

/// Parts that say something, one after the other.
pub(super) fn listed<const N: usize>(parts: [String; N]) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("; ")
}

fn question(paint: &mut Paint<'_>, area: Rect, confirm: &Confirm) {
    let columns = 64.min(area.width.saturating_sub(4));
    let lines = paragraphs(&confirm.question, columns.saturating_sub(4));
    let height = cells(lines.len()) + 4;
    let inside = dialog(
        paint,
        area,
        columns,
        height,
        Title {
            name: "Please choose",
            right: "",
        },
    );
    for (row, text) in (0..).zip(&lines) {
        paint.text(inside, row, 0, text, Role::Text);
    }
    let row = cells(lines.len()) + 1;
    let mut column = 0;
    for (i, (text, _)) in confirm.answers.iter().enumerate() {
        let used = paint.text(inside, row, column, &format!(" {text} "), Role::Title);
        let button = Rect {
            x: inside.x + column,
            width: used,
            ..inside
        };
        paint.hits.row(button, row, 1, Target::Answer(i));
        if i == confirm.chosen {
            paint.select(button, row);
        }
        column += used + 2;
    }
}

/// The rows of a text, each of its lines wrapped by itself.
fn paragraphs(text: &str, columns: u16) -> Vec<&str> {
    let lines = text.lines();
    lines.flat_map(|line| wrap::rows(line, columns)).collect()
}

pub(super) fn fill(
    paint: &mut Paint<'_>,
    area: Rect,
    title: Title<'_>,
    message: &str,
    typed: &str,
) {
    let columns = 76.min(area.width.saturating_sub(4));
    let message = crate::ui::text::clean(message);
    let lines = paragraphs(&message, columns.saturating_sub(4));
    let most = usize::from(area.height.saturating_sub(10)).max(8);
    let lines: Vec<&str> = lines.into_iter().take(most).collect();
    let height = cells(lines.len()) + 4;
    let inside = dialog(paint, area, columns, height, title);
    for (row, text) in (0..).zip(&lines) {
        paint.text(inside, row, 0, text, Role::Text);
    }
    let row = cells(lines.len()) + 1;
    // The end of a long answer is what is being typed.
    let room = usize::from(inside.width.saturating_sub(3));
    let skip = typed.chars().count().saturating_sub(room);
    let tail: String = typed.chars().skip(skip).collect();
    let used = paint.text(inside, row, 0, "› ", Role::Accent);
    let used = used + paint.text(inside, row, used, &tail, Role::Text);
    paint.text(inside, row, used, "▌", Role::Accent);
}
