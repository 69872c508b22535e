//! `[room]`: the hub, the budget, what is tidied away, how long questions wait, the bound of a
//! thinking session, and whether clients of MCP can come over HTTP.

use std::time::Duration;

use super::effective::{Values, or_none, quoted, quoted_list};
use super::item::Item;
use super::read::Table;
use super::value::{Lull, duration_text};

/// Which shared memory the room writes its documents to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hub {
    /// Serena, where it is installed; else the built-in one, and the room says so.
    Serena,
    /// The memory server that ships with Synod.
    Builtin,
}

impl Hub {
    pub(super) const WORDS: [(&'static str, Self); 2] =
        [("serena", Self::Serena), ("builtin", Self::Builtin)];

    /// The hub that a word of the file means.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let known = Self::WORDS.iter().find(|(name, _)| *name == word);
        known.map(|(_, hub)| *hub)
    }

    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Serena => "serena",
            Self::Builtin => "builtin",
        }
    }
}

/// The time over which a budget counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    /// One day, from midnight to midnight UTC.
    Day,
    /// The life of the room.
    Room,
}

impl Per {
    const WORDS: [(&'static str, Self); 2] = [("day", Self::Day), ("room", Self::Room)];

    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Room => "room",
        }
    }
}

/// Hard stops. An absent limit is no limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// Tokens in and out, all members together.
    pub tokens: Option<u64>,
    /// US dollars.
    pub usd: Option<f64>,
    /// Model time: the sum over all calls.
    pub time: Option<Duration>,
    /// What the limits count over.
    pub per: Per,
}

/// The `[room]` table.
#[derive(Debug, Clone, PartialEq)]
pub struct RoomSettings {
    /// The shared memory.
    pub hub: Hub,
    /// How Serena is started, when not as found on PATH.
    pub hub_command: Option<Vec<String>>,
    /// Hard stops.
    pub budget: Budget,
    /// How long a member's server may be idle before it is ended until its next turn.
    pub rest_after: Lull,
    /// How long a session may be without a turn before it is archived.
    pub archive_after: Lull,
    /// How long a server's question waits for the operator before it is denied.
    pub approval_timeout: Duration,
    /// How many thoughts a thinking session takes at most.
    pub thoughts: u32,
    /// Whether the room listens on loopback for clients of MCP.
    pub mcp: bool,
}

impl Default for RoomSettings {
    fn default() -> Self {
        Self {
            hub: Hub::Serena,
            hub_command: None,
            budget: Budget {
                tokens: None,
                usd: None,
                time: None,
                per: Per::Day,
            },
            rest_after: Lull::After(Duration::from_mins(30)),
            archive_after: Lull::After(Duration::from_hours(30 * 24)),
            approval_timeout: Duration::from_mins(15),
            thoughts: 12,
            mcp: true,
        }
    }
}

impl RoomSettings {
    pub(super) fn apply(&mut self, table: &mut Table<'_, '_>) {
        table.set(&mut self.hub, "hub", |item| item.word(&Hub::WORDS));
        let command = &mut self.hub_command;
        table.set(command, "hub_command", |item| item.command().map(Some));
        table.set(&mut self.rest_after, "rest_after", Item::lull);
        table.set(&mut self.archive_after, "archive_after", Item::lull);
        let timeout = &mut self.approval_timeout;
        table.set(timeout, "approval_timeout", Item::duration);
        let thoughts = &mut self.thoughts;
        table.set(thoughts, "thoughts", |item| {
            // The bound makes it fit.
            item.whole(1, 200)
                .map(|most| u32::try_from(most).unwrap_or(200))
        });
        table.set(&mut self.mcp, "mcp", Item::flag);
        let budget = &mut self.budget;
        table.table("budget", |table| {
            let tokens = &mut budget.tokens;
            table.set(tokens, "tokens", |item| item.whole(1, u64::MAX).map(Some));
            table.set(&mut budget.usd, "usd", |item| item.money().map(Some));
            table.set(&mut budget.time, "time", |item| item.duration().map(Some));
            table.set(&mut budget.per, "per", |item| item.word(&Per::WORDS));
        });
    }

    pub(super) fn values(&self) -> Values {
        let Budget {
            tokens,
            usd,
            time,
            per,
        } = self.budget;
        let command = self.hub_command.as_ref();
        let command = command.map(|words| quoted_list(words.iter().map(String::as_str)));
        vec![
            ("room.hub".to_owned(), quoted(self.hub.word())),
            (
                "room.hub_command".to_owned(),
                or_none(command, "as found on PATH"),
            ),
            (
                "room.budget.tokens".to_owned(),
                or_none(tokens.map(|tokens| tokens.to_string()), "no limit"),
            ),
            (
                "room.budget.usd".to_owned(),
                or_none(usd.map(|usd| usd.to_string()), "no limit"),
            ),
            (
                "room.budget.time".to_owned(),
                or_none(time.map(|time| quoted(&duration_text(time))), "no limit"),
            ),
            ("room.budget.per".to_owned(), quoted(per.word())),
            (
                "room.rest_after".to_owned(),
                quoted(&self.rest_after.text()),
            ),
            (
                "room.archive_after".to_owned(),
                quoted(&self.archive_after.text()),
            ),
            (
                "room.approval_timeout".to_owned(),
                quoted(&duration_text(self.approval_timeout)),
            ),
            ("room.thoughts".to_owned(), self.thoughts.to_string()),
            ("room.mcp".to_owned(), self.mcp.to_string()),
        ]
    }
}
