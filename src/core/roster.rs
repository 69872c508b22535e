//! The members of a room: what they can do, how they are, and what their record is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::retry::LONGEST_PAUSE;
use crate::core::voting::Flips;
use crate::core::{MemberName, ServerSessions, Span, TaskKind, Timestamp};

/// What the room knows of a member from its configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MemberSpec {
    /// Its name.
    pub name: MemberName,
    /// Who made the model (`openai`, `google` …); members of one family are not independent.
    pub family: String,
    /// How good it is at a kind of task, 0 to 1, as the operator says; absent kinds count 0.5.
    pub strengths: BTreeMap<TaskKind, f64>,
    /// How many calls it may work at once; at least 1.
    pub parallel: u32,
    /// What it can do to the world.
    pub reach: Reach,
    /// Whether it is a rehearsal member, which never stands in for a real one.
    pub rehearsal: bool,
    /// Model name as configured, for show.
    pub model: Option<String>,
}

/// What a member can do to the world while it works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Text in, text out.
    Text,
    /// It looks around, and its server always holds it to reading.
    Reads,
    /// It acts, and its server can hold it to reading.
    Sandboxed,
    /// It acts, and nothing holds it; refused where several members work at once.
    Unguarded,
}

/// A member of the roster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    pub(crate) spec: MemberSpec,
    pub(crate) health: Health,
    pub(crate) since: Timestamp,
    /// When it last worked or its server changed its state.
    pub(crate) active: Timestamp,
    pub(crate) resting: bool,
    /// The operator waits for the list of its server's sessions.
    pub(crate) asked: bool,
    pub(crate) listed: Option<ServerSessions>,
    pub(crate) record: Record,
    pub(crate) per_kind: BTreeMap<TaskKind, Record>,
    pub(crate) flips: Flips,
    pub(crate) pause: Option<Pause>,
    /// Passing failures since its last answer.
    pub(crate) failed_in_a_row: u32,
}

/// Why a member is given no calls for a while although its server is up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// What happened.
    pub why: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when; without it until the operator has logged it in.
    pub until: Option<Timestamp>,
}

impl Pause {
    /// Whether it is so long that no task is kept waiting for its end.
    #[must_use]
    pub fn is_long(&self) -> bool {
        self.until
            .is_some_and(|until| until.since(self.since) > LONGEST_PAUSE)
    }
}

impl Member {
    /// What its configuration says.
    #[must_use]
    pub fn spec(&self) -> &MemberSpec {
        &self.spec
    }

    /// How its server is.
    #[must_use]
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// Since when its server is like that.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.since
    }

    /// Why it is given no calls for a while, if it is not.
    #[must_use]
    pub fn pause(&self) -> Option<&Pause> {
        self.pause.as_ref()
    }

    /// Whether a call may be given to it.
    #[must_use]
    pub fn takes_calls(&self) -> bool {
        self.pause.is_none() && self.health.takes_calls()
    }

    /// Whether its server was ended because it had nothing to do. Its next turn starts it.
    #[must_use]
    pub fn is_resting(&self) -> bool {
        self.resting
    }

    /// The sessions that its server says it has, since it was last started.
    #[must_use]
    pub fn listed(&self) -> Option<&ServerSessions> {
        self.listed.as_ref()
    }

    /// Its record over all tasks.
    #[must_use]
    pub fn record(&self) -> Record {
        self.record
    }

    /// Its records on the kinds of tasks that it worked on.
    pub fn records(&self) -> impl Iterator<Item = (TaskKind, Record)> {
        self.per_kind.iter().map(|(kind, record)| (*kind, *record))
    }

    /// How often it was given a second ballot in the reversed order, and how often it then turned
    /// round.
    #[must_use]
    pub fn flips(&self) -> Flips {
        self.flips
    }

    /// Its record on one kind of task.
    #[must_use]
    pub fn record_on(&self, kind: TaskKind) -> Record {
        self.per_kind.get(&kind).copied().unwrap_or_default()
    }
}

/// How a member's server is, as its supervisor reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Nothing was heard yet.
    Unknown,
    /// It is being started.
    Starting,
    /// It answered the handshake.
    Ready {
        /// Protocol version in use.
        protocol: String,
    },
    /// It ended or failed, and is started again at a later time.
    Restarting {
        /// What happened.
        why: String,
        /// When the next try is due.
        at: Timestamp,
    },
    /// It cannot be started. It may be tried again now and then, and no task waits for that.
    Down {
        /// What happened and what to do.
        why: String,
    },
}

impl Health {
    /// Whether a call may be given to it. A call given to a member that starts
    /// waits for it.
    #[must_use]
    pub fn takes_calls(&self) -> bool {
        match self {
            Self::Unknown | Self::Starting | Self::Ready { .. } => true,
            Self::Restarting { .. } | Self::Down { .. } => false,
        }
    }
}

/// Counts from which a member's performance is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Record {
    /// Calls that brought an answer.
    pub answered: u64,
    /// Calls that failed.
    pub failed: u64,
    /// Answers that became, or agreed with, the result of a task where others answered too.
    pub won: u64,
    /// Answers that lost to another one.
    pub lost: u64,
    /// Working time of the answered calls, without the time in which they waited for the operator.
    pub time: Span,
    /// Time to the first text, summed over `first_texts` calls.
    pub first_text: Span,
    /// Calls whose first text was seen.
    pub first_texts: u64,
    /// Tokens in both directions.
    pub tokens: u64,
    /// Millionths of a US dollar.
    pub micro_usd: u64,
}

impl Record {
    /// Mean working time of an answer, waits for the operator apart; `None` before the first.
    #[must_use]
    pub fn mean_time(&self) -> Option<Span> {
        self.time.0.checked_div(self.answered).map(Span)
    }

    /// Mean time to the first text; `None` before the first.
    #[must_use]
    pub fn mean_first_text(&self) -> Option<Span> {
        self.first_text.0.checked_div(self.first_texts).map(Span)
    }

    /// Mean of a Beta posterior with a uniform prior on "a call brings an answer".
    #[must_use]
    pub fn reliability(&self) -> f64 {
        ratio(self.answered, self.failed)
    }

    /// Mean of a Beta posterior with a uniform prior on "its answer is the one that stands".
    #[must_use]
    pub fn win_rate(&self) -> f64 {
        ratio(self.won, self.lost)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn ratio(good: u64, bad: u64) -> f64 {
    (good as f64 + 1.0) / (good as f64 + bad as f64 + 2.0)
}
