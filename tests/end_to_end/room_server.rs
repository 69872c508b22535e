//! `synod mcp room`: a client of MCP sees what the room holds, before it runs, while it does, and after.

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::home::{Home, binary};
use crate::lessons::room_with;
use crate::support::model_api::ModelApi;
use crate::support::raw_mcp::{Finished, RawMcp, Start};

/// A client, started as a member's agent would start the server.
async fn attached(home: &Home) -> RawMcp {
    let project = home.project().to_str().unwrap();
    let mut start = Start::new(binary(), &["mcp", "room", "--project", project]);
    for (name, value) in home.env() {
        start = start.with_env(&name, value);
    }
    RawMcp::connect(&start).await
}

async fn told(client: &mut RawMcp, tool: &str, arguments: Value) -> Value {
    let finished = client.call(tool, arguments).await;
    assert!(!finished.is_error(), "{}", finished.text());
    let structured = finished.result["structuredContent"].clone();
    let text: Value = serde_json::from_str(finished.text()).unwrap();
    assert_eq!(text, structured);
    structured
}

fn refused(finished: &Finished) -> &str {
    assert!(finished.is_error(), "{}", finished.text());
    finished.text()
}

#[test]
fn a_client_reads_what_the_room_holds() {
    let runtime = Runtime::new().unwrap();
    let model = runtime.block_on(ModelApi::start());
    let home = room_with(&model, "");
    runtime.block_on(async {
        let mut client = attached(&home).await;
        let early = client.call("room_status", json!({})).await;
        assert!(refused(&early).contains("start it with `synod`"));

        let said = "In the north.\n\n```final\n{\"kind\":\"choice\",\"value\":\"north\",\"confidence\":0.9}\n```";
        let other = said.replace("north", "south");
        let council = format!(
            "@ann @ben /council Where is the needle?\n[[ann-model:{said}]][[ben-model:{other}]]"
        );
        home.ok(&["run", "@ann What is a needle? [[say:A thin thing.]]"]);
        home.synod(&["run", &council]);

        let status = told(&mut client, "room_status", json!({})).await;
        assert!(status["members"].to_string().contains("ann"), "{status}");
        let queue = told(&mut client, "list_tasks", json!({})).await;
        assert!(queue.to_string().contains("What is a needle?"), "{queue}");
        for task in [json!(1), json!("1"), json!("#1")] {
            let result = told(&mut client, "read_task", json!({"task": task})).await;
            let text = result["text"].as_str().unwrap();
            assert!(text.contains("A thin thing."), "{text}");
        }
        let conflicts = told(&mut client, "list_conflicts", json!({})).await;
        assert_eq!(conflicts["conflicts"][0]["document"], "conflicts/2.json");
        let conflict = told(&mut client, "read_conflict", json!({"task": 2})).await;
        assert!(conflict.to_string().contains("south"), "{conflict}");

        // The documents of the memory are written behind the room.
        let listed = loop {
            let listed = told(&mut client, "list_memories", json!({"topic": "results"})).await;
            if !listed["documents"].as_array().unwrap().is_empty() {
                break listed;
            }
        };
        assert_eq!(listed["documents"][0]["name"], "results/1");
        let read = told(&mut client, "read_memory", json!({"name": "results/1"})).await;
        assert!(read["text"].as_str().unwrap().contains("A thin thing."));
        let found = told(&mut client, "search", json!({"words": "thin thing"})).await;
        assert!(found.to_string().contains("results/1"), "{found}");

        for (tool, arguments, why) in [
            ("read_task", json!({"task": 99}), "knows no task #99"),
            ("read_task", json!({"task": "x"}), "knows no task x"),
            ("read_task", json!({}), "cannot be read"),
            ("read_task", json!({"task": 1, "x": 1}), "cannot be read"),
            ("read_conflict", json!({"task": 1}), "were not compared"),
            ("read_memory", json!({"name": "none.md"}), "no document"),
            ("write_task", json!({}), "no tool `write_task`"),
        ] {
            let finished = client.call(tool, arguments).await;
            let told = refused(&finished);
            assert!(told.contains(why), "{told}");
        }

        home.ok(&["stop"]);
        let late = client.call("list_tasks", json!({})).await;
        assert!(refused(&late).contains("start it with `synod`"));
        home.ok(&["run", "@ann Once more? [[say:Yes.]]"]);
        let result = told(&mut client, "read_task", json!({"task": 3})).await;
        assert!(result["text"].as_str().unwrap().contains("Yes."));
        assert!(client.close().await.success());
    });
    home.ok(&["stop"]);
}
