//! What the operator does about conflicts.

use pretty_assertions::assert_eq;

use crate::core::fixture::{Room, name, number, order, results, said};
use crate::core::ladder::{ContestOrder, Ladder, OperatorBallot, Rung, Stage};
use crate::core::{
    Command, Event, Outcome, Phase, Refusal, Reply, Strategy, TaskId, TaskOrder, Text,
};

fn with(room: &mut Room, rungs: &[Rung]) {
    room.command(&Command::SetLadder(Ladder {
        rungs: rungs.to_vec(),
        ..Ladder::default()
    }));
}

/// A council whose answers differ, and its task.
fn divided(room: &mut Room) -> TaskId {
    let (task, calls) = room.add(order(Strategy::Council, &["codex", "gpt"]));
    room.answer(calls[0], number("41"));
    room.answer(calls[1], number("42"));
    task
}

fn ordered(task: TaskId, order: ContestOrder) -> Command {
    Command::Contest { task, order }
}

fn stage(room: &Room, task: TaskId) -> Stage {
    room.state.contest(task).unwrap().stage()
}

#[test]
fn the_operator_calls_the_expert_and_another_round() {
    let mut room = Room::of(&["codex", "gpt", "claude"]);
    let task = divided(&mut room);
    assert_eq!(stage(&room, task), Stage::On(Rung::Operator));
    room.command(&ordered(task, ContestOrder::Climb(Rung::Expert)));
    assert_eq!(room.state.attention().len(), 0);
    room.follow();
    let asked: Vec<String> = room
        .state
        .contest(task)
        .unwrap()
        .open()
        .map(|one| one.member().to_string())
        .collect();
    assert_eq!(asked, ["claude"]);
    // Another round calls the expert off.
    room.command(&ordered(task, ContestOrder::Climb(Rung::Consensus)));
    room.follow();
    let contest = room.state.contest(task).unwrap();
    let asked: Vec<&str> = contest.open().map(|one| one.member().as_str()).collect();
    assert_eq!(asked, ["codex", "gpt"]);
    assert_eq!(room.state.calls_in_flight().count(), 2);
}

#[test]
fn the_operators_own_ballot_is_kept_once_and_must_fit() {
    let mut room = Room::of(&["codex", "gpt"]);
    let task = divided(&mut room);
    let ballot = |ranking: &[&[usize]]| {
        let ranking = ranking.iter().map(|level| level.to_vec()).collect();
        ordered(task, ContestOrder::Ballot(OperatorBallot::ranked(ranking)))
    };
    let far = Refusal::NoSuchCandidate { task, candidate: 2 };
    assert_eq!(room.refused(&ballot(&[&[2]])), far);
    for bad in [ballot(&[&[0], &[0]]), ballot(&[]), ballot(&[&[]])] {
        assert!(matches!(room.refused(&bad), Refusal::BadBallot { .. }));
    }
    let full = |scores: &[(usize, u8)], sure| OperatorBallot {
        ranking: vec![vec![1], vec![], vec![0]],
        scores: scores.iter().copied().collect(),
        sure,
    };
    for (scores, sure, says) in [
        (&[(2, 5)][..], None, "does not rank"),
        (&[(1, 11)], None, "from 0 to 10"),
        (&[], Some(11), "from 0 to 10"),
    ] {
        let refused = room.refused(&ordered(task, ContestOrder::Ballot(full(scores, sure))));
        assert!(refused.to_string().contains(says), "{refused}");
    }
    room.command(&ordered(
        task,
        ContestOrder::Ballot(full(&[(1, 9)], Some(7))),
    ));
    let own = room.state.contest(task).unwrap().own_ballot().unwrap();
    let kept = OperatorBallot {
        ranking: vec![vec![1], vec![0]],
        ..full(&[(1, 9)], Some(7))
    };
    assert_eq!(*own, kept);
    let twice = room.refused(&ballot(&[&[0]]));
    assert!(matches!(twice, Refusal::BadBallot { .. }));
}

#[test]
fn what_is_sent_back_is_asked_again_with_the_comment() {
    let mut room = Room::of(&["codex", "gpt"]);
    let task = divided(&mut room);
    let comment = Text::from("count the last one too");
    room.command(&ordered(task, ContestOrder::SendBack { comment }));
    room.follow();
    let Phase::Ended {
        outcome: Outcome::Failed { why },
        ..
    } = room.phase(task)
    else {
        panic!("{:?}", room.phase(task));
    };
    assert_eq!(why, "its answers were sent back as #2");
    let again = room.state.task(TaskId(2)).unwrap();
    assert!(
        again
            .order()
            .prompt
            .as_str()
            .ends_with("count the last one too")
    );
    assert_eq!(again.council(), [name("codex"), name("gpt")]);
    assert_eq!(room.state.attention().len(), 0);
}

#[test]
fn what_others_wait_for_is_not_sent_back_and_keeps_what_it_waited_for() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (ground, calls) = room.add(order(Strategy::Solo, &["codex"]));
    room.answer(calls[0], said("groundwork"));
    let (task, calls) = room.add(TaskOrder {
        after: vec![ground],
        ..order(Strategy::Council, &["codex", "gpt"])
    });
    room.answer(calls[0], number("41"));
    room.answer(calls[1], number("42"));
    let (waits, _) = room.add(TaskOrder {
        after: vec![task],
        ..order(Strategy::Solo, &["codex"])
    });
    let comment = Text::from("again");
    let back = ordered(task, ContestOrder::SendBack { comment });
    assert_eq!(room.refused(&back), Refusal::Awaited { task });
    room.command(&Command::CancelTask { task: waits });
    let again = room.state.next_task();
    room.command(&back);
    assert_eq!(room.state.task(again).unwrap().order().after, [ground]);
}

#[test]
fn a_dismissed_conflict_fails_with_the_reason() {
    let mut room = Room::of(&["codex", "gpt"]);
    with(&mut room, &[Rung::Consensus]);
    let task = divided(&mut room);
    let reason = "both guess".to_owned();
    room.command(&ordered(task, ContestOrder::Dismiss { reason }));
    room.follow();
    assert_eq!(room.state.open_tasks().count(), 0);
    let Phase::Ended {
        outcome: Outcome::Failed { why },
        ..
    } = room.phase(task)
    else {
        panic!("{:?}", room.phase(task));
    };
    assert!(why.ends_with("took none of them: both guess"), "{why}");
}

#[test]
fn a_settled_conflict_is_opened_again_and_settled_otherwise() {
    let mut room = Room::of(&["codex", "gpt"]);
    let task = divided(&mut room);
    let reopen = ordered(task, ContestOrder::Reopen);
    let early = Refusal::NothingToReopen { task };
    assert_eq!(room.refused(&reopen), early);
    room.command(&Command::Choose {
        task,
        candidate: 0,
        among: None,
    });
    let won = |room: &Room, member: &str| {
        let record = room.state.member(&name(member)).unwrap().record();
        (record.won, record.lost)
    };
    assert_eq!((won(&room, "codex"), won(&room, "gpt")), ((1, 0), (0, 1)));
    assert_eq!(
        room.refused(&Command::Choose {
            task,
            candidate: 1,
            among: None
        }),
        Refusal::TaskOver { task }
    );
    room.command(&reopen);
    assert_eq!(room.state.attention().len(), 1);
    room.command(&Command::Choose {
        task,
        candidate: 1,
        among: None,
    });
    assert_eq!((won(&room, "codex"), won(&room, "gpt")), ((0, 1), (1, 0)));
    assert_eq!(room.state.attention().len(), 0);
    let Some(Outcome::Done { result, .. }) = room.state.task(task).unwrap().outcome() else {
        panic!("{:?}", room.phase(task));
    };
    assert_eq!(*result, Text::from("42"));
    assert_eq!(stage(&room, task), Stage::Over);
}

#[test]
fn what_the_operator_chooses_keeps_who_stood_for_something_else() {
    let mut room = Room::of(&["codex", "gpt"]);
    let task = divided(&mut room);
    room.command(&Command::Choose {
        task,
        candidate: 0,
        among: Some(2),
    });
    let decision = room.state.contest(task).unwrap().decision().unwrap();
    let dissent: Vec<&str> = decision
        .dissent
        .iter()
        .map(|it| it.member.as_str())
        .collect();
    assert_eq!(dissent, ["gpt"]);
    assert_eq!(decision.reopen_if, "gpt brings new evidence");
}

#[test]
fn a_result_written_by_hand_stands_on_all_answers() {
    let mut room = Room::of(&["codex", "gpt"]);
    let task = divided(&mut room);
    room.command(&Command::Choose {
        task,
        candidate: 0,
        among: None,
    });
    room.command(&ordered(task, ContestOrder::Reopen));
    let text = Text::from("43");
    room.command(&Command::DecideByText { task, text });
    let Some(Outcome::Done { from, .. }) = room.state.task(task).unwrap().outcome() else {
        panic!("{:?}", room.phase(task));
    };
    assert_eq!(from.len(), 2);
}

#[test]
fn an_answer_is_not_chosen_by_a_number_that_it_had_before() {
    let mut room = Room::of(&["a", "b", "c"]);
    let (task, calls) = room.add(order(Strategy::Council, &["a", "b", "c"]));
    for (call, value) in calls.iter().zip(["41", "42", "43"]) {
        room.answer(*call, number(value));
    }
    let mut candidates = room.state.contest(task).unwrap().candidates().to_vec();
    let last = candidates.remove(2);
    candidates[1].calls.extend(last.calls);
    room.fold(vec![Event::CandidatesJoined {
        task,
        candidates,
        silent: 0,
    }]);
    let choose = |among| Command::Choose {
        task,
        candidate: 1,
        among,
    };
    let joined = Refusal::CandidatesJoined { task };
    assert_eq!(room.refused(&choose(Some(3))), joined);
    room.command(&choose(Some(2)));
    assert_eq!(stage(&room, task), Stage::Over);
}

#[test]
fn a_conflict_that_was_opened_again_may_be_left_as_it_was() {
    let mut room = Room::of(&["codex", "gpt"]);
    let task = divided(&mut room);
    let chosen = room.command(&Command::Choose {
        task,
        candidate: 0,
        among: None,
    });
    assert_eq!(results(&chosen), [Text::from("41")]);
    room.command(&ordered(task, ContestOrder::Reopen));
    let attention = room.state.attention().next().unwrap().id;
    let reply = Reply::Deny {
        reason: "it was right".to_owned(),
    };
    let events = room.command(&Command::Answer { attention, reply });
    assert!(matches!(
        events.as_slice(),
        [Event::AttentionResolved { .. }]
    ));
    assert_eq!(stage(&room, task), Stage::Over);
    assert_eq!(
        room.refused(&Command::Choose {
            task,
            candidate: 1,
            among: None
        }),
        Refusal::TaskOver { task }
    );
}

#[test]
fn a_task_without_a_conflict_has_nothing_to_order() {
    let mut room = Room::of(&["codex"]);
    let (task, calls) = room.add(order(Strategy::Solo, &["codex"]));
    room.answer(calls[0], said("yes"));
    assert_eq!(
        room.refused(&ordered(task, ContestOrder::Reopen)),
        Refusal::NothingToChoose { task }
    );
}
