//! What stands in the place of old results and conflicts: summaries, or pages of the archive with a
//! line a task. The journal keeps the whole.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::queue::basis;
use super::{conflict, plain, time};
use crate::core::retention::{Aged, Side};
use crate::core::voting::label;
use crate::core::{MemberName, Old, State, TaskId};

/// How many bytes of a summary are shown: all that the state keeps.
const SUMMARY_SHOWN: usize = 2000;

/// How the whole is read.
fn whole(task: TaskId) -> String {
    format!("synod show {}", task.0)
}

pub(super) fn has_result(aged: &Aged) -> bool {
    aged.old == Old::Summary && aged.leaf.result().is_some()
}

pub(super) fn has_conflict(aged: &Aged) -> bool {
    aged.old == Old::Summary && aged.leaf.dispute().is_some()
}

/// The summary of a result.
pub(super) fn result(task: TaskId, aged: &Aged) -> Option<String> {
    let leaf = &aged.leaf;
    let gist = leaf.result().filter(|_| has_result(aged))?;
    let from: Vec<String> = gist.from.iter().map(ToString::to_string).collect();
    let mut text = format!(
        "---\nschema: synod/result_summary/1\nrev: 0\nsum: \ntask: {}\nkind: {}\nstrategy: {}\n\
         basis: {}\nended: {}\nsummarised: {}\nbytes: {}\nmembers: {}\nfrom: {}\n---\n\n\
         # Task {}\n\n> {}\n\n",
        task.0,
        leaf.kind(),
        leaf.strategy(),
        basis(gist.basis),
        time(leaf.ended()),
        time(aged.at),
        gist.bytes,
        names(leaf.members()),
        from.join(", "),
        task.0,
        plain::word(leaf.headline(), 200),
    );
    writeln!(
        text,
        "This result is old, so only a summary is kept here. The whole is in the journal: `{}`\n\n\
         ## Summary\n",
        whole(task)
    )
    .ok();
    text.push_str(plain::excerpt(&gist.summary, SUMMARY_SHOWN).trim_end());
    text.push('\n');
    Some(text)
}

/// The fields of a conflict without the words of its answers.
pub(super) fn conflict(task: TaskId, aged: &Aged) -> Option<Map<String, Value>> {
    let leaf = &aged.leaf;
    let dispute = leaf.dispute().filter(|_| has_conflict(aged))?;
    let sides = dispute.sides.iter().enumerate();
    let candidates: Vec<Value> = sides
        .map(|(place, side)| candidate(side, &label(place)))
        .collect();
    let fields = json!({
        "task": task.0,
        "prompt": plain::word(leaf.headline(), 200),
        "state": conflict::standing(dispute),
        "decision": conflict::decision(task, dispute, &time(leaf.ended())),
        "candidates": candidates,
        "summarised": {"at": time(aged.at), "whole": whole(task)},
    });
    match fields {
        Value::Object(fields) => Some(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            None
        }
    }
}

fn candidate(side: &Side, letter: &str) -> Value {
    let answers = side.answers.iter().map(|(call, member, session)| {
        json!({
            "call": call.to_string(),
            "member": member.as_str(),
            "session": session.to_string(),
        })
    });
    json!({
        "candidate": letter,
        "label": plain::word(&side.label, 500),
        "answers": answers.collect::<Vec<_>>(),
    })
}

/// Whether there is anything on a page of the archive.
pub(super) fn has_page(state: &State, page: u64) -> bool {
    state.all_aged().any(|(_, aged)| aged.page() == Some(page))
}

/// A page of the archive.
pub(super) fn page(state: &State, page: u64) -> Option<String> {
    if !has_page(state, page) {
        return None;
    }
    let mut text = format!(
        "---\nschema: synod/archive/1\nrev: 0\nsum: \npage: {page}\n---\n\n# Archive, page {page}\n\n\
         These tasks are old, so their results and conflicts are not kept here any more. They are in \
         the journal: `synod show` with the number of the task.\n\n\
         | task | ended | kind | members | result | conflict | asked |\n|---|---|---|---|---|---|---|\n"
    );
    let on_it = state
        .all_aged()
        .filter(|(_, aged)| aged.page() == Some(page));
    for (task, aged) in on_it {
        let leaf = &aged.leaf;
        let bytes = leaf
            .result()
            .map_or_else(String::new, |gist| format!("{} bytes", gist.bytes));
        let conflict = leaf.dispute().map_or_else(String::new, |dispute| {
            format!("{} candidates", dispute.sides.len())
        });
        // Writing to a string cannot fail.
        writeln!(
            text,
            "| {} | {} | {} | {} | {bytes} | {conflict} | {} |",
            task.0,
            time(leaf.ended()),
            leaf.kind(),
            names(leaf.members()),
            plain::word(leaf.headline(), 200).replace('|', "\\|"),
        )
        .ok();
    }
    Some(text)
}

fn names(members: &[MemberName]) -> String {
    let names: Vec<&str> = members.iter().map(MemberName::as_str).collect();
    names.join(", ")
}
