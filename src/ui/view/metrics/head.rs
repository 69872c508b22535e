//! What stands above the rows of figures: whose they are and of what time, what the room counted, and what
//! all came to over time.

use ratatui::layout::Rect;

use super::plot::{self, AROUND, Plot};
use crate::core::metrics::Window;
use crate::ui::action::{Action, Look};
use crate::ui::metrics::course::{Course, long};
use crate::ui::status::count;
use crate::ui::text::columns;
use crate::ui::theme::Role;
use crate::ui::view::{Paint, Scene};

/// From this height of the pane on the counts of the room have a row.
const TALL: u16 = 18;
/// A plot is at least so high, and at most.
const PLOT: (u16, u16) = (AROUND + 2, AROUND + 12);
/// From this width on two plots stand side by side.
const WIDE: u16 = 48;
/// Columns between two plots.
const BETWEEN: u16 = 3;
/// The windows as they are named side by side.
const WINDOWS: [(Window, &str); 5] = [
    (Window::Hour, "1 h"),
    (Window::Day, "24 h"),
    (Window::Week, "7 d"),
    (Window::Month, "30 d"),
    (Window::Ever, "ever"),
];

/// Draws it above so many rows, and gives how high it is.
pub(super) fn draw(paint: &mut Paint<'_>, inside: Rect, rows: usize, scene: Scene<'_>) -> u16 {
    choices(paint, inside, scene);
    let mut at = 1;
    if inside.height >= TALL {
        counts(paint, below(inside, at), scene);
        at += 1;
    }
    // The rows have what they need, as long as that leaves something for the plots.
    let needed = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(2);
    let free = inside
        .height
        .saturating_sub(at)
        .saturating_sub(needed.min((inside.height / 2).max(7)));
    at + plots(paint, below(inside, at), free, scene)
}

fn below(area: Rect, rows: u16) -> Rect {
    Rect {
        y: area.y + rows,
        height: area.height.saturating_sub(rows),
        ..area
    }
    .intersection(area)
}

/// Members or kinds, and the windows, with the one that is looked at between angles.
fn choices(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let board = &scene.model.metrics;
    let key = |look| scene.key(Action::Figures(look));
    let windows = WINDOWS.map(|(window, name)| chosen(name, window == board.window));
    let right = format!(
        "{} {} {}",
        key(Look::Shorter),
        windows.concat(),
        key(Look::Longer)
    );
    let left = format!(
        "{} {}{}",
        key(Look::Kinds),
        chosen("members", !board.by_kind),
        chosen("kinds", board.by_kind)
    );
    let used = lit(paint, area, 0, &left);
    let width = columns(&right);
    if used + 2 + width <= area.width {
        lit(paint, area, area.width - width, &right);
    }
}

fn chosen(name: &str, is: bool) -> String {
    if is {
        format!("‹{name}›")
    } else {
        format!(" {name} ")
    }
}

/// Writes a row of choices, the chosen one set off; gives the columns used.
fn lit(paint: &mut Paint<'_>, area: Rect, from: u16, text: &str) -> u16 {
    let used = paint.text(area, 0, from, text, Role::Muted);
    if let (Some(begin), Some(end)) = (text.find('‹'), text.find('›')) {
        let before = columns(text.get(..begin).unwrap_or_default());
        let word = text.get(begin..end).unwrap_or_default();
        paint.text(area, 0, from + before, &format!("{word}›"), Role::Accent);
    }
    used
}

/// What the room counted since ever, whatever the window.
fn counts(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let counters = scene.state.counters();
    let facts = [
        ("done", counters.done),
        ("failed", counters.failed),
        ("cancelled", counters.cancelled),
        (
            of(counters.conflicts, "conflict", "conflicts"),
            counters.conflicts,
        ),
        (
            of(counters.stale, "late report", "late reports"),
            counters.stale,
        ),
        (of(scene.state.seq(), "event", "events"), scene.state.seq()),
    ];
    let mut column = paint.text(area, 0, 0, "since ever", Role::Muted) + 2;
    for (name, n) in facts {
        let taken = columns(&count(n)) + 1 + columns(name);
        // A figure that does not fit whole is left out.
        if column + taken > area.width {
            break;
        }
        column += paint.text(area, 0, column, &count(n), Role::Title) + 1;
        column += paint.text(area, 0, column, name, Role::Muted) + 2;
    }
}

/// The noun for so many.
fn of(n: u64, one: &'static str, many: &'static str) -> &'static str {
    if n == 1 { one } else { many }
}

/// As many plots of all together as there is room for: four, the one of the chosen figure, or its curve
/// alone. Gives the rows that they take, with one of air where there is room for it.
fn plots(paint: &mut Paint<'_>, area: Rect, free: u16, scene: Scene<'_>) -> u16 {
    let board = &scene.model.metrics;
    let course = Course::of(board.column);
    let Some(all) = board.all() else { return 0 };
    let beats = board.beats(all);
    if Course::Calls.whole(beats) == 0 {
        let nothing = "no calls ended in this time: what they come to is drawn here";
        paint.text(area, 0, 0, nothing, Role::Muted);
        return 1 + u16::from(free > 1);
    }
    let plot = |course: Course, chosen| Plot {
        course,
        beats,
        whole: course.said(beats, &all.figures),
        window: board.curve(),
        chosen,
    };
    let (least, most) = PLOT;
    if area.width >= WIDE && free > 2 * least {
        let height = ((free - 1) / 2).min(most);
        let width = (area.width - BETWEEN) / 2;
        for (at, one) in (0_u16..).zip(Course::SHOWN) {
            let place = Rect {
                x: area.x + (at % 2) * (width + BETWEEN),
                y: area.y + (at / 2) * height,
                width,
                height,
            };
            plot(one, course == Some(one)).draw(paint, place.intersection(area));
        }
        return 2 * height + 1;
    }
    let one = course.unwrap_or(Course::Calls);
    if free > least {
        let height = (free - 1).min(most);
        let place = Rect { height, ..area }.intersection(area);
        plot(one, course.is_some()).draw(paint, place);
        return height + 1;
    }
    // The label may say more where there is less room for steps.
    let label = |each| format!("{} in {}", one.name(), long(board.curve(), each));
    let bars = Rect {
        width: area.width.saturating_sub(columns(&label(1)) + 4),
        height: area.height.min(1),
        ..area
    };
    let (_, each) = plot::highest(one, beats, usize::from(bars.width));
    plot::spark(paint, bars, one, beats);
    paint.right(area, 0, &label(each), Role::Muted);
    1
}
