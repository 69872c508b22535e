//! The layers on top of a screen. Each takes the keys before what is below it.

use crate::core::{AttentionId, CallId, Checkup, Phase, SessionId, State, Task, TaskId, TurnState};
use crate::link::Found;
use crate::ui::action::{Action, Context, Entry, TABLE};
use crate::ui::composer::complete::rank;
use crate::ui::form::Filling;
use crate::ui::line_edit::LineEdit;
use crate::ui::ring::{Ring, Tone};
use crate::ui::said::Said;

/// One layer.
#[derive(Debug)]
pub(crate) enum Overlay {
    /// All keys.
    Help {
        /// Rows scrolled.
        scroll: usize,
    },
    /// Any action by a few letters of its name or description.
    Palette { input: LineEdit, chosen: usize },
    /// An action by its name.
    CommandLine { input: LineEdit },
    /// Narrows the list below; the text lives with the list.
    Filter,
    /// A form of a server.
    Form(Box<Filling>),
    /// Why a server's question is denied.
    Reason {
        attention: AttentionId,
        input: LineEdit,
    },
    /// A line about a session, or to search for.
    Ask { wanted: Wanted, input: LineEdit },
    /// What a search brought.
    Results(Results),
    /// The result of a task whose answers differ, in the operator's own words.
    Write { task: TaskId, input: LineEdit },
    /// A document of the shared memory, to read.
    Document(Document),
    /// What the doctor finds.
    Checkup(Examination),
    /// A question with a few answers.
    Confirm(Confirm),
    /// Answers side by side.
    Choice(Choice),
    /// What went wrong, in full.
    Said(Said),
}

/// What a typed line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Member and title of a fork.
    Fork(SessionId),
    /// A title.
    Rename(SessionId),
    /// A file.
    Export(SessionId),
    /// Words to search for.
    Search,
}

/// The places that a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Results {
    pub(crate) words: String,
    pub(crate) places: Vec<Found>,
    pub(crate) chosen: usize,
}

/// A document that is shown.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) name: String,
    /// Its text; `None` while it is on its way.
    pub(crate) ring: Option<Ring>,
    /// It was shown from its beginning once.
    pub(crate) sized: bool,
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
    /// Cancel these tasks.
    CancelTasks(Vec<TaskId>),
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
            Self::Palette { input, .. }
            | Self::CommandLine { input }
            | Self::Ask { input, .. }
            | Self::Reason { input, .. }
            | Self::Write { input, .. } => Some(input),
            Self::Help { .. }
            | Self::Filter
            | Self::Form(_)
            | Self::Results(_)
            | Self::Document(_)
            | Self::Checkup(_)
            | Self::Confirm(_)
            | Self::Choice(_)
            | Self::Said(_) => None,
        }
    }

    /// Its line has changed: what is found by it is chosen from the first.
    pub(crate) fn begin_anew(&mut self) {
        if let Self::Palette { chosen, .. } = self {
            *chosen = 0;
        }
    }

    /// In which context its keys are.
    pub(crate) fn context(&self) -> Context {
        match self {
            Self::Help { .. }
            | Self::Confirm(_)
            | Self::Document(_)
            | Self::Checkup(_)
            | Self::Said(_)
            | Self::Results(_) => Context::Overlay,
            Self::Palette { .. }
            | Self::CommandLine { .. }
            | Self::Filter
            | Self::Ask { .. }
            | Self::Form(_)
            | Self::Reason { .. }
            | Self::Write { .. } => Context::Input,
            Self::Choice(_) => Context::Choice,
        }
    }
}

impl Choice {
    /// The candidates of a task that waits for a choice.
    pub(crate) fn of(task: TaskId, state: &State) -> Option<Self> {
        let Phase::Deciding { candidates, .. } = state.task(task)?.phase() else {
            return None;
        };
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
    let phase = state.task(task).map(Task::phase);
    matches!(phase, Some(Phase::Deciding { .. }))
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

/// Actions that fit what was typed into the palette, best first.
pub(crate) fn palette(typed: &str) -> Vec<Action> {
    let (screens, others): (Vec<&Entry>, Vec<&Entry>) = TABLE
        .iter()
        .filter(|e| !is_bare_key(e.action))
        .partition(|e: &&Entry| matches!(e.action, Action::Go(_)));
    let entries = screens.into_iter().chain(others);
    let names = entries.map(|e| format!("{}  {}", e.name, e.doc)).collect();
    rank(typed, names)
        .iter()
        .filter_map(|line| Action::named(line.split("  ").next()?))
        .collect()
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
            | Action::Palette
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_palette_finds_by_name_and_by_description() {
        assert_eq!(palette("zoom").first(), Some(&Action::Zoom));
        assert!(palette("clipboard").contains(&Action::Copy));
        assert!(palette("").len() > 20);
        assert_eq!(palette("xyzzy"), []);
    }
}
