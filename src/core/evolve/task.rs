//! Tasks: queue order, phases, the bounded memory of ended ones.

use std::cmp::Reverse;

use crate::core::conflict::Candidate;
use crate::core::state::ENDED_KEPT;
use crate::core::{
    AttentionId, CallId, Decision, Ending, MemberName, Outcome, Phase, Priority, State, Subject,
    Task, TaskId, TaskKind, TaskOrder, Timestamp,
};

/// How many bytes of a result the state keeps once the task is over.
const RESULT_KEPT: usize = 64 * 1024;
/// How many bytes of each answer the state keeps once the task is over.
const ANSWER_KEPT: usize = 8 * 1024;

pub(super) fn added(state: &mut State, at: Timestamp, id: TaskId, order: &TaskOrder) {
    state.next.task = state.next.task.max(id.0 + 1);
    state.queue.insert((Reverse(order.priority), id));
    let task = Task {
        id,
        order: order.clone(),
        added: at,
        council: Vec::new(),
        routed_because: String::new(),
        calls: Vec::new(),
        not_before: Timestamp::default(),
        started: None,
        phase: Phase::Queued,
    };
    state.tasks.insert(id, task);
}

pub(super) fn reprioritised(state: &mut State, id: TaskId, priority: Priority) {
    let Some(task) = state.tasks.get_mut(&id) else {
        return;
    };
    if state.queue.remove(&(Reverse(task.order.priority), id)) {
        state.queue.insert((Reverse(priority), id));
    }
    task.order.priority = priority;
}

pub(super) fn routed(state: &mut State, id: TaskId, council: &[MemberName], because: &str) {
    if let Some(task) = state.tasks.get_mut(&id) {
        task.council = council.to_vec();
        because.clone_into(&mut task.routed_because);
    }
}

pub(super) fn delayed(state: &mut State, id: TaskId, until: Timestamp) {
    if let Some(task) = state.tasks.get_mut(&id) {
        task.not_before = until;
    }
}

pub(super) fn reopened(state: &mut State, id: TaskId, order: &TaskOrder) {
    let Some(task) = state.tasks.get_mut(&id) else {
        return;
    };
    if let Phase::Ended { at, .. } = task.phase {
        state.ended.remove(&(at, id));
        state.unsuccessful.remove(&id);
    }
    for call in std::mem::take(&mut task.calls) {
        state.calls.remove(&call);
    }
    task.order = order.clone();
    task.council = Vec::new();
    task.not_before = Timestamp::default();
    task.started = None;
    task.phase = Phase::Queued;
    state.queue.insert((Reverse(order.priority), id));
}

pub(super) fn conflict(state: &mut State, id: TaskId, candidates: &[Candidate]) {
    state.counters.conflicts += 1;
    // The inbox item follows in the same batch under the next number.
    let attention = AttentionId(state.next.attention);
    if let Some(task) = state.tasks.get_mut(&id) {
        task.phase = Phase::Deciding {
            candidates: candidates.to_vec(),
            attention,
        };
    }
}

pub(super) fn decided(state: &mut State, id: TaskId, decision: &Decision) {
    let Some(task) = state.tasks.get(&id) else {
        return;
    };
    let Phase::Deciding { candidates, .. } = &task.phase else {
        return;
    };
    let kind = task.order.kind;
    let mut verdicts: Vec<(MemberName, bool)> = Vec::new();
    for (index, candidate) in candidates.iter().enumerate() {
        for call in candidate
            .calls
            .iter()
            .filter_map(|call| state.calls.get(call))
        {
            verdicts.push((call.member.clone(), decision.chosen == Some(index)));
        }
    }
    judge(state, kind, verdicts);
}

pub(super) fn agreed(state: &mut State, id: TaskId, calls: &[CallId]) {
    let Some(kind) = state.tasks.get(&id).map(|task| task.order.kind) else {
        return;
    };
    let authors = calls.iter().filter_map(|call| state.calls.get(call));
    let verdicts = authors.map(|call| (call.member.clone(), true)).collect();
    judge(state, kind, verdicts);
}

fn judge(state: &mut State, kind: TaskKind, verdicts: Vec<(MemberName, bool)>) {
    for (name, won) in verdicts {
        let Some(member) = state.members.get_mut(&name) else {
            continue;
        };
        for record in [&mut member.record, member.per_kind.entry(kind).or_default()] {
            if won {
                record.won += 1;
            } else {
                record.lost += 1;
            }
        }
    }
}

pub(super) fn concluded(state: &mut State, at: Timestamp, id: TaskId, outcome: &Outcome) {
    let Some(task) = state.tasks.get_mut(&id) else {
        return;
    };
    if task.is_ended() {
        return;
    }
    state.queue.remove(&(Reverse(task.order.priority), id));
    state.ended.insert((at, id));
    match outcome {
        Outcome::Done { .. } => state.counters.done += 1,
        Outcome::Failed { .. } => state.counters.failed += 1,
        Outcome::Cancelled => state.counters.cancelled += 1,
    }
    if !matches!(outcome, Outcome::Done { .. }) {
        state.unsuccessful.insert(id);
    }
    task.phase = Phase::Ended {
        at,
        outcome: shortened(outcome),
    };
    for call in &task.calls {
        if let Some((_, Ending::Answered(answer))) = state
            .calls
            .get_mut(call)
            .and_then(|call| call.ended.as_mut())
        {
            answer.text = answer.text.excerpt(ANSWER_KEPT);
        }
    }
    state.attention.retain(|_, item| match item.subject {
        Subject::Choice { task } | Subject::Interrupted { task } => task != id,
        Subject::Asked { .. } | Subject::Budget { .. } => true,
    });
    forget_the_oldest(state);
}

fn shortened(outcome: &Outcome) -> Outcome {
    match outcome {
        Outcome::Done {
            result,
            from,
            basis,
        } => Outcome::Done {
            result: result.excerpt(RESULT_KEPT),
            from: from.clone(),
            basis: *basis,
        },
        Outcome::Failed { .. } | Outcome::Cancelled => outcome.clone(),
    }
}

fn forget_the_oldest(state: &mut State) {
    while state.ended.len() > ENDED_KEPT {
        let Some((_, id)) = state.ended.pop_first() else {
            return;
        };
        if let Some(task) = state.tasks.remove(&id) {
            for call in task.calls {
                state.calls.remove(&call);
            }
        }
    }
}
