//! `codex mcp-server`, up to version 0.153.4.
//!
//! Everything streams as `codex/event`; the thread is known from the first one on. A thread keeps
//! the sandbox that it was opened with, so the runner continues a thread only with the same access.
//! After a cancel a thread answers under the wrong request: the core then forgets its handle.

use serde_json::{Map, Value};

use super::codex_events::Events;
use super::{Dialect, Finish, Heard, Opening, ToolRequest, Turn, asks, text_at};
use crate::core::Access;
use crate::mcp::{CallError, Signal, ToolReply};
use crate::members::failure;
use crate::members::setup::CodexOptions;

/// How the server begins to say that it does not know a thread: it was started anew, or the id was
/// never one of its own.
const UNKNOWN_THREAD: [&str; 2] = ["Session not found", "Failed to parse thread_id"];

/// One call of Codex.
#[derive(Debug)]
pub(super) struct Codex {
    options: CodexOptions,
    events: Events,
    continued: bool,
}

impl Codex {
    pub(super) fn new(options: CodexOptions) -> Self {
        Self {
            options,
            events: Events::default(),
            continued: false,
        }
    }

    fn opening(&self, turn: &Turn<'_>) -> Map<String, Value> {
        let (sandbox, policy) = match turn.access {
            Access::Read => ("read-only", "never"),
            Access::Write => ("workspace-write", "on-request"),
        };
        let mut arguments = Map::new();
        arguments.insert("prompt".to_owned(), turn.prompt.into());
        arguments.insert("sandbox".to_owned(), sandbox.into());
        arguments.insert("approval-policy".to_owned(), policy.into());
        arguments.insert(
            "cwd".to_owned(),
            self.options.cwd.to_string_lossy().into_owned().into(),
        );
        if let Some(model) = &self.options.model {
            arguments.insert("model".to_owned(), model.as_str().into());
        }
        if !self.options.config.is_empty() {
            arguments.insert("config".to_owned(), self.options.config.clone().into());
        }
        arguments
    }
}

impl Codex {
    fn request(&mut self, turn: &Turn<'_>) -> ToolRequest {
        let Some(thread) = turn.handle else {
            return ToolRequest {
                tool: "codex".to_owned(),
                arguments: self.opening(turn),
            };
        };
        self.continued = true;
        self.events = Events::of_thread(thread);
        let arguments = Map::from_iter([
            ("threadId".to_owned(), thread.into()),
            ("prompt".to_owned(), turn.prompt.into()),
        ]);
        ToolRequest {
            tool: "codex-reply".to_owned(),
            arguments,
        }
    }
}

impl Dialect for Codex {
    fn open(&mut self, turn: &Turn<'_>) -> Opening {
        Opening::Tool(self.request(turn))
    }

    fn hear(&mut self, signal: Signal) -> Vec<Heard> {
        match signal {
            Signal::Custom { method, params } if method == "codex/event" => {
                self.events.hear(&params)
            }
            Signal::Custom { .. } | Signal::Progress { .. } | Signal::Log { .. } => Vec::new(),
            Signal::Ask(ask) => vec![asks::heard(ask)],
        }
    }

    fn finish(&mut self, outcome: Result<ToolReply, CallError>) -> Finish {
        let reply = match outcome {
            Ok(reply) => reply,
            Err(error) => return Finish::Failed(failure::of_call(&error)),
        };
        let facts = reply.structured.clone().unwrap_or_default();
        let text = match text_at(&facts, "content") {
            "" => reply.text(),
            content => content.to_owned(),
        };
        if reply.is_error {
            let unknown = UNKNOWN_THREAD.iter().any(|begin| text.starts_with(begin));
            if self.continued && unknown {
                return Finish::Forgotten;
            }
            return Finish::Failed(self.events.failure(&text));
        }
        if text.trim().is_empty() {
            return Finish::Failed(failure::of_empty_answer());
        }
        let thread = text_at(&facts, "threadId");
        Finish::Answered {
            text,
            usage: self.events.usage(),
            handle: (!thread.is_empty()).then(|| thread.to_owned()),
        }
    }

    fn stuck(&self) -> Option<&str> {
        self.events.reconnecting()
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::Codex;
    use crate::core::{Access, ContextUse, FailureKind, Purpose, Request, TaskKind, Usage};
    use crate::members::dialect::wire::{played, shown};
    use crate::members::dialect::{Dialect, Finish, Heard, Turn};
    use crate::members::setup::CodexOptions;

    const TURNS: &str = include_str!("../../../tests/golden/wire/codex-turns.jsonl");
    const EXEC: &str = include_str!("../../../tests/golden/wire/codex-exec-approved.jsonl");
    const PATCH: &str = include_str!("../../../tests/golden/wire/codex-patch.jsonl");
    const ERRORS: &str = include_str!("../../../tests/golden/wire/codex-errors.jsonl");
    const THREAD: &str = "01a201da-868b-7963-8084-b39d0b2fd308";

    fn asked(handle: Option<&str>, access: Access) -> (Codex, super::ToolRequest) {
        let mut codex = Codex::new(CodexOptions {
            cwd: "/w".into(),
            ..CodexOptions::default()
        });
        let request = codex.request(&Turn {
            prompt: "Hi",
            handle,
            fork: None,
            fresh: "unused",
            access,
            kind: TaskKind::General,
            purpose: Purpose::Answer,
            tools: &[],
            wishes: &[],
        });
        (codex, request)
    }

    #[test]
    fn a_thread_is_opened_with_the_sandbox_of_its_access() {
        let (_, request) = asked(None, Access::Read);
        assert_eq!(request.tool, "codex");
        assert_eq!(
            json!(request.arguments),
            json!({"prompt": "Hi", "cwd": "/w", "sandbox": "read-only", "approval-policy": "never"})
        );
        let (_, request) = asked(None, Access::Write);
        assert_eq!(request.arguments["sandbox"], json!("workspace-write"));
        assert_eq!(request.arguments["approval-policy"], json!("on-request"));
        let (_, request) = asked(Some(THREAD), Access::Read);
        assert_eq!(request.tool, "codex-reply");
        assert_eq!(
            json!(request.arguments),
            json!({"prompt": "Hi", "threadId": THREAD})
        );
    }

    #[test]
    fn a_recorded_turn_is_streamed_bound_and_counted() {
        let (mut codex, _) = asked(None, Access::Read);
        let (heard, finish) = played(&mut codex, TURNS, 4);
        assert_eq!(
            shown(&heard),
            [
                format!("bound: {THREAD}").as_str(),
                "answer: STUB[1]: ",
                "answer: Say ",
                "answer: hello ",
                "answer: to ",
                "answer: Synod ",
            ]
        );
        assert_eq!(
            finish,
            Finish::Answered {
                text: "STUB[1]: Say hello to Synod ".to_owned(),
                usage: Some(Usage {
                    input: 103,
                    output: 20,
                    cached: Some(10),
                    context: ContextUse::new(123, 258_400),
                    ..Usage::default()
                }),
                handle: Some(THREAD.to_owned()),
            }
        );
    }

    #[test]
    fn a_later_turn_counts_only_its_own_tokens() {
        let (mut codex, _) = asked(Some(THREAD), Access::Read);
        let (_, finish) = played(&mut codex, TURNS, 5);
        let Finish::Answered { usage, .. } = finish else {
            panic!("{finish:?}");
        };
        let usage = usage.unwrap();
        assert_eq!((usage.input, usage.output), (105, 20));
    }

    #[test]
    fn leave_to_run_a_command_is_asked_and_the_command_is_shown() {
        let (mut codex, _) = asked(None, Access::Write);
        let (heard, finish) = played(&mut codex, EXEC, 2);
        let request = heard.iter().find_map(|heard| match heard {
            Heard::Asked(question) => Some(&question.request),
            Heard::Text { .. }
            | Heard::Bound { .. }
            | Heard::Dials { .. }
            | Heard::Handed { .. }
            | Heard::GaveUp(_) => None,
        });
        let expected = Request::Exec {
            command: ["/bin/bash", "-lc", "touch v2_approved && echo ran-approved"]
                .map(str::to_owned)
                .to_vec(),
            cwd: "/scratch/ws".to_owned(),
        };
        assert_eq!(request, Some(&expected));
        let shown = shown(&heard);
        assert!(
            shown.contains(&"status: $ touch v2_approved && echo ran-approved".to_owned()),
            "{shown:?}"
        );
        let Finish::Answered { usage, .. } = finish else {
            panic!("{finish:?}");
        };
        // Two requests to the model in one turn.
        assert_eq!(
            usage.map(|usage| (usage.input, usage.output)),
            Some((208, 40))
        );
    }

    #[test]
    fn a_patch_is_shown_by_its_files() {
        let (mut codex, _) = asked(None, Access::Write);
        let (heard, _) = played(&mut codex, PATCH, 2);
        let shown = shown(&heard);
        assert!(
            shown.contains(&"status: edits /scratch/outside_p.txt".to_owned()),
            "{shown:?}"
        );
    }

    #[test]
    fn recorded_failures_are_told_apart() {
        for (id, kind) in [
            (2, FailureKind::Auth),
            (3, FailureKind::RateLimited),
            (4, FailureKind::Overloaded),
            (5, FailureKind::Refused),
            (6, FailureKind::Protocol),
        ] {
            let (mut codex, _) = asked(None, Access::Read);
            let (_, finish) = played(&mut codex, ERRORS, id);
            let Finish::Failed(failure) = finish else {
                panic!("{id}: {finish:?}");
            };
            assert_eq!(failure.kind, kind, "{id}: {failure}");
        }
    }

    #[test]
    fn a_lost_network_is_shown_and_known_to_be_no_headway() {
        let (mut codex, _) = asked(None, Access::Read);
        let (heard, _) = played(&mut codex, ERRORS, 7);
        let last = shown(&heard).pop();
        assert_eq!(
            last.as_deref(),
            Some(
                "status: Reconnecting... waiting for network (Connection failed: error sending request)"
            )
        );
        assert_eq!(
            codex.stuck(),
            Some("Connection failed: error sending request")
        );
    }

    #[test]
    fn a_thread_that_the_server_forgot_is_no_failure() {
        let (mut codex, _) = asked(Some(THREAD), Access::Read);
        let (_, finish) = played(&mut codex, ERRORS, 8);
        assert_eq!(finish, Finish::Forgotten);
    }

    #[test]
    fn an_empty_answer_is_a_failure() {
        let (mut codex, _) = asked(None, Access::Read);
        let (_, finish) = played(&mut codex, ERRORS, 9);
        assert!(
            matches!(&finish, Finish::Failed(failure) if failure.kind == FailureKind::Malformed),
            "{finish:?}"
        );
    }
}
