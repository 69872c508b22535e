//! What the room recommends to its operator, with the figures it stands on.
//!
//! Owns what a recommendation is, which of them stand now, which were applied or dismissed, and how an
//! applied one measures since. Which figures call for one is in [`look`]; what is said of it in [`words`].
//! It does not carry one out: that is `decide`'s, and every write is `evolve`'s. What stands is kept in the
//! state and looked at again only when an event touched its figures, so that nothing is computed for a frame
//! and every replica shows the same.
//!
//! Rules that hold for all sorts:
//!
//! - Shares are compared by their intervals of 95 of 100 after Wilson, never by their bare values, and each
//!   sort has a least number below which it says nothing.
//! - One appears at a stricter bound than the one at which it goes, so that it does not come and go.
//! - **Dismissed** it stays away until its figures are clearly worse: a share until it lies beyond the far
//!   end of the interval that it had then; what is no sample (a window, a budget) until it is ten points of
//!   a hundred worse. See [`is_worse`].
//! - **Applied** it is measured by what comes after. Of those that the room applied by itself it takes back
//!   what measures worse: see [`Measured`].

mod about;
mod ledger;
pub mod look;
mod measure;
mod recent;
pub mod words;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use about::{About, BadKey, Sort};
pub use ledger::{Advice, Applied, Dismissed, Entry};
pub use measure::{LEAST_SINCE, Measured, Verdict, is_worse, measured, total};
pub(crate) use recent::Recent;

use crate::core::metrics::Share;
use crate::core::{Actor, MemberName, Span, TaskKind};

/// How many recommendations stand at most.
pub const STANDING_MAX: usize = 32;
/// How many that were applied are remembered.
pub const APPLIED_KEPT: usize = 64;
/// How many that were dismissed are remembered.
pub const DISMISSED_KEPT: usize = 128;
/// How many members can be kept from kinds, counted in pairs.
pub const BARS_MAX: usize = 48;
/// How long a member is paused whose server is restarted too often.
pub const PAUSE: Span = Span::secs(30 * 60);
/// The room applies the same recommendation by itself once in so long.
pub const SELDOM: Span = Span::secs(3600);

/// What a recommendation stands on. Whole numbers only; shares and intervals are read from them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figures {
    /// So many of so many; what of what says the sort.
    pub seen: Share,
    /// What that is held against.
    pub beside: Option<Share>,
    /// How long something took: p99 of answers, or the time in which `seen` came about.
    pub took: Option<Span>,
    /// A limit of time, or what is left of a time.
    pub limit: Option<Span>,
}

/// What is set of recommendations.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Setting {
    /// The sorts that the room applies by itself.
    pub apply: BTreeSet<Sort>,
    /// The time limit of a call of each member, as configured.
    pub limits: BTreeMap<MemberName, Span>,
}

/// What the operator says to a recommendation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdviceOrder {
    /// Do it.
    Apply,
    /// Leave it, and do not show it again.
    Dismiss,
    /// Take back one that was applied.
    TakeBack,
}

/// What happened to recommendations, and what they led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advised {
    /// What the room applies by itself was set, and against what time limits are held.
    Set {
        /// All of it.
        setting: Setting,
    },
    /// One was applied; what it comes to follows.
    Applied {
        /// Which.
        about: About,
        /// By whom.
        by: Actor,
        /// Its figures at the time.
        figures: Figures,
    },
    /// One was dismissed.
    Dismissed {
        /// Which.
        about: About,
        /// By whom.
        by: Actor,
        /// Its figures at the time.
        figures: Figures,
    },
    /// One that was applied was taken back; what that comes to follows.
    Withdrawn {
        /// Which.
        about: About,
        /// By whom.
        by: Actor,
        /// How it had measured since.
        since: Share,
    },
    /// A member is not given tasks of a kind that name nobody, or is given them again.
    Barred {
        /// Who.
        member: MemberName,
        /// Of which kind.
        kind: TaskKind,
        /// Whether it is kept from them.
        barred: bool,
    },
    /// Calls of a member have another time limit than the configured one, or that one again.
    Limited {
        /// Who.
        member: MemberName,
        /// The limit; `None`: the configured one.
        total: Option<Span>,
    },
}
