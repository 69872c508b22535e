//! What waits for the operator: raised and resolved.

use serde::{Deserialize, Serialize};

use super::lesson::Holds;
use super::memory::Import;
use super::task::Order;
use super::wire_words;
use crate::core::{
    self, AskId, AttentionId, CallId, Event, LessonId, MemberName, TaskId, Text, Timestamp,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raised {
    attention: AttentionId,
    subject: Subject,
    since: Timestamp,
    expires: Option<Timestamp>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Subject {
    Asked {
        call: CallId,
        ask: AskId,
        request: Request,
    },
    Choice {
        task: TaskId,
    },
    Interrupted {
        task: TaskId,
    },
    LoggedOut {
        member: MemberName,
        why: String,
    },
    Budget {
        limit: Limit,
    },
    Edited {
        document: String,
        digest: String,
        diff: Text,
        import: Import,
    },
    Proposed {
        order: Box<Order>,
    },
    Plan {
        task: TaskId,
    },
    Lessons {
        older: LessonId,
        newer: LessonId,
    },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Request {
    Exec {
        command: Vec<String>,
        cwd: String,
    },
    Patch {
        files: Vec<String>,
        diff: Text,
    },
    Form {
        message: Text,
        schema: Text,
    },
    Url {
        message: Text,
        url: String,
    },
    Sampling {
        prompt: Text,
        max_tokens: u64,
    },
    Tool {
        server: String,
        tool: String,
        arguments: Text,
        reads: bool,
    },
}

wire_words!(Limit = core::Limit {
    Tokens = "tokens",
    Money = "money",
    Time = "time",
});

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Resolved {
    attention: AttentionId,
    asked: Option<Asked>,
    reply: Reply,
    by: Actor,
    rule: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Withdrawn {
    pub(super) attention: AttentionId,
    pub(super) call: CallId,
    pub(super) ask: AskId,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    call: CallId,
    ask: AskId,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Reply {
    Allow,
    AllowForSession,
    Deny { reason: String },
    KeepAside,
    Hold(Holds),
    Fill { content: Text },
}

wire_words!(Actor = core::Actor {
    Operator = "operator",
    Clock = "clock",
    Room = "room",
    Policy = "policy",
});

impl From<&core::Attention> for Raised {
    fn from(attention: &core::Attention) -> Self {
        let core::Attention {
            id,
            subject,
            since,
            expires,
        } = attention;
        Self {
            attention: *id,
            subject: subject.into(),
            since: *since,
            expires: *expires,
        }
    }
}

impl From<Raised> for Event {
    fn from(wire: Raised) -> Self {
        let attention = core::Attention {
            id: wire.attention,
            subject: wire.subject.into(),
            since: wire.since,
            expires: wire.expires,
        };
        Self::AttentionRaised { attention }
    }
}

impl From<&core::Subject> for Subject {
    fn from(subject: &core::Subject) -> Self {
        match subject {
            core::Subject::Asked { call, ask, request } => Self::Asked {
                call: *call,
                ask: *ask,
                request: request.into(),
            },
            core::Subject::Choice { task } => Self::Choice { task: *task },
            core::Subject::Interrupted { task } => Self::Interrupted { task: *task },
            core::Subject::LoggedOut { member, why } => Self::LoggedOut {
                member: member.clone(),
                why: why.clone(),
            },
            core::Subject::Budget { limit } => Self::Budget {
                limit: (*limit).into(),
            },
            core::Subject::Edited { edit } => {
                let edit = edit.as_ref().clone();
                Self::Edited {
                    document: edit.document,
                    digest: edit.digest,
                    diff: edit.diff,
                    import: edit.import.into(),
                }
            }
            core::Subject::Proposed { order } => Self::Proposed {
                order: Box::new(order.as_ref().into()),
            },
            core::Subject::Plan { task } => Self::Plan { task: *task },
            core::Subject::Lessons { older, newer } => Self::Lessons {
                older: *older,
                newer: *newer,
            },
        }
    }
}

impl From<Subject> for core::Subject {
    fn from(wire: Subject) -> Self {
        match wire {
            Subject::Asked { call, ask, request } => Self::Asked {
                call,
                ask,
                request: request.into(),
            },
            Subject::Choice { task } => Self::Choice { task },
            Subject::Interrupted { task } => Self::Interrupted { task },
            Subject::LoggedOut { member, why } => Self::LoggedOut { member, why },
            Subject::Budget { limit } => Self::Budget {
                limit: limit.into(),
            },
            Subject::Edited {
                document,
                digest,
                diff,
                import,
            } => Self::Edited {
                edit: Box::new(core::OutsideEdit {
                    document,
                    digest,
                    diff,
                    import: import.into(),
                }),
            },
            Subject::Proposed { order } => Self::Proposed {
                order: Box::new((*order).into()),
            },
            Subject::Plan { task } => Self::Plan { task },
            Subject::Lessons { older, newer } => Self::Lessons { older, newer },
        }
    }
}

impl From<&core::Request> for Request {
    fn from(request: &core::Request) -> Self {
        match request.clone() {
            core::Request::Exec { command, cwd } => Self::Exec { command, cwd },
            core::Request::Patch { files, diff } => Self::Patch { files, diff },
            core::Request::Form { message, schema } => Self::Form { message, schema },
            core::Request::Url { message, url } => Self::Url { message, url },
            core::Request::Sampling { prompt, max_tokens } => Self::Sampling { prompt, max_tokens },
            core::Request::Tool {
                server,
                tool,
                arguments,
                reads,
            } => Self::Tool {
                server,
                tool,
                arguments,
                reads,
            },
        }
    }
}

impl From<Request> for core::Request {
    fn from(wire: Request) -> Self {
        match wire {
            Request::Exec { command, cwd } => Self::Exec { command, cwd },
            Request::Patch { files, diff } => Self::Patch { files, diff },
            Request::Form { message, schema } => Self::Form { message, schema },
            Request::Url { message, url } => Self::Url { message, url },
            Request::Sampling { prompt, max_tokens } => Self::Sampling { prompt, max_tokens },
            Request::Tool {
                server,
                tool,
                arguments,
                reads,
            } => Self::Tool {
                server,
                tool,
                arguments,
                reads,
            },
        }
    }
}

impl Resolved {
    pub(super) fn new(
        attention: AttentionId,
        asked: Option<(CallId, AskId)>,
        resolution: &core::Resolution,
    ) -> Self {
        let core::Resolution { reply, by, rule } = resolution;
        Self {
            attention,
            asked: asked.map(|(call, ask)| Asked { call, ask }),
            reply: reply.into(),
            by: (*by).into(),
            rule: rule.clone(),
        }
    }
}

impl From<Resolved> for Event {
    fn from(wire: Resolved) -> Self {
        let resolution = core::Resolution {
            reply: wire.reply.into(),
            by: wire.by.into(),
            rule: wire.rule,
        };
        Self::AttentionResolved {
            attention: wire.attention,
            asked: wire.asked.map(|asked| (asked.call, asked.ask)),
            resolution,
        }
    }
}

impl From<Withdrawn> for Event {
    fn from(wire: Withdrawn) -> Self {
        Self::AttentionWithdrawn {
            attention: wire.attention,
            call: wire.call,
            ask: wire.ask,
        }
    }
}

impl From<&core::Reply> for Reply {
    fn from(reply: &core::Reply) -> Self {
        match reply.clone() {
            core::Reply::Allow => Self::Allow,
            core::Reply::AllowForSession => Self::AllowForSession,
            core::Reply::Deny { reason } => Self::Deny { reason },
            core::Reply::KeepAside => Self::KeepAside,
            core::Reply::Hold(holds) => Self::Hold(holds.into()),
            core::Reply::Fill { content } => Self::Fill { content },
        }
    }
}

impl From<Reply> for core::Reply {
    fn from(wire: Reply) -> Self {
        match wire {
            Reply::Allow => Self::Allow,
            Reply::AllowForSession => Self::AllowForSession,
            Reply::Deny { reason } => Self::Deny { reason },
            Reply::KeepAside => Self::KeepAside,
            Reply::Hold(holds) => Self::Hold(holds.into()),
            Reply::Fill { content } => Self::Fill { content },
        }
    }
}
