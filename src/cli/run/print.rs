//! What `synod run` prints. The objects of `--json` are a promise to scripts: fields are added,
//! never renamed.

use std::io::{Result, Write};

use serde_json::{Value, json};

use crate::cli::run::plans::is_of;
use crate::core::plan::text;
use crate::core::{
    CallId, Candidate, CheckEnd, CheckId, CheckName, Checked, Delta, DeltaKind, Ending, Event,
    Failure, MemberName, Outcome, Plan, Recorded, State, Task, TaskId,
};
use crate::ui::checks;
use crate::ui::text::clean;

/// How many of the last lines of a check that did not pass are quoted.
const TAIL_LINES: usize = 20;

/// Where the words of a run go.
#[derive(Debug)]
pub(super) struct Printer {
    json: bool,
}

impl Printer {
    /// Prints bare results, or JSON lines.
    pub(super) fn new(json: bool) -> Self {
        Self { json }
    }

    /// `{"type":"added","task":41}`
    pub(super) fn added(&mut self, task: TaskId) -> Result<()> {
        self.line(
            &json!({"type": "added", "task": task}),
            &format!("{task} added"),
        )
    }

    /// `{"type":"note","text":"…"}`
    pub(super) fn note(&mut self, text: &str) -> Result<()> {
        self.line(&json!({"type": "note", "text": text}), text)
    }

    /// `call_started`, `call_ended`, `routed`, `check_started` and `check_ended` objects of the task.
    pub(super) fn events(
        &mut self,
        state: &State,
        task: TaskId,
        events: &[Recorded],
    ) -> Result<()> {
        for recorded in events {
            self.event(state, task, &recorded.event)?;
        }
        Ok(())
    }

    fn event(&mut self, state: &State, task: TaskId, event: &Event) -> Result<()> {
        if let Event::TaskRouted {
            task: of,
            council,
            because,
            route,
            convened,
            forecast,
        } = event
            && is_of(state, task, *of)
        {
            let object = json!({"type": "routed", "task": of, "members": council, "because": because, "route": route, "convened": convened, "forecast": forecast});
            let names: Vec<&str> = council.iter().map(MemberName::as_str).collect();
            self.line(&object, &format!("{of} goes to {}", names.join(", ")))?;
        }
        if let Event::Checked {
            what:
                Checked::Started {
                    check,
                    task: of,
                    name,
                },
        } = event
            && is_of(state, task, *of)
        {
            let object = json!({"type": "check_started", "task": of, "check": check, "name": name});
            let whose = whose(task, *of);
            self.line(&object, &format!("{whose}◔ {name} running"))?;
        }
        if let Event::Checked {
            what:
                Checked::Ended {
                    check,
                    task: of,
                    end,
                    tail,
                },
        } = event
            && is_of(state, task, *of)
            && let Some(checked) = state.task(*of).and_then(Task::checked)
        {
            let whose = whose(task, *of);
            self.check_ended((*of, &whose), (*check, checked.name()), end, tail.as_str())?;
        }
        if let Event::CallStarted { call, task: of, .. } = event
            && is_of(state, task, *of)
        {
            let member = member(state, *call);
            let object =
                json!({"type": "call_started", "task": of, "call": call, "member": member});
            self.line(&object, &format!("{member} works"))?;
        }
        if let Event::CallEnded { call, ending } = event
            && state
                .call(*call)
                .is_some_and(|call| is_of(state, task, call.task()))
        {
            self.call_ended(&member(state, *call), *call, ending)?;
        }
        if let Event::TaskConcluded { task: of, outcome } = event
            && *of != task
            && is_of(state, task, *of)
        {
            self.step(state, *of, outcome)?;
        }
        Ok(())
    }

    /// `{"type":"step","task":42,"key":"read","how":"done"}`, or how it ended else.
    fn step(&self, state: &State, step: TaskId, outcome: &Outcome) -> Result<()> {
        let part = state.task(step).and_then(Task::part);
        let key = part.map_or("", |part| part.key.as_str());
        let (how, why) = match outcome {
            Outcome::Done { .. } => ("done", None),
            Outcome::Failed { why } => ("failed", Some(why)),
            Outcome::Cancelled => ("cancelled", None),
        };
        let told = why.map_or_else(String::new, |why| format!(": {why}"));
        self.line(
            &json!({"type": "step", "task": step, "key": key, "how": how, "why": why}),
            &format!("{step} {key} {how}{told}"),
        )
    }

    /// `{"type":"plan","task":41,"revision":1,"steps":[{"key":"read","prompt":"…",…}]}`
    pub(super) fn plan(&mut self, task: TaskId, revision: u32, plan: &Plan) -> Result<()> {
        let object =
            json!({"type": "plan", "task": task, "revision": revision, "steps": plan.steps()});
        self.line(&object, &clean(&text(plan)))
    }

    /// `{"type":"text","call":7,"member":"codex","text":"…"}`, JSON only.
    pub(super) fn deltas(&mut self, state: &State, task: TaskId, deltas: &[Delta]) -> Result<()> {
        let ours = deltas.iter().filter(|delta| {
            state
                .call(delta.call)
                .is_some_and(|call| is_of(state, task, call.task()))
        });
        for delta in ours.filter(|delta| self.json && delta.kind == DeltaKind::Answer) {
            let member = member(state, delta.call);
            print(
                &json!({"type": "text", "call": delta.call, "member": member, "text": delta.text}),
            )?;
        }
        Ok(())
    }

    /// `{"type":"no_decision","candidates":[{"label":"42","members":["a"]}]}`
    pub(super) fn conflict(
        &mut self,
        state: &State,
        task: TaskId,
        candidates: &[Candidate],
    ) -> Result<()> {
        let of = |candidate: &Candidate| -> Vec<String> {
            candidate
                .calls
                .iter()
                .map(|call| member(state, *call))
                .collect()
        };
        let listed: Vec<Value> = candidates
            .iter()
            .map(|candidate| json!({"label": candidate.label, "members": of(candidate)}))
            .collect();
        let told: Vec<String> = candidates
            .iter()
            .map(|candidate| format!("  {}: {}", of(candidate).join(", "), candidate.label))
            .collect();
        let text = format!(
            "the answers differ; open `synod` to choose\n{}",
            told.join("\n")
        );
        self.line(
            &json!({"type": "no_decision", "task": task, "candidates": listed}),
            &text,
        )
    }

    /// `{"type":"done","task":41,"result":"…"}`, `failed` with `why`, or `cancelled`.
    pub(super) fn outcome(&mut self, task: TaskId, outcome: &Outcome) -> Result<()> {
        match outcome {
            Outcome::Done { result, basis, .. } if self.json => {
                print(&json!({"type": "done", "task": task, "basis": basis, "result": result}))
            }
            Outcome::Done { result, .. } => {
                writeln!(std::io::stdout().lock(), "{}", result.as_str().trim_end())
            }
            Outcome::Failed { why } => self.line(
                &json!({"type": "failed", "task": task, "why": why}),
                &format!("{task} failed: {why}"),
            ),
            Outcome::Cancelled => self.line(
                &json!({"type": "cancelled", "task": task}),
                &format!("{task} was cancelled"),
            ),
        }
    }

    fn call_ended(&mut self, member: &str, call: CallId, ending: &Ending) -> Result<()> {
        let (how, text) = match ending {
            Ending::Answered(answer) => {
                let usage = answer.usage;
                let object = json!({
                    "type": "call_ended", "call": call, "member": member, "how": "answered",
                    "tokens": usage.tokens(), "estimated": usage.estimated, "micro_usd": usage.micro_usd,
                });
                return self.line(&object, &format!("{member} answered"));
            }
            Ending::Failed { failure, .. } => return self.failed(member, call, failure),
            Ending::Cancelled { .. } => ("cancelled", format!("{member} was cancelled")),
            Ending::Interrupted => ("interrupted", format!("{member} was interrupted")),
        };
        let object =
            json!({"type": "call_ended", "call": call, "member": member, "how": how, "text": text});
        self.line(&object, &text)
    }

    /// `{"type":"call_ended","how":"failed","kind":"rate_limited","message":"…","said":"…"}` with
    /// `retry_after_ms` where the server said so; `kind` is one of a few words that never change.
    fn failed(&self, member: &str, call: CallId, failure: &Failure) -> Result<()> {
        let text = format!("{member}: {failure}");
        let object = json!({
            "type": "call_ended", "call": call, "member": member, "how": "failed", "text": text,
            "kind": failure.kind.code(), "message": failure.message, "said": failure.said,
            "retry_after_ms": failure.retry_after,
        });
        let said = clean(failure.said.as_str());
        let mut all = clean(&text).into_owned();
        // One line of it is quoted already.
        if said.trim().lines().count() > 1 {
            for line in said.trim().lines() {
                all.push_str("\n  | ");
                all.push_str(line);
            }
        }
        self.line(&object, &all)
    }

    /// `{"type":"check_ended","name":"tests","how":"failed","code":101,"tail":"…"}`; `how` is `passed`,
    /// `failed`, `timed_out`, `not_started` (with `why`) or `interrupted`.
    fn check_ended(
        &self,
        (task, whose): (TaskId, &str),
        (check, name): (CheckId, &CheckName),
        end: &CheckEnd,
        tail: &str,
    ) -> Result<()> {
        let (how, code, why) = match end {
            CheckEnd::Passed => ("passed", Some(0), None),
            CheckEnd::Failed { code } => ("failed", Some(*code), None),
            CheckEnd::TimedOut => ("timed_out", None, None),
            CheckEnd::NotStarted { why } => ("not_started", None, Some(why)),
            CheckEnd::Interrupted => ("interrupted", None, None),
        };
        let object = json!({
            "type": "check_ended", "task": task, "check": check, "name": name, "how": how,
            "code": code, "why": why, "tail": tail,
        });
        let mut text = format!("{whose}{}", checks::ended(name, end));
        if let Some(why) = why {
            text = format!("{text}: {}", clean(why));
        }
        if *end != CheckEnd::Passed {
            let tail = clean(tail);
            let lines: Vec<&str> = tail.lines().collect();
            for line in lines.iter().skip(lines.len().saturating_sub(TAIL_LINES)) {
                text.push_str("\n  | ");
                text.push_str(line);
            }
        }
        self.line(&object, &text)
    }

    fn line(&self, object: &Value, text: &str) -> Result<()> {
        if self.json {
            print(object)
        } else {
            writeln!(std::io::stderr().lock(), "{text}")
        }
    }
}

fn print(object: &Value) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{object}")?;
    stdout.flush()
}

/// Which step's check is told of, where it is not that of the task that is run.
fn whose(run: TaskId, task: TaskId) -> String {
    if task == run {
        String::new()
    } else {
        format!("{task} ")
    }
}

fn member(state: &State, call: CallId) -> String {
    state
        .call(call)
        .map_or_else(String::new, |call| call.member().to_string())
}
