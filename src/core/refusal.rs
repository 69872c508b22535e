//! Why a command is refused, and what to do instead.

use serde::{Deserialize, Serialize};

use crate::core::{AttentionId, CallId, LessonId, MemberName, SessionId, TaskId};

/// A refused command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The prompt is blank.
    #[error("there is nothing to do: the task has no text")]
    EmptyPrompt,
    /// The prompt is over the limit.
    #[error(
        "the task is {bytes} bytes long; the limit is {limit}. Put it into a file and name the file"
    )]
    PromptTooLong {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// No such kind of task.
    #[error("{0}")]
    NoSuchKind(String),
    /// No such check.
    #[error("{0}")]
    NoSuchCheck(String),
    /// The result of the task is not being checked.
    #[error("the result of {task} is not being checked")]
    NotChecked {
        /// Which.
        task: TaskId,
    },
    /// No such member.
    #[error("no member is called {member}")]
    NoSuchMember {
        /// The name.
        member: MemberName,
    },
    /// The roster is empty.
    #[error("the room has no members yet; `synod init` finds them")]
    NoMembers,
    /// No such task.
    #[error("there is no task {task}")]
    NoSuchTask {
        /// The name.
        task: TaskId,
    },
    /// The task ended so long ago that the room does not remember how.
    #[error("{task} ended too long ago to wait for; leave it out")]
    Forgotten {
        /// The name.
        task: TaskId,
    },
    /// Steps of a plan ended so long ago that the room does not remember what they brought.
    #[error("steps of the plan of {task} ended too long ago to be handed on; order {task} anew")]
    StepsForgotten {
        /// The planned task.
        task: TaskId,
    },
    /// There are too many of something.
    #[error("{limit} {what} are the most that is taken")]
    TooMany {
        /// Of what.
        what: String,
        /// The limit.
        limit: usize,
    },
    /// No plan of the task waits for leave.
    #[error("no plan of {task} waits to be changed or approved")]
    NoPlan {
        /// The task.
        task: TaskId,
    },
    /// The plan is another one by now.
    #[error("the plan of {task} was changed meanwhile: look at it again")]
    PlanChanged {
        /// The task.
        task: TaskId,
    },
    /// A plan that cannot be worked.
    #[error("{why}")]
    BadPlan {
        /// What is to be mended.
        why: String,
    },
    /// The task has ended.
    #[error("task {task} is over already")]
    TaskOver {
        /// The name.
        task: TaskId,
    },
    /// The text of the task cannot be changed.
    #[error("the text of {task} cannot be changed: {why}")]
    NotReworded {
        /// The name.
        task: TaskId,
        /// What is in the way, and what to do.
        why: String,
    },
    /// The task cannot be moved there.
    #[error("{task} cannot be moved there: {why}")]
    NotMoved {
        /// The name.
        task: TaskId,
        /// What is in the way, and what to do.
        why: String,
    },
    /// The task has a result or is still open.
    #[error("task {task} cannot be worked again: only failed and cancelled tasks can")]
    NotRetryable {
        /// The name.
        task: TaskId,
    },
    /// Nothing is to be chosen.
    #[error("task {task} has nothing to choose")]
    NothingToChoose {
        /// The name.
        task: TaskId,
    },
    /// The operator's ballot cannot be taken.
    #[error("your ballot on {task} is not taken: {why}")]
    BadBallot {
        /// The task.
        task: TaskId,
        /// What is wrong with it.
        why: String,
    },
    /// A task without a result has no conflict that could be opened again.
    #[error("task {task} has no result: work it again instead")]
    NotReopened {
        /// The name.
        task: TaskId,
    },
    /// Other tasks wait for it, and would fail with it.
    #[error(
        "other tasks wait for task {task}: choose an answer or write the result, or cancel them first"
    )]
    Awaited {
        /// The name.
        task: TaskId,
    },
    /// The conflict is still open.
    #[error("the answers of task {task} are still disputed")]
    NothingToReopen {
        /// The name.
        task: TaskId,
    },
    /// The state has only the beginning of an answer.
    #[error(
        "the answers of task {task} are not remembered whole any more: `synod show` has them, and you \
         can write the result by hand"
    )]
    AnswersForgotten {
        /// The name.
        task: TaskId,
    },
    /// The ladder cannot work.
    #[error("conflicts cannot be settled like that: {why}")]
    BadLadder {
        /// Why not.
        why: String,
    },
    /// Members cannot be chosen like that.
    #[error("members cannot be chosen like that: {why}")]
    BadRouting {
        /// Why not.
        why: String,
    },
    /// The recommendation does not stand any more, or never did.
    #[error("{key} is not recommended now, or was not applied; `synod advice` lists what is")]
    NoSuchAdvice {
        /// Its key.
        key: String,
    },
    /// That cannot be done about the recommendation.
    #[error("that cannot be done about {key}: {why}")]
    UnfitAdvice {
        /// Its key.
        key: String,
        /// What is in the way.
        why: String,
    },
    /// The task has no result of members.
    #[error("task {task} has no result of members that could be praised or blamed")]
    NothingToRate {
        /// Which.
        task: TaskId,
    },
    /// No such candidate.
    #[error("task {task} has no candidate {candidate}")]
    NoSuchCandidate {
        /// The task.
        task: TaskId,
        /// The index.
        candidate: usize,
    },
    /// The answers were numbered otherwise when one of them was chosen.
    #[error("some answers to {task} say the same and were joined since: look again")]
    CandidatesJoined {
        /// The task.
        task: TaskId,
    },
    /// The call is over or unknown.
    #[error("call {call} is not in flight")]
    NoSuchCall {
        /// The name.
        call: CallId,
    },
    /// The item is settled or unknown.
    #[error("{attention} does not wait for an answer any more")]
    NoSuchAttention {
        /// The name.
        attention: AttentionId,
    },
    /// The reply does not fit.
    #[error("{attention} cannot be answered like that: {why}")]
    WrongReply {
        /// The item.
        attention: AttentionId,
        /// What fits.
        why: String,
    },
    /// No such session.
    #[error("there is no open session {session}")]
    NoSuchSession {
        /// The name.
        session: SessionId,
    },
    /// The session is not as it would have to be.
    #[error("that cannot be done with session {session}: {why}")]
    UnfitSession {
        /// The name.
        session: SessionId,
        /// What is in the way.
        why: String,
    },
    /// The session has nothing of the name that could be set.
    #[error("session {session} has no setting {dial:?}; {known}")]
    NoSuchDial {
        /// The session.
        session: SessionId,
        /// The name.
        dial: String,
        /// What it has.
        known: String,
    },
    /// The session cannot be set to the value.
    #[error("{dial} of session {session} cannot be {value:?}; it can be {known}")]
    NoSuchValue {
        /// The session.
        session: SessionId,
        /// What was to be set.
        dial: String,
        /// The value.
        value: String,
        /// What it can be.
        known: String,
    },
    /// The member's server does not run.
    #[error(
        "the server of {member} does not run, so it has no sessions to list; its next turn starts it"
    )]
    ServerNotRunning {
        /// The member.
        member: MemberName,
    },
    /// The session or member works.
    #[error("{what} is at work; cancel that first")]
    Busy {
        /// Session or member.
        what: String,
    },
    /// Several members would work at once, and one cannot be held to reading.
    #[error("{member} acts without a sandbox, so it works alone: use /solo")]
    Unguarded {
        /// The member.
        member: MemberName,
    },
    /// A strategy needs more members than there are.
    #[error("a {strategy} needs at least two members; name them with @, or enrol another one")]
    TooFewMembers {
        /// The strategy's word.
        strategy: String,
    },
    /// The member's configuration cannot be used.
    #[error("{member} cannot be enrolled: {why}")]
    BadMember {
        /// The member.
        member: MemberName,
        /// What is wrong.
        why: String,
    },
    /// A thinking session cannot be bounded like that.
    #[error(
        "a thinking session takes from 1 to {} thoughts, not {most}",
        crate::core::thinking::THOUGHTS_MAX
    )]
    ThoughtsOutOfBounds {
        /// What was wanted.
        most: u32,
    },
    /// No such lesson.
    #[error("there is no lesson {lesson}; `synod lesson list` shows them")]
    NoSuchLesson {
        /// The name.
        lesson: LessonId,
    },
    /// The lesson is not as it would have to be.
    #[error("that cannot be done with lesson {lesson}: {why}")]
    UnfitLesson {
        /// The name.
        lesson: LessonId,
        /// What is in the way.
        why: String,
    },
    /// A lesson that says nothing.
    #[error("a lesson needs a subject with a word in it, and a claim")]
    EmptyLesson,
    /// What is shared cannot be set like that.
    #[error("a call is told at most {limit} characters of what the room knows, not {wanted}")]
    ContextTooLarge {
        /// What was wanted.
        wanted: u32,
        /// The most that can be set.
        limit: u32,
    },
    /// No document can be called like that.
    #[error("{document:?} cannot be the name of a document of the shared memory")]
    BadDocument {
        /// The name.
        document: String,
    },
    /// The document is not pinned there.
    #[error("{document} is not pinned there")]
    NotPinned {
        /// The name.
        document: String,
    },
    /// A note, or the result of a task, cannot be changed like that.
    #[error("{name} cannot be changed: {why}")]
    Note {
        /// Its name; untrusted.
        name: String,
        /// What is in the way.
        why: String,
    },
    /// There is no step, or not the one that was seen.
    #[error("nothing in the shared memory can be undone here any more")]
    NothingToUndo,
    /// The room is being closed.
    #[error("the room is closing")]
    Closing,
}
