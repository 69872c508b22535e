//! Which earlier moment the console looks at, as the model knows it. What there is to see then is in
//! [`past`](crate::ui::past).

use crate::core::Timestamp;
use crate::ui::past::Way;
use crate::ui::theme::Role;

/// A look at the room as it was.
#[derive(Debug, Default)]
pub(crate) struct Travel {
    /// The event after which the room is to be shown.
    pub(crate) to: u64,
    /// The next stop is to be looked for, from this event on.
    pub(crate) hop: Option<(Way, u64)>,
    /// Of which event the surroundings are on their way.
    pub(crate) asked: Option<u64>,
    /// The last event of the journal.
    pub(crate) last: u64,
    /// What is shown; nothing before the first answer.
    pub(crate) seen: Option<Seen>,
}

/// What a look for the next stop came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hop {
    /// There it is.
    Found(u64),
    /// It is not among the events at hand: it is looked for further on, around this one.
    Beyond(u64),
}

/// The event after which the room was as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Its place.
    pub(crate) seq: u64,
    /// When it happened.
    pub(crate) at: Timestamp,
    /// What sort of event it was, and in words what happened.
    pub(crate) told: (&'static str, String, Role),
}

impl Travel {
    /// To an event of a journal that has so many.
    pub(crate) fn to(seq: u64, last: u64) -> Self {
        Self {
            to: seq.max(1).min(last),
            last,
            ..Self::default()
        }
    }

    /// So many events on, or back.
    pub(crate) fn step(&mut self, events: i64) {
        self.go(self.to.saturating_add_signed(events));
    }

    /// To an event: not before the first one, as there was no room then, and not beyond the last one.
    pub(crate) fn go(&mut self, seq: u64) {
        self.to = seq.max(1).min(self.last);
        self.hop = None;
    }

    /// How many events a page is: a twentieth of all.
    pub(crate) fn page(&self) -> i64 {
        i64::try_from(self.last / 20).unwrap_or(i64::MAX).max(10)
    }
}
