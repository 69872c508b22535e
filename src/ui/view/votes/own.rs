//! The operator's own ballot, while it is being written.

use ratatui::layout::Rect;

use crate::core::voting::label;
use crate::ui::action::{Action, Context};
use crate::ui::overlay::answer;
use crate::ui::text::{cells, clean};
use crate::ui::theme::Role;
use crate::ui::view::overlays::dialog;
use crate::ui::view::paint::{Title, window};
use crate::ui::view::{Paint, Scene};
use crate::ui::votes::own::OwnBallot;
use crate::ui::wrap;

/// Columns of the dialog.
const WIDTH: u16 = 92;
/// Rows of the answer that is chosen.
const TEXT: u16 = 8;
/// Columns of a rank, of a letter, of points, and of what is left.
const RANK: u16 = 4;
const LETTER: u16 = 3;
const POINTS: u16 = 6;
const REST: u16 = WIDTH;
/// What is told where no answer is chosen.
const OPTIONAL: &str = "Points from 0 to 10, and how sure you are, may be left out. Your ballot is not counted: \
                        beside it is told what the rules would make of it, and those that count points count \
                        the points that you give.";
/// Bytes of it that are wrapped.
const BYTES: usize = 2_000;

pub(in crate::ui::view) fn draw(
    paint: &mut Paint<'_>,
    area: Rect,
    ballot: &OwnBallot,
    scene: Scene<'_>,
) {
    let Some(contest) = scene.state.contest(ballot.task) else {
        return;
    };
    let most = area.height.saturating_sub(4);
    let rows = cells(ballot.rows()).saturating_add(TEXT + 4).min(most);
    let key = |action| scene.model.setup.keymap.name(action, Context::Overlay);
    let right = format!("{} casts it", key(Action::Enter));
    let title = Title {
        name: &format!("Your ballot on {}", ballot.task),
        right: &right,
    };
    let columns = area.width.saturating_sub(4).min(WIDTH);
    let inside = dialog(paint, area, columns, rows, title);
    let list = Rect {
        height: inside.height.saturating_sub(TEXT + 1),
        ..inside
    };
    heads(paint, list);
    let below = Rect {
        y: list.y + 1.min(list.height),
        height: list.height.saturating_sub(1),
        ..list
    };
    let ranks = ballot.ranks();
    let sight = window(ballot.rows(), below.height, Some(ballot.chosen));
    for (row, i) in (0..).zip(sight) {
        let points = ballot
            .points(i)
            .map_or_else(|| "–".to_owned(), |it| it.to_string());
        if let Some((which, _)) = ballot.places.get(i) {
            let rank = ranks.get(i).copied().unwrap_or_default();
            let tied = ranks.iter().filter(|other| **other == rank).count() > 1;
            let rank = format!("{rank}{}", if tied { "=" } else { "" });
            let said = contest.candidates().get(*which);
            let said = said.map_or("", |it| it.label.as_str());
            let cells = [
                (rank.as_str(), RANK, Role::Muted),
                (&label(*which), LETTER, Role::Accent),
                (&points, POINTS, Role::Text),
                (said, REST, Role::Text),
            ];
            paint.cells(below, row, &cells);
        } else {
            let cells = [
                ("", RANK, Role::Muted),
                ("", LETTER, Role::Muted),
                (&*points, POINTS, Role::Text),
                ("how sure you are of it, of 10", REST, Role::Muted),
            ];
            paint.cells(below, row, &cells);
        }
        if i == ballot.chosen {
            let wide = Rect {
                x: below.x - 1,
                width: below.width + 2,
                ..below
            };
            paint.select(wide, row);
        }
    }
    let chosen = ballot.places.get(ballot.chosen).map(|it| it.0);
    let Some(chosen) = chosen else {
        return whole(paint, inside, OPTIONAL);
    };
    let candidate = contest.candidates().get(chosen);
    let call = candidate.and_then(|it| it.calls.first().copied());
    let text = call
        .and_then(|call| answer(call, scene.state))
        .unwrap_or_default();
    whole(paint, inside, &text);
}

fn heads(paint: &mut Paint<'_>, list: Rect) {
    let heads = [
        ("rank", RANK),
        ("", LETTER),
        ("points", POINTS),
        ("answer", REST),
    ];
    paint.cells(
        list,
        0,
        &heads.map(|(head, columns)| (head, columns, Role::Muted)),
    );
}

/// The beginning of the answer that is chosen.
fn whole(paint: &mut Paint<'_>, inside: Rect, text: &str) {
    let mut end = text.len().min(BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = clean(text.get(..end).unwrap_or_default());
    let top = inside.height.saturating_sub(TEXT);
    let rows = text.lines().flat_map(|line| wrap::rows(line, inside.width));
    for (row, line) in (top..inside.height).zip(rows) {
        paint.text(inside, row, 0, line, Role::Muted);
    }
}
