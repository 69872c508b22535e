//! Questions that a server asks in the middle of a call, and the replies in its own form.
//!
//! Codex asks for leave by `elicitation/create` with fields of its own and wants a `decision` that
//! the standard does not know; the reply carries both, so that it is right for either reading.

use serde_json::{Map, Value, json};

use super::acp::LeaveOptions;
use super::{Heard, sampling, status, text_at};
use crate::core::{Reply, Request, Text};
use crate::mcp::{Ask, AskAnswer, AskReply};

/// A question, and the way its reply goes back.
#[derive(Debug)]
pub(crate) struct Question {
    /// What is asked.
    pub(crate) request: Request,
    /// Which form the reply has.
    pub(crate) style: ReplyStyle,
    /// Where it goes.
    pub(crate) reply: AskReply,
}

/// The forms of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ReplyStyle {
    /// As MCP has it.
    Standard,
    /// With Codex's `decision` beside it.
    Codex,
    /// A model's message, or an error.
    Sampling,
    /// For a question of our own: a result is a yes, an error is a no with its reason.
    Leave,
    /// One of the options that an ACP agent gave.
    Acp(LeaveOptions),
}

impl ReplyStyle {
    /// What tells the server `reply`.
    pub(crate) fn answer(self, reply: &Reply) -> AskAnswer {
        match self {
            Self::Standard => AskAnswer::Result(standard(reply)),
            Self::Codex => AskAnswer::Result(codex(reply)),
            Self::Sampling => sampling::answer(reply),
            Self::Leave => leave(reply),
            Self::Acp(options) => options.answer(reply),
        }
    }
}

/// What a question means. Questions that nobody can answer are refused by being dropped.
pub(super) fn heard(ask: Ask) -> Heard {
    let (request, style) = match ask.method.as_str() {
        "elicitation/create" => request(&ask.params),
        "sampling/createMessage" => (sampling::request(&ask.params), ReplyStyle::Sampling),
        other => return status(format!("asked for {other}, which is not offered here")),
    };
    Heard::Asked(Question {
        request,
        style,
        reply: ask.reply,
    })
}

fn request(params: &Value) -> (Request, ReplyStyle) {
    match text_at(params, "codex_elicitation") {
        "exec-approval" => (exec(params), ReplyStyle::Codex),
        "patch-approval" => (patch(params), ReplyStyle::Codex),
        _ if text_at(params, "mode") == "url" => (url(params), ReplyStyle::Standard),
        _ => (form(params), ReplyStyle::Standard),
    }
}

fn url(params: &Value) -> Request {
    Request::Url {
        message: Text::from(text_at(params, "message")),
        url: text_at(params, "url").to_owned(),
    }
}

fn exec(params: &Value) -> Request {
    let words = params.get("codex_command").and_then(Value::as_array);
    let command = words
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    Request::Exec {
        command,
        cwd: text_at(params, "codex_cwd").to_owned(),
    }
}

fn patch(params: &Value) -> Request {
    let none = Map::new();
    let changes = params
        .get("codex_changes")
        .and_then(Value::as_object)
        .unwrap_or(&none);
    let diff: Vec<String> = changes
        .iter()
        .map(|(path, change)| change_text(path, change))
        .collect();
    Request::Patch {
        files: changes.keys().cloned().collect(),
        diff: Text::from(diff.join("\n")),
    }
}

/// One file of a patch: the unified diff where Codex gives one, else the whole text with signs.
fn change_text(path: &str, change: &Value) -> String {
    let kind = text_at(change, "type");
    let signed = |sign: char| {
        let mut body = String::new();
        for line in text_at(change, "content").lines() {
            body.push(sign);
            body.push_str(line);
            body.push('\n');
        }
        body
    };
    let body = match kind {
        "add" => signed('+'),
        "delete" => signed('-'),
        _ => text_at(change, "unified_diff").to_owned(),
    };
    let target = text_at(change, "move_path");
    if target.is_empty() {
        format!("{kind} {path}\n{body}")
    } else {
        format!("{kind} {path} -> {target}\n{body}")
    }
}

fn form(params: &Value) -> Request {
    let schema = params.get("requestedSchema").cloned().unwrap_or_default();
    Request::Form {
        message: Text::from(text_at(params, "message")),
        schema: Text::from(schema.to_string()),
    }
}

fn leave(reply: &Reply) -> AskAnswer {
    let refused = |why: &str| AskAnswer::Error {
        code: 0,
        message: why.to_owned(),
    };
    match reply {
        Reply::Allow | Reply::AllowForSession => AskAnswer::Result(Value::Null),
        Reply::Deny { reason } => refused(reason),
        Reply::Fill { .. } | Reply::KeepAside | Reply::Hold(_) => {
            refused("leave was asked for, not a form")
        }
    }
}

fn standard(reply: &Reply) -> Value {
    match reply {
        Reply::Allow | Reply::AllowForSession => json!({"action": "accept", "content": {}}),
        Reply::Deny { .. } | Reply::KeepAside | Reply::Hold(_) => json!({"action": "decline"}),
        Reply::Fill { content } => {
            match serde_json::from_str::<Map<String, Value>>(content.as_str()) {
                Ok(content) => json!({"action": "accept", "content": content}),
                Err(_) => json!({"action": "cancel"}),
            }
        }
    }
}

fn codex(reply: &Reply) -> Value {
    let accept = |decision| json!({"action": "accept", "content": {}, "decision": decision});
    let decline = |why: &str| {
        json!({
            "action": "decline",
            "content": {},
            "decision": {"denied": {"rejection": why}},
        })
    };
    match reply {
        Reply::Allow => accept("approved"),
        Reply::AllowForSession => accept("approved_for_session"),
        Reply::Deny { reason } => decline(reason),
        Reply::Fill { .. } | Reply::KeepAside | Reply::Hold(_) => {
            decline("leave was asked for, not a form")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Heard, Question, ReplyStyle, heard};
    use crate::core::{Reply, Request, Text};
    use crate::mcp::{Ask, AskAnswer, AskReply};

    fn ask(method: &str, params: serde_json::Value) -> Heard {
        let (reply, _) = AskReply::channel();
        heard(Ask {
            method: method.to_owned(),
            params,
            reply,
        })
    }

    #[test]
    fn a_patch_shows_what_would_change() {
        let heard = ask(
            "elicitation/create",
            json!({"codex_elicitation": "patch-approval", "codex_changes": {
                "/w/a.txt": {"type": "add", "content": "one\ntwo\n"},
                "/w/b.rs": {"type": "update", "unified_diff": "@@ -1 +1 @@\n-x\n+y\n", "move_path": "/w/c.rs"},
            }}),
        );
        let Heard::Asked(Question { request, style, .. }) = heard else {
            panic!("no question");
        };
        assert_eq!(style, ReplyStyle::Codex);
        assert_eq!(
            request,
            Request::Patch {
                files: vec!["/w/a.txt".to_owned(), "/w/b.rs".to_owned()],
                diff: Text::from(
                    "add /w/a.txt\n+one\n+two\n\nupdate /w/b.rs -> /w/c.rs\n@@ -1 +1 @@\n-x\n+y\n"
                ),
            }
        );
    }

    #[test]
    fn a_form_goes_to_the_operator_with_its_schema() {
        let heard = ask(
            "elicitation/create",
            json!({"message": "Which one?", "requestedSchema": {"type": "object"}}),
        );
        let Heard::Asked(Question { request, style, .. }) = heard else {
            panic!("no question");
        };
        assert_eq!(style, ReplyStyle::Standard);
        assert_eq!(
            request,
            Request::Form {
                message: Text::from("Which one?"),
                schema: Text::from("{\"type\":\"object\"}"),
            }
        );
    }

    #[test]
    fn what_is_not_offered_becomes_a_status_line() {
        let heard = ask("something/else", json!({}));
        assert!(matches!(heard, Heard::Text { .. }), "{heard:?}");
    }

    fn question(method: &str, params: serde_json::Value) -> Request {
        let Heard::Asked(Question { request, .. }) = ask(method, params) else {
            panic!("no question");
        };
        request
    }

    #[test]
    fn an_address_is_told_and_confirmed_without_content() {
        let url = "https://example.org/x".to_owned();
        assert_eq!(
            question(
                "elicitation/create",
                json!({"mode": "url", "message": "Go there.", "url": url, "elicitationId": "e"}),
            ),
            Request::Url {
                message: Text::from("Go there."),
                url
            }
        );
    }

    #[test]
    fn replies_satisfy_codex_and_the_standard() {
        let result = |style: ReplyStyle, reply: &Reply| match style.answer(reply) {
            AskAnswer::Result(result) => result,
            AskAnswer::Error { message, .. } => panic!("{message}"),
        };
        let codex = |reply: &Reply| result(ReplyStyle::Codex, reply);
        assert_eq!(
            codex(&Reply::Allow),
            json!({"action": "accept", "content": {}, "decision": "approved"})
        );
        assert_eq!(
            codex(&Reply::AllowForSession)["decision"],
            json!("approved_for_session")
        );
        let why = "not now".to_owned();
        assert_eq!(
            codex(&Reply::Deny { reason: why })["decision"],
            json!({"denied": {"rejection": "not now"}})
        );
        let fill = |text: &str| {
            let content = Text::from(text);
            result(ReplyStyle::Standard, &Reply::Fill { content })
        };
        assert_eq!(
            fill("{\"a\":1}"),
            json!({"action": "accept", "content": {"a": 1}})
        );
        assert_eq!(fill("nonsense"), json!({"action": "cancel"}));
    }
}
