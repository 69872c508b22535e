//! What the room recommends, on the Metrics screen: two lines each in the list, and all about the selected one.

use ratatui::layout::Rect;

use crate::core::Actor;
use crate::core::State;
use crate::core::advice::{Applied, Verdict, measured, words};
use crate::ui::action::{Action, Context};
use crate::ui::advice::{Row, amount, by_whom};
use crate::ui::hits::Target;
use crate::ui::model::{Keys, Model, Pane};
use crate::ui::ring::{Ring, Tone};
use crate::ui::theme::Role;
use crate::ui::view::detail::{gap, say};
use crate::ui::view::lists::{age, mark};
use crate::ui::view::paint::{Title, window};
use crate::ui::view::{Paint, Scene, hints, lessons, library};

/// Columns of a glyph and the longest word of a sort.
const SORT: u16 = 10;
/// Rows of an entry.
const HEIGHT: u16 = 2;

/// The list: what stands first, then what was applied.
pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let Scene { model, state, .. } = scene;
    let filter = hints::filter_of(model, Pane::Advice);
    let amount = amount(state).unwrap_or_default();
    let title = Title {
        name: "Advice",
        right: if filter.is_empty() { &amount } else { &filter },
    };
    let inside = paint.frame(area, title, scene.has_keys(Pane::Advice));
    let rows = model.advice(state);
    if rows.is_empty() {
        library::middle(paint, inside, &nothing(&filter, scene));
        return;
    }
    let keys = Keys::Listed(rows.iter().map(|row| row.key()).collect());
    let selected = model.place(Pane::Advice, &keys);
    let sight = window(rows.len(), inside.height / HEIGHT, selected);
    for (place, i) in (0..).zip(sight) {
        let Some(row) = rows.get(i) else { continue };
        let item = Rect {
            y: inside.y + place * HEIGHT,
            height: HEIGHT,
            ..inside
        }
        .intersection(inside);
        paint.hits.put(item, Target::Row(Pane::Advice, row.key()));
        entry(paint, item, *row, scene);
        if selected == Some(i) {
            let marked = if scene.has_keys(Pane::Advice) {
                HEIGHT
            } else {
                1
            };
            for line in 0..marked {
                mark(paint, item, line, Pane::Advice, scene);
            }
        }
    }
}

/// Why there is nothing, and what would change that.
fn nothing(filter: &str, scene: Scene<'_>) -> String {
    if filter.len() > 1 {
        let clear = scene.key(Action::Back);
        return format!("nothing matches {filter}; {clear} clears it");
    }
    "nothing to recommend: once figures say for sure that something would go better otherwise, it stands \
     here with its numbers"
        .to_owned()
}

/// A glyph for how it stands.
fn glyph(state: &State, row: Row<'_>) -> (&'static str, Role) {
    match row {
        Row::Stands(_) => ("○", Role::Accent),
        Row::Was(applied) if applied.taken_back.is_some() => ("▫", Role::Muted),
        Row::Was(applied) => match measured(state, applied).map(|it| it.verdict) {
            Some(Verdict::Better) => ("✓", Role::Ok),
            Some(Verdict::Worse) => ("▲", Role::Warn),
            Some(Verdict::Open) | None => ("◌", Role::Muted),
        },
    }
}

fn entry(paint: &mut Paint<'_>, item: Rect, row: Row<'_>, scene: Scene<'_>) {
    let (glyph, role) = glyph(scene.state, row);
    paint.text(item, 0, 0, glyph, role);
    paint.text(item, 0, 2, row.about().sort().word(), role);
    let (at, line, below, title) = match row {
        Row::Stands(entry) => (
            entry.since,
            row.line(),
            words::brief(&entry.about, &entry.figures),
            Role::Title,
        ),
        Row::Was(applied) => {
            let it = measured(scene.state, applied);
            let since = words::since_brief(&applied.about, it.as_ref());
            let below = format!("{}; {since}", word(applied));
            (applied.at, row.line(), below, Role::Text)
        }
    };
    let used = paint.right(item, 0, &age(scene.now.since(at)), Role::Muted);
    let first = Rect {
        width: item.width.saturating_sub(used + 2),
        ..item
    };
    paint.text(first, 0, SORT + 1, &line, title);
    paint.text(item, 1, 2, &below, Role::Muted);
}

/// That it was applied, or taken back.
fn word(applied: &Applied) -> &'static str {
    if applied.taken_back.is_some() {
        "taken back"
    } else {
        "applied"
    }
}

fn since(state: &State, applied: &Applied) -> String {
    words::since(&applied.about, measured(state, applied).as_ref())
}

/// Says on the frame of the figures that something is recommended, where there is room for it.
pub(super) fn standing(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    if let Some(amount) = amount(scene.state) {
        let key = scene.key(Action::Advice);
        lessons::foot(paint, area, &[format!(" {key} {amount} ")]);
    }
}

/// All about one.
pub(super) fn whole(ring: &mut Ring, row: Row<'_>, state: &State, model: &Model) {
    let (about, figures) = (row.about(), row.figures());
    let key = |action| model.setup.keymap.name(action, Context::List);
    say(ring, Tone::Asked, &words::line(about, figures));
    let parts = [
        ("seen", words::seen(about, figures)),
        ("proposed", words::proposal(about, figures)),
        ("what it should bring", words::benefit(about, figures)),
    ];
    for (word, text) in parts {
        gap(ring);
        say(ring, Tone::Note, word);
        say(ring, Tone::Said, &text);
    }
    gap(ring);
    let day = |at| model.setup.formatted(at, "%Y-%m-%d %H:%M");
    match row {
        Row::Stands(entry) => {
            say(
                ring,
                Tone::Note,
                &format!("stands since {}", day(entry.since)),
            );
            let (apply, dismiss) = (key(Action::Allow), key(Action::Deny));
            let apply = match words::deed(about) {
                "" => String::new(),
                deed => format!("{apply} applies it ({deed}), "),
            };
            let text = format!("{apply}{dismiss} dismisses it until its figures are clearly worse");
            say(ring, Tone::Note, &text);
        }
        Row::Was(applied) => {
            say(ring, Tone::Note, "how it measures");
            say(ring, Tone::Said, &since(state, applied));
            gap(ring);
            let by = |actor: Actor| match actor {
                Actor::Operator => " by you",
                other @ (Actor::Clock | Actor::Room | Actor::Policy) => by_whom(other),
            };
            let text = format!("applied{} {}", by(applied.by), day(applied.at));
            say(ring, Tone::Note, &text);
            match applied.taken_back {
                Some((at, who, _)) => {
                    let text = format!("taken back{} {}", by(who), day(at));
                    say(ring, Tone::Note, &text);
                }
                None if about.can_be_taken_back() => {
                    let undo = key(Action::Undo);
                    say(ring, Tone::Note, &format!("{undo} takes it back"));
                }
                None => {}
            }
        }
    }
    say(ring, Tone::Note, &format!("synod advice {about}"));
}
