//! What each event says of who and what it is about.

use std::collections::BTreeSet;

use super::{By, Concern, Concerns, Growing};
use crate::core::advice;
use crate::core::appraisal::Appraised;
use crate::core::lesson::{Author, Shared};
use crate::core::{
    Advised, Answered, Attention, Basis, Checked, Ending, Event, Import, MemberName, Origin,
    Outcome, Planned, SessionChange, Subject, TaskOrder,
};

/// Who and what an event is about.
#[expect(clippy::too_many_lines, reason = "one short arm an event")]
pub(super) fn concern(known: &Concerns, event: &Event) -> Concern {
    let by = |by: By| begun(known, by);
    let growing = match event {
        Event::RoomOpened { .. }
        | Event::RoomResumed
        | Event::RoomClosed
        | Event::EditSettled { .. }
        | Event::NoteSettled { .. } => by(By::Room),
        Event::BudgetSet { .. }
        | Event::UpkeepSet { .. }
        | Event::PolicySet { .. }
        | Event::ThoughtsBounded { .. }
        | Event::KindsSet { .. }
        | Event::RoutingSet { .. }
        | Event::LadderSet { .. }
        | Event::RetentionSet { .. }
        | Event::NoteOrdered { .. } => by(By::Operator),
        Event::DigesterSet { member } => by(By::Operator).members(member),
        Event::MemberEnrolled { spec } => by(By::Operator).member(&spec.name),
        Event::MemberLeft { member }
        | Event::MemberRestarted { member }
        | Event::SessionsAsked { member } => by(By::Operator).member(member),
        Event::MemberRested { member }
        | Event::MemberPaused { member, .. }
        | Event::MemberResumed { member } => by(By::Room).member(member),
        Event::MemberHealthChanged { member, .. } | Event::SessionsListed { member, .. } => {
            by(By::Member).member(member)
        }
        Event::SessionOpened {
            session, member, ..
        } => by(By::Room).session(*session).member(member),
        Event::SessionBound { session, .. } => by(By::Member).session(*session),
        Event::SessionUnbound { session } | Event::SessionClosed { session } => {
            by(By::Room).session(*session)
        }
        Event::SessionForked {
            session,
            from,
            member,
            ..
        } => {
            let both = by(By::Operator).session(*session).session(*from);
            both.member(member)
        }
        Event::SessionChanged { session, change } => by(changed(change)).session(*session),
        Event::DigestOrdered { session, order } => by(By::Room).session(*session).task(order.task),
        Event::SessionDigested { session, digest } => {
            let author = digest.by.as_ref().map_or(By::Room, |_| By::Member);
            by(author).session(*session).members(&digest.by)
        }
        Event::TaskAdded { task, order, .. } => by(ordered(order))
            .task(*task)
            .tasks(&order.after)
            .members(&order.members),
        Event::TaskReopened { task, .. }
        | Event::TaskRelabelled { task, .. }
        | Event::TaskReprioritised { task, .. }
        | Event::TaskReworded { task, .. }
        | Event::TaskMoved { task, .. }
        | Event::ResultRated { task, .. }
        | Event::ResultReplaced { task, .. }
        | Event::OperatorVoted { task, .. } => by(By::Operator).task(*task),
        Event::TaskRouted { task, council, .. } => by(By::Room).task(*task).members(council),
        Event::TaskConcluded { task, outcome } => by(concluded(outcome)).task(*task),
        Event::TaskDelayed { task, .. }
        | Event::ThoughtRecorded { task, .. }
        | Event::ConflictFound { task, .. }
        | Event::VoteClosed { task, .. } => by(By::Room).task(*task),
        Event::CallStarted {
            call,
            task,
            session,
            ..
        } => by(By::Room).task(*task).session(*session).call(*call),
        Event::CallEnded { call, ending } => by(ended(ending)).call(*call),
        Event::ThoughtProposed { task, call, .. } => by(By::Member).task(*task).call(*call),
        Event::Planned { what } => planned(known, what),
        Event::Appraised { what } => appraised(known, what),
        Event::AgreementFound { task, calls } => {
            let of_task = by(By::Room).task(*task);
            calls.iter().fold(of_task, |it, call| it.call(*call))
        }
        Event::LadderClimbed {
            task, by: actor, ..
        } => by((*actor).into()).task(*task),
        Event::CandidatesJoined { task, .. } => by(By::Member).task(*task),
        Event::VoteOpened { task, panel, .. } => {
            let voters = panel.seats().map(|(name, _)| name);
            by(By::Room).task(*task).members(voters)
        }
        Event::InquiryMade { task, inquiry } => by(By::Room).task(*task).task(inquiry.by),
        Event::InquiryAnswered {
            task,
            by: asked,
            answered,
        } => by(answering(answered)).task(*task).task(*asked),
        Event::Decided { task, decision } => by(decision.by.into()).task(*task),
        Event::AttentionRaised { attention } => raised(known, attention),
        Event::AttentionResolved {
            attention,
            asked,
            resolution,
        } => {
            let settled = by(resolution.by.into()).item(*attention);
            asked.iter().fold(settled, |it, (call, _)| it.call(*call))
        }
        Event::AttentionWithdrawn {
            attention, call, ..
        } => by(By::Member).item(*attention).call(*call),
        Event::ModelLent {
            attention,
            task,
            by: actor,
            ..
        } => by((*actor).into()).task(*task).item(*attention),
        Event::ResultsAged { tasks, .. } => by(By::Room).tasks(tasks),
        Event::Shared { what } => shared(known, what),
        Event::Advised { what } => advised(known, what),
        Event::Checked { what } => match what {
            Checked::Set { .. } => by(By::Operator),
            Checked::Started { task, .. } | Checked::Ended { task, .. } => by(By::Room).task(*task),
        },
        Event::ReportStale { .. } => by(By::Member),
    };
    growing.concern
}

fn begun(known: &Concerns, by: By) -> Growing<'_> {
    Growing {
        known,
        concern: Concern {
            by,
            tasks: BTreeSet::new(),
            sessions: BTreeSet::new(),
            members: BTreeSet::new(),
        },
    }
}

fn ordered(order: &TaskOrder) -> By {
    match order.origin {
        Origin::Operator | Origin::CommandLine | Origin::Hub => By::Operator,
        Origin::Room => By::Room,
    }
}

fn changed(change: &SessionChange) -> By {
    match change {
        SessionChange::Archived { by } => (*by).into(),
        SessionChange::Restored { .. }
        | SessionChange::Handed { .. }
        | SessionChange::Dials { .. }
        | SessionChange::Dialled { .. }
        | SessionChange::Unfulfilled { .. } => By::Member,
        SessionChange::Renamed { .. }
        | SessionChange::Unarchived
        | SessionChange::Reset
        | SessionChange::Chosen
        | SessionChange::Wished { .. } => By::Operator,
    }
}

fn concluded(outcome: &Outcome) -> By {
    match outcome {
        Outcome::Cancelled
        | Outcome::Done {
            basis: Basis::Operator,
            ..
        } => By::Operator,
        Outcome::Done { .. } | Outcome::Failed { .. } => By::Room,
    }
}

fn ended(ending: &Ending) -> By {
    match ending {
        Ending::Answered(_) | Ending::Failed { .. } => By::Member,
        Ending::Cancelled { .. } | Ending::Interrupted => By::Room,
    }
}

fn answering(answered: &Answered) -> By {
    match answered {
        Answered::Vote(_)
        | Answered::Position(_)
        | Answered::Opinion { .. }
        | Answered::Same { .. }
        | Answered::Claims(_) => By::Member,
        Answered::Nothing { .. } => By::Room,
    }
}

fn planned<'c>(known: &'c Concerns, what: &Planned) -> Growing<'c> {
    match what {
        Planned::Proposed { task, call, .. } => begun(known, By::Member).task(*task).call(*call),
        Planned::Approved { task, steps } => begun(known, By::Operator).task(*task).tasks(steps),
        Planned::Edited { task, .. } | Planned::Resumed { task } => {
            begun(known, By::Operator).task(*task)
        }
    }
}

fn appraised<'c>(known: &'c Concerns, what: &Appraised) -> Growing<'c> {
    match what {
        Appraised::Set { .. } => begun(known, By::Operator),
        Appraised::Given { task, .. } => begun(known, By::Member).task(*task),
        Appraised::Asked { task, .. } | Appraised::Without { task, .. } => {
            begun(known, By::Room).task(*task)
        }
    }
}

fn raised<'c>(known: &'c Concerns, attention: &Attention) -> Growing<'c> {
    let by = |by| begun(known, by);
    match &attention.subject {
        Subject::Asked { call, .. } => by(By::Member).call(*call),
        Subject::Choice { task } | Subject::Interrupted { task } | Subject::Plan { task } => {
            by(By::Room).task(*task)
        }
        Subject::LoggedOut { member, .. } => by(By::Room).member(member),
        Subject::Edited { edit } => match &edit.import {
            Import::Result { task, .. } => by(By::Room).task(*task),
            Import::Nothing { .. } => by(By::Room),
        },
        Subject::Budget { .. } | Subject::Proposed { .. } | Subject::Lessons { .. } => by(By::Room),
    }
}

fn shared<'c>(known: &'c Concerns, what: &Shared) -> Growing<'c> {
    let by = |by| begun(known, by);
    match what {
        Shared::SharingSet { .. } | Shared::LessonDisputed { .. } => by(By::Operator),
        Shared::LessonProposed { draft, .. } => {
            let evidence = draft.evidence.iter().map(|it| &it.task);
            let (author, members): (By, &[MemberName]) = match &draft.author {
                Author::Operator => (By::Operator, &[]),
                Author::Members(names) => (By::Room, names),
            };
            by(author).members(members).tasks(evidence)
        }
        Shared::LessonSupported { evidence, .. } => by(By::Room).task(evidence.task),
        Shared::LessonAccepted { by: actor, .. } | Shared::LessonRetired { by: actor, .. } => {
            by((*actor).into())
        }
        Shared::ContextChosen { call, .. } | Shared::DocumentTold { call, .. } => {
            by(By::Room).call(*call)
        }
        Shared::DocumentPinned { task, .. } | Shared::DocumentUnpinned { task, .. } => {
            by(By::Operator).tasks(task)
        }
    }
}

fn advised<'c>(known: &'c Concerns, what: &Advised) -> Growing<'c> {
    let by = |by| begun(known, by);
    match what {
        Advised::Set { .. } => by(By::Operator),
        Advised::Applied {
            about, by: actor, ..
        }
        | Advised::Dismissed {
            about, by: actor, ..
        }
        | Advised::Withdrawn {
            about, by: actor, ..
        } => {
            let by = by((*actor).into());
            match about {
                advice::About::Context { session } => by.session(*session),
                advice::About::Restarts { member }
                | advice::About::Timeout { member }
                | advice::About::Kind { member, .. }
                | advice::About::Change { member, .. }
                | advice::About::Voter { member } => by.member(member),
                advice::About::Budget { .. }
                | advice::About::Lesson { .. }
                | advice::About::Council { .. } => by,
            }
        }
        Advised::Barred { member, .. } | Advised::Limited { member, .. } => {
            by(By::Room).member(member)
        }
    }
}
