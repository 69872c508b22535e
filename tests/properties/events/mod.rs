//! The codec: whatever the core can say is stored and read back as it was.

mod advice;
mod check;
mod dial;
mod ladder;
mod lesson;
mod outside;
mod plan;
mod session;
mod waiting;

use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use synod::core::analysis::Size;
use synod::core::routing::policy::Policy;
use synod::core::{
    Access, Actor, Analysis, Answer, AnswerKind, AskId, AttentionId, Basis, Branch, Budget, CallId,
    ContextUse, DigestOrder, Ending, Event, Failure, FailureKind, FinalAnswer, Guess, Handle,
    Health, Input, Keeper, KindBy, KindName, Kinds, ListedSession, Listing, MemberName, MemberSpec,
    Old, Origin, Outcome, OwnKind, Period, Priority, Purpose, Reach, Retention, SessionDigest,
    SessionId, Span, Spot, Strategy as Way, TaskId, TaskKind, TaskOrder, Text, Thought, Timestamp,
    Upkeep, Usage,
};
use synod::journal::blobs::{put_back, take_out};
use synod::journal::codec::{decode, encode};

proptest! {
    #[test]
    fn every_event_is_read_back_as_it_was(event in event()) {
        let encoded = encode(&event);
        let text = encoded.body.to_string();
        let body = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(decode(encoded.kind, encoded.version, body), Ok(event));
    }

    #[test]
    fn an_event_is_the_same_without_its_large_texts_and_with_them(event in event()) {
        let whole = encode(&event).body;
        let mut body = whole.clone();
        let blobs = take_out(&mut body);
        let mut look_up = |name: &str| {
            let found = blobs.iter().find(|blob| blob.hash.to_string() == name);
            found.map(|blob| blob.text.clone()).ok_or("lost")
        };
        put_back(&mut body, &mut look_up).unwrap();
        prop_assert_eq!(body, whole);
    }

    #[test]
    fn no_body_makes_reading_panic(
        kind in select(synod::journal::codec::KINDS),
        body in json(),
    ) {
        drop(decode(kind.0, kind.1, body));
    }
}

/// Any event of any kind.
pub(crate) fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        room(),
        roster(),
        session(),
        task(),
        check::event(),
        call(),
        thinking(),
        ladder::event(),
        lesson::event(),
        advice::event(),
        plan::event(),
        waiting::waiting()
    ]
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        words().prop_map(Value::from),
    ];
    let names = select(vec![
        "task", "order", "name", "$blob", "call", "ending", "by", "said",
    ]);
    leaf.prop_recursive(3, 20, 5, move |inner| {
        let field = (names.clone().prop_map(str::to_owned), inner.clone());
        prop_oneof![
            vec(inner, 0..4).prop_map(Value::from),
            vec(field, 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn words() -> impl Strategy<Value = String> {
    // Any characters, control ones included.
    vec(any::<char>(), 0..20).prop_map(|chars| chars.into_iter().collect())
}

fn text() -> impl Strategy<Value = Text> {
    // Around the size at which a text is kept apart.
    let long = (words(), 1000_usize..1100).prop_map(|(head, fill)| head + &"x".repeat(fill));
    prop_oneof![3 => words(), 1 => long].prop_map(Text::from)
}

fn name() -> impl Strategy<Value = MemberName> {
    "[a-z0-9_-]{1,32}".prop_map(|name| MemberName::new(&name).unwrap())
}

fn at() -> impl Strategy<Value = Timestamp> {
    any::<u64>().prop_map(Timestamp)
}

fn span() -> impl Strategy<Value = Span> {
    any::<u64>().prop_map(Span)
}

fn task_id() -> impl Strategy<Value = TaskId> {
    any::<u64>().prop_map(TaskId)
}

fn call_id() -> impl Strategy<Value = CallId> {
    any::<u64>().prop_map(CallId)
}

fn session_id() -> impl Strategy<Value = SessionId> {
    any::<u64>().prop_map(SessionId)
}

fn attention_id() -> impl Strategy<Value = AttentionId> {
    any::<u64>().prop_map(AttentionId)
}

fn ask_id() -> impl Strategy<Value = AskId> {
    any::<u64>().prop_map(AskId)
}

fn actor() -> impl Strategy<Value = Actor> {
    select(vec![
        Actor::Operator,
        Actor::Clock,
        Actor::Room,
        Actor::Policy,
    ])
}

fn kind() -> impl Strategy<Value = TaskKind> {
    prop_oneof![select(TaskKind::ALL), kind_name().prop_map(TaskKind::Own)]
}

fn kind_name() -> impl Strategy<Value = KindName> {
    "x[a-z0-9_-]{0,20}".prop_map(|name| KindName::new(&name).unwrap())
}

fn kinds() -> impl Strategy<Value = Kinds> {
    let words = vec(".{0,9}", 0..4);
    let own = ("[^\\n]{0,20}", words, of(select(TaskKind::ALL)));
    let own = own.prop_map(|(means, words, like)| OwnKind { means, words, like });
    btree_map(kind_name(), own, 0..4).prop_map(|own| Kinds::new(own).unwrap())
}

fn room() -> BoxedStrategy<Event> {
    let period = select(vec![Period::Day, Period::Room]);
    let budget = (of(any::<u64>()), of(any::<u64>()), of(span()), period);
    let budget = budget.prop_map(|(tokens, micro_usd, time, per)| Budget {
        tokens,
        micro_usd,
        time,
        per,
    });
    prop_oneof![
        kinds().prop_map(|kinds| Event::KindsSet { kinds }),
        words().prop_map(|name| Event::RoomOpened { name }),
        Just(Event::RoomResumed),
        Just(Event::RoomClosed),
        budget.prop_map(|budget| Event::BudgetSet { budget }),
        words().prop_map(|about| Event::ReportStale { about }),
    ]
    .boxed()
}

fn roster() -> BoxedStrategy<Event> {
    let reach = select(vec![Reach::Text, Reach::Sandboxed, Reach::Unguarded]);
    let strengths = btree_map(kind(), 0.0..=1.0_f64, 0..5);
    let spec = (
        name(),
        words(),
        strengths,
        any::<u32>(),
        reach,
        any::<bool>(),
        of(words()),
    );
    let spec = spec.prop_map(
        |(name, family, strengths, parallel, reach, rehearsal, model)| MemberSpec {
            name,
            family,
            strengths,
            parallel,
            reach,
            rehearsal,
            model,
        },
    );
    let health = prop_oneof![
        Just(Health::Unknown),
        Just(Health::Starting),
        words().prop_map(|protocol| Health::Ready { protocol }),
        (words(), at()).prop_map(|(why, at)| Health::Restarting { why, at }),
        words().prop_map(|why| Health::Down { why }),
    ];
    prop_oneof![
        spec.prop_map(|spec| Event::MemberEnrolled { spec }),
        name().prop_map(|member| Event::MemberLeft { member }),
        name().prop_map(|member| Event::MemberRestarted { member }),
        (name(), words(), of(at())).prop_map(|(member, why, until)| Event::MemberPaused {
            member,
            why,
            until
        }),
        name().prop_map(|member| Event::MemberResumed { member }),
        (name(), health).prop_map(|(member, health)| Event::MemberHealthChanged { member, health }),
    ]
    .boxed()
}

fn session() -> BoxedStrategy<Event> {
    let handle = (words(), any::<bool>()).prop_map(|(value, survives_restart)| Handle {
        value,
        survives_restart,
    });
    let opened = (session_id(), name(), words());
    prop_oneof![
        opened.prop_map(|(session, member, title)| Event::SessionOpened {
            session,
            member,
            title
        }),
        (session_id(), handle)
            .prop_map(|(session, handle)| Event::SessionBound { session, handle }),
        session_id().prop_map(|session| Event::SessionUnbound { session }),
        session_id().prop_map(|session| Event::SessionClosed { session }),
        (session_id(), session_id(), name(), words()).prop_map(|(session, from, member, title)| {
            Event::SessionForked {
                session,
                from,
                member,
                title,
            }
        }),
        (session_id(), session::change())
            .prop_map(|(session, change)| Event::SessionChanged { session, change }),
        name().prop_map(|member| Event::SessionsAsked { member }),
        (name(), at(), listing()).prop_map(|(member, asked, listing)| Event::SessionsListed {
            member,
            asked,
            listing,
        }),
        name().prop_map(|member| Event::MemberRested { member }),
        upkeep().prop_map(|upkeep| Event::UpkeepSet { upkeep }),
        (of(span()), of(any::<u64>()), old()).prop_map(|(keep, most, old)| Event::RetentionSet {
            retention: Retention { keep, most, old },
        }),
        (vec(task_id(), 0..4), old()).prop_map(|(tasks, old)| Event::ResultsAged { tasks, old }),
        of(name()).prop_map(|member| Event::DigesterSet { member }),
        (session_id(), 0..9_u64, task_id(), of(task_id())).prop_map(
            |(session, through, task, again)| Event::DigestOrdered {
                session,
                order: DigestOrder {
                    through,
                    task,
                    again
                },
            }
        ),
        (session_id(), 0..9_u64, text(), of(name())).prop_map(|(session, through, text, by)| {
            Event::SessionDigested {
                session,
                digest: SessionDigest { through, text, by },
            }
        }),
    ]
    .boxed()
}

fn old() -> impl Strategy<Value = Old> {
    select(vec![Old::Summary, Old::Archive])
}

fn listing() -> impl Strategy<Value = Listing> {
    let one =
        (words(), of(any::<u64>())).prop_map(|(handle, turns)| ListedSession { handle, turns });
    prop_oneof![
        vec(one, 0..4).prop_map(Listing::Sessions),
        Just(Listing::Unsupported),
        words().prop_map(|why| Listing::Failed { why }),
    ]
}

fn upkeep() -> impl Strategy<Value = Upkeep> {
    let rest_of = btree_map(name(), of(span()), 0..3);
    (of(span()), rest_of, of(span())).prop_map(|(rest_after, rest_of, archive_after)| Upkeep {
        rest_after,
        rest_of,
        archive_after,
    })
}

fn analysis() -> impl Strategy<Value = Analysis> {
    let guess = (kind(), 0..=1000_u16, vec(words(), 0..4));
    let size = (any::<u64>(), any::<u64>());
    (guess, size).prop_map(|((kind, share, why), (prompt, answer))| Analysis {
        guess: Guess { kind, share, why },
        size: Size { prompt, answer },
    })
}

fn order() -> impl Strategy<Value = TaskOrder> {
    let origin = select(vec![
        Origin::Operator,
        Origin::CommandLine,
        Origin::Hub,
        Origin::Room,
    ]);
    let who = (vec(name(), 0..4), vec(task_id(), 0..4), of(at()), origin);
    let kind = (kind(), select(KindBy::ALL));
    let what = (text(), kind, select(Priority::ALL), select(Way::ALL));
    let policy = (of(select(Policy::ALL)), of(check::name()));
    let what = (what, of(ladder::rule()), policy);
    (what, who).prop_map(
        |(
            ((prompt, (kind, kind_by), priority, strategy), rule, (policy, check)),
            (members, after, deadline, origin),
        )| {
            TaskOrder {
                prompt,
                kind,
                kind_by,
                priority,
                strategy,
                members,
                after,
                deadline,
                rule,
                policy,
                check,
                origin,
            }
        },
    )
}

fn basis() -> impl Strategy<Value = Basis> {
    select(vec![
        Basis::Only,
        Basis::First,
        Basis::Agreement,
        Basis::LastStep,
        Basis::Conclusion,
        Basis::Plan,
        Basis::Operator,
        Basis::Vote,
        Basis::Consensus,
        Basis::Merged,
        Basis::Expert,
        Basis::Fallback,
    ])
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let done = (text(), vec(call_id(), 0..4), basis());
    prop_oneof![
        done.prop_map(|(result, from, basis)| Outcome::Done {
            result,
            from,
            basis
        }),
        words().prop_map(|why| Outcome::Failed { why }),
        Just(Outcome::Cancelled),
    ]
}

fn task() -> BoxedStrategy<Event> {
    let routed = (task_id(), vec(name(), 0..4), words());
    prop_oneof![
        (task_id(), order(), of(analysis())).prop_map(|(task, order, analysis)| {
            let analysis = analysis.map(Box::new);
            Event::TaskAdded {
                task,
                order,
                analysis,
            }
        }),
        (task_id(), kind()).prop_map(|(task, kind)| Event::TaskRelabelled { task, kind }),
        (task_id(), order()).prop_map(|(task, order)| Event::TaskReopened { task, order }),
        (task_id(), text(), kind()).prop_map(|(task, prompt, kind)| Event::TaskReworded {
            task,
            prompt,
            kind,
            analysis: None,
        }),
        (task_id(), task_id(), any::<bool>()).prop_map(|(task, other, ahead)| Event::TaskMoved {
            task,
            to: if ahead {
                Spot::AheadOf(other)
            } else {
                Spot::Behind(other)
            },
        }),
        (task_id(), select(Priority::ALL))
            .prop_map(|(task, priority)| Event::TaskReprioritised { task, priority }),
        routed.prop_map(|(task, council, because)| Event::TaskRouted {
            task,
            council,
            because,
            route: None,
            convened: None,
            forecast: None,
        }),
        (task_id(), at()).prop_map(|(task, until)| Event::TaskDelayed { task, until }),
        (task_id(), outcome()).prop_map(|(task, outcome)| Event::TaskConcluded { task, outcome }),
    ]
    .boxed()
}

fn started() -> impl Strategy<Value = Event> {
    let purpose = prop_oneof![
        Just(Purpose::Answer),
        Just(Purpose::Council),
        any::<u32>().prop_map(Purpose::Step),
        Just(Purpose::Repair),
        any::<u32>().prop_map(Purpose::Thought),
        any::<u32>().prop_map(Purpose::ThoughtAgain),
        Just(Purpose::Conclude),
        Just(Purpose::Plan),
        Just(Purpose::PlanAgain),
        Just(Purpose::Gather),
    ];
    let input = prop_oneof![
        call_id().prop_map(Input::Answer),
        task_id().prop_map(Input::Result),
    ];
    let access = select(vec![Access::Read, Access::Write]);
    let what = (purpose, access, text(), vec(input, 0..4));
    (call_id(), task_id(), session_id(), what).prop_map(
        |(call, task, session, (purpose, access, prompt, inputs))| Event::CallStarted {
            call,
            task,
            session,
            purpose,
            access,
            prompt,
            inputs,
        },
    )
}

fn thinking() -> BoxedStrategy<Event> {
    let branch = (words(), any::<u32>()).prop_map(|(id, from)| Branch { id, from });
    let refers = (of(any::<u32>()), of(branch));
    let flags = (any::<bool>(), any::<bool>());
    let thought = (any::<u32>(), text(), refers, any::<u32>(), flags).prop_map(
        |(number, text, (revises, branch), total, (needs_more, more))| Thought {
            number,
            text,
            revises,
            branch,
            total,
            needs_more,
            more,
        },
    );
    let keeper = prop_oneof![
        (any::<u32>(), any::<u32>())
            .prop_map(|(history, replayed)| Keeper::Tool { history, replayed }),
        words().prop_map(|why| Keeper::Room { why }),
    ];
    prop_oneof![
        any::<u32>().prop_map(|most| Event::ThoughtsBounded { most }),
        (task_id(), call_id(), thought).prop_map(|(task, call, thought)| {
            Event::ThoughtProposed {
                task,
                call,
                thought,
            }
        }),
        (task_id(), any::<u32>(), keeper).prop_map(|(task, number, keeper)| {
            Event::ThoughtRecorded {
                task,
                number,
                keeper,
            }
        }),
    ]
    .boxed()
}

fn answer() -> impl Strategy<Value = Answer> {
    let kind = select(vec![
        AnswerKind::Choice,
        AnswerKind::Number,
        AnswerKind::YesNo,
        AnswerKind::Code,
        AnswerKind::Json,
        AnswerKind::Text,
    ]);
    let block = (kind, words(), words(), of(0.0..=1.0_f64));
    let block = block.prop_map(|(kind, value, key, confidence)| FinalAnswer {
        kind,
        value,
        key,
        confidence,
    });
    let context = of((any::<u64>(), 1_u64..));
    let context =
        context.prop_map(|it| it.and_then(|(used, window)| ContextUse::new(used, window)));
    let counts = (any::<u64>(), any::<u64>(), any::<u64>());
    let usage = (counts, any::<bool>(), of(any::<u64>()), context);
    let usage = usage.prop_map(
        |((input, output, micro_usd), estimated, cached, context)| Usage {
            input,
            output,
            micro_usd,
            estimated,
            cached,
            context,
        },
    );
    (text(), of(block), usage, of(span())).prop_map(|(text, block, usage, first_text)| Answer {
        text,
        block,
        usage,
        first_text,
    })
}

fn failure() -> impl Strategy<Value = Failure> {
    let kind = select(vec![
        FailureKind::NotInstalled,
        FailureKind::WrongVersion,
        FailureKind::Auth,
        FailureKind::RateLimited,
        FailureKind::Overloaded,
        FailureKind::ContextTooLong,
        FailureKind::Refused,
        FailureKind::TimedOut,
        FailureKind::Malformed,
        FailureKind::Protocol,
        FailureKind::Crashed,
    ]);
    (kind, words(), text(), of(span()), any::<bool>()).prop_map(
        |(kind, message, said, retry_after, unsent)| Failure {
            kind,
            message,
            said,
            retry_after,
            unsent,
        },
    )
}

fn call() -> BoxedStrategy<Event> {
    let ending = prop_oneof![
        answer().prop_map(Ending::Answered),
        (failure(), text()).prop_map(|(failure, partial)| Ending::Failed { failure, partial }),
        text().prop_map(|partial| Ending::Cancelled { partial }),
        Just(Ending::Interrupted),
    ];
    prop_oneof![
        started(),
        (call_id(), ending).prop_map(|(call, ending)| Event::CallEnded { call, ending }),
    ]
    .boxed()
}
