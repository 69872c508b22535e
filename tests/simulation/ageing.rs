//! Old results: which may age, and that none is lost by it.

use synod::core::{Event, Outcome, Recorded, State, Subject, Task, TaskId, Text};

/// Whether these tasks may age now.
pub(crate) fn fits(state: &State, recorded: &Recorded, tasks: &[TaskId]) -> Result<(), String> {
    let policy = state.retention();
    let mut bytes = state.whole_bytes();
    for id in tasks {
        let waits = |task: &Task| task.order().after.contains(id);
        if state.open_tasks().any(waits) {
            return Err(format!("{id} ages, and an open task waits for it"));
        }
        if state.task(*id).is_some_and(|task| !task.is_ended()) {
            return Err(format!("{id} ages before it has ended"));
        }
        let names = [
            format!("results/{}", id.0),
            format!("conflicts/{}.json", id.0),
        ];
        let asked = state.attention().any(
            |item| matches!(&item.subject, Subject::Edited { edit } if names.contains(&edit.document)),
        );
        if asked {
            return Err(format!("{id} ages, and the operator is asked about it"));
        }
        let Some(leaf) = state.whole(*id) else {
            return Err(format!("{id} ages, and has nothing whole"));
        };
        let old = policy
            .keep
            .is_some_and(|keep| leaf.ended().after(keep) <= recorded.at);
        if !old && policy.most.is_none_or(|most| bytes <= most) {
            return Err(format!("{id} ages too early"));
        }
        bytes -= leaf.bytes();
    }
    Ok(())
}

/// Whether the journal has the whole of each result of which only a summary is known.
pub(crate) fn nothing_is_lost(state: &State, journal: &[Recorded]) -> Result<(), String> {
    for (task, aged) in state.all_aged() {
        let Some(gist) = aged.leaf.result() else {
            continue;
        };
        let whole = journal
            .iter()
            .rev()
            .find_map(|recorded| result(recorded, task));
        let whole = whole.ok_or_else(|| format!("the result of {task} is lost"))?;
        // What is left out is said.
        let said = gist.summary.as_str().lines();
        let mut said = said.filter(|line| !line.contains('…'));
        if gist.bytes != whole.len() || !said.all(|line| whole.as_str().contains(line)) {
            return Err(format!("the summary of {task} is not of its result"));
        }
    }
    Ok(())
}

fn result(recorded: &Recorded, of: TaskId) -> Option<&Text> {
    if let Event::ResultReplaced { task, result } = &recorded.event {
        return (*task == of).then_some(result);
    }
    if let Event::TaskConcluded {
        task,
        outcome: Outcome::Done { result, .. },
    } = &recorded.event
    {
        return (*task == of).then_some(result);
    }
    None
}
