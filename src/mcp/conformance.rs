//! The client side of the public conformance suite: connect, list, call every tool, end well.
//!
//! It goes the way of every other connection over HTTP and adds only what a person would do: it
//! makes up arguments that fit a tool's schema, and accepts a form as its defaults fill it. Nothing
//! of a room uses it.

use serde_json::{Map, Value, json};
use tokio_util::task::TaskTracker;

use crate::mcp::call::Step;
use crate::mcp::connection::{Connection, Options};
use crate::mcp::reply::{CallError, ConnectError};
use crate::mcp::signal::{Ask, Signal};
use crate::mcp::spec::{Limits, ServerSpec, Transport};

/// Deeper than the schema of any tool of the suite.
const DEPTH: u8 = 8;

/// Why a run was not to the end.
#[derive(Debug, thiserror::Error)]
pub enum ConformanceError {
    /// The scenario needs what Synod does not have.
    #[error("the scenario {scenario} needs OAuth; a bearer token is all that Synod sends")]
    NotOffered {
        /// The scenario as named.
        scenario: String,
    },
    /// There is no connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// A call has no reply.
    #[error("{tool}: {error}")]
    Call {
        /// The tool.
        tool: String,
        /// What happened.
        error: CallError,
    },
}

/// Connects to `url`, calls each tool that is listed there once, and closes.
///
/// # Errors
/// See [`ConformanceError`]. A tool that says itself that it failed is no error.
pub async fn conform(
    url: &str,
    scenario: Option<&str>,
    options: &Options,
) -> Result<(), ConformanceError> {
    if let Some(scenario) = scenario.filter(|scenario| scenario.starts_with("auth/")) {
        let scenario = scenario.to_owned();
        return Err(ConformanceError::NotOffered { scenario });
    }
    let spec = ServerSpec {
        name: "conformance".to_owned(),
        transport: Transport::Http {
            url: url.to_owned(),
            bearer: None,
        },
        limits: Limits::default(),
    };
    let tasks = TaskTracker::new();
    let connection = Connection::open(&spec, options, &tasks).await?;
    let outcome = call_all(&connection, spec.limits).await;
    connection.close().await;
    drop(connection);
    tasks.close();
    tasks.wait().await;
    outcome
}

async fn call_all(connection: &Connection, limits: Limits) -> Result<(), ConformanceError> {
    for tool in connection.tools().iter() {
        let arguments = match fitting(&tool.input_schema, DEPTH) {
            Value::Object(arguments) => arguments,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Map::new(),
        };
        let mut call = connection.call(&tool.name, arguments, limits).await;
        loop {
            match call.next().await {
                Step::Signal(Signal::Ask(ask)) => accept(ask),
                Step::Signal(
                    Signal::Progress { .. } | Signal::Log { .. } | Signal::Custom { .. },
                ) => {}
                Step::Done(Ok(_)) => break,
                Step::Done(Err(error)) => {
                    let tool = tool.name.clone();
                    return Err(ConformanceError::Call { tool, error });
                }
            }
        }
    }
    Ok(())
}

/// Accepts a form as its defaults fill it; any other question is declined by being dropped.
fn accept(ask: Ask) {
    if ask.method != "elicitation/create" {
        return;
    }
    let fields = properties(ask.params.get("requestedSchema").unwrap_or(&Value::Null));
    let content: Map<String, Value> = fields
        .filter_map(|(name, schema)| Some((name.clone(), schema.get("default")?.clone())))
        .collect();
    ask.reply
        .send(json!({"action": "accept", "content": content}));
}

/// A value that fits `schema`: its default, its only or first choice, or the least of its type, with
/// no property that is not required.
fn fitting(schema: &Value, depth: u8) -> Value {
    let chosen = schema
        .get("default")
        .or_else(|| schema.get("const"))
        .or_else(|| schema.get("enum")?.get(0));
    if let Some(chosen) = chosen {
        return chosen.clone();
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("number" | "integer") => schema.get("minimum").cloned().unwrap_or(json!(1)),
        Some("string") => json!("text"),
        Some("boolean") => json!(true),
        Some("array") => json!([]),
        Some("object") if depth > 0 => {
            let required = schema.get("required").and_then(Value::as_array);
            let is_required = |name: &String| {
                required.is_some_and(|required| required.iter().any(|it| it == name))
            };
            let fields = properties(schema).filter(|(name, _)| is_required(name));
            fields
                .map(|(name, schema)| (name.clone(), fitting(schema, depth - 1)))
                .collect()
        }
        Some(_) | None => Value::Null,
    }
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::{DEPTH, accept, fitting};
    use crate::mcp::signal::{Ask, AskReply};

    #[test]
    fn arguments_fit_their_schema_and_hold_only_what_is_required() {
        let schema = json!({"type": "object", "required": ["a", "b", "c", "d"], "properties": {
            "a": {"type": "number"},
            "b": {"type": "integer", "minimum": 4},
            "c": {"type": "string", "enum": ["x", "y"]},
            "d": {"type": "object", "required": ["e"], "properties": {
                "e": {"type": "boolean", "default": false}}},
            "optional": {"type": "string"}
        }});
        assert_eq!(
            fitting(&schema, DEPTH),
            json!({"a": 1, "b": 4, "c": "x", "d": {"e": false}})
        );
        assert_eq!(fitting(&Value::Null, DEPTH), Value::Null);
    }

    #[test]
    fn a_form_is_accepted_with_its_defaults_and_anything_else_is_declined() {
        let ask = |method: &str| {
            let (reply, answer) = AskReply::channel();
            accept(Ask {
                method: method.to_owned(),
                params: json!({"requestedSchema": {"type": "object", "properties": {
                    "name": {"type": "string", "default": "Jo"},
                    "age": {"type": "integer", "default": 30},
                    "none": {"type": "string"}}}}),
                reply,
            });
            answer
        };
        assert!(ask("elicitation/create").try_recv().is_ok());
        assert!(ask("sampling/createMessage").try_recv().is_err());
    }
}
