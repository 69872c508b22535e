//! What the room has learned: lessons with their provenance, and how they stand.
//!
//! Owns the words and the plain data. What a decision teaches is in [`draft`], whether two lessons
//! say the same or the contrary in [`compare`], what a call is given in
//! [`context`](crate::core::context). What changes a lesson is the business of `decide` and `evolve`.

pub mod compare;
mod draft;
mod shared;
pub(crate) mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

pub(crate) use draft::{by_hand, from_decision};
pub use shared::Shared;

use crate::core::context::{Index, Shown};
use crate::core::{
    AnswerKind, Basis, CallId, LessonId, MemberName, Span, TaskId, TaskKind, Timestamp,
};

/// How many lessons a room keeps; beyond that the oldest retired ones are forgotten, and where there
/// are none, no further one is taken.
pub const LESSONS_MAX: usize = 1000;
/// How many proposals wait for the operator; beyond that the oldest gives way.
pub const PROPOSED_MAX: usize = 200;
/// How many pieces of evidence a lesson keeps.
pub const EVIDENCE_MAX: usize = 16;
/// The longest subject, in bytes.
pub const SUBJECT_MAX: usize = 200;
/// The longest claim, in bytes.
pub const CLAIM_MAX: usize = 600;
/// The longest reason and the longest dissent, in bytes.
pub const WHY_MAX: usize = 400;
/// The longest last part of a document's name, in bytes.
const SLUG_MAX: usize = 60;
/// How many documents are pinned to one task, and how many to all.
pub const PINS_MAX: usize = 8;

/// The most characters of lessons and earlier results that can be set for one call.
pub const CONTEXT_MAX: u32 = 100_000;

/// What is written down of a lesson before it stands. All of its texts are untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The kind of task that it is about.
    pub topic: TaskKind,
    /// What was asked, in one line.
    pub subject: String,
    /// What holds.
    pub claim: String,
    /// Why it holds.
    pub why: String,
    /// Who saw it differently, and how; empty when nobody did.
    pub dissent: String,
    /// Who says it.
    pub author: Author,
    /// The typed answer in it, if there was one.
    pub value: Option<Value>,
    /// What it rests on.
    pub evidence: Option<Evidence>,
}

/// Who says what a lesson says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// The operator wrote it.
    Operator,
    /// It is taken from what these members answered.
    Members(Vec<MemberName>),
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operator => f.write_str("the operator"),
            Self::Members(names) => {
                let names: Vec<&str> = names.iter().map(MemberName::as_str).collect();
                f.write_str(&names.join(", "))
            }
        }
    }
}

/// A typed answer: equal ones have equal keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// How it is to be read.
    pub kind: AnswerKind,
    /// Its normal form.
    pub key: String,
}

/// A task from which a lesson was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The task.
    pub task: TaskId,
    /// How it was decided.
    pub basis: Basis,
}

/// How a lesson stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nobody has said yes to it; no member is told.
    Proposed,
    /// It holds, and members are told.
    Accepted,
    /// Another one contradicts it, or the operator doubts it; no member is told meanwhile.
    Disputed,
    /// It holds no more.
    Retired,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Proposed,
        Self::Accepted,
        Self::Disputed,
        Self::Retired,
    ];

    /// The word for it, as shown.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Accepted => "accepted",
            Self::Disputed => "disputed",
            Self::Retired => "retired",
        }
    }
}

/// How often answers were accepted: of councils only, where an answer can lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Answers on which a result stands.
    pub accepted: u64,
    /// Answers that gave way.
    pub passed_over: u64,
}

impl Tally {
    /// How many answers were counted.
    #[must_use]
    pub fn answers(self) -> u64 {
        self.accepted.saturating_add(self.passed_over)
    }

    pub(crate) fn count(&mut self, accepted: bool) {
        if accepted {
            self.accepted += 1;
        } else {
            self.passed_over += 1;
        }
    }

    fn less(self, other: Self) -> Self {
        Self {
            accepted: self.accepted.saturating_sub(other.accepted),
            passed_over: self.passed_over.saturating_sub(other.passed_over),
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.accepted, self.answers())
    }
}

/// One lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    pub(crate) id: LessonId,
    pub(crate) draft: Draft,
    pub(crate) standing: Standing,
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) created: Timestamp,
    pub(crate) changed: Timestamp,
    pub(crate) expires: Option<Timestamp>,
    /// Why it is disputed or retired.
    pub(crate) because: String,
    /// How many calls were told.
    pub(crate) uses: u64,
    pub(crate) last_used: Option<Timestamp>,
    /// Answers to tasks of its topic by those who were told.
    pub(crate) with: Tally,
}

impl Lesson {
    /// Its name.
    #[must_use]
    pub fn id(&self) -> LessonId {
        self.id
    }

    /// What it says.
    #[must_use]
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// How it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// The tasks from which it was taken, oldest first.
    #[must_use]
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// When it was first proposed.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// When its standing or its evidence last changed.
    #[must_use]
    pub fn changed(&self) -> Timestamp {
        self.changed
    }

    /// When it is retired by the clock.
    #[must_use]
    pub fn expires(&self) -> Option<Timestamp> {
        self.expires
    }

    /// Why it is disputed or retired; else empty.
    #[must_use]
    pub fn because(&self) -> &str {
        &self.because
    }

    /// How many calls were told.
    #[must_use]
    pub fn uses(&self) -> u64 {
        self.uses
    }

    /// Answers of councils to tasks of its topic by those who were told.
    #[must_use]
    pub fn with(&self) -> Tally {
        self.with
    }

    /// The last part of its document's name: its number, and what of its subject can be in a name.
    #[must_use]
    pub fn slug(&self) -> String {
        let mut slug = self.id.0.to_string();
        let subject = self.draft.subject.to_lowercase();
        for word in subject.split(|c: char| !c.is_alphanumeric()) {
            let plain = word.chars().all(|c| c.is_ascii_alphanumeric());
            if plain && !word.is_empty() && slug.len() + word.len() < SLUG_MAX {
                slug.push('-');
                slug.push_str(word);
            }
        }
        slug
    }
}

/// What the operator (or a rule) does about lessons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LessonOrder {
    /// Write one down by hand; it is accepted at once unless it contradicts another one.
    Add {
        /// The kind of task that it is about.
        topic: TaskKind,
        /// What it is about.
        subject: String,
        /// What holds.
        claim: String,
        /// Why; may be empty.
        why: String,
    },
    /// Let it hold.
    Accept {
        /// Which.
        lesson: LessonId,
    },
    /// Doubt it: no member is told until it is accepted again.
    Dispute {
        /// Which.
        lesson: LessonId,
        /// Why.
        why: String,
    },
    /// Let it hold no more.
    Retire {
        /// Which.
        lesson: LessonId,
        /// Why.
        why: String,
    },
}

/// Which of two lessons that contradict each other holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// The one that was accepted before.
    Older,
    /// The one that contradicts it.
    Newer,
    /// Both: they only seemed to contradict each other.
    Both,
    /// Neither.
    Neither,
}

impl Holds {
    /// All of them, with the words for them.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("older", Self::Older),
        ("newer", Self::Newer),
        ("both", Self::Both),
        ("neither", Self::Neither),
    ];
}

/// What is shared, and how much of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sharing {
    /// Whether a lesson that the room proposes holds without the operator.
    pub accept_all: bool,
    /// How long a lesson holds after it was proposed or accepted; `None`: for ever.
    pub expiry: Option<Span>,
    /// How many lessons one call is told at most.
    pub most: u32,
    /// How many characters of lessons and earlier results one call is told at most.
    pub budget: u32,
    /// The same for single members, where it differs.
    pub budget_of: BTreeMap<MemberName, u32>,
}

impl Default for Sharing {
    fn default() -> Self {
        Self {
            accept_all: false,
            expiry: Some(Span(180 * Span::DAY.0)),
            most: 5,
            budget: 3000,
            budget_of: BTreeMap::new(),
        }
    }
}

impl Sharing {
    /// How many characters of lessons and earlier results a call of this member is told at most.
    #[must_use]
    pub fn budget_of(&self, member: &MemberName) -> u32 {
        self.budget_of.get(member).copied().unwrap_or(self.budget)
    }
}

/// A document that is always told, to one task or to all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pin {
    /// To which task; `None`: to all.
    pub task: Option<TaskId>,
    /// Its name in the shared memory.
    pub document: String,
}

/// All that was learned, and who was told what. Only `evolve` writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Knowledge {
    pub(crate) sharing: Sharing,
    pub(crate) next: u64,
    pub(crate) lessons: BTreeMap<LessonId, Lesson>,
    /// What the calls that the state remembers were given.
    pub(crate) shown: BTreeMap<CallId, Vec<Shown>>,
    /// All answers of councils that were counted, by the kind of their task.
    pub(crate) tallies: BTreeMap<TaskKind, Tally>,
    pub(crate) pins: BTreeSet<Pin>,
    /// Tasks of foreign servers and of the room itself: what they ask and are told stays apart.
    pub(crate) apart: BTreeSet<TaskId>,
    /// The words of lessons and results.
    pub(crate) words: Index,
}

impl Default for Knowledge {
    fn default() -> Self {
        Self {
            sharing: Sharing::default(),
            next: 1,
            lessons: BTreeMap::new(),
            shown: BTreeMap::new(),
            tallies: BTreeMap::new(),
            pins: BTreeSet::new(),
            apart: BTreeSet::new(),
            words: Index::default(),
        }
    }
}

impl Knowledge {
    /// Answers of councils to tasks of a lesson's topic by those who were not told.
    pub(crate) fn without(&self, lesson: &Lesson) -> Tally {
        let all = self.tallies.get(&lesson.draft.topic).copied();
        all.unwrap_or_default().less(lesson.with)
    }
}
