//! `conflicts/<task>.json`: the distinct answers of a council, and how it was settled.
//!
//! While it is open the task has the candidates; afterwards the ledger of what is kept has them, and
//! the state still has their answers.

use serde_json::{Map, Value, json};

use super::{plain, time};
use crate::core::retention::{Dispute, Leaf};
use crate::core::{Candidate, Ending, Phase, State, Task, TaskId};
use crate::hub::document::DocumentName;

/// How many bytes of each answer are shown, in as many parts as that takes.
const ANSWER_SHOWN: usize = 512 * 1024;

/// Whether there is or was a conflict; cheaper than to make its document.
pub(super) fn exists(state: &State, task: &Task) -> bool {
    match task.phase() {
        Phase::Queued | Phase::Working | Phase::Held { .. } => false,
        Phase::Deciding { .. } => true,
        Phase::Ended { .. } => dispute(state, task).is_some(),
    }
}

pub(super) fn fields(state: &State, task: &Task) -> Option<Map<String, Value>> {
    let (candidates, word, decision) = match task.phase() {
        Phase::Queued | Phase::Working | Phase::Held { .. } => return None,
        Phase::Deciding { candidates, .. } => (candidates.clone(), "open", Value::Null),
        Phase::Ended { at, .. } => {
            let dispute = dispute(state, task)?;
            let candidates = dispute.sides.iter().map(|side| Candidate {
                label: side.label.clone(),
                calls: side.answers.iter().map(|(call, ..)| *call).collect(),
            });
            let decision = decision(task.id(), dispute, &time(*at));
            (candidates.collect(), standing(dispute), decision)
        }
    };
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
    fields.insert("state".to_owned(), json!(word));
    fields.insert("decision".to_owned(), decision);
    fields.insert("candidates".to_owned(), json!(listed));
    Some(fields)
}

/// How the answers of an ended task differed.
fn dispute<'a>(state: &'a State, task: &Task) -> Option<&'a Dispute> {
    state.whole(task.id()).and_then(Leaf::dispute)
}

/// The word for how a conflict that is over ended.
pub(super) fn standing(dispute: &Dispute) -> &'static str {
    if dispute.settled {
        "settled"
    } else {
        "dropped"
    }
}

/// Who settled a conflict, and how.
pub(super) fn decision(task: TaskId, dispute: &Dispute, at: &str) -> Value {
    if !dispute.settled {
        return json!({"by": Value::Null, "at": at});
    }
    let chosen = dispute.chosen.and_then(|place| ('A'..='Z').nth(place));
    json!({
        "by": "operator",
        "chosen": chosen.map(|letter| letter.to_string()),
        "at": at,
        "result": DocumentName::Result(task).to_string(),
    })
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
