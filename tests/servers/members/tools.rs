//! Tools that are lent to a member on `synod mcp openai`: those of the real Serena over the hub's own
//! connection, those of the real `claude mcp serve`, and what goes wrong with them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use synod::core::{
    Access, AskId, CallId, CallOrder, Delta, DeltaKind, Effect, Ending, FailureKind, MemberName,
    Reply, Report, Request, TaskKind,
};
use synod::hub::{Connector, Memory, serena};
use synod::mcp::{Limits, ServerSpec, Start, Supervisor, Transport};
use synod::members::{Adapter, ChatOptions, Setup, ToolHome, ToolServer};
use tokio_util::task::TaskTracker;

use super::driven::Ground;
use super::rehearsal::WAVERING;
use super::{Heard, Stand, options, order, setup};
use crate::support::{processes, provision, soon};

const SYNOD: &str = env!("CARGO_BIN_EXE_synod");

fn gpt(ground: &Ground, api: &str) -> Setup {
    let url = ground.model.base_url();
    let words = [SYNOD, "mcp", "openai", "--base-url", &url, "--model"];
    let mut command = words.map(str::to_owned).to_vec();
    command.extend(["stub-model", "--api", api].map(str::to_owned));
    let options = ChatOptions {
        tools: true,
        ..ChatOptions::default()
    };
    let env = ground.env(Path::new("/bin"), &[]);
    setup("gpt", Adapter::Chat(options), command, env)
}

fn lent(name: &str, home: ToolHome, allow: &[&str], reads: &[&str]) -> ToolServer {
    let names = |names: &[&str]| -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    };
    ToolServer {
        name: name.to_owned(),
        home,
        allow: allow.iter().map(|tool| (*tool).to_owned()).collect(),
        reads: names(reads),
        kinds: BTreeSet::from([TaskKind::Analysis]),
        members: None,
        folder: "/w".into(),
        limits: Limits {
            idle: Duration::from_secs(20),
            total: Duration::from_secs(40),
        },
        remarks: BTreeMap::new(),
    }
}

/// A server of ours, whose tools say nothing of themselves.
fn rehearsal(ground: &Ground, persona: &str) -> ToolHome {
    let words = [
        SYNOD,
        "mcp",
        "rehearsal",
        "--persona",
        persona,
        "--seed",
        "1",
    ];
    process(
        persona,
        words.map(str::to_owned).to_vec(),
        ground.env(Path::new("/bin"), &[]),
        &ground.work(),
    )
}

fn process(
    name: &str,
    command: Vec<String>,
    env: BTreeMap<String, String>,
    cwd: &Path,
) -> ToolHome {
    ToolHome::Own(ServerSpec {
        name: name.to_owned(),
        transport: Transport::Stdio {
            command,
            env,
            cwd: cwd.to_owned(),
        },
        limits: Limits::default(),
    })
}

fn analysis(call: u64, prompt: &str) -> CallOrder {
    let mut order = order(call, "gpt", prompt);
    order.kind = TaskKind::Analysis;
    order.access = Access::Write;
    order
}

/// The next report; live text is read meanwhile, as consoles do.
async fn heard_next(stand: &mut Stand, live: &mut Vec<Delta>) -> Report {
    let (reports, deltas) = (&mut stand.reports, &mut stand.deltas);
    let next = async {
        loop {
            tokio::select! {
                Some(report) = reports.recv() => return report,
                Some(delta) = deltas.recv() => live.push(delta),
            }
        }
    };
    soon("a report", next).await
}

async fn asked(stand: &mut Stand, live: &mut Vec<Delta>) -> (AskId, Request) {
    loop {
        match heard_next(stand, live).await {
            Report::Asked { ask, request, .. } => return (ask, request),
            Report::Ended { ending, .. } => panic!("nothing was asked: {ending:?}"),
            Report::Bound { .. }
            | Report::Unbound { .. }
            | Report::Restored { .. }
            | Report::Dials { .. }
            | Report::Listed { .. }
            | Report::Handed { .. }
            | Report::ThoughtRecorded { .. }
            | Report::Edited { .. }
            | Report::EditGone { .. }
            | Report::NoteSettled { .. }
            | Report::Withdrawn { .. }
            | Report::Told { .. }
            | Report::Checked { .. }
            | Report::Health { .. } => {}
        }
    }
}

/// Works a call in which leave for one call of a tool is asked and answered.
async fn worked(stand: &mut Stand, order: CallOrder, reply: Reply) -> (Request, Heard) {
    let call = order.call;
    stand.start(order).await;
    let mut live = Vec::new();
    let (ask, request) = asked(stand, &mut live).await;
    stand.order(Effect::Reply { call, ask, reply }).await;
    let mut heard = stand.ended(call).await;
    live.append(&mut heard.deltas);
    heard.deltas = live;
    (request, heard)
}

fn said(heard: &Heard) -> &str {
    heard.answer().text.as_str()
}

/// The names of the tools that the last request offered.
fn offered(ground: &Ground) -> Vec<String> {
    let requests = ground.model.requests();
    let body = &requests.last().unwrap().body;
    let tools = body["tools"].as_array().cloned().unwrap_or_default();
    let name = |tool: &Value| {
        let name = tool["name"].as_str().or(tool["function"]["name"].as_str());
        name.unwrap().to_owned()
    };
    tools.iter().map(name).collect()
}

#[tokio::test]
async fn serena_lends_what_reads_while_it_keeps_the_documents() {
    let program = tokio::task::spawn_blocking(provision::serena);
    let Some(program) = program.await.unwrap() else {
        return;
    };
    let ground = Ground::new().await;
    let source = ground.work().join("lamps.py");
    fs::write(&source, "def lamp_lighter(count):\n    return count + 41\n").unwrap();
    let allow = ["search_for_pattern", "read_file"];
    let spec = serena::prepare(&serena::Setup {
        command: vec![program.display().to_string()],
        project: ground.work(),
        room: ground.work().join(".synod"),
        env: ground.env(Path::new("/bin"), &[]),
        lent: allow.map(str::to_owned).to_vec(),
    })
    .unwrap();
    let tasks = TaskTracker::new();
    let hub = Arc::new(Supervisor::start(spec, options(), Start::OnDemand, &tasks));
    for api in ["chat", "responses"] {
        let home = ToolHome::Hub(Arc::downgrade(&hub));
        let server = lent("serena", home, &allow, &allow);
        let mut stand = Stand::lending(vec![gpt(&ground, api)], vec![server]).await;

        // The documents of the room are written through the same process at the same time.
        let memory = Connector::connect(&*hub).await.unwrap();
        let writing = async {
            for round in 0..12 {
                let (name, text) = (format!("{api}_{round}"), "x".repeat(2_000));
                memory.write(&name, &text).await.unwrap();
                memory.edit(&name, &text, "done").await.unwrap();
                let read = memory.read(&name).await.unwrap();
                assert_eq!(read.as_deref(), Some("done"));
            }
        };
        let asking = async {
            let mut order = analysis(
                1,
                "[[call:search_for_pattern {\"substring_pattern\":\"lamp_l\"}]]",
            );
            order.access = Access::Read;
            worked(&mut stand, order, Reply::Allow).await
        };
        let ((), (request, heard)) = tokio::join!(writing, asking);
        let Request::Tool {
            server,
            tool,
            arguments,
            reads,
        } = request
        else {
            panic!("{request:?}");
        };
        assert_eq!(
            (server.as_str(), tool.as_str(), reads),
            ("serena", "search_for_pattern", true)
        );
        assert!(arguments.as_str().contains("lamp_l"), "{arguments}");
        let answer = said(&heard);
        assert!(
            answer.starts_with("the tool said: ") && answer.contains("lamps.py"),
            "{answer}"
        );
        assert_eq!(offered(&ground), allow);
        let once = if api == "chat" { (11, 7) } else { (100, 20) };
        let usage = heard.answer().usage;
        assert_eq!((usage.input, usage.output), (2 * once.0, 2 * once.1));
        let card = heard.live(DeltaKind::Status);
        assert!(
            card.starts_with("calls serena.search_for_pattern {"),
            "{card}"
        );

        // The session goes on, and knows what was looked up; another kind of task is lent nothing.
        let mut next = order(2, "gpt", "and now?");
        next.handle = heard.handle();
        let second = stand.work(next).await;
        assert_eq!(said(&second), "turn 2: and now?");
        assert_eq!(offered(&ground), [""; 0]);
        let body = ground.model.requests().last().unwrap().body.to_string();
        assert!(body.contains("lamps.py"), "{body}");

        // What the project does not hold is not read.
        fs::write(ground.home().join("secret.txt"), "the secret").unwrap();
        let order = analysis(
            3,
            "[[call:read_file {\"relative_path\":\"../secret.txt\"}]]",
        );
        let (_, heard) = worked(&mut stand, order, Reply::Allow).await;
        assert!(said(&heard).contains("outside the project root"));
        assert_eq!(stand.close().await, []);
        assert!(memory.read(&format!("{api}_0")).await.unwrap().is_some());
    }
    hub.shutdown().await;
    tasks.close();
    processes::until("no process is left", ground.home(), <[_]>::is_empty).await;
}

async fn claude(ground: &Ground) -> Option<ToolServer> {
    let installed = tokio::task::spawn_blocking(provision::claude_code_mcp);
    let bin = installed.await.unwrap()?.bin;
    let env = ground.env(
        &bin,
        &[
            ("ANTHROPIC_BASE_URL", ground.model.root_url()),
            ("ANTHROPIC_API_KEY", "test".to_owned()),
            ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1".to_owned()),
            ("DISABLE_AUTOUPDATER", "1".to_owned()),
        ],
    );
    let program = bin.join("claude").display().to_string();
    let command = vec![program, "mcp".to_owned(), "serve".to_owned()];
    let home = process("claude", command, env, &ground.work());
    let mut server = lent("claude", home, &["Bash", "Write", "Read"], &["Read"]);
    server.folder = ground.work();
    Some(server)
}

#[tokio::test]
async fn claude_acts_only_with_leave_and_leaves_nothing_behind() {
    let ground = Ground::new().await;
    let Some(server) = claude(&ground).await else {
        return;
    };
    let mut stand = Stand::lending(vec![gpt(&ground, "chat")], vec![server]).await;
    let work = ground.work();

    let bash = "[[call:Bash {\"command\":\"echo lit > lamp && cat lamp\"}]]";
    let (request, heard) = worked(&mut stand, analysis(1, bash), Reply::Allow).await;
    let command = ["bash", "-c", "echo lit > lamp && cat lamp"].map(str::to_owned);
    let cwd = work.display().to_string();
    assert_eq!(
        request,
        Request::Exec {
            command: command.to_vec(),
            cwd
        }
    );
    assert!(
        said(&heard).contains("\"stdout\":\"lit\""),
        "{}",
        said(&heard)
    );
    assert!(heard.live(DeltaKind::Status).contains("$ echo lit > lamp"));
    assert_eq!(fs::read_to_string(work.join("lamp")).unwrap(), "lit\n");
    assert_eq!(offered(&ground), ["Bash", "Write", "Read"]);

    let dark = "[[call:Bash {\"command\":\"rm lamp\"}]]";
    let reason = "it is still needed".to_owned();
    let (_, heard) = worked(&mut stand, analysis(2, dark), Reply::Deny { reason }).await;
    assert!(said(&heard).contains("not allowed: it is still needed"));
    assert!(work.join("lamp").exists());

    let path = work.join("new.txt").display().to_string();
    let arguments = json!({"file_path": path, "content": "hello"});
    let write = format!("[[call:Write {arguments}]]");
    let denied = Reply::Deny {
        reason: "no".to_owned(),
    };
    let (request, _) = worked(&mut stand, analysis(3, &write), denied).await;
    assert!(matches!(&request, Request::Patch { files, .. } if *files == [path.clone()]));
    assert!(!Path::new(&path).exists());
    worked(&mut stand, analysis(4, &write), Reply::AllowForSession).await;
    assert_eq!(fs::read_to_string(&path).unwrap(), "hello");

    // Held to reading it is offered what reads, and cannot have the rest by its name.
    let mut reading = analysis(5, bash);
    reading.access = Access::Read;
    let heard = stand.work(reading).await;
    assert_eq!(offered(&ground), ["Read"]);
    assert!(said(&heard).contains("There is no such tool. There are: Read"));
    let read = format!("[[call:Read {}]]", json!({"file_path": path}));
    let (request, heard) = worked(&mut stand, analysis(6, &read), Reply::Allow).await;
    assert!(matches!(request, Request::Tool { reads: true, .. }));
    assert!(said(&heard).contains("hello"), "{}", said(&heard));

    // A call that is cancelled while its command runs takes the command with it.
    stand
        .start(analysis(7, "[[call:Bash {\"command\":\"sleep 987\"}]]"))
        .await;
    let (ask, _) = asked(&mut stand, &mut Vec::new()).await;
    let (call, reply) = (CallId(7), Reply::Allow);
    stand.order(Effect::Reply { call, ask, reply }).await;
    let sleeps = |all: &[processes::Running]| all.iter().any(|it| it.command.contains("sleep 987"));
    processes::until("the command runs", ground.home(), sleeps).await;
    let member = MemberName::new("gpt").unwrap();
    stand.order(Effect::CancelCall { call, member }).await;
    processes::until("it is gone", ground.home(), |all| !sleeps(all)).await;
    assert_eq!(stand.close().await, []);
    processes::until("no process is left", ground.home(), <[_]>::is_empty).await;
}

#[tokio::test]
async fn a_question_that_a_tool_takes_back_waits_no_more_and_a_remark_goes_with_the_result() {
    let ground = Ground::new().await;
    let command = ["/bin/sh", "-c", WAVERING].map(str::to_owned).to_vec();
    let path = BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]);
    let home = process("waver", command, path, &ground.work());
    let mut server = lent("waver", home, &["ask"], &["ask"]);
    let remark = "(It says little.)".to_owned();
    server.remarks = BTreeMap::from([("ask".to_owned(), remark)]);
    let mut stand = Stand::lending(vec![gpt(&ground, "chat")], vec![server]).await;
    let call = CallId(1);
    stand.start(analysis(1, "[[call:ask {}]]")).await;

    let mut live = Vec::new();
    let reply = Reply::Allow;
    let (leave, request) = asked(&mut stand, &mut live).await;
    assert!(matches!(request, Request::Tool { .. }), "{request:?}");
    let ask = leave;
    stand.order(Effect::Reply { call, ask, reply }).await;

    let (mut wishes, mut withdrawn) = (Vec::new(), Vec::new());
    while wishes.len() < 2 || withdrawn.is_empty() {
        let report = heard_next(&mut stand, &mut live).await;
        if let Report::Asked { ask, .. } = report {
            wishes.push(ask);
        } else if let Report::Withdrawn { ask, .. } = report {
            withdrawn.push(ask);
        } else {
            assert!(!matches!(report, Report::Ended { .. }), "{report:?}");
        }
    }
    assert_eq!(withdrawn, [wishes[0]]);
    let (ask, reply) = (wishes[1], Reply::Allow);
    stand.order(Effect::Reply { call, ask, reply }).await;
    let heard = stand.ended(call).await;
    let answer = heard.answer().text.as_str();
    assert!(
        answer.contains("done") && answer.contains("(It says little.)"),
        "{answer}"
    );
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn whatever_goes_wrong_with_a_tool_is_told_to_the_model() {
    let ground = Ground::new().await;
    let absent = "no such server; configure it".to_owned();
    let servers = vec![
        lent(
            "players",
            rehearsal(&ground, "terse"),
            &["list_models", "chat"],
            &[],
        ),
        lent("crasher", rehearsal(&ground, "crashing"), &["chat"], &[]),
        lent("gone", ToolHome::Absent(absent), &["look"], &[]),
        lent(
            "broken",
            process(
                "broken",
                vec!["/no/such".to_owned()],
                BTreeMap::new(),
                &ground.work(),
            ),
            &["look"],
            &[],
        ),
    ];
    let mut stand = Stand::lending(vec![gpt(&ground, "chat")], servers).await;

    let (_, heard) = worked(
        &mut stand,
        analysis(1, "[[call:list_models {}]]"),
        Reply::Allow,
    )
    .await;
    assert_eq!(offered(&ground), ["list_models", "chat", "crasher_chat"]);
    let told = heard.live(DeltaKind::Status);
    assert!(
        told.contains("the tools of gone are missing: no such server"),
        "{told}"
    );
    assert!(told.contains("the tools of broken are missing: "), "{told}");
    assert!(
        heard
            .live(DeltaKind::Answer)
            .starts_with("I look. \n\nthe tool said")
    );
    assert!(!said(&heard).contains("I look."), "{}", said(&heard));

    for (prompt, wanted) in [
        (
            "[[call:paint {}]]",
            "There is no such tool. There are: list_models, chat, crasher_chat",
        ),
        ("[[call:chat {half]]", "The arguments are no JSON object"),
    ] {
        let heard = stand.work(analysis(2, prompt)).await;
        assert!(said(&heard).contains(wanted), "{}", said(&heard));
    }
    let failing = analysis(3, "[[call:chat {\"prompt\":\"x\",\"colour\":1}]]");
    let (_, heard) = worked(&mut stand, failing, Reply::Allow).await;
    assert!(
        said(&heard).contains("The tool failed: "),
        "{}",
        said(&heard)
    );
    let dying = analysis(4, "[[call:crasher_chat {\"prompt\":\"x\"}]]");
    let (_, heard) = worked(&mut stand, dying, Reply::Allow).await;
    assert!(
        said(&heard).contains("ended in the middle of the call"),
        "{}",
        said(&heard)
    );
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn a_tool_server_that_does_not_come_up_takes_half_the_time_of_a_turn_at_most() {
    let ground = Ground::new().await;
    // It reads and says nothing.
    let mute = ["/bin/sh", "-c", "cat >/dev/null"].map(str::to_owned);
    let mute = process("mute", mute.to_vec(), BTreeMap::new(), &ground.work());
    let servers = vec![
        lent("mute", mute, &["look"], &[]),
        lent(
            "players",
            rehearsal(&ground, "terse"),
            &["list_models"],
            &[],
        ),
    ];
    let mut gpt = gpt(&ground, "chat");
    gpt.server.limits.total = Duration::from_secs(16);
    let mut stand = Stand::lending(vec![gpt], servers).await;
    let heard = stand.work(analysis(1, "[[say:without it]]")).await;
    assert_eq!(said(&heard), "without it");
    let told = heard.live(DeltaKind::Status);
    let waits = "waits for the tools of mute, players, ";
    assert!(told.contains(waits), "{told}");
    let late = "the tools of mute are missing: it was not ready within ";
    assert!(told.contains(late), "{told}");
    assert_eq!(offered(&ground), ["list_models"]);

    // What was waited is no time for the model.
    let started = tokio::time::Instant::now();
    let heard = stand.work(analysis(2, "[[hang]]")).await;
    let failure = heard.failure();
    assert_eq!(failure.kind, FailureKind::TimedOut);
    assert!(failure.message.contains("within 16 s"), "{failure}");
    let took = started.elapsed();
    assert!(took < Duration::from_secs(22), "{took:?}");
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn a_model_without_tools_is_asked_without_and_one_without_end_is_stopped() {
    let ground = Ground::new().await;
    let server = || {
        lent(
            "players",
            rehearsal(&ground, "terse"),
            &["list_models"],
            &[],
        )
    };
    let mut stand = Stand::lending(vec![gpt(&ground, "chat")], vec![server()]).await;
    let heard = stand
        .work(analysis(1, "[[toolless]][[say:no hands]]"))
        .await;
    assert_eq!(said(&heard), "no hands");
    assert!(heard.live(DeltaKind::Status).contains("takes no tools"));

    stand
        .start(analysis(2, "[[call:list_models {}]][[endless]]"))
        .await;
    let mut calls = 0;
    let failure = loop {
        match heard_next(&mut stand, &mut Vec::new()).await {
            Report::Asked { call, ask, .. } => {
                calls += 1;
                let reply = Reply::Allow;
                stand.order(Effect::Reply { call, ask, reply }).await;
            }
            Report::Ended { ending, .. } => match &ending {
                Ending::Failed { failure, .. } => break failure.clone(),
                Ending::Answered(_) | Ending::Cancelled { .. } | Ending::Interrupted => {
                    panic!("{ending:?}")
                }
            },
            Report::Bound { .. }
            | Report::Unbound { .. }
            | Report::Restored { .. }
            | Report::Dials { .. }
            | Report::Listed { .. }
            | Report::Handed { .. }
            | Report::ThoughtRecorded { .. }
            | Report::Edited { .. }
            | Report::EditGone { .. }
            | Report::NoteSettled { .. }
            | Report::Withdrawn { .. }
            | Report::Told { .. }
            | Report::Checked { .. }
            | Report::Health { .. } => {}
        }
    };
    assert_eq!((failure.kind, calls), (FailureKind::Malformed, 16));
    assert!(failure.message.contains("without end"), "{failure:?}");
    let last = ground.model.requests().last().unwrap().body.clone();
    assert_eq!(last["tool_choice"], "none");
    assert_eq!(stand.close().await, []);
}

#[tokio::test]
async fn a_second_serena_that_writes_memories_is_not_lent() {
    let ground = Ground::new().await;
    // The built-in memory has the tools of one.
    let words = [SYNOD, "mcp", "memory", "--dir", "."].map(str::to_owned);
    let env = ground.env(Path::new("/bin"), &[]);
    let home = process("memory", words.to_vec(), env, &ground.work());
    let server = lent("memory", home, &["read_memory"], &["read_memory"]);
    let mut stand = Stand::lending(vec![gpt(&ground, "chat")], vec![server]).await;
    let heard = stand.work(analysis(1, "hello")).await;
    assert_eq!(offered(&ground), [""; 0]);
    let told = heard.live(DeltaKind::Status);
    assert!(told.contains("beside the room's own"), "{told}");
    processes::until("it was ended", ground.home(), |all| {
        !all.iter().any(|it| it.command.contains("mcp memory"))
    })
    .await;
    assert_eq!(stand.close().await, []);
}
