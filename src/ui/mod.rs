//! The console: event loop, actions, keymap, layout, theme, panes and overlays.
//!
//! Owns everything between a key press and a drawn frame. It never talks to a server, opens no
//! journal and keeps nothing that must survive: the state it draws is a replica, and what the
//! operator decides leaves as a command.

pub mod action;
pub mod addresses;
pub(crate) mod advice;
mod appraising;
pub mod around;
pub mod ascii;
mod attached;
mod beside;
pub mod checks;
pub mod checkup;
pub mod clipboard;
pub mod clock;
pub mod composer;
pub mod console;
mod depends;
mod equivalent;
pub(crate) mod filter;
mod fitting;
mod foretold;
mod form;
mod graph;
pub mod ground;
mod growing;
mod help;
mod hits;
pub mod key;
mod keyboard;
pub mod keymap;
pub mod layout;
mod lent;
mod lessons;
mod library;
mod line_edit;
pub mod linear;
mod log;
mod menu;
pub(crate) mod metrics;
pub mod model;
pub mod notify;
mod outbox;
mod overlay;
mod page;
mod palette;
mod past;
mod pick;
mod plans;
mod progress;
mod prose;
mod resources;
mod results;
pub(crate) mod retention;
pub mod ring;
pub mod room;
mod run;
mod said;
mod seek;
mod seeking;
pub mod sequence;
mod settling;
#[cfg(any(test, feature = "screenshots"))]
pub mod shot;
mod sieve;
pub mod stage;
pub(crate) mod status;
pub mod suggest;
mod syntax;
pub(crate) mod telling;
pub mod terminal;
pub mod text;
pub mod theme;
pub(crate) mod thinking;
mod tiles;
mod transcript;
mod travel;
pub mod update;
pub mod view;
mod votes;
mod waiting;
mod welcome;
pub mod wrap;

pub use attached::Attached;
pub use run::{End, RunError, run};
