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
    let rows = cells(ballot.places.len())
        .saturating_add(TEXT + 4)
        .min(most);
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
    let ranks = ballot.ranks();
    for (row, i) in (0..).zip(window(
        ballot.places.len(),
        list.height,
        Some(ballot.chosen),
    )) {
        let Some((which, _)) = ballot.places.get(i) else {
            continue;
        };
        let rank = ranks.get(i).copied().unwrap_or_default();
        let tied = ranks.iter().filter(|other| **other == rank).count() > 1;
        let rank = format!("{rank}{}", if tied { "=" } else { "" });
        let said = contest
            .candidates()
            .get(*which)
            .map_or("", |it| it.label.as_str());
        paint.cells(
            list,
            row,
            &[
                (&rank, 4, Role::Muted),
                (&label(*which), 3, Role::Accent),
                (said, list.width.saturating_sub(11), Role::Text),
            ],
        );
        if i == ballot.chosen {
            let wide = Rect {
                x: list.x - 1,
                width: list.width + 2,
                ..list
            };
            paint.select(wide, row);
        }
    }
    let chosen = ballot.places.get(ballot.chosen).map(|it| it.0);
    let candidate = chosen.and_then(|which| contest.candidates().get(which));
    let call = candidate.and_then(|it| it.calls.first().copied());
    let text = call
        .and_then(|call| answer(call, scene.state))
        .unwrap_or_default();
    whole(paint, inside, &text);
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
