//! The memory tools over an MCP connection: arguments out, texts in, errors typed.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::hub::memory::{HubError, Memory, Removed};
use crate::hub::said;
use crate::mcp::{CallError, Connection, Limits, Step, ToolReply};

/// The tools that a hub server must have.
pub const TOOLS: [&str; 6] = [
    "write_memory",
    "read_memory",
    "list_memories",
    "delete_memory",
    "rename_memory",
    "edit_memory",
];

/// Deadlines of one call: the hub never reports progress, so silence and total are the same.
pub const LIMITS: Limits = Limits {
    idle: Duration::from_secs(30),
    total: Duration::from_secs(30),
};

/// More characters than any document of ours has; Serena's own default is 150,000.
const MAX_CHARS: u64 = 50_000_000;

/// Whatever calls a tool of a server.
pub trait ToolCaller: Send + Sync + 'static {
    /// Calls `tool` and waits for its end.
    fn call_tool(
        &self,
        tool: &str,
        arguments: Map<String, Value>,
    ) -> impl Future<Output = Result<ToolReply, CallError>> + Send;

    /// Ends when the server is gone.
    fn ended(&self) -> impl Future<Output = ()> + Send;
}

impl ToolCaller for Connection {
    async fn call_tool(
        &self,
        tool: &str,
        arguments: Map<String, Value>,
    ) -> Result<ToolReply, CallError> {
        let mut call = self.call(tool, arguments, LIMITS).await;
        loop {
            match call.next().await {
                // A hub has nothing to ask: what it asks is declined by being dropped.
                Step::Signal(_) => {}
                Step::Done(outcome) => return outcome,
            }
        }
    }

    async fn ended(&self) {
        self.closed().await;
    }
}

/// The six tools of one connection.
#[derive(Debug)]
pub struct Gateway<C> {
    caller: C,
}

impl<C: ToolCaller> Gateway<C> {
    /// Speaks to the memory tools through `caller`.
    pub fn new(caller: C) -> Self {
        Self { caller }
    }

    /// Calls a tool; the text of its result.
    async fn ask(&self, tool: &str, name: &str, arguments: Value) -> Result<String, HubError> {
        let arguments = match arguments {
            Value::Object(arguments) => arguments,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Map::new(),
        };
        let reply = self.caller.call_tool(tool, arguments).await;
        let reply = reply.map_err(|error| undelivered(tool, error))?;
        let text = text_of(&reply);
        if reply.is_error {
            return Err(said::error(tool, name, &text));
        }
        Ok(text)
    }

    /// Calls a tool that says in a known word that it did what it should.
    async fn order(
        &self,
        tool: &str,
        name: &str,
        arguments: Value,
        done: &str,
    ) -> Result<(), HubError> {
        let text = self.ask(tool, name, arguments).await?;
        if text.contains(done) {
            Ok(())
        } else {
            Err(said::error(tool, name, &text))
        }
    }
}

/// The raw text: `structuredContent.result` if it is there, for it is never reformatted.
fn text_of(reply: &ToolReply) -> String {
    let structured = reply.structured.as_ref();
    let result = structured.and_then(|value| value.get("result")?.as_str());
    result.map_or_else(|| reply.text(), str::to_owned)
}

fn undelivered(tool: &str, error: CallError) -> HubError {
    match error {
        CallError::Idle { .. } | CallError::Deadline { .. } | CallError::Cancelled => {
            HubError::TimedOut {
                tool: tool.to_owned(),
            }
        }
        CallError::Closed { .. } | CallError::Unsent { .. } => HubError::Unreachable {
            why: said::shortened(&error.to_string()),
            retry_in: None,
        },
        CallError::Rpc { message, .. } => said::error(tool, "", &message),
        CallError::Malformed { .. } => HubError::Refused {
            tool: tool.to_owned(),
            said: said::shortened(&error.to_string()),
        },
    }
}

/// What `list_memories` answers.
#[derive(Debug, Deserialize)]
struct Listed {
    #[serde(default)]
    memories: Vec<String>,
    #[serde(default)]
    read_only_memories: Vec<String>,
}

impl<C: ToolCaller> Memory for Gateway<C> {
    async fn read(&self, name: &str) -> Result<Option<String>, HubError> {
        let arguments = json!({"memory_name": name});
        match self.ask("read_memory", name, arguments).await {
            Ok(text) => Ok(Some(text)),
            Err(HubError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn write(&self, name: &str, text: &str) -> Result<(), HubError> {
        let arguments = json!({"memory_name": name, "content": text, "max_chars": MAX_CHARS});
        self.order("write_memory", name, arguments, " written")
            .await
    }

    async fn edit(&self, name: &str, old: &str, new: &str) -> Result<(), HubError> {
        let arguments = json!({
            "memory_name": name,
            "needle": old,
            "repl": new,
            "mode": "literal",
            "allow_multiple_occurrences": false,
        });
        self.order("edit_memory", name, arguments, " edited successfully")
            .await
    }

    async fn list(&self, topic: &str) -> Result<Vec<String>, HubError> {
        let tool = "list_memories";
        let text = self.ask(tool, topic, json!({"topic": topic})).await?;
        // A list that is too long comes as a success with words in it.
        let Ok(mut listed) = serde_json::from_str::<Listed>(&text) else {
            return Err(said::error(tool, topic, &text));
        };
        listed.memories.append(&mut listed.read_only_memories);
        listed.memories.sort_unstable();
        Ok(listed.memories)
    }

    async fn delete(&self, name: &str) -> Result<Removed, HubError> {
        let tool = "delete_memory";
        let text = self.ask(tool, name, json!({"memory_name": name})).await?;
        // Nothing to delete comes as a success with words in it.
        if text.contains(" not found") {
            Ok(Removed::WasMissing)
        } else if text.contains(" deleted") {
            Ok(Removed::Gone)
        } else {
            Err(said::error(tool, name, &text))
        }
    }

    async fn rename(&self, from: &str, to: &str) -> Result<(), HubError> {
        let arguments = json!({"old_name": from, "new_name": to});
        let renamed = self.order("rename_memory", to, arguments, " renamed ");
        renamed.await.map_err(|error| {
            if matches!(error, HubError::Missing { .. }) {
                let name = from.to_owned();
                HubError::Missing { name }
            } else {
                error
            }
        })
    }

    async fn closed(&self) {
        self.caller.ended().await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use serde_json::{Map, Value, json};

    use super::{Gateway, ToolCaller};
    use crate::hub::memory::{HubError, Memory, Removed};
    use crate::mcp::{Block, CallError, ToolReply};

    /// Answers each call with the next of its replies and notes what it was called with.
    struct Script {
        replies: Mutex<Vec<Result<ToolReply, CallError>>>,
        calls: Mutex<Vec<(String, Value)>>,
    }

    impl ToolCaller for Script {
        async fn call_tool(
            &self,
            tool: &str,
            arguments: Map<String, Value>,
        ) -> Result<ToolReply, CallError> {
            let call = (tool.to_owned(), Value::Object(arguments));
            self.calls.lock().unwrap().push(call);
            self.replies.lock().unwrap().remove(0)
        }

        async fn ended(&self) {}
    }

    fn gateway(replies: Vec<Result<ToolReply, CallError>>) -> Gateway<Script> {
        Gateway::new(Script {
            replies: Mutex::new(replies),
            calls: Mutex::default(),
        })
    }

    fn said(text: &str, is_error: bool) -> ToolReply {
        ToolReply {
            blocks: vec![Block::Text {
                text: text.to_owned(),
                meta: Value::Null,
            }],
            structured: (!is_error).then(|| json!({"result": text})),
            is_error,
        }
    }

    #[tokio::test]
    async fn a_swap_is_one_literal_edit() {
        let hub = gateway(vec![Ok(said("Memory a edited successfully.", false))]);
        hub.edit("a", "old $1", "new \\0").await.unwrap();
        let calls = hub.caller.calls.into_inner().unwrap();
        let expected = json!({
            "memory_name": "a", "needle": "old $1", "repl": "new \\0", "mode": "literal",
            "allow_multiple_occurrences": false,
        });
        assert_eq!(calls, [("edit_memory".to_owned(), expected)]);
    }

    #[tokio::test]
    async fn success_that_is_none_is_seen() {
        let long = "The answer is too long (256011 characters). You can adjust your query.";
        let hub = gateway(vec![
            Ok(said(long, false)),
            Ok(said("Memory a not found.", false)),
            Ok(said("Memory a deleted.", false)),
            Ok(said("something else", false)),
        ]);
        assert!(matches!(hub.list("").await, Err(HubError::Refused { .. })));
        assert_eq!(hub.delete("a").await, Ok(Removed::WasMissing));
        assert_eq!(hub.delete("a").await, Ok(Removed::Gone));
        assert!(hub.write("a", "x").await.is_err());
    }

    #[tokio::test]
    async fn lists_are_read_with_and_without_content() {
        let hub = gateway(vec![
            Ok(said("{}", false)),
            Ok(said(
                r#"{"memories":["b","a"],"read_only_memories":["c"]}"#,
                false,
            )),
        ]);
        assert_eq!(hub.list("").await, Ok(Vec::new()));
        let names = ["a", "b", "c"].map(str::to_owned).to_vec();
        assert_eq!(hub.list("").await, Ok(names));
    }

    #[tokio::test]
    async fn a_missing_document_is_no_error_and_a_dead_server_is_one_of_the_server() {
        let missing =
            "Error executing tool read_memory: FileNotFoundError: Memory named 'a' not found";
        let hub = gateway(vec![
            Ok(said(missing, true)),
            Err(CallError::Closed {
                server: "serena".to_owned(),
                stderr: "boom".to_owned(),
            }),
            Err(CallError::Cancelled),
        ]);
        assert_eq!(hub.read("a").await, Ok(None));
        assert!(hub.read("a").await.unwrap_err().concerns_server());
        assert!(matches!(
            hub.read("a").await,
            Err(HubError::TimedOut { .. })
        ));
    }
}
