//! The live text of one call on its way to the consoles.
//!
//! Text never waits for a slow reader and is never dropped: what does not go at once is joined and
//! goes when there is room. Past a limit nothing more is shown, as the whole text comes with the
//! answer.

use std::collections::VecDeque;

use tokio::sync::mpsc;

use crate::core::{CallId, Delta, DeltaKind};

/// How much text of a call is shown live, in bytes. Far more than anybody reads while it runs.
const SHOWN_MAX: usize = 2 * 1024 * 1024;

/// The live text of one call.
#[derive(Debug)]
pub(super) struct Live {
    call: CallId,
    to: mpsc::Sender<Delta>,
    held: VecDeque<Delta>,
    /// The answer so far, up to the limit.
    answer: String,
    shown: usize,
}

impl Live {
    pub(super) fn new(call: CallId, to: mpsc::Sender<Delta>) -> Self {
        Self {
            call,
            to,
            held: VecDeque::new(),
            answer: String::new(),
            shown: 0,
        }
    }

    /// Takes new text and sends what can go at once.
    pub(super) fn push(&mut self, kind: DeltaKind, text: String) {
        if self.shown >= SHOWN_MAX {
            return;
        }
        self.shown += text.len();
        if kind == DeltaKind::Answer {
            self.answer.push_str(&text);
        }
        self.hold(kind, text);
        if self.shown >= SHOWN_MAX {
            let notice = "more text follows; the whole comes with the answer".to_owned();
            self.hold(DeltaKind::Status, notice);
        }
        self.send_some();
    }

    /// Starts the answer anew: another attempt answers from the beginning.
    pub(super) fn restart(&mut self) {
        self.answer.clear();
    }

    /// The answer so far, as it was shown.
    pub(super) fn answer(&self) -> &str {
        &self.answer
    }

    /// Waits until one held piece has gone; for ever when nothing is held. Safe to cancel.
    pub(super) async fn drained_some(&mut self) {
        if self.held.is_empty() {
            return std::future::pending().await;
        }
        match self.to.reserve().await {
            Ok(room) => {
                if let Some(delta) = self.held.pop_front() {
                    room.send(delta);
                }
            }
            // Nobody looks any more.
            Err(_) => self.held.clear(),
        }
        self.send_some();
    }

    /// Waits until everything has gone.
    pub(super) async fn drained(&mut self) {
        while !self.held.is_empty() {
            self.drained_some().await;
        }
    }

    fn hold(&mut self, kind: DeltaKind, text: String) {
        match self.held.back_mut() {
            // Status lines are whole lines and are not joined.
            Some(last) if last.kind == kind && kind != DeltaKind::Status => {
                last.text.push_str(&text);
            }
            Some(_) | None => self.held.push_back(Delta {
                call: self.call,
                kind,
                text,
            }),
        }
    }

    fn send_some(&mut self) {
        while let Some(delta) = self.held.pop_front() {
            match self.to.try_send(delta) {
                Ok(()) => {}
                Err(mpsc::error::TrySendError::Full(delta)) => {
                    self.held.push_front(delta);
                    return;
                }
                Err(mpsc::error::TrySendError::Closed(_)) => self.held.clear(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::{Live, SHOWN_MAX};
    use crate::core::{CallId, DeltaKind};

    #[tokio::test]
    async fn a_slow_reader_gets_joined_text_and_loses_nothing() {
        let (to, mut from) = mpsc::channel(1);
        let mut live = Live::new(CallId(1), to);
        for piece in ["a", "b", "c"] {
            live.push(DeltaKind::Answer, piece.to_owned());
        }
        live.push(DeltaKind::Status, "ran".to_owned());
        live.push(DeltaKind::Status, "ran".to_owned());
        live.push(DeltaKind::Answer, "d".to_owned());
        let reading = async {
            let mut seen = Vec::new();
            for _ in 0..5 {
                seen.push(from.recv().await.unwrap().text);
            }
            seen
        };
        let ((), seen) = tokio::join!(live.drained(), reading);
        assert_eq!(seen, ["a", "bc", "ran", "ran", "d"]);
        assert_eq!(live.answer(), "abcd");
    }

    #[tokio::test]
    async fn a_flood_ends_in_one_notice() {
        let (to, mut from) = mpsc::channel(1);
        let mut live = Live::new(CallId(1), to);
        for _ in 0..300 {
            live.push(DeltaKind::Answer, "x".repeat(10_000));
        }
        assert!(live.answer().len() < SHOWN_MAX + 10_001);
        let reading = async {
            let mut total = 0;
            loop {
                let delta = from.recv().await.unwrap();
                total += delta.text.len();
                if delta.kind == DeltaKind::Status {
                    return total;
                }
            }
        };
        let ((), total) = tokio::join!(live.drained(), reading);
        assert!((SHOWN_MAX..SHOWN_MAX + 20_000).contains(&total));
    }

    #[tokio::test]
    async fn without_a_reader_nothing_waits() {
        let (to, from) = mpsc::channel(1);
        let mut live = Live::new(CallId(1), to);
        live.push(DeltaKind::Answer, "a".to_owned());
        live.push(DeltaKind::Answer, "b".to_owned());
        drop(from);
        live.drained().await;
    }
}
