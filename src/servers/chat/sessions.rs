//! The conversations that a server keeps in memory, bounded in number and in length.
//!
//! A session is worked by one call at a time: the second waits for the first. Evicting the oldest
//! idle session and dropping the oldest turns are said to the client, never done in silence. All
//! is lost when the process ends; who needs more keeps the transcript.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use tokio::sync::OwnedMutexGuard;

use super::tool_use::{ToolResult, ToolStep};
use super::{Failure, FailureKind};

/// Sessions that a server keeps at once.
pub(in crate::servers) const MAX_SESSIONS: usize = 64;

/// One prompt and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::servers) struct Turn {
    /// What was asked.
    pub(in crate::servers) prompt: String,
    /// What the model had looked up in between.
    pub(in crate::servers) steps: Vec<ToolStep>,
    /// What was answered.
    pub(in crate::servers) answer: String,
}

impl Turn {
    fn chars(&self) -> usize {
        let steps = self.steps.iter().map(ToolStep::chars);
        self.prompt.chars().count() + self.answer.chars().count() + steps.sum::<usize>()
    }
}

/// A turn that is not answered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::servers) struct Pending {
    /// What was asked.
    pub(in crate::servers) prompt: String,
    /// What was looked up so far.
    pub(in crate::servers) steps: Vec<ToolStep>,
}

impl Pending {
    /// A turn that begins.
    pub(in crate::servers) fn new(prompt: String) -> Self {
        Self {
            prompt,
            steps: Vec::new(),
        }
    }

    /// How long it is, in characters.
    pub(in crate::servers) fn chars(&self) -> usize {
        let steps = self.steps.iter().map(ToolStep::chars);
        self.prompt.chars().count() + steps.sum::<usize>()
    }
}

/// The memory of one session.
#[derive(Debug, Default)]
pub(in crate::servers) struct Conversation {
    /// The system prompt that a client set for this session.
    pub(in crate::servers) system: Option<String>,
    turns: Vec<Turn>,
    chars: usize,
    dropped: u64,
    pending: Option<Pending>,
}

impl Conversation {
    /// The turns that are still remembered, oldest first.
    pub(in crate::servers) fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// How many of the oldest turns were dropped.
    pub(in crate::servers) fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Leaves a turn until the results of its last calls are there.
    pub(in crate::servers) fn wait(&mut self, pending: Pending) {
        self.pending = Some(pending);
    }

    /// The turn that waited, with the results that it waited for. The session itself stays as it is.
    pub(in crate::servers) fn resumed(
        &self,
        mut results: Vec<ToolResult>,
    ) -> Result<Pending, Failure> {
        let refused = |why: String| Failure::new(FailureKind::Refused, why);
        let mut pending = self.pending.clone().ok_or_else(|| {
            refused("no turn of this session waits for the results of tools".to_owned())
        })?;
        if let Some(step) = pending.steps.last_mut() {
            step.results.clear();
            for call in &step.calls {
                let at = results.iter().position(|result| result.id == call.id);
                let at = at.ok_or_else(|| {
                    refused(format!(
                        "the result of the tool call {} is missing",
                        call.id
                    ))
                })?;
                step.results.push(results.swap_remove(at));
            }
        }
        match results.first() {
            None => Ok(pending),
            Some(stray) => Err(refused(format!("no tool call {} was made", stray.id))),
        }
    }

    /// The number of the next turn, from 1.
    pub(in crate::servers) fn next_turn(&self) -> u64 {
        self.dropped + self.turns.len() as u64 + 1
    }

    /// Forgets all turns and the session's system prompt.
    pub(in crate::servers) fn forget(&mut self) {
        *self = Self::default();
    }

    /// The newest turns that fit into `limit` together with `coming` more characters.
    pub(in crate::servers) fn fitting(&self, coming: usize, limit: usize) -> &[Turn] {
        let mut chars = self.chars;
        let mut rest = self.turns.as_slice();
        while let Some((oldest, newer)) = rest.split_first() {
            if chars + coming <= limit {
                break;
            }
            chars -= oldest.chars();
            rest = newer;
        }
        rest
    }

    /// Forgets the turns that [`Self::fitting`] leaves out.
    pub(in crate::servers) fn make_room(&mut self, coming: usize, limit: usize) {
        let gone = self.turns.len() - self.fitting(coming, limit).len();
        for turn in self.turns.drain(..gone) {
            self.chars -= turn.chars();
            self.dropped += 1;
        }
    }

    /// Remembers a finished turn.
    pub(in crate::servers) fn remember(&mut self, turn: Turn) {
        self.pending = None;
        self.chars += turn.chars();
        self.turns.push(turn);
    }
}

/// A session as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::servers) struct SessionSummary {
    /// Its id.
    pub(in crate::servers) session_id: String,
    /// Turns so far, dropped ones included.
    pub(in crate::servers) turns: u64,
    /// Whether a call is working in it; `turns` is then 0 when it cannot be read.
    pub(in crate::servers) busy: bool,
}

/// All sessions of a server.
#[derive(Debug)]
pub(in crate::servers) struct Sessions {
    limit: usize,
    book: Mutex<Book>,
}

#[derive(Debug, Default)]
struct Book {
    entries: HashMap<String, Entry>,
    uses: u64,
}

#[derive(Debug)]
struct Entry {
    conversation: Arc<tokio::sync::Mutex<Conversation>>,
    last_use: u64,
}

impl Sessions {
    /// Room for `limit` sessions.
    pub(in crate::servers) fn new(limit: usize) -> Self {
        Self {
            limit,
            book: Mutex::default(),
        }
    }

    /// Opens the session `id`, or a new one, and waits until no other call works in it.
    pub(in crate::servers) async fn open(
        &self,
        id: Option<String>,
    ) -> Result<(String, OwnedMutexGuard<Conversation>), Failure> {
        let id = id.unwrap_or_else(|| format!("s-{:012x}", fastrand::u64(..) >> 16));
        let conversation = self.entry(&id)?;
        Ok((id, conversation.lock_owned().await))
    }

    /// Removes the session `id`; tells whether it was there. A call in flight ends in peace, but
    /// what it remembers is gone.
    pub(in crate::servers) fn remove(&self, id: &str) -> bool {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.entries.remove(id).is_some()
    }

    /// All sessions by id.
    pub(in crate::servers) fn list(&self) -> Vec<SessionSummary> {
        let book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        let mut list: Vec<SessionSummary> = book
            .entries
            .iter()
            .map(|(id, entry)| {
                let open = entry.conversation.try_lock();
                SessionSummary {
                    session_id: id.clone(),
                    turns: open.as_ref().map_or(0, |open| open.next_turn() - 1),
                    busy: open.is_err(),
                }
            })
            .collect();
        list.sort_by(|a, b| a.session_id.cmp(&b.session_id));
        list
    }

    fn entry(&self, id: &str) -> Result<Arc<tokio::sync::Mutex<Conversation>>, Failure> {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.uses += 1;
        let now = book.uses;
        if let Some(entry) = book.entries.get_mut(id) {
            entry.last_use = now;
            return Ok(Arc::clone(&entry.conversation));
        }
        if book.entries.len() >= self.limit {
            let idle = book
                .entries
                .iter()
                .filter(|(_, entry)| Arc::strong_count(&entry.conversation) == 1)
                .min_by_key(|(_, entry)| entry.last_use)
                .map(|(id, _)| id.clone());
            let Some(idle) = idle else {
                return Err(Failure::new(
                    FailureKind::Overloaded,
                    format!(
                        "all {} sessions are at work; wait for one to end",
                        self.limit
                    ),
                ));
            };
            book.entries.remove(&idle);
        }
        let conversation = Arc::default();
        book.entries.insert(
            id.to_owned(),
            Entry {
                conversation: Arc::clone(&conversation),
                last_use: now,
            },
        );
        Ok(conversation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::chat::tool_use::ToolCall;

    fn turn(prompt: &str, answer: &str) -> Turn {
        Turn {
            prompt: prompt.to_owned(),
            steps: Vec::new(),
            answer: answer.to_owned(),
        }
    }

    #[test]
    fn a_turn_goes_on_with_the_results_of_all_its_calls_and_no_others() {
        let call = |id: &str| ToolCall {
            id: id.to_owned(),
            ..ToolCall::default()
        };
        let result = |id: &str| ToolResult {
            id: id.to_owned(),
            content: format!("of {id}"),
        };
        let mut talk = Conversation::default();
        assert!(talk.resumed(vec![result("a")]).is_err());
        talk.wait(Pending {
            prompt: "p".to_owned(),
            steps: vec![ToolStep {
                said: String::new(),
                calls: vec![call("a"), call("b")],
                results: Vec::new(),
            }],
        });
        assert!(talk.resumed(vec![result("a")]).is_err());
        assert!(
            talk.resumed(vec![result("a"), result("b"), result("c")])
                .is_err()
        );
        // A turn that failed may be gone on with again.
        for _ in 0..2 {
            let pending = talk.resumed(vec![result("b"), result("a")]).unwrap();
            assert_eq!(pending.steps[0].results, [result("a"), result("b")]);
        }
        assert_eq!(talk.next_turn(), 1);
        talk.remember(turn("p", "a"));
        assert!(talk.resumed(vec![result("a"), result("b")]).is_err());
    }

    async fn use_once(sessions: &Sessions, id: &str) -> u64 {
        let (_, mut open) = sessions.open(Some(id.to_owned())).await.unwrap();
        let number = open.next_turn();
        open.remember(turn("p", "a"));
        number
    }

    #[tokio::test]
    async fn the_oldest_idle_session_gives_way() {
        let sessions = Sessions::new(2);
        assert_eq!(use_once(&sessions, "a").await, 1);
        assert_eq!(use_once(&sessions, "b").await, 1);
        assert_eq!(use_once(&sessions, "a").await, 2);
        assert_eq!(use_once(&sessions, "c").await, 1);
        let ids: Vec<String> = sessions.list().into_iter().map(|s| s.session_id).collect();
        assert_eq!(ids, ["a", "c"]);
    }

    #[tokio::test]
    async fn a_session_at_work_is_never_evicted() {
        let sessions = Sessions::new(1);
        let (_, held) = sessions.open(Some("a".to_owned())).await.unwrap();
        let refusal = sessions.open(None).await.unwrap_err();
        assert_eq!(refusal.kind, FailureKind::Overloaded);
        assert!(sessions.list()[0].busy);
        drop(held);
        assert!(sessions.open(None).await.is_ok());
    }

    #[test]
    fn the_oldest_turns_make_room() {
        let mut talk = Conversation::default();
        talk.remember(turn("aaaa", "bbbb"));
        talk.remember(turn("cc", "dd"));
        assert_eq!(talk.fitting(6, 10), [turn("cc", "dd")]);
        assert_eq!(talk.turns().len(), 2);
        talk.make_room(6, 10);
        assert_eq!(talk.turns().len(), 1);
        assert_eq!((talk.dropped(), talk.next_turn()), (1, 3));
        talk.make_room(100, 10);
        assert_eq!((talk.turns().len(), talk.next_turn()), (0, 3));
    }

    #[tokio::test]
    async fn new_sessions_get_ids_of_their_own() {
        let sessions = Sessions::new(4);
        let (first, _) = sessions.open(None).await.unwrap();
        let (second, _) = sessions.open(None).await.unwrap();
        assert_ne!(first, second);
        assert!(sessions.remove(&first));
        assert!(!sessions.remove(&first));
    }
}
