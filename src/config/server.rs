//! `[[server]]`: MCP servers that are tools, not models.

use super::effective::{Values, quoted};
use super::item::Item;
use super::launch::{Launch, Timeout};
use super::member::required;
use super::place::Origin;
use super::read::Table;
use super::value::Name;

/// What is known about a tool server beyond its tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ServerAdapter {
    /// The reference server for step-by-step thinking.
    SequentialThinking,
    /// Any other MCP server.
    Generic,
}

impl ServerAdapter {
    const WORDS: [(&'static str, Self); 2] = [
        ("sequential-thinking", Self::SequentialThinking),
        ("generic", Self::Generic),
    ];

    /// The word in the file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::SequentialThinking => "sequential-thinking",
            Self::Generic => "generic",
        }
    }
}

/// One `[[server]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its name in the room.
    pub name: Name,
    /// What is known about it.
    pub adapter: ServerAdapter,
    /// Where it was written.
    pub origin: Origin,
    /// How it is reached.
    pub launch: Launch,
    /// Whether all its tools only read, by the operator's word: then agents have it in turns that may
    /// only read, too.
    pub reads: bool,
    /// How patient the room is with it.
    pub timeout: Timeout,
}

impl Server {
    pub(super) fn read(table: &mut Table<'_, '_>) -> Option<Self> {
        let origin = table.origin();
        let name = required(
            table,
            "name",
            "what the server is called in the room",
            Item::name,
        );
        let adapter = table.get("adapter", |item| item.word(&ServerAdapter::WORDS));
        let launch = Launch::read(table);
        if launch.command.is_empty() && launch.url.is_none() {
            table.missing(
                "command",
                "the program to start, or `url` for a server that is running",
            );
        }
        let reads = table.get("reads", Item::flag).unwrap_or(false);
        let timeout = Timeout::read(table, Timeout::default());
        Some(Self {
            name: name?,
            adapter: adapter.unwrap_or(ServerAdapter::Generic),
            origin,
            launch,
            reads,
            timeout,
        })
    }

    pub(super) fn values(&self) -> Values {
        let owner = format!("server.{}", self.name);
        let mut rows = vec![(format!("{owner}.adapter"), quoted(self.adapter.word()))];
        rows.extend(self.launch.values(&owner));
        rows.push((format!("{owner}.reads"), self.reads.to_string()));
        rows.extend(self.timeout.values(&owner));
        rows
    }
}
