//! How a connection begins, with servers of both protocols.

use pretty_assertions::assert_eq;
use serde_json::json;
use tokio::io::duplex;
use tokio::time::Instant;

use super::script::{Script, initialized};
use super::{connect, options};

#[tokio::test]
async fn a_legacy_server_is_greeted_with_our_name_and_capabilities() {
    let (near, far) = duplex(4096);
    let server = async {
        let mut script = Script::new(far);
        let discover = script.expect("server/discover").await;
        let meta = &discover["params"]["_meta"];
        assert_eq!(
            meta["io.modelcontextprotocol/protocolVersion"],
            "2026-07-28"
        );
        assert_eq!(meta["io.modelcontextprotocol/clientInfo"]["name"], "synod");
        script.refuse(&discover).await;
        let initialize = script.expect("initialize").await;
        let params = &initialize["params"];
        assert_eq!(params["protocolVersion"], "2025-11-25");
        assert_eq!(
            params["capabilities"],
            json!({"elicitation": {"form": {}, "url": {}}})
        );
        // No tools are advertised, so none are asked for.
        let mut result = initialized();
        result["capabilities"] = json!({"prompts": {}});
        script.answer(&initialize, result).await;
        script.expect("notifications/initialized").await;
        script
    };
    let (connection, mut script) = tokio::join!(connect(near, options()), server);
    let connection = connection.unwrap();
    assert_eq!(
        (
            connection.protocol(),
            connection.server_name(),
            connection.server_version()
        ),
        ("2025-11-25", "fake", "0.1")
    );
    assert!(connection.tools().is_empty());
    // Pings of the server are answered.
    script
        .write(json!({"jsonrpc": "2.0", "id": "p1", "method": "ping"}))
        .await;
    assert_eq!(
        script.read().await,
        json!({"jsonrpc": "2.0", "id": "p1", "result": {}})
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_silent_to_discover_is_initialized_after_a_short_patience() {
    let (near, far) = duplex(4096);
    let begun = Instant::now();
    let server = async {
        let mut script = Script::new(far);
        script.expect("server/discover").await;
        script.initialize().await;
        script.tools().await;
        script
    };
    let (connection, _script) = tokio::join!(connect(near, options()), server);
    assert_eq!(connection.unwrap().protocol(), "2025-11-25");
    assert_eq!(begun.elapsed().as_millis(), 2_500);
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_to_discover_does_not_confuse_the_start() {
    for refuses_initialize in [false, true] {
        let (near, far) = duplex(4096);
        let server = async {
            let mut script = Script::new(far);
            let discover = script.expect("server/discover").await;
            let initialize = script.expect("initialize").await;
            let modern =
                json!({"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}});
            script.answer(&discover, modern).await;
            if refuses_initialize {
                script.refuse(&initialize).await;
            } else {
                script.answer(&initialize, initialized()).await;
                script.expect("notifications/initialized").await;
            }
            script.tools().await;
            script
        };
        let (connection, _script) = tokio::join!(connect(near, options()), server);
        let expected = if refuses_initialize {
            "2026-07-28"
        } else {
            "2025-11-25"
        };
        assert_eq!(connection.unwrap().protocol(), expected);
    }
}
