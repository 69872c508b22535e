//! The record of a conflict as Markdown: the question, the answers, the ballots, what every rule makes
//! of them, the steps and the decision. For the clipboard and for the editor.

use std::fmt::Write as _;

use crate::core::ladder::Contest;
use crate::core::ladder::record::claims;
use crate::core::voting::label;
use crate::core::{State, Task};
use crate::ui::model::Setup;
use crate::ui::overlay::answer;
use crate::ui::page::Page;
use crate::ui::text::{clean, line as one_line};
use crate::ui::votes::candidates::stand;
use crate::ui::votes::{Figures, Votes, ballots, standing, steps, tally};

/// Columns of the texts in it.
const COLUMNS: u16 = 100;
/// How many answers the table of ballots has columns for.
const TABLE: usize = 26;

/// The record, as far as its ballots may be seen.
pub(crate) fn of(contest: &Contest, state: &State, votes: &Votes, setup: &Setup) -> String {
    let task = state.task(contest.task());
    let mut out = String::new();
    let headline = task.map_or("", |task| task.order().prompt.headline());
    let headline = one_line(headline);
    let stands = standing::of(contest, state).word;
    let title = standing::title(contest.task());
    let _ = writeln!(out, "# {title}: {headline}\n\n{stands}.");
    if let Some(task) = task {
        section(&mut out, "Question", task.order().prompt.as_str());
    }
    answers(&mut out, contest, state);
    if let Some(claims) = claims(contest) {
        let _ = write!(out, "\n## Claims\n\n{claims}");
    }
    let hidden = votes.is_hidden(contest);
    if contest.ballots().is_some() {
        table(&mut out, contest, (hidden, votes.figures(contest)));
        let page = tally::page(contest, votes, hidden, setup, COLUMNS);
        paged(&mut out, "Tally", &page);
    }
    paged(&mut out, "Story", &steps::page(contest, setup));
    out
}

/// All answers, to be merged by hand: what is above each is not part of it.
pub(crate) fn buffer(contest: &Contest, state: &State) -> String {
    let task = state.task(contest.task()).map(Task::order);
    let prompt = task.map_or("", |order| order.prompt.headline());
    let id = contest.task();
    let mut out = format!(
        "{MARK} The result of {id}: {prompt}\n{MARK} Lines that begin with {MARK} are left out.\n"
    );
    for (at, candidate) in contest.candidates().iter().enumerate() {
        let text = candidate
            .calls
            .first()
            .and_then(|call| answer(*call, state));
        if let Some(text) = text {
            let who = stand(contest, state, at);
            let _ = write!(out, "{MARK} {}  {who}\n{}\n\n", label(at), text.trim_end());
        }
    }
    out
}

/// What begins a line that is only there to be read.
const MARK: &str = "#>";

/// What was written in such a buffer, without the lines that are only there to be read.
pub(crate) fn written(buffer: &str) -> String {
    let lines: Vec<&str> = buffer
        .lines()
        .filter(|line| !line.starts_with(MARK))
        .collect();
    lines.join("\n").trim().to_owned()
}

fn section(out: &mut String, title: &str, text: &str) {
    let _ = write!(out, "\n## {title}\n\n{}", fenced(text));
}

fn paged(out: &mut String, title: &str, page: &Page) {
    section(out, title, &page.plain_text());
}

fn answers(out: &mut String, contest: &Contest, state: &State) {
    out.push_str("\n## Answers\n");
    for (at, candidate) in contest.candidates().iter().enumerate() {
        let text = candidate
            .calls
            .first()
            .and_then(|call| answer(*call, state));
        let text = text.unwrap_or_else(|| "its text is only in the journal".to_owned());
        let who = stand(contest, state, at);
        let _ = write!(out, "\n### {}: {who}\n\n{}", label(at), fenced(&text));
    }
}

fn table(out: &mut String, contest: &Contest, hidden: (bool, Option<&Figures>)) {
    let _ = write!(out, "\n## Ballots\n\n{}\n\n", ballots::about(contest));
    let candidates: Vec<usize> = (0..contest.sides().len().min(TABLE)).collect();
    let heads: Vec<String> = candidates.iter().map(|at| label(*at)).collect();
    let rule = "---|".repeat(candidates.len());
    let _ = writeln!(
        out,
        "| voter | {} | sure | because |\n|---|{rule}---|---|",
        heads.join(" | ")
    );
    for line in ballots::lines(contest, hidden, (0, usize::MAX), &candidates) {
        let mut cells = line.cells;
        cells.resize(candidates.len(), String::new());
        let because = one_line(&line.because).replace('|', "\\|");
        let cells = cells.join(" | ");
        let _ = writeln!(
            out,
            "| {} | {cells} | {} | {because} |",
            line.name, line.sure
        );
    }
}

/// A text in a fence that nothing in it can end.
fn fenced(text: &str) -> String {
    let text = clean(text);
    let runs = text.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0).max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{fenced, written};

    #[test]
    fn nothing_in_a_text_ends_its_fence() {
        assert_eq!(fenced("a\n"), "```text\na\n```\n");
        assert_eq!(fenced("```\nb"), "````text\n```\nb\n````\n");
    }

    #[test]
    fn only_what_is_no_remark_is_the_result() {
        let buffer = "#> The result\n#> A\n# One\n\ntwo\n#> B\n\n";
        assert_eq!(written(buffer), "# One\n\ntwo");
    }
}
