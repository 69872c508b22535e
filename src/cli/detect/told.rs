//! What `synod detect` prints: the table of scores, and the verdicts on records without labels.

use std::io::{self, Write};

use serde_json::json;

use super::Source;
use super::records::Record;
use super::score::Score;
use crate::cli::telling::plain;
use crate::core::conflict::reading::Reading;
use crate::core::conflict::verdict::{Verdict, groups, overall};

/// The longest answer that is shown in a line, in characters.
const SHOWN: usize = 60;

/// A line of the table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) task: String,
    pub(super) source: Source,
    pub(super) score: Score,
}

/// Prints the table, or an object a row.
pub(super) fn scores(rows: &[Row], json: bool, out: &mut impl Write) -> io::Result<()> {
    if json {
        for Row {
            task,
            source,
            score,
        } in rows
        {
            let object = json!({
                "task": task, "source": source.word(), "pairs": score.pairs,
                "precision": score.precision(), "recall": score.recall(), "f1": score.f1(),
            });
            writeln!(out, "{object}")?;
        }
        return Ok(());
    }
    if rows.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = rows.iter().map(|row| plain(&row.task)).collect();
    let widest = names.iter().map(|name| name.chars().count()).max();
    let width = widest.unwrap_or_default().max("task".len());
    writeln!(
        out,
        "{:<width$}  source  pairs  precision  recall      F1",
        "task"
    )?;
    let share =
        |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.4}"));
    for (name, row) in names.iter().zip(rows) {
        writeln!(
            out,
            "{name:<width$}  {:<6}  {:>5}  {:>9}  {:>6}  {:>6}",
            row.source.word(),
            row.score.pairs,
            share(row.score.precision()),
            share(row.score.recall()),
            share(row.score.f1()),
        )?;
    }
    Ok(())
}

/// Prints how the answers of one record stand to each other.
pub(super) fn council(
    record: &Record,
    source: Source,
    members: &[&str],
    readings: &[Reading],
    json: bool,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut groups = groups(readings);
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    let verdict = overall(readings, &groups);
    let name = |at: usize| members.get(at).copied().unwrap_or_default();
    let silent = readings
        .iter()
        .enumerate()
        .filter_map(|(at, reading)| match reading {
            Reading::Said(_) => None,
            Reading::Silent(silence) => Some((name(at), silence.word())),
        });
    let label = |group: &[usize]| {
        group.first().and_then(|at| match readings.get(*at)? {
            Reading::Said(said) => Some(said.written.as_str()),
            Reading::Silent(_) => None,
        })
    };
    if json {
        let candidates: Vec<_> = groups
            .iter()
            .map(|group| {
                let members: Vec<&str> = group.iter().map(|at| name(*at)).collect();
                json!({"label": label(group), "members": members})
            })
            .collect();
        let silent: Vec<_> = silent
            .map(|(member, why)| json!({"member": member, "why": why}))
            .collect();
        let object = json!({
            "id": record.id, "task": record.task, "source": source.word(),
            "verdict": verdict.word(), "candidates": candidates, "silent": silent,
        });
        return writeln!(out, "{object}");
    }
    writeln!(
        out,
        "{}  {}  {} {}",
        plain(&record.id),
        source.word(),
        glyph(verdict),
        verdict.word()
    )?;
    for group in &groups {
        let members: Vec<&str> = group.iter().map(|at| name(*at)).collect();
        let whole = plain(label(group).unwrap_or_default());
        let mut shown: String = whole.chars().take(SHOWN).collect();
        if shown.len() < whole.len() {
            shown.push('…');
        }
        writeln!(
            out,
            "  {:>3}× {shown}  ({})",
            group.len(),
            plain(&members.join(", "))
        )?;
    }
    for (member, why) in silent {
        writeln!(out, "    – {why}  ({})", plain(member))?;
    }
    Ok(())
}

fn glyph(verdict: Verdict) -> char {
    match verdict {
        Verdict::Agree => '✓',
        Verdict::Conflict => '✕',
        Verdict::Complementary => '+',
        Verdict::Doubt(_) => '?',
        Verdict::Silent => '–',
    }
}
