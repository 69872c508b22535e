//! The room's listening end.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};
use tokio_util::task::TaskTracker;

use crate::link::codec::{self, CodecError};
use crate::link::frame::{FromRoom, QueryError, ToRoom};
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
            read = codec::read_all(reader, requests, codec::FROM_CONSOLE) => {
                if let Err(error) = read {
                    tracing::warn!(%error, "a link ended");
                }
            }
        }
    };
    let writing = codec::write_all(frames, writer, codec::FROM_ROOM, instead);
    if let ((), Err(error)) = tokio::join!(session, writing) {
        tracing::debug!(%error, "a link ended");
    }
}

/// What a console is told in the place of what is too long for it.
fn instead(frame: &FromRoom, error: &CodecError) -> Option<FromRoom> {
    let (what, id) = match frame {
        FromRoom::Welcome(_) => ("the state of this room", None),
        FromRoom::Events(_) => ("what happened in this room at once", None),
        FromRoom::Answer { id, .. } => ("the answer", Some(*id)),
        FromRoom::Hub(_) => ("the list of documents of the shared memory", None),
        FromRoom::Deltas(_)
        | FromRoom::Reply { .. }
        | FromRoom::Presence { .. }
        | FromRoom::Stalled { .. }
        | FromRoom::Recovered
        | FromRoom::Declined { .. }
        | FromRoom::Closed => return None,
    };
    tracing::warn!(%error, "{what} is too long for a console");
    Some(match id {
        Some(id) => {
            let why = format!("{what} is too long for a console: {error}; ask for less at once");
            FromRoom::Answer {
                id,
                result: Err(QueryError { why }),
            }
        }
        None => FromRoom::Declined {
            why: format!(
                "{what} is too long for a console: {error}; the work goes on, and `synod stop` and \
                 then `synod --foreground` opens the room without this limit"
            ),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::instead;
    use crate::core::fixture::Room;
    use crate::core::task::order::PROMPT_MAX;
    use crate::core::{Command, HubKind, HubStatus, LiveTexts, State, TaskOrder};
    use crate::link::codec::{CodecError, FROM_CONSOLE, FROM_ROOM, read, write, write_all};
    use crate::link::frame::{FromRoom, QueryReply, VERSION, Welcome};
    use tokio::sync::mpsc;

    /// What a console gets of a frame for which there is not enough room.
    async fn cut(frame: FromRoom) -> FromRoom {
        let (frames, from) = mpsc::channel(1);
        frames.send(frame).await.unwrap();
        drop(frames);
        let mut line = Vec::new();
        write_all(from, &mut line, 300, instead).await.unwrap();
        read(&mut line.as_slice(), 300).await.unwrap().unwrap()
    }

    /// Long prompts alone can be more than a console may send.
    #[tokio::test]
    async fn a_state_that_is_full_comes_to_the_console() {
        let mut room = Room::of(&["codex"]);
        let order = TaskOrder::new("p".repeat(PROMPT_MAX));
        for _ in 0..70 {
            room.command(&Command::AddTask(order.clone()));
        }
        let mut line = Vec::new();
        write(&mut line, &room.state, FROM_ROOM).await.unwrap();
        assert!(line.len() > FROM_CONSOLE, "{} bytes", line.len());
        let state: Option<State> = read(&mut line.as_slice(), FROM_ROOM).await.unwrap();
        assert!(state == Some(room.state));
    }

    /// A console waits for all that wait in the queue before its first frame.
    #[tokio::test]
    async fn a_task_that_waits_takes_little_more_than_its_text() {
        const TASKS: usize = 1_000;
        let mut room = Room::of(&["codex"]);
        let mut lines = [Vec::new(), Vec::new()];
        write(&mut lines[0], &room.state, FROM_ROOM).await.unwrap();
        for _ in 0..TASKS {
            room.command(&Command::AddTask(TaskOrder::new("p")));
        }
        write(&mut lines[1], &room.state, FROM_ROOM).await.unwrap();
        let each = (lines[1].len() - lines[0].len()) / TASKS;
        assert!(each < 400, "{each} bytes");
        let state: Option<State> = read(&mut lines[1].as_slice(), FROM_ROOM).await.unwrap();
        assert!(state == Some(room.state));
    }

    #[tokio::test]
    async fn what_is_too_long_for_a_console_is_declined_with_words() {
        let welcome = Welcome {
            version: VERSION.to_owned(),
            pid: 1,
            state: State::new(),
            live: LiveTexts::default(),
            hub: HubStatus::starting(HubKind::Builtin),
        };
        let FromRoom::Declined { why } = cut(FromRoom::Welcome(Box::new(welcome))).await else {
            panic!("it was sent");
        };
        assert!(why.starts_with("the state of this room is too long for a console: "));
        assert!(why.contains("`synod --foreground`"), "{why}");
        let found = QueryReply::Found {
            words: "x".repeat(300),
            places: Vec::new(),
        };
        let answer = cut(FromRoom::Answer {
            id: 7,
            result: Ok(found),
        });
        let FromRoom::Answer {
            id: 7,
            result: Err(error),
        } = answer.await
        else {
            panic!("it was sent");
        };
        assert!(error.why.contains("ask for less"), "{error}");
    }

    #[test]
    fn only_a_frame_that_is_too_long_is_replaced() {
        let error = CodecError::Unsent { limit: 1 };
        assert_eq!(instead(&FromRoom::Closed, &error), None);
    }
}
