//! The six tools as listed, and their arguments as read.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde::Deserialize;
use serde_json::{Value, json};

use super::edit::Mode;

/// Arguments of `write_memory`.
#[derive(Debug, Deserialize)]
pub(super) struct Write {
    pub(super) memory_name: String,
    pub(super) content: String,
    /// Negative: the server's own limit.
    #[serde(default = "own_limit")]
    pub(super) max_chars: i64,
}

/// Arguments of `read_memory` and `delete_memory`.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) memory_name: String,
}

/// Arguments of `list_memories`.
#[derive(Debug, Deserialize)]
pub(super) struct List {
    #[serde(default)]
    pub(super) topic: String,
}

/// Arguments of `rename_memory`.
#[derive(Debug, Deserialize)]
pub(super) struct Rename {
    pub(super) old_name: String,
    pub(super) new_name: String,
}

/// Arguments of `edit_memory`.
#[derive(Debug, Deserialize)]
pub(super) struct Edit {
    pub(super) memory_name: String,
    pub(super) needle: String,
    pub(super) repl: String,
    pub(super) mode: Mode,
    #[serde(default)]
    pub(super) allow_multiple_occurrences: bool,
}

fn own_limit() -> i64 {
    -1
}

/// The tools in the order of Serena.
pub(super) fn all() -> Vec<Tool> {
    let text = json!({"type": "string"});
    let name = ("memory_name", text.clone());
    let changes = || ToolAnnotations::new().read_only(false).destructive(true);
    let reads = || ToolAnnotations::new().read_only(true);
    vec![
        tool(
            "write_memory",
            "Writes a document of the shared memory, replacing it if it is there.",
            changes(),
            &[name.clone(), ("content", text.clone())],
            &[("max_chars", json!({"type": "integer", "default": -1}))],
        ),
        tool(
            "read_memory",
            "Reads a document of the shared memory.",
            reads(),
            std::slice::from_ref(&name),
            &[],
        ),
        tool(
            "list_memories",
            "Lists the documents of the shared memory, all or those below a topic.",
            reads(),
            &[],
            &[("topic", json!({"type": "string", "default": ""}))],
        ),
        tool(
            "delete_memory",
            "Deletes a document of the shared memory.",
            changes(),
            std::slice::from_ref(&name),
            &[],
        ),
        tool(
            "rename_memory",
            "Gives a document of the shared memory another name that is free.",
            changes(),
            &[("old_name", text.clone()), ("new_name", text.clone())],
            &[],
        ),
        tool(
            "edit_memory",
            "Replaces a piece of a document of the shared memory.",
            changes(),
            &[
                name,
                ("needle", text.clone()),
                ("repl", text),
                (
                    "mode",
                    json!({"type": "string", "enum": ["literal", "regex"]}),
                ),
            ],
            &[(
                "allow_multiple_occurrences",
                json!({"type": "boolean", "default": false}),
            )],
        ),
    ]
}

fn tool(
    name: &'static str,
    description: &'static str,
    annotations: ToolAnnotations,
    required: &[(&str, Value)],
    optional: &[(&str, Value)],
) -> Tool {
    let properties: JsonObject = required
        .iter()
        .chain(optional)
        .map(|(key, schema)| ((*key).to_owned(), schema.clone()))
        .collect();
    let needed: Vec<&str> = required.iter().map(|(key, _)| *key).collect();
    let input = JsonObject::from_iter([
        ("type".to_owned(), json!("object")),
        ("properties".to_owned(), Value::Object(properties)),
        ("required".to_owned(), json!(needed)),
    ]);
    let output = JsonObject::from_iter([
        ("type".to_owned(), json!("object")),
        (
            "properties".to_owned(),
            json!({"result": {"type": "string"}}),
        ),
        ("required".to_owned(), json!(["result"])),
    ]);
    Tool::new(name, description, Arc::new(input))
        .with_raw_output_schema(Arc::new(output))
        .with_annotations(annotations)
}
