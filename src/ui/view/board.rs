//! The queue as a board: a column for each way in which a task can stand, and a card for each task.
//!
//! The selected card is the selected row of the list. What stands in which column is kept by the lineup.

use ratatui::layout::Rect;

use crate::core::{MemberName, Outlook, Phase, Task, TaskId};
use crate::ui::hits::Target;
use crate::ui::layout;
use crate::ui::model::Pane;
use crate::ui::model::lineup::Column;
use crate::ui::progress;
use crate::ui::text::{cells, columns};
use crate::ui::theme::Role;
use crate::ui::view::lists::{BAR, age, bar, mark, none};
use crate::ui::view::paint::{Title, window};
use crate::ui::view::{Paint, Scene};
use crate::ui::waiting;

/// A column is at least so wide, frame included.
const COLUMN_MIN: u16 = 26;
/// Rows of a card, and with the air below it.
const CARD: u16 = 3;
const CARD_WITH_AIR: u16 = 4;

/// Which columns are in sight: as many as fit, the one of the selected card among them.
pub(crate) fn sight(width: u16, selected: Column) -> std::ops::Range<usize> {
    let fit = usize::from(width / COLUMN_MIN).clamp(1, Column::ALL.len());
    let first = (selected.index() + 1).saturating_sub(fit);
    first..first + fit
}

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let Scene { model, state, now } = scene;
    let lineup = &model.lineup;
    let selected = model.selected(Pane::Queue, state).map(TaskId);
    let stands = selected.and_then(|id| lineup.stands(id));
    if lineup.rows().is_empty() {
        let right = super::hints::filter_of(model, Pane::Queue);
        let title = Title {
            name: super::pane_title(Pane::Queue),
            right: &right,
        };
        let inside = paint.frame(area, title, scene.has_keys(Pane::Queue));
        none(
            paint,
            inside,
            Pane::Queue,
            "no tasks yet: write one below",
            scene,
        );
        return;
    }
    let outlook = Outlook::of(state, now);
    let sight = sight(area.width, stands.unwrap_or(Column::Waiting));
    let rects = layout::columns(area, sight.len());
    let shown = Column::ALL.into_iter().enumerate();
    let shown = shown.filter(|(at, _)| sight.contains(at));
    for ((at, column), rect) in shown.zip(rects) {
        let count = lineup.column(column).len();
        // That there are others beside them is said where they would be.
        let right = match (
            at == sight.start && at > 0,
            at + 1 == sight.end && sight.end < 5,
        ) {
            (true, true) => format!("‹ {count} ›"),
            (true, false) => format!("‹ {count}"),
            (false, true) => format!("{count} ›"),
            (false, false) => count.to_string(),
        };
        let title = Title {
            name: column.title(),
            right: &right,
        };
        let is_at_hand = stands == Some(column);
        let inside = paint.frame(rect, title, is_at_hand && scene.has_keys(Pane::Queue));
        if count == 0 {
            paint.empty(inside, column.nothing());
            continue;
        }
        let each = if inside.height >= 4 * CARD_WITH_AIR {
            CARD_WITH_AIR
        } else {
            CARD
        };
        let chosen = selected.filter(|_| is_at_hand);
        let place = chosen.and_then(|id| lineup.place_in(column, id));
        let cards = window(count, inside.height / each, place);
        let places = lineup.column(column).get(cards.clone()).unwrap_or_default();
        for (row, card) in (0..).step_by(usize::from(each)).zip(places) {
            let Some(task) = state.task(card.task()) else {
                continue;
            };
            self::card(paint, inside, row, (task, &outlook), scene);
            let target = Target::Row(Pane::Queue, task.id().0);
            paint.hits.row(inside, row, CARD, target);
            if chosen == Some(task.id()) {
                let rows = if scene.has_keys(Pane::Queue) { CARD } else { 1 };
                for line in row..row + rows {
                    mark(paint, inside, line, Pane::Queue, scene);
                }
            }
        }
    }
}

fn card(
    paint: &mut Paint<'_>,
    area: Rect,
    row: u16,
    (task, outlook): (&Task, &Outlook<'_>),
    scene: Scene<'_>,
) {
    let Scene { model, state, now } = scene;
    let awaited = outlook.awaited(task);
    let told = waiting::told(task, state, awaited.as_ref(), &model.setup);
    let role = if task.is_ended() {
        Role::Muted
    } else {
        Role::Text
    };
    let glyph = if model.lists.marked.contains(&task.id()) {
        "◆"
    } else {
        told.status.glyph
    };
    paint.text(area, row, 0, glyph, told.status.role);
    let since = match task.phase() {
        Phase::Ended { at, .. } => *at,
        Phase::Queued | Phase::Working | Phase::Deciding { .. } | Phase::Held { .. } => {
            task.added()
        }
    };
    let used = paint.right(area, row, &age(now.since(since)), Role::Muted);
    let head = Rect {
        width: area.width.saturating_sub(used + 1),
        ..area
    };
    let column = 2 + paint.text(head, row, 2, &task.id().to_string(), Role::Title) + 1;
    let kind = format!("{} {}", task.order().kind, task.order().strategy);
    paint.text(head, row, column, &kind, Role::Muted);
    paint.text(area, row + 1, 2, task.order().prompt.headline(), role);
    let left = if let Some(progress) = progress::of(task, state) {
        let line = Rect {
            x: area.x + 2,
            width: BAR.min(area.width.saturating_sub(2)),
            ..area
        };
        bar(paint, line, row + 2, progress);
        let column = 2 + BAR + 1;
        column + paint.text(area, row + 2, column, &progress.words(), Role::Muted)
    } else {
        let words = told.more.as_deref().unwrap_or(&told.status.word);
        2 + paint.text(area, row + 2, 2, words, told.status.role)
    };
    let members = members(task);
    if columns(&members) + left + 1 < area.width {
        paint.right(area, row + 2, &members, Role::Muted);
    }
}

/// Who works it, or is to.
fn members(task: &Task) -> String {
    let who = if task.council().is_empty() {
        &task.order().members
    } else {
        task.council()
    };
    let names: Vec<&str> = who.iter().map(MemberName::as_str).collect();
    match names.as_slice() {
        [first, _, _, ..] => format!("{first} +{}", cells(names.len() - 1)),
        few => few.join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::sight;
    use crate::ui::model::lineup::Column;

    #[test]
    fn every_column_can_be_brought_into_sight_at_any_width() {
        for width in [20, 60, 80, 100, 130, 200] {
            for column in Column::ALL {
                let sight = sight(width, column);
                assert!(sight.contains(&column.index()), "{width} {column:?}");
                assert!(sight.end <= Column::ALL.len(), "{width} {column:?}");
            }
        }
        assert_eq!(sight(200, Column::Waiting), 0..5);
        assert_eq!(sight(60, Column::Ended), 3..5);
    }
}
