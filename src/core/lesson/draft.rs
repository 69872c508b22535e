//! What a decision teaches, taken out of the answers word by word: no model is asked.

use std::collections::BTreeSet;

use crate::core::digest::digest;
use crate::core::lesson::{Author, CLAIM_MAX, Draft, Evidence, SUBJECT_MAX, Value, WHY_MAX, words};
use crate::core::text::{clipped, one_line};
use crate::core::{Answer, Basis, Call, CallId, Ending, MemberName, State, Task, TaskKind, Text};

/// How much of each answer that gave way is told.
const DISSENT_EACH: usize = 120;
/// How many words a task must have to be about something.
const WORDS_MIN: usize = 2;

/// The lesson of a decision; `None` where the task says too little to be recognised again, or the
/// result is empty.
pub(crate) fn from_decision(
    state: &State,
    task: &Task,
    result: &Text,
    from: &[CallId],
    basis: Basis,
) -> Option<Draft> {
    let subject = one_line(task.order.prompt.as_str(), SUBJECT_MAX);
    let distinct: BTreeSet<String> = words::terms(&subject).into_iter().collect();
    if distinct.len() < WORDS_MIN || result.is_empty() {
        return None;
    }
    let answers: Vec<(CallId, &Call, &Answer)> = task
        .calls
        .iter()
        .filter_map(|id| {
            let call = state.calls.get(id)?;
            match call.ending()? {
                Ending::Answered(answer) => Some((*id, call, answer)),
                Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => None,
            }
        })
        .collect();
    // The last answer of each member: one that was asked again has said the rest in vain.
    let last = |call: &Call| {
        let of_member = answers.iter().rev();
        of_member
            .clone()
            .find(|(_, other, _)| other.member == call.member)
            .map(|(id, ..)| *id)
    };
    let winner = answers
        .iter()
        .find(|(id, _, answer)| from.contains(id) && answer.text == *result);
    let block = winner
        .and_then(|(id, ..)| best_block(&answers, *id))
        .filter(|block| !block.value.trim().is_empty());
    let claim = match block {
        Some(block) => one_line(&block.value, CLAIM_MAX),
        None => clipped(digest(result, CLAIM_MAX).as_str().trim(), CLAIM_MAX),
    };
    let mut won: BTreeSet<MemberName> = BTreeSet::new();
    let mut dissent = Vec::new();
    for (id, call, answer) in &answers {
        if winner.is_some() && from.contains(id) {
            won.insert(call.member.clone());
        } else if last(call) == Some(*id) && !from.contains(id) {
            dissent.push((call.member.clone(), label(answer)));
        }
    }
    dissent.retain(|(member, _)| !won.contains(member));
    let told = dissent
        .iter()
        .map(|(member, said)| format!("{member}: {said}"));
    let told: Vec<String> = told.collect();
    let reason = match (block, winner) {
        (Some(_), Some((_, _, answer))) => digest(&answer.text, WHY_MAX / 2).to_string(),
        (Some(_) | None, _) => String::new(),
    };
    let reason = one_line(&reason, WHY_MAX / 2);
    let ground = ground(basis, won.len(), won.len() + dissent.len());
    Some(Draft {
        topic: task.order.kind,
        subject,
        why: if reason.is_empty() || reason == claim {
            ground
        } else {
            format!("{ground}: {reason}")
        },
        dissent: clipped(&told.join("; "), WHY_MAX),
        author: if won.is_empty() {
            Author::Operator
        } else {
            Author::Members(won.into_iter().collect())
        },
        value: block.map(|block| Value {
            kind: block.kind,
            key: clipped(&block.key, CLAIM_MAX),
        }),
        claim,
        evidence: Some(Evidence {
            task: task.id,
            basis,
        }),
    })
}

/// The final answer of a call, or the one that its member gave when it was asked for it again.
fn best_block<'a>(
    answers: &[(CallId, &Call, &'a Answer)],
    id: CallId,
) -> Option<&'a crate::core::FinalAnswer> {
    let (_, call, answer) = answers.iter().find(|(one, ..)| *one == id)?;
    let again = answers
        .iter()
        .rev()
        .find(|(_, other, answer)| other.member == call.member && answer.block.is_some());
    let again = again.and_then(|(_, _, answer)| answer.block.as_ref());
    answer.block.as_ref().or(again)
}

fn label(answer: &Answer) -> String {
    match &answer.block {
        Some(block) => one_line(&block.value, DISSENT_EACH),
        None => one_line(answer.text.headline(), DISSENT_EACH),
    }
}

fn ground(basis: Basis, won: usize, of: usize) -> String {
    match basis {
        Basis::Agreement => format!("{won} of {of} agreed"),
        Basis::Operator if won > 0 => format!("the operator chose it; {won} of {of} said it"),
        Basis::Operator => "the operator wrote it".to_owned(),
        Basis::Vote => format!("it was voted for; {won} of {of} said it"),
        Basis::Consensus => format!("they came to agree; {won} of {of} said it at first"),
        Basis::Merged => "the answers were merged".to_owned(),
        Basis::Expert => format!("an expert chose it; {won} of {of} said it"),
        Basis::Fallback => format!("nobody could settle it; {won} of {of} said it"),
        Basis::Only | Basis::First | Basis::LastStep | Basis::Conclusion | Basis::Plan => {
            "it was the result".to_owned()
        }
    }
}

/// A lesson in the operator's own words.
pub(crate) fn by_hand(topic: TaskKind, subject: &str, claim: &str, why: &str) -> Draft {
    Draft {
        topic,
        subject: one_line(subject, SUBJECT_MAX),
        claim: clipped(claim.trim(), CLAIM_MAX),
        why: one_line(why, WHY_MAX),
        dissent: String::new(),
        author: Author::Operator,
        value: None,
        evidence: None,
    }
}
