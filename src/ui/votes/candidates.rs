//! The answers of a conflict, two at a time: the one that is looked at, and what it is compared with.

use std::collections::BTreeSet;

use crate::core::ladder::Contest;
use crate::core::voting::label;
use crate::core::{MemberName, State, Task};
use crate::ui::overlay::answer;
use crate::ui::page::{Page, PageLine};
use crate::ui::text::{clip, line, width};
use crate::ui::theme::Role;
use crate::ui::votes::compare::{Compared, Row};

/// From here on two answers stand side by side.
pub(super) const BESIDE: u16 = 76;
/// Between two answers.
const RULE: &str = " │ ";
/// How many candidates are named around the one that is looked at.
const NAMED: usize = 12;
/// How many members are named.
const MEMBERS: usize = 8;

/// The page of the candidate at a place.
pub(super) fn page(contest: &Contest, state: &State, at: usize, columns: u16) -> Page {
    let mut page = Page::default();
    if let Some(task) = state.task(contest.task()) {
        asked(&mut page, task);
    }
    let count = contest.candidates().len();
    if count > 2 {
        page.push(all(contest, at));
        page.gap();
    }
    let other = opposite(contest, at);
    let one = text(contest, state, at);
    let Some(other) = other else {
        head(&mut page, contest, state, at, columns);
        let whole = Compared::new(&one, &one);
        for row in whole.left(columns) {
            page.push(joined(&row, None, 0));
        }
        return page;
    };
    let compared = Compared::new(&one, &text(contest, state, other));
    let alike = match compared.alike {
        Some(alike) if compared.marks() => format!(
            "{:.0} % of the words are in both; the others are bold",
            alike * 100.0
        ),
        Some(_) => "they have few words in common".to_owned(),
        None => "too long to be compared word by word".to_owned(),
    };
    if columns < BESIDE {
        for (which, rows) in [
            (at, compared.left(columns)),
            (other, compared.right(columns)),
        ] {
            head(&mut page, contest, state, which, columns);
            for row in rows {
                page.push(joined(&row, None, 0));
            }
            page.gap();
        }
    } else {
        let each = (columns.saturating_sub(3)) / 2;
        beside(&mut page, contest, state, (at, other), each);
        let (left, right) = (compared.left(each), compared.right(each));
        for index in 0..left.len().max(right.len()) {
            let row = |rows: &[Row]| rows.get(index).cloned().unwrap_or_default();
            page.push(joined(&row(&left), Some(&row(&right)), each));
        }
        page.gap();
    }
    page.text(&alike, Role::Muted);
    page
}

/// What was asked, in few lines.
fn asked(page: &mut Page, task: &Task) {
    let mut lines = task.order().prompt.as_str().lines();
    for text in lines.by_ref().take(3) {
        page.text(text, Role::Asked);
    }
    if lines.next().is_some() {
        page.text("…", Role::Muted);
    }
    page.gap();
}

/// What a candidate is compared with: the one that most stand for, or the first other one.
fn opposite(contest: &Contest, at: usize) -> Option<usize> {
    let chosen = contest.decision().and_then(|it| it.chosen);
    let first = chosen.or_else(|| contest.leader());
    let others = || (0..contest.candidates().len()).filter(|other| *other != at);
    first
        .filter(|first| *first != at)
        .or_else(|| others().next())
}

/// The letters around the one that is looked at, with how many stand for each.
fn all(contest: &Contest, at: usize) -> PageLine {
    let count = contest.candidates().len();
    let first = at
        .saturating_sub(NAMED / 2)
        .min(count.saturating_sub(NAMED));
    let mut line = PageLine::default();
    if first > 0 {
        line.push("… ", Role::Muted);
    }
    for which in first..count.min(first + NAMED) {
        let side = contest.sides().get(which).map_or(0, BTreeSet::len);
        let (text, role) = if which == at {
            (format!("[{} {side}]", label(which)), Role::Accent)
        } else {
            (format!(" {} {side} ", label(which)), Role::Muted)
        };
        line.push(&text, role);
    }
    if first + NAMED < count {
        line.push(&format!(" … of {count}"), Role::Muted);
    }
    line
}

/// The text of a candidate.
fn text(contest: &Contest, state: &State, at: usize) -> String {
    let candidate = contest.candidates().get(at);
    let call = candidate.and_then(|it| it.calls.first().copied());
    let text = call.and_then(|call| answer(call, state));
    text.unwrap_or_else(|| "its text is only in the journal by now".to_owned())
}

/// The letter, the mark of the decision, and who stands for it.
fn about(contest: &Contest, state: &State, at: usize) -> [(String, Role); 3] {
    let chosen = contest.decision().and_then(|it| it.chosen) == Some(at);
    let mark = if chosen { "  ✓ stands" } else { "" };
    [
        (label(at), Role::Accent),
        (mark.to_owned(), Role::Ok),
        (format!("  {}", stand(contest, state, at)), Role::Muted),
    ]
}

fn head(page: &mut Page, contest: &Contest, state: &State, at: usize, columns: u16) {
    let mut line = PageLine::default();
    for (text, role) in about(contest, state, at) {
        line.push(&text, role);
    }
    page.push(line);
    page.text(&"─".repeat(usize::from(columns)), Role::Border);
}

/// The heads of two candidates that stand side by side.
fn beside(page: &mut Page, contest: &Contest, state: &State, two: (usize, usize), each: u16) {
    let room = usize::from(each);
    let mut heads = [two.0, two.1].map(|at| {
        let (mut row, mut used) = (Row::default(), 0);
        for (text, role) in about(contest, state, at) {
            let text = line(&text).into_owned();
            let text = clip(&text, room.saturating_sub(used)).into_owned();
            used += width(&text);
            row.bits.push((text, role));
        }
        row.wide = used;
        row
    });
    let [left, right] = &mut heads;
    page.push(joined(left, Some(right), each));
    let rule = "─".repeat(room);
    page.text(&format!("{rule}─┼─{rule}"), Role::Border);
}

/// One row, or two beside each other.
pub(super) fn joined(left: &Row, right: Option<&Row>, each: u16) -> PageLine {
    let mut line = PageLine::default();
    for (text, role) in &left.bits {
        line.push(text, *role);
    }
    let Some(right) = right else {
        return line;
    };
    let missing = usize::from(each).saturating_sub(left.wide);
    line.push(&" ".repeat(missing), Role::Text);
    line.push(RULE, Role::Border);
    for (text, role) in &right.bits {
        line.push(text, *role);
    }
    line
}

/// Who stands for a candidate: its authors, and who came over to it.
pub(super) fn stand(contest: &Contest, state: &State, at: usize) -> String {
    let authors: BTreeSet<MemberName> = contest
        .candidates()
        .get(at)
        .map_or(&[][..], |it| it.calls.as_slice())
        .iter()
        .filter_map(|call| Some(state.call(*call)?.member().clone()))
        .collect();
    let Some(side) = contest.sides().get(at) else {
        let names: Vec<&str> = authors.iter().map(MemberName::as_str).collect();
        return format!("says nothing: {}", names.join(", "));
    };
    let mut names: Vec<String> = Vec::new();
    for name in side.iter().take(MEMBERS) {
        let came = !authors.is_empty() && !authors.contains(name);
        names.push(if came {
            format!("{name} (came over)")
        } else {
            name.to_string()
        });
    }
    if side.len() > MEMBERS {
        names.push(format!("{} more", side.len() - MEMBERS));
    }
    let left: Vec<&str> = authors
        .iter()
        .filter(|name| contest.side_of(name).is_some_and(|side| side != at))
        .take(MEMBERS)
        .map(MemberName::as_str)
        .collect();
    let all: usize = contest.sides().iter().map(BTreeSet::len).sum();
    let left = if left.is_empty() {
        String::new()
    } else {
        format!("; {} left it", left.join(", "))
    };
    format!("{} of {all}: {}{left}", side.len(), names.join(", "))
}
