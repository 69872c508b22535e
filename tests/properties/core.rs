//! Properties of the pure core: nothing panics, states survive their text form, equal answers are
//! equal in any order.
//!
//! States are reached by histories: lists of small numbers that are read as commands, reports and
//! waits. So every state is one that a room can come to.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;
use synod::core::conflict::detect::{candidates, detect};
use synod::core::conflict::normal::final_answer;
use synod::core::session::Restored;
use synod::core::{
    Answer, AnswerKind, ApprovalPolicy, AskId, AttentionId, Budget, CallId, Command, Dial,
    DialSort, DialValue, DialWish, DocumentText, Ending, Event, Failure, FailureKind, HandedServer,
    Handle, Health, Holds, KindBy, LessonId, LessonOrder, ListedSession, Listing, MemberName,
    MemberSpec, Period, Priority, Reach, Recorded, Reply, Report, Request, RequestKind, Rule,
    RuleAction, Sampling, SessionId, SessionOrder, Sharing, Span, Spot, State, Strategy as How,
    TaskId, TaskKind, TaskOrder, Text, Timestamp, Upkeep, Usage, decide, evolve, expire, follow,
    note, react, resume,
};

const KINDS: [AnswerKind; 6] = [
    AnswerKind::Choice,
    AnswerKind::Number,
    AnswerKind::YesNo,
    AnswerKind::Code,
    AnswerKind::Json,
    AnswerKind::Text,
];

/// One input: what it is, and numbers to fill it with.
type Input = (u8, u8, u8, u16);

fn history(most: usize) -> impl proptest::strategy::Strategy<Value = Vec<Input>> {
    vec(any::<Input>(), 0..most)
}

fn name(number: u8) -> MemberName {
    MemberName::new(["codex", "gpt", "claude", "gemini"][usize::from(number % 4)]).unwrap()
}

fn pick<T: Copy>(all: &[T], number: u8) -> T {
    all[usize::from(number) % all.len()]
}

fn order(a: u8, b: u8, c: u16) -> TaskOrder {
    let named = usize::from(a % 4);
    TaskOrder {
        kind: pick(TaskKind::ALL, b),
        kind_by: pick(KindBy::ALL, a / 4),
        priority: pick(Priority::ALL, b / 8),
        strategy: pick(How::ALL, b / 32),
        members: (0..named)
            .map(|n| name(a / 4 + u8::try_from(n).unwrap()))
            .collect(),
        after: c
            .is_multiple_of(3)
            .then(|| TaskId(u64::from(c % 16)))
            .into_iter()
            .collect(),
        deadline: c.is_multiple_of(5).then(|| Timestamp(u64::from(c) * 100)),
        ..TaskOrder::new(match c % 8 {
            7 => "",
            0..=3 => "why?",
            4 => "Which colour has the login button?",
            _ => "How many retries has the login?",
        })
    }
}

fn command(kind: u8, a: u8, b: u8, c: u16) -> Command {
    let small = u64::from(c % 24);
    let task = TaskId(small);
    match kind % 23 {
        0 => Command::CancelTask { task },
        1 => Command::RetryTask { task },
        2 => of_waiting(task, a, b),
        3 => Command::CancelCall {
            call: CallId(small),
        },
        4 => Command::Choose {
            task,
            candidate: usize::from(a % 4),
            among: None,
        },
        5 => Command::DecideByText {
            task,
            text: Text::from(if a == 0 { "" } else { "43" }),
        },
        6 => Command::Answer {
            attention: AttentionId(small),
            reply: match a % 5 {
                4 => Reply::Hold(pick(&Holds::WORDS, b).1),
                0 => Reply::Allow,
                1 => Reply::AllowForSession,
                2 => Reply::Deny {
                    reason: "no".to_owned(),
                },
                _ => Reply::Fill {
                    content: Text::from(if b.is_multiple_of(2) { "{}" } else { "x" }),
                },
            },
        },
        7 => Command::OpenSession {
            member: name(a),
            title: "ü".repeat(usize::from(c % 300)),
        },
        8 => Command::CloseSession {
            session: SessionId(small),
        },
        9 => Command::Enroll(MemberSpec {
            name: name(a),
            family: "x".to_owned(),
            strengths: [(pick(TaskKind::ALL, b), f64::from(c) / 60_000.0)].into(),
            parallel: u32::from(b % 4),
            reach: pick(&[Reach::Text, Reach::Sandboxed, Reach::Unguarded], a / 4),
            rehearsal: b > 200,
            model: None,
        }),
        10 => Command::Dismiss { member: name(a) },
        11 => Command::RestartMember { member: name(a) },
        12 => Command::SetBudget(Budget {
            tokens: a.is_multiple_of(2).then(|| u64::from(c)),
            micro_usd: a.is_multiple_of(3).then(|| u64::from(b)),
            time: a.is_multiple_of(5).then(|| Span(u64::from(c))),
            per: if b.is_multiple_of(2) {
                Period::Day
            } else {
                Period::Room
            },
        }),
        16 => Command::Session {
            session: SessionId(small),
            order: session_order(a, b, c),
        },
        17 => Command::ListSessions { member: name(a) },
        18 => Command::SetUpkeep(Upkeep {
            rest_after: a.is_multiple_of(2).then(|| Span(u64::from(c))),
            rest_of: [(name(b), b.is_multiple_of(2).then(|| Span(u64::from(b))))].into(),
            archive_after: a.is_multiple_of(3).then(|| Span(u64::from(c) * 4)),
        }),
        19 => Command::Lesson(lesson_order(a, b)),
        20 => Command::SetSharing(Sharing {
            accept_all: a.is_multiple_of(2),
            expiry: b.is_multiple_of(2).then(|| Span(u64::from(c) * 16)),
            most: u32::from(a % 4),
            budget: u32::from(c),
            budget_of: [(name(a), u32::from(b) * 8)].into(),
        }),
        21 => Command::Pin {
            document: format!("notes/{}", b % 12),
            task: a.is_multiple_of(2).then_some(task),
        },
        22 => Command::Unpin {
            document: format!("notes/{}", b % 12),
            task: a.is_multiple_of(2).then_some(task),
        },
        13 if a.is_multiple_of(16) => Command::CloseRoom,
        14 => Command::SetPolicy(policy(a, b, c)),
        _ => Command::AddTask(order(a, b, c)),
    }
}

/// What changes a task that waits.
fn of_waiting(task: TaskId, a: u8, b: u8) -> Command {
    let other = TaskId(u64::from(a % 24));
    match b % 4 {
        0 => Command::Relabel {
            task,
            kind: pick(TaskKind::ALL, a),
        },
        1 => Command::MoveTask {
            task,
            to: if a.is_multiple_of(2) {
                Spot::AheadOf(other)
            } else {
                Spot::Behind(other)
            },
        },
        2 => Command::Reword {
            task,
            before: a
                .is_multiple_of(2)
                .then(|| Text::from("How many retries has the login?")),
            after: Text::from(if a.is_multiple_of(3) { " " } else { "why not?" }),
        },
        _ => Command::SetPriority {
            task,
            priority: pick(Priority::ALL, a),
        },
    }
}

fn lesson_order(a: u8, b: u8) -> LessonOrder {
    let lesson = LessonId(u64::from(b % 8));
    let why = "so it is".to_owned();
    match a % 8 {
        0 => LessonOrder::Accept { lesson },
        1 => LessonOrder::Dispute { lesson, why },
        2 => LessonOrder::Retire { lesson, why },
        _ => LessonOrder::Add {
            topic: pick(&TaskKind::ALL[..2], a / 8),
            subject: pick(&["login retries", "colour of the login button"], b).to_owned(),
            claim: format!("it has {} of them", b % 3),
            why,
        },
    }
}

fn session_order(a: u8, b: u8, c: u16) -> SessionOrder {
    match a % 7 {
        0 => SessionOrder::Fork {
            member: b.is_multiple_of(2).then(|| name(b / 2)),
            title: "ü".repeat(usize::from(c % 300)),
        },
        1 => SessionOrder::Rename {
            title: format!("{b} "),
        },
        2 => SessionOrder::Archive,
        3 => SessionOrder::Unarchive,
        4 => SessionOrder::Reset,
        5 => SessionOrder::Set {
            dial: "mode".to_owned(),
            value: (!b.is_multiple_of(5)).then(|| format!("v{}", b % 4)),
        },
        _ => SessionOrder::Choose,
    }
}

fn dials(a: u8, b: u8) -> Vec<Dial> {
    let values = (0..a % 4).map(|number| DialValue {
        value: format!("v{number}"),
        name: format!("Value {number}"),
    });
    let dial = Dial {
        id: "mode".to_owned(),
        name: "Mode".to_owned(),
        sort: DialSort::Mode,
        current: format!("v{}", b % 4),
        values: values.collect(),
    };
    (!a.is_multiple_of(5)).then_some(dial).into_iter().collect()
}

fn listing(a: u8, b: u8) -> Listing {
    match a % 4 {
        0 => Listing::Unsupported,
        1 => Listing::Failed {
            why: "silent".to_owned(),
        },
        _ => Listing::Sessions(vec![ListedSession {
            handle: format!("thread-{b}"),
            turns: None,
        }]),
    }
}

fn policy(a: u8, b: u8, c: u16) -> ApprovalPolicy {
    let actions = [
        RuleAction::Allow,
        RuleAction::Ask,
        RuleAction::Deny,
        RuleAction::Block,
    ];
    ApprovalPolicy {
        rules: vec![Rule {
            name: "a rule".to_owned(),
            member: b.is_multiple_of(2).then(|| name(b)),
            kind: pick(&[RequestKind::Exec, RequestKind::Form], b),
            prefix: Vec::new(),
            path: None,
            action: pick(&actions, a),
        }],
        project: "/w".to_owned(),
        patience: Span(u64::from(c)),
        sampling: [
            (name(a), Sampling::Ask),
            (name(b), Sampling::Member(name(a))),
        ]
        .into(),
    }
}

fn request(b: u8) -> Request {
    match b % 5 {
        0 => Request::Form {
            message: Text::from("Which?"),
            schema: Text::from("{}"),
        },
        1 => Request::Url {
            message: Text::from("There."),
            url: "https://example.org".to_owned(),
        },
        2 => Request::Exec {
            command: vec!["ls".to_owned()],
            cwd: "/w".to_owned(),
        },
        3 => Request::Tool {
            server: "serena".to_owned(),
            tool: "find_symbol".to_owned(),
            arguments: Text::from("{}"),
            reads: b.is_multiple_of(2),
        },
        _ => Request::Sampling {
            prompt: Text::from("why?"),
            max_tokens: 7,
        },
    }
}

fn report(kind: u8, a: u8, b: u8, c: u16) -> Report {
    let call = CallId(u64::from(c % 24));
    match kind % 13 {
        11 => Report::Handed {
            call,
            servers: vec![HandedServer {
                name: format!("s{}", b % 3),
                trouble: a.is_multiple_of(2).then(|| "it ended".to_owned()),
            }],
        },
        10 => Report::Told {
            call,
            document: format!("notes/{}", b % 12),
            text: DocumentText::Read {
                digest: "00".to_owned(),
            },
        },
        8 => Report::Listed {
            member: name(a),
            asked: Timestamp(u64::from(c) * 1000),
            listing: listing(a / 4, b),
        },
        12 => Report::Dials {
            call,
            dials: dials(a, b),
            unfulfilled: vec![DialWish {
                dial: "mode".to_owned(),
                value: format!("v{}", b % 4),
            }],
        },
        9 => Report::Restored {
            call,
            by: pick(
                &[
                    Restored::Live,
                    Restored::ByHandle,
                    Restored::ByReplay,
                    Restored::InDoubt,
                ],
                a,
            ),
        },
        0 => Report::Bound {
            call,
            handle: Handle {
                value: format!("thread-{b}"),
                survives_restart: b.is_multiple_of(2),
            },
        },
        1 => Report::Unbound { call },
        2 => Report::Asked {
            call,
            ask: AskId(u64::from(a % 4)),
            request: request(b),
        },
        3 => Report::Health {
            member: name(a),
            health: match b % 5 {
                0 => Health::Unknown,
                1 => Health::Starting,
                2 => Health::Restarting {
                    why: "exited".to_owned(),
                    at: Timestamp(u64::from(c)),
                },
                3 => Health::Down {
                    why: "gone".to_owned(),
                },
                _ => Health::Ready {
                    protocol: "2025-11-25".to_owned(),
                },
            },
        },
        _ => Report::Ended {
            call,
            ending: ending(a, b, c),
        },
    }
}

fn ending(a: u8, b: u8, c: u16) -> Ending {
    let partial = Text::from(if b.is_multiple_of(2) { "" } else { "half" });
    match a % 8 {
        0 => Ending::Interrupted,
        1 => Ending::Cancelled { partial },
        2..=3 => Ending::Failed {
            failure: Failure::new(
                pick(
                    &[
                        FailureKind::Auth,
                        FailureKind::TimedOut,
                        FailureKind::Crashed,
                        FailureKind::Overloaded,
                    ],
                    b,
                ),
                "it went wrong",
            ),
            partial,
        },
        _ => Ending::Answered(answer(a, b, c)),
    }
}

fn answer(a: u8, b: u8, c: u16) -> Answer {
    let share = f64::from(c) / f64::from(u16::MAX);
    let value = json!(if b.is_multiple_of(2) { "42" } else { "41" });
    Answer {
        text: Text::from("because"),
        block: (!a.is_multiple_of(3))
            .then(|| final_answer(pick(&KINDS, a / 64), &value, Some(share))),
        usage: Usage {
            input: u64::from(c),
            output: u64::from(b),
            micro_usd: u64::from(a),
            estimated: false,
            ..Usage::default()
        },
        first_text: None,
    }
}

/// A room in small steps.
struct Room {
    state: State,
    now: Timestamp,
}

impl Room {
    fn after(history: &[Input]) -> Self {
        let mut room = Self {
            state: State::new(),
            now: Timestamp(1_000),
        };
        let opened = resume(&room.state, room.now, "room");
        room.fold(opened);
        for number in 0..3 {
            // 36 gives `parallel` 0 no chance.
            let enroll = command(9, number, 3, 36);
            let events = decide(&room.state, &enroll).unwrap();
            room.fold(events);
        }
        for input in history {
            room.take(*input);
        }
        room
    }

    fn take(&mut self, (what, a, b, c): Input) {
        let events = match what % 8 {
            0..=2 => decide(&self.state, &command(what / 8, a, b, c)).unwrap_or_default(),
            3..=5 => note(&self.state, self.now, &report(what / 8, a, b, c)),
            6 if a.is_multiple_of(32) => resume(&self.state, self.now, "room"),
            _ => {
                self.now = self.now.after(Span(u64::from(c)));
                expire(&self.state, self.now)
            }
        };
        self.fold(events);
        for _ in 0..1_000 {
            let events = follow(&self.state, self.now);
            if events.is_empty() {
                return;
            }
            self.fold(events);
        }
        panic!("what follows never ends");
    }

    fn fold(&mut self, events: Vec<Event>) {
        for event in events {
            let recorded = Recorded {
                seq: self.state.seq() + 1,
                at: self.now,
                event,
            };
            evolve(&mut self.state, &recorded);
            let _ordered = react(&self.state, &recorded);
        }
    }
}

/// Events of one room as they are, for another room which they do not fit.
fn events_of(history: &[Input]) -> Vec<Event> {
    let mut room = Room::after(&[]);
    let mut all = Vec::new();
    for input in history {
        room.take(*input);
        for number in 0..8 {
            let (a, b) = (input.1.wrapping_add(number), input.2);
            all.extend(decide(&room.state, &command(number, a, b, input.3)).unwrap_or_default());
            all.extend(note(&room.state, room.now, &report(number, a, b, input.3)));
        }
    }
    all
}

proptest! {
    #[test]
    fn nothing_panics_and_every_state_survives_its_text_form(history in history(80)) {
        let room = Room::after(&history);
        let text = serde_json::to_string(&room.state).unwrap();
        let back: State = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&back, &room.state);
    }

    #[test]
    fn any_command_may_be_given_in_any_state(history in history(40), inputs in vec(any::<Input>(), 20)) {
        let room = Room::after(&history);
        for (kind, a, b, c) in inputs {
            let _decided = decide(&room.state, &command(kind, a, b, c));
            let _noted = note(&room.state, room.now, &report(kind, a, b, c));
        }
    }

    #[test]
    fn events_that_do_not_fit_are_folded_all_the_same(mine in history(40), theirs in history(20)) {
        let mut room = Room::after(&mine);
        room.fold(events_of(&theirs));
        let _next = follow(&room.state, room.now);
        let _due = room.state.next_wakeup(room.now);
    }

    #[test]
    fn the_room_is_never_woken_for_nothing(history in history(60)) {
        let mut room = Room::after(&history);
        let events = expire(&room.state, room.now);
        room.fold(events);
        if let Some(at) = room.state.next_wakeup(room.now) {
            prop_assert!(at > room.now, "{at:?} at {:?}", room.now);
        }
    }

    #[test]
    fn candidates_are_the_same_in_any_order(
        given in vec((0_u8..6, any::<u8>()), 1..8).prop_map(|all| {
            all.into_iter().map(|(a, b)| answer(a, b, 9)).collect::<Vec<_>>()
        }),
        turn in any::<prop::sample::Index>(),
    ) {
        let mut answers: Vec<_> = (1..).map(CallId).zip(&given).collect();
        let groups = |answers: &[(CallId, &Answer)]| -> BTreeSet<BTreeSet<CallId>> {
            let found = candidates(detect("", answers), answers);
            found.into_iter().map(|one| one.calls.into_iter().collect()).collect()
        };
        let before = groups(&answers);
        let places = answers.len();
        answers.rotate_left(turn.index(places));
        answers.reverse();
        prop_assert_eq!(groups(&answers), before);
    }

    #[test]
    fn the_largest_group_comes_first(given in vec(any::<(u8, u8)>(), 1..8)) {
        let given: Vec<Answer> = given.into_iter().map(|(a, b)| answer(a, b, 9)).collect();
        let answers: Vec<_> = (1..).map(CallId).zip(&given).collect();
        let sizes: Vec<usize> = candidates(detect("", &answers), &answers).iter().map(|one| one.calls.len()).collect();
        prop_assert!(sizes.is_sorted_by(|a, b| a >= b), "{sizes:?}");
        prop_assert_eq!(sizes.iter().sum::<usize>(), given.len());
    }

    #[test]
    fn a_normal_form_is_its_own_normal_form(
        written in "[ -~éßΣİ\\n\u{2212}]{0,24}|[-+]?[0-9]{1,3}([,._ ']?[0-9]{3}){0,3}([.][0-9]{0,4})?%?",
        kind in 0..KINDS.len(),
    ) {
        let once = final_answer(KINDS[kind], &json!(written), None).key;
        let twice = final_answer(KINDS[kind], &json!(once), None).key;
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn an_excerpt_is_about_as_long_as_asked_and_keeps_both_ends(
        text in "[a-zé漢\u{1F600}\\n]{0,200}",
        limit in 0_usize..300,
    ) {
        let whole = Text::from(text.as_str());
        let excerpt = whole.excerpt(limit);
        prop_assert!(excerpt.len() <= limit.max(4) + 60);
        if whole.len() <= limit {
            prop_assert_eq!(excerpt, whole);
        }
    }
}
