//! An event becomes effects. Called with the state *after* the event was folded in.

use crate::core::appraisal::to_appraise;
use crate::core::context::told;
use crate::core::digest::digest;
use crate::core::follow::standing::{flaw_in, last_call};
use crate::core::history::{history, to_digest};
use crate::core::thinking::{self, Step};
use crate::core::{
    Call, CallId, CallOrder, CheckEnd, Checked, Effect, Ending, Event, Failure, FailureKind,
    HandedOn, Health, Input, InquiryOrder, Outcome, PlanningOrder, Purpose, RecordOrder, Recorded,
    Session, SessionChange, SessionId, State, Task, TaskId, Text, ThinkingOrder, Thought,
    TurnState,
};

/// How many bytes of each earlier work are handed on where the whole was too long for the model.
const HANDED_MAX: usize = 4 * 1024;

/// What an event orders to be done.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one short arm an event")]
pub fn react(state: &State, recorded: &Recorded) -> Vec<Effect> {
    match &recorded.event {
        Event::CallStarted {
            call,
            purpose,
            inputs,
            ..
        } => Vec::from_iter(call_order(state, *call, *purpose, inputs, &recorded.event)),
        Event::CallEnded {
            call,
            ending: Ending::Cancelled { .. },
        } => cancelled(state, *call).into_iter().collect(),
        Event::AttentionResolved {
            asked: Some((call, ask)),
            resolution,
            ..
        } => {
            vec![Effect::Reply {
                call: *call,
                ask: *ask,
                reply: resolution.reply.clone(),
            }]
        }
        Event::MemberEnrolled { spec } => vec![Effect::Connect {
            spec: Box::new(spec.clone()),
        }],
        Event::MemberLeft { member } => vec![Effect::Disconnect {
            member: member.clone(),
        }],
        Event::MemberRestarted { member } => vec![Effect::Restart {
            member: member.clone(),
        }],
        Event::RoomResumed => {
            let members = state.members().map(|member| Effect::Connect {
                spec: Box::new(member.spec().clone()),
            });
            let thinking = state.open_tasks().filter_map(record);
            members.chain(thinking).collect()
        }
        Event::MemberRested { member } => vec![Effect::Rest {
            member: member.clone(),
        }],
        Event::SessionClosed { session }
        | Event::SessionChanged {
            session,
            change: SessionChange::Archived { .. } | SessionChange::Reset,
        } => put_away(state, *session).into_iter().collect(),
        Event::SessionsAsked { member }
        | Event::MemberHealthChanged {
            member,
            health: Health::Ready { .. },
        } => vec![Effect::ListSessions {
            member: member.clone(),
            asked: recorded.at,
        }],
        Event::ThoughtProposed { task, .. } => {
            state.task(*task).and_then(record).into_iter().collect()
        }
        Event::ThoughtRecorded { task, .. } => thought_enough(state, *task).into_iter().collect(),
        Event::TaskConcluded { task, .. } => thinking_over(state, *task).into_iter().collect(),
        Event::Checked {
            what: Checked::Started { check, name, .. },
        } => vec![Effect::RunCheck {
            check: *check,
            name: name.clone(),
        }],
        Event::Checked {
            what:
                Checked::Ended {
                    check,
                    end: CheckEnd::Interrupted,
                    ..
                },
        } => vec![Effect::StopCheck { check: *check }],
        Event::RoomClosed => vec![Effect::Shutdown],
        Event::RoomOpened { .. }
        | Event::BudgetSet { .. }
        | Event::UpkeepSet { .. }
        | Event::PolicySet { .. }
        | Event::AttentionWithdrawn { .. }
        | Event::ModelLent { .. }
        | Event::MemberHealthChanged { .. }
        | Event::MemberPaused { .. }
        | Event::MemberResumed { .. }
        | Event::SessionOpened { .. }
        | Event::SessionBound { .. }
        | Event::SessionUnbound { .. }
        | Event::SessionForked { .. }
        | Event::SessionChanged { .. }
        | Event::SessionsListed { .. }
        | Event::DigesterSet { .. }
        | Event::DigestOrdered { .. }
        | Event::SessionDigested { .. }
        | Event::TaskAdded { .. }
        | Event::TaskReprioritised { .. }
        | Event::TaskReworded { .. }
        | Event::TaskMoved { .. }
        | Event::TaskRelabelled { .. }
        | Event::TaskRouted { .. }
        | Event::TaskDelayed { .. }
        | Event::TaskReopened { .. }
        | Event::ThoughtsBounded { .. }
        | Event::Planned { .. }
        | Event::Appraised { .. }
        | Event::CallEnded { .. }
        | Event::AgreementFound { .. }
        | Event::ConflictFound { .. }
        | Event::KindsSet { .. }
        | Event::Checked { .. }
        | Event::RoutingSet { .. }
        | Event::Advised { .. }
        | Event::ResultRated { .. }
        | Event::LadderSet { .. }
        | Event::LadderClimbed { .. }
        | Event::VoteOpened { .. }
        | Event::InquiryMade { .. }
        | Event::InquiryAnswered { .. }
        | Event::CandidatesJoined { .. }
        | Event::OperatorVoted { .. }
        | Event::VoteClosed { .. }
        | Event::Decided { .. }
        | Event::AttentionRaised { .. }
        | Event::AttentionResolved { asked: None, .. }
        | Event::EditSettled { .. }
        | Event::ResultReplaced { .. }
        | Event::Shared { .. }
        | Event::RetentionSet { .. }
        | Event::ResultsAged { .. }
        | Event::NoteOrdered { .. }
        | Event::NoteSettled { .. }
        | Event::ReportStale { .. } => Vec::new(),
    }
}

/// The order to record the last thought of a task, while that is what the task waits for.
fn record(task: &Task) -> Option<Effect> {
    let last = task.thinking.kept().last()?;
    (task.thinking.step() == Step::Record).then(|| {
        Effect::RecordThought(Box::new(RecordOrder {
            task: task.id,
            call: last.call,
            thoughts: thoughts(task),
        }))
    })
}

fn thoughts(task: &Task) -> Vec<Thought> {
    let kept = task.thinking.kept().iter();
    kept.map(|kept| kept.thought.clone()).collect()
}

/// The tool is needed no more once the last thought is recorded, whatever comes of the task.
fn thought_enough(state: &State, task: TaskId) -> Option<Effect> {
    let thinking = &state.task(task)?.thinking;
    let enough = thinking.step() == Step::Conclude;
    enough.then_some(Effect::EndThinking { task })
}

/// A task that is over needs no tool, were it cancelled in the middle or not.
fn thinking_over(state: &State, task: TaskId) -> Option<Effect> {
    let thought = !state.task(task)?.thinking.is_empty();
    thought.then_some(Effect::EndThinking { task })
}

fn cancelled(state: &State, call: CallId) -> Option<Effect> {
    let member = state.call(call)?.member().clone();
    Some(Effect::CancelCall { call, member })
}

/// What is said to the server of a session in which no turn is made for now, if it has it. Only an
/// archived one may be brought back.
fn put_away(state: &State, id: SessionId) -> Option<Effect> {
    let session = state.session(id)?;
    let (handle, for_good) = match session.handle() {
        Some(handle) => (handle.value.as_str(), false),
        None => (session.former_handle()?, true),
    };
    Some(Effect::PutAway {
        member: session.member().clone(),
        handle: handle.to_owned(),
        for_good,
    })
}

fn call_order(
    state: &State,
    id: CallId,
    purpose: Purpose,
    inputs: &[Input],
    event: &Event,
) -> Option<Effect> {
    let Event::CallStarted { prompt, .. } = event else {
        return None;
    };
    let call = state.call(id)?;
    let task = state.task(call.task())?;
    let session = state.session(call.session())?;
    let brief = was_too_long(state, task, session);
    let handed = |input: &Input| {
        let work = handed_on(state, *input)?;
        Some(if brief {
            HandedOn {
                text: digest(&work.text, HANDED_MAX),
                ..work
            }
        } else {
            work
        })
    };
    let (known, documents) = told(state, id);
    let past = history(session, brief, told_apart(task, purpose));
    Some(Effect::StartCall(Box::new(CallOrder {
        call: id,
        task: task.id(),
        kind: task.order().kind,
        session: session.id(),
        member: session.member().clone(),
        purpose,
        access: call.access(),
        prompt: prompt.clone(),
        known,
        documents,
        inputs: inputs.iter().filter_map(handed).collect(),
        handle: session.handle().cloned(),
        former: session.former_handle().map(str::to_owned),
        origin: session.origin(state).cloned(),
        earlier: past.earlier,
        history: past.turns,
        limit: state.advice().limit(session.member()),
        deadline: task.order().deadline,
        thinking: thinking_order(state, task, call, purpose, brief),
        planning: planning_order(state, task, call).map(Box::new),
        digest: to_digest(state, task.id()).map(Box::new),
        appraisal: to_appraise(state, task.id()).map(Box::new),
        wishes: session.wishes().to_vec(),
        inquiry: InquiryOrder::of(state, task.id()).map(Box::new),
    })))
}

/// What a call of a thinking session needs besides.
fn thinking_order(
    state: &State,
    task: &Task,
    call: &Call,
    purpose: Purpose,
    brief: bool,
) -> Option<Box<ThinkingOrder>> {
    let flaw = match purpose {
        Purpose::Answer
        | Purpose::Council
        | Purpose::Step(_)
        | Purpose::Repair
        | Purpose::Plan
        | Purpose::PlanAgain
        | Purpose::Gather => return None,
        Purpose::Thought(_) | Purpose::Conclude => None,
        Purpose::ThoughtAgain(number) => flaw_before(state, task, call, Purpose::Thought(number)),
    };
    let thoughts = thoughts(task);
    Some(Box::new(ThinkingOrder {
        thoughts: if brief {
            thinking::brief(thoughts)
        } else {
            thoughts
        },
        most: task.thinking.most(),
        flaw,
    }))
}

/// What was wrong with what a member gave when it was asked for the first time.
fn flaw_before(state: &State, task: &Task, call: &Call, asked: Purpose) -> Option<String> {
    let (_, last) = last_call(state, task, call.member(), asked)?;
    match last.ending()? {
        Ending::Answered(answer) => flaw_in(state, task, asked, answer),
        Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => None,
    }
}

/// What a call needs besides that makes a plan, or one result of those of its steps.
fn planning_order(state: &State, task: &Task, call: &Call) -> Option<PlanningOrder> {
    let draft = |flaw| PlanningOrder::Draft {
        kinds: state.kinds().all().collect(),
        members: state
            .members()
            .map(|member| member.spec().name.clone())
            .collect(),
        flaw,
    };
    match call.purpose() {
        Purpose::Plan => Some(draft(None)),
        Purpose::PlanAgain => Some(draft(flaw_before(state, task, call, Purpose::Plan))),
        Purpose::Gather => {
            let plan = task.planning.plan()?;
            let placed = task.planning.placed().iter().map(|step| step.task);
            Some(PlanningOrder::Gather {
                plan: plan.clone(),
                steps: placed.collect(),
            })
        }
        Purpose::Answer
        | Purpose::Council
        | Purpose::Step(_)
        | Purpose::Repair
        | Purpose::Thought(_)
        | Purpose::ThoughtAgain(_)
        | Purpose::Conclude => None,
    }
}

fn handed_on(state: &State, input: Input) -> Option<HandedOn> {
    match input {
        Input::Answer(call) => {
            let call = state.call(call)?;
            match call.ending()? {
                Ending::Answered(answer) => Some(HandedOn {
                    from: call.member().to_string(),
                    text: answer.text.clone(),
                }),
                Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => None,
            }
        }
        Input::Result(task) => match state.task(task)?.outcome()? {
            Outcome::Done { result, .. } => Some(HandedOn {
                from: task.to_string(),
                text: result.clone(),
            }),
            Outcome::Failed { .. } | Outcome::Cancelled => None,
        },
    }
}

/// Whether a call is handed all of an earlier work, told when it begins.
pub(crate) fn is_handed_whole(state: &State, call: &Call, work: &Text) -> bool {
    let of = state.task(call.task()).zip(state.session(call.session()));
    let brief = of.is_some_and(|(task, session)| was_too_long(state, task, session));
    !brief || work.len() <= HANDED_MAX
}

/// Whether a model had no room for the conversation, or for this task, in full.
fn was_too_long(state: &State, task: &Task, session: &Session) -> bool {
    let too_long = |failure: &Failure| failure.kind == FailureKind::ContextTooLong;
    let calls = task.calls().iter().filter_map(|call| state.call(*call));
    session
        .remembered()
        .any(|turn| matches!(&turn.state, TurnState::Failed { failure, .. } if too_long(failure)))
        || calls
            .filter_map(Call::ending)
            .any(|ending| matches!(ending, Ending::Failed { failure, .. } if too_long(failure)))
}

/// The task whose own turns are not told again: a thinking session tells them as thoughts, and a planned
/// task what is needed of them.
fn told_apart(task: &Task, purpose: Purpose) -> Option<TaskId> {
    match purpose {
        Purpose::Thought(_)
        | Purpose::ThoughtAgain(_)
        | Purpose::Conclude
        | Purpose::Plan
        | Purpose::PlanAgain
        | Purpose::Gather => Some(task.id),
        Purpose::Answer | Purpose::Council | Purpose::Step(_) | Purpose::Repair => None,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::fixture::{Room, handle, name, order, said, spec, started};
    use crate::core::history::HISTORY_MAX;
    use crate::core::{
        Access, CallOrder, Command, Effect, Event, HandedOn, PastTurn, Purpose, Reach, Recorded,
        SessionId, Strategy, TaskKind, TaskOrder, Text, Timestamp, react, resume,
    };

    #[test]
    fn a_call_is_ordered_with_all_that_is_needed() {
        let mut room = Room::with(&[("codex", Reach::Sandboxed)]);
        let (task, calls) = room.add(TaskOrder {
            deadline: Some(Timestamp(u64::MAX)),
            kind: TaskKind::Code,
            ..TaskOrder::new("why?")
        });
        assert_eq!(
            room.last_order(),
            CallOrder {
                call: calls[0],
                task,
                kind: TaskKind::Code,
                session: SessionId(1),
                member: name("codex"),
                purpose: Purpose::Answer,
                access: Access::Write,
                prompt: Text::from("why?"),
                known: Vec::new(),
                documents: Vec::new(),
                inputs: Vec::new(),
                handle: None,
                former: None,
                origin: None,
                earlier: None,
                history: Vec::new(),
                limit: None,
                deadline: Some(Timestamp(u64::MAX)),
                thinking: None,
                planning: None,
                digest: None,
                appraisal: None,
                wishes: Vec::new(),
                inquiry: None,
            }
        );
    }

    #[test]
    fn earlier_work_is_handed_on() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (first, calls) = room.add(TaskOrder::new("a"));
        room.answer(calls[0], said("groundwork"));
        let (_, draft) = room.add(TaskOrder {
            after: vec![first],
            ..order(Strategy::Chain, &["codex", "gpt"])
        });
        let handed = |from: &str, text: &str| HandedOn {
            from: from.to_owned(),
            text: Text::from(text),
        };
        assert_eq!(room.last_order().inputs, [handed("#1", "groundwork")]);
        room.answer(draft[0], said("draft"));
        assert_eq!(
            room.last_order().inputs,
            [handed("#1", "groundwork"), handed("codex", "draft")]
        );
    }

    #[test]
    fn every_order_carries_the_earlier_answers_for_servers_that_forgot() {
        let mut room = Room::of(&["codex"]);
        for text in ["one", "two"] {
            let (_, calls) = room.add(TaskOrder::new(text));
            room.answer(calls[0], said(text));
        }
        let (_, failing) = room.add(TaskOrder::new("three"));
        room.fail(failing[0], crate::core::FailureKind::Refused);
        let (_, calls) = room.add(TaskOrder::new("four"));
        let past = |text: &str| PastTurn {
            prompt: Text::from(text),
            answer: Text::from(text),
        };
        assert_eq!(room.last_order().history, [past("one"), past("two")]);
        room.bind(calls[0], "thread-1");
        room.answer(calls[0], said("four"));
        room.add(TaskOrder::new("five"));
        let order = room.last_order();
        assert_eq!(
            (order.handle, order.history),
            (
                Some(handle("thread-1")),
                vec![past("one"), past("two"), past("four")]
            )
        );
    }

    #[test]
    fn a_digest_is_bounded_and_keeps_the_latest_turns() {
        let mut room = Room::of(&["codex"]);
        for number in 0..20 {
            let (_, calls) = room.add(TaskOrder::new("a"));
            room.answer(calls[0], said(&format!("{number:08}").repeat(600)));
        }
        room.add(TaskOrder::new("b"));
        let history = room.last_order().history;
        let size = |turn: &PastTurn| turn.prompt.len() + turn.answer.len();
        let total: usize = history.iter().map(size).sum();
        assert!(total <= HISTORY_MAX && history.len() > 5, "{total}");
        let latest = history.last().unwrap().answer.as_str();
        assert!(latest.starts_with("00000019"), "{latest}");
    }

    #[test]
    fn servers_come_and_go_with_their_members_and_with_the_room() {
        let mut room = Room::of(&["codex"]);
        let connect = Effect::Connect {
            spec: Box::new(spec("codex", Reach::Text)),
        };
        room.fold(resume(&room.state, room.now, "ignored"));
        room.command(&Command::Dismiss {
            member: name("codex"),
        });
        let member = name("codex");
        assert_eq!(room.effects, [connect, Effect::Disconnect { member }]);
    }

    #[test]
    fn most_events_order_nothing() {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(TaskOrder::new("a"));
        assert_eq!(calls.len(), 1);
        room.effects.clear();
        assert_eq!(started(&room.answer(calls[0], said("done"))), []);
        room.fold(vec![Event::ReportStale {
            about: "something".to_owned(),
        }]);
        assert_eq!(room.effects, []);
        let unknown = Recorded {
            seq: 99,
            at: room.now,
            event: Event::CallEnded {
                call: crate::core::CallId(99),
                ending: crate::core::fixture::cancelled(),
            },
        };
        assert_eq!(react(&room.state, &unknown), []);
    }
}
