//! The palette: what was found, row by row, each with what it is.

use ratatui::layout::Rect;

use crate::ui::action::Entry;
use crate::ui::hits::Target;
use crate::ui::palette::{Palette, Row};
use crate::ui::pick::Lead;
use crate::ui::sequence::Sequence;
use crate::ui::status;
use crate::ui::text::columns;
use crate::ui::theme::Role;
use crate::ui::view::overlays::{dialog, listed};
use crate::ui::view::paint::{Title, beyond, window};
use crate::ui::view::{Paint, Scene, offers, pick};

/// Columns where there are fewer than [`ROOMY`], and where there are not.
const NARROW: u16 = 84;
const WIDE: u16 = 128;
const ROOMY: u16 = 136;
/// Columns of the name of an action, and of what a thing is.
const NAME: u16 = 18;
/// What can be typed, while nothing is.
const ASKS: &str = "an action, a member, session, task, document, conflict or lesson";

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, palette: &Palette, scene: Scene<'_>) {
    let (found, chosen) = (&palette.found, palette.chosen);
    let rows = 14.min(area.height.saturating_sub(4));
    let more = beyond(found.len(), &window(found.len(), rows, Some(chosen)));
    let left_out = match palette.left_out {
        0 => String::new(),
        things => format!("{things} more by number only"),
    };
    let count = offers::count(found, &scene.model.beside.offerings);
    let right = listed([more, count, left_out]);
    let wide = if area.width < ROOMY { NARROW } else { WIDE };
    let title = Title {
        name: "Palette",
        right: &right,
    };
    let inside = dialog(paint, area, wide, rows + 4, title);
    let typed = palette.input.text();
    let used = paint.text(inside, 0, 0, typed, Role::Text);
    let used = used + paint.text(inside, 0, used, "▌", Role::Accent);
    if typed.is_empty() {
        paint.text(inside, 0, used + 1, ASKS, Role::Muted);
    }
    let list = Rect {
        y: inside.y + 2,
        height: inside.height.saturating_sub(2),
        ..inside
    }
    .intersection(inside);
    if found.is_empty() {
        paint.empty(list, "nothing fits");
    }
    for (row, i) in (0..).zip(window(found.len(), list.height, Some(chosen))) {
        match found.get(i) {
            Some(Row::Action(entry)) => {
                let command = palette.command(entry).unwrap_or_default();
                action(paint, list, row, entry, (&command, scene));
            }
            Some(Row::Prompt(from, prompt)) => offers::prompt(paint, list, row, from, prompt),
            Some(Row::Resources(from)) => offers::store(paint, list, row, from),
            Some(Row::Thing(lead)) => thing(paint, list, row, lead, scene),
            None => continue,
        }
        let wide = Rect {
            x: list.x - 1,
            width: list.width + 2,
            ..list
        };
        paint.hits.row(wide, row, 1, Target::Answer(i));
        if i == chosen {
            paint.select(wide, row);
        }
    }
}

/// An action with its keys, and the command line that does the same where there is room for it.
fn action(
    paint: &mut Paint<'_>,
    list: Rect,
    row: u16,
    entry: &Entry,
    (command, scene): (&str, Scene<'_>),
) {
    let keys = scene.model.setup.keymap.keys(entry.action).into_iter();
    let keys: Vec<String> = keys.map(Sequence::label).collect();
    let keys = keys.join(" ");
    let end = columns(&keys) + 2;
    let room = list.width.saturating_sub(NAME + 2 + end);
    let texts = [
        (entry.name, NAME, Role::Title),
        (entry.doc, room, Role::Muted),
    ];
    paint.cells(list, row, &texts);
    paint.right(list, row, &keys, Role::Key);
    let after = NAME + 2 + columns(entry.doc) + 3;
    if !command.is_empty() && after + columns(command) + end <= list.width {
        let column = list.width - end - columns(command);
        paint.text(list, row, column, command, Role::Muted);
    }
}

/// Something to go to: what it is, what it says, and how it stands.
fn thing(paint: &mut Paint<'_>, list: Rect, row: u16, lead: &Lead, scene: Scene<'_>) {
    let (sort, text) = pick::told_of(lead, scene.state);
    let stands = match lead {
        Lead::Task(task) | Lead::Conflict(task) => {
            let task = scene.state.task(*task);
            task.map(|task| status::task(task, scene.state))
        }
        Lead::Lesson(lesson) => {
            let lesson = scene.state.lesson(*lesson);
            lesson.map(|lesson| status::lesson(lesson.standing()))
        }
        Lead::Document(_) | Lead::Item(_) | Lead::Member(_) | Lead::Session(_) => None,
    };
    let word = stands.as_ref().map_or("", |it| it.word.as_ref());
    let end = columns(word) + 2;
    let room = list.width.saturating_sub(NAME + 2 + end);
    paint.cells(
        list,
        row,
        &[(sort, NAME, Role::Muted), (&text, room, Role::Text)],
    );
    paint.right(
        list,
        row,
        word,
        stands.as_ref().map_or(Role::Muted, |it| it.role),
    );
}
