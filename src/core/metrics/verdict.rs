//! What was said of the answers of a task, so that it can be taken back when it is said anew.

use serde::{Deserialize, Serialize};

use super::figures::Sum;

/// How many tasks are remembered of whose answers something was said; what is said of older ones again is
/// added to what was said before.
pub(super) const TASKS_KEPT: usize = 256;

/// By what answers are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judged {
    /// Whether the result rests on it.
    Result,
    /// Whether it was in the group that won the council.
    Council,
    /// Whether the operator chose it.
    Operator,
    /// Whether it won the vote.
    Vote,
}

impl Judged {
    /// The sums of those that are counted, and of those that won.
    pub(super) fn sums(self) -> (Sum, Sum) {
        match self {
            Self::Result => (Sum::Judged, Sum::Stood),
            Self::Council => (Sum::Councils, Sum::CouncilAgreed),
            Self::Operator => (Sum::Choices, Sum::OperatorAgreed),
            Self::Vote => (Sum::Votes, Sum::VotesWon),
        }
    }
}

/// A member by its number, and whether its answer won.
type Verdict = (u16, bool);

/// What was said of the answers of one task.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Verdicts {
    /// The kind under which it is counted, by its number.
    kind: u16,
    said: [Vec<Verdict>; 4],
    /// A conflict of it was settled, and the result that follows is not there yet.
    pub(super) settled: bool,
}

impl Verdicts {
    pub(super) fn of(kind: u16) -> Self {
        Self {
            kind,
            ..Self::default()
        }
    }

    pub(super) fn kind(&self) -> u16 {
        self.kind
    }

    /// Keeps what is said now; gives what was said before.
    pub(super) fn replace(&mut self, by: Judged, said: Vec<Verdict>) -> Vec<Verdict> {
        let place = self.said.get_mut(by as usize);
        place
            .map(|place| std::mem::replace(place, said))
            .unwrap_or_default()
    }

    pub(super) fn forget(&mut self, member: u16) {
        for said in &mut self.said {
            said.retain(|(whose, _)| *whose != member);
        }
    }
}
