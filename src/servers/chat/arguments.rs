//! What the tools take: their schemas, and the arguments read with a clear refusal.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::talker::Lending;
use super::tool_use::{LentTool, ToolResult};
use super::{Failure, FailureKind};

/// Arguments of `chat`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::servers) struct ChatArguments {
    /// What to answer; empty where `tool_results` go on with a turn.
    #[serde(default)]
    pub(in crate::servers) prompt: String,
    /// The conversation to continue; a new one when absent or unknown.
    pub(in crate::servers) session_id: Option<String>,
    /// Overrides the server's model for this turn.
    pub(in crate::servers) model: Option<String>,
    /// Replaces the system prompt of the session from this turn on.
    pub(in crate::servers) system: Option<String>,
    /// Forgets the session's earlier turns first.
    #[serde(default)]
    pub(in crate::servers) reset: bool,
    /// What the model may call in this turn.
    #[serde(default)]
    pub(in crate::servers) tools: Vec<LentTool>,
    /// Whether it may call any of them now.
    #[serde(default)]
    pub(in crate::servers) tool_choice: ToolChoice,
    /// What came of the calls for which the session's turn waits.
    #[serde(default)]
    pub(in crate::servers) tool_results: Vec<ToolResult>,
}

/// Whether a model may call the tools that it knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::servers) enum ToolChoice {
    /// As it likes.
    #[default]
    Auto,
    /// No more: it has to answer with text.
    None,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ResetArguments {
    session_id: String,
}

impl ChatArguments {
    /// Reads the arguments of `chat`.
    pub(in crate::servers) fn read(arguments: Option<JsonObject>) -> Result<Self, Failure> {
        let read: Self = parse("chat", arguments)?;
        match (read.prompt.trim().is_empty(), read.tool_results.is_empty()) {
            (true, true) => return Err(bad("chat needs a prompt that is not empty")),
            (false, false) => {
                return Err(bad(
                    "tool_results go on with the turn that waits for them: leave the prompt out",
                ));
            }
            (false, true) | (true, false) => {}
        }
        if let Some(tool) = read.tools.iter().find(|tool| !is_tool_name(&tool.name)) {
            let name = &tool.name;
            return Err(bad(&format!(
                "a tool cannot be called `{name}`: use 1 to 64 letters, digits, _ and -"
            )));
        }
        if let Some(id) = &read.session_id {
            check_session_id(id)?;
        }
        Ok(read)
    }

    /// Reads the argument of `reset_session`: the session's id.
    pub(in crate::servers) fn read_reset(arguments: Option<JsonObject>) -> Result<String, Failure> {
        let read: ResetArguments = parse("reset_session", arguments)?;
        check_session_id(&read.session_id)?;
        Ok(read.session_id)
    }
}

fn is_tool_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (1..=64).contains(&name.len()) && name.bytes().all(plain)
}

fn check_session_id(id: &str) -> Result<(), Failure> {
    let fits = !id.is_empty() && id.len() <= 256 && !id.chars().any(char::is_control);
    if fits {
        Ok(())
    } else {
        Err(bad(
            "a session_id has 1 to 256 bytes and no control characters",
        ))
    }
}

fn parse<T: DeserializeOwned>(tool: &str, arguments: Option<JsonObject>) -> Result<T, Failure> {
    serde_json::from_value(Value::Object(arguments.unwrap_or_default()))
        .map_err(|error| bad(&format!("the arguments of {tool} cannot be read: {error}")))
}

fn bad(message: &str) -> Failure {
    Failure::new(FailureKind::Refused, message)
}

/// The four tools. `about` says in one sentence who answers.
pub(in crate::servers) fn tools(about: &str, lending: Lending) -> Vec<Tool> {
    let text = json!({"type": "string"});
    let chat = tool(
        "chat",
        format!("{about} Streams the answer as progress notifications and keeps the session."),
        chat_schema(lending),
    )
    .with_annotations(ToolAnnotations::new().read_only(true).open_world(true));
    let reset = tool(
        "reset_session",
        "Forgets a conversation.".to_owned(),
        json!({
            "type": "object",
            "properties": {"session_id": text},
            "required": ["session_id"],
            "additionalProperties": false,
        }),
    );
    let nothing = json!({"type": "object", "properties": {}});
    vec![
        chat,
        tool(
            "list_sessions",
            "Lists the conversations in memory.".to_owned(),
            nothing.clone(),
        ),
        reset,
        tool(
            "list_models",
            "Lists the models that can be asked.".to_owned(),
            nothing,
        ),
    ]
}

fn chat_schema(lending: Lending) -> Value {
    let mut properties = json!({
        "prompt": {"type": "string", "description": "What to answer."},
        "session_id": {"type": "string", "description": "The conversation to continue; \
            absent starts a new one, whose id comes back with the answer."},
        "model": {"type": "string", "description": "Model for this turn."},
        "system": {"type": "string", "description": "System prompt of the session from now on."},
        "reset": {"type": "boolean", "description": "Forget the earlier turns first."},
    });
    let mut required = json!(["prompt"]);
    if lending == Lending::Taken {
        required = json!([]);
        properties["tools"] = json!({
            "type": "array",
            "description": "What the model may call. The client makes the calls: an answer with \
                tool_calls waits for a chat with tool_results.",
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "description": {"type": "string"},
                    "input_schema": {"type": "object"},
                },
                "required": ["name", "input_schema"],
                "additionalProperties": false,
            },
        });
        properties["tool_choice"] = json!({"enum": ["auto", "none"], "description": "none: the \
            model has to answer with text."});
        properties["tool_results"] = json!({
            "type": "array",
            "description": "One for each call that the session waits for; then there is no prompt.",
            "items": {
                "type": "object",
                "properties": {"id": {"type": "string"}, "content": {"type": "string"}},
                "required": ["id", "content"],
                "additionalProperties": false,
            },
        });
    }
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn tool(name: &'static str, description: String, schema: Value) -> Tool {
    let schema = match schema {
        Value::Object(schema) => schema,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            JsonObject::new()
        }
    };
    Tool::new(name, description, Arc::new(schema))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(value: Value) -> Option<JsonObject> {
        serde_json::from_value(value).ok()
    }

    #[test]
    fn a_misspelt_argument_is_refused_by_name() {
        let refusal = ChatArguments::read(object(json!({"prompt": "x", "sessionId": "a"})));
        let message = refusal.unwrap_err().message;
        assert!(message.contains("sessionId"), "{message}");
    }

    #[test]
    fn a_prompt_is_needed() {
        assert!(ChatArguments::read(None).is_err());
        assert!(ChatArguments::read(object(json!({"prompt": " \n"}))).is_err());
        let read = ChatArguments::read(object(json!({"prompt": "x"}))).unwrap();
        assert_eq!((read.session_id, read.reset), (None, false));
    }

    #[test]
    fn tools_have_plain_names_and_results_stand_in_the_place_of_a_prompt() {
        let read = |value| ChatArguments::read(object(value));
        let lent =
            |name: &str| json!({"prompt": "x", "tools": [{"name": name, "input_schema": {}}]});
        assert!(read(lent("find_symbol")).is_ok());
        for name in ["", "a.b", &"x".repeat(65)] {
            assert!(read(lent(name)).is_err(), "{name}");
        }
        let results = json!([{"id": "1", "content": "c"}]);
        assert!(read(json!({"tool_results": results, "session_id": "s"})).is_ok());
        assert!(read(json!({"tool_results": results, "prompt": "x"})).is_err());
        assert_eq!(
            read(json!({"prompt": "x", "tool_choice": "none"}))
                .unwrap()
                .tool_choice,
            ToolChoice::None
        );
    }

    #[test]
    fn session_ids_are_bounded() {
        let long = "x".repeat(257);
        for id in ["", "a\nb", long.as_str()] {
            assert!(
                ChatArguments::read_reset(object(json!({"session_id": id}))).is_err(),
                "{id}"
            );
        }
    }

    #[test]
    fn every_schema_is_an_object() {
        for tool in tools("Asks nobody.", Lending::Taken) {
            assert_eq!(tool.input_schema.get("type"), Some(&json!("object")));
        }
    }
}
