//! Items of the inbox, and what decides in the place of the operator.

use crate::core::{
    Actor, ApprovalPolicy, AskId, Attention, AttentionId, CallId, CheckName, Event, Holds, Import,
    LessonId, Limit, MemberName, NoteChange, NoteEnd, NoteOrder, Origin, OutsideEdit, Reply,
    Request, RequestKind, Resolution, Rule, RuleAction, Sampling, Settled, Span, Strategy, Subject,
    TaskId, TaskOrder, Text, Timestamp,
};

/// Items that were raised and resolved.
#[expect(clippy::too_many_lines, reason = "one of every shape")]
pub(super) fn all() -> Vec<Event> {
    let asked = |request| Subject::Asked {
        call: CallId(12),
        ask: AskId(1),
        request,
    };
    let subjects = [
        asked(Request::Exec {
            command: vec!["cargo".to_owned(), "test".to_owned()],
            cwd: "/work/my-app".to_owned(),
        }),
        asked(Request::Patch {
            files: vec!["src/login.rs".to_owned()],
            diff: Text::from("-a\n+b\n"),
        }),
        asked(Request::Form {
            message: Text::from("Which branch?"),
            schema: Text::from("{\"type\":\"object\"}"),
        }),
        asked(Request::Url {
            message: Text::from("Log in, please."),
            url: "https://example.org/login?id=7".to_owned(),
        }),
        asked(Request::Sampling {
            prompt: Text::from("Say hello."),
            max_tokens: 100,
        }),
        asked(Request::Tool {
            server: "serena".to_owned(),
            tool: "find_symbol".to_owned(),
            arguments: Text::from("{\"name_path_pattern\":\"login\"}"),
            reads: true,
        }),
        Subject::Choice { task: TaskId(41) },
        Subject::Interrupted { task: TaskId(41) },
        Subject::LoggedOut {
            member: MemberName::new("codex").unwrap(),
            why: "what happened and how to log in".to_owned(),
        },
        Subject::Budget {
            limit: Limit::Tokens,
        },
        Subject::Budget {
            limit: Limit::Money,
        },
        Subject::Budget { limit: Limit::Time },
        Subject::Edited {
            edit: Box::new(edit(Import::Nothing {
                why: "it follows from what the room did".to_owned(),
            })),
        },
        Subject::Edited {
            edit: Box::new(edit(Import::Result {
                task: TaskId(41),
                text: Text::from("Forty-two, after all."),
            })),
        },
        Subject::Proposed {
            order: Box::new(TaskOrder {
                origin: Origin::Hub,
                ..TaskOrder::new("Look at the login test.")
            }),
        },
        Subject::Proposed {
            order: Box::new(TaskOrder {
                strategy: Strategy::Debate,
                check: Some(CheckName::new("lint").unwrap()),
                origin: Origin::Hub,
                ..TaskOrder::new("Is the login test flaky?")
            }),
        },
        Subject::Plan { task: TaskId(41) },
        Subject::Lessons {
            older: LessonId(3),
            newer: LessonId(7),
        },
    ];
    let raised = subjects.into_iter().enumerate();
    let mut events: Vec<Event> = raised
        .map(|(index, subject)| Event::AttentionRaised {
            attention: Attention {
                id: AttentionId(3),
                subject,
                since: Timestamp(1_790_000_000_000),
                expires: (index == 0).then_some(Timestamp(1_790_000_600_000)),
            },
        })
        .collect();
    let replies = [
        (Reply::Allow, Actor::Operator, None),
        (Reply::AllowForSession, Actor::Operator, None),
        (
            Reply::Deny {
                reason: "not now".to_owned(),
            },
            Actor::Clock,
            None,
        ),
        (
            Reply::Fill {
                content: Text::from("{\"branch\":\"main\"}"),
            },
            Actor::Room,
            None,
        ),
        (Reply::KeepAside, Actor::Clock, None),
        (Reply::Hold(Holds::Older), Actor::Operator, None),
        (Reply::Hold(Holds::Newer), Actor::Operator, None),
        (Reply::Hold(Holds::Both), Actor::Operator, None),
        (Reply::Hold(Holds::Neither), Actor::Operator, None),
        (
            Reply::Allow,
            Actor::Policy,
            Some("synod.toml:7: allow exec cargo test"),
        ),
    ];
    let resolved = replies.into_iter().enumerate();
    events.extend(
        resolved.map(|(index, (reply, by, rule))| Event::AttentionResolved {
            attention: AttentionId(3),
            asked: (index > 0).then_some((CallId(12), AskId(1))),
            resolution: Resolution {
                reply,
                by,
                rule: rule.map(str::to_owned),
            },
        }),
    );
    events.push(Event::AttentionWithdrawn {
        attention: AttentionId(3),
        call: CallId(12),
        ask: AskId(1),
    });
    events
}

fn edit(import: Import) -> OutsideEdit {
    OutsideEdit {
        document: "results/41".to_owned(),
        digest: "00ff00ff00ff00ff".to_owned(),
        diff: Text::from("-Forty-one.\n+Forty-two, after all.\n"),
        import,
    }
}

/// What became of foreign edits.
pub(super) fn edits() -> Vec<Event> {
    let all = [Settled::Imported, Settled::KeptAside, Settled::Overwritten];
    let settled = all.map(|how| Event::EditSettled {
        document: "results/41".to_owned(),
        digest: "00ff00ff00ff00ff".to_owned(),
        how,
    });
    let replaced = Event::ResultReplaced {
        task: TaskId(41),
        result: Text::from("Forty-two, after all."),
    };
    settled.into_iter().chain([replaced]).collect()
}

/// What the operator did to notes.
pub(super) fn notes() -> Vec<Event> {
    let text = Text::from;
    let changes = [
        NoteChange::Write {
            before: None,
            after: text("# Plan\n"),
        },
        NoteChange::Write {
            before: Some(text("# Plan\n")),
            after: text("# Plan\n\nFirst the tests.\n"),
        },
        NoteChange::Rename {
            to: "plans/tests".to_owned(),
            text: text("# Plan\n"),
        },
        NoteChange::Delete {
            before: text("# Plan\n"),
        },
    ];
    let ordered = (1..).zip(changes).map(|(id, change)| {
        let order = NoteOrder {
            id,
            name: "plan".to_owned(),
            change,
            undoes: (id == 4).then_some(1),
        };
        Event::NoteOrdered { order }
    });
    let why = "the hub cannot write plan: the disk is full; free some space".to_owned();
    let ends = [NoteEnd::Done, NoteEnd::Changed, NoteEnd::Refused { why }];
    let settled = (1..).zip(ends);
    let settled = settled.map(|(order, end)| Event::NoteSettled { order, end });
    ordered.chain(settled).collect()
}

/// Policies, and a member that was lent.
pub(super) fn approvals() -> Vec<Event> {
    let name = |name: &str| MemberName::new(name).unwrap();
    let rule = |kind, action, prefix: &[&str], path: Option<&str>| Rule {
        name: "synod.toml:7".to_owned(),
        member: path.is_none().then(|| name("codex")),
        kind,
        prefix: prefix.iter().map(|word| (*word).to_owned()).collect(),
        path: path.map(str::to_owned),
        action,
    };
    let policy = ApprovalPolicy {
        rules: vec![
            rule(
                RequestKind::Exec,
                RuleAction::Allow,
                &["cargo", "test"],
                None,
            ),
            rule(RequestKind::Patch, RuleAction::Ask, &[], Some("docs")),
            rule(RequestKind::Form, RuleAction::Deny, &[], None),
            rule(RequestKind::Url, RuleAction::Deny, &[], None),
            rule(RequestKind::Exec, RuleAction::Block, &["git", "push"], None),
            rule(
                RequestKind::Tool,
                RuleAction::Allow,
                &["claude", "WebFetch"],
                None,
            ),
        ],
        project: "/work/my-app".to_owned(),
        patience: Span::secs(600),
        sampling: [
            (name("everything"), Sampling::Ask),
            (name("gpt"), Sampling::Refuse),
            (name("tools"), Sampling::Member(name("claude"))),
        ]
        .into(),
    };
    vec![
        Event::PolicySet {
            policy: ApprovalPolicy::default(),
        },
        Event::PolicySet { policy },
        Event::ModelLent {
            attention: AttentionId(3),
            task: TaskId(42),
            by: Actor::Operator,
            lasting: true,
        },
    ]
}
