//! Reads a `tools/call` result into a [`ToolReply`], forgivingly: servers leave fields out and add
//! their own. Only what has no possible reading is refused.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};

use crate::mcp::attachment::{Attachment, Kept, Payload};
use crate::mcp::reply::{Block, ToolReply};

/// The error that asks for a visit to an address.
const URL_REQUIRED: i64 = -32042;
/// Some servers leave the padding out.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Method and parameters of each question, by the server's own key.
pub(crate) type Questions = BTreeMap<String, (String, Value)>;

/// What an answer to `tools/call` says.
#[derive(Debug, PartialEq)]
pub(crate) enum Answer {
    /// The call is over.
    Reply(ToolReply),
    /// The server asks for input (MCP 2026-07-28) and wants the call repeated with it.
    InputRequired {
        /// Method and parameters of each question, by the server's own key.
        questions: Questions,
        /// To be sent back as it came.
        state: Option<String>,
    },
}

/// Reads `result`; the error says what is wrong with it.
pub(crate) fn read(result: Value) -> Result<Answer, &'static str> {
    let Value::Object(mut result) = result else {
        return Err("its result is no JSON object");
    };
    match result.get("resultType").and_then(Value::as_str) {
        Some("input_required") => return Ok(questions(result)),
        Some("task") => return Err("it started a task and does not say which"),
        Some(_) | None => {}
    }
    let content = match result.remove("content") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(content)) => content,
        Some(_) => return Err("the content of its result is no list"),
    };
    Ok(Answer::Reply(ToolReply {
        blocks: content.into_iter().map(block).collect(),
        structured: result
            .remove("structuredContent")
            .filter(|structured| !structured.is_null()),
        is_error: result.get("isError") == Some(&Value::Bool(true)),
    }))
}

fn questions(mut result: Map<String, Value>) -> Answer {
    Answer::InputRequired {
        questions: asked(result.remove("inputRequests")),
        state: result
            .get("requestState")
            .and_then(Value::as_str)
            .map(str::to_owned),
    }
}

/// Method and parameters of each of `requests`, by the server's own key.
pub(crate) fn asked(requests: Option<Value>) -> Questions {
    let requests = match requests {
        Some(Value::Object(requests)) => requests,
        Some(_) | None => Map::new(),
    };
    let questions = requests.into_iter().map(|(key, mut request)| {
        let method = request.get("method").and_then(Value::as_str);
        let method = method.unwrap_or_default().to_owned();
        let params = request.get_mut("params").map(Value::take);
        (key, (method, params.unwrap_or_default()))
    });
    questions.collect()
}

/// The addresses that have to be visited before the call can be made (`-32042`), as questions.
pub(crate) fn elsewhere(code: i64, data: &Value) -> Questions {
    let listed = data.get("elicitations").and_then(Value::as_array);
    let listed = listed
        .filter(|_| code == URL_REQUIRED)
        .into_iter()
        .flatten();
    let questions = listed.enumerate().map(|(at, params)| {
        let question = ("elicitation/create".to_owned(), params.clone());
        (at.to_string(), question)
    });
    questions.collect()
}

/// One content block.
pub(crate) fn block(mut block: Value) -> Block {
    let kind = field(&block, "type").unwrap_or_default();
    if kind == "text"
        && let Some(Value::String(text)) = block.get_mut("text").map(Value::take)
    {
        let meta = block.get_mut("_meta").map(Value::take).unwrap_or_default();
        return Block::Text { text, meta };
    }
    let inner = block.get_mut("resource").map(Value::take);
    attachment(kind, inner.unwrap_or(block))
}

/// The contents of a resource that was read.
pub(crate) fn contents(mut contents: Value) -> Block {
    if let Some(Value::String(text)) = contents.get_mut("text").map(Value::take) {
        let meta = contents
            .get_mut("_meta")
            .map(Value::take)
            .unwrap_or_default();
        return Block::Text { text, meta };
    }
    attachment("resource".to_owned(), contents)
}

fn attachment(kind: String, mut inner: Value) -> Block {
    let mut text = |key: &str| match inner.get_mut(key).map(Value::take) {
        Some(Value::String(text)) => Some(text),
        Some(_) | None => None,
    };
    let encoded = text("data").or_else(|| text("blob"));
    let plain = text("text").map(String::into_bytes);
    let declared = || {
        let size = inner.get("size").and_then(Value::as_u64);
        size.and_then(|size| usize::try_from(size).ok())
    };
    let decoded = encoded
        .as_ref()
        .and_then(|base64| LENIENT.decode(base64.trim_ascii()).ok());
    let payload = decoded.or(plain).map(Payload);
    let bytes = payload
        .as_ref()
        .map(|payload| payload.0.len())
        .or_else(|| encoded.map(|base64| base64.len() / 4 * 3))
        .or_else(declared)
        .unwrap_or_default();
    Block::Other(Box::new(Attachment {
        kind,
        mime: field(&inner, "mimeType"),
        bytes,
        name: field(&inner, "name"),
        uri: field(&inner, "uri"),
        payload,
        kept: Kept::No,
    }))
}

fn field(block: &Value, key: &str) -> Option<String> {
    let value = block.get(key).and_then(Value::as_str);
    value.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{Answer, read};
    use crate::mcp::attachment::{Attachment, Kept, Payload};
    use crate::mcp::reply::{Block, ToolReply};
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    #[test]
    fn a_result_is_read_with_its_meta_and_other_blocks_are_measured() {
        let result = json!({
            "content": [
                {"type": "text", "text": "a", "_meta": {"sessionId": "s1"}},
                {"type": "image", "data": "AAAAAAAA", "mimeType": "image/png"},
                {"type": "resource", "resource": {"uri": "u", "text": "hello", "mimeType": "text/plain"}},
                {"type": "text", "text": "b"},
                {"type": "novel", "size": 7},
                5
            ],
            "structuredContent": {"threadId": "t"},
            "isError": true,
            "extra": 1
        });
        let other = |kind: &str, mime: Option<&str>, bytes, payload: Option<&[u8]>| {
            Block::Other(Box::new(Attachment {
                kind: kind.to_owned(),
                mime: mime.map(str::to_owned),
                bytes,
                name: None,
                uri: (kind == "resource").then(|| "u".to_owned()),
                payload: payload.map(|bytes| Payload(bytes.to_vec())),
                kept: Kept::No,
            }))
        };
        let text = |text: &str, meta: Value| Block::Text {
            text: text.to_owned(),
            meta,
        };
        assert_eq!(
            read(result),
            Ok(Answer::Reply(ToolReply {
                blocks: vec![
                    text("a", json!({"sessionId": "s1"})),
                    other("image", Some("image/png"), 6, Some(&[0; 6])),
                    other("resource", Some("text/plain"), 5, Some(b"hello")),
                    text("b", Value::Null),
                    other("novel", None, 7, None),
                    other("", None, 0, None),
                ],
                structured: Some(json!({"threadId": "t"})),
                is_error: true,
            }))
        );
    }

    #[test]
    fn an_empty_object_is_an_empty_reply_and_anything_else_is_none() {
        let empty = ToolReply {
            blocks: vec![],
            structured: None,
            is_error: false,
        };
        assert_eq!(read(json!({})), Ok(Answer::Reply(empty)));
        for wrong in [
            json!(null),
            json!("text"),
            json!({"content": "text"}),
            json!({"resultType": "task"}),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_request_for_input_keeps_its_questions_raw() {
        let result = json!({
            "resultType": "input_required",
            "inputRequests": {"k": {"method": "elicitation/create", "params": {"message": "?", "own": 1}}},
            "requestState": "opaque"
        });
        let question = (
            "elicitation/create".to_owned(),
            json!({"message": "?", "own": 1}),
        );
        assert_eq!(
            read(result),
            Ok(Answer::InputRequired {
                questions: [("k".to_owned(), question)].into(),
                state: Some("opaque".to_owned()),
            })
        );
    }
}
