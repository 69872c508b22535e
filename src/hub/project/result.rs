//! `results/<task>`: a result in Markdown. First what the room says of it, then the members' own
//! text, to the end: nothing in that text can pass for a word of the room.

use std::fmt::Write as _;

use super::context::purpose;
use super::queue::basis;
use super::{calls, plain, standing, time};
use crate::core::{Call, CallId, Ending, Outcome, Phase, State, Task};

/// How many bytes of the prompt are shown.
const PROMPT_SHOWN: usize = 4000;
/// How many bytes of the result are shown.
const RESULT_SHOWN: usize = 64 * 1024;

pub(super) fn draft(state: &State, task: &Task, rev: u64) -> Option<String> {
    let Phase::Ended {
        at,
        outcome:
            Outcome::Done {
                result,
                from,
                basis: why,
            },
    } = task.phase()
    else {
        return None;
    };
    let order = task.order();
    let mut text = format!(
        "---\nschema: synod/result/1\nrev: {rev}\nsum: \ntask: {}\nkind: {}\nstrategy: {}\n\
         basis: {}\nadded: {}\nended: {}\n---\n\n# Task {}\n\n",
        task.id().0,
        order.kind,
        order.strategy,
        basis(*why),
        time(task.added()),
        time(*at),
        task.id().0,
    );
    for line in plain::excerpt(&order.prompt, PROMPT_SHOWN).lines() {
        text.push_str(format!("> {line}").trim_end());
        text.push('\n');
    }
    text.push_str("\n## Provenance\n\n");
    text.push_str(
        "| call | member | session | purpose | outcome | began | took | tokens | in the result |\n",
    );
    text.push_str("|---|---|---|---|---|---|---|---|---|\n");
    for (id, call) in calls(state, task) {
        // Writing to a string cannot fail.
        writeln!(text, "{}", row(id, call, from)).ok();
    }
    if !task.routed_because().is_empty() {
        let because = plain::word(task.routed_because(), 500);
        writeln!(text, "\nAssigned because: {because}").ok();
    }
    text.push_str("\n## Result\n\n");
    text.push_str(plain::excerpt(result, RESULT_SHOWN).trim_end());
    text.push('\n');
    Some(text)
}

fn row(id: CallId, call: &Call, from: &[CallId]) -> String {
    let ended = call.ended.as_ref().map(|(at, _)| *at);
    let took = ended.map_or_else(String::new, |at| at.since(call.started()).to_string());
    let tokens = match call.ending() {
        Some(Ending::Answered(answer)) => {
            let about = if answer.usage.estimated { "~" } else { "" };
            format!("{about}{}", answer.usage.tokens())
        }
        Some(Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted) | None => {
            String::new()
        }
    };
    format!(
        "| {id} | {} | {} | {} | {} | {} | {took} | {tokens} | {} |",
        call.member(),
        call.session(),
        purpose(call.purpose()),
        standing(call),
        time(call.started()),
        if from.contains(&id) { "yes" } else { "" },
    )
}
