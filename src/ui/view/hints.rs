//! The last line: a notice, the line being typed, or the keys that matter here.

use ratatui::layout::Rect;

use crate::core::{Health, Outcome, Phase, Request, Subject};
use crate::ui::action::{Action, Context, Screen, TABLE};
use crate::ui::composer::complete::rank;
use crate::ui::model::{Model, Pane};
use crate::ui::overlay::Overlay;
use crate::ui::text::width;
use crate::ui::theme::Role;
use crate::ui::view::{Paint, Scene};

/// Columns between two hints.
const GAP: u16 = 3;

/// The filter of a pane as its frame shows it; empty when there is none.
pub(super) fn filter_of(model: &Model, pane: Pane) -> String {
    model
        .lists
        .filters
        .get(&pane)
        .map(|f| format!("/{}", f.text()))
        .unwrap_or_default()
}

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let inside = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    let model = scene.model;
    match model.overlays.last() {
        Some(Overlay::CommandLine { input }) => {
            let used = typed(paint, inside, ":", input.text());
            let names = TABLE.iter().map(|e| e.name.to_owned()).collect();
            let near = rank(input.text().trim(), names).into_iter().take(6);
            let near: Vec<String> = near.collect();
            let rest = Rect {
                x: inside.x + (used + GAP).min(inside.width),
                width: inside.width.saturating_sub(used + GAP),
                ..inside
            };
            paint.text(rest, 0, 0, &near.join("  "), Role::Muted);
            return;
        }
        Some(Overlay::Filter) => {
            let text = model
                .lists
                .filters
                .get(&model.list())
                .map_or("", |f| f.text());
            typed(paint, inside, "/", text);
            return;
        }
        Some(
            Overlay::Help { .. }
            | Overlay::Palette { .. }
            | Overlay::Form(_)
            | Overlay::Reason { .. }
            | Overlay::Confirm(_)
            | Overlay::Choice(_),
        )
        | None => {}
    }
    if let Some(notice) = &model.notice {
        paint.text(inside, 0, 0, &notice.text, notice.role);
        return;
    }
    if model.is_past() && model.overlays.is_empty() {
        paint.text(inside, 0, 0, &ended(scene), Role::Error);
        return;
    }
    let end = screens(paint, inside, scene);
    let room = Rect {
        width: inside.width.saturating_sub(end),
        ..inside
    };
    keys(paint, room, scene);
}

/// What to do when the room has ended.
fn ended(scene: Scene<'_>) -> String {
    let context = scene.model.context();
    let again = match context {
        Context::Composer => Action::Send,
        Context::List | Context::Pane | Context::Choice | Context::Overlay | Context::Input => {
            Action::Retry
        }
    };
    let key = |action| {
        let keys = scene.keymap.labels(action, context);
        keys.into_iter().next().unwrap_or_default()
    };
    format!(
        "the room has ended; {} starts it again, {} leaves",
        key(again),
        key(Action::Quit)
    )
}

fn typed(paint: &mut Paint<'_>, area: Rect, mark: &str, text: &str) -> u16 {
    let used = paint.text(area, 0, 0, mark, Role::Accent);
    let used = used + paint.text(area, 0, used, text, Role::Text);
    used + paint.text(area, 0, used, "▌", Role::Accent)
}

/// The keys that matter in this context, as many as fit.
fn keys(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let context = scene.model.context();
    let mut hints: Vec<(String, &str)> = Vec::new();
    let asked = scene
        .model
        .asked(scene.state)
        .filter(|_| matches!(context, Context::List | Context::Pane));
    let answers: &[(Action, &str)] = match asked.map(|item| &item.subject) {
        Some(Subject::Asked { request, .. }) => match request {
            Request::Exec { .. } | Request::Patch { .. } | Request::Sampling { .. } => &[
                (Action::Allow, "allow"),
                (Action::AllowForSession, "for the session"),
                (Action::Deny, "deny"),
            ],
            Request::Form { .. } => &[(Action::Allow, "answer"), (Action::Deny, "decline")],
            Request::Url { .. } => &[
                (Action::Copy, "copy"),
                (Action::Allow, "it is done"),
                (Action::Deny, "decline"),
            ],
        },
        Some(Subject::Interrupted { .. }) => &[(Action::Allow, "allow"), (Action::Deny, "deny")],
        Some(Subject::Budget { .. }) => &[(Action::Allow, "raise it")],
        Some(Subject::Choice { .. }) => &[(Action::Deny, "take none")],
        None => &[],
    };
    for (action, word) in answers {
        let key = scene.keymap.labels(*action, context).into_iter().next();
        hints.extend(key.map(|key| (key, *word)));
    }
    if let Some((action, word)) = on_row(scene, context) {
        let key = scene.keymap.labels(action, context).into_iter().next();
        hints.extend(key.map(|key| (key, word)));
    }
    if let Some(Overlay::Choice(choice)) = scene.model.overlays.last() {
        hints.push((format!("1…{}", choice.columns.len()), "take that answer"));
        hints.push(("←→".to_owned(), "look at"));
    }
    match scene.model.overlays.last() {
        Some(Overlay::Form(_)) => hints.extend(
            [
                ("Tab", "next field"),
                ("Space", "toggles"),
                ("Enter", "sends"),
                ("Esc", "leaves it waiting"),
            ]
            .map(|(key, word)| (key.to_owned(), word)),
        ),
        Some(Overlay::Reason { .. }) => hints.extend(
            [("Enter", "denies"), ("Esc", "leaves it waiting")]
                .map(|(key, word)| (key.to_owned(), word)),
        ),
        Some(
            Overlay::Help { .. }
            | Overlay::Palette { .. }
            | Overlay::CommandLine { .. }
            | Overlay::Filter
            | Overlay::Confirm(_)
            | Overlay::Choice(_),
        )
        | None => hints.extend(scene.keymap.hints(context)),
    }
    let mut column = 0;
    for (key, word) in hints {
        let columns = u16::try_from(width(&key) + 1 + width(word)).unwrap_or(u16::MAX);
        if column + columns > area.width {
            break;
        }
        column += paint.text(area, 0, column, &key, Role::Key) + 1;
        column += paint.text(area, 0, column, word, Role::Muted) + GAP;
    }
}

/// What the selected row can be given, beside what it asks.
fn on_row(scene: Scene<'_>, context: Context) -> Option<(Action, &'static str)> {
    let Scene { model, state, .. } = scene;
    if !matches!(context, Context::List | Context::Pane) {
        return None;
    }
    match model.list() {
        Pane::Sessions => {
            let seat = model.seat(state)?;
            if seat.session.is_some_and(|s| s.busy().is_some()) {
                return Some((Action::Cancel, "cancel"));
            }
            match seat.member.health() {
                Health::Restarting { .. } | Health::Down { .. } => {
                    Some((Action::Retry, "start again"))
                }
                Health::Unknown | Health::Starting | Health::Ready { .. } => None,
            }
        }
        Pane::Queue | Pane::Votes => match model.task(state)?.phase() {
            Phase::Working => Some((Action::Cancel, "cancel")),
            Phase::Ended {
                outcome: Outcome::Failed { .. } | Outcome::Cancelled,
                ..
            } => Some((Action::Retry, "retry")),
            Phase::Queued | Phase::Deciding { .. } | Phase::Held { .. } | Phase::Ended { .. } => {
                None
            }
        },
        Pane::Transcript
        | Pane::Memory
        | Pane::Inbox
        | Pane::Metrics
        | Pane::Journal
        | Pane::Detail => None,
    }
}

/// The screens at the right where there is room for them; gives the columns used.
fn screens(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) -> u16 {
    if !scene.model.overlays.is_empty() {
        return 0;
    }
    let tab = |s: Screen| format!("{} {}", s.number(), s.title());
    let long = Screen::ALL
        .iter()
        .map(|s| width(&tab(*s)) + 2)
        .sum::<usize>()
        - 2;
    // Where letters are typed the plain numbers are text.
    let prefix = if scene.model.context() == Context::Composer {
        "Alt + "
    } else {
        ""
    };
    let names = usize::from(area.width) >= long + width(prefix) + 64;
    let texts: Vec<(String, Screen)> = Screen::ALL
        .iter()
        .map(|s| {
            if names {
                (tab(*s), *s)
            } else {
                (s.number().to_string(), *s)
            }
        })
        .collect();
    let gap = if names { 2 } else { 1 };
    let total: usize =
        texts.iter().map(|(t, _)| width(t) + gap).sum::<usize>() - gap + width(prefix);
    let total = u16::try_from(total).unwrap_or(u16::MAX);
    if area.width < total + 40 {
        return 0;
    }
    let mut column = area.width - total;
    column += paint.text(area, 0, column, prefix, Role::Muted);
    for (text, screen) in &texts {
        let role = if *screen == scene.model.screen {
            Role::Accent
        } else {
            Role::Muted
        };
        column += paint.text(area, 0, column, text, role) + u16::try_from(gap).unwrap_or(1);
    }
    total + GAP
}
