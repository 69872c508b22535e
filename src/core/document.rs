//! The documents of the shared memory as consoles ask for them: listed, read, searched, with their
//! history. Data that crosses the socket and is never journalled; names and texts are untrusted.
//!
//! Owns the words, their bounds, and the [`Catalog`], from which a console learns what has changed
//! since it looked last. Who reads the files is the business of others.

mod catalog;
mod name;

use serde::{Deserialize, Serialize};

use crate::core::{CallId, LessonId, MemberName, TaskId, Text, Timestamp};

pub use catalog::{Catalog, DOCUMENTS_MAX, PAGE};
pub use name::DocumentName;

/// How much of a document is read, in bytes; as much as a note may have that is changed here.
pub const READ_MAX: usize = crate::core::note::NOTE_MAX;
/// How many places one search gives at most.
pub const PLACES_MAX: usize = 100;
/// How many revisions a history tells at most.
pub const REVISIONS_MAX: usize = 100;

/// How many calls a list of those that were told names at most.
pub const CALLS_MAX: usize = 200;

/// Whose a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentOwner {
    /// The room's: it follows from the journal.
    Room,
    /// A foreign text of one of those, which was kept aside.
    KeptAside,
    /// A note.
    Note,
}

/// A document as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRow {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// When its file was last changed.
    pub at: Timestamp,
    /// Whose it is.
    pub owner: DocumentOwner,
}

/// A part of what has changed among the documents, in the order of change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DocumentPage {
    /// What was known before counts no more: the list begins anew.
    pub anew: bool,
    /// Names of those that are gone; one that came back later is among the rows too.
    pub gone: Vec<String>,
    /// Documents that came or changed.
    pub rows: Vec<DocumentRow>,
    /// The place in the order of change up to which this tells.
    pub upto: u64,
    /// There is more.
    pub more: bool,
}

/// A document as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentText {
    /// Its text, at most [`READ_MAX`] bytes of it, with plain line breaks.
    pub text: String,
    /// The size of all of it in bytes.
    pub bytes: u64,
    /// What is odd about it.
    pub oddities: Vec<Oddity>,
}

/// What is odd about a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Oddity {
    /// Only its beginning is given.
    Cut,
    /// It is no UTF-8 text; what is none of it is replaced.
    NotText,
    /// It has carriage returns.
    CarriageReturns,
    /// It is not in the shared memory; this is what the room will write.
    Unwritten,
    /// It cannot be read.
    Unfit {
        /// Why not.
        why: String,
    },
    /// It is not there.
    Missing,
}

/// Places that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DocumentsFound {
    /// The documents, those that changed last first, at most [`PLACES_MAX`].
    pub places: Vec<DocumentPlace>,
    /// How many documents can be searched so far.
    pub indexed: usize,
    /// How many there are.
    pub of: usize,
}

/// A document that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentPlace {
    /// Its name.
    pub name: String,
    /// The text around the first word that was looked for, on one line.
    pub excerpt: String,
}

/// What is known of how a document came to be as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DocumentHistory {
    /// Its revisions, latest first, at most [`REVISIONS_MAX`].
    pub revisions: Vec<Revision>,
    /// There were earlier ones.
    pub more: bool,
    /// It was changed outside of the room since; of that only the present text is known.
    pub outside: bool,
}

/// A text that a document had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// The place in the journal of the event that made it.
    pub seq: u64,
    /// When that was.
    pub at: Timestamp,
    /// The event in words.
    pub made_by: String,
    /// What it changed, as a unified diff; shortened where it is long.
    pub diff: Text,
}

/// What calls are told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// The document of this name; of a result and of a lesson also what it tells of.
    Document(String),
    /// A lesson, and its document.
    Lesson(LessonId),
}

/// The calls that were told of something.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CallsTold {
    /// The calls, latest first, at most [`CALLS_MAX`].
    pub calls: Vec<CallTold>,
    /// There were earlier ones.
    pub more: bool,
}

/// A call that was told of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallTold {
    /// The call.
    pub call: CallId,
    /// Its task.
    pub task: TaskId,
    /// Who made it.
    pub member: MemberName,
    /// When it began.
    pub at: Timestamp,
    /// As what it was told.
    pub way: Way,
    /// How much of it was told.
    pub extent: Extent,
    /// It has another text now.
    pub changed: bool,
}

/// As what a call is told of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A lesson that bears on the task.
    Lesson,
    /// The result of an earlier task that bears on this one.
    Result,
    /// The result of a task that had to be done first.
    Handed,
    /// A document that is pinned.
    Pinned,
}

/// How much a call is told of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// All of it.
    Whole,
    /// A part of it: it was too long.
    Shortened,
    /// How long it was is not known any more.
    Unknown,
    /// It is being read.
    Unread,
    /// Nothing: it could not be read.
    Unreadable {
        /// Why; untrusted.
        why: String,
    },
}

/// What a console wants to know of the documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentWish {
    /// What has changed after a place in the order of change, as soon as something has; at 0 all.
    List {
        /// The place.
        after: u64,
    },
    /// The text of a document.
    Read {
        /// Its name.
        name: String,
    },
    /// Documents with all these words; the last may be a beginning.
    Search {
        /// The words.
        words: String,
    },
    /// The history of a document.
    History {
        /// Its name.
        name: String,
    },
    /// Which calls were told of something.
    Told {
        /// Of what.
        of: Known,
    },
}

/// What a wish brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentReply {
    /// A part of the list.
    Listed(DocumentPage),
    /// A text.
    Read(DocumentText),
    /// Places.
    Found(DocumentsFound),
    /// A history.
    History(DocumentHistory),
    /// Calls.
    Told(CallsTold),
}

impl DocumentText {
    /// Why it cannot be changed here, if it cannot.
    #[must_use]
    pub fn unchangeable(&self) -> Option<&'static str> {
        self.oddities.iter().find_map(|oddity| match oddity {
            Oddity::Cut => Some("it is too long to be changed here"),
            Oddity::NotText => Some("it is no text"),
            Oddity::Unfit { .. } => Some("it cannot be read"),
            Oddity::Missing => Some("it is gone"),
            Oddity::CarriageReturns | Oddity::Unwritten => None,
        })
    }
}
