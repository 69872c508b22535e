//! The real Codex servers against the scripted API: proof that both ends are what they claim.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::model_api::ModelApi;
use crate::support::provision;
use crate::support::raw_mcp::{RawMcp, Start};

/// A home for Codex that knows only the scripted API.
fn home(model: &ModelApi) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let settings = format!(
        "model = \"stub-model\"\nmodel_provider = \"stub\"\n\
         [model_providers.stub]\nname = \"stub\"\nbase_url = \"{}\"\nenv_key = \"STUB_KEY\"\n\
         wire_api = \"responses\"\nrequest_max_retries = 1\nstream_max_retries = 1\n",
        model.base_url()
    );
    fs::write(home.path().join("config.toml"), settings).unwrap();
    fs::create_dir(home.path().join("work")).unwrap();
    home
}

fn at_home(start: Start, home: &TempDir) -> Start {
    let path = home.path().display().to_string();
    start
        .with_env("CODEX_HOME", path.clone())
        .with_env("HOME", path)
        .with_env("STUB_KEY", "test")
}

async fn codex(model: &ModelApi) -> Option<(RawMcp, TempDir)> {
    let program = tokio::task::spawn_blocking(provision::codex_with_mcp_server);
    let program = program.await.unwrap()?;
    let home = home(model);
    let start = at_home(Start::new(program, &["mcp-server"]), &home);
    Some((RawMcp::connect(&start).await, home))
}

fn in_work(home: &TempDir, prompt: &str) -> Value {
    json!({"prompt": prompt, "cwd": home.path().join("work")})
}

#[tokio::test]
async fn codex_streams_and_remembers() {
    let model = ModelApi::start().await;
    let Some((mut client, home)) = codex(&model).await else {
        return;
    };
    let first = client.call("codex", in_work(&home, "hello there")).await;
    assert_eq!(first.text(), "turn 1: hello there");
    let deltas: String = client
        .notices
        .iter()
        .map(|notice| &notice["params"]["msg"])
        .filter(|msg| msg["type"] == "agent_message_content_delta")
        .filter_map(|msg| msg["delta"].as_str())
        .collect();
    assert_eq!(deltas, "turn 1: hello there");
    let thread = first.result["structuredContent"]["threadId"].clone();
    let reply = json!({"prompt": "and again", "threadId": thread});
    let second = client.call("codex-reply", reply).await;
    assert_eq!(second.text(), "turn 2: and again");
    assert!(client.close().await.success());
}

#[tokio::test]
async fn codex_asks_before_it_leaves_its_sandbox() {
    let model = ModelApi::start().await;
    let Some((mut client, home)) = codex(&model).await else {
        return;
    };
    client.reply_to_asks = json!({"action": "accept", "content": {}, "decision": "approved"});
    let mut arguments = in_work(&home, "[[exec:echo from-the-shell]][[esc]]");
    arguments["approval-policy"] = json!("on-request");
    let done = client.call("codex", arguments).await;
    assert_eq!(client.asks.len(), 1);
    assert_eq!(client.asks[0]["method"], "elicitation/create");
    assert_eq!(
        client.asks[0]["params"]["codex_elicitation"],
        "exec-approval"
    );
    assert!(done.text().contains("from-the-shell"), "{}", done.text());
}

#[tokio::test]
async fn codex_asks_before_it_changes_a_file() {
    let model = ModelApi::start().await;
    let Some((mut client, home)) = codex(&model).await else {
        return;
    };
    client.reply_to_asks = json!({"action": "accept", "content": {}, "decision": "approved"});
    let mut arguments = in_work(&home, "[[patch:note.txt]]");
    arguments["approval-policy"] = json!("on-request");
    let done = client.call("codex", arguments).await;
    assert!(!done.is_error(), "{}", done.result);
    assert_eq!(
        client.asks[0]["params"]["codex_elicitation"],
        "patch-approval"
    );
    let note = fs::read_to_string(home.path().join("work/note.txt")).unwrap();
    assert_eq!(note, "hello from the script\n");
}

#[tokio::test]
async fn codex_mcp_server_continues_its_sessions() {
    let model = ModelApi::start().await;
    let provisioned = tokio::task::spawn_blocking(provision::codex_mcp_server);
    let Some(installed) = provisioned.await.unwrap() else {
        return;
    };
    let home = home(&model);
    let start = at_home(Start::new(installed.server, &[]), &home)
        .with_env("PATH", path_with(&installed.bin))
        .with_env("CODEX_DEFAULT_MODEL", "stub-model");
    let mut client = RawMcp::connect(&start).await;
    let turn = |prompt: &str| json!({"prompt": prompt, "sessionId": "s1", "workingDirectory": home.path().join("work")});
    let first = client.call("codex", turn("hello there")).await;
    assert_eq!(first.text().trim(), "turn 1: hello there");
    let second = client.call("codex", turn("and again")).await;
    assert_eq!(second.text().trim(), "turn 2: and again");
    assert!(client.close().await.success());
}

fn path_with(bin: &std::path::Path) -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "npm's programs need the node on PATH"
    )]
    let inherited = std::env::var("PATH").unwrap();
    format!("{}:{inherited}", bin.display())
}
