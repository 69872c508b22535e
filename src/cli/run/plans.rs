//! Plans without a screen: a plan is printed, and approved where that was said beforehand; what its steps
//! wait for is told.

use crate::cli::run::print::Printer;
use crate::cli::run::{HELD, logged_out};
use crate::core::plan::{PlanStage, planned};
use crate::core::{CheckEnd, Command, Phase, PlanOrder, State, Task, TaskId};
use crate::engine::CommandError;
use crate::link::Client;

/// Whether a task is the one that is run, or a step of its plan.
pub(super) fn is_of(state: &State, run: TaskId, task: TaskId) -> bool {
    task == run || planned(state, task) == Some(run)
}

/// What the checks say of a result.
pub(super) enum Verdict {
    /// One is still to come.
    Awaited,
    /// The last one did not pass.
    Failed,
    /// It did, or there is none.
    Passed,
}

/// What the checks of a result and of the steps that it comes from say: a later step may mend what an
/// earlier one left, so the last one counts.
pub(super) fn checked(state: &State, task: &Task) -> Verdict {
    let steps = task.planning().placed().iter();
    let steps = steps.filter_map(|step| state.task(step.task));
    let all: Vec<&Task> = steps.chain([task]).collect();
    if all.iter().any(|one| state.awaits_check(one.id())) {
        return Verdict::Awaited;
    }
    let runs = all.iter().filter_map(|one| one.checked()?.over());
    match runs.max_by_key(|over| over.at).map(|over| &over.end) {
        None | Some(CheckEnd::Passed) => Verdict::Passed,
        Some(
            CheckEnd::Failed { .. }
            | CheckEnd::TimedOut
            | CheckEnd::NotStarted { .. }
            | CheckEnd::Interrupted,
        ) => Verdict::Failed,
    }
}

/// Leave for the plan: what was shown, and what was said of it.
#[derive(Debug)]
pub(super) struct Leave {
    approves: bool,
    /// The last revision that was printed.
    shown: u32,
    sent: Option<u64>,
    refused: bool,
}

impl Leave {
    /// Leave that is given beforehand, or not.
    pub(super) fn new(approves: bool) -> Self {
        Self {
            approves,
            shown: 0,
            sent: None,
            refused: false,
        }
    }

    /// Prints a plan that waits and was not printed yet, and approves it where that was said.
    pub(super) fn give(
        &mut self,
        client: &mut Client,
        task: TaskId,
        printer: &mut Printer,
    ) -> std::io::Result<()> {
        let Some(waiting) = client.state().task(task).filter(|task| waits(task)) else {
            return Ok(());
        };
        let planning = waiting.planning();
        let (Some(plan), revision) = (planning.plan().cloned(), planning.revision()) else {
            return Ok(());
        };
        if self.shown == revision {
            return Ok(());
        }
        self.shown = revision;
        printer.plan(task, revision, &plan)?;
        if self.approves {
            let order = PlanOrder::Approve { revision };
            self.sent = client.send(Command::Plan { task, order });
            self.refused = self.sent.is_none();
        }
        Ok(())
    }

    /// The room answered a command. A plan that was changed meanwhile is printed and approved anew.
    pub(super) fn answered(
        &mut self,
        id: u64,
        error: Option<CommandError>,
        printer: &mut Printer,
    ) -> std::io::Result<()> {
        match error {
            Some(error) if self.sent == Some(id) => {
                self.refused = true;
                printer.note(&format!("the plan was not approved: {error}"))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Why the task waits for a person, if it waits for leave.
    pub(super) fn wanted(&self, state: &State, task: &Task) -> Option<String> {
        let asked = state.plan_item(task.id()).is_some() && waits(task);
        (asked && (!self.approves || self.refused)).then(|| {
            format!(
                "the plan of {} waits for leave: `a` on it in the Queue of `synod` approves it, `w` changes it, \
                 `d` refuses it; --approve takes a plan as it is made",
                task.id()
            )
        })
    }
}

fn waits(task: &Task) -> bool {
    !task.is_ended() && task.planning().stage() == PlanStage::Approve
}

/// Why a plan stands still until a person does something about one of its steps.
pub(super) fn step_waits(client: &Client, task: &Task) -> Option<String> {
    let state = client.state();
    let placed = task.planning().placed().iter();
    let steps: Vec<&Task> = placed.filter_map(|step| state.task(step.task)).collect();
    let at_work = |step: &&Task| {
        let mut calls = step.calls().iter().filter_map(|call| state.call(*call));
        calls.any(|call| call.ending().is_none())
    };
    if steps.iter().any(at_work) {
        return None;
    }
    steps.iter().find_map(|step| match step.phase() {
        Phase::Deciding {
            attention: Some(_), ..
        } => Some(format!(
            "the answers to the step {} differ; open `synod` to choose",
            step.id()
        )),
        Phase::Held { .. } => Some(format!("the step {}: {HELD}", step.id())),
        Phase::Queued | Phase::Working => logged_out(client, step),
        Phase::Deciding {
            attention: None, ..
        }
        | Phase::Ended { .. } => None,
    })
}
