//! Where a conflict stands, and the steps that it took.

use serde::{Deserialize, Serialize};

use super::Rung;
use crate::core::{Actor, Timestamp};

/// Where a contest stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The answers were found to differ.
    Found,
    /// A judge says which of them mean the same, and a clerk takes them apart into claims.
    Reading,
    /// On a rung of the ladder.
    On(Rung),
    /// Every rung was tried.
    Fallback,
    /// The ladder is climbed again at this time.
    Later(Timestamp),
    /// Decided, or dropped.
    Over,
}

impl Stage {
    /// Its rung.
    #[must_use]
    pub fn rung(self) -> Option<Rung> {
        match self {
            Self::On(rung) => Some(rung),
            Self::Found | Self::Reading | Self::Fallback | Self::Later(_) | Self::Over => None,
        }
    }
}

/// A step that the contest took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// When.
    pub at: Timestamp,
    /// To where.
    pub to: Stage,
    /// By whose word.
    pub by: Actor,
    /// Why, in words.
    pub because: String,
}
