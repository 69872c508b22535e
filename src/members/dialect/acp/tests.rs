//! What the dialect hears of recorded turns of the four agents, and how they end.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{Acp, REFUSED_MAX};
use crate::acp::{HANDED, PERMISSION, REFUSED as REFUSED_SIGNAL, UPDATE, recorded};
use crate::core::{Access, FailureKind, Purpose, Reply, TaskKind};
use crate::mcp::{Ask, AskAnswer, AskReply, CallError, Signal, ToHand};
use crate::members::dialect::{Dialect, Finish, Heard, Opening, Turn, wire};
use crate::members::setup::{AcpAgent, AcpOptions, HandedOver};

const GEMINI: &str = include_str!("../../../../tests/golden/wire/acp-gemini.jsonl");
const CLAUDE: &str = include_str!("../../../../tests/golden/wire/acp-claude.jsonl");
const CODEX: &str = include_str!("../../../../tests/golden/wire/acp-codex.jsonl");
const OPENCODE: &str = include_str!("../../../../tests/golden/wire/acp-opencode.jsonl");

/// The turns in each recording.
const THOUGHT: u64 = 1;
const ALLOWED: u64 = 2;
const REFUSED: u64 = 3;
const UNAUTHORIZED: u64 = 4;

/// A turn as it was heard.
#[derive(Debug)]
struct Played {
    heard: Vec<String>,
    /// What the agent was told when it had asked for leave.
    told: Vec<AskAnswer>,
    finish: Finish,
}

/// Plays the turn `id`; whoever is asked for leave says `reply`.
fn played(agent: AcpAgent, access: Access, id: u64, reply: &Reply) -> Played {
    let recording = match agent {
        AcpAgent::Gemini => GEMINI,
        AcpAgent::Claude => CLAUDE,
        AcpAgent::Codex => CODEX,
        AcpAgent::Opencode | AcpAgent::Other => OPENCODE,
    };
    let mut dialect = Acp::new(AcpOptions {
        agent,
        ..AcpOptions::default()
    });
    dialect.open(&Turn {
        prompt: "as recorded",
        handle: None,
        fork: None,
        fresh: "fresh",
        access,
        kind: TaskKind::General,
        purpose: Purpose::Answer,
        tools: &[],
        wishes: &[],
    });
    let lines = recording.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        (line["dir"] == "->", line["msg"].clone())
    });
    let is_prompt = |ours: bool, msg: &Value| ours && msg["method"] == "session/prompt";
    let turn = lines.skip_while(|(ours, msg)| !(is_prompt(*ours, msg) && msg["id"] == id));
    let (mut heard, mut told) = (Vec::new(), Vec::new());
    for (_, msg) in turn.skip(1).filter(|(ours, _)| !ours) {
        let params = msg["params"].clone();
        match msg["method"].as_str() {
            None => {
                return Played {
                    heard: joined(&wire::shown(&heard)),
                    told,
                    finish: dialect.finish(recorded(&msg)),
                };
            }
            Some(UPDATE) => heard.extend(dialect.hear(Signal::Custom {
                method: UPDATE.to_owned(),
                params,
            })),
            Some(method) => {
                assert_eq!(method, PERMISSION);
                let (to, mut answer) = AskReply::channel();
                let asked = dialect.hear(Signal::Ask(Ask {
                    method: PERMISSION.to_owned(),
                    params,
                    reply: to,
                }));
                match asked.last() {
                    Some(Heard::Asked(question)) => told.push(question.style.clone().answer(reply)),
                    Some(_) | None => told.push(answer.try_recv().unwrap()),
                }
                heard.extend(asked);
            }
        }
    }
    panic!("there is no turn {id}");
}

/// Pieces of one kind in a row as one.
fn joined(shown: &[String]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for line in shown {
        let (kind, text) = line.split_once(": ").unwrap();
        match all.last_mut() {
            Some(last) if kind != "status" && last.split_once(": ").unwrap().0 == kind => {
                last.push_str(text);
            }
            Some(_) | None => all.push(line.clone()),
        }
    }
    all
}

impl Played {
    fn text(&self) -> &str {
        match &self.finish {
            Finish::Answered { text, .. } => text,
            Finish::Failed(_) | Finish::Forgotten => panic!("{self:?}"),
        }
    }

    fn failed(&self) -> (FailureKind, &str) {
        match &self.finish {
            Finish::Failed(failure) => (failure.kind, failure.message.as_str()),
            Finish::Answered { .. } | Finish::Forgotten => panic!("{self:?}"),
        }
    }

    /// What is heard and is no piece of the answer.
    fn beside(&self) -> Vec<&str> {
        let all = self.heard.iter().map(String::as_str);
        all.filter(|line| !line.starts_with("answer: ")).collect()
    }

    /// The option that was chosen when leave was asked for.
    fn chosen(&self) -> &str {
        match self.told.as_slice() {
            [AskAnswer::Result(result)] => result["outcome"]["optionId"].as_str().unwrap(),
            other => panic!("{other:?}"),
        }
    }
}

/// The agents, with the names that they have for yes and for no.
const AGENTS: [(AcpAgent, &str, &str); 4] = [
    (AcpAgent::Gemini, "proceed_once", "cancel"),
    (AcpAgent::Claude, "allow", "reject"),
    (AcpAgent::Codex, "approved", "abort"),
    (AcpAgent::Opencode, "once", "reject"),
];

fn denied() -> Reply {
    Reply::Deny {
        reason: "no".to_owned(),
    }
}

#[test]
fn thoughts_tools_and_plans_are_no_part_of_the_answer() {
    for (agent, ..) in AGENTS {
        let turn = played(agent, Access::Read, THOUGHT, &Reply::Allow);
        assert_eq!(turn.text(), "STUB[3]: [[think]] think please ", "{agent:?}");
        let Finish::Answered { usage, .. } = &turn.finish else {
            panic!("{turn:?}");
        };
        assert_eq!(usage.is_some(), agent != AcpAgent::Codex);
        let beside: &[&str] = match agent {
            AcpAgent::Claude => &[
                "reasoning: Pondering about it",
                "status: plan: 0 of 2 done: a",
            ],
            AcpAgent::Codex => &[
                "status: Model metadata for `stub-model` not found. Defaulting to fallback \
                 metadata; this can degrade performance and cause issues.",
                "reasoning: **Thinking** about it",
            ],
            AcpAgent::Gemini => &["reasoning: **Pondering**\nabout it"],
            AcpAgent::Opencode | AcpAgent::Other => &["reasoning: Thinking about it"],
        };
        assert_eq!(turn.beside(), beside, "{agent:?}");

        let turn = played(agent, Access::Write, ALLOWED, &Reply::Allow);
        let line = "status: $ touch a1.txt; echo RAN1";
        assert!(turn.beside().contains(&line), "{turn:?}");
    }
}

#[test]
fn leave_is_asked_in_words_of_ours_and_answered_in_theirs() {
    for (agent, yes, no) in AGENTS {
        let turn = played(agent, Access::Write, ALLOWED, &Reply::Allow);
        assert_eq!(turn.chosen(), yes);
        assert!(turn.text().contains("RAN1"), "{turn:?}");
        let asked = turn.heard.iter().find(|line| line.starts_with("asked: "));
        let asked = asked.unwrap();
        assert!(asked.contains("Exec {"), "{asked}");
        assert!(asked.contains("\"touch a1.txt; echo RAN1\""), "{asked}");

        let turn = played(agent, Access::Write, REFUSED, &denied());
        assert_eq!(turn.chosen(), no);
    }
}

#[test]
fn a_turn_that_only_reads_asks_nobody_and_says_no() {
    for (agent, _, no) in AGENTS {
        let turn = played(agent, Access::Read, REFUSED, &Reply::Allow);
        assert_eq!(turn.chosen(), no);
        let line = "status: refused, as this turn only reads: touch a2.txt; echo RAN2";
        assert!(turn.heard.iter().any(|heard| heard == line), "{turn:?}");
    }
}

#[test]
fn a_no_ends_the_turn_of_some() {
    let turn = |agent| played(agent, Access::Write, REFUSED, &denied());
    for agent in [AcpAgent::Gemini, AcpAgent::Claude] {
        let turn = turn(agent);
        assert!(turn.text().starts_with("Tool said: "), "{turn:?}");
    }
    for (agent, words) in [
        (
            AcpAgent::Codex,
            "it stopped when it had asked for leave: touch a2.txt",
        ),
        (
            AcpAgent::Opencode,
            "it ended without a word after it had asked for leave: touch a2.txt",
        ),
    ] {
        let turn = turn(agent);
        let (kind, said) = turn.failed();
        assert_eq!(kind, FailureKind::Refused);
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn errors_are_told_by_status_and_words() {
    let turn = |agent, id| played(agent, Access::Read, id, &Reply::Allow);
    for (agent, id, kind) in [
        (AcpAgent::Gemini, UNAUTHORIZED, FailureKind::Auth),
        (AcpAgent::Claude, UNAUTHORIZED, FailureKind::Auth),
        (AcpAgent::Codex, UNAUTHORIZED, FailureKind::Auth),
        // It passes on the provider's words alone, and these have no sense.
        (AcpAgent::Opencode, UNAUTHORIZED, FailureKind::Refused),
        (AcpAgent::Codex, 5, FailureKind::Overloaded),
        // A stream that broke off: told as an end without a token used, and begun anew.
        (AcpAgent::Gemini, 5, FailureKind::Protocol),
        // Ends with nothing said.
        (AcpAgent::Claude, 5, FailureKind::Malformed),
        (AcpAgent::Opencode, 5, FailureKind::Malformed),
    ] {
        let turn = turn(agent, id);
        assert_eq!(turn.failed().0, kind, "{agent:?} {id}: {turn:?}");
    }
}

#[test]
fn a_program_that_ended_behind_its_adapter_is_told_as_ended() {
    let mut dialect = Acp::new(AcpOptions {
        agent: AcpAgent::Claude,
        ..AcpOptions::default()
    });
    let said =
        "Internal error: The Claude Agent process exited unexpectedly. Please start a new session";
    let Finish::Failed(failure) = dialect.finish(Err(CallError::Rpc {
        server: "claude".to_owned(),
        code: -32603,
        message: said.to_owned(),
    })) else {
        panic!("that is no answer");
    };
    assert_eq!(failure.kind, FailureKind::Crashed, "{failure}");
}

#[test]
fn an_agent_that_asks_without_end_for_what_is_not_offered_is_given_up() {
    let mut dialect = Acp::new(AcpOptions::default());
    let asks = |dialect: &mut Acp| {
        dialect.hear(Signal::Custom {
            method: REFUSED_SIGNAL.to_owned(),
            params: json!({"method": "terminal/create"}),
        })
    };
    for round in 0..2 * REFUSED_MAX {
        if round == REFUSED_MAX {
            // It does something else in between.
            dialect.hear(Signal::Custom {
                method: UPDATE.to_owned(),
                params: json!({"update": {"sessionUpdate": "plan", "entries": []}}),
            });
        }
        let heard = asks(&mut dialect);
        assert!(matches!(heard[..], [Heard::Text { .. }]), "{heard:?}");
    }
    let heard = asks(&mut dialect);
    let [Heard::GaveUp(failure)] = &heard[..] else {
        panic!("{heard:?}");
    };
    assert!(
        failure
            .message
            .contains("asks again and again for terminal/create")
    );
}

#[test]
fn a_turn_that_may_only_read_has_only_servers_that_only_read() {
    let server = |name: &str, reads| HandedOver {
        server: ToHand {
            name: name.to_owned(),
            server: Err("not of importance here".to_owned()),
        },
        reads,
    };
    let mut dialect = Acp::new(AcpOptions {
        servers: vec![server("files", true), server("web", false)],
        ..AcpOptions::default()
    });
    for (access, names) in [
        (Access::Read, &["files"][..]),
        (Access::Write, &["files", "web"]),
    ] {
        let opening = dialect.open(&Turn {
            prompt: "look",
            handle: None,
            fork: None,
            wishes: &[],
            fresh: "fresh",
            access,
            kind: TaskKind::General,
            purpose: Purpose::Answer,
            tools: &[],
        });
        let Opening::Prompt(order) = opening else {
            panic!("{opening:?}");
        };
        let has: Vec<&str> = order.servers.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(has, names);
    }
}

#[test]
fn a_server_that_is_not_there_is_told_in_one_line() {
    let mut dialect = Acp::new(AcpOptions::default());
    let params = json!({"servers": [
        {"name": "files", "trouble": null},
        {"name": "web", "trouble": "it ended with exit code 3"},
    ]});
    let method = HANDED.to_owned();
    let heard = dialect.hear(Signal::Custom { method, params });
    let [Heard::Text { text, .. }, Heard::Handed { servers }] = &heard[..] else {
        panic!("{heard:?}");
    };
    assert!(
        text.starts_with("the agent has no tools of web: it ended with exit code 3 · "),
        "{text}"
    );
    assert_eq!(servers.len(), 2);
    assert_eq!(servers[0].trouble, None);
}
