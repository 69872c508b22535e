//! Intents of the operator. Each may be refused; a refusal is told, not journalled.

use serde::{Deserialize, Serialize};

use crate::core::advice::{self, About, AdviceOrder};
use crate::core::appraisal::Appraisers;
use crate::core::ladder::{ContestOrder, Ladder};
use crate::core::lesson::{LessonOrder, Sharing};
use crate::core::routing::setting::Setting;
use crate::core::{
    ApprovalPolicy, AttentionId, Budget, CallId, Checks, Kinds, MemberName, MemberSpec, NoteChange,
    Priority, Reply, Retention, SessionId, SessionOrder, Spot, TaskId, TaskKind, TaskOrder, Text,
    Upkeep,
};

/// What somebody wants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Put a task into the queue.
    AddTask(TaskOrder),
    /// Call a task off, its calls included.
    CancelTask {
        /// Which.
        task: TaskId,
    },
    /// Work a failed or cancelled task again.
    RetryTask {
        /// Which.
        task: TaskId,
    },
    /// Say of what kind a task is, open or over; the room learns from it.
    Relabel {
        /// Which.
        task: TaskId,
        /// The kind.
        kind: TaskKind,
    },
    /// Change a task's priority.
    SetPriority {
        /// Which.
        task: TaskId,
        /// The new priority.
        priority: Priority,
    },
    /// Give a task that has not begun another text.
    Reword {
        /// Which.
        task: TaskId,
        /// The text that it was changed from, where that was seen.
        before: Option<Text>,
        /// The new one.
        after: Text,
    },
    /// Move a task that has not begun beside another one of its priority.
    MoveTask {
        /// Which.
        task: TaskId,
        /// Where to.
        to: Spot,
    },
    /// Praise or blame the result of a task, or take that back.
    Rate {
        /// Which.
        task: TaskId,
        /// Whether it is good; `None`: nothing is said any more.
        good: Option<bool>,
    },
    /// Do something about the plan of a task.
    Plan {
        /// Of which task.
        task: TaskId,
        /// What.
        order: PlanOrder,
    },
    /// Cancel one call; its task goes on as its strategy allows.
    CancelCall {
        /// Which.
        call: CallId,
    },
    /// Choose one of the candidates of a task.
    Choose {
        /// Which task.
        task: TaskId,
        /// The candidate's index.
        candidate: usize,
        /// How many there were when it was chosen, where that is known: since then some may have been
        /// joined, and the numbers are others.
        among: Option<usize>,
    },
    /// Settle a task whose answers differ by words of the operator's own.
    DecideByText {
        /// Which task.
        task: TaskId,
        /// The result.
        text: Text,
    },
    /// Answer an attention item.
    Answer {
        /// Which.
        attention: AttentionId,
        /// What.
        reply: Reply,
    },
    /// Open a further conversation with a member.
    OpenSession {
        /// With whom.
        member: MemberName,
        /// What to call it.
        title: String,
    },
    /// Put an idle conversation away; the member's next turn begins a new one.
    CloseSession {
        /// Which.
        session: SessionId,
    },
    /// Do something with a session.
    Session {
        /// Which.
        session: SessionId,
        /// What.
        order: SessionOrder,
    },
    /// Ask a member's server which sessions it has.
    ListSessions {
        /// Whose server.
        member: MemberName,
    },
    /// Set how long things may lie idle.
    SetUpkeep(Upkeep),
    /// Set how long results and conflicts stay whole in the shared memory.
    SetRetention(Retention),
    /// Set how members are chosen.
    SetRouting(Setting),
    /// Set what the room applies by itself of what it recommends.
    SetAdvice(advice::Setting),
    /// Do something about a recommendation.
    Advice {
        /// Which.
        about: About,
        /// What.
        order: AdviceOrder,
    },
    /// Set how conflicts are settled.
    SetLadder(Ladder),
    /// Do something about a conflict.
    Contest {
        /// Of which task.
        task: TaskId,
        /// What.
        order: ContestOrder,
    },
    /// Set who writes the digests of sessions; `None`: the room, by its rules.
    SetDigester(Option<MemberName>),
    /// Set which tasks a member looks at before they are given out.
    SetAppraisers(Appraisers),
    /// Set which kinds of task the room has of its own.
    SetKinds(Kinds),
    /// Set which checks the room has.
    SetChecks(Checks),
    /// Stop the check of a result; it says nothing then.
    StopCheck {
        /// Of which task.
        task: TaskId,
    },
    /// Take a member in, or change its configuration.
    Enroll(MemberSpec),
    /// Dismiss a member that has no call in flight.
    Dismiss {
        /// Who.
        member: MemberName,
    },
    /// End a member's server and start it again.
    RestartMember {
        /// Who.
        member: MemberName,
    },
    /// Set what may be spent.
    SetBudget(Budget),
    /// Set what is answered without the operator, and how long questions wait.
    SetPolicy(ApprovalPolicy),
    /// Set how many thoughts a thinking session takes at most.
    BoundThoughts {
        /// From 1 to [`THOUGHTS_MAX`](crate::core::thinking::THOUGHTS_MAX).
        most: u32,
    },
    /// Do something about a lesson.
    Lesson(LessonOrder),
    /// Set what is shared, and how much of it.
    SetSharing(Sharing),
    /// Have a document of the shared memory told to each call of a task, or of all tasks.
    Pin {
        /// Its name.
        document: String,
        /// To which task; `None`: to all.
        task: Option<TaskId>,
    },
    /// Have it told no more.
    Unpin {
        /// Its name.
        document: String,
        /// To which task; `None`: to all.
        task: Option<TaskId>,
    },
    /// Change a note in the shared memory.
    ChangeNote {
        /// Its name.
        name: String,
        /// How.
        change: NoteChange,
    },
    /// Replace the result of a task that is done by one that was written by hand.
    ReplaceResult {
        /// Which task.
        task: TaskId,
        /// The result that it was changed from.
        before: Text,
        /// The new one.
        after: Text,
    },
    /// Take back the last step in the shared memory.
    UndoStep {
        /// The step that was seen as the last one.
        step: u64,
    },
    /// Stop all work and end the room process.
    CloseRoom,
}

/// What is done about a plan that waits for leave. Both name the revision that was seen, so that nobody
/// approves or overwrites what somebody else has changed meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanOrder {
    /// Put another plan in its place.
    Edit {
        /// The revision that it was made from.
        revision: u32,
        /// The plan, as [`plan::written`](crate::core::plan::written()) reads it.
        text: Text,
    },
    /// Add its steps to the queue.
    Approve {
        /// The revision that is meant.
        revision: u32,
    },
}
