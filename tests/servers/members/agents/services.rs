//! Files and commands that are seen to for an agent: with an agent on the protocol's own library, which checks
//! what it is answered, and with the one of the known ones that uses them.

use std::path::Path;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use synod::core::{
    Access, AskId, CallId, CallOrder, DeltaKind, Effect, MemberName, Reply, Request,
};
use synod::mcp::{Offers, Services};
use synod::members::{AcpAgent, AcpOptions, Adapter, Setup};

use super::Field;
use crate::members::{Heard, Stand, options, order, setup};
use crate::support::ground::Ground;
use crate::support::processes;

const ALL: Services = Services {
    reads: true,
    writes: true,
    terminals: true,
};

/// An agent that has done what it is told to, and its folder.
struct Served {
    ground: Ground,
    setup: Setup,
}

impl Served {
    /// None where the library cannot be installed.
    async fn new() -> Option<Self> {
        let ground = Ground::new().await;
        let launch = ground.served_agent().await?;
        let adapter = Adapter::Acp(AcpOptions {
            cwd: ground.work(),
            ..AcpOptions::default()
        });
        let setup = setup("agent", adapter, launch.command, launch.env);
        Some(Self { ground, setup })
    }

    async fn stand(&self, services: Services) -> Stand {
        offering(&self.ground, "agent", services, &self.setup).await
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.ground.work().join(name)
    }
}

async fn offering(ground: &Ground, name: &str, services: Services, setup: &Setup) -> Stand {
    let mut options = options();
    options.offers = Offers {
        services: [(name.to_owned(), services)].into(),
        command_env: ground.env(Path::new("/usr/bin"), &[]),
        ..Offers::default()
    };
    Stand::under(options, vec![setup.clone()], |members| members).await
}

fn wish(call: u64, wish: &Value) -> CallOrder {
    let mut turn = order(call, "agent", &format!("<<{wish}>>"));
    turn.access = Access::Write;
    turn
}

async fn reply(stand: &Stand, call: u64, ask: AskId, reply: Reply) {
    let call = CallId(call);
    stand.order(Effect::Reply { call, ask, reply }).await;
}

/// A turn to its end in which everything that is asked for is answered so; also gives what was asked for.
async fn attended(stand: &mut Stand, turn: CallOrder, answer: &Reply) -> (Vec<Request>, Heard) {
    let call = turn.call;
    stand.start(turn).await;
    let mut asked = Vec::new();
    loop {
        match stand.until_asked(call).await {
            Ok(heard) => return (asked, heard),
            Err((ask, request, _)) => {
                asked.push(request);
                reply(stand, call.0, ask, answer.clone()).await;
            }
        }
    }
}

/// What came of the wish of a turn.
fn said(heard: &Heard) -> Value {
    serde_json::from_str(heard.answer().text.as_str()).unwrap()
}

#[tokio::test]
async fn files_and_commands_are_seen_to_as_the_protocol_has_it() {
    let Some(served) = Served::new().await else {
        return;
    };
    let mut stand = served.stand(ALL).await;
    let offers = attended(&mut stand, wish(1, &json!({"do": "offers"})), &Reply::Allow).await;
    let fs = json!({"readTextFile": true, "writeTextFile": true});
    assert_eq!(
        (&said(&offers.1)["fs"], &said(&offers.1)["terminal"]),
        (&fs, &json!(true))
    );

    let path = served.file("deep/a.txt");
    let write = json!({"do": "write", "path": path, "content": "one\ntwo\n"});
    let (asked, heard) = attended(&mut stand, wish(2, &write), &Reply::Allow).await;
    let [Request::Patch { files, diff }] = asked.as_slice() else {
        panic!("{asked:?}");
    };
    assert_eq!(files, &[path.to_string_lossy().into_owned()]);
    assert!(diff.as_str().contains("+one\n+two\n"), "{diff:?}");
    assert_eq!(said(&heard), json!({}));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\ntwo\n");
    let status = heard.live(DeltaKind::Status);
    assert!(status.contains("wrote deep/a.txt (+2 -0)"), "{status}");

    let read = json!({"do": "read", "path": path, "line": 2});
    let (asked, heard) = attended(&mut stand, wish(3, &read), &Reply::Allow).await;
    assert!(
        matches!(asked.as_slice(), [Request::Tool { reads: true, .. }]),
        "{asked:?}"
    );
    assert_eq!(said(&heard), json!({"content": "two\n"}));

    let script = "echo out; echo err >&2; echo $WORD; exit 3";
    let run = json!({"do": "run", "command": "sh", "args": ["-c", script],
        "env": [{"name": "WORD", "value": "word"}]});
    let (asked, heard) = attended(&mut stand, wish(4, &run), &Reply::Allow).await;
    let words = ["env", "WORD=word", "sh", "-c", script].map(str::to_owned);
    let expected = Request::Exec {
        command: words.to_vec(),
        cwd: served.ground.work().to_string_lossy().into_owned(),
    };
    assert_eq!(asked, [expected]);
    let said = said(&heard);
    assert_eq!(said["exit"], json!({"exitCode": 3, "signal": null}));
    let mut lines: Vec<&str> = said["output"]["output"].as_str().unwrap().lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["err", "out", "word"]);
    let status = heard.live(DeltaKind::Status);
    assert!(
        status.contains("exit code 3: env WORD=word sh -c"),
        "{status}"
    );
    served.ground.leave(stand).await;
}

#[tokio::test]
async fn what_a_command_writes_is_bounded_and_a_killed_one_has_ended() {
    let Some(served) = Served::new().await else {
        return;
    };
    let mut stand = served.stand(ALL).await;
    let many = json!({"do": "run", "command": "seq", "args": ["100000"], "outputByteLimit": 12});
    let (_, heard) = attended(&mut stand, wish(1, &many), &Reply::Allow).await;
    let of_it = said(&heard);
    assert_eq!(of_it["output"]["output"], "9999\n100000\n");
    assert_eq!(of_it["output"]["truncated"], true);

    let endless =
        json!({"do": "kill", "command": "sh", "args": ["-c", "echo on; tail -f /dev/null"]});
    let (_, heard) = attended(&mut stand, wish(2, &endless), &Reply::Allow).await;
    let of_it = said(&heard);
    assert_eq!(
        of_it["exit"],
        json!({"exitCode": null, "signal": "SIGTERM"})
    );
    assert_eq!(of_it["output"]["output"], "on\n");
    served.ground.leave(stand).await;
}

#[tokio::test]
async fn no_command_outlives_its_turn_its_agent_or_a_cancel() {
    let Some(served) = Served::new().await else {
        return;
    };
    let mut stand = served.stand(ALL).await;
    let home = served.ground.home();
    let runs =
        |all: &[processes::Running]| all.iter().any(|one| one.command.starts_with("tail -f"));
    let tail = |wish: &str| json!({"do": wish, "command": "tail", "args": ["-f", "/dev/null"]});

    let (_, heard) = attended(&mut stand, wish(1, &tail("leave")), &Reply::Allow).await;
    assert_eq!(said(&heard), "left");
    assert!(!runs(&processes::at_home(home)));

    stand.start(wish(2, &tail("run"))).await;
    let (ask, ..) = stand.until_asked(CallId(2)).await.unwrap_err();
    reply(&stand, 2, ask, Reply::Allow).await;
    processes::until("the command", home, runs).await;
    let member = MemberName::new("agent").unwrap();
    let call = CallId(2);
    stand.order(Effect::CancelCall { call, member }).await;
    processes::until("its end", home, |all| !runs(all)).await;

    stand.start(wish(3, &tail("run"))).await;
    let (ask, ..) = stand.until_asked(CallId(3)).await.unwrap_err();
    reply(&stand, 3, ask, Reply::Allow).await;
    let running = processes::until("the command", home, runs).await;
    let agent = running.iter().find(|one| one.command.starts_with("node"));
    agent.unwrap().kill();
    processes::until("its end", home, |all| !runs(all)).await;
    drop(stand.ended(CallId(3)).await);
    served.ground.leave(stand).await;
}

#[tokio::test]
async fn what_is_denied_or_lies_elsewhere_or_is_not_offered_does_not_happen() {
    let Some(served) = Served::new().await else {
        return;
    };
    let mut stand = served.stand(ALL).await;
    let run = json!({"do": "run", "command": "touch", "args": ["made"]});
    let reason = "not on a Sunday".to_owned();
    let (_, heard) = attended(&mut stand, wish(1, &run), &Reply::Deny { reason }).await;
    let told = said(&heard)["error"].to_string();
    assert!(told.contains("not on a Sunday"), "{told}");

    let outside = json!({"do": "read", "path": "/etc/passwd"});
    let (asked, heard) = attended(&mut stand, wish(2, &outside), &Reply::Allow).await;
    assert_eq!(asked, []);
    let told = said(&heard)["error"].to_string();
    assert!(told.contains("outside of the session's folder"), "{told}");
    let status = heard.live(DeltaKind::Status);
    assert!(
        status.contains("refused: fs/read_text_file: /etc/passwd is outside"),
        "{status}"
    );

    // A turn that may only read.
    let mut reads = wish(3, &run);
    reads.access = Access::Read;
    let (asked, heard) = attended(&mut stand, reads, &Reply::Allow).await;
    assert_eq!(asked, []);
    let status = heard.live(DeltaKind::Status);
    assert!(
        status.contains("refused: terminal/create: this turn only reads: touch"),
        "{status}"
    );
    drop(stand.close().await);

    let mut stand = served.stand(Services::default()).await;
    let (asked, heard) = attended(&mut stand, wish(4, &run), &Reply::Allow).await;
    assert_eq!(asked, []);
    let told = said(&heard)["error"].to_string();
    assert!(
        told.contains("terminal/create is not offered here"),
        "{told}"
    );
    assert!(!served.file("made").exists());
    served.ground.leave(stand).await;
}

#[tokio::test]
async fn gemini_writes_by_the_room_what_it_had_leave_for_and_is_asked_once() {
    let Some(field) = Field::of(AcpAgent::Gemini).await else {
        return;
    };
    // Of a file that is read for it, it does not understand that it is missing.
    let services = Services {
        reads: false,
        ..ALL
    };
    let mut stand = offering(&field.ground, field.name, services, &field.setup).await;
    let turn = field.writing(1, "[[patch:changed]]");
    let (asked, heard) = attended(&mut stand, turn, &Reply::Allow).await;
    heard.answer();
    let changes = asked
        .iter()
        .filter(|one| matches!(one, Request::Patch { .. }));
    assert_eq!(changes.count(), 1, "{asked:?}");
    assert!(field.file("changed").exists());
    let status = heard.live(DeltaKind::Status);
    assert!(status.contains("wrote changed ("), "{status}");
    field.ground.leave(stand).await;
}
