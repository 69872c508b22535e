//! What a foreign text of a document means: how it differs from ours, and what of it the room can take
//! over. Pure.
//!
//! The documents follow from the journal, so little can be taken over: a result that was written by
//! hand, and tasks that were added to the queue, as proposals. For the rest the operator is told why
//! not, and chooses between keeping it aside and writing over it.

pub(in crate::hub) mod difference;
mod queue;

use std::sync::Arc;

use crate::core::decide::RESULT_MAX;
use crate::core::{Import, Outcome, OutsideEdit, State, TaskId, TaskOrder, Text};
use crate::hub::document::DocumentName;
use crate::hub::folder::Unfit;
use crate::hub::project::project;
use crate::hub::project::result::HEADING;
use crate::hub::seal;

/// What somebody else put in the place of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::hub) enum Foreign {
    /// A text.
    Text(Arc<str>),
    /// Something that is no text of a document.
    Unfit(Unfit),
}

impl Foreign {
    /// By what it is known again.
    pub(in crate::hub) fn digest(&self) -> String {
        match self {
            Self::Text(text) => seal::sum(text),
            Self::Unfit(unfit) => seal::sum(&format!("{unfit:?}")),
        }
    }
}

/// What was found in a foreign text.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::hub) struct Found {
    /// What the operator is told.
    pub(in crate::hub) edit: OutsideEdit,
    /// Tasks that were added.
    pub(in crate::hub) proposals: Vec<TaskOrder>,
    /// Nothing else was changed.
    pub(in crate::hub) only_proposals: bool,
}

/// Reads a foreign text. `ours` is what the document had before, where that is known.
pub(in crate::hub) fn read(
    state: &State,
    document: &DocumentName,
    ours: Option<&str>,
    foreign: &Foreign,
) -> Found {
    let digest = foreign.digest();
    let told = |diff, import| OutsideEdit {
        document: document.to_string(),
        digest,
        diff,
        import,
    };
    let theirs = match foreign {
        Foreign::Text(theirs) => theirs,
        Foreign::Unfit(unfit) => {
            let why = unfit.to_string();
            let edit = told(Text::from(why.as_str()), Import::Nothing { why });
            return Found {
                edit,
                proposals: Vec::new(),
                only_proposals: false,
            };
        }
    };
    let projected = ours.is_none().then(|| {
        let rev = seal::claimed(theirs).unwrap_or(1);
        project(state, document, rev).unwrap_or_default()
    });
    let ours = ours.or(projected.as_deref()).unwrap_or_default();
    let added = if *document == DocumentName::Queue {
        queue::added(state, ours, theirs)
    } else {
        queue::Added::default()
    };
    Found {
        edit: told(
            difference::between(ours, theirs),
            import(state, document, ours, theirs),
        ),
        proposals: added.orders,
        only_proposals: added.nothing_else,
    }
}

/// What of the text can become an event, the tasks of a queue aside.
fn import(state: &State, document: &DocumentName, ours: &str, theirs: &str) -> Import {
    let why = match document {
        DocumentName::Result(task) => match result(state, *task, ours, theirs) {
            Ok(text) => return Import::Result { task: *task, text },
            Err(why) => why,
        },
        DocumentName::Queue => {
            "tasks that are added to it are proposed; the rest tells what the room did"
        }
        DocumentName::State
        | DocumentName::QueuePage(_)
        | DocumentName::Context { .. }
        | DocumentName::Conflict(_)
        | DocumentName::Archive(_)
        | DocumentName::Part { .. } => {
            "it tells what the room did, and only the room's own work changes that"
        }
        DocumentName::Lesson { .. } => {
            "a lesson changes by a word to the room; `synod lesson` says it"
        }
    };
    Import::Nothing {
        why: why.to_owned(),
    }
}

/// The result that was written by hand: what stands below the heading.
fn result(state: &State, task: TaskId, ours: &str, theirs: &str) -> Result<Text, &'static str> {
    if state.aged(task).is_some() {
        return Err("it is a summary by now; `synod show` prints the whole result");
    }
    let known = state.task(task).and_then(|task| task.outcome());
    let Some(Outcome::Done { result, .. }) = known else {
        return Err("its task has no result");
    };
    if result.len() > RESULT_MAX {
        return Err("the result is too long to be taken over by hand");
    }
    let below = |text: &str| {
        text.split_once(HEADING)
            .map(|(_, below)| below.trim_end().to_owned())
    };
    let Some(written) = below(theirs) else {
        return Err("its heading `## Result` is gone, so where the result begins is not known");
    };
    if written.trim().is_empty() {
        return Err("there is no result below its heading");
    }
    if below(ours).is_some_and(|before| before == written) {
        return Err("the result itself is unchanged; the rest tells what the room did");
    }
    if written.len() > RESULT_MAX {
        return Err("the result is too long to be taken over by hand");
    }
    Ok(Text::from(written))
}

#[cfg(test)]
mod tests;
