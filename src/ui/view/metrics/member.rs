//! All figures of the selected row: which there are, and in what order. What a line looks like is the business
//! of [`line`](super::line).
//!
//! They are drawn whole into a buffer of their own, of which the pane shows a part: so bars and curves
//! scroll as text does.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::core::State;
use crate::core::metrics::{Histogram, Percentiles, Share, Tokens, Whose};
use crate::ui::hits::Hits;
use crate::ui::metrics::column::{UNKNOWN, percent};
use crate::ui::metrics::course::Course;
use crate::ui::metrics::{Row, window_name};
use crate::ui::model::{Model, Pane};
use crate::ui::status::{count, dollars};
use crate::ui::text::columns;
use crate::ui::theme::Role;
use crate::ui::view::metrics::line::{Line, WORD};
use crate::ui::view::metrics::{chart, forecasts};
use crate::ui::view::paint::Title;
use crate::ui::view::{Paint, Scene};

/// From this width on a share in words stands beside its bar, not below it.
const WIDE: u16 = 58;

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
    for (at, line) in (0..).zip(&lines) {
        on_sheet.line(whole, at, line);
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
    u16::try_from(lines.len()).unwrap_or(u16::MAX)
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
    let beats = board.beats(row);
    let curves = Course::SHOWN
        .into_iter()
        .filter(|course| course.whole(beats) > 0);
    let said = |course: Course| course.said(beats, figures);
    lines.extend(curves.map(|course| Line::Spark(course, beats.to_vec(), said(course))));
    lines.push(Line::Ends(board.curve(), beats.to_vec()));
    lines.push(Line::Gap);
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
    if row.member().is_some() {
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
    if row.whose == Whose::All {
        forecasts::put(&mut lines, &state.foresight().track().turned(), columns);
        lines.push(Line::Gap);
    }
    let of_kinds =
        matches!(row.whose, Whose::Member(_)) || !board.by_kind && row.whose == Whose::All;
    lines.push(Line::Parts(if of_kinds { "kind" } else { "member" }));
    for (name, figures) in board.parts(row) {
        let row = Row {
            figures,
            ..row.clone()
        };
        lines.push(Line::Part(Box::new(row), name));
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
