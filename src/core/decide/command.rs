//! Commands of the operator.

use crate::core::decide::{cancel_call, cancel_calls};
use crate::core::routing::works_together;
use crate::core::task::{Strategy, order::PROMPT_MAX};
use crate::core::{
    Actor, Attention, AttentionId, Basis, Budget, CallId, Candidate, Command, Decision, Ending,
    Event, Limit, MemberName, MemberSpec, Outcome, Phase, Reach, Refusal, Reply, Resolution,
    SessionId, Span, State, Subject, Task, TaskId, TaskOrder, Text,
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
        Command::SetPriority { task, priority } => {
            open_task(state, *task)?;
            Ok(vec![Event::TaskReprioritised {
                task: *task,
                priority: *priority,
            }])
        }
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
        Command::RestartMember { member } => {
            known_member(state, member)?;
            Ok(vec![Event::MemberRestarted {
                member: member.clone(),
            }])
        }
        Command::SetBudget(budget) => Ok(set_budget(state, *budget)),
        Command::CloseRoom => Ok(close_room(state)),
    }
}

fn add_task(state: &State, order: &TaskOrder) -> Result<Vec<Event>, Refusal> {
    check_order(state, order)?;
    Ok(vec![Event::TaskAdded {
        task: state.next_task(),
        order: order.clone(),
    }])
}

fn check_order(state: &State, order: &TaskOrder) -> Result<(), Refusal> {
    if order.prompt.is_empty() {
        return Err(Refusal::EmptyPrompt);
    }
    if order.prompt.len() > PROMPT_MAX {
        return Err(Refusal::PromptTooLong {
            bytes: order.prompt.len(),
            limit: PROMPT_MAX,
        });
    }
    if state.members.is_empty() {
        return Err(Refusal::NoMembers);
    }
    for name in &order.members {
        let member = known_member(state, name)?;
        if works_together(order.strategy) && member.spec().reach == Reach::Unguarded {
            return Err(Refusal::Unguarded {
                member: name.clone(),
            });
        }
    }
    let available = if order.members.is_empty() {
        state.members.len()
    } else {
        order.members.len()
    };
    if order.strategy != Strategy::Solo && available < 2 {
        return Err(Refusal::TooFewMembers {
            strategy: order.strategy.word().to_owned(),
        });
    }
    let unknown = order
        .after
        .iter()
        .find(|task| **task >= state.next_task() || task.0 == 0);
    match unknown {
        Some(task) => Err(Refusal::NoSuchTask { task: *task }),
        None => Ok(()),
    }
}

fn cancel_task(state: &State, id: TaskId) -> Result<Vec<Event>, Refusal> {
    let task = open_task(state, id)?;
    let mut events = cancel_calls(state, task);
    events.push(Event::TaskConcluded {
        task: id,
        outcome: Outcome::Cancelled,
    });
    Ok(events)
}

fn retry_task(state: &State, id: TaskId) -> Result<Vec<Event>, Refusal> {
    let task = state.task(id).ok_or(Refusal::NoSuchTask { task: id })?;
    match task.outcome() {
        Some(Outcome::Failed { .. } | Outcome::Cancelled) => {
            let order = TaskOrder {
                deadline: None,
                ..task.order.clone()
            };
            check_order(state, &order)?;
            Ok(vec![Event::TaskReopened { task: id, order }])
        }
        Some(Outcome::Done { .. }) | None => Err(Refusal::NotRetryable { task: id }),
    }
}

fn choose(state: &State, id: TaskId, index: usize) -> Result<Vec<Event>, Refusal> {
    let (candidates, attention) = deciding(state, id)?;
    let candidate = candidates.get(index).ok_or(Refusal::NoSuchCandidate {
        task: id,
        candidate: index,
    })?;
    let text = candidate
        .calls
        .first()
        .and_then(|call| answer_text(state, *call));
    let result = text.ok_or(Refusal::NoSuchCandidate {
        task: id,
        candidate: index,
    })?;
    let decision = Decision {
        chosen: Some(index),
        text: None,
        by: Actor::Operator,
    };
    Ok(settled(
        id,
        attention,
        decision,
        result,
        candidate.calls.clone(),
    ))
}

fn decide_by_text(state: &State, id: TaskId, text: &Text) -> Result<Vec<Event>, Refusal> {
    let (candidates, attention) = deciding(state, id)?;
    if text.is_empty() {
        return Err(Refusal::EmptyPrompt);
    }
    let from = candidates
        .iter()
        .flat_map(|candidate| candidate.calls.iter().copied())
        .collect();
    let decision = Decision {
        chosen: None,
        text: Some(text.clone()),
        by: Actor::Operator,
    };
    Ok(settled(id, attention, decision, text.clone(), from))
}

fn settled(
    task: TaskId,
    attention: AttentionId,
    decision: Decision,
    result: Text,
    from: Vec<CallId>,
) -> Vec<Event> {
    vec![
        Event::Decided { task, decision },
        resolved_by_operator(attention, None, Reply::Allow),
        Event::TaskConcluded {
            task,
            outcome: Outcome::Done {
                result,
                from,
                basis: Basis::Operator,
            },
        },
    ]
}

fn answer(state: &State, id: AttentionId, reply: &Reply) -> Result<Vec<Event>, Refusal> {
    let item = state
        .attention_item(id)
        .ok_or(Refusal::NoSuchAttention { attention: id })?;
    let wrong = |why: &str| Refusal::WrongReply {
        attention: id,
        why: why.to_owned(),
    };
    match (&item.subject, reply) {
        (Subject::Asked { call, ask, .. }, _) => Ok(vec![resolved_by_operator(
            id,
            Some((*call, *ask)),
            reply.clone(),
        )]),
        (Subject::Choice { task }, Reply::Deny { .. }) => Ok(vec![
            resolved_by_operator(id, None, reply.clone()),
            failed(
                *task,
                "the answers differ and the operator took none of them",
            ),
        ]),
        (Subject::Choice { .. }, Reply::Allow | Reply::AllowForSession | Reply::Fill { .. }) => {
            Err(wrong(
                "choose one of the candidates, write the result, or deny to take none",
            ))
        }
        (Subject::Interrupted { .. }, Reply::Allow | Reply::AllowForSession) => {
            Ok(vec![resolved_by_operator(id, None, reply.clone())])
        }
        (Subject::Interrupted { task }, Reply::Deny { .. }) => Ok(vec![
            resolved_by_operator(id, None, reply.clone()),
            failed(
                *task,
                "it was interrupted when the room ended, and the operator did not want it repeated",
            ),
        ]),
        (Subject::Interrupted { .. }, Reply::Fill { .. }) => {
            Err(wrong("allow repeats the call, deny ends the task"))
        }
        (Subject::Budget { limit }, Reply::Allow | Reply::AllowForSession) => {
            Ok(raise_budget(state, item, *limit))
        }
        (Subject::Budget { .. }, Reply::Deny { .. } | Reply::Fill { .. }) => Err(wrong(
            "allow raises the limit by as much again; until then no call starts",
        )),
    }
}

/// Allowing more spends the limit once more on top of what was spent.
fn raise_budget(state: &State, item: &Attention, limit: Limit) -> Vec<Event> {
    let Spend {
        tokens,
        micro_usd,
        time,
    } = spent(state);
    let mut budget = state.budget;
    match limit {
        Limit::Tokens => budget.tokens = budget.tokens.map(|more| tokens.saturating_add(more)),
        Limit::Money => {
            budget.micro_usd = budget.micro_usd.map(|more| micro_usd.saturating_add(more))
        }
        Limit::Time => budget.time = budget.time.map(|more| Span(time.saturating_add(more.0))),
    }
    vec![
        Event::BudgetSet { budget },
        resolved_by_operator(item.id, None, Reply::Allow),
    ]
}

struct Spend {
    tokens: u64,
    micro_usd: u64,
    time: u64,
}

fn spent(state: &State) -> Spend {
    Spend {
        tokens: state.spend.tokens,
        micro_usd: state.spend.micro_usd,
        time: state.spend.time.0,
    }
}

fn set_budget(state: &State, budget: Budget) -> Vec<Event> {
    let mut events = vec![Event::BudgetSet { budget }];
    // The room raises it again at the next call if the new limits are used up as well.
    if let Some((id, _)) = state.budget_item() {
        events.push(resolved_by_operator(id, None, Reply::Allow));
    }
    events
}

fn open_session(state: &State, member: &MemberName, title: &str) -> Result<Vec<Event>, Refusal> {
    known_member(state, member)?;
    let session = SessionId(state.next.session);
    let title = if title.trim().is_empty() {
        session.to_string()
    } else {
        title.trim().to_owned()
    };
    Ok(vec![Event::SessionOpened {
        session,
        member: member.clone(),
        title,
    }])
}

fn close_session(state: &State, id: SessionId) -> Result<Vec<Event>, Refusal> {
    let session = state.session(id).filter(|session| !session.is_closed());
    let session = session.ok_or(Refusal::NoSuchSession { session: id })?;
    if session.busy().is_some() {
        return Err(Refusal::Busy {
            what: format!("session {id}"),
        });
    }
    Ok(vec![Event::SessionClosed { session: id }])
}

fn enroll(state: &State, spec: &MemberSpec) -> Result<Vec<Event>, Refusal> {
    let bad = |why: &str| Refusal::BadMember {
        member: spec.name.clone(),
        why: why.to_owned(),
    };
    if spec.parallel == 0 {
        return Err(bad("`parallel` is at least 1"));
    }
    if spec
        .strengths
        .values()
        .any(|share| !(0.0..=1.0).contains(share))
    {
        return Err(bad("strengths are between 0 and 1"));
    }
    if state
        .member(&spec.name)
        .is_some_and(|known| known.spec == *spec)
    {
        return Ok(Vec::new());
    }
    Ok(vec![Event::MemberEnrolled { spec: spec.clone() }])
}

fn dismiss(state: &State, name: &MemberName) -> Result<Vec<Event>, Refusal> {
    known_member(state, name)?;
    if state.load(name) > 0 {
        return Err(Refusal::Busy {
            what: name.to_string(),
        });
    }
    Ok(vec![Event::MemberLeft {
        member: name.clone(),
    }])
}

fn close_room(state: &State) -> Vec<Event> {
    let in_flight = state.calls_in_flight().map(|(call, _)| Event::CallEnded {
        call,
        ending: Ending::Interrupted,
    });
    in_flight.chain([Event::RoomClosed]).collect()
}

fn known_member<'a>(
    state: &'a State,
    name: &MemberName,
) -> Result<&'a crate::core::Member, Refusal> {
    state.member(name).ok_or_else(|| Refusal::NoSuchMember {
        member: name.clone(),
    })
}

fn open_task(state: &State, id: TaskId) -> Result<&Task, Refusal> {
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

fn deciding(state: &State, id: TaskId) -> Result<(&[Candidate], AttentionId), Refusal> {
    match &open_task(state, id)?.phase {
        Phase::Deciding {
            candidates,
            attention,
        } => Ok((candidates, *attention)),
        Phase::Queued | Phase::Working | Phase::Held { .. } | Phase::Ended { .. } => {
            Err(Refusal::NothingToChoose { task: id })
        }
    }
}

/// The text of an answered call.
fn answer_text(state: &State, call: CallId) -> Option<Text> {
    match state.call(call)?.ending()? {
        Ending::Answered(answer) => Some(answer.text.clone()),
        Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => None,
    }
}

fn failed(task: TaskId, why: &str) -> Event {
    Event::TaskConcluded {
        task,
        outcome: Outcome::Failed {
            why: why.to_owned(),
        },
    }
}

fn resolved_by_operator(
    attention: AttentionId,
    asked: Option<(CallId, crate::core::AskId)>,
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
