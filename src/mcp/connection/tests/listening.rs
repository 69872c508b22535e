//! News of a server of 2026-07-28, which tells them only to those who listen.

use std::sync::Arc;
use std::time::Duration;

use pretty_assertions::assert_eq;
use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, SubscriptionFilter,
    Tool,
};
use rmcp::service::{RequestContext, RoleServer, ServiceExt, SubscriptionContext};
use serde_json::{Map, Value, json};
use tokio::io::duplex;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::script::Script;
use super::{ask, call, connect, finish, options};
use crate::mcp::{CallError, Connection, News, Subscribed};

/// A server of 2026-07-28 with one tool.
async fn with(capabilities: Value) -> (Connection, Script) {
    let (near, far) = duplex(64 * 1024);
    let server = async {
        let mut script = Script::new(far);
        let discover = script.expect("server/discover").await;
        let known = json!({"supportedVersions": ["2026-07-28"], "capabilities": capabilities});
        script.answer(&discover, known).await;
        script.tools().await;
        script
    };
    let (connection, script) = tokio::join!(connect(near, options()), server);
    (connection.unwrap(), script)
}

/// What the next listening asks for, and its id.
async fn listened(script: &mut Script) -> (Value, Value) {
    let mut listen = script.expect("subscriptions/listen").await;
    let wanted = listen["params"]["notifications"].take();
    (listen["id"].take(), wanted)
}

/// A notification that belongs to the listening `id`.
fn told(id: &Value, method: &str, mut params: Value) -> Value {
    params["_meta"] = json!({"io.modelcontextprotocol/subscriptionId": id});
    json!({"jsonrpc": "2.0", "method": format!("notifications/{method}"), "params": params})
}

/// Agrees to a listening.
async fn agree(script: &mut Script, id: &Value, to: Value) {
    let agreed = told(
        id,
        "subscriptions/acknowledged",
        json!({ "notifications": to }),
    );
    script.write(agreed).await;
}

async fn news(connection: &Connection, wanted: impl FnMut(&News) -> bool) -> News {
    connection.news().wait_for(wanted).await.unwrap().clone()
}

#[tokio::test(start_paused = true)]
async fn it_is_listened_to_and_its_news_come_as_ever() {
    let capabilities = json!({"tools": {"listChanged": true}, "prompts": {},
        "resources": {"listChanged": true, "subscribe": true}});
    let (connection, mut script) = with(capabilities).await;
    let lists = json!({"toolsListChanged": true, "resourcesListChanged": true});
    let (first, wanted) = listened(&mut script).await;
    assert_eq!(wanted, lists);
    agree(&mut script, &first, wanted).await;
    let changed = |list: &str| told(&first, &format!("{list}/list_changed"), json!({}));
    script.write(changed("tools")).await;
    let mut listed = connection.listed();
    script.tools().await;
    listed.changed().await.unwrap();
    script.write(changed("resources")).await;
    news(&connection, |news| news.resources == 1).await;

    // A resource is added by another listening; the one before ends only after it.
    let (uri, more) = ("demo://a", json!({"resourceSubscriptions": ["demo://a"]}));
    let serving = async {
        let (second, wanted) = listened(&mut script).await;
        let mut both = lists.clone();
        both["resourceSubscriptions"] = more["resourceSubscriptions"].clone();
        assert_eq!(wanted, both);
        agree(&mut script, &second, wanted).await;
        let given_up = script.expect("notifications/cancelled").await;
        assert_eq!(given_up["params"]["requestId"], first);
        let updated = told(&second, "resources/updated", json!({ "uri": uri }));
        script.write(updated).await;
        second
    };
    let (subscribed, second) = tokio::join!(connection.subscribe(uri), serving);
    assert_eq!(subscribed, Ok(Subscribed::Yes));
    let heard = news(&connection, |news| news.updates == 1).await;
    let updated: Vec<&str> = heard.updated.iter().map(|one| one.uri.as_str()).collect();
    assert_eq!(updated, ["demo://a"]);

    // What the server leaves out of its agreement it does not offer; it is asked for no more.
    let serving = async {
        let (third, _) = listened(&mut script).await;
        agree(&mut script, &third, more.clone()).await;
        script.expect("notifications/cancelled").await;
        let (fourth, wanted) = listened(&mut script).await;
        assert_eq!(wanted["resourceSubscriptions"], json!(["demo://a"]));
        agree(&mut script, &fourth, wanted).await;
        let given_up = script.expect("notifications/cancelled").await;
        assert_eq!(given_up["params"]["requestId"], third);
        assert_ne!(third, second);
    };
    let (subscribed, ()) = tokio::join!(connection.subscribe("demo://b"), serving);
    assert_eq!(subscribed, Ok(Subscribed::NotOffered));

    let serving = async {
        let (fifth, wanted) = listened(&mut script).await;
        assert_eq!(wanted, lists);
        agree(&mut script, &fifth, wanted).await;
    };
    let (unsubscribed, ()) = tokio::join!(connection.unsubscribe(uri), serving);
    assert_eq!(unsubscribed, Ok(Subscribed::Yes));
    assert_eq!(connection.strays().stale, 0);
}

#[tokio::test(start_paused = true)]
async fn a_listening_that_ends_is_made_anew_and_what_was_missed_is_looked_up() {
    let (connection, mut script) = with(json!({"tools": {"listChanged": true}})).await;
    let mut pauses = Vec::new();
    for _ in 0..3 {
        // It ends before it is agreed to.
        let (id, _) = listened(&mut script).await;
        let began = tokio::time::Instant::now();
        script.answer(&json!({ "id": id }), json!({})).await;
        let (next, wanted) = listened(&mut script).await;
        pauses.push(began.elapsed().as_secs());
        if pauses.len() < 3 {
            script.answer(&json!({ "id": next }), json!({})).await;
            continue;
        }
        agree(&mut script, &next, wanted).await;
        let looked_up = tokio::time::timeout(Duration::from_mins(1), script.tools()).await;
        assert!(looked_up.is_ok(), "nobody looks up what was missed");
        assert_eq!(connection.news().borrow().tools, 1);
    }
    assert_eq!(pauses, [1, 4, 16]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_will_not_tell_is_asked_once() {
    let capabilities = json!({"tools": {"listChanged": true}, "resources": {"subscribe": true}});
    let (connection, mut script) = with(capabilities).await;
    let listen = script.expect("subscriptions/listen").await;
    script.refuse(&listen).await;
    let mut last = Value::Null;
    let serving = async {
        // Once for the resource, and once more without it.
        for _ in 0..2 {
            last = script.expect("subscriptions/listen").await;
            script.refuse(&last).await;
        }
    };
    let (subscribed, ()) = tokio::join!(connection.subscribe("demo://a"), serving);
    assert!(
        matches!(subscribed, Err(CallError::Rpc { code: -32601, .. })),
        "{subscribed:?}"
    );
    let quiet = tokio::time::timeout(Duration::from_hours(1), script.read()).await;
    assert!(quiet.is_err(), "{quiet:?}");
    let said = &connection.strays().last[0].text;
    assert!(said.starts_with("it will not tell what changes"), "{said}");
}

#[tokio::test]
async fn a_server_that_advertises_no_change_is_not_listened_to() {
    let (connection, mut script) = with(json!({"tools": {}, "resources": {}})).await;
    let subscribed = connection.subscribe("demo://a").await;
    assert_eq!(subscribed, Ok(Subscribed::NotOffered));
    drop(connection);
    assert_eq!(script.read().await, Value::Null);
}

#[tokio::test]
async fn what_belongs_to_the_only_call_does_not_go_to_the_listening() {
    let (connection, mut script) = with(json!({"tools": {"listChanged": true}})).await;
    let (id, wanted) = listened(&mut script).await;
    agree(&mut script, &id, wanted).await;
    let mut calling = call(&connection, "codex", json!({})).await;
    let request = script.call().await;
    let question = json!({"jsonrpc": "2.0", "id": 9, "method": "elicitation/create",
        "params": {"message": "?"}});
    script.write(question).await;
    let reply = json!({"action": "accept", "content": {}});
    ask(&mut calling).await.reply.send(reply.clone());
    assert_eq!(script.read().await["result"], reply);
    script.done(&request).await;
    finish(&mut calling).await.1.unwrap();
    // The listening is no call that hangs: the connection ends at once.
    connection.close().await;
    assert!(connection.is_closed());
}

/// A real rmcp server whose tools are said to change when it is told so.
struct Changing(Arc<Notify>);

impl ServerHandler for Changing {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder();
        ServerConfig::new(
            capabilities
                .enable_tools()
                .enable_tool_list_changed()
                .build(),
        )
    }

    fn accepted_subscription_filter(
        &self,
        wanted: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        Some(wanted.clone())
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), rmcp::ErrorData> {
        self.0.notified().await;
        context.sink().notify_tool_list_changed().await.unwrap();
        context.cancelled().await;
        Ok(())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, rmcp::ErrorData> {
        let tool = Tool::new("t", "d", Arc::new(Map::new()));
        Ok(ListToolsResult::with_all_items(vec![tool]))
    }
}

#[tokio::test]
async fn a_real_server_of_that_version_understands() {
    let (near, far) = duplex(64 * 1024);
    let change = Arc::new(Notify::new());
    let server = Changing(Arc::clone(&change));
    let mut running = JoinSet::new();
    running.spawn(async { server.serve(far).await.unwrap().waiting().await });
    let connection = connect(near, options()).await.unwrap();
    assert_eq!(connection.protocol(), "2026-07-28");
    let mut listed = connection.listed();
    listed.mark_unchanged();
    change.notify_one();
    listed.changed().await.unwrap();
    assert_eq!(news(&connection, |_| true).await.tools, 1);
    connection.close().await;
    running.join_all().await;
}
