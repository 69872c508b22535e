//! What can be said to an item that waits for the operator.

use super::Fit;
use crate::core::{Request, Subject};
use crate::ui::action::Action;
use crate::ui::votes::dispute;

/// Its answers; none where nothing is asked.
pub(super) fn answers(subject: Option<&Subject>) -> Vec<Fit> {
    let known: &[(Action, &str)] = match subject {
        Some(Subject::Asked { request, .. }) => match request {
            Request::Exec { .. }
            | Request::Patch { .. }
            | Request::Sampling { .. }
            | Request::Tool { .. } => &[
                (Action::Allow, "allow"),
                (Action::AllowForSession, "session"),
                (Action::Deny, "deny"),
            ],
            Request::Form { .. } => &[(Action::Allow, "answer"), (Action::Deny, "decline")],
            Request::Url { .. } => &[
                (Action::Copy, "copy"),
                (Action::Allow, "it is done"),
                (Action::Deny, "decline"),
            ],
        },
        Some(Subject::Interrupted { .. }) => &[(Action::Allow, "allow"), (Action::Deny, "deny")],
        Some(Subject::LoggedOut { .. }) => &[
            (Action::Allow, "try again"),
            (Action::Deny, "do without it"),
        ],
        Some(subject @ (Subject::Edited { .. } | Subject::Lessons { .. })) => {
            let answers = dispute::answers(subject).iter();
            return answers.map(|(action, word, _)| (*action, *word)).collect();
        }
        Some(Subject::Plan { .. }) => &[
            (Action::Allow, "approve"),
            (Action::Write, "change"),
            (Action::Deny, "refuse"),
        ],
        Some(Subject::Proposed { .. }) => &[(Action::Allow, "queue it"), (Action::Deny, "refuse")],
        Some(Subject::Budget { .. }) => &[(Action::Allow, "raise it")],
        Some(Subject::Choice { .. }) => &[(Action::Deny, "take none")],
        None => &[],
    };
    known.to_vec()
}
