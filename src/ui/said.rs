//! What went wrong with the selected row, in full: the sentence, and all that the server said.

use crate::core::{
    CallId, Ending, Event, Failure, Health, MemberName, Session, State, Subject, Task, Text, Turn,
    TurnState,
};
use crate::ui::model::{Model, Pane};
use crate::ui::ring::{Ring, Tone};

/// The text of the layer that shows it.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) title: String,
    pub(crate) ring: Ring,
    /// The failures that stand in it.
    told: Vec<String>,
    /// It was shown from its beginning once.
    sized: bool,
}

impl Said {
    /// What went wrong with the selected row; nothing where nothing did.
    pub(crate) fn of(model: &Model, state: &State) -> Option<Self> {
        let mut said = Self {
            title: String::new(),
            ring: Ring::default(),
            told: Vec::new(),
            sized: false,
        };
        match model.list() {
            Pane::Queue | Pane::Votes => said.task(model.task(state)?, state),
            Pane::Sessions => {
                let seat = model.seat(state)?;
                said.member(&seat.member.spec().name, seat.session, state);
            }
            Pane::Inbox => match &model.asked(state)?.subject {
                Subject::Interrupted { task }
                | Subject::Choice { task }
                | Subject::Plan { task } => {
                    said.task(state.task(*task)?, state);
                }
                Subject::Asked { call, .. } => {
                    said.task(state.task(state.call(*call)?.task())?, state);
                }
                Subject::LoggedOut { member, .. } => said.member(member, None, state),
                Subject::Edited { .. }
                | Subject::Proposed { .. }
                | Subject::Lessons { .. }
                | Subject::Budget { .. } => {}
            },
            Pane::Journal => {
                let seq = model.selected(Pane::Journal, state)?;
                let recorded = model.recorded(seq)?;
                if let Event::CallEnded {
                    call,
                    ending: Ending::Failed { failure, partial },
                } = &recorded.event
                {
                    said.title = call.to_string();
                    said.failure(&call.to_string(), failure, partial);
                }
            }
            Pane::Transcript
            | Pane::Memory
            | Pane::Library
            | Pane::Reader
            | Pane::Lessons
            | Pane::Metrics
            | Pane::Advice
            | Pane::Figures
            | Pane::Detail => {}
        }
        (!said.ring.is_empty()).then_some(said)
    }

    /// Fits the text to its area; at first it is shown from its beginning.
    pub(crate) fn fit(&mut self, columns: u16, rows: u16) {
        self.ring.resize(columns, rows);
        if !self.sized {
            self.ring.scroll_to_top();
            self.sized = true;
        }
    }

    /// Every failed call of a task.
    fn task(&mut self, task: &Task, state: &State) {
        self.title = format!("{} in full", task.id());
        for call in task.calls() {
            let Some(known) = state.call(*call) else {
                continue;
            };
            match turn(*call, state).map(|turn| &turn.state) {
                Some(TurnState::Failed {
                    failure, partial, ..
                }) => self.failure(known.member().as_str(), failure, partial),
                Some(
                    TurnState::Running
                    | TurnState::Answered { .. }
                    | TurnState::Cancelled { .. }
                    | TurnState::Interrupted { .. },
                )
                | None => {}
            }
        }
    }

    /// Why a member is not at work, and the last failure of a session, or of all of its sessions.
    fn member(&mut self, name: &MemberName, session: Option<&Session>, state: &State) {
        self.title = format!("{name} in full");
        let sessions = state.sessions().filter(|one| match session {
            Some(session) => one.id() == session.id(),
            None => one.member() == name,
        });
        let failed = |turn: &&Turn| matches!(turn.state, TurnState::Failed { .. });
        let last = sessions
            .filter_map(|session| session.turns().rev().find(failed))
            .max_by_key(|turn| turn.call);
        let last = match last.map(|turn| &turn.state) {
            Some(TurnState::Failed {
                failure, partial, ..
            }) => Some((failure, partial)),
            Some(
                TurnState::Running
                | TurnState::Answered { .. }
                | TurnState::Cancelled { .. }
                | TurnState::Interrupted { .. },
            )
            | None => None,
        };
        // The pause and the server often have their word from the failure.
        let mut told = last.map_or_else(String::new, |(failure, _)| failure.to_string());
        if let Some(member) = state.member(name) {
            let pause = member.pause().map(|pause| &pause.why);
            let health = match member.health() {
                Health::Restarting { why, .. } | Health::Down { why } => Some(why),
                Health::Unknown | Health::Starting | Health::Ready { .. } => None,
            };
            for why in pause.into_iter().chain(health) {
                if !told.contains(why.as_str()) {
                    self.ring.push_unwrapped(why, Tone::Failure);
                    told.push_str(why);
                }
            }
        }
        if let Some((failure, partial)) = last {
            self.failure(name.as_str(), failure, partial);
        }
    }

    /// One failure, unless it was told before word for word.
    fn failure(&mut self, who: &str, failure: &Failure, partial: &Text) {
        let all = format!("{who}: {failure}\n{}\n{partial}", failure.said);
        if self.told.contains(&all) {
            return;
        }
        self.told.push(all);
        if !self.ring.is_empty() {
            self.ring.push_unwrapped("", Tone::Said);
        }
        let line = format!("{who}: {failure}");
        self.ring.push_unwrapped(&line, Tone::Failure);
        for (what, text) in [
            ("its server said:", &failure.said),
            ("its answer up to there:", partial),
        ] {
            let is_told = failure.message.contains(text.as_str().trim());
            if !text.is_empty() && !is_told {
                self.ring.push_unwrapped(what, Tone::Note);
                self.ring.push_unwrapped(text.as_str(), Tone::Said);
            }
        }
    }
}

/// The turn of a call, as its session keeps it.
fn turn(call: CallId, state: &State) -> Option<&Turn> {
    let session = state.session(state.call(call)?.session())?;
    session.turns().rev().find(|turn| turn.call == call)
}
