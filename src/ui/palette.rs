//! The palette: whatever can be done and whatever can be gone to, by a few letters of it.
//!
//! Owns what is looked through, how much of it, and what was found. It is searched once for each change of
//! what is typed, not for each frame. What a row does is the business of `update`.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::core::{LessonId, Offerer, Offerings, PromptOffer, Session, SessionId, State, TaskId};
use crate::ui::action::{Action, Entry, TABLE};
use crate::ui::equivalent::Selected;
use crate::ui::line_edit::LineEdit;
use crate::ui::model::Model;
use crate::ui::pick::Lead;
use crate::ui::text::{clip, line};

/// At most this many of each sort are looked through for a key: the open tasks that are next, the tasks that
/// ended last, the newest of the rest.
const OPEN_TASKS: usize = 1_000;
const ENDED_TASKS: usize = 500;
const SESSIONS: usize = 500;
const CONFLICTS: usize = 200;
const LESSONS: usize = 300;
const DOCUMENTS: usize = 1_000;

/// Columns of a thing's text that are looked through.
const WORDS: usize = 160;

/// The palette, and the selected row of it.
#[derive(Debug, Default)]
pub(crate) struct Palette {
    pub(crate) input: LineEdit,
    pub(crate) chosen: usize,
    /// What was found, best first.
    pub(crate) found: Vec<Row>,
    /// How many things were not looked through.
    pub(crate) left_out: usize,
    /// What was selected when it was opened, for command lines.
    selected: Option<Selected>,
    /// For what that was; `None` where it has to be looked for.
    searched: Option<String>,
}

/// A row of the palette.
#[derive(Debug, Clone)]
pub(crate) enum Row {
    /// Something to do.
    Action(&'static Entry),
    /// A prompt of a server.
    Prompt(Offerer, PromptOffer),
    /// The resources of a server.
    Resources(Offerer),
    /// Something to go to.
    Thing(Lead),
}

impl Palette {
    /// The command line that does the same as an action, for what is selected.
    pub(crate) fn command(&self, entry: &Entry) -> Option<String> {
        self.selected.as_ref()?.command(entry)
    }

    /// Looks for what is typed, unless that was done.
    pub(crate) fn refresh(&mut self, model: &Model, state: &State) {
        if self.searched.as_deref() == Some(self.input.text()) {
            return;
        }
        self.selected
            .get_or_insert_with(|| Selected::of(model, state));
        let typed = self.input.text().trim();
        let mut rows = to_do(&model.beside.offerings);
        self.left_out = 0;
        if !typed.is_empty() {
            let (things, left_out) = things(model, state);
            rows.extend(things);
            self.left_out = left_out;
        }
        let named = named(typed, state);
        let found = ranked(typed, rows);
        let twice =
            |row: &Row| matches!((row, &named), (Row::Thing(it), Some(named)) if it == named);
        let found = found.into_iter().filter(|row| !twice(row));
        let named = named.clone().map(Row::Thing);
        self.found = named.into_iter().chain(found).collect();
        self.searched = Some(self.input.text().to_owned());
    }

    /// What it was looked for in has changed.
    pub(crate) fn forget(&mut self) {
        self.searched = None;
    }
}

/// What can be done, the screens first; then the prompts and the resources of servers.
fn to_do(offerings: &Offerings) -> Vec<(Row, String)> {
    let (screens, others): (Vec<&Entry>, Vec<&Entry>) = TABLE
        .iter()
        .filter(|e| !is_bare_key(e.action))
        .partition(|e: &&Entry| matches!(e.action, Action::Go(_)));
    let entries = screens.into_iter().chain(others).map(|entry| {
        let text = format!("{}  {}", entry.name, entry.doc);
        (Row::Action(entry), text)
    });
    let prompts = offerings.iter().flat_map(|(from, offering)| {
        let prompts = offering.prompts.iter();
        prompts.map(move |prompt| {
            let (called, about) = (prompt.called(), &prompt.description);
            let text = format!("prompt {from} {called}  {} {about}", prompt.name);
            (Row::Prompt(from.clone(), prompt.clone()), text)
        })
    });
    let stores = offerings
        .iter()
        .filter(|(_, offering)| offering.resources.is_some())
        .map(|(from, _)| {
            let text = format!("resources {from}  what {} offers to read", from.server());
            (Row::Resources(from.clone()), text)
        });
    entries.chain(prompts).chain(stores).collect()
}

/// What can be gone to, as far as it is looked through, and how much is not.
fn things(model: &Model, state: &State) -> (Vec<(Row, String)>, usize) {
    let mut rows: Vec<(Row, String)> = Vec::new();
    let mut left_out = 0;
    let mut put = |all: usize, some: &mut dyn Iterator<Item = (Lead, String)>| {
        let before = rows.len();
        rows.extend(some.map(|(lead, text)| {
            let text = clip(&line(&text), WORDS).into_owned();
            (Row::Thing(lead), text)
        }));
        left_out += all.saturating_sub(rows.len() - before);
    };
    let members = state.members().map(|it| &it.spec().name);
    let mut members = members.map(|it| (Lead::Member(it.clone()), format!("member @{it}")));
    put(0, &mut members);
    let sessions = state.sessions().filter(|it| is_listed(it));
    let mut sessions: Vec<_> = sessions.collect();
    let all = sessions.len();
    sessions.reverse();
    let mut sessions = sessions.into_iter().take(SESSIONS).map(|it| {
        let text = format!("session {} @{} {}", it.id(), it.member(), it.title());
        (Lead::Session(it.id()), text)
    });
    put(all, &mut sessions);
    let open = state.open_tasks().take(OPEN_TASKS);
    let ended = state.ended_tasks().take(ENDED_TASKS);
    let mut tasks = open.chain(ended).map(|it| {
        let order = it.order();
        let (id, kind) = (it.id(), order.kind);
        let text = format!("task {id} {kind} {}", order.prompt.headline());
        (Lead::Task(id), text)
    });
    put(state.tasks().len(), &mut tasks);
    let mut contests = state.contests().rev().take(CONFLICTS).map(|it| {
        let task = it.task();
        let prompt = state.task(task).map(|it| it.order().prompt.headline());
        let text = format!("conflict decision {task} {}", prompt.unwrap_or_default());
        (Lead::Conflict(task), text)
    });
    put(state.contests().len(), &mut contests);
    let documents = &model.beside.hub.documents;
    let mut shown = documents.iter().take(DOCUMENTS).map(|it| {
        let text = format!("document {}", it.name);
        (Lead::Document(it.name.clone()), text)
    });
    put(documents.len(), &mut shown);
    let all = state.lessons().count();
    let mut lessons = state.lessons().rev().take(LESSONS).map(|it| {
        let draft = it.draft();
        let text = format!("lesson {} {} {}", it.id(), draft.subject, draft.claim);
        (Lead::Lesson(it.id()), text)
    });
    put(all, &mut lessons);
    (rows, left_out)
}

/// Whether a session can be gone to: it is in the list, or is where archived ones are shown.
fn is_listed(session: &Session) -> bool {
    session.takes_turns() || session.is_archived()
}

/// The task, session or lesson of this number: it is found whether it is looked through or not.
fn named(typed: &str, state: &State) -> Option<Lead> {
    let number = |mark: char| typed.strip_prefix(mark)?.parse().ok();
    let task = number('#').or_else(|| typed.parse().ok()).map(TaskId);
    let session = number('s').map(SessionId);
    let lesson = number('L').map(LessonId);
    let task = task.and_then(|id| state.task(id));
    let session = session
        .and_then(|id| state.session(id))
        .filter(|it| is_listed(it));
    let lesson = lesson.and_then(|id| state.lesson(id));
    let task = task.map(|it| Lead::Task(it.id()));
    let session = session.map(|it| Lead::Session(it.id()));
    task.or(session).or(lesson.map(|it| Lead::Lesson(it.id())))
}

/// Rows that match what was typed, best first; all of them in their order for nothing typed.
fn ranked(typed: &str, rows: Vec<(Row, String)>) -> Vec<Row> {
    if typed.is_empty() {
        return rows.into_iter().map(|(row, _)| row).collect();
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let case = CaseMatching::Ignore;
    let pattern = Pattern::new(typed, case, Normalization::Smart, AtomKind::Fuzzy);
    let mut buffer = Vec::new();
    let mut found: Vec<(u32, Row)> = Vec::new();
    for (row, text) in rows {
        let score = pattern.score(Utf32Str::new(&text, &mut buffer), &mut matcher);
        found.extend(score.map(|score| (score, row)));
    }
    // Equal ones stay in their order: what can be done before what can be gone to.
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.into_iter().map(|(_, row)| row).collect()
}

/// What only makes sense as a key: moving, typing, and choosing by number.
fn is_bare_key(action: Action) -> bool {
    matches!(
        action,
        Action::Send
            | Action::Newline
            | Action::Complete
            | Action::HistoryPrevious
            | Action::HistoryNext
            | Action::Enter
            | Action::Back
            | Action::Up
            | Action::Down
            | Action::Left
            | Action::Right
            | Action::PageUp
            | Action::PageDown
            | Action::Choose(_)
            | Action::Score(_)
            | Action::Follow
            | Action::Quote
            | Action::Menu
            | Action::Palette
            | Action::CopyCommand
            | Action::Save
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{MemberName, ResourceOffer};

    /// The names of the actions and prompts that are found.
    fn found(typed: &str) -> Vec<String> {
        let codex = Offerer::Member(MemberName::new("codex").unwrap());
        let prompt = |name: &str, description: &str| PromptOffer {
            name: name.to_owned(),
            title: String::new(),
            description: description.to_owned(),
            arguments: Vec::new(),
        };
        let mut offerings = Offerings::default();
        offerings.enter(codex.clone());
        offerings.change(&codex, |offering| {
            offering.prompts = vec![prompt("weather", "of a city"), prompt("zoom", "")];
        });
        offerings.enter(Offerer::Hub);
        offerings.change(&Offerer::Hub, |offering| {
            offering.resources = Some(ResourceOffer::default());
        });
        let name = |row: Row| match row {
            Row::Action(entry) => entry.name.to_owned(),
            Row::Prompt(from, prompt) => format!("{from} {}", prompt.name),
            Row::Resources(from) => format!("resources of {from}"),
            Row::Thing(lead) => format!("{lead:?}"),
        };
        let rows = ranked(typed, to_do(&offerings)).into_iter();
        rows.map(name).collect()
    }

    #[test]
    fn the_palette_finds_by_name_and_by_description() {
        assert_eq!(found("zoom")[..2], ["zoom", "@codex zoom"]);
        assert!(found("clipboard").contains(&"copy".to_owned()));
        assert!(found("").len() > 20);
        assert_eq!(found("xyzzy"), [""; 0]);
        assert_eq!(found("of a city")[0], "@codex weather");
        assert_eq!(found("prompt @codex"), ["@codex weather", "@codex zoom"]);
        assert_eq!(found("resources hub")[0], "resources of the hub");
    }
}
