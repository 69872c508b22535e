//! For what a task waits, in words: one that fits the column of the list, and as many as it takes.

use crate::core::{Awaited, Limit, Phase, State, Task, Timestamp};
use crate::ui::model::Setup;
use crate::ui::status::{self, Status};
use crate::ui::theme::Role;

/// What a row of the list says of how a task stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) status: Status,
    /// For what it waits, where the status does not say all of it.
    pub(crate) more: Option<String>,
}

/// How a task stands, and for what it waits where it waits.
pub(crate) fn told(task: &Task, state: &State, awaited: Option<&Awaited>, setup: &Setup) -> Told {
    let mut status = status::task(task, state);
    let Some(awaited) = awaited else {
        return Told { status, more: None };
    };
    if let Some(word) = brief(awaited) {
        word.clone_into(&mut status.word);
        // No call of it is at work, whatever was before.
        if *task.phase() == Phase::Working {
            let needs_you = matches!(awaited, Awaited::Answer(_));
            (status.glyph, status.role) = if needs_you {
                ("◐", Role::Warn)
            } else {
                ("◌", Role::Muted)
            };
        }
    }
    let more = words(awaited, |at| setup.formatted(at, "%H:%M"));
    Told {
        more: (!is_said(awaited)).then_some(more),
        status,
    }
}

/// Whether the status says all of it.
pub(crate) fn is_said(awaited: &Awaited) -> bool {
    match awaited {
        Awaited::Task(_) | Awaited::Approval | Awaited::Steps { .. } | Awaited::Choice => true,
        Awaited::Look
        | Awaited::Repeat
        | Awaited::Answer(_)
        | Awaited::Login(_)
        | Awaited::Budget(_)
        | Awaited::Busy(_)
        | Awaited::AllBusy
        | Awaited::Pause(..)
        | Awaited::Restart(_)
        | Awaited::Files
        | Awaited::Patience(_) => false,
    }
}

/// One word where the status has none for it.
fn brief(awaited: &Awaited) -> Option<&'static str> {
    match awaited {
        Awaited::Task(_)
        | Awaited::Approval
        | Awaited::Steps { .. }
        | Awaited::Choice
        | Awaited::Repeat
        | Awaited::Login(_) => None,
        Awaited::Look => Some("looked at"),
        Awaited::Answer(_) => Some("asks you"),
        Awaited::Budget(_) => Some("budget"),
        Awaited::Busy(_) | Awaited::AllBusy => Some("busy"),
        Awaited::Pause(..) => Some("paused"),
        Awaited::Restart(_) => Some("restart"),
        Awaited::Files => Some("files"),
        Awaited::Patience(_) => Some("patience"),
    }
}

/// For what it waits, in full.
pub(crate) fn words(awaited: &Awaited, time: impl Fn(Timestamp) -> String) -> String {
    match awaited {
        Awaited::Task(id) => format!("after {id}"),
        Awaited::Look => "a member looks at it first".to_owned(),
        Awaited::Approval => "your approval".to_owned(),
        Awaited::Steps { done, of } => format!("its steps, {done} of {of} done"),
        Awaited::Choice => "your choice".to_owned(),
        Awaited::Repeat => "your leave to repeat it".to_owned(),
        Awaited::Answer(member) => format!("your answer to {member}"),
        Awaited::Login(member) => format!("{member} is not logged in"),
        Awaited::Budget(Limit::Tokens) => "the tokens of the budget are spent".to_owned(),
        Awaited::Budget(Limit::Money) => "the dollars of the budget are spent".to_owned(),
        Awaited::Budget(Limit::Time) => "the hours of the budget are spent".to_owned(),
        Awaited::Busy(member) => format!("{member} is busy"),
        Awaited::AllBusy => "all are busy".to_owned(),
        Awaited::Pause(member, Some(until)) => format!("{member} is paused until {}", time(*until)),
        Awaited::Pause(member, None) => format!("{member} is paused"),
        Awaited::Restart(member) => format!("{member} starts again"),
        Awaited::Files => "the files are in use".to_owned(),
        Awaited::Patience(until) => format!("its server wants patience until {}", time(*until)),
    }
}
