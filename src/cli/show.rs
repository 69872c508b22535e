//! `synod show`: a task as the journal has it, whole, whatever has become of its documents.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use anyhow::bail;

use crate::cli::Place;
use crate::core::{
    CallId, Ending, Event, KindBy, MemberName, Outcome, Recorded, SessionId, TaskId, TaskOrder,
    Text,
};
use crate::journal::READ_PAGE_MAX;
use crate::journal::sqlite::Reader;
use crate::ui::text;

/// Options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The task, such as 41
    #[arg(value_parser = task_id)]
    task: TaskId,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn task_id(word: &str) -> Result<TaskId, String> {
    let digits = word.strip_prefix('#').unwrap_or(word);
    digits
        .parse()
        .map(TaskId)
        .map_err(|_| "name a task by its number, such as 41".to_owned())
}

/// Prints what was asked, what each call answered, and the result.
pub(super) fn show(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    let story = story(&place.project.journal()?, args.task)?;
    let Some(order) = &story.order else {
        bail!(
            "the room never had a task {}; `synod journal` shows what happened",
            args.task.0
        );
    };
    let mut stdout = std::io::stdout().lock();
    if args.json {
        writeln!(stdout, "{}", story.json(args.task, order))?;
    } else {
        story.write(&mut stdout, args.task, order)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A task from its events.
#[derive(Debug, Default)]
struct Story {
    order: Option<TaskOrder>,
    sessions: BTreeMap<SessionId, MemberName>,
    calls: BTreeMap<CallId, Told>,
    /// The result, or why there is none; `None` while the task is open.
    end: Option<Result<Text, String>>,
}

/// One call.
#[derive(Debug)]
struct Told {
    session: SessionId,
    member: Option<MemberName>,
    ending: Option<Ending>,
}

fn story(reader: &Reader, task: TaskId) -> anyhow::Result<Story> {
    let mut story = Story::default();
    let mut next = 1;
    loop {
        let page = reader.read(next, READ_PAGE_MAX)?;
        let Some(last) = page.last() else {
            return Ok(story);
        };
        next = last.seq + 1;
        for recorded in page {
            story.add(task, recorded);
        }
    }
}

impl Story {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a task is made of these few events"
    )]
    fn add(&mut self, of: TaskId, recorded: Recorded) {
        match recorded.event {
            Event::SessionOpened {
                session, member, ..
            }
            | Event::SessionForked {
                session, member, ..
            } => {
                self.sessions.insert(session, member);
            }
            Event::TaskAdded { task, order, .. } | Event::TaskReopened { task, order }
                if task == of =>
            {
                self.calls.clear();
                self.end = None;
                self.order = Some(order);
            }
            Event::TaskReworded {
                task, prompt, kind, ..
            } if task == of => {
                if let Some(order) = &mut self.order {
                    order.prompt = prompt;
                    order.kind = kind;
                }
            }
            Event::TaskRelabelled { task, kind } if task == of => {
                if let Some(order) = &mut self.order {
                    order.kind = kind;
                    order.kind_by = KindBy::Corrected;
                }
            }
            Event::CallStarted {
                call,
                task,
                session,
                ..
            } if task == of => {
                let told = Told {
                    session,
                    member: self.sessions.get(&session).cloned(),
                    ending: None,
                };
                self.calls.insert(call, told);
            }
            Event::CallEnded { call, ending } => {
                if let Some(told) = self.calls.get_mut(&call) {
                    told.ending = Some(ending);
                }
            }
            Event::TaskConcluded { task, outcome } if task == of => {
                self.end = Some(match outcome {
                    Outcome::Done { result, .. } => Ok(result),
                    Outcome::Failed { why } => Err(why),
                    Outcome::Cancelled => Err("it was called off".to_owned()),
                });
            }
            Event::ResultReplaced { task, result } if task == of => self.end = Some(Ok(result)),
            _ => {}
        }
    }

    fn write(&self, to: &mut impl Write, task: TaskId, order: &TaskOrder) -> std::io::Result<()> {
        writeln!(
            to,
            "# Task {} ({}, {})\n",
            task.0, order.kind, order.strategy
        )?;
        for line in order.prompt.as_str().lines() {
            writeln!(to, "{}", format!("> {}", text::line(line)).trim_end())?;
        }
        for (call, told) in &self.calls {
            let member = told.member.as_ref().map_or("?", MemberName::as_str);
            let (how, said) = told.ended();
            let how = text::line(&how);
            writeln!(to, "\n## {call}: {member} in {}, {how}\n", told.session)?;
            lines(to, said)?;
        }
        match &self.end {
            Some(Ok(result)) => {
                writeln!(to, "\n## Result\n")?;
                lines(to, result.as_str())
            }
            Some(Err(why)) => writeln!(to, "\nIt has no result: {}", text::line(why)),
            None => writeln!(to, "\nIt is still open."),
        }
    }

    fn json(&self, task: TaskId, order: &TaskOrder) -> serde_json::Value {
        let calls = self.calls.iter().map(|(call, told)| {
            let (how, said) = told.ended();
            serde_json::json!({
                "call": call.to_string(),
                "member": told.member.as_ref().map(MemberName::as_str),
                "session": told.session.to_string(),
                "state": how,
                "text": said,
            })
        });
        let (result, why) = match &self.end {
            Some(Ok(result)) => (Some(result.as_str()), None),
            Some(Err(why)) => (None, Some(why.as_str())),
            None => (None, None),
        };
        serde_json::json!({
            "task": task.0,
            "prompt": order.prompt.as_str(),
            "kind": order.kind.word(),
            "kind_by": order.kind_by.word(),
            "strategy": order.strategy.word(),
            "calls": calls.collect::<Vec<_>>(),
            "result": result,
            "why": why,
        })
    }
}

impl Told {
    /// How it ended, and what was said up to there.
    fn ended(&self) -> (String, &str) {
        match &self.ending {
            None => ("at work".to_owned(), ""),
            Some(Ending::Answered(answer)) => ("answered".to_owned(), answer.text.as_str()),
            Some(Ending::Failed { failure, partial }) => {
                (format!("failed: {failure}"), partial.as_str())
            }
            Some(Ending::Cancelled { partial }) => ("cancelled".to_owned(), partial.as_str()),
            Some(Ending::Interrupted) => ("interrupted".to_owned(), ""),
        }
    }
}

/// Untrusted text, line by line, so that it cannot do anything to a terminal.
fn lines(to: &mut impl Write, said: &str) -> std::io::Result<()> {
    for line in said.lines() {
        writeln!(to, "{}", text::line(line))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Story, task_id};
    use crate::core::fixture::{order, said};
    use crate::core::{
        CallId, Ending, Event, MemberName, Outcome, Purpose, Recorded, SessionId, Strategy, TaskId,
        Text, Timestamp,
    };

    fn told() -> Story {
        let (task, session, call) = (TaskId(41), SessionId(1), CallId(7));
        let start = |call, task| Event::CallStarted {
            call,
            task,
            session,
            purpose: Purpose::Answer,
            access: crate::core::Access::Read,
            prompt: Text::from("why?"),
            inputs: Vec::new(),
        };
        let ended = |call, text| Event::CallEnded {
            call,
            ending: Ending::Answered(said(text)),
        };
        let events = [
            Event::SessionOpened {
                session,
                member: MemberName::new("codex").unwrap(),
                title: "codex".to_owned(),
            },
            Event::TaskAdded {
                task,
                order: order(Strategy::Solo, &["codex"]),
                analysis: None,
            },
            start(call, task),
            start(CallId(8), TaskId(42)),
            ended(call, "It waits\u{1b}[2J.\nSo wait."),
            ended(CallId(8), "not of this one"),
            Event::TaskConcluded {
                task,
                outcome: Outcome::Done {
                    result: Text::from("It waits."),
                    from: vec![call],
                    basis: crate::core::Basis::Only,
                },
            },
            Event::ResultsAged {
                tasks: vec![task],
                old: crate::core::Old::Archive,
            },
        ];
        let mut story = Story::default();
        for (seq, event) in (1..).zip(events) {
            let at = Timestamp(seq);
            story.add(task, Recorded { seq, at, event });
        }
        story
    }

    #[test]
    fn a_task_is_shown_whole_whatever_has_become_of_its_documents() {
        let story = told();
        let mut shown = Vec::new();
        let order = story.order.clone().unwrap();
        story.write(&mut shown, TaskId(41), &order).unwrap();
        let shown = String::from_utf8(shown).unwrap();
        assert_eq!(
            shown,
            "# Task 41 (general, solo)\n\n> why?\n\n## c7: codex in s1, answered\n\nIt waits.\nSo wait.\n\n## Result\n\nIt waits.\n"
        );
        let json = story.json(TaskId(41), &order);
        assert_eq!(json["calls"][0]["member"], "codex");
        assert_eq!(
            (&json["result"], &json["why"]),
            (&"It waits.".into(), &serde_json::Value::Null)
        );
    }

    #[test]
    fn tasks_are_named_by_number() {
        assert_eq!(task_id("#41"), Ok(TaskId(41)));
        assert!(task_id("login").is_err());
    }
}
