//! How long answers took, and what became of forecasts.

use crate::core::forecast::size_of_task;
use crate::core::{
    Basis, Call, CallId, Ending, Outcome, Purpose, Span, State, Task, TaskId, Timestamp,
};

/// A call brought an answer after so much work.
pub(super) fn answered(state: &mut State, id: CallId, took: Span) {
    let Some(call) = state.calls.get(&id) else {
        return;
    };
    match call.purpose {
        Purpose::Answer | Purpose::Council | Purpose::Step(_) => {}
        Purpose::Repair
        | Purpose::Thought(_)
        | Purpose::ThoughtAgain(_)
        | Purpose::Conclude
        | Purpose::Plan
        | Purpose::PlanAgain
        | Purpose::Gather => return,
    }
    let task = state.tasks.get(&call.task);
    if let Some(task) = task.filter(|task| !task.is_the_rooms()) {
        let (kind, size) = (task.order.kind, size_of_task(state, task));
        let latency = &mut state.foresight.latency;
        latency.took(&call.member, kind, size, took);
    }
}

/// The answers of a council were compared.
pub(super) fn met(state: &mut State, at: Timestamp, id: TaskId, agreed: bool) {
    let Some(task) = state.tasks.get(&id) else {
        return;
    };
    let Some(forecast) = task.forecast else {
        return;
    };
    let took = took(state, task, at);
    let track = &mut state.foresight.track;
    track.met(&forecast, agreed);
    if let Some(took) = took {
        track.took(&forecast, took);
    }
}

/// A task is over.
pub(super) fn concluded(state: &mut State, at: Timestamp, id: TaskId, outcome: &Outcome) {
    let Some(task) = state.tasks.get(&id) else {
        return;
    };
    let (Some(forecast), Outcome::Done { basis, .. }) = (task.forecast, outcome) else {
        return;
    };
    let took = match basis {
        Basis::Only | Basis::First | Basis::LastStep => took(state, task, at),
        // The answers were there before, or something else came of it.
        Basis::Agreement
        | Basis::Conclusion
        | Basis::Plan
        | Basis::Operator
        | Basis::Vote
        | Basis::Consensus
        | Basis::Merged
        | Basis::Expert
        | Basis::Fallback => None,
    };
    let paid = paid(state, task);
    let track = &mut state.foresight.track;
    if let Some(took) = took {
        track.took(&forecast, took);
    }
    if let Some(paid) = paid {
        track.paid(&forecast, paid);
    }
}

/// How long a task has been worked, in seconds; nothing where that waited for the operator.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of days")]
fn took(state: &State, task: &Task, at: Timestamp) -> Option<f64> {
    let waited = |call: &Call| call.waited > Span(0) || call.waits_since.is_some();
    if calls(state, task).any(waited) {
        return None;
    }
    Some(at.since(task.started?).0 as f64 / 1e3)
}

/// What its calls cost, in US dollars; nothing where one that answered has no price.
#[expect(clippy::cast_precision_loss, reason = "an estimate, not an account")]
fn paid(state: &State, task: &Task) -> Option<f64> {
    let mut sum = 0;
    for call in calls(state, task) {
        if let Some(Ending::Answered(answer)) = call.ending() {
            let priced = answer.usage.micro_usd;
            if priced == 0 {
                return None;
            }
            sum = priced.saturating_add(sum);
        }
    }
    (sum > 0).then_some(sum as f64 / 1e6)
}

fn calls<'a>(state: &'a State, task: &'a Task) -> impl Iterator<Item = &'a Call> {
    task.calls.iter().filter_map(|call| state.calls.get(call))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::fixture::{Room, name, number, order, said};
    use crate::core::{Answer, Span, Strategy, TaskOrder, Usage};

    fn priced(answer: Answer, micro_usd: u64) -> Answer {
        Answer {
            usage: Usage {
                micro_usd,
                ..Usage::default()
            },
            ..answer
        }
    }

    #[test]
    fn a_task_is_foretold_from_the_answers_before_and_held_against_it() {
        let mut room = Room::of(&["codex"]);
        let (first, calls) = room.add(TaskOrder::new("why?"));
        let nothing = room.state.task(first).unwrap().forecast().unwrap();
        assert_eq!((nothing.seconds, nothing.usd), (None, None));
        room.wait(Span::secs(10));
        room.answer(calls[0], priced(said("so"), 20_000));
        assert_eq!(room.state.foresight().track().turned().in_time.n, 0);

        let (second, calls) = room.add(TaskOrder::new("why?"));
        let foretold = *room.state.task(second).unwrap().forecast().unwrap();
        assert!((foretold.seconds.unwrap().likely - 10.0).abs() < 1e-9);
        assert!((foretold.usd.unwrap() - 0.02).abs() < 1e-9);
        assert_eq!(foretold.agree, None);
        room.wait(Span::secs(20));
        room.answer(calls[0], priced(said("so"), 30_000));
        let turned = room.state.foresight().track().turned();
        assert_eq!((turned.in_time.n, turned.priced), (1, 1));
        assert!((turned.pace.unwrap() - 2.0).abs() < 1e-9);
        assert!((turned.paid.unwrap() - 1.5).abs() < 1e-9);
        let latency = room.state.foresight().latency();
        let size = crate::core::analysis::Size::default();
        let kind = TaskOrder::new("").kind;
        assert!(latency.of(&name("codex"), kind, size).is_some());
    }

    #[test]
    fn a_council_is_expected_to_agree_as_others_did() {
        let mut room = Room::of(&["codex", "gpt"]);
        for turn in 0..3 {
            let (task, calls) = room.add(order(Strategy::Council, &[]));
            let foretold = room.state.task(task).unwrap().forecast().unwrap();
            let before = 1.0 - 0.5 * 2.0_f64 / (2.0 + f64::from(turn));
            assert!(foretold.agree.unwrap() >= before.max(0.5) - 1e-9);
            for call in calls {
                room.answer(call, number("7"));
            }
        }
        let turned = room.state.foresight().track().turned();
        assert_eq!((turned.agreed.of, turned.agreed.n), (3, 3));
        assert!(turned.expected.unwrap() < 1.0);
    }
}
