//! Tasks: queue order, phases, the bounded memory of ended ones.

use crate::core::appraisal::Look;
use crate::core::context::note_result;
use crate::core::evolve::{appraise, check, forecast, ladder, learning, lesson, panels, plan};
use crate::core::forecast::Forecast;
use crate::core::retention::{ANSWER_KEPT, Leaf, RESULT_KEPT};
use crate::core::routing::chosen::Route;
use crate::core::routing::whether::Convened;
use crate::core::state::ENDED_KEPT;
use crate::core::task::Before;
use crate::core::text::clipped;
use crate::core::{
    Analysis, Basis, CallId, Candidate, Contest, Decision, Ending, Ground, KindBy, MemberName,
    Outcome, Phase, Planning, Priority, State, Subject, Task, TaskId, TaskKind, TaskOrder, Text,
    Thinking, Timestamp,
};

pub(super) fn added(
    state: &mut State,
    at: Timestamp,
    id: TaskId,
    order: &TaskOrder,
    analysis: Option<&Analysis>,
) {
    state.next.task = state.next.task.max(id.0.saturating_add(1));
    if state.tasks.contains_key(&id) {
        return;
    }
    state.queue.put(id, order, before(state, order, None));
    let task = Task {
        id,
        order: order.clone(),
        analysis: analysis.cloned(),
        added: at,
        council: Vec::new(),
        routed_because: String::new(),
        route: None,
        convened: None,
        forecast: None,
        rated: None,
        checked: None,
        calls: Vec::new(),
        not_before: Timestamp::default(),
        started: None,
        thinking: Thinking::of(state.most_thoughts()),
        planning: Planning::default(),
        look: None,
        part: None,
        phase: Phase::Queued,
    };
    state.tasks.insert(id, task);
    // What was not analysed was not ordered by a person.
    if analysis.is_some() && order.kind_by == KindBy::Given {
        state.reader.learn(order.kind, order.prompt.as_str());
    }
}

/// The reader learns from it, and what members won or lost by the task counts for its kind.
pub(super) fn relabelled(state: &mut State, id: TaskId, kind: TaskKind) {
    let Some(task) = state.tasks.get_mut(&id) else {
        return;
    };
    state.queue.relabel(id, &task.order, kind);
    let before = std::mem::replace(&mut task.order.kind, kind);
    task.order.kind_by = KindBy::Corrected;
    let prompt = task.order.prompt.clone();
    state.reader.learn(kind, prompt.as_str());
    state.ledger.relabel(id, kind);
    state.learning.relabel(id, kind);
    if before != kind {
        let verdicts = verdicts_on(state, id);
        judge(state, before, verdicts.clone(), -1);
        judge(state, kind, verdicts, 1);
    }
}

/// What was counted of a task for its authors: by its decision, or because they agreed.
fn verdicts_on(state: &State, id: TaskId) -> Vec<(MemberName, bool)> {
    let contest = state.contests.get(&id);
    let decided = contest.and_then(|contest| Some((contest, contest.decision.as_ref()?)));
    if let Some((contest, decision)) = decided {
        return verdicts(state, &contest.candidates, decision);
    }
    match state.tasks.get(&id).and_then(Task::outcome) {
        Some(Outcome::Done {
            from,
            basis: Basis::Agreement,
            ..
        }) => won_by(state, from),
        Some(Outcome::Done { .. } | Outcome::Failed { .. } | Outcome::Cancelled) | None => {
            Vec::new()
        }
    }
}

/// Whose answers a decision took, and whose it did not.
fn verdicts(
    state: &State,
    candidates: &[Candidate],
    decision: &Decision,
) -> Vec<(MemberName, bool)> {
    let mut verdicts: Vec<(MemberName, bool)> = Vec::new();
    // What was merged, or fell back on a record, says of no answer that it is better.
    if matches!(decision.ground, Ground::Merged | Ground::Fallback { .. }) {
        return verdicts;
    }
    for (index, candidate) in candidates.iter().enumerate() {
        let calls = candidate.calls.iter();
        for call in calls.filter_map(|call| state.calls.get(call)) {
            verdicts.push((call.member.clone(), decision.chosen == Some(index)));
        }
    }
    verdicts
}

/// The authors of these calls, all of them right.
fn won_by(state: &State, calls: &[CallId]) -> Vec<(MemberName, bool)> {
    let authors = calls.iter().filter_map(|call| state.calls.get(call));
    authors.map(|call| (call.member.clone(), true)).collect()
}

pub(super) fn reprioritised(state: &mut State, id: TaskId, priority: Priority) {
    let Some(task) = state.tasks.get_mut(&id) else {
        return;
    };
    state.queue.reorder(id, &task.order, priority);
    task.order.priority = priority;
}

/// Why members were chosen.
pub(super) struct Why<'a> {
    pub(super) because: &'a str,
    pub(super) route: Option<&'a Route>,
    pub(super) convened: Option<&'a Convened>,
    pub(super) forecast: Option<Forecast>,
}

pub(super) fn routed(
    state: &mut State,
    at: Timestamp,
    id: TaskId,
    council: &[MemberName],
    why: &Why<'_>,
) {
    widened(state, at, id, council.len());
    let task = state.tasks.get_mut(&id).filter(|task| !task.is_ended());
    if let Some(task) = task {
        state.queue.route(id, &task.order);
        let further = council.len().saturating_sub(task.council.len());
        task.council = council.to_vec();
        why.because.clone_into(&mut task.routed_because);
        task.route = why.route.cloned();
        task.forecast = why.forecast;
        if let Some(convened) = why.convened {
            task.order.strategy = convened.how.strategy();
            task.convened = Some(convened.clone());
            state.learning.convened(convened, council.len());
        } else if task.convened.is_some() {
            state.learning.widened(further);
        }
        if !task.is_the_rooms() {
            state.learning.gave(council);
        }
    }
}

/// The first ones of a cascade differ, so another one is asked.
fn widened(state: &mut State, at: Timestamp, id: TaskId, council: usize) {
    let task = state.tasks.get(&id).filter(|task| !task.is_ended());
    if task.is_some_and(|task| task.is_widened_by(council)) {
        learning::met(state, id, true);
        forecast::met(state, at, id, false);
    }
}

pub(super) fn delayed(state: &mut State, id: TaskId, until: Timestamp) {
    if let Some(task) = state.tasks.get_mut(&id) {
        // A second server's shorter pause does not shorten that of the first.
        task.not_before = task.not_before.max(until);
    }
}

pub(super) fn reopened(state: &mut State, id: TaskId, order: &TaskOrder) {
    let Some(task) = state.tasks.get_mut(&id) else {
        return;
    };
    let Phase::Ended { at, .. } = task.phase else {
        return;
    };
    state.queue.revive(at, id);
    state.ledger.forget(id);
    let calls = std::mem::take(&mut task.calls);
    for call in &calls {
        state.calls.remove(call);
        state.knowledge.shown.remove(call);
    }
    task.order = order.clone();
    task.council = Vec::new();
    task.route = None;
    task.convened = None;
    task.forecast = None;
    task.rated = None;
    task.checked = None;
    task.not_before = Timestamp::default();
    task.started = None;
    task.thinking = Thinking::of(state.thoughts.0);
    task.planning = Planning::default();
    task.phase = Phase::Queued;
    let look = task.look.clone();
    plan::reopened(state, id);
    state.contests.remove(&id);
    check::forget(state, id);
    state
        .queue
        .put(id, order, before(state, order, look.as_ref()));
    note_result(state, id);
}

/// The authors' records follow; where a conflict is settled anew, what its first decision added is taken
/// back.
pub(super) fn decided(state: &mut State, id: TaskId, decision: &Decision) {
    let Some(task) = state.tasks.get(&id) else {
        return;
    };
    let kind = task.order.kind;
    // Conflicts that are older than contests stand in the phase only.
    let candidates = match (&task.phase, state.contests.get(&id)) {
        (_, Some(contest)) => contest.candidates.clone(),
        (Phase::Deciding { candidates, .. }, None) => candidates.clone(),
        (Phase::Queued | Phase::Working | Phase::Held { .. } | Phase::Ended { .. }, None) => return,
    };
    let contest = state.contests.get(&id);
    let before = contest.and_then(|contest| contest.decision.as_ref());
    let taken_back = before.map(|before| verdicts(state, &candidates, before));
    let given = verdicts(state, &candidates, decision);
    panels::observed(state, id, decision);
    learning::decided(state, id, decision, &given);
    judge(state, kind, taken_back.unwrap_or_default(), -1);
    judge(state, kind, given, 1);
    if let Some(contest) = state.contests.get_mut(&id) {
        contest.decision = Some(decision.clone());
    }
}

pub(super) fn agreed(state: &mut State, at: Timestamp, id: TaskId, calls: &[CallId]) {
    let Some(kind) = state.tasks.get(&id).map(|task| task.order.kind) else {
        return;
    };
    let verdicts = won_by(state, calls);
    learning::agreed(state, id, &verdicts);
    learning::met(state, id, false);
    forecast::met(state, at, id, true);
    judge(state, kind, verdicts, 1);
}

/// Adds so many to what members won or lost.
fn judge(state: &mut State, kind: TaskKind, verdicts: Vec<(MemberName, bool)>, times: i64) {
    for (name, won) in verdicts {
        let Some(member) = state.members.get_mut(&name) else {
            continue;
        };
        for record in [&mut member.record, member.per_kind.entry(kind).or_default()] {
            let count = if won {
                &mut record.won
            } else {
                &mut record.lost
            };
            *count = count.saturating_add_signed(times);
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
    state.queue.end(at, id, &task.order);
    forecast::concluded(state, at, id, outcome);
    ladder::over(state, at, id);
    lesson::concluded(state, id, outcome);
    check::concluded(state, id, outcome);
    let task = state.tasks.get(&id).filter(|task| !task.is_the_rooms());
    if let Some(leaf) = task.and_then(|task| Leaf::of(state, task, at, outcome)) {
        state.ledger.ended(id, leaf);
    }
    let Some(task) = state.tasks.get_mut(&id) else {
        return;
    };
    // What the room asks for itself is no work that somebody waits for.
    if !task.is_the_rooms() {
        match outcome {
            Outcome::Done { .. } => state.counters.done += 1,
            Outcome::Failed { .. } => state.counters.failed += 1,
            Outcome::Cancelled => state.counters.cancelled += 1,
        }
    }
    task.phase = Phase::Ended {
        at,
        outcome: shortened(outcome),
    };
    task.thinking.shorten();
    task.planning.shorten();
    for call in &task.calls {
        if let Some((_, Ending::Answered(answer))) = state
            .calls
            .get_mut(call)
            .and_then(|call| call.ended.as_mut())
        {
            answer.text = answer.text.excerpt(ANSWER_KEPT);
            if let Some(block) = &mut answer.block {
                block.value = clipped(&block.value, ANSWER_KEPT);
                block.key = clipped(&block.key, ANSWER_KEPT);
            }
        }
    }
    state.attention.retain(|_, item| match item.subject {
        Subject::Choice { task } | Subject::Interrupted { task } | Subject::Plan { task } => {
            task != id
        }
        Subject::Asked { .. }
        | Subject::LoggedOut { .. }
        | Subject::Edited { .. }
        | Subject::Proposed { .. }
        | Subject::Lessons { .. }
        | Subject::Budget { .. } => true,
    });
    note_result(state, id);
    plan::ended(state, id, outcome);
    appraise::concluded(state, id);
    settle_dependents(state, id);
    forget_the_oldest(state);
}

/// What a task waits for besides its members.
pub(super) fn before(state: &State, order: &TaskOrder, look: Option<&Look>) -> Before {
    let mut before = if state.appraisals.set.want(order, look) {
        Before::Unread
    } else {
        Before::Done
    };
    // What is not known any more was waited for by nobody; then it cannot be in the way.
    for task in order.after.iter().filter_map(|on| state.tasks.get(on)) {
        match task.outcome() {
            Some(Outcome::Done { .. }) => {}
            Some(Outcome::Failed { .. } | Outcome::Cancelled) => return Before::Broken,
            None => before = Before::Open,
        }
    }
    before
}

fn settle_dependents(state: &mut State, on: TaskId) {
    let dependents: Vec<TaskId> = state.queue.dependents(on).collect();
    for id in dependents {
        let task = state.tasks.get(&id);
        let task = task.filter(|task| task.phase == Phase::Queued && task.council.is_empty());
        if let Some(task) = task {
            let before = before(state, &task.order, task.look.as_ref());
            state.queue.settle(id, &task.order, before);
        }
    }
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

/// Only a task that is done has a result to be replaced.
pub(super) fn replaced(state: &mut State, at: Timestamp, id: TaskId, text: &Text) {
    let authors = learning::authors(state, id);
    let phase = state.tasks.get_mut(&id).map(|task| &mut task.phase);
    if let Some(Phase::Ended {
        outcome: Outcome::Done {
            result,
            from,
            basis,
        },
        ..
    }) = phase
    {
        let before = std::mem::replace(result, text.excerpt(RESULT_KEPT));
        *basis = Basis::Operator;
        // What stands now may have other authors.
        if let Some(authors) = state.contests.get(&id).and_then(Contest::result_of) {
            *from = authors;
        }
        state.notebook.replaced(id, &before, text);
        note_result(state, id);
        state.ledger.replaced(id, at, text);
        learning::replaced(state, at, id, &authors);
    }
}

fn forget_the_oldest(state: &mut State) {
    while let Some(id) = state.queue.forget_beyond(ENDED_KEPT) {
        let contest = state.contests.remove(&id);
        if let Some(item) = contest.and_then(|contest| contest.reopened()) {
            state.attention.remove(&item);
        }
        if let Some(task) = state.tasks.remove(&id) {
            lesson::forget(state, id, &task.calls);
            state.learning.forget(id);
            check::forget(state, id);
            for call in task.calls {
                state.calls.remove(&call);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::fixture::{Room, number, order, said};
    use crate::core::retention::{ANSWER_KEPT, RESULT_KEPT};
    use crate::core::state::ENDED_KEPT;
    use crate::core::{
        Answer, Ending, Event, FinalAnswer, Origin, Outcome, Strategy, TaskId, TaskOrder, Text,
    };

    #[test]
    fn of_ended_tasks_the_last_stay_and_with_them_those_that_are_waited_for() {
        let mut room = Room::of(&["codex"]);
        let (first, calls) = room.add(TaskOrder::new("a"));
        room.answer(calls[0], said("groundwork"));
        // Waits for a member that is busy until the end.
        let (_, busy) = room.add(order(Strategy::Solo, &["codex"]));
        let (waiting, _) = room.add(TaskOrder {
            after: vec![first],
            ..TaskOrder::new("b")
        });
        for _ in 0..ENDED_KEPT + 10 {
            let (task, _) = room.add(TaskOrder::new("c"));
            room.command(&crate::core::Command::CancelTask { task });
        }
        assert_eq!(room.state.tasks().len(), ENDED_KEPT + 2);
        assert!(room.state.task(first).is_some());
        assert!(room.state.task(TaskId(waiting.0 + 1)).is_none());
        room.answer(busy[0], said("done"));
        let next = room.state.calls_in_flight().next().unwrap().0;
        room.answer(next, said("done"));
        assert_eq!(room.state.task(first), None);
        assert_eq!(room.state.call(calls[0]), None);
        assert_eq!(room.state.tasks().len(), ENDED_KEPT);
    }

    #[test]
    fn what_the_room_asks_for_itself_is_counted_apart() {
        let mut room = Room::of(&["codex"]);
        let (first, calls) = room.add(TaskOrder::new("a"));
        room.answer(calls[0], said("b"));
        let own = TaskOrder {
            origin: Origin::Room,
            ..TaskOrder::new("Ballot on #1")
        };
        for _ in 0..ENDED_KEPT + 10 {
            let task = room.state.next_task();
            let (order, outcome) = (own.clone(), Outcome::Cancelled);
            room.fold(vec![
                Event::TaskAdded {
                    task,
                    order,
                    analysis: None,
                },
                Event::TaskConcluded { task, outcome },
            ]);
        }
        assert!(room.state.task(first).is_some());
        assert_eq!(room.state.tasks().len(), ENDED_KEPT + 1);
        let counters = room.state.counters();
        assert_eq!((counters.done, counters.cancelled), (1, 0));
    }

    #[test]
    fn long_answers_are_whole_while_the_task_is_open_and_short_after() {
        let mut room = Room::of(&["codex", "gpt"]);
        let long = "x".repeat(1_000_000);
        let (task, calls) = room.add(order(Strategy::Council, &[]));
        let block = number("42").block.map(|block| FinalAnswer {
            value: long.clone(),
            key: long.clone(),
            ..block
        });
        let answer = Answer {
            block,
            ..said(&long)
        };
        room.answer(calls[0], answer.clone());
        let whole = Ending::Answered(answer.clone());
        assert_eq!(room.state.call(calls[0]).unwrap().ending(), Some(&whole));
        room.answer(calls[1], answer);
        let Some(Outcome::Done { result, .. }) = room.state.task(task).unwrap().outcome() else {
            panic!("{:?}", room.phase(task));
        };
        assert_eq!(*result, Text::from(long).excerpt(RESULT_KEPT));
        for call in calls {
            let kept = serde_json::to_string(room.state.call(call).unwrap()).unwrap();
            assert!(kept.len() < 4 * ANSWER_KEPT, "{}", kept.len());
        }
    }
}
