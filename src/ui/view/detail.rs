//! All about the selected row, as text.

use ratatui::layout::Rect;

use crate::core::{
    Attention, Form, MemberName, Outcome, Phase, Recorded, Request, State, Subject, Task, TurnState,
};
use crate::ui::action::{Action, Context, Screen};
use crate::ui::keymap::Keymap;
use crate::ui::model::{Detail, Model, Pane};
use crate::ui::ring::{Ring, Tone};
use crate::ui::status::{self, clock, count};
use crate::ui::telling::{basis_word, tell_recorded};
use crate::ui::thinking;
use crate::ui::view::paint::{Title, below};
use crate::ui::view::{Paint, Scene};

/// Builds the text anew when the selection, what is known of it, or the width changed.
pub(super) fn build(model: &mut Model, state: &State, columns: u16) {
    let list = model.list();
    if !Pane::of(model.screen).contains(&Pane::Detail) {
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
            if let Some(it) = model.task(state) {
                task(&mut ring, it, state, keymap, columns);
            }
        }
        Screen::Inbox => {
            if let Some(it) = model.asked(state) {
                item(&mut ring, it, state, keymap);
            }
        }
        Screen::Journal => {
            if let Some(it) = model.log.at(key) {
                event(&mut ring, it, &model.time(it.at));
            }
        }
        Screen::Room | Screen::Sessions | Screen::Memory | Screen::Metrics => {}
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
    let ring = &scene.model.detail.ring;
    let right = below(ring);
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

fn say(ring: &mut Ring, tone: Tone, text: &str) {
    ring.push_unwrapped(text, tone);
}

fn gap(ring: &mut Ring) {
    ring.push_unwrapped("", Tone::Said);
}

fn task(ring: &mut Ring, task: &Task, state: &State, keymap: &Keymap, columns: usize) {
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
    if !order.after.is_empty() {
        let after: Vec<String> = order.after.iter().map(ToString::to_string).collect();
        say(ring, Tone::Note, &format!("after {}", after.join(", ")));
    }
    outcome(ring, task, keymap);
    gap(ring);
    say(ring, Tone::Asked, order.prompt.as_str());
    thoughts(ring, task, columns);
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
    }
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
                say(ring, Tone::Note, &format!("result: {}", basis_word(*basis)));
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

/// Whether a text is the task's result, which stands above the answers already.
fn is_result(task: &Task, text: &str) -> bool {
    match task.outcome() {
        Some(Outcome::Done { result, .. }) => result.as_str() == text,
        Some(Outcome::Failed { .. } | Outcome::Cancelled) | None => false,
    }
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
            let tokens = count(usage.tokens());
            say(
                ring,
                Tone::Note,
                &format!(
                    "{} after {}, {about}{tokens} tokens",
                    known.member(),
                    took(*at)
                ),
            );
            if let Some(kept) = task.thinking().of_call(call) {
                say(ring, Tone::Note, &thinking::heading(kept.thought()));
                say(ring, Tone::Thought, kept.thought().text.as_str());
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

fn item(ring: &mut Ring, item: &Attention, state: &State, keymap: &Keymap) {
    let keys = |ring: &mut Ring, words: &[(Action, &str)]| keys(ring, words, keymap);
    match &item.subject {
        Subject::Asked { call, request, .. } => {
            question(ring, item, request, state, keymap);
            let task = state.call(*call).and_then(|c| state.task(c.task()));
            if let Some(task) = task {
                gap(ring);
                say(ring, Tone::Note, &format!("for {}", task.id()));
                say(ring, Tone::Asked, task.order().prompt.as_str());
            }
        }
        Subject::Choice { task } => {
            say(ring, Tone::Note, &format!("the answers to {task} differ"));
            if let Some(known) = state.task(*task) {
                gap(ring);
                say(ring, Tone::Asked, known.order().prompt.as_str());
                if let Phase::Deciding { candidates, .. } = known.phase() {
                    gap(ring);
                    for (number, candidate) in (1..).zip(candidates) {
                        let calls = candidate.calls.len();
                        say(
                            ring,
                            Tone::Said,
                            &format!("{number}  {calls} × {}", candidate.label),
                        );
                    }
                }
            }
            let side_by_side = (Action::Enter, "shows them side by side");
            let by_hand = (Action::Write, "writes the result by hand");
            keys(ring, &[side_by_side, by_hand, (Action::Deny, "takes none")]);
        }
        Subject::Interrupted { task } => {
            say(
                ring,
                Tone::Note,
                &format!("{task} was cut off, and may have changed files"),
            );
            if let Some(task) = state.task(*task) {
                gap(ring);
                say(ring, Tone::Asked, task.order().prompt.as_str());
            }
            let repeat = (Action::Allow, "repeats the call");
            keys(ring, &[repeat, (Action::Deny, "ends the task")]);
        }
        Subject::LoggedOut { member, why } => logged_out(ring, member, why, keymap),
        Subject::Budget { limit } => {
            let what = status::limit_noun(*limit);
            say(
                ring,
                Tone::Note,
                &format!("{what} of the budget are used up; no further call starts"),
            );
            keys(
                ring,
                &[(Action::Allow, "raises the limit by as much again")],
            );
        }
    }
}

/// What a server asks, and what can be said to it.
fn question(ring: &mut Ring, item: &Attention, request: &Request, state: &State, keymap: &Keymap) {
    const ALLOW: (Action, &str) = (Action::Allow, "allows it once");
    const LASTING: (Action, &str) = (Action::AllowForSession, "allows it for the session");
    const DENY: (Action, &str) = (Action::Deny, "denies it, with a reason");
    const DECLINE: (Action, &str) = (Action::Deny, "declines");
    let keys = |ring: &mut Ring, words: &[(Action, &str)]| keys(ring, words, keymap);
    let asker = status::asker(item, state);
    match request {
        Request::Exec { command, cwd } => {
            say(
                ring,
                Tone::Note,
                &format!("{asker} asks to run this command in {cwd}"),
            );
            gap(ring);
            say(ring, Tone::Said, &status::shown_command(command));
            keys(ring, &[ALLOW, LASTING, DENY]);
        }
        Request::Patch { files, diff } => {
            say(
                ring,
                Tone::Note,
                &format!("{asker} asks to change {}", files.join(", ")),
            );
            gap(ring);
            say(ring, Tone::Said, diff.as_str());
            keys(ring, &[ALLOW, LASTING, DENY]);
        }
        Request::Form { message, schema } => {
            say(ring, Tone::Note, &format!("{asker} asks for input"));
            gap(ring);
            say(ring, Tone::Said, message.as_str());
            match Form::read(schema.as_str()) {
                Ok(_) => keys(ring, &[(Action::Enter, "answers it"), DECLINE]),
                Err(error) => {
                    gap(ring);
                    say(ring, Tone::Failure, &error.to_string());
                    keys(ring, &[DECLINE]);
                }
            }
        }
        Request::Url { message, url } => {
            say(
                ring,
                Tone::Note,
                &format!("{asker} asks you to open this address in a browser"),
            );
            gap(ring);
            say(ring, Tone::Said, url);
            gap(ring);
            say(ring, Tone::Said, message.as_str());
            let done = (Action::Allow, "says that it is done");
            keys(ring, &[(Action::Copy, "copies it"), done, DECLINE]);
        }
        Request::Sampling { prompt, .. } => {
            say(
                ring,
                Tone::Note,
                &format!("{asker} asks that a model of this room answers"),
            );
            gap(ring);
            say(ring, Tone::Said, prompt.as_str());
            if let Some(task) = state.lent_to(item.id) {
                gap(ring);
                say(ring, Tone::Note, &format!("{task} is at work on it"));
                keys(ring, &[(Action::Deny, "refuses")]);
            } else {
                let lend = (Action::Allow, "lends one once");
                keys(ring, &[lend, LASTING, (Action::Deny, "refuses")]);
            }
        }
    }
}

/// A member whose tasks wait until somebody has logged it in.
fn logged_out(ring: &mut Ring, member: &MemberName, why: &str, keymap: &Keymap) {
    say(
        ring,
        Tone::Note,
        &format!("{member} is given no calls until it is logged in; its tasks wait"),
    );
    gap(ring);
    say(ring, Tone::Failure, why);
    let words = [
        (Action::Allow, "tries again"),
        (Action::Deny, "does without it"),
        (Action::Why, "shows all that was said"),
    ];
    keys(ring, &words, keymap);
}

/// What can be pressed, and what it does.
fn keys(ring: &mut Ring, words: &[(Action, &str)], keymap: &Keymap) {
    gap(ring);
    for (action, does) in words {
        let key = keymap.name(*action, Context::List);
        say(ring, Tone::Note, &format!("{key} {does}"));
    }
}

fn event(ring: &mut Ring, recorded: &Recorded, time: &str) {
    let (sort, line, _) = tell_recorded(recorded);
    say(
        ring,
        Tone::Note,
        &format!("{} {sort} at {time}", recorded.seq),
    );
    gap(ring);
    say(ring, Tone::Said, &line);
    gap(ring);
    // The whole event, for those who want to know exactly.
    match serde_json::to_string_pretty(&recorded.event) {
        Ok(json) => say(ring, Tone::Thought, &json),
        Err(error) => say(ring, Tone::Failure, &error.to_string()),
    }
}
