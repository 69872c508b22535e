//! Questions in a room: who answers them, and what is noted of it.

use pretty_assertions::assert_eq;

use crate::core::fixture::{Room, name, order, said};
use crate::core::{
    Actor, ApprovalPolicy, AskId, AttentionId, CallId, Command, Effect, Event, FailureKind,
    Outcome, Refusal, Reply, Report, Request, RequestKind, Resolution, Rule, RuleAction, Sampling,
    Span, Strategy, TaskId, TaskOrder, Text,
};

const ITEM: AttentionId = AttentionId(1);

fn exec(call: CallId, ask: u64, text: &str) -> Report {
    Report::Asked {
        call,
        ask: AskId(ask),
        request: Request::Exec {
            command: ["bash", "-lc", text].map(str::to_owned).to_vec(),
            cwd: "/w".to_owned(),
        },
    }
}

fn wish(call: CallId, ask: u64) -> Report {
    Report::Asked {
        call,
        ask: AskId(ask),
        request: Request::Sampling {
            prompt: Text::from("say hello"),
            max_tokens: 10,
        },
    }
}

fn form(call: CallId, schema: &str) -> Report {
    Report::Asked {
        call,
        ask: AskId(1),
        request: Request::Form {
            message: Text::from("Which?"),
            schema: Text::from(schema),
        },
    }
}

fn answer(reply: Reply) -> Command {
    Command::Answer {
        attention: ITEM,
        reply,
    }
}

fn deny(reason: &str) -> Reply {
    Reply::Deny {
        reason: reason.to_owned(),
    }
}

/// A room at work with a rule that allows `cargo test`, and the call in it.
fn ruled() -> (Room, CallId) {
    let mut room = Room::of(&["codex", "gpt"]);
    room.command(&Command::SetPolicy(ApprovalPolicy {
        rules: vec![Rule {
            name: "allow cargo test".to_owned(),
            member: None,
            kind: RequestKind::Exec,
            prefix: vec!["cargo".to_owned(), "test".to_owned()],
            path: None,
            action: RuleAction::Allow,
        }],
        project: "/w".to_owned(),
        patience: Span::secs(60),
        ..ApprovalPolicy::default()
    }));
    let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
    (room, calls[0])
}

/// A room in which `codex` may have a model as `sampling` says.
fn lending(sampling: Sampling) -> (Room, CallId) {
    let mut room = Room::of(&["codex", "gpt"]);
    let mut policy = ApprovalPolicy::default();
    policy.sampling.insert(name("codex"), sampling);
    room.command(&Command::SetPolicy(policy));
    let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
    (room, calls[0])
}

fn resolution(events: &[Event]) -> Option<&Resolution> {
    events.iter().find_map(|event| {
        let Event::AttentionResolved { resolution, .. } = event else {
            return None;
        };
        Some(resolution)
    })
}

#[test]
fn a_rule_answers_at_once_and_the_journal_names_it() {
    let (mut room, call) = ruled();
    let events = room.report(&exec(call, 1, "cargo test login"));
    let by_rule = Resolution {
        reply: Reply::Allow,
        by: Actor::Policy,
        rule: Some("allow cargo test".to_owned()),
    };
    assert_eq!(resolution(&events), Some(&by_rule));
    assert_eq!(room.state.attention().len(), 0);
    let told = Effect::Reply {
        call,
        ask: AskId(1),
        reply: Reply::Allow,
    };
    assert_eq!(room.effects.last(), Some(&told));

    let blocked = room.report(&exec(call, 2, "sudo ls"));
    let blocked = resolution(&blocked).unwrap();
    assert_eq!(blocked.by, Actor::Policy);
    let rule = blocked.rule.as_deref();
    assert_eq!(rule, Some("block list: becoming another user"));
    assert_eq!(
        resolution(&room.report(&exec(call, 3, "cargo test; ls"))),
        None
    );
    assert_eq!(room.state.attention().len(), 1);
}

#[test]
fn what_is_allowed_for_the_session_is_not_asked_again_in_it() {
    let (mut room, call) = ruled();
    room.report(&exec(call, 1, "ls"));
    room.command(&answer(Reply::AllowForSession));
    let again = room.report(&exec(call, 2, "pwd"));
    let again = resolution(&again).unwrap();
    assert_eq!(again.rule.as_deref(), Some("allowed for the session"));
    // Another kind, and another session, are asked.
    let patch = Report::Asked {
        call,
        ask: AskId(3),
        request: Request::Patch {
            files: vec!["a".to_owned()],
            diff: Text::from(""),
        },
    };
    assert_eq!(resolution(&room.report(&patch)), None);
    let (_, calls) = room.add(order(Strategy::Solo, &["gpt"]));
    assert_eq!(resolution(&room.report(&exec(calls[0], 1, "pwd"))), None);
    // The next turn of the session is the same session.
    room.answer(call, said("done"));
    let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
    assert!(resolution(&room.report(&exec(calls[0], 1, "pwd"))).is_some());
}

#[test]
fn a_question_waits_as_long_as_is_configured() {
    let (mut room, call) = ruled();
    room.report(&exec(call, 1, "ls"));
    let due = room.now.after(Span::secs(60));
    assert_eq!(room.state.next_wakeup(room.now), Some(due));
    room.now = due;
    let expired = room.expire();
    let resolution = resolution(&expired).unwrap();
    assert_eq!(resolution.by, Actor::Clock);
    assert_eq!(resolution.reply, deny("nobody answered in time"));
}

#[test]
fn a_question_is_answered_once() {
    let (mut room, call) = ruled();
    room.report(&exec(call, 7, "ls"));
    assert_eq!(room.command(&answer(Reply::Allow)).len(), 1);
    let gone = Refusal::NoSuchAttention { attention: ITEM };
    assert_eq!(room.refused(&answer(Reply::Allow)), gone);
}

#[test]
fn a_filled_form_has_to_fit_its_fields() {
    let fill = |content: &str| {
        answer(Reply::Fill {
            content: Text::from(content),
        })
    };
    let (mut room, call) = ruled();
    room.report(&exec(call, 7, "ls"));
    assert!(matches!(
        room.refused(&fill("{}")),
        Refusal::WrongReply { .. }
    ));

    let (mut room, call) = ruled();
    let schema = r#"{"properties":{"a":{"type":"integer"}},"required":["a"]}"#;
    room.report(&form(call, schema));
    for (reply, why) in [
        (fill("[1]"), "the filled form has to be a JSON object"),
        (fill("{}"), "a: it has to be filled in"),
        (fill("{\"a\":1.5}"), "a: it is a whole number"),
        (answer(Reply::Allow), "a: it has to be filled in"),
    ] {
        let why = why.to_owned();
        let attention = ITEM;
        assert_eq!(room.refused(&reply), Refusal::WrongReply { attention, why });
    }
    assert_eq!(room.command(&fill("{\"a\":1}")).len(), 1);

    let (mut room, call) = ruled();
    room.report(&form(call, "7"));
    assert!(
        room.refused(&fill("{}"))
            .to_string()
            .contains("nobody can fill this form in")
    );
    assert_eq!(room.command(&answer(deny("no"))).len(), 1);
}

#[test]
fn a_wish_for_a_model_is_answered_by_the_member_that_was_chosen() {
    let (mut room, call) = lending(Sampling::Member(name("gpt")));
    let events = room.report(&wish(call, 1));
    let task = TaskId(2);
    let lent = Event::ModelLent {
        attention: ITEM,
        task,
        by: Actor::Policy,
        lasting: false,
    };
    assert_eq!(events.last(), Some(&lent));
    let started = crate::core::fixture::started(&room.follow());
    assert_eq!(started.len(), 1);
    assert_eq!(*room.state.call(started[0]).unwrap().member(), name("gpt"));
    assert_eq!(
        room.state.call(started[0]).unwrap().access(),
        crate::core::Access::Read
    );
    let session = room.state.call(started[0]).unwrap().session();
    let events = room.answer(started[0], said("hello"));
    // Nobody goes on with what a foreign server asked.
    assert!(events.contains(&Event::SessionClosed { session }));
    let resolution = resolution(&events).unwrap();
    assert_eq!(
        *resolution,
        Resolution::by(
            Actor::Room,
            Reply::Fill {
                content: Text::from(r#"{"model":"gpt","text":"hello"}"#),
            }
        )
    );
    assert_eq!(room.state.attention().len(), 0);
    assert_eq!(room.state.lent_to(ITEM), None);
}

#[test]
fn the_operator_lends_a_model_once_or_for_the_session() {
    let (mut room, call) = lending(Sampling::Ask);
    room.report(&wish(call, 1));
    assert_eq!(room.state.attention().len(), 1);
    room.command(&answer(Reply::AllowForSession));
    assert!(matches!(
        room.refused(&answer(Reply::Allow)),
        Refusal::WrongReply { .. }
    ));
    let events = room.report(&wish(call, 2));
    assert!(matches!(
        events.last(),
        Some(Event::ModelLent {
            by: Actor::Policy,
            ..
        })
    ));
}

#[test]
fn a_wish_that_nobody_can_answer_is_denied_and_a_settled_one_takes_its_task_along() {
    let (mut room, call) = lending(Sampling::Member(name("gpt")));
    room.report(&wish(call, 1));
    let started = crate::core::fixture::started(&room.follow());
    let events = room.fail(started[0], FailureKind::Refused);
    let Reply::Deny { reason } = &resolution(&events).unwrap().reply else {
        panic!("{events:?}");
    };
    assert!(reason.starts_with("no member could answer it"), "{reason}");

    let (mut room, call) = lending(Sampling::Member(name("gpt")));
    room.report(&wish(call, 1));
    room.follow();
    room.command(&answer(deny("not now")));
    room.follow();
    let task = room.state.task(TaskId(2)).unwrap();
    assert_eq!(task.outcome(), Some(&Outcome::Cancelled));
    assert_eq!(room.state.lent_to(ITEM), None);

    let (mut room, call) = lending(Sampling::Member(name("nobody")));
    room.report(&wish(call, 1));
    let events = room.follow();
    assert!(matches!(
        resolution(&events).map(|resolution| &resolution.reply),
        Some(Reply::Deny { .. })
    ));
}

#[test]
fn a_model_is_refused_unless_it_is_configured() {
    let mut room = Room::of(&["codex", "gpt"]);
    let (_, calls) = room.add(TaskOrder::new("a"));
    let events = room.report(&wish(calls[0], 1));
    let resolution = resolution(&events).unwrap();
    assert_eq!(resolution.by, Actor::Policy);
    assert!(matches!(resolution.reply, Reply::Deny { .. }));
}

#[test]
fn the_same_policy_is_noted_once() {
    let (room, _) = ruled();
    let same = Command::SetPolicy(room.state.policy().clone());
    assert_eq!(crate::core::decide(&room.state, &same), Ok(Vec::new()));
}
