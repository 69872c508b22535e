//! A conflict in the shared memory that no vote settles: a document of the room that somebody else
//! changed, or two lessons that contradict each other. Its place in the list, both texts side by side, and
//! what can be said to it.
//!
//! Whether there is one is the core's business, and the answer is that to an item of the inbox.

use crate::core::{Attention, AttentionId, Import, LessonId, OutsideEdit, State, Subject};
use crate::ui::action::{Action, Context};
use crate::ui::keymap::Keymap;
use crate::ui::lessons;
use crate::ui::page::Page;
use crate::ui::status;
use crate::ui::text::{clip, line, width};
use crate::ui::theme::Role;
use crate::ui::votes::candidates::{BESIDE, joined};
use crate::ui::votes::compare::{Compared, Row};

/// What tells the key of such a row from the number of a task.
const MARK: u64 = 1 << 63;

/// Something that can be said to it: the action, in a word, and what it does.
pub(crate) type Answer = (Action, &'static str, &'static str);

const ASIDE: Answer = (
    Action::AllowForSession,
    "keep aside",
    "keeps theirs aside, under conflicts/memory, and puts the room's back",
);
const OVER: Answer = (Action::Deny, "overwrite", "puts the room's back");

/// What can be said to such an item; nothing where it is no conflict of this sort.
pub(crate) fn answers(subject: &Subject) -> &'static [Answer] {
    match subject {
        Subject::Edited { edit } => match &edit.import {
            Import::Result { .. } => &[(Action::Allow, "import", "imports it"), ASIDE, OVER],
            Import::Nothing { .. } => &[ASIDE, OVER],
        },
        Subject::Lessons { .. } => &[
            (Action::Allow, "the newer holds", "the newer holds"),
            (Action::Deny, "the older", "the older holds"),
            (Action::AllowForSession, "both", "both hold"),
            (Action::Delete, "neither", "neither holds"),
        ],
        Subject::Asked { .. }
        | Subject::Choice { .. }
        | Subject::Interrupted { .. }
        | Subject::Plan { .. }
        | Subject::LoggedOut { .. }
        | Subject::Proposed { .. }
        | Subject::Budget { .. } => &[],
    }
}

/// What it is a conflict of, in a word; nothing where it is none of this sort.
pub(crate) fn word(item: &Attention) -> Option<&'static str> {
    match &item.subject {
        Subject::Edited { .. } => Some("document"),
        Subject::Lessons { .. } => Some("lessons"),
        Subject::Asked { .. }
        | Subject::Choice { .. }
        | Subject::Interrupted { .. }
        | Subject::Plan { .. }
        | Subject::LoggedOut { .. }
        | Subject::Proposed { .. }
        | Subject::Budget { .. } => None,
    }
}

/// What it is called: the document, or which lesson says the contrary of which.
pub(crate) fn name(item: &Attention, state: &State) -> String {
    status::attention(item, state).1
}

/// The key of its row, among those of tasks.
pub(crate) fn key(item: AttentionId) -> u64 {
    MARK | item.0
}

/// The item that a key is of; nothing where it is of a task.
pub(crate) fn item(key: u64) -> Option<AttentionId> {
    (key & MARK != 0).then_some(AttentionId(key & !MARK))
}

/// What stands still until somebody says what holds.
pub(crate) fn stands_still(subject: &Subject) -> String {
    match subject {
        Subject::Edited { edit } => format!(
            "somebody else changed {} in the shared memory; it stands still until this is settled",
            edit.document
        ),
        Subject::Lessons { .. } => {
            "two lessons contradict each other; no member is told of either \
                                    until you say which holds"
                .to_owned()
        }
        Subject::Asked { .. }
        | Subject::Choice { .. }
        | Subject::Interrupted { .. }
        | Subject::Plan { .. }
        | Subject::LoggedOut { .. }
        | Subject::Proposed { .. }
        | Subject::Budget { .. } => String::new(),
    }
}

/// What the room can take over of a foreign text.
pub(crate) fn importable(edit: &OutsideEdit) -> String {
    match &edit.import {
        Import::Result { task, .. } => format!("their text can become the result of {task}"),
        Import::Nothing { why } => format!("it cannot be imported: {why}"),
    }
}

/// The page of the one that is looked at, and what it was made from.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    /// Which item, how far the room was where that matters, and how wide.
    of: Option<(AttentionId, u64, u16)>,
    pub(crate) page: Page,
}

impl Sheet {
    /// Makes what is to be drawn. Cheap when nothing changed.
    pub(crate) fn prepare(
        &mut self,
        item: &Attention,
        state: &State,
        keymap: &Keymap,
        (columns, rows): (u16, u16),
    ) {
        // A lesson gets support while it waits; another edit is another item.
        let stamp = match item.subject {
            Subject::Lessons { .. } => state.seq(),
            Subject::Edited { .. }
            | Subject::Asked { .. }
            | Subject::Choice { .. }
            | Subject::Interrupted { .. }
            | Subject::Plan { .. }
            | Subject::LoggedOut { .. }
            | Subject::Proposed { .. }
            | Subject::Budget { .. } => 0,
        };
        let of = (item.id, stamp, columns);
        if self.of != Some(of) {
            let same = self.of.is_some_and(|(before, ..)| before == item.id);
            let top = if same { self.page.top() } else { 0 };
            self.page = page(item, state, keymap, columns);
            self.page.go_once(top);
            self.of = Some(of);
        }
        self.page.resize(columns, rows);
    }
}

fn page(item: &Attention, state: &State, keymap: &Keymap, columns: u16) -> Page {
    let mut page = Page::default();
    page.text(&stands_still(&item.subject), Role::Muted);
    page.gap();
    match &item.subject {
        Subject::Edited { edit } => {
            let parts = parts(edit.diff.as_str());
            side_by_side(&mut page, ["the room's", "from outside"], &parts, columns);
            page.gap();
            page.text(&importable(edit), Role::Muted);
        }
        Subject::Lessons { older, newer } => {
            let told = |id: LessonId| lessons::told(state, id).join("\n");
            let both = Part::Both {
                places: Default::default(),
                ours: told(*older),
                theirs: told(*newer),
            };
            side_by_side(&mut page, ["the older", "the newer"], &[both], columns);
        }
        Subject::Asked { .. }
        | Subject::Choice { .. }
        | Subject::Interrupted { .. }
        | Subject::Plan { .. }
        | Subject::LoggedOut { .. }
        | Subject::Proposed { .. }
        | Subject::Budget { .. } => {}
    }
    page.gap();
    for (action, _, does) in answers(&item.subject) {
        let key = keymap.name(*action, Context::List);
        page.text(&format!("{key} {does}"), Role::Muted);
    }
    page
}

/// A part of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// A place in which two texts differ, with what surrounds it.
    Both {
        /// Where that is in each; empty where it is all of it, or not known.
        places: [String; 2],
        ours: String,
        theirs: String,
    },
    /// A line that is of neither text.
    Note(String),
}

/// Takes a unified diff apart. What is no diff is told as it is.
fn parts(diff: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let (mut at, mut inside) = (<[String; 2]>::default(), false);
    for line in diff.lines().chain(["@@"]) {
        let (mark, rest) = line.split_at(usize::from(line.starts_with([' ', '+', '-'])));
        match (mark, inside) {
            (" ", true) => {
                ours.push(rest);
                theirs.push(rest);
                continue;
            }
            ("-", true) => {
                ours.push(rest);
                continue;
            }
            ("+", true) => {
                theirs.push(rest);
                continue;
            }
            // Whose text is whose is said above both.
            ("-" | "+", false) if rest.starts_with("-- ") || rest.starts_with("++ ") => continue,
            _ if line.starts_with('\\') => continue,
            // An empty line of both whose blank was lost.
            _ if line.is_empty() => {
                ours.push("");
                theirs.push("");
                continue;
            }
            _ => {}
        }
        if ours.iter().chain(&theirs).any(|line| !line.is_empty()) {
            parts.push(Part::Both {
                places: std::mem::take(&mut at),
                ours: ours.join("\n"),
                theirs: theirs.join("\n"),
            });
        }
        ours.clear();
        theirs.clear();
        match line.strip_prefix("@@") {
            Some(head) => {
                inside = true;
                at = places(head.trim().trim_end_matches("@@"));
            }
            None => parts.push(Part::Note(line.to_owned())),
        }
    }
    parts
}

/// Both texts beside each other, or one under the other; the words that only one has are marked.
fn side_by_side(page: &mut Page, heads: [&str; 2], parts: &[Part], columns: u16) {
    let mut marks = false;
    let mut first = true;
    for part in parts {
        let (places, ours, theirs) = match part {
            Part::Both {
                places,
                ours,
                theirs,
            } => (places, ours, theirs),
            Part::Note(text) => {
                page.text(text, Role::Muted);
                continue;
            }
        };
        let compared = Compared::new(ours, theirs);
        marks |= compared.marks();
        let named = [0, 1].map(|side| format!("{}{}", heads[side], places[side]));
        if columns < BESIDE {
            for (name, rows) in named
                .iter()
                .zip([compared.left(columns), compared.right(columns)])
            {
                page.push(joined(&head(name, columns), None, 0));
                for row in rows {
                    page.push(joined(&row, None, 0));
                }
                page.gap();
            }
            continue;
        }
        let each = columns.saturating_sub(3) / 2;
        let [ours, theirs] = named.map(|name| head(&name, each));
        page.push(joined(&ours, Some(&theirs), each));
        if std::mem::take(&mut first) {
            let rule = "─".repeat(usize::from(each));
            page.text(&format!("{rule}─┼─{rule}"), Role::Border);
        }
        let (left, right) = (compared.left(each), compared.right(each));
        for index in 0..left.len().max(right.len()) {
            let row = |rows: &[Row]| rows.get(index).cloned().unwrap_or_default();
            page.push(joined(&row(&left), Some(&row(&right)), each));
        }
        page.gap();
    }
    if marks {
        page.text("the words that only one of them has are bold", Role::Muted);
    }
}

/// Whose text stands below, and from which lines it is.
fn head(text: &str, columns: u16) -> Row {
    let text = clip(&line(text), usize::from(columns)).into_owned();
    Row {
        wide: width(&text),
        bits: vec![(text, Role::Accent)],
    }
}

/// Where the texts of a part are, from the head of a hunk as `-2,5 +2,5`: the first line and how many.
fn places(head: &str) -> [String; 2] {
    let mut ranges = head.split_whitespace();
    let mut place = |mark| {
        let range = ranges.next().and_then(|range| range.strip_prefix(mark));
        let range = range.unwrap_or_default();
        let (first, count) = range.split_once(',').unwrap_or((range, "1"));
        match (first.parse::<usize>(), count.parse::<usize>()) {
            (Ok(_), Ok(0)) => ", no line".to_owned(),
            (Ok(first), Ok(1)) => format!(", line {first}"),
            (Ok(first), Ok(count)) => {
                format!(", lines {first}–{}", first.saturating_add(count - 1))
            }
            (Ok(_) | Err(_), _) => String::new(),
        }
    };
    [place('-'), place('+')]
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Part, item, key, parts};
    use crate::core::AttentionId;

    fn both(places: [&str; 2], ours: &str, theirs: &str) -> Part {
        Part::Both {
            places: places.map(str::to_owned),
            ours: ours.to_owned(),
            theirs: theirs.to_owned(),
        }
    }

    #[test]
    fn a_diff_is_taken_apart_into_both_texts() {
        let diff = "--- the room's\n+++ from outside\n@@ -1,3 +1,3 @@\n a\n--- b\n+++ B\n\n@@ -9 +9,2 @@\n\
                    -c\n\\ No newline at end of file\n+c\n+d\n";
        assert_eq!(
            parts(diff),
            [
                both([", lines 1–3", ", lines 1–3"], "a\n-- b\n", "a\n++ B\n"),
                both([", line 9", ", lines 9–10"], "c", "c\nd"),
            ]
        );
    }

    #[test]
    fn what_was_left_out_or_is_no_diff_is_told() {
        let left_out = "[… 9 bytes left out …]";
        let note = |text: &str| Part::Note(text.to_owned());
        assert_eq!(
            parts(&format!("@@ -1 +1 @@\n-a\n+b\n{left_out}\nrest\n c\n")),
            [
                both([", line 1", ", line 1"], "a", "b"),
                note(left_out),
                note("rest"),
                both(["", ""], "c", "c")
            ]
        );
        assert_eq!(
            parts("9 bytes instead of 0; too long to be compared"),
            [note("9 bytes instead of 0; too long to be compared")]
        );
        assert_eq!(parts(""), []);
    }

    #[test]
    fn the_key_of_an_item_is_none_of_a_task() {
        assert_eq!(item(key(AttentionId(7))), Some(AttentionId(7)));
        assert_eq!(item(7), None);
    }
}
