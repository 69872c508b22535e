//! The layers on top of a screen. Each takes the keys before what is below it.

use crate::core::ladder::ContestOrder;
use crate::core::{
    AttentionId, CallId, Candidate, Checkup, LessonId, Offerer, Phase, Priority, Reply, SessionId,
    State, TaskId, Text, TurnState,
};
use crate::ui::action::Context;
use crate::ui::form::Filling;
use crate::ui::help::Help;
use crate::ui::library::editor::Editor;
use crate::ui::line_edit::LineEdit;
use crate::ui::menu::Menu;
use crate::ui::page::Page;
use crate::ui::palette::Palette;
use crate::ui::pick::Pick;
use crate::ui::resources::Browse;
use crate::ui::results::Results;
use crate::ui::ring::{Ring, Tone};
use crate::ui::said::Said;
use crate::ui::votes::own::OwnBallot;
use crate::ui::welcome::Welcome;

/// One layer.
#[derive(Debug)]
pub(crate) enum Overlay {
    /// All keys.
    Help(Help),
    /// Whatever can be done or gone to, by a few letters of it.
    Palette(Palette),
    /// An action by its name.
    CommandLine { input: LineEdit },
    /// Narrows the list below; the text lives with the list.
    Filter,
    /// Words to look for in a text; they live with the search.
    Seek,
    /// A form of a server.
    Form(Box<Filling>),
    /// Why a server's question is denied, or several are.
    Reason {
        /// Those that are denied with this reason.
        items: Vec<AttentionId>,
        /// What is said to others along with it.
        also: Vec<(AttentionId, Reply)>,
        /// All of them, in words.
        about: String,
        input: LineEdit,
    },
    /// A line about a session, a note or a lesson, or to search for.
    Ask { wanted: Wanted, input: LineEdit },
    /// What a search brought.
    Results(Results),
    /// The result of a task whose answers differ, in the operator's own words.
    Write { task: TaskId, input: LineEdit },
    /// A resource of a server, to read.
    Document(Document),
    /// Words to look for in all documents; they live with the library.
    Lookup,
    /// How a document came to be as it is.
    History(History),
    /// A document that is being written.
    Editor(Box<Editor>),
    /// Something of a server that is on its way into the composer.
    Fetching(Fetching),
    /// The resources of a server.
    Resources(Browse),
    /// What the doctor finds.
    Checkup(Examination),
    /// A question with a few answers.
    Confirm(Confirm),
    /// Answers side by side.
    Choice(Choice),
    /// What went wrong, in full.
    Said(Said),
    /// Something to pick.
    Pick(Pick),
    /// The operator's own ballot.
    Ballot(OwnBallot),
    /// What can be done with the selected row.
    Menu(Menu),
    /// What there is to know at first.
    Welcome(Box<Welcome>),
}

/// What a typed line is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Member and title of a fork.
    Fork(SessionId),
    /// A title.
    Rename(SessionId),
    /// A file.
    Export(SessionId),
    /// Words to search for.
    Search,
    /// The name of a new note.
    NewNote,
    /// Another name of a note, which has this text.
    RenameNote { name: String, text: Text },
    /// Why a lesson is doubted.
    Dispute(LessonId),
    /// Why a lesson holds no more.
    Retire(LessonId),
    /// What the members shall hear of their answers.
    SendBack(TaskId),
    /// Why none of the answers is taken.
    Drop(TaskId),
}

/// How a document came to be as it is.
#[derive(Debug)]
pub(crate) struct History {
    pub(crate) name: String,
    /// The wish that is to bring it.
    pub(crate) ask: Option<u64>,
    /// `None` while it is on its way.
    pub(crate) page: Option<Page>,
}

/// A document that is shown.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) name: String,
    /// Its text; `None` while it is on its way.
    pub(crate) ring: Option<Ring>,
    /// It stands where it shall.
    pub(crate) sized: bool,
    /// Rows above the window to go to once the width is known.
    pub(crate) above: usize,
    /// Where it comes from.
    pub(crate) origin: Origin,
}

/// Where a document comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) from: Offerer,
    pub(crate) uri: String,
    /// The wish that is to bring it.
    pub(crate) ask: Option<u64>,
    /// How often it had been updated when that was made.
    pub(crate) updates: Option<u64>,
}

/// What is on its way into the composer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fetching {
    pub(crate) ask: u64,
    pub(crate) from: Offerer,
    pub(crate) what: Fetched,
}

/// What becomes of what was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fetched {
    /// A task, for the member if the server has one, from its prompt of this name.
    Prompt(String),
    /// A part of the draft, from its resource at this address.
    Resource(String),
}

/// What the doctor found so far.
#[derive(Debug)]
pub(crate) struct Examination {
    /// `None` until the room has begun.
    pub(crate) checkup: Option<Checkup>,
    /// Rows scrolled.
    pub(crate) scroll: usize,
}

/// A question and its answers; the first answer is the safe one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Confirm {
    pub(crate) question: String,
    pub(crate) answers: Vec<(String, Verdict)>,
    pub(crate) chosen: usize,
}

/// What follows from an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing.
    Stay,
    /// Leave the console; the room goes on.
    Leave,
    /// Stop the room and leave.
    Stop,
    /// Forget the conversation of a session.
    Reset(SessionId),
    /// Set a setting of a session from its next turn on.
    Set {
        session: SessionId,
        dial: String,
        value: String,
    },
    /// Answer these items.
    Answer(Vec<(AttentionId, Reply)>),
    /// Cancel these tasks.
    CancelTasks(Vec<TaskId>),
    /// Work these tasks again.
    RetryTasks(Vec<TaskId>),
    /// Give these tasks another priority each.
    Prioritise(Vec<(TaskId, Priority)>),
    /// Remove a note that has this text.
    RemoveNote { name: String, before: Text },
    /// Throw away what is being written.
    DropDraft,
    /// Do something about a conflict.
    Contest(TaskId, ContestOrder),
    /// Work a task again that failed or was cancelled.
    Retry(TaskId),
}

/// The candidates of a task, side by side.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) task: TaskId,
    pub(crate) chosen: usize,
    pub(crate) columns: Vec<Column>,
}

/// One candidate.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) label: String,
    pub(crate) by: Vec<String>,
    pub(crate) ring: Ring,
    /// It was shown from its beginning once.
    pub(crate) sized: bool,
}

impl Overlay {
    /// The line that is typed in it, if it has one of its own.
    pub(crate) fn line(&mut self) -> Option<&mut LineEdit> {
        match self {
            Self::Palette(palette) => Some(&mut palette.input),
            Self::CommandLine { input }
            | Self::Ask { input, .. }
            | Self::Reason { input, .. }
            | Self::Write { input, .. } => Some(input),
            Self::Resources(browse) if browse.typing => Some(&mut browse.filter),
            Self::Help(help) if help.typing => Some(&mut help.filter),
            Self::Help(_)
            | Self::Filter
            | Self::Seek
            | Self::Form(_)
            | Self::Results(_)
            | Self::Document(_)
            | Self::Lookup
            | Self::History(_)
            | Self::Editor(_)
            | Self::Fetching(_)
            | Self::Resources(_)
            | Self::Checkup(_)
            | Self::Confirm(_)
            | Self::Choice(_)
            | Self::Pick(_)
            | Self::Ballot(_)
            | Self::Menu(_)
            | Self::Welcome(_)
            | Self::Said(_) => None,
        }
    }

    /// The selected place of its list; none where it has no list that can be pointed at.
    pub(crate) fn chosen(&mut self) -> Option<&mut usize> {
        match self {
            Self::Palette(palette) => Some(&mut palette.chosen),
            Self::Menu(menu) => Some(&mut menu.chosen),
            Self::Pick(pick) => Some(&mut pick.chosen),
            Self::Results(results) => Some(&mut results.chosen),
            Self::Resources(browse) => Some(&mut browse.chosen),
            Self::Choice(choice) => Some(&mut choice.chosen),
            Self::Confirm(confirm) => Some(&mut confirm.chosen),
            Self::Welcome(welcome) => Some(&mut welcome.looks.chosen),
            Self::Help(_)
            | Self::CommandLine { .. }
            | Self::Filter
            | Self::Seek
            | Self::Form(_)
            | Self::Reason { .. }
            | Self::Ask { .. }
            | Self::Write { .. }
            | Self::Document(_)
            | Self::Lookup
            | Self::History(_)
            | Self::Editor(_)
            | Self::Fetching(_)
            | Self::Checkup(_)
            | Self::Ballot(_)
            | Self::Said(_) => None,
        }
    }

    /// The wish without which it has nothing to show, while that is on its way.
    pub(crate) fn waits_for(&self) -> Option<u64> {
        match self {
            Self::Fetching(fetching) => Some(fetching.ask),
            Self::Resources(browse) => browse.ask,
            Self::Form(filling) => filling.completion.ask,
            Self::Document(document) => document.origin.ask,
            Self::History(history) => history.ask,
            Self::Pick(pick) => pick.waits_for(),
            Self::Lookup
            | Self::Editor(_)
            | Self::Help(_)
            | Self::Palette(_)
            | Self::CommandLine { .. }
            | Self::Filter
            | Self::Seek
            | Self::Reason { .. }
            | Self::Ask { .. }
            | Self::Results(_)
            | Self::Write { .. }
            | Self::Checkup(_)
            | Self::Confirm(_)
            | Self::Choice(_)
            | Self::Ballot(_)
            | Self::Menu(_)
            | Self::Welcome(_)
            | Self::Said(_) => None,
        }
    }

    /// Its line has changed: what is found by it is chosen from the first.
    pub(crate) fn begin_anew(&mut self) {
        match self {
            Self::Palette(palette) => palette.chosen = 0,
            Self::Resources(browse) => browse.chosen = 0,
            Self::Help(help) => help.scroll = 0,
            Self::CommandLine { .. }
            | Self::Filter
            | Self::Seek
            | Self::Form(_)
            | Self::Reason { .. }
            | Self::Ask { .. }
            | Self::Results(_)
            | Self::Write { .. }
            | Self::Document(_)
            | Self::Lookup
            | Self::History(_)
            | Self::Editor(_)
            | Self::Fetching(_)
            | Self::Checkup(_)
            | Self::Confirm(_)
            | Self::Choice(_)
            | Self::Pick(_)
            | Self::Ballot(_)
            | Self::Menu(_)
            | Self::Welcome(_)
            | Self::Said(_) => {}
        }
    }

    /// In which context its keys are.
    pub(crate) fn context(&self) -> Context {
        match self {
            Self::Resources(browse) if browse.typing => Context::Input,
            Self::Help(help) if help.typing => Context::Input,
            Self::Help(_)
            | Self::Confirm(_)
            | Self::Document(_)
            | Self::History(_)
            | Self::Fetching(_)
            | Self::Resources(_)
            | Self::Checkup(_)
            | Self::Said(_)
            | Self::Pick(_)
            | Self::Ballot(_)
            | Self::Welcome(_)
            | Self::Results(_) => Context::Overlay,
            Self::Editor(_) => Context::Editor,
            Self::Palette(_)
            | Self::CommandLine { .. }
            | Self::Filter
            | Self::Seek
            | Self::Lookup
            | Self::Ask { .. }
            | Self::Form(_)
            | Self::Reason { .. }
            | Self::Write { .. } => Context::Input,
            Self::Choice(_) => Context::Choice,
            // The keys of what can be done are those of the row itself.
            Self::Menu(menu) => menu.context,
        }
    }
}

/// The least columns that an answer beside others gets.
const ANSWER_LEAST: u16 = 24;

impl Choice {
    /// Which answers are in sight in so many columns; the chosen one is.
    pub(crate) fn sight(&self, columns: u16) -> std::ops::Range<usize> {
        let count = self.columns.len();
        let room = usize::from(columns / ANSWER_LEAST).clamp(1, count.max(1));
        let first = self
            .chosen
            .saturating_sub(room / 2)
            .min(count - room.min(count));
        first..count.min(first + room)
    }

    /// The candidates of a task that waits for a choice.
    pub(crate) fn of(task: TaskId, state: &State) -> Option<Self> {
        let candidates = open_candidates(task, state)?;
        let columns = candidates
            .iter()
            .map(|candidate| {
                let mut ring = Ring::default();
                if let Some(text) = candidate.calls.first().and_then(|c| answer(*c, state)) {
                    ring.push_unwrapped(&text, Tone::Said);
                }
                let names = candidate.calls.iter().filter_map(|c| state.call(*c));
                Column {
                    label: candidate.label.clone(),
                    by: names.map(|c| c.member().to_string()).collect(),
                    ring,
                    sized: false,
                }
            })
            .collect();
        Some(Self {
            task,
            chosen: 0,
            columns,
        })
    }
}

/// Whether a task waits for somebody to settle what its result is.
pub(crate) fn is_open(task: TaskId, state: &State) -> bool {
    candidates(task, state).is_some()
}

/// How many candidates there are, where somebody may choose one.
pub(crate) fn candidates(task: TaskId, state: &State) -> Option<usize> {
    open_candidates(task, state).map(<[Candidate]>::len)
}

/// How many answers can be ranked, where that may still be done.
pub(crate) fn answers(task: TaskId, state: &State) -> Option<usize> {
    is_open(task, state).then_some(state.contest(task)?.sides().len())
}

/// The answers of a task that waits for a choice, or whose conflict was opened again.
fn open_candidates(task: TaskId, state: &State) -> Option<&[Candidate]> {
    if let Phase::Deciding { candidates, .. } = state.task(task)?.phase() {
        return Some(candidates);
    }
    let contest = state.contest(task)?;
    contest.reopened().map(|_| contest.candidates())
}

/// The text of an answered call, as the session keeps it.
pub(crate) fn answer(call: CallId, state: &State) -> Option<String> {
    let session = state.session(state.call(call)?.session())?;
    let turn = session.turns().rev().find(|turn| turn.call == call)?;
    match &turn.state {
        TurnState::Answered { text, .. } => Some(text.as_str().to_owned()),
        TurnState::Running
        | TurnState::Failed { .. }
        | TurnState::Cancelled { .. }
        | TurnState::Interrupted { .. } => None,
    }
}
