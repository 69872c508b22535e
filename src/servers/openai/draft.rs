//! What is known of an answer while it arrives, and the judgement when it ends.

use serde_json::Value;

use crate::servers::chat::{Channel, Failure, FailureKind, ToolCall, Usage};

/// The longest answer that is accepted, in bytes.
const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;

/// The most calls of tools in one answer; who wants more is lost.
const MAX_CALLS: usize = 64;

/// A piece of text that has just arrived.
pub(super) type Piece = (Channel, String);

/// An answer in the making.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The text so far.
    pub(super) content: String,
    /// The calls of tools that the model wants.
    pub(super) calls: Vec<ToolCall>,
    /// What the model said instead of an answer, if it declined.
    pub(super) refusal: String,
    /// Model as the endpoint names it.
    pub(super) model: Option<String>,
    /// Tokens, once reported.
    pub(super) usage: Option<Usage>,
    /// Why it ended; `None` while it has not.
    pub(super) finish_reason: Option<String>,
}

impl Draft {
    /// Adds text of the answer and gives it back as a piece to send on.
    pub(super) fn add(&mut self, text: &str) -> Result<Option<Piece>, Failure> {
        if self.content.len() + text.len() > MAX_ANSWER_BYTES {
            return Err(Failure::new(
                FailureKind::Malformed,
                "the endpoint sent more than 16 MiB of answer; it was cut off",
            ));
        }
        self.content.push_str(text);
        Ok((!text.is_empty()).then(|| (Channel::Text, text.to_owned())))
    }

    /// Adds to the call at `place`, or begins it; an id that differs begins another one, for
    /// endpoints that do not count.
    pub(super) fn add_call(&mut self, place: usize, part: &ToolCall) -> Result<(), Failure> {
        let size =
            |calls: &[ToolCall]| calls.iter().map(|call| call.arguments.len()).sum::<usize>();
        if self.calls.len() > MAX_CALLS
            || size(&self.calls) + part.arguments.len() > MAX_ANSWER_BYTES
        {
            return Err(Failure::new(
                FailureKind::Malformed,
                "the endpoint wants more tools called than anybody could",
            ));
        }
        let known = self
            .calls
            .get_mut(place)
            .filter(|call| part.id.is_empty() || call.id.is_empty() || call.id == part.id);
        match known {
            Some(call) => {
                if call.id.is_empty() {
                    call.id.clone_from(&part.id);
                }
                call.name.push_str(&part.name);
                call.arguments.push_str(&part.arguments);
            }
            None => self.calls.push(part.clone()),
        }
        Ok(())
    }

    /// Judges the answer now that nothing more comes.
    pub(super) fn finish(mut self) -> Result<Self, Failure> {
        if self.finish_reason.is_none() {
            return Err(Failure::new(
                FailureKind::Network,
                "the endpoint broke off in the middle of the answer",
            ));
        }
        for (place, call) in self.calls.iter_mut().enumerate() {
            if call.id.is_empty() {
                call.id = format!("call_{place}");
            }
        }
        if !self.content.trim().is_empty() || !self.calls.is_empty() {
            return Ok(self);
        }
        let said = self.refusal.trim();
        if !said.is_empty() {
            return Err(Failure::new(
                FailureKind::Refused,
                format!("the model declined: {said}"),
            ));
        }
        Err(match self.finish_reason.as_deref() {
            Some("content_filter") => Failure::new(
                FailureKind::Refused,
                "the endpoint's content filter withheld the answer",
            ),
            Some("length") => Failure::new(
                FailureKind::Malformed,
                "the model used up its length limit before it answered",
            ),
            Some(_) | None => {
                Failure::new(FailureKind::Malformed, "the model sent an empty answer")
            }
        })
    }
}

/// Reads usage by the names of either dialect.
pub(super) fn usage(value: &Value, input: &str, output: &str) -> Option<Usage> {
    Some(Usage {
        input: value.get(input)?.as_u64()?,
        output: value.get(output)?.as_u64()?,
        cached: value
            .get(format!("{input}_details"))
            .and_then(|details| details.get("cached_tokens"))
            .and_then(Value::as_u64),
    })
}

/// The string at `key`, empty when there is none.
pub(super) fn text_at<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(reason: &str, content: &str, refusal: &str) -> Result<String, FailureKind> {
        let draft = Draft {
            content: content.to_owned(),
            refusal: refusal.to_owned(),
            finish_reason: Some(reason.to_owned()),
            ..Draft::default()
        };
        draft
            .finish()
            .map(|draft| draft.content)
            .map_err(|failure| failure.kind)
    }

    #[test]
    fn nothing_is_never_an_answer() {
        assert_eq!(ended("stop", "yes", ""), Ok("yes".to_owned()));
        assert_eq!(ended("stop", " \n", ""), Err(FailureKind::Malformed));
        assert_eq!(ended("content_filter", "", ""), Err(FailureKind::Refused));
        assert_eq!(ended("stop", "", "I cannot"), Err(FailureKind::Refused));
        let cut = Draft {
            content: "half an ans".to_owned(),
            ..Draft::default()
        };
        assert_eq!(cut.finish().unwrap_err().kind, FailureKind::Network);
    }
}
