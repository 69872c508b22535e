//! What the Metrics screen looks at: which window, sorted by which figure, as a table or as a chart; and
//! the figures themselves, made anew only when something happened or time went on.

pub(crate) mod column;

use std::cmp::Ordering;

use crate::core::hash::fnv;
use crate::core::metrics::{Beat, Figures, Metrics, Past, Table, Window};
use crate::core::{ContextUse, MemberName, State, TaskKind, Timestamp};
use column::Column;

/// Row number of what all members come to.
const EVERYBODY: u64 = 0;
/// Figures of the last hour slide on once in so many milliseconds.
const SLIDE: u64 = 60_000;

/// A row of the table.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Stays the same while members come and go.
    pub(crate) key: u64,
    /// `None`: all members together.
    pub(crate) member: Option<MemberName>,
    /// Whether it is in the room.
    pub(crate) here: bool,
    pub(crate) figures: Figures,
    pub(crate) context: Option<ContextUse>,
}

impl Row {
    /// What it is called.
    pub(crate) fn name(&self) -> &str {
        self.member
            .as_ref()
            .map_or("all members", MemberName::as_str)
    }

    /// Its name, with a word where it is not in the room any more.
    pub(crate) fn title(&self) -> String {
        let gone = if self.here { "" } else { " (left)" };
        format!("{}{gone}", self.name())
    }
}

/// What is looked at, and how.
#[derive(Debug, Default)]
pub(crate) struct Board {
    pub(crate) window: Window,
    pub(crate) column: Column,
    pub(crate) inverted: bool,
    /// Bars instead of numbers.
    pub(crate) chart: bool,
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
    of: Option<(u64, Window, u64)>,
    table: Table,
    rows: Vec<Row>,
    /// The window of the curves.
    curve: Window,
    beats: Vec<Beat>,
}

impl Board {
    /// Makes the figures of now, unless they are at hand.
    pub(crate) fn refresh(&mut self, state: &State, now: Timestamp) {
        let of = Some((state.seq(), self.window, now.0 / SLIDE));
        if self.sheet.of == of {
            return;
        }
        self.now = now;
        let metrics = state.metrics();
        let table = metrics.over_again(&mut self.past, self.window, now);
        let row = |member: &MemberName| Row {
            key: fnv(0, member.as_str().bytes()) | 1,
            here: state.member(member).is_some(),
            figures: table.of_member(member),
            context: metrics.context(member),
            member: Some(member.clone()),
        };
        let here = state.members().map(|member| &member.spec().name);
        let mut rows: Vec<Row> = here.map(row).collect();
        let gone = table.members().map(|(name, _)| name);
        rows.extend(gone.filter(|name| state.member(name).is_none()).map(row));
        let mut all = Figures::default();
        for row in &rows {
            all.merge(&row.figures);
        }
        if !rows.is_empty() {
            rows.push(Row {
                key: EVERYBODY,
                member: None,
                here: true,
                figures: all,
                context: None,
            });
        }
        let curve = curve(metrics, self.window, now);
        self.sheet = Sheet {
            of,
            rows,
            beats: metrics.pulse(None, curve, now),
            curve,
            table,
        };
        self.sort();
    }

    /// All members together first, then as the column says; what is not known last.
    pub(crate) fn sort(&mut self) {
        let (column, inverted) = (self.column, self.inverted);
        self.sheet.rows.sort_by_cached_key(|row| {
            Place {
                member: row.member.is_some(),
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

    /// Figures of a row by kind, in the order of the kinds.
    pub(crate) fn kinds(&self, row: &Row) -> Vec<(TaskKind, Figures)> {
        match &row.member {
            Some(member) => {
                let kinds = self.sheet.table.kinds_of(member);
                kinds
                    .map(|(kind, figures)| (kind, figures.clone()))
                    .collect()
            }
            None => self.sheet.table.by_kind().into_iter().collect(),
        }
    }

    /// When these figures were made.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Calls of all members that ended, step by step up to now.
    pub(crate) fn beats(&self) -> &[Beat] {
        &self.sheet.beats
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

/// The window of the curves: the one that is looked at, or since ever the shortest in which all is seen.
fn curve(metrics: &Metrics, window: Window, now: Timestamp) -> Window {
    if window != Window::Ever {
        return window;
    }
    let ended = |window| {
        let beats = metrics.pulse(None, window, now);
        let ended = beats
            .iter()
            .map(|beat| u64::from(beat.answered) + u64::from(beat.failed));
        ended.sum::<u64>()
    };
    let all = ended(Window::Ever);
    let mut windows = Window::ALL.into_iter();
    let found = windows.find(|window| ended(*window) == all);
    found.unwrap_or(window)
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
    member: bool,
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
        self.member.cmp(&other.member).then(values).then(by_name)
    }
}
