//! The state with the events that are folded in but not yet durable. Pure: no clock, no I/O.
//!
//! Whatever it gives may only be published, and its effects only be ordered, once the events are in
//! the journal.

use crate::core::{Effect, Event, Recorded, State, Timestamp, evolve, follow, react};

/// How many small steps may follow one input. Reaching it is a defect of the core; the room stays
/// usable and the rest follows with the next input.
const STEPS_MAX: usize = 100_000;

/// The state that the engine works on.
#[derive(Debug, Default)]
pub struct Stage {
    state: State,
}

/// What one input came to.
#[derive(Debug, Default, PartialEq)]
pub struct Step {
    /// The events, in order.
    pub recorded: Vec<Recorded>,
    /// Their effects, in order.
    pub effects: Vec<Effect>,
}

impl Stage {
    /// A stage on a state as loaded from the journal.
    #[must_use]
    pub fn new(state: State) -> Self {
        Self { state }
    }

    /// The state, staged events included.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Folds events in, lets follow what follows, and collects the effects.
    pub fn take(&mut self, now: Timestamp, events: Vec<Event>) -> Step {
        let mut step = Step::default();
        let mut next = events;
        for _ in 0..STEPS_MAX {
            for event in next {
                self.fold(now, event, &mut step);
            }
            next = follow(&self.state, now);
            if next.is_empty() {
                return step;
            }
        }
        tracing::error!(
            seq = self.state.seq(),
            "the core found no end of what follows"
        );
        step
    }

    fn fold(&mut self, at: Timestamp, event: Event, step: &mut Step) {
        let recorded = Recorded {
            seq: self.state.seq() + 1,
            at,
            event,
        };
        evolve(&mut self.state, &recorded);
        step.effects.extend(react(&self.state, &recorded));
        step.recorded.push(recorded);
    }
}
