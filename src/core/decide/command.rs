//! Commands of the operator: which one leads where.

use crate::core::appraisal::{Appraised, Appraisers};
use crate::core::decide::approval::set_policy;
use crate::core::decide::choice::{answer, choose, decide_by_text};
use crate::core::decide::company::{close_session, dismiss, enroll, open_session, restart};
use crate::core::decide::money::set_budget;
use crate::core::decide::note;
use crate::core::decide::queue::{add_task, cancel_task, relabel, reprioritise, retry_task};
use crate::core::decide::waiting;
use crate::core::decide::{advice, check, contest, lesson, plan, routing, session};
use crate::core::decide::{call_off, cancel_call};
use crate::core::thinking::THOUGHTS_MAX;
use crate::core::{
    Actor, AskId, AttentionId, CallId, Command, Ending, Event, Kinds, Ladder, Member, MemberName,
    Refusal, Reply, Resolution, Retention, State, Task, TaskId, Upkeep,
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
        Command::Relabel { task, kind } => relabel(state, *task, *kind),
        Command::SetPriority { task, priority } => reprioritise(state, *task, *priority),
        Command::Reword {
            task,
            before,
            after,
        } => waiting::reword(state, *task, before.as_ref(), after),
        Command::MoveTask { task, to } => waiting::shift(state, *task, *to),
        Command::Plan { task, order } => plan::order(state, *task, order),
        Command::CancelCall { call } => {
            in_flight(state, *call)?;
            Ok(cancel_call(state, *call))
        }
        Command::Choose {
            task,
            candidate,
            among,
        } => choose(state, *task, *candidate, *among),
        Command::DecideByText { task, text } => decide_by_text(state, *task, text),
        Command::Answer { attention, reply } => answer(state, *attention, reply),
        Command::OpenSession { member, title } => open_session(state, member, title),
        Command::CloseSession { session } => close_session(state, *session),
        Command::Session { session, order } => session::order(state, *session, order),
        Command::ListSessions { member } => session::list(state, member),
        Command::SetUpkeep(upkeep) => Ok(set_upkeep(state, upkeep)),
        Command::SetRetention(retention) => Ok(set_retention(state, *retention)),
        Command::Contest { task, order } => contest::order(state, *task, order),
        Command::SetLadder(ladder) => set_ladder(state, ladder),
        Command::SetRouting(setting) => routing::set(state, setting),
        Command::Rate { task, good } => routing::rate(state, *task, *good),
        Command::SetAdvice(setting) => advice::set(state, setting),
        Command::Advice { about, order } => advice::order(state, about, *order),
        Command::SetDigester(member) => Ok(set_digester(state, member.as_ref())),
        Command::SetAppraisers(set) => Ok(set_appraisers(state, set)),
        Command::SetKinds(kinds) => Ok(set_kinds(state, kinds)),
        Command::SetChecks(checks) => Ok(check::set(state, checks)),
        Command::StopCheck { task } => check::stop(state, *task),
        Command::Enroll(spec) => enroll(state, spec),
        Command::Dismiss { member } => dismiss(state, member),
        Command::RestartMember { member } => restart(state, member),
        Command::SetBudget(budget) => Ok(set_budget(state, *budget)),
        Command::SetPolicy(policy) => Ok(set_policy(state, policy)),
        Command::BoundThoughts { most } => bound_thoughts(state, *most),
        Command::Lesson(order) => lesson::order(state, order),
        Command::SetSharing(sharing) => lesson::set_sharing(state, sharing),
        Command::Pin { document, task } => lesson::pin(state, document, *task),
        Command::Unpin { document, task } => lesson::unpin(state, document, *task),
        Command::ChangeNote { name, change } => note::change(state, name, change, None),
        Command::ReplaceResult {
            task,
            before,
            after,
        } => note::replace_result(state, *task, before, after),
        Command::UndoStep { step } => note::undo(state, *step),
        Command::CloseRoom => Ok(close_room(state)),
    }
}

fn set_upkeep(state: &State, upkeep: &Upkeep) -> Vec<Event> {
    if state.upkeep == *upkeep {
        return Vec::new();
    }
    vec![Event::UpkeepSet {
        upkeep: upkeep.clone(),
    }]
}

fn set_retention(state: &State, retention: Retention) -> Vec<Event> {
    if *state.retention() == retention {
        return Vec::new();
    }
    vec![Event::RetentionSet { retention }]
}

fn set_ladder(state: &State, ladder: &Ladder) -> Result<Vec<Event>, Refusal> {
    if state.ladder == *ladder {
        return Ok(Vec::new());
    }
    ladder.check().map_err(|bad| Refusal::BadLadder {
        why: bad.to_string(),
    })?;
    Ok(vec![Event::LadderSet {
        ladder: ladder.clone(),
    }])
}

fn set_kinds(state: &State, kinds: &Kinds) -> Vec<Event> {
    if state.kinds() == kinds {
        return Vec::new();
    }
    vec![Event::KindsSet {
        kinds: kinds.clone(),
    }]
}

fn set_digester(state: &State, member: Option<&MemberName>) -> Vec<Event> {
    if state.digester() == member {
        return Vec::new();
    }
    vec![Event::DigesterSet {
        member: member.cloned(),
    }]
}

fn set_appraisers(state: &State, appraisers: &Appraisers) -> Vec<Event> {
    if state.appraisers() == appraisers {
        return Vec::new();
    }
    vec![Event::Appraised {
        what: Appraised::Set {
            appraisers: appraisers.clone(),
        },
    }]
}

fn bound_thoughts(state: &State, most: u32) -> Result<Vec<Event>, Refusal> {
    if !(1..=THOUGHTS_MAX).contains(&most) {
        return Err(Refusal::ThoughtsOutOfBounds { most });
    }
    if state.most_thoughts() == most {
        return Ok(Vec::new());
    }
    Ok(vec![Event::ThoughtsBounded { most }])
}

/// Digests are called off: they are ordered again when the room is taken up.
fn close_room(state: &State) -> Vec<Event> {
    let digests = state.digests.at_work.values().map(|order| order.task);
    let asking = state.appraisals.at_work.values().map(|asked| asked.by);
    let own = digests.chain(asking).filter_map(|task| state.task(task));
    let own: Vec<&Task> = own.filter(|task| !task.is_ended()).collect();
    let in_flight = state.calls_in_flight();
    let others = in_flight.filter(|(call, _)| !own.iter().any(|it| it.calls.contains(call)));
    let others = others.map(|(call, _)| Event::CallEnded {
        call,
        ending: Ending::Interrupted,
    });
    let called_off = own.iter().flat_map(|task| call_off(state, task));
    called_off
        .chain(others)
        .chain(check::interrupted(state))
        .chain([Event::RoomClosed])
        .collect()
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
        resolution: Resolution::by(Actor::Operator, reply),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::fixture::{Room, cancelled, question};
    use crate::core::{Command, Effect, Ending, Event, Refusal, Report, Span, TaskOrder};

    #[test]
    fn a_cancelled_call_ends_and_its_server_is_told() {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(TaskOrder::new("a"));
        room.bind(calls[0], "thread-1");
        let (call, member) = (calls[0], crate::core::fixture::name("codex"));
        let cancel = Command::CancelCall { call };
        let session = room.state.call(call).unwrap().session();
        let ending = cancelled();
        assert_eq!(
            room.command(&cancel),
            [
                Event::CallEnded { call, ending },
                Event::SessionUnbound { session }
            ]
        );
        let told = Effect::CancelCall { call, member };
        assert_eq!(room.effects.last(), Some(&told));
        assert_eq!(room.refused(&cancel), Refusal::NoSuchCall { call });
    }

    #[test]
    fn thoughts_are_bounded_within_reason() {
        let mut room = Room::of(&["codex"]);
        let bound = |most| Command::BoundThoughts { most };
        for most in [0, 201] {
            let refused = room.refused(&bound(most));
            assert_eq!(refused, Refusal::ThoughtsOutOfBounds { most });
        }
        assert_eq!(
            room.command(&bound(3)),
            [Event::ThoughtsBounded { most: 3 }]
        );
        assert_eq!(room.command(&bound(3)), []);
        assert_eq!(room.state.most_thoughts(), 3);
    }

    #[test]
    fn a_closed_room_does_nothing_any_more() {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(TaskOrder::new("a"));
        room.add(TaskOrder::new("b"));
        room.report(&question(calls[0], 1));
        let interrupted = Event::CallEnded {
            call: calls[0],
            ending: Ending::Interrupted,
        };
        let events = room.command(&Command::CloseRoom);
        assert_eq!(events, [interrupted, Event::RoomClosed]);
        assert_eq!(room.effects.last(), Some(&Effect::Shutdown));
        room.wait(Span::DAY);
        assert_eq!(room.state.next_wakeup(room.now), None);
        assert_eq!((room.expire(), room.follow()), (vec![], vec![]));
        let late = Report::Unbound { call: calls[0] };
        assert_eq!(room.report(&late), []);
        let add = Command::AddTask(TaskOrder::new("c"));
        assert_eq!(room.refused(&add), Refusal::Closing);
    }
}
