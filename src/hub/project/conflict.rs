//! `conflicts/<task>.json`: the distinct answers of a council, and how it was settled.
//!
//! While it is open the state has the candidates; afterwards they are found again in the same way
//! from the answers, which the state still has.

use serde_json::{Map, Value, json};

use super::{calls, plain, time};
use crate::core::conflict::detect::candidates;
use crate::core::{
    Answer, Basis, CallId, Candidate, Ending, MemberName, Outcome, Phase, Purpose, State, Strategy,
    Task, Timestamp,
};
use crate::hub::document::DocumentName;

/// How many bytes of each answer are shown, in as many parts as that takes.
const ANSWER_SHOWN: usize = 512 * 1024;

pub(super) fn exists(state: &State, task: &Task) -> bool {
    found(state, task).is_some()
}

pub(super) fn fields(state: &State, task: &Task) -> Option<Map<String, Value>> {
    let (candidates, standing) = found(state, task)?;
    let listed: Vec<Value> = candidates
        .iter()
        .zip('A'..='Z')
        .map(|(one, letter)| candidate(state, one, letter))
        .collect();
    let mut fields = Map::new();
    fields.insert("task".to_owned(), json!(task.id().0));
    fields.insert(
        "prompt".to_owned(),
        json!(plain::excerpt(&task.order().prompt, 1000)),
    );
    fields.insert("state".to_owned(), json!(standing.word()));
    fields.insert(
        "decision".to_owned(),
        decision(task, &candidates, &standing),
    );
    fields.insert("candidates".to_owned(), json!(listed));
    Some(fields)
}

/// How a conflict stands.
enum Standing {
    Open,
    Settled { at: Timestamp, from: Vec<CallId> },
    Dropped { at: Timestamp },
}

impl Standing {
    fn word(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Settled { .. } => "settled",
            Self::Dropped { .. } => "dropped",
        }
    }
}

fn found(state: &State, task: &Task) -> Option<(Vec<Candidate>, Standing)> {
    match task.phase() {
        Phase::Queued | Phase::Working | Phase::Held { .. } => None,
        Phase::Deciding { candidates, .. } => Some((candidates.clone(), Standing::Open)),
        Phase::Ended { at, outcome } => ended(state, task, *at, outcome),
    }
}

fn ended(
    state: &State,
    task: &Task,
    at: Timestamp,
    outcome: &Outcome,
) -> Option<(Vec<Candidate>, Standing)> {
    let standing = match outcome {
        Outcome::Done {
            from,
            basis: Basis::Operator,
            ..
        } => Standing::Settled {
            at,
            from: from.clone(),
        },
        Outcome::Done {
            basis:
                Basis::Only | Basis::First | Basis::Agreement | Basis::LastStep | Basis::Conclusion,
            ..
        } => return None,
        Outcome::Failed { .. } | Outcome::Cancelled => Standing::Dropped { at },
    };
    if task.order().strategy != Strategy::Council {
        return None;
    }
    let answers = answers(state, task, at)?;
    let answers: Vec<(CallId, &Answer)> = answers.iter().map(|(id, one)| (*id, one)).collect();
    let candidates = candidates(task.order().prompt.as_str(), &answers);
    match standing {
        Standing::Dropped { .. } if candidates.len() < 2 => None,
        Standing::Open | Standing::Settled { .. } | Standing::Dropped { .. } => {
            Some((candidates, standing))
        }
    }
}

/// The answer of each member of the council; `None` when a member was still at work at the end, so
/// that there was no conflict yet.
fn answers(state: &State, task: &Task, ended: Timestamp) -> Option<Vec<(CallId, Answer)>> {
    let mut answers = Vec::new();
    for member in task.council() {
        let (id, call) = last(state, task, member, Purpose::Council)?;
        match &call.ended {
            None => return None,
            Some((at, Ending::Cancelled { .. })) if *at >= ended => return None,
            Some((_, Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted)) => {}
            Some((_, Ending::Answered(answer))) => {
                let mut answer = answer.clone();
                if answer.block.is_none()
                    && let Some((_, repair)) = last(state, task, member, Purpose::Repair)
                    && let Some(Ending::Answered(repaired)) = repair.ending()
                {
                    answer.block.clone_from(&repaired.block);
                }
                answers.push((id, answer));
            }
        }
    }
    Some(answers)
}

fn last<'a>(
    state: &'a State,
    task: &'a Task,
    member: &MemberName,
    purpose: Purpose,
) -> Option<(CallId, &'a crate::core::Call)> {
    calls(state, task)
        .rev()
        .find(|(_, call)| call.member() == member && call.purpose() == purpose)
}

fn candidate(state: &State, candidate: &Candidate, letter: char) -> Value {
    let answers: Vec<Value> = candidate
        .calls
        .iter()
        .filter_map(|id| state.call(*id).map(|call| (id, call)))
        .map(|(id, call)| {
            let mut entry = json!({
                "call": id.to_string(),
                "member": call.member().as_str(),
                "session": call.session().to_string(),
            });
            if let Some(Ending::Answered(answer)) = call.ending() {
                entry["answer"] = json!(plain::excerpt(&answer.text, ANSWER_SHOWN));
                entry["confidence"] =
                    json!(answer.block.as_ref().and_then(|block| block.confidence));
            }
            entry
        })
        .collect();
    json!({
        "candidate": letter.to_string(),
        "label": plain::word(&candidate.label, 500),
        "answers": answers,
    })
}

fn decision(task: &Task, candidates: &[Candidate], standing: &Standing) -> Value {
    match standing {
        Standing::Open => Value::Null,
        Standing::Dropped { at } => json!({"by": Value::Null, "at": time(*at)}),
        Standing::Settled { at, from } => {
            let chosen = candidates
                .iter()
                .zip('A'..='Z')
                .find(|(one, _)| one.calls == *from)
                .map(|(_, letter)| letter.to_string());
            json!({
                "by": "operator",
                "chosen": chosen,
                "at": time(*at),
                "result": DocumentName::Result(task.id()).to_string(),
            })
        }
    }
}
