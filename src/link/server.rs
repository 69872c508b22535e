//! The room's listening end.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};
use tokio_util::task::TaskTracker;

use crate::link::codec;
use crate::link::frame::{FromRoom, ToRoom};
use crate::link::session::{Archive, Desk, attend};

/// How many consoles may be attached at once.
const CONSOLES_MAX: usize = 32;
/// Frames that may wait for a console before its session waits.
pub(super) const FRAMES_WAITING: usize = 64;
/// How long the last frames may take when the room ends.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Why the room cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another process listens there.
    #[error("another room process already listens at {}", path.display())]
    Taken {
        /// The socket.
        path: PathBuf,
    },
    /// The system refused.
    #[error("the room cannot listen at {}: {why}", path.display())]
    Io {
        /// The socket.
        path: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
}

/// A room that listens for consoles.
#[derive(Debug)]
pub struct Server {
    listener: UnixListener,
    path: PathBuf,
    presence: watch::Sender<usize>,
}

impl Server {
    /// Listens at `path`; a socket that a dead room left there is replaced. Give `presence` to the
    /// [`Desk`].
    pub async fn bind(path: &Path) -> Result<(Self, watch::Receiver<usize>), ServeError> {
        let io = |why| ServeError::Io {
            path: path.to_owned(),
            why,
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(io)?;
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).map_err(io)?;
        }
        if UnixStream::connect(path).await.is_ok() {
            return Err(ServeError::Taken {
                path: path.to_owned(),
            });
        }
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(io(error)),
            Ok(()) | Err(_) => {}
        }
        let listener = UnixListener::bind(path).map_err(io)?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(io)?;
        let (presence, watcher) = watch::channel(0);
        Ok((
            Self {
                listener,
                path: path.to_owned(),
                presence,
            },
            watcher,
        ))
    }

    /// Takes consoles in until the desk stops; then says goodbye to each and removes the socket.
    pub async fn run<A: Archive>(self, desk: Desk<A>) {
        let sessions = TaskTracker::new();
        loop {
            let stream = tokio::select! {
                () = desk.stop.cancelled() => break,
                accepted = self.listener.accept() => accepted,
            };
            match stream {
                Ok((stream, _)) if sessions.len() < CONSOLES_MAX && is_ours(&stream) => {
                    let (desk, presence) = (desk.clone(), self.presence.clone());
                    sessions.spawn(async move {
                        presence.send_modify(|consoles| *consoles += 1);
                        serve(stream, desk).await;
                        presence.send_modify(|consoles| *consoles -= 1);
                    });
                }
                Ok((stream, _)) => drop(stream),
                Err(error) => {
                    tracing::warn!(%error, "a console could not be taken in");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        sessions.close();
        drop(tokio::time::timeout(LAST_WORDS, sessions.wait()).await);
        drop(std::fs::remove_file(&self.path));
    }
}

/// Whether the peer runs under our own user id.
fn is_ours(stream: &UnixStream) -> bool {
    let ours = rustix::process::geteuid().as_raw();
    stream.peer_cred().is_ok_and(|peer| peer.uid() == ours)
}

async fn serve<A: Archive>(stream: UnixStream, desk: Desk<A>) {
    let (reader, writer) = stream.into_split();
    let (requests, from) = mpsc::channel::<ToRoom>(FRAMES_WAITING);
    let (to, frames) = mpsc::channel::<FromRoom>(FRAMES_WAITING);
    let session = async {
        tokio::select! {
            () = attend(desk, from, to) => {}
            // The console is gone once its requests end; `attend` notices by itself.
            () = codec::read_all(reader, requests) => {}
        }
    };
    tokio::join!(session, codec::write_all(frames, writer));
}
