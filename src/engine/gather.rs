//! Live text on its way to those who follow: gathered for half a frame, so that a hundred words a second
//! of many members wake everybody a hundred times and not six thousand.
//!
//! Pure: it is given the time. Who gets the text is for the loop.

use std::time::Duration;

use tokio::time::Instant;

use crate::core::{Delta, DeltaKind};

/// How long text waits for more: half a frame.
const SPAN: Duration = Duration::from_millis(8);

/// Text that waits for more.
#[derive(Debug, Default)]
pub(super) struct Gather {
    deltas: Vec<Delta>,
    due: Option<Instant>,
}

impl Gather {
    /// Takes a piece; the first one sets when all of them go.
    pub(super) fn add(&mut self, delta: Delta, now: Instant) {
        self.due.get_or_insert_with(|| now + SPAN);
        self.join(delta);
    }

    /// When the text goes; `None` while there is none.
    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// All of it, with at most one piece for each call and kind.
    pub(super) fn take(&mut self) -> Vec<Delta> {
        self.due = None;
        std::mem::take(&mut self.deltas)
    }

    fn join(&mut self, delta: Delta) {
        let same = self
            .deltas
            .iter_mut()
            .rev()
            .find(|one| one.call == delta.call && one.kind == delta.kind);
        match (same, delta.kind) {
            (Some(one), DeltaKind::Answer | DeltaKind::Reasoning) => one.text.push_str(&delta.text),
            (Some(one), DeltaKind::Status) => one.text = delta.text,
            (None, DeltaKind::Answer | DeltaKind::Reasoning | DeltaKind::Status) => {
                self.deltas.push(delta);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use tokio::time::Instant;

    use super::{Gather, SPAN};
    use crate::core::{CallId, Delta, DeltaKind};

    #[test]
    fn text_of_a_call_is_joined_and_a_status_replaced() {
        let delta = |call, kind, text: &str| Delta {
            call: CallId(call),
            kind,
            text: text.to_owned(),
        };
        let (mut gather, now) = (Gather::default(), Instant::now());
        assert_eq!(gather.due(), None);
        for (call, kind, text) in [
            (1, DeltaKind::Answer, "a"),
            (2, DeltaKind::Answer, "x"),
            (1, DeltaKind::Answer, "b"),
            (1, DeltaKind::Status, "runs ls"),
            (1, DeltaKind::Status, "ran ls"),
        ] {
            gather.add(delta(call, kind, text), now);
        }
        assert_eq!(gather.due(), Some(now + SPAN));
        assert_eq!(
            gather.take(),
            [
                delta(1, DeltaKind::Answer, "ab"),
                delta(2, DeltaKind::Answer, "x"),
                delta(1, DeltaKind::Status, "ran ls")
            ]
        );
        assert_eq!((gather.due(), gather.take()), (None, Vec::new()));
    }
}
