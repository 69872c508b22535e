//! The line of events below the room as it was: which one is looked at, when that was, and what happened.

use ratatui::layout::Rect;

use crate::ui::action::Context;
use crate::ui::hits::Target;
use crate::ui::theme::Role;
use crate::ui::travel::Travel;
use crate::ui::view::paint::Title;
use crate::ui::view::{Paint, Scene};

/// Columns of the time: a day and a time of day.
const TIME: u16 = 17;
/// Columns of the line at least; in fewer it says nothing.
const LINE_MIN: u16 = 12;

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, travel: &Travel, scene: Scene<'_>) {
    let right = format!("event {} of {}", travel.to, travel.last);
    let title = Title {
        name: "as it was",
        right: &right,
    };
    let inside = paint.frame(area, title, scene.model.context() == Context::Past);
    let Some(seen) = &travel.seen else {
        paint.text(inside, 0, 0, "the journal is being read …", Role::Muted);
        return;
    };
    let when = scene.model.day_and_time(seen.at);
    paint.text(inside, 0, 0, &when, Role::Text);
    let left = inside.width.saturating_sub(TIME);
    let line = (left / 3).max(LINE_MIN).min(left);
    let rail = Rect {
        x: inside.x + TIME.min(inside.width),
        width: line,
        ..inside
    };
    rail_of(paint, rail, travel, seen.seq);
    let (sort, words, role) = &seen.told;
    let gap = 2;
    let said = Rect {
        x: rail.x + rail.width + gap,
        width: left.saturating_sub(line + gap),
        ..inside
    };
    let sorted = paint.text(said, 0, 0, sort, Role::Badge);
    let after = sorted + u16::from(sorted > 0) * gap;
    let rest = Rect {
        x: said.x + after.min(said.width),
        width: said.width.saturating_sub(after),
        ..said
    };
    paint.text(rest, 0, 0, words, *role);
}

/// The line with the place of the event on it. Each of its columns can be pointed at.
fn rail_of(paint: &mut Paint<'_>, area: Rect, travel: &Travel, seq: u64) {
    let columns = u64::from(area.width);
    if columns < 2 {
        return;
    }
    let steps = columns - 1;
    let place = (seq.saturating_mul(steps) / travel.last.max(1)).min(steps);
    let place = usize::try_from(place).unwrap_or(0);
    let before = "━".repeat(place);
    let behind = "─".repeat(usize::from(area.width).saturating_sub(place + 1));
    let mut column = paint.text(area, 0, 0, &before, Role::Accent);
    column += paint.text(area, 0, column, "●", Role::Accent);
    paint.text(area, 0, column, &behind, Role::Muted);
    for (column, step) in (0..area.width).zip(0..columns) {
        let cell = Rect {
            x: area.x + column,
            width: 1,
            height: 1,
            ..area
        };
        let event = travel.last.saturating_mul(step) / steps;
        paint.hits.put(cell, Target::Moment(event.max(1)));
    }
}
