//! All figures of the selected member, or of all together.
//!
//! They are drawn whole into a buffer of their own, of which the pane shows a part: so bars and curves
//! scroll as text does.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::core::metrics::{Beat, Histogram, Percentiles, Share, Tokens, step};
use crate::core::{ContextUse, Span, State};
use crate::ui::hits::Hits;
use crate::ui::metrics::column::{Column, UNKNOWN, percent, span};
use crate::ui::metrics::{Row, window_name};
use crate::ui::model::{Model, Pane};
use crate::ui::status::{count, dollars};
use crate::ui::text::columns;
use crate::ui::theme::Role;
use crate::ui::view::metrics::{Curve, chart, forecasts};
use crate::ui::view::paint::Title;
use crate::ui::view::{Paint, Scene};

/// Columns of the words at the left.
const WORD: u16 = 11;
/// From this width on a share in words stands beside its bar, not below it.
const WIDE: u16 = 58;
/// Figures of a kind.
const OF_KIND: [Column; 5] = [
    Column::Tasks,
    Column::Accepted,
    Column::Time,
    Column::Tokens,
    Column::Cost,
];

/// One row of the pane.
pub(super) enum Line {
    /// Air.
    Gap,
    /// A heading over what follows, and what stands at its right.
    Head(&'static str, String),
    /// A word and a text.
    Fact(&'static str, String),
    /// A curve of two rows, and what a step of it is below.
    Curve(Vec<Beat>, Span),
    /// A share with its interval, and the words beside it.
    Share(&'static str, Share, String),
    /// A bar of a time against the longest one.
    Time(&'static str, Span, Span),
    /// How full the window is.
    Context(ContextUse),
    /// Headings of the kinds.
    Kinds,
    /// Figures of a kind.
    Kind(Box<Row>, String),
}

/// Finds how far the figures can be scrolled.
pub(in crate::ui::view) fn fit(model: &mut Model, state: &State, columns: u16, rows: u16) {
    let Some(row) = model.measured(state) else {
        return;
    };
    let needed = usize::from(height(&lines(model, state, row, columns)));
    let most = needed.saturating_sub(usize::from(rows));
    let board = &mut model.metrics;
    board.most_scroll = most;
    board.scroll = board.scroll.min(most);
}

pub(in crate::ui::view) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let Scene { model, state, .. } = scene;
    let board = &model.metrics;
    let row = model.measured(state);
    let below = board.most_scroll.saturating_sub(board.scroll);
    let window = window_name(board.window);
    let right = match below {
        0 => window.to_owned(),
        more => format!("{window}, {more} below"),
    };
    let title = Title {
        name: row.map_or("Figures", Row::name),
        right: &right,
    };
    let inside = paint.frame(area, title, scene.has_keys(Pane::Figures));
    let Some(row) = row else {
        paint.empty(inside, "the figures of a member stand here");
        return;
    };
    let lines = lines(model, state, row, inside.width);
    let whole = Rect::new(0, 0, inside.width, height(&lines));
    let mut sheet = Buffer::empty(whole);
    sheet.set_style(whole, paint.theme.style(Role::Text));
    let mut on_sheet = Paint {
        buf: &mut sheet,
        theme: paint.theme,
        // Nothing of the sheet stands where it is drawn first.
        hits: &mut Hits::default(),
    };
    let mut at = 0;
    for line in &lines {
        on_sheet.line(whole, at, line);
        at += line.rows();
    }
    let scroll = u16::try_from(board.scroll).unwrap_or(0);
    for (y, from) in (0..inside.height).zip(scroll..whole.height) {
        for x in 0..inside.width {
            let cell = sheet.cell((x, from)).cloned();
            let place = paint.buf.cell_mut((inside.x + x, inside.y + y));
            if let (Some(cell), Some(place)) = (cell, place) {
                *place = cell;
            }
        }
    }
}

fn height(lines: &[Line]) -> u16 {
    lines.iter().map(Line::rows).sum()
}

impl Line {
    fn rows(&self) -> u16 {
        match self {
            Self::Curve(..) => 3,
            Self::Gap
            | Self::Head(..)
            | Self::Fact(..)
            | Self::Share(..)
            | Self::Time(..)
            | Self::Context(_)
            | Self::Kinds
            | Self::Kind(..) => 1,
        }
    }
}

fn lines(model: &Model, state: &State, row: &Row, columns: u16) -> Vec<Line> {
    let board = &model.metrics;
    let figures = &row.figures;
    let mut lines = Vec::new();
    let mut facts = vec![
        amount(figures.tasks(), "task", "tasks"),
        amount(figures.answered(), "answer", "answers"),
    ];
    let failed = figures.failed();
    if failed > 0 {
        facts.push(format!("{} failed", count(failed)));
    }
    if figures.cancelled() > 0 {
        facts.push(format!("{} cancelled", count(figures.cancelled())));
    }
    if !row.here {
        facts.push("left the room".to_owned());
    }
    lines.extend(wrapped("", &facts, columns));
    if figures.calls() == 0 && figures.tasks() == 0 {
        lines.push(Line::Gap);
        lines.push(Line::Fact(
            "",
            "nothing was counted in this time".to_owned(),
        ));
        return lines;
    }
    let beats = match &row.member {
        Some(member) => state
            .metrics()
            .pulse(Some(member), board.curve(), board.now()),
        None => board.beats().to_vec(),
    };
    lines.push(Line::Curve(beats, step(board.curve())));
    shares(
        &mut lines,
        columns,
        [
            ("accepted", figures.acceptance()),
            ("council", figures.with_council()),
            ("operator", figures.with_operator()),
            ("votes won", figures.votes()),
            ("flips", figures.flips()),
        ],
    );
    lines.push(Line::Gap);
    times(&mut lines, "time of an answer", figures.latency());
    times(&mut lines, "time to the first text", figures.first_text());
    lines.push(Line::Gap);
    tokens(&mut lines, figures.tokens(), figures.estimated_tokens());
    let cached = figures.cached().and_then(Share::rate).map(percent);
    let cached = cached.map_or_else(|| UNKNOWN.to_owned(), |share| format!("{share} of input"));
    lines.push(Line::Fact("cache", cached));
    lines.push(Line::Fact(
        "cost",
        cost(figures.micro_usd(), figures.estimated_micro_usd()),
    ));
    if row.member.is_some() {
        lines.push(match row.context {
            Some(context) => Line::Context(context),
            None => Line::Fact("context", UNKNOWN.to_owned()),
        });
    }
    let failures: Vec<String> = figures
        .failures()
        .map(|(kind, n)| format!("{} {}", count(n), kind.word()))
        .collect();
    if !failures.is_empty() {
        lines.extend(wrapped("failed", &failures, columns));
    }
    lines.push(Line::Gap);
    if row.member.is_none() {
        forecasts::put(&mut lines, &state.foresight().track().turned(), columns);
        lines.push(Line::Gap);
    }
    lines.push(Line::Kinds);
    for (kind, figures) in board.kinds(row) {
        let row = Row {
            figures,
            ..row.clone()
        };
        lines.push(Line::Kind(Box::new(row), kind.to_string()));
    }
    lines
}

/// Shares with their words beside them, or below where there is no room.
pub(super) fn shares<const N: usize>(
    lines: &mut Vec<Line>,
    columns: u16,
    of: [(&'static str, Share); N],
) {
    for (word, share) in of {
        let words = chart::in_words(share).unwrap_or_default();
        if columns < WIDE && !words.is_empty() {
            lines.push(Line::Share(word, share, String::new()));
            lines.push(Line::Head("", words));
        } else {
            lines.push(Line::Share(word, share, words));
        }
    }
}

fn times(lines: &mut Vec<Line>, word: &'static str, histogram: &Histogram) {
    match histogram.percentiles() {
        Some(Percentiles { p50, p90, p99 }) => {
            let n = format!("of {}", count(histogram.len()));
            lines.push(Line::Head(word, n));
            let bars = [("p50", p50), ("p90", p90), ("p99", p99)];
            lines.extend(bars.map(|(p, time)| Line::Time(p, time, p99)));
        }
        None => lines.push(Line::Head(word, UNKNOWN.to_owned())),
    }
}

fn tokens(lines: &mut Vec<Line>, told: Option<Tokens>, guessed: Option<Tokens>) {
    let both = |tokens: Tokens, mark: &str| {
        let (input, output) = (count(tokens.input), count(tokens.output));
        format!("{mark}{input} in  {mark}{output} out")
    };
    let text = told.map_or_else(|| UNKNOWN.to_owned(), |tokens| both(tokens, ""));
    lines.push(Line::Fact("tokens", text));
    if let Some(tokens) = guessed {
        lines.push(Line::Fact("estimated", both(tokens, "~")));
    }
}

fn cost(told: Option<u64>, guessed: Option<u64>) -> String {
    let money = |micro_usd| format!("${}", dollars(micro_usd));
    match (told, guessed) {
        (Some(told), Some(guessed)) => {
            format!("{}  and ~{} estimated", money(told), money(guessed))
        }
        (Some(told), None) => money(told),
        (None, Some(guessed)) => format!("~{} estimated", money(guessed)),
        (None, None) => UNKNOWN.to_owned(),
    }
}

fn amount(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// Facts side by side, over as many rows as they take.
fn wrapped(word: &'static str, facts: &[String], width: u16) -> Vec<Line> {
    let set_in = if word.is_empty() { 0 } else { WORD };
    let mut rows: Vec<String> = Vec::new();
    for fact in facts {
        match rows.last_mut() {
            Some(row) if columns(row) + 2 + columns(fact) + set_in <= width => {
                row.push_str("  ");
                row.push_str(fact);
            }
            Some(_) | None => rows.push(fact.clone()),
        }
    }
    let mut words =
        std::iter::once(word).chain(std::iter::repeat(if word.is_empty() { "" } else { " " }));
    rows.into_iter()
        .filter_map(|row| Some(Line::Fact(words.next()?, row)))
        .collect()
}

impl Paint<'_> {
    fn line(&mut self, area: Rect, at: u16, line: &Line) {
        let rest = Rect {
            x: area.x + WORD.min(area.width),
            width: area.width.saturating_sub(WORD),
            ..area
        };
        match line {
            Line::Gap => {}
            Line::Head(word, right) => {
                self.text(area, at, 0, word, Role::Muted);
                self.right(area, at, right, Role::Muted);
            }
            Line::Fact("", text) => {
                self.text(area, at, 0, text, Role::Text);
            }
            Line::Fact(word, text) => {
                self.text(area, at, 0, word, Role::Muted);
                let role = if text == UNKNOWN {
                    Role::Muted
                } else {
                    Role::Text
                };
                self.text(rest, at, 0, text, role);
            }
            Line::Curve(beats, step) => {
                let bars = Rect {
                    y: area.y + at,
                    height: 2,
                    ..area
                };
                let curve = Curve { beats, step: *step };
                let each = curve.draw(self, bars.intersection(area));
                self.right(area, at + 2, &curve.label(each), Role::Muted);
            }
            Line::Share(word, share, words) => {
                self.text(area, at, 0, word, Role::Muted);
                if share.n == 0 {
                    self.text(rest, at, 0, UNKNOWN, Role::Muted);
                    return;
                }
                let used = self.right(area, at, words, Role::Text);
                // The bars of all shares are of one width.
                let beside = if used > 0 { used.max(24) + 2 } else { 0 };
                let bar = Rect {
                    width: rest.width.saturating_sub(beside),
                    ..rest
                };
                chart::interval(self, bar, at, *share);
            }
            Line::Time(word, time, longest) => {
                let text = span(*time);
                self.text(area, at, 2, word, Role::Muted);
                self.right(area, at, &text, Role::Text);
                let bar = Rect {
                    width: rest.width.saturating_sub(9),
                    ..rest
                };
                #[expect(clippy::cast_precision_loss, reason = "the length of a bar")]
                let share = time.0 as f64 / longest.0.max(1) as f64;
                chart::filled(self, bar, at, share, Role::Accent);
            }
            Line::Context(context) => self.context(area, rest, at, *context),
            Line::Kinds => {
                self.text(area, at, 0, "kind", Role::Muted);
                self.of_kind(area, at, |column| {
                    (column.heading().to_owned(), Role::Muted)
                });
            }
            Line::Kind(row, name) => {
                let first = Rect {
                    width: WORD.min(area.width),
                    ..area
                };
                self.text(first, at, 0, name, Role::Title);
                self.of_kind(area, at, |column| {
                    let text = column.text(row);
                    let plain = text == "0" || text == UNKNOWN;
                    (text, if plain { Role::Muted } else { Role::Text })
                });
            }
        }
    }

    fn context(&mut self, area: Rect, rest: Rect, at: u16, context: ContextUse) {
        let share = context.share();
        self.text(area, at, 0, "context", Role::Muted);
        let words = format!("{} of {}", percent(share), count(context.window));
        let used = self.right(area, at, &words, Role::Text);
        let bar = Rect {
            width: rest.width.saturating_sub(used + 1),
            ..rest
        };
        // Nearly full is worth a look.
        let role = if share < 0.8 {
            Role::Accent
        } else {
            Role::Warn
        };
        self.text(bar, at, 0, &"─".repeat(usize::from(bar.width)), Role::Muted);
        chart::filled(self, bar, at, share, role);
    }

    /// Figures of a kind side by side, as many as fit.
    fn of_kind(&mut self, area: Rect, at: u16, text: impl Fn(Column) -> (String, Role)) {
        let mut column = WORD;
        for one in OF_KIND {
            let width = one.width();
            if column + width > area.width {
                break;
            }
            let cell = Rect {
                x: area.x + column,
                width,
                ..area
            };
            let (text, role) = text(one);
            self.right(cell, at, &text, role);
            column += width + 1;
        }
    }
}
