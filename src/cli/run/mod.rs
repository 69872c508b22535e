//! `synod run "TASK"`: one task without a screen, for scripts.
//!
//! The task may begin with the words of the composer (`@member`, `/strategy`, …); an option of the
//! command line wins over a word. It runs in the project's room like any other, in sight of every console. What is printed to
//! stdout is the result alone, or with `--json` one object a line as things happen; all else goes
//! to stderr.

mod plans;
mod print;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::cli::run::plans::Verdict;
use crate::cli::run::print::Printer;
use crate::cli::start::attach_or_start;
use crate::cli::{Misused, Place, absent};
use crate::core::routing::policy::Policy;
use crate::core::voting::Rule;
use crate::core::{
    Command, Event, KindBy, Limit, MemberName, Origin, Outcome, Phase, Priority, Recorded, Refusal,
    Span, State, Strategy, Subject, Task, TaskId, TaskOrder, Text, budget_awaited, login_awaited,
};
use crate::engine::{Clock, CommandError, SystemClock};
use crate::link::{Client, Happening};
use crate::ui::composer::{Draft, DraftError, Sigil, Vocabulary, parse};

/// Exit code: the task failed or was cancelled, or the check of its result did not pass.
const FAILED: u8 = 1;
/// Exit code: somebody has to choose, to allow, or to log a member in.
const NO_DECISION: u8 = 3;

/// Why a call that was cut off is not made again.
const HELD: &str = "it was cut short and may have done something already, so it is not repeated without your leave: open `synod`";

/// Options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What is to be done; may begin with @member, /strategy, #kind, !priority, after:#n,
    /// deadline:10m, rule:borda, policy:fastest and check:tests, which the options below override; `-`
    /// reads it from stdin, as it stands
    task: String,
    /// How it is worked: auto, solo, race, council, debate, chain, think or plan [default: auto, or solo
    /// for one member and council for several]
    #[arg(long, short)]
    strategy: Option<Strategy>,
    /// Who works it; may be given several times
    #[arg(long, short, value_parser = member)]
    member: Vec<MemberName>,
    /// What sort of work it is: general, code, review, debugging, reasoning, analysis, creative,
    /// factual, planning, operations, or a [kind.NAME] of synod.toml [default: what
    /// its text says, else general]
    #[arg(long, short)]
    kind: Option<String>,
    /// How urgent it is: low, normal, high or urgent [default: normal]
    #[arg(long)]
    priority: Option<Priority>,
    /// Number of a task that has to be done first; may be given several times
    #[arg(long, value_name = "NUMBER")]
    after: Vec<u64>,
    /// How a vote on its answers is counted: plurality, majority, approval, borda, schulze,
    /// ranked-pairs, score, weighted or unanimity [default: as synod.toml says]
    #[arg(long)]
    rule: Option<Rule>,
    /// By what its members are chosen where nobody is named: fixed, round-robin, strength, least-loaded,
    /// fastest, cheapest, performance, thompson or learned [default: as synod.toml says]
    #[arg(long)]
    policy: Option<Policy>,
    /// By which [check.NAME] of synod.toml its result is checked; `run` waits for that, and fails where
    /// it does not pass [default: the check of its kind, where the result may have changed files]
    #[arg(long, value_name = "NAME")]
    check: Option<String>,
    /// Approve the plan of a task with the strategy plan as it was made; without this it is printed and waits
    /// for leave at a console, and the exit code is 3
    #[arg(long)]
    approve: bool,
    /// Give up after so many seconds
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u64>,
    /// One JSON object a line instead of the bare result
    #[arg(long)]
    json: bool,
}

fn member(name: &str) -> Result<MemberName, crate::core::id::BadName> {
    MemberName::new(name.trim_start_matches('@'))
}

/// Runs one task to its end.
pub(super) fn run(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    let piped = piped(args)?;
    super::runtime()?.block_on(async {
        let mut client = attach_or_start(place).await?;
        let mut printer = Printer::new(args.json);
        members_enrolled(place, &mut client).await?;
        let order = order(place, args, piped, client.state())?;
        if args.approve && order.strategy != Strategy::Plan {
            let why = "--approve is for plans: use it with --strategy plan";
            return Err(Misused(why.to_owned()).into());
        }
        let (task, seen) = add(&mut client, order, &mut printer).await?;
        follow(&mut client, task, &seen, &mut printer, args.approve).await
    })
}

/// The prompt, where it comes from stdin.
fn piped(args: &Args) -> anyhow::Result<Option<Text>> {
    if args.task != "-" {
        return Ok(None);
    }
    let text = std::io::read_to_string(std::io::stdin())
        .context("the task could not be read from stdin")?;
    Ok(Some(Text::from(text)))
}

/// The task as its words and the options say. What is piped in is data: its words mean nothing.
fn order(
    place: &Place,
    args: &Args,
    piped: Option<Text>,
    state: &State,
) -> Result<TaskOrder, Misused> {
    let now = SystemClock::default().now();
    let draft = match piped {
        Some(_) => Draft::default(),
        None => words(place, &args.task, state)?,
    };
    let mut order = draft.order(now);
    if let Some(prompt) = piped {
        order.prompt = prompt;
    }
    if !args.member.is_empty() {
        known(place, state, &args.member)?;
        order.members.clone_from(&args.member);
    }
    if let Some(strategy) = args.strategy {
        order.strategy = strategy;
    } else if draft.strategy.is_none() {
        order.strategy = Strategy::usual(order.members.len());
    }
    if let Some(word) = &args.kind {
        let kind = state.kinds().read(word);
        order.kind = kind.map_err(|error| Misused(error.to_string()))?;
        order.kind_by = KindBy::Given;
    }
    order.priority = args.priority.unwrap_or(order.priority);
    if !args.after.is_empty() {
        order.after = args.after.iter().copied().map(TaskId).collect();
    }
    if let Some(seconds) = args.timeout {
        order.deadline = Some(now.after(Span::secs(seconds)));
    }
    order.rule = args.rule.or(order.rule);
    order.policy = args.policy.or(order.policy);
    if let Some(word) = &args.check {
        let check = state.checks().read(word);
        order.check = Some(check.map_err(|error| Misused(error.to_string()))?);
    }
    order.origin = Origin::CommandLine;
    Ok(order)
}

/// The task taken apart as the composer does it, at its beginning only: nobody sees it being
/// understood here.
fn words(place: &Place, task: &str, state: &State) -> Result<Draft, Misused> {
    let vocabulary = Vocabulary::of(state);
    parse(task, &vocabulary, &[task.into()]).map_err(|error| match &error {
        DraftError::Unknown {
            sigil: Sigil::Member,
            name,
            suggestion: None,
        } => match member(name) {
            Ok(name) => Misused(absent::explain(place, &name, &there(state))),
            Err(_) => Misused(error.to_string()),
        },
        DraftError::Unknown { .. }
        | DraftError::Twice { .. }
        | DraftError::BadDeadline(_)
        | DraftError::NoPrompt => Misused(error.to_string()),
    })
}

/// Whether all who are named are there.
fn known(place: &Place, state: &State, named: &[MemberName]) -> Result<(), Misused> {
    let there = there(state);
    match named.iter().find(|name| !there.contains(name)) {
        Some(name) => Err(Misused(absent::explain(place, name, &there))),
        None => Ok(()),
    }
}

fn there(state: &State) -> Vec<&MemberName> {
    state.members().map(|member| &member.spec().name).collect()
}

/// Puts the task into the queue. Gives its number, and what happened before it was known.
async fn add(
    client: &mut Client,
    order: TaskOrder,
    printer: &mut Printer,
) -> anyhow::Result<(TaskId, Vec<Recorded>)> {
    let mut seen = Vec::new();
    let Some(sent) = client.send(Command::AddTask(order)) else {
        bail!("the room takes no commands")
    };
    loop {
        match client.next().await {
            Happening::Reply { id, result } if id == sent => {
                let task = result
                    .map_err(refused)?
                    .task
                    .context("the room took the command but made no task of it")?;
                printer.added(task)?;
                return Ok((task, seen));
            }
            Happening::Closed => bail!("the room ended before it took the task"),
            Happening::Declined { why } => bail!("{why}"),
            Happening::Events(events) => seen.extend(events),
            Happening::Reply { .. }
            | Happening::Deltas(_)
            | Happening::Resynced
            | Happening::Answer { .. }
            | Happening::Hub
            | Happening::Presence
            | Happening::Stalled { .. }
            | Happening::Recovered => {}
        }
    }
}

fn refused(error: CommandError) -> anyhow::Error {
    match error {
        CommandError::Refused(why @ (Refusal::NoMembers | Refusal::Closing)) => why.into(),
        CommandError::Refused(why) => Misused(why.to_string()).into(),
        CommandError::Stopped => error.into(),
    }
}

/// Waits until a room that has just been started has its members, if it can have any.
async fn members_enrolled(place: &Place, client: &mut Client) -> anyhow::Result<()> {
    if client.state().members().len() == 0
        && let Some(why) = absent::nobody(place)
    {
        bail!("nobody can work it: {why}");
    }
    let enrolled = async {
        while client.state().members().len() == 0 {
            if client.next().await == Happening::Closed {
                bail!("the room ended before its members were there");
            }
        }
        Ok(())
    };
    match tokio::time::timeout(Duration::from_secs(10), enrolled).await {
        Ok(enrolled) => enrolled,
        // The room will say that it has no members.
        Err(_) => Ok(()),
    }
}

async fn follow(
    client: &mut Client,
    task: TaskId,
    seen: &[Recorded],
    printer: &mut Printer,
    approve: bool,
) -> anyhow::Result<ExitCode> {
    let mut leave = plans::Leave::new(approve);
    printer.events(client.state(), task, seen)?;
    asked(client.state(), task, seen, printer)?;
    let mut whole = conclusion(seen, task);
    let mut told_of_budget = None;
    let mut told = false;
    loop {
        if let Some(known) = client.state().task(task) {
            let limit = budget_awaited(client.state(), known);
            if limit.is_some() && limit != told_of_budget {
                printer.note(&format!(
                    "{task} waits: {} of the budget are used up; `a` on it in the Inbox of `synod` \
                     raises the limit by as much again, and `budget` in synod.toml sets another \
                     at the next start of the room",
                    limit.map_or("all", Limit::noun)
                ))?;
            }
            told_of_budget = limit;
        }
        leave.give(client, task, printer)?;
        if let Some(known) = client.state().task(task)
            && let Some(code) = ended(client, known, whole.as_ref(), (&leave, &mut told), printer)?
        {
            return Ok(code);
        }
        match client.next().await {
            Happening::Events(events) => {
                printer.events(client.state(), task, &events)?;
                asked(client.state(), task, &events, printer)?;
                whole = conclusion(&events, task).or(whole);
            }
            Happening::Deltas(deltas) => printer.deltas(client.state(), task, &deltas)?,
            Happening::Stalled { why } => printer.note(&why)?,
            Happening::Closed => bail!("the room ended; the task is taken up when it starts again"),
            Happening::Declined { why } => bail!("{why}"),
            Happening::Reply { id, result } => leave.answered(id, result.err(), printer)?,
            Happening::Resynced
            | Happening::Answer { .. }
            | Happening::Hub
            | Happening::Presence
            | Happening::Recovered => {}
        }
    }
}

/// Says what a server asks in the middle of the task, unless it was answered at once, and that it
/// took it back.
fn asked(
    state: &State,
    of: TaskId,
    events: &[Recorded],
    printer: &mut Printer,
) -> anyhow::Result<()> {
    for recorded in events {
        if let Event::AttentionWithdrawn { call, .. } = &recorded.event
            && let Some(call) = state
                .call(*call)
                .filter(|call| plans::is_of(state, of, call.task()))
        {
            let member = call.member();
            printer.note(&format!(
                "{member} waits no more: what it asked was taken back by the server"
            ))?;
        }
        if let Event::AttentionRaised { attention } = &recorded.event
            && let Subject::Asked { call, .. } = &attention.subject
            && state.attention_item(attention.id).is_some()
            && let Some(call) = state
                .call(*call)
                .filter(|call| plans::is_of(state, of, call.task()))
        {
            let member = call.member();
            printer.note(&format!(
                "{member} asks something and waits for the answer: open `synod`"
            ))?;
        }
    }
    Ok(())
}

/// The outcome as it is in the journal; the state keeps no more than the ends of a long one.
fn conclusion(events: &[Recorded], of: TaskId) -> Option<Outcome> {
    let mut found = None;
    for recorded in events {
        if let Event::TaskConcluded { task, outcome, .. } = &recorded.event
            && *task == of
        {
            found = Some(outcome.clone());
        }
    }
    found
}

/// Why a task waits that cannot go on before somebody logs one of its members in.
fn logged_out(client: &Client, task: &Task) -> Option<String> {
    match &login_awaited(client.state(), task)?.subject {
        Subject::LoggedOut { member, why } => Some(format!(
            "{} waits until {member} is logged in: {why} (open `synod`)",
            task.id()
        )),
        Subject::Asked { .. }
        | Subject::Choice { .. }
        | Subject::Interrupted { .. }
        | Subject::Edited { .. }
        | Subject::Proposed { .. }
        | Subject::Plan { .. }
        | Subject::Lessons { .. }
        | Subject::Budget { .. } => None,
    }
}

/// The exit code once the task has come to an end and its result was checked, or to a point where it waits
/// for a person. Its outcome is `told` once.
fn ended(
    client: &Client,
    task: &Task,
    whole: Option<&Outcome>,
    (leave, told): (&plans::Leave, &mut bool),
    printer: &mut Printer,
) -> anyhow::Result<Option<ExitCode>> {
    let code = match task.phase() {
        Phase::Queued | Phase::Working => {
            let why = logged_out(client, task).or_else(|| leave.wanted(client.state(), task));
            let why = why.or_else(|| plans::step_waits(client, task));
            let Some(why) = why else {
                return Ok(None);
            };
            printer.note(&why)?;
            ExitCode::from(NO_DECISION)
        }
        Phase::Held { .. } => {
            printer.note(HELD)?;
            ExitCode::from(NO_DECISION)
        }
        // Others settle it, as long as the operator is not asked.
        Phase::Deciding {
            attention: None, ..
        } => return Ok(None),
        Phase::Deciding {
            candidates,
            attention: Some(_),
        } => {
            printer.conflict(client.state(), task.id(), candidates)?;
            ExitCode::from(NO_DECISION)
        }
        Phase::Ended { outcome, .. } => {
            let outcome = whole.unwrap_or(outcome);
            if !std::mem::replace(told, true) {
                printer.outcome(task.id(), outcome)?;
            }
            match outcome {
                Outcome::Done { .. } => match plans::checked(client.state(), task) {
                    Verdict::Awaited => return Ok(None),
                    Verdict::Failed => ExitCode::from(FAILED),
                    Verdict::Passed => ExitCode::SUCCESS,
                },
                Outcome::Failed { .. } | Outcome::Cancelled => ExitCode::from(FAILED),
            }
        }
    };
    Ok(Some(code))
}
