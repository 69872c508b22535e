//! The dialogs about sessions, notes and lessons: a line to type, and what a search found.

use ratatui::layout::Rect;

use crate::core::{LessonId, State};
use crate::ui::action::Action;
use crate::ui::hits::Target;
use crate::ui::overlay::Wanted;
use crate::ui::results::Results;
use crate::ui::text::cells;
use crate::ui::theme::Role;
use crate::ui::view::overlays::{dialog, fill};
use crate::ui::view::paint::{Title, beyond, window};
use crate::ui::view::{Paint, Scene};

/// A line that is typed, and what it is for.
pub(super) fn ask(
    paint: &mut Paint<'_>,
    area: Rect,
    wanted: &Wanted,
    typed: &str,
    scene: Scene<'_>,
) {
    let (name, message) = asked(wanted, scene.state);
    let title = Title {
        name: &name,
        right: &format!("{} does it", scene.model.key(Action::Enter)),
    };
    fill(paint, area, title, &message, typed);
}

/// What a typed line is for: a name for it, and what is to be typed.
pub(crate) fn asked(wanted: &Wanted, state: &State) -> (String, String) {
    let (name, message) = match wanted {
        Wanted::Fork(id) => (
            format!("Fork {id}"),
            "@member and a title; empty: the same member, and a title of its own",
        ),
        Wanted::Rename(id) => (format!("Rename {id}"), "what to call it"),
        Wanted::Export(id) => (
            format!("Export {id}"),
            "a file that is not there yet, in the project; empty: a new one",
        ),
        Wanted::NewNote => (
            "New note".to_owned(),
            "its name; folders with /, and .json at the end for JSON",
        ),
        Wanted::RenameNote { name, .. } => (format!("Rename {name}"), "what to call it"),
        Wanted::Dispute(lesson) => (
            format!("Dispute {lesson}"),
            &*format!("{}: why is it doubted?", claim(*lesson, state)),
        ),
        Wanted::Retire(lesson) => (
            format!("Retire {lesson}"),
            &*format!("{}: why does it hold no more?", claim(*lesson, state)),
        ),
        Wanted::SendBack(id) => (
            format!("Send back the answers of {id}"),
            "what its members shall hear; they answer once more, as a new task",
        ),
        Wanted::Drop(id) => (
            format!("Take none of the answers of {id}"),
            "why, if you like; the task fails with it",
        ),
        Wanted::Search => (
            "Search everything".to_owned(),
            "words of what was said, written, decided or learned; the last may be a beginning",
        ),
    };
    (name, message.to_owned())
}

fn claim(lesson: LessonId, state: &State) -> String {
    let lesson = state.lesson(lesson);
    lesson.map_or_else(String::new, |lesson| {
        let draft = lesson.draft();
        format!("{} ({})", draft.claim, draft.subject)
    })
}

/// The places that a search found.
pub(super) fn found(paint: &mut Paint<'_>, area: Rect, results: &Results, scene: Scene<'_>) {
    let rows = cells(results.places.len())
        .saturating_add(2)
        .min(area.height.saturating_sub(4));
    let name = format!("Found: {}", results.words);
    let enter = scene.model.key(Action::Enter);
    let count = results.places.len();
    let sight = window(count, rows.saturating_sub(2), Some(results.chosen));
    let places = match count {
        1 => "one place".to_owned(),
        _ => format!("{count} places"),
    };
    let right = match beyond(count, &sight).as_str() {
        "" => format!("{places}; {enter} goes there"),
        more => format!("{more}; {places}; {enter} goes there"),
    };
    let title = Title {
        name: &name,
        right: &right,
    };
    let columns = area.width.saturating_sub(4);
    let inside = dialog(paint, area, columns, rows, title);
    let sight = window(results.places.len(), inside.height, Some(results.chosen));
    for (row, i) in (0..).zip(sight) {
        let Some(place) = results.places.get(i) else {
            continue;
        };
        let time = place.at.map(|at| scene.model.time_of_day(at));
        paint.cells(
            inside,
            row,
            &[
                (&time.unwrap_or_default(), 5, Role::Muted),
                (place.sort, 8, Role::Badge),
                (&place.of, 20, Role::Title),
                (&place.excerpt, inside.width.saturating_sub(39), Role::Text),
            ],
        );
        let wide = Rect {
            x: inside.x - 1,
            width: inside.width + 2,
            ..inside
        };
        paint.hits.row(wide, row, 1, Target::Answer(i));
        if i == results.chosen {
            paint.select(wide, row);
        }
    }
}
