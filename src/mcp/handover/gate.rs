//! The socket at which relays come in. Who brings no ticket that is good is sent away.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::Duration;

use tokio::net::{UnixListener, UnixStream};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use super::{Handover, bridge};
use crate::mcp::connection::Options;
use crate::mcp::lines::{Line, Lines};

/// Relays that are in at once; every session has one for each of its servers.
const RELAYS_MAX: usize = 512;
/// How long a relay may take to show its ticket.
const SHOWS: Duration = Duration::from_secs(5);

/// Listens where only the user can come in.
pub(super) fn listen(socket: &Path) -> std::io::Result<UnixListener> {
    if let Some(folder) = socket.parent() {
        std::fs::create_dir_all(folder)?;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    // One of a room that was killed; a room that runs keeps another one out before this.
    match std::fs::remove_file(socket) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let listener = UnixListener::bind(socket)?;
    std::fs::set_permissions(socket, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Takes relays in until the handover is stopped, and then removes the socket.
pub(super) async fn attend(
    listener: UnixListener,
    handover: Handover,
    options: Options,
    tasks: TaskTracker,
) {
    let relays = TaskTracker::new();
    let stop = handover.shared.stop.clone();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) if relays.len() < RELAYS_MAX && is_ours(&stream) => {
                let (handover, options, tasks) = (handover.clone(), options.clone(), tasks.clone());
                relays.spawn(async move { take_in(stream, &handover, &options, &tasks).await });
            }
            Ok((stream, _)) => drop(stream),
            Err(error) => {
                tracing::warn!(%error, "an agent could not come for a server");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    relays.close();
    relays.wait().await;
    drop(std::fs::remove_file(&handover.shared.socket));
}

fn is_ours(stream: &UnixStream) -> bool {
    let ours = rustix::process::geteuid().as_raw();
    stream.peer_cred().is_ok_and(|peer| peer.uid() == ours)
}

async fn take_in(stream: UnixStream, handover: &Handover, options: &Options, tasks: &TaskTracker) {
    let stop = &handover.shared.stop;
    let (reader, writer) = stream.into_split();
    let mut agent = Lines::new(reader, options.line_limit);
    let shown = stop.run_until_cancelled(timeout(SHOWS, agent.next()));
    let Some(Ok(Ok(Some(Line::Whole(ticket))))) = shown.await else {
        return;
    };
    let ticket = String::from_utf8(ticket).unwrap_or_default();
    if let Some(slot) = handover.slot(&ticket)
        && let Some(spec) = &slot.spec
    {
        let crossing = bridge::cross((agent, writer), spec, &slot, options, tasks);
        tokio::select! {
            () = slot.revoked.cancelled() => {}
            () = slot.ended.cancelled() => {}
            () = crossing => {}
        }
    }
}
