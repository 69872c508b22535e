//! The Chat Completions dialect: the request body, and how its pieces become an answer.

use serde_json::{Value, json};

use super::draft::{Draft, Piece, text_at, usage};
use super::refusal;
use super::upstream::Question;
use crate::servers::chat::{Channel, Failure, ToolCall, ToolChoice, ToolStep};

/// The body of `POST /chat/completions`.
pub(super) fn body(question: &Question<'_>) -> Value {
    let mut messages = Vec::new();
    if let Some(system) = question.system {
        messages.push(json!({"role": "system", "content": system}));
    }
    for turn in question.turns {
        messages.push(json!({"role": "user", "content": turn.prompt}));
        push_steps(&mut messages, &turn.steps);
        messages.push(json!({"role": "assistant", "content": turn.answer}));
    }
    messages.push(json!({"role": "user", "content": question.prompt}));
    push_steps(&mut messages, question.steps);
    let mut body = json!({
        "model": question.model,
        "messages": messages,
        "stream": true,
        "stream_options": {"include_usage": true},
    });
    if !question.tools.is_empty() {
        let tools = question.tools.iter().map(|tool| {
            json!({"type": "function", "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": tool.input_schema,
            }})
        });
        body["tools"] = tools.collect();
        if question.tool_choice == ToolChoice::None {
            body["tool_choice"] = json!("none");
        }
    }
    body
}

fn push_steps(messages: &mut Vec<Value>, steps: &[ToolStep]) {
    for step in steps {
        let calls = step.calls.iter().map(|call| {
            json!({"id": call.id, "type": "function", "function": {
                "name": call.name,
                "arguments": call.sound_arguments(),
            }})
        });
        messages.push(json!({
            "role": "assistant",
            "content": step.said,
            "tool_calls": calls.collect::<Vec<_>>(),
        }));
        messages.extend(step.results.iter().map(
            |result| json!({"role": "tool", "tool_call_id": result.id, "content": result.content}),
        ));
    }
}

/// Takes in one chunk of a stream.
pub(super) fn chunk(value: &Value, draft: &mut Draft) -> Result<Vec<Piece>, Failure> {
    take_in(value, "delta", draft)
}

/// Takes in an answer that came whole, from endpoints that do not stream.
pub(super) fn whole(value: &Value, draft: &mut Draft) -> Result<Vec<Piece>, Failure> {
    let pieces = take_in(value, "message", draft)?;
    let came = !draft.content.is_empty() || !draft.calls.is_empty();
    if came && draft.finish_reason.is_none() {
        draft.finish_reason = Some("stop".to_owned());
    }
    Ok(pieces)
}

fn take_in(value: &Value, part: &str, draft: &mut Draft) -> Result<Vec<Piece>, Failure> {
    if let Some(error) = value.get("error").filter(|error| !error.is_null()) {
        return Err(refusal::in_stream(error));
    }
    if let Some(model) = value.get("model").and_then(Value::as_str) {
        draft.model = Some(model.to_owned());
    }
    if let Some(counted) = value
        .get("usage")
        .and_then(|value| usage(value, "prompt_tokens", "completion_tokens"))
    {
        draft.usage = Some(counted);
    }
    let mut pieces = Vec::new();
    let Some(choice) = value.get("choices").and_then(|choices| choices.get(0)) else {
        return Ok(pieces);
    };
    if let Some(delta) = choice.get(part) {
        // Two names are in use for the same thing; no endpoint sends both with text.
        for key in ["reasoning_content", "reasoning"] {
            let thought = text_at(delta, key);
            if !thought.is_empty() {
                pieces.push((Channel::Reasoning, thought.to_owned()));
                break;
            }
        }
        draft.refusal.push_str(text_at(delta, "refusal"));
        add_calls(delta, draft)?;
        pieces.extend(draft.add(text_at(delta, "content"))?);
    }
    if let Some(reason) = choice.get("finish_reason").and_then(Value::as_str) {
        draft.finish_reason = Some(reason.to_owned());
    }
    Ok(pieces)
}

/// Calls come in pieces that are counted by `index`; those that came whole are counted here.
fn add_calls(delta: &Value, draft: &mut Draft) -> Result<(), Failure> {
    let calls = delta.get("tool_calls").and_then(Value::as_array);
    for (place, call) in calls.into_iter().flatten().enumerate() {
        let index = call.get("index").and_then(Value::as_u64);
        let place = index
            .and_then(|it| usize::try_from(it).ok())
            .unwrap_or(place);
        let function = call.get("function").unwrap_or(&Value::Null);
        let part = ToolCall {
            id: text_at(call, "id").to_owned(),
            name: text_at(function, "name").to_owned(),
            arguments: text_at(function, "arguments").to_owned(),
        };
        draft.add_call(place, &part)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::chat::{FailureKind, LentTool, ToolResult, Usage};

    #[test]
    fn chunks_become_an_answer() {
        let mut draft = Draft::default();
        let chunks = [
            json!({"model": "m-1", "choices": [{"delta": {"role": "assistant", "reasoning_content": "hm"}}]}),
            json!({"choices": [{"delta": {"content": "Pa"}}]}),
            json!({"choices": [{"delta": {"content": "ris"}, "finish_reason": null}]}),
            json!({"choices": [{"delta": {}, "finish_reason": "stop"}]}),
            json!({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2,
                "prompt_tokens_details": {"cached_tokens": 4}}}),
        ];
        let mut pieces = Vec::new();
        for value in &chunks {
            pieces.extend(chunk(value, &mut draft).unwrap());
        }
        assert_eq!(
            pieces,
            [
                (Channel::Reasoning, "hm".to_owned()),
                (Channel::Text, "Pa".to_owned()),
                (Channel::Text, "ris".to_owned())
            ]
        );
        let draft = draft.finish().unwrap();
        assert_eq!(
            (draft.content.as_str(), draft.model.as_deref()),
            ("Paris", Some("m-1"))
        );
        let usage = Usage {
            input: 9,
            output: 2,
            cached: Some(4),
        };
        assert_eq!(draft.usage, Some(usage));
    }

    #[test]
    fn an_error_inside_the_stream_is_a_failure() {
        let error = json!({"error": {"message": "no tokens left", "code": "insufficient_quota"}});
        let failure = chunk(&error, &mut Draft::default()).unwrap_err();
        assert_eq!(failure.kind, FailureKind::RateLimit);
    }

    #[test]
    fn history_is_resent() {
        let turns = [crate::servers::chat::Turn {
            prompt: "a".to_owned(),
            steps: vec![step()],
            answer: "b".to_owned(),
        }];
        let body = body(&Question {
            system: Some("s"),
            turns: &turns,
            prompt: "c",
            steps: &[step()],
            tools: &[LentTool {
                name: "look".to_owned(),
                description: "Looks.".to_owned(),
                input_schema: json!({"type": "object"}),
            }],
            tool_choice: ToolChoice::None,
            model: "m",
        });
        let roles: Vec<&str> = body["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| message["role"].as_str().unwrap())
            .collect();
        assert_eq!(
            roles,
            [
                "system",
                "user",
                "assistant",
                "tool",
                "assistant",
                "user",
                "assistant",
                "tool"
            ]
        );
        let wanted = &body["messages"][2]["tool_calls"][0];
        assert_eq!(
            wanted["function"],
            json!({"name": "look", "arguments": "{}"})
        );
        assert_eq!(body["messages"][3]["tool_call_id"], wanted["id"]);
        assert_eq!(
            body["tools"][0]["function"]["parameters"],
            json!({"type": "object"})
        );
        assert_eq!(body["tool_choice"], "none");
    }

    fn step() -> ToolStep {
        ToolStep {
            said: String::new(),
            calls: vec![call("1", "look", "{half")],
            results: vec![ToolResult {
                id: "1".to_owned(),
                content: "a wall".to_owned(),
            }],
        }
    }

    fn call(id: &str, name: &str, arguments: &str) -> ToolCall {
        ToolCall {
            id: id.to_owned(),
            name: name.to_owned(),
            arguments: arguments.to_owned(),
        }
    }

    #[test]
    fn calls_of_tools_come_in_pieces_or_uncounted() {
        let mut draft = Draft::default();
        let part = |calls: Value| json!({"choices": [{"delta": {"tool_calls": calls}}]});
        for value in [
            part(json!([{"index": 0, "id": "a", "function": {"name": "look", "arguments": ""}}])),
            part(json!([{"index": 0, "function": {"arguments": "{\"at\":"}}])),
            part(json!([{"index": 0, "function": {"arguments": "1}"}}])),
            part(json!([{"index": 1, "id": "b", "function": {"name": "see", "arguments": "{}"}}])),
            // Another one under a number that is taken.
            part(json!([{"index": 1, "id": "c", "function": {"name": "hear", "arguments": "{}"}}])),
            json!({"choices": [{"delta": {}, "finish_reason": "tool_calls"}]}),
        ] {
            chunk(&value, &mut draft).unwrap();
        }
        let wanted = [
            call("a", "look", "{\"at\":1}"),
            call("b", "see", "{}"),
            call("c", "hear", "{}"),
        ];
        assert_eq!(draft.finish().unwrap().calls, wanted);
        let mut draft = Draft::default();
        let calls = json!([{"function": {"name": "look", "arguments": "{}"}}]);
        let value = json!({"choices": [{"message": {"content": null, "tool_calls": calls}}]});
        whole(&value, &mut draft).unwrap();
        assert_eq!(
            draft.finish().unwrap().calls,
            [call("call_0", "look", "{}")]
        );
    }
}
