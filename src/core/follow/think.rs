//! Takes a thinking session on: a thought that can be read is taken in, the answer after the last one
//! ends the task. Which call comes next is read from the slots.

use crate::core::follow::conclude::{Standings, done, failed, solo};
use crate::core::follow::standing::{Slot, Standing, last_call};
use crate::core::{Basis, Ending, Event, Purpose, State, Task};

/// A thought that can be read is taken in; the answer after the last one is the result. A member
/// that cannot be reached any more is followed by another, who goes on with the thoughts so far; one
/// whose thoughts cannot be read ends the session.
pub(super) fn think(state: &State, task: &Task, standings: &Standings) -> Vec<Event> {
    let Some((slot, standing)) = standings.first() else {
        return Vec::new();
    };
    let again = Purpose::ThoughtAgain(task.thinking.next_number());
    match (slot.purpose, standing) {
        (Purpose::Thought(_), Standing::Answered(call, answer)) => {
            let read = task.thinking.read(answer.text.as_str()).ok();
            let proposed = read.map(|thought| Event::ThoughtProposed {
                task: task.id,
                call: *call,
                thought,
            });
            proposed.into_iter().collect()
        }
        (_, Standing::Answered(call, answer)) => {
            vec![done(task, answer, vec![*call], Basis::Conclusion)]
        }
        (_, Standing::Failed(_)) if asked_twice(state, task, slot, again) => {
            vec![failed(task, standings)]
        }
        (
            _,
            Standing::Failed(_)
            | Standing::LoggedOut(_)
            | Standing::Cancelled
            | Standing::Wanted
            | Standing::Again
            | Standing::Running
            | Standing::Unreadable(_),
        ) => solo(state, task, standings),
    }
}

/// Whether a member gave a thought or a plan twice, and it could not be read either time.
pub(super) fn asked_twice(state: &State, task: &Task, slot: &Slot, again: Purpose) -> bool {
    last_call(state, task, &slot.member, again)
        .is_some_and(|(_, call)| matches!(call.ending(), Some(Ending::Answered(_))))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::fixture::{Room, failed, name, order, said, started, starts};
    use crate::core::{
        Access, Basis, CallId, Command, Effect, Ending, Event, Failure, FailureKind, Keeper,
        Outcome, Phase, Purpose, Reach, RecordOrder, Reply, Report, Span, Strategy, TaskId, Text,
        Thought, resume,
    };

    const MORE: &str = r#"{"thought":"more","next_thought_needed":true}"#;
    const LAST: &str = r#"{"thought":"last","next_thought_needed":false}"#;

    fn tool(history: u32, replayed: u32) -> Keeper {
        Keeper::Tool { history, replayed }
    }

    fn record(room: &mut Room, task: TaskId, number: u32, keeper: Keeper) -> Vec<Event> {
        let kept = room.state.task(task).unwrap().thinking().kept();
        let call = kept[number as usize - 1].call();
        room.report(&Report::ThoughtRecorded { task, call, keeper });
        room.follow()
    }

    fn thinking(members: &[&str]) -> (Room, TaskId, Vec<CallId>) {
        let mut room = Room::of(members);
        let (task, calls) = room.add(order(Strategy::Think, &[]));
        (room, task, calls)
    }

    fn proposed(task: TaskId, call: CallId, number: u32, text: &str, more: bool) -> Event {
        Event::ThoughtProposed {
            task,
            call,
            thought: Thought {
                number,
                text: Text::from(text),
                revises: None,
                branch: None,
                total: number,
                needs_more: false,
                more,
            },
        }
    }

    fn recordings(room: &Room) -> Vec<RecordOrder> {
        let effects = room.effects.iter();
        let mut orders = Vec::new();
        for effect in effects {
            if let Effect::RecordThought(order) = effect {
                orders.push(order.as_ref().clone());
            }
        }
        orders
    }

    fn why(room: &Room, task: TaskId) -> String {
        match room.state.task(task).unwrap().outcome() {
            Some(Outcome::Failed { why }) => why.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn thoughts_are_recorded_one_by_one_and_the_answer_after_the_last_is_the_result() {
        let (mut room, task, first) = thinking(&["codex"]);
        assert_eq!(
            room.answer(first[0], said(MORE)),
            [proposed(task, first[0], 1, "more", true)]
        );
        assert_eq!(recordings(&room).len(), 1);
        let second = record(&mut room, task, 1, tool(1, 0));
        assert_eq!(
            starts(&second),
            [(CallId(2), Purpose::Thought(2), Vec::new())]
        );
        room.answer(CallId(2), said(LAST));
        let numbers = |order: &RecordOrder| -> Vec<u32> {
            order.thoughts.iter().map(|it| it.number).collect()
        };
        assert_eq!(numbers(&recordings(&room)[1]), [1, 2]);
        let third = record(&mut room, task, 2, tool(2, 0));
        assert_eq!(starts(&third), [(CallId(3), Purpose::Conclude, Vec::new())]);
        assert_eq!(
            room.effects.iter().rev().nth(1),
            Some(&Effect::EndThinking { task })
        );
        let outcome = Outcome::Done {
            result: Text::from("so it is"),
            from: vec![CallId(3)],
            basis: Basis::Conclusion,
        };
        assert_eq!(
            room.answer(CallId(3), said("so it is")),
            [Event::TaskConcluded { task, outcome }]
        );
    }

    #[test]
    fn calls_are_told_the_thoughts_and_not_their_own_turns() {
        let (mut room, task, first) = thinking(&["codex"]);
        room.answer(first[0], said(MORE));
        record(&mut room, task, 1, tool(1, 0));
        let Some(Effect::StartCall(order)) = room.effects.last() else {
            panic!("{:?}", room.effects);
        };
        let told = order.thinking.as_ref().unwrap();
        assert_eq!((told.thoughts.len(), told.most, &told.flaw), (1, 12, &None));
        assert_eq!(order.history, []);
    }

    #[test]
    fn a_bound_ends_the_thinking() {
        let mut room = Room::of(&["codex"]);
        room.command(&Command::BoundThoughts { most: 1 });
        let (task, first) = room.add(order(Strategy::Think, &[]));
        // Too late for a session that has begun.
        room.command(&Command::BoundThoughts { most: 9 });
        room.answer(first[0], said(MORE));
        let next = record(&mut room, task, 1, tool(1, 0));
        assert_eq!(starts(&next), [(CallId(2), Purpose::Conclude, Vec::new())]);
    }

    #[test]
    fn what_cannot_be_read_is_asked_for_once_more_with_the_reason() {
        let (mut room, task, first) = thinking(&["codex", "gpt"]);
        let again = room.answer(first[0], said("It races, I think."));
        let purpose = Purpose::ThoughtAgain(1);
        assert_eq!(starts(&again), [(CallId(2), purpose, Vec::new())]);
        let Some(Effect::StartCall(order)) = room.effects.last() else {
            panic!("{:?}", room.effects);
        };
        let flaw = order.thinking.as_ref().unwrap().flaw.clone().unwrap();
        assert!(flaw.starts_with("there is no JSON object"), "{flaw}");
        assert_eq!(
            room.answer(CallId(2), said(LAST)),
            [proposed(task, CallId(2), 1, "last", false)]
        );
    }

    #[test]
    fn what_cannot_be_read_twice_ends_the_session_with_the_reason() {
        let (mut room, task, first) = thinking(&["codex", "gpt"]);
        room.answer(first[0], said("It races."));
        room.answer(
            CallId(2),
            said(r#"{"thought":"a","next_thought_needed":true,"revises":4}"#),
        );
        assert_eq!(
            why(&room, task),
            "codex: its thought 1 cannot be read, also not when asked again: `revises` names \
             thought 4, and there is no thought yet"
        );
    }

    #[test]
    fn another_member_goes_on_with_the_thoughts_of_one_that_cannot_be_reached() {
        let (mut room, task, first) = thinking(&["codex", "gpt"]);
        room.answer(first[0], said(MORE));
        let second = started(&record(&mut room, task, 1, tool(1, 0)));
        let events = room.fail(second[0], FailureKind::Auth);
        assert_eq!(
            starts(&events),
            [(CallId(3), Purpose::Thought(2), Vec::new())]
        );
        let of = |call| room.state.call(call).unwrap().member().clone();
        assert_eq!((of(CallId(2)), of(CallId(3))), (name("codex"), name("gpt")));
    }

    #[test]
    fn a_passing_failure_is_tried_again() {
        let (mut room, task, first) = thinking(&["codex"]);
        room.end(first[0], failed(FailureKind::Overloaded));
        room.wait(Span::secs(3));
        let again = room.follow();
        assert_eq!(
            starts(&again),
            [(CallId(2), Purpose::Thought(1), Vec::new())]
        );
        room.answer(CallId(2), said(MORE));
        assert_eq!(*room.phase(task), Phase::Working);
    }

    #[test]
    fn a_passing_failure_of_the_second_asking_is_tried_again_like_the_first() {
        let (mut room, task, first) = thinking(&["codex"]);
        room.answer(first[0], said("prose"));
        let again = Purpose::ThoughtAgain(1);
        for (call, kind) in [
            (2, FailureKind::RateLimited),
            (3, FailureKind::Crashed),
            (4, FailureKind::Auth),
        ] {
            assert_eq!(room.end(CallId(call), failed(kind)), [], "not at once");
            room.wait(Span::secs(6));
            if kind == FailureKind::Auth {
                let attention = room.state.attention().next().unwrap().id;
                let reply = Reply::Allow;
                room.command(&Command::Answer { attention, reply });
            }
            let next = (CallId(call + 1), again, Vec::new());
            assert_eq!(starts(&room.follow()), [next], "{kind:?}");
        }
        assert_eq!(
            room.answer(CallId(5), said(LAST)),
            [proposed(task, CallId(5), 1, "last", false)]
        );
    }

    #[test]
    fn a_second_asking_that_keeps_failing_ends_the_session_with_the_reason() {
        let (mut room, task, first) = thinking(&["codex"]);
        room.answer(first[0], said("prose"));
        for call in 2..=4 {
            room.end(CallId(call), failed(FailureKind::Overloaded));
            room.wait(Span::secs(60));
            room.follow();
        }
        let why = why(&room, task);
        assert!(
            why.contains("asked again it failed (it went wrong)"),
            "{why}"
        );
    }

    #[test]
    fn nobody_waits_for_a_paused_member_to_give_its_thought_again() {
        let (mut room, _, first) = thinking(&["codex", "gpt"]);
        room.answer(first[0], said("prose"));
        let failure = Failure {
            retry_after: Some(Span::secs(60)),
            ..Failure::new(FailureKind::RateLimited, "wait")
        };
        let partial = Text::from("");
        room.end(CallId(2), Ending::Failed { failure, partial });
        room.wait(Span::secs(1));
        room.follow();
        let next = room.state.call(CallId(3)).unwrap();
        assert_eq!(
            (next.member(), next.purpose()),
            (&name("gpt"), Purpose::Thought(1))
        );
    }

    #[test]
    fn thoughts_that_are_too_long_for_the_model_are_told_in_digests_once() {
        let (mut room, task, first) = thinking(&["codex"]);
        let long = "The login test races with the token. It waits for nothing at all. ";
        let long = serde_json::json!({"thought": long.repeat(200), "next_thought_needed": true});
        room.answer(first[0], said(&long.to_string()));
        let second = started(&record(&mut room, task, 1, tool(1, 0)));
        let told = |room: &Room| {
            let mut sizes = Vec::new();
            for effect in &room.effects {
                if let Effect::StartCall(order) = effect {
                    let thoughts = &order.thinking.as_ref().unwrap().thoughts;
                    sizes.push(thoughts.iter().map(|it| it.text.len()).sum::<usize>());
                }
            }
            *sizes.last().unwrap()
        };
        assert!(told(&room) > 12_000, "{}", told(&room));
        let again = room.fail(second[0], FailureKind::ContextTooLong);
        assert_eq!(
            starts(&again),
            [(CallId(3), Purpose::Thought(2), Vec::new())]
        );
        assert!((100..=8 * 1024).contains(&told(&room)), "{}", told(&room));
        // Once; and what was too long for one thought is not told in full for the next.
        room.answer(CallId(3), said(LAST));
        record(&mut room, task, 2, tool(2, 0));
        assert!(told(&room) <= 8 * 1024 + 100, "{}", told(&room));
        room.fail(CallId(4), FailureKind::ContextTooLong);
        assert_eq!(why(&room, task), "codex: it went wrong");
    }

    #[test]
    fn a_record_of_a_former_life_of_the_task_is_not_taken() {
        let (mut room, task, first) = thinking(&["codex"]);
        room.answer(first[0], said(MORE));
        room.command(&Command::CancelTask { task });
        room.command(&Command::RetryTask { task });
        let begun = started(&room.follow());
        room.answer(begun[0], said(MORE));
        let late = Report::ThoughtRecorded {
            task,
            call: first[0],
            keeper: tool(1, 0),
        };
        let about = "record of a thought of #1 by c1".to_owned();
        assert_eq!(room.report(&late), [Event::ReportStale { about }]);
        assert_eq!(starts(&room.follow()), []);
        let next = record(&mut room, task, 1, tool(1, 0));
        assert_eq!(
            starts(&next),
            [(CallId(3), Purpose::Thought(2), Vec::new())]
        );
    }

    #[test]
    fn a_room_that_died_has_the_thoughts_told_again_before_it_goes_on() {
        let (mut room, task, first) = thinking(&["codex"]);
        room.answer(first[0], said(MORE));
        let second = started(&record(&mut room, task, 1, tool(1, 0)));
        room.answer(second[0], said(MORE));
        // Killed between the thought and its record, and once more after it.
        for recorded_first in [false, true] {
            if recorded_first {
                record(&mut room, task, 2, tool(2, 1));
            }
            room.effects.clear();
            let events = resume(&room.state, room.now, "ignored");
            room.fold(events);
            assert_eq!(recordings(&room).len(), 1);
            assert_eq!(recordings(&room)[0].thoughts.len(), 2);
            assert_eq!(starts(&room.follow()), []);
        }
        let next = record(&mut room, task, 2, tool(2, 1));
        assert_eq!(
            starts(&next),
            [(CallId(4), Purpose::Thought(3), Vec::new())]
        );
    }

    #[test]
    fn an_interrupted_repair_is_made_again() {
        let (mut room, _, first) = thinking(&["codex"]);
        room.answer(first[0], said("prose"));
        room.report(&Report::Ended {
            call: CallId(2),
            ending: Ending::Interrupted,
        });
        let again = room.follow();
        let purpose = Purpose::ThoughtAgain(1);
        assert_eq!(starts(&again), [(CallId(3), purpose, Vec::new())]);
    }

    #[test]
    fn a_cancelled_session_ends_its_tool_and_late_records_are_counted() {
        let (mut room, task, first) = thinking(&["codex"]);
        room.answer(first[0], said(MORE));
        room.command(&Command::CancelTask { task });
        assert_eq!(room.effects.last(), Some(&Effect::EndThinking { task }));
        let late = Report::ThoughtRecorded {
            task,
            call: first[0],
            keeper: tool(1, 0),
        };
        let about = "record of a thought of #1 by c1".to_owned();
        assert_eq!(room.report(&late), [Event::ReportStale { about }]);
        // Worked again, it begins anew.
        room.command(&Command::RetryTask { task });
        let begun = starts(&room.follow());
        assert_eq!(begun, [(CallId(2), Purpose::Thought(1), Vec::new())]);
    }

    #[test]
    fn a_member_that_can_be_held_to_reading_is() {
        for (reach, access) in [
            (Reach::Text, Access::Read),
            (Reach::Sandboxed, Access::Read),
            (Reach::Unguarded, Access::Write),
        ] {
            let mut room = Room::with(&[("codex", reach)]);
            let (_, calls) = room.add(order(Strategy::Think, &[]));
            assert_eq!(room.state.call(calls[0]).unwrap().access(), access);
        }
    }
}
