//! What a call is given of what the room knows: accepted lessons and results of earlier tasks, found
//! by the words that they share with the task, within the member's budget; and documents that are
//! pinned. What was chosen is in an event; the texts follow from it and the state.
//!
//! Answers of an open task are never among it: only lessons and concluded results are.

mod index;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use self::index::Query;
pub(crate) use self::index::{Index, Source};
use crate::core::digest::digest;
use crate::core::hash::fnv;
use crate::core::lesson::{Lesson, Standing};
use crate::core::text::{head, one_line};
use crate::core::{
    CallId, LessonId, Outcome, Phase, Pin, Purpose, Session, State, Task, TaskId, Text, Timestamp,
    TurnState,
};

/// How many earlier results a call is told at most.
const RESULTS_MOST: usize = 3;
/// How many bytes of a result a call is told at most.
pub(crate) const RESULT_TOLD: usize = 800;
/// How many bytes of a pinned document a call is told at most.
pub(crate) const DOCUMENT_TOLD: usize = 8 * 1024;
/// How many bytes of the prompt it answers.
const ASKED_TOLD: usize = 160;
/// How many bytes of a task's prompt, and of a result, are compared.
const COMPARED: usize = 1024;
/// What the marks around a piece take, in characters.
const MARKS: usize = 64;
/// Something that a call was given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// A lesson. What it says never changes.
    Lesson(LessonId),
    /// The result of an earlier task.
    Result {
        /// The task.
        task: TaskId,
        /// By what its text is known again.
        digest: String,
    },
    /// A document of the shared memory that is pinned.
    Document {
        /// Its name.
        document: String,
        /// What became of its text.
        text: DocumentText,
    },
}

/// What a call was given of a document. Its text is read when the call is made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentText {
    /// It is being read.
    Unread,
    /// It was read.
    Read {
        /// By what the text is known again.
        digest: String,
    },
    /// It could not be read, and the call was told so.
    Unreadable {
        /// What happened; untrusted.
        why: String,
    },
}

/// A text that goes with a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it is, for instance `lesson L7`.
    pub label: String,
    /// The text; untrusted.
    pub text: Text,
}

/// Whether a call for this purpose is given anything: once in each conversation about a task.
fn is_told(purpose: Purpose) -> bool {
    match purpose {
        Purpose::Answer
        | Purpose::Council
        | Purpose::Step(_)
        | Purpose::Thought(1)
        | Purpose::Plan => true,
        Purpose::Thought(_)
        | Purpose::ThoughtAgain(_)
        | Purpose::Repair
        | Purpose::Conclude
        | Purpose::PlanAgain
        | Purpose::Gather => false,
    }
}

/// What a call of a task is given, best first; pinned documents stand before all.
pub(crate) fn choose(
    state: &State,
    now: Timestamp,
    task: &Task,
    session: Option<&Session>,
    member: &crate::core::MemberName,
    purpose: Purpose,
) -> Vec<Shown> {
    let knowledge = &state.knowledge;
    if !is_told(purpose) || knowledge.apart.contains(&task.id) {
        return Vec::new();
    }
    let pinned = knowledge.pins.iter();
    let pinned = pinned.filter(|pin| pin.task.is_none_or(|of| of == task.id));
    let documents: BTreeSet<&String> = pinned.map(|pin| &pin.document).collect();
    let mut chosen: Vec<Shown> = documents
        .into_iter()
        .map(|document| Shown::Document {
            document: document.clone(),
            text: DocumentText::Unread,
        })
        .collect();
    let mut room = knowledge.sharing.budget_of(member) as usize;
    let query = Query::of(head(task.order.prompt.as_str(), 4 * COMPARED));
    let Some(query) = query.filter(|_| room > 0) else {
        return chosen;
    };
    let most = knowledge.sharing.most as usize;
    let (mut lessons, mut results) = (0, 0);
    let known = known(state, task, session);
    let weight = |source| weight(state, now, task, &known, source);
    for source in knowledge.words.ranked(&query, weight) {
        let (count, limit) = match source {
            Source::Lesson(_) => (&mut lessons, most),
            Source::Result(_) => (&mut results, RESULTS_MOST),
        };
        if *count == limit {
            continue;
        }
        let Some(shown) = shown(state, source) else {
            continue;
        };
        let size = size(state, &shown);
        if size <= room {
            *count += 1;
            room -= size;
            chosen.push(shown);
        }
    }
    chosen
}

/// What is noted of a piece that is told.
fn shown(state: &State, source: Source) -> Option<Shown> {
    match source {
        Source::Lesson(lesson) => Some(Shown::Lesson(lesson)),
        Source::Result(task) => match state.task(task)?.outcome()? {
            Outcome::Done { result, .. } => Some(Shown::Result {
                task,
                digest: fingerprint(result.as_str()),
            }),
            Outcome::Failed { .. } | Outcome::Cancelled => None,
        },
    }
}

/// How many characters a piece takes.
fn size(state: &State, shown: &Shown) -> usize {
    let piece = piece(state, shown);
    piece.map_or(0, |piece| piece.text.as_str().chars().count() + MARKS)
}

/// Tasks whose results a call knows already, or is not to know.
fn known(state: &State, task: &Task, session: Option<&Session>) -> BTreeSet<TaskId> {
    let mut known: BTreeSet<TaskId> = task.order.after.iter().copied().collect();
    known.extend(state.knowledge.apart.iter().copied());
    // What was said in this conversation need not be said again.
    let turns = session.into_iter().flat_map(Session::remembered);
    known.extend(
        turns
            .filter(|turn| matches!(turn.state, TurnState::Answered { .. }))
            .map(|turn| turn.task),
    );
    known
}

/// By how much a piece counts more or less, for its kind, its use and its age; `None` when it is not
/// told.
fn weight(
    state: &State,
    now: Timestamp,
    task: &Task,
    known: &BTreeSet<TaskId>,
    source: Source,
) -> Option<u64> {
    let of_kind = |kind| if kind == task.order.kind { 30 } else { 0 };
    match source {
        Source::Lesson(id) => {
            let lesson = state.lesson(id)?;
            let used = 2 * lesson.with.accepted.min(10);
            let weight = 150 + of_kind(lesson.draft.topic) + used;
            let holds = lesson.standing == Standing::Accepted;
            holds.then(|| aged(weight, now, lesson.changed))
        }
        Source::Result(id) => {
            let earlier = state.task(id).filter(|_| !known.contains(&id))?;
            let Phase::Ended { at, .. } = earlier.phase else {
                return None;
            };
            Some(aged(100 + of_kind(earlier.order.kind), now, at))
        }
    }
}

/// A weight after some time: half of it after 90 days.
fn aged(weight: u64, now: Timestamp, since: Timestamp) -> u64 {
    let days = now.since(since).0 / crate::core::Span::DAY.0;
    weight * 90 / (90 + days.min(900))
}

/// Brings the index of words up to date for the result of a task, whatever became of it.
pub(crate) fn note_result(state: &mut State, id: TaskId) {
    let task = state.tasks.get(&id);
    let words = &mut state.knowledge.words;
    match task.and_then(Task::outcome) {
        Some(Outcome::Done { result, .. }) => {
            let asked = task.map_or("", |task| task.order.prompt.as_str());
            let result = head(result.as_str(), COMPARED);
            words.put(Source::Result(id), head(asked, COMPARED), result);
        }
        Some(Outcome::Failed { .. } | Outcome::Cancelled) | None => {
            words.remove(Source::Result(id));
        }
    }
}

/// What a lesson says to a member, with its sources.
pub(crate) fn lesson_text(lesson: &Lesson) -> String {
    let draft = &lesson.draft;
    let mut lines = vec![
        format!("Asked: {}", draft.subject),
        format!("Holds: {}", draft.claim),
    ];
    if !draft.why.is_empty() {
        lines.push(format!("Why: {}", draft.why));
    }
    if !draft.dissent.is_empty() {
        lines.push(format!("Dissent: {}", draft.dissent));
    }
    let sources: Vec<String> = lesson
        .evidence
        .iter()
        .map(|evidence| evidence.task.to_string())
        .collect();
    let sources = if sources.is_empty() {
        String::new()
    } else {
        format!(", {}", sources.join(", "))
    };
    lines.push(format!("Source: {}{sources}", draft.author));
    lines.join("\n")
}

/// The texts of what a call was given, and the names of the documents that are to be read for it.
pub(crate) fn told(state: &State, call: CallId) -> (Vec<Piece>, Vec<String>) {
    let shown = state.shown_to(call);
    let documents = shown.iter().filter_map(|shown| match shown {
        Shown::Document { document, .. } => Some(document.clone()),
        Shown::Lesson(_) | Shown::Result { .. } => None,
    });
    let pieces = shown.iter().filter_map(|shown| piece(state, shown));
    (pieces.collect(), documents.collect())
}

/// The text of something that the state has.
fn piece(state: &State, shown: &Shown) -> Option<Piece> {
    match shown {
        Shown::Lesson(id) => state.lesson(*id).map(|lesson| Piece {
            label: format!("lesson {id}"),
            text: Text::from(lesson_text(lesson)),
        }),
        Shown::Result { task, .. } => state.task(*task).and_then(result_piece),
        Shown::Document { .. } => None,
    }
}

fn result_piece(task: &Task) -> Option<Piece> {
    let Outcome::Done { result, .. } = task.outcome()? else {
        return None;
    };
    Some(Piece {
        label: format!("result of {}", task.id),
        text: Text::from(format!(
            "Asked: {}\n\n{}",
            one_line(task.order.prompt.as_str(), ASKED_TOLD),
            digest(result, RESULT_TOLD)
        )),
    })
}

/// Sixteen hexadecimal digits by which a text is known again. No signature.
pub(crate) fn fingerprint(text: &str) -> String {
    format!("{:016x}", hash(text))
}

fn hash(text: &str) -> u64 {
    fnv(0, text.bytes())
}

/// Whether a name can be that of a document of the shared memory.
pub(crate) fn is_document_name(name: &str) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    name.len() <= 200
        && !name.chars().any(|c| c.is_control() || c == '\\')
        && parts
            .iter()
            .all(|part| !part.trim().is_empty() && !part.starts_with('.'))
}

/// The pins of a task and of all.
pub(crate) fn pins_of(pins: &BTreeSet<Pin>, task: Option<TaskId>) -> usize {
    pins.iter().filter(|pin| pin.task == task).count()
}

#[cfg(test)]
mod tests;
