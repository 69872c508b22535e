//! Ends a task once its strategy has what it needs, or finds that its answers differ.

use crate::core::conflict::detect::candidates;
use crate::core::decide::cancel_calls;
use crate::core::follow::standing::{Slot, Standing, slots, standing};
use crate::core::follow::think::think;
use crate::core::routing::{Routing, route};
use crate::core::{
    Answer, Attention, AttentionId, Basis, CallId, Event, Outcome, Phase, State, Strategy, Subject,
    Task,
};

/// The end of the first task that has come to one.
pub(super) fn next(state: &State) -> Vec<Event> {
    let under_way = state
        .routed_tasks()
        .filter(|task| matches!(task.phase, Phase::Queued | Phase::Working));
    under_way
        .map(|task| conclude(state, task))
        .find(|events| !events.is_empty())
        .unwrap_or_default()
}

pub(super) type Standings = [(Slot, Standing)];

fn conclude(state: &State, task: &Task) -> Vec<Event> {
    let standings: Vec<(Slot, Standing)> = slots(task)
        .into_iter()
        .map(|slot| {
            let standing = standing(state, task, &slot);
            (slot, standing)
        })
        .collect();
    match task.order.strategy {
        Strategy::Solo => solo(state, task, &standings),
        Strategy::Race => race(state, task, &standings),
        Strategy::Council => council(state, task, &standings),
        Strategy::Chain => chain(task, &standings),
        Strategy::Think => think(state, task, &standings),
    }
}

fn solo(state: &State, task: &Task, standings: &Standings) -> Vec<Event> {
    match standings.first() {
        Some((_, Standing::Answered(call, answer))) => {
            vec![done(task, answer, vec![*call], Basis::Only)]
        }
        Some((_, Standing::Failed(_))) => reroute(state, task, standings),
        Some((_, Standing::Cancelled)) => vec![concluded(task, Outcome::Cancelled)],
        Some((
            _,
            Standing::Wanted | Standing::Again | Standing::Running | Standing::Unreadable(_),
        ))
        | None => Vec::new(),
    }
}

/// When one member has failed for good, a solo task goes to the next best, or to the next that it
/// names.
pub(super) fn reroute(state: &State, task: &Task, standings: &Standings) -> Vec<Event> {
    let calls = task.calls.iter().filter_map(|call| state.call(*call));
    let tried: Vec<_> = calls.map(|call| call.member.clone()).collect();
    match route(state, &task.order, &tried) {
        Routing::Now(routed) => vec![Event::TaskRouted {
            task: task.id,
            council: routed.council,
            because: format!("after a failure, {}", routed.because),
        }],
        Routing::Later => Vec::new(),
        Routing::Never(_) => vec![failed(task, standings)],
    }
}

fn race(state: &State, task: &Task, standings: &Standings) -> Vec<Event> {
    let first = standings.iter().find_map(|(_, standing)| standing.answer());
    if let Some((call, answer)) = first {
        let mut events = cancel_calls(state, task);
        events.push(done(task, answer, vec![call], Basis::First));
        return events;
    }
    without_answers(task, standings)
}

fn council(state: &State, task: &Task, standings: &Standings) -> Vec<Event> {
    if !standings.iter().all(|(_, standing)| standing.is_settled()) {
        return Vec::new();
    }
    let answers: Vec<(CallId, &Answer)> = standings
        .iter()
        .filter_map(|(_, standing)| standing.answer())
        .collect();
    let Some((_, first)) = answers.first() else {
        return without_answers(task, standings);
    };
    let found = candidates(&answers);
    let quorum = answers.len() >= 2 && answers.len() * 2 > standings.len();
    if let ([one], true) = (found.as_slice(), quorum) {
        let calls = one.calls.clone();
        let agreement = Event::AgreementFound {
            task: task.id,
            calls: calls.clone(),
        };
        return vec![agreement, done(task, first, calls, Basis::Agreement)];
    }
    let since = state.calls_ended_at(task);
    let attention = Attention {
        id: AttentionId(state.next.attention),
        subject: Subject::Choice { task: task.id },
        since,
        expires: None,
    };
    vec![
        Event::ConflictFound {
            task: task.id,
            candidates: found,
        },
        Event::AttentionRaised { attention },
    ]
}

fn chain(task: &Task, standings: &Standings) -> Vec<Event> {
    for (_, standing) in standings {
        match standing {
            Standing::Answered(..) => {}
            Standing::Failed(_) => return vec![failed(task, standings)],
            Standing::Cancelled => return vec![concluded(task, Outcome::Cancelled)],
            Standing::Wanted | Standing::Again | Standing::Running | Standing::Unreadable(_) => {
                return Vec::new();
            }
        }
    }
    let last = standings.last().and_then(|(_, standing)| standing.answer());
    last.map_or_else(Vec::new, |(call, answer)| {
        vec![done(task, answer, vec![call], Basis::LastStep)]
    })
}

/// The end of a task in which nobody answered, once nobody can any more.
fn without_answers(task: &Task, standings: &Standings) -> Vec<Event> {
    if standings.is_empty() || !standings.iter().all(|(_, standing)| standing.is_settled()) {
        return Vec::new();
    }
    if standings
        .iter()
        .all(|(_, standing)| *standing == Standing::Cancelled)
    {
        return vec![concluded(task, Outcome::Cancelled)];
    }
    vec![failed(task, standings)]
}

pub(super) fn done(task: &Task, answer: &Answer, from: Vec<CallId>, basis: Basis) -> Event {
    concluded(
        task,
        Outcome::Done {
            result: answer.text.clone(),
            from,
            basis,
        },
    )
}

pub(super) fn failed(task: &Task, standings: &Standings) -> Event {
    let reasons: Vec<String> = standings
        .iter()
        .filter_map(|(slot, standing)| match standing {
            Standing::Failed(why) => Some(format!("{}: {why}", slot.member)),
            Standing::Cancelled => Some(format!("{}: cancelled", slot.member)),
            Standing::Wanted
            | Standing::Again
            | Standing::Running
            | Standing::Unreadable(_)
            | Standing::Answered(..) => None,
        })
        .collect();
    concluded(
        task,
        Outcome::Failed {
            why: reasons.join("; "),
        },
    )
}

pub(super) fn concluded(task: &Task, outcome: Outcome) -> Event {
    Event::TaskConcluded {
        task: task.id,
        outcome,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::fixture::{Room, number, order, said, started};
    use crate::core::{
        Basis, CallId, Command, Ending, Event, FailureKind, Outcome, Phase, Reach, Strategy,
        Subject, TaskId, Text,
    };

    fn concluded(task: TaskId, outcome: Outcome) -> Event {
        Event::TaskConcluded { task, outcome }
    }

    fn done(result: &str, from: &[CallId], basis: Basis) -> Outcome {
        Outcome::Done {
            result: Text::from(result),
            from: from.to_vec(),
            basis,
        }
    }

    fn failed(why: &str) -> Outcome {
        Outcome::Failed {
            why: why.to_owned(),
        }
    }

    #[test]
    fn a_solo_task_is_done_with_its_only_answer() {
        let mut room = Room::of(&["codex"]);
        let (task, calls) = room.add(order(Strategy::Solo, &[]));
        let events = room.answer(calls[0], said("because"));
        let outcome = done("because", &calls, Basis::Only);
        assert_eq!(events, [concluded(task, outcome)]);
    }

    #[test]
    fn a_solo_task_goes_to_the_next_member_when_one_has_failed_for_good() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (task, calls) = room.add(order(Strategy::Solo, &["gpt", "codex"]));
        assert_eq!(room.state.task(task).unwrap().council()[0].as_str(), "gpt");
        let again = started(&room.fail(calls[0], FailureKind::Auth));
        assert_eq!(
            room.state.task(task).unwrap().council()[0].as_str(),
            "codex"
        );
        let events = room.fail(again[0], FailureKind::Refused);
        assert_eq!(events, [concluded(task, failed("codex: it went wrong"))]);
    }

    #[test]
    fn a_solo_task_waits_for_the_next_member_while_that_one_is_busy() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (_, of_gpt) = room.add(order(Strategy::Solo, &["gpt"]));
        let (task, of_codex) = room.add(order(Strategy::Solo, &[]));
        assert_eq!(room.fail(of_codex[0], FailureKind::Auth), []);
        assert_eq!(*room.phase(task), Phase::Working);
        let events = room.answer(of_gpt[0], said("done"));
        assert_eq!(started(&events).len(), 1);
    }

    #[test]
    fn the_first_of_a_race_stands_and_the_others_are_cancelled() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (task, calls) = room.add(order(Strategy::Race, &[]));
        room.bind(calls[0], "thread-1");
        let events = room.answer(calls[1], said("me"));
        let session = room.state.call(calls[0]).unwrap().session();
        assert_eq!(
            events,
            [
                Event::CallEnded {
                    call: calls[0],
                    ending: Ending::Cancelled {
                        partial: Text::from("")
                    },
                },
                Event::SessionUnbound { session },
                concluded(task, done("me", &calls[1..], Basis::First)),
            ]
        );
    }

    #[test]
    fn a_race_goes_on_when_one_fails_and_ends_when_all_have() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (task, calls) = room.add(order(Strategy::Race, &[]));
        assert_eq!(room.fail(calls[0], FailureKind::Auth), []);
        let events = room.fail(calls[1], FailureKind::Refused);
        let why = "codex: it went wrong; gpt: it went wrong";
        assert_eq!(events, [concluded(task, failed(why))]);
    }

    #[test]
    fn a_race_of_members_that_are_down_ends_and_says_why() {
        let mut room = Room::of(&["codex", "gpt"]);
        room.down("codex");
        room.down("gpt");
        let task = room.state.next_task();
        room.command(&Command::AddTask(order(Strategy::Race, &["codex", "gpt"])));
        let why = "codex: it is down: no such program; gpt: it is down: no such program";
        assert_eq!(room.follow(), [concluded(task, failed(why))]);
    }

    #[test]
    fn a_council_that_agrees_is_done() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (task, calls) = room.add(order(Strategy::Council, &[]));
        assert_eq!(room.answer(calls[0], number("42")), []);
        let events = room.answer(calls[1], number("42.0"));
        let agreement = Event::AgreementFound {
            task,
            calls: calls.clone(),
        };
        let end = concluded(task, done("42", &calls, Basis::Agreement));
        assert_eq!(events, [agreement, end]);
        let record = room.state.members().next().unwrap().record();
        assert_eq!((record.won, record.lost), (1, 0));
    }

    #[test]
    fn a_council_that_differs_asks_the_operator() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (task, calls) = room.add(order(Strategy::Council, &[]));
        room.answer(calls[0], number("42"));
        room.answer(calls[1], number("41"));
        let item = room.state.attention().next().unwrap().clone();
        assert_eq!(item.subject, Subject::Choice { task });
        let Phase::Deciding {
            candidates,
            attention,
        } = room.phase(task)
        else {
            panic!("{:?}", room.phase(task));
        };
        assert_eq!((candidates.len(), *attention), (2, item.id));
    }

    #[test]
    fn one_answer_of_three_is_no_agreement() {
        let mut room = Room::of(&["codex", "gpt", "claude"]);
        let (task, calls) = room.add(order(Strategy::Council, &[]));
        room.fail(calls[0], FailureKind::Auth);
        room.fail(calls[1], FailureKind::Auth);
        room.answer(calls[2], number("42"));
        let Phase::Deciding { candidates, .. } = room.phase(task) else {
            panic!("{:?}", room.phase(task));
        };
        assert_eq!(candidates[0].calls, [calls[2]]);
    }

    #[test]
    fn two_equal_answers_of_four_are_no_agreement() {
        let names = ["codex", "gpt", "claude", "gemini"];
        let mut room = Room::of(&names);
        let (task, calls) = room.add(order(Strategy::Council, &names));
        room.fail(calls[0], FailureKind::Auth);
        room.fail(calls[1], FailureKind::Auth);
        room.answer(calls[2], number("42"));
        room.answer(calls[3], number("42"));
        assert!(matches!(room.phase(task), Phase::Deciding { .. }));
    }

    #[test]
    fn a_council_in_which_nobody_answered_fails_or_is_cancelled() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (failing, calls) = room.add(order(Strategy::Council, &[]));
        room.fail(calls[0], FailureKind::Auth);
        let events = room.command(&Command::CancelCall { call: calls[1] });
        assert_eq!(events.len(), 1);
        let why = "codex: it went wrong; gpt: cancelled";
        assert_eq!(room.follow(), [concluded(failing, failed(why))]);
        let (cancelled, calls) = room.add(order(Strategy::Council, &[]));
        for call in calls {
            room.command(&Command::CancelCall { call });
        }
        assert_eq!(room.follow(), [concluded(cancelled, Outcome::Cancelled)]);
    }

    #[test]
    fn a_chain_ends_with_its_last_step_or_with_the_first_that_fails() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (task, first) = room.add(order(Strategy::Chain, &["codex", "gpt"]));
        let second = started(&room.answer(first[0], said("draft")));
        let events = room.answer(second[0], said("final"));
        let outcome = done("final", &second, Basis::LastStep);
        assert_eq!(events, [concluded(task, outcome)]);
        let (task, first) = room.add(order(Strategy::Chain, &["codex", "gpt"]));
        let events = room.fail(first[0], FailureKind::Refused);
        let outcome = failed("codex: it went wrong");
        assert_eq!(events, [concluded(task, outcome)]);
    }

    #[test]
    fn an_unreadable_answer_of_a_member_that_went_down_is_taken_as_it_is() {
        let mut room = Room::of(&["codex", "gpt"]);
        let (task, calls) = room.add(order(Strategy::Council, &[]));
        // Its session goes on with something else, so the repair has to wait.
        room.state
            .members
            .get_mut(&crate::core::fixture::name("codex"))
            .unwrap()
            .health = crate::core::Health::Restarting {
            why: "exited".to_owned(),
            at: room.now,
        };
        assert_eq!(room.answer(calls[0], said("prose")), []);
        room.answer(calls[1], number("42"));
        assert_eq!(*room.phase(task), Phase::Working);
        room.down("codex");
        assert!(matches!(room.phase(task), Phase::Deciding { .. }));
    }

    #[test]
    fn a_member_that_left_does_not_hold_its_council_up() {
        let mut room = Room::with(&[("codex", Reach::Text), ("gpt", Reach::Text)]);
        let (_, busy) = room.add(order(Strategy::Solo, &["gpt"]));
        let (task, calls) = room.add(order(Strategy::Council, &["codex", "gpt"]));
        room.answer(calls[0], number("42"));
        room.command(&Command::CancelCall { call: busy[0] });
        room.command(&Command::Dismiss {
            member: crate::core::fixture::name("gpt"),
        });
        room.follow();
        assert!(matches!(room.phase(task), Phase::Deciding { .. }));
    }
}
