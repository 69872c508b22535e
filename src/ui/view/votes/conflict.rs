//! The conflict at hand: the names of its parts, and the one that is looked at.

use ratatui::layout::Rect;

use crate::core::ladder::Contest;
use crate::core::voting::label;
use crate::ui::action::{Action, Dealing, Screen};
use crate::ui::model::Pane;
use crate::ui::theme::Role;
use crate::ui::view::library::page;
use crate::ui::view::paint::{Title, beyond};
use crate::ui::view::votes::claims;
use crate::ui::view::{Paint, Scene};
use crate::ui::votes::ballots::{self, Line};
use crate::ui::votes::{HEAD, Part, standing};

/// Columns of a rank with its score.
const CELL: u16 = 7;
/// Columns of how sure a voter is.
const SURE: u16 = 6;
/// Columns that are kept for a reason beside the cells.
const BECAUSE: u16 = 26;

/// The conflict that the Votes screen shows.
pub(in crate::ui::view) fn shown(scene: Scene<'_>) -> Option<&Contest> {
    let contest = scene.model.votes.contest(scene.state)?;
    (scene.model.screen == Screen::Votes).then_some(contest)
}

/// All of it.
pub(in crate::ui::view) fn draw(
    paint: &mut Paint<'_>,
    area: Rect,
    contest: &Contest,
    scene: Scene<'_>,
) {
    let votes = &scene.model.votes;
    let status = standing::of(contest, scene.state);
    let name = format!("{} {} {}", contest.task(), status.glyph, status.word);
    let right = match votes.part {
        Part::Ballots => {
            let columns = area.width.saturating_sub(4);
            let room = ballots::room(columns, area.height.saturating_sub(2));
            let count = ballots::rows(contest);
            beyond(count, &(votes.top..count.min(votes.top + room)))
        }
        Part::Claims => contest.claims().map_or_else(String::new, |matrix| {
            let rows = area.height.saturating_sub(2 + HEAD);
            let (sight, count) = claims::sight(matrix, votes.claim(contest), rows);
            beyond(count, &sight)
        }),
        Part::Candidates | Part::Tally | Part::Steps => votes.page.below(),
    };
    let title = Title {
        name: &name,
        right: &right,
    };
    let inside = paint.frame(area, title, scene.has_keys(Pane::Detail));
    parts(paint, inside, contest, scene);
    let body = Rect {
        y: inside.y + HEAD.min(inside.height),
        height: inside.height.saturating_sub(HEAD),
        ..inside
    };
    match votes.part {
        Part::Claims => claims::draw(paint, body, contest, scene),
        Part::Ballots => table(paint, body, contest, scene),
        Part::Candidates | Part::Tally | Part::Steps => page(paint, body, &votes.page),
    }
}

/// The names of the parts, the one that is looked at in brackets.
fn parts(paint: &mut Paint<'_>, inside: Rect, contest: &Contest, scene: Scene<'_>) {
    let votes = &scene.model.votes;
    let named = |part: Part, counted: bool| {
        let count = match part {
            Part::Ballots => standing::turnout(contest).map(|(votes, of)| format!(" {votes}/{of}")),
            Part::Candidates => Some(format!(" {}", contest.candidates().len())),
            Part::Claims => contest.claims().map(|it| format!(" {}", it.claims().len())),
            Part::Tally | Part::Steps => None,
        };
        let count = count.filter(|_| counted || part == votes.part);
        format!("{}{}", part.title(), count.unwrap_or_default())
    };
    let all = Part::of(contest);
    // Where not all fits, the counts of the other parts are left out.
    let whole: usize = all.iter().map(|part| named(*part, true).len() + 3).sum();
    let fits = whole <= usize::from(inside.width) + 1;
    let mut column = 0;
    for part in all {
        let text = named(part, fits);
        let (text, role) = if part == votes.part {
            (format!("[{text}]"), Role::Accent)
        } else {
            (format!(" {text} "), Role::Muted)
        };
        column += paint.text(inside, 0, column, &text, role) + 1;
    }
}

/// The ballots in sight.
fn table(paint: &mut Paint<'_>, body: Rect, contest: &Contest, scene: Scene<'_>) {
    let votes = &scene.model.votes;
    if contest.ballots().is_none() {
        paint.text(body, 0, 0, &ballots::about(contest), Role::Muted);
        return;
    }
    let hidden = votes.is_hidden(contest);
    if hidden {
        let (vote, look) = (
            scene.key(Action::Conflict(Dealing::OwnBallot)),
            scene.key(Action::Conflict(Dealing::Reveal)),
        );
        let told = format!("hidden: {vote} votes, {look} looks  ");
        let used = paint.text(body, 0, 0, &told, Role::Warn);
        paint.text(body, 0, used, &ballots::about(contest), Role::Muted);
    } else {
        paint.text(body, 0, 0, &ballots::about(contest), Role::Muted);
    }
    let each = ballots::height(body.width);
    let (at, count) = (votes.candidate(contest), contest.sides().len());
    let layout = Columns::of(body.width, each, count);
    let first = at.saturating_sub(layout.cells / 2);
    let first = first.min(count.saturating_sub(layout.cells));
    let shown: Vec<usize> = (first..count).take(layout.cells).collect();
    heads(paint, body, &layout, (&shown, at, count));
    let rows = body.height.saturating_sub(ballots::ABOVE);
    let below = Rect {
        y: body.y + ballots::ABOVE.min(body.height),
        height: rows,
        ..body
    };
    let sight = (votes.top, usize::from(rows / each));
    let figures = votes.figures(contest);
    let lines = ballots::lines(contest, (hidden, figures), sight, &shown);
    for (index, line) in (0..).zip(&lines) {
        row(paint, below, index * each, line, &layout);
    }
}

/// How the columns of the table are laid out.
struct Columns {
    /// Of a name.
    name: u16,
    /// How many candidates are beside each other.
    cells: usize,
    /// Where it is said how sure a voter is.
    sure: u16,
    /// Where the reason begins, on a row of its own where that is 4.
    because: u16,
    each: u16,
}

impl Columns {
    fn of(width: u16, each: u16, candidates: usize) -> Self {
        let name = if each == 2 { 11 } else { 15 };
        let kept = if each == 2 { 0 } else { BECAUSE };
        let room = width.saturating_sub(2 + name + SURE + kept) / CELL;
        let cells = usize::from(room.max(1)).min(candidates);
        let sure = 2 + name + CELL * u16::try_from(cells).unwrap_or(room);
        let because = if each == 2 { 4 } else { sure + SURE };
        Self {
            name,
            cells,
            sure,
            because,
            each,
        }
    }
}

/// The letters above the cells: the one that is looked at in brackets.
fn heads(
    paint: &mut Paint<'_>,
    body: Rect,
    layout: &Columns,
    (shown, at, count): (&[usize], usize, usize),
) {
    paint.text(body, 1, 2, "voter", Role::Muted);
    for (index, which) in (0..).zip(shown) {
        let column = 2 + layout.name + CELL * index;
        let (text, role) = if *which == at {
            (format!("[{}]", label(*which)), Role::Accent)
        } else {
            (label(*which), Role::Title)
        };
        paint.text(body, 1, column, &text, role);
    }
    let more = count.saturating_sub(shown.len());
    let sure = if more > 0 {
        format!("sure  +{more} answers")
    } else {
        "sure".to_owned()
    };
    paint.text(body, 1, layout.sure, &sure, Role::Muted);
    if layout.each == 1 && more == 0 {
        paint.text(body, 1, layout.because, "because", Role::Muted);
    }
}

fn row(paint: &mut Paint<'_>, area: Rect, row: u16, line: &Line, layout: &Columns) {
    paint.text(area, row, 0, line.mark.0, line.mark.1);
    let name = Rect {
        width: (2 + layout.name - 1).min(area.width),
        ..area
    };
    paint.text(name, row, 2, &line.name, Role::Text);
    for (index, cell) in (0..).zip(&line.cells) {
        let column = 2 + layout.name + CELL * index;
        let rank: String = cell.chars().take_while(char::is_ascii_digit).collect();
        let role = match rank.as_str() {
            "" => Role::Muted,
            "1" => Role::Ok,
            _ => Role::Text,
        };
        paint.text(area, row, column, cell, role);
    }
    paint.text(area, row, layout.sure, &line.sure, Role::Muted);
    if layout.each == 2 {
        paint.text(area, row + 1, layout.because, &line.because, line.role);
    } else {
        paint.text(area, row, layout.because, &line.because, line.role);
    }
}
