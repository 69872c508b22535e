//! The Metrics screen: what all came to over time, and members or kinds with their figures below it, as bars of
//! one figure or as a table, at the left; all figures of the selected row at the right.

mod chart;
mod forecasts;
mod head;
mod line;
pub(super) mod member;
mod plot;

use ratatui::layout::Rect;

use crate::core::metrics::Whose;
use crate::ui::hits::Target;
use crate::ui::metrics::column::{Column, UNKNOWN};
use crate::ui::metrics::{Row, all_rehearse, window_name};
use crate::ui::model::{Keys, Pane};
use crate::ui::text::columns;
use crate::ui::theme::Role;
use crate::ui::view::paint::{Title, window};
use crate::ui::view::{Paint, Scene, advice, hints, lists};

/// Columns between two figures.
const GAP: u16 = 2;

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let model = scene.model;
    let board = &model.metrics;
    let filter = hints::filter_of(model, Pane::Metrics);
    let right = if filter.is_empty() {
        window_name(board.window)
    } else {
        &filter
    };
    let title = Title {
        name: "Metrics",
        right,
    };
    let inside = paint.frame(area, title, scene.has_keys(Pane::Metrics));
    rehearsal(paint, area, scene);
    advice::standing(paint, area, scene);
    let rows = model.figures();
    if board.rows().is_empty() {
        let why = "no members yet: what they do is counted here, by member and kind of task";
        paint.empty(inside, why);
        return;
    }
    let head = head::draw(paint, inside, rows.len(), scene);
    let table = Rect {
        y: inside.y + head,
        height: inside.height.saturating_sub(head),
        ..inside
    }
    .intersection(inside);
    if rows.is_empty() {
        lists::none(paint, table, Pane::Metrics, "", scene);
        return;
    }
    list(paint, table, &rows, scene);
}

/// The rows below their heading, and of bars the axis below them.
fn list(paint: &mut Paint<'_>, table: Rect, rows: &[&Row], scene: Scene<'_>) {
    let model = scene.model;
    let board = &model.metrics;
    let keys = Keys::Listed(rows.iter().map(|row| row.key).collect());
    let selected = model.place(Pane::Metrics, &keys);
    let overflows = rows.len() >= usize::from(table.height);
    let axis = u16::from(table.height > 4 && (!board.table || overflows));
    let body = Rect {
        y: table.y + 1,
        height: table.height.saturating_sub(1 + axis),
        ..table
    }
    .intersection(table);
    let sight = window(rows.len(), body.height, selected);
    let below = rows.len() - sight.end;
    let name = rows
        .iter()
        .map(|row| columns(&row.title()))
        .max()
        .unwrap_or(0);
    let name = name.clamp(Column::Name.width(), (table.width * 2 / 5).max(1));
    let shown = shown(board.column, table.width.saturating_sub(name));
    let bars = Rect {
        x: table.x + name + GAP,
        width: table.width.saturating_sub(name + GAP),
        ..table
    }
    .intersection(table);
    let scale = chart::Scale::of(board, rows, bars.width);
    if board.table {
        heading(paint, table, name, &shown, scene);
    } else {
        chart::heading(paint, table, scene);
        let last = u16::try_from(sight.len()).unwrap_or(0) + 1;
        if axis > 0 {
            scale.axis(paint, bars, last);
        }
    }
    for (line, i) in (0..).zip(sight) {
        let Some(row) = rows.get(i) else { continue };
        paint
            .hits
            .row(body, line, 1, Target::Row(Pane::Metrics, row.key));
        let cell = Rect {
            width: name.min(body.width),
            ..body
        };
        let role = if row.whose == Whose::All || !row.here {
            Role::Muted
        } else {
            Role::Title
        };
        paint.text(cell, line, 0, &row.title(), role);
        if board.table {
            figures(paint, body, line, name, (row, &shown));
        } else {
            scale.bar(paint, bars, line + 1, row, board.beats(row));
        }
        if selected == Some(i) {
            lists::mark(paint, body, line, Pane::Metrics, scene);
        }
    }
    if below > 0 {
        let last = table.height.saturating_sub(1);
        let room = Rect {
            width: name.min(table.width),
            ..table
        };
        if axis > 0 {
            paint.text(room, last, 0, &format!("{below} more below"), Role::Muted);
        }
    }
}

/// Says that nothing here is of a real model, where that is so.
fn rehearsal(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    if !all_rehearse(scene.state) {
        return;
    }
    let bottom = Rect {
        y: area.y + area.height.saturating_sub(1),
        height: 1,
        ..area
    };
    paint.text(bottom, 0, 2, " rehearsal: not of real models ", Role::Muted);
}

/// The columns that fit, the one by which is sorted among them.
fn shown(sorted: Column, width: u16) -> Vec<Column> {
    let all = Column::FIGURES;
    let fit = |from: usize| {
        let mut left = width;
        let rest = all.get(from..).unwrap_or_default().iter();
        let fitting = rest.take_while(|column| {
            let taken = column.width() + GAP;
            let fits = taken <= left;
            left = left.saturating_sub(taken);
            fits
        });
        fitting.copied().collect::<Vec<Column>>()
    };
    let mut columns = (0..all.len()).map(fit);
    let wanted = |shown: &Vec<Column>| sorted == Column::Name || shown.contains(&sorted);
    columns.find(wanted).unwrap_or_default()
}

fn heading(paint: &mut Paint<'_>, table: Rect, name: u16, shown: &[Column], scene: Scene<'_>) {
    let board = &scene.model.metrics;
    let role = |column: Column| {
        if board.column == column {
            Role::Accent
        } else {
            Role::Muted
        }
    };
    let first = if board.by_kind {
        "kind"
    } else {
        Column::Name.heading()
    };
    let used = paint.text(table, 0, 0, first, role(Column::Name));
    if board.column == Column::Name {
        paint.text(table, 0, used + 1, arrow(scene), Role::Accent);
    }
    let mut column = name + GAP;
    for one in shown {
        let mut text = one.heading().to_owned();
        // The arrow stands where the gap is.
        if board.column == *one {
            text = format!("{}{text}", arrow(scene));
            let cell = cell(table, column - 1, one.width() + 1);
            paint.right(cell, 0, &text, Role::Accent);
        } else {
            paint.right(cell(table, column, one.width()), 0, &text, Role::Muted);
        }
        column += one.width() + GAP;
    }
}

/// Which way is sorted.
fn arrow(scene: Scene<'_>) -> &'static str {
    let board = &scene.model.metrics;
    if (board.column == Column::Name) == board.inverted {
        "↓"
    } else {
        "↑"
    }
}

fn figures(
    paint: &mut Paint<'_>,
    body: Rect,
    line: u16,
    name: u16,
    (row, shown): (&Row, &[Column]),
) {
    let mut column = name + GAP;
    for one in shown {
        let text = one.text(row);
        let plain = text == "0" || text == UNKNOWN || row.whose == Whose::All || !row.here;
        let role = if plain { Role::Muted } else { Role::Text };
        paint.right(cell(body, column, one.width()), line, &text, role);
        column += one.width() + GAP;
    }
}

fn cell(table: Rect, column: u16, width: u16) -> Rect {
    Rect {
        x: table.x + column,
        width,
        ..table
    }
    .intersection(table)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::shown;
    use crate::ui::metrics::column::Column;

    #[test]
    fn the_column_by_which_is_sorted_is_always_in_sight() {
        use Column::{Accepted, Council, First, Name, Tasks, Time};
        assert_eq!(shown(Name, 26), [Tasks, Accepted, Time]);
        assert_eq!(shown(Time, 26), [Tasks, Accepted, Time]);
        assert_eq!(shown(Council, 26), [First, Council]);
        assert_eq!(shown(Name, 200).len(), Column::FIGURES.len());
        assert_eq!(shown(Name, 3), []);
    }
}
