//! What happens in the room, in short lines; answers and results whole.
//!
//! What is told as a matter of course on the Journal screen is left out here, and so is what the room
//! does for itself.

use crate::core::{Basis, CallId, Ending, Event, Outcome, Recorded, State, TaskId, Text};
use crate::ui::model::Model;
use crate::ui::overlay::answer;
use crate::ui::theme::Role;

/// What a key says that ends other programs.
pub(super) const INTERRUPTED: &str =
    "Nothing is ended by that key; :quit leaves, :cancel stops what the row told last works on.";

/// An event in words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) line: String,
    /// A text of a member's below it.
    pub(super) quoted: Option<String>,
}

impl Told {
    fn line(line: String) -> Self {
        Self { line, quoted: None }
    }

    fn quoting(line: String, quoted: &Text) -> Self {
        Self {
            line,
            quoted: Some(quoted.to_string()),
        }
    }
}

/// An event in words; nothing where it is not worth a line.
pub(super) fn told(model: &Model, state: &State, recorded: &Recorded) -> Option<Told> {
    let event = &recorded.event;
    let (sort, line, role) = model.told(recorded, state);
    let plain = format!("{sort}: {line}");
    if let Event::CallStarted { call, task, .. } = event {
        return of_the_operator(*task, state, || {
            Told::line(format!("{} works on {task}.", member(*call, state)))
        });
    }
    if let Event::CallEnded { call, ending } = event {
        if model.votes.veils_event(state, event).is_some() {
            return None;
        }
        let task = state.call(*call)?.task();
        let who = member(*call, state);
        return of_the_operator(task, state, || match ending {
            Ending::Answered(answer) => {
                Told::quoting(format!("{who} answers {task}"), &answer.text)
            }
            Ending::Failed { failure, .. } => {
                Told::line(format!("{who} failed at {task}: {failure}"))
            }
            Ending::Cancelled { .. } => Told::line(format!("{who} was stopped at {task}.")),
            Ending::Interrupted => Told::line(format!("{who} was interrupted at {task}.")),
        });
    }
    if let Event::TaskConcluded { task, outcome } = event {
        return of_the_operator(*task, state, || concluded(outcome, &line, state));
    }
    let is_the_rooms = if let Event::TaskAdded { task, .. }
    | Event::TaskRouted { task, .. }
    | Event::TaskReopened { task, .. } = event
    {
        state
            .task(*task)
            .is_none_or(crate::core::Task::is_the_rooms)
    } else {
        matches!(event, Event::SessionOpened { .. })
    };
    if role == Role::Muted || is_the_rooms {
        return None;
    }
    Some(Told::line(plain))
}

fn of_the_operator(task: TaskId, state: &State, words: impl FnOnce() -> Told) -> Option<Told> {
    let known = state.task(task)?;
    (!known.is_the_rooms()).then(words)
}

/// How a task ended; with its result where no answer was told that says the same.
fn concluded(outcome: &Outcome, line: &str, state: &State) -> Told {
    let Outcome::Done {
        result,
        from,
        basis,
    } = outcome
    else {
        return Told::line(format!("{line}."));
    };
    let is_told = |call: &CallId| answer(*call, state).is_some_and(|text| text == result.as_str());
    match from.iter().find(|call| is_told(call)) {
        Some(_) if *basis == Basis::Only => Told::line(format!("{line}.")),
        Some(call) => Told::line(format!("{line}: as {} answered.", member(*call, state))),
        None => Told::quoting(format!("{line} with this result"), result),
    }
}

fn member(call: CallId, state: &State) -> String {
    let call = state.call(call);
    call.map_or_else(|| "a member".to_owned(), |call| call.member().to_string())
}
