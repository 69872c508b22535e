//! What the room does next by itself: conclude what can be concluded, ask for leave for plans, hand
//! on what a lent member said, keep the digests of sessions, have large tasks looked at, settle conflicts,
//! check results, apply what it recommends where it may, then start what can start.
//!
//! Gives the events of one small step. The engine folds them in and asks again until nothing
//! follows; so each step sees the state that the one before it made.

mod appraise;
mod check;
mod conclude;
pub(crate) mod contest;
mod digest;
mod dispatch;
mod lend;
mod own;
mod plan;
pub(crate) mod standing;
mod think;

pub use standing::login_awaited;

use crate::core::decide::advice;
use crate::core::{Event, State, Timestamp};

/// The next step, or nothing when the room has to wait for somebody.
#[must_use]
pub fn follow(state: &State, now: Timestamp) -> Vec<Event> {
    if state.is_closing() {
        return Vec::new();
    }
    let concluded = conclude::next(state);
    if !concluded.is_empty() {
        return concluded;
    }
    let planned = plan::next(state, now);
    if !planned.is_empty() {
        return planned;
    }
    let lent = lend::next(state);
    if !lent.is_empty() {
        return lent;
    }
    let digested = digest::next(state, now);
    if !digested.is_empty() {
        return digested;
    }
    let appraised = appraise::next(state, now);
    if !appraised.is_empty() {
        return appraised;
    }
    let settled = contest::next(state, now);
    if !settled.is_empty() {
        return settled;
    }
    let checked = check::next(state);
    if !checked.is_empty() {
        return checked;
    }
    let applied = advice::by_itself(state, now);
    if !applied.is_empty() {
        return applied;
    }
    dispatch::next(state, now)
}
