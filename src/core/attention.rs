//! Whatever waits for the operator, and how it was settled.

use serde::{Deserialize, Serialize};

use crate::core::lesson::Holds;
use crate::core::{
    AskId, AttentionId, CallId, LessonId, Limit, MemberName, OutsideEdit, TaskId, TaskOrder, Text,
    Timestamp,
};

/// One item of the inbox that is still open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attention {
    /// Its name.
    pub id: AttentionId,
    /// What it is about.
    pub subject: Subject,
    /// Since when it waits.
    pub since: Timestamp,
    /// When it is settled without the operator (always to the safe side).
    pub expires: Option<Timestamp>,
}

/// What an attention item is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A server asks for leave, or for input, in the middle of a call.
    Asked {
        /// The call that waits.
        call: CallId,
        /// The server's question within the call.
        ask: AskId,
        /// What is asked.
        request: Request,
    },
    /// Answers differ and nobody but the operator may choose.
    Choice {
        /// The task.
        task: TaskId,
    },
    /// A call was cut off, by the end of the room process or of its server, and may have had
    /// effects.
    Interrupted {
        /// The task.
        task: TaskId,
    },
    /// A member is not logged in; it is given no calls until the operator says that it is.
    LoggedOut {
        /// Who.
        member: MemberName,
        /// What happened and how to log in.
        why: String,
    },
    /// A budget is used up; no further call starts.
    Budget {
        /// Which limit.
        limit: Limit,
    },
    /// Somebody else changed a document of the room in the shared memory.
    Edited {
        /// What they did.
        edit: Box<OutsideEdit>,
    },
    /// Somebody else put a task into `task_queue.json`; it is worked only if the operator wants it.
    Proposed {
        /// The task; untrusted.
        order: Box<TaskOrder>,
    },
    /// A plan was made; nothing of it is worked before the operator approves it.
    Plan {
        /// The planned task.
        task: TaskId,
    },
    /// Two lessons contradict each other; neither is told until the operator says which holds.
    Lessons {
        /// The one that was accepted before.
        older: LessonId,
        /// The one that contradicts it.
        newer: LessonId,
    },
}

/// What a server asks in the middle of a call. All of it is untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// To run a command.
    Exec {
        /// Program and arguments as the server will run them.
        command: Vec<String>,
        /// Where.
        cwd: String,
    },
    /// To change files.
    Patch {
        /// The files.
        files: Vec<String>,
        /// What would change, as the server shows it.
        diff: Text,
    },
    /// To fill in a form.
    Form {
        /// The server's words.
        message: Text,
        /// JSON Schema of the wanted object, as JSON text.
        schema: Text,
    },
    /// To do something at an address in a browser, and to say when it is done.
    Url {
        /// The server's words.
        message: Text,
        /// The address. Nothing here ever opens it.
        url: String,
    },
    /// To have a model answer something.
    Sampling {
        /// The conversation that is to be answered, as the model will read it.
        prompt: Text,
        /// How many tokens the server wants at most; a hint.
        max_tokens: u64,
    },
    /// To have a tool of a tool server called for a member.
    Tool {
        /// The tool server, as the operator calls it.
        server: String,
        /// The tool, by the server's own name.
        tool: String,
        /// Its arguments: a JSON object, as text.
        arguments: Text,
        /// Whether the tool only reads: by the operator's word, or by the server's.
        reads: bool,
    },
}

impl Request {
    /// Whether it is about a tool that only reads.
    #[must_use]
    pub fn only_reads(&self) -> bool {
        match self {
            Self::Tool { reads, .. } => *reads,
            Self::Exec { .. }
            | Self::Patch { .. }
            | Self::Form { .. }
            | Self::Url { .. }
            | Self::Sampling { .. } => false,
        }
    }
}

/// What the operator (or the clock) says to an attention item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// Go ahead, once.
    Allow,
    /// Go ahead, and do not ask again in this session for the like.
    AllowForSession,
    /// No, with a reason that the model may read.
    Deny {
        /// The reason.
        reason: String,
    },
    /// Save the foreign text of a document under a name of its own, and put ours back.
    KeepAside,
    /// Which of two lessons holds.
    Hold(Holds),
    /// The filled form, as JSON text; to a wish for a model, what the model said.
    Fill {
        /// A JSON object; for a model's words `{"model": …, "text": …}`.
        content: Text,
    },
}

/// How an attention item was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// What was said.
    pub reply: Reply,
    /// By whom.
    pub by: Actor,
    /// For [`Actor::Policy`]: the rule that said it.
    pub rule: Option<String>,
}

impl Resolution {
    /// Somebody's own word, by no rule.
    #[must_use]
    pub fn by(by: Actor, reply: Reply) -> Self {
        Self {
            reply,
            by,
            rule: None,
        }
    }
}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A person at a console or on the command line.
    Operator,
    /// Time ran out.
    Clock,
    /// The room itself, for instance because the call is over.
    Room,
    /// A rule of the operator's, or the block list.
    Policy,
}
