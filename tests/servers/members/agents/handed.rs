//! MCP servers that an agent is handed: called by its model, told of when they are dead, and ended with it.

use std::path::PathBuf;

use pretty_assertions::assert_eq;
use synod::core::{
    CallId, CallOrder, DeltaKind, Effect, HandedServer, Health, MemberName, Reply, Report, Request,
};
use synod::mcp::{Handover, ServerSpec, ToHand, Transport};
use synod::members::{AcpAgent, Adapter, HandedOver};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Field;
use crate::members::{Heard, Stand, options};
use crate::support::ground::Launch;
use crate::support::processes::{self, Running};
use crate::support::provision;

for_each_agent!(has_the_servers_that_it_is_handed_and_leaves_none_behind);

async fn has_the_servers_that_it_is_handed_and_leaves_none_behind(agent: AcpAgent) {
    let Some(mut field) = Field::of(agent).await else {
        return;
    };
    let Some(files) = field.ground.program(provision::everything, &[]).await else {
        return;
    };
    let dead = Launch {
        command: ["/bin/sh", "-c", "echo 'no licence' >&2; exit 3"]
            .map(str::to_owned)
            .to_vec(),
        env: files.env.clone(),
    };
    field.hands(vec![
        field.server("files", files, true),
        field.server("dead", dead, true),
    ]);
    let room = Room::new(&field);
    let mut stand = Stand::handing(vec![field.setup.clone()], room.handover.clone()).await;

    let first = talk(&mut stand, field.writes(1, "lamps")).await;
    assert_eq!(echoed(&first.heard), "lamps");
    assert_eq!(
        first.asked,
        if asks(agent) {
            vec![echo(true)]
        } else {
            vec![]
        }
    );
    let [files, dead] = first.handed() else {
        panic!("{:?}", first.heard.reports);
    };
    assert_eq!((files.name.as_str(), &files.trouble), ("files", &None));
    let why = dead.trouble.as_deref().unwrap_or_default();
    assert!(
        why.contains("exit code 3") && why.contains("no licence"),
        "{why}"
    );
    let status = first.heard.live(DeltaKind::Status);
    let told = "the agent has no tools of dead: it ended with exit code 3";
    assert_eq!(status.matches(told).count(), 1, "{status}");

    // The same in the next turn of the session: nothing is told again.
    let mut next = field.writes(2, "and again");
    next.handle = first.heard.handle();
    let next = talk(&mut stand, next).await;
    assert_eq!(echoed(&next.heard), "and again");
    let is_of_servers = |report: &&Report| matches!(report, Report::Handed { .. });
    assert_eq!(next.heard.reports.iter().find(is_of_servers), None);

    // In a turn that may only read, as it is said to only read.
    let mut reads = field.turn(3, &call("read"), None);
    reads.handle = next.heard.handle().or(first.heard.handle());
    let reads = talk(&mut stand, reads).await;
    match agent {
        // In its mode for plans it calls only what its server says only reads.
        AcpAgent::Gemini => assert!(
            !reads
                .heard
                .reports
                .contains(&Report::Unbound { call: CallId(3) })
        ),
        AcpAgent::Claude | AcpAgent::Codex | AcpAgent::Opencode | AcpAgent::Other => {
            assert_eq!(echoed(&reads.heard), "read");
        }
    }

    // Killed as a whole, it leaves no server.
    let home = field.ground.home();
    let running = processes::at_home(home);
    assert!(running.iter().any(is_server), "{running:?}");
    let of_it = running
        .iter()
        .find(|one| !one.command.contains(" guard -- "));
    of_it.unwrap().kill();
    stand
        .health(|health| matches!(health, Health::Restarting { .. }))
        .await;
    processes::until("the end of its servers", home, |running| {
        !running.iter().any(is_server)
    })
    .await;
    let after = talk(&mut stand, field.writes(4, "after")).await;
    assert_eq!(echoed(&after.heard), "after");

    // Put away, a session has none, where it can be closed and taken up again.
    if agent != AcpAgent::Gemini {
        stand
            .order(Effect::PutAway {
                member: MemberName::new(field.name).unwrap(),
                handle: after.heard.handle().unwrap().value,
                for_good: false,
            })
            .await;
        processes::until("the end of its servers", home, |running| {
            !running.iter().any(is_server)
        })
        .await;
    }
    // As a room ends: what it handed over first, then the agents.
    room.ends().await;
    field.ground.leave(stand).await;
}

#[tokio::test]
async fn an_agent_has_a_server_that_is_reached_at_an_address() {
    let (Some(mut field), Some(program)) =
        (Field::of(AcpAgent::Codex).await, provision::everything())
    else {
        return;
    };
    synod::mcp::install_tls();
    let (mut server, url) = crate::everything::over_http(program).await;
    let nowhere = "http://127.0.0.1:9/mcp".to_owned();
    let at = |name: &str, url: String| {
        let transport = Transport::Http { url, bearer: None };
        field.over(name, transport, true)
    };
    let servers = vec![at("files", url), at("dead", nowhere)];
    field.hands(servers);
    let room = Room::new(&field);
    let mut stand = Stand::handing(vec![field.setup.clone()], room.handover.clone()).await;
    let first = talk(&mut stand, field.writes(1, "lamps")).await;
    assert_eq!(echoed(&first.heard), "lamps");
    let [files, dead] = first.handed() else {
        panic!("{:?}", first.heard.reports);
    };
    assert_eq!((files.name.as_str(), &files.trouble), ("files", &None));
    assert!(dead.trouble.is_some(), "{dead:?}");

    // Gone in the midst of it, it is no tool any more, and no turn waits for it.
    server.kill().await.unwrap();
    let mut next = field.writes(2, "nobody");
    next.handle = first.heard.handle();
    let next = talk(&mut stand, next).await;
    let text = next.heard.answer().text.as_str();
    assert!(!text.contains("Echo: nobody"), "{text}");
    room.ends().await;
    field.ground.leave(stand).await;
}

/// Whether it asks leave before it calls a tool of which the server itself says that it only reads.
fn asks(agent: AcpAgent) -> bool {
    !matches!(agent, AcpAgent::Codex)
}

fn call(message: &str) -> String {
    format!("[[call:*echo {{\"message\":\"{message}\"}}]]")
}

fn echo(reads: bool) -> (String, String, bool) {
    ("files".to_owned(), "echo".to_owned(), reads)
}

/// What the server's answer was that reached the model.
fn echoed(heard: &Heard) -> String {
    let text = heard.answer().text.as_str();
    let (_, said) = text
        .split_once("Echo: ")
        .unwrap_or_else(|| panic!("{text}"));
    let end = said.find(['\n', '\\', '"', '<']).unwrap_or(said.len());
    said[..end].trim_end().to_owned()
}

fn is_server(one: &Running) -> bool {
    one.command.contains("server-everything") || one.command.contains("mcp relay")
}

/// A turn, and the tools for which leave was asked and given.
struct Talked {
    heard: Heard,
    asked: Vec<(String, String, bool)>,
}

impl Talked {
    fn handed(&self) -> &[HandedServer] {
        for report in &self.heard.reports {
            if let Report::Handed { servers, .. } = report {
                return servers;
            }
        }
        &[]
    }
}

async fn talk(stand: &mut Stand, order: CallOrder) -> Talked {
    let call = order.call;
    stand.start(order).await;
    let mut asked = Vec::new();
    let mut before = Vec::new();
    let heard = loop {
        match stand.until_asked(call).await {
            Ok(mut heard) => {
                before.append(&mut heard.reports);
                heard.reports = before;
                break heard;
            }
            Err((ask, request, reports)) => {
                before.extend(reports);
                let Request::Tool {
                    server,
                    tool,
                    reads,
                    ..
                } = request
                else {
                    panic!("{request:?}");
                };
                asked.push((server, tool, reads));
                let reply = Reply::Allow;
                stand.order(Effect::Reply { call, ask, reply }).await;
            }
        }
    };
    Talked { heard, asked }
}

impl Field {
    fn hands(&mut self, servers: Vec<HandedOver>) {
        if let Adapter::Acp(options) = &mut self.setup.adapter {
            options.servers = servers;
        }
    }

    fn server(&self, name: &str, launch: Launch, reads: bool) -> HandedOver {
        let transport = Transport::Stdio {
            command: launch.command,
            env: launch.env,
            cwd: self.ground.work(),
        };
        self.over(name, transport, reads)
    }

    fn over(&self, name: &str, transport: Transport, reads: bool) -> HandedOver {
        let server = ServerSpec {
            name: name.to_owned(),
            transport,
            limits: self.setup.server.limits,
        };
        let server = ToHand {
            name: name.to_owned(),
            server: Ok(server),
        };
        HandedOver { server, reads }
    }

    fn writes(&self, number: u64, message: &str) -> CallOrder {
        self.writing(number, &call(message))
    }
}

/// The room's side of the hand-over.
struct Room {
    handover: Handover,
    socket: PathBuf,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Room {
    fn new(field: &Field) -> Self {
        let socket = field.ground.home().join("room.mcp");
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let handover = Handover::bind(&socket, &options(), &tasks, &stop).unwrap();
        Self {
            handover,
            socket,
            stop,
            tasks,
        }
    }

    async fn ends(self) {
        self.stop.cancel();
        self.tasks.close();
        crate::support::soon("the end of the hand-over", self.tasks.wait()).await;
        assert!(!self.socket.exists());
    }
}
