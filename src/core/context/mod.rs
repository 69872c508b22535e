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
const RESULT_TOLD: usize = 800;
/// How many bytes of its prompt.
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

/// What of the state can be told a call, with the words by which it is found.
struct Candidate {
    shown: Shown,
    terms: Vec<String>,
    subject: BTreeSet<String>,
    /// Hundredths by which it counts more or less, for its kind, its use and its age.
    weight: u64,
    size: usize,
    is_lesson: bool,
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
    // What a foreign server asks stays apart from what the room knows.
    let lent = state.approvals.lent.values().any(|one| *one == task.id);
    if !is_told(purpose) || lent {
        return Vec::new();
    }
    let knowledge = &state.knowledge;
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
    let candidates = candidates(state, now, task, session);
    let most = knowledge.sharing.most as usize;
    let (mut lessons, mut results) = (0, 0);
    for candidate in ranked(&query, candidates) {
        let (count, limit) = if candidate.is_lesson {
            (&mut lessons, most)
        } else {
            (&mut results, RESULTS_MOST)
        };
        if *count < limit && candidate.size <= room {
            *count += 1;
            room -= candidate.size;
            chosen.push(candidate.shown);
        }
    }
    chosen
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

fn candidates(
    state: &State,
    now: Timestamp,
    task: &Task,
    session: Option<&Session>,
) -> Vec<Candidate> {
    let lessons = state.knowledge.lessons.values();
    let held = lessons.filter(|lesson| lesson.standing == Standing::Accepted);
    let mut found: Vec<Candidate> = held.map(|lesson| of_lesson(now, task, lesson)).collect();
    // What was said in this conversation need not be said again.
    let mut known: BTreeSet<TaskId> = task.order.after.iter().copied().collect();
    known.insert(task.id);
    let turns = session.into_iter().flat_map(Session::remembered);
    known.extend(
        turns
            .filter(|turn| matches!(turn.state, TurnState::Answered { .. }))
            .map(|turn| turn.task),
    );
    let ended = state.ended_tasks().filter(|one| !known.contains(&one.id));
    found.extend(ended.filter_map(|one| of_result(now, task, one)));
    found
}

fn of_lesson(now: Timestamp, task: &Task, lesson: &Lesson) -> Candidate {
    let draft = &lesson.draft;
    let mut weight = 150;
    if draft.topic == task.order.kind {
        weight += 30;
    }
    weight += 2 * lesson.with.accepted.min(10);
    let subject = words::terms(&draft.subject);
    let mut terms = words::terms(&draft.claim);
    terms.extend(subject.iter().cloned());
    Candidate {
        shown: Shown::Lesson(lesson.id),
        terms,
        subject: subject.into_iter().collect(),
        weight: aged(weight, now, lesson.changed),
        size: lesson_text(lesson).chars().count() + MARKS,
        is_lesson: true,
    }
}

fn of_result(now: Timestamp, task: &Task, earlier: &Task) -> Option<Candidate> {
    let crate::core::Phase::Ended {
        at,
        outcome: Outcome::Done { result, .. },
    } = &earlier.phase
    else {
        return None;
    };
    let asked = words::terms(head(earlier.order.prompt.as_str(), COMPARED));
    let mut terms = words::terms(head(result.as_str(), COMPARED));
    terms.extend(asked.iter().cloned());
    let weight = if earlier.order.kind == task.order.kind {
        130
    } else {
        100
    };
    Some(Candidate {
        shown: Shown::Result {
            task: earlier.id,
            digest: fingerprint(result.as_str()),
        },
        terms,
        subject: asked.into_iter().collect(),
        weight: aged(weight, now, *at),
        size: ASKED_TOLD + result.len().min(RESULT_TOLD) + MARKS,
        is_lesson: false,
    })
}

/// A weight after some time: half of it after 90 days.
fn aged(weight: u64, now: Timestamp, since: Timestamp) -> u64 {
    let days = now.since(since).0 / crate::core::Span::DAY.0;
    weight * 90 / (90 + days.min(900))
}

/// Those that share enough with the query, best first: Okapi BM25, with the usual constants.
fn ranked(query: &BTreeSet<String>, candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut holding: BTreeMap<&str, usize> = BTreeMap::new();
    let mut length = 0;
    for candidate in &candidates {
        length += candidate.terms.len();
        let distinct: BTreeSet<&String> = candidate.terms.iter().collect();
        for term in distinct.into_iter().filter(|term| query.contains(*term)) {
            *holding.entry(term).or_default() += 1;
        }
    }
    let count = candidates.len();
    let rarity = |term: &String| {
        let with = float(holding.get(term.as_str()).copied().unwrap_or_default());
        (1.0 + (float(count) - with + 0.5) / (with + 0.5)).ln()
    };
    let mean = (float(length) / float(count.max(1))).max(1.0);
    let mut scored: Vec<(f64, usize)> = Vec::new();
    for (at, candidate) in candidates.iter().enumerate() {
        let shared = query.iter().filter(|term| candidate.terms.contains(term));
        let shared: Vec<&String> = shared.collect();
        let about = query.intersection(&candidate.subject).count();
        let enough = shared.len() * 100 >= SHARE_MIN * query.len()
            || about * 100 >= SHARE_MIN * candidate.subject.len().max(1);
        if shared.len() < SHARED_MIN || !enough {
            continue;
        }
        let size = float(candidate.terms.len()) / mean;
        let score: f64 = shared
            .iter()
            .map(|term| {
                let often = float(candidate.terms.iter().filter(|one| one == term).count());
                rarity(term) * often * 2.2 / (often + 1.2 * (0.25 + 0.75 * size))
            })
            .sum();
        let weight = f64::from(u32::try_from(candidate.weight).unwrap_or(u32::MAX));
        scored.push((score * weight, at));
    }
    drop(holding);
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut candidates: Vec<Option<Candidate>> = candidates.into_iter().map(Some).collect();
    scored
        .into_iter()
        .filter_map(|(_, at)| candidates.get_mut(at)?.take())
        .collect()
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
    let (mut pieces, mut documents) = (Vec::new(), Vec::new());
    for shown in state.shown_to(call) {
        match shown {
            Shown::Lesson(id) => pieces.extend(state.lesson(*id).map(|lesson| Piece {
                label: format!("lesson {id}"),
                text: Text::from(lesson_text(lesson)),
            })),
            Shown::Result { task, .. } => pieces.extend(state.task(*task).and_then(result_piece)),
            Shown::Document { document, .. } => documents.push(document.clone()),
        }
    }
    (pieces, documents)
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
