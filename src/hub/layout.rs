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
//! | `results/archive/<n>` | Markdown: a head as above with the number of the page, and a row for each of up to a hundred old tasks whose documents were removed |
//! | `knowledge/<topic>/<slug>` | Markdown: a head as above with the lesson's number, topic, state (`proposed`, `accepted`, `disputed`, `retired`), author and times; then `Asked`, `Holds`, `Why` and `Dissent` as paragraphs, and a row a task that bears it out |
//! | `<document>/part-<n>` | a piece of a document that is too long to be one, below a head of `name: value` lines between `---` |
//! | `conflicts/memory/<document>-<n>` | what somebody else had put in the place of a document and the operator kept aside, as it was |
//!
//! # Long documents
//!
//! No document is longer than [`whole_max`](crate::hub::parts::whole_max) says, so that every server
//! takes it: 64 KiB for a result, a conflict or a lesson, 1 MiB for the others. What would be longer is kept in
//! parts, and an index stands in its place, with the schema `synod/parts/1`: as Markdown a table, in a
//! `.json` document [`PARTS`]. It names the parts in order, each with the bytes and the digest (the first
//! 16 hexadecimal digits of the SHA-256) of its piece. The pieces, joined as they are, are the document
//! at `rev` 0 with an empty checksum. Parts are written before the index that names them, and removed
//! after the one that does not.
//!
//! # Old documents
//!
//! What becomes of the results and conflicts of old tasks is said by `[memory]` of the configuration:
//! either their rows of the archive stand for them, or summaries take their places. A result's summary
//! has the schema `synod/result_summary/1`, a head that says since when (`summarised`) and how many bytes
//! the result has, and below `## Summary` the sentences that say most of it. That of a conflict has no
//! words of its answers, and says in `summarised` since when. Both name the command that prints the whole
//! from the journal: `synod show <task>`. A result that is written anew by hand is whole again.
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

/// JSON Schema of the index of a long `.json` document.
#[doc = concat!("```json\n", include_str!("schema/parts.json"), "```")]
pub const PARTS: &str = include_str!("schema/parts.json");

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{CONFLICT, MODEL_CONTEXT, ORCHESTRATION_STATE, PARTS, TASK_QUEUE, TASK_QUEUE_PAGE};
    use crate::core::ladder::staged::voted;
    use crate::core::voting::Nature;
    use crate::core::{CallId, Candidate, Event, Purpose, Strategy, TaskId};
    use crate::hub::document::DocumentName;
    use crate::hub::project::{all, part_count, project};
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
                DocumentName::Result(_)
                | DocumentName::Archive(_)
                | DocumentName::Lesson { .. }
                | DocumentName::Part { .. } => continue,
            };
            let is_long = part_count(&story.state, document) > 0;
            let schema = if is_long { PARTS } else { schema };
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
        let mut story = Story::of_a_morning();
        let long = "long \"and\" more\n".repeat(20_000);
        let council = [CallId(71), CallId(72)];
        story
            .answer(3, "Done.", None)
            .add(7, "How many?", Strategy::Council)
            .route(7, &["codex", "gpt"])
            .call(71, 7, 1, Purpose::Council)
            .call(72, 7, 2, Purpose::Council)
            .answer(71, &long, Some("8"))
            .answer(72, "Six.", Some("6"))
            .tell(Event::ConflictFound {
                task: TaskId(7),
                candidates: council
                    .map(|call| Candidate {
                        label: call.to_string(),
                        calls: vec![call],
                    })
                    .to_vec(),
                silent: 0,
                nature: Nature::Closed,
            });
        let conflict = DocumentName::Conflict(TaskId(7));
        let text = project(&story.state, &conflict, 1).unwrap();
        assert!(text.contains("synod/parts/1"), "{text}");
        hold(&story);
    }

    #[test]
    fn a_conflict_that_was_voted_on_fits_its_schema() {
        let (room, _) = voted();
        let story = Story {
            state: room.state,
            events: room.journal,
        };
        assert!(hold(&story) > 2);
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
