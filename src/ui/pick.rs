//! A list to pick from above a screen: which calls were told of a document or lesson, to which tasks a
//! document is pinned, of what kind tasks are, what a session can be set to, where a document, a lesson or a task
//! leads, and the themes.
//!
//! Owns what is listed. It asks for nothing and changes nothing; `update` does.

use std::sync::Arc;

use crate::core::document::{CallsTold, DocumentName, Known};
use crate::core::retention::Aged;
use crate::core::{
    Attention, AttentionId, Call, LessonId, MemberName, Outcome, SessionId, Shown, State, Subject,
    Task, TaskId, TaskKind,
};
use crate::ui::depends;
use crate::ui::model::{Model, Pane};
use crate::ui::theme::{Listed, Theme};

/// A list, and the selected row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pick {
    pub(crate) what: Picking,
    pub(crate) chosen: usize,
}

/// What is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Picking {
    /// Which calls were told of something.
    Told {
        of: Known,
        /// The wish that is to bring it, while it is on its way.
        ask: Option<u64>,
        /// What it brought, or why it brought nothing.
        found: Result<CallsTold, String>,
    },
    /// To which tasks a document is pinned, and to which it can be.
    Pins {
        /// The document's name.
        document: String,
        /// In this order, so that no row moves under the eyes of who picks; `None`: every task.
        tasks: Vec<Option<TaskId>>,
    },
    /// Of what kinds tasks can be.
    Kinds {
        tasks: Vec<TaskId>,
        kinds: Vec<TaskKind>,
    },
    /// What a session can be set to.
    Dials {
        session: SessionId,
        /// The settings, in this order.
        dials: Vec<String>,
    },
    /// To what one setting of a session can be set.
    Values {
        session: SessionId,
        dial: String,
        /// In this order; `None` takes a wish back.
        values: Vec<Option<String>>,
        /// It bears on what an agent may do, so it counts only in turns that may write.
        held: bool,
    },
    /// Where something leads.
    Leads { of: String, leads: Vec<Lead> },
    /// Which themes there are.
    Themes {
        listed: Vec<Listed>,
        /// The one that was worn before the list.
        before: Arc<Theme>,
    },
}

/// Somewhere to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Lead {
    /// To a task, in the queue.
    Task(TaskId),
    /// To a document.
    Document(String),
    /// To a lesson.
    Lesson(LessonId),
    /// To an item of the inbox.
    Item(AttentionId),
    /// To a member, among the sessions.
    Member(MemberName),
    /// To a session.
    Session(SessionId),
    /// To a conflict of answers to a task, among the votes.
    Conflict(TaskId),
}

impl Pick {
    /// A list from its first row.
    pub(crate) fn new(what: Picking) -> Self {
        Self { what, chosen: 0 }
    }

    /// The wish without which it has nothing to show, while that is on its way.
    pub(crate) fn waits_for(&self) -> Option<u64> {
        match &self.what {
            Picking::Told { ask, .. } => *ask,
            Picking::Pins { .. }
            | Picking::Kinds { .. }
            | Picking::Dials { .. }
            | Picking::Values { .. }
            | Picking::Leads { .. }
            | Picking::Themes { .. } => None,
        }
    }

    /// How many rows it has.
    pub(crate) fn len(&self) -> usize {
        match &self.what {
            Picking::Told { found, .. } => found.as_ref().map_or(0, |found| found.calls.len()),
            Picking::Pins { tasks, .. } => tasks.len(),
            Picking::Kinds { kinds, .. } => kinds.len(),
            Picking::Dials { dials, .. } => dials.len(),
            Picking::Values { values, .. } => values.len(),
            Picking::Leads { leads, .. } => leads.len(),
            Picking::Themes { listed, .. } => listed.len(),
        }
    }
}

/// To what a document can be pinned: every task, the open ones, newest first, and ended ones to which
/// it still is.
pub(crate) fn pinnable(document: &str, state: &State) -> Vec<Option<TaskId>> {
    let mut open: Vec<TaskId> = state.open_tasks().map(Task::id).collect();
    open.sort_unstable_by(|one, other| other.cmp(one));
    let ended = pins(document, state).flatten();
    let ended: Vec<TaskId> = ended.filter(|task| !open.contains(task)).collect();
    let tasks = open.into_iter().chain(ended).map(Some);
    [None].into_iter().chain(tasks).collect()
}

/// The tasks to which a document is pinned; `None` is every task.
pub(crate) fn pins<'a>(
    document: &'a str,
    state: &'a State,
) -> impl Iterator<Item = Option<TaskId>> + 'a {
    let pins = state.pins().filter(move |pin| pin.document == document);
    pins.map(|pin| pin.task)
}

/// The documents that every call of a task is told, in words; empty where there are none.
pub(crate) fn pinned_to(task: &Task, state: &State) -> Vec<String> {
    if task.is_ended() {
        return Vec::new();
    }
    let names = |whose: Option<TaskId>| {
        let pins = state.pins().filter(|pin| pin.task == whose);
        let names: Vec<&str> = pins.map(|pin| pin.document.as_str()).collect();
        names.join(", ")
    };
    let (own, all) = (names(Some(task.id())), names(None));
    let mut lines = Vec::new();
    if !own.is_empty() {
        lines.push(format!("pinned to it: {own}"));
    }
    if !all.is_empty() {
        lines.push(format!("pinned to every task: {all}"));
    }
    lines
}

/// The name of a lesson's document.
pub(crate) fn document_of(lesson: LessonId, state: &State) -> Option<String> {
    let lesson = state.lesson(lesson)?;
    Some(DocumentName::of_lesson(lesson).to_string())
}

/// Where a document leads: to the task or lesson that it tells of, and to the tasks it is pinned to.
pub(crate) fn of_document(name: &str, state: &State) -> Vec<Lead> {
    let mut leads = Vec::new();
    let document = DocumentName::parse(name);
    match document.as_ref().map(DocumentName::whole) {
        Some(DocumentName::Result(task) | DocumentName::Conflict(task)) => {
            leads.push(Lead::Task(*task));
        }
        Some(DocumentName::Lesson { lesson, .. }) => leads.push(Lead::Lesson(*lesson)),
        Some(
            DocumentName::State
            | DocumentName::Queue
            | DocumentName::QueuePage(_)
            | DocumentName::Context { .. }
            | DocumentName::Archive(_)
            | DocumentName::Part { .. },
        )
        | None => {}
    }
    leads.extend(pins(name, state).flatten().map(Lead::Task));
    leads
}

/// Where a lesson leads: to its document, to the tasks that bear it out, and to what contradicts it.
pub(crate) fn of_lesson(id: LessonId, state: &State) -> Vec<Lead> {
    let mut leads: Vec<Lead> = document_of(id, state)
        .map(Lead::Document)
        .into_iter()
        .collect();
    let evidence = state.lesson(id).map_or(&[][..], |it| it.evidence());
    leads.extend(evidence.iter().rev().map(|it| Lead::Task(it.task)));
    if let Some((item, other)) = state.contradicted(id) {
        leads.extend([Lead::Lesson(other), Lead::Item(item)]);
    }
    leads
}

/// Where a task leads: to its result, to the lessons that rest on it, and to what its calls were told.
pub(crate) fn of_task(task: &Task, state: &State) -> Vec<Lead> {
    let mut leads = Vec::new();
    if let Some(Outcome::Done { .. }) = task.outcome() {
        let archived = state.aged(task.id()).and_then(Aged::page);
        let result = archived.map_or(DocumentName::Result(task.id()), DocumentName::Archive);
        leads.push(Lead::Document(result.to_string()));
    }
    let of = |lesson: &&crate::core::Lesson| {
        let mut evidence = lesson.evidence().iter();
        evidence.any(|it| it.task == task.id())
    };
    leads.extend(state.lessons().filter(of).map(|it| Lead::Lesson(it.id())));
    let whose = |task_of: Option<TaskId>| task_of.is_none_or(|it| it == task.id());
    let pins = state
        .pins()
        .filter(|pin| !task.is_ended() && whose(pin.task));
    let mut told: Vec<Lead> = pins
        .map(|pin| Lead::Document(pin.document.clone()))
        .collect();
    for shown in task.calls().iter().flat_map(|call| state.shown_to(*call)) {
        told.push(match shown {
            Shown::Lesson(lesson) => Lead::Lesson(*lesson),
            Shown::Result { task, .. } => Lead::Task(*task),
            Shown::Document { document, .. } => Lead::Document(document.clone()),
        });
    }
    for lead in told {
        if !leads.contains(&lead) {
            leads.push(lead);
        }
    }
    let before = task.order().after.iter().copied();
    let steps = task.planning().placed().iter().map(|step| step.task);
    let planned = task.part().map(|part| part.of);
    let held = depends::held_up(task.id(), state).map(Task::id);
    let kin = before.chain(steps).chain(planned).chain(held);
    for lead in kin.map(Lead::Task) {
        if !leads.contains(&lead) {
            leads.push(lead);
        }
    }
    leads
}

/// The thing under the cursor, as something to go to; none where nothing is selected, or an event or a
/// recommendation is.
pub(crate) fn at_cursor(model: &Model, state: &State) -> Option<Lead> {
    match model.list() {
        Pane::Sessions => {
            let seat = model.seat(state)?;
            let member = || Lead::Member(seat.member.spec().name.clone());
            Some(
                seat.session
                    .map_or_else(member, |it| Lead::Session(it.id())),
            )
        }
        Pane::Queue => Some(Lead::Task(model.task(state)?.id())),
        Pane::Votes => match (model.conflict(state), model.task(state)) {
            (Some(contest), _) => Some(Lead::Conflict(contest.task())),
            (None, Some(task)) => Some(Lead::Task(task.id())),
            (None, None) => Some(Lead::Item(model.asked(state)?.id)),
        },
        Pane::Inbox => Some(Lead::Item(model.asked(state)?.id)),
        Pane::Memory => {
            let at = usize::try_from(model.selected(Pane::Memory, state)?).ok()?;
            Some(Lead::Document(model.documents().get(at)?.name.clone()))
        }
        Pane::Library => model
            .library
            .chosen()
            .map(|it| Lead::Document(it.to_owned())),
        Pane::Lessons => Some(Lead::Lesson(model.lesson(state)?.id())),
        Pane::Metrics => model.measured(state)?.member().cloned().map(Lead::Member),
        Pane::Advice
        | Pane::Journal
        | Pane::Transcript
        | Pane::Reader
        | Pane::Figures
        | Pane::Detail => None,
    }
}

/// Where an item of the inbox leads: to the task, the document or the lessons that it is about.
pub(crate) fn of_item(item: &Attention, state: &State) -> Vec<Lead> {
    match &item.subject {
        Subject::Asked { call, .. } => {
            let task = state.call(*call).map(Call::task);
            task.map(Lead::Task).into_iter().collect()
        }
        Subject::Choice { task } => {
            let conflict = DocumentName::Conflict(*task).to_string();
            vec![Lead::Task(*task), Lead::Document(conflict)]
        }
        Subject::Interrupted { task } | Subject::Plan { task } => vec![Lead::Task(*task)],
        Subject::Edited { edit } => {
            let mut leads = vec![Lead::Document(edit.document.clone())];
            leads.extend(of_document(&edit.document, state));
            leads
        }
        Subject::Lessons { older, newer } => vec![Lead::Lesson(*older), Lead::Lesson(*newer)],
        Subject::Proposed { .. } | Subject::LoggedOut { .. } | Subject::Budget { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{Lead, of_document, of_item, of_task};
    use crate::core::fixture::{Room, number, order, said};
    use crate::core::{Command, LessonId, Old, Retention, Span, Strategy, TaskId, TaskOrder};

    #[test]
    fn a_task_whose_result_was_archived_leads_to_the_page_that_names_it() {
        let mut room = Room::of(&["codex"]);
        room.command(&Command::SetRetention(Retention {
            keep: Some(Span::secs(10)),
            most: None,
            old: Old::Archive,
        }));
        let (task, calls) = room.add(TaskOrder::new("How many?"));
        room.answer(calls[0], said("Eight."));
        let leads = |room: &Room| of_task(room.state.task(task).unwrap(), &room.state);
        let document = |name: &str| vec![Lead::Document(name.to_owned())];
        assert_eq!(leads(&room), document("results/1"));
        room.wait(Span::secs(60));
        room.expire();
        assert_eq!(leads(&room), document("results/archive/0"));
    }

    #[test]
    fn an_item_of_the_inbox_leads_to_what_it_is_about() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (task, calls) = room.add(order(Strategy::Council, &[]));
        room.answer(calls[0], number("41"));
        room.answer(calls[1], number("42"));
        let item = room.state.attention().next().unwrap();
        let conflict = Lead::Document("conflicts/1.json".to_owned());
        assert_eq!(of_item(item, &room.state), [Lead::Task(task), conflict]);
    }

    #[test]
    fn only_a_document_of_the_room_leads_to_what_it_tells_of() {
        let room = Room::of(&["codex"]);
        let leads = |name: &str| of_document(name, &room.state);
        let task = vec![Lead::Task(TaskId(7))];
        assert_eq!(leads("results/7"), task);
        assert_eq!(leads("results/7/part-2"), task);
        assert_eq!(leads("conflicts/7.json"), task);
        assert_eq!(leads("knowledge/code/3-login"), [Lead::Lesson(LessonId(3))]);
        for name in [
            "results/007",
            "results/archive/0",
            "results/7.md",
            "notes/7",
        ] {
            assert_eq!(leads(name), [], "{name}");
        }
    }
}
