//! A room with something to recommend: a member that loses on a kind, a server that is restarted, a window
//! that is nearly full, a budget that runs out.

use crate::core::advice::{LEAST_SINCE, look};
use crate::core::conflict::normal::final_answer;
use crate::core::{
    Answer, AnswerKind, Budget, Command, ContextUse, Ending, Health, MemberName, Reach, Refusal,
    Span, Strategy, Subject, TaskKind, TaskOrder, Text, Timestamp, Usage,
};
use crate::ui::room::Room as _;
use crate::ui::stage::Stage;
use crate::ui::stage::demo::{OPENED, member};

const MEMBERS: [&str; 4] = ["claude", "codex", "gpt", "local"];
/// Tokens of the window of claude.
const WINDOW: u64 = 200_000;

impl Stage {
    /// The room. Every run gives the same one.
    ///
    /// # Errors
    /// When the core refuses a step of the script: the script is then out of date.
    pub fn advised() -> Result<Self, Refusal> {
        let mut stage = Self::open("my-app", Timestamp(OPENED.0 - Span::DAY.0 / 4));
        for name in MEMBERS {
            if let Some(spec) = member(name, Reach::Text) {
                stage.seat(spec)?;
            }
        }
        stage.command(&Command::SetBudget(Budget {
            tokens: Some(400_000),
            ..Budget::default()
        }))?;
        for _ in 0..look::LEAST_RESULTS + LEAST_SINCE {
            stage.council()?;
            stage.advance(Span::secs(400));
        }
        stage.alone("claude", 183_000)?;
        let codex = MemberName::new("codex").ok();
        for codex in codex.iter().cycle().take(5) {
            stage.advance(Span::secs(240));
            for health in [crashed(stage.now()), ready()] {
                stage.health(codex, health);
            }
        }
        Ok(stage)
    }

    /// A council on code whose member `local` sees it otherwise, and has not its way.
    fn council(&mut self) -> Result<(), Refusal> {
        let members = ["claude", "gpt", "local"];
        let named = members.iter().filter_map(|name| MemberName::new(name).ok());
        self.command(&Command::AddTask(TaskOrder {
            kind: TaskKind::Code,
            members: named.collect(),
            strategy: Strategy::Council,
            ..TaskOrder::new("how many retries does the login take?")
        }))?;
        for (name, value) in members.iter().zip([3, 3, 5]) {
            self.advance(Span::secs(9));
            self.end(name, answered(value, 2_600, None));
        }
        let mut items = self.state().attention();
        let task = items.find_map(|item| match item.subject {
            Subject::Choice { task } => Some(task),
            Subject::Asked { .. }
            | Subject::Edited { .. }
            | Subject::Proposed { .. }
            | Subject::Plan { .. }
            | Subject::Lessons { .. }
            | Subject::Interrupted { .. }
            | Subject::LoggedOut { .. }
            | Subject::Budget { .. } => None,
        });
        drop(items);
        let Some(task) = task else { return Ok(()) };
        self.command(&Command::Choose {
            task,
            candidate: 0,
            among: None,
        })
    }

    /// A task of one member, after which so many tokens of its window are taken.
    fn alone(&mut self, name: &str, taken: u64) -> Result<(), Refusal> {
        self.command(&Command::AddTask(TaskOrder {
            members: MemberName::new(name).into_iter().collect(),
            ..TaskOrder::new("write down what is left to do")
        }))?;
        if let Some(call) = self.call_of(name) {
            let handle = crate::core::Handle {
                value: "thread-9".to_owned(),
                survives_restart: true,
            };
            self.report(&crate::core::Report::Bound { call, handle });
        }
        self.advance(Span::secs(12));
        self.end(name, answered(0, 14_000, ContextUse::new(taken, WINDOW)));
        Ok(())
    }
}

fn answered(value: u64, input: u64, context: Option<ContextUse>) -> Ending {
    let value = serde_json::Value::from(value);
    Ending::Answered(Answer {
        text: Text::from("As many as the settings say."),
        block: Some(final_answer(AnswerKind::Number, &value, None)),
        usage: Usage {
            input,
            output: 700,
            context,
            ..Usage::default()
        },
        first_text: None,
    })
}

fn crashed(at: Timestamp) -> Health {
    Health::Restarting {
        why: "it exited (1)".to_owned(),
        at,
    }
}

fn ready() -> Health {
    Health::Ready {
        protocol: "2025-11-25".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::core::advice::Sort;
    use crate::ui::room::Room as _;
    use crate::ui::stage::Stage;

    #[test]
    fn several_sorts_stand_and_every_run_is_the_same() {
        let stage = Stage::advised().unwrap();
        let standing = stage.state().advice().standing();
        let sorts: Vec<Sort> = standing.map(|entry| entry.about.sort()).collect();
        let wanted = [Sort::Budget, Sort::Context, Sort::Restarts, Sort::Kinds];
        assert_eq!(sorts, wanted);
        assert_eq!(Stage::advised().unwrap().state(), stage.state());
    }
}
