//! What a selected session or task is most likely to be given.

use super::Fit;
use crate::core::{Health, Outcome, Phase, State, Task};
use crate::ui::action::{Action, Screen};
use crate::ui::model::{Model, Pane};
use crate::ui::update::rewording;

/// What the selected row can be given, beside what it asks.
pub(super) fn fit(model: &Model, state: &State) -> Option<Fit> {
    match model.list() {
        Pane::Sessions => {
            let seat = model.seat(state)?;
            if seat.session.is_some_and(|s| s.busy().is_some()) {
                return Some((Action::Cancel, "cancel"));
            }
            match seat.member.health() {
                Health::Restarting { .. } | Health::Down { .. } => {
                    Some((Action::Retry, "start again"))
                }
                // Not logged in, and the inbox item was denied; or a limit was raised meanwhile.
                Health::Unknown | Health::Starting | Health::Ready { .. }
                    if seat.member.pause().is_some() =>
                {
                    Some((Action::Retry, "try it again"))
                }
                Health::Unknown | Health::Starting | Health::Ready { .. } => {
                    let session = seat.session?;
                    let word = if session.is_archived() {
                        (Action::Archive, "bring back")
                    } else {
                        (Action::Fork, "fork")
                    };
                    (model.screen == Screen::Sessions).then_some(word)
                }
            }
        }
        Pane::Queue | Pane::Votes => match model.task(state)?.phase() {
            Phase::Ended { .. } if state.being_checked() == model.task(state).map(Task::id) => {
                Some((Action::Cancel, "stop the check"))
            }
            Phase::Working => Some((Action::Cancel, "cancel")),
            Phase::Queued if rewording::task(model, state).is_some() => {
                Some((Action::Write, "change its text"))
            }
            Phase::Ended {
                outcome: Outcome::Failed { .. } | Outcome::Cancelled,
                ..
            } => Some((Action::Retry, "retry")),
            Phase::Queued | Phase::Deciding { .. } | Phase::Held { .. } | Phase::Ended { .. } => {
                None
            }
        },
        Pane::Transcript
        | Pane::Memory
        | Pane::Library
        | Pane::Reader
        | Pane::Lessons
        | Pane::Inbox
        | Pane::Metrics
        | Pane::Advice
        | Pane::Figures
        | Pane::Journal
        | Pane::Detail => None,
    }
}
