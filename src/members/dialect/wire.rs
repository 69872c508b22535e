//! Plays recorded traffic to a dialect, as the connection would deliver it. Tests only.
//!
//! A recording is JSON lines `{"dir": "->" or "<-", "msg": …}`.

use serde_json::Value;

use super::{Dialect, Finish, Heard};
use crate::mcp::{Ask, AskReply, Block, Signal, ToolReply};

/// What a dialect hears of the request `id` in a recording, and what it makes of the end. A request
/// that the recording leaves open ends as a closed connection.
pub(crate) fn played(dialect: &mut dyn Dialect, recording: &str, id: u64) -> (Vec<Heard>, Finish) {
    let mut heard = Vec::new();
    let mut token = Value::Null;
    for line in recording.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let msg = &line["msg"];
        let ours = msg["id"] == id;
        if line["dir"] == "->" {
            if ours {
                token = msg["params"]["_meta"]["progressToken"].clone();
            }
            continue;
        }
        match msg["method"].as_str() {
            None if ours => return (heard, dialect.finish(Ok(reply(&msg["result"])))),
            Some("notifications/progress")
                if !token.is_null() && msg["params"]["progressToken"] == token =>
            {
                heard.extend(dialect.hear(progress(&msg["params"])));
            }
            Some("elicitation/create") => {
                let (reply, _) = AskReply::channel();
                heard.extend(dialect.hear(Signal::Ask(Ask {
                    method: "elicitation/create".to_owned(),
                    params: msg["params"].clone(),
                    reply,
                })));
            }
            Some(method) if msg["params"]["_meta"]["requestId"] == id => {
                heard.extend(dialect.hear(Signal::Custom {
                    method: method.to_owned(),
                    params: msg["params"].clone(),
                }));
            }
            Some(_) | None => {}
        }
    }
    let closed = crate::mcp::CallError::Closed {
        server: "recorded".to_owned(),
        stderr: String::new(),
    };
    (heard, dialect.finish(Err(closed)))
}

/// What was heard, one line each.
pub(crate) fn shown(heard: &[Heard]) -> Vec<String> {
    heard
        .iter()
        .map(|heard| match heard {
            Heard::Text { kind, text } => format!("{kind:?}: {text}").replacen(
                &format!("{kind:?}"),
                &format!("{kind:?}").to_lowercase(),
                1,
            ),
            Heard::Bound { handle } => format!("bound: {handle}"),
            Heard::Dials { dials, .. } => format!("dials: {}", dials.len()),
            Heard::Asked(question) => format!("asked: {:?}", question.request),
            Heard::Handed { servers } => format!("handed: {servers:?}"),
            Heard::GaveUp(failure) => format!("gave up: {}", failure.kind.word()),
        })
        .collect()
}

fn progress(params: &Value) -> Signal {
    Signal::Progress {
        progress: params["progress"].as_f64().unwrap_or_default(),
        total: params["total"].as_f64(),
        message: params["message"].as_str().map(str::to_owned),
        meta: params["_meta"].clone(),
    }
}

fn reply(result: &Value) -> ToolReply {
    let blocks = result["content"].as_array().cloned().unwrap_or_default();
    ToolReply {
        blocks: blocks
            .iter()
            .map(|block| Block::Text {
                text: block["text"].as_str().unwrap_or_default().to_owned(),
                meta: block["_meta"].clone(),
            })
            .collect(),
        structured: result.get("structuredContent").cloned(),
        is_error: result["isError"] == true,
    }
}
