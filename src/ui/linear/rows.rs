//! The rows of lists in words, and what can be said to an item of the inbox.

use crate::core::{
    Attention, AttentionId, LessonId, RequestKind, State, Subject, Task, TaskId, Timestamp,
};
use crate::ui::action::Action;
use crate::ui::dials;
use crate::ui::fitting;
use crate::ui::library::tree::TreeRow;
use crate::ui::linear::choices::{Pick, Place};
use crate::ui::metrics::Row;
use crate::ui::metrics::column::Column;
use crate::ui::metrics::course::{Course, long};
use crate::ui::model::{Model, Pane};
use crate::ui::overlay::is_open;
use crate::ui::status::{self, Seat};
use crate::ui::votes::dispute;

/// The rows of the list at hand, from the top.
pub(super) fn rows(model: &Model, state: &State, now: Timestamp) -> Vec<(Pick, String)> {
    let pane = model.list();
    if pane == Pane::Library {
        return documents(model);
    }
    let keys = model.keys(pane, state);
    let rows = (0..keys.len()).filter_map(|at| keys.get(at));
    let rows = rows.map(|key| {
        let place = Place {
            screen: model.screen,
            pane,
            key,
        };
        (Pick::Open(place), row(model, state, now, (pane, key)))
    });
    let mut rows: Vec<(Pick, String)> = rows.collect();
    // The latest is told first.
    if pane == Pane::Journal {
        rows.reverse();
    }
    rows
}

fn row(model: &Model, state: &State, now: Timestamp, (pane, key): (Pane, u64)) -> String {
    let found = match pane {
        Pane::Sessions => {
            let mut seats = model.seats(state).into_iter();
            let found = seats.find(|it| it.key == key);
            found.map(|it| seat(model, state, now, &it))
        }
        Pane::Queue => state.task(TaskId(key)).map(|it| task(it, state)),
        Pane::Votes => match dispute::item(key).and_then(|id| state.attention_item(id)) {
            Some(item) => {
                dispute::word(item).map(|word| format!("{word}: {}", dispute::name(item, state)))
            }
            None => state.task(TaskId(key)).map(|it| task(it, state)),
        },
        Pane::Inbox => {
            let item = state.attention_item(AttentionId(key));
            item.map(|it| {
                let (sort, line) = status::attention(it, state);
                format!("{}: {sort} {line}", status::asker(it, state))
            })
        }
        Pane::Lessons => state.lesson(LessonId(key)).map(|it| {
            let draft = it.draft();
            let word = it.standing().word();
            format!("{} {word}: {}: {}", it.id(), draft.subject, draft.claim)
        }),
        Pane::Metrics => model.metrics.row(key).map(|row| {
            let figures = Column::FIGURES.into_iter().take(4);
            let figures = figures.map(|it| format!("{} {}", it.heading(), it.text(row)));
            let figures: Vec<String> = figures.collect();
            format!("{}: {}", row.title(), figures.join(", "))
        }),
        Pane::Advice => {
            let mut rows = model.advice(state).into_iter();
            let found = rows.find(|it| it.key() == key);
            found.map(|it| format!("{}: {}", it.about().sort().word(), it.line()))
        }
        Pane::Journal => model.recorded(key).map(|recorded| {
            let (sort, line, _) = model.told(recorded, state);
            format!("{} {sort}: {line}", model.time(recorded.at))
        }),
        Pane::Memory
        | Pane::Library
        | Pane::Transcript
        | Pane::Reader
        | Pane::Figures
        | Pane::Detail => None,
    };
    found.unwrap_or_else(|| "gone".to_owned())
}

/// A member with a conversation.
pub(super) fn seat(model: &Model, state: &State, now: Timestamp, seat: &Seat<'_>) -> String {
    let session = seat.session;
    let heard = session.and_then(|it| model.transcripts.heard(it.id()));
    let status = seat.status(state, now, heard);
    let word: Vec<&str> = status.word.split_whitespace().collect();
    let name = &seat.member.spec().name;
    let title = session.map_or_else(String::new, |it| format!(", {} {}", it.id(), it.title()));
    let task = seat.task(state).map_or_else(String::new, |it| {
        format!(", {} {}", it.id(), it.order().prompt.headline())
    });
    let set = session.map(|it| [dials::set(it), dials::awaited(it)].concat());
    let first = format!("{name}: {}{title}{task}", word.join(" "));
    let all = [vec![first], set.unwrap_or_default()].concat();
    all.join(", ")
}

fn task(task: &Task, state: &State) -> String {
    let order = task.order();
    format!(
        "{} {}, {}: {}",
        task.id(),
        status::task(task, state).word,
        order.strategy,
        order.prompt.headline()
    )
}

fn documents(model: &Model) -> Vec<(Pick, String)> {
    let rows = model.library.rows().iter();
    rows.filter_map(|row| match row {
        TreeRow::Folder { .. } => None,
        TreeRow::Document { name, .. } => {
            Some((Pick::Document(name.to_string()), name.to_string()))
        }
    })
    .collect()
}

/// All figures of the selected member.
pub(super) fn figures(model: &Model, state: &State) -> Option<String> {
    if model.list() != Pane::Metrics {
        return None;
    }
    let row = model.measured(state)?;
    let lines = Column::FIGURES.into_iter();
    let lines = lines.map(|it| format!("{}: {}", it.heading(), it.text(row)));
    let lines = [row.title()].into_iter().chain(lines);
    let lines: Vec<String> = lines.chain(courses(model, row)).collect();
    Some(lines.join("\n"))
}

/// What is drawn over time, in words: what it comes to, and its highest step.
fn courses(model: &Model, row: &Row) -> impl Iterator<Item = String> {
    let board = &model.metrics;
    let (beats, window) = (board.beats(row), board.curve());
    let over = long(window, beats.len());
    let known = Course::SHOWN.into_iter().filter(|it| it.whole(beats) > 0);
    known.map(move |it| {
        let steps = beats.iter().map(|beat| it.value(*beat));
        let most = it.text(steps.max().unwrap_or(0));
        let whole = it.text(it.whole(beats));
        let step = long(window, 1);
        format!(
            "{} over {over}: {whole}, at most {most} in {step}",
            it.name()
        )
    })
}

/// Whether opening the row at hand shows answers of which one can be taken.
pub(super) fn is_choosing(model: &Model, state: &State) -> bool {
    let of_item = model.asked(state).is_some_and(
        |item| matches!(&item.subject, Subject::Choice { task } if is_open(*task, state)),
    );
    let of_task = model.task(state).is_some_and(|it| is_open(it.id(), state));
    of_item || of_task
}

/// What can be said to an item, as sentences.
pub(super) fn answers(item: &Attention) -> Vec<(Action, &'static str)> {
    let mut answers = Vec::new();
    if matches!(item.subject, Subject::Choice { .. }) {
        answers.push((Action::Enter, "choose among the answers"));
    }
    for (action, word) in fitting::answers(&item.subject) {
        // An address is told whole, and a text of several lines is not written here.
        let is_here = !matches!(action, Action::Copy | Action::Write);
        let lasts = !matches!(
            &item.subject,
            Subject::Asked { request, .. } if !RequestKind::of(request).lasts()
        );
        if is_here && (lasts || action != Action::AllowForSession) {
            answers.push((action, sentence(action, word)));
        }
    }
    answers
}

/// What an action does with a row, where the word for it beside its key is too short to be told alone.
pub(super) fn sentence(action: Action, word: &'static str) -> &'static str {
    if let (Action::Allow, "allow") = (action, word) {
        "allow it once"
    } else if let (Action::AllowForSession, "session") = (action, word) {
        "allow it for the session"
    } else if let (Action::Deny, "deny") = (action, word) {
        "deny it"
    } else if let (Action::Deny, "decline") = (action, word) {
        "decline it"
    } else {
        word
    }
}
