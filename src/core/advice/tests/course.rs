//! The way of a recommendation: shown, applied, dismissed, measured, taken back.

use std::collections::{BTreeMap, BTreeSet};

use pretty_assertions::assert_eq;

use super::{CODE, advise, council, of_code, restart, session_of, shows, stands, worse};
use crate::core::advice::look::{LEAST_RESULTS, Look, RESTARTS, look};
use crate::core::advice::{
    About, AdviceOrder, Advised, Figures, STANDING_MAX, Setting, Sort, Verdict, is_worse, measured,
    words,
};
use crate::core::fixture::{Room, name, number, order, said};
use crate::core::metrics::Share;
use crate::core::{Actor, Command, Event, Refusal, Session, SessionId, Span, Strategy, TaskOrder};

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
        for call in calls {
            room.answer(call, said("yes"));
        }
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
        for (call, value) in calls.iter().zip(values) {
            room.answer(*call, number(value));
        }
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
    let sessions: Vec<SessionId> = room.state.sessions().map(Session::id).collect();
    for session in sessions {
        let order = crate::core::SessionOrder::Choose;
        room.command(&Command::Session { session, order });
        session_of(&mut room, 999);
    }
    assert_eq!(room.state.advice().standing().len(), STANDING_MAX);
}
