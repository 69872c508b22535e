//! Lessons, what calls were given of them, and pinned documents.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::attention::Actor;
use super::call::AnswerKind;
use super::kind::TaskKind;
use super::task::Basis;
use super::{Encoded, pack, wire_words};
use crate::core::lesson::Shared;
use crate::core::{self, CallId, Event, LessonId, MemberName, Span, TaskId, lesson};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SharingSet {
    accept_all: bool,
    expiry_ms: Option<Span>,
    most: u32,
    budget: u32,
    budget_of: BTreeMap<MemberName, u32>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Proposed {
    pub(super) lesson: LessonId,
    pub(super) draft: Draft,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Draft {
    topic: TaskKind,
    subject: String,
    claim: String,
    why: String,
    dissent: String,
    author: Author,
    value: Option<Value>,
    evidence: Option<Evidence>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Author {
    Operator,
    Members(Vec<MemberName>),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Value {
    kind: AnswerKind,
    key: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Evidence {
    task: TaskId,
    basis: Basis,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Supported {
    pub(super) lesson: LessonId,
    pub(super) evidence: Evidence,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Accepted {
    pub(super) lesson: LessonId,
    pub(super) by: Actor,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Disputed {
    pub(super) lesson: LessonId,
    pub(super) why: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Retired {
    pub(super) lesson: LessonId,
    pub(super) why: String,
    pub(super) by: Actor,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContextChosen {
    pub(super) call: CallId,
    pub(super) shown: Vec<Shown>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Shown {
    Lesson(LessonId),
    Result {
        task: TaskId,
        digest: String,
    },
    Document {
        document: String,
        text: DocumentText,
    },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum DocumentText {
    Unread,
    Read { digest: String },
    Unreadable { why: String },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DocumentTold {
    pub(super) call: CallId,
    pub(super) document: String,
    pub(super) text: DocumentText,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pinned {
    pub(super) document: String,
    pub(super) task: Option<TaskId>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unpinned {
    pub(super) document: String,
    pub(super) task: Option<TaskId>,
}

wire_words!(Holds = core::Holds {
    Older = "older",
    Newer = "newer",
    Both = "both",
    Neither = "neither",
});

impl From<&core::Sharing> for SharingSet {
    fn from(sharing: &core::Sharing) -> Self {
        let core::Sharing {
            accept_all,
            expiry,
            most,
            budget,
            budget_of,
        } = sharing;
        Self {
            accept_all: *accept_all,
            expiry_ms: *expiry,
            most: *most,
            budget: *budget,
            budget_of: budget_of.clone(),
        }
    }
}

impl From<SharingSet> for Event {
    fn from(wire: SharingSet) -> Self {
        let sharing = core::Sharing {
            accept_all: wire.accept_all,
            expiry: wire.expiry_ms,
            most: wire.most,
            budget: wire.budget,
            budget_of: wire.budget_of,
        };
        Self::Shared {
            what: Shared::SharingSet { sharing },
        }
    }
}

impl From<&core::Draft> for Draft {
    fn from(draft: &core::Draft) -> Self {
        let core::Draft {
            topic,
            subject,
            claim,
            why,
            dissent,
            author,
            value,
            evidence,
        } = draft.clone();
        Self {
            topic: topic.into(),
            subject,
            claim,
            why,
            dissent,
            author: match author {
                lesson::Author::Operator => Author::Operator,
                lesson::Author::Members(names) => Author::Members(names),
            },
            value: value.map(|value| Value {
                kind: value.kind.into(),
                key: value.key,
            }),
            evidence: evidence.map(Into::into),
        }
    }
}

impl From<Draft> for core::Draft {
    fn from(wire: Draft) -> Self {
        Self {
            topic: wire.topic.into(),
            subject: wire.subject,
            claim: wire.claim,
            why: wire.why,
            dissent: wire.dissent,
            author: match wire.author {
                Author::Operator => lesson::Author::Operator,
                Author::Members(names) => lesson::Author::Members(names),
            },
            value: wire.value.map(|value| lesson::Value {
                kind: value.kind.into(),
                key: value.key,
            }),
            evidence: wire.evidence.map(Into::into),
        }
    }
}

impl From<lesson::Evidence> for Evidence {
    fn from(evidence: lesson::Evidence) -> Self {
        Self {
            task: evidence.task,
            basis: evidence.basis.into(),
        }
    }
}

impl From<Evidence> for lesson::Evidence {
    fn from(wire: Evidence) -> Self {
        Self {
            task: wire.task,
            basis: wire.basis.into(),
        }
    }
}

impl From<Proposed> for Event {
    fn from(wire: Proposed) -> Self {
        Self::Shared {
            what: Shared::LessonProposed {
                lesson: wire.lesson,
                draft: wire.draft.into(),
            },
        }
    }
}

impl From<Supported> for Event {
    fn from(wire: Supported) -> Self {
        Self::Shared {
            what: Shared::LessonSupported {
                lesson: wire.lesson,
                evidence: wire.evidence.into(),
            },
        }
    }
}

impl From<Accepted> for Event {
    fn from(wire: Accepted) -> Self {
        Self::Shared {
            what: Shared::LessonAccepted {
                lesson: wire.lesson,
                by: wire.by.into(),
            },
        }
    }
}

impl From<Disputed> for Event {
    fn from(wire: Disputed) -> Self {
        Self::Shared {
            what: Shared::LessonDisputed {
                lesson: wire.lesson,
                why: wire.why,
            },
        }
    }
}

impl From<Retired> for Event {
    fn from(wire: Retired) -> Self {
        Self::Shared {
            what: Shared::LessonRetired {
                lesson: wire.lesson,
                why: wire.why,
                by: wire.by.into(),
            },
        }
    }
}

impl From<&core::Shown> for Shown {
    fn from(shown: &core::Shown) -> Self {
        match shown.clone() {
            core::Shown::Lesson(lesson) => Self::Lesson(lesson),
            core::Shown::Result { task, digest } => Self::Result { task, digest },
            core::Shown::Document { document, text } => Self::Document {
                document,
                text: (&text).into(),
            },
        }
    }
}

impl From<Shown> for core::Shown {
    fn from(wire: Shown) -> Self {
        match wire {
            Shown::Lesson(lesson) => Self::Lesson(lesson),
            Shown::Result { task, digest } => Self::Result { task, digest },
            Shown::Document { document, text } => Self::Document {
                document,
                text: text.into(),
            },
        }
    }
}

impl From<&core::DocumentText> for DocumentText {
    fn from(text: &core::DocumentText) -> Self {
        match text.clone() {
            core::DocumentText::Unread => Self::Unread,
            core::DocumentText::Read { digest } => Self::Read { digest },
            core::DocumentText::Unreadable { why } => Self::Unreadable { why },
        }
    }
}

impl From<DocumentText> for core::DocumentText {
    fn from(wire: DocumentText) -> Self {
        match wire {
            DocumentText::Unread => Self::Unread,
            DocumentText::Read { digest } => Self::Read { digest },
            DocumentText::Unreadable { why } => Self::Unreadable { why },
        }
    }
}

impl From<ContextChosen> for Event {
    fn from(wire: ContextChosen) -> Self {
        Self::Shared {
            what: Shared::ContextChosen {
                call: wire.call,
                shown: wire.shown.into_iter().map(Into::into).collect(),
            },
        }
    }
}

impl From<DocumentTold> for Event {
    fn from(wire: DocumentTold) -> Self {
        Self::Shared {
            what: Shared::DocumentTold {
                call: wire.call,
                document: wire.document,
                text: wire.text.into(),
            },
        }
    }
}

impl From<Pinned> for Event {
    fn from(wire: Pinned) -> Self {
        Self::Shared {
            what: Shared::DocumentPinned {
                document: wire.document,
                task: wire.task,
            },
        }
    }
}

impl From<Unpinned> for Event {
    fn from(wire: Unpinned) -> Self {
        Self::Shared {
            what: Shared::DocumentUnpinned {
                document: wire.document,
                task: wire.task,
            },
        }
    }
}

/// The stored form of what happened to what is shared.
pub(super) fn encode(what: &Shared) -> Encoded {
    match what {
        Shared::SharingSet { sharing } => pack(&SharingSet::from(sharing)),
        Shared::LessonProposed { lesson, draft } => pack(&Proposed {
            lesson: *lesson,
            draft: draft.into(),
        }),
        Shared::LessonSupported { lesson, evidence } => pack(&Supported {
            lesson: *lesson,
            evidence: (*evidence).into(),
        }),
        Shared::LessonAccepted { lesson, by } => pack(&Accepted {
            lesson: *lesson,
            by: (*by).into(),
        }),
        Shared::LessonDisputed { lesson, why } => pack(&Disputed {
            lesson: *lesson,
            why: why.clone(),
        }),
        Shared::LessonRetired { lesson, why, by } => pack(&Retired {
            lesson: *lesson,
            why: why.clone(),
            by: (*by).into(),
        }),
        Shared::ContextChosen { call, shown } => pack(&ContextChosen {
            call: *call,
            shown: shown.iter().map(Into::into).collect(),
        }),
        Shared::DocumentTold {
            call,
            document,
            text,
        } => pack(&DocumentTold {
            call: *call,
            document: document.clone(),
            text: text.into(),
        }),
        Shared::DocumentPinned { document, task } => pack(&Pinned {
            document: document.clone(),
            task: *task,
        }),
        Shared::DocumentUnpinned { document, task } => pack(&Unpinned {
            document: document.clone(),
            task: *task,
        }),
    }
}
