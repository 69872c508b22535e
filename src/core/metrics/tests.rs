//! Tests of the figures as a whole, with events that really happen in a room.

use pretty_assertions::assert_eq;

use super::figures::{Figures, Sum};
use super::pulse::Pulse;
use super::{Beat, CallEnd, MEMBERS_KEPT, Metrics, Place, Share, Whose, Window, bytes_of};
use crate::core::fixture::{Room, name, number, order, said, started};
use crate::core::ladder::{ContestOrder, Ladder, Rung};
use crate::core::{
    Answer, Command, ContextUse, Event, FailureKind, MemberName, Origin, Reply, Span, State,
    Strategy, TaskId, TaskKind, TaskOrder, Text, Timestamp, Usage, evolve,
};

fn figures(room: &Room, member: &str, window: Window) -> Figures {
    let table = room.state.metrics().over(window, room.now);
    table.of_member(&name(member))
}

fn ever(room: &Room, member: &str) -> Figures {
    figures(room, member, Window::Ever)
}

fn share(of: u64, n: u64) -> Share {
    Share { of, n }
}

/// A council of codex and gpt whose answers differ, and its task.
fn divided(room: &mut Room) -> TaskId {
    let (task, calls) = room.add(order(Strategy::Council, &["codex", "gpt"]));
    room.answer(calls[0], number("41"));
    room.answer(calls[1], number("42"));
    task
}

fn choose(room: &mut Room, task: TaskId, candidate: usize) {
    room.command(&Command::Choose {
        task,
        candidate,
        among: None,
    });
}

fn accepted(room: &Room) -> [Share; 2] {
    ["codex", "gpt"].map(|member| ever(room, member).acceptance())
}

#[test]
fn an_answer_is_counted_for_its_member_and_kind_with_time_and_tokens() {
    let mut room = Room::of(&["codex"]);
    let (_, calls) = room.add(TaskOrder {
        kind: TaskKind::Code,
        ..TaskOrder::new("why?")
    });
    room.wait(Span::secs(3));
    let answer = Answer {
        usage: Usage {
            input: 10,
            output: 5,
            micro_usd: 7,
            context: ContextUse::new(15, 100),
            ..Usage::default()
        },
        first_text: Some(Span(400)),
        ..said("because")
    };
    room.answer(calls[0], answer);
    let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
    room.fail(calls[0], FailureKind::Refused);
    let table = room.state.metrics().over(Window::Hour, room.now);
    let kinds: Vec<TaskKind> = table
        .kinds_of(&name("codex"))
        .map(|(kind, _)| kind)
        .collect();
    assert_eq!(kinds, [TaskKind::General, TaskKind::Code]);
    let all = table.of_member(&name("codex"));
    assert_eq!(all, table.total());
    assert_eq!((all.tasks(), all.calls(), all.answered()), (2, 2, 1));
    let failures: Vec<(FailureKind, u64)> = all.failures().collect();
    assert_eq!(failures, [(FailureKind::Refused, 1)]);
    assert_eq!(all.acceptance(), share(1, 1));
    assert_eq!(all.micro_usd(), Some(7));
    let told = all.latency().percentiles().unwrap();
    assert!(told.p50.0.abs_diff(3000) < 100 && told.p99 == told.p50);
    assert_eq!(all.first_text().len(), 1);
    let metrics = room.state.metrics();
    assert_eq!(metrics.context(&name("codex")), ContextUse::new(15, 100));
    let beat = |whose: &Whose| metrics.pulse(whose, Window::Hour, room.now).pop();
    let answer = Beat {
        answered: 1,
        worked: Span::secs(3),
        tokens: 15,
        micro_usd: 7,
        ..Beat::default()
    };
    let failure = Beat {
        failed: 1,
        ..Beat::default()
    };
    let of_kinds = [TaskKind::Code, TaskKind::General].map(|kind| beat(&Whose::Kind(kind)));
    assert_eq!(of_kinds, [Some(answer), Some(failure)]);
    for whose in [Whose::All, Whose::Member(name("codex"))] {
        assert_eq!(beat(&whose), Some(answer.and(failure)));
    }
    let nobody = Whose::Member(name("nobody"));
    assert_eq!(beat(&nobody), Some(Beat::default()));
}

#[test]
fn of_a_council_that_agrees_the_answer_of_each_is_judged() {
    let mut room = Room::of(&["codex", "gpt", "claude"]);
    let (_, calls) = room.add(order(Strategy::Council, &["codex", "gpt", "claude"]));
    room.answer(calls[0], number("41"));
    room.answer(calls[1], number("41"));
    let events = room.answer(calls[2], said("I'm sorry, but I can't help with that."));
    for call in started(&events) {
        room.answer(call, said("I'm sorry, but I can't help with that."));
    }
    for (member, won) in [("codex", 1), ("gpt", 1), ("claude", 0)] {
        let figures = ever(&room, member);
        assert_eq!(figures.acceptance(), share(won, 1), "{member}");
        assert_eq!(figures.with_council(), share(won, 1), "{member}");
        assert_eq!(figures.with_operator().rate(), None);
        assert_eq!(figures.votes().rate(), None);
    }
}

#[test]
fn a_vote_is_the_councils_word_and_the_operator_may_think_otherwise_later() {
    let mut room = Room::of(&["codex", "gpt", "claude"]);
    room.command(&Command::SetLadder(Ladder {
        rungs: vec![Rung::Vote, Rung::Operator],
        ..Ladder::default()
    }));
    let (task, calls) = room.add(order(Strategy::Council, &["codex", "gpt", "claude"]));
    for (call, value) in calls.iter().zip(["41", "42", "42"]) {
        room.answer(*call, number(value));
    }
    let told = |room: &Room, member: &str| {
        let figures = ever(room, member);
        [
            figures.acceptance(),
            figures.votes(),
            figures.with_council(),
            figures.with_operator(),
        ]
    };
    let none = Share::default();
    let (lost, won) = (share(0, 1), share(1, 1));
    assert_eq!(told(&room, "codex"), [lost, lost, lost, none]);
    assert_eq!(told(&room, "gpt"), [won, won, won, none]);
    let order = ContestOrder::Reopen;
    room.command(&Command::Contest { task, order });
    // The larger group comes first.
    choose(&mut room, task, 1);
    assert_eq!(told(&room, "codex"), [won, lost, lost, won]);
    assert_eq!(told(&room, "gpt"), [lost, won, won, lost]);
}

#[test]
fn what_the_operator_says_anew_replaces_what_it_said() {
    let mut room = Room::of(&["codex", "gpt"]);
    let task = divided(&mut room);
    choose(&mut room, task, 0);
    assert_eq!(accepted(&room), [share(1, 1), share(0, 1)]);
    let order = ContestOrder::Reopen;
    room.command(&Command::Contest {
        task,
        order: order.clone(),
    });
    choose(&mut room, task, 1);
    assert_eq!(accepted(&room), [share(0, 1), share(1, 1)]);
    assert_eq!(ever(&room, "gpt").with_operator(), share(1, 1));
    room.command(&Command::Contest { task, order });
    let text = Text::from("43");
    room.command(&Command::DecideByText { task, text });
    assert_eq!(accepted(&room), [share(0, 1), share(0, 1)]);
    assert_eq!(ever(&room, "gpt").with_operator(), share(0, 1));
}

#[test]
fn a_result_that_was_written_by_hand_is_nobodys() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (task, calls) = room.add(order(Strategy::Solo, &["codex"]));
    room.answer(calls[0], said("yes"));
    assert_eq!(accepted(&room)[0], share(1, 1));
    let result = Text::from("no");
    room.fold(vec![Event::ResultReplaced { task, result }]);
    assert_eq!(accepted(&room)[0], share(0, 1));
    let task = divided(&mut room);
    let text = Text::from("43");
    room.command(&Command::DecideByText { task, text });
    assert_eq!(accepted(&room), [share(0, 2), share(0, 1)]);
}

#[test]
fn where_the_operator_takes_none_no_answer_stood() {
    let mut room = Room::of(&["codex", "gpt"]);
    divided(&mut room);
    let attention = room.state.attention().next().unwrap().id;
    let reply = Reply::Deny {
        reason: String::new(),
    };
    room.command(&Command::Answer { attention, reply });
    assert_eq!(accepted(&room), [share(0, 1), share(0, 1)]);
    assert_eq!(ever(&room, "codex").with_operator(), share(0, 1));
    // A conflict that is called off judges nobody.
    let task = divided(&mut room);
    room.command(&Command::CancelTask { task });
    assert_eq!(accepted(&room), [share(0, 1), share(0, 1)]);
    assert_eq!(ever(&room, "codex").tasks(), 2);
}

#[test]
fn what_the_room_asks_for_itself_is_no_task_and_judges_nobody() {
    let mut room = Room::of(&["codex"]);
    let (_, calls) = room.add(TaskOrder {
        origin: Origin::Room,
        ..order(Strategy::Solo, &["codex"])
    });
    room.answer(calls[0], said("A digest."));
    let figures = ever(&room, "codex");
    assert_eq!((figures.tasks(), figures.answered()), (0, 1));
    assert_eq!(figures.acceptance().rate(), None);
}

#[test]
fn a_task_that_is_worked_again_is_judged_again() {
    let mut room = Room::of(&["codex", "gpt"]);
    let task = divided(&mut room);
    let attention = room.state.attention().next().unwrap().id;
    let reply = Reply::Deny {
        reason: String::new(),
    };
    room.command(&Command::Answer { attention, reply });
    room.command(&Command::RetryTask { task });
    let events = room.follow();
    let calls = started(&events);
    room.answer(calls[0], number("41"));
    room.answer(calls[1], number("41"));
    assert_eq!(accepted(&room), [share(1, 2), share(1, 2)]);
}

#[test]
fn a_replay_and_a_snapshot_have_the_same_figures_bit_for_bit() {
    let mut room = Room::of(&["codex", "gpt"]);
    for round in 0..40_u64 {
        let task = divided(&mut room);
        choose(&mut room, task, usize::from(round % 3 == 0));
        room.wait(Span::secs(60 * (round * 7)));
        let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
        room.wait(Span(round * 311));
        room.answer(calls[0], said("yes"));
    }
    let mut again = State::new();
    for recorded in &room.journal {
        evolve(&mut again, recorded);
    }
    assert_eq!(again.metrics(), room.state.metrics());
    let text = serde_json::to_string(room.state.metrics()).unwrap();
    let read: Metrics = serde_json::from_str(&text).unwrap();
    assert_eq!(&read, room.state.metrics());
    // The same figures, not only the same bytes.
    for window in Window::ALL {
        assert_eq!(
            read.over(window, room.now),
            again.metrics().over(window, room.now)
        );
    }
}

#[test]
fn windows_add_up_over_kinds_and_members() {
    let mut room = Room::of(&["codex", "gpt"]);
    for kind in [TaskKind::Code, TaskKind::Review, TaskKind::Code] {
        let (_, calls) = room.add(TaskOrder {
            kind,
            ..order(Strategy::Council, &["codex", "gpt"])
        });
        for call in calls {
            room.answer(call, number("41"));
        }
        room.wait(Span::secs(3 * 3600));
    }
    let table = room.state.metrics().over(Window::Ever, room.now);
    let tasks: Vec<(TaskKind, u64)> = table
        .by_kind()
        .iter()
        .map(|(kind, figures)| (*kind, figures.tasks()))
        .collect();
    assert_eq!(tasks, [(TaskKind::Code, 4), (TaskKind::Review, 2)]);
    assert_eq!(table.total().tasks(), 6);
    assert_eq!(figures(&room, "gpt", Window::Hour).tasks(), 0);
    assert_eq!(figures(&room, "gpt", Window::Day).tasks(), 3);
}

#[test]
fn what_is_kept_of_the_past_never_tells_something_else() {
    let mut metrics = Metrics::default();
    let mut past = super::Past::default();
    let mut now = Timestamp(600 * Span::DAY.0);
    for step in 0..MEMBERS_KEPT + 300 {
        // More members than are remembered, whose numbers are given anew; quarters, hours and days go by.
        answer(&mut metrics, now, &name(&format!("m{}", step % 150)));
        now = now.after(Span::secs([1, 70, 1_000, 20_000, 90_000][step % 5]));
        let window = Window::ALL[step / 3 % 5];
        let again = metrics.over_again(&mut past, window, now);
        assert_eq!(again, metrics.over(window, now), "step {step}, {window}");
    }
}

fn answer(metrics: &mut Metrics, at: Timestamp, member: &MemberName) {
    metrics.admit(at, member, |_| false);
    let place = Place {
        at,
        member,
        kind: TaskKind::Code,
    };
    let end = CallEnd::Answered {
        took: Span(900),
        first_text: None,
        usage: &Usage::default(),
    };
    metrics.call_ended(place, end);
}

#[test]
fn members_that_left_keep_their_figures_up_to_a_bound() {
    let mut metrics = Metrics::default();
    let member = |number: usize| name(&format!("m{number}"));
    let mut now = Timestamp(1_000_000);
    for number in 0..MEMBERS_KEPT + 3 {
        now = now.after(Span::secs(1));
        answer(&mut metrics, now, &member(number));
    }
    assert_eq!(metrics.members().len(), MEMBERS_KEPT);
    assert!(!metrics.knows(&member(2)) && metrics.knows(&member(3)));
    // Their numbers are given anew, and nobody inherits.
    for window in [Window::Hour, Window::Ever] {
        let table = metrics.over(window, now);
        assert_eq!(table.of_member(&member(2)), Figures::default());
        assert_eq!(table.of_member(&member(MEMBERS_KEPT + 2)).calls(), 1);
        assert_eq!(table.total().calls(), MEMBERS_KEPT as u64);
    }
    // Whoever is in the room stays.
    metrics.admit(now, &member(999), |name| *name == member(3));
    assert!(metrics.knows(&member(3)) && !metrics.knows(&member(4)));
}

/// A month in which 64 members answered on 20 kinds all the time: as often as buckets can tell apart.
fn saturated() -> Metrics {
    let mut metrics = Metrics::default();
    let mut now = Timestamp(600 * Span::DAY.0);
    for member in 0..64 {
        metrics.admit(now, &name(&format!("m{member}")), |_| true);
    }
    let usage = Usage {
        input: 12_000,
        output: 900,
        micro_usd: 24_000,
        cached: Some(8_000),
        ..Usage::default()
    };
    let mut dice = 1_u64;
    // Old buckets are wide: each holds many answers.
    for (hours, rounds, answers) in [(24, 28, 10), (4, 7, 4)] {
        for _ in 0..rounds {
            now = now.after(Span::secs(hours * 3600));
            fill(&mut metrics, now, answers, &usage, &mut dice);
        }
    }
    for _ in 0..5 {
        now = now.after(Span::secs(15 * 60));
        fill(&mut metrics, now, 2, &usage, &mut dice);
    }
    metrics
}

/// Much in one step.
const BUSY: Beat = Beat {
    answered: 12,
    failed: 1,
    worked: Span(250_000),
    tokens: 120_000,
    micro_usd: 400_000,
};

fn fill(metrics: &mut Metrics, now: Timestamp, answers: u32, usage: &Usage, dice: &mut u64) {
    for cell in (0..64).flat_map(|member| (0..20).map(move |kind| (member, kind))) {
        for _ in 0..answers {
            *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let took = Span(2_000 << (*dice >> 61) | *dice >> 53);
            metrics.count_cell(now, cell, |figures| {
                figures.add(Sum::Calls, 1);
                figures.add(Sum::Judged, 1);
                figures.add_answer(took, Some(Span(took.0 / 8)), usage);
            });
        }
    }
    for known in metrics.members.values_mut() {
        for minute in 0..60 {
            let at = now.after(Span::secs(60 * minute));
            known.pulse.add(at, BUSY);
        }
    }
    for kind in TaskKind::ALL {
        for minute in 0..60 {
            let at = now.after(Span::secs(60 * minute));
            metrics.add_to_kind(*kind, at, BUSY);
        }
    }
}

#[test]
fn sixty_four_members_on_twenty_kinds_stay_below_six_megabytes() {
    let metrics = saturated();
    let pulses: usize = metrics
        .members
        .values()
        .map(|known| known.pulse.bytes())
        .sum();
    let pulses = pulses + metrics.pulses.iter().map(Pulse::bytes).sum::<usize>();
    let parts = [bytes_of(&metrics.ever), metrics.buckets.bytes(), pulses];
    let all: usize = parts.iter().sum();
    let snapshot = serde_json::to_string(&metrics).unwrap().len();
    println!("ever, buckets, pulses: {parts:?}, together {all}; as JSON {snapshot} bytes");
    assert!(all < 6_000_000, "{parts:?}");
    assert!(snapshot < 8_000_000, "{snapshot}");
}
