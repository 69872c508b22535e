//! The end of a simulated world: whatever is still open waits for the operator, who settles all of it.

use synod::core::{Budget, Command, Phase, Reply, State, Subject, Task, TaskId, login_awaited};

use super::World;
use crate::room::fold;
use crate::{ladder, learning, plans};

impl World<'_> {
    pub(super) fn everything_ended_or_waits_for_the_operator(&self) -> Result<(), String> {
        let state = &self.room.state;
        ladder::nobody_is_asked_in_vain(state)?;
        let stuck = state.open_tasks().find(|task| {
            let asked = match task.phase() {
                Phase::Deciding { attention, .. } => {
                    attention.is_some_and(|item| state.attention_item(item).is_some())
                }
                Phase::Held { attention } => state.attention_item(*attention).is_some(),
                Phase::Queued | Phase::Working | Phase::Ended { .. } => false,
            };
            let asked = asked || login_awaited(state, task).is_some() || plans::waits(state, task);
            let waits = |on: &TaskId| state.task(*on).is_some_and(|task| !task.is_ended());
            !asked && !task.order().after.iter().any(waits) && !budget_is_asked_for(state)
        });
        let unchecked = state
            .tasks()
            .map(Task::id)
            .find(|task| state.awaits_check(*task));
        if let Some(task) = unchecked {
            return Err(format!("the result of {task} is never checked"));
        }
        match stuck {
            Some(task) => Err(format!("a task hangs for ever: {task:?}")),
            None => Ok(()),
        }
    }

    /// One step without a result of a plan that ended for it is worked again, and the plan goes on.
    pub(super) fn operator_mends_a_plan(&mut self) -> Result<(), String> {
        let Some(task) = plans::given_up(&self.room.state) else {
            return Ok(());
        };
        // Members may have left, or steps may be forgotten: then that is refused.
        self.command(&Command::RetryTask { task })?;
        self.until_quiet()?;
        self.operator_settles_everything()
    }

    fn is_over(&self, task: TaskId) -> bool {
        self.room.state.task(task).is_some_and(Task::is_ended)
    }

    pub(super) fn operator_settles_everything(&mut self) -> Result<(), String> {
        for _ in 0..500 {
            let Some(item) = self.room.state.attention().next().cloned() else {
                break;
            };
            let command = match item.subject {
                Subject::Budget { .. } => Command::SetBudget(Budget::default()),
                // One that was opened again has a result already.
                Subject::Choice { task } if self.is_over(task) => Command::Answer {
                    attention: item.id,
                    reply: Reply::Deny {
                        reason: String::new(),
                    },
                },
                Subject::Choice { task } => Command::Choose {
                    task,
                    candidate: 0,
                    among: None,
                },
                Subject::Asked { .. } | Subject::Interrupted { .. } | Subject::LoggedOut { .. } => {
                    Command::Answer {
                        attention: item.id,
                        reply: Reply::Allow,
                    }
                }
                Subject::Plan { .. } => plans::settled(&self.room.state, item.id),
                Subject::Edited { .. } => Command::Answer {
                    attention: item.id,
                    reply: Reply::KeepAside,
                },
                Subject::Lessons { .. } => learning::settled(item.id),
                Subject::Proposed { .. } => Command::Answer {
                    attention: item.id,
                    reply: Reply::Deny {
                        reason: String::new(),
                    },
                },
            };
            if !self.command(&command)? {
                return Err(format!("the operator cannot settle {item:?}"));
            }
            self.until_quiet()?;
        }
        ladder::nobody_is_asked_in_vain(&self.room.state)?;
        match self.room.state.open_tasks().next() {
            Some(task) => Err(format!(
                "all is settled, and a task hangs for ever: {task:?}"
            )),
            None if self.room.state.attention().len() > 0 => {
                Err("items of the inbox are left over".to_owned())
            }
            None if fold(State::new(), &self.room.journal) != self.room.state => {
                Err("the journal does not give the state back".to_owned())
            }
            None => Ok(()),
        }
    }
}

fn budget_is_asked_for(state: &State) -> bool {
    let mut items = state.attention();
    items.any(|item| matches!(item.subject, Subject::Budget { .. }))
}
