//! Questions of servers: raised, answered by the policy where it can, or by the operator.

use serde_json::{Map, Value};

use crate::core::approval::{Asker, Verdict, judge};
use crate::core::decide::command::resolved_by_operator;
use crate::core::decide::reported::stale;
use crate::core::forecast::size_of;
use crate::core::routing::{ranked, suited, unusable};
use crate::core::task::order::PROMPT_MAX;
use crate::core::{
    Actor, ApprovalPolicy, AskId, Attention, AttentionId, CallId, Event, Form, Member, MemberName,
    Refusal, Reply, Request, Resolution, State, Strategy, Subject, TaskOrder, Text, Timestamp,
};

/// How many questions of one call wait for the operator at most; further ones are denied.
pub(super) const QUESTIONS_MAX: usize = 32;

pub(super) fn set_policy(state: &State, policy: &ApprovalPolicy) -> Vec<Event> {
    if state.policy() == policy {
        return Vec::new();
    }
    vec![Event::PolicySet {
        policy: policy.clone(),
    }]
}

/// A server asks in the middle of a call.
pub(super) fn asked(
    state: &State,
    now: Timestamp,
    call: CallId,
    ask: AskId,
    request: &Request,
) -> Vec<Event> {
    let waiting = state
        .call(call)
        .filter(|call| call.ended.is_none() && !call.asked.contains(&ask));
    let session = waiting.and_then(|call| state.session(call.session));
    let Some(session) = session else {
        return stale(format!("question {ask} of {call}"));
    };
    let id = AttentionId(state.next.attention);
    let patience = now.after(state.policy().patience);
    let task = waiting.and_then(|call| state.task(call.task));
    let deadline = task.and_then(|task| task.order.deadline);
    let attention = Attention {
        id,
        subject: Subject::Asked {
            call,
            ask,
            request: request.clone(),
        },
        since: now,
        // Nobody waits for it once its task is too late.
        expires: Some(deadline.map_or(patience, |deadline| deadline.min(patience))),
    };
    let settled = |resolution| Event::AttentionResolved {
        attention: id,
        asked: Some((call, ask)),
        resolution,
    };
    let denied = |why: &str| {
        let reason = why.to_owned();
        settled(Resolution::by(Actor::Room, Reply::Deny { reason }))
    };
    let mut events = vec![Event::AttentionRaised { attention }];
    let open = state.attention().filter(
        |item| matches!(item.subject, Subject::Asked { call: waiting, .. } if waiting == call),
    );
    if open.count() >= QUESTIONS_MAX {
        events.push(denied("it asks too many things at once"));
        return events;
    }
    let asker = Asker {
        member: session.member(),
        allowed: session.allowed(),
    };
    match (judge(state.policy(), asker, request), request) {
        // Only a wish for a model is answered by lending one.
        (Verdict::Ask, _)
        | (
            Verdict::Lend { .. },
            Request::Exec { .. }
            | Request::Patch { .. }
            | Request::Form { .. }
            | Request::Url { .. }
            | Request::Tool { .. },
        ) => {}
        (Verdict::Settle { reply, rule }, _) => events.push(settled(Resolution {
            reply,
            by: Actor::Policy,
            rule: Some(rule),
        })),
        (Verdict::Lend { to }, Request::Sampling { prompt, .. }) => {
            match to.or_else(|| whom(state, session.member())) {
                Some(to) if prompt.len() <= PROMPT_MAX => {
                    events.extend(lend(state, id, to, prompt, Actor::Policy, false));
                }
                Some(_) => events.push(denied("the conversation is too long")),
                None => events.push(denied(NOBODY)),
            }
        }
    }
    events
}

const NOBODY: &str = "no other member of the room can answer it now";

/// Who answers for the room: the best of the others that can be held to reading, one that is free
/// before one that is not.
fn whom(state: &State, asker: &MemberName) -> Option<MemberName> {
    let order = TaskOrder {
        strategy: Strategy::Race,
        ..TaskOrder::new("")
    };
    let able = suited(state, order.strategy).filter(|member| {
        let name = &member.spec().name;
        name != asker && unusable(state, order.strategy, name).is_none()
    });
    let is_free =
        |member: &&Member| member.takes_calls() && state.has_room_for_call(&member.spec().name);
    let (free, busy): (Vec<&Member>, Vec<&Member>) = able.partition(is_free);
    let policy = state.learning().setting().policy_for(order.kind);
    let size = size_of(state, &order);
    let best = |members| {
        ranked(state, order.kind, policy, size, members)
            .into_iter()
            .next()
    };
    best(&free).or_else(|| best(&busy)).map(|one| one.name)
}

/// Adds the task whose result answers the item. A race of one is held to reading.
fn lend(
    state: &State,
    item: AttentionId,
    to: MemberName,
    prompt: &Text,
    by: Actor,
    lasting: bool,
) -> [Event; 2] {
    let task = state.next_task();
    let order = TaskOrder {
        strategy: Strategy::Race,
        members: vec![to],
        ..TaskOrder::new(prompt.clone())
    };
    [
        Event::TaskAdded {
            task,
            order,
            analysis: None,
        },
        Event::ModelLent {
            attention: item,
            task,
            by,
            lasting,
        },
    ]
}

/// What the operator says to a server's question.
pub(super) fn answer_question(
    state: &State,
    item: &Attention,
    reply: &Reply,
) -> Result<Vec<Event>, Refusal> {
    let Subject::Asked { call, ask, request } = &item.subject else {
        return Ok(Vec::new());
    };
    let wrong = |why: String| Refusal::WrongReply {
        attention: item.id,
        why,
    };
    match (request, reply) {
        (_, Reply::Deny { .. })
        | (
            Request::Exec { .. }
            | Request::Patch { .. }
            | Request::Url { .. }
            | Request::Tool { .. },
            Reply::Allow | Reply::AllowForSession,
        ) => {}
        (Request::Form { schema, .. }, Reply::Allow | Reply::AllowForSession) => {
            fits(schema, &Map::new()).map_err(wrong)?;
        }
        (Request::Form { schema, .. }, Reply::Fill { content }) => {
            let content = serde_json::from_str::<Map<String, Value>>(content.as_str());
            let content =
                content.map_err(|_| wrong("the filled form has to be a JSON object".to_owned()))?;
            fits(schema, &content).map_err(wrong)?;
        }
        (Request::Sampling { prompt, .. }, Reply::Allow | Reply::AllowForSession) => {
            if let Some(task) = state.lent_to(item.id) {
                return Err(wrong(format!("{task} is at work on it already")));
            }
            if prompt.len() > PROMPT_MAX {
                return Err(wrong("the conversation is too long; deny it".to_owned()));
            }
            let asker = state.call(*call).map(|call| &call.member);
            let to = asker.and_then(|asker| whom(state, asker));
            let to = to.ok_or_else(|| wrong(format!("{NOBODY}; deny it, or wait")))?;
            let lasting = *reply == Reply::AllowForSession;
            return Ok(lend(state, item.id, to, prompt, Actor::Operator, lasting).to_vec());
        }
        (
            Request::Exec { .. }
            | Request::Patch { .. }
            | Request::Url { .. }
            | Request::Sampling { .. }
            | Request::Tool { .. },
            Reply::Fill { .. },
        )
        | (_, Reply::KeepAside | Reply::Hold(_)) => {
            return Err(wrong(
                "there is no form to fill; allow or deny it".to_owned(),
            ));
        }
    }
    let asked = Some((*call, *ask));
    Ok(vec![resolved_by_operator(item.id, asked, reply.clone())])
}

/// Whether the content answers the form; the error says what is wrong with it.
fn fits(schema: &Text, content: &Map<String, Value>) -> Result<(), String> {
    let form = Form::read(schema.as_str()).map_err(|error| format!("{error}; deny it"))?;
    let faults = form.faults(content);
    if faults.is_empty() {
        return Ok(());
    }
    let each: Vec<String> = faults
        .into_iter()
        .map(|(field, fault)| format!("{field}: {fault}"))
        .collect();
    Err(each.join("; "))
}

#[cfg(test)]
mod tests;
