//! Members: what goes to a model's server, what comes back, and what it means.
//!
//! Owns one `dialect` a server family (pure), the typed failures, the cost of a call, and the
//! `runner` that carries the room's effects out over MCP connections; `thinking` does so for the
//! thoughts of thinking sessions, and `tools` knows the servers whose tools are lent to members; `checks` runs the commands that say
//! whether a result works. It
//! knows no state of the room: everything that it learns goes back as a report, or, of what servers
//! offer beside their tools, lies on the shelf.

mod attachments;
mod checks;
mod cost;
mod dialect;
mod failure;
mod library;
mod runner;
mod setup;
mod thinking;
mod tools;

pub use attachments::Attachments;
pub use checks::{CheckCommands, Clean};
pub use cost::Prices;
pub use library::{Library, Reading};
pub use runner::{Members, Now, Outlets, Shelf, Ungranted};
pub use setup::{
    AcpAgent, AcpOptions, Adapter, ChatOptions, ClaudeOptions, CodexOptions, GeminiOptions,
    GenericOptions, HandedOver, OnCancel, PalOptions, Setup,
};
pub use thinking::ThinkingTool;
pub use tools::{ToolHome, ToolServer};
