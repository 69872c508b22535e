//! What a model reads of a call's end: bounded, and without anything that a screen would obey. Pure.

use crate::core::Text;
use crate::core::text::turns;
use crate::mcp::{CallError, ToolReply};

/// The longest result that goes to a model, in bytes.
const RESULT_MAX: usize = 64 * 1024;

/// What came back, with a label for whatever is no text.
pub(in crate::members) fn told(reply: &ToolReply) -> String {
    let mut text = reply.words();
    if text.trim().is_empty()
        && let Some(facts) = &reply.structured
    {
        text = facts.to_string();
    }
    for label in reply.labels() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&label);
    }
    let text = bounded(&text);
    match (reply.is_error, text.trim().is_empty()) {
        (false, false) => text,
        (false, true) => "(done; the tool said nothing)".to_owned(),
        (true, false) => format!("The tool failed: {text}"),
        (true, true) => "The tool failed and said nothing.".to_owned(),
    }
}

/// Why nothing came back.
pub(in crate::members) fn failed(error: &CallError) -> String {
    bounded(&format!("The tool failed: {error}"))
}

fn bounded(text: &str) -> String {
    let plain: String = text.chars().filter(|c| is_plain(*c)).collect();
    Text::from(plain).excerpt(RESULT_MAX).as_str().to_owned()
}

/// Neither control character nor one that turns the direction of writing.
fn is_plain(c: char) -> bool {
    matches!(c, '\n' | '\t') || !(c.is_control() || turns(c))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::{failed, told};
    use crate::mcp::{Attachment, Block, CallError, Kept, ToolReply};

    fn reply(text: &str, structured: Option<Value>, is_error: bool) -> ToolReply {
        ToolReply {
            blocks: vec![Block::Text {
                text: text.to_owned(),
                meta: Value::Null,
            }],
            structured,
            is_error,
        }
    }

    #[test]
    fn a_result_is_plain_and_bounded() {
        assert_eq!(
            told(&reply("a\u{1b}[31m\tb\r\n\u{202e}c", None, false)),
            "a[31m\tb\nc"
        );
        let long = told(&reply(&"x".repeat(1_000_000), None, false));
        assert!(long.len() < 70_000 && long.contains("bytes left out"));
    }

    #[test]
    fn nothing_and_failures_are_said() {
        assert_eq!(told(&reply(" ", Some(json!({"n": 1})), false)), "{\"n\":1}");
        assert_eq!(
            told(&reply("", None, false)),
            "(done; the tool said nothing)"
        );
        assert_eq!(told(&reply("no", None, true)), "The tool failed: no");
        let gone = CallError::Closed {
            server: "x".to_owned(),
            stderr: String::new(),
        };
        assert!(failed(&gone).contains("x ended in the middle"));
    }

    #[test]
    fn what_is_no_text_has_a_label_beside_it() {
        let mut reply = reply("See:", None, false);
        reply.blocks.push(Block::Other(Box::new(Attachment {
            kind: "image".to_owned(),
            mime: Some("image/png".to_owned()),
            bytes: 3,
            name: None,
            uri: None,
            payload: None,
            kept: Kept::At("a.png".to_owned()),
        })));
        assert_eq!(told(&reply), "See:\n[image image/png, 3 B: a.png]");
    }
}
