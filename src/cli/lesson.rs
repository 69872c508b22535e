//! `synod lesson`: shows what the room has learned, from the journal, whether the room runs or not; and
//! says what holds, to the room. `synod pin` and `synod unpin` say which documents calls are told.

use std::io::Write;
use std::process::ExitCode;

use anyhow::bail;
use serde_json::json;

use crate::cli::replayed::replayed;
use crate::cli::start::attach_or_start;
use crate::cli::telling::plain;
use crate::cli::{Misused, Place};
use crate::core::{
    AttentionId, Command, Draft, Holds, Kinds, Lesson, LessonId, LessonOrder, Recorded, Reply,
    Shown, Standing, State, TaskId, TaskKind,
};
use crate::engine::CommandError;
use crate::link::Happening;
use crate::ui::telling::tell_recorded;

/// The sorts of events that are told of what was done.
const TOLD: &[&str] = &["lesson", "inbox", "memory"];

/// What is wanted.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Word {
    /// List lessons with how they stand, and the acceptance of answers with and without each
    List {
        /// Only these: proposed, accepted, disputed or retired
        #[arg(long, value_parser = standing)]
        state: Option<Standing>,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Show all of a lesson, and who was told
    Show {
        /// The lesson, such as L7
        #[arg(value_parser = lesson_id)]
        lesson: LessonId,
    },
    /// Write a lesson down; it holds at once unless it contradicts another one
    Add {
        /// What it is about
        subject: String,
        /// What holds
        claim: String,
        /// Why
        #[arg(long, default_value = "")]
        why: String,
        /// The kind of task that it is about
        #[arg(long, default_value = "general")]
        kind: String,
    },
    /// Let a lesson hold
    Accept {
        /// The lesson, such as L7
        #[arg(value_parser = lesson_id)]
        lesson: LessonId,
    },
    /// Doubt a lesson: nobody is told of it until it is accepted again
    Dispute {
        /// The lesson, such as L7
        #[arg(value_parser = lesson_id)]
        lesson: LessonId,
        /// Why
        why: String,
    },
    /// Let a lesson hold no more
    Retire {
        /// The lesson, such as L7
        #[arg(value_parser = lesson_id)]
        lesson: LessonId,
        /// Why
        why: String,
    },
    /// Say which of two lessons that contradict each other holds
    Settle {
        /// The item of the inbox, such as a3
        #[arg(value_parser = item_id)]
        item: AttentionId,
        /// older, newer, both or neither
        #[arg(value_parser = holds)]
        holds: Holds,
    },
}

/// What `synod pin` and `synod unpin` take.
#[derive(Debug, clap::Args)]
pub(super) struct PinArgs {
    /// The document's name in the shared memory, such as notes/style
    document: String,
    /// The task whose calls are told; without it those of all tasks are
    #[arg(long, value_parser = task_id)]
    task: Option<TaskId>,
}

fn task_id(word: &str) -> Result<TaskId, String> {
    let digits = word.strip_prefix('#').unwrap_or(word);
    let number = digits.parse().map(TaskId);
    number.map_err(|_| "name a task by its number, such as 41".to_owned())
}

/// Has a document told to each call of a task or of all.
pub(super) fn pin(place: &Place, args: PinArgs) -> anyhow::Result<ExitCode> {
    let PinArgs { document, task } = args;
    say(place, Command::Pin { document, task }, TOLD)
}

/// Has it told no more.
pub(super) fn unpin(place: &Place, args: PinArgs) -> anyhow::Result<ExitCode> {
    let PinArgs { document, task } = args;
    say(place, Command::Unpin { document, task }, TOLD)
}

fn lesson_id(word: &str) -> Result<LessonId, String> {
    let digits = word.strip_prefix(['L', 'l']).unwrap_or(word);
    let number = digits.parse().map(LessonId);
    number.map_err(|_| "name a lesson by its number, such as L7".to_owned())
}

fn item_id(word: &str) -> Result<AttentionId, String> {
    let digits = word.strip_prefix('a').unwrap_or(word);
    let number = digits.parse().map(AttentionId);
    number.map_err(|_| "name an item of the inbox by its number, such as a3".to_owned())
}

fn standing(word: &str) -> Result<Standing, String> {
    let mut all = Standing::ALL.into_iter();
    all.find(|one| one.word() == word)
        .ok_or_else(|| "use proposed, accepted, disputed or retired".to_owned())
}

fn holds(word: &str) -> Result<Holds, String> {
    let mut all = Holds::WORDS.into_iter();
    let known = all.find(|(name, _)| *name == word);
    known
        .map(|(_, holds)| holds)
        .ok_or_else(|| "use older, newer, both or neither".to_owned())
}

/// A kind of task by its word; the room's own are those that the journal told of last. What every room
/// has needs no journal.
pub(super) fn known_kind(place: &Place, word: &str) -> anyhow::Result<TaskKind> {
    if let Ok(kind) = Kinds::default().read(word) {
        return Ok(kind);
    }
    let kind = replayed(place)?.kinds().read(word);
    kind.map_err(|error| Misused(error.to_string()).into())
}

/// Does what is wanted.
pub(super) fn lesson(place: &Place, word: Word) -> anyhow::Result<ExitCode> {
    let order = match word {
        Word::List { state, json } => {
            list(&replayed(place)?, state, json)?;
            return Ok(ExitCode::SUCCESS);
        }
        Word::Show { lesson } => {
            let state = replayed(place)?;
            let Some(known) = state.lesson(lesson) else {
                bail!("there is no lesson {lesson}; `synod lesson list` shows them");
            };
            show(&state, known)?;
            return Ok(ExitCode::SUCCESS);
        }
        Word::Settle { item, holds } => {
            let reply = Reply::Hold(holds);
            return say(
                place,
                Command::Answer {
                    attention: item,
                    reply,
                },
                TOLD,
            );
        }
        Word::Add {
            subject,
            claim,
            why,
            kind,
        } => LessonOrder::Add {
            topic: known_kind(place, &kind)?,
            subject,
            claim,
            why,
        },
        Word::Accept { lesson } => LessonOrder::Accept { lesson },
        Word::Dispute { lesson, why } => LessonOrder::Dispute { lesson, why },
        Word::Retire { lesson, why } => LessonOrder::Retire { lesson, why },
    };
    say(place, Command::Lesson(order), TOLD)
}

fn list(state: &State, standing: Option<Standing>, json: bool) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    let wanted = |lesson: &&Lesson| standing.is_none_or(|wanted| lesson.standing() == wanted);
    let mut wanted = state.lessons().filter(wanted).peekable();
    if wanted.peek().is_none() {
        let none =
            "no such lesson yet; one is proposed when a council agrees or you choose an answer";
        writeln!(
            std::io::stderr(),
            "{none}, or add one with `synod lesson add`"
        )?;
    }
    for lesson in wanted {
        let Draft {
            topic,
            subject,
            claim,
            ..
        } = lesson.draft();
        let (id, word) = (lesson.id(), lesson.standing().word());
        let (with, without) = (lesson.with(), state.without_lesson(lesson));
        if json {
            let tasks: Vec<u64> = lesson.evidence().iter().map(|one| one.task.0).collect();
            let object = json!({
                "lesson": id.0, "state": word, "topic": topic.word(), "subject": subject,
                "claim": claim, "why": lesson.draft().why, "dissent": lesson.draft().dissent,
                "author": lesson.draft().author.to_string(), "tasks": tasks,
                "created": lesson.created(), "expires": lesson.expires(),
                "because": lesson.because(), "item": state.lesson_item(id).map(|item| item.to_string()),
                "told": lesson.uses(),
                "with": {"accepted": with.accepted, "answers": with.answers()},
                "without": {"accepted": without.accepted, "answers": without.answers()},
            });
            writeln!(stdout, "{object}")?;
        } else {
            let topic = topic.word();
            let (subject, claim) = (plain(subject), plain(claim));
            let id = id.to_string();
            writeln!(
                stdout,
                "{id:>5}  {word:<8}  {topic:<8}  told {:>3}  accepted with {with}, without {without}  {subject} {claim}",
                lesson.uses(),
            )?;
        }
    }
    Ok(())
}

fn show(state: &State, lesson: &Lesson) -> anyhow::Result<()> {
    let draft = lesson.draft();
    let mut lines = vec![
        format!("{} is {}", lesson.id(), lesson.standing().word()),
        format!("topic    {}", draft.topic),
        format!("asked    {}", draft.subject),
        format!("holds    {}", draft.claim),
        format!("why      {}", draft.why),
        format!("dissent  {}", draft.dissent),
        format!("author   {}", draft.author),
        format!("because  {}", lesson.because()),
    ];
    lines.retain(|line| line.len() > 9);
    for evidence in lesson.evidence() {
        lines.push(format!("from     {}", evidence.task));
    }
    if let Some(item) = state.lesson_item(lesson.id()) {
        lines.push(format!(
            "waits    {item}: `synod lesson settle {item} older|newer|both|neither`"
        ));
    }
    let (with, without) = (lesson.with(), state.without_lesson(lesson));
    lines.push(format!("told     {} calls", lesson.uses()));
    lines.push(format!(
        "effect   of answers in councils, {with} accepted with it, {without} without it"
    ));
    let id = lesson.id();
    for (call, _) in state.who_saw(|shown| matches!(shown, Shown::Lesson(seen) if *seen == id)) {
        if let Some(known) = state.call(call) {
            lines.push(format!(
                "seen by  {} in {call} for {}",
                known.member(),
                known.task()
            ));
        }
    }
    let mut stdout = std::io::stdout().lock();
    for line in lines {
        writeln!(stdout, "{}", plain(&line))?;
    }
    Ok(())
}

/// Says something to the room, and what came of it.
pub(super) fn say(place: &Place, command: Command, sorts: &[&str]) -> anyhow::Result<ExitCode> {
    super::runtime()?.block_on(async {
        let mut client = attach_or_start(place).await?;
        let Some(sent) = client.send(command) else {
            bail!("the room takes no commands")
        };
        let before = client.state().seq();
        let mut until = None;
        let mut seen: Vec<Recorded> = Vec::new();
        while until.is_none_or(|until| client.state().seq() < until) {
            match client.next().await {
                Happening::Reply { id, result } if id == sent => match result {
                    Ok(accepted) => until = Some(accepted.seq),
                    Err(CommandError::Refused(why)) => {
                        return Err(Misused(why.to_string()).into());
                    }
                    Err(error @ CommandError::Stopped) => return Err(error.into()),
                },
                Happening::Events(events) => seen.extend(events),
                Happening::Closed => bail!("the room ended before it took that"),
                Happening::Declined { why } => bail!("{why}"),
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
        let mut stdout = std::io::stdout().lock();
        let ours = seen.iter().filter(|recorded| {
            recorded.seq > before && until.is_some_and(|until| recorded.seq <= until)
        });
        let mut nothing = true;
        for recorded in ours {
            nothing = false;
            let (sort, what, _) = tell_recorded(recorded);
            if sorts.contains(&sort) {
                writeln!(stdout, "{}", plain(&what))?;
            }
        }
        if nothing {
            writeln!(stdout, "nothing changed: it was so already")?;
        }
        Ok(ExitCode::SUCCESS)
    })
}
