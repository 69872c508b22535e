//! Appraisals in words: on the Journal screen and on the detail of a task.

use crate::core::Task;
use crate::core::appraisal::{Appraisal, Appraised, Look, Stakes};
use crate::ui::status::{self, count};
use crate::ui::theme::Role;

/// A short word for the sort of event, what happened, and how it looks.
pub(crate) fn told(what: &Appraised) -> (&'static str, String, Role) {
    match what {
        Appraised::Set { appraisers } => {
            let said = match (appraisers.above, &appraisers.by) {
                (None, _) => "no task is looked at before it is given out".to_owned(),
                (Some(above), None) => {
                    format!("tasks from {} tokens on are looked at first", count(above))
                }
                (Some(above), Some(by)) => {
                    let above = count(above);
                    format!("{by} looks at tasks from {above} tokens on first")
                }
            };
            ("task", said, Role::Text)
        }
        Appraised::Asked { task, asked } => {
            let again = if asked.again.is_some() { " again" } else { "" };
            (
                "task",
                format!("{task} is looked at{again} first"),
                Role::Muted,
            )
        }
        Appraised::Given { task, appraisal } => {
            let by = &appraisal.by;
            (
                "task",
                format!("{by} on {task}: {}", said(appraisal)),
                Role::Text,
            )
        }
        Appraised::Without { task, why } => (
            "task",
            format!("{task} goes as its text says: {why}"),
            Role::Warn,
        ),
    }
}

/// What became of looking at a task first; nothing where nobody did.
pub(crate) fn of_task(task: &Task) -> Option<String> {
    Some(match task.look()? {
        Look::Asked(_) => "a member looks at it first".to_owned(),
        Look::Given(appraisal) => format!("{} looked at it: {}", appraisal.by, said(appraisal)),
        Look::Without { why } => format!("nobody looked at it first: {why}"),
    })
}

fn said(appraisal: &Appraisal) -> String {
    let mut parts = vec![appraisal.kind.to_string()];
    parts.extend(match appraisal.stakes {
        Stakes::Low => Some("little depends on it".to_owned()),
        Stakes::Usual => None,
        Stakes::High => Some("much depends on it".to_owned()),
    });
    let tokens = appraisal.answer;
    parts.extend(tokens.map(|tokens| format!("an answer of about {}", status::tokens(tokens))));
    let parts = parts.join(", ");
    if appraisal.why.is_empty() {
        return parts;
    }
    format!("{parts} ({})", appraisal.why)
}

#[cfg(test)]
mod tests {
    use super::told;
    use crate::core::TaskKind;
    use crate::core::appraisal::{Appraisal, Appraised, Stakes};
    use crate::core::fixture::name;

    #[test]
    fn what_was_said_is_told_in_one_line() {
        let given = |answer, stakes, why: &str| {
            let appraisal = Appraisal {
                by: name("codex"),
                kind: TaskKind::Review,
                answer,
                stakes,
                why: why.to_owned(),
            };
            let task = crate::core::TaskId(4);
            told(&Appraised::Given { task, appraisal }).1
        };
        assert_eq!(given(None, Stakes::Usual, ""), "codex on #4: review");
        assert_eq!(
            given(Some(1_200), Stakes::High, "It moves money."),
            "codex on #4: review, much depends on it, an answer of about 1.2k tokens (It moves money.)"
        );
    }
}
