//! All about the selected row, as text.

use ratatui::layout::Rect;

use crate::core::{
    Analysis, CheckEnd, Event, KindBy, MemberName, Outcome, Outlook, Phase, Purpose, Recorded,
    State, Task, TaskKind, Timestamp, TurnState,
};
use crate::ui::action::{Action, Context, Screen};
use crate::ui::appraising;
use crate::ui::checks;
use crate::ui::depends;
use crate::ui::foretold;
use crate::ui::keymap::Keymap;
use crate::ui::lessons;
use crate::ui::model::{Detail, Model, Pane, Setup};
use crate::ui::pick;
use crate::ui::plans;
use crate::ui::progress;
use crate::ui::ring::{Ring, Tone};
use crate::ui::seeking;
use crate::ui::status::{self, clock, count, tokens};
use crate::ui::telling::basis_word;
use crate::ui::thinking;
use crate::ui::view::item::item;
use crate::ui::view::lessons::lesson;
use crate::ui::view::paint::{Title, below};
use crate::ui::view::{Paint, Scene, advice, route, votes};
use crate::ui::votes::veil;
use crate::ui::waiting;

/// Builds the text anew when the selection, what is known of it, or the width changed.
pub(super) fn build(model: &mut Model, state: &State, now: Timestamp, columns: u16) {
    let list = model.list();
    if !model.panes().contains(&Pane::Detail) {
        return;
    }
    let Some(key) = model.selected(list, state) else {
        model.detail = Detail::default();
        return;
    };
    let of = Some((model.screen, key, state.seq()));
    if model.detail.of == of && model.detail.ring.columns() == columns {
        return;
    }
    let same_row =
        model.detail.of.map(|(screen, key, _)| (screen, key)) == Some((model.screen, key));
    let below_top = if same_row {
        model.detail.ring.above()
    } else {
        0
    };
    let columns = usize::from(columns);
    let mut ring = Ring::default();
    let keymap = &model.setup.keymap;
    match model.screen {
        Screen::Queue | Screen::Votes => {
            if let Some(it) = model.task(state)
                && model.veiled(state).is_some()
            {
                head(&mut ring, it, state);
                gap(&mut ring);
                say(&mut ring, Tone::Asked, it.order().prompt.as_str());
                veiled(&mut ring, model);
            } else if let Some(it) = model.task(state) {
                waits(&mut ring, it, &Outlook::of(state, now), &model.setup);
                task(&mut ring, it, state, keymap, columns);
            }
        }
        Screen::Inbox => {
            if let Some(it) = model.asked(state) {
                item(&mut ring, it, state, keymap, columns);
            }
        }
        Screen::Journal => {
            if let Some(it) = model.recorded(key) {
                event(&mut ring, it, state, model);
            }
        }
        Screen::Memory => {
            if let Some(it) = model.lesson(state) {
                lesson(&mut ring, it, state, model);
            }
        }
        Screen::Metrics => {
            if let Some(row) = model.recommended(state) {
                advice::whole(&mut ring, row, state, model);
            }
        }
        Screen::Room | Screen::Sessions => {}
    }
    model.detail = Detail {
        of,
        ring,
        above: Some(below_top),
    };
}

/// Fits the text to its pane; a new text is shown from its beginning.
pub(super) fn fit(model: &mut Model, columns: u16, rows: u16) {
    let detail = &mut model.detail;
    detail.ring.resize(columns, rows);
    if let Some(above) = detail.above.take() {
        detail.ring.scroll_to_top();
        detail.ring.scroll(-isize::try_from(above).unwrap_or(0));
    }
}

pub(super) fn draw(paint: &mut Paint<'_>, area: Rect, scene: Scene<'_>) {
    if let Some(contest) = votes::conflict::shown(scene) {
        votes::conflict::draw(paint, area, contest, scene);
        return;
    }
    if let Some(item) = votes::dispute::shown(scene) {
        votes::dispute::draw(paint, area, item, scene);
        return;
    }
    let ring = &scene.model.detail.ring;
    let right = seeking::titled(scene.model, Pane::Detail, ring, &below(ring));
    let title = Title {
        name: "Detail",
        right: &right,
    };
    let inside = paint.frame(area, title, scene.has_keys(Pane::Detail));
    if ring.is_empty() {
        paint.empty(inside, "nothing is selected");
        return;
    }
    paint.rows(inside, &ring.window());
}

pub(super) fn say(ring: &mut Ring, tone: Tone, text: &str) {
    ring.push_unwrapped(text, tone);
}

pub(super) fn gap(ring: &mut Ring) {
    ring.push_unwrapped("", Tone::Said);
}

/// Says that a blind vote hides what stands here, and how it is shown.
fn veiled(ring: &mut Ring, model: &Model) {
    let key = model.reveals();
    gap(ring);
    say(
        ring,
        Tone::Note,
        &format!("{}; {key} on it shows it", veil::HIDDEN),
    );
}

/// What a task is and how it stands.
fn head(ring: &mut Ring, task: &Task, state: &State) {
    let order = task.order();
    let status = status::task(task, state);
    say(
        ring,
        Tone::Note,
        &format!(
            "{} {}  {}  {}  {} priority",
            task.id(),
            status.word,
            order.strategy,
            order.kind,
            order.priority,
        ),
    );
}

/// How far it is and for what it waits.
fn waits(ring: &mut Ring, task: &Task, outlook: &Outlook<'_>, setup: &Setup) {
    head(ring, task, outlook.state());
    if let Some(progress) = progress::of(task, outlook.state()) {
        let (done, rest) = progress.bar(16);
        let words = progress.words();
        say(ring, Tone::Note, &format!("{done}{rest} {words}"));
    }
    let awaited = outlook.awaited(task);
    if let Some(awaited) = awaited.filter(|awaited| !waiting::is_said(awaited)) {
        let words = waiting::words(&awaited, |at| setup.formatted(at, "%H:%M"));
        say(ring, Tone::Note, &format!("waits: {words}"));
    }
}

fn task(ring: &mut Ring, task: &Task, state: &State, keymap: &Keymap, columns: usize) {
    let order = task.order();
    for line in kind(task, keymap) {
        say(ring, Tone::Note, &line);
    }
    for line in depends::lines(task, state, columns) {
        say(ring, Tone::Note, &line);
    }
    if let Some(rule) = order.rule {
        say(ring, Tone::Note, &format!("a vote is counted by {rule}"));
    }
    if let Some(check) = &order.check {
        say(
            ring,
            Tone::Note,
            &format!("its result is checked by {check}"),
        );
    }
    if let Some(part) = task.part() {
        say(
            ring,
            Tone::Note,
            &format!("step {} of the plan of {}", part.key, part.of),
        );
    }
    for line in pick::pinned_to(task, state) {
        say(ring, Tone::Note, &line);
    }
    outcome(ring, task, keymap);
    check(ring, task, state, keymap);
    gap(ring);
    say(ring, Tone::Asked, order.prompt.as_str());
    for line in lessons::given(state, task) {
        say(ring, Tone::Note, &line);
    }
    thoughts(ring, task, columns);
    plan(ring, task, state, columns);
    for call in task.calls() {
        answer(ring, *call, task, state, keymap);
    }
    if !task.council().is_empty() {
        let names: Vec<&str> = task.council().iter().map(MemberName::as_str).collect();
        let names = names.join(", ");
        gap(ring);
        say(
            ring,
            Tone::Note,
            &format!("went to {names}: {}", task.routed_because()),
        );
        let foretold = task.forecast().and_then(foretold::of_task);
        for line in foretold.into_iter().chain(route::lines(task)) {
            say(ring, Tone::Note, &line);
        }
    }
}

/// Why a task is of its kind, where nobody said so when it was ordered, and how large it is.
fn kind(task: &Task, keymap: &Keymap) -> Vec<String> {
    let order = task.order();
    let key = keymap.name(Action::Relabel, Context::List);
    let looked = appraising::of_task(task);
    let said = match order.kind_by {
        KindBy::Given | KindBy::Open => return looked.into_iter().collect(),
        KindBy::Corrected => return vec![format!("you said that it is {}", order.kind)],
        KindBy::Text => task.analysis(),
    };
    let Some(Analysis { guess, size }) = said else {
        return Vec::new();
    };
    let why = if guess.why.is_empty() {
        String::new()
    } else {
        format!(": {}", guess.why.join(", "))
    };
    let (sort, share) = (guess.kind, guess.percent());
    let guessed = if guess.taken() != TaskKind::General {
        format!("{sort} by its text, {share} %{why}; {key} corrects it")
    } else if sort == TaskKind::General {
        format!("no kind is clear from its text; {key} sets one")
    } else {
        format!("no kind is clear from its text ({sort} {share} %{why}); {key} sets one")
    };
    let mut lines = match (looked, task.appraisal()) {
        (Some(looked), Some(_)) => vec![format!("{looked}; {key} corrects it")],
        (looked, _) => std::iter::once(guessed).chain(looked).collect(),
    };
    let (asked, expected) = (tokens(size.prompt), count(size.answer));
    lines.push(format!(
        "about {asked}, and {expected} are expected in an answer"
    ));
    lines
}

/// The tree of the thoughts, above their whole texts.
fn thoughts(ring: &mut Ring, task: &Task, columns: usize) {
    let lines = thinking::lines(task, columns);
    if lines.is_empty() {
        return;
    }
    gap(ring);
    let (about, tree) = lines.split_at(lines.len() - task.thinking().kept().len());
    for line in about {
        say(ring, Tone::Note, line);
    }
    for line in tree {
        say(ring, Tone::Thought, line);
    }
}

/// The steps of the plan of a task, in the shape of their tree.
pub(super) fn plan(ring: &mut Ring, task: &Task, state: &State, columns: usize) {
    let lines = plans::lines(task, state, columns);
    if lines.is_empty() {
        return;
    }
    gap(ring);
    for (tone, line) in lines {
        say(ring, tone, &line);
    }
}

/// What came out of a task, or what keeps it.
fn outcome(ring: &mut Ring, task: &Task, keymap: &Keymap) {
    let again = format!(
        "{} works it again",
        keymap.name(Action::Retry, Context::List)
    );
    match task.phase() {
        Phase::Ended { outcome, .. } => match outcome {
            Outcome::Done { result, basis, .. } => {
                gap(ring);
                let rated = match task.rated() {
                    Some(true) => ", praised by you",
                    Some(false) => ", blamed by you",
                    None => "",
                };
                let basis = basis_word(*basis);
                say(ring, Tone::Note, &format!("result: {basis}{rated}"));
                say(ring, Tone::Said, result.as_str());
            }
            Outcome::Failed { why } => {
                gap(ring);
                say(ring, Tone::Failure, &format!("failed: {why}"));
                say(ring, Tone::Note, &again);
            }
            Outcome::Cancelled => {
                gap(ring);
                say(ring, Tone::Note, &format!("cancelled; {again}"));
            }
        },
        Phase::Deciding { .. } => {
            gap(ring);
            let open = keymap.name(Action::Enter, Context::List);
            say(
                ring,
                Tone::Note,
                &format!("the answers differ: {open} on the task shows them side by side"),
            );
        }
        Phase::Queued | Phase::Working | Phase::Held { .. } => {}
    }
}

/// How the result was checked, with the end of what the check wrote.
fn check(ring: &mut Ring, task: &Task, state: &State, keymap: &Keymap) {
    let Some(checked) = task.checked() else {
        if state.awaits_check(task.id()) {
            gap(ring);
            say(
                ring,
                Tone::Note,
                "○ its result is to be checked once no call changes files",
            );
        }
        return;
    };
    gap(ring);
    let brief = checks::brief(checked);
    let Some(over) = checked.over() else {
        let stop = keymap.name(Action::Cancel, Context::List);
        say(ring, Tone::Note, &format!("{brief}; {stop} stops it"));
        return;
    };
    let took = clock(over.at.since(checked.started()));
    let (tone, told) = match &over.end {
        CheckEnd::Passed | CheckEnd::Interrupted => (Tone::Note, format!("{brief} after {took}")),
        CheckEnd::Failed { .. } | CheckEnd::TimedOut => {
            (Tone::Failure, format!("{brief} after {took}"))
        }
        CheckEnd::NotStarted { why } => (Tone::Failure, format!("{brief}: {why}")),
    };
    say(ring, tone, &told);
    if !over.tail.is_empty() {
        say(ring, Tone::Thought, over.tail.as_str());
    }
}

/// Whether a text is the task's result, which stands above the answers already.
fn is_result(task: &Task, text: &str) -> bool {
    match task.outcome() {
        Some(Outcome::Done { result, .. }) => result.as_str() == text,
        Some(Outcome::Failed { .. } | Outcome::Cancelled) | None => false,
    }
}

/// Whether a text is the plan, which stands above the answers already.
fn is_plan(task: &Task, purpose: Purpose) -> bool {
    task.planning().plan().is_some() && matches!(purpose, Purpose::Plan | Purpose::PlanAgain)
}

fn answer(ring: &mut Ring, call: crate::core::CallId, task: &Task, state: &State, keymap: &Keymap) {
    let Some(known) = state.call(call) else {
        return;
    };
    let turn = state
        .session(known.session())
        .and_then(|s| s.turns().rev().find(|turn| turn.call == call));
    let Some(turn) = turn else { return };
    gap(ring);
    let took = |at: crate::core::Timestamp| clock(at.since(turn.started));
    match &turn.state {
        TurnState::Running => say(ring, Tone::Note, &format!("{} works on it", known.member())),
        TurnState::Answered {
            at,
            text,
            value,
            usage,
        } => {
            let about = if usage.estimated { "about " } else { "" };
            let tokens = tokens(usage.tokens());
            say(
                ring,
                Tone::Note,
                &format!("{} after {}, {about}{tokens}", known.member(), took(*at)),
            );
            if let Some(kept) = task.thinking().of_call(call) {
                say(ring, Tone::Note, &thinking::heading(kept.thought()));
                say(ring, Tone::Thought, kept.thought().text.as_str());
            } else if is_plan(task, known.purpose()) {
                say(ring, Tone::Note, "gave the plan");
            } else if !is_result(task, text.as_str()) {
                say(ring, Tone::Said, text.as_str());
            }
            if let Some(value) = value {
                say(ring, Tone::Note, &format!("answer: {value}"));
            }
        }
        TurnState::Failed { at, failure, .. } => {
            say(
                ring,
                Tone::Failure,
                &format!("{} failed after {}: {failure}", known.member(), took(*at)),
            );
            if !failure.said.is_empty() {
                let key = keymap.name(Action::Why, Context::List);
                say(
                    ring,
                    Tone::Note,
                    &format!("{key} shows all that its server said"),
                );
            }
        }
        TurnState::Cancelled { at, .. } => {
            say(
                ring,
                Tone::Note,
                &format!("{} cancelled after {}", known.member(), took(*at)),
            );
        }
        TurnState::Interrupted { .. } => {
            say(ring, Tone::Note, &format!("{} interrupted", known.member()));
        }
    }
}

/// What can be pressed, and what it does.
pub(super) fn keys(ring: &mut Ring, words: &[(Action, &str)], keymap: &Keymap) {
    // Where nothing is pressed, what can be said is told by those who take it.
    if keymap.is_unbound() {
        return;
    }
    gap(ring);
    for (action, does) in words {
        let key = keymap.name(*action, Context::List);
        say(ring, Tone::Note, &format!("{key} {does}"));
    }
}

fn event(ring: &mut Ring, recorded: &Recorded, state: &State, model: &Model) {
    let (sort, line, _) = model.told(recorded, state);
    let time = model.time(recorded.at);
    say(
        ring,
        Tone::Note,
        &format!("{} {sort} at {time}", recorded.seq),
    );
    gap(ring);
    say(ring, Tone::Said, &line);
    if model.votes.veils_event(state, &recorded.event).is_some() {
        // Its line says so already where there is nothing else to tell.
        if !matches!(recorded.event, Event::InquiryAnswered { .. }) {
            veiled(ring, model);
        }
        return;
    }
    gap(ring);
    // The whole event, for those who want to know exactly.
    match serde_json::to_string_pretty(&recorded.event) {
        Ok(json) => say(ring, Tone::Thought, &json),
        Err(error) => say(ring, Tone::Failure, &error.to_string()),
    }
}
