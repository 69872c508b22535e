//! How long the answers of a member took in a replay, and what they cost: by which the fastest and the
//! cheapest are told.

use super::item::Given;

/// Sums over the answers of one member.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Pace {
    was_asked: bool,
    seconds: Mean,
    cost: Mean,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Mean {
    sum: f64,
    n: f64,
}

impl Mean {
    fn add(&mut self, more: Option<f32>) {
        if let Some(more) = more {
            self.sum += f64::from(more);
            self.n += 1.0;
        }
    }

    fn get(self) -> Option<f64> {
        (self.n > 0.0).then(|| self.sum / self.n)
    }
}

impl Pace {
    /// Adds an answer.
    pub(super) fn see(&mut self, given: Given) {
        self.was_asked = true;
        self.seconds.add(given.seconds);
        self.cost.add(given.cost);
    }

    /// The time that the next one is expected to take, in seconds; nothing before the first.
    pub(super) fn seconds(self) -> Option<f64> {
        self.seconds.get()
    }

    /// What it is expected to cost, in US dollars. A room is told prices before it asks anybody; here
    /// they come to light with the first answer, so who was never asked is taken to cost nothing.
    pub(super) fn price(self) -> Option<f64> {
        if self.was_asked {
            self.cost.get()
        } else {
            Some(0.0)
        }
    }
}
