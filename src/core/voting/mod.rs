//! Votes on the candidates of a conflict: who may vote on what, how a ballot is read and taken in, and
//! how it is counted. Pure: the same ballots always give the same count, on any machine.
//!
//! The way of a vote: a [`Panel`] and a [`Slate`] are set up → every voter that can judge gets a
//! [`Sheet`] with neutral labels → [`read()`] makes a [`Vote`] of its text → [`Ballots`] admit or
//! refuse it → [`count()`] says the [`Outcome`], and what each of the nine rules says. Where a vote does
//! not settle it, members take a [`Position`] in a consensus round, or an expert gives its [`Opinion`].
//!
//! Words that are easily mixed up:
//!
//! - A voter's **own** candidate is the one that it gave as its answer. It is not on its sheet, nor are
//!   those of its family. What is not on a sheet is *missing*: no rule reads it as a last place.
//! - **Authorship** is a first preference: a head counts for what it wrote. Heads are what plurality,
//!   majority, weighted and unanimity count. The other rules count what voters judged.
//! - A count is **recused** when own candidates are left out of what their authors judged, and
//!   **with own in** when they stand first. Both are made; see [`count()`] for which one decides.
//!
//! The rules are written here because no crate fits: `tallystick` needs a nightly compiler, rests on
//! unkept crates and has no ballots with missing candidates; the others only count instant run-offs.
//! They are held against the Python package `pref-voting` instead (`tests/golden/voting`).

pub mod ballot;
pub mod close;
pub mod count;
pub mod intake;
pub mod opinion;
pub mod outcome;
pub mod pairwise;
pub mod panel;
pub mod position;
pub mod profile;
pub mod ranked_pairs;
pub mod read;
pub mod reply;
pub mod robust;
pub mod rule;
pub mod schulze;
pub mod sheet;
pub mod slate;
pub mod tally;
pub mod voices;

mod heads;
mod points;
mod verdict;

pub use ballot::{APPROVES, Abstention, Ballot, FAULTS_MAX, Fault, Faults, SCORE_MAX, Vote};
pub use close::{CloseCall, Flips, flips};
pub use count::{Count, count, count_with};
pub use intake::{Ballots, Cast, Refused, RefusedBallot};
pub use opinion::Opinion;
pub use outcome::{Ground, NextStep, NoDecision, Outcome};
pub use pairwise::Pairwise;
pub use panel::{Panel, Seat};
pub use position::Position;
pub use profile::{Counting, Profile, Voice};
pub use read::{SCHEMA, read};
pub use robust::Robustness;
pub use rule::{Nature, Quorum, Rule, Setup, Unworkable};
pub use sheet::{Sheet, label};
pub use slate::{Slate, SlateFault};
pub use tally::{Standing, Tally, tally, tally_all};
pub use voices::Voices;
