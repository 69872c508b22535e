//! Somebody who changes documents in the shared memory, as the hub tells of it.

use synod::core::{Import, Origin, Outcome, OutsideEdit, Report, State, TaskOrder, Text};

/// What the hub tells of somebody who changed one of the documents.
pub(crate) fn meddling(state: &State, pick: usize) -> Report {
    let mut ended = state.ended_tasks();
    let done = ended.find(|task| matches!(task.outcome(), Some(Outcome::Done { .. })));
    let (document, import) = match (pick % 4, done) {
        (0, _) => {
            let document = "orchestration_state.json".to_owned();
            return Report::EditGone { document };
        }
        (1, Some(done)) => {
            let import = Import::Result {
                task: done.id(),
                text: Text::from(format!("by hand, {pick}")),
            };
            (format!("results/{}", done.id().0), import)
        }
        (kind, _) => {
            let why = "it is derived".to_owned();
            let document = ["task_queue.json", "orchestration_state.json"][kind % 2];
            (document.to_owned(), Import::Nothing { why })
        }
    };
    let proposals = (document == "task_queue.json").then(|| TaskOrder {
        origin: Origin::Hub,
        ..TaskOrder::new(format!("proposed {pick}"))
    });
    let edit = OutsideEdit {
        document,
        digest: pick.to_string(),
        diff: Text::from("-a\n+b\n"),
        import,
    };
    Report::Edited {
        edit: Box::new(edit),
        only_proposals: proposals.is_some() && pick % 8 < 4,
        proposals: proposals.into_iter().collect(),
    }
}
