//! The Responses dialect: the request body, and how its events become an answer.

use serde_json::{Value, json};

use super::draft::{Draft, Piece, text_at, usage};
use super::refusal;
use super::upstream::Question;
use crate::servers::chat::{Channel, Failure, ToolCall, ToolChoice, ToolStep};

/// The body of `POST /responses`. Nothing is stored there: the history is resent each time.
pub(super) fn body(question: &Question<'_>) -> Value {
    let mut input = Vec::new();
    for turn in question.turns {
        input.push(json!({"role": "user", "content": turn.prompt}));
        push_steps(&mut input, &turn.steps);
        input.push(json!({"role": "assistant", "content": turn.answer}));
    }
    input.push(json!({"role": "user", "content": question.prompt}));
    push_steps(&mut input, question.steps);
    let mut body = json!({
        "model": question.model,
        "input": input,
        "stream": true,
        "store": false,
    });
    if !question.tools.is_empty() {
        let tools = question.tools.iter().map(|tool| {
            json!({
                "type": "function",
                "name": tool.name,
                "description": tool.description,
                "parameters": tool.input_schema,
                "strict": false,
            })
        });
        body["tools"] = tools.collect();
        if question.tool_choice == ToolChoice::None {
            body["tool_choice"] = json!("none");
        }
    }
    if let (Some(system), Some(body)) = (question.system, body.as_object_mut()) {
        body.insert("instructions".to_owned(), json!(system));
    }
    body
}

/// Calls are resent without the endpoint's own ids of items: with those it would want its reasoning
/// back as well, which nobody keeps.
fn push_steps(input: &mut Vec<Value>, steps: &[ToolStep]) {
    for step in steps {
        if !step.said.is_empty() {
            input.push(json!({"role": "assistant", "content": step.said}));
        }
        input.extend(step.calls.iter().map(|call| {
            json!({"type": "function_call", "call_id": call.id, "name": call.name,
                "arguments": call.sound_arguments()})
        }));
        input.extend(step.results.iter().map(|result| {
            json!({"type": "function_call_output", "call_id": result.id,
                "output": result.content})
        }));
    }
}

/// Takes in one event of a stream.
pub(super) fn event(value: &Value, draft: &mut Draft) -> Result<Vec<Piece>, Failure> {
    let mut pieces = Vec::new();
    match text_at(value, "type") {
        "response.output_text.delta" => pieces.extend(draft.add(text_at(value, "delta"))?),
        "response.refusal.delta" => draft.refusal.push_str(text_at(value, "delta")),
        "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
            let thought = text_at(value, "delta");
            if !thought.is_empty() {
                pieces.push((Channel::Reasoning, thought.to_owned()));
            }
        }
        "response.output_item.done" => {
            add_call(value.get("item").unwrap_or(&Value::Null), draft)?;
        }
        "response.completed" | "response.incomplete" | "response.failed" => {
            let empty = Value::Null;
            pieces = whole(value.get("response").unwrap_or(&empty), draft)?;
        }
        "error" => return Err(refusal::in_stream(value.get("error").unwrap_or(value))),
        _ => {}
    }
    Ok(pieces)
}

/// Takes in a whole response object: the last event of a stream, or the body of an endpoint that
/// does not stream. Its text counts only if none was streamed before.
pub(super) fn whole(response: &Value, draft: &mut Draft) -> Result<Vec<Piece>, Failure> {
    if let Some(error) = response.get("error").filter(|error| !error.is_null()) {
        return Err(refusal::in_stream(error));
    }
    if let Some(model) = response.get("model").and_then(Value::as_str) {
        draft.model = Some(model.to_owned());
    }
    if let Some(counted) = response
        .get("usage")
        .and_then(|value| usage(value, "input_tokens", "output_tokens"))
    {
        draft.usage = Some(counted);
    }
    if draft.calls.is_empty() {
        for item in items(response) {
            add_call(item, draft)?;
        }
    }
    let mut pieces = Vec::new();
    if draft.content.is_empty() && draft.refusal.is_empty() {
        for part in parts(response) {
            draft.refusal.push_str(text_at(part, "refusal"));
            pieces.extend(draft.add(text_at(part, "text"))?);
        }
    }
    let reason = response
        .get("incomplete_details")
        .map(|details| text_at(details, "reason"))
        .unwrap_or_default();
    draft.finish_reason = match (text_at(response, "status"), reason) {
        ("completed", _) => Some("stop".to_owned()),
        ("incomplete", "max_output_tokens") => Some("length".to_owned()),
        ("incomplete", reason) => Some(reason.to_owned()),
        _ => None,
    };
    Ok(pieces)
}

/// Takes in an output item where it is the call of a tool.
fn add_call(item: &Value, draft: &mut Draft) -> Result<(), Failure> {
    if text_at(item, "type") != "function_call" {
        return Ok(());
    }
    let call = ToolCall {
        id: text_at(item, "call_id").to_owned(),
        name: text_at(item, "name").to_owned(),
        arguments: text_at(item, "arguments").to_owned(),
    };
    draft.add_call(draft.calls.len(), &call)
}

fn items(response: &Value) -> &[Value] {
    each(response, "output")
}

fn parts(response: &Value) -> impl Iterator<Item = &Value> {
    items(response)
        .iter()
        .filter(|item| text_at(item, "type") == "message")
        .flat_map(|item| each(item, "content"))
}

fn each<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::chat::{FailureKind, ToolResult};

    fn run(events: &[Value]) -> Result<(Vec<Piece>, Draft), Failure> {
        let mut draft = Draft::default();
        let mut pieces = Vec::new();
        for value in events {
            pieces.extend(event(value, &mut draft)?);
        }
        Ok((pieces, draft.finish()?))
    }

    #[test]
    fn events_become_an_answer_and_the_last_one_repeats_nothing() {
        let (pieces, draft) = run(&[
            json!({"type": "response.created", "response": {"status": "in_progress"}}),
            json!({"type": "response.reasoning_summary_text.delta", "delta": "hm"}),
            json!({"type": "response.output_text.delta", "delta": "Pa"}),
            json!({"type": "response.output_text.delta", "delta": "ris"}),
            json!({"type": "response.completed", "response": {"status": "completed", "model": "m",
                "output": [{"type": "message", "content": [{"type": "output_text", "text": "Paris"}]}],
                "usage": {"input_tokens": 5, "output_tokens": 1}}}),
        ])
        .unwrap();
        assert_eq!(pieces.len(), 3);
        assert_eq!(draft.content, "Paris");
        assert_eq!(draft.usage.unwrap().cached, None);
    }

    #[test]
    fn a_whole_answer_without_deltas_counts() {
        let (pieces, draft) = run(&[json!({"type": "response.completed", "response": {
            "status": "completed",
            "output": [{"type": "reasoning"},
                {"type": "message", "content": [{"type": "output_text", "text": "Paris"}]}]}})])
        .unwrap();
        assert_eq!(pieces, [(Channel::Text, "Paris".to_owned())]);
        assert_eq!(draft.finish_reason.as_deref(), Some("stop"));
    }

    #[test]
    fn the_call_of_a_tool_counts_once_and_goes_back_without_the_ids_of_its_item() {
        let item = json!({"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "look",
            "arguments": "{\"at\":1}"});
        let (_, draft) = run(&[
            json!({"type": "response.output_item.done", "item": item}),
            json!({"type": "response.completed", "response": {"status": "completed",
                "output": [item]}}),
        ])
        .unwrap();
        assert_eq!(draft.calls.len(), 1);
        let (_, alone) = run(&[json!({"type": "response.completed", "response": {
            "status": "completed", "output": [item]}})])
        .unwrap();
        assert_eq!(alone.calls, draft.calls);
        let steps = [ToolStep {
            said: "I look.".to_owned(),
            calls: draft.calls,
            results: vec![ToolResult {
                id: "c1".to_owned(),
                content: "a wall".to_owned(),
            }],
        }];
        let mut input = Vec::new();
        push_steps(&mut input, &steps);
        assert_eq!(
            input,
            [
                json!({"role": "assistant", "content": "I look."}),
                json!({"type": "function_call", "call_id": "c1", "name": "look",
                    "arguments": "{\"at\":1}"}),
                json!({"type": "function_call_output", "call_id": "c1", "output": "a wall"}),
            ]
        );
    }

    #[test]
    fn failures_are_told_apart() {
        let failed = json!({"type": "response.failed", "response": {"status": "failed",
            "error": {"code": "rate_limit_exceeded", "message": "slow down"}}});
        assert_eq!(run(&[failed]).unwrap_err().kind, FailureKind::RateLimit);
        let filtered = json!({"type": "response.incomplete", "response": {"status": "incomplete",
            "incomplete_details": {"reason": "content_filter"}}});
        assert_eq!(run(&[filtered]).unwrap_err().kind, FailureKind::Refused);
        let cut = json!({"type": "response.output_text.delta", "delta": "Pa"});
        assert_eq!(run(&[cut]).unwrap_err().kind, FailureKind::Network);
    }
}
