//! What the operator can do about a conflict, besides choosing an answer or writing one.

use serde::{Deserialize, Serialize};

use super::{OperatorBallot, Rung};
use crate::core::Text;

/// What is to be done about a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContestOrder {
    /// Go to a rung now: vote anew, hold another round, call the expert, ask the operator. What is
    /// still asked for another rung is called off.
    Climb(Rung),
    /// Cast the operator's own ballot. It is kept beside those of the members and counts for itself
    /// only: what the operator decides, it decides by choosing.
    Ballot(OperatorBallot),
    /// End the task and ask its members again, with a comment.
    SendBack {
        /// What the operator says to their answers.
        comment: Text,
    },
    /// Take none of the answers: the task fails.
    Dismiss {
        /// Why.
        reason: String,
    },
    /// Ask the operator anew about a conflict that is settled; its result stands until another is chosen.
    Reopen,
}
