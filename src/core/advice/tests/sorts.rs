//! Each sort at its bounds.

use std::collections::{BTreeMap, BTreeSet};

use pretty_assertions::assert_eq;

use super::{CODE, advise, council, of_code, restart, session_of, shows, stands, worse};
use crate::core::advice::look::{
    LEAST_COUNCILS, LEAST_RESULTS, LEAST_TIMED, LEAST_VOTES, Look, RESTARTS, all, look,
};
use crate::core::advice::{
    About, AdviceOrder, Advised, Figures, Recent, Setting, Verdict, measured, words,
};
use crate::core::fixture::{Room, name, number, order, said};
use crate::core::lesson::Shared;
use crate::core::lesson::Tally;
use crate::core::metrics::Share;
use crate::core::routing::whether::Several;
use crate::core::{
    Actor, Budget, Command, Event, FailureKind, LessonId, LessonOrder, Limit, Period, Phase,
    Refusal, Span, State, Strategy, Task, TaskOrder, Timestamp,
};

#[test]
fn of_an_empty_room_and_of_one_member_nothing_is_said() {
    let empty = State::new();
    assert!(
        all(&empty)
            .iter()
            .all(|about| look(&empty, about) == Look::Gone)
    );
    let mut room = Room::of(&["codex"]);
    for _ in 0..40 {
        let (_, calls) = room.add(TaskOrder {
            kind: CODE,
            ..order(Strategy::Solo, &[])
        });
        room.answer(calls[0], said("yes"));
    }
    assert_eq!(room.state.advice().standing().len(), 0);
    for about in all(&room.state) {
        assert_eq!(look(&room.state, &about), Look::Gone, "{about}");
    }
}

#[test]
fn a_member_that_is_clearly_worse_on_a_kind_is_told_once_there_is_enough() {
    let mut room = worse(LEAST_RESULTS - 1);
    assert!(!stands(&room, &of_code()));
    council(&mut room, false);
    let entry = room.state.advice().entry(&of_code()).unwrap().clone();
    let least = LEAST_RESULTS;
    assert_eq!(entry.figures.seen, Share { of: 0, n: least });
    let others = Share {
        of: 2 * least,
        n: 2 * least,
    };
    assert_eq!(entry.figures.beside, Some(others));
    assert_eq!(
        words::seen(&entry.about, &entry.figures),
        "0 of 12 of its results on code stood: 0 % (0 to 24); of the others 24 of 24: 100 % (86 to 100)"
    );
    assert_eq!(
        words::proposal(&entry.about, &entry.figures),
        "give codex no more code, unless you name it"
    );
    // Who is as good as the others is left alone.
    for member in ["gpt", "claude"] {
        let about = About::Kind {
            member: name(member),
            kind: CODE,
        };
        assert!(!stands(&room, &about));
    }
}

#[test]
fn a_session_whose_window_is_nearly_full_is_let_go_at_its_server() {
    let mut room = Room::of(&["codex"]);
    let session = session_of(&mut room, 849);
    let about = About::Context { session };
    assert!(!stands(&room, &about));
    session_of(&mut room, 850);
    assert!(stands(&room, &about));
    // A little less is no reason to take it away.
    session_of(&mut room, 800);
    assert!(stands(&room, &about));
    session_of(&mut room, 740);
    assert!(!stands(&room, &about));
    session_of(&mut room, 1000);
    let events = room.command(&advise(&about, AdviceOrder::Apply));
    assert_eq!(events.last(), Some(&Event::SessionUnbound { session }));
    assert!(!stands(&room, &about));
    assert_eq!(room.state.session(session).unwrap().handle(), None);
    let refused = room.refused(&advise(&about, AdviceOrder::TakeBack));
    assert!(matches!(refused, Refusal::UnfitAdvice { .. }));
    session_of(&mut room, 200);
    let it = measured(&room.state, room.state.advice().in_force(&about).unwrap()).unwrap();
    assert_eq!(
        (it.since, it.verdict),
        (Share { of: 200, n: 1000 }, Verdict::Better)
    );
    let told = "since then 20 % of the window is taken, before 100 %: better";
    assert_eq!(words::since(&about, Some(&it)), told);
}

#[test]
fn a_session_at_work_is_not_let_go() {
    let mut room = Room::of(&["codex"]);
    let session = session_of(&mut room, 990);
    let about = About::Context { session };
    room.add(order(Strategy::Solo, &["codex"]));
    let refused = room.refused(&advise(&about, AdviceOrder::Apply));
    assert!(matches!(refused, Refusal::UnfitAdvice { .. }), "{refused}");
    assert!(stands(&room, &about));
}

#[test]
fn a_server_that_is_restarted_too_often_is_paused_and_the_pause_can_be_lifted() {
    let mut room = Room::of(&["codex"]);
    let about = About::Restarts {
        member: name("codex"),
    };
    for _ in 1..RESTARTS {
        restart(&mut room);
        assert!(!stands(&room, &about));
    }
    restart(&mut room);
    assert!(stands(&room, &about));
    // It is paused from now on, however long ago the last event was.
    room.wait(Span::secs(3600));
    room.command(&advise(&about, AdviceOrder::Apply));
    let events = room.follow();
    let until = Some(room.now.after(Span::secs(1800)));
    assert!(
        matches!(&events[0], Event::MemberPaused { until: at, .. } if *at == until),
        "{events:?}"
    );
    assert!(!room.state.member(&name("codex")).unwrap().takes_calls());
    // What was before does not count again.
    (1..RESTARTS).for_each(|_| restart(&mut room));
    assert!(!stands(&room, &about));
    restart(&mut room);
    assert!(stands(&room, &about));
    room.command(&advise(&about, AdviceOrder::TakeBack));
    assert!(room.state.member(&name("codex")).unwrap().takes_calls());
}

#[test]
fn restarts_of_a_day_ago_are_none() {
    let mut room = Room::of(&["codex"]);
    let about = About::Restarts {
        member: name("codex"),
    };
    (0..RESTARTS).for_each(|_| restart(&mut room));
    assert!(stands(&room, &about));
    room.wait(Span::DAY);
    restart(&mut room);
    assert!(!stands(&room, &about));
}

fn timed(limit: u64) -> Room {
    let mut room = Room::of(&["codex"]);
    room.command(&Command::SetAdvice(Setting {
        apply: BTreeSet::new(),
        limits: BTreeMap::from([(name("codex"), Span::secs(limit))]),
    }));
    room
}

fn takes(room: &mut Room, seconds: u64, answers: bool) {
    let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
    room.wait(Span::secs(seconds));
    if answers {
        room.answer(calls[0], said("yes"));
    } else {
        room.fail(calls[0], FailureKind::TimedOut);
        let open: Vec<_> = room.state.open_tasks().map(Task::id).collect();
        for task in open {
            room.command(&Command::CancelTask { task });
        }
    }
    // A pause that a failure brought is over.
    room.wait(Span::secs(3600));
    room.expire();
}

#[test]
fn a_time_limit_into_which_calls_run_is_raised_and_put_back() {
    let about = About::Timeout {
        member: name("codex"),
    };
    let mut room = timed(600);
    for _ in 0..6 {
        takes(&mut room, 550, true);
    }
    for _ in 0..3 {
        takes(&mut room, 600, false);
        assert!(!stands(&room, &about));
    }
    takes(&mut room, 600, false);
    let entry = room.state.advice().entry(&about).unwrap().clone();
    assert_eq!(entry.figures.seen, Share { of: 4, n: 10 });
    assert_eq!(
        words::line(&about, &entry.figures),
        "the time of codex is too short"
    );
    let events = room.command(&advise(&about, AdviceOrder::Apply));
    let limited = |total| Event::Advised {
        what: Advised::Limited {
            member: name("codex"),
            total,
        },
    };
    assert_eq!(events[1], limited(Some(Span::secs(1200))));
    assert!(!stands(&room, &about));
    room.add(order(Strategy::Solo, &["codex"]));
    assert_eq!(room.last_order().limit, Some(Span::secs(1200)));
    let events = room.command(&advise(&about, AdviceOrder::TakeBack));
    assert_eq!(events[1], limited(None));
    // A limit that is written down anew holds.
    room.fold(vec![limited(Some(Span::secs(5)))]);
    room.command(&Command::SetAdvice(Setting {
        apply: BTreeSet::new(),
        limits: BTreeMap::from([(name("codex"), Span::secs(900))]),
    }));
    assert_eq!(
        room.state.advice().limit_of(&name("codex")),
        Some(Span::secs(900))
    );
}

#[test]
fn a_time_limit_far_beyond_what_answers_take_is_too_long() {
    let about = About::Timeout {
        member: name("codex"),
    };
    let mut room = timed(1800);
    for _ in 1..LEAST_TIMED {
        takes(&mut room, 20, true);
    }
    assert!(!stands(&room, &about));
    takes(&mut room, 20, true);
    let figures = room.state.advice().entry(&about).unwrap().figures;
    let line = words::line(&about, &figures);
    assert_eq!(line, "the time of codex is far too long");
    // Where nothing is known of a limit nothing is said.
    let mut room = Room::of(&["codex"]);
    (0..60).for_each(|_| takes(&mut room, 20, true));
    assert!(!stands(&room, &about));
}

fn budget(tokens: u64, per: Period) -> Command {
    Command::SetBudget(Budget {
        tokens: Some(tokens),
        per,
        ..Budget::default()
    })
}

fn spend(room: &mut Room, tokens: u64) {
    let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
    room.answer(calls[0], crate::core::fixture::used(tokens));
}

#[test]
fn a_budget_that_runs_out_before_the_day_does_is_raised() {
    let about = About::Budget {
        limit: Limit::Tokens,
    };
    let mut room = Room::of(&["codex"]);
    room.command(&budget(1000, Period::Day));
    // Midnight and a quarter of a day.
    room.now = Timestamp(20 * Span::DAY.0 + Span::DAY.0 / 4);
    spend(&mut room, 499);
    assert!(!stands(&room, &about));
    spend(&mut room, 1);
    let figures = room.state.advice().entry(&about).unwrap().figures;
    let line = words::line(&about, &figures);
    assert_eq!(line, "tokens run out in 6 h at this rate");
    room.command(&advise(&about, AdviceOrder::Apply));
    assert_eq!(room.state.budget().tokens, Some(2200));
    assert!(!stands(&room, &about));
    room.command(&advise(&about, AdviceOrder::TakeBack));
    assert_eq!(room.state.budget().tokens, Some(1000));
    // In the evening the same is within the rate.
    let mut room = Room::of(&["codex"]);
    room.command(&budget(1000, Period::Day));
    room.now = Timestamp(20 * Span::DAY.0 + Span::DAY.0 / 4 * 3);
    spend(&mut room, 700);
    assert!(!stands(&room, &about));
    let mut room = Room::of(&["codex"]);
    room.command(&budget(1000, Period::Room));
    spend(&mut room, 799);
    assert!(!stands(&room, &about));
    spend(&mut room, 1);
    assert!(stands(&room, &about));
    room.command(&budget(0, Period::Room));
    assert!(!stands(&room, &about));
}

#[test]
fn on_a_kind_whose_councils_always_agree_the_room_asks_one() {
    let kind = crate::core::TaskKind::Factual;
    let about = About::Council { kind };
    let mut room = Room::of(&["codex", "gpt"]);
    for _ in 0..LEAST_COUNCILS {
        let (_, calls) = room.add(TaskOrder {
            kind,
            ..order(Strategy::Council, &[])
        });
        for call in calls {
            room.answer(call, number("1"));
        }
    }
    let several = |room: &Room| room.state.learning().setting().several_on(kind, kind);
    assert_eq!(several(&room), Several::Auto);
    room.command(&advise(&about, AdviceOrder::Apply));
    assert_eq!(several(&room), Several::Never);
    assert!(!stands(&room, &about));
    room.command(&advise(&about, AdviceOrder::TakeBack));
    assert_eq!(several(&room), Several::Auto);
    assert!(!stands(&room, &about));
}

#[test]
fn councils_that_always_agree_are_told() {
    let about = About::Council { kind: CODE };
    let mut room = Room::of(&["codex", "gpt"]);
    let agree = |room: &mut Room, values: [&str; 2]| {
        let (task, calls) = room.add(TaskOrder {
            kind: CODE,
            ..order(Strategy::Council, &[])
        });
        for (call, value) in calls.iter().zip(values) {
            room.answer(*call, number(value));
        }
        if matches!(room.phase(task), Phase::Deciding { .. }) {
            room.command(&Command::CancelTask { task });
        }
    };
    for _ in 1..LEAST_COUNCILS {
        agree(&mut room, ["1", "1"]);
    }
    assert!(!stands(&room, &about));
    agree(&mut room, ["1", "1"]);
    assert!(stands(&room, &about));
    let refused = room.refused(&advise(&about, AdviceOrder::Apply));
    assert!(matches!(refused, Refusal::UnfitAdvice { .. }));
    for _ in 0..2 {
        agree(&mut room, ["1", "2"]);
    }
    assert!(stands(&room, &about));
    for _ in 0..4 {
        agree(&mut room, ["1", "2"]);
    }
    assert!(!stands(&room, &about));
}

#[test]
fn of_voters_that_add_nothing_one_is_told_at_a_time() {
    let mut room = Room::of(&["codex", "gpt"]);
    let about = |member: &str| About::Voter {
        member: name(member),
    };
    let mut votes = |n: u64, turned: u64| {
        let mut recent = Recent::default();
        (0..n).for_each(|at| recent.push(at < turned));
        room.state.advice.voters.insert(name("codex"), recent);
        room.state.clone()
    };
    assert!(!shows(&votes(LEAST_VOTES - 1, 0), &about("codex")));
    assert!(shows(&votes(LEAST_VOTES, 0), &about("codex")));
    assert!(!shows(&votes(LEAST_VOTES, 1), &about("codex")));
    let mut state = votes(64, 0);
    let same = state.advice.voters[&name("codex")];
    state.advice.voters.insert(name("gpt"), same);
    assert!(shows(&state, &about("gpt")));
    let entry = crate::core::advice::Entry {
        about: about("codex"),
        figures: Figures::default(),
        since: Timestamp(0),
    };
    state.advice.standing.insert(about("codex"), entry);
    assert!(!shows(&state, &about("gpt")) && shows(&state, &about("codex")));
}

#[test]
fn a_lesson_that_makes_answers_worse_is_disputed_and_can_hold_again() {
    let mut room = Room::of(&["codex"]);
    room.command(&Command::Lesson(LessonOrder::Add {
        topic: CODE,
        subject: "tests".to_owned(),
        claim: "sleep in them".to_owned(),
        why: String::new(),
    }));
    let lesson = LessonId(1);
    let about = About::Lesson { lesson };
    let told = |room: &mut Room, with: u64| {
        let all = Tally {
            accepted: 30 + 1,
            passed_over: 5 + with - 1,
        };
        let knowledge = &mut room.state.knowledge;
        knowledge.tallies.insert(CODE, all);
        let one = knowledge.lessons.get_mut(&lesson).unwrap();
        one.with = Tally {
            accepted: 1,
            passed_over: with - 1,
        };
    };
    told(&mut room, 11);
    assert!(!shows(&room.state, &about));
    told(&mut room, 12);
    assert!(shows(&room.state, &about));
    room.command(&Command::SetBudget(Budget {
        tokens: Some(5),
        ..Budget::default()
    }));
    // It is looked at when a task of its topic ends.
    let (_, calls) = room.add(TaskOrder {
        kind: CODE,
        ..order(Strategy::Solo, &[])
    });
    room.answer(calls[0], said("yes"));
    assert!(stands(&room, &about));
    let events = room.command(&advise(&about, AdviceOrder::Apply));
    assert!(
        matches!(&events[1], Event::Shared { what: Shared::LessonDisputed { why, .. } } if why.contains("1 of 12"))
    );
    let events = room.command(&advise(&about, AdviceOrder::TakeBack));
    let by = Actor::Operator;
    assert_eq!(
        events[1],
        Event::Shared {
            what: Shared::LessonAccepted { lesson, by }
        }
    );
    assert!(!stands(&room, &about));
}
