//! The room's own MCP server over HTTP: what it tells whom, and what it turns away.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::home::Home;
use crate::processes;
use crate::support::raw_http::{Reply, exchange};
use crate::support::{provision, soon};

/// Two members that play a part.
const MEMBERS: &str = "[[member]]\nname = \"ann\"\nadapter = \"rehearsal\"\nrehearsal = { persona = \"terse\" }\n\
    [[member]]\nname = \"ben\"\nadapter = \"rehearsal\"\nrehearsal = { persona = \"terse\" }\n";

/// What the room wrote down of where it listens.
#[derive(Debug)]
struct Door {
    port: u16,
    told: Value,
}

impl Door {
    fn of(home: &Home) -> Self {
        let text = fs::read_to_string(home.room("room.tokens")).unwrap();
        let told: Value = serde_json::from_str(&text).unwrap();
        let url = told["url"].as_str().unwrap();
        let port = url.strip_prefix("http://127.0.0.1:").unwrap();
        let port = port.strip_suffix("/mcp").unwrap().parse().unwrap();
        Self { port, told }
    }

    fn token(&self, member: Option<&str>) -> String {
        let token = match member {
            Some(name) => &self.told["members"][name],
            None => &self.told["operator"],
        };
        token.as_str().unwrap().to_owned()
    }

    /// The head of a request in good order, but for its token.
    fn head(&self, length: usize) -> Vec<String> {
        vec![
            "POST /mcp HTTP/1.1".to_owned(),
            format!("host: 127.0.0.1:{}", self.port),
            "accept: application/json, text/event-stream".to_owned(),
            "content-type: application/json".to_owned(),
            format!("content-length: {length}"),
            "connection: close".to_owned(),
        ]
    }

    async fn post(&self, token: &str, more: &[&str], message: &Value) -> Reply {
        let body = message.to_string();
        let mut head = self.head(body.len());
        head.push(format!("authorization: Bearer {token}"));
        head.extend(more.iter().map(|line| (*line).to_owned()));
        exchange(self.port, &head, body.as_bytes()).await
    }

    /// Calls a tool as a client of 2025-11-25; its structured result.
    async fn call(&self, token: &str, tool: &str, arguments: Value) -> Value {
        let call = request("tools/call", json!({"name": tool, "arguments": arguments}));
        let version = "mcp-protocol-version: 2025-11-25";
        let reply = self.post(token, &[version], &call).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()["result"]["structuredContent"].clone()
    }
}

fn request(method: &str, params: Value) -> Value {
    let mut request = json!({"jsonrpc": "2.0", "id": 1, "method": method});
    request["params"] = params;
    request
}

/// A room that runs, with one task that is done.
fn running(more: &str) -> Home {
    let home = Home::new();
    home.configure(&format!("[room]\nhub = \"builtin\"\n{more}{MEMBERS}"));
    home.ok(&[
        "run",
        "-m",
        "ann",
        "What is a needle? [[say:A thin thing.]]",
    ]);
    home
}

#[test]
fn members_and_the_operator_call_the_tools_and_are_told_apart() {
    let home = running("");
    let door = Door::of(&home);
    Runtime::new().unwrap().block_on(async {
        let (ann, ben, operator) = (
            door.token(Some("ann")),
            door.token(Some("ben")),
            door.token(None),
        );
        for version in ["2025-06-18", "2025-11-25"] {
            let hello = json!({"protocolVersion": version, "capabilities": {},
                "clientInfo": {"name": "plain", "version": "0"}});
            let hello = door.post(&ann, &[], &request("initialize", hello)).await;
            assert_eq!(hello.status, 200, "{hello:?}");
            assert_eq!(hello.json()["result"]["protocolVersion"], version);
            assert!(!hello.head.to_lowercase().contains("mcp-session-id"));
        }
        let note = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        assert_eq!(door.post(&ann, &[], &note).await.status, 202);
        let tools = door
            .post(&ann, &[], &request("tools/list", json!({})))
            .await;
        let tools = tools.json()["result"]["tools"].clone();
        assert_eq!(tools.as_array().unwrap().len(), 8, "{tools}");

        for (token, you) in [
            (&ann, json!({"kind": "member", "name": "ann"})),
            (&ben, json!({"kind": "member", "name": "ben"})),
            (&operator, json!({"kind": "operator"})),
        ] {
            let status = door.call(token, "room_status", json!({})).await;
            assert_eq!(status["you"], you);
            assert!(status["members"].to_string().contains("ann"), "{status}");
        }
        let result = door.call(&ben, "read_task", json!({"task": 1})).await;
        assert!(result.to_string().contains("A thin thing."), "{result}");
        // The documents of the memory are written behind the room.
        loop {
            let words = json!({"words": "thin thing"});
            let found = door.call(&ann, "search", words).await;
            if found.to_string().contains("results/1") {
                break;
            }
        }
        let get = door.head(0).join("\n").replace("POST", "GET");
        let mut get: Vec<String> = get.lines().map(str::to_owned).collect();
        get.push(format!("authorization: Bearer {ann}"));
        assert_eq!(exchange(door.port, &get, b"").await.status, 405);
    });
}

#[test]
fn a_client_of_2026_07_28_needs_no_handshake() {
    let home = running("");
    let door = Door::of(&home);
    Runtime::new().unwrap().block_on(async {
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "plain", "version": "0"},
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let version = "mcp-protocol-version: 2026-07-28";
        let ann = door.token(Some("ann"));
        let discover = request("server/discover", json!({"_meta": meta}));
        let more = [version, "mcp-method: server/discover"];
        let found = door.post(&ann, &more, &discover).await;
        assert_eq!(found.status, 200, "{found:?}");
        let versions = found.json()["result"]["supportedVersions"].to_string();
        assert!(versions.contains("2026-07-28"), "{versions}");
        assert!(versions.contains("2025-11-25"), "{versions}");

        let params = json!({"name": "room_status", "arguments": {}, "_meta": meta});
        let more = [version, "mcp-method: tools/call", "mcp-name: room_status"];
        let status = door.post(&ann, &more, &request("tools/call", params)).await;
        assert_eq!(status.status, 200, "{status:?}");
        let you = &status.json()["result"]["structuredContent"]["you"];
        assert_eq!(you["name"], "ann", "{status:?}");
    });
}

#[test]
fn strangers_are_turned_away_before_anything_is_read() {
    let home = running("");
    let door = Door::of(&home);
    Runtime::new().unwrap().block_on(async {
        let ann = format!("authorization: Bearer {}", door.token(Some("ann")));
        let foreign = format!("authorization: Bearer {}", "0".repeat(64));
        let host = format!("host: 127.0.0.1:{}", door.port);
        let broken = b"{ this is no JSON";
        for (lines, status) in [
            (&[][..], 401),
            (&[("", foreign.as_str())][..], 401),
            (&[("", &ann), (&host, "host: evil.example")], 403),
            (&[("", &ann), (&host, "host: 127.0.0.1:1")], 403),
            (&[("", &ann), ("", "origin: http://evil.example")], 403),
            (&[("", &ann), ("POST /mcp", "POST /other")], 404),
            // Let in, and only now read.
            (&[("", &ann)], 415),
        ] {
            let mut head = door.head(broken.len());
            for (old, new) in lines {
                match *old {
                    "" => head.push((*new).to_owned()),
                    old => head.iter_mut().for_each(|it| *it = it.replace(old, new)),
                }
            }
            let reply = exchange(door.port, &head, broken).await;
            assert_eq!(reply.status, status, "{head:?} {reply:?}");
        }

        // A hundred megabytes, told beforehand and not.
        let huge = vec![b' '; 100_000_000];
        let mut head = door.head(huge.len());
        head.push(ann.clone());
        let begun = Instant::now();
        assert_eq!(exchange(door.port, &head, &huge).await.status, 413);
        head.retain(|line| !line.starts_with("content-length"));
        head.push("transfer-encoding: chunked".to_owned());
        let mut chunked = format!("{:x}\r\n", huge.len()).into_bytes();
        chunked.extend(&huge);
        let reply = exchange(door.port, &head, &chunked).await;
        assert_eq!(reply.status, 413, "{reply:?}");
        println!("two bodies of 100 MB: {:?}", begun.elapsed());
    });
    home.ok(&["stop"]);
    let log = fs::read_to_string(home.room("room.log")).unwrap();
    let told = log.lines().filter(|line| line.contains("turned away"));
    let told: Vec<&str> = told.collect();
    // The second ones of a kind are told at the end.
    assert_eq!(told.len(), 8, "{told:#?}");
    for kind in [
        "NoToken",
        "ForeignToken",
        "Host",
        "Origin",
        "Path",
        "TooLong",
    ] {
        assert!(told.iter().any(|line| line.contains(kind)), "{told:#?}");
    }
    for token in [door.token(None), door.token(Some("ann"))] {
        assert!(!log.contains(&token));
        assert!(!home.ok(&["journal", "--json"]).contains(&token));
    }
}

#[test]
fn a_crowd_of_connections_is_turned_away_and_the_room_still_answers() {
    let home = running("");
    let door = Door::of(&home);
    Runtime::new().unwrap().block_on(async {
        let mut crowd = Vec::new();
        for _ in 0..1000 {
            let connected = TcpStream::connect(("127.0.0.1", door.port));
            crowd.push(soon("a connection", connected).await.unwrap());
        }
        // All but the first are told that there is no place for them, and end.
        let mut refused = 0;
        for stream in &mut crowd[128..] {
            let mut bytes = Vec::new();
            drop(soon("an end", stream.read_to_end(&mut bytes)).await);
            refused += usize::from(bytes.starts_with(b"HTTP/1.1 503"));
        }
        assert_eq!(refused, 872);
        let begun = Instant::now();
        home.ok(&["run", "-m", "ben", "Still there? [[say:Yes.]]"]);
        let took = begun.elapsed();
        println!("a task beside 1000 connections: {took:?}");
        assert!(took < Duration::from_secs(5), "{took:?}");

        drop(crowd);
        let operator = door.token(None);
        loop {
            let ping = request("ping", json!({}));
            let reply = door.post(&operator, &[], &ping).await;
            if reply.status == 200 {
                break;
            }
            assert_eq!(reply.status, 503, "{reply:?}");
        }
    });
}

#[test]
fn the_tokens_are_for_the_user_alone_and_end_with_the_room() {
    let home = running("");
    let mode = |file| fs::metadata(home.room(file)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("room.tokens"), mode("")), (0o600, 0o700));
    let before = Door::of(&home);
    assert!(before.token(None).len() == 64 && before.token(None) != before.token(Some("ann")));
    let doctor = home.synod(&["doctor", "--json"]);
    let doctor = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(
        doctor.contains(before.told["url"].as_str().unwrap()),
        "{doctor}"
    );

    // Somebody who waits for an answer, and one who only stays, hold nothing up.
    let runtime = Runtime::new().unwrap();
    let _stays = runtime.block_on(TcpStream::connect(("127.0.0.1", before.port)));
    let mut waits = runtime
        .block_on(TcpStream::connect(("127.0.0.1", before.port)))
        .unwrap();
    let mut head = before.head(100);
    head.push(format!("authorization: Bearer {}", before.token(None)));
    let head = head.join("\r\n") + "\r\n\r\n{";
    runtime.block_on(waits.write_all(head.as_bytes())).unwrap();
    let room = processes::room_of(home.project());
    let begun = Instant::now();
    home.ok(&["stop"]);
    processes::wait_gone(&[room], processes::ORPHAN);
    println!("stopped within {:?}", begun.elapsed());
    assert!(!home.room("room.tokens").exists());
    let gone = runtime.block_on(TcpStream::connect(("127.0.0.1", before.port)));
    assert!(gone.is_err());

    home.ok(&["run", "-m", "ann", "Once more? [[say:Yes.]]"]);
    let after = Door::of(&home);
    assert_ne!(after.token(None), before.token(None));
    assert_ne!(after.token(Some("ann")), before.token(Some("ann")));
    let old = before.token(Some("ann"));
    let ping = request("ping", json!({}));
    let refused = runtime.block_on(after.post(&old, &[], &ping));
    assert_eq!(refused.status, 401);
}

#[test]
fn a_room_without_it_listens_nowhere() {
    let home = running("mcp = false\n");
    assert!(!home.room("room.tokens").exists());
    let room = processes::room_of(home.project());
    assert_eq!(listening(room), Vec::<String>::new());
    home.ok(&["stop"]);
    home.configure(&format!("[room]\nhub = \"builtin\"\n{MEMBERS}"));
    home.ok(&["run", "-m", "ann", "Once more? [[say:Yes.]]"]);
    let with = listening(processes::room_of(home.project()));
    let port = Door::of(&home).port;
    assert_eq!(with, [format!("0100007F:{port:04X}")], "loopback only");
}

/// The addresses at which a process listens with TCP, as the system writes them.
fn listening(process: u32) -> Vec<String> {
    let files = fs::read_dir(format!("/proc/{process}/fd")).unwrap();
    let targets = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    let sockets: Vec<String> = targets
        .filter_map(|target| {
            let name = target.to_str()?.strip_prefix("socket:[")?;
            Some(name.strip_suffix(']')?.to_owned())
        })
        .collect();
    let mut found = Vec::new();
    for table in ["tcp", "tcp6"] {
        let rows = fs::read_to_string(format!("/proc/{process}/net/{table}")).unwrap();
        for row in rows.lines().skip(1) {
            let words: Vec<&str> = row.split_whitespace().collect();
            // The state 0A is that of a socket that listens.
            if words[3] == "0A" && sockets.iter().any(|socket| socket == words[9]) {
                found.push(words[1].to_owned());
            }
        }
    }
    found
}

/// The scenarios of the server suite that need no tools, resources or prompts of the suite's own.
const SCENARIOS: [&str; 4] = [
    "server-initialize",
    "ping",
    "tools-list",
    "dns-rebinding-protection",
];

#[test]
fn the_server_suite_passes_as_far_as_it_needs_nothing_of_its_own() {
    let Some(suite) = provision::conformance() else {
        return;
    };
    let home = running("");
    let door = Door::of(&home);
    Runtime::new().unwrap().block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let proxy = listener.local_addr().unwrap().port();
        let results = tempfile::tempdir().unwrap();
        let testing = async {
            for scenario in SCENARIOS {
                let mut command = tokio::process::Command::new(&suite.node);
                command
                    .arg(&suite.suite)
                    .args(["server", "--url", &format!("http://localhost:{proxy}/mcp")])
                    .args([
                        "--scenario",
                        scenario,
                        "-o",
                        results.path().to_str().unwrap(),
                    ])
                    .stdin(Stdio::null())
                    .kill_on_drop(true);
                let output = soon(scenario, command.output()).await.unwrap();
                let said = [output.stdout, output.stderr].concat();
                let said = String::from_utf8_lossy(&said);
                assert!(
                    output.status.success() && said.contains(" 0 failed, 0 warnings"),
                    "{scenario}: {said}"
                );
            }
        };
        tokio::select! {
            () = testing => {}
            () = with_token(&listener, &door) => {}
        }
    });
}

/// Passes requests on with the token, which the suite cannot be told.
async fn with_token(listener: &TcpListener, door: &Door) {
    let proxy = listener.local_addr().unwrap().port();
    let mut passing = JoinSet::new();
    loop {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut room = TcpStream::connect(("127.0.0.1", door.port)).await.unwrap();
        let (from, to) = (format!(":{proxy}"), format!(":{}", door.port));
        let token = door.token(None);
        passing.spawn(async move {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let Ok(byte) = client.read_u8().await else {
                    return;
                };
                head.push(byte);
            }
            let head = String::from_utf8_lossy(&head).replace(&from, &to);
            let (first, rest) = head.split_once("\r\n").unwrap();
            let more = format!("authorization: Bearer {token}\r\nconnection: close");
            let rest = rest.replace("connection: keep-alive\r\n", "");
            let head = format!("{first}\r\n{more}\r\n{rest}");
            room.write_all(head.as_bytes()).await.unwrap();
            drop(copy_bidirectional(&mut client, &mut room).await);
        });
    }
}
