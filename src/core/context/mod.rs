//! What a call is given of what the room knows: accepted lessons and results of earlier tasks, found
//! by the words that they share with the task, within the member's budget; and documents that are
//! pinned. What was chosen is in an event; the texts follow from it and the state.
//!
//! Answers of an open task are never among it: only lessons and concluded results are.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::core::digest::digest;
use crate::core::lesson::{Lesson, Standing, words};
use crate::core::text::{head, one_line};
use crate::core::{
    CallId, LessonId, Outcome, Pin, Purpose, Session, State, Task, TaskId, Text, Timestamp,
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
/// How many words of a task are looked for.
const QUERY_MAX: usize = 48;
/// What the marks around a piece take, in characters.
const MARKS: usize = 64;
/// A piece must share as many words with the task, …
const SHARED_MIN: usize = 2;
/// … and as many hundredths of the task's words or of the words of its own subject.
const SHARE_MIN: usize = 40;

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

/// What a candidate is.
#[derive(Debug, Clone, Copy)]
enum What {
    Lesson(LessonId),
    Result(TaskId),
}

/// What of the state can be told a call, with the words that it shares with the task.
struct Candidate<'a> {
    what: What,
    /// The words of the query in it, with how often they are.
    shared: BTreeMap<&'a str, usize>,
    /// How many words it has.
    length: usize,
    /// What it is about.
    subject: &'a str,
    /// By how much it counts more or less, for its kind, its use and its age.
    weight: u64,
}

/// Whether a call for this purpose is given anything: once in each conversation about a task.
fn is_told(purpose: Purpose) -> bool {
    match purpose {
        Purpose::Answer | Purpose::Council | Purpose::Step(_) | Purpose::Thought(1) => true,
        Purpose::Thought(_) | Purpose::ThoughtAgain(_) | Purpose::Repair | Purpose::Conclude => {
            false
        }
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
    let query = query(task);
    if room == 0 || query.len() < SHARED_MIN {
        return chosen;
    }
    let most = knowledge.sharing.most as usize;
    let (mut lessons, mut results) = (0, 0);
    for candidate in ranked(&query, candidates(state, now, task, session, &query)) {
        let (count, limit) = match candidate.what {
            What::Lesson(_) => (&mut lessons, most),
            What::Result(_) => (&mut results, RESULTS_MOST),
        };
        if *count == limit {
            continue;
        }
        let Some(shown) = shown(state, candidate.what) else {
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

/// What is noted of a candidate that is told.
fn shown(state: &State, what: What) -> Option<Shown> {
    match what {
        What::Lesson(lesson) => Some(Shown::Lesson(lesson)),
        What::Result(task) => match state.task(task)?.outcome()? {
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

/// The distinct words of a task.
fn query(task: &Task) -> BTreeSet<String> {
    let words = words::terms(head(task.order.prompt.as_str(), 4 * COMPARED));
    let mut query = BTreeSet::new();
    for word in words {
        if query.len() == QUERY_MAX {
            break;
        }
        query.insert(word);
    }
    query
}

fn candidates<'a>(
    state: &'a State,
    now: Timestamp,
    task: &Task,
    session: Option<&Session>,
    query: &'a BTreeSet<String>,
) -> Vec<Candidate<'a>> {
    let lessons = state.knowledge.lessons.values();
    let held = lessons.filter(|lesson| lesson.standing == Standing::Accepted);
    let mut found: Vec<Candidate<'_>> = held
        .map(|lesson| of_lesson(now, task, lesson, query))
        .collect();
    let mut known: BTreeSet<TaskId> = task.order.after.iter().copied().collect();
    known.extend(state.knowledge.apart.iter().copied());
    // What was said in this conversation need not be said again.
    let turns = session.into_iter().flat_map(Session::remembered);
    known.extend(
        turns
            .filter(|turn| matches!(turn.state, TurnState::Answered { .. }))
            .map(|turn| turn.task),
    );
    let ended = state.ended_tasks().filter(|one| !known.contains(&one.id));
    found.extend(ended.filter_map(|one| of_result(now, task, one, query)));
    found
}

fn of_lesson<'a>(
    now: Timestamp,
    task: &Task,
    lesson: &'a Lesson,
    query: &'a BTreeSet<String>,
) -> Candidate<'a> {
    let draft = &lesson.draft;
    let kind = if draft.topic == task.order.kind {
        30
    } else {
        0
    };
    let weight = 150 + kind + 2 * lesson.with.accepted.min(10);
    let (shared, length) = shared(query, [&draft.subject, &draft.claim]);
    Candidate {
        what: What::Lesson(lesson.id),
        shared,
        length,
        subject: &draft.subject,
        weight: aged(weight, now, lesson.changed),
    }
}

fn of_result<'a>(
    now: Timestamp,
    task: &Task,
    earlier: &'a Task,
    query: &'a BTreeSet<String>,
) -> Option<Candidate<'a>> {
    let crate::core::Phase::Ended {
        at,
        outcome: Outcome::Done { result, .. },
    } = &earlier.phase
    else {
        return None;
    };
    let subject = head(earlier.order.prompt.as_str(), COMPARED);
    let (shared, length) = shared(query, [subject, head(result.as_str(), COMPARED)]);
    let kind = if earlier.order.kind == task.order.kind {
        30
    } else {
        0
    };
    Some(Candidate {
        what: What::Result(earlier.id),
        shared,
        length,
        subject,
        weight: aged(100 + kind, now, *at),
    })
}

/// The words of the query that are in these texts, with how often, and how many words there are.
fn shared<'a>(query: &'a BTreeSet<String>, texts: [&str; 2]) -> (BTreeMap<&'a str, usize>, usize) {
    let (mut counts, mut length) = (BTreeMap::new(), 0);
    for text in texts {
        words::each_word(text, |word| {
            length += 1;
            if let Some(term) = query.get(word) {
                *counts.entry(term.as_str()).or_default() += 1;
            }
        });
    }
    (counts, length)
}

/// A weight after some time: half of it after 90 days.
fn aged(weight: u64, now: Timestamp, since: Timestamp) -> u64 {
    let days = now.since(since).0 / crate::core::Span::DAY.0;
    weight * 90 / (90 + days.min(900))
}

/// Those that share enough with the query, best first: Okapi BM25, with the usual constants.
fn ranked<'a>(query: &BTreeSet<String>, candidates: Vec<Candidate<'a>>) -> Vec<Candidate<'a>> {
    let mut holding: BTreeMap<&str, usize> = BTreeMap::new();
    for term in candidates.iter().flat_map(|one| one.shared.keys()) {
        *holding.entry(term).or_default() += 1;
    }
    let count = float(candidates.len());
    let rarity = |term: &str| {
        let with = float(holding.get(term).copied().unwrap_or_default());
        (1.0 + (count - with + 0.5) / (with + 0.5)).ln()
    };
    let length: usize = candidates.iter().map(|one| one.length).sum();
    let mean = (float(length) / count.max(1.0)).max(1.0);
    let score = |candidate: &Candidate<'_>| {
        let size = float(candidate.length) / mean;
        let terms = candidate.shared.iter().map(|(term, often)| {
            let often = float(*often);
            rarity(term) * often * 2.2 / (often + 1.2 * (0.25 + 0.75 * size))
        });
        let weight = f64::from(u32::try_from(candidate.weight).unwrap_or(u32::MAX));
        terms.sum::<f64>() * weight
    };
    let bearing = candidates.into_iter().filter(|one| bears(query, one));
    let mut scored: Vec<(f64, Candidate<'_>)> = bearing.map(|one| (score(&one), one)).collect();
    // Equals stay in their order.
    scored.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    scored.into_iter().map(|(_, one)| one).collect()
}

/// Whether a candidate shares enough words with the query to be about the same.
fn bears(query: &BTreeSet<String>, candidate: &Candidate<'_>) -> bool {
    let shared = candidate.shared.len();
    if shared < SHARED_MIN {
        return false;
    }
    if shared * 100 >= SHARE_MIN * query.len() {
        return true;
    }
    let subject: BTreeSet<String> = words::terms(candidate.subject).into_iter().collect();
    let about = query.intersection(&subject).count();
    about * 100 >= SHARE_MIN * subject.len().max(1)
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
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

/// Sixteen hexadecimal digits by which a text is known again (FNV-1a). No signature.
pub(crate) fn fingerprint(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
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
