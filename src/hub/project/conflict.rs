//! `conflicts/<task>.json`: the distinct answers of a council, what was done about them, and how it was
//! settled.
//!
//! While it is open the task has the candidates; afterwards the ledger of what is kept has them, and
//! the state still has their answers and the contest. Until it is over it names no author and no
//! ballot: whoever judges could read it.

use serde_json::{Map, Value, json};

use super::{contest, plain, time};
use crate::core::retention::{Dispute, Leaf};
use crate::core::voting::label;
use crate::core::{Candidate, Contest, Ending, Ground, Phase, State, Task, TaskId};
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
            let mut dispute = dispute(state, task)?.clone();
            if let Some(decision) = state.contest(task.id()).and_then(Contest::decision) {
                // It may have been settled anew since its task ended.
                dispute.chosen = decision.chosen;
                dispute.ground = Some(decision.ground.clone());
            }
            let dispute = &dispute;
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
        .enumerate()
        .map(|(place, one)| candidate(state, one, &label(place), task.is_ended()))
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
    if let Some(contest) = state.contest(task.id()) {
        fields.extend(contest::fields(contest, task.is_ended()));
    }
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
    let ground = dispute.ground.as_ref().unwrap_or(&Ground::Operator);
    let by = match ground {
        Ground::Operator => "operator",
        Ground::Vote { .. }
        | Ground::Merged
        | Ground::Consensus { .. }
        | Ground::Expert { .. }
        | Ground::Fallback { .. } => "room",
    };
    json!({
        "by": by,
        "ground": grounds(ground),
        "chosen": dispute.chosen.map(label),
        "at": at,
        "result": DocumentName::Result(task).to_string(),
    })
}

/// On what a decision stands, as an object with its `kind`.
fn grounds(ground: &Ground) -> Value {
    match ground {
        Ground::Operator => json!({"kind": "operator"}),
        Ground::Vote { rule } => json!({"kind": "vote", "rule": rule.word()}),
        Ground::Merged => json!({"kind": "merged"}),
        Ground::Consensus { round } => json!({"kind": "consensus", "round": round}),
        Ground::Expert { member } => json!({"kind": "expert", "member": member.as_str()}),
        Ground::Fallback { fallback } => json!({"kind": "fallback", "fallback": fallback.word()}),
    }
}

fn candidate(state: &State, candidate: &Candidate, letter: &str, over: bool) -> Value {
    let answers: Vec<Value> = candidate
        .calls
        .iter()
        .filter_map(|id| state.call(*id).map(|call| (id, call)))
        .map(|(id, call)| {
            let mut entry = json!({});
            if over {
                entry["call"] = json!(id.to_string());
                entry["member"] = json!(call.member().as_str());
                entry["session"] = json!(call.session().to_string());
            }
            if let Some(Ending::Answered(answer)) = call.ending() {
                entry["answer"] = json!(plain::excerpt(&answer.text, ANSWER_SHOWN));
                entry["confidence"] =
                    json!(answer.block.as_ref().and_then(|block| block.confidence));
            }
            entry
        })
        .collect();
    json!({
        "candidate": letter,
        "label": plain::word(&candidate.label, 500),
        "answers": answers,
    })
}
