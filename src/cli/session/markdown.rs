//! A session as Markdown: what was asked is quoted, what was answered stands as it was written.

use std::io::Write;

use crate::cli::session::outline::{Part, Sketch};
use crate::core::{Ending, Event, Purpose, Recorded, SessionId, Text, Timestamp};
use crate::journal::sqlite::Reader;
use crate::ui::text;

/// Writes the whole transcript, text by text.
pub(super) fn write(
    to: &mut impl Write,
    id: SessionId,
    sketch: &Sketch,
    reader: &Reader,
) -> anyhow::Result<()> {
    writeln!(to, "# {}\n", text::line(&sketch.title))?;
    write!(
        to,
        "Session {id} of {}, opened {}",
        sketch.member,
        time(sketch.opened)
    )?;
    match sketch.forked_from {
        Some(origin) => writeln!(to, ", forked from {origin}.")?,
        None => writeln!(to, ".")?,
    }
    let mut turn = 0;
    for part in &sketch.parts {
        match part {
            Part::Reset { at } => writeln!(
                to,
                "\n---\n\n*Reset at {}: what stands above was not told any more.*\n\n---",
                time(*at)
            )?,
            Part::Turn { start, end, .. } => {
                turn += 1;
                if let Some(recorded) = one(reader, *start)? {
                    asked(to, turn, &recorded)?;
                }
                match end {
                    Some(seq) => {
                        if let Some(recorded) = one(reader, *seq)? {
                            ended(to, &recorded.event)?;
                        }
                    }
                    None => writeln!(to, "\n*Not answered yet.*")?,
                }
            }
        }
    }
    Ok(())
}

fn one(reader: &Reader, seq: u64) -> anyhow::Result<Option<Recorded>> {
    Ok(reader.read(seq, 1)?.pop())
}

fn asked(to: &mut impl Write, turn: u32, recorded: &Recorded) -> std::io::Result<()> {
    let Event::CallStarted {
        task,
        purpose,
        prompt,
        ..
    } = &recorded.event
    else {
        return Ok(());
    };
    let why = match purpose {
        Purpose::Answer => String::new(),
        Purpose::Council => ", council".to_owned(),
        Purpose::Step(step) => format!(", step {}", step + 1),
        Purpose::Repair => ", asked again for its final answer".to_owned(),
        Purpose::Thought(number) => format!(", thought {number}"),
        Purpose::ThoughtAgain(number) => format!(", thought {number}, asked again"),
        Purpose::Conclude => ", conclusion".to_owned(),
        Purpose::Plan => ", plan".to_owned(),
        Purpose::PlanAgain => ", plan, asked again".to_owned(),
        Purpose::Gather => ", result of the plan".to_owned(),
    };
    writeln!(
        to,
        "\n## Turn {turn}: task {task}{why}, {}\n",
        time(recorded.at)
    )?;
    for line in prompt.as_str().lines() {
        writeln!(to, "> {}", text::line(line))?;
    }
    Ok(())
}

fn ended(to: &mut impl Write, event: &Event) -> std::io::Result<()> {
    let Event::CallEnded { ending, .. } = event else {
        return Ok(());
    };
    match ending {
        Ending::Answered(answer) => {
            said(to, &answer.text)?;
            if let Some(block) = &answer.block {
                writeln!(to, "\n**Final answer:** {}", text::line(&block.value))?;
            }
            Ok(())
        }
        Ending::Failed { failure, partial } => {
            said(to, partial)?;
            writeln!(to, "\n*Failed: {}*", text::line(&failure.to_string()))
        }
        Ending::Cancelled { partial } => {
            said(to, partial)?;
            writeln!(to, "\n*Cancelled.*")
        }
        Ending::Interrupted => writeln!(to, "\n*Interrupted: the room ended in the middle.*"),
    }
}

fn said(to: &mut impl Write, said: &Text) -> std::io::Result<()> {
    if said.is_empty() {
        return Ok(());
    }
    writeln!(to)?;
    for line in said.as_str().lines() {
        writeln!(to, "{}", text::line(line))?;
    }
    Ok(())
}

fn time(at: Timestamp) -> String {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    let at = jiff::Timestamp::from_millisecond(millis).unwrap_or_default();
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
