//! How a task stands with each of its members: a task has one slot for each call that its strategy
//! wants, and each slot is read from the calls made so far.

use crate::core::forecast::size_of;
use crate::core::plan::{self, PlanStage};
use crate::core::retry::is_repeated;
use crate::core::routing::{excluded, fewest, let_in, suited, tried, unusable};
use crate::core::thinking::Step;
use crate::core::{
    Answer, Attention, Call, CallId, Ending, Failure, FailureKind, MemberName, Purpose, Session,
    State, Strategy, Task,
};

/// A call that the strategy of a task wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) member: MemberName,
    pub(crate) purpose: Purpose,
}

/// How a slot stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Standing {
    /// A call should be made.
    Wanted,
    /// A call failed for a passing reason and should be made again, once the task's pause is over.
    Again,
    /// A call is in flight.
    Running,
    /// It has its answer, with the final answer of a repair if there was one.
    Answered(CallId, Answer),
    /// It has an answer without a readable final answer, and may be asked once more for it.
    Unreadable(CallId),
    /// Its member is not logged in, which the operator was told: the others go on without it, and a
    /// task that can not waits.
    LoggedOut(String),
    /// It has no answer and will have none; why.
    Failed(String),
    /// The operator cancelled its call.
    Cancelled,
}

impl Standing {
    /// Whether nothing more will come of it.
    pub(crate) fn is_settled(&self) -> bool {
        match self {
            Self::Answered(..) | Self::LoggedOut(_) | Self::Failed(_) | Self::Cancelled => true,
            Self::Wanted | Self::Again | Self::Running | Self::Unreadable(_) => false,
        }
    }

    /// The call that answered, and its answer.
    pub(crate) fn answer(&self) -> Option<(CallId, &Answer)> {
        match self {
            Self::Answered(call, answer) => Some((*call, answer)),
            Self::Wanted
            | Self::Again
            | Self::Running
            | Self::Unreadable(_)
            | Self::LoggedOut(_)
            | Self::Failed(_)
            | Self::Cancelled => None,
        }
    }
}

/// The slots of a routed task, in order.
pub(crate) fn slots(task: &Task) -> Vec<Slot> {
    let with = |count: usize, purpose: fn(u32) -> Purpose| {
        let numbered = task.council.iter().take(count).zip(0..);
        numbered
            .map(|(member, step)| Slot {
                member: member.clone(),
                purpose: purpose(step),
            })
            .collect()
    };
    match task.order.strategy {
        Strategy::Auto | Strategy::Solo => with(1, |_| Purpose::Answer),
        Strategy::Race => with(usize::MAX, |_| Purpose::Answer),
        Strategy::Council | Strategy::Debate => with(usize::MAX, |_| Purpose::Council),
        Strategy::Chain => with(usize::MAX, Purpose::Step),
        Strategy::Think => match task.thinking.step() {
            Step::Record => Vec::new(),
            Step::Think(number) => task.council.first().map_or_else(Vec::new, |member| {
                vec![Slot {
                    member: member.clone(),
                    purpose: Purpose::Thought(number),
                }]
            }),
            Step::Conclude => with(1, |_| Purpose::Conclude),
        },
        Strategy::Plan => match task.planning.stage() {
            PlanStage::Draft => with(1, |_| Purpose::Plan),
            PlanStage::Gather => with(1, |_| Purpose::Gather),
            PlanStage::Approve | PlanStage::Work | PlanStage::Broken => Vec::new(),
        },
    }
}

/// How one slot stands.
pub(crate) fn standing(state: &State, task: &Task, slot: &Slot) -> Standing {
    let last = last_call(state, task, &slot.member, slot.purpose);
    let open = match last.map(|(id, call)| (id, call.ending())) {
        None | Some((_, Some(Ending::Interrupted))) => Standing::Wanted,
        Some((_, None)) => return Standing::Running,
        Some((id, Some(Ending::Answered(answer)))) => {
            return answered(state, task, slot, id, answer);
        }
        Some((_, Some(Ending::Cancelled { .. }))) => return Standing::Cancelled,
        Some((call, Some(Ending::Failed { failure, .. }))) => {
            if failure.kind == FailureKind::Auth {
                after_login(state, slot, failure)
            } else if state
                .call(call)
                .is_some_and(|call| is_repeated(state, task, call, failure))
            {
                Standing::Again
            } else {
                return Standing::Failed(failure.message.clone());
            }
        }
    };
    // A call that nobody will take is as good as failed; the task must not wait for ever.
    match unusable(state, task.order.strategy, &slot.member) {
        Some(why) => Standing::Failed(why),
        None => open,
    }
}

/// A member that was not logged in: it is asked again once the operator says that it is.
fn after_login(state: &State, slot: &Slot, failure: &Failure) -> Standing {
    match state.login_item(&slot.member) {
        Some(_) => Standing::LoggedOut(failure.message.clone()),
        None => Standing::Again,
    }
}

/// The inbox item for which a task waits that cannot go on before one of its members is logged in.
#[must_use]
pub fn login_awaited<'a>(state: &'a State, task: &Task) -> Option<&'a Attention> {
    // A thought that is being recorded waits for nobody's login, and neither does a plan for leave or
    // for its steps.
    let waits = match task.planning.stage() {
        PlanStage::Draft | PlanStage::Gather => task.thinking.step() == Step::Record,
        PlanStage::Approve | PlanStage::Work | PlanStage::Broken => true,
    };
    if task.is_ended() || waits {
        return None;
    }
    let blocked = |name: &MemberName| {
        let item = state.attention_item(state.login_item(name)?)?;
        (state.load(name) == 0).then_some(item)
    };
    let chain = task.order.strategy == Strategy::Chain;
    let slots = slots(task);
    if slots.is_empty() {
        // It is given to the first who is free; so it waits only where nobody will be.
        let items: Vec<Option<&Attention>> = candidates(state, task).map(blocked).collect();
        let needed = if task.order.members.is_empty() {
            fewest(task.order.strategy)
        } else {
            1
        };
        let free = items.iter().filter(|item| item.is_none()).count();
        return items.into_iter().flatten().next().filter(|_| free < needed);
    }
    let mut found = None;
    let mut failed = 0;
    for slot in &slots {
        let item = blocked(&slot.member);
        let standing = standing(state, task, slot);
        failed += usize::from(matches!(standing, Standing::Failed(_)));
        match standing {
            Standing::LoggedOut(_)
            | Standing::Wanted
            | Standing::Again
            | Standing::Unreadable(_)
                if item.is_some() =>
            {
                // Its later steps have not come to their turn.
                if chain {
                    return item;
                }
                found = found.or(item);
            }
            // One answer does not keep a council from waiting for the others.
            Standing::Failed(_)
            | Standing::Cancelled
            | Standing::LoggedOut(_)
            | Standing::Answered(..) => {}
            Standing::Wanted | Standing::Again | Standing::Running | Standing::Unreadable(_) => {
                return None;
            }
        }
    }
    match task.order.strategy {
        Strategy::Auto | Strategy::Solo | Strategy::Think | Strategy::Plan
            if failed == slots.len() =>
        {
            let barred = tried(state, task);
            let followed =
                |name: &&MemberName| !task.council.contains(name) && !barred.contains(name);
            let items: Option<Vec<&Attention>> = candidates(state, task)
                .filter(followed)
                .map(blocked)
                .collect();
            // Whoever is merely busy will take it.
            items.and_then(|items| items.first().copied())
        }
        Strategy::Auto
        | Strategy::Solo
        | Strategy::Think
        | Strategy::Plan
        | Strategy::Race
        | Strategy::Council
        | Strategy::Debate
        | Strategy::Chain => found,
    }
}

/// The members that may work on a task and take calls, be they logged in or not.
fn candidates<'a>(state: &'a State, task: &'a Task) -> impl Iterator<Item = &'a MemberName> {
    let (order, strategy) = (&task.order, task.order.strategy);
    let names: Vec<&MemberName> = match order.members.as_slice() {
        // Who is kept from the kind is asked only where too few others are left.
        [] => {
            let all = suited(state, strategy);
            let what = (order.kind, size_of(state, order));
            let all = all.filter(|one| excluded(state, strategy, what, one).is_none());
            let all = let_in(state, order.kind, all.collect(), fewest(strategy));
            all.into_iter().map(|one| &one.spec.name).collect()
        }
        [first, ..] if strategy == Strategy::Chain => vec![first],
        named => named.iter().collect(),
    };
    let up = names.into_iter();
    up.filter(move |name| unusable(state, strategy, name).is_none())
}

/// The last call that was made of a member for a purpose.
pub(crate) fn last_call<'a>(
    state: &'a State,
    task: &Task,
    member: &MemberName,
    purpose: Purpose,
) -> Option<(CallId, &'a Call)> {
    let mut calls = task.calls.iter().rev();
    calls.find_map(|id| {
        let call = state.call(*id)?;
        (call.member == *member && call.purpose == purpose).then_some((*id, call))
    })
}

fn answered(state: &State, task: &Task, slot: &Slot, id: CallId, answer: &Answer) -> Standing {
    if let Some(again) = slot.purpose.again() {
        return typed(state, task, slot, again, id, answer);
    }
    if slot.purpose != Purpose::Council || answer.block.is_some() {
        return Standing::Answered(id, answer.clone());
    }
    let repair = last_call(state, task, &slot.member, Purpose::Repair);
    match repair.map(|(_, call)| call.ending()) {
        None if can_be_repaired(state, task, slot, id) => Standing::Unreadable(id),
        Some(None) => Standing::Running,
        Some(Some(Ending::Answered(repaired))) => Standing::Answered(
            id,
            Answer {
                block: repaired.block.clone(),
                ..answer.clone()
            },
        ),
        None
        | Some(Some(Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted)) => {
            Standing::Answered(id, answer.clone())
        }
    }
}

/// What is wrong with an answer that has to be a thought or a plan; nothing where it can be read, or may
/// be anything.
pub(crate) fn flaw_in(
    state: &State,
    task: &Task,
    purpose: Purpose,
    answer: &Answer,
) -> Option<String> {
    let text = answer.text.as_str();
    match purpose {
        Purpose::Thought(_) | Purpose::ThoughtAgain(_) => {
            task.thinking.read(text).err().map(|flaw| flaw.to_string())
        }
        Purpose::Plan | Purpose::PlanAgain => {
            plan::read(state, text).err().map(|flaws| flaws.to_string())
        }
        Purpose::Answer
        | Purpose::Council
        | Purpose::Step(_)
        | Purpose::Repair
        | Purpose::Conclude
        | Purpose::Gather => None,
    }
}

/// How a thought or a plan stands: what cannot be read is asked for once more.
fn typed(
    state: &State,
    task: &Task,
    slot: &Slot,
    again: Purpose,
    id: CallId,
    answer: &Answer,
) -> Standing {
    let Some(flaw) = flaw_in(state, task, slot.purpose, answer) else {
        return Standing::Answered(id, answer.clone());
    };
    let what = match slot.purpose {
        Purpose::Thought(number) => format!("thought {number}"),
        Purpose::Answer
        | Purpose::Council
        | Purpose::Step(_)
        | Purpose::Repair
        | Purpose::ThoughtAgain(_)
        | Purpose::Conclude
        | Purpose::Plan
        | Purpose::PlanAgain
        | Purpose::Gather => "plan".to_owned(),
    };
    let unread = |flaw: &str, after: &str| {
        Standing::Failed(format!("its {what} cannot be read{after}: {flaw}"))
    };
    let again = last_call(state, task, &slot.member, again);
    let Some((again, call)) = again else {
        return match unusable(state, task.order.strategy, &slot.member) {
            Some(why) => Standing::Failed(why),
            None => Standing::Unreadable(id),
        };
    };
    match call.ending() {
        None => Standing::Running,
        Some(Ending::Interrupted) => match unusable(state, task.order.strategy, &slot.member) {
            Some(why) => Standing::Failed(why),
            None => Standing::Unreadable(id),
        },
        Some(Ending::Answered(second)) => match flaw_in(state, task, slot.purpose, second) {
            None => Standing::Answered(again, second.clone()),
            Some(flaw) => unread(&flaw, ", also not when asked again"),
        },
        Some(Ending::Failed { failure, .. }) => {
            let waits_for_login =
                failure.kind == FailureKind::Auth && state.login_item(&slot.member).is_some();
            if waits_for_login {
                return Standing::LoggedOut(failure.message.clone());
            }
            let repeated =
                failure.kind == FailureKind::Auth || is_repeated(state, task, call, failure);
            match unusable(state, task.order.strategy, &slot.member) {
                None if repeated => Standing::Unreadable(id),
                Some(why) if repeated => Standing::Failed(why),
                Some(_) | None => unread(
                    &flaw,
                    &format!(", and asked again it failed ({})", failure.message),
                ),
            }
        }
        Some(Ending::Cancelled { .. }) => Standing::Cancelled,
    }
}

/// Whether the conversation is still there, and its member will take calls again.
fn can_be_repaired(state: &State, task: &Task, slot: &Slot, answered: CallId) -> bool {
    let call = state.call(answered);
    let session = call.and_then(|call| state.session(call.session()));
    session.is_some_and(Session::takes_turns)
        && unusable(state, task.order.strategy, &slot.member).is_none()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Slot, Standing, login_awaited, slots, standing};
    use crate::core::fixture::{Room, name, order, said, started};
    use crate::core::retry::failures;
    use crate::core::{Command, Ending, FailureKind, Purpose, Report, Span, Strategy, TaskId};

    fn stands(room: &Room, task: TaskId) -> Vec<Standing> {
        let task = room.state.task(task).unwrap();
        let slots = slots(task);
        slots
            .iter()
            .map(|slot| standing(&room.state, task, slot))
            .collect()
    }

    #[test]
    fn a_task_that_only_a_logged_out_member_can_take_up_waits_for_that_login() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
        room.fail(calls[0], FailureKind::Auth);
        let (task, calls) = room.add(order(Strategy::Solo, &[]));
        room.fail(calls[0], FailureKind::WrongVersion);
        let task = room.state.task(task).unwrap();
        assert_eq!(
            login_awaited(&room.state, task),
            room.state.attention().next()
        );
    }

    #[test]
    fn each_strategy_has_its_slots() {
        let mut room = Room::of(&["codex", "gpt"]);
        let mut slots_of = |strategy, members: &[&str]| {
            let (task, _) = room.add(order(strategy, members));
            slots(room.state.task(task).unwrap())
        };
        let slot = |member: &str, purpose| Slot {
            member: name(member),
            purpose,
        };
        assert_eq!(
            slots_of(Strategy::Chain, &["codex", "codex"]),
            [
                slot("codex", Purpose::Step(0)),
                slot("codex", Purpose::Step(1))
            ]
        );
        assert_eq!(
            slots_of(Strategy::Race, &["gpt", "codex", "gpt"]),
            [slot("gpt", Purpose::Answer), slot("codex", Purpose::Answer)]
        );
    }

    #[test]
    fn a_passing_failure_is_tried_three_times_in_all() {
        let mut room = Room::of(&["codex"]);
        let (task, mut calls) = room.add(order(Strategy::Solo, &["codex"]));
        for _ in 0..2 {
            room.fail(calls[0], FailureKind::Overloaded);
            assert_eq!(stands(&room, task), [Standing::Again]);
            room.wait(Span::secs(60));
            calls = started(&room.follow());
            assert_eq!(stands(&room, task), [Standing::Running]);
        }
        room.report(&Report::Ended {
            call: calls[0],
            ending: crate::core::fixture::failed(FailureKind::Overloaded),
        });
        assert_eq!(
            stands(&room, task),
            [Standing::Failed("it went wrong".to_owned())]
        );
    }

    #[test]
    fn failures_of_one_step_are_not_those_of_another() {
        let mut room = Room::of(&["codex"]);
        let (task, first) = room.add(order(Strategy::Chain, &["codex", "codex"]));
        room.fail(first[0], FailureKind::Overloaded);
        room.wait(Span::secs(60));
        let again = started(&room.follow());
        room.answer(again[0], said("draft"));
        let task = room.state.task(task).unwrap();
        let of_step = |step| {
            let purpose = Purpose::Step(step);
            failures(
                &room.state,
                task,
                &name("codex"),
                purpose,
                FailureKind::is_transient,
            )
        };
        assert_eq!((of_step(0), of_step(1)), (1, 0));
    }

    #[test]
    fn an_interrupted_call_is_wanted_again_and_a_cancelled_one_is_not() {
        let mut room = Room::of(&["codex"]);
        let (task, calls) = room.add(order(Strategy::Solo, &["codex"]));
        room.report(&Report::Ended {
            call: calls[0],
            ending: Ending::Interrupted,
        });
        assert_eq!(stands(&room, task), [Standing::Wanted]);
        let again = started(&room.follow());
        room.command(&Command::CancelCall { call: again[0] });
        assert_eq!(stands(&room, task), [Standing::Cancelled]);
    }

    #[test]
    fn a_repair_that_fails_leaves_the_answer_as_it_is() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (task, calls) = room.add(order(Strategy::Council, &[]));
        let repair = started(&room.answer(calls[0], said("prose")));
        room.fail(repair[0], FailureKind::Overloaded);
        assert_eq!(
            stands(&room, task),
            [
                Standing::Answered(calls[0], said("prose")),
                Standing::Running
            ]
        );
    }
}
