//! `synod kind`: says of what kind a task is, so that the room learns it.

use std::process::ExitCode;

use crate::cli::{Place, lesson, show};
use crate::core::{Command, TaskId};

/// What is wanted.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The task, such as 41
    #[arg(value_parser = show::task_id)]
    task: TaskId,
    /// Of what kind it is: general, code, review, debugging, reasoning, analysis, creative, factual,
    /// planning, operations, or a [kind.NAME] of synod.toml
    kind: String,
}

/// Says it to the room.
pub(super) fn kind(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    let kind = lesson::known_kind(place, &args.kind)?;
    let task = args.task;
    lesson::say(place, Command::Relabel { task, kind }, &["task"])
}
