//! The turn in flight: its answer as Markdown that grows, its thoughts and steps as cards.

use crate::core::{CallId, Span, Timestamp, Turn};
use crate::ui::growing::Growing;
use crate::ui::prose::Prose;
use crate::ui::ring::{Mark, Ring, Tone};
use crate::ui::status::plural;
use crate::ui::transcript::planned;

/// What waits is laid beyond so many bytes, though nobody looks.
const WAITING_MAX: usize = 16 * 1024;
/// So few notes in a row stand as they are.
const FEW: u64 = 3;

/// The turn in flight.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) call: CallId,
    /// Where its text begins.
    pub(super) mark: Mark,
    /// When text came last.
    pub(super) heard: Timestamp,
    /// What of the answer can be shown.
    pub(super) answer: Growing,
    /// It brings a plan, which is shown once it is whole.
    pub(super) plans: bool,
    prose: Prose,
    /// Where the block of the answer that is open begins, if one is.
    open: Option<Mark>,
    /// What came of the answer and is not laid yet.
    waiting: String,
    /// What was shown of the answer.
    pub(super) said: String,
    /// The card that grows, if one does.
    card: Option<Growth>,
}

/// A card that grows.
#[derive(Debug)]
struct Growth {
    number: u64,
    tone: Tone,
    /// When it began; not known of what came before this console.
    began: Option<Timestamp>,
}

impl Live {
    /// A turn of which nothing was heard yet; its text begins at the mark.
    pub(super) fn begin(turn: &Turn, mark: Mark, at: Timestamp) -> Self {
        Self {
            call: turn.call,
            plans: planned::brings(turn.purpose),
            mark,
            heard: at,
            answer: Growing::default(),
            prose: Prose::default(),
            open: None,
            waiting: String::new(),
            said: String::new(),
            card: None,
        }
    }

    /// Takes text of the answer in; it is shown once it is [laid](Self::lay).
    pub(super) fn say(&mut self, ring: &mut Ring, text: &str) {
        self.end_card(ring);
        self.said.push_str(text);
        self.waiting.push_str(text);
        if self.waiting.len() > WAITING_MAX {
            self.lay(ring);
        }
    }

    /// Lays what came of the answer, once for all pieces that came together.
    pub(super) fn lay(&mut self, ring: &mut Ring) {
        if self.waiting.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.waiting);
        let from = self.open.unwrap_or_else(|| ring.mark());
        let mut done = Vec::new();
        self.prose.push(&text, &mut done);
        self.open = Some(ring.lay(from, done, self.prose.tail()));
    }

    /// Something else comes: the block that is open ends.
    pub(super) fn pause(&mut self, ring: &mut Ring) {
        self.lay(ring);
        if let Some(from) = self.open.take() {
            let mut done = Vec::new();
            self.prose.end(&mut done);
            ring.lay(from, done, Vec::new());
        }
    }

    /// A thought or a note comes: it goes into the card of its sort.
    pub(super) fn card(&mut self, ring: &mut Ring, tone: Tone, began: Option<Timestamp>) -> u64 {
        self.pause(ring);
        if let Some(card) = self.card.as_ref().filter(|it| it.tone == tone) {
            return card.number;
        }
        self.end_card(ring);
        let number = if tone == Tone::Thought {
            ring.begin_card("thinking", 0)
        } else {
            ring.begin_card("at work", FEW)
        };
        self.card = Some(Growth {
            number,
            tone,
            began,
        });
        number
    }

    /// Something else comes than what the card holds.
    pub(super) fn end_card(&mut self, ring: &mut Ring) {
        let Some(card) = self.card.take() else { return };
        let what = if card.tone == Tone::Thought {
            "thought"
        } else {
            "steps"
        };
        let took = card.began.map(|began| self.heard.since(began));
        ring.end_card(card.number, |lines| {
            let lines = plural(lines, "line");
            match took.filter(|took| *took > Span(0)) {
                Some(took) => format!("{what} · {lines} · {}", seconds(took)),
                None => format!("{what} · {lines}"),
            }
        });
    }
}

/// A time as people say it: `2.1 s`, `34 s`, `2 min 5 s`.
fn seconds(span: Span) -> String {
    match span.0 {
        ms @ ..10_000 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        ms @ ..60_000 => format!("{} s", ms / 1000),
        ms => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_as_people_do() {
        let said = |ms| seconds(Span(ms));
        assert_eq!(said(2_190), "2.1 s");
        assert_eq!(said(34_900), "34 s");
        assert_eq!(said(125_000), "2 min 5 s");
    }
}
