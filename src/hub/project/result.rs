//! `results/<task>`: a result in Markdown. First what the room says of it, then the members' own
//! text, to the end: nothing in that text can pass for a word of the room.

use std::fmt::Write as _;

use super::context::purpose;
use super::queue::basis;
use super::{calls, plain, standing, time};
use crate::core::thinking::tree;
use crate::core::{Call, CallId, DocumentText, Ending, Keeper, Outcome, Phase, Shown, State, Task};

/// What stands before the members' own text.
pub(in crate::hub) const HEADING: &str = "\n## Result\n\n";
/// How many bytes of the prompt are shown.
const PROMPT_SHOWN: usize = 4000;
/// How many bytes of each thought are shown.
const THOUGHT_SHOWN: usize = 400;
/// How many bytes of the result are shown, in as many parts as that takes: more than the state keeps.
const RESULT_SHOWN: usize = 1024 * 1024;

pub(super) fn draft(state: &State, task: &Task) -> Option<String> {
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
        "---\nschema: synod/result/1\nrev: 0\nsum: \ntask: {}\nkind: {}\nstrategy: {}\n\
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
    for (id, _) in calls(state, task) {
        let seen: Vec<String> = state.shown_to(id).iter().map(seen).collect();
        if !seen.is_empty() {
            writeln!(text, "\n{id} was told: {}", seen.join(", ")).ok();
        }
    }
    if !task.routed_because().is_empty() {
        let because = plain::word(task.routed_because(), 500);
        writeln!(text, "\nAssigned because: {because}").ok();
    }
    if let Some((checked, over)) = task.checked().and_then(|it| Some((it, it.over()?))) {
        let (name, end, at) = (checked.name(), &over.end, time(over.at));
        writeln!(text, "\nChecked by {name}: {end}, {at}").ok();
    }
    thoughts(&mut text, task);
    text.push_str(HEADING);
    text.push_str(plain::excerpt(result, RESULT_SHOWN).trim_end());
    text.push('\n');
    Some(text)
}

/// What a call was given, by the name under which it is found again.
fn seen(shown: &Shown) -> String {
    match shown {
        Shown::Lesson(lesson) => format!("lesson {lesson}"),
        Shown::Result { task, digest } => format!("results/{} ({digest})", task.0),
        Shown::Document { document, text } => {
            let document = plain::word(document, 200);
            match text {
                DocumentText::Unread => document,
                DocumentText::Read { digest } => format!("{document} ({digest})"),
                DocumentText::Unreadable { .. } => format!("{document} (could not be read)"),
            }
        }
    }
}

/// The thoughts on which a conclusion stands: a line each, deeper where they revise or branch.
fn thoughts(text: &mut String, task: &Task) {
    let kept = task.thinking().kept();
    let Some(keeper) = kept.last().and_then(|last| last.keeper()) else {
        return;
    };
    text.push_str("\n### Thoughts\n\n");
    for place in tree(kept) {
        let thought = place.kept.thought();
        let mut about = String::new();
        if let Some(revised) = thought.revises {
            write!(about, ", revises {revised}").ok();
        }
        if let Some(branch) = &thought.branch {
            write!(
                about,
                ", branch {} from {}",
                plain::word(&branch.id, 100),
                branch.from
            )
            .ok();
        }
        writeln!(
            text,
            "{}- {} ({}, {}{about}): {}",
            "  ".repeat(place.depth()),
            thought.number,
            place.kept.call(),
            place.kept.member(),
            plain::line(&thought.text, THOUGHT_SHOWN),
        )
        .ok();
    }
    match keeper {
        Keeper::Tool { .. } => text.push_str("\nRecorded by the sequential-thinking tool.\n"),
        Keeper::Room { why } => {
            writeln!(text, "\nKept by Synod alone: {}", plain::word(why, 500)).ok();
        }
    }
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
