//! What others hold of the engine: a way to send commands and to follow what happens.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::{broadcast, mpsc, oneshot};

use crate::core::{Command, Delta, LiveTexts, Recorded, Refusal, State, TaskId};

/// A way to the engine; cheap to clone.
#[derive(Debug, Clone)]
pub struct Handle {
    inbox: mpsc::Sender<Message>,
}

/// What can be asked of the engine.
#[derive(Debug)]
pub(super) enum Message {
    Command {
        command: Box<Command>,
        reply: oneshot::Sender<Result<Accepted, CommandError>>,
    },
    Subscribe {
        reply: oneshot::Sender<Subscription>,
    },
}

/// An accepted command is on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The place of its last event in the journal.
    pub seq: u64,
    /// The task that it added, if it added one.
    pub task: Option<TaskId>,
}

/// Why a command was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandError {
    /// The core refused it.
    #[error(transparent)]
    Refused(Refusal),
    /// The room has stopped.
    #[error("the room has stopped; start `synod` again")]
    Stopped,
}

/// The engine has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the room has stopped")]
pub struct Stopped;

/// The state at one moment and everything that happens after it.
#[derive(Debug)]
pub struct Subscription {
    /// The state; durable.
    pub state: Box<State>,
    /// Live text at that moment.
    pub live: LiveTexts,
    /// What happens from then on, without a gap. A receiver that falls too far behind is told so
    /// and has to subscribe anew.
    pub feed: broadcast::Receiver<Feed>,
}

/// What happens in a room.
#[derive(Debug, Clone)]
pub enum Feed {
    /// Events, durable, in order, without gaps.
    Events(Arc<Vec<Recorded>>),
    /// Live text.
    Deltas(Arc<Vec<Delta>>),
    /// The journal cannot be written; nothing is lost, but nothing goes on either.
    Stalled {
        /// What the system said and what to do.
        why: Arc<str>,
    },
    /// The journal can be written again.
    Recovered,
}

/// A command that is under way.
#[derive(Debug)]
pub struct Pending {
    answer: oneshot::Receiver<Result<Accepted, CommandError>>,
}

impl Pending {
    /// Waits until the command is refused or on disk.
    pub async fn outcome(self) -> Result<Accepted, CommandError> {
        self.answer.await.map_err(|_| CommandError::Stopped)?
    }
}

impl Handle {
    /// A handle and the engine's end of it.
    pub(super) fn channel() -> (Self, mpsc::Receiver<Message>) {
        // Room for a burst of key presses of many consoles; senders wait when it is full.
        let (inbox, messages) = mpsc::channel(256);
        (Self { inbox }, messages)
    }

    /// Sends a command and waits until it is refused or on disk.
    pub async fn command(&self, command: Command) -> Result<Accepted, CommandError> {
        self.begin(command).await.outcome().await
    }

    /// Sends a command in the order of the calls; how it went is told later.
    pub async fn begin(&self, command: Command) -> Pending {
        let (reply, answer) = oneshot::channel();
        let command = Box::new(command);
        // When the engine is gone, so is the reply slot, and the outcome says so.
        drop(self.inbox.send(Message::Command { command, reply }).await);
        Pending { answer }
    }

    /// The state now, and what happens from now on.
    pub async fn subscribe(&self) -> Result<Subscription, Stopped> {
        let (reply, answer) = oneshot::channel();
        self.inbox
            .send(Message::Subscribe { reply })
            .await
            .map_err(|_| Stopped)?;
        answer.await.map_err(|_| Stopped)
    }
}
