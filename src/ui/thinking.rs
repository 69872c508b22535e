//! Thoughts as lines: one a thought, in the shape of their tree, each with a glyph and a word.
//!
//! The whole texts stand elsewhere; a line shows how a thought begins.

use crate::core::thinking::{Place, tree};
use crate::core::{Keeper, Task, Thought};
use crate::ui::text::{clip, line};

/// A thought of the trunk, or one that goes on in a branch.
const THOUGHT: &str = "●";
/// A thought that corrects another.
const REVISION: &str = "↺";
/// The first thought of another way.
const BRANCH: &str = "◆";
/// A thought that nobody keeps yet.
const PENDING: &str = "○";

/// What a thought is, in words: `thought 3 revises 1`.
pub(crate) fn heading(thought: &Thought) -> String {
    let revises = thought
        .revises
        .map_or_else(String::new, |revised| format!(" revises {revised}"));
    let branch = thought.branch.as_ref().map_or_else(String::new, |branch| {
        format!(" in branch {} from {}", branch.id, branch.from)
    });
    format!("thought {}{revises}{branch}", thought.number)
}

/// Who keeps a thought, as the end of a sentence about it.
pub(crate) fn kept_by(keeper: &Keeper) -> String {
    match keeper {
        Keeper::Tool {
            history,
            replayed: 0,
        } => format!("is kept by the tool, which holds {history}"),
        Keeper::Tool { history, replayed } => format!(
            "is kept by the tool, which holds {history}; a fresh process of it was told {replayed} \
             earlier ones first"
        ),
        Keeper::Room { why } => format!("is kept by Synod alone: {why}"),
    }
}

/// The tree of a task's thoughts, `columns` wide; the first line says how far it is. Empty for a task
/// that has none.
pub(crate) fn lines(task: &Task, columns: usize) -> Vec<String> {
    let kept = task.thinking().kept();
    let Some(last) = kept.last() else {
        return Vec::new();
    };
    let most = task.thinking().most();
    let bound = if task.is_ended() {
        String::new()
    } else {
        format!(
            " of about {}, at most {most}",
            last.thought().total.min(most)
        )
    };
    let count = match kept.len() {
        1 => "1 thought".to_owned(),
        more => format!("{more} thoughts"),
    };
    let mut lines = vec![format!("{count}{bound}")];
    // The last one that somebody keeps says who keeps all.
    if let Some(keeper) = kept.iter().rev().find_map(|kept| kept.keeper()) {
        lines.push(match keeper {
            Keeper::Tool { .. } => "recorded by the sequential-thinking tool".to_owned(),
            Keeper::Room { why } => format!("kept by Synod alone: {why}"),
        });
    }
    let places = tree(kept);
    lines.extend(places.iter().map(|place| row(place, columns)));
    lines
}

fn row(place: &Place<'_>, columns: usize) -> String {
    let thought = place.kept.thought();
    let glyph = match place.kept.keeper() {
        None => PENDING,
        Some(_) if thought.revises.is_some() => REVISION,
        Some(_) if place.opens_branch => BRANCH,
        Some(_) => THOUGHT,
    };
    let what = match (&thought.branch, thought.revises) {
        (Some(branch), Some(revised)) => format!("revises {revised} in {}", branch.id),
        (Some(branch), None) if place.opens_branch => format!("branch {}", branch.id),
        (Some(branch), None) => format!("in {}", branch.id),
        (None, Some(revised)) => format!("revises {revised}"),
        (None, None) => "thought".to_owned(),
    };
    let pending = match place.kept.keeper() {
        None => ", not recorded yet",
        Some(_) => "",
    };
    let text = format!(
        "{}{glyph} {} {what}{pending}: {}",
        levels(&place.goes_on),
        thought.number,
        thought.text.headline()
    );
    clip(&line(&text), columns).into_owned()
}

/// The lines of the tree to the left of a thought.
fn levels(goes_on: &[bool]) -> String {
    let Some((own, above)) = goes_on.split_last() else {
        return String::new();
    };
    let above = above
        .iter()
        .map(|goes_on| if *goes_on { "│ " } else { "  " });
    let own = if *own { "├ " } else { "╰ " };
    above.chain([own]).collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::lines;
    use crate::core::fixture::{Room, order, said};
    use crate::core::{Event, Keeper, Report, Strategy};

    #[test]
    fn revisions_and_branches_are_seen() {
        let mut room = Room::of(&["codex"]);
        let (task, mut calls) = room.add(order(Strategy::Think, &[]));
        let answers = [
            r#"{"thought":"The sleep races.","next_thought_needed":true,"total_thoughts":4}"#,
            r#"{"thought":"Perhaps not.\nMore.","next_thought_needed":true,"revises":1}"#,
            r#"{"thought":"A cache \u001b[31mwould do.","next_thought_needed":true,"branch_from":1,"branch_id":"cache"}"#,
            r#"{"thought":"So it is.","next_thought_needed":true}"#,
        ];
        for (number, answer) in (1..).zip(answers) {
            room.answer(calls[0], said(answer));
            if number < 4 {
                room.report(&Report::ThoughtRecorded {
                    task,
                    call: calls[0],
                    keeper: Keeper::Tool {
                        history: number,
                        replayed: 0,
                    },
                });
                calls = crate::core::fixture::started(&room.follow());
            }
        }
        let shown = |room: &Room, columns| lines(room.state.task(task).unwrap(), columns);
        assert_eq!(
            shown(&room, 40),
            [
                "4 thoughts of about 4, at most 12",
                "recorded by the sequential-thinking tool",
                "● 1 thought: The sleep races.",
                "├ ↺ 2 revises 1: Perhaps not.",
                "╰ ◆ 3 branch cache: A cache would do.",
                "○ 4 thought, not recorded yet: So it is.",
            ]
        );
        assert_eq!(shown(&room, 20)[3], "├ ↺ 2 revises 1: Pe…");
        room.fold(vec![Event::ThoughtRecorded {
            task,
            number: 4,
            keeper: Keeper::Room {
                why: "no tool is configured".to_owned(),
            },
        }]);
        let kept = &shown(&room, 60)[1];
        assert_eq!(kept, "kept by Synod alone: no tool is configured");
    }
}
