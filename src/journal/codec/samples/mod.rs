//! One event of every kind and of every shape within a kind, for the golden files and tests.

mod advice;
mod appraisal;
mod attention;
mod check;
mod dials;
mod ladder;
mod lesson;
mod plan;
mod routing;

use std::collections::BTreeMap;

use crate::core::analysis::Size;
use crate::core::routing::policy::Policy;
use crate::core::session::Restored;
use crate::core::voting::Rule;
use crate::core::{
    Access, Actor, Analysis, Answer, AnswerKind, Basis, Branch, Budget, CallId, CheckName,
    ContextUse, DigestOrder, Ending, Event, Failure, FailureKind, FinalAnswer, Guess, HandedServer,
    Handle, Health, Input, Keeper, KindBy, KindName, Kinds, ListedSession, Listing, MemberName,
    MemberSpec, Old, Origin, Outcome, OwnKind, Period, Priority, Purpose, Reach, Retention,
    SessionChange, SessionDigest, SessionId, Span, Spot, Strategy, TaskId, TaskKind, TaskOrder,
    Text, Thought, Timestamp, Upkeep, Usage,
};

/// All of them, grouped by kind.
pub(crate) fn samples() -> Vec<Event> {
    let families = [
        room(),
        kinds(),
        check::all(),
        roster(),
        sessions(),
        tasks(),
        calls(),
        thinking(),
        ladder::all(),
        plan::all(),
        appraisal::all(),
        routing::all(),
        advice::all(),
        attention::all(),
        attention::approvals(),
        attention::edits(),
        lesson::all(),
        attention::notes(),
        retention(),
        digests(),
    ];
    families.into_iter().flatten().collect()
}

fn codex() -> MemberName {
    MemberName::new("codex").unwrap()
}

fn room() -> Vec<Event> {
    vec![
        Event::RoomOpened {
            name: "my \"app\" – ünïcode".to_owned(),
        },
        Event::RoomResumed,
        Event::RoomClosed,
        Event::BudgetSet {
            budget: Budget::default(),
        },
        Event::BudgetSet {
            budget: Budget {
                tokens: Some(2_000_000),
                micro_usd: Some(20_000_000),
                time: Some(Span(3_600_000)),
                per: Period::Room,
            },
        },
        Event::UpkeepSet {
            upkeep: Upkeep::default(),
        },
        Event::UpkeepSet {
            upkeep: Upkeep {
                rest_after: Some(Span(1_800_000)),
                rest_of: BTreeMap::from([(codex(), None)]),
                archive_after: Some(Span::DAY),
            },
        },
        Event::ReportStale {
            about: "c7 ended".to_owned(),
        },
    ]
}

fn retention() -> Vec<Event> {
    let set = |keep, most, old| Event::RetentionSet {
        retention: Retention { keep, most, old },
    };
    let aged = |old| Event::ResultsAged {
        tasks: vec![TaskId(41), TaskId(7)],
        old,
    };
    vec![
        set(None, None, Old::Summary),
        set(Some(Span(2_592_000_000)), Some(67_108_864), Old::Archive),
        aged(Old::Summary),
        aged(Old::Archive),
    ]
}

fn digests() -> Vec<Event> {
    let session = SessionId(3);
    let set = |member| Event::DigesterSet { member };
    let ordered = |task, again| Event::DigestOrdered {
        session,
        order: DigestOrder {
            through: 25,
            task: TaskId(task),
            again,
        },
    };
    let digested = |by| Event::SessionDigested {
        session,
        digest: SessionDigest {
            through: 25,
            text: Text::from("It was about the login.\nIt races."),
            by,
        },
    };
    vec![
        set(Some(codex())),
        set(None),
        ordered(41, None),
        ordered(42, Some(TaskId(41))),
        digested(Some(codex())),
        digested(None),
    ]
}

/// A kind of a room's own.
fn sql() -> TaskKind {
    TaskKind::stored("sql").unwrap()
}

fn kinds() -> Vec<Event> {
    let own = |means: &str, words: &[&str], like| OwnKind {
        means: means.to_owned(),
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        like,
    };
    let all = BTreeMap::from([
        (
            KindName::new("sql").unwrap(),
            own(
                "queries and schemas",
                &["select", "left join"],
                Some(TaskKind::Code),
            ),
        ),
        (KindName::new("legal").unwrap(), own("", &[], None)),
    ]);
    let set = |kinds| Event::KindsSet { kinds };
    vec![set(Kinds::default()), set(Kinds::new(all).unwrap())]
}

fn roster() -> Vec<Event> {
    let spec = |strengths: BTreeMap<TaskKind, f64>, reach, rehearsal, model| MemberSpec {
        name: codex(),
        family: "openai".to_owned(),
        strengths,
        parallel: 2,
        reach,
        rehearsal,
        model,
    };
    let all = TaskKind::ALL
        .iter()
        .copied()
        .chain([sql()])
        .zip([0.1, 0.25, 0.3, 0.7, 0.9, 1.0, 0.0, 0.2, 0.4, 0.5, 0.6]);
    let mut events = vec![
        Event::MemberEnrolled {
            spec: spec(
                all.collect(),
                Reach::Sandboxed,
                false,
                Some("gpt-5.3-codex".to_owned()),
            ),
        },
        Event::MemberEnrolled {
            spec: spec(BTreeMap::new(), Reach::Text, true, None),
        },
        Event::MemberEnrolled {
            spec: spec(BTreeMap::new(), Reach::Unguarded, false, None),
        },
        Event::MemberLeft { member: codex() },
        Event::MemberRestarted { member: codex() },
        Event::MemberPaused {
            member: codex(),
            why: "rate limited: wait".to_owned(),
            until: Some(Timestamp(1_790_000_060_000)),
        },
        Event::MemberPaused {
            member: codex(),
            why: "not logged in: run `codex login`".to_owned(),
            until: None,
        },
        Event::MemberResumed { member: codex() },
        Event::MemberRested { member: codex() },
    ];
    let healths = [
        Health::Unknown,
        Health::Starting,
        Health::Ready {
            protocol: "2025-11-25".to_owned(),
        },
        Health::Restarting {
            why: "server exited (1)".to_owned(),
            at: Timestamp(1_790_000_008_000),
        },
        Health::Down {
            why: "`codex` is not installed".to_owned(),
        },
    ];
    events.extend(healths.map(|health| Event::MemberHealthChanged {
        member: codex(),
        health,
    }));
    events
}

fn sessions() -> Vec<Event> {
    let session = SessionId(7);
    let mut events = vec![
        Event::SessionOpened {
            session,
            member: codex(),
            title: "codex".to_owned(),
        },
        Event::SessionBound {
            session,
            handle: Handle {
                value: "019a-thread".to_owned(),
                survives_restart: true,
            },
        },
        Event::SessionUnbound { session },
        Event::SessionClosed { session },
    ];
    events.push(Event::SessionForked {
        session: SessionId(8),
        from: session,
        member: codex(),
        title: "fork of codex".to_owned(),
    });
    let restored = [
        Restored::Live,
        Restored::ByHandle,
        Restored::ByReplay,
        Restored::InDoubt,
    ];
    let changes = [
        SessionChange::Renamed {
            title: "login".to_owned(),
        },
        SessionChange::Archived {
            by: Actor::Operator,
        },
        SessionChange::Archived { by: Actor::Clock },
        SessionChange::Unarchived,
        SessionChange::Reset,
        SessionChange::Chosen,
        SessionChange::Handed {
            servers: vec![
                HandedServer {
                    name: "files".to_owned(),
                    trouble: None,
                },
                HandedServer {
                    name: "web".to_owned(),
                    trouble: Some("it ended with exit code 3: no \u{1b} licence".to_owned()),
                },
            ],
        },
    ];
    let restored = restored.map(|by| SessionChange::Restored { by });
    let changes = changes.into_iter().chain(restored).chain(dials::all());
    events.extend(changes.map(|change| Event::SessionChanged { session, change }));
    events.push(Event::SessionsAsked { member: codex() });
    let listings = [
        Listing::Sessions(vec![
            ListedSession {
                handle: "synod-1".to_owned(),
                turns: Some(3),
            },
            ListedSession {
                handle: "ünknown \u{1b}".to_owned(),
                turns: None,
            },
        ]),
        Listing::Sessions(Vec::new()),
        Listing::Unsupported,
        Listing::Failed {
            why: "it was silent".to_owned(),
        },
    ];
    events.extend(listings.map(|listing| Event::SessionsListed {
        member: codex(),
        asked: Timestamp(1_790_000_000_000),
        listing,
    }));
    events
}

fn order(kind: TaskKind, strategy: Strategy) -> TaskOrder {
    TaskOrder {
        kind,
        strategy,
        ..TaskOrder::new("why does the login test fail?")
    }
}

fn analysis() -> Analysis {
    Analysis {
        guess: Guess {
            kind: TaskKind::Debugging,
            share: 824,
            why: vec!["test".to_owned(), "a stack trace".to_owned()],
        },
        size: Size {
            prompt: 31,
            answer: 700,
        },
    }
}

fn tasks() -> Vec<Event> {
    let task = TaskId(41);
    let full = TaskOrder {
        policy: Some(Policy::RoundRobin),
        check: Some(CheckName::new("tests").unwrap()),
        prompt: Text::from("line one\nline two\ttab \u{1b}[31m"),
        kind: TaskKind::Code,
        kind_by: KindBy::Corrected,
        priority: Priority::Urgent,
        strategy: Strategy::Council,
        members: vec![codex(), MemberName::new("gpt").unwrap()],
        after: vec![TaskId(39), TaskId(40)],
        deadline: Some(Timestamp(1_790_000_600_000)),
        rule: Some(Rule::Borda),
        origin: Origin::CommandLine,
    };
    let mut events: Vec<Event> = [full.clone()]
        .into_iter()
        .chain(
            TaskKind::ALL
                .iter()
                .copied()
                .chain([sql()])
                .map(|kind| order(kind, Strategy::Solo)),
        )
        .chain(
            Strategy::ALL
                .iter()
                .map(|way| order(TaskKind::General, *way)),
        )
        .chain([Origin::Hub, Origin::Room].map(|origin| TaskOrder {
            origin,
            ..order(TaskKind::General, Strategy::Solo)
        }))
        .chain([KindBy::Open, KindBy::Text].map(|kind_by| TaskOrder {
            kind_by,
            ..order(TaskKind::General, Strategy::Solo)
        }))
        .enumerate()
        .map(|(index, order)| Event::TaskAdded {
            task,
            order,
            analysis: (index % 2 == 0).then(|| Box::new(analysis())),
        })
        .collect();
    events.push(Event::TaskRelabelled { task, kind: sql() });
    events.extend(changed_while_it_waits(task));
    let priorities = Priority::ALL.iter();
    events.extend(priorities.map(|priority| Event::TaskReprioritised {
        task,
        priority: *priority,
    }));
    events.extend(routing::routed(task));
    events.extend([
        Event::ResultRated {
            task,
            good: Some(true),
        },
        Event::ResultRated { task, good: None },
        Event::TaskDelayed {
            task,
            until: Timestamp(1_790_000_030_000),
        },
        Event::TaskReopened { task, order: full },
    ]);
    let bases = [
        Basis::Only,
        Basis::First,
        Basis::Agreement,
        Basis::LastStep,
        Basis::Operator,
        Basis::Conclusion,
        Basis::Plan,
        Basis::Vote,
        Basis::Consensus,
        Basis::Merged,
        Basis::Expert,
        Basis::Fallback,
    ];
    let done = bases.map(|basis| Outcome::Done {
        result: Text::from("it races with the token refresh"),
        from: vec![CallId(12)],
        basis,
    });
    let without = [
        Outcome::Failed {
            why: "nobody answered".to_owned(),
        },
        Outcome::Cancelled,
    ];
    let outcomes = done.into_iter().chain(without);
    events.extend(outcomes.map(|outcome| Event::TaskConcluded { task, outcome }));
    events
}

fn changed_while_it_waits(task: TaskId) -> Vec<Event> {
    let reworded = [None, Some(Box::new(analysis()))].map(|analysis| Event::TaskReworded {
        task,
        prompt: Text::from("Why is it red?\nIt was \"green\"."),
        kind: sql(),
        analysis,
    });
    let moved = [Spot::AheadOf(TaskId(7)), Spot::Behind(TaskId(7))];
    let moved = moved.map(|to| Event::TaskMoved { task, to });
    reworded.into_iter().chain(moved).collect()
}

fn calls() -> Vec<Event> {
    let started = |purpose, access, inputs| Event::CallStarted {
        call: CallId(12),
        task: TaskId(41),
        session: SessionId(7),
        purpose,
        access,
        prompt: Text::from("why does the login test fail?"),
        inputs,
    };
    let mut events = vec![
        started(Purpose::Answer, Access::Write, vec![]),
        started(Purpose::Council, Access::Read, vec![]),
        started(
            Purpose::Step(1),
            Access::Read,
            vec![Input::Answer(CallId(11)), Input::Result(TaskId(39))],
        ),
        started(Purpose::Repair, Access::Read, vec![]),
        started(Purpose::Thought(3), Access::Read, vec![]),
        started(Purpose::ThoughtAgain(3), Access::Read, vec![]),
        started(Purpose::Conclude, Access::Read, vec![]),
        started(Purpose::Plan, Access::Read, vec![]),
        started(Purpose::PlanAgain, Access::Read, vec![]),
        started(
            Purpose::Gather,
            Access::Read,
            vec![Input::Result(TaskId(39))],
        ),
    ];
    events.extend(endings().into_iter().map(|ending| Event::CallEnded {
        call: CallId(12),
        ending,
    }));
    events
}

fn thinking() -> Vec<Event> {
    let task = TaskId(41);
    let plain = Thought {
        number: 1,
        text: Text::from("It races \u{1b}[31mwith the refresh."),
        revises: None,
        branch: None,
        total: 5,
        needs_more: false,
        more: true,
    };
    let full = Thought {
        number: 6,
        revises: Some(1),
        branch: Some(Branch {
            id: "a cache".to_owned(),
            from: 2,
        }),
        total: 7,
        needs_more: true,
        more: false,
        ..plain.clone()
    };
    let recorded = |keeper| Event::ThoughtRecorded {
        task,
        number: 6,
        keeper,
    };
    let mut events = vec![Event::ThoughtsBounded { most: 12 }];
    events.extend([plain, full].map(|thought| Event::ThoughtProposed {
        task,
        call: CallId(12),
        thought,
    }));
    events.extend([
        recorded(Keeper::Tool {
            history: 6,
            replayed: 5,
        }),
        recorded(Keeper::Room {
            why: "no tool is configured".to_owned(),
        }),
    ]);
    events
}

fn endings() -> Vec<Ending> {
    let answer = |block: Option<FinalAnswer>| {
        let says = block.is_some();
        Ending::Answered(Answer {
            text: Text::from("It races.\n"),
            block,
            usage: Usage {
                input: 1200,
                output: 340,
                micro_usd: 5150,
                estimated: !says,
                cached: says.then_some(768),
                context: ContextUse::new(15_400, 272_000).filter(|_| says),
            },
            first_text: Some(Span(850)),
        })
    };
    let kinds = [
        AnswerKind::Choice,
        AnswerKind::Number,
        AnswerKind::YesNo,
        AnswerKind::Code,
        AnswerKind::Json,
        AnswerKind::Text,
    ];
    let blocks = kinds.map(|kind| FinalAnswer {
        kind,
        value: "42.0".to_owned(),
        key: "42".to_owned(),
        confidence: Some(0.85),
    });
    let mut endings: Vec<Ending> = blocks
        .into_iter()
        .map(|block| answer(Some(block)))
        .collect();
    endings.push(Ending::Answered(Answer {
        text: Text::from(""),
        block: None,
        usage: Usage::default(),
        first_text: None,
    }));
    let kinds = [
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
    ];
    endings.extend(kinds.map(|kind| Ending::Failed {
        failure: Failure {
            kind,
            message: "what happened and what to do".to_owned(),
            said: Text::from("HTTP 429"),
            retry_after: (kind == FailureKind::RateLimited).then_some(Span(20_000)),
            unsent: kind == FailureKind::NotInstalled,
        },
        partial: Text::from("It ra"),
    }));
    endings.extend([
        Ending::Cancelled {
            partial: Text::from("It"),
        },
        Ending::Interrupted,
    ]);
    endings
}
