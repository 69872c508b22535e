//! The figures as a calm table.

use std::fmt::Write as _;

use super::{Asked, By, members, of};
use crate::core::State;
use crate::core::metrics::{Share, Table};
use crate::ui::metrics::column::{Column, UNKNOWN, percent, span};
use crate::ui::metrics::{Row, window_name};
use crate::ui::text::width;

/// A column: its heading and its text.
type Of = (&'static str, fn(&Row) -> String);

const COLUMNS: [Of; 13] = [
    ("tasks", |row| Column::Tasks.text(row)),
    ("accepted", |row| share(row.figures.acceptance())),
    ("council", |row| share(row.figures.with_council())),
    ("operator", |row| share(row.figures.with_operator())),
    ("votes won", |row| share(row.figures.votes())),
    ("p50", |row| time(row, 500)),
    ("p90", |row| time(row, 900)),
    ("p99", |row| time(row, 990)),
    ("first text", |row| Column::First.text(row)),
    ("failed", |row| Column::Failed.text(row)),
    ("tokens", |row| Column::Tokens.text(row)),
    ("cost", |row| Column::Cost.text(row)),
    ("flips", |row| share(row.figures.flips())),
];

/// The table with a line above it that says what it holds, and one below that says what its marks mean.
pub(super) fn text(state: &State, figures: &Table, asked: &Asked) -> String {
    let rows = rows(state, figures, asked);
    let window = window_name(asked.window);
    if rows.is_empty() {
        return "no members yet: what they do is counted here, by member and kind of task\n"
            .to_owned();
    }
    let what = match (&asked.member, asked.kind) {
        (None, None) if asked.by == By::Kind => format!("all tasks by kind, {window}"),
        (Some(member), Some(kind)) => format!("{member} on {kind} tasks, {window}"),
        (Some(member), None) => format!("{member} by kind of task, {window}"),
        (None, Some(kind)) => format!("{kind} tasks by member, {window}"),
        (None, None) => format!("all tasks by member, {window}"),
    };
    let first = if asked.member.is_some() || asked.by == By::Kind {
        "kind"
    } else {
        "member"
    };
    let mut cells: Vec<Vec<String>> = vec![headings(first)];
    cells.extend(rows.iter().map(|(name, row)| {
        let figures = COLUMNS.iter().map(|(_, text)| text(row));
        std::iter::once(name.clone()).chain(figures).collect()
    }));
    let mut to = format!("{what}\n\n");
    for line in laid_out(&cells) {
        writeln!(to, "{line}").unwrap_or_default();
    }
    to.push_str(
        "\n(n): of how many  –: not known  ~: estimated, because the server reports none\n",
    );
    to
}

fn headings(first: &str) -> Vec<String> {
    let figures = COLUMNS.iter().map(|(heading, _)| (*heading).to_owned());
    std::iter::once(first.to_owned()).chain(figures).collect()
}

/// The rows with what each is called.
fn rows(state: &State, figures: &Table, asked: &Asked) -> Vec<(String, Row)> {
    if asked.by == By::Kind {
        let kinds = figures.by_kind().into_iter();
        let kinds = kinds.map(|(kind, one)| Row::of_kind(kind, one));
        let all = Row::of_all(true, figures.total());
        return kinds.chain([all]).map(|row| (row.title(), row)).collect();
    }
    match (&asked.member, asked.kind) {
        (Some(member), None) => {
            let kinds = figures.kinds_of(member);
            let mut rows: Vec<(String, Row)> = kinds
                .map(|(kind, one)| (kind.to_string(), Row::of_member(state, member, one.clone())))
                .collect();
            let all = Row::of_member(state, member, figures.of_member(member));
            rows.push(("all kinds".to_owned(), all));
            rows
        }
        (Some(member), Some(kind)) => {
            let one = Row::of_member(state, member, of(figures, member, Some(kind)));
            vec![(kind.to_string(), one)]
        }
        (None, kind) => members(state)
            .into_iter()
            .map(|member| Row::of_member(state, member, of(figures, member, kind)))
            // Whoever left and did nothing in this time says nothing of it.
            .filter(|row| row.here || row.figures.calls() > 0)
            .map(|row| (row.title(), row))
            .collect(),
    }
}

/// Names at the left, figures at the right of their columns; trailing blanks are cut.
pub(super) fn laid_out(cells: &[Vec<String>]) -> Vec<String> {
    let count = cells.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..count)
        .map(|at| {
            let texts = cells.iter().filter_map(|row| row.get(at));
            texts.map(|text| width(text)).max().unwrap_or(0)
        })
        .collect();
    let lines = cells.iter().map(|row| {
        let mut line = String::new();
        for (at, (text, columns)) in row.iter().zip(&widths).enumerate() {
            let air = " ".repeat(columns.saturating_sub(width(text)));
            if at == 0 {
                line.push_str(text);
                line.push_str(&air);
            } else {
                line.push_str("  ");
                line.push_str(&air);
                line.push_str(text);
            }
        }
        line.trim_end().to_owned()
    });
    lines.collect()
}

fn share(share: Share) -> String {
    match share.rate() {
        Some(rate) => format!("{} ({})", percent(rate), share.n),
        None => UNKNOWN.to_owned(),
    }
}

fn time(row: &Row, per_mille: u64) -> String {
    let time = row.figures.latency().quantile(per_mille);
    time.map_or_else(|| UNKNOWN.to_owned(), span)
}
