//! The claims of a conflict × its candidates, as Markdown: who agrees, who contradicts, and the words that
//! show it. Candidates are letters, so that it may be read while a vote goes on.

use std::fmt::Write as _;

use super::cell;
use crate::core::conflict::claims::{Claim, Matrix};
use crate::core::ladder::{Answered, Contest};
use crate::core::voting::label;

/// How many candidates the table has columns for.
const COLUMNS: usize = 26;

/// The claims of a conflict; `None` where nobody took its answers apart.
#[must_use]
pub fn claims(contest: &Contest) -> Option<String> {
    let matrix = contest.claims()?;
    let mut out = String::new();
    let (all, contested) = (matrix.claims().len(), matrix.contested().len());
    let by = clerk(contest).map_or_else(String::new, |name| format!(", as {name} told them apart"));
    let _ = writeln!(out, "{contested} of {all} are contested{by}.\n");
    table(&mut out, matrix);
    if let Some(silenced) = matrix.dropped().silenced() {
        let _ = writeln!(out, "\n{silenced}.");
    }
    Some(out)
}

/// Who told the claims apart.
fn clerk(contest: &Contest) -> Option<&str> {
    let mut asked = contest.inquiries().values().rev();
    let clerk = asked.find(|it| matches!(contest.answered(it.by), Some(Answered::Claims(_))))?;
    Some(clerk.member().as_str())
}

fn table(out: &mut String, matrix: &Matrix) {
    let shown = matrix.candidates().min(COLUMNS);
    let heads: Vec<String> = (0..shown).map(label).collect();
    let _ = writeln!(out, "| | claim | {} |", heads.join(" | "));
    let _ = writeln!(out, "|---|---|{}", "---|".repeat(shown));
    for (number, claim, it) in numbered(matrix) {
        let stances = (0..shown).map(|one| matrix.stance(claim, one).word());
        let _ = writeln!(
            out,
            "| {number} {} | {} | {} |",
            it.held().word(),
            cell(&it.text),
            stances.collect::<Vec<_>>().join(" | "),
        );
    }
    if matrix.candidates() > shown {
        let _ = writeln!(out, "\n{} more answers.", matrix.candidates() - shown);
    }
    out.push('\n');
    for (number, claim, _) in numbered(matrix) {
        for one in 0..shown {
            if let Some(quote) = matrix.quote(claim, one) {
                let word = matrix.stance(claim, one).word();
                let _ = writeln!(out, "- {number} {} {word}: “{}”", label(one), cell(quote));
            }
        }
    }
}

/// The claims with their numbers from 1, the contested ones first, and their places.
fn numbered(matrix: &Matrix) -> impl Iterator<Item = (usize, usize, &Claim)> {
    let ordered = matrix.ordered().into_iter().zip(1..);
    ordered.filter_map(|(claim, number)| Some((number, claim, matrix.claims().get(claim)?)))
}
