//! Leave: given, denied, not answered at all, and not asked of anybody by a turn that may only read.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use synod::core::{Access, AskId, CallId, DeltaKind, Effect, FailureKind, Reply, Report, Request};
use synod::members::AcpAgent;

use super::Field;
use crate::members::{Heard, Stand};
use crate::support::provision;

for_each_agent!(
    does_what_it_has_leave_for_and_nothing_else,
    only_reads_where_it_may_only_read,
);

async fn does_what_it_has_leave_for_and_nothing_else(agent: AcpAgent) {
    let Some(field) = Field::of(agent).await else {
        return;
    };
    let mut stand = field.stand().await;
    let ask = field.asks(&mut stand, 1, &touch("allowed")).await;
    reply(&stand, 1, ask, Reply::Allow).await;
    let heard = stand.ended(CallId(1)).await;
    let text = heard.answer().text.as_str();
    assert!(text.starts_with("the tool said:"), "{text}");
    assert!(field.file("allowed").exists(), "{text}");

    // A change shows what it would be.
    stand.start(field.writing(2, "[[patch:changed]]")).await;
    let (ask, request) = asked_for(&mut stand).await;
    let Request::Patch { files, diff } = &request else {
        panic!("{request:?}");
    };
    assert!(
        files.len() == 1 && files[0].ends_with("changed"),
        "{files:?}"
    );
    assert!(
        diff.as_str().contains("\n+hello from the script"),
        "{diff:?}"
    );
    assert!(!field.file("changed").exists());
    reply(&stand, 2, ask, Reply::Allow).await;
    let heard = stand.ended(CallId(2)).await;
    heard.answer();
    assert!(field.file("changed").exists());

    let ask = field.asks(&mut stand, 3, &touch("denied")).await;
    let reason = "not on a Sunday".to_owned();
    reply(&stand, 3, ask, Reply::Deny { reason }).await;
    let heard = stand.ended(CallId(3)).await;
    assert!(!field.file("denied").exists());
    ends_as_denied(agent, &heard);

    // Nobody answers: the turn is cancelled, and then the room goes.
    field.asks(&mut stand, 4, &touch("unanswered")).await;
    field.cancel(&stand, 4).await;
    let next = stand.work(field.turn(5, "[[say:as ever]]", None)).await;
    assert_eq!(next.answer().text.as_str(), "as ever");
    field.asks(&mut stand, 6, &touch("unanswered")).await;
    field.ground.leave(stand).await;
    assert!(!field.file("unanswered").exists());
}

async fn only_reads_where_it_may_only_read(agent: AcpAgent) {
    let Some(field) = Field::of(agent).await else {
        return;
    };
    let mut stand = field.stand().await;
    let run = stand.work(field.turn(1, &touch("read"), None)).await;
    let change = stand.work(field.turn(2, "[[patch:read]]", None)).await;
    assert!(!field.file("read").exists());
    assert_eq!((asked(&run), asked(&change)), (0, 0));
    let refused = |heard: &Heard| {
        let status = heard.live(DeltaKind::Status);
        assert!(
            status.contains("refused, as this turn only reads"),
            "{status}"
        );
        assert_eq!(heard.failure().kind, FailureKind::Refused);
    };
    match agent {
        // It has nothing that could do it.
        AcpAgent::Claude => {
            assert_eq!(
                field.tools_for("[[exec:touch read]]"),
                ["Glob", "Grep", "Read"]
            );
            run.answer();
            change.answer();
        }
        // Its own mode knows what it may do.
        AcpAgent::Gemini => {
            let tools = field.tools_for("[[exec:touch read]]");
            assert!(
                !tools.contains(&"run_shell_command".to_owned()),
                "{tools:?}"
            );
            let text = change.answer().text.as_str();
            assert!(text.contains("denied by policy"), "{text}");
        }
        AcpAgent::Codex | AcpAgent::Opencode | AcpAgent::Other => {
            refused(&run);
            refused(&change);
        }
    }

    // The same session may write in its next turn, and in the one after it no more.
    let mut writing = field.writing(3, &touch("written"));
    writing.handle = run.handle();
    stand.start(writing).await;
    let (ask, _) = asked_for(&mut stand).await;
    reply(&stand, 3, ask, Reply::Allow).await;
    let written = stand.ended(CallId(3)).await;
    written.answer();
    assert!(field.file("written").exists());
    let handle = written.handle().or(run.handle());
    let again = stand
        .work(field.turn(4, &touch("read"), handle.as_ref()))
        .await;
    assert_eq!((asked(&again), field.file("read").exists()), (0, false));
    field.ground.leave(stand).await;
}

#[tokio::test]
async fn claude_has_no_tools_of_the_user_s_servers_in_a_turn_that_may_only_read() {
    let (Some(field), Some(server)) = (Field::of(AcpAgent::Claude).await, provision::everything())
    else {
        return;
    };
    let servers = json!({"mcpServers": {"mine": {"command": server, "args": ["stdio"]}}});
    let settings = field.ground.home().join(".claude.json");
    std::fs::write(settings, servers.to_string()).unwrap();
    let mut stand = field.stand().await;
    let is_theirs = |tool: &String| tool.starts_with("mcp__mine__");
    // One turn does not wait for the servers of its settings.
    for call in 1.. {
        assert!(call < 20, "it never has the tools of its settings");
        let prompt = format!("write {call}!");
        stand.work(field.writing(call, &prompt)).await.answer();
        if field.tools_for(&prompt).iter().any(is_theirs) {
            break;
        }
    }
    stand.work(field.turn(30, "read!", None)).await.answer();
    assert_eq!(field.tools_for("read!"), ["Glob", "Grep", "Read"]);
    field.ground.leave(stand).await;
}

/// How a turn ends that was denied what it asked for: some go on, and some give up.
fn ends_as_denied(agent: AcpAgent, heard: &Heard) {
    match agent {
        AcpAgent::Gemini | AcpAgent::Claude | AcpAgent::Other => {
            let text = heard.answer().text.as_str();
            assert!(text.starts_with("the tool said:"), "{text}");
        }
        AcpAgent::Codex | AcpAgent::Opencode => {
            let failure = heard.failure();
            assert_eq!(failure.kind, FailureKind::Refused, "{failure}");
            let told = "had asked for leave: touch denied";
            assert!(failure.message.contains(told), "{failure}");
        }
    }
}

/// Makes a file by a command that is outside of every sandbox.
fn touch(file: &str) -> String {
    format!("[[exec:touch {file}]][[esc]]")
}

impl Field {
    pub(super) fn writing(&self, call: u64, prompt: &str) -> synod::core::CallOrder {
        let mut turn = self.turn(call, prompt, None);
        turn.access = Access::Write;
        turn
    }

    /// Has the agent ask for leave to run a command.
    pub(super) async fn asks(&self, stand: &mut Stand, call: u64, prompt: &str) -> AskId {
        stand.start(self.writing(call, prompt)).await;
        let (ask, request) = asked_for(stand).await;
        let Request::Exec { command, .. } = &request else {
            panic!("{request:?}");
        };
        assert!(command.join(" ").contains("touch "), "{request:?}");
        ask
    }

    /// The tools that the model had in a turn.
    fn tools_for(&self, prompt: &str) -> Vec<String> {
        let requests = self.ground.model.requests();
        let turn = requests.iter().find(|one| super::is_turn(one, prompt));
        let mut tools = Vec::new();
        names(&turn.unwrap().body["tools"], &mut tools);
        tools.sort();
        tools
    }
}

/// The names of tools, in groups or not.
fn names(tools: &Value, into: &mut Vec<String>) {
    for tool in tools.as_array().into_iter().flatten() {
        names(&tool["functionDeclarations"], into);
        if let Some(name) = tool["name"].as_str() {
            into.push(name.to_owned());
        }
    }
}

/// The question of the call under way.
async fn asked_for(stand: &mut Stand) -> (AskId, Request) {
    loop {
        let report = stand.report().await;
        // Not to wait for a question that will never come.
        assert!(!matches!(report, Report::Ended { .. }), "{report:?}");
        if let Report::Asked { ask, request, .. } = report {
            return (ask, request);
        }
    }
}

pub(super) async fn reply(stand: &Stand, call: u64, ask: AskId, reply: Reply) {
    let call = CallId(call);
    stand.order(Effect::Reply { call, ask, reply }).await;
}

fn asked(heard: &Heard) -> usize {
    let asks = |report: &&Report| matches!(report, Report::Asked { .. });
    heard.reports.iter().filter(asks).count()
}
