//! One line of an agent, and one of ours. Pure.
//!
//! Read leniently: bytes that are no UTF-8 are replaced, halves of surrogate pairs too (agents written
//! in JavaScript cut text in the middle of one), `jsonrpc` may be missing, and an id may be a number
//! or a number in a string. What is no message at all is noise.

use serde_json::{Map, Value, json};

/// What a line says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Frame {
    /// The answer to a request of ours.
    Reply {
        id: u64,
        outcome: Result<Value, Refused>,
    },
    /// The agent asks something; the id goes back as it came.
    Request {
        id: Value,
        method: String,
        params: Value,
    },
    /// The agent tells something.
    Notice { method: String, params: Value },
}

/// An error that an agent answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    /// The HTTP status of its provider where it tells one, else its own code.
    pub(super) code: i64,
    /// The most telling of its words; untrusted.
    pub(super) message: String,
}

/// Reads a line; none where it is no message.
pub(super) fn parse(line: &[u8]) -> Option<Frame> {
    let Value::Object(mut message) = value(line)? else {
        return None;
    };
    let params = message.remove("params").unwrap_or(Value::Null);
    let id = message.remove("id").filter(|id| !id.is_null());
    match (message.remove("method"), id) {
        (Some(Value::String(method)), Some(id)) => Some(Frame::Request { id, method, params }),
        (Some(Value::String(method)), None) => Some(Frame::Notice { method, params }),
        (_, Some(id)) => {
            let id = id.as_u64().or_else(|| id.as_str()?.parse().ok())?;
            let outcome = outcome(&mut message)?;
            Some(Frame::Reply { id, outcome })
        }
        (_, None) => None,
    }
}

fn outcome(message: &mut Map<String, Value>) -> Option<Result<Value, Refused>> {
    match message.get("error") {
        Some(error) if !error.is_null() => Some(Err(Refused::of(error))),
        Some(_) | None => message.remove("result").map(Ok),
    }
}

fn value(line: &[u8]) -> Option<Value> {
    if let Ok(value) = serde_json::from_slice(line) {
        return Some(value);
    }
    let text = String::from_utf8_lossy(line);
    serde_json::from_str(&text)
        .or_else(|_| serde_json::from_str(&whole(&text)))
        .ok()
}

/// The text with `\ud83d` and the like replaced wherever its other half is missing.
fn whole(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        mended.push_str(before);
        let taken = match half(from) {
            Some(first) if (0xd800..0xdc00).contains(&first) => {
                let second = from.get(6..).and_then(half);
                match second {
                    Some(second) if (0xdc00..0xe000).contains(&second) => from.get(..12),
                    Some(_) | None => None,
                }
            }
            Some(0xdc00..0xe000) => None,
            Some(_) => from.get(..6),
            // An escape of one character; the character after it is no escape's beginning.
            None => from.get(..2).or(Some(from)),
        };
        mended.push_str(taken.unwrap_or("\\ufffd"));
        let used = taken.map_or(6, str::len);
        rest = from.get(used..).unwrap_or_default();
    }
    mended.push_str(rest);
    mended
}

/// The number of a `\uXXXX` at the start.
fn half(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}

impl Refused {
    fn of(error: &Value) -> Self {
        let data = error.get("data").unwrap_or(&Value::Null);
        let message = error.get("message").and_then(Value::as_str);
        let message = message.unwrap_or_default().trim();
        let detail = ["message", "details", "error"]
            .iter()
            .find_map(|key| data.get(key).and_then(Value::as_str))
            .or_else(|| data.as_str())
            .unwrap_or_default()
            .trim();
        let code = status(data, 4).or_else(|| error.get("code").and_then(Value::as_i64));
        Self {
            code: code.unwrap_or_default(),
            message: match (message, detail) {
                ("", "") => "it gave no reason".to_owned(),
                // The words of the protocol itself tell nobody anything.
                ("" | "Internal error", detail) if !detail.is_empty() => detail.to_owned(),
                (message, detail) if detail.is_empty() || message.contains(detail) => {
                    message.to_owned()
                }
                (message, detail) => format!("{message}: {detail}"),
            },
        }
    }
}

/// The status of a provider's answer somewhere in an error's data.
fn status(data: &Value, depth: usize) -> Option<i64> {
    let object = data.as_object().filter(|_| depth > 0)?;
    let here = object.get("http_status_code").and_then(Value::as_i64);
    here.or_else(|| object.values().find_map(|value| status(value, depth - 1)))
}

/// A request of ours as a line.
pub(super) fn request(id: u64, method: &str, params: &Value) -> Vec<u8> {
    line(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
}

/// A notice of ours as a line.
pub(super) fn notice(method: &str, params: &Value) -> Vec<u8> {
    line(&json!({"jsonrpc": "2.0", "method": method, "params": params}))
}

/// A result for a request of the agent as a line.
pub(super) fn result(id: &Value, result: &Value) -> Vec<u8> {
    line(&json!({"jsonrpc": "2.0", "id": id, "result": result}))
}

/// An error for a request of the agent as a line.
pub(super) fn error(id: &Value, code: i64, message: &str) -> Vec<u8> {
    line(&json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}}))
}

fn line(message: &Value) -> Vec<u8> {
    let mut line = message.to_string().into_bytes();
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::{Frame, Refused, parse, whole};

    fn reply(line: &str) -> Result<Value, Refused> {
        match parse(line.as_bytes()) {
            Some(Frame::Reply { id: 3, outcome }) => outcome,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_real_agents_send_is_read_though_it_is_not_quite_the_protocol() {
        assert_eq!(reply(r#"{"id":3,"result":{}}"#), Ok(json!({})));
        assert_eq!(
            reply(r#"{"jsonrpc":"2.0","id":"3","result":null}"#),
            Ok(Value::Null)
        );
        assert_eq!(reply(r#"{"id":3,"error":null,"result":1}"#), Ok(json!(1)));
        let asked = parse(br#"{"method":"m","id":"a-b"}"#);
        assert_eq!(
            asked,
            Some(Frame::Request {
                id: json!("a-b"),
                method: "m".to_owned(),
                params: Value::Null
            })
        );
        let told = parse(br#"{"method":"m","id":null,"params":[]}"#);
        assert_eq!(
            told,
            Some(Frame::Notice {
                method: "m".to_owned(),
                params: json!([])
            })
        );
    }

    #[test]
    fn noise_is_no_message() {
        for line in [
            "",
            "Ripgrep is not available",
            "[]",
            "3",
            "{}",
            r#"{"id":3}"#,
            r#"{"id":[]}"#,
        ] {
            assert_eq!(parse(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn broken_text_costs_a_character_and_never_the_message() {
        let told = parse(b"{\"method\":\"m\",\"params\":\"a\xffb\"}");
        let Some(Frame::Notice { params, .. }) = told else {
            panic!("{told:?}");
        };
        assert_eq!(params, json!("a\u{fffd}b"));
        let told = parse(br#"{"method":"m","params":"a\ud83d"}"#);
        let Some(Frame::Notice { params, .. }) = told else {
            panic!("{told:?}");
        };
        assert_eq!(params, json!("a\u{fffd}"));
    }

    #[test]
    fn only_halves_without_their_other_half_are_replaced() {
        assert_eq!(
            whole(r"\ud83d\ude00 \u00e9 \\ud83d \n"),
            r"\ud83d\ude00 \u00e9 \\ud83d \n"
        );
        assert_eq!(whole(r"\ud83dx\ude00\"), r"\ufffdx\ufffd\");
        assert_eq!(whole(r"\ud83d\ud83d\ude00"), r"\ufffd\ud83d\ude00");
    }

    #[test]
    fn an_error_tells_the_provider_s_words_and_status() {
        let codex = json!({"code": -32603, "message": "Internal error", "data": {
            "message": "exceeded retry limit, last status: 429 Too Many Requests",
            "codex_error_info": {"response_too_many_failed_attempts": {"http_status_code": 429}},
        }});
        assert_eq!(
            Refused::of(&codex),
            Refused {
                code: 429,
                message: "exceeded retry limit, last status: 429 Too Many Requests".to_owned()
            }
        );
        let gemini = json!({"code": 401, "message": "no key"});
        assert_eq!(Refused::of(&gemini).code, 401);
        let opencode =
            json!({"code": -32603, "message": "Internal error: x", "data": {"service": "s"}});
        assert_eq!(Refused::of(&opencode).message, "Internal error: x");
        let both = json!({"code": -32602, "message": "Invalid params", "data": "no cwd"});
        assert_eq!(Refused::of(&both).message, "Invalid params: no cwd");
        assert_eq!(Refused::of(&json!("x")).message, "it gave no reason");
    }
}
