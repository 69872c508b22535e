//! Whatever stands, whatever is said to it: nothing panics, and what is applied is gone.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;

use super::{advise, restart, session_of, worse};
use crate::core::advice::look::all;
use crate::core::advice::{AdviceOrder, Entry, Figures, Setting, Sort, measured, words};
use crate::core::fixture::{Room, name, order, said};
use crate::core::metrics::Share;
use crate::core::{
    Command, LessonOrder, Refusal, Span, Strategy as TaskStrategy, TaskKind, decide, follow,
};

fn share() -> impl Strategy<Value = Share> {
    let n = prop_oneof![Just(0), 1..100_u64, Just(u64::MAX)];
    (n, any::<u64>()).prop_map(|(n, of)| Share {
        of: of.checked_rem(n).unwrap_or(0),
        n,
    })
}

fn figures() -> impl Strategy<Value = Figures> {
    let span = || prop::option::of(prop_oneof![0..10_000_000_u64, Just(u64::MAX)].prop_map(Span));
    let all = (share(), prop::option::of(share()), span(), span());
    all.prop_map(|(seen, beside, took, limit)| Figures {
        seen,
        beside,
        took,
        limit,
    })
}

/// A room of which there is something to say, and more that could be said.
fn room() -> Room {
    let mut room = worse(3);
    session_of(&mut room, 900);
    restart(&mut room);
    room.command(&Command::Lesson(LessonOrder::Add {
        topic: TaskKind::Code,
        subject: "tests".to_owned(),
        claim: "sleep in them".to_owned(),
        why: String::new(),
    }));
    room
}

/// A turn of codex, where it may have one.
fn turn(room: &mut Room) {
    let (_, calls) = room.add(order(TaskStrategy::Solo, &["codex"]));
    if let Some(call) = calls.first() {
        room.answer(*call, said("yes"));
    }
    room.wait(Span::secs(600));
    room.expire();
    room.follow();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn nothing_that_is_said_to_it_panics_and_what_was_applied_is_gone(
        words_said in prop::collection::vec(
            (
                any::<prop::sample::Index>(),
                figures(),
                select(vec![AdviceOrder::Apply, AdviceOrder::Dismiss, AdviceOrder::TakeBack]),
                0..4_u32,
            ),
            1..24,
        ),
        by_itself in any::<bool>(),
    ) {
        let mut room = room();
        for (index, figures, wish, more) in words_said {
            let keys = all(&room.state);
            let about = index.get(&keys).clone();
            let since = room.now;
            let entry = Entry { about: about.clone(), figures, since };
            room.state.advice.standing.insert(about.clone(), entry);
            for text in [words::line(&about, &figures), words::seen(&about, &figures), words::brief(&about, &figures), words::proposal(&about, &figures), words::benefit(&about, &figures)] {
                prop_assert!(!text.is_empty() && !text.contains("NaN"), "{text}");
            }
            match decide(&room.state, &advise(&about, wish)) {
                Ok(events) => {
                    prop_assert!(!events.is_empty());
                    room.fold(events);
                    let gone = room.state.advice().entry(&about).is_none();
                    prop_assert!(gone || wish == AdviceOrder::TakeBack, "{about}");
                }
                Err(why) => {
                    let told = matches!(why, Refusal::NoSuchAdvice { .. } | Refusal::UnfitAdvice { .. });
                    prop_assert!(told, "{about}: {why}");
                    let can = wish == AdviceOrder::Apply && about.can_be_applied();
                    let busy = matches!(about.sort(), Sort::Context | Sort::Restarts | Sort::Lessons | Sort::Councils);
                    prop_assert!(!can || busy, "{about}: {why}");
                }
            }
            for applied in room.state.advice().applied() {
                let told = words::since(&applied.about, measured(&room.state, applied).as_ref());
                prop_assert!(told.starts_with("since then"), "{told}");
            }
            match more {
                0 => restart(&mut room),
                1 => turn(&mut room),
                _ => {}
            }
        }
        if by_itself {
            let apply = BTreeSet::from(Sort::BY_ITSELF);
            let limits = [(name("codex"), Span(1))].into();
            room.command(&Command::SetAdvice(Setting { apply, limits }));
        }
        // The room comes to rest.
        for _ in 0..200 {
            let events = follow(&room.state, room.now);
            if events.is_empty() {
                return Ok(());
            }
            room.fold(events);
        }
        prop_assert!(false, "it never rests");
    }
}

#[test]
fn what_was_applied_about_a_member_that_left_is_over() {
    let mut room = room();
    room.state.advice.applied.clear();
    let about = super::of_code();
    let figures = Figures {
        seen: Share { of: 0, n: 20 },
        beside: None,
        took: None,
        limit: None,
    };
    let applied = crate::core::advice::Applied {
        about: about.clone(),
        by: crate::core::Actor::Operator,
        at: room.now,
        figures,
        base: Share { of: 0, n: 0 },
        before: None,
        taken_back: None,
    };
    room.state.advice.applied.push(applied);
    assert!(room.state.advice().in_force(&about).is_some());
    room.command(&Command::Dismiss {
        member: name("codex"),
    });
    assert!(room.state.advice().in_force(&about).is_none());
}

#[test]
fn what_is_counted_to_the_end_of_numbers_is_no_more_than_the_largest() {
    let endless = Figures {
        seen: Share {
            of: u64::MAX / 2 + 2,
            n: u64::MAX,
        },
        beside: None,
        took: Some(Span(u64::MAX)),
        limit: Some(Span(u64::MAX)),
    };
    assert_eq!(words::budget_wanted(&endless), u64::MAX);
}
