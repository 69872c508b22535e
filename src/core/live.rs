//! The live text of the calls in flight, joined from deltas. Bounded; lost with the process.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::{CallId, Delta, DeltaKind, Text};

/// How many bytes of a call's live text are kept; the beginning goes first.
pub const LIVE_KEPT: usize = 256 * 1024;

/// Live texts by call.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LiveTexts {
    calls: BTreeMap<CallId, LiveText>,
}

/// The live text of one call.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LiveText {
    /// The answer so far; untrusted.
    pub answer: String,
    /// The reasoning so far; untrusted.
    pub reasoning: String,
    /// The last thing that the server said about what it does; untrusted.
    pub status: String,
}

impl LiveTexts {
    /// Adds a piece.
    pub fn push(&mut self, delta: &Delta) {
        let live = self.calls.entry(delta.call).or_default();
        match delta.kind {
            DeltaKind::Answer => append(&mut live.answer, &delta.text),
            DeltaKind::Reasoning => append(&mut live.reasoning, &delta.text),
            DeltaKind::Status => {
                live.status.clear();
                append(&mut live.status, &delta.text);
            }
        }
    }

    /// Forgets a call and gives the answer up to there.
    pub fn end(&mut self, call: CallId) -> Text {
        self.calls
            .remove(&call)
            .map_or_else(|| Text::from(""), |live| Text::from(live.answer))
    }

    /// The live text of a call.
    #[must_use]
    pub fn get(&self, call: CallId) -> Option<&LiveText> {
        self.calls.get(&call)
    }
}

fn append(text: &mut String, piece: &str) {
    text.push_str(piece);
    if text.len() > LIVE_KEPT {
        let cut = text.ceil_char_boundary(text.len() - LIVE_KEPT * 3 / 4);
        text.drain(..cut);
    }
}

#[cfg(test)]
mod tests {
    use super::{LIVE_KEPT, LiveTexts};
    use crate::core::{CallId, Delta, DeltaKind, Text};

    fn delta(kind: DeltaKind, text: &str) -> Delta {
        Delta {
            call: CallId(1),
            kind,
            text: text.to_owned(),
        }
    }

    #[test]
    fn answers_join_and_a_status_replaces_the_one_before() {
        let mut live = LiveTexts::default();
        for piece in ["a", "b"] {
            live.push(&delta(DeltaKind::Answer, piece));
            live.push(&delta(DeltaKind::Status, piece));
        }
        assert_eq!(
            live.get(CallId(1)).map(|text| text.status.as_str()),
            Some("b")
        );
        assert_eq!(live.end(CallId(1)), Text::from("ab"));
        assert_eq!(live.get(CallId(1)), None);
    }

    #[test]
    fn a_flood_is_bounded() {
        let mut live = LiveTexts::default();
        for _ in 0..100 {
            live.push(&delta(DeltaKind::Answer, &"ö".repeat(8 * 1024)));
        }
        assert!(live.end(CallId(1)).len() <= LIVE_KEPT);
    }
}
