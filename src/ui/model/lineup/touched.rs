//! Which tasks an event may move in the order or among the columns.
//!
//! Naming one too many costs a look; one too few leaves a row where it was, so a test compares the order with
//! the state after whole histories. What an item of the inbox is about is seen in the state, not here.

use crate::core::{Checked, Event, Planned, TaskId};

/// Which tasks are to be looked at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Touched {
    None,
    Task(TaskId),
    /// It, and those that wait for it.
    TaskAndDependents(TaskId),
    All,
}

pub(super) fn touched(event: &Event) -> Touched {
    match event {
        Event::TaskAdded { task, .. }
        | Event::TaskReopened { task, .. }
        | Event::TaskConcluded { task, .. } => Touched::TaskAndDependents(*task),
        Event::TaskReprioritised { task, .. }
        | Event::TaskReworded { task, .. }
        | Event::TaskRelabelled { task, .. }
        | Event::TaskMoved { task, .. }
        | Event::TaskRouted { task, .. }
        | Event::CallStarted { task, .. }
        | Event::ConflictFound { task, .. }
        | Event::LadderClimbed { task, .. }
        | Event::CandidatesJoined { task, .. }
        | Event::Decided { task, .. } => Touched::Task(*task),
        Event::Planned { what } => match what {
            Planned::Proposed { task, .. } | Planned::Edited { task, .. } => Touched::Task(*task),
            Planned::Approved { task, .. } | Planned::Resumed { task } => {
                Touched::TaskAndDependents(*task)
            }
        },
        Event::RoomOpened { .. } | Event::RoomResumed | Event::RoomClosed => Touched::All,
        Event::Checked {
            what: Checked::Set { .. } | Checked::Started { .. } | Checked::Ended { .. },
        }
        | Event::BudgetSet { .. }
        | Event::UpkeepSet { .. }
        | Event::PolicySet { .. }
        | Event::ThoughtsBounded { .. }
        | Event::KindsSet { .. }
        | Event::RoutingSet { .. }
        | Event::Advised { .. }
        | Event::MemberEnrolled { .. }
        | Event::MemberLeft { .. }
        | Event::MemberRestarted { .. }
        | Event::MemberRested { .. }
        | Event::MemberHealthChanged { .. }
        | Event::MemberPaused { .. }
        | Event::MemberResumed { .. }
        | Event::SessionOpened { .. }
        | Event::SessionBound { .. }
        | Event::SessionUnbound { .. }
        | Event::SessionClosed { .. }
        | Event::SessionForked { .. }
        | Event::SessionChanged { .. }
        | Event::DigesterSet { .. }
        | Event::DigestOrdered { .. }
        | Event::SessionDigested { .. }
        | Event::SessionsAsked { .. }
        | Event::SessionsListed { .. }
        | Event::ResultRated { .. }
        | Event::TaskDelayed { .. }
        | Event::CallEnded { .. }
        | Event::ThoughtProposed { .. }
        | Event::ThoughtRecorded { .. }
        | Event::Appraised { .. }
        | Event::AgreementFound { .. }
        | Event::LadderSet { .. }
        | Event::VoteOpened { .. }
        | Event::InquiryMade { .. }
        | Event::InquiryAnswered { .. }
        | Event::OperatorVoted { .. }
        | Event::VoteClosed { .. }
        | Event::AttentionRaised { .. }
        | Event::AttentionResolved { .. }
        | Event::AttentionWithdrawn { .. }
        | Event::EditSettled { .. }
        | Event::ResultReplaced { .. }
        | Event::RetentionSet { .. }
        | Event::ResultsAged { .. }
        | Event::NoteOrdered { .. }
        | Event::NoteSettled { .. }
        | Event::ModelLent { .. }
        | Event::Shared { .. }
        | Event::ReportStale { .. } => Touched::None,
    }
}
