//! `synod task`: gives a task that has not begun another text, or moves it in the queue.

use std::process::ExitCode;

use crate::cli::{Place, lesson, show};
use crate::core::{Command, Spot, TaskId, Text};

/// What is wanted.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Word {
    /// Give it another text; its kind follows from that unless somebody said it
    Edit {
        /// The task, such as 41
        #[arg(value_parser = show::task_id)]
        task: TaskId,
        /// The new text
        text: String,
    },
    /// Move it beside another one of its priority
    Move {
        /// The task, such as 41
        #[arg(value_parser = show::task_id)]
        task: TaskId,
        #[command(flatten)]
        to: To,
    },
}

/// Where to.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(super) struct To {
    /// Directly ahead of this task
    #[arg(long, value_name = "TASK", value_parser = show::task_id)]
    ahead_of: Option<TaskId>,
    /// Directly behind this task
    #[arg(long, value_name = "TASK", value_parser = show::task_id)]
    behind: Option<TaskId>,
}

/// Says it to the room.
pub(super) fn task(place: &Place, word: Word) -> anyhow::Result<ExitCode> {
    let command = match word {
        Word::Edit { task, text } => Command::Reword {
            task,
            before: None,
            after: Text::from(text),
        },
        Word::Move { task, to } => {
            let ahead = to.ahead_of.map(Spot::AheadOf);
            let Some(to) = ahead.or(to.behind.map(Spot::Behind)) else {
                anyhow::bail!("say where to: --ahead-of TASK or --behind TASK");
            };
            Command::MoveTask { task, to }
        }
    };
    lesson::say(place, command, &["task"])
}
