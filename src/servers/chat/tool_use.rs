//! Tools that a client lends to the model of one turn: what they are, what the model calls, and
//! what came of it. Data only.
//!
//! This server calls nothing. `chat` takes `tools`; where the model wants some of them it answers
//! with `tool_calls`, and the turn waits for a further `chat` with `tool_results` in their place.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A tool that the model may call.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::servers) struct LentTool {
    /// Its name: `[A-Za-z0-9_-]`, at most 64.
    pub(in crate::servers) name: String,
    /// What it does.
    #[serde(default)]
    pub(in crate::servers) description: String,
    /// JSON Schema of its arguments.
    pub(in crate::servers) input_schema: Value,
}

/// A call that the model wants made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(in crate::servers) struct ToolCall {
    /// Names the call; its result returns it.
    pub(in crate::servers) id: String,
    /// The tool.
    pub(in crate::servers) name: String,
    /// The arguments as the model wrote them: JSON text, as a rule.
    pub(in crate::servers) arguments: String,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::servers) struct ToolResult {
    /// The call.
    pub(in crate::servers) id: String,
    /// What the model is to read.
    pub(in crate::servers) content: String,
}

/// One step of a turn: what the model said, the calls that it wanted, and their results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::servers) struct ToolStep {
    /// Text before the calls; often empty.
    pub(in crate::servers) said: String,
    /// The calls, at least one.
    pub(in crate::servers) calls: Vec<ToolCall>,
    /// Their results, in the same order; empty while they are awaited.
    pub(in crate::servers) results: Vec<ToolResult>,
}

impl ToolCall {
    /// The arguments as endpoints take them back: some fail on what is no JSON object.
    pub(in crate::servers) fn sound_arguments(&self) -> &str {
        match serde_json::from_str::<Value>(&self.arguments) {
            Ok(Value::Object(_)) => &self.arguments,
            Ok(_) | Err(_) => "{}",
        }
    }
}

impl ToolStep {
    /// How long it is, in characters.
    pub(in crate::servers) fn chars(&self) -> usize {
        let calls = self.calls.iter().map(|call| call.arguments.chars().count());
        let results = self.results.iter().map(|it| it.content.chars().count());
        self.said.chars().count() + calls.sum::<usize>() + results.sum::<usize>()
    }
}
