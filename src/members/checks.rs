//! The hand that runs the commands of checks: one at a time, each to its end, its limit, or until it is
//! stopped. It knows which command belongs to a name; the room orders by the name alone.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::core::check::TAIL_MAX;
use crate::core::{CheckEnd, CheckId, CheckName, Report, Text};
use crate::mcp::{Errand, Options, Ran, Tail, run_errand};

/// Makes text of a program fit to be shown. The members have no sanitiser of their own.
pub type Clean = fn(&str) -> Cow<'_, str>;

/// The checks as configured: what each runs, or why it cannot be run and what to do.
#[derive(Debug, Clone, Default)]
pub struct CheckCommands(BTreeMap<CheckName, Result<Errand, String>>);

impl CheckCommands {
    /// These.
    #[must_use]
    pub fn new(commands: BTreeMap<CheckName, Result<Errand, String>>) -> Self {
        Self(commands)
    }
}

/// Runs checks.
#[derive(Debug)]
pub(super) struct Checkers {
    commands: CheckCommands,
    clean: Clean,
    options: Options,
    reports: mpsc::Sender<Report>,
    tasks: TaskTracker,
    closing: CancellationToken,
    /// Who holds it runs; the next one waits until the one before has left no process.
    turn: Arc<Mutex<()>>,
    running: Option<(CheckId, CancellationToken)>,
}

impl Checkers {
    /// `closing` falls when they are to end; they run on `tasks`.
    pub(super) fn new(
        options: Options,
        reports: mpsc::Sender<Report>,
        tasks: TaskTracker,
        closing: CancellationToken,
    ) -> Self {
        Self {
            commands: CheckCommands::default(),
            clean: |text| Cow::Borrowed(text),
            options,
            reports,
            tasks,
            closing,
            turn: Arc::default(),
            running: None,
        }
    }

    pub(super) fn know(&mut self, commands: CheckCommands, clean: Clean) {
        self.commands = commands;
        self.clean = clean;
    }

    /// Begins a check. Never waits.
    pub(super) fn run(&mut self, check: CheckId, name: &CheckName) {
        let stop = self.closing.child_token();
        self.running = Some((check, stop.clone()));
        let errand = match self.commands.0.get(name) {
            Some(errand) => errand.clone(),
            None => Err(format!(
                "the room knows no command for it; add a [check.{name}] with its `run` to synod.toml and \
                 start the room again"
            )),
        };
        let (options, clean, turn) = (self.options.clone(), self.clean, Arc::clone(&self.turn));
        let (reports, closing) = (self.reports.clone(), self.closing.clone());
        self.tasks.spawn(async move {
            let _turn = turn.lock().await;
            if stop.is_cancelled() {
                return;
            }
            let (end, tail) = match errand {
                Ok(errand) => {
                    let tail = Tail::new(TAIL_MAX);
                    let ran = run_errand(&errand, &options, &tail, &stop).await;
                    let wrote = if matches!(ran, Ran::NotStarted(_)) {
                        Text::from("")
                    } else {
                        readable(&tail.read().0, clean)
                    };
                    (told(ran), wrote)
                }
                Err(why) => (CheckEnd::NotStarted { why }, Text::from("")),
            };
            // Whoever stopped it counts it as over.
            if !stop.is_cancelled() {
                let report = Report::Checked { check, end, tail };
                closing.run_until_cancelled(reports.send(report)).await;
            }
        });
    }

    /// Stops a check; it is not reported any more.
    pub(super) fn stop(&mut self, check: CheckId) {
        if let Some((_, stop)) = self.running.take_if(|(running, _)| *running == check) {
            stop.cancel();
        }
    }
}

fn told(ran: Ran) -> CheckEnd {
    match ran {
        Ran::Ended(0) => CheckEnd::Passed,
        Ran::Ended(code) => CheckEnd::Failed { code },
        Ran::TimedOut => CheckEnd::TimedOut,
        Ran::Stopped => CheckEnd::Interrupted,
        Ran::NotStarted(why) => CheckEnd::NotStarted { why },
    }
}

/// The end of an output as text: clean, no longer than is kept, and from the beginning of a line where one
/// begins in it.
fn readable(tail: &[u8], clean: Clean) -> Text {
    let text = String::from_utf8_lossy(tail);
    let text = clean(&text);
    let text = text.trim_end();
    let cut = tail.len() >= TAIL_MAX || text.len() > TAIL_MAX;
    let from = text.ceil_char_boundary(text.len().saturating_sub(TAIL_MAX));
    let kept = text.get(from..).unwrap_or_default();
    let whole = kept.split_once('\n').map(|(_, rest)| rest);
    Text::from(whole.filter(|_| cut).unwrap_or(kept))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use pretty_assertions::assert_eq;

    use super::{TAIL_MAX, readable};

    #[test]
    fn an_output_is_cut_at_the_beginning_of_a_line() {
        let plain = |text: &str| -> String {
            readable(text.as_bytes(), |it| Cow::Borrowed(it))
                .as_str()
                .to_owned()
        };
        assert_eq!(plain("one\ntwo\n"), "one\ntwo");
        assert_eq!(plain(""), "");
        let long = format!("{}\nlast", "x".repeat(TAIL_MAX));
        assert_eq!(plain(&long), "last");
        let one_line = "ü".repeat(TAIL_MAX);
        let kept = plain(&one_line);
        assert!(
            kept.len() <= TAIL_MAX && kept.starts_with('ü'),
            "{}",
            kept.len()
        );
    }

    #[test]
    fn what_grows_when_it_is_made_fit_is_bounded_all_the_same() {
        let grown = readable(&[b'x'; TAIL_MAX - 1], |it| {
            Cow::Owned(it.replace('x', "xxx"))
        });
        assert_eq!(grown.len(), TAIL_MAX);
    }
}
