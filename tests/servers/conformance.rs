//! The client suite of `@modelcontextprotocol/conformance`, against `synod mcp conformance`.
//!
//! The suite's servers listen on all interfaces. They and the client run in a network namespace of
//! their own where the system lets a user have one; elsewhere they can be reached from outside for
//! the seconds that a scenario takes.

use std::process::{Output, Stdio};

use tokio::process::Command;

use crate::support::provision::{self, Conformance};
use crate::support::soon;

/// A namespace in which only loopback is up.
const ISOLATED: [&str; 5] = ["unshare", "--map-root-user", "--net", "sh", "-c"];
const LOOPBACK_UP: &str = "ip link set lo up && exec \"$@\"";

async fn run(suite: &Conformance, scenario: &str, results: &std::path::Path) -> Output {
    let synod = format!("{} mcp conformance", env!("CARGO_BIN_EXE_synod"));
    let mut words: Vec<&str> = Vec::new();
    if can_isolate().await {
        words.extend(ISOLATED);
        words.extend([LOOPBACK_UP, "sh"]);
    }
    let (node, suite) = (suite.node.to_str().unwrap(), suite.suite.to_str().unwrap());
    words.extend([node, suite, "client", "--command", &synod]);
    words.extend(["--scenario", scenario, "-o", results.to_str().unwrap()]);
    let mut command = Command::new(words[0]);
    command
        .args(&words[1..])
        .stdin(Stdio::null())
        .kill_on_drop(true);
    soon(scenario, command.output()).await.unwrap()
}

async fn can_isolate() -> bool {
    let mut command = Command::new(ISOLATED[0]);
    command
        .args(&ISOLATED[1..])
        .args([LOOPBACK_UP, "sh", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    soon("a namespace", command.status())
        .await
        .is_ok_and(|status| status.success())
}

#[tokio::test]
async fn every_scenario_without_oauth_passes() {
    let Some(suite) = provision::conformance() else {
        return;
    };
    let results = tempfile::tempdir().unwrap();
    for (scenario, checks) in [
        ("initialize", 1),
        ("tools_call", 1),
        ("elicitation-sep1034-client-defaults", 5),
        ("sse-retry", 3),
    ] {
        let output = run(&suite, scenario, results.path()).await;
        // The suite tells its results on stderr.
        let said = String::from_utf8_lossy(&output.stderr);
        let passed = format!("Passed: {checks}/{checks}, 0 failed, 0 warnings");
        assert!(
            output.status.success() && said.contains(&passed),
            "{scenario}: {said}"
        );
    }
}

#[tokio::test]
async fn a_scenario_that_needs_oauth_is_refused_in_one_sentence() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synod"));
    command
        .args(["mcp", "conformance", "http://127.0.0.1:9/mcp"])
        .env("MCP_CONFORMANCE_SCENARIO", "auth/basic-cimd")
        .stdin(Stdio::null());
    let output = soon("a refusal", command.output()).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "synod: the scenario auth/basic-cimd needs OAuth; a bearer token is all that Synod sends\n"
    );
}
