//! A plan as lines: its steps in the shape of their tree, each with a glyph and a word, with who works
//! it, what it waits for and when it is done well.
//!
//! A step stands below the last of those for which it waits. While the plan waits for leave its steps are
//! told whole, because that is what is approved; after that only how they begin.

use crate::core::plan::PlanStage;
use crate::core::{MemberName, Plan, PlanStep, State, Strategy, Task, TaskId};
use crate::ui::ring::Tone;
use crate::ui::status;
use crate::ui::text::{clean, clip, line};
use crate::ui::wrap::rows;

/// Below so many columns a text is not set in.
const NARROW: usize = 24;

/// The plan of a task, `columns` wide; empty for a task that has none.
pub(crate) fn lines(task: &Task, state: &State, columns: usize) -> Vec<(Tone, String)> {
    let planning = task.planning();
    let Some(plan) = planning.plan() else {
        return Vec::new();
    };
    let (done, of) = planning.progress();
    let count = status::plural(plan.steps().len() as u64, "step");
    let head = match planning.stage() {
        PlanStage::Approve if task.is_ended() => format!("a plan of {count}, not approved"),
        PlanStage::Approve | PlanStage::Draft => {
            format!("a plan of {count}; nothing runs before you approve it")
        }
        PlanStage::Work | PlanStage::Gather | PlanStage::Broken => {
            format!("a plan of {count}, {done} of {of} done")
        }
    };
    let mut lines = vec![(Tone::Note, head)];
    let whole = planning.stage() == PlanStage::Approve;
    for (place, goes_on) in tree(plan) {
        let Some(step) = plan.steps().get(place) else {
            continue;
        };
        let placed = planning.placed().get(place).map(|placed| placed.task);
        let (own, below) = levels(&goes_on);
        // What stands below a step is set in behind the lines of its tree.
        let next = plan
            .steps()
            .iter()
            .any(|other| above(plan, other) == Some(place));
        let inset = format!("{below}{}", if next { "│ " } else { "  " });
        let row = line(&row(step, placed, state)).into_owned();
        let rows = set(&row, Tone::Note, &inset, columns, true);
        lines.extend(rows.into_iter().enumerate().map(|(at, (tone, row))| {
            let text = row.strip_prefix(inset.as_str()).unwrap_or(&row);
            (tone, if at == 0 { format!("{own}{text}") } else { row })
        }));
        let mut say = |tone, text: &str| lines.extend(set(text, tone, &inset, columns, whole));
        say(Tone::Said, step.prompt.as_str());
        if !step.accept.is_empty() {
            say(Tone::Note, &format!("done when: {}", step.accept));
        }
    }
    lines
}

/// A text behind an inset: all of it, or how it begins.
fn set(text: &str, tone: Tone, inset: &str, columns: usize, whole: bool) -> Vec<(Tone, String)> {
    let room = columns.saturating_sub(inset.chars().count()).max(NARROW);
    let text = clean(text);
    if !whole {
        let first = text.lines().find(|line| !line.trim().is_empty());
        let first = clip(first.unwrap_or_default().trim(), room).into_owned();
        return vec![(tone, format!("{inset}{first}"))];
    }
    let wide = u16::try_from(room).unwrap_or(u16::MAX);
    let lines = text.lines().flat_map(|line| rows(line, wide));
    lines.map(|row| (tone, format!("{inset}{row}"))).collect()
}

/// What a step is, in one line.
fn row(step: &PlanStep, placed: Option<TaskId>, state: &State) -> String {
    let task = placed.and_then(|task| state.task(task));
    let mut words = Vec::new();
    match (task, placed) {
        (Some(task), _) => {
            let status = status::task(task, state);
            words.push(format!("{} {} {}", status.glyph, task.id(), status.word));
            words.push(step.key.clone());
            words.push(task.order().kind.to_string());
        }
        // The room has forgotten how it ended.
        (None, Some(id)) => words.push(format!("· {id}  {}", step.key)),
        (None, None) => {
            words.push(format!("○ {}", step.key));
            words.push(match step.kind {
                Some(kind) => kind.to_string(),
                None => "kind by its text".to_owned(),
            });
        }
    }
    if step.strategy != Strategy::usual(step.members.len()) {
        words.push(step.strategy.to_string());
    }
    let worked = task
        .map(Task::council)
        .filter(|council| !council.is_empty());
    let who: Vec<&str> = worked
        .unwrap_or(&step.members)
        .iter()
        .map(MemberName::as_str)
        .collect();
    words.push(if who.is_empty() {
        "by who fits best".to_owned()
    } else {
        format!("by {}", who.join(", "))
    });
    if !step.after.is_empty() {
        words.push(format!("after {}", step.after.join(", ")));
    }
    words.join("  ")
}

/// The place of the step below which a step stands: the last one for which it waits.
fn above(plan: &Plan, step: &PlanStep) -> Option<usize> {
    step.after.iter().filter_map(|key| plan.place(key)).max()
}

/// The places of the steps as they stand in the tree, each with whether its level and those above go on
/// below it.
fn tree(plan: &Plan) -> Vec<(usize, Vec<bool>)> {
    let mut places = Vec::new();
    let mut open: Vec<(usize, Vec<bool>)> = below(plan, None, &[]);
    while let Some((place, goes_on)) = open.pop() {
        open.extend(below(plan, Some(place), &goes_on));
        places.push((place, goes_on));
    }
    places
}

/// The steps that stand directly below a place, the last one first.
fn below(plan: &Plan, place: Option<usize>, levels: &[bool]) -> Vec<(usize, Vec<bool>)> {
    let steps = plan.steps().iter().enumerate();
    let own = steps.filter(|(_, step)| above(plan, step) == place);
    let own: Vec<usize> = own.map(|(at, _)| at).collect();
    let last = own.last().copied();
    let places = own.into_iter().rev().map(|at| {
        let mut levels = levels.to_vec();
        levels.push(Some(at) != last);
        (at, levels)
    });
    places.collect()
}

/// The lines of the tree to the left of a step, and to the left of what stands below its first line.
fn levels(goes_on: &[bool]) -> (String, String) {
    let Some((own, above)) = goes_on.split_last() else {
        return (String::new(), String::new());
    };
    let above: String = above
        .iter()
        .map(|goes_on| if *goes_on { "│ " } else { "  " })
        .collect();
    let (branch, on) = if *own {
        ("├ ", "│ ")
    } else {
        ("╰ ", "  ")
    };
    (format!("{above}{branch}"), format!("{above}{on}"))
}
