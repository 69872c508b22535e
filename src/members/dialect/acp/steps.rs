//! What an agent does in a turn, as lines: its tools and its plan.
//!
//! Agents tell a tool in different orders: one only after leave was given, one in three pieces of
//! which the first says nothing, one not at all where it was refused. So each is told once it has a
//! name, and again where it failed.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use similar::TextDiff;

use crate::core::text::{clipped, one_line};
use crate::members::dialect::text_at;

/// The longest line, in bytes.
const LINE_MAX: usize = 300;
/// Tools of one turn that are told apart.
const TOOLS_MAX: usize = 4096;
/// Lines of its changes that a tool shows.
const SHOWN_MAX: usize = 40;
/// The longest text whose difference is worked out, in bytes.
const DIFF_MAX: usize = 256 * 1024;

/// How long may be looked for a short difference; after that one that is longer is taken.
const DIFF_WITHIN: Duration = Duration::from_millis(20);
/// Changes of files in one message of which the difference is worked out.
const DIFFS_MAX: usize = 32;

/// What was told of a turn.
#[derive(Debug, Default)]
pub(super) struct Steps {
    begun: BTreeSet<String>,
    ended: BTreeSet<String>,
    plan: String,
}

impl Steps {
    /// The lines that an update of a tool brings.
    pub(super) fn tool(&mut self, update: &Value) -> Vec<String> {
        let id = text_at(update, "toolCallId").to_owned();
        let mut lines = Vec::new();
        let is_named = !text_at(update, "title").is_empty() && !is_empty_yet(update);
        let is_known = self.begun.contains(&id);
        if is_named && !is_known && self.begun.len() < TOOLS_MAX {
            self.begun.insert(id.clone());
            lines.push(line(&begun(update)));
        }
        let ended = match text_at(update, "status") {
            "failed" => vec![line(&failed(update))],
            "completed" => changed(update),
            _ => Vec::new(),
        };
        if !ended.is_empty() && self.ended.len() < TOOLS_MAX && self.ended.insert(id) {
            lines.extend(ended);
        }
        lines
    }

    /// The line that a plan brings, where it is another than the last.
    pub(super) fn plan(&mut self, update: &Value) -> Option<String> {
        let entries = update.get("entries").and_then(Value::as_array)?;
        let has = |entry: &&Value, status: &str| text_at(entry, "status") == status;
        let done = entries
            .iter()
            .filter(|entry| has(entry, "completed"))
            .count();
        let now = entries.iter().find(|entry| has(entry, "in_progress"));
        let next = now.or_else(|| entries.iter().find(|entry| has(entry, "pending")));
        let mut told = format!("plan: {done} of {} done", entries.len());
        if let Some(next) = next {
            told.push_str(": ");
            told.push_str(text_at(next, "content"));
        }
        let told = line(&told);
        if self.plan == told {
            return None;
        }
        self.plan.clone_from(&told);
        Some(told)
    }
}

fn line(text: &str) -> String {
    one_line(text, LINE_MAX)
}

/// Whether an agent says first that something comes, and then what.
fn is_empty_yet(update: &Value) -> bool {
    let is_empty = |input: &Value| match input {
        Value::Object(input) => input.keys().all(|key| key == "cwd"),
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => false,
    };
    text_at(update, "status") == "pending" && update.get("rawInput").is_some_and(is_empty)
}

fn begun(update: &Value) -> String {
    let title = text_at(update, "title");
    match text_at(update, "kind") {
        "execute" => format!("$ {title}"),
        "edit" => format!("edits {title}"),
        "read" | "search" | "fetch" | "delete" | "move" | "think" => title.to_owned(),
        _ => format!("calls {title}"),
    }
}

fn failed(update: &Value) -> String {
    let content = update.get("content").and_then(Value::as_array);
    let text = content.into_iter().flatten().find_map(|part| {
        let text = text_at(part.get("content")?, "text").trim();
        (!text.is_empty()).then(|| text.to_owned())
    });
    match text {
        Some(text) => format!("failed: {text}"),
        None => format!("failed: {}", text_at(update, "title")),
    }
}

/// What a tool changed, where it shows that: how much, and the lines.
fn changed(update: &Value) -> Vec<String> {
    let content = update.get("content").and_then(Value::as_array);
    let content = content.map_or(&[] as &[Value], Vec::as_slice);
    let counts: Vec<String> = content.iter().filter_map(count).take(DIFFS_MAX).collect();
    if counts.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![line(&format!("changed {}", counts.join(", ")))];
    let diffs = diffs(content);
    let mut shown = diffs.iter().flat_map(|diff| diff.lines().skip(2));
    // As they are: what a line is indented by says something.
    let some = shown.by_ref().take(SHOWN_MAX);
    lines.extend(some.map(|line| clipped(line, LINE_MAX)));
    let more = shown.count();
    if more > 0 {
        lines.push(format!("and {more} more lines"));
    }
    lines
}

fn texts(part: &Value) -> Option<(&str, &str, &str)> {
    if text_at(part, "type") != "diff" {
        return None;
    }
    let (old, new) = (text_at(part, "oldText"), text_at(part, "newText"));
    Some((text_at(part, "path"), old, new))
}

/// The file of a change, and how many lines it adds and removes.
pub(super) fn count(part: &Value) -> Option<String> {
    let (path, old, new) = texts(part)?;
    if old.len() + new.len() > DIFF_MAX {
        return Some(path.to_owned());
    }
    let diff = compared(old, new);
    let (mut added, mut removed) = (0_usize, 0_usize);
    for change in diff.iter_all_changes() {
        match change.tag() {
            similar::ChangeTag::Insert => added += 1,
            similar::ChangeTag::Delete => removed += 1,
            similar::ChangeTag::Equal => {}
        }
    }
    Some(format!("{path} (+{added} -{removed})"))
}

/// The difference of two texts: the shortest that is found in the time there is.
fn compared<'t>(old: &'t str, new: &'t str) -> TextDiff<'t, 't, 't, str> {
    TextDiff::configure()
        .timeout(DIFF_WITHIN)
        .diff_lines(old, new)
}

/// The changes of files in a message as unified diffs.
pub(super) fn diffs(content: &[Value]) -> Vec<String> {
    let changes = content.iter().filter_map(texts).enumerate();
    let diff = |(number, (path, old, new)): (usize, (&str, &str, &str))| {
        if number >= DIFFS_MAX || old.len() + new.len() > DIFF_MAX {
            return format!("{path}: {} bytes, too much to compare", new.len());
        }
        let compared = compared(old, new);
        compared.unified_diff().header(path, path).to_string()
    };
    changes.map(diff).collect()
}
