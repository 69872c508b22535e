//! Calls: a turn begins, a turn ends, and what it cost is counted.

use std::collections::BTreeSet;

use crate::core::evolve::{forecast, learning};
use crate::core::session::{TURN_TEXT_KEPT, TURNS_KEPT};
use crate::core::text::clipped;
use crate::core::{
    Access, Answer, Attention, Call, CallId, Ending, Failure, Phase, Purpose, Record, SessionId,
    Span, State, Subject, TaskId, Text, Timestamp, Turn, TurnState, Usage,
};

/// How many bytes the state keeps of what a server said with a failure.
const SAID_KEPT: usize = 4 * 1024;

/// The fields of a start that are copied into the call.
pub(super) struct Start {
    pub(super) task: TaskId,
    pub(super) session: SessionId,
    pub(super) purpose: Purpose,
    pub(super) access: Access,
}

pub(super) fn started(state: &mut State, at: Timestamp, id: CallId, start: &Start, prompt: &Text) {
    state.next.call = state.next.call.max(id.0.saturating_add(1));
    let task = state.tasks.get_mut(&start.task);
    let session = state.sessions.get_mut(&start.session);
    let (Some(task), Some(session)) = (task, session) else {
        return;
    };
    if task.is_ended() || session.busy.is_some() || state.calls.contains_key(&id) {
        return;
    }
    session.busy = Some(id);
    session.touched = at;
    session.own |= task.is_the_rooms();
    session.turns_ever += 1;
    session.turns.push_back(Turn {
        call: id,
        task: start.task,
        purpose: start.purpose,
        prompt: prompt.excerpt(TURN_TEXT_KEPT),
        started: at,
        state: TurnState::Running,
    });
    while session.turns.len() > TURNS_KEPT {
        session.turns.pop_front();
    }
    let call = Call {
        task: start.task,
        session: start.session,
        member: session.member.clone(),
        purpose: start.purpose,
        access: start.access,
        started: at,
        asked: BTreeSet::new(),
        waited: Span(0),
        waits_since: None,
        ended: None,
    };
    if let Some(member) = state.members.get_mut(&call.member) {
        member.active = at;
    }
    state.calls.insert(id, call);
    task.calls.push(id);
    task.started.get_or_insert(at);
    task.phase = Phase::Working;
}

pub(super) fn ended(state: &mut State, at: Timestamp, id: CallId, ending: &Ending) {
    let Some(call) = state.calls.get_mut(&id) else {
        return;
    };
    if call.ended.is_some() {
        return;
    }
    let took = call.worked(at);
    call.ended = Some((at, kept(ending)));
    let (session, member, task) = (call.session, call.member.clone(), call.task);

    if let Some(session) = state.sessions.get_mut(&session) {
        session.busy = None;
        session.touched = at;
        if let Some(turn) = session.turns.iter_mut().find(|turn| turn.call == id) {
            turn.state = turn_state(at, ending);
        }
    }
    // A question that its call no longer waits for needs no answer.
    state.attention.retain(|_, item| match item.subject {
        Subject::Asked { call, .. } => call != id,
        Subject::Choice { .. }
        | Subject::Interrupted { .. }
        | Subject::LoggedOut { .. }
        | Subject::Edited { .. }
        | Subject::Proposed { .. }
        | Subject::Plan { .. }
        | Subject::Lessons { .. }
        | Subject::Budget { .. } => true,
    });
    let usage = match ending {
        Ending::Answered(answer) => answer.usage,
        Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => Usage::default(),
    };
    state.spend.add(at, usage, took, state.budget.per);

    let kind = state.tasks.get(&task).map(|task| task.order.kind);
    learning::ended(state, at, id, ending);
    if let Ending::Answered(_) = ending {
        forecast::answered(state, id, took);
    }
    if let Some(member) = state.members.get_mut(&member) {
        member.active = at;
        match ending {
            Ending::Answered(_) => member.failed_in_a_row = 0,
            Ending::Failed { failure, .. } if failure.kind.is_transient() && !failure.unsent => {
                member.failed_in_a_row = member.failed_in_a_row.saturating_add(1);
            }
            Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => {}
        }
        count(&mut member.record, ending, took);
        if let Some(kind) = kind {
            state.reader.answered(kind, usage.output, &state.kinds);
            count(member.per_kind.entry(kind).or_default(), ending, took);
        }
    }
}

/// A question of a call was answered or taken back: once none is open the call goes on.
pub(super) fn goes_on(state: &mut State, at: Timestamp, id: CallId) {
    let still =
        |item: &Attention| matches!(item.subject, Subject::Asked { call, .. } if call == id);
    if state.attention.values().any(still) {
        return;
    }
    if let Some(call) = state.calls.get_mut(&id)
        && let Some(since) = call.waits_since.take()
    {
        call.waited = Span(call.waited.0.saturating_add(at.since(since).0));
    }
}

/// An ending as a call of an open task keeps it: the answer whole, because the result may become of
/// it; what was said besides only in part.
fn kept(ending: &Ending) -> Ending {
    match ending {
        Ending::Answered(_) | Ending::Interrupted => ending.clone(),
        Ending::Failed { failure, partial } => Ending::Failed {
            failure: brief(failure, SAID_KEPT),
            partial: partial.excerpt(SAID_KEPT),
        },
        Ending::Cancelled { partial } => Ending::Cancelled {
            partial: partial.excerpt(SAID_KEPT),
        },
    }
}

fn brief(failure: &Failure, limit: usize) -> Failure {
    Failure {
        kind: failure.kind,
        message: clipped(&failure.message, SAID_KEPT),
        said: failure.said.excerpt(limit),
        retry_after: failure.retry_after,
        unsent: failure.unsent,
    }
}

fn turn_state(at: Timestamp, ending: &Ending) -> TurnState {
    match ending {
        Ending::Answered(answer) => TurnState::Answered {
            at,
            text: answer.text.excerpt(TURN_TEXT_KEPT),
            value: answer
                .block
                .as_ref()
                .map(|block| clipped(&block.value, TURN_TEXT_KEPT)),
            usage: answer.usage,
        },
        Ending::Failed { failure, partial } => TurnState::Failed {
            at,
            // A console shows it in full.
            failure: brief(failure, TURN_TEXT_KEPT),
            partial: partial.excerpt(TURN_TEXT_KEPT),
        },
        Ending::Cancelled { partial } => TurnState::Cancelled {
            at,
            partial: partial.excerpt(TURN_TEXT_KEPT),
        },
        Ending::Interrupted => TurnState::Interrupted { at },
    }
}

fn count(record: &mut Record, ending: &Ending, took: Span) {
    match ending {
        Ending::Answered(answer) => count_answer(record, answer, took),
        Ending::Failed { .. } => record.failed += 1,
        Ending::Cancelled { .. } | Ending::Interrupted => {}
    }
}

fn count_answer(record: &mut Record, answer: &Answer, took: Span) {
    record.answered += 1;
    record.time = Span(record.time.0.saturating_add(took.0));
    record.tokens = record.tokens.saturating_add(answer.usage.tokens());
    record.micro_usd = record.micro_usd.saturating_add(answer.usage.micro_usd);
    if let Some(first) = answer.first_text {
        record.first_text = Span(record.first_text.0.saturating_add(first.0));
        record.first_texts += 1;
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::SAID_KEPT;
    use crate::core::fixture::{Room, name, question, said};
    use crate::core::session::{TURN_TEXT_KEPT, TURNS_KEPT};
    use crate::core::{
        Answer, AskId, AttentionId, Command, Ending, Failure, FailureKind, Purpose, Record, Reply,
        Report, SessionId, Span, Spend, TaskId, TaskKind, TaskOrder, Text, Turn, TurnState, Usage,
    };

    #[test]
    fn an_answer_ends_its_turn_and_is_counted_for_member_and_budget() {
        let mut room = Room::of(&["codex"]);
        let (task, calls) = room.add(TaskOrder {
            kind: TaskKind::Code,
            ..TaskOrder::new("why?")
        });
        let started = room.now;
        room.wait(Span::secs(3));
        let usage = Usage {
            input: 10,
            output: 5,
            micro_usd: 7,
            estimated: false,
            ..Usage::default()
        };
        room.answer(
            calls[0],
            Answer {
                usage,
                first_text: Some(Span(400)),
                ..said("because")
            },
        );
        let session = room.state.session(SessionId(1)).unwrap();
        let turns: Vec<Turn> = session.turns().cloned().collect();
        assert_eq!(
            turns,
            [Turn {
                call: calls[0],
                task,
                purpose: Purpose::Answer,
                prompt: Text::from("why?"),
                started,
                state: TurnState::Answered {
                    at: room.now,
                    text: Text::from("because"),
                    value: None,
                    usage,
                },
            }]
        );
        assert_eq!((session.busy(), session.turns_ever()), (None, 1));
        let member = room.state.member(&name("codex")).unwrap();
        let record = Record {
            answered: 1,
            time: Span::secs(3),
            first_text: Span(400),
            first_texts: 1,
            tokens: 15,
            micro_usd: 7,
            ..Record::default()
        };
        assert_eq!(member.record(), record);
        assert_eq!(member.record_on(TaskKind::Code), record);
        assert_eq!(member.record_on(TaskKind::Review), Record::default());
        let spend = Spend {
            tokens: 15,
            micro_usd: 7,
            time: Span::secs(3),
            day: room.now.day(),
        };
        assert_eq!(*room.state.spend(), spend);
    }

    #[test]
    fn the_time_in_which_the_operator_is_asked_is_not_the_members() {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(TaskOrder::new("a"));
        let answered = |room: &mut Room, item| {
            let attention = AttentionId(item);
            let reply = Reply::Allow;
            room.command(&Command::Answer { attention, reply });
        };
        room.wait(Span::secs(2));
        room.report(&question(calls[0], 1));
        room.wait(Span::secs(30));
        room.report(&question(calls[0], 2));
        answered(&mut room, 1);
        room.wait(Span::secs(60));
        let (call, ask) = (calls[0], AskId(2));
        room.report(&Report::Withdrawn { call, ask });
        room.wait(Span::secs(3));
        room.report(&question(calls[0], 3));
        room.wait(Span::secs(500));
        room.answer(calls[0], said("done"));
        let record = room.state.member(&name("codex")).unwrap().record();
        assert_eq!(record.mean_time(), Some(Span::secs(5)));
    }

    #[test]
    fn a_failure_counts_against_its_member_and_a_cancel_does_not() {
        let mut room = Room::of(&["codex"]);
        let (_, calls) = room.add(TaskOrder::new("a"));
        room.fail(calls[0], FailureKind::Refused);
        let (task, _) = room.add(TaskOrder::new("b"));
        room.command(&crate::core::Command::CancelTask { task });
        let record = room.state.member(&name("codex")).unwrap().record();
        let failed = 1;
        assert_eq!(
            record,
            Record {
                failed,
                ..Record::default()
            }
        );
    }

    #[test]
    fn what_is_kept_of_long_texts_is_bounded() {
        let mut room = Room::of(&["codex"]);
        let long = "x".repeat(1_000_000);
        let (_, calls) = room.add(TaskOrder::new(long.as_str()));
        let mut failure = Failure::new(FailureKind::Refused, long.as_str());
        failure.said = Text::from(long.as_str());
        let partial = Text::from(long.as_str());
        room.end(calls[0], Ending::Failed { failure, partial });
        let Some(Ending::Failed { failure, partial }) = room.state.call(calls[0]).unwrap().ending()
        else {
            panic!("not failed");
        };
        let sizes = [failure.message.len(), failure.said.len(), partial.len()];
        assert!(
            sizes.iter().all(|size| *size < SAID_KEPT + 100),
            "{sizes:?}"
        );
        let session = room.state.session(SessionId(1)).unwrap();
        let turn = session.turns().next_back().unwrap();
        assert!(turn.prompt.len() < TURN_TEXT_KEPT + 100);
        assert!(serde_json::to_string(session).unwrap().len() < 4 * TURN_TEXT_KEPT);
    }

    #[test]
    fn a_session_keeps_its_latest_turns() {
        let mut room = Room::of(&["codex"]);
        for _ in 0..TURNS_KEPT + 3 {
            let (_, calls) = room.add(TaskOrder::new("a"));
            room.answer(calls[0], said("b"));
        }
        let session = room.state.session(SessionId(1)).unwrap();
        let first = session.turns().next().unwrap().task;
        assert_eq!(session.turns().len(), TURNS_KEPT);
        assert_eq!((first, session.turns_ever()), (TaskId(4), 67));
    }
}
