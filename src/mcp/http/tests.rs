//! A connection over HTTP to a tiny server of our own: one request a TCP connection, answers as
//! JSON or as an event stream.

use std::time::Duration;

use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::task::TaskTracker;

use crate::config::Secret;
use crate::mcp::{
    CallError, Connection, GuardCommand, Limits, Options, ServerSpec, Signal, Step, Transport,
    install_tls,
};

/// What the server knows across its TCP connections.
#[derive(Clone)]
struct Site {
    /// The client's reply to our question, once it has come.
    replied: watch::Sender<Value>,
    /// The id of the call whose stream was cut and can be resumed.
    cut: watch::Sender<Value>,
    /// The tools are others now.
    changed: watch::Sender<bool>,
    /// What the task was told.
    told: watch::Sender<Value>,
}

async fn serve(listener: TcpListener) {
    let site = Site {
        replied: watch::channel(Value::Null).0,
        cut: watch::channel(Value::Null).0,
        changed: watch::channel(false).0,
        told: watch::channel(Value::Null).0,
    };
    let mut clients = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        clients.spawn(one(stream, site.clone()));
    }
}

async fn one(stream: TcpStream, site: Site) {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.unwrap() == 0 {
            return;
        }
    }
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        let found = lines.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_owned())
    };
    let length: usize = header("content-length").map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    if header("authorization").as_deref() != Some("Bearer secret") {
        return respond(&mut stream, "401 Unauthorized", "text/plain", "no").await;
    }
    if let Some(last) = header("last-event-id") {
        return resume(&mut stream, &last, &site).await;
    }
    if !head.starts_with("POST") {
        return respond(&mut stream, "405 Method Not Allowed", "text/plain", "").await;
    }
    let message: Value = serde_json::from_slice(&body).unwrap();
    if head.starts_with("POST /modern") {
        return modern(&mut stream, &message, &site).await;
    }
    let id = &message["id"];
    match message["method"].as_str() {
        Some("server/discover") => {
            let error = json!({"code": -32601, "message": "no"});
            let error = json!({"jsonrpc": "2.0", "id": id, "error": error});
            respond(
                &mut stream,
                "200 OK",
                "application/json",
                &error.to_string(),
            )
            .await;
        }
        Some("initialize") => {
            result(
                &mut stream,
                id,
                json!({"protocolVersion": "2025-11-25",
                "capabilities": {"tools": {}}, "serverInfo": {"name": "web", "version": "3"}}),
            )
            .await;
        }
        Some("tools/list") => {
            let tool = json!({"name": "t", "inputSchema": {"type": "object"}});
            result(&mut stream, id, json!({"tools": [tool]})).await;
        }
        Some("tools/call") if message["params"]["name"] == "fail" => {
            respond(
                &mut stream,
                "500 Internal Server Error",
                "text/plain",
                "oh no",
            )
            .await;
        }
        Some("tools/call") if message["params"]["name"] == "break" => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                connection: close\r\n\r\n: nothing yet\n\n";
            stream.write_all(head.as_bytes()).await.unwrap();
        }
        Some("tools/call") if message["params"]["name"] == "cut" => {
            site.cut.send_replace(id.clone());
            let token = &message["params"]["_meta"]["progressToken"];
            let params = json!({"progressToken": token, "progress": 1, "message": "before"});
            let progress =
                json!({"jsonrpc": "2.0", "method": "notifications/progress", "params": params});
            let text = format!("{SSE}id: e1\nretry: 20\ndata: {progress}\n\n");
            stream.write_all(text.as_bytes()).await.unwrap();
        }
        Some("tools/call") => stream_call(&mut stream, &message, &site).await,
        Some(_) => respond(&mut stream, "202 Accepted", "text/plain", "").await,
        None => {
            site.replied.send_replace(message["result"].clone());
            respond(&mut stream, "202 Accepted", "text/plain", "").await;
        }
    }
}

/// The same site by 2026-07-28: its tools change when one is called, and every call is a task that
/// wants to know something.
async fn modern(stream: &mut BufReader<TcpStream>, message: &Value, site: &Site) {
    let id = &message["id"];
    let task = |status: &str, more: Value| {
        let mut task = json!({"resultType": "complete", "taskId": "k1", "status": status,
            "createdAt": "2026-11-22T16:00:00Z", "lastUpdatedAt": "2026-11-22T16:00:00Z",
            "ttlMs": null, "pollIntervalMs": 100});
        let more = more.as_object().unwrap().clone();
        task.as_object_mut().unwrap().extend(more);
        task
    };
    let answer = match message["method"].as_str().unwrap() {
        "server/discover" => json!({"resultType": "complete", "ttlMs": 0, "cacheScope": "private",
            "supportedVersions": ["2026-07-28"], "capabilities": {"tools": {"listChanged": true}},
            "serverInfo": {"name": "web", "version": "3"}}),
        "tools/list" => {
            let name = if *site.changed.borrow() { "u" } else { "t" };
            let tool = json!({"name": name, "inputSchema": {"type": "object"}});
            json!({"resultType": "complete", "ttlMs": 0, "cacheScope": "private", "tools": [tool]})
        }
        "subscriptions/listen" => return tell(stream, message, site).await,
        "tools/call" => {
            site.changed.send_replace(true);
            task("working", json!({"resultType": "task"}))
        }
        "tasks/get" if site.told.borrow().is_null() => {
            let schema = json!({"type": "object", "properties": {"n": {"type": "integer"}}});
            let params = json!({"mode": "form", "message": "which?", "requestedSchema": schema});
            let question = json!({"method": "elicitation/create", "params": params});
            task("input_required", json!({"inputRequests": {"q": question}}))
        }
        "tasks/get" => {
            let text = site.told.borrow().to_string();
            let content = json!([{"type": "text", "text": text}]);
            task("completed", json!({"result": {"content": content}}))
        }
        "tasks/update" => {
            let told = message["params"]["inputResponses"].clone();
            site.told.send_replace(told);
            json!({"resultType": "complete"})
        }
        _ => return respond(stream, "202 Accepted", "text/plain", "").await,
    };
    result(stream, id, answer).await;
}

/// Says what has changed to the one who listens, as long as they do.
async fn tell(stream: &mut BufReader<TcpStream>, listen: &Value, site: &Site) {
    let told = |method: &str, mut params: Value| {
        params["_meta"] = json!({"io.modelcontextprotocol/subscriptionId": listen["id"]});
        json!({"jsonrpc": "2.0", "method": format!("notifications/{method}"), "params": params})
    };
    stream.write_all(SSE.as_bytes()).await.unwrap();
    let agreed = json!({"notifications": listen["params"]["notifications"]});
    event(stream, &told("subscriptions/acknowledged", agreed)).await;
    let mut changed = site.changed.subscribe();
    changed.wait_for(|changed| *changed).await.unwrap();
    event(stream, &told("tools/list_changed", json!({}))).await;
    // Until they hang up.
    let mut rest = Vec::new();
    drop(stream.read_to_end(&mut rest).await);
}

async fn result(stream: &mut BufReader<TcpStream>, id: &Value, result: Value) {
    let body = json!({"jsonrpc": "2.0", "id": id, "result": result}).to_string();
    respond(stream, "200 OK", "application/json", &body).await;
}

async fn respond(stream: &mut BufReader<TcpStream>, status: &str, kind: &str, body: &str) {
    let text = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nmcp-session-id: s1\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).await.unwrap();
}

const SSE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

/// What follows the event `last` of the stream that was cut.
async fn resume(stream: &mut BufReader<TcpStream>, last: &str, site: &Site) {
    let content = json!([{"type": "text", "text": format!("after {last}")}]);
    let id = site.cut.borrow().clone();
    let result = json!({"jsonrpc": "2.0", "id": id, "result": {"content": content}});
    stream.write_all(SSE.as_bytes()).await.unwrap();
    event(stream, &result).await;
}

/// A hundred steps of progress, one question, and the answer with what was replied.
async fn stream_call(stream: &mut BufReader<TcpStream>, call: &Value, site: &Site) {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let token = &call["params"]["_meta"]["progressToken"];
    for n in 0..100 {
        let params = json!({"progressToken": token, "progress": n, "message": "m"});
        let progress =
            json!({"jsonrpc": "2.0", "method": "notifications/progress", "params": params});
        event(stream, &progress).await;
    }
    let params =
        json!({"message": "sure?", "requestedSchema": {"type": "object", "properties": {}}});
    event(
        stream,
        &json!({"jsonrpc": "2.0", "id": 7, "method": "elicitation/create", "params": params}),
    )
    .await;
    let mut replied = site.replied.subscribe();
    let reply = replied
        .wait_for(|reply| !reply.is_null())
        .await
        .unwrap()
        .clone();
    let content = json!([{"type": "text", "text": reply.to_string()}]);
    event(
        stream,
        &json!({"jsonrpc": "2.0", "id": call["id"], "result": {"content": content}}),
    )
    .await;
}

async fn event(stream: &mut BufReader<TcpStream>, message: &Value) {
    let text = format!("event: message\ndata: {message}\n\n");
    stream.write_all(text.as_bytes()).await.unwrap();
}

fn spec(url: String, bearer: &str) -> ServerSpec {
    ServerSpec {
        name: "web".to_owned(),
        transport: Transport::Http {
            url,
            bearer: Some(Secret::new(bearer)),
        },
        limits: Limits::default(),
    }
}

fn options() -> Options {
    Options::new(GuardCommand {
        program: "unused".into(),
        args: vec![],
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_calls_work_over_http() {
    install_tls();
    install_tls();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    let mut server = JoinSet::new();
    server.spawn(serve(listener));
    let tasks = TaskTracker::new();
    let connection = Connection::open(&spec(url.clone(), "secret"), &options(), &tasks)
        .await
        .unwrap();
    assert_eq!(
        (
            connection.protocol(),
            connection.server_name(),
            connection.pid()
        ),
        ("2025-11-25", "web", None)
    );
    assert_eq!(connection.tools()[0].name, "t");

    let mut call = connection.call("t", Map::new(), Limits::default()).await;
    let mut steps = 0.0;
    let reply = loop {
        match call.next().await {
            Step::Signal(Signal::Progress {
                progress, message, ..
            }) => {
                assert_eq!(
                    (progress.to_string(), message),
                    (f64::to_string(&steps), Some("m".into()))
                );
                steps += 1.0;
            }
            Step::Signal(Signal::Ask(ask)) => {
                assert_eq!(ask.params["message"], "sure?");
                ask.reply
                    .send(json!({"action": "accept", "content": {}, "decision": "approved"}));
            }
            Step::Signal(other @ (Signal::Log { .. } | Signal::Custom { .. })) => {
                panic!("{other:?}")
            }
            Step::Done(reply) => break reply.unwrap(),
        }
    };
    assert_eq!(steps.to_string(), "100");
    let told: Value = serde_json::from_str(&reply.text()).unwrap();
    assert_eq!(told["decision"], "approved");
    let mut call = connection.call("cut", Map::new(), Limits::default()).await;
    let step = call.next().await;
    assert!(
        matches!(&step, Step::Signal(Signal::Progress { message, .. }) if message.as_deref() == Some("before")),
        "{step:?}"
    );
    let step = call.next().await;
    let Step::Done(Ok(reply)) = step else {
        panic!("{step:?}");
    };
    assert_eq!(reply.text(), "after e1");

    let failures = [("fail", "HTTP 500"), ("break", "response stream closed")];
    for (tool, reason) in failures {
        let mut call = connection.call(tool, Map::new(), Limits::default()).await;
        let step = tokio::time::timeout(Duration::from_secs(20), call.next()).await;
        let step = step.unwrap_or_else(|_| panic!("{tool} hangs"));
        let Step::Done(Err(CallError::Closed { stderr, .. })) = step else {
            panic!("{step:?}");
        };
        assert!(
            stderr.contains(reason) && stderr.lines().count() == 1,
            "{stderr}"
        );
    }
    connection.close().await;

    let error = Connection::open(&spec(url, "wrong"), &options(), &tasks)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("cannot connect to web: the connection broke"),
        "{error}"
    );
    server.abort_all();
    tasks.close();
    tokio::time::timeout(Duration::from_secs(10), tasks.wait())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_and_tasks_of_2026_07_28_come_over_http() {
    install_tls();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/modern", listener.local_addr().unwrap());
    let mut server = JoinSet::new();
    server.spawn(serve(listener));
    let tasks = TaskTracker::new();
    let (spec, options) = (spec(url, "secret"), options());
    let connection = Connection::open(&spec, &options, &tasks).await.unwrap();
    assert_eq!(connection.protocol(), "2026-07-28");
    assert_eq!(connection.tools()[0].name, "t");
    let mut listed = connection.listed();
    let mut call = connection.call("t", Map::new(), Limits::default()).await;
    let patience = Duration::from_secs(20);
    let text = loop {
        match tokio::time::timeout(patience, call.next()).await.unwrap() {
            Step::Signal(Signal::Ask(ask)) => {
                assert_eq!(ask.params["message"], "which?");
                let answer = json!({"action": "accept", "content": {"n": 7}});
                ask.reply.send(answer);
            }
            Step::Signal(other) => panic!("{other:?}"),
            Step::Done(reply) => break reply.unwrap().text(),
        }
    };
    let told: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(told["q"]["content"], json!({"n": 7}));
    let changed = listed.wait_for(|tools| tools.kept[0].name == "u");
    drop(tokio::time::timeout(patience, changed).await.unwrap());
    connection.close().await;
    server.abort_all();
    tasks.close();
    tokio::time::timeout(patience, tasks.wait()).await.unwrap();
}

#[test]
fn the_token_is_not_in_what_is_written_for_people_who_debug() {
    let shown = format!("{:?}", spec("http://127.0.0.1:1/mcp".to_owned(), "hush"));
    assert!(!shown.contains("hush"), "{shown}");
}

#[tokio::test]
async fn what_is_secret_in_an_address_is_in_no_message() {
    install_tls();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    drop(listener);
    let url = format!("http://me:hush@{at}/mcp?key=hush");
    let tasks = TaskTracker::new();
    let error = Connection::open(&spec(url, "secret"), &options(), &tasks)
        .await
        .unwrap_err()
        .to_string();
    assert!(!error.contains("hush"), "{error}");
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_explained() {
    install_tls();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    drop(listener);
    let tasks = TaskTracker::new();
    let error = Connection::open(&spec(url, "secret"), &options(), &tasks)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("cannot connect to web: the connection broke"),
        "{error}"
    );
}
