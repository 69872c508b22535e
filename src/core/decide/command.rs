//! Commands of the operator: which one leads where.

use crate::core::decide::cancel_call;
use crate::core::decide::choice::{answer, choose, decide_by_text};
use crate::core::decide::company::{close_session, dismiss, enroll, open_session, restart};
use crate::core::decide::money::set_budget;
use crate::core::decide::queue::{add_task, cancel_task, reprioritise, retry_task};
use crate::core::{
    Actor, AskId, AttentionId, CallId, Command, Ending, Event, Member, MemberName, Refusal, Reply,
    Resolution, State, Task, TaskId,
};

/// What a command comes to.
pub fn decide(state: &State, command: &Command) -> Result<Vec<Event>, Refusal> {
    if state.is_closing() {
        return Err(Refusal::Closing);
    }
    match command {
        Command::AddTask(order) => add_task(state, order),
        Command::CancelTask { task } => cancel_task(state, *task),
        Command::RetryTask { task } => retry_task(state, *task),
        Command::SetPriority { task, priority } => reprioritise(state, *task, *priority),
        Command::CancelCall { call } => {
            in_flight(state, *call)?;
            Ok(cancel_call(state, *call))
        }
        Command::Choose { task, candidate } => choose(state, *task, *candidate),
        Command::DecideByText { task, text } => decide_by_text(state, *task, text),
        Command::Answer { attention, reply } => answer(state, *attention, reply),
        Command::OpenSession { member, title } => open_session(state, member, title),
        Command::CloseSession { session } => close_session(state, *session),
        Command::Enroll(spec) => enroll(state, spec),
        Command::Dismiss { member } => dismiss(state, member),
        Command::RestartMember { member } => restart(state, member),
        Command::SetBudget(budget) => Ok(set_budget(state, *budget)),
        Command::CloseRoom => Ok(close_room(state)),
    }
}

fn close_room(state: &State) -> Vec<Event> {
    let in_flight = state.calls_in_flight().map(|(call, _)| Event::CallEnded {
        call,
        ending: Ending::Interrupted,
    });
    in_flight.chain([Event::RoomClosed]).collect()
}

/// A member of the roster.
pub(super) fn known_member<'a>(state: &'a State, name: &MemberName) -> Result<&'a Member, Refusal> {
    state.member(name).ok_or_else(|| Refusal::NoSuchMember {
        member: name.clone(),
    })
}

/// A task that is not over.
pub(super) fn open_task(state: &State, id: TaskId) -> Result<&Task, Refusal> {
    let task = state.task(id).ok_or(Refusal::NoSuchTask { task: id })?;
    if task.is_ended() {
        Err(Refusal::TaskOver { task: id })
    } else {
        Ok(task)
    }
}

fn in_flight(state: &State, id: CallId) -> Result<(), Refusal> {
    let call = state.call(id).filter(|call| call.ended.is_none());
    call.map(|_| ()).ok_or(Refusal::NoSuchCall { call: id })
}

/// An inbox item that the operator settled.
pub(super) fn resolved_by_operator(
    attention: AttentionId,
    asked: Option<(CallId, AskId)>,
    reply: Reply,
) -> Event {
    Event::AttentionResolved {
        attention,
        asked,
        resolution: Resolution {
            reply,
            by: Actor::Operator,
        },
    }
}
