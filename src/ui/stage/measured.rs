//! A room with a past: nine days of work by rehearsal members of different habits, for figures that are
//! worth a look. Drawn by dice, and the same every time.

use crate::core::conflict::normal::final_answer;
use crate::core::hash::Dice;
use crate::core::ladder::{ContestOrder, Ladder, Rung};
use crate::core::{
    Answer, AnswerKind, Command, Contest, ContextUse, Ending, Failure, FailureKind, MemberName,
    Reach, Refusal, Span, Strategy, Subject, Task, TaskId, TaskKind, TaskOrder, Text, Timestamp,
    Usage,
};
use crate::ui::room::Room as _;
use crate::ui::stage::Stage;
use crate::ui::stage::demo::{OPENED, member};

/// Days before the pictures.
const DAYS: u64 = 9;
/// How often calls are seen to for one task, at most.
const ROUNDS: usize = 12;

/// What a member is like.
struct Habit {
    name: &'static str,
    /// Milliseconds of a usual answer.
    pace: u64,
    /// Of a hundred answers those that are right.
    right: u64,
    /// Of a hundred calls those that fail, and how.
    fails: (u64, FailureKind),
    /// Tokens of its window; 0 where its server does not say.
    window: u64,
    /// Millionths of a dollar a token; 0 where it has no price.
    price: u64,
    /// Whether its server counts tokens.
    counts: bool,
}

const HABITS: [Habit; 5] = [
    Habit {
        name: "claude",
        pace: 21_000,
        right: 88,
        fails: (3, FailureKind::Overloaded),
        window: 200_000,
        price: 9,
        counts: true,
    },
    Habit {
        name: "codex",
        pace: 34_000,
        right: 84,
        fails: (4, FailureKind::TimedOut),
        window: 272_000,
        price: 4,
        counts: true,
    },
    Habit {
        name: "gemini",
        pace: 12_000,
        right: 72,
        fails: (7, FailureKind::Malformed),
        window: 0,
        price: 2,
        counts: true,
    },
    Habit {
        name: "gpt",
        pace: 16_000,
        right: 79,
        fails: (5, FailureKind::Refused),
        window: 0,
        price: 5,
        counts: true,
    },
    Habit {
        name: "local",
        pace: 5_000,
        right: 55,
        fails: (11, FailureKind::Crashed),
        window: 0,
        price: 0,
        counts: false,
    },
];

const KINDS: [TaskKind; 5] = [
    TaskKind::Code,
    TaskKind::Code,
    TaskKind::Review,
    TaskKind::Factual,
    TaskKind::Analysis,
];

impl Stage {
    /// The room after nine days. Every run gives the same room.
    ///
    /// # Errors
    /// When the core refuses a step of the script: the script is then out of date.
    pub fn measured() -> Result<Self, Refusal> {
        let mut stage = Self::open("my-app", Timestamp(OPENED.0 - DAYS * Span::DAY.0));
        for habit in &HABITS {
            if let Some(spec) = member(habit.name, Reach::Text) {
                stage.seat(spec)?;
            }
        }
        if let Some(spec) = member("mistral", Reach::Text) {
            stage.seat(spec)?;
        }
        stage.command(&Command::SetLadder(Ladder {
            rungs: vec![Rung::Vote, Rung::Operator],
            ..Ladder::default()
        }))?;
        let mut dice = Dice::new(7);
        for day in 0..=DAYS {
            let begins = Timestamp(OPENED.0 - (DAYS - day) * Span::DAY.0);
            let tasks = 7 + dice.roll() % 6;
            for _ in 0..tasks {
                stage.task(&mut dice)?;
                let pause = Span::secs(120 + dice.roll() % 2_000);
                stage.advance(pause);
            }
            if day == 2
                && let Ok(member) = MemberName::new("mistral")
            {
                stage.command(&Command::Dismiss { member })?;
            }
            // The next morning, or what is left of the last day.
            let next = begins.after(Span::DAY);
            if day < DAYS {
                stage.advance(next.since(stage.now()));
            }
        }
        Ok(stage)
    }

    fn task(&mut self, dice: &mut Dice) -> Result<(), Refusal> {
        let kind = pick(dice, &KINDS);
        let task = self.state().next_task();
        let alone = !dice.roll().is_multiple_of(3);
        let mut names: Vec<&MemberName> = self
            .state()
            .members()
            .filter(|one| one.takes_calls())
            .map(|one| &one.spec().name)
            .collect();
        let count = if alone { 1 } else { 3 };
        while names.len() > count {
            let one = usize::try_from(dice.roll()).unwrap_or(0) % names.len();
            names.remove(one);
        }
        let members = names.into_iter().cloned().collect();
        self.command(&Command::AddTask(TaskOrder {
            kind,
            members,
            strategy: if alone {
                Strategy::Solo
            } else {
                Strategy::Council
            },
            ..TaskOrder::new("how many retries does the login take?")
        }))?;
        for _ in 0..ROUNDS {
            if self.state().task(task).is_none_or(Task::is_ended) {
                break;
            }
            self.calls(dice);
            self.choose(task, 0)?;
            // Whoever failed is asked again a little later.
            self.advance(Span::secs(45));
        }
        if self.state().contest(task).is_some() && dice.roll().is_multiple_of(3) {
            self.think_again(task, usize::from(dice.roll().is_multiple_of(3)))?;
        }
        Ok(())
    }

    /// The operator looks at a decision again, and takes an answer itself.
    fn think_again(&mut self, task: TaskId, candidate: usize) -> Result<(), Refusal> {
        let decided = self.state().contest(task).and_then(Contest::decision);
        if decided.is_none() {
            return Ok(());
        }
        let order = ContestOrder::Reopen;
        self.command(&Command::Contest { task, order })?;
        self.choose(task, candidate)
    }

    /// Every call in flight comes to its end, the fastest first.
    fn calls(&mut self, dice: &mut Dice) {
        let flying = self.state().calls_in_flight();
        let names = flying.map(|(_, call)| call.member().to_string());
        let mut ends: Vec<(u64, String)> = names
            .map(|name| {
                let pace = habit(&name).pace;
                // Most are near the usual, a few take long.
                let long = if dice.roll().is_multiple_of(9) { 4 } else { 1 };
                (pace * long / 2 + dice.roll() % pace, name)
            })
            .collect();
        ends.sort();
        let mut gone = 0;
        for (after, name) in ends {
            self.advance(Span(after.saturating_sub(gone)));
            gone = after.max(gone);
            let ending = ending(&name, after, dice);
            self.end(&name, ending);
        }
    }

    /// The operator chooses where it is asked.
    fn choose(&mut self, task: TaskId, candidate: usize) -> Result<(), Refusal> {
        let asks = self
            .state()
            .attention()
            .any(|item| matches!(item.subject, Subject::Choice { task: of } if of == task));
        if asks {
            self.command(&Command::Choose {
                task,
                candidate,
                among: None,
            })?;
        }
        Ok(())
    }
}

fn habit(name: &str) -> &'static Habit {
    const LIKE: &Habit = &HABITS[2];
    HABITS.iter().find(|one| one.name == name).unwrap_or(LIKE)
}

fn pick<T: Copy>(dice: &mut Dice, of: &[T; 5]) -> T {
    let at = usize::try_from(dice.roll() % 5).unwrap_or(0);
    of.get(at).copied().unwrap_or(of[0])
}

fn ending(name: &str, took: u64, dice: &mut Dice) -> Ending {
    let habit = habit(name);
    let (often, kind) = habit.fails;
    if dice.roll() % 100 < often {
        return Ending::Failed {
            failure: Failure::new(kind, "it could not be done now"),
            partial: Text::from(""),
        };
    }
    let right = dice.roll() % 100 < habit.right;
    let value = if right { 3 } else { 4 + dice.roll() % 2 };
    let input = 2_000 + dice.roll() % 30_000;
    let output = 100 + took / 30;
    let reported = habit.counts;
    let price = if reported { habit.price } else { 0 };
    let value = serde_json::Value::from(value);
    Ending::Answered(Answer {
        text: Text::from("As many as the settings say."),
        block: Some(final_answer(AnswerKind::Number, &value, None)),
        usage: Usage {
            input,
            output,
            micro_usd: (input + output * 4) * price,
            estimated: !reported,
            cached: (habit.window > 0).then_some(input * (40 + dice.roll() % 50) / 100),
            context: ContextUse::new(input * 4, habit.window),
        },
        first_text: Some(Span(took / 12 + dice.roll() % 600)),
    })
}

#[cfg(test)]
mod tests {
    use crate::core::metrics::Window;
    use crate::ui::room::Room as _;
    use crate::ui::stage::Stage;

    #[test]
    fn the_past_has_figures_of_every_sort_and_is_always_the_same() {
        let stage = Stage::measured().unwrap();
        let metrics = stage.state().metrics();
        let table = metrics.over(Window::Ever, stage.now());
        let all = table.total();
        for share in [all.acceptance(), all.with_council(), all.votes()] {
            assert!(share.of > 10 && share.of < share.n, "{share:?}");
        }
        assert!(all.with_operator().n > 0 && all.failures().count() > 2);
        assert!(all.estimated_tokens().is_some() && all.micro_usd().is_some());
        assert!(all.cached().is_some() && table.by_kind().len() > 3);
        let hour = metrics.over(Window::Hour, stage.now()).total();
        assert!(hour.calls() > 0 && hour.calls() < all.calls() / 4);
        let again = Stage::measured().unwrap();
        assert_eq!(again.state(), stage.state());
    }
}
