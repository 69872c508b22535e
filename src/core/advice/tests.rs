//! Each sort at its bounds, and the way of a recommendation: shown, applied, dismissed, measured, taken back.

use std::collections::{BTreeMap, BTreeSet};

use pretty_assertions::assert_eq;

use super::look::{
    LEAST_COUNCILS, LEAST_RESULTS, LEAST_TIMED, LEAST_VOTES, Look, RESTARTS, all, look,
};
use super::{
    About, AdviceOrder, Advised, Figures, Recent, STANDING_MAX, Setting, Sort, Verdict, is_worse,
    measured, words,
};
use crate::core::fixture::{Room, name, number, order, said};
use crate::core::lesson::Tally;
use crate::core::metrics::Share;
use crate::core::{
    Actor, Answer, Budget, Command, ContextUse, Event, FailureKind, Health, LessonId, LessonOrder,
    Limit, Period, Phase, Refusal, Report, SessionId, Span, State, Strategy, TaskKind, TaskOrder,
    Timestamp, Usage,
};

const CODE: TaskKind = TaskKind::Code;

fn shows(state: &State, about: &About) -> bool {
    matches!(look(state, about), Look::Shows(_))
}

fn stands(room: &Room, about: &About) -> bool {
    room.state.advice().entry(about).is_some()
}

fn of_code() -> About {
    let member = name("codex");
    About::Kind { member, kind: CODE }
}

fn advise(about: &About, order: AdviceOrder) -> Command {
    Command::Advice {
        about: about.clone(),
        order,
    }
}

/// A task that all three answer, the last two alike; the answer of the others stands, or that of codex.
fn council(room: &mut Room, codex_wins: bool) {
    let (task, calls) = room.add(TaskOrder {
        kind: CODE,
        ..order(Strategy::Council, &["codex", "gpt", "claude"])
    });
    for (call, value) in calls.iter().zip(["1", "2", "2"]) {
        room.answer(*call, number(value));
    }
    let Phase::Deciding { candidates, .. } = room.phase(task) else {
        panic!("{:?}", room.phase(task));
    };
    let of_codex = |calls: &[crate::core::CallId], first| calls.contains(&first);
    let candidate = candidates
        .iter()
        .position(|one| of_codex(&one.calls, calls[0]) == codex_wins)
        .unwrap();
    room.command(&Command::Choose {
        task,
        candidate,
        among: None,
    });
    room.follow();
}

/// A room in which codex lost so many councils on code.
fn worse(times: u64) -> Room {
    let mut room = Room::of(&["codex", "gpt", "claude"]);
    (0..times).for_each(|_| council(&mut room, false));
    room
}

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
fn what_stands_stays_at_a_laxer_bound_than_the_one_at_which_it_appeared() {
    let mut room = worse(LEAST_RESULTS);
    let mut appeared_anew = false;
    let mut went = None;
    for wins in 1..200 {
        council(&mut room, true);
        let there = stands(&room, &of_code());
        if !there && went.is_none() {
            went = Some(wins);
            assert!(!shows(&room.state, &of_code()));
        }
        appeared_anew |= went.is_some() && there;
        if !shows(&room.state, &of_code()) && there {
            // Between the bounds: a look at it alone would not bring it up.
            assert!(matches!(look(&room.state, &of_code()), Look::Stays(_)));
        }
    }
    assert!(went.is_some() && !appeared_anew);
}

#[test]
fn a_member_that_is_kept_from_a_kind_gets_it_only_by_name_or_where_nobody_else_is() {
    let mut room = worse(LEAST_RESULTS);
    let events = room.command(&advise(&of_code(), AdviceOrder::Apply));
    let figures = Figures {
        seen: Share { of: 0, n: 12 },
        beside: Some(Share { of: 24, n: 24 }),
        ..Figures::default()
    };
    let applied = Advised::Applied {
        about: of_code(),
        by: Actor::Operator,
        figures,
    };
    let barred = |barred| Advised::Barred {
        member: name("codex"),
        kind: CODE,
        barred,
    };
    let events_of = |all: Vec<Advised>| -> Vec<Event> {
        all.into_iter()
            .map(|what| Event::Advised { what })
            .collect()
    };
    assert_eq!(events, events_of(vec![applied, barred(true)]));
    assert!(!stands(&room, &of_code()));
    let solo = |members: &[&str], kind| TaskOrder {
        kind,
        ..order(Strategy::Solo, members)
    };
    let council_of = |room: &mut Room, order: TaskOrder| {
        let (task, calls) = room.add(order);
        let task = room.state.task(task).unwrap();
        let found = (task.council().to_vec(), task.routed_because().to_owned());
        calls
            .iter()
            .for_each(|call| drop(room.answer(*call, said("yes"))));
        found
    };
    for _ in 0..4 {
        let (council, because) = council_of(&mut room, solo(&[], CODE));
        assert!(council != [name("codex")]);
        assert!(because.ends_with("codex: kept from code"), "{because}");
    }
    assert_eq!(
        council_of(&mut room, solo(&["codex"], CODE)).0,
        [name("codex")]
    );
    // A council of three would be too few without it; one of two is not.
    let (council, _) = council_of(
        &mut room,
        TaskOrder {
            kind: CODE,
            ..order(Strategy::Race, &[])
        },
    );
    assert_eq!(council.len(), 2);
    for other in ["gpt", "claude"] {
        room.down(other);
    }
    assert_eq!(council_of(&mut room, solo(&[], CODE)).0, [name("codex")]);
    // Taken back it may have it again, and is not proposed again at once.
    let back = room.command(&advise(&of_code(), AdviceOrder::TakeBack));
    assert!(back.ends_with(&events_of(vec![barred(false)])));
    assert!(!room.state.advice().bars(&name("codex"), CODE));
    assert!(!stands(&room, &of_code()));
    let again = room.refused(&advise(&of_code(), AdviceOrder::TakeBack));
    assert!(matches!(again, Refusal::NoSuchAdvice { .. }));
}

#[test]
fn what_was_dismissed_stays_away_until_it_is_clearly_worse() {
    let mut room = worse(LEAST_RESULTS);
    let figures = room.state.advice().entry(&of_code()).unwrap().figures;
    let dismissed = Advised::Dismissed {
        about: of_code(),
        by: Actor::Operator,
        figures,
    };
    let events = room.command(&advise(&of_code(), AdviceOrder::Dismiss));
    assert_eq!(events, [Event::Advised { what: dismissed }]);
    // More of the same is not worse.
    (0..10).for_each(|_| council(&mut room, false));
    assert!(!stands(&room, &of_code()));
    let refused = room.refused(&advise(&of_code(), AdviceOrder::Apply));
    assert!(matches!(refused, Refusal::NoSuchAdvice { .. }));
    let seen = |of, n| Figures {
        seen: Share { of, n },
        ..Figures::default()
    };
    let member = name("codex");
    let timeout = About::Timeout {
        member: member.clone(),
    };
    let restarts = About::Restarts { member };
    let context = About::Context {
        session: SessionId(1),
    };
    assert!(is_worse(&of_code(), &seen(20, 40), &seen(20, 60)));
    assert!(!is_worse(&of_code(), &seen(20, 40), &seen(21, 60)));
    assert!(!is_worse(&of_code(), &seen(20, 40), &seen(40, 60)));
    assert!(is_worse(&timeout, &seen(4, 40), &seen(20, 60)));
    assert!(!is_worse(&timeout, &seen(4, 40), &seen(8, 60)));
    assert!(is_worse(&restarts, &seen(4, 9), &seen(8, 90)));
    assert!(!is_worse(&restarts, &seen(4, 9), &seen(7, 7)));
    assert!(is_worse(&context, &seen(86, 100), &seen(96, 100)));
    assert!(!is_worse(&context, &seen(86, 100), &seen(95, 100)));
    assert!(!is_worse(&context, &seen(0, 0), &seen(95, 100)));
}

#[test]
fn what_was_applied_is_measured_by_what_came_since() {
    let mut room = worse(LEAST_RESULTS);
    room.command(&advise(&of_code(), AdviceOrder::Apply));
    let how = |room: &Room| {
        let advice = room.state.advice();
        measured(&room.state, advice.in_force(&of_code()).unwrap())
    };
    assert_eq!(how(&room), None);
    for _ in 0..12 {
        let (_, calls) = room.add(TaskOrder {
            kind: CODE,
            ..order(Strategy::Solo, &[])
        });
        room.answer(calls[0], said("yes"));
    }
    let it = how(&room).unwrap();
    assert_eq!(it.since, Share { of: 12, n: 12 });
    assert_eq!(it.verdict, Verdict::Better);
    let told = words::since(&of_code(), Some(&it));
    assert_eq!(
        told,
        "since then 12 of 12: 100 % (76 to 100) of the results on the kind stood, before 0 of 12: 0 % (0 to 24): better"
    );
}

fn session_of(room: &mut Room, used: u64) -> SessionId {
    let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
    let session = room.state.call(calls[0]).unwrap().session();
    room.bind(calls[0], "thread");
    room.wait(Span(1000));
    let usage = Usage {
        context: ContextUse::new(used, 1000),
        ..Usage::default()
    };
    room.answer(
        calls[0],
        Answer {
            usage,
            ..said("yes")
        },
    );
    session
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

fn restart(room: &mut Room) {
    room.wait(Span::secs(60));
    room.report(&Report::Health {
        member: name("codex"),
        health: Health::Restarting {
            why: "exited".to_owned(),
            at: room.now,
        },
    });
    room.report(&Report::Health {
        member: name("codex"),
        health: Health::Ready {
            protocol: "x".to_owned(),
        },
    });
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
    let events = room.command(&advise(&about, AdviceOrder::Apply));
    let until = Some(room.now.after(Span::secs(1800)));
    assert!(
        matches!(&events[1], Event::MemberPaused { until: at, .. } if *at == until),
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
        let open: Vec<_> = room.state.open_tasks().map(|task| task.id()).collect();
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
    let entry = super::Entry {
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
    assert!(matches!(&events[1], Event::LessonDisputed { why, .. } if why.contains("1 of 12")));
    let events = room.command(&advise(&about, AdviceOrder::TakeBack));
    let by = Actor::Operator;
    assert_eq!(events[1], Event::LessonAccepted { lesson, by });
    assert!(!stands(&room, &about));
}

#[test]
fn the_room_applies_what_it_may_and_takes_back_what_measures_worse() {
    let mut room = worse(LEAST_RESULTS);
    room.command(&Command::SetAdvice(Setting {
        apply: BTreeSet::from([Sort::Kinds]),
        limits: BTreeMap::new(),
    }));
    let events = room.follow();
    assert!(
        matches!(
            &events[0],
            Event::Advised {
                what: Advised::Applied {
                    by: Actor::Room,
                    ..
                }
            }
        ),
        "{events:?}"
    );
    assert!(room.state.advice().bars(&name("codex"), CODE));
    assert_eq!(room.follow(), []);
    // It had stood on 12 of 12 that failed; to be worse is only possible where some had stood.
    let applied = &mut room.state.advice.applied[0];
    applied.figures.seen = Share { of: 11, n: 12 };
    for _ in 0..12 {
        let (task, calls) = room.add(TaskOrder {
            kind: CODE,
            ..order(Strategy::Council, &["gpt", "claude"])
        });
        let values = ["1", "2"];
        calls
            .iter()
            .zip(values)
            .for_each(|(call, value)| drop(room.answer(*call, number(value))));
        let item = room.state.attention().next().unwrap().id;
        let reason = "neither".to_owned();
        room.command(&Command::Answer {
            attention: item,
            reply: crate::core::Reply::Deny { reason },
        });
        room.follow();
        assert!(room.state.task(task).unwrap().is_ended());
    }
    assert!(!room.state.advice().bars(&name("codex"), CODE));
    let back = room.state.advice().applied().next().unwrap();
    assert!(matches!(back.taken_back, Some((_, Actor::Room, _))));
    // Nor is it applied again.
    assert_eq!(room.follow(), []);
    let setting = Setting {
        apply: BTreeSet::from([Sort::Budget]),
        limits: BTreeMap::new(),
    };
    let refused = room.refused(&Command::SetAdvice(setting));
    assert!(matches!(refused, Refusal::UnfitAdvice { .. }));
}

#[test]
fn a_full_session_is_let_go_by_the_room_once_an_hour() {
    let mut room = Room::of(&["codex"]);
    room.command(&Command::SetAdvice(Setting {
        apply: BTreeSet::from([Sort::Context]),
        limits: BTreeMap::new(),
    }));
    let unbound = |room: &Room| {
        let events = room.journal.iter().map(|recorded| &recorded.event);
        events
            .filter(|event| matches!(event, Event::SessionUnbound { .. }))
            .count()
    };
    session_of(&mut room, 990);
    assert_eq!(unbound(&room), 1);
    session_of(&mut room, 990);
    assert_eq!(unbound(&room), 1);
    room.wait(Span::secs(3600));
    session_of(&mut room, 990);
    assert_eq!(unbound(&room), 2);
}

#[test]
fn who_left_leaves_no_recommendation_behind() {
    let mut room = worse(LEAST_RESULTS);
    room.command(&advise(&of_code(), AdviceOrder::Apply));
    (0..RESTARTS).for_each(|_| restart(&mut room));
    let member = name("codex");
    assert!(stands(
        &room,
        &About::Restarts {
            member: member.clone()
        }
    ));
    room.command(&Command::Dismiss {
        member: member.clone(),
    });
    let advice = room.state.advice();
    assert_eq!(advice.standing().len(), 0);
    assert!(!advice.bars(&member, CODE) && advice.restarts.is_empty());
}

#[test]
fn what_stands_is_bounded() {
    let mut room = Room::of(&["codex"]);
    for _ in 0..STANDING_MAX + 8 {
        room.command(&Command::OpenSession {
            member: name("codex"),
            title: String::new(),
        });
    }
    let sessions: Vec<SessionId> = room.state.sessions().map(|one| one.id()).collect();
    for session in sessions {
        let order = crate::core::SessionOrder::Choose;
        room.command(&Command::Session { session, order });
        session_of(&mut room, 999);
    }
    assert_eq!(room.state.advice().standing().len(), STANDING_MAX);
}
