//! The relay: what an agent starts for a server that it was handed. It carries bytes between its own
//! stdin and stdout and the room, understands none of them, and ends with either side.
//!
//! It is its own small process with one thread a direction: no async runtime has to start for it.

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;

/// The variable in which a relay is given its ticket.
pub const TICKET: &str = "SYNOD_TICKET";

/// What is carried at once.
const CHUNK: usize = 64 * 1024;

/// Carries what comes, until the room hangs up: it does so when the agent has, too.
///
/// # Errors
/// When the room cannot be reached, or the agent reads no more.
pub fn relay(room: &Path, ticket: &str) -> io::Result<()> {
    let mut from_room = UnixStream::connect(room)?;
    let mut to_room = from_room.try_clone()?;
    writeln!(to_room, "{ticket}")?;
    std::thread::Builder::new().spawn(move || {
        // Either end of it is an end; the other thread notices by the room's.
        drop(carry(&mut io::stdin().lock(), &mut to_room));
        drop(to_room.shutdown(Shutdown::Write));
    })?;
    carry(&mut from_room, &mut io::stdout().lock())
}

fn carry(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = match from.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        to.write_all(chunk.get(..read).unwrap_or_default())?;
        to.flush()?;
    }
}
