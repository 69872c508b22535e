//! What the Metrics screen looks at: which window, members or kinds, sorted by which figure, as charts or as a
//! table; and the figures themselves, made anew only when something happened or time went on.

pub(crate) mod column;
pub(crate) mod course;
mod row;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::core::metrics::{Beat, Figures, Metrics, Past, Table, Whose, Window};
use crate::core::{MemberName, State, Timestamp};
use column::Column;
use course::Course;
pub(crate) use row::{Row, all_rehearse};

/// Figures of the last hour slide on once in so many milliseconds.
const SLIDE: u64 = 60_000;

/// A curve since ever has so many steps at least.
const STEPS: usize = 12;

/// What is looked at, and how.
#[derive(Debug, Default)]
pub(crate) struct Board {
    pub(crate) window: Window,
    pub(crate) column: Column,
    pub(crate) inverted: bool,
    /// Numbers instead of bars.
    pub(crate) table: bool,
    /// A row for each kind of task instead of each member.
    pub(crate) by_kind: bool,
    /// Rows of the detail that are above its window, and how many there can be.
    pub(crate) scroll: usize,
    pub(crate) most_scroll: usize,
    sheet: Sheet,
    past: Past,
    now: Timestamp,
}

/// The figures of a moment.
#[derive(Debug, Default)]
struct Sheet {
    of: Option<(u64, Window, bool, u64)>,
    table: Table,
    rows: Vec<Row>,
    /// The window of the curves.
    curve: Window,
    /// What rows came to over time, by their keys.
    beats: BTreeMap<u64, Vec<Beat>>,
}

impl Board {
    /// Makes the figures of now, unless they are at hand.
    pub(crate) fn refresh(&mut self, state: &State, now: Timestamp) {
        let of = Some((state.seq(), self.window, self.by_kind, now.0 / SLIDE));
        if self.sheet.of == of {
            return;
        }
        self.now = now;
        let metrics = state.metrics();
        let table = metrics.over_again(&mut self.past, self.window, now);
        let mut rows = if self.by_kind {
            let kinds = table.by_kind().into_iter();
            kinds
                .map(|(kind, figures)| Row::of_kind(kind, figures))
                .collect()
        } else {
            members(state, &table)
        };
        if state.members().len() > 0 || !rows.is_empty() {
            let mut all = Figures::default();
            for row in &rows {
                all.merge(&row.figures);
            }
            rows.push(Row::of_all(self.by_kind, all));
        }
        let curve = curve(metrics, self.window, now);
        let silent = match self.window {
            Window::Ever => silence(&metrics.pulse(&Whose::All, curve, now)),
            Window::Hour | Window::Day | Window::Week | Window::Month => 0,
        };
        let beats = rows.iter().map(|row| {
            let all = metrics.pulse(&row.whose, curve, now).into_iter();
            (row.key, all.skip(silent).collect())
        });
        self.sheet = Sheet {
            of,
            beats: beats.collect(),
            rows,
            curve,
            table,
        };
        self.sort();
    }

    /// All together first, then as the column says; what is not known last.
    pub(crate) fn sort(&mut self) {
        let (column, inverted) = (self.column, self.inverted);
        self.sheet.rows.sort_by_cached_key(|row| {
            Place {
                single: row.whose != Whose::All,
                value: column.value(row),
                // The largest figure stands first, names read downwards.
                ascending: inverted,
                backwards: inverted && column == Column::Name,
                name: row.name().to_owned(),
            }
        });
    }

    /// The rows, those sorted first that stand first.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.sheet.rows
    }

    /// A row by its key.
    pub(crate) fn row(&self, key: u64) -> Option<&Row> {
        self.sheet.rows.iter().find(|row| row.key == key)
    }

    /// What a row is made of: the kinds of a member, the members on a kind, and of all together what has no
    /// rows of its own.
    pub(crate) fn parts(&self, row: &Row) -> Vec<(String, Figures)> {
        let table = &self.sheet.table;
        match &row.whose {
            Whose::Member(member) => {
                let kinds = table.kinds_of(member);
                kinds
                    .map(|(kind, figures)| (kind.to_string(), figures.clone()))
                    .collect()
            }
            Whose::Kind(kind) => {
                let of = |(member, kinds): (&MemberName, &BTreeMap<_, Figures>)| {
                    Some((member.to_string(), kinds.get(kind)?.clone()))
                };
                table.members().filter_map(of).collect()
            }
            Whose::All if self.by_kind => {
                let members = table.members().map(|(member, _)| member);
                members
                    .map(|member| (member.to_string(), table.of_member(member)))
                    .collect()
            }
            Whose::All => {
                let kinds = table.by_kind().into_iter();
                kinds
                    .map(|(kind, figures)| (kind.to_string(), figures))
                    .collect()
            }
        }
    }

    /// What the calls of a row that ended came to, step by step up to now.
    pub(crate) fn beats(&self, row: &Row) -> &[Beat] {
        self.sheet.beats.get(&row.key).map_or(&[], Vec::as_slice)
    }

    /// The row of all together.
    pub(crate) fn all(&self) -> Option<&Row> {
        self.sheet.rows.iter().find(|row| row.whose == Whose::All)
    }

    /// The window that the curves show: of a young room not all of the time is worth a curve.
    pub(crate) fn curve(&self) -> Window {
        self.sheet.curve
    }

    /// Looks at a shorter or a longer time; false where there is none.
    pub(crate) fn widen(&mut self, longer: bool) -> bool {
        let at = Window::ALL.iter().position(|one| *one == self.window);
        let next = at.and_then(|at| {
            if longer {
                at.checked_add(1)
            } else {
                at.checked_sub(1)
            }
        });
        let next = next.and_then(|at| Window::ALL.get(at).copied());
        self.window = next.unwrap_or(self.window);
        next.is_some()
    }

    /// Sorts by the next column or the one before.
    pub(crate) fn sort_by(&mut self, next: bool) {
        self.column = self.column.beside(next);
        self.inverted = false;
        self.sort();
    }
}

/// Members of the room, and those that left and did something in this time.
fn members(state: &State, table: &Table) -> Vec<Row> {
    let here = state.members().map(|member| &member.spec().name);
    let left = table.members().map(|(name, _)| name);
    let left = left.filter(|name| state.member(name).is_none());
    here.chain(left)
        .map(|name| Row::of_member(state, name, table.of_member(name)))
        .collect()
}

/// The window of the curves: the one that is looked at, or since ever the shortest in which all is seen.
fn curve(metrics: &Metrics, window: Window, now: Timestamp) -> Window {
    if window != Window::Ever {
        return window;
    }
    let ended = |window| {
        let beats = metrics.pulse(&Whose::All, window, now);
        Course::Calls.whole(&beats)
    };
    let all = ended(Window::Ever);
    let mut windows = Window::ALL.into_iter();
    let found = windows.find(|window| ended(*window) == all);
    found.unwrap_or(window)
}

/// How many steps of a young room are before its first call, as far as the rest is still worth a curve.
fn silence(beats: &[Beat]) -> usize {
    let first = beats.iter().position(|beat| *beat != Beat::default());
    first.unwrap_or(0).min(beats.len().saturating_sub(STEPS))
}

/// How a window is named on the screen.
pub(crate) fn window_name(window: Window) -> &'static str {
    match window {
        Window::Hour => "last hour",
        Window::Day => "last day",
        Window::Week => "last 7 days",
        Window::Month => "last 30 days",
        Window::Ever => "since ever",
    }
}

/// Where a row stands.
#[derive(Debug, PartialEq)]
struct Place {
    single: bool,
    value: Option<f64>,
    ascending: bool,
    backwards: bool,
    name: String,
}

impl Eq for Place {}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        let turned = |order: Ordering, turn: bool| if turn { order.reverse() } else { order };
        let values = match (self.value, other.value) {
            (Some(one), Some(two)) => turned(one.total_cmp(&two), !self.ascending),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        let by_name = turned(self.name.cmp(&other.name), self.backwards);
        self.single.cmp(&other.single).then(values).then(by_name)
    }
}
