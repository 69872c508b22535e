//! When a result is checked, what may happen meanwhile, and what it counts for.

use std::collections::{BTreeMap, BTreeSet};

use pretty_assertions::assert_eq;
use serde_json::json;

use super::{BadChecks, CHECKS_MAX, CheckEnd, CheckName, Checked, Checks, UnknownCheck};
use crate::core::fixture::{Room, name, number, order, said, started};
use crate::core::ladder::staged::divided;
use crate::core::routing::setting::{Rewards, Setting};
use crate::core::routing::whether::Several;
use crate::core::{
    CheckId, Command, ContestOrder, Effect, Event, Kinds, Outcome, PlanOrder, Reach, Refusal,
    Report, State, Strategy, TaskId, TaskKind, TaskOrder, Text, evolve, resume,
};

fn check(name: &str) -> CheckName {
    CheckName::new(name).unwrap()
}

fn checks(all: &[(&str, &[TaskKind])]) -> Checks {
    let all = all.iter();
    let all = all.map(|(name, kinds)| (check(name), kinds.iter().copied().collect()));
    Checks::new(all.collect()).unwrap()
}

/// Two members, of which `codex` may change files, and a check that code has unasked.
fn room() -> Room {
    let mut room = Room::with(&[("codex", Reach::Sandboxed), ("gpt", Reach::Text)]);
    let set = checks(&[("lint", &[]), ("tests", &[TaskKind::Code])]);
    room.command(&Command::SetChecks(set));
    room
}

fn code(member: &str) -> TaskOrder {
    TaskOrder {
        kind: TaskKind::Code,
        ..order(Strategy::Solo, &[member])
    }
}

fn begun(events: &[Event]) -> Vec<(CheckId, TaskId, &str)> {
    let begun = events.iter().filter_map(|event| {
        if let Event::Checked {
            what: Checked::Started { check, task, name },
        } = event
        {
            return Some((*check, *task, name.as_str()));
        }
        None
    });
    begun.collect()
}

fn ends(check: u64, end: CheckEnd) -> Report {
    Report::Checked {
        check: CheckId(check),
        end,
        tail: Text::from("1 test"),
    }
}

fn evidence(room: &Room, member: &str) -> (f64, f64) {
    let outlook = room.state.learning().posterior().outlook();
    let estimate = outlook.estimate(&name(member), TaskKind::Code, None);
    (estimate.mean, estimate.n)
}

#[test]
fn a_changed_project_is_checked_unasked_and_an_answer_in_words_is_not() {
    let mut room = room();
    let (task, calls) = room.add(code("codex"));
    let events = room.answer(calls[0], said("mended"));
    assert_eq!(begun(&events), [(CheckId(1), task, "tests")]);
    let run = Effect::RunCheck {
        check: CheckId(1),
        name: check("tests"),
    };
    assert_eq!(room.effects.last(), Some(&run));
    assert_eq!(room.state.being_checked(), Some(task));
    let checked = room.state.task(task).unwrap().checked().unwrap();
    assert_eq!((checked.name(), checked.over()), (&check("tests"), None));
    let ended = room.report(&ends(1, CheckEnd::Passed));
    assert_eq!(
        ended,
        [Event::Checked {
            what: Checked::Ended {
                check: CheckId(1),
                task,
                end: CheckEnd::Passed,
                tail: Text::from("1 test"),
            }
        }]
    );
    assert!(!room.state.awaits_check(task));
    // Said twice, it is counted and not applied.
    let stale = Event::ReportStale {
        about: "end of check k1".to_owned(),
    };
    assert_eq!(room.report(&ends(1, CheckEnd::Passed)), [stale]);
    // A member that cannot change files has changed none, and another kind has no check.
    for order in [code("gpt"), order(Strategy::Solo, &["codex"])] {
        let (_, calls) = room.add(order);
        assert_eq!(begun(&room.answer(calls[0], said("so"))), []);
    }
}

#[test]
fn what_a_chain_changed_is_checked_and_counts_for_who_could_change_it() {
    let mut room = room();
    let (task, calls) = room.add(TaskOrder {
        kind: TaskKind::Code,
        ..order(Strategy::Chain, &["codex", "gpt"])
    });
    let next = room.answer(calls[0], said("mended"));
    assert_eq!(begun(&next), [], "it is not done yet");
    let events = room.answer(started(&next)[0], said("reviewed"));
    assert_eq!(begun(&events), [(CheckId(1), task, "tests")]);
    let known = ["codex", "gpt"].map(|one| evidence(&room, one).1);
    room.report(&ends(1, CheckEnd::Failed { code: 101 }));
    let gained = [0, 1].map(|at| evidence(&room, ["codex", "gpt"][at]).1 - known[at]);
    let weighs = Rewards::default().check;
    assert!((gained[0] - weighs).abs() < 1e-9 && gained[1].abs() < 1e-9);
}

#[test]
fn several_at_once_only_read_so_what_they_agree_on_is_checked_where_that_is_said() {
    let mut room = room();
    let setting = Setting {
        further: 0.5,
        several: [(TaskKind::Code, Several::Always)].into(),
        ..Setting::default()
    };
    room.command(&Command::SetRouting(setting));
    for named in [None, Some(check("lint"))] {
        let (task, calls) = room.add(TaskOrder {
            kind: TaskKind::Code,
            check: named.clone(),
            ..order(Strategy::Auto, &[])
        });
        assert_eq!(calls.len(), 2, "auto asked both");
        room.answer(calls[0], number("7"));
        let events = room.answer(calls[1], number("7"));
        let expected = named.map(|_| (CheckId(1), task, "lint"));
        assert_eq!(begun(&events), Vec::from_iter(expected));
    }
    let known = ["codex", "gpt"].map(|one| evidence(&room, one).1);
    room.report(&ends(1, CheckEnd::Passed));
    let weighs = Rewards::default().check;
    for (one, known) in ["codex", "gpt"].into_iter().zip(known) {
        assert!(
            (evidence(&room, one).1 - known - weighs).abs() < 1e-9,
            "{one}"
        );
    }
}

/// The check that a planned task names is for its own result; a step is checked by its kind.
#[test]
fn a_step_of_a_plan_is_checked_by_its_kind_and_the_plan_by_what_it_names() {
    let mut room = room();
    let (planned, calls) = room.add(TaskOrder {
        check: Some(check("lint")),
        ..order(Strategy::Plan, &["gpt"])
    });
    let step = |key: &str, kind: &str, member: &str, after: &[&str]| json!({"key": key, "prompt": key, "kind": kind, "members": [member], "after": after, "strategy": "solo"});
    let steps = [
        step("write", "code", "codex", &[]),
        step("tell", "code", "gpt", &["write"]),
    ];
    room.answer(calls[0], said(&json!({"steps": steps}).to_string()));
    room.command(&Command::Plan {
        task: planned,
        order: PlanOrder::Approve { revision: 1 },
    });
    let write = started(&room.follow());
    let events = room.answer(write[0], said("written"));
    let step = room.state.call(write[0]).unwrap().task();
    assert_eq!(begun(&events), [(CheckId(1), step, "tests")]);
    // Whoever only reads goes on with what is there, whatever the check will say.
    let tell = started(&events);
    room.report(&ends(1, CheckEnd::Failed { code: 101 }));
    let events = room.answer(tell[0], said("told"));
    assert_eq!(begun(&events), []);
    let gather = started(&events);
    let events = room.answer(gather[0], said("all of it"));
    assert_eq!(begun(&events), [(CheckId(2), planned, "lint")]);
}

#[test]
fn a_task_can_name_a_check_of_the_room_and_no_other() {
    let mut room = room();
    let named = |name: &str| TaskOrder {
        check: Some(check(name)),
        ..code("gpt")
    };
    let unknown = room.refused(&Command::AddTask(named("deploy")));
    assert_eq!(
        unknown.to_string(),
        "`deploy` is no check: use one of lint, tests"
    );
    let (task, calls) = room.add(named("lint"));
    let events = room.answer(calls[0], said("so"));
    assert_eq!(begun(&events), [(CheckId(1), task, "lint")]);
    room.report(&ends(1, CheckEnd::Failed { code: 1 }));
    // One that the room lost meanwhile is ordered all the same: the hands say that there is none.
    let (lost, calls) = room.add(named("lint"));
    room.command(&Command::SetChecks(Checks::default()));
    let events = room.answer(calls[0], said("so"));
    assert_eq!(begun(&events), [(CheckId(2), lost, "lint")]);
}

#[test]
fn a_failed_task_is_not_checked_and_one_that_is_worked_again_anew() {
    let mut room = room();
    let named = TaskOrder {
        check: Some(check("lint")),
        ..code("gpt")
    };
    let (task, calls) = room.add(named);
    assert_eq!(calls.len(), 1);
    room.command(&Command::CancelTask { task });
    assert_eq!(begun(&room.follow()), []);
    // Taken out of the configuration, it does not keep the task from being worked again.
    room.command(&Command::SetChecks(Checks::default()));
    room.command(&Command::RetryTask { task });
    let again = started(&room.follow());
    assert_eq!(begun(&room.answer(again[0], said("so"))).len(), 1);
}

#[test]
fn nobody_changes_files_while_a_check_runs_and_no_check_begins_while_somebody_does() {
    let mut room = Room::with(&[("codex", Reach::Sandboxed), ("claude", Reach::Sandboxed)]);
    room.command(&Command::SetChecks(checks(&[("lint", &[])])));
    let (reader, race) = room.add(TaskOrder {
        check: Some(check("lint")),
        ..order(Strategy::Race, &["codex", "claude"])
    });
    let (_, writer) = room.add(order(Strategy::Solo, &["claude"]));
    assert_eq!((race.len(), writer.len()), (2, 0));
    // The second one of the race is cancelled, and its member may change files at once.
    let events = room.answer(race[0], said("so"));
    assert_eq!(begun(&events), [(CheckId(1), reader, "lint")]);
    assert_eq!(started(&events), []);
    // Reading is always possible.
    let (_, more) = room.add(order(Strategy::Race, &["codex", "claude"]));
    assert_eq!(more.len(), 2);
    room.answer(more[0], said("so"));
    room.report(&ends(1, CheckEnd::Passed));
    let writer = started(&room.follow());
    assert_eq!(writer.len(), 1);
    assert!(room.state.files_in_use());
    // Now the other way round.
    let (waits, more) = room.add(TaskOrder {
        check: Some(check("lint")),
        ..order(Strategy::Race, &["codex", "claude"])
    });
    let events = room.answer(more[0], said("so"));
    assert_eq!(begun(&events), []);
    assert!(room.state.awaits_check(waits));
    let events = room.answer(writer[0], said("so"));
    assert_eq!(begun(&events), [(CheckId(2), waits, "lint")]);
}

#[test]
fn the_operator_stops_a_check_and_a_restart_interrupts_it() {
    let mut room = room();
    let (task, calls) = room.add(code("codex"));
    let stop = Command::StopCheck { task };
    assert_eq!(room.refused(&stop), Refusal::NotChecked { task });
    room.answer(calls[0], said("mended"));
    let known = evidence(&room, "codex");
    let interrupted = |check: u64, task| Event::Checked {
        what: Checked::Ended {
            check: CheckId(check),
            task,
            end: CheckEnd::Interrupted,
            tail: Text::from(""),
        },
    };
    assert_eq!(room.command(&stop), [interrupted(1, task)]);
    let stopped = Effect::StopCheck { check: CheckId(1) };
    assert_eq!(room.effects.last(), Some(&stopped));
    assert_eq!(room.follow(), []);
    for closes in [false, true] {
        let (task, calls) = room.add(code("codex"));
        room.answer(calls[0], said("mended"));
        let check = room.state.checking.last;
        let events = if closes {
            let events = room.command(&Command::CloseRoom);
            room.fold(resume(&room.state, room.now, "ignored"));
            events
        } else {
            room.fold(resume(&room.state, room.now, "ignored"))
        };
        assert_eq!(events[0], interrupted(check, task));
        // It is not begun again.
        assert_eq!(begun(&room.follow()), []);
    }
    // None of these said anything of the result.
    let gained = evidence(&room, "codex").1 - known.1;
    let answered = 2.0 * Rewards::default().answered;
    assert!((gained - answered).abs() < 1e-9, "{gained}");
}

#[test]
fn a_check_that_waited_for_a_restart_is_begun_after_it() {
    let mut room = Room::with(&[("codex", Reach::Sandboxed), ("claude", Reach::Sandboxed)]);
    room.command(&Command::SetChecks(checks(&[("lint", &[])])));
    let (_, writer) = room.add(order(Strategy::Solo, &["codex"]));
    let (task, calls) = room.add(TaskOrder {
        check: Some(check("lint")),
        ..order(Strategy::Race, &["codex", "claude"])
    });
    room.answer(calls[0], said("so"));
    assert_eq!((writer.len(), room.state.awaits_check(task)), (1, true));
    room.fold(resume(&room.state, room.now, "ignored"));
    assert_eq!(begun(&room.follow()), [(CheckId(1), task, "lint")]);
}

#[test]
fn what_a_check_says_counts_as_a_thumb_does_and_once() {
    let rewards = Rewards::default();
    let mut scores = Vec::new();
    for end in [
        CheckEnd::Passed,
        CheckEnd::Failed { code: 101 },
        CheckEnd::TimedOut,
        CheckEnd::NotStarted { why: String::new() },
    ] {
        let mut room = room();
        let (_, calls) = room.add(code("codex"));
        room.answer(calls[0], said("mended"));
        room.report(&ends(1, end.clone()));
        let (mean, n) = evidence(&room, "codex");
        let weighs = if end.says().is_some() {
            rewards.answered + rewards.check
        } else {
            rewards.answered
        };
        assert!((n - weighs).abs() < 1e-9, "{end}: {n} is not {weighs}");
        scores.push(mean);
        let mut again = State::new();
        for recorded in &room.journal {
            evolve(&mut again, recorded);
        }
        assert_eq!(again, room.state);
    }
    assert!(scores[0] > scores[2] && scores[1] < scores[2], "{scores:?}");
}

#[test]
fn a_result_that_was_replaced_by_hand_counts_against_its_authors_until_that_is_undone() {
    let mut room = room();
    let (task, calls) = room.add(code("codex"));
    room.answer(calls[0], said("mended"));
    let before = evidence(&room, "codex");
    let replace = |before: &str, after: &str| Command::ReplaceResult {
        task,
        before: Text::from(before),
        after: Text::from(after),
    };
    room.command(&replace("mended", "mended well"));
    let weighs = Rewards::default().replaced;
    let (mean, n) = evidence(&room, "codex");
    assert!(mean < before.0 && (n - before.1 - weighs).abs() < 1e-9);
    // A further one is no further blame.
    room.command(&replace("mended well", "mended very well"));
    let (_, again) = evidence(&room, "codex");
    assert!((again - n).abs() < 1e-9);
    for back in ["mended well", "mended"] {
        let step = room.state.notebook().last_step().unwrap().id;
        room.command(&Command::UndoStep { step });
        let outcome = room.state.task(task).unwrap().outcome();
        assert!(matches!(outcome, Some(Outcome::Done { result, .. }) if result.as_str() == back));
    }
    let (mean, n) = evidence(&room, "codex");
    assert!((mean - before.0).abs() < 1e-9 && (n - before.1).abs() < 1e-9);
}

#[test]
fn a_conflict_that_is_settled_anew_replaces_nothing_by_hand() {
    let mut room = Room::of(&["a", "b", "c"]);
    let (task, _) = divided(&mut room, &["a", "b", "c"], &["41", "42", "42"]);
    let choose = |candidate| Command::Choose {
        task,
        candidate,
        among: None,
    };
    room.command(&choose(0));
    let n = |room: &Room| {
        let outlook = room.state.learning().posterior().outlook();
        ["a", "b"].map(|one| outlook.estimate(&name(one), TaskKind::General, None).n)
    };
    let before = n(&room);
    room.command(&Command::Contest {
        task,
        order: ContestOrder::Reopen,
    });
    room.command(&choose(1));
    let after = n(&room);
    assert!((before[0] - after[0]).abs() < 1e-9 && (before[1] - after[1]).abs() < 1e-9);
}

#[test]
fn checks_are_bounded_and_a_kind_has_one() {
    let none = |n: usize| (check(&format!("c{n}")), BTreeSet::new());
    let many: BTreeMap<_, _> = (0..=CHECKS_MAX).map(none).collect();
    assert_eq!(Checks::new(many), Err(BadChecks::TooMany(CHECKS_MAX + 1)));
    let code = BTreeSet::from([TaskKind::Code]);
    let twice = BTreeMap::from([(check("a"), code.clone()), (check("b"), code)]);
    let refused = Checks::new(twice).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "code tasks are checked by `a` already: a kind has one check"
    );
    let some = checks(&[("tests", &[TaskKind::Code])]);
    assert_eq!(
        some.of_kind(TaskKind::Code, &Kinds::default()),
        Some(&check("tests"))
    );
    assert_eq!(some.of_kind(TaskKind::Review, &Kinds::default()), None);
    let text = serde_json::to_string(&some).unwrap();
    assert_eq!(serde_json::from_str::<Checks>(&text).unwrap(), some);
    let none = Checks::default().read("tests").unwrap_err();
    assert_eq!(none, UnknownCheck::None("tests".to_owned()));
    for bad in ["", "Tests", "1x", "a b", &"x".repeat(25)] {
        assert!(CheckName::new(bad).is_err(), "{bad:?}");
    }
}
