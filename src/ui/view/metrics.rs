//! Figures of members and of the room, from the state alone.

use ratatui::layout::Rect;

use crate::core::{Member, Span};
use crate::ui::model::Pane;
use crate::ui::status::{clock, count, dollars};
use crate::ui::text::columns;
use crate::ui::theme::Role;
use crate::ui::view::paint::Title;
use crate::ui::view::{Paint, Scene, lists};

/// Columns of the table after the name: heading and width.
const COLUMNS: [(&str, u16); 8] = [
    ("answered", 8),
    ("failed", 6),
    ("won", 5),
    ("lost", 5),
    ("mean work", 9),
    ("first text", 10),
    ("tokens", 7),
    ("cost", 8),
];
/// Columns of the name.
const NAME: u16 = 14;

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let Scene { model, state, .. } = scene;
    let real = state.members().filter(|m| !m.spec().rehearsal).count();
    let right = if real == 0 && state.members().len() > 0 {
        "rehearsal: not figures of real models"
    } else {
        ""
    };
    let title = Title {
        name: "Metrics",
        right,
    };
    let inside = paint.frame(area, title, scene.has_keys(Pane::Metrics));
    let counters = state.counters();
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
        (of(state.seq(), "event", "events"), state.seq()),
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
    let table = Rect {
        y: inside.y + 2,
        height: inside.height.saturating_sub(2),
        ..inside
    }
    .intersection(inside);
    if state.members().len() == 0 {
        paint.empty(table, "no members yet");
        return;
    }
    let mut column = NAME + 2;
    paint.text(table, 0, 0, "member", Role::Muted);
    for (name, columns) in COLUMNS {
        if column + columns <= table.width {
            number(paint, table, 0, column, columns, name, Role::Muted);
        }
        column += columns + 2;
    }
    let keys = model.keys(Pane::Metrics, state);
    let selected = model.place(Pane::Metrics, &keys);
    for (i, member) in (0..).zip(state.members()) {
        let row = i + 1;
        member_row(paint, table, row, member);
        if selected == Some(usize::from(i)) && row < table.height {
            lists::mark(paint, table, row, Pane::Metrics, scene);
        }
    }
}

/// The noun for so many.
fn of(n: u64, one: &'static str, many: &'static str) -> &'static str {
    if n == 1 { one } else { many }
}

fn member_row(paint: &mut Paint<'_>, table: Rect, row: u16, member: &Member) {
    let record = member.record();
    let span = |span: Option<Span>| span.map_or_else(|| "–".to_owned(), clock);
    let first = record
        .mean_first_text()
        .map_or_else(|| "–".to_owned(), |s| s.to_string());
    let cells = [
        count(record.answered),
        count(record.failed),
        count(record.won),
        count(record.lost),
        span(record.mean_time()),
        first,
        count(record.tokens),
        format!("${}", dollars(record.micro_usd)),
    ];
    let name = Rect {
        width: NAME.min(table.width),
        ..table
    };
    paint.text(name, row, 0, member.spec().name.as_str(), Role::Title);
    let mut column = NAME + 2;
    for (text, (_, columns)) in cells.iter().zip(COLUMNS) {
        if column + columns <= table.width {
            let role = if text == "0" || text == "–" || text == "$0.00" {
                Role::Muted
            } else {
                Role::Text
            };
            number(paint, table, row, column, columns, text, role);
        }
        column += columns + 2;
    }
}

fn number(
    paint: &mut Paint<'_>,
    table: Rect,
    row: u16,
    column: u16,
    columns: u16,
    text: &str,
    role: Role,
) {
    let cell = Rect {
        x: table.x + column,
        width: columns,
        ..table
    }
    .intersection(table);
    paint.right(cell, row, text, role);
}
