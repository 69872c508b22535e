//! What a server offers and what it then gives, in the words of the core: bounded, and in order. Pure.

use crate::core::offering::TEXT_MAX;
use crate::core::text::{head, one_line};
use crate::core::{PromptOffer, PromptQuestion, ResourceEntry};
use crate::mcp::{Block, PromptInfo, PromptMessage, ResourceInfo, Speaker};

/// The longest name of a prompt or of an argument, in bytes. By a part of it nothing could be asked.
const NAME_MAX: usize = 128;
/// The longest address, in bytes.
const URI_MAX: usize = 2 * 1024;
/// How much of a title is shown, in bytes.
pub(super) const TITLE_MAX: usize = 120;
/// How much of a description, or of what a server says of a failure, is shown, in bytes.
pub(super) const WORDS_MAX: usize = 300;

/// A prompt as it is shown; none where it could not be asked for by what is shown of it.
pub(super) fn prompt(listed: PromptInfo) -> Option<PromptOffer> {
    let question = |argument: crate::mcp::PromptArgument| {
        (argument.name.len() <= NAME_MAX).then(|| PromptQuestion {
            name: argument.name,
            description: one_line(&argument.description, WORDS_MAX),
            required: argument.required,
        })
    };
    // Without one of its arguments it could not be asked for.
    let arguments: Option<Vec<PromptQuestion>> =
        listed.arguments.into_iter().map(question).collect();
    let arguments = arguments.filter(|_| listed.name.len() <= NAME_MAX)?;
    Some(PromptOffer {
        name: listed.name,
        title: one_line(&listed.title, TITLE_MAX),
        description: one_line(&listed.description, WORDS_MAX),
        arguments,
    })
}

/// A resource as it is shown; none where its address is too long to be shown whole.
pub(super) fn resource(listed: ResourceInfo) -> Option<ResourceEntry> {
    (listed.uri.len() <= URI_MAX).then(|| ResourceEntry {
        uri: listed.uri,
        name: one_line(&listed.name, TITLE_MAX),
        description: one_line(&listed.description, WORDS_MAX),
        mime: listed.mime.map(|mime| one_line(&mime, TITLE_MAX)),
        bytes: listed.bytes,
    })
}

/// The messages of a prompt. Where they are a conversation, each begins with who says it.
pub(super) fn spoken(messages: &[PromptMessage]) -> String {
    let all_ask = messages.iter().all(|message| message.by == Speaker::User);
    let told = messages.iter().map(|message| {
        let said = whole(&message.blocks);
        match message.by {
            _ if all_ask => said,
            Speaker::User => format!("User: {said}"),
            Speaker::Assistant => format!("Assistant: {said}"),
        }
    });
    bounded(told.collect::<Vec<_>>().join("\n\n"))
}

/// All that is text, and a label for each of the rest; cut where it is too long.
pub(super) fn text(blocks: &[Block]) -> String {
    bounded(whole(blocks))
}

fn whole(blocks: &[Block]) -> String {
    let told = blocks.iter().map(|block| match block {
        Block::Text { text, .. } => text.clone(),
        Block::Other(attachment) => match attachment.text() {
            Some(text) => format!("{}\n{text}", attachment.label()),
            None => attachment.label(),
        },
    });
    told.collect::<Vec<_>>().join("\n\n")
}

fn bounded(whole: String) -> String {
    let kept = head(&whole, TEXT_MAX);
    match whole.len() - kept.len() {
        0 => whole,
        cut => format!("{kept}\n[… {cut} bytes more are left out]"),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::{NAME_MAX, prompt, spoken, text};
    use crate::core::offering::TEXT_MAX;
    use crate::mcp::{
        Attachment, Block, Kept, Payload, PromptArgument, PromptInfo, PromptMessage, Speaker,
    };

    fn attachment(mime: &str, bytes: &[u8]) -> Block {
        Block::Other(Box::new(Attachment {
            kind: "resource".to_owned(),
            mime: Some(mime.to_owned()),
            bytes: bytes.len(),
            name: None,
            uri: Some("demo://a".to_owned()),
            payload: Some(Payload(bytes.to_vec())),
            kept: Kept::No,
        }))
    }

    #[test]
    fn text_is_told_and_what_is_none_has_a_label() {
        let said = |text: &str| Block::Text {
            text: text.to_owned(),
            meta: serde_json::Value::Null,
        };
        let blocks = [
            said("Look:"),
            attachment("text/plain", b"hello"),
            attachment("image/png", &[0x89, 0xff]),
        ];
        assert_eq!(
            text(&blocks),
            "Look:\n\n[resource text/plain, 5 B: demo://a]\nhello\n\n\
             [resource image/png, 2 B: demo://a]"
        );
        let long = text(&[said(&"ä".repeat(TEXT_MAX))]);
        assert!(long.len() < TEXT_MAX + 60 && long.ends_with("bytes more are left out]"));
    }

    #[test]
    fn a_prompt_that_is_a_conversation_says_who_says_what() {
        let message = |by, text: &str| PromptMessage {
            by,
            blocks: vec![Block::Text {
                text: text.to_owned(),
                meta: serde_json::Value::Null,
            }],
        };
        let asks = [message(Speaker::User, "a"), message(Speaker::User, "b")];
        assert_eq!(spoken(&asks), "a\n\nb");
        let talk = [
            message(Speaker::User, "a"),
            message(Speaker::Assistant, "b"),
        ];
        assert_eq!(spoken(&talk), "User: a\n\nAssistant: b");
        let long = spoken(&[message(Speaker::User, &"x".repeat(TEXT_MAX + 1))]);
        assert!(long.ends_with("bytes more are left out]"));
    }

    #[test]
    fn what_a_server_says_of_a_prompt_is_bounded() {
        let listed = |name: String, argument: String| PromptInfo {
            name,
            title: "t\n\u{1b}[31m".repeat(500),
            description: "d ".repeat(5_000),
            arguments: vec![PromptArgument {
                name: argument,
                description: "x".repeat(5_000),
                required: true,
            }],
        };
        let short = || "a".to_owned();
        let long = || "a".repeat(NAME_MAX + 1);
        let offer = prompt(listed(short(), short())).unwrap();
        let lengths = [&offer.title, &offer.description].map(String::len);
        assert!(lengths.iter().all(|length| *length < 310), "{lengths:?}");
        assert!(offer.arguments[0].description.len() < 310);
        assert!(!offer.title.contains('\u{1b}'));
        assert_eq!(prompt(listed(long(), short())), None);
        assert_eq!(prompt(listed(short(), long())), None);
    }
}
