//! State → documents. Pure: the same state and revision always give the same text.
//!
//! Every text ends with one line break, has no carriage return (Serena reads those back as line
//! breaks), is bounded, and carries its `schema` with a version, its `rev` and its checksum. Text
//! of members and servers is shortened and freed of control characters. A document of which the
//! state has forgotten the subject is not projected any more and stays in the hub as it is.

mod conflict;
mod context;
mod lesson;
pub(in crate::hub) mod plain;
mod queue;
pub(in crate::hub) mod result;
mod room;

use serde_json::{Map, Value, json};

use crate::core::{Call, CallId, Ending, Outcome, State, Task, Timestamp};
use crate::hub::document::DocumentName;
use crate::hub::seal::seal;

/// The text of a document at a revision; `None` when the state has nothing for it (any more).
#[must_use]
pub fn project(state: &State, document: &DocumentName, rev: u64) -> Option<String> {
    let draft = match document {
        DocumentName::State => framed("orchestration_state", rev, room::fields(state)),
        DocumentName::Queue => framed("task_queue", rev, queue::fields(state)),
        DocumentName::QueuePage(page) => {
            if !is_known(state, document) {
                return None;
            }
            framed("task_queue_page", rev, queue::page(state, *page))
        }
        DocumentName::Context { member, session } => {
            let session = state.session(*session)?;
            if session.member() != member {
                return None;
            }
            framed("model_context", rev, context::fields(session))
        }
        DocumentName::Result(task) => result::draft(state, state.task(*task)?, rev)?,
        DocumentName::Conflict(task) => {
            let fields = conflict::fields(state, state.task(*task)?)?;
            framed("conflict", rev, fields)
        }
        DocumentName::Lesson { lesson: id, .. } => {
            let lesson = state.lesson(*id)?;
            if DocumentName::of_lesson(lesson) != *document {
                return None;
            }
            lesson::draft(lesson, rev)
        }
    };
    Some(seal(&draft))
}

/// Whether a state has a text for a document; cheaper than to make it.
#[must_use]
pub fn exists(state: &State, document: &DocumentName) -> bool {
    match document {
        DocumentName::State | DocumentName::Queue => true,
        DocumentName::QueuePage(_) => is_known(state, document),
        DocumentName::Context { member, session } => state
            .session(*session)
            .is_some_and(|session| session.member() == member),
        DocumentName::Result(task) => state
            .task(*task)
            .is_some_and(|task| matches!(task.outcome(), Some(Outcome::Done { .. }))),
        DocumentName::Conflict(task) => state
            .task(*task)
            .is_some_and(|task| conflict::exists(state, task)),
        DocumentName::Lesson { lesson, .. } => state
            .lesson(*lesson)
            .is_some_and(|lesson| DocumentName::of_lesson(lesson) == *document),
    }
}

/// All documents that a state has.
#[must_use]
pub fn all(state: &State) -> Vec<DocumentName> {
    let mut documents = vec![DocumentName::State, DocumentName::Queue];
    documents.extend(pages(state));
    documents.extend(state.sessions().map(|session| DocumentName::Context {
        member: session.member().clone(),
        session: session.id(),
    }));
    let of_tasks = state.tasks().flat_map(|task| {
        [
            DocumentName::Result(task.id()),
            DocumentName::Conflict(task.id()),
        ]
    });
    documents.extend(of_tasks.filter(|document| exists(state, document)));
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
        DocumentName::Result(task) | DocumentName::Conflict(task) => state.task(*task).is_some(),
        DocumentName::Lesson { lesson, .. } => state.lesson(*lesson).is_some(),
    }
}

/// A JSON document: keys sorted, two blanks of indentation, an empty checksum.
fn framed(schema: &str, rev: u64, mut fields: Map<String, Value>) -> String {
    fields.insert("schema".to_owned(), json!(format!("synod/{schema}/1")));
    fields.insert("rev".to_owned(), json!(rev));
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
