//! The stored form of each event, made by the wire structs of its family.

use crate::core::appraisal::Appraised;
use crate::core::{Event, Planned};

use super::{
    Encoded, advice, appraisal, approval, attention, call, check, conflict, digest, inquiry, kind,
    ladder, lesson, memory, pack, plan, room, roster, routing, session, task, thinking,
};

/// The stored form of an event.
///
/// Numbers that JSON does not have (NaN, infinities) are stored as `null`; the core lets none in.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one short arm an event")]
pub fn encode(event: &Event) -> Encoded {
    match event {
        Event::RoomOpened { name } => pack(&room::Opened { name: name.clone() }),
        Event::RoomResumed => pack(&room::Resumed {}),
        Event::RoomClosed => pack(&room::Closed {}),
        Event::BudgetSet { budget } => pack(&room::BudgetSet::from(budget)),
        Event::UpkeepSet { upkeep } => pack(&room::UpkeepSet::from(upkeep)),
        Event::MemberRested { member } => pack(&roster::Rested {
            member: member.clone(),
        }),
        Event::PolicySet { policy } => pack(&approval::PolicySet::from(policy)),
        Event::ModelLent {
            attention,
            task,
            by,
            lasting,
        } => pack(&approval::ModelLent::new(*attention, *task, *by, *lasting)),
        Event::ReportStale { about } => pack(&room::ReportStale {
            about: about.clone(),
        }),
        Event::Shared { what } => lesson::encode(what),
        Event::Advised { what } => advice::encode(what),
        Event::KindsSet { kinds } => pack(&kind::Set::from(kinds)),
        Event::Checked { what } => check::encode(what),
        Event::MemberEnrolled { spec } => pack(&roster::Enrolled::from(spec)),
        Event::MemberLeft { member } => pack(&roster::Left {
            member: member.clone(),
        }),
        Event::MemberRestarted { member } => pack(&roster::Restarted {
            member: member.clone(),
        }),
        Event::MemberHealthChanged { member, health } => pack(&roster::HealthChanged {
            member: member.clone(),
            health: health.into(),
        }),
        Event::MemberPaused { member, why, until } => pack(&roster::Paused {
            member: member.clone(),
            why: why.clone(),
            until: *until,
        }),
        Event::MemberResumed { member } => pack(&roster::MemberResumed {
            member: member.clone(),
        }),
        Event::SessionOpened {
            session,
            member,
            title,
        } => pack(&session::Opened {
            session: *session,
            member: member.clone(),
            title: title.clone(),
        }),
        Event::SessionBound { session, handle } => pack(&session::Bound {
            session: *session,
            handle: handle.into(),
        }),
        Event::SessionUnbound { session } => pack(&session::Unbound { session: *session }),
        Event::SessionClosed { session } => pack(&session::Closed { session: *session }),
        Event::SessionForked {
            session,
            from,
            member,
            title,
        } => pack(&session::Forked {
            session: *session,
            from: *from,
            member: member.clone(),
            title: title.clone(),
        }),
        Event::SessionChanged { session, change } => pack(&session::Changed {
            session: *session,
            change: change.into(),
        }),
        Event::DigesterSet { member } => pack(&digest::DigesterSet {
            member: member.clone(),
        }),
        Event::DigestOrdered { session, order } => pack(&digest::Ordered::new(*session, *order)),
        Event::SessionDigested { session, digest } => {
            pack(&digest::Digested::new(*session, digest.clone()))
        }
        Event::SessionsAsked { member } => pack(&session::Asked {
            member: member.clone(),
        }),
        Event::SessionsListed {
            member,
            asked,
            listing,
        } => pack(&session::Listed {
            member: member.clone(),
            asked: *asked,
            listing: listing.into(),
        }),
        Event::TaskAdded {
            task,
            order,
            analysis,
        } => pack(&task::Added {
            task: *task,
            order: order.into(),
            analysis: analysis.as_deref().map(Into::into),
        }),
        Event::TaskRelabelled { task, kind } => pack(&task::Relabelled {
            task: *task,
            kind: (*kind).into(),
        }),
        Event::TaskReprioritised { task, priority } => pack(&task::Reprioritised {
            task: *task,
            priority: (*priority).into(),
        }),
        Event::TaskReworded {
            task,
            prompt,
            kind,
            analysis,
        } => pack(&task::Reworded {
            task: *task,
            prompt: prompt.clone(),
            kind: (*kind).into(),
            analysis: analysis.as_deref().map(Into::into),
        }),
        Event::TaskMoved { task, to } => pack(&task::Moved {
            task: *task,
            to: (*to).into(),
        }),
        Event::TaskRouted {
            task,
            council,
            because,
            route,
            convened,
            forecast,
        } => pack(&task::Routed {
            task: *task,
            council: council.clone(),
            because: because.clone(),
            route: route.as_deref().map(Into::into),
            convened: convened.as_deref().map(Into::into),
            forecast: forecast.map(Into::into),
        }),
        Event::ResultRated { task, good } => pack(&routing::Rated {
            task: *task,
            good: *good,
        }),
        Event::RoutingSet { setting } => pack(&routing::Set::from(setting)),
        Event::TaskDelayed { task, until } => pack(&task::Delayed {
            task: *task,
            until: *until,
        }),
        Event::TaskReopened { task, order } => pack(&task::Reopened {
            task: *task,
            order: order.into(),
        }),
        Event::TaskConcluded { task, outcome } => pack(&task::Concluded {
            task: *task,
            outcome: outcome.into(),
        }),
        Event::CallStarted {
            call,
            task,
            session,
            purpose,
            access,
            prompt,
            inputs,
        } => pack(&call::Started {
            call: *call,
            task: *task,
            session: *session,
            purpose: (*purpose).into(),
            access: (*access).into(),
            prompt: prompt.clone(),
            inputs: inputs.iter().copied().map(Into::into).collect(),
        }),
        Event::CallEnded { call, ending } => pack(&call::Ended {
            call: *call,
            ending: ending.into(),
        }),
        Event::ThoughtsBounded { most } => pack(&thinking::Bounded { most: *most }),
        Event::ThoughtProposed {
            task,
            call,
            thought,
        } => pack(&thinking::Proposed {
            task: *task,
            call: *call,
            thought: thought.into(),
        }),
        Event::ThoughtRecorded {
            task,
            number,
            keeper,
        } => pack(&thinking::Recorded {
            task: *task,
            number: *number,
            keeper: keeper.into(),
        }),
        Event::Planned {
            what: Planned::Proposed { task, call, plan },
        } => pack(&plan::Proposed {
            task: *task,
            call: *call,
            steps: plan::steps(plan),
        }),
        Event::Planned {
            what: Planned::Edited { task, plan },
        } => pack(&plan::Edited {
            task: *task,
            steps: plan::steps(plan),
        }),
        Event::Planned {
            what: Planned::Approved { task, steps },
        } => pack(&plan::Approved {
            task: *task,
            steps: steps.clone(),
        }),
        Event::Planned {
            what: Planned::Resumed { task },
        } => pack(&plan::Resumed { task: *task }),
        Event::Appraised {
            what: Appraised::Set { appraisers },
        } => pack(&appraisal::Set::new(appraisers)),
        Event::Appraised {
            what: Appraised::Asked { task, asked },
        } => pack(&appraisal::Asked::new(*task, *asked)),
        Event::Appraised {
            what: Appraised::Given { task, appraisal },
        } => pack(&appraisal::Given::new(*task, appraisal)),
        Event::Appraised {
            what: Appraised::Without { task, why },
        } => pack(&appraisal::Without {
            task: *task,
            why: why.clone(),
        }),
        Event::AgreementFound { task, calls } => pack(&conflict::AgreementFound {
            task: *task,
            calls: calls.clone(),
        }),
        Event::ConflictFound {
            task,
            candidates,
            silent,
            nature,
        } => pack(&conflict::ConflictFound {
            task: *task,
            candidates: candidates.iter().map(Into::into).collect(),
            silent: *silent,
            nature: (*nature).into(),
        }),
        Event::LadderSet { ladder } => pack(&ladder::Set::from(ladder)),
        Event::CandidatesJoined {
            task,
            candidates,
            silent,
        } => pack(&conflict::Joined {
            task: *task,
            candidates: candidates.iter().map(Into::into).collect(),
            silent: *silent,
        }),
        Event::OperatorVoted { task, ballot } => pack(&ladder::OperatorVoted::new(*task, ballot)),
        Event::LadderClimbed {
            task,
            to,
            by,
            because,
        } => pack(&ladder::Climbed {
            task: *task,
            to: (*to).into(),
            by: (*by).into(),
            because: because.clone(),
        }),
        Event::VoteOpened { task, panel, terms } => {
            pack(&ladder::VoteOpened::new(*task, panel, terms))
        }
        Event::InquiryMade { task, inquiry } => pack(&inquiry::Made::new(*task, inquiry)),
        Event::InquiryAnswered { task, by, answered } => pack(&inquiry::Answered {
            task: *task,
            by: *by,
            said: answered.into(),
        }),
        Event::VoteClosed { task, closed } => pack(&ladder::VoteClosed::new(*task, closed)),
        Event::Decided { task, decision } => pack(&conflict::Decided::new(*task, decision)),
        Event::EditSettled {
            document,
            digest,
            how,
        } => pack(&memory::EditSettled {
            document: document.clone(),
            digest: digest.clone(),
            how: (*how).into(),
        }),
        Event::ResultReplaced { task, result } => pack(&memory::ResultReplaced {
            task: *task,
            result: result.clone(),
        }),
        Event::RetentionSet { retention } => pack(&memory::RetentionSet::from(*retention)),
        Event::ResultsAged { tasks, old } => pack(&memory::ResultsAged {
            tasks: tasks.clone(),
            old: (*old).into(),
        }),
        Event::NoteOrdered { order } => pack(&memory::NoteOrdered::from(order)),
        Event::NoteSettled { order, end } => pack(&memory::NoteSettled {
            order: *order,
            end: end.into(),
        }),
        Event::AttentionRaised { attention } => pack(&attention::Raised::from(attention)),
        Event::AttentionResolved {
            attention,
            asked,
            resolution,
        } => pack(&attention::Resolved::new(*attention, *asked, resolution)),
        Event::AttentionWithdrawn {
            attention,
            call,
            ask,
        } => pack(&attention::Withdrawn {
            attention: *attention,
            call: *call,
            ask: *ask,
        }),
    }
}
