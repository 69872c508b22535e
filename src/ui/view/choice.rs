//! Answers side by side, for the operator to choose.

use ratatui::layout::Rect;

use crate::core::voting::label;
use crate::ui::hits::Target;
use crate::ui::layout;
use crate::ui::overlay::Choice;
use crate::ui::text::{clip, width};
use crate::ui::theme::Role;
use crate::ui::view::paint::Title;
use crate::ui::view::prepare::choice_inside;
use crate::ui::view::{Paint, Scene};

pub(super) fn draw(paint: &mut Paint<'_>, body: Rect, choice: &Choice, scene: Scene<'_>) {
    let head = Rect {
        x: body.x + 1,
        width: body.width.saturating_sub(2),
        height: 1,
        ..body
    };
    let used = paint.text(head, 0, 0, &format!("◐ {} ", choice.task), Role::Warn);
    if let Some(task) = scene.state.task(choice.task) {
        paint.text(head, 0, used, task.order().prompt.headline(), Role::Title);
    }
    let hidden = choice.columns.len() - choice.sight(body.width).len();
    if hidden > 0 {
        let more = format!("{hidden} more answers aside");
        paint.right(head, 0, &more, Role::Muted);
    }
    let inside = choice_inside(body);
    let sight = choice.sight(inside.width);
    let rects = layout::columns(inside, sight.len());
    let answers: usize = choice.columns.iter().map(|c| c.by.len()).sum();
    let shown = choice.columns.iter().enumerate().skip(sight.start);
    for ((i, column), rect) in shown.zip(rects) {
        // The label is cut before the names of those who gave the answer.
        let by = format!("{} of {answers}: {}", column.by.len(), column.by.join(" "));
        let room = usize::from(rect.width).saturating_sub(width(&by) + 9);
        let letter = label(i);
        let label = format!("{letter}  {}", column.label);
        let name = if room < 6 {
            letter.into()
        } else {
            clip(&label, room)
        };
        let text = paint.frame(
            rect,
            Title {
                name: &name,
                right: &by,
            },
            choice.chosen == i,
        );
        paint.rows(text, &column.ring.window());
        paint.hits.put(rect, Target::Answer(i));
    }
}
