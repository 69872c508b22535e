//! A list to pick from, above the panes.

use ratatui::layout::Rect;

use crate::core::document::{CallTold, CallsTold, Extent, Known, Way};
use crate::core::{AttentionId, LessonId, SessionId, State, TaskId, TaskKind};
use crate::ui::action::Action;
use crate::ui::dials::HELD;
use crate::ui::hits::Target;
use crate::ui::pick::{Lead, Pick, Picking, pins};
use crate::ui::status;
use crate::ui::text::{cells, width};
use crate::ui::theme::{Listed, Origin, Role, Theme};
use crate::ui::view::dials::{dial, value};
use crate::ui::view::library::middle;
use crate::ui::view::overlays::dialog;
use crate::ui::view::paint::{Title, beyond, window};
use crate::ui::view::{Paint, Scene};

/// Columns of the widest list.
const WIDTH: u16 = 116;
/// Columns of the list of themes: what they look like is seen beside it.
const NARROW: u16 = 72;
/// Rows of a list that has nothing to list.
const EMPTY: u16 = 5;

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, pick: &Pick, scene: Scene<'_>) {
    let count = pick.len();
    let most = area.height.saturating_sub(4);
    let foot = u16::from(more(pick).is_some());
    let lines = if count == 0 {
        EMPTY
    } else {
        cells(count) + foot
    };
    let rows = lines.saturating_add(2).min(most);
    let sight = window(count, rows.saturating_sub(2 + foot), Some(pick.chosen));
    let (name, does) = titled(pick, scene);
    let right = match beyond(count, &sight).as_str() {
        "" => does,
        beyond => format!("{beyond}; {does}"),
    };
    let right = if count == 0 { String::new() } else { right };
    let title = Title {
        name: &name,
        right: &right,
    };
    let columns = area.width.saturating_sub(4).min(widest(pick));
    let inside = dialog(paint, area, columns, rows, title);
    if count == 0 {
        let (text, role) = nothing(pick);
        if role == Role::Error {
            paint.text(inside, 0, 0, &text, role);
        } else {
            middle(paint, inside, &text);
        }
        return;
    }
    for (at, i) in (0..).zip(sight) {
        row(paint, inside, at, pick, i, scene);
        let wide = Rect {
            x: inside.x - 1,
            width: inside.width + 2,
            ..inside
        };
        paint.hits.row(wide, at, 1, Target::Answer(i));
        if i == pick.chosen {
            paint.select(wide, at);
        }
    }
    if let Some(text) = more(pick) {
        paint.text(
            inside,
            inside.height.saturating_sub(1),
            0,
            text,
            Role::Muted,
        );
    }
}

/// The columns of a list where there is room for them.
fn widest(pick: &Pick) -> u16 {
    match &pick.what {
        Picking::Told { .. }
        | Picking::Pins { .. }
        | Picking::Kinds { .. }
        | Picking::Dials { .. }
        | Picking::Values { .. }
        | Picking::Leads { .. } => WIDTH,
        Picking::Themes { .. } => NARROW,
    }
}

/// What is below the last row, if anything.
fn more(pick: &Pick) -> Option<&'static str> {
    match &pick.what {
        Picking::Told {
            found: Ok(CallsTold { more: true, .. }),
            ..
        } => Some("earlier calls are in the journal"),
        Picking::Values { held: true, .. } => Some(HELD),
        Picking::Told { .. }
        | Picking::Pins { .. }
        | Picking::Kinds { .. }
        | Picking::Dials { .. }
        | Picking::Values { .. }
        | Picking::Leads { .. }
        | Picking::Themes { .. } => None,
    }
}

fn titled(pick: &Pick, scene: Scene<'_>) -> (String, String) {
    let enter = scene.model.key(Action::Enter);
    match &pick.what {
        Picking::Told { of, .. } => {
            let of = match of {
                Known::Document(name) => name.clone(),
                Known::Lesson(lesson) => lesson.to_string(),
            };
            let calls = match pick.len() {
                1 => "one call".to_owned(),
                calls => format!("{calls} calls"),
            };
            (format!("Who was told of {of}"), calls)
        }
        Picking::Pins { document, .. } => (
            format!("Pin {document}"),
            format!("{enter} pins and unpins"),
        ),
        Picking::Kinds { tasks, .. } => {
            let of = match tasks.as_slice() {
                [one] => one.to_string(),
                more => format!("{} tasks", more.len()),
            };
            (format!("Kind of {of}"), format!("{enter} says so"))
        }
        Picking::Dials { session, .. } => (
            format!("Settings of {session}"),
            format!("{enter} shows what one can be"),
        ),
        Picking::Values { session, dial, .. } => {
            let name = crate::ui::text::line(dial);
            (format!("{name} of {session}"), format!("{enter} sets it"))
        }
        Picking::Leads { of, .. } => (format!("From {of}"), format!("{enter} goes there")),
        Picking::Themes { .. } => ("Themes".to_owned(), format!("{enter} keeps it")),
    }
}

/// Why a list is empty, and what would change that.
fn nothing(pick: &Pick) -> (String, Role) {
    match &pick.what {
        Picking::Told { ask: Some(_), .. } => ("the journal is being read".to_owned(), Role::Muted),
        Picking::Told {
            found: Err(why), ..
        } => (why.clone(), Role::Error),
        Picking::Told {
            of: Known::Lesson(_),
            ..
        } => (
            "no call was told of it: an accepted lesson is told where a task bears on it"
                .to_owned(),
            Role::Muted,
        ),
        Picking::Told { .. } => (
            "no call was told of it: a pinned document is told to every call of its task, and an \
             earlier result where a task bears on it"
                .to_owned(),
            Role::Muted,
        ),
        Picking::Pins { .. }
        | Picking::Kinds { .. }
        | Picking::Dials { .. }
        | Picking::Values { .. }
        | Picking::Leads { .. }
        | Picking::Themes { .. } => ("there is nothing".to_owned(), Role::Muted),
    }
}

pub(super) fn row(
    paint: &mut Paint<'_>,
    inside: Rect,
    at: u16,
    pick: &Pick,
    i: usize,
    scene: Scene<'_>,
) {
    match &pick.what {
        Picking::Told { found, .. } => {
            if let Some(call) = found.as_ref().ok().and_then(|found| found.calls.get(i)) {
                told(paint, inside, at, call, scene);
            }
        }
        Picking::Pins { document, tasks } => {
            if let Some(task) = tasks.get(i).copied() {
                let pinned = pins(document, scene.state).any(|it| it == task);
                pin(paint, inside, at, task, pinned, scene.state);
            }
        }
        Picking::Kinds { tasks, kinds } => {
            if let Some(one) = kinds.get(i) {
                let longest = kinds.iter().map(|kind| kind.word().len()).max();
                let widest = cells(longest.unwrap_or_default());
                kind(paint, inside, at, (*one, widest), tasks, scene.state);
            }
        }
        Picking::Themes { listed, before } => {
            if let Some(it) = listed.get(i) {
                let longest = listed.iter().map(|it| width(&it.name)).max();
                let widest = cells(longest.unwrap_or_default());
                theme(paint, inside, at, it, widest, before);
            }
        }
        Picking::Dials { session, dials } => {
            if let Some(it) = dials.get(i) {
                dial(paint, inside, at, (*session, dials), it, scene.state);
            }
        }
        Picking::Values {
            session,
            dial,
            values,
            ..
        } => {
            if let Some(it) = values.get(i) {
                let all = (values.as_slice(), it.as_deref());
                value(paint, inside, at, (*session, dial), all, scene.state);
            }
        }
        Picking::Leads { leads, .. } => {
            if let Some(it) = leads.get(i) {
                lead(paint, inside, at, it, scene.state);
            }
        }
    }
}

fn told(paint: &mut Paint<'_>, inside: Rect, at: u16, call: &CallTold, scene: Scene<'_>) {
    let (glyph, word, role) = match &call.extent {
        Extent::Whole => ("●", "whole", Role::Ok),
        Extent::Shortened => ("◐", "shortened", Role::Warn),
        Extent::Unknown => ("○", "read", Role::Muted),
        Extent::Unread => ("◌", "being read", Role::Muted),
        Extent::Unreadable { .. } => ("✕", "not read", Role::Error),
    };
    let way = match call.way {
        Way::Lesson => "as lesson",
        Way::Result => "as result",
        Way::Handed => "handed on",
        Way::Pinned => "pinned",
    };
    let time = scene.model.setup.formatted(call.at, "%m-%d %H:%M");
    let (task, id) = (call.task.to_string(), call.call.to_string());
    let text = match (&call.extent, call.changed) {
        (Extent::Unreadable { why }, _) => why.clone(),
        (_, true) => "it has another text now".to_owned(),
        (_, false) => prompt(call.task, scene.state).to_owned(),
    };
    let mut columns = vec![
        (time.as_str(), 11, Role::Muted),
        (glyph, 1, role),
        (word, 10, role),
    ];
    if inside.width >= 60 {
        columns.push((way, 9, Role::Muted));
    }
    columns.push((task.as_str(), 5, Role::Title));
    columns.push((call.member.as_str(), 10, Role::Title));
    if inside.width >= 84 {
        columns.push((id.as_str(), 5, Role::Muted));
    }
    let used: u16 = columns.iter().map(|(_, columns, _)| columns + 2).sum();
    columns.push((&text, inside.width.saturating_sub(used), Role::Text));
    paint.cells(inside, at, &columns);
}

fn pin(
    paint: &mut Paint<'_>,
    inside: Rect,
    at: u16,
    task: Option<TaskId>,
    pinned: bool,
    state: &State,
) {
    let (glyph, word, role) = if pinned {
        ("◉", "pinned", Role::Ok)
    } else {
        ("○", "", Role::Muted)
    };
    let known = task.and_then(|task| state.task(task));
    let stands = known.map(|task| status::task(task, state));
    let (number, how, text) = match (task, &stands) {
        (None, _) => ("all".to_owned(), "", "every task, those to come as well"),
        (Some(task), Some(stands)) => (task.to_string(), &*stands.word, prompt(task, state)),
        (Some(task), None) => (task.to_string(), "", "only in the journal by now"),
    };
    paint.cells(
        inside,
        at,
        &[
            (glyph, 1, role),
            (word, 6, role),
            (&number, 5, Role::Title),
            (how, 10, stands.as_ref().map_or(Role::Muted, |it| it.role)),
            (text, inside.width.saturating_sub(30), Role::Text),
        ],
    );
}

/// A kind, with a mark where one of the tasks is of it.
fn kind(
    paint: &mut Paint<'_>,
    inside: Rect,
    at: u16,
    (kind, widest): (TaskKind, u16),
    tasks: &[TaskId],
    state: &State,
) {
    let orders = tasks.iter().filter_map(|task| state.task(*task));
    let mut orders = orders.map(crate::core::Task::order);
    let (glyph, word) = if orders.any(|order| order.kind == kind) {
        ("◉", "now")
    } else {
        ("○", "")
    };
    paint.cells(
        inside,
        at,
        &[
            (glyph, 1, Role::Ok),
            (word, 3, Role::Ok),
            (kind.word(), widest, Role::Title),
            (
                state.kinds().means(kind),
                inside.width.saturating_sub(widest + 10),
                Role::Muted,
            ),
        ],
    );
}

/// A theme, with a mark where it was worn before the list.
fn theme(paint: &mut Paint<'_>, inside: Rect, at: u16, it: &Listed, widest: u16, before: &Theme) {
    let glyph = if it.name == before.name() {
        "◉"
    } else {
        "○"
    };
    let own = match &it.origin {
        Origin::Shipped => "",
        Origin::Own { .. } => "own",
    };
    let (about, role) = match &it.about {
        Ok(about) => (about.clone(), Role::Muted),
        // The reason is long; taking the theme tells it.
        Err(_) => ("cannot be used".to_owned(), Role::Error),
    };
    let used = widest + 10;
    paint.cells(
        inside,
        at,
        &[
            (glyph, 1, Role::Ok),
            (&it.name, widest, Role::Title),
            (&about, inside.width.saturating_sub(used), role),
            (own, 3, Role::Badge),
        ],
    );
}

fn lead(paint: &mut Paint<'_>, inside: Rect, at: u16, lead: &Lead, state: &State) {
    let (sort, text) = told_of(lead, state);
    paint.cells(
        inside,
        at,
        &[
            (sort, 8, Role::Muted),
            (&text, inside.width.saturating_sub(10), Role::Text),
        ],
    );
}

/// What something to go to is, and what it says.
pub(crate) fn told_of(lead: &Lead, state: &State) -> (&'static str, String) {
    match lead {
        Lead::Task(task) => ("task", format!("{task} {}", prompt(*task, state))),
        Lead::Document(name) => ("document", name.clone()),
        Lead::Lesson(lesson) => ("lesson", format!("{lesson} {}", claim(*lesson, state))),
        Lead::Item(item) => ("inbox", asks(*item, state)),
        Lead::Member(member) => ("member", format!("@{member}")),
        Lead::Session(session) => ("session", conversation(*session, state)),
        Lead::Conflict(task) => ("conflict", format!("{task} {}", prompt(*task, state))),
    }
}

fn conversation(session: SessionId, state: &State) -> String {
    let known = state.session(session);
    known.map_or_else(
        || session.to_string(),
        |it| format!("{session} @{} {}", it.member(), it.title()),
    )
}

fn prompt(task: TaskId, state: &State) -> &str {
    let order = state.task(task).map(crate::core::Task::order);
    order.map_or("only in the journal by now", |order| {
        order.prompt.headline()
    })
}

fn claim(lesson: LessonId, state: &State) -> String {
    let lesson = state.lesson(lesson);
    lesson.map_or_else(
        || "is forgotten".to_owned(),
        |it| format!("{}: {}", it.draft().subject, it.draft().claim),
    )
}

fn asks(item: AttentionId, state: &State) -> String {
    let known = state.attention_item(item);
    known.map_or_else(String::new, |known| {
        let (_, line) = status::attention(known, state);
        format!("{item} {line}")
    })
}
