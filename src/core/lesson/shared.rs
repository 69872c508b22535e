//! What can have happened to what a room's members share: lessons, pinned documents, and what of both a
//! call was given. What each of these changes is the business of `evolve`.

use serde::{Deserialize, Serialize};

use crate::core::lesson::{Draft, Evidence, Sharing};
use crate::core::{Actor, CallId, DocumentText, LessonId, Shown, TaskId};

/// What happened to what is shared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shared {
    /// What is shared, and how much of it, was set.
    SharingSet {
        /// All of it.
        sharing: Sharing,
    },
    /// A lesson was written down.
    LessonProposed {
        /// Its name.
        lesson: LessonId,
        /// What it says.
        draft: Draft,
    },
    /// A further task bears a lesson out.
    LessonSupported {
        /// Which.
        lesson: LessonId,
        /// The task.
        evidence: Evidence,
    },
    /// A lesson holds from now on.
    LessonAccepted {
        /// Which.
        lesson: LessonId,
        /// By whose word.
        by: Actor,
    },
    /// A lesson is doubted; no member is told of it meanwhile.
    LessonDisputed {
        /// Which.
        lesson: LessonId,
        /// Why.
        why: String,
    },
    /// A lesson holds no more.
    LessonRetired {
        /// Which.
        lesson: LessonId,
        /// Why.
        why: String,
        /// By whose word.
        by: Actor,
    },
    /// What a call is given of what the room knows. Stands before the start of the call.
    ContextChosen {
        /// The call.
        call: CallId,
        /// What, in order.
        shown: Vec<Shown>,
    },
    /// The text of a pinned document was read for a call, or could not be.
    DocumentTold {
        /// The call.
        call: CallId,
        /// The document's name.
        document: String,
        /// What became of its text.
        text: DocumentText,
    },
    /// A document is told to each call of a task, or of all tasks.
    DocumentPinned {
        /// Its name in the shared memory.
        document: String,
        /// To which task; `None`: to all.
        task: Option<TaskId>,
    },
    /// A document is told no more.
    DocumentUnpinned {
        /// Its name in the shared memory.
        document: String,
        /// To which task; `None`: to all.
        task: Option<TaskId>,
    },
}
