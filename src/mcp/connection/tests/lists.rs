//! What a server offers beside its answers: long lists, lists that change, resources, prompts.

use std::collections::BTreeMap;
use std::sync::Arc;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::io::duplex;
use tokio_util::task::TaskTracker;

use super::script::{Script, pair};
use super::{call, connect, finish, options};
use crate::mcp::log::Log;
use crate::mcp::opener::Opener;
use crate::mcp::{
    Block, Connection, Limits, PromptArgument, PromptInfo, ResourceInfo, ServerSpec, Speaker,
    Subscribed, Transport,
};

/// A server with these capabilities and one tool.
async fn with(capabilities: Value) -> (Connection, Script) {
    let (near, far) = duplex(64 * 1024);
    let server = async {
        let mut script = Script::new(far);
        greet(&mut script, "2025-11-25", capabilities).await;
        script.tools().await;
        script
    };
    let (connection, script) = tokio::join!(connect(near, options()), server);
    (connection.unwrap(), script)
}

async fn greet(script: &mut Script, version: &str, capabilities: Value) {
    let discover = script.expect("server/discover").await;
    script.refuse(&discover).await;
    let initialize = script.expect("initialize").await;
    let result = json!({"protocolVersion": version, "capabilities": capabilities,
        "serverInfo": {"name": "mcp-server", "version": "1"}});
    script.answer(&initialize, result).await;
    script.expect("notifications/initialized").await;
}

/// Pages of 700 tools, `t0` to `t4999`, until the client asks for no more.
async fn serve_tools(script: &mut Script, up_to: usize) {
    loop {
        let list = script.expect("tools/list").await;
        let cursor = list["params"]["cursor"].as_str().unwrap_or("0");
        let from: usize = cursor.parse().unwrap();
        let to = (from + 700).min(5_000);
        let tools: Vec<Value> = (from..to)
            .map(|n| json!({"name": format!("t{n}"), "inputSchema": {"type": "object"}}))
            .collect();
        let mut page = json!({ "tools": tools });
        if to < 5_000 {
            page["nextCursor"] = json!(to.to_string());
        }
        script.answer(&list, page).await;
        if to >= up_to {
            return;
        }
    }
}

#[tokio::test]
async fn of_five_thousand_tools_a_thousand_are_kept_and_the_one_needed_is_looked_up() {
    let (near, far) = duplex(1024 * 1024);
    let server = async {
        let mut script = Script::new(far);
        greet(&mut script, "2025-11-25", json!({"tools": {}})).await;
        serve_tools(&mut script, 1_001).await;
        script
    };
    let (connection, mut script) = tokio::join!(connect(near, options()), server);
    let connection = connection.unwrap();
    assert_eq!(connection.tools().len(), 1_000);
    let sentence = "it lists more than 1000 tools: the first 1000 are shown, any other is looked \
                    up when it is called by name";
    assert_eq!(
        connection.listed().borrow().remark().as_deref(),
        Some(sentence)
    );
    assert_eq!(connection.strays().last[0].text, sentence);

    let kept = connection.tool("t999").await.unwrap().unwrap();
    assert_eq!(kept.name, "t999");
    let (found, ()) = tokio::join!(connection.tool("t4321"), serve_tools(&mut script, 4_400));
    assert_eq!(found.unwrap().unwrap().name, "t4321");
    let (found, ()) = tokio::join!(connection.tool("no"), serve_tools(&mut script, 5_000));
    assert_eq!(found.unwrap(), None);

    let mut calling = call(&connection, "t4321", json!({})).await;
    let request = script.call().await;
    script.done(&request).await;
    assert_eq!(finish(&mut calling).await.1.unwrap().text(), "done");
}

#[tokio::test(start_paused = true)]
async fn a_list_that_changed_is_read_again_and_not_more_often_than_once_a_second() {
    let (connection, mut script) = pair().await;
    let mut listed = connection.listed();
    for _ in 0..50 {
        let method = "notifications/tools/list_changed";
        script
            .write(json!({"jsonrpc": "2.0", "method": method}))
            .await;
    }
    for name in ["first", "second"] {
        let list = script.expect("tools/list").await;
        let tool = json!({"name": name, "inputSchema": {}});
        script.answer(&list, json!({"tools": [tool]})).await;
        listed.changed().await.unwrap();
        assert_eq!(connection.tools()[0].name, name);
        script
            .write(json!({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}))
            .await;
    }
    assert_eq!(connection.strays().stale, 0);
}

#[tokio::test]
async fn two_servers_that_call_themselves_the_same_are_told_apart_by_our_names() {
    let mut said = Vec::new();
    for name in ["left", "right"] {
        let spec = ServerSpec {
            name: name.to_owned(),
            transport: Transport::Http {
                url: String::new(),
                bearer: None,
            },
            limits: Limits::default(),
        };
        let (tasks, options) = (TaskTracker::new(), options());
        let opener = Opener {
            spec: &spec,
            options: &options,
            tasks: &tasks,
            log: Arc::new(Log::new(name, None)),
        };
        let (near, far) = duplex(4096);
        let (reader, writer) = tokio::io::split(near);
        let (connection, mut script) =
            tokio::join!(opener.over(reader, writer), Script::legacy(far));
        let connection = connection.unwrap();
        assert_eq!(connection.server_name(), "fake");
        let mut calling = call(&connection, "codex", json!({})).await;
        let request = script.call().await;
        script.refuse(&request).await;
        said.push(finish(&mut calling).await.1.unwrap_err().to_string());
    }
    assert_eq!(
        said,
        ["left", "right"]
            .map(|name| format!("{name} refused the request: method not found (code -32601)"))
    );
}

#[tokio::test]
async fn a_server_that_knows_only_the_first_version_works() {
    let (near, far) = duplex(4096);
    let server = async {
        let mut script = Script::new(far);
        greet(&mut script, "2024-11-05", json!({"tools": {}})).await;
        script.tools().await;
        let request = script.call().await;
        script.done(&request).await;
        script
    };
    let client = async {
        let connection = connect(near, options()).await.unwrap();
        assert_eq!(connection.protocol(), "2024-11-05");
        let mut calling = call(&connection, "codex", json!({})).await;
        finish(&mut calling).await.1.unwrap().text()
    };
    let (text, _script) = tokio::join!(client, server);
    assert_eq!(text, "done");
}

#[tokio::test]
async fn resources_are_listed_read_and_followed() {
    let (connection, mut script) =
        with(json!({"tools": {}, "resources": {"subscribe": true}})).await;
    let server = async {
        let list = script.expect("resources/list").await;
        let entry = json!({"uri": "demo://a", "name": "a", "mimeType": "text/plain", "size": 5});
        let nameless = json!({"name": "without an address"});
        script
            .answer(
                &list,
                json!({"resources": [entry, nameless], "nextCursor": "2"}),
            )
            .await;
        let list = script.expect("resources/list").await;
        assert_eq!(list["params"]["cursor"], "2");
        script.answer(&list, json!({"resources": []})).await;
        let read = script.expect("resources/read").await;
        assert_eq!(read["params"]["uri"], "demo://a");
        let contents =
            json!([{"uri": "demo://a", "text": "hello"}, {"uri": "demo://b", "blob": "AAE="}]);
        script.answer(&read, json!({ "contents": contents })).await;
        let subscribe = script.expect("resources/subscribe").await;
        script.answer(&subscribe, json!({})).await;
        let params = json!({"uri": "demo://a"});
        let method = "notifications/resources/updated";
        script
            .write(json!({"jsonrpc": "2.0", "method": method, "params": params}))
            .await;
    };
    let client = async {
        let listed = connection.resources().await.unwrap();
        let known = ResourceInfo {
            uri: "demo://a".to_owned(),
            name: "a".to_owned(),
            description: String::new(),
            mime: Some("text/plain".to_owned()),
            bytes: Some(5),
        };
        assert_eq!(listed, [known]);
        let contents = connection.read_resource("demo://a").await.unwrap();
        assert!(matches!(&contents[0], Block::Text { text, .. } if text == "hello"));
        assert!(
            matches!(&contents[1], Block::Other(it) if it.bytes == 2 && it.uri.as_deref() == Some("demo://b"))
        );
        let mut news = connection.news();
        let subscribed = connection.subscribe("demo://a").await;
        assert_eq!(subscribed, Ok(Subscribed::Yes));
        let news = news.wait_for(|news| news.updates == 1).await.unwrap();
        assert_eq!(news.updated[0].uri, "demo://a");
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn what_is_not_advertised_is_not_asked_for() {
    let (connection, mut script) = pair().await;
    assert_eq!(connection.resources().await, Ok(vec![]));
    assert_eq!(connection.prompts().await, Ok(vec![]));
    let subscribed = connection.subscribe("demo://a").await;
    assert_eq!(subscribed, Ok(Subscribed::NotOffered));
    drop(connection);
    assert_eq!(script.read().await, Value::Null);
}

#[tokio::test]
async fn prompts_are_listed_and_had_and_the_log_level_is_set_where_it_can_be() {
    let (connection, mut script) = with(json!({"tools": {}, "prompts": {}, "logging": {}})).await;
    let level = script.expect("logging/setLevel").await;
    assert_eq!(level["params"]["level"], "info");
    script.refuse(&level).await;
    let server = async {
        let list = script.expect("prompts/list").await;
        let argument = json!({"name": "city", "required": true});
        let prompt = json!({"name": "ask", "title": "Ask", "description": "asks",
            "arguments": [argument, {}]});
        script.answer(&list, json!({"prompts": [prompt]})).await;
        let get = script.expect("prompts/get").await;
        assert_eq!(get["params"]["arguments"], json!({"city": "Bern"}));
        let messages = json!([
            {"role": "user", "content": {"type": "text", "text": "What of Bern?"}},
            {"role": "assistant", "content": [{"type": "text", "text": "Rain."}]},
            {"role": "user", "content": {"type": "image", "data": "AAAA", "mimeType": "image/png"}},
        ]);
        script.answer(&get, json!({ "messages": messages })).await;
    };
    let client = async {
        let argument = PromptArgument {
            name: "city".to_owned(),
            description: String::new(),
            required: true,
        };
        let prompt = PromptInfo {
            name: "ask".to_owned(),
            title: "Ask".to_owned(),
            description: "asks".to_owned(),
            arguments: vec![argument],
        };
        assert_eq!(connection.prompts().await, Ok(vec![prompt]));
        let arguments = BTreeMap::from([("city".to_owned(), "Bern".to_owned())]);
        let said = connection.prompt("ask", &arguments).await.unwrap();
        let told = said.iter().map(|message| match &message.blocks[..] {
            [Block::Text { text, .. }] => (message.by, text.clone()),
            [Block::Other(attachment)] => (message.by, attachment.label()),
            other => panic!("{other:?}"),
        });
        let told: Vec<(Speaker, String)> = told.collect();
        let image = "[image image/png, 3 B, not kept]".to_owned();
        assert_eq!(
            told,
            [
                (Speaker::User, "What of Bern?".to_owned()),
                (Speaker::Assistant, "Rain.".to_owned()),
                (Speaker::User, image),
            ]
        );
    };
    tokio::join!(server, client);
}

#[tokio::test]
async fn a_question_that_nobody_waits_for_any_more_is_taken_back() {
    let (connection, mut script) = with(json!({"tools": {}, "prompts": {}})).await;
    let none = BTreeMap::new();
    let server = script.expect("prompts/get");
    let get = tokio::select! {
        get = server => get,
        said = connection.prompt("slow", &none) => panic!("nobody answered: {said:?}"),
    };
    let cancelled = script.expect("notifications/cancelled").await;
    assert_eq!(cancelled["params"]["requestId"], get["id"]);
    // One that is answered is not.
    let answered = async {
        let get = script.expect("prompts/get").await;
        script.answer(&get, json!({"messages": []})).await;
    };
    let (said, ()) = tokio::join!(connection.prompt("quick", &none), answered);
    assert_eq!(said, Ok(Vec::new()));
    drop(connection);
    assert_eq!(script.read().await, Value::Null);
}
