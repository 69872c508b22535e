//! Whose figures are looked at, and what they came to over time.
//!
//! Series of a kind are kept beside those of the members: so both can be drawn, and neither grows with the
//! other. What a forgotten member did stays in those of its kinds.

use super::pulse::{self, Pulse};
use super::{Beat, Metrics, Window};
use crate::core::{MemberName, TaskKind, Timestamp};

/// Whose figures.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// Those of all together.
    All,
    /// Those of a member on all kinds.
    Member(MemberName),
    /// Those of all members on a kind of task.
    Kind(TaskKind),
}

impl Metrics {
    /// What calls that ended came to in each step of a window up to now, oldest first.
    #[must_use]
    pub fn pulse(&self, whose: &Whose, window: Window, now: Timestamp) -> Vec<Beat> {
        let mut sums = pulse::silence(window);
        let pulses: Vec<&Pulse> = match whose {
            Whose::All => self.members.values().map(|known| &known.pulse).collect(),
            Whose::Member(name) => {
                let known = self.members.get(name).into_iter();
                known.map(|known| &known.pulse).collect()
            }
            Whose::Kind(kind) => {
                let at = self.kinds.iter().position(|known| known == kind);
                at.and_then(|at| self.pulses.get(at)).into_iter().collect()
            }
        };
        for pulse in pulses {
            pulse.add_to(&mut sums, window, now);
        }
        sums
    }

    /// Adds to what calls on a kind came to.
    pub(super) fn add_to_kind(&mut self, kind: TaskKind, at: Timestamp, beat: Beat) {
        let place = usize::from(self.kind(kind));
        let needed = self.pulses.len().max(place.saturating_add(1));
        self.pulses.resize_with(needed, Pulse::default);
        if let Some(pulse) = self.pulses.get_mut(place) {
            pulse.add(at, beat);
        }
    }
}
