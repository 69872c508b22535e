//! The `codex/event` stream of one turn.
//!
//! The text of a turn comes several times (as pieces, as an item, as a message, at the end); only
//! the pieces are used, or the message where a model does not stream. Tokens are counted over the
//! whole thread, so what a turn used is the difference.

use serde_json::Value;

use super::{Heard, status, text_at};
use crate::core::{ContextUse, DeltaKind, Failure, FailureKind, Usage};
use crate::members::failure::{self, Clues};

/// The longest status line, in characters.
const LINE_MAX: usize = 300;

/// What is known of a turn so far.
#[derive(Debug, Default)]
pub(super) struct Events {
    thread: Option<String>,
    answer: Stream,
    reasoning: Stream,
    tokens: Option<Tokens>,
    context: Option<ContextUse>,
    error: Option<Error>,
    reconnecting: Option<String>,
}

/// One kind of streamed text.
#[derive(Debug, Default)]
struct Stream {
    /// The part that the last piece belonged to.
    part: Option<String>,
    /// Whether pieces came since the last whole text.
    pieces: bool,
}

#[derive(Debug, Clone, Copy)]
struct Tokens {
    /// Of the thread before this turn.
    before: Counted,
    /// Of the thread now.
    now: Counted,
}

/// Tokens as Codex counts them.
#[derive(Debug, Clone, Copy)]
struct Counted {
    input: u64,
    output: u64,
    /// Those of the input that came from a cache.
    cached: Option<u64>,
}

impl Counted {
    fn read(usage: &Value) -> Option<Self> {
        let count = |key| usage.get(key).and_then(Value::as_u64);
        Some(Self {
            input: count("input_tokens")?,
            output: count("output_tokens")?,
            cached: count("cached_input_tokens"),
        })
    }

    fn without(self, later: Self) -> Self {
        Self {
            input: self.input.saturating_sub(later.input),
            output: self.output.saturating_sub(later.output),
            cached: self
                .cached
                .zip(later.cached)
                .map(|(all, later)| all.saturating_sub(later)),
        }
    }
}

/// What Codex itself says of an error.
#[derive(Debug)]
struct Error {
    word: String,
    status: Option<u16>,
}

impl Events {
    /// The events of a turn in a known thread; those of others are not heard.
    pub(super) fn of_thread(thread: &str) -> Self {
        Self {
            thread: Some(thread.to_owned()),
            ..Self::default()
        }
    }

    /// What the parameters of one `codex/event` mean.
    pub(super) fn hear(&mut self, params: &Value) -> Vec<Heard> {
        let thread = params.get("_meta").map(|meta| text_at(meta, "threadId"));
        let foreign = match (&self.thread, thread) {
            (Some(ours), Some(theirs)) => !theirs.is_empty() && ours != theirs,
            (Some(_) | None, Some(_) | None) => false,
        };
        let Some(event) = params.get("msg").filter(|_| !foreign) else {
            return Vec::new();
        };
        let kind = text_at(event, "type");
        if !matches!(kind, "stream_error" | "warning" | "token_count" | "error") {
            self.reconnecting = None;
        }
        match kind {
            "session_configured" => self.configured(event),
            "agent_message_content_delta" => self.piece(DeltaKind::Answer, event),
            "reasoning_content_delta" | "reasoning_raw_content_delta" => {
                self.piece(DeltaKind::Reasoning, event)
            }
            "agent_message" => self.whole(DeltaKind::Answer, text_at(event, "message")),
            "agent_reasoning" => self.whole(DeltaKind::Reasoning, text_at(event, "text")),
            "exec_command_begin" => vec![line(&format!("$ {}", command(event)))],
            "exec_command_end" => ended(event).as_deref().map(line).into_iter().collect(),
            "patch_apply_begin" => vec![line(&format!("edits {}", files(event)))],
            "patch_apply_end" if event.get("success") == Some(&Value::Bool(false)) => {
                vec![line("the edit failed")]
            }
            "mcp_tool_call_begin" => vec![line(&format!("calls {}", tool(event)))],
            "web_search_begin" => vec![line("searches the web")],
            "token_count" => {
                self.count(event);
                Vec::new()
            }
            "stream_error" => self.interrupted(event),
            "error" => {
                self.error = Some(error(event));
                Vec::new()
            }
            "turn_aborted" => vec![Heard::GaveUp(failure::of_kind(
                FailureKind::Refused,
                &format!("Codex aborted the turn ({})", text_at(event, "reason")),
            ))],
            _ => Vec::new(),
        }
    }

    /// What this turn used, when Codex counted.
    pub(super) fn usage(&self) -> Option<Usage> {
        let Tokens { before, now } = self.tokens?;
        let used = now.without(before);
        Some(Usage {
            input: used.input,
            output: used.output,
            cached: used.cached,
            context: self.context,
            ..Usage::default()
        })
    }

    /// The failure that Codex put into `text`.
    pub(super) fn failure(&self, text: &str) -> Failure {
        let clues = self.error.as_ref().map(|error| Clues {
            status: error.status,
            word: Some(error.word.as_str()).filter(|word| *word != "other"),
            retry_after: None,
        });
        failure::of_text(text, clues.unwrap_or_default())
    }

    /// Why Codex waits for its provider, while it does.
    pub(super) fn reconnecting(&self) -> Option<&str> {
        self.reconnecting.as_deref()
    }

    fn configured(&mut self, event: &Value) -> Vec<Heard> {
        let thread = match text_at(event, "thread_id") {
            "" => text_at(event, "session_id"),
            thread => thread,
        };
        if thread.is_empty() || self.thread.as_deref() == Some(thread) {
            return Vec::new();
        }
        self.thread = Some(thread.to_owned());
        vec![Heard::Bound {
            handle: thread.to_owned(),
        }]
    }

    fn stream(&mut self, kind: DeltaKind) -> &mut Stream {
        match kind {
            DeltaKind::Answer | DeltaKind::Status => &mut self.answer,
            DeltaKind::Reasoning => &mut self.reasoning,
        }
    }

    fn piece(&mut self, kind: DeltaKind, event: &Value) -> Vec<Heard> {
        let part = format!(
            "{} {}",
            text_at(event, "item_id"),
            event.get("summary_index").unwrap_or(&Value::Null)
        );
        let stream = self.stream(kind);
        stream.pieces = true;
        let gap = match &stream.part {
            Some(before) if *before != part => "\n\n",
            Some(_) | None => "",
        };
        stream.part = Some(part);
        text(kind, format!("{gap}{}", text_at(event, "delta")))
    }

    /// A text that was streamed before, or was not.
    fn whole(&mut self, kind: DeltaKind, whole: &str) -> Vec<Heard> {
        let stream = self.stream(kind);
        if std::mem::take(&mut stream.pieces) {
            return Vec::new();
        }
        let gap = if stream.part.is_some() { "\n\n" } else { "" };
        stream.part = Some(String::new());
        text(kind, format!("{gap}{whole}"))
    }

    fn count(&mut self, event: &Value) {
        let Some(info) = event.get("info") else {
            return;
        };
        let counted = |key: &str| Counted::read(info.get(key)?);
        let (Some(now), Some(last)) = (counted("total_token_usage"), counted("last_token_usage"))
        else {
            return;
        };
        let window = info.get("model_context_window").and_then(Value::as_u64);
        // The last request held the whole conversation, and its answer is a part of it now.
        let taken = last.input.saturating_add(last.output);
        self.context = window.and_then(|window| ContextUse::new(taken, window));
        let before = self
            .tokens
            .map_or_else(|| now.without(last), |tokens| tokens.before);
        self.tokens = Some(Tokens { before, now });
    }

    fn interrupted(&mut self, event: &Value) -> Vec<Heard> {
        let message = text_at(event, "message");
        let details = text_at(event, "additional_details");
        let why = if details.is_empty() { message } else { details };
        self.reconnecting = Some(why.to_owned());
        if details.is_empty() {
            vec![line(message)]
        } else {
            vec![line(&format!("{message} ({details})"))]
        }
    }
}

fn text(kind: DeltaKind, text: String) -> Vec<Heard> {
    if text.is_empty() {
        return Vec::new();
    }
    vec![Heard::Text { kind, text }]
}

fn line(text: &str) -> Heard {
    let one = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match one.char_indices().nth(LINE_MAX) {
        Some((end, _)) => status(format!("{}…", one.get(..end).unwrap_or_default())),
        None => status(one),
    }
}

/// The command as a person would type it: what is inside `bash -lc` stands for the whole.
fn command(event: &Value) -> String {
    let words: Vec<&str> = event
        .get("command")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    match words.as_slice() {
        [_, "-lc" | "-c", script] => (*script).to_owned(),
        words => words.join(" "),
    }
}

fn ended(event: &Value) -> Option<String> {
    let code = event.get("exit_code").and_then(Value::as_i64)?;
    (code != 0).then(|| format!("exit {code}: {}", command(event)))
}

fn files(event: &Value) -> String {
    let changes = event.get("changes").and_then(Value::as_object);
    let paths: Vec<&str> = changes
        .into_iter()
        .flat_map(|changes| changes.keys().map(String::as_str))
        .collect();
    paths.join(", ")
}

fn tool(event: &Value) -> String {
    let invocation = event.get("invocation").unwrap_or(&Value::Null);
    format!(
        "{}.{}",
        text_at(invocation, "server"),
        text_at(invocation, "tool")
    )
}

/// `"other"`, or an object whose only key is the word and which may hold a status.
fn error(event: &Value) -> Error {
    let info = event.get("codex_error_info").unwrap_or(&Value::Null);
    let (word, detail) = match info {
        Value::String(word) => (word.as_str(), None),
        Value::Object(object) => object
            .iter()
            .next()
            .map_or(("", None), |(word, detail)| (word.as_str(), Some(detail))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => ("", None),
    };
    let status = detail
        .and_then(|detail| detail.get("http_status_code"))
        .and_then(Value::as_u64)
        .and_then(|status| u16::try_from(status).ok());
    Error {
        word: word.to_owned(),
        status,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Events;
    use crate::members::dialect::wire::shown;

    fn hear(events: &mut Events, msg: &serde_json::Value) -> Vec<String> {
        shown(&events.hear(&json!({"_meta": {"threadId": "t"}, "msg": msg})))
    }

    #[test]
    fn a_model_that_does_not_stream_is_heard_all_the_same() {
        let mut events = Events::default();
        let delta = |item: &str, delta: &str| json!({"type": "agent_message_content_delta", "item_id": item, "delta": delta});
        let whole = |text: &str| json!({"type": "agent_message", "message": text});
        assert_eq!(
            hear(&mut events, &delta("a", "I look.")),
            ["answer: I look."]
        );
        assert!(hear(&mut events, &whole("I look.")).is_empty());
        assert_eq!(hear(&mut events, &whole("Done.")), ["answer: \n\nDone."]);
        assert_eq!(hear(&mut events, &delta("c", "End")), ["answer: \n\nEnd"]);
    }

    #[test]
    fn events_of_another_thread_are_not_ours() {
        let mut events = Events::of_thread("mine");
        let msg = json!({"type": "agent_message", "message": "x"});
        assert!(hear(&mut events, &msg).is_empty());
    }

    #[test]
    fn reasoning_is_told_apart_by_its_parts() {
        let mut events = Events::default();
        let delta = |index: u32, delta: &str| {
            json!({"type": "reasoning_content_delta", "item_id": "r", "summary_index": index,
                "delta": delta})
        };
        assert_eq!(hear(&mut events, &delta(0, "one")), ["reasoning: one"]);
        assert_eq!(hear(&mut events, &delta(1, "two")), ["reasoning: \n\ntwo"]);
        let whole = json!({"type": "agent_reasoning", "text": "one two"});
        assert!(hear(&mut events, &whole).is_empty());
    }

    #[test]
    fn an_aborted_turn_is_given_up_at_once() {
        let mut events = Events::default();
        let msg = json!({"type": "turn_aborted", "reason": "interrupted"});
        assert_eq!(hear(&mut events, &msg), ["gave up: refused"]);
    }

    #[test]
    fn headway_ends_the_waiting() {
        let mut events = Events::default();
        hear(
            &mut events,
            &json!({"type": "stream_error", "message": "Reconnecting... 1/5"}),
        );
        assert_eq!(events.reconnecting(), Some("Reconnecting... 1/5"));
        let delta = json!({"type": "agent_message_content_delta", "item_id": "a", "delta": "x"});
        hear(&mut events, &delta);
        assert_eq!(events.reconnecting(), None);
    }
}
