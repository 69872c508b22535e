//! Takes the first task of the queue for which something can begin: routes it, finds or opens a
//! session, and starts one call. Ends tasks that nobody can ever begin.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::core::context::choose;
use crate::core::follow::standing::{Slot, Standing, slots, standing};
use crate::core::forecast::{foretold, size_of_task};
use crate::core::ladder::asked_about;
use crate::core::lesson::Shared;
use crate::core::routing::{Routing, access, can_begin, route_task};
use crate::core::task::Place;
use crate::core::{
    Access, Attention, AttentionId, CallId, Contest, Event, Input, MemberName, Outcome, Phase,
    Purpose, Session, SessionId, State, Strategy, Subject, Task, Timestamp,
};

/// The next start, or the end of a task that can never start.
pub(super) fn next(state: &State, now: Timestamp) -> Vec<Event> {
    let broken = broken(state);
    if !broken.is_empty() {
        return broken;
    }
    let under_way = state
        .routed_tasks()
        .filter(|task| matches!(task.phase, Phase::Queued | Phase::Working));
    let under_way = under_way.map(|task| state.queue.place(task.id, &task.order));
    let places: BTreeSet<Place> = under_way.chain(state.queue.heads()).collect();
    let mut tasks = places.into_iter().filter_map(|(_, _, id)| state.task(id));
    tasks
        .find_map(|task| Some(begin(state, now, task)).filter(|events| !events.is_empty()))
        .unwrap_or_default()
}

fn begin(state: &State, now: Timestamp, task: &Task) -> Vec<Event> {
    if task.council.is_empty() {
        return admit(state, now, task);
    }
    wanted(state, now, task).map_or_else(Vec::new, |start| {
        within_budget(state, now, || start.into_events(state, now, task))
    })
}

/// The end of the first task that waited for one that ended without a result.
fn broken(state: &State) -> Vec<Event> {
    let Some(task) = state.queue.broken().find_map(|id| state.task(id)) else {
        return Vec::new();
    };
    let mut after = task.order.after.iter();
    let on = after.find(|on| {
        let outcome = state.task(**on).and_then(Task::outcome);
        matches!(outcome, Some(Outcome::Failed { .. } | Outcome::Cancelled))
    });
    let why = match on {
        Some(on) => format!("it waited for {on}, which ended without a result"),
        None => "it waited for a task that ended without a result".to_owned(),
    };
    vec![given_up(task, why)]
}

fn given_up(task: &Task, why: String) -> Event {
    Event::TaskConcluded {
        task: task.id,
        outcome: Outcome::Failed { why },
    }
}

/// Gives a task its members.
fn admit(state: &State, now: Timestamp, task: &Task) -> Vec<Event> {
    match route_task(state, task, &[]) {
        Routing::Now(routed) => within_budget(state, now, || {
            let forecast = foretold(state, &task.order, size_of_task(state, task), &routed);
            vec![Event::TaskRouted {
                task: task.id,
                council: routed.council,
                because: routed.because,
                route: routed.route.map(Box::new),
                convened: routed.convened.map(Box::new),
                forecast: (!task.is_the_rooms()).then_some(forecast),
            }]
        }),
        Routing::Later => Vec::new(),
        Routing::Never(why) => vec![given_up(task, why)],
    }
}

/// What begins, or one inbox item in its place when the budget is used up.
fn within_budget(state: &State, now: Timestamp, begin: impl FnOnce() -> Vec<Event>) -> Vec<Event> {
    let Some(limit) = state.spend.exhausted(&state.budget, now) else {
        return begin();
    };
    if state.budget_item().is_some() {
        return Vec::new();
    }
    let attention = Attention {
        id: AttentionId(state.next.attention),
        subject: Subject::Budget { limit },
        since: now,
        expires: None,
    };
    vec![Event::AttentionRaised { attention }]
}

/// A call that can be made now.
struct Start {
    member: MemberName,
    purpose: Purpose,
    access: Access,
    session: Option<SessionId>,
    inputs: Vec<Input>,
}

fn wanted(state: &State, now: Timestamp, task: &Task) -> Option<Start> {
    let chain = task.order.strategy == Strategy::Chain;
    let before = task.order.after.iter().copied();
    let steps = task.planning.placed().iter().map(|step| step.task);
    let mut inputs: Vec<Input> = before.chain(steps).map(Input::Result).collect();
    for slot in &slots(task) {
        let start = match standing(state, task, slot) {
            Standing::Wanted => fresh(state, task, slot, &inputs),
            Standing::Again if task.not_before <= now => fresh(state, task, slot, &inputs),
            Standing::Unreadable(call) => again(state, now, task, slot, call, &inputs),
            Standing::Answered(call, _) if chain => {
                inputs.push(Input::Answer(call));
                continue;
            }
            Standing::Again
            | Standing::Running
            | Standing::Answered(..)
            | Standing::LoggedOut(_)
            | Standing::Failed(_)
            | Standing::Cancelled => None,
        };
        // A step of a chain waits for the one before it.
        if start.is_some() || chain {
            return start;
        }
    }
    None
}

fn fresh(state: &State, task: &Task, slot: &Slot, inputs: &[Input]) -> Option<Start> {
    let strategy = task.order.strategy;
    let member = state
        .member(&slot.member)
        .filter(|member| can_begin(state, strategy, member))?;
    // What a foreign server or the room asks and is told stays apart from the operator's conversations.
    let apart = state.knowledge.apart.contains(&task.id);
    let idle = state.sessions().filter(|session| {
        !apart
            && session.member() == &slot.member
            && session.busy().is_none()
            && session.takes_turns()
    });
    // The one that the operator chose last, else the oldest.
    let idle = idle.max_by_key(|session| (session.chosen(), Reverse(session.id())));
    Some(Start {
        member: slot.member.clone(),
        purpose: slot.purpose,
        access: access(strategy, member.spec().reach),
        session: idle.map(Session::id),
        inputs: inputs.to_vec(),
    })
}

/// Asks once more for what could not be read. For a thought or a plan everything is said again, and also
/// that may have failed before for a passing reason.
fn again(
    state: &State,
    now: Timestamp,
    task: &Task,
    slot: &Slot,
    call: CallId,
    inputs: &[Input],
) -> Option<Start> {
    match slot.purpose.again() {
        Some(_) if task.not_before > now => None,
        Some(purpose) => {
            let again = Slot {
                purpose,
                ..slot.clone()
            };
            fresh(state, task, &again, inputs)
        }
        None => repair(state, slot, call),
    }
}

/// A repair goes to the session that gave the answer, once that is idle. Where another turn came in
/// between, the answer is handed on, so that it is clear which one is meant.
fn repair(state: &State, slot: &Slot, call: CallId) -> Option<Start> {
    let session = state.session(state.call(call)?.session())?;
    let ready =
        session.busy().is_none() && session.takes_turns() && state.has_room_for_call(&slot.member);
    let latest = session.remembered().next_back().map(|turn| turn.call);
    let inputs = if latest == Some(call) {
        Vec::new()
    } else {
        vec![Input::Answer(call)]
    };
    ready.then(|| Start {
        member: slot.member.clone(),
        purpose: Purpose::Repair,
        access: Access::Read,
        session: Some(session.id()),
        inputs,
    })
}

impl Start {
    fn into_events(self, state: &State, now: Timestamp, task: &Task) -> Vec<Event> {
        let mut events = Vec::new();
        let known = self.session.and_then(|session| state.session(session));
        let shown = choose(state, now, task, known, &self.member, self.purpose);
        let session = self.session.unwrap_or_else(|| {
            let session = SessionId(state.next.session);
            let of_member = state.sessions().filter(|one| *one.member() == self.member);
            let digested = state.digests.session_of(task.id);
            let disputed = asked_about(state, task.id).map(Contest::task);
            let appraised = state.appraisals.asked_by(task.id);
            let title = match (digested, disputed, appraised, 1 + of_member.count()) {
                (Some(digested), ..) => format!("digest of {digested}"),
                (None, Some(disputed), ..) => format!("judges {disputed}"),
                (None, None, Some(appraised), _) => format!("looks at {appraised}"),
                (None, None, None, 1) => Session::FIRST_TITLE.to_owned(),
                (None, None, None, number) => number.to_string(),
            };
            events.push(Event::SessionOpened {
                session,
                member: self.member.clone(),
                title,
            });
            session
        });
        let call = CallId(state.next.call);
        if !shown.is_empty() {
            events.push(Event::Shared {
                what: Shared::ContextChosen { call, shown },
            });
        }
        events.push(Event::CallStarted {
            call,
            task: task.id,
            session,
            purpose: self.purpose,
            access: self.access,
            prompt: task.order.prompt.clone(),
            inputs: self.inputs,
        });
        events
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::fixture::{Room, name, order, said, spec, started, starts, used};
    use crate::core::forecast::Forecast;
    use crate::core::routing::{Routing, route};
    use crate::core::{
        Access, Budget, CallId, Command, Event, FailureKind, Input, Limit, MemberSpec, Outcome,
        Period, Phase, Priority, Purpose, Reach, SessionId, Strategy, Subject, TaskId, TaskOrder,
        Text,
    };

    fn failed(task: TaskId, why: &str) -> Event {
        Event::TaskConcluded {
            task,
            outcome: Outcome::Failed {
                why: why.to_owned(),
            },
        }
    }

    #[test]
    fn a_task_is_routed_and_its_call_begins_in_a_new_session() {
        let mut room = Room::with(&[("codex", Reach::Sandboxed)]);
        room.command(&Command::AddTask(TaskOrder::new("why?")));
        let because = "codex: expected 0.50 on general, n = 0.0, 0 in flight".to_owned();
        let Routing::Now(routed) = route(&room.state, &TaskOrder::new("why?"), &[]) else {
            panic!("nobody");
        };
        let route = routed.route.map(Box::new);
        assert_eq!(route.as_ref().unwrap().considered[0].member, name("codex"));
        assert_eq!(
            room.follow(),
            [
                Event::TaskRouted {
                    task: TaskId(1),
                    council: vec![name("codex")],
                    because,
                    route,
                    convened: None,
                    forecast: Some(Forecast::default()),
                },
                Event::SessionOpened {
                    session: SessionId(1),
                    member: name("codex"),
                    title: "main".to_owned(),
                },
                Event::CallStarted {
                    call: CallId(1),
                    task: TaskId(1),
                    session: SessionId(1),
                    purpose: Purpose::Answer,
                    access: Access::Write,
                    prompt: Text::from("why?"),
                    inputs: Vec::new(),
                },
            ]
        );
    }

    #[test]
    fn urgent_tasks_go_first_and_a_member_takes_no_more_than_it_may() {
        let mut room = Room::of(&["codex"]);
        let (_, first) = room.add(TaskOrder::new("a"));
        let (normal, none) = room.add(TaskOrder::new("b"));
        assert_eq!(none, []);
        let (urgent, _) = room.add(TaskOrder {
            priority: Priority::Urgent,
            ..TaskOrder::new("c")
        });
        room.answer(first[0], said("yes"));
        let phases = (room.phase(urgent), room.phase(normal));
        assert_eq!(phases, (&Phase::Working, &Phase::Queued));
    }

    #[test]
    fn only_one_call_at_a_time_may_change_files() {
        let mut room = Room::with(&[("codex", Reach::Sandboxed), ("claude", Reach::Sandboxed)]);
        let (_, first) = room.add(order(Strategy::Solo, &["codex"]));
        let (_, second) = room.add(order(Strategy::Solo, &["claude"]));
        assert_eq!((first.len(), second.len()), (1, 0));
        // Reading is always possible.
        let (_, race) = room.add(order(Strategy::Race, &["codex", "claude"]));
        assert_eq!(race.len(), 1);
        assert_eq!(room.state.call(race[0]).unwrap().access(), Access::Read);
    }

    #[test]
    fn a_task_waits_for_another_and_is_given_its_result() {
        let mut room = Room::of(&["codex"]);
        let (first, calls) = room.add(TaskOrder::new("a"));
        let after = TaskOrder {
            after: vec![first],
            ..TaskOrder::new("b")
        };
        let (second, none) = room.add(after);
        assert_eq!(none, []);
        let events = room.answer(calls[0], said("result"));
        assert_eq!(
            room.state.calls_in_flight().next().unwrap().1.task(),
            second
        );
        let handed = (CallId(2), Purpose::Answer, vec![Input::Result(first)]);
        assert_eq!(starts(&events), [handed]);
    }

    #[test]
    fn a_task_whose_dependency_failed_fails_even_while_all_are_busy() {
        let mut room = Room::of(&["codex"]);
        room.add(TaskOrder::new("busy"));
        let (first, _) = room.add(TaskOrder::new("a"));
        let (second, _) = room.add(TaskOrder {
            after: vec![first],
            ..TaskOrder::new("b")
        });
        room.command(&Command::CancelTask { task: first });
        let why = "it waited for #2, which ended without a result";
        assert_eq!(room.follow(), [failed(second, why)]);
    }

    #[test]
    fn a_used_up_budget_stops_the_next_call_and_asks_once() {
        let mut room = Room::of(&["codex"]);
        room.command(&Command::SetBudget(Budget {
            tokens: Some(100),
            per: Period::Room,
            ..Budget::default()
        }));
        let (_, calls) = room.add(TaskOrder::new("a"));
        let (waiting, _) = room.add(TaskOrder::new("b"));
        let events = room.answer(calls[0], used(100));
        assert_eq!(started(&events), []);
        let items: Vec<_> = room.state.attention().map(|item| &item.subject).collect();
        let limit = Limit::Tokens;
        assert_eq!(items, [&Subject::Budget { limit }]);
        assert_eq!(room.follow(), []);
        assert_eq!(*room.phase(waiting), Phase::Queued);
    }

    #[test]
    fn steps_of_a_chain_hand_on_what_came_before() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (_, first) = room.add(order(Strategy::Chain, &["codex", "gpt"]));
        let events = room.answer(first[0], said("draft"));
        let handed = (CallId(2), Purpose::Step(1), vec![Input::Answer(first[0])]);
        assert_eq!(starts(&events), [handed]);
    }

    #[test]
    fn an_unreadable_answer_is_repaired_in_the_session_that_gave_it() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (task, calls) = room.add(order(Strategy::Council, &[]));
        let session = room.state.call(calls[0]).unwrap().session();
        assert_eq!(
            room.answer(calls[0], said("prose")),
            [Event::CallStarted {
                call: CallId(3),
                task,
                session,
                purpose: Purpose::Repair,
                access: Access::Read,
                prompt: Text::from("why?"),
                inputs: Vec::new(),
            }]
        );
    }

    #[test]
    fn a_repair_after_another_turn_is_handed_the_answer_that_is_meant() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (_, calls) = room.add(order(Strategy::Council, &[]));
        let (_, none) = room.add(TaskOrder {
            priority: Priority::Urgent,
            ..order(Strategy::Solo, &["codex"])
        });
        assert_eq!(none, []);
        let between = started(&room.answer(calls[0], said("prose")));
        let events = room.answer(between[0], said("done"));
        let handed = (CallId(4), Purpose::Repair, vec![Input::Answer(calls[0])]);
        assert_eq!(starts(&events), [handed]);
    }

    #[test]
    fn only_the_call_that_failed_waits_for_the_pause() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (_, busy) = room.add(order(Strategy::Solo, &["gpt"]));
        let (_, calls) = room.add(order(Strategy::Council, &["codex", "gpt"]));
        assert_eq!(room.fail(calls[0], FailureKind::Overloaded), []);
        // The other member is not held back by it.
        assert_eq!(started(&room.answer(busy[0], said("done"))).len(), 1);
        let due = room.state.next_wakeup(room.now).unwrap();
        assert!((2_000..=2_500).contains(&due.since(room.now).0));
        room.now = due;
        assert_eq!(started(&room.follow()).len(), 1);
        assert_eq!(room.state.next_wakeup(room.now), None);
    }

    #[test]
    fn a_task_for_members_that_are_gone_fails_and_says_why() {
        let mut room = Room::of(&["codex", "gpt"]);
        room.add(order(Strategy::Solo, &["gpt"]));
        room.add(order(Strategy::Solo, &["codex"]));
        let (task, _) = room.add(order(Strategy::Solo, &["codex"]));
        room.state.members.remove(&name("codex"));
        room.state
            .members
            .get_mut(&name("gpt"))
            .unwrap()
            .spec
            .parallel = 2;
        let why = "codex: it is no member any more";
        assert!(room.follow().contains(&failed(task, why)));
    }

    #[test]
    fn a_council_with_one_member_up_fails_and_with_one_restarting_waits() {
        let mut room = Room::of(&["codex", "gpt"]);
        room.down("gpt");
        let task = room.state.next_task();
        room.command(&Command::AddTask(order(Strategy::Council, &[])));
        let why = "a council needs two members, and only codex is up \
                   (gpt: it is down: no such program)";
        assert_eq!(room.follow(), [failed(task, why)]);
        room.state.members.get_mut(&name("gpt")).unwrap().health =
            crate::core::Health::Restarting {
                why: "exited".to_owned(),
                at: room.now,
            };
        room.command(&Command::AddTask(order(Strategy::Council, &[])));
        assert_eq!(room.follow(), []);
    }

    #[test]
    fn unnamed_tasks_are_spread_over_those_who_are_free() {
        let mut room = Room::of(&["codex", "gpt"]);
        room.command(&Command::Enroll(MemberSpec {
            parallel: 2,
            ..spec("codex", Reach::Sandboxed)
        }));
        // The writer occupies files, so the second task goes to the one who only reads.
        let (_, first) = room.add(order(Strategy::Solo, &["codex"]));
        let (_, second) = room.add(TaskOrder::new("b"));
        let who = |call: CallId| room.state.call(call).unwrap().member().clone();
        assert_eq!(
            (who(first[0]), who(second[0])),
            (name("codex"), name("gpt"))
        );
    }
}
