//! The protocol's own reference server, over stdio and over HTTP: what it offers beside text.
//!
//! Over HTTP it listens on all interfaces, with no way to say otherwise, so it can be reached from
//! outside for the second that its test takes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};
use synod::config::Secret;
use synod::mcp::{
    Block, Connection, GuardCommand, Limits, Options, ServerSpec, Signal, Step, Subscribed,
    ToolReply, Transport, install_tls,
};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio_util::task::TaskTracker;

use crate::support::provision;
use crate::support::soon;

fn options() -> Options {
    Options::new(GuardCommand {
        program: PathBuf::from(env!("CARGO_BIN_EXE_synod")),
        args: vec!["guard".to_owned()],
    })
}

async fn open(transport: Transport, tasks: &TaskTracker) -> Connection {
    let spec = ServerSpec {
        name: "everything".to_owned(),
        transport,
        limits: Limits::default(),
    };
    Connection::open(&spec, &options(), tasks).await.unwrap()
}

fn stdio(program: &Path) -> Transport {
    let path = std::process::Command::new("sh")
        .args(["-c", "printf %s \"$PATH\""])
        .output()
        .unwrap();
    let path = String::from_utf8(path.stdout).unwrap();
    Transport::Stdio {
        command: vec![program.to_str().unwrap().to_owned(), "stdio".to_owned()],
        env: BTreeMap::from([("PATH".to_owned(), path)]),
        cwd: PathBuf::from("/"),
    }
}

/// The reply, and what was said on the way.
async fn call(connection: &Connection, tool: &str, arguments: Value) -> (ToolReply, Vec<String>) {
    let Value::Object(arguments) = arguments else {
        panic!("arguments must be an object");
    };
    let mut call = connection.call(tool, arguments, Limits::default()).await;
    let mut said = Vec::new();
    loop {
        match soon(tool, call.next()).await {
            Step::Signal(Signal::Progress {
                message: Some(message),
                ..
            }) => said.push(message),
            Step::Signal(_) => {}
            Step::Done(reply) => return (reply.unwrap(), said),
        }
    }
}

async fn ended(connection: Connection, tasks: TaskTracker) {
    connection.close().await;
    drop(connection);
    tasks.close();
    soon("the server ends", tasks.wait()).await;
}

#[tokio::test]
async fn everything_that_it_offers_is_taken_over_stdio() {
    let Some(program) = provision::everything() else {
        return;
    };
    let tasks = TaskTracker::new();
    let connection = open(stdio(&program), &tasks).await;
    // The tools that depend on us come after the start, with news of it.
    let mut listed = connection.listed();
    let whole = listed.wait_for(|tools| {
        let mut names = tools.kept.iter().map(|tool| tool.name.as_str());
        names.any(|name| name == "trigger-elicitation-request")
    });
    soon("the tools that come later", whole).await.unwrap();

    let (reply, _) = call(&connection, "get-tiny-image", json!({})).await;
    let image = reply.blocks.iter().find_map(|block| match block {
        Block::Other(attachment) => Some(attachment),
        Block::Text { .. } => None,
    });
    let image = image.unwrap();
    assert_eq!(image.mime.as_deref(), Some("image/png"));
    let payload = image.payload.as_ref().unwrap();
    assert_eq!(payload.0[..4], *b"\x89PNG");
    let (reply, _) = call(&connection, "get-resource-links", json!({"count": 2})).await;
    assert_eq!(reply.labels().len(), 2);
    assert!(
        reply.labels()[0].starts_with("[resource link "),
        "{reply:?}"
    );
    let arguments = json!({"location": "New York"});
    let (reply, _) = call(&connection, "get-structured-content", arguments).await;
    assert!(reply.structured.unwrap()["temperature"].is_number());

    let resources = connection.resources().await.unwrap();
    let text = resources
        .iter()
        .find(|it| it.mime.as_deref() == Some("text/markdown"));
    let uri = &text.unwrap_or(&resources[0]).uri;
    assert!(!connection.read_resource(uri).await.unwrap().is_empty());
    assert_eq!(connection.subscribe(uri).await, Ok(Subscribed::Yes));
    let mut news = connection.news();
    call(&connection, "toggle-subscriber-updates", json!({})).await;
    let updated = news.wait_for(|news| news.updated.iter().any(|it| it.uri == *uri));
    drop(soon("an update", updated).await.unwrap());
    assert_eq!(connection.unsubscribe(uri).await, Ok(Subscribed::Yes));

    let prompts = connection.prompts().await.unwrap();
    let prompt = prompts.iter().find(|it| it.name == "args-prompt").unwrap();
    let required = prompt.arguments.iter().filter(|it| it.required);
    assert_eq!(required.count(), 1);
    let arguments = BTreeMap::from([("city".to_owned(), "Bern".to_owned())]);
    let said = connection.prompt("args-prompt", &arguments).await.unwrap();
    assert!(format!("{said:?}").contains("Bern"), "{said:?}");

    ended(connection, tasks).await;
}

#[tokio::test]
async fn a_tool_that_demands_a_task_is_followed_to_its_result() {
    let Some(program) = provision::everything() else {
        return;
    };
    let tasks = TaskTracker::new();
    let connection = open(stdio(&program), &tasks).await;
    let arguments = json!({"topic": "mcp"});
    let (reply, said) = call(&connection, "simulate-research-query", arguments).await;
    assert!(reply.text().contains("Research Report: mcp"), "{reply:?}");
    // It has four stages of a second each and is asked once a second: one may be passed over.
    assert!(said.len() >= 2, "{said:?}");
    assert!(said.iter().all(|line| line.ends_with("...")), "{said:?}");

    // Given up: the next one is not disturbed.
    let arguments = Map::from_iter([("topic".to_owned(), json!("a"))]);
    let tool = "simulate-research-query";
    let mut call = connection.call(tool, arguments, Limits::default()).await;
    soon("a sign of life", call.next()).await;
    drop(call);
    let mut call = connection
        .call(
            "echo",
            Map::from_iter([("message".to_owned(), json!("m"))]),
            Limits::default(),
        )
        .await;
    let step = soon("an echo", call.next()).await;
    assert!(matches!(step, Step::Done(Ok(_))), "{step:?}");
    drop(call);
    ended(connection, tasks).await;
}

/// The server on a free port, once it listens. Ends with the test.
pub(crate) async fn over_http(program: PathBuf) -> (Child, String) {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mut child = Command::new(program)
        .arg("streamableHttp")
        .env("PORT", port.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let listening = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.contains("listening") {
                return;
            }
        }
        panic!("it ended before it listened");
    };
    soon("the server listens", listening).await;
    (child, format!("http://127.0.0.1:{port}/mcp"))
}

#[tokio::test]
async fn the_same_is_had_over_http() {
    let Some(program) = provision::everything() else {
        return;
    };
    install_tls();
    let (mut child, url) = over_http(program).await;
    let tasks = TaskTracker::new();
    let bearer = Some(Secret::new("not asked for"));
    let connection = open(Transport::Http { url, bearer }, &tasks).await;
    let (reply, _) = call(&connection, "echo", json!({"message": "hello"})).await;
    assert_eq!(reply.text(), "Echo: hello");
    let (reply, _) = call(&connection, "get-tiny-image", json!({})).await;
    assert_eq!(reply.labels().len(), 1);
    let arguments = json!({"topic": "mcp"});
    let (reply, _) = call(&connection, "simulate-research-query", arguments).await;
    assert!(reply.text().contains("Research Report: mcp"), "{reply:?}");
    assert!(!connection.resources().await.unwrap().is_empty());
    ended(connection, tasks).await;
    child.kill().await.unwrap();
}
