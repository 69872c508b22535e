//! What can go wrong with a call, as the model that made it reads it.

/// A refusal or a failure of one call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    /// There is no such tool.
    #[error("there is no tool `{0}`; list the tools to see which there are")]
    UnknownTool(String),
    /// The arguments do not fit the schema.
    #[error("the arguments cannot be read: {0}; see the schema of the tool")]
    Arguments(String),
    /// Nothing is known of a task.
    #[error("the room knows no task {0}; list_tasks names those that it knows")]
    NoTask(String),
    /// A task has no result.
    #[error("task {0} has no result yet; list_tasks says how it stands")]
    NoResult(String),
    /// There is no conflict about a task.
    #[error("the answers of task {0} were not compared; list_conflicts names those that were")]
    NoConflict(String),
    /// The shared memory has no such document.
    #[error("the shared memory has no document {0:?}; list_memories names those that it has")]
    NoDocument(String),
    /// The room does not run.
    #[error("no room runs: {0}; start it with `synod` in the project's folder, then call again")]
    NoRoom(String),
    /// The room does not answer.
    #[error("the room did not answer in time; call again")]
    Silent,
    /// The room answered that it cannot.
    #[error("{0}")]
    Refused(String),
}
