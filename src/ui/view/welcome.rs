//! The welcome, above the room: the way through its steps, and the step that it is at.

use ratatui::layout::Rect;

use crate::ui::hits::Target;
use crate::ui::layout::centered;
use crate::ui::text::cells;
use crate::ui::theme::Role;
use crate::ui::view::overlays::dialog;
use crate::ui::view::paint::{Title, beyond, window};
use crate::ui::view::{Paint, Scene, pick};
use crate::ui::welcome::{Step, Told, Welcome, rows};

/// Columns and rows where there is room for them.
const COLUMNS: u16 = 88;
const ROWS: u16 = 24;
/// Rows of the way through the steps, with the air around it.
const HEAD: u16 = 3;

fn frame(area: Rect) -> (u16, u16) {
    let rows = ROWS.min(area.height.saturating_sub(4));
    (COLUMNS.min(area.width.saturating_sub(4)), rows)
}

/// Columns and rows of the text of a step.
pub(crate) fn welcome_size(area: Rect) -> (u16, u16) {
    let (columns, rows) = frame(area);
    let inside = centered(area, columns, rows);
    let columns = inside.width.saturating_sub(4);
    (columns, inside.height.saturating_sub(2 + HEAD))
}

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, welcome: &Welcome, scene: Scene<'_>) {
    let (columns, height) = frame(area);
    let (text_columns, lines) = welcome_size(area);
    let told = Told {
        state: scene.state,
        hub: &scene.model.beside.hub,
        ground: scene.model.setup.ground,
        theme: scene.model.setup.theme.name(),
    };
    let rows = rows(welcome, &told, text_columns);
    let scroll = welcome
        .scroll
        .min(rows.len().saturating_sub(usize::from(lines)));
    let sight = scroll..rows.len().min(scroll + usize::from(lines));
    let place = Step::ALL.iter().position(|it| *it == welcome.step);
    let place = format!("{} of {}", place.unwrap_or(0) + 1, Step::ALL.len());
    let right = match beyond(rows.len(), &sight).as_str() {
        "" => place,
        beyond => format!("{beyond}; {place}"),
    };
    let title = Title {
        name: "Welcome to Synod",
        right: &right,
    };
    let inside = dialog(paint, area, columns, height, title);
    way(paint, inside, welcome.step);
    let body = Rect {
        y: inside.y + HEAD.min(inside.height),
        height: inside.height.saturating_sub(HEAD),
        ..inside
    };
    for (at, row) in (0..body.height).zip(rows.iter().skip(scroll)) {
        let mut column = 0;
        for (text, role) in row {
            column += paint.text(body, at, column, text, *role);
        }
    }
    if welcome.step == Step::Looks {
        let used = cells(rows.len()).min(body.height);
        let list = Rect {
            y: body.y + used,
            height: body.height - used,
            ..body
        };
        themes(paint, list, welcome, scene);
    }
}

/// The steps in a line: those behind, the one it is at, those to come.
fn way(paint: &mut Paint<'_>, inside: Rect, at: Step) {
    let mut column = 0;
    let mut behind = true;
    for step in Step::ALL {
        let (glyph, role) = match (step == at, behind) {
            (true, _) => ("●", Role::Accent),
            (false, true) => ("✓", Role::Ok),
            (false, false) => ("○", Role::Muted),
        };
        if step == at {
            behind = false;
        }
        if column > 0 {
            column += paint.text(inside, 1, column, " ── ", Role::Border);
        }
        column += paint.text(inside, 1, column, glyph, role) + 1;
        let word = if step == at { Role::Title } else { Role::Muted };
        let narrow = inside.width < 60 && step != at;
        let text = if narrow { step.short() } else { step.word() };
        column += paint.text(inside, 1, column, text, word);
    }
}

/// The themes, as many as fit, the chosen one in sight.
fn themes(paint: &mut Paint<'_>, area: Rect, welcome: &Welcome, scene: Scene<'_>) {
    let looks = &welcome.looks;
    let sight = window(looks.len(), area.height, Some(looks.chosen));
    for (at, i) in (0..area.height).zip(sight) {
        pick::row(paint, area, at, looks, i, scene);
        let wide = Rect {
            x: area.x - 1,
            width: area.width + 2,
            ..area
        };
        paint.hits.row(wide, at, 1, Target::Answer(i));
        if i == looks.chosen {
            paint.select(wide, at);
        }
    }
}
