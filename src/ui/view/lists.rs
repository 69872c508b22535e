//! The lists of tasks and documents, and what all lists have in common.

use ratatui::layout::Rect;

use crate::core::memory::HubState;
use crate::core::{Awaited, Outlook, Span, Task, Timestamp};
use crate::ui::action::{Action, Screen};
use crate::ui::checks;
use crate::ui::composer::size;
use crate::ui::depends;
use crate::ui::graph;
use crate::ui::hits::Target;
use crate::ui::model::{Keys, Pane};
use crate::ui::progress::{self, Progress};
use crate::ui::text::{clip, columns};
use crate::ui::theme::Role;
use crate::ui::view::paint::{Title, window};
use crate::ui::view::{Paint, Scene, hints};
use crate::ui::waiting::{self, Told};

/// From so many columns on a row also says at its end how far its task is, or for what it waits.
const WIDE: u16 = 60;
/// Columns of the bar that says how far a task is.
pub(super) const BAR: u16 = 8;

/// The frame of a list with its filter or figure, and which rows are in sight.
pub(super) struct Frame {
    pub(super) inside: Rect,
    pub(super) selected: Option<usize>,
    pub(super) rows: std::ops::Range<usize>,
}

pub(super) fn frame(
    paint: &mut Paint<'_>,
    area: Rect,
    pane: Pane,
    right: &str,
    keys: &Keys<'_>,
    scene: Scene<'_>,
) -> Frame {
    let filter = hints::filter_of(scene.model, pane);
    let marked = scene.model.lists.marked.len();
    let filter = match (filter.is_empty(), pane, marked) {
        (false, Pane::Queue, 1..) => format!("{filter}  {marked} marked"),
        _ => filter,
    };
    let right = if filter.is_empty() { right } else { &filter };
    let title = Title {
        name: super::pane_title(pane),
        right,
    };
    let inside = paint.frame(area, title, scene.has_keys(pane));
    let selected = scene.model.place(pane, keys);
    let rows = window(keys.len(), inside.height, selected);
    for (row, key) in (0..).zip(rows.clone().filter_map(|at| keys.get(at))) {
        paint.hits.row(inside, row, 1, Target::Row(pane, key));
    }
    Frame {
        inside,
        selected,
        rows,
    }
}

/// Says that a list is empty, and whether its filter made it so.
pub(super) fn none(paint: &mut Paint<'_>, inside: Rect, pane: Pane, why: &str, scene: Scene<'_>) {
    let filter = hints::filter_of(scene.model, pane);
    if filter.len() > 1 {
        let clear = scene.key(Action::Back);
        let nothing = format!("nothing matches {filter}; {clear} clears it");
        paint.empty(inside, &nothing);
    } else {
        paint.empty(inside, why);
    }
}

/// Shows which row is selected: in full where the keys are, by a mark beside a detail.
pub(super) fn mark(paint: &mut Paint<'_>, inside: Rect, row: u16, pane: Pane, scene: Scene<'_>) {
    if scene.has_keys(pane) {
        let wide = Rect {
            x: inside.x - 1,
            width: inside.width + 2,
            ..inside
        };
        paint.select(wide, row);
    } else if scene.model.screen != Screen::Room {
        let margin = Rect {
            x: inside.x - 1,
            width: 1,
            ..inside
        };
        paint.text(margin, row, 0, "▸", Role::Accent);
    }
}

pub(super) fn queue(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let Scene { model, state, .. } = scene;
    let lineup = &model.lineup;
    let right = match (model.lists.marked.len(), lineup.open()) {
        (0, 0) => String::new(),
        (0, open) => format!("{open} open"),
        (marked, open) => format!("{marked} marked, {open} open"),
    };
    let keys = model.keys(Pane::Queue, state);
    let frame = frame(paint, area, Pane::Queue, &right, &keys, scene);
    if keys.is_empty() {
        none(
            paint,
            frame.inside,
            Pane::Queue,
            "no tasks yet: write one below",
            scene,
        );
        return;
    }
    let highest = lineup.highest().map(|id| columns(&id.to_string()));
    let numbers = highest.unwrap_or(2);
    let outlook = Outlook::of(state, scene.now);
    let ties = depends::ties(lineup, &frame.rows, state);
    let most = if frame.inside.width < WIDE { 2 } else { 4 };
    let gutter = graph::gutter(frame.rows.len(), ties, most);
    for ((row, i), lines) in (0..).zip(frame.rows).zip(&gutter) {
        let place = lineup.rows().get(i);
        let Some(task) = place.and_then(|place| state.task(place.task())) else {
            continue;
        };
        let about = About {
            awaited: outlook.awaited(task),
            numbers,
            lines,
        };
        task_row(paint, frame.inside, row, (task, &about), scene);
        if frame.selected == Some(i) {
            mark(paint, frame.inside, row, Pane::Queue, scene);
        }
    }
}

/// Columns that the widest number of these tasks takes.
pub(super) fn numbers(tasks: &[&Task]) -> u16 {
    let widest = tasks.iter().map(|task| columns(&task.id().to_string()));
    widest.max().unwrap_or(2)
}

/// Writes a task's number behind the glyph, at the right of its column; gives the column after it.
pub(super) fn number(
    paint: &mut Paint<'_>,
    area: Rect,
    row: u16,
    id: &str,
    numbers: u16,
    role: Role,
) -> u16 {
    let after = 2 + numbers.saturating_sub(columns(id));
    paint.text(area, row, after, id, role);
    2 + numbers + 1
}

/// What a row says beside its task.
struct About<'a> {
    awaited: Option<Awaited>,
    /// Columns of the widest number.
    numbers: u16,
    /// What ties it to its neighbours.
    lines: &'a str,
}

fn task_row(
    paint: &mut Paint<'_>,
    area: Rect,
    row: u16,
    (task, about): (&Task, &About<'_>),
    scene: Scene<'_>,
) {
    let setup = &scene.model.setup;
    let told = waiting::told(task, scene.state, about.awaited.as_ref(), setup);
    let status = &told.status;
    let order = task.order();
    let id = task.id().to_string();
    let ended = task.is_ended();
    let role = if ended { Role::Muted } else { Role::Text };
    let glyph = if scene.model.lists.marked.contains(&task.id()) {
        "◆"
    } else {
        status.glyph
    };
    paint.text(area, row, 0, glyph, status.role);
    let mut column = number(paint, area, row, &id, about.numbers, role);
    if !about.lines.is_empty() {
        column += paint.text(area, row, column, about.lines, Role::Border) + 1;
    }
    let inside = Rect {
        x: area.x + column.min(area.width),
        width: area.width.saturating_sub(column),
        ..area
    };
    let (status_role, strategy) = (status.role, order.strategy.word());
    let headline = match task.checked() {
        Some(checked) => format!("{} · {}", checks::brief(checked), order.prompt.headline()),
        None => order.prompt.headline().to_owned(),
    };
    let narrow = inside.width < 40;
    if narrow {
        paint.cells(
            inside,
            row,
            &[
                (&status.word, 10, status_role),
                (&headline, inside.width.saturating_sub(12), role),
            ],
        );
    } else {
        let end = at_the_end(paint, inside, row, task, &told, scene);
        paint.cells(
            inside,
            row,
            &[
                (&status.word, 10, status_role),
                (strategy, 7, Role::Muted),
                (&headline, inside.width.saturating_sub(21 + end), role),
            ],
        );
    }
}

/// How far a task is, or for what it waits, at the right of its row where there is room; gives the columns that
/// it takes.
fn at_the_end(
    paint: &mut Paint<'_>,
    area: Rect,
    row: u16,
    task: &Task,
    told: &Told,
    scene: Scene<'_>,
) -> u16 {
    if area.width < WIDE {
        return 0;
    }
    if let Some(progress) = progress::of(task, scene.state) {
        let words = progress.words();
        let words = if words == told.status.word {
            ""
        } else {
            &words
        };
        let used = if words.is_empty() {
            0
        } else {
            columns(words) + 1
        };
        paint.right(area, row, words, Role::Muted);
        let bar = Rect {
            x: area.x + area.width - used - BAR,
            width: BAR,
            ..area
        };
        self::bar(paint, bar, row, progress);
        return used + BAR + 2;
    }
    let Some(more) = &told.more else {
        return 0;
    };
    let more = clip(more, usize::from(area.width / 3));
    paint.right(area, row, &more, Role::Muted) + 2
}

/// Draws how far something is over the whole width of an area.
pub(super) fn bar(paint: &mut Paint<'_>, area: Rect, row: u16, progress: Progress) {
    let (done, rest) = progress.bar(usize::from(area.width));
    let column = paint.text(area, row, 0, &done, Role::Accent);
    paint.text(area, row, column, &rest, Role::Border);
}

/// When a document was written: how long ago, or beside the room as it was the time, since it may be later.
pub(super) fn written(at: Timestamp, scene: Scene<'_>) -> String {
    match scene.model.travel {
        Some(_) => scene.model.time_of_day(at),
        None => age(scene.now.since(at)),
    }
}

/// Said of documents beside the room as it was: those of then are nowhere.
pub(super) const AS_NOW: &str = "as it is now";

pub(super) fn memory(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let hub = &scene.model.beside.hub;
    let name = hub.kind.word();
    let (right, why) = match &hub.state {
        _ if scene.model.travel.is_some() => (AS_NOW.to_owned(), "no documents"),
        HubState::Starting => (
            format!("{name} starts"),
            "its documents come with the server",
        ),
        HubState::CatchingUp { pending } => {
            (format!("{name}, {pending} behind"), "no documents yet")
        }
        HubState::Ready if hub.pending > 0 => (
            format!("{name}, {} behind", hub.pending),
            "no documents yet",
        ),
        HubState::Ready => (name.to_owned(), "no documents yet"),
        HubState::Down { why } => (format!("{name} is down"), why.as_str()),
    };
    let documents = scene.model.documents();
    let keys = Keys::Listed((0..documents.len() as u64).collect());
    let frame = frame(paint, area, Pane::Memory, &right, &keys, scene);
    if documents.is_empty() {
        none(paint, frame.inside, Pane::Memory, why, scene);
        return;
    }
    for (row, i) in (0..).zip(frame.rows) {
        let Some(document) = documents.get(i) else {
            continue;
        };
        let inside = frame.inside;
        let age = document
            .written_at
            .map_or_else(|| "–".to_owned(), |at| written(at, scene));
        paint.right(inside, row, &age, Role::Muted);
        let mut end = if inside.width < 48 { 8 } else { 10 };
        let facts = [format!("rev {}", document.rev), size(document.bytes)];
        let shown = match inside.width {
            0..48 => 0,
            48..60 => 1,
            _ => 2,
        };
        for text in facts.iter().take(shown) {
            let cell = Rect {
                width: inside.width.saturating_sub(end),
                ..inside
            };
            paint.right(cell, row, text, Role::Muted);
            end += 9;
        }
        let (glyph, role) = match (&document.trouble, document.current) {
            (Some(_), _) => ("✕", Role::Error),
            (None, true) => ("✓", Role::Ok),
            (None, false) => ("◌", Role::Muted),
        };
        paint.text(inside, row, 0, glyph, role);
        let name = Rect {
            width: inside.width.saturating_sub(end + 1),
            ..inside
        };
        let used = 2 + paint.text(name, row, 2, &document.name, Role::Text);
        if let Some(trouble) = &document.trouble {
            paint.text(name, row, used + 2, trouble, Role::Error);
        }
        if frame.selected == Some(i) {
            mark(paint, inside, row, Pane::Memory, scene);
        }
    }
}

/// How long ago something was.
pub(super) fn age(span: Span) -> String {
    const HOUR: u64 = 3_600_000;
    match span.0 {
        0..1_000 => "now".to_owned(),
        1_000..HOUR => span.to_string(),
        ms if ms < Span::DAY.0 => format!("{} h", ms / HOUR),
        ms => format!("{} d", ms / Span::DAY.0),
    }
}
