//! What the operator says to an inbox item, and which answer shall stand.

use crate::core::decide::command::{open_task, resolved_by_operator};
use crate::core::decide::money::raise_budget;
use crate::core::task::order::PROMPT_MAX;
use crate::core::{
    Actor, AttentionId, Basis, CallId, Candidate, Decision, Ending, Event, Outcome, Phase, Refusal,
    Reply, Request, State, Subject, TaskId, Text,
};

pub(super) fn choose(state: &State, id: TaskId, index: usize) -> Result<Vec<Event>, Refusal> {
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

pub(super) fn decide_by_text(
    state: &State,
    id: TaskId,
    text: &Text,
) -> Result<Vec<Event>, Refusal> {
    let (candidates, attention) = deciding(state, id)?;
    if text.is_empty() {
        return Err(Refusal::EmptyPrompt);
    }
    if text.len() > PROMPT_MAX {
        return Err(Refusal::PromptTooLong {
            bytes: text.len(),
            limit: PROMPT_MAX,
        });
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

pub(super) fn answer(state: &State, id: AttentionId, reply: &Reply) -> Result<Vec<Event>, Refusal> {
    let item = state
        .attention_item(id)
        .ok_or(Refusal::NoSuchAttention { attention: id })?;
    let wrong = |why: &str| Refusal::WrongReply {
        attention: id,
        why: why.to_owned(),
    };
    match (&item.subject, reply) {
        (
            Subject::Asked {
                request: Request::Exec { .. } | Request::Patch { .. },
                ..
            },
            Reply::Fill { .. },
        ) => Err(wrong("there is no form to fill; allow or deny it")),
        (Subject::Asked { .. }, Reply::Fill { content }) if !is_object(content) => {
            Err(wrong("the filled form has to be a JSON object"))
        }
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
                "it was cut off, and the operator did not want it repeated",
            ),
        ]),
        (Subject::Interrupted { .. }, Reply::Fill { .. }) => {
            Err(wrong("allow repeats the call, deny ends the task"))
        }
        (Subject::Budget { limit }, Reply::Allow | Reply::AllowForSession) => {
            raise_budget(state, item, *limit)
        }
        (Subject::Budget { .. }, Reply::Deny { .. } | Reply::Fill { .. }) => Err(wrong(
            "allow raises the limit by as much again; until then no call starts",
        )),
    }
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

fn is_object(content: &Text) -> bool {
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(content.as_str()).is_ok()
}
