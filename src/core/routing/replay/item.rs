//! A task of a replay: its kind, and what each member answered to it.

use crate::core::TaskKind;

/// How many alternatives a question is taken to have whose record does not say it.
const ALTERNATIVES: u32 = 10;

/// A task with all that was answered to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its kind.
    pub kind: TaskKind,
    /// How many answers it allows, where that is known.
    pub alternatives: Option<u32>,
    /// The answers, by the place of the member; `None` where it gave none that is recorded.
    pub given: Vec<Option<Given>>,
}

/// A recorded answer.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Given {
    /// Which group of equal answers it is in; `None` for one that says nothing.
    pub group: Option<u16>,
    /// Whether it is right, where that is known.
    pub right: Option<bool>,
    /// How long it took, in seconds.
    pub seconds: Option<f32>,
    /// What it cost, in US dollars.
    pub cost: Option<f32>,
}

impl Given {
    /// Whether nothing is known of it: it was never given, or never written down.
    fn is_unknown(self) -> bool {
        self.group.is_none() && self.right.is_none()
    }
}

impl Item {
    /// Whether something is known of what the member of a place would have said.
    pub(super) fn knows(&self, place: usize) -> bool {
        !self.of(place).is_unknown()
    }

    /// What the member of a place gave; nothing where it gave nothing.
    pub(super) fn of(&self, place: usize) -> Given {
        self.given.get(place).copied().flatten().unwrap_or_default()
    }

    /// How many alternatives it is taken to have.
    pub(super) fn alternatives(&self) -> u32 {
        self.alternatives.unwrap_or(ALTERNATIVES)
    }

    /// The group of equal answers that the one of a place is in.
    pub(super) fn group(&self, place: usize) -> Option<usize> {
        self.of(place).group.map(usize::from)
    }
}
