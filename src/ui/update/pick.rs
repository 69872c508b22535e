//! Lists to pick from: who was told of a document or lesson, pins, kinds, settings of sessions,
//! where something leads, themes.

use crate::core::document::Known;
use crate::core::{Command, DocumentReply, Session, State, Task, TaskId, TaskKind};
use crate::ui::action::{Action, Screen};
use crate::ui::model::{Focus, Model, Pane};
use crate::ui::overlay::Overlay;
use crate::ui::pick::{
    Lead, Pick, Picking, of_document, of_item, of_lesson, of_task, pinnable, pins,
};
use crate::ui::status;
use crate::ui::theme::Role;
use crate::ui::update::{Intent, dials, lessons, library, lists, looks};

/// Shows which calls were told of the document or the lesson at hand.
pub(super) fn told(model: &mut Model, state: &State) -> Vec<Intent> {
    let Some(of) = at_hand(model, state) else {
        return Vec::new();
    };
    let (ask, intent) = library::ask_told(&mut model.beside, of.clone());
    let what = Picking::Told {
        of,
        ask: Some(ask),
        found: Ok(crate::core::document::CallsTold::default()),
    };
    model.overlays.push(Overlay::Pick(Pick::new(what)));
    vec![intent]
}

/// The document or the lesson that the keys are for; without one the operator is told.
fn at_hand(model: &mut Model, state: &State) -> Option<Known> {
    match model.list() {
        Pane::Lessons => lessons::selected(model, state).map(Known::Lesson),
        Pane::Memory => {
            let name = library::selected(model, state).map(str::to_owned);
            name.map(Known::Document)
        }
        Pane::Sessions
        | Pane::Transcript
        | Pane::Queue
        | Pane::Library
        | Pane::Reader
        | Pane::Votes
        | Pane::Inbox
        | Pane::Metrics
        | Pane::Advice
        | Pane::Figures
        | Pane::Journal
        | Pane::Detail => library::chosen(model).map(Known::Document),
    }
}

/// Which calls were told is known now, or why not.
pub(super) fn came(pick: &mut Pick, result: &Result<DocumentReply, String>) {
    let Picking::Told { ask, found, .. } = &mut pick.what else {
        return;
    };
    *ask = None;
    *found = match result {
        Ok(DocumentReply::Told(calls)) => Ok(calls.clone()),
        Ok(
            DocumentReply::Listed(_)
            | DocumentReply::Read(_)
            | DocumentReply::Found(_)
            | DocumentReply::History(_),
        ) => return,
        Err(why) => Err(why.clone()),
    };
}

/// Shows to which tasks the document at hand is pinned, and to which it can be.
pub(super) fn pin(model: &mut Model, state: &State) {
    let document = match at_hand(model, state) {
        Some(Known::Lesson(lesson)) => crate::ui::pick::document_of(lesson, state),
        Some(Known::Document(name)) => Some(name),
        None => return,
    };
    if let Some(document) = document {
        let tasks = pinnable(&document, state);
        let what = Picking::Pins { document, tasks };
        model.overlays.push(Overlay::Pick(Pick::new(what)));
    }
}

/// Shows of what kinds the marked tasks, or the selected one, can be.
pub(super) fn kinds(model: &mut Model, state: &State) {
    let known = |id: &TaskId| state.task(*id).is_some();
    let mut tasks: Vec<TaskId> = model.lists.marked.iter().copied().filter(known).collect();
    if tasks.is_empty() {
        tasks.extend(model.task(state).map(Task::id));
    }
    let Some(now) = tasks.first().and_then(|id| state.task(*id)) else {
        model.tell("no task is selected", Role::Muted);
        return;
    };
    let now = now.order().kind;
    let kinds: Vec<TaskKind> = state.kinds().all().collect();
    let chosen = kinds.iter().position(|kind| *kind == now);
    let mut pick = Pick::new(Picking::Kinds { tasks, kinds });
    pick.chosen = chosen.unwrap_or_default();
    model.overlays.push(Overlay::Pick(pick));
}

/// Goes to what the document, the lesson, the task or the item at hand leads to; where that is more than one
/// thing, they are listed.
pub(super) fn lead(model: &mut Model, state: &State) {
    let (of, leads) = match model.list() {
        Pane::Votes | Pane::Inbox if model.asked(state).is_some() => {
            let Some(item) = model.asked(state) else {
                return;
            };
            (item.id.to_string(), of_item(item, state))
        }
        Pane::Queue | Pane::Votes => {
            let Some(task) = model.task(state) else {
                model.tell("no task is selected", Role::Muted);
                return;
            };
            (task.id().to_string(), of_task(task, state))
        }
        Pane::Inbox => {
            model.tell("nothing waits for you", Role::Muted);
            return;
        }
        Pane::Metrics => {
            let Some(row) = model.measured(state) else {
                return;
            };
            let member = row.member().filter(|_| row.here).cloned();
            let leads = member.map(Lead::Member).into_iter().collect();
            (row.title(), leads)
        }
        Pane::Sessions
        | Pane::Transcript
        | Pane::Memory
        | Pane::Library
        | Pane::Reader
        | Pane::Lessons
        | Pane::Advice
        | Pane::Figures
        | Pane::Journal
        | Pane::Detail => match at_hand(model, state) {
            Some(Known::Lesson(lesson)) => (lesson.to_string(), of_lesson(lesson, state)),
            Some(Known::Document(name)) => {
                let leads = of_document(&name, state);
                (name, leads)
            }
            None => return,
        },
    };
    match leads.as_slice() {
        [] => model.tell(format!("{of} leads to nothing else"), Role::Muted),
        [only] => go(model, state, only),
        _ => {
            let what = Picking::Leads { of, leads };
            model.overlays.push(Overlay::Pick(Pick::new(what)));
        }
    }
}

/// Moves in the list; Enter goes to what is selected, pins it or unpins it.
pub(super) fn act(model: &mut Model, state: &State, mut pick: Pick, action: Action) -> Vec<Intent> {
    if opened_by(&pick.what) == action {
        looks::leave(model, &pick);
        return Vec::new();
    }
    if action != Action::Enter {
        let page = usize::from(model.size.height / 2).max(1);
        let to = lists::target(pick.chosen, pick.len(), page, action);
        pick.chosen = to.unwrap_or(pick.chosen);
        if let Picking::Themes { listed, before } = &pick.what {
            looks::look(model, listed.get(pick.chosen), before);
        }
        model.overlays.push(Overlay::Pick(pick));
        return Vec::new();
    }
    let lead = match &pick.what {
        Picking::Told { found, .. } => {
            let call = found.as_ref().ok().and_then(|it| it.calls.get(pick.chosen));
            call.map(|call| Lead::Task(call.task))
        }
        Picking::Leads { leads, .. } => leads.get(pick.chosen).cloned(),
        Picking::Themes { listed, .. } => {
            if let Some(it) = listed.get(pick.chosen) {
                looks::wear(model, &it.name);
            }
            return Vec::new();
        }
        Picking::Kinds { tasks, kinds } => {
            let kind = kinds.get(pick.chosen).copied();
            model.lists.marked.clear();
            let tasks = kind.into_iter().flat_map(|kind| {
                let relabel = move |task: &TaskId| Command::Relabel { task: *task, kind };
                tasks.iter().map(relabel)
            });
            return tasks.map(Intent::Command).collect();
        }
        Picking::Dials { session, dials } => {
            let (session, dial) = (*session, dials.get(pick.chosen).cloned());
            // What is chosen shows in it.
            model.overlays.push(Overlay::Pick(pick));
            if let Some(dial) = dial {
                dials::values(model, state, session, &dial);
            }
            return Vec::new();
        }
        Picking::Values {
            session,
            dial,
            values,
            ..
        } => {
            let value = values.get(pick.chosen).map(Option::as_deref);
            let chosen = value.map(|value| dials::choose(model, state, *session, dial, value));
            return chosen.unwrap_or_default();
        }
        Picking::Pins { document, tasks } => {
            let task = tasks.get(pick.chosen).copied();
            let command = task.map(|task| toggled(document, task, state));
            model.overlays.push(Overlay::Pick(pick));
            return command.map(Intent::Command).into_iter().collect();
        }
    };
    if let Some(lead) = lead {
        go(model, state, &lead);
    }
    Vec::new()
}

/// The key that opened a list closes it.
fn opened_by(what: &Picking) -> Action {
    match what {
        Picking::Told { .. } => Action::Told,
        Picking::Pins { .. } => Action::Pin,
        Picking::Kinds { .. } => Action::Relabel,
        Picking::Dials { .. } | Picking::Values { .. } => Action::Dials,
        Picking::Leads { .. } => Action::Lead,
        Picking::Themes { .. } => Action::Theme,
    }
}

fn toggled(document: &str, task: Option<TaskId>, state: &State) -> Command {
    let pinned = pins(document, state).any(|it| it == task);
    let document = document.to_owned();
    if pinned {
        Command::Unpin { document, task }
    } else {
        Command::Pin { document, task }
    }
}

/// Goes there.
pub(super) fn go(model: &mut Model, state: &State, lead: &Lead) {
    match lead {
        Lead::Task(task) if state.task(*task).is_none() => {
            let show = format!("`synod show {}` prints it", task.0);
            let text = format!("{task} is only in the journal: {show}");
            model.tell(text, Role::Warn);
        }
        Lead::Task(task) => at(model, Screen::Queue, Pane::Queue, task.0),
        Lead::Item(item) => at(model, Screen::Inbox, Pane::Inbox, item.0),
        Lead::Member(member) => {
            let mut all = status::seats(state, model.lists.archived).into_iter();
            if let Some(seat) = all.find(|it| it.member.spec().name == *member) {
                at(model, Screen::Sessions, Pane::Sessions, seat.key);
            }
        }
        Lead::Session(session) => {
            // An archived one is only in the list where those are shown.
            if state.session(*session).is_some_and(Session::is_archived) {
                model.lists.archived = true;
            }
            at(model, Screen::Sessions, Pane::Sessions, session.0);
        }
        Lead::Conflict(task) => at(model, Screen::Votes, Pane::Votes, task.0),
        Lead::Lesson(lesson) => lessons::show(model, *lesson),
        Lead::Document(name) => {
            library::show(model, name);
            if model.library.complete && model.library.document(name).is_none() {
                let mut text = format!("{name} is not in the shared memory");
                if pins(name, state).next().is_some() {
                    text.push_str("; `synod unpin` ends a pin");
                }
                model.tell(text, Role::Warn);
            }
        }
    }
}

fn at(model: &mut Model, screen: Screen, pane: Pane, key: u64) {
    super::go(model, screen);
    model.lists.filters.remove(&pane);
    model.select_key(pane, key);
    model.focus = Focus::Pane(0);
}
