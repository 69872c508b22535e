//! The conflict ladder: how a conflict goes on from the differing answers to a decision.
//!
//! A [`Contest`] is one conflict under way. It climbs the rungs of the [`Ladder`] in order: **vote**,
//! **consensus** rounds, **expert**, **operator**; what stays undecided ends by the **fallback**. Who is
//! asked is asked by an [`Inquiry`]: a task of the room's own for one member, with a
//! [sheet](crate::core::voting::Sheet) of neutral labels. The operator may decide at any time.
//!
//! Owns the types and what can be read of them. What happens next is decided in
//! [`follow`](crate::core::follow()), votes are counted in [`voting`](crate::core::voting).

mod command;
mod contest;
mod dissent;
mod foreseen;
mod inquiry;
mod order;
mod own;
mod read;
pub mod record;
mod setting;
mod stage;
#[cfg(test)]
pub(crate) mod staged;
mod terms;
pub mod verify;
mod voices;

pub use command::ContestOrder;
pub use contest::{Contest, Opinion, Round};
pub use dissent::{dissent, reopen_if};
pub use foreseen::Foreseen;
pub use inquiry::{About, Answered, Argument, Inquiry, InquiryOrder, Labelled};
pub use order::{asked_about, texts};
pub use own::{OperatorBallot, POINTS_MAX};
pub use read::{Unread, understood, unreadable};
pub use setting::{BadLadder, Fallback, Jury, Ladder, ROUNDS_MAX, Rung};
pub use stage::{Stage, Taken};
pub use terms::{Closed, Course, Terms};
pub use voices::{Agreement, PANEL_MAX, agreement, voices};
