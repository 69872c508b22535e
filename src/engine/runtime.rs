//! The async runtime of a room's process.
//!
//! One thread: the engine, the connections to the servers and the links to consoles hand small
//! messages to each other all the time, and between threads each of them is a wake-up, which costs
//! more than the work it brings. `cargo bench --bench streams` shows how much of it 64 streams take.
//! What may block or takes long, the disk above all, has threads of its own.

use tokio::runtime::{Builder, Runtime};

/// Builds the runtime.
///
/// # Errors
///
/// Where the system gives no event queue.
pub fn runtime() -> std::io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}
