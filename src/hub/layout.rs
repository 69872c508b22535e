//! The layout of the shared memory: what each document is called and what is in it.
//!
//! On disk a document `name` is the file `.serena/memories/<name>.md`, with Serena and with the built-in
//! memory alike. Every document of the room carries the name and version of its schema, a revision, and
//! a checksum of the rest ([`seal`](crate::hub::seal)). Fields may be added within a version; what a
//! field means changes only with it. A test holds every document that is produced against its schema.
//!
//! | document | format |
//! |---|---|
//! | `orchestration_state.json` | [`ORCHESTRATION_STATE`] |
//! | `task_queue.json` | [`TASK_QUEUE`] |
//! | `task_queue/<n>.json` | [`TASK_QUEUE_PAGE`] |
//! | `model_contexts/<member>/<session>.json` | [`MODEL_CONTEXT`] |
//! | `conflicts/<task>.json` | [`CONFLICT`] |
//! | `results/<task>` | Markdown: a head of `name: value` lines between `---`, the prompt as a quotation, `## Provenance` with a row a call, and below `## Result` the members' text to its end |
//! | `knowledge/<topic>/<slug>` | Markdown: a head as above with the lesson's number, topic, state (`proposed`, `accepted`, `disputed`, `retired`), author and times; then `Asked`, `Holds`, `Why` and `Dissent` as paragraphs, and a row a task that bears it out |
//! | `conflicts/memory/<document>-<n>` | what somebody else had put in the place of a document and the operator kept aside, as it was |
//!
//! Everything else in the folder is a note from outside and is left alone.
//!
//! # Proposing a task
//!
//! Add an entry without a number to `open` of `task_queue.json`; the operator is asked. Only `prompt` is
//! needed:
//!
//! ```json
//! {"prompt": "Look at the login test.", "kind": "review", "priority": "high",
//!  "strategy": "solo", "wanted": ["codex"], "after": [41]}
//! ```
//!
//! # Writing a result by hand
//!
//! Change what stands below `## Result` in `results/<task>`; the operator can import it.

/// JSON Schema of `orchestration_state.json`.
#[doc = concat!("```json\n", include_str!("schema/orchestration_state.json"), "```")]
pub const ORCHESTRATION_STATE: &str = include_str!("schema/orchestration_state.json");

/// JSON Schema of `task_queue.json`.
#[doc = concat!("```json\n", include_str!("schema/task_queue.json"), "```")]
pub const TASK_QUEUE: &str = include_str!("schema/task_queue.json");

/// JSON Schema of `task_queue/<n>.json`.
#[doc = concat!("```json\n", include_str!("schema/task_queue_page.json"), "```")]
pub const TASK_QUEUE_PAGE: &str = include_str!("schema/task_queue_page.json");

/// JSON Schema of `model_contexts/<member>/<session>.json`.
#[doc = concat!("```json\n", include_str!("schema/model_context.json"), "```")]
pub const MODEL_CONTEXT: &str = include_str!("schema/model_context.json");

/// JSON Schema of `conflicts/<task>.json`.
#[doc = concat!("```json\n", include_str!("schema/conflict.json"), "```")]
pub const CONFLICT: &str = include_str!("schema/conflict.json");

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{CONFLICT, MODEL_CONTEXT, ORCHESTRATION_STATE, TASK_QUEUE, TASK_QUEUE_PAGE};
    use crate::core::Strategy;
    use crate::hub::document::DocumentName;
    use crate::hub::project::{all, project};
    use crate::hub::story::Story;

    /// What of a value does not fit a schema: the words of JSON Schema that are used here.
    fn faults(schema: &Value, value: &Value, at: &str) -> Vec<String> {
        let mut found = Vec::new();
        let types: Vec<&str> = match &schema["type"] {
            Value::String(one) => vec![one],
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
        };
        let is = |kind: &&str| match *kind {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_u64(),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            _ => value.is_object(),
        };
        let constant = schema.get("const").is_none_or(|only| only == value);
        let listed = schema["enum"].as_array();
        if !(types.is_empty() || types.iter().any(is))
            || !constant
            || listed.is_some_and(|allowed| !allowed.contains(value))
        {
            found.push(format!("{at}: {value}"));
        }
        if let Some(fields) = value.as_object() {
            for name in schema["required"].as_array().into_iter().flatten() {
                if !fields.contains_key(name.as_str().unwrap()) {
                    found.push(format!("{at}: no {name}"));
                }
            }
            for (name, field) in fields {
                found.extend(faults(
                    &schema["properties"][name],
                    field,
                    &format!("{at}/{name}"),
                ));
            }
        }
        for item in value.as_array().into_iter().flatten() {
            found.extend(faults(&schema["items"], item, &format!("{at}[]")));
        }
        found
    }

    fn hold(story: &Story) -> usize {
        let documents = all(&story.state);
        for document in &documents {
            let schema = match document {
                DocumentName::State => ORCHESTRATION_STATE,
                DocumentName::Queue => TASK_QUEUE,
                DocumentName::QueuePage(_) => TASK_QUEUE_PAGE,
                DocumentName::Context { .. } => MODEL_CONTEXT,
                DocumentName::Conflict(_) => CONFLICT,
                DocumentName::Result(_) | DocumentName::Lesson { .. } => continue,
            };
            let schema: Value = serde_json::from_str(schema).unwrap();
            let text = project(&story.state, document, 1).unwrap();
            let value = serde_json::from_str(&text).unwrap();
            assert_eq!(
                faults(&schema, &value, ""),
                Vec::<String>::new(),
                "{document}"
            );
        }
        documents.len()
    }

    #[test]
    fn every_document_fits_its_schema() {
        let mut story = Story::of_a_morning();
        assert!(hold(&story) > 4);
        story.settle();
        hold(&story);
        let mut dice = fastrand::Rng::with_seed(3);
        for number in 10..60 {
            story.happen(&mut dice, number);
        }
        hold(&story);
        for number in 100..800 {
            story.add(number, "more", Strategy::Solo);
        }
        let pages = all(&story.state).into_iter();
        let pages = pages.filter(|document| matches!(document, DocumentName::QueuePage(_)));
        assert!(pages.count() > 0 && hold(&story) > 5);
    }

    #[test]
    fn what_does_not_fit_is_seen() {
        let schema: Value = serde_json::from_str(TASK_QUEUE).unwrap();
        let story = Story::of_a_morning();
        let text = project(&story.state, &DocumentName::Queue, 1).unwrap();
        let mut value: Value = serde_json::from_str(&text).unwrap();
        value["open"][0]["prompt"] = Value::Null;
        value["rev"] = "1".into();
        value["schema"] = "synod/task_queue/2".into();
        value.as_object_mut().unwrap().remove("ended");
        assert_eq!(faults(&schema, &value, "").len(), 4);
    }
}
