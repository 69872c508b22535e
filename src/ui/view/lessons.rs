//! Lessons on the Memory screen: a few lines each in the list, and all about the selected one.

use ratatui::layout::Rect;

use crate::core::lesson::Author;
use crate::core::{Lesson, LessonId, Span, Standing, State, Tally};
use crate::ui::action::{Action, Context};
use crate::ui::hits::Target;
use crate::ui::model::{Keys, Model, Pane};
use crate::ui::ring::{Ring, Tone};
use crate::ui::status;
use crate::ui::telling::basis_word;
use crate::ui::text::{clip, columns, line};
use crate::ui::theme::Role;
use crate::ui::view::detail::{gap, say};
use crate::ui::view::library::{health, middle};
use crate::ui::view::lists::{age, mark};
use crate::ui::view::paint::{Title, window};
use crate::ui::view::{Paint, Scene, hints};

/// Columns from which on the facts of a lesson stand beside what it claims.
const WIDE: u16 = 76;
/// Columns of a glyph and the longest word for how a lesson stands.
const STATE: u16 = 10;

/// Columns that a pane takes to say that it is one of several.
const ALONE: u16 = 14;

/// The list, newest first.
pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let Scene { model, state, .. } = scene;
    let filter = hints::filter_of(model, Pane::Lessons);
    let right = match filter.as_str() {
        "" => health(scene),
        filter => filter.to_owned(),
    };
    let title = Title {
        name: "Lessons",
        right: &right,
    };
    let inside = paint.frame(area, title, scene.has_keys(Pane::Lessons));
    let lessons = model.lessons(state);
    amount(paint, area, &lessons);
    if lessons.is_empty() {
        middle(paint, inside, &nothing(&filter, scene));
        return;
    }
    let keys = Keys::Listed(lessons.iter().map(|lesson| lesson.id().0).collect());
    let selected = model.place(Pane::Lessons, &keys);
    let height = if inside.width < WIDE { 3 } else { 2 };
    let widest = lessons.first().map(|lesson| lesson.id().to_string());
    let numbers = widest.map_or(2, |id| columns(&id));
    let sight = window(lessons.len(), inside.height / height, selected);
    for (place, i) in (0..).zip(sight) {
        let Some(lesson) = lessons.get(i) else {
            continue;
        };
        let item = Rect {
            y: inside.y + place * height,
            height,
            ..inside
        };
        let target = Target::Row(Pane::Lessons, lesson.id().0);
        paint.hits.put(item.intersection(inside), target);
        row(paint, item, lesson, numbers, scene);
        if selected == Some(i) {
            select(paint, item, scene);
        }
    }
}

/// The whole of the selected lesson is marked where the keys are.
fn select(paint: &mut Paint<'_>, item: Rect, scene: Scene<'_>) {
    let rows = if scene.has_keys(Pane::Lessons) {
        item.height
    } else {
        1
    };
    for row in 0..rows {
        mark(paint, item, row, Pane::Lessons, scene);
    }
}

/// How many there are, on the frame below.
fn amount(paint: &mut Paint<'_>, area: Rect, lessons: &[&Lesson]) {
    if lessons.is_empty() || area.height == 0 {
        return;
    }
    let bottom = Rect {
        y: area.y + area.height - 1,
        height: 1,
        ..area
    };
    let many = if lessons.len() == 1 { "" } else { "s" };
    let proposed = lessons
        .iter()
        .filter(|it| it.standing() == Standing::Proposed);
    let waiting = match proposed.count() {
        0 => String::new(),
        proposed => format!("  {proposed} proposed"),
    };
    let text = format!(" {} lesson{many}{waiting} ", lessons.len());
    paint.text(bottom, 0, 2, &text, Role::Muted);
}

/// Says on the frame of the documents that lessons wait for a word, where there is room for it.
pub(super) fn proposals(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    let lessons = scene.state.lessons();
    let proposed = lessons.filter(|it| it.standing() == Standing::Proposed);
    let count = proposed.count();
    if count == 0 {
        return;
    }
    let key = scene.key(Action::Lessons);
    let many = if count == 1 { "" } else { "s" };
    let texts = [
        format!(" {key} {count} lesson{many} proposed "),
        format!(" {key} {count} lesson{many} "),
    ];
    foot(paint, area, &texts);
}

/// Puts the first of these that fits onto the frame below, at the right, where nothing else stands.
pub(super) fn foot(paint: &mut Paint<'_>, area: Rect, texts: &[String]) {
    if area.height == 0 {
        return;
    }
    let y = area.y + area.height - 1;
    // A pane that stands alone says there that there are others.
    let alone = area.width == paint.buf.area.width;
    let end = if alone { 2 + ALONE } else { 2 };
    for text in texts {
        let Some(left) = area.width.checked_sub(columns(text) + end) else {
            continue;
        };
        let mut cells = (area.x + left..area.right().saturating_sub(end)).map(|x| (x, y));
        let free = |at| paint.buf.cell(at).is_some_and(|it| it.symbol() == "─");
        if cells.all(free) {
            let bottom = Rect {
                y,
                height: 1,
                ..area
            };
            paint.text(bottom, 0, left, text, Role::Muted);
            return;
        }
    }
}

/// Why there is nothing, and what would change that.
fn nothing(filter: &str, scene: Scene<'_>) -> String {
    if filter.len() > 1 {
        let clear = scene.key(Action::Back);
        return format!("nothing matches {filter}; {clear} clears it");
    }
    "no lessons yet: one is proposed when the answers of a council agree, or when you choose \
     between answers that differ. One that you accept is told to later calls that it bears on. \
     `synod lesson add` writes one by hand."
        .to_owned()
}

fn row(paint: &mut Paint<'_>, item: Rect, lesson: &Lesson, numbers: u16, scene: Scene<'_>) {
    let draft = lesson.draft();
    let stands = status::lesson(lesson.standing());
    let (title, text) = match lesson.standing() {
        Standing::Retired => (Role::Muted, Role::Muted),
        Standing::Proposed | Standing::Accepted | Standing::Disputed => (Role::Title, Role::Text),
    };
    paint.text(item, 0, 0, stands.glyph, stands.role);
    paint.text(item, 0, 2, &stands.word, stands.role);
    let id = lesson.id().to_string();
    let column = STATE + 2 + numbers.saturating_sub(columns(&id));
    paint.text(item, 0, column, &id, Role::Muted);
    let age = age(scene.now.since(lesson.created()));
    let used = paint.right(item, 0, &age, Role::Muted);
    let subject = without(item, used + 2);
    paint.text(subject, 0, STATE + 2 + numbers + 2, &draft.subject, title);
    let facts = facts(lesson, scene);
    if item.height > 2 {
        paint.text(item, 1, 2, &draft.claim, text);
        paint.text(item, 2, 2, &facts, Role::Muted);
    } else {
        let most = item.width / 2;
        let facts = line(&facts);
        let facts = clip(&facts, usize::from(most));
        let used = paint.right(item, 1, &facts, Role::Muted);
        paint.text(without(item, used + 2), 1, 2, &draft.claim, text);
    }
}

fn without(item: Rect, columns: u16) -> Rect {
    Rect {
        width: item.width.saturating_sub(columns),
        ..item
    }
}

/// On what a lesson rests, what it brought, how long it holds, and who says it.
fn facts(lesson: &Lesson, scene: Scene<'_>) -> String {
    let mut facts = vec![match lesson.evidence().len() {
        0 => "no task".to_owned(),
        1 => "1 task".to_owned(),
        tasks => format!("{tasks} tasks"),
    }];
    let (with, without) = (lesson.with(), scene.state.without_lesson(lesson));
    if with.answers() > 0 {
        facts.push(format!("{} with, {} without", short(with), short(without)));
    }
    if let Some(expires) = lesson.expires() {
        // A day that has begun is told as one.
        let left = expires.since(scene.now);
        let left = Span(left.0 + if left < Span::DAY { 0 } else { Span::DAY.0 - 1 });
        facts.push(format!("{} left", age(left)));
    }
    facts.push(by(&lesson.draft().author));
    facts.join("  ")
}

fn short(tally: Tally) -> String {
    format!("{}/{}", tally.accepted, tally.answers())
}

fn by(author: &Author) -> String {
    match author {
        Author::Operator => "by you".to_owned(),
        Author::Members(_) => format!("by {author}"),
    }
}

/// All about a lesson.
pub(super) fn lesson(ring: &mut Ring, lesson: &Lesson, state: &State, model: &Model) {
    let draft = lesson.draft();
    let id = lesson.id();
    let note = |ring: &mut Ring, text: &str| say(ring, Tone::Note, text);
    let word = lesson.standing().word();
    note(ring, &format!("{id} {word}  {}", draft.topic));
    if !lesson.because().is_empty() {
        note(ring, &format!("because: {}", lesson.because()));
    }
    gap(ring);
    note(ring, "asked");
    say(ring, Tone::Asked, &draft.subject);
    gap(ring);
    note(ring, "holds");
    say(ring, Tone::Said, &draft.claim);
    for (word, text) in [("why", &draft.why), ("dissent", &draft.dissent)] {
        if !text.is_empty() {
            gap(ring);
            note(ring, word);
            say(ring, Tone::Said, text);
        }
    }
    contradiction(ring, id, state, model);
    gap(ring);
    if !lesson.evidence().is_empty() {
        note(ring, "borne out by");
    }
    for evidence in lesson.evidence() {
        let basis = basis_word(evidence.basis);
        let task = state
            .task(evidence.task)
            .map(|task| task.order().prompt.headline());
        let task = task.unwrap_or("only in the journal by now");
        say(
            ring,
            Tone::Said,
            &format!("{} {basis}: {task}", evidence.task),
        );
    }
    if !lesson.evidence().is_empty() {
        gap(ring);
    }
    note(ring, &format!("said {}", by(&draft.author)));
    let day = |at| model.setup.formatted(at, "%Y-%m-%d %H:%M");
    let until = match lesson.expires() {
        Some(at) => format!(", holds until {} at most", day(at)),
        None => String::new(),
    };
    note(ring, &format!("since {}{until}", day(lesson.created())));
    gap(ring);
    effect(ring, lesson, state);
}

/// Which lesson says the contrary, while nobody has said which of them holds.
fn contradiction(ring: &mut Ring, id: LessonId, state: &State, model: &Model) {
    let Some((item, other)) = state.contradicted(id) else {
        return;
    };
    gap(ring);
    let claim = state
        .lesson(other)
        .map_or("", |it| it.draft().claim.as_str());
    say(
        ring,
        Tone::Failure,
        &format!("{other} says the contrary: {claim}"),
    );
    let key = model.setup.keymap.name(Action::Allow, Context::List);
    say(
        ring,
        Tone::Note,
        &format!(
            "nobody is told of either; {key} goes to {item} in the inbox, which asks which holds"
        ),
    );
}

/// What became of the answers of those who were told.
fn effect(ring: &mut Ring, lesson: &Lesson, state: &State) {
    let uses = match lesson.uses() {
        0 => "told to no call yet".to_owned(),
        1 => "told to one call".to_owned(),
        calls => format!("told to {calls} calls"),
    };
    say(ring, Tone::Note, &uses);
    let (with, without) = (lesson.with(), state.without_lesson(lesson));
    let counted = [("with", with), ("without", without)].map(|(word, tally)| {
        let counts = tally.answers() > 0;
        counts.then(|| format!("{tally} {word} it"))
    });
    let counted: Vec<String> = counted.into_iter().flatten().collect();
    if !counted.is_empty() {
        let text = format!("answers accepted in councils: {}", counted.join(", "));
        say(ring, Tone::Note, &text);
    }
}
