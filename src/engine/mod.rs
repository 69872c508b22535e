//! The shell around the core: the only owner of time and order.
//!
//! One task takes commands and reports in the order in which they come, lets the core decide,
//! appends the events to the journal, and only then publishes them and orders their effects. Live
//! text flows past it without touching the disk. It knows no server, no socket and no screen: it
//! gives effects into one channel and takes reports and deltas from two others.

mod clock;
mod gather;
mod handle;
mod run;
mod runtime;
mod stage;
#[cfg(test)]
mod tests;

pub use clock::{Clock, SystemClock};
pub use handle::{Accepted, CommandError, Feed, Handle, Pending, Stopped, Subscription};
pub use run::{Engine, Ports};
pub use runtime::runtime;
pub use stage::{Stage, Step};
