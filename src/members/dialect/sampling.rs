//! A server's wish that a model answers a conversation (`sampling/createMessage`), and the answer.

use serde_json::{Value, json};

use super::text_at;
use crate::core::{Reply, Request, Text};
use crate::mcp::AskAnswer;
use crate::prompts::{Said, SamplingInput, sampling};

/// What a wish for a model asks.
pub(super) fn request(params: &Value) -> Request {
    let messages = params.get("messages").and_then(Value::as_array);
    let said: Vec<Said> = messages.into_iter().flatten().map(message).collect();
    let max_tokens = params.get("maxTokens").and_then(Value::as_u64);
    let max_tokens = max_tokens.unwrap_or_default();
    Request::Sampling {
        prompt: Text::from(sampling(&SamplingInput {
            system: text_at(params, "systemPrompt"),
            said: &said,
            max_tokens,
        })),
        max_tokens,
    }
}

/// One message of the conversation; what is no text is named.
fn message(message: &Value) -> Said {
    let part = |part: &Value| match (part.as_str(), text_at(part, "type")) {
        (Some(text), _) => text.to_owned(),
        (None, "text") => text_at(part, "text").to_owned(),
        (None, kind) => format!("[{kind} {}]", text_at(part, "mimeType")),
    };
    let texts: Vec<String> = match message.get("content") {
        Some(Value::Array(parts)) => parts.iter().map(part).collect(),
        Some(one) => vec![part(one)],
        None => Vec::new(),
    };
    Said {
        by_model: text_at(message, "role") == "assistant",
        text: texts.join("\n"),
    }
}

/// A model's message as MCP has it; a refusal is an error there.
pub(super) fn answer(reply: &Reply) -> AskAnswer {
    let refused = |why: &str| AskAnswer::Error {
        code: -1,
        message: format!("the user rejected the sampling request: {why}"),
    };
    match reply {
        Reply::Fill { content } => {
            let words: Value = serde_json::from_str(content.as_str()).unwrap_or_default();
            AskAnswer::Result(json!({
                "role": "assistant",
                "content": {"type": "text", "text": text_at(&words, "text")},
                "model": text_at(&words, "model"),
                "stopReason": "endTurn",
            }))
        }
        Reply::Deny { reason } => refused(reason),
        Reply::Allow | Reply::AllowForSession | Reply::KeepAside | Reply::Hold(_) => {
            refused("nobody answered it")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::core::{Reply, Request, Text};
    use crate::mcp::AskAnswer;

    #[test]
    fn a_wish_for_a_model_becomes_a_prompt_and_its_answer_a_message() {
        let request = super::request(
            &json!({"systemPrompt": "Be kind.", "maxTokens": 10, "messages": [
                {"role": "user", "content": {"type": "text", "text": "Hello"}},
                {"role": "assistant", "content": [{"type": "image", "mimeType": "image/png"}]},
            ]}),
        );
        let Request::Sampling { prompt, max_tokens } = request else {
            panic!("{request:?}");
        };
        assert_eq!(max_tokens, 10);
        for part in ["Be kind.", "Hello", "[image image/png]"] {
            assert!(prompt.as_str().contains(part), "{prompt:?}");
        }
        let content = Text::from("{\"model\":\"gpt\",\"text\":\"Hi\"}");
        assert_eq!(
            super::answer(&Reply::Fill { content }),
            AskAnswer::Result(json!({
                "role": "assistant",
                "content": {"type": "text", "text": "Hi"},
                "model": "gpt",
                "stopReason": "endTurn",
            }))
        );
        let reason = "not now".to_owned();
        assert_eq!(
            super::answer(&Reply::Deny { reason }),
            AskAnswer::Error {
                code: -1,
                message: "the user rejected the sampling request: not now".to_owned(),
            }
        );
    }
}
