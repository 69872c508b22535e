//! Our servers with the SDK's own client, in both ways of opening a conversation.

use rmcp::model::{CallToolRequestParams, ClientConfig, ProtocolVersion};
use rmcp::service::{ClientLifecycleMode, RoleClient, RunningService};
use rmcp::transport::async_rw::AsyncRwTransport;
use serde_json::json;

use crate::support::model_api::ModelApi;
use crate::support::raw_mcp::Start;
use crate::support::soon;

type Client = RunningService<RoleClient, ClientConfig>;

async fn connect(start: &Start, mode: ClientLifecycleMode) -> (Client, tokio::process::Child) {
    let mut child = start.spawn();
    let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let transport = AsyncRwTransport::<RoleClient, _, _>::new(stdout, stdin);
    let config = ClientConfig::default();
    let serving = rmcp::serve_client_with_lifecycle(config, transport, mode);
    let client = soon("the handshake", serving).await.unwrap();
    (client, child)
}

fn either() -> ClientLifecycleMode {
    ClientLifecycleMode::Auto {
        preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        legacy_version: Some(ProtocolVersion::V_2025_11_25),
    }
}

async fn call(client: &Client, tool: &'static str, arguments: serde_json::Value) -> String {
    let params =
        CallToolRequestParams::new(tool).with_arguments(arguments.as_object().unwrap().clone());
    let result = soon(tool, client.call_tool(params)).await.unwrap();
    result.content[0].as_text().unwrap().text.clone()
}

#[tokio::test]
async fn the_memory_serves_both_ways_of_opening() {
    let dir = tempfile::tempdir().unwrap();
    let start = Start::synod(&["memory", "--dir", dir.path().to_str().unwrap()]);
    for (mode, version) in [
        (
            ClientLifecycleMode::Initialize,
            ProtocolVersion::V_2025_11_25,
        ),
        (either(), ProtocolVersion::V_2026_07_28),
    ] {
        let (client, mut child) = connect(&start, mode).await;
        assert_eq!(client.peer_info().unwrap().protocol_version, version);
        assert_eq!(client.list_all_tools().await.unwrap().len(), 6);
        let note = json!({"memory_name": "a", "content": version.as_str()});
        assert_eq!(
            call(&client, "write_memory", note).await,
            "Memory a written."
        );
        let read = call(&client, "read_memory", json!({"memory_name": "a"})).await;
        assert_eq!(read, version.as_str());
        client.cancel().await.unwrap();
        assert!(
            soon("the server ends", child.wait())
                .await
                .unwrap()
                .success()
        );
    }
}

#[tokio::test]
async fn the_endpoint_server_streams_in_both() {
    for mode in [ClientLifecycleMode::Initialize, either()] {
        let model = ModelApi::start().await;
        let url = model.base_url();
        let start = Start::synod(&["openai", "--base-url", &url, "--model", "m"]);
        let (client, mut child) = connect(&start, mode).await;
        let answer = call(&client, "chat", json!({"prompt": "hello"})).await;
        assert_eq!(answer, "turn 1: hello");
        client.cancel().await.unwrap();
        assert!(
            soon("the server ends", child.wait())
                .await
                .unwrap()
                .success()
        );
    }
}

#[tokio::test]
async fn the_rehearsal_stays_with_the_version_that_can_ask() {
    let start = Start::synod(&[
        "rehearsal",
        "--persona",
        "terse",
        "--seed",
        "1",
        "--pace",
        "0",
    ]);
    let (client, mut child) = connect(&start, either()).await;
    let version = &client.peer_info().unwrap().protocol_version;
    assert_eq!(*version, ProtocolVersion::V_2025_11_25);
    let answer = call(&client, "chat", json!({"prompt": "Why?"})).await;
    assert!(answer.starts_with("This is a rehearsal"));
    client.cancel().await.unwrap();
    assert!(
        soon("the server ends", child.wait())
            .await
            .unwrap()
            .success()
    );
}
