//! Claims × answers: who agrees, who contradicts, who is silent, and the words that show it.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::core::conflict::claims::{Held, Matrix, Stance};
use crate::core::ladder::Contest;
use crate::core::voting::label;
use crate::ui::model::Pane;
use crate::ui::text::{cells, columns, line};
use crate::ui::theme::Role;
use crate::ui::view::library::page;
use crate::ui::view::lists::mark;
use crate::ui::view::paint::window;
use crate::ui::view::{Paint, Scene};
use crate::ui::votes::claims::{ABOVE, Line, held, lines, sign, split};

/// Columns of one answer.
const CELL: u16 = 5;
/// Columns that are kept for the claims.
const TEXT: u16 = 24;
/// Columns between a claim and its cells.
const GAP: u16 = 2;
/// Columns of the number of a claim.
const NUMBER: u16 = 3;

/// Which rows of the table are in sight in so many rows, and how many there are.
pub(super) fn sight(matrix: &Matrix, claim: usize, rows: u16) -> (Range<usize>, usize) {
    let lines = lines(matrix);
    let (table, _) = split(rows, lines.len());
    let at = |line: &Line| matches!(line, Line::Claim(place, _) if *place == claim);
    (
        window(lines.len(), table, lines.iter().position(at)),
        lines.len(),
    )
}

/// The whole part.
pub(super) fn draw(paint: &mut Paint<'_>, body: Rect, contest: &Contest, scene: Scene<'_>) {
    let votes = &scene.model.votes;
    let Some(matrix) = contest.claims() else {
        return;
    };
    legend(paint, body, matrix);
    let (claim, at) = (votes.claim(contest), votes.candidate(contest));
    let layout = Columns::of(body.width, at, matrix);
    heads(paint, body, &layout, at, matrix.candidates());
    let lines = lines(matrix);
    let (rows, words) = split(body.height, lines.len());
    let below = |top: u16, height: u16| Rect {
        y: body.y + top.min(body.height),
        height,
        ..body
    };
    let table = below(ABOVE, rows);
    let (sight, _) = sight(matrix, claim, body.height);
    for (row, line) in (0..).zip(lines.get(sight).unwrap_or_default()) {
        match line {
            Line::Heading(what, count) => heading(paint, table, row, (*what, *count)),
            Line::Claim(place, number) => {
                claimed(paint, table, row, matrix, (*place, *number), &layout);
                if *place == claim {
                    mark(paint, table, row, Pane::Detail, scene);
                }
            }
        }
    }
    if words > 0 {
        let rule = "─".repeat(usize::from(body.width));
        paint.text(body, ABOVE + rows, 0, &rule, Role::Border);
        page(paint, below(ABOVE + rows + 1, words), &votes.page);
    }
}

/// How many claims are contested, and what the signs mean.
fn legend(paint: &mut Paint<'_>, body: Rect, matrix: &Matrix) {
    let (all, contested) = (matrix.claims().len(), matrix.contested().len());
    let told = format!("{contested} of {all} contested  ");
    let mut column = paint.text(body, 0, 0, &told, Role::Text);
    for stance in [Stance::Agree, Stance::Contradict, Stance::Silent] {
        let (glyph, role) = sign(stance);
        column += paint.text(body, 0, column, &format!("{glyph} "), role);
        column += paint.text(body, 0, column, stance.word(), Role::Muted) + 2;
    }
}

/// The answers that have a column, and where the first one is.
struct Columns {
    shown: Range<usize>,
    from: u16,
}

impl Columns {
    /// The cells stand close to the claims where these are short.
    fn of(width: u16, at: usize, matrix: &Matrix) -> Self {
        let room = (width.saturating_sub(NUMBER + TEXT) / CELL).max(1);
        let shown = window(matrix.candidates(), room, Some(at));
        let used = cells(shown.len()).saturating_mul(CELL);
        let texts = matrix.claims().iter().map(|it| columns(&line(&it.text)));
        let longest = texts.max().unwrap_or(0).max(TEXT - GAP);
        let claims = NUMBER.saturating_add(longest).saturating_add(GAP);
        Self {
            shown,
            from: claims.min(width.saturating_sub(used)),
        }
    }
}

/// The letters above the cells: the one that is looked at in brackets.
fn heads(paint: &mut Paint<'_>, body: Rect, layout: &Columns, at: usize, count: usize) {
    let more = count.saturating_sub(layout.shown.len());
    let told = if more > 0 {
        format!("claim  +{more} answers")
    } else {
        "claim".to_owned()
    };
    paint.text(body, 1, NUMBER, &told, Role::Muted);
    for (index, which) in (0..).zip(layout.shown.clone()) {
        let (text, role) = if which == at {
            (format!("[{}]", label(which)), Role::Accent)
        } else {
            (format!(" {}", label(which)), Role::Title)
        };
        paint.text(body, 1, layout.from + CELL * index, &text, role);
    }
}

fn heading(paint: &mut Paint<'_>, area: Rect, row: u16, (what, count): (Held, usize)) {
    let (glyph, word, role) = held(what);
    let used = paint.text(area, row, 0, &format!("{glyph} {word}"), role);
    paint.text(area, row, used, &format!(" {count}"), Role::Muted);
}

/// One claim with a cell for each answer in sight.
fn claimed(
    paint: &mut Paint<'_>,
    area: Rect,
    row: u16,
    matrix: &Matrix,
    (place, claim): (usize, usize),
    layout: &Columns,
) {
    paint.text(area, row, 0, &format!("{:>2}", place + 1), Role::Muted);
    let text = matrix.claims().get(claim).map_or("", |it| it.text.as_str());
    let room = Rect {
        width: layout.from.saturating_sub(1).min(area.width),
        ..area
    };
    paint.text(room, row, NUMBER, text, Role::Text);
    for (index, which) in (0..).zip(layout.shown.clone()) {
        let (glyph, role) = sign(matrix.stance(claim, which));
        paint.text(area, row, layout.from + CELL * index + 1, glyph, role);
    }
}
