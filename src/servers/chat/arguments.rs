//! What the tools take: their schemas, and the arguments read with a clear refusal.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Failure, FailureKind};

/// Arguments of `chat`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::servers) struct ChatArguments {
    /// What to answer.
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
        if read.prompt.trim().is_empty() {
            return Err(bad("chat needs a prompt that is not empty"));
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
pub(in crate::servers) fn tools(about: &str) -> Vec<Tool> {
    let text = json!({"type": "string"});
    let chat = tool(
        "chat",
        format!("{about} Streams the answer as progress notifications and keeps the session."),
        json!({
            "type": "object",
            "properties": {
                "prompt": {"type": "string", "description": "What to answer."},
                "session_id": {"type": "string", "description": "The conversation to continue; \
                    absent starts a new one, whose id comes back with the answer."},
                "model": {"type": "string", "description": "Model for this turn."},
                "system": {"type": "string", "description": "System prompt of the session from now on."},
                "reset": {"type": "boolean", "description": "Forget the earlier turns first."},
            },
            "required": ["prompt"],
            "additionalProperties": false,
        }),
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
        for tool in tools("Asks nobody.") {
            assert_eq!(tool.input_schema.get("type"), Some(&json!("object")));
        }
    }
}
