//! The Chat Completions dialect: the request body, and how its pieces become an answer.

use serde_json::{Value, json};

use super::draft::{Draft, Piece, text_at, usage};
use super::refusal;
use super::upstream::Question;
use crate::servers::chat::{Channel, Failure};

/// The body of `POST /chat/completions`.
pub(super) fn body(question: &Question<'_>) -> Value {
    let mut messages = Vec::new();
    if let Some(system) = question.system {
        messages.push(json!({"role": "system", "content": system}));
    }
    for turn in question.turns {
        messages.push(json!({"role": "user", "content": turn.prompt}));
        messages.push(json!({"role": "assistant", "content": turn.answer}));
    }
    messages.push(json!({"role": "user", "content": question.prompt}));
    json!({
        "model": question.model,
        "messages": messages,
        "stream": true,
        "stream_options": {"include_usage": true},
    })
}

/// Takes in one chunk of a stream.
pub(super) fn chunk(value: &Value, draft: &mut Draft) -> Result<Vec<Piece>, Failure> {
    take_in(value, "delta", draft)
}

/// Takes in an answer that came whole, from endpoints that do not stream.
pub(super) fn whole(value: &Value, draft: &mut Draft) -> Result<Vec<Piece>, Failure> {
    let pieces = take_in(value, "message", draft)?;
    if !draft.content.is_empty() && draft.finish_reason.is_none() {
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
        pieces.extend(draft.add(text_at(delta, "content"))?);
    }
    if let Some(reason) = choice.get("finish_reason").and_then(Value::as_str) {
        draft.finish_reason = Some(reason.to_owned());
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::servers::chat::{FailureKind, Usage};

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
            answer: "b".to_owned(),
        }];
        let body = body(&Question {
            system: Some("s"),
            turns: &turns,
            prompt: "c",
            model: "m",
        });
        let roles: Vec<&str> = body["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|message| message["role"].as_str().unwrap())
            .collect();
        assert_eq!(roles, ["system", "user", "assistant", "user"]);
    }
}
