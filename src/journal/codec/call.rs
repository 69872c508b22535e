//! Calls: started and ended, with answers, usage and failures.

use serde::{Deserialize, Serialize};

use super::wire_words;
use crate::core::{self, CallId, Event, SessionId, Span, TaskId, Text};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Started {
    pub(super) call: CallId,
    pub(super) task: TaskId,
    pub(super) session: SessionId,
    pub(super) purpose: Purpose,
    pub(super) access: Access,
    pub(super) prompt: Text,
    pub(super) inputs: Vec<Input>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Purpose {
    Answer,
    Council,
    Step(u32),
    Repair,
    Thought(u32),
    ThoughtAgain(u32),
    Conclude,
    Plan,
    PlanAgain,
    Gather,
}

wire_words!(Access = core::Access { Read = "read", Write = "write" });

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Input {
    Answer(CallId),
    Result(TaskId),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ended {
    pub(super) call: CallId,
    pub(super) ending: Ending,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Ending {
    Answered(Answer),
    Failed { failure: Failure, partial: Text },
    Cancelled { partial: Text },
    Interrupted,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    text: Text,
    #[serde(rename = "final")]
    block: Option<FinalAnswer>,
    usage: Usage,
    first_text_ms: Option<Span>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FinalAnswer {
    kind: AnswerKind,
    value: String,
    key: String,
    confidence: Option<f64>,
}

wire_words!(AnswerKind = core::AnswerKind {
    Choice = "choice",
    Number = "number",
    YesNo = "yesno",
    Code = "code",
    Json = "json",
    Text = "text",
});

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Usage {
    input: u64,
    output: u64,
    micro_usd: u64,
    estimated: bool,
    cached: Option<u64>,
    context: Option<ContextUse>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContextUse {
    used: u64,
    window: u64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Failure {
    kind: FailureKind,
    message: String,
    said: Text,
    retry_after_ms: Option<Span>,
    unsent: bool,
}

wire_words!(FailureKind = core::FailureKind {
    NotInstalled = "not_installed",
    WrongVersion = "wrong_version",
    Auth = "auth",
    RateLimited = "rate_limited",
    Overloaded = "overloaded",
    ContextTooLong = "context_too_long",
    Refused = "refused",
    TimedOut = "timed_out",
    Malformed = "malformed",
    Protocol = "protocol",
    Crashed = "crashed",
});

impl From<Started> for Event {
    fn from(wire: Started) -> Self {
        Self::CallStarted {
            call: wire.call,
            task: wire.task,
            session: wire.session,
            purpose: wire.purpose.into(),
            access: wire.access.into(),
            prompt: wire.prompt,
            inputs: wire.inputs.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<Ended> for Event {
    fn from(wire: Ended) -> Self {
        Self::CallEnded {
            call: wire.call,
            ending: wire.ending.into(),
        }
    }
}

impl From<core::Purpose> for Purpose {
    fn from(purpose: core::Purpose) -> Self {
        match purpose {
            core::Purpose::Answer => Self::Answer,
            core::Purpose::Council => Self::Council,
            core::Purpose::Step(step) => Self::Step(step),
            core::Purpose::Repair => Self::Repair,
            core::Purpose::Thought(number) => Self::Thought(number),
            core::Purpose::ThoughtAgain(number) => Self::ThoughtAgain(number),
            core::Purpose::Conclude => Self::Conclude,
            core::Purpose::Plan => Self::Plan,
            core::Purpose::PlanAgain => Self::PlanAgain,
            core::Purpose::Gather => Self::Gather,
        }
    }
}

impl From<Purpose> for core::Purpose {
    fn from(wire: Purpose) -> Self {
        match wire {
            Purpose::Answer => Self::Answer,
            Purpose::Council => Self::Council,
            Purpose::Step(step) => Self::Step(step),
            Purpose::Repair => Self::Repair,
            Purpose::Thought(number) => Self::Thought(number),
            Purpose::ThoughtAgain(number) => Self::ThoughtAgain(number),
            Purpose::Conclude => Self::Conclude,
            Purpose::Plan => Self::Plan,
            Purpose::PlanAgain => Self::PlanAgain,
            Purpose::Gather => Self::Gather,
        }
    }
}

impl From<core::Input> for Input {
    fn from(input: core::Input) -> Self {
        match input {
            core::Input::Answer(call) => Self::Answer(call),
            core::Input::Result(task) => Self::Result(task),
        }
    }
}

impl From<Input> for core::Input {
    fn from(wire: Input) -> Self {
        match wire {
            Input::Answer(call) => Self::Answer(call),
            Input::Result(task) => Self::Result(task),
        }
    }
}

impl From<&core::Ending> for Ending {
    fn from(ending: &core::Ending) -> Self {
        match ending.clone() {
            core::Ending::Answered(answer) => Self::Answered(answer.into()),
            core::Ending::Failed { failure, partial } => Self::Failed {
                failure: failure.into(),
                partial,
            },
            core::Ending::Cancelled { partial } => Self::Cancelled { partial },
            core::Ending::Interrupted => Self::Interrupted,
        }
    }
}

impl From<Ending> for core::Ending {
    fn from(wire: Ending) -> Self {
        match wire {
            Ending::Answered(answer) => Self::Answered(answer.into()),
            Ending::Failed { failure, partial } => Self::Failed {
                failure: failure.into(),
                partial,
            },
            Ending::Cancelled { partial } => Self::Cancelled { partial },
            Ending::Interrupted => Self::Interrupted,
        }
    }
}

impl From<core::Answer> for Answer {
    fn from(answer: core::Answer) -> Self {
        let core::Answer {
            text,
            block,
            usage,
            first_text,
        } = answer;
        Self {
            text,
            block: block.map(Into::into),
            usage: usage.into(),
            first_text_ms: first_text,
        }
    }
}

impl From<Answer> for core::Answer {
    fn from(wire: Answer) -> Self {
        Self {
            text: wire.text,
            block: wire.block.map(Into::into),
            usage: wire.usage.into(),
            first_text: wire.first_text_ms,
        }
    }
}

impl From<core::FinalAnswer> for FinalAnswer {
    fn from(answer: core::FinalAnswer) -> Self {
        let core::FinalAnswer {
            kind,
            value,
            key,
            confidence,
        } = answer;
        Self {
            kind: kind.into(),
            value,
            key,
            confidence,
        }
    }
}

impl From<FinalAnswer> for core::FinalAnswer {
    fn from(wire: FinalAnswer) -> Self {
        Self {
            kind: wire.kind.into(),
            value: wire.value,
            key: wire.key,
            confidence: wire.confidence,
        }
    }
}

impl From<core::Usage> for Usage {
    fn from(usage: core::Usage) -> Self {
        let core::Usage {
            input,
            output,
            micro_usd,
            estimated,
            cached,
            context,
        } = usage;
        let context = context.map(|core::ContextUse { used, window }| ContextUse { used, window });
        Self {
            input,
            output,
            micro_usd,
            estimated,
            cached,
            context,
        }
    }
}

impl From<Usage> for core::Usage {
    fn from(wire: Usage) -> Self {
        Self {
            input: wire.input,
            output: wire.output,
            micro_usd: wire.micro_usd,
            estimated: wire.estimated,
            cached: wire.cached,
            context: wire
                .context
                .and_then(|context| core::ContextUse::new(context.used, context.window)),
        }
    }
}

impl From<core::Failure> for Failure {
    fn from(failure: core::Failure) -> Self {
        let core::Failure {
            kind,
            message,
            said,
            retry_after,
            unsent,
        } = failure;
        Self {
            kind: kind.into(),
            message,
            said,
            retry_after_ms: retry_after,
            unsent,
        }
    }
}

impl From<Failure> for core::Failure {
    fn from(wire: Failure) -> Self {
        Self {
            kind: wire.kind.into(),
            message: wire.message,
            said: wire.said,
            retry_after: wire.retry_after_ms,
            unsent: wire.unsent,
        }
    }
}
