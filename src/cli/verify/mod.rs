//! `synod verify`: counts the decisions of a room anew, from the journal alone, whether the room runs or not.
//!
//! Every event is read once and its hash checked; what the events say of conflicts is checked by the
//! [`Verifier`]. Nothing is written but the record that is asked for.

mod told;

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

use crate::cli::{FAILED, Misused, Place};
use crate::core::ladder::record::{Head, record};
use crate::core::ladder::verify::{Checked, Found, Noticed, Verifier};
use crate::core::{Recorded, TaskId, Timestamp};
use crate::journal::ReadError;
use crate::journal::chain::Digest;
use crate::journal::sqlite::{Reader, Verified};
use told::{Form, Told};

/// Options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The task whose conflict was decided, such as 41; all of them otherwise
    #[arg(value_parser = super::show::task_id)]
    task: Option<TaskId>,
    /// All decisions that the journal has; what is done without a task
    #[arg(long, conflicts_with = "task")]
    all: bool,
    /// What each rule says of each decision, and each refused ballot
    #[arg(long, short)]
    verbose: bool,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// Write the record of the task's conflict as Markdown to a new file, or to - for the terminal
    #[arg(long, value_name = "FILE", requires = "task", conflicts_with = "json")]
    export: Option<PathBuf>,
}

/// Counts anew what is asked for, and tells it.
pub(super) fn verify(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    let project = &place.project;
    if !project.room.join("room.db").exists() {
        return Err(Misused(format!(
            "{} has no journal yet; `synod` makes one",
            project.root.display()
        ))
        .into());
    }
    let reader = Reader::open(&project.room)?;
    let mut recount = Recount::new(args, reader.head()?);
    let end = reader.each(|recorded| recount.add(&recorded));
    recount.finish(&end)
}

/// One run over a journal.
struct Recount<'a> {
    args: &'a Args,
    verifier: Verifier,
    told: Told,
    /// The end of the journal when the run began; more may be written meanwhile.
    head: (u64, Digest),
    /// How many things do not add up.
    flaws: u64,
    /// By task and by when they were found: one that was opened again is the same, and one of a task that
    /// was asked anew is another.
    conflicts: BTreeSet<(TaskId, Timestamp)>,
    /// The record of the conflict that is asked for, as it stood when it ended.
    record: Option<String>,
    /// What went wrong with the printing.
    failed: Option<std::io::Error>,
}

impl<'a> Recount<'a> {
    fn new(args: &'a Args, head: (u64, Digest)) -> Self {
        let form = if args.export.as_deref() == Some(Path::new("-")) {
            Form::Quiet
        } else if args.json {
            Form::Json
        } else {
            Form::Table
        };
        Self {
            args,
            verifier: Verifier::new(),
            told: Told::new(form, args.verbose || args.task.is_some()),
            head,
            flaws: 0,
            conflicts: BTreeSet::new(),
            record: None,
            failed: None,
        }
    }

    fn is_asked_for(&self, task: TaskId) -> bool {
        self.args.all || self.args.task.is_none_or(|one| one == task)
    }

    fn add(&mut self, recorded: &Recorded) {
        for noticed in self.verifier.add(recorded) {
            let printed = match &noticed {
                Noticed::Flaw(found) => self.flaw(found),
                Noticed::Over(checked) => self.over(checked),
            };
            if let Err(error) = printed {
                self.failed.get_or_insert(error);
            }
        }
    }

    fn flaw(&mut self, found: &Found) -> std::io::Result<()> {
        if found.task.is_none_or(|task| self.is_asked_for(task)) {
            self.flaws += 1;
            self.told.flaw(found)?;
        }
        Ok(())
    }

    fn over(&mut self, checked: &Checked) -> std::io::Result<()> {
        let task = checked.contest.task();
        if !self.is_asked_for(task) {
            return Ok(());
        }
        self.conflicts.insert((task, checked.contest.found()));
        self.note_record(task);
        self.told.over(checked)
    }

    fn note_record(&mut self, task: TaskId) {
        if self.args.export.is_some() {
            let hash = self.head.1.to_string();
            let (seq, hash) = (self.head.0, hash.as_str());
            self.record = record(self.verifier.state(), task, Some(Head { seq, hash }));
        }
    }

    /// What is still open, the end of the chain, and the code to end with.
    fn finish(mut self, end: &Result<Verified, ReadError>) -> anyhow::Result<ExitCode> {
        let open = self.verifier.open();
        let open = open.filter(|one| self.is_asked_for(one.task()));
        for contest in &open.cloned().collect::<Vec<_>>() {
            self.conflicts.insert((contest.task(), contest.found()));
            self.note_record(contest.task());
            self.told.open(contest)?;
        }
        if let Some(error) = self.failed {
            return Err(error.into());
        }
        if let (Some(task), true, Ok(_)) = (self.args.task, self.conflicts.is_empty(), end) {
            let known = self.verifier.state().next_task() > task && task.0 > 0;
            return Err(Misused(if known {
                format!(
                    "the answers to task {} never differed, so nothing was decided",
                    task.0
                )
            } else {
                format!(
                    "the room never had a task {}; `synod verify` shows what was decided",
                    task.0
                )
            })
            .into());
        }
        match end {
            Ok(verified) => self.told.chain(verified)?,
            // Events that cannot be read are no flaw of the room: they were changed, or are gone.
            Err(error) => {
                self.flaws += 1;
                self.told.broken(error)?;
            }
        }
        self.told.sum(self.conflicts.len(), self.flaws)?;
        if let (Some(file), Some(record)) = (&self.args.export, &self.record) {
            export(file, record)?;
        }
        Ok(if self.flaws == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(FAILED)
        })
    }
}

/// Writes a record to a new file; what is there already is not overwritten.
fn export(file: &Path, record: &str) -> anyhow::Result<()> {
    if file == Path::new("-") {
        std::io::stdout().lock().write_all(record.as_bytes())?;
        return Ok(());
    }
    let mut options = OpenOptions::new();
    let opened = options.write(true).create_new(true).open(file);
    let mut to = match opened {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            return Err(Misused(format!(
                "{} is there already; name a new file for the record",
                file.display()
            ))
            .into());
        }
        opened => opened.with_context(|| format!("{} cannot be written", file.display()))?,
    };
    to.write_all(record.as_bytes())
        .with_context(|| format!("{} cannot be written", file.display()))
}
