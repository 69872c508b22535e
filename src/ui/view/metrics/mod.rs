//! The Metrics screen: all members with their figures at the left, as a table or as bars of one figure;
//! all figures of the selected one at the right.

mod chart;
mod forecasts;
pub(super) mod member;

use ratatui::layout::Rect;
use ratatui::widgets::{Sparkline, Widget as _};

use crate::core::Span;
use crate::core::metrics::{Beat, step};
use crate::ui::hits::Target;
use crate::ui::metrics::column::{Column, UNKNOWN};
use crate::ui::metrics::{Row, window_name};
use crate::ui::model::{Keys, Pane};
use crate::ui::status::count;
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
    let head = head(paint, inside, scene);
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
    let keys = Keys::Listed(rows.iter().map(|row| row.key).collect());
    let selected = model.place(Pane::Metrics, &keys);
    let body = Rect {
        y: table.y + 1,
        height: table.height.saturating_sub(1),
        ..table
    }
    .intersection(table);
    let sight = window(rows.len(), body.height, selected);
    let name = rows
        .iter()
        .map(|row| columns(&row.title()))
        .max()
        .unwrap_or(0);
    let name = name.clamp(Column::Name.width(), (table.width / 3).max(1));
    let shown = shown(board.column, table.width.saturating_sub(name));
    if board.chart {
        chart::heading(paint, table, scene);
    } else {
        heading(paint, table, name, &shown, scene);
    }
    let scale = chart::Scale::of(board.column, &rows);
    for (line, i) in (0..).zip(sight) {
        let Some(row) = rows.get(i) else { continue };
        paint
            .hits
            .row(body, line, 1, Target::Row(Pane::Metrics, row.key));
        let cell = Rect {
            width: name.min(body.width),
            ..body
        };
        let role = match (&row.member, row.here) {
            (Some(_), true) => Role::Title,
            (None, _) | (Some(_), false) => Role::Muted,
        };
        paint.text(cell, line, 0, &row.title(), role);
        if board.chart {
            let bars = Rect {
                x: body.x + name + GAP,
                width: body.width.saturating_sub(name + GAP),
                ..body
            }
            .intersection(body);
            scale.bar(paint, bars, line, row);
        } else {
            figures(paint, body, line, name, (row, &shown));
        }
        if selected == Some(i) {
            lists::mark(paint, body, line, Pane::Metrics, scene);
        }
    }
}

/// Says that nothing here is of a real model, where that is so.
fn rehearsal(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let mut members = scene.state.members().peekable();
    if members.peek().is_none() || members.any(|member| !member.spec().rehearsal) {
        return;
    }
    let bottom = Rect {
        y: area.y + area.height.saturating_sub(1),
        height: 1,
        ..area
    };
    paint.text(bottom, 0, 2, " rehearsal: not of real models ", Role::Muted);
}

/// What the room counted, and how many calls ended over time; gives the rows that it takes.
fn head(paint: &mut Paint<'_>, inside: Rect, scene: Scene<'_>) -> u16 {
    let counters = scene.state.counters();
    let facts = [
        ("done", counters.done),
        ("failed", counters.failed),
        ("cancelled", counters.cancelled),
        (
            of(counters.conflicts, "conflict", "conflicts"),
            counters.conflicts,
        ),
        (
            of(counters.stale, "late report", "late reports"),
            counters.stale,
        ),
        (of(scene.state.seq(), "event", "events"), scene.state.seq()),
    ];
    let mut column = 0;
    for (name, n) in facts {
        let taken = columns(&count(n)) + 1 + columns(name);
        // A figure that does not fit whole is left out.
        if column + taken > inside.width {
            break;
        }
        column += paint.text(inside, 0, column, &count(n), Role::Title) + 1;
        column += paint.text(inside, 0, column, name, Role::Muted) + 3;
    }
    let board = &scene.model.metrics;
    // Where there is little room the rows of the members need it more.
    let height = if inside.height < 14 { 1 } else { 2 };
    let area = Rect {
        y: inside.y + 1,
        height,
        ..inside
    }
    .intersection(inside);
    let curve = Curve {
        beats: board.beats(),
        step: step(board.curve()),
    };
    // The label may say more where there is less room for steps.
    let label = columns(&curve.label(1)) + GAP;
    let bars = Rect {
        width: area.width.saturating_sub(label),
        ..area
    };
    let each = curve.draw(paint, bars);
    paint.right(area, height - 1, &curve.label(each), Role::Muted);
    // One row of air above the table, where there is room for it.
    if inside.height < 14 {
        height + 1
    } else {
        height + 2
    }
}

/// How many calls ended over time, the present at the right.
struct Curve<'a> {
    beats: &'a [Beat],
    step: Span,
}

impl Curve<'_> {
    /// What so many steps are.
    fn label(&self, steps: usize) -> String {
        let minutes = self.step.0 / 60_000 * u64::try_from(steps).unwrap_or(1);
        match minutes {
            0..=1 => "calls a minute".to_owned(),
            2..60 => format!("calls in {minutes} min"),
            _ => format!("calls in {} h", minutes / 60),
        }
    }

    /// Draws it over the width of an area: several columns a step, or several steps a column. Gives how
    /// many steps one column stands for.
    fn draw(&self, paint: &mut Paint<'_>, area: Rect) -> usize {
        let (steps, room) = (self.beats.len(), usize::from(area.width));
        if steps == 0 || area.is_empty() {
            return 1;
        }
        let each = steps.div_ceil(room);
        let sums = self.beats.rchunks(each).map(|beats| {
            let counts = beats
                .iter()
                .map(|beat| u64::from(beat.answered) + u64::from(beat.failed));
            counts.sum::<u64>()
        });
        let wide = (room / steps).max(1);
        let data: Vec<u64> = sums
            .flat_map(|count| std::iter::repeat_n(count, wide))
            .collect();
        let width = u16::try_from(data.len()).unwrap_or(area.width);
        Sparkline::default()
            .data(data.into_iter().rev())
            .style(paint.style(Role::Accent))
            .render(
                Rect {
                    width: width.min(area.width),
                    ..area
                },
                paint.buf,
            );
        each
    }
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
    let used = paint.text(table, 0, 0, Column::Name.heading(), role(Column::Name));
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
        let plain = text == "0" || text == UNKNOWN || row.member.is_none() || !row.here;
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

/// The noun for so many.
fn of(n: u64, one: &'static str, many: &'static str) -> &'static str {
    if n == 1 { one } else { many }
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
