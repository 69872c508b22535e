//! Actions on the selected row: open, allow, deny, cancel, retry, copy.

use crate::core::{Command, Health, Holds, Outcome, Phase, Reply, Request, State, Subject, Task};
use crate::ui::action::{Action, Screen};
use crate::ui::model::{Focus, Model, Pane};
use crate::ui::overlay::{Choice, Overlay};
use crate::ui::status::plural;
use crate::ui::theme::Role;
use crate::ui::update::{Intent, answers, bulk, disputes, library, metrics, transcripts, votes};
use crate::ui::votes::veil;

/// Opens what is selected.
pub(super) fn open(model: &mut Model, state: &State) -> Vec<Intent> {
    match model.main_pane() {
        Pane::Sessions => {
            if model.screen == Screen::Room {
                model.screen = Screen::Sessions;
            }
            model.focus_on(Pane::Transcript);
        }
        Pane::Votes if disputes::at_hand(model, state) => {
            model.screen = Screen::Votes;
            model.focus = Focus::Pane(1);
        }
        Pane::Queue | Pane::Votes => {
            let pane = model.main_pane();
            let Some(task) = model.task(state).map(Task::id) else {
                return Vec::new();
            };
            if let Some(choice) = Choice::of(task, state) {
                model.overlays.push(Overlay::Choice(choice));
                return Vec::new();
            }
            if model.screen == Screen::Room {
                model.screen = if pane == Pane::Queue {
                    Screen::Queue
                } else {
                    Screen::Votes
                };
                model.select_key(pane, task.0);
            }
            model.focus = Focus::Pane(1);
        }
        Pane::Inbox | Pane::Detail => {
            if let Some(subject) = model.asked(state).map(|item| item.subject.clone()) {
                answers::open(model, state, &subject);
            }
        }
        Pane::Memory => {
            if let Some(name) = library::selected(model, state).map(str::to_owned) {
                library::show(model, &name);
            }
        }
        Pane::Library => library::open(model),
        Pane::Lessons | Pane::Journal | Pane::Metrics | Pane::Advice => {
            model.focus = Focus::Pane(1);
        }
        Pane::Transcript => transcripts::open(model, state),
        Pane::Figures => metrics::tasks(model, state),
        Pane::Reader => {}
    }
    Vec::new()
}

/// Clears the draft, or cancels the selected turn or task.
pub(super) fn cancel(model: &mut Model, state: &State) -> Vec<Intent> {
    if model.focus == Focus::Composer && model.composer.clear() {
        model.composer.refresh(&model.vocabulary);
        let undo = model.key(Action::Undo);
        model.tell(format!("draft cleared; {undo} brings it back"), Role::Muted);
        return Vec::new();
    }
    match model.list() {
        Pane::Sessions => {
            let busy = model.seat(state).and_then(|seat| seat.session?.busy());
            if let Some(call) = busy {
                return vec![Intent::Command(Command::CancelCall { call })];
            }
            let leave = model.key(Action::Quit);
            model.tell(
                format!("the selected session works on nothing; {leave} leaves"),
                Role::Muted,
            );
        }
        Pane::Queue | Pane::Votes => {
            let checked = model.task(state).map(Task::id);
            if let Some(task) = state.being_checked().filter(|task| Some(*task) == checked) {
                return vec![Intent::Command(Command::StopCheck { task })];
            }
            bulk::cancel(model, state);
        }
        Pane::Transcript
        | Pane::Memory
        | Pane::Library
        | Pane::Reader
        | Pane::Lessons
        | Pane::Inbox
        | Pane::Metrics
        | Pane::Advice
        | Pane::Figures
        | Pane::Journal
        | Pane::Detail => {
            let leave = model.key(Action::Quit);
            model.tell(
                format!("nothing to cancel here; {leave} leaves"),
                Role::Muted,
            );
        }
    }
    Vec::new()
}

/// Retires both of two lessons that contradict each other; else asks whether the marked tasks, or the
/// selected one, shall be cancelled.
pub(super) fn delete(model: &mut Model, state: &State) -> Vec<Intent> {
    if let Some(item) = model.asked(state)
        && matches!(item.subject, Subject::Lessons { .. })
    {
        return answers::send(vec![(item.id, Reply::Hold(Holds::Neither))]);
    }
    bulk::cancel(model, state);
    Vec::new()
}

/// Works a failed task again, or starts a member's server again.
pub(super) fn retry(model: &mut Model, state: &State) -> Vec<Intent> {
    if model.list() == Pane::Sessions {
        let Some(seat) = model.seat(state) else {
            return Vec::new();
        };
        let is_paused = seat.member.pause().is_some();
        return match seat.member.health() {
            Health::Restarting { .. } | Health::Down { .. } => {
                let member = seat.member.spec().name.clone();
                vec![Intent::Command(Command::RestartMember { member })]
            }
            // With another login, or after a limit was raised.
            Health::Unknown | Health::Starting | Health::Ready { .. } if is_paused => {
                let member = seat.member.spec().name.clone();
                vec![Intent::Command(Command::RestartMember { member })]
            }
            Health::Unknown | Health::Starting | Health::Ready { .. } => {
                model.tell("its server is not down", Role::Muted);
                Vec::new()
            }
        };
    }
    if bulk::is_for_marked(model) {
        bulk::retry(model, state);
        return Vec::new();
    }
    match model.task(state).map(|t| (t.id(), t.outcome())) {
        Some((task, Some(Outcome::Failed { .. } | Outcome::Cancelled))) => {
            vec![Intent::Command(Command::RetryTask { task })]
        }
        Some(_) => {
            model.tell(
                "only failed and cancelled tasks can be worked again",
                Role::Muted,
            );
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// Moves the selected task up or down by one priority; one that is done is praised or blamed, and the
/// same key takes that back.
pub(super) fn priority(model: &mut Model, state: &State, action: Action) -> Vec<Intent> {
    if bulk::is_for_marked(model) {
        bulk::priority(model, state, action);
        return Vec::new();
    }
    let Some(task) = model.task(state) else {
        return Vec::new();
    };
    if matches!(task.outcome(), Some(Outcome::Done { .. })) {
        let (id, says) = (task.id(), action == Action::Raise);
        let good = (task.rated() != Some(says)).then_some(says);
        let told = match good {
            Some(true) => format!("the result of {id} is praised: its authors are asked more"),
            Some(false) => format!("the result of {id} is blamed: its authors are asked less"),
            None => format!("the result of {id} is neither praised nor blamed any more"),
        };
        model.tell(told, Role::Muted);
        return vec![Intent::Command(Command::Rate { task: id, good })];
    }
    let raises = action == Action::Raise;
    let Some(priority) = bulk::next(task.order().priority, raises) else {
        return Vec::new();
    };
    vec![Intent::Command(Command::SetPriority {
        task: task.id(),
        priority,
    })]
}

/// The text at hand, unless a blind vote hides it; then that is told.
pub(super) fn at_hand(model: &mut Model, state: &State) -> Option<String> {
    if is_hidden(model, state) {
        return None;
    }
    text(model, state).filter(|text| !text.trim().is_empty())
}

/// Copies the text at hand.
pub(super) fn copy(model: &mut Model, state: &State) -> Vec<Intent> {
    if is_hidden(model, state) {
        return Vec::new();
    }
    let Some(text) = at_hand(model, state) else {
        model.tell("there is no text to copy here", Role::Muted);
        return Vec::new();
    };
    copied(model, "the text", text)
}

/// Copies a text, and tells what it is and how much.
pub(super) fn copied(model: &mut Model, what: &str, text: String) -> Vec<Intent> {
    let lines = plural(text.lines().count(), "line");
    let size = crate::ui::composer::size(text.len());
    model.tell(format!("copied {what}: {lines}, {size}"), Role::Muted);
    vec![Intent::Copy(text)]
}

/// Opens the draft or the text at hand in the editor.
pub(super) fn edit(model: &mut Model, state: &State) -> Vec<Intent> {
    if model.focus == Focus::Composer {
        return vec![Intent::EditDraft(model.composer.text())];
    }
    if is_hidden(model, state) {
        return Vec::new();
    }
    text(model, state).map(Intent::Show).into_iter().collect()
}

/// Whether a blind vote hides the text at hand; then that is told.
pub(super) fn is_hidden(model: &mut Model, state: &State) -> bool {
    let hidden = model.veiled(state).is_some();
    if hidden {
        let key = model.reveals();
        model.tell(
            format!("{}; {key} on it shows it", veil::HIDDEN),
            Role::Muted,
        );
    }
    hidden
}

/// The address that a server wants visited: where one is, it is what there is to copy.
pub(super) fn address(model: &Model, state: &State) -> Option<String> {
    match model.asked(state).map(|item| &item.subject) {
        Some(Subject::Asked {
            request: Request::Url { url, .. },
            ..
        }) => Some(url.clone()),
        Some(_) | None => None,
    }
}

fn text(model: &mut Model, state: &State) -> Option<String> {
    if let Some(address) = address(model, state) {
        return Some(address);
    }
    match model.main_pane() {
        Pane::Sessions | Pane::Transcript => {
            let session = model.seat(state)?.session?.id();
            Some(model.transcripts.ring_mut(session)?.text())
        }
        Pane::Detail if votes::is_read(model, state) => votes::text(model, state),
        Pane::Detail | Pane::Votes if disputes::at_hand(model, state) => {
            Some(model.votes.dispute.page.plain_text())
        }
        Pane::Queue | Pane::Votes => model.task(state).map(result),
        Pane::Detail | Pane::Lessons | Pane::Advice => Some(model.detail.ring.text()),
        Pane::Inbox => model.asked(state).map(|item| {
            let (sort, line) = crate::ui::status::attention(item, state);
            format!("{sort} {line}")
        }),
        Pane::Journal => {
            let seq = model.selected(Pane::Journal, state)?;
            let recorded = model.recorded(seq)?;
            Some(model.told(recorded, state).1)
        }
        Pane::Memory => library::selected(model, state).map(str::to_owned),
        Pane::Library | Pane::Reader => library::text(model).map(|text| text.text.clone()),
        Pane::Metrics | Pane::Figures => None,
    }
}

/// The result of a task, or its prompt while there is none.
fn result(task: &Task) -> String {
    match task.phase() {
        Phase::Ended {
            outcome: Outcome::Done { result, .. },
            ..
        } => result.as_str().to_owned(),
        Phase::Ended { .. }
        | Phase::Queued
        | Phase::Working
        | Phase::Deciding { .. }
        | Phase::Held { .. } => task.order().prompt.as_str().to_owned(),
    }
}
