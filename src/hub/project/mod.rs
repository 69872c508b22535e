//! State → documents. Pure: the same state and revision always give the same text.
//!
//! Every text ends with one line break (parts of long ones aside), has no carriage return (Serena
//! reads those back as line breaks), is bounded, and carries its `schema` with a version, its `rev` and
//! its checksum. Text of members and servers is freed of control characters; where it is shortened the
//! text says by how much. Of old results and conflicts a summary is projected, or a row of the archive.
//! A document that is too long is an index and its [parts](crate::hub::parts). One of which the state has forgotten the
//! subject is not projected any more and stays in the hub as it is.

mod aged;
mod conflict;
mod contest;
mod context;
mod drafts;
mod lesson;
pub(in crate::hub) mod plain;
pub(in crate::hub) mod queue;
pub(in crate::hub) mod result;
mod room;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::core::{Call, CallId, Ending, Old, Outcome, State, Task, Timestamp};
use crate::hub::document::DocumentName;
pub(in crate::hub) use drafts::Drafts;

/// The text of a document at a revision; `None` when the state has nothing for it (any more).
#[must_use]
pub fn project(state: &State, document: &DocumentName, rev: u64) -> Option<String> {
    Drafts::default().project(state, document, rev)
}

/// In how many parts a document is kept; 0 for one that is whole or not there.
#[must_use]
pub fn part_count(state: &State, document: &DocumentName) -> u32 {
    Drafts::default().part_count(state, document)
}

/// The text of a document before it is split or sealed, at revision 0.
fn draft(state: &State, document: &DocumentName) -> Option<String> {
    Some(match document {
        DocumentName::State => framed("orchestration_state", room::fields(state)),
        DocumentName::Queue => framed("task_queue", queue::fields(state)),
        DocumentName::QueuePage(page) => {
            if !is_known(state, document) {
                return None;
            }
            framed("task_queue_page", queue::page(state, *page))
        }
        DocumentName::Context { member, session } => {
            let session = state.session(*session)?;
            if session.member() != member || session.is_the_rooms() {
                return None;
            }
            framed("model_context", context::fields(session))
        }
        DocumentName::Result(task) => {
            if let Some(aged) = state.aged(*task) {
                aged::result(*task, aged)?
            } else {
                let task = state.task(*task).filter(|task| !task.is_the_rooms())?;
                result::draft(state, task)?
            }
        }
        DocumentName::Conflict(task) => {
            let fields = match state.aged(*task) {
                Some(aged) => aged::conflict(*task, aged)?,
                None => conflict::fields(state, state.task(*task)?)?,
            };
            framed("conflict", fields)
        }
        DocumentName::Archive(page) => aged::page(state, *page)?,
        DocumentName::Lesson { lesson: id, .. } => {
            let lesson = state.lesson(*id)?;
            if DocumentName::of_lesson(lesson) != *document {
                return None;
            }
            lesson::draft(lesson)
        }
        DocumentName::Part { .. } => return None,
    })
}

/// Whether a state has a text for a document; cheaper than to make it.
#[must_use]
pub fn exists(state: &State, document: &DocumentName) -> bool {
    match document {
        DocumentName::State | DocumentName::Queue => true,
        DocumentName::QueuePage(_) => is_known(state, document),
        DocumentName::Context { member, session } => state
            .session(*session)
            .is_some_and(|session| session.member() == member && !session.is_the_rooms()),
        DocumentName::Result(task) => match (state.aged(*task), state.task(*task)) {
            (Some(aged), _) => aged::has_result(aged),
            (None, Some(task)) => {
                !task.is_the_rooms() && matches!(task.outcome(), Some(Outcome::Done { .. }))
            }
            (None, None) => false,
        },
        DocumentName::Conflict(task) => match (state.aged(*task), state.task(*task)) {
            (Some(aged), _) => aged::has_conflict(aged),
            (None, Some(task)) => conflict::exists(state, task),
            (None, None) => false,
        },
        DocumentName::Archive(page) => aged::has_page(state, *page),
        DocumentName::Lesson { lesson, .. } => state
            .lesson(*lesson)
            .is_some_and(|lesson| DocumentName::of_lesson(lesson) == *document),
        DocumentName::Part { of, number } => *number <= part_count(state, of),
    }
}

/// All documents that a state has, the parts of long ones included.
#[must_use]
pub fn all(state: &State) -> Vec<DocumentName> {
    let mut documents = whole(state);
    let parts = documents.iter().flat_map(|document| {
        (1..=part_count(state, document)).map(|number| DocumentName::Part {
            of: Box::new(document.clone()),
            number,
        })
    });
    let parts: Vec<DocumentName> = parts.collect();
    documents.extend(parts);
    documents
}

/// All documents that a state has, without the parts of long ones: nothing is rendered for it.
#[must_use]
pub(in crate::hub) fn whole(state: &State) -> Vec<DocumentName> {
    let mut documents = vec![DocumentName::State, DocumentName::Queue];
    documents.extend(pages(state));
    let sessions = state.sessions().filter(|session| !session.is_the_rooms());
    documents.extend(sessions.map(|session| DocumentName::Context {
        member: session.member().clone(),
        session: session.id(),
    }));
    let of_tasks = state.tasks().flat_map(|task| {
        [
            DocumentName::Result(task.id()),
            DocumentName::Conflict(task.id()),
        ]
    });
    let of_aged = state.all_aged().map(|(task, _)| task);
    let of_aged = of_aged.filter(|task| state.task(*task).is_none());
    let of_aged =
        of_aged.flat_map(|task| [DocumentName::Result(task), DocumentName::Conflict(task)]);
    documents.extend(
        of_tasks
            .chain(of_aged)
            .filter(|document| exists(state, document)),
    );
    documents.extend(archive(state));
    documents.extend(state.lessons().map(DocumentName::of_lesson));
    documents
}

/// The pages that hold open tasks now. An earlier one stays, and is empty.
#[must_use]
pub fn pages(state: &State) -> Vec<DocumentName> {
    let pages = queue::pages(state).into_iter();
    pages.map(DocumentName::QueuePage).collect()
}

/// Whether the state still knows what a document is about.
#[must_use]
pub fn is_known(state: &State, document: &DocumentName) -> bool {
    match document {
        DocumentName::State | DocumentName::Queue => true,
        DocumentName::QueuePage(page) => queue::has_page(state, *page),
        DocumentName::Context { session, .. } => state.session(*session).is_some(),
        DocumentName::Result(task) | DocumentName::Conflict(task) => {
            state.task(*task).is_some() || state.has_documents(*task)
        }
        DocumentName::Archive(_) => exists(state, document) || is_gone(state, document),
        DocumentName::Lesson { lesson, .. } => state.lesson(*lesson).is_some(),
        DocumentName::Part { of, .. } => is_known(state, of),
    }
}

/// The pages of the archive that the state knows.
pub(in crate::hub) fn archive(state: &State) -> BTreeSet<DocumentName> {
    let pages = state.all_aged().filter_map(|(_, aged)| aged.page());
    pages.map(DocumentName::Archive).collect()
}

/// The pages of the archive that are to go, having no row any more.
pub(in crate::hub) fn emptied(state: &State) -> impl Iterator<Item = DocumentName> {
    state.emptied_pages().map(DocumentName::Archive)
}

/// Whether a document was there and is to go: it was archived, or is a page of the archive without a
/// row. Parts go with what they are of.
#[must_use]
pub fn is_gone(state: &State, document: &DocumentName) -> bool {
    match document {
        DocumentName::Result(task) | DocumentName::Conflict(task) => {
            let aged = state.aged(*task);
            aged.is_some_and(|aged| aged.old == Old::Archive)
        }
        DocumentName::Archive(page) => state.emptied_pages().any(|one| one == *page),
        DocumentName::State
        | DocumentName::Queue
        | DocumentName::QueuePage(_)
        | DocumentName::Context { .. }
        | DocumentName::Lesson { .. }
        | DocumentName::Part { .. } => false,
    }
}

/// A JSON document: keys sorted, two blanks of indentation, an empty checksum.
fn framed(schema: &str, mut fields: Map<String, Value>) -> String {
    fields.insert("schema".to_owned(), json!(format!("synod/{schema}/1")));
    fields.insert("rev".to_owned(), json!(0));
    fields.insert("sum".to_owned(), json!(""));
    let sorted: std::collections::BTreeMap<String, Value> = fields.into_iter().collect();
    format!("{:#}\n", json!(sorted))
}

/// `2026-11-22T09:24:27.120Z`.
fn time(at: Timestamp) -> String {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    jiff::Timestamp::from_millisecond(millis)
        .map_or_else(|_| format!("{} ms", at.0), |time| format!("{time:.3}"))
}

/// The calls of a task that the state still has, oldest first.
fn calls<'a>(
    state: &'a State,
    task: &'a Task,
) -> impl DoubleEndedIterator<Item = (CallId, &'a Call)> {
    let ids = task.calls().iter();
    ids.filter_map(|id| state.call(*id).map(|call| (*id, call)))
}

/// How a call stands, in a word.
fn standing(call: &Call) -> &'static str {
    match call.ending() {
        None => "running",
        Some(Ending::Answered(_)) => "answered",
        Some(Ending::Failed { .. }) => "failed",
        Some(Ending::Cancelled { .. }) => "cancelled",
        Some(Ending::Interrupted) => "interrupted",
    }
}

#[cfg(test)]
mod tests;
