//! A plan as a text that people read and edit.
//!
//! Each step begins with a line `== key`, followed by the words of the composer: `#kind`, `/strategy`,
//! `@member` and `after:key,key`. Below it stands what is to be done, and at its end, after `Done when:`,
//! the acceptance note. What stands before the first step is left out. A line of a step that looks like one
//! of these marks begins with a backslash.

use super::read::{Draft, WORD_MAX, check};
use super::{DONE_WHEN, Flaw, Plan, PlanStep};
use crate::core::text::one_line;
use crate::core::voting::Faults;
use crate::core::{State, Strategy};

/// What begins a step.
const MARK: &str = "== ";

/// What is told above the steps to those who edit them.
pub const HEAD: &str = "A step begins with == name #kind /strategy @member after:other,other
Below it stands what is to be done, and at its end: Done when: …
What is written up here is left out.";

/// The plan as a text.
#[must_use]
pub fn text(plan: &Plan) -> String {
    let steps: Vec<String> = plan.steps().iter().map(step).collect();
    steps.join("\n\n")
}

fn step(step: &PlanStep) -> String {
    let usual = Strategy::usual(step.members.len());
    let strategy = Some(step.strategy).filter(|strategy| *strategy != usual);
    let after = (!step.after.is_empty()).then(|| step.after.join(","));
    let words = [format!("{MARK}{}", step.key)]
        .into_iter()
        .chain(step.kind.map(|kind| format!("#{kind}")))
        .chain(strategy.map(|strategy| format!("/{strategy}")))
        .chain(step.members.iter().map(|member| format!("@{member}")))
        .chain(after.map(|after| format!("after:{after}")));
    let mut lines = vec![words.collect::<Vec<String>>().join(" ")];
    lines.extend(step.prompt.as_str().lines().map(escaped));
    if !step.accept.is_empty() {
        let mut accept = step.accept.lines();
        let first = accept.next().unwrap_or_default();
        lines.push(format!("{DONE_WHEN} {first}"));
        lines.extend(accept.map(escaped));
    }
    lines.join("\n")
}

fn looks_like_a_mark(line: &str) -> bool {
    let bare = line.trim_start_matches('\\');
    bare.starts_with(MARK) || bare.starts_with(DONE_WHEN)
}

fn escaped(line: &str) -> String {
    let mark = if looks_like_a_mark(line) { "\\" } else { "" };
    format!("{mark}{line}")
}

fn unescaped(line: &str) -> &str {
    match line.strip_prefix('\\') {
        Some(rest) if looks_like_a_mark(rest) => rest,
        Some(_) | None => line,
    }
}

/// Reads a plan that somebody wrote, and holds it against what the room can work.
///
/// # Errors
/// Everything that is to be mended, within a bound.
pub fn written(state: &State, text: &str) -> Result<Plan, Faults<Flaw>> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut faults = Faults::default();
    let mut noted = false;
    for line in text.lines() {
        if let Some(head) = line.strip_prefix(MARK) {
            drafts.push(headed(head, &mut faults));
            noted = false;
            continue;
        }
        let Some(draft) = drafts.last_mut() else {
            continue;
        };
        if let (false, Some(note)) = (noted, line.strip_prefix(DONE_WHEN)) {
            note.trim().clone_into(&mut draft.accept);
            noted = true;
            continue;
        }
        let into = if noted {
            &mut draft.accept
        } else {
            &mut draft.prompt
        };
        if !into.is_empty() {
            into.push('\n');
        }
        into.push_str(unescaped(line));
    }
    if !faults.0.is_empty() {
        return Err(faults);
    }
    check(state, &drafts)
}

/// A step by its first line.
fn headed(head: &str, faults: &mut Faults<Flaw>) -> Draft {
    let mut words = head.split_whitespace();
    let mut draft = Draft {
        key: words.next().unwrap_or_default().to_owned(),
        ..Draft::default()
    };
    for word in words {
        let after = word.strip_prefix("after:");
        if let Some(after) = after {
            let keys = after.split(',').filter(|key| !key.is_empty());
            draft.after.extend(keys.map(str::to_owned));
        } else if let Some(kind) = word.strip_prefix('#') {
            draft.kind = Some(kind.to_owned());
        } else if let Some(strategy) = word.strip_prefix('/') {
            draft.strategy = Some(strategy.to_owned());
        } else if let Some(member) = word.strip_prefix('@') {
            draft.members.push(member.to_owned());
        } else {
            let said = one_line(word, WORD_MAX);
            let what =
                format!("`{said}` on its first line is none of #kind, /strategy, @member, after:");
            faults.add(Flaw::Word(draft.key.clone(), what));
        }
    }
    draft
}
