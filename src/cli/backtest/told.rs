//! What `synod backtest` prints: a table a pool, or an object a row.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::bootstrap::{Difference, difference};
use super::course::Course;
use super::figures::{Figures, mean};
use super::hindsight::Hindsight;
use super::pool::Pool;
use super::rows::Row;
use crate::cli::telling::plain;
use crate::ui::status::plural;

/// What stands where nothing is known.
const UNKNOWN: &str = "–";

/// The replay of a pool.
#[derive(Debug)]
pub(super) struct Replayed<'a> {
    pub(super) pool: &'a Pool,
    pub(super) rows: &'a [Row],
    /// By row and then by seed.
    pub(super) courses: &'a [Vec<Course>],
    /// The place of the row that the others are held against.
    pub(super) base: Option<usize>,
    /// The places of the kinds that get rows of their own.
    pub(super) kinds: &'a [usize],
}

/// One line: a row, on all kinds or on one.
#[derive(Debug)]
struct Line<'a> {
    row: &'a Row,
    kind: Option<usize>,
    figures: Figures,
    changes: Option<f64>,
    difference: Option<Difference>,
    items: usize,
    /// By how much the best single member, a random one and the oracle do better.
    regrets: [Option<f64>; 3],
}

impl<'a> Replayed<'a> {
    fn figures(&self, at: usize, kind: Option<usize>) -> Figures {
        let courses = self.courses.get(at).map_or(&[][..], Vec::as_slice);
        Figures::of(&courses.iter().filter_map(|course| match kind {
            None => Some(&course.all),
            Some(kind) => course.kinds.get(kind),
        }))
    }

    /// The accuracy of what is known in hindsight.
    fn hindsight(&self, is: fn(&Hindsight) -> bool, kind: Option<usize>) -> Option<f64> {
        let at = self
            .rows
            .iter()
            .position(|row| matches!(row, Row::Hindsight(hindsight) if is(hindsight)))?;
        self.figures(at, kind).accuracy
    }

    fn lines(&self) -> Vec<Line<'a>> {
        let mut lines = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            let courses = self.courses.get(at).map_or(&[][..], Vec::as_slice);
            let items = self.pool.items(row.is_rule());
            let all = std::iter::once(None);
            let kinds = self.kinds.iter().copied().map(Some);
            for kind in all.chain(kinds) {
                let is_of = |place: usize| {
                    kind.is_none_or(|kind| items.get(place).is_some_and(|kept| kept.kind == kind))
                };
                let figures = self.figures(at, kind);
                let base = self.base.filter(|base| *base != at);
                let base =
                    base.and_then(|base| Some((self.courses.get(base)?, self.rows.get(base)?)));
                // Items that are not the same cannot be compared one by one.
                let base = base.filter(|(_, base)| {
                    self.pool.votes.is_none() || base.is_rule() == row.is_rule()
                });
                let is_comparable = !(row.is_rule() && self.pool.votes.is_some());
                let regret = |is: fn(&Hindsight) -> bool| {
                    let best = self.hindsight(is, kind).filter(|_| is_comparable)?;
                    Some(best - figures.accuracy?)
                };
                lines.push(Line {
                    row,
                    kind,
                    changes: changes(row, kind, courses),
                    difference: base.and_then(|(base, _)| difference(courses, base, is_of)),
                    items: (0..items.len()).filter(|place| is_of(*place)).count(),
                    regrets: [
                        match kind {
                            None => regret(|one| matches!(one, Hindsight::BestSingle(_))),
                            // Who is best on the kind, whoever is best on all.
                            Some(_) => regret(|one| matches!(one, Hindsight::BestOfKind(_)))
                                .or_else(|| regret(|one| matches!(one, Hindsight::BestSingle(_)))),
                        },
                        regret(|one| *one == Hindsight::Random),
                        regret(|one| *one == Hindsight::Oracle),
                    ],
                    figures,
                });
            }
        }
        lines
    }

    fn seeds(&self) -> usize {
        self.courses.first().map_or(0, Vec::len)
    }

    fn label(&self, kind: Option<usize>) -> Option<&str> {
        let (_, label) = self.pool.kinds.get(kind?)?;
        Some(label)
    }

    fn member(&self, row: &Row) -> Option<&str> {
        let Row::Hindsight(hindsight) = row else {
            return None;
        };
        let label = self.pool.labels.get(hindsight.member()?)?;
        Some(label)
    }

    /// One object a line.
    pub(super) fn json(&self, out: &mut impl Write) -> io::Result<()> {
        let against = self.base.and_then(|base| self.rows.get(base));
        for line in self.lines() {
            let mut object = json!({
                "pool": self.pool.name,
                "kind": self.label(line.kind),
                "items": line.items,
                "seeds": self.seeds(),
            });
            let parts = [
                what(line.row, self.member(line.row)),
                measured(&line),
                json!({
                    "against": against.filter(|_| line.difference.is_some()).map(ToString::to_string),
                    "difference": line.difference.map(|it| it.mean),
                    "low": line.difference.map(|it| it.low),
                    "high": line.difference.map(|it| it.high),
                }),
            ];
            if let Value::Object(object) = &mut object {
                for part in parts {
                    if let Value::Object(part) = part {
                        object.extend(part);
                    }
                }
            }
            writeln!(out, "{object}")?;
        }
        Ok(())
    }

    /// A table.
    pub(super) fn table(&self, out: &mut impl Write) -> io::Result<()> {
        let pool = self.pool;
        writeln!(
            out,
            "{}: {}, {}, {}",
            plain(&pool.name),
            plural(pool.items.len(), "item"),
            plural(pool.members.len(), "member"),
            plural(self.seeds(), "seed")
        )?;
        let lines = self.lines();
        let is_partly = lines
            .iter()
            .any(|line| line.figures.judged.is_some_and(|part| part < 0.9995));
        let against = self.base.and_then(|base| self.rows.get(base));
        let mut cells: Vec<Vec<String>> = vec![self.heads(is_partly, against)];
        for line in &lines {
            cells.push(self.cells(line, is_partly, against.is_some()));
        }
        let columns = cells.first().map_or(0, Vec::len);
        let width = |column: usize| {
            let each = cells.iter().filter_map(|row| row.get(column));
            each.map(|cell| cell.chars().count())
                .max()
                .unwrap_or_default()
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for row in &cells {
            let padded = row.iter().zip(&widths).enumerate();
            let padded = padded.map(|(at, (cell, width))| match at {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            });
            let line = padded.collect::<Vec<String>>().join("  ");
            writeln!(out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    fn heads(&self, is_partly: bool, against: Option<&Row>) -> Vec<String> {
        let mut heads: Vec<String> = [
            "",
            "right",
            "±",
            "calls",
            "cost",
            "seconds",
            "ECE",
            "first",
            "last",
            "to best",
            "to random",
            "to oracle",
        ]
        .map(ToOwned::to_owned)
        .into();
        if self.has_changes() {
            heads.push("changes".to_owned());
        }
        if is_partly {
            heads.push("judged".to_owned());
        }
        if let Some(against) = against {
            heads.push(format!("less {against}"));
            heads.push("95 % of it".to_owned());
        }
        heads
    }

    fn has_changes(&self) -> bool {
        let mut courses = self.courses.iter().flatten();
        courses.any(|course| course.changes > 0)
    }

    fn cells(&self, line: &Line<'_>, is_partly: bool, is_against: bool) -> Vec<String> {
        let figures = &line.figures;
        let name = match (self.label(line.kind), self.member(line.row)) {
            (Some(kind), _) => format!("  {}", plain(kind)),
            (None, Some(member)) => format!("{}, {}", line.row, plain(member)),
            (None, None) => line.row.to_string(),
        };
        let mut cells = vec![
            name,
            share(figures.accuracy),
            share(figures.spread),
            told(figures.calls, |it| format!("{it:.2}")),
            told(figures.cost, |it| format!("${it:.5}")),
            told(figures.seconds, |it| format!("{it:.1}")),
            share(figures.ece),
            share(figures.first_half),
            share(figures.last_half),
        ];
        cells.extend(line.regrets.map(signed));
        if self.has_changes() {
            cells.push(told(line.changes, |it| format!("{it:.1}")));
        }
        if is_partly {
            cells.push(told(figures.judged, |it| format!("{:.0} %", it * 100.0)));
        }
        if is_against {
            cells.push(signed(line.difference.map(|it| it.mean)));
            cells.push(line.difference.map_or_else(
                || UNKNOWN.to_owned(),
                |it| format!("{} to {}", signed(Some(it.low)), signed(Some(it.high))),
            ));
        }
        cells
    }
}

/// How often a member was found to have changed, a seed; told of all kinds together.
fn changes(row: &Row, kind: Option<usize>, courses: &[Course]) -> Option<f64> {
    if kind.is_some() || row.way().is_none() {
        return None;
    }
    let each = courses
        .iter()
        .map(|course| u32::try_from(course.changes).map_or(f64::MAX, f64::from));
    mean(&each.collect::<Vec<f64>>())
}

/// What a row is.
fn what(row: &Row, member: Option<&str>) -> Value {
    let (mut policy, mut rule, mut reference) = (None, None, None);
    let (mut cascade, mut threshold, mut allowed) = (None, None, None);
    match row {
        Row::Hindsight(hindsight) => reference = Some(hindsight.words()),
        Row::Policy(one, calls) => {
            policy = Some(one.word());
            allowed = Some(*calls);
        }
        Row::Rule(one, first, sure) => {
            rule = Some(one.word());
            (cascade, threshold) = (*first, *sure);
        }
    }
    json!({
        "policy": policy, "rule": rule, "reference": reference, "member": member,
        "calls_allowed": allowed, "cascade": cascade, "threshold": threshold,
    })
}

/// What it came to.
fn measured(line: &Line<'_>) -> Value {
    let (figures, [single, random, oracle]) = (&line.figures, line.regrets);
    json!({
        "accuracy": figures.accuracy, "spread": figures.spread, "calls": figures.calls,
        "cost": figures.cost, "seconds": figures.seconds, "ece": figures.ece,
        "first_half": figures.first_half, "last_half": figures.last_half,
        "regret_best_single": single, "regret_random": random, "regret_oracle": oracle,
        "changes": line.changes, "judged": figures.judged,
    })
}

fn told(value: Option<f64>, how: impl Fn(f64) -> String) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), how)
}

fn share(value: Option<f64>) -> String {
    told(value, |it| format!("{it:.3}"))
}

/// A difference; one that rounds to nothing has no sign.
fn signed(value: Option<f64>) -> String {
    told(value, |it| {
        let text = format!("{it:+.3}");
        if text.ends_with("0.000") {
            "0.000".to_owned()
        } else {
            text
        }
    })
}
