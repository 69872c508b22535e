//! Room and console over the socket: framing, snapshot, events, deltas, commands, presence.
//!
//! A console is a replica: it gets the state once, then events and live text, and folds them with
//! the same pure `evolve`. The same session code serves a console in the same process; there the
//! frames go through channels and no byte is written. It trusts nobody beyond the user: the socket
//! is 0600 in a 0700 folder and the peer's user id is checked.

mod address;
mod client;
mod codec;
mod frame;
mod server;
mod session;

pub use address::{AddressError, socket_path};
pub use client::{AttachError, Client, Happening, listener};
pub use frame::{
    CheckupWish, FOUND_MAX, Found, FromRoom, Past, Query, QueryError, QueryReply, SIFTED_MAX,
    Sifted, TRANSCRIPT_PAGE, ToRoom, VERSION,
};
pub use server::{ServeError, Server};
pub use session::{Archive, Desk};
