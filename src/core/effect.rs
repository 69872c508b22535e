//! Orders to the engine, as data. Each carries the id that its reports return.

use crate::core::appraisal::ToAppraise;
use crate::core::{
    Access, AskId, CallId, CheckId, CheckName, DialWish, Handle, InquiryOrder, MemberName,
    MemberSpec, Piece, Plan, Purpose, Reply, SessionId, Span, TaskId, TaskKind, Text, Thought,
    Timestamp,
};

/// What is to be done to the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Make a call.
    StartCall(Box<CallOrder>),
    /// Cancel a call. The room counts it as ended from now on: a report about it is stale.
    CancelCall {
        /// Which.
        call: CallId,
        /// Who works it.
        member: MemberName,
    },
    /// Tell a waiting server what the operator said.
    Reply {
        /// The call that waits.
        call: CallId,
        /// The question.
        ask: AskId,
        /// The answer.
        reply: Reply,
    },
    /// Have the thinking tool record the last thought of a task.
    RecordThought(Box<RecordOrder>),
    /// A task needs the thinking tool no more: end its process.
    EndThinking {
        /// The task.
        task: TaskId,
    },
    /// Run the command of a check.
    RunCheck {
        /// The run, which the report returns.
        check: CheckId,
        /// Which check.
        name: CheckName,
    },
    /// End the command of a check. The room counts it as over from now on: a report about it is stale.
    StopCheck {
        /// Which run.
        check: CheckId,
    },
    /// Start a member's server and keep it up.
    Connect {
        /// What is known of the member.
        spec: Box<MemberSpec>,
    },
    /// End a member's server and forget it.
    Disconnect {
        /// Who.
        member: MemberName,
    },
    /// End a member's server and start it again.
    Restart {
        /// Who.
        member: MemberName,
    },
    /// End a member's server until its next call, which starts it again.
    Rest {
        /// Who.
        member: MemberName,
    },
    /// Have a member's server put a conversation away, if it runs and can: no turn is made in it.
    PutAway {
        /// Who.
        member: MemberName,
        /// The server's name for it.
        handle: String,
        /// Whether nobody will ever go on with it.
        for_good: bool,
    },
    /// Ask a member's server which sessions it has, if it runs.
    ListSessions {
        /// Who.
        member: MemberName,
        /// The time, which the report returns.
        asked: Timestamp,
    },
    /// End everything.
    Shutdown,
}

/// All that is needed to make a call.
#[derive(Debug, Clone, PartialEq)]
pub struct CallOrder {
    /// The call.
    pub call: CallId,
    /// The task.
    pub task: TaskId,
    /// The task's kind.
    pub kind: TaskKind,
    /// The session in which it is a turn.
    pub session: SessionId,
    /// Who works it.
    pub member: MemberName,
    /// Why.
    pub purpose: Purpose,
    /// What it may do.
    pub access: Access,
    /// What is asked, before any template.
    pub prompt: Text,
    /// What the room knows that may bear on it, best first.
    pub known: Vec<Piece>,
    /// Documents of the shared memory whose texts go with it, by name.
    pub documents: Vec<String>,
    /// Earlier work that is handed on, in order.
    pub inputs: Vec<HandedOn>,
    /// The server's own handle of the session, when it has one.
    pub handle: Option<Handle>,
    /// A handle that the server may still have for the session and that must not be gone on with.
    pub former: Option<String>,
    /// The server's handle of the session of which this one is a fork, while the server knows of that one
    /// just what this one is to know.
    pub origin: Option<Handle>,
    /// The digest of the session's older turns, told before `history`.
    pub earlier: Option<Text>,
    /// Earlier turns of the session, oldest first. They are told to a server that does not know them,
    /// also when it turns out only now that it lost the conversation of `handle`.
    pub history: Vec<PastTurn>,
    /// How long it may take in all, where that is not what the member's configuration says.
    pub limit: Option<Span>,
    /// When the task is too late.
    pub deadline: Option<Timestamp>,
    /// What a call of a thinking session needs besides.
    pub thinking: Option<Box<ThinkingOrder>>,
    /// What a call needs besides that makes a plan, or one result of those of its steps.
    pub planning: Option<Box<PlanningOrder>>,
    /// What a call that writes a digest is given.
    pub digest: Option<Box<ToDigest>>,
    /// What a call that appraises a task is given.
    pub appraisal: Option<Box<ToAppraise>>,
    /// What the session's dials are to be set to.
    pub wishes: Vec<DialWish>,
    /// What a call that judges the candidates of a conflict is given.
    pub inquiry: Option<Box<InquiryOrder>>,
}

/// The turns of another session of which a call writes a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToDigest {
    /// The digest of the turns before; untrusted.
    pub earlier: Option<Text>,
    /// The turns, oldest first.
    pub turns: Vec<PastTurn>,
    /// The digest that was given before, when it was too long; untrusted.
    pub too_long: Option<Text>,
}

/// What a call of a thinking session needs besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThinkingOrder {
    /// The thoughts so far, in order.
    pub thoughts: Vec<Thought>,
    /// How many are taken at most.
    pub most: u32,
    /// Why the last answer was no thought, when it is asked for again.
    pub flaw: Option<String>,
}

/// What a call of a planned task needs besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanningOrder {
    /// To make the plan.
    Draft {
        /// Of what kinds steps can be.
        kinds: Vec<TaskKind>,
        /// Who can be named for a step.
        members: Vec<MemberName>,
        /// What is to be mended in the last plan, when it is asked for again.
        flaw: Option<String>,
    },
    /// To make one result of those of the steps, which are handed on.
    Gather {
        /// The plan.
        plan: Plan,
        /// The tasks of its steps, in their order.
        steps: Vec<TaskId>,
    },
}

/// A thought to be recorded by the thinking tool, with all before it: a process of the tool that
/// does not know them is told them first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordOrder {
    /// The task.
    pub task: TaskId,
    /// The call that brought the last thought, which the report returns.
    pub call: CallId,
    /// Its thoughts in order; the last one is to be recorded.
    pub thoughts: Vec<Thought>,
}

/// An earlier turn, as it is told to a server that does not know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastTurn {
    /// What was asked.
    pub prompt: Text,
    /// What was answered; untrusted.
    pub answer: Text,
}

/// Earlier work that is handed on with a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedOn {
    /// Whose it is: a member's name or a task's number.
    pub from: String,
    /// The work; untrusted.
    pub text: Text,
}
