//! `synod journal`: reads the journal of a room, whether the room runs or not. It hides nothing, also not the
//! ballots of a vote that is blind on the screens.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{anyhow, bail};
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::cli::Place;
use crate::cli::telling::{plain, tell};
use crate::core::lesson::Shared;
use crate::core::{Concerns, Event, Filter, Recorded, Timestamp};
use crate::engine::{Clock as _, SystemClock};
use crate::journal::sqlite::Reader;
use crate::journal::{READ_PAGE_MAX, ReadError};
use crate::link::{AttachError, Client, Happening};
use crate::ui::filter;

/// Options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only events that pass: words, kind:, member:, task:, by:, session:, since:, each also with - before it
    #[arg(value_name = "FILTER", conflicts_with_all = ["search", "verify"])]
    filter: Vec<String>,
    /// Begin at this event
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    from: u64,
    /// Begin so many events before the end
    #[arg(long, value_name = "COUNT", conflicts_with = "from")]
    last: Option<u64>,
    /// Print at most so many
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,
    /// Go on with what happens; needs a running room
    #[arg(long, short)]
    follow: bool,
    /// Print the places in prompts and answers that match these words instead
    #[arg(long, value_name = "WORDS", conflicts_with = "follow")]
    search: Option<String>,
    /// Recompute the chain of hashes and tell whether it holds
    #[arg(long, conflicts_with_all = ["follow", "search"])]
    verify: bool,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// Prints what is asked for.
pub(super) fn journal(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    let reader = place.project.journal()?;
    if args.verify {
        let verified = reader.verify().map_err(|error| damage(place, &error))?;
        writeln!(
            std::io::stdout(),
            "the chain of {} events holds; its head is {}",
            verified.events,
            verified.head_hash
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(words) = &args.search {
        return search(place, &reader, words, args);
    }
    let from = match args.last {
        Some(count) => reader.head()?.0.saturating_sub(count) + 1,
        None => args.from,
    };
    let mut wanted = Wanted::of(args)?;
    if args.follow {
        super::runtime()?.block_on(follow(place, &reader, from, &mut wanted, args))?;
    } else {
        pages(place, &reader, from, &mut wanted, args)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What to do about a journal that cannot be read to its end.
fn damage(place: &Place, error: &ReadError) -> anyhow::Error {
    let file = place.project.room.join("room.db");
    anyhow!(
        "{error}. Nothing was changed. Put a backup of {} in its place, or move it aside to begin a new room",
        file.display()
    )
}

/// What is to be printed. Who and what an event is about is known only with those before it.
struct Wanted {
    filter: Filter,
    known: Concerns,
    /// So many more.
    left: usize,
}

impl Wanted {
    fn of(args: &Args) -> anyhow::Result<Self> {
        let text = args.filter.join(" ");
        let filter = filter::parse(&text, SystemClock::default().now(), &TimeZone::system());
        Ok(Self {
            filter: filter.map_err(|fault| anyhow!("the filter cannot be used: {fault}"))?,
            known: Concerns::default(),
            left: args.limit.unwrap_or(usize::MAX),
        })
    }

    /// Those of a page that are to be printed.
    fn of_page(&mut self, page: Vec<Recorded>) -> Vec<Recorded> {
        let passes = |it: &Recorded| {
            self.known.learn(it);
            filter::passes(&self.filter, &self.known, it, false)
        };
        let mut page: Vec<Recorded> = page.into_iter().filter(passes).collect();
        page.truncate(self.left);
        self.left -= page.len();
        page
    }
}

/// Prints page after page; gives the place behind the last.
fn pages(
    place: &Place,
    reader: &Reader,
    from: u64,
    wanted: &mut Wanted,
    args: &Args,
) -> anyhow::Result<u64> {
    let from = from.max(1);
    let mut next = if wanted.filter.is_empty() { from } else { 1 };
    while wanted.left > 0 {
        let most = if next < from {
            usize::try_from(from - next).unwrap_or(usize::MAX)
        } else if wanted.filter.is_empty() {
            wanted.left
        } else {
            READ_PAGE_MAX
        };
        let page = reader
            .read(next, most.min(READ_PAGE_MAX))
            .map_err(|error| damage(place, &error))?;
        let Some(last) = page.last() else { break };
        let before = next < from;
        next = last.seq + 1;
        if before {
            for it in &page {
                wanted.known.learn(it);
            }
        } else {
            print(&wanted.of_page(page), args)?;
        }
    }
    Ok(next)
}

async fn follow(
    place: &Place,
    reader: &Reader,
    from: u64,
    wanted: &mut Wanted,
    args: &Args,
) -> anyhow::Result<()> {
    // Attached first, so that nothing falls between the last page and what comes then.
    let mut client = match Client::connect(&place.project.socket).await {
        Err(AttachError::NoRoom) => bail!("no room runs here; `synod` starts it"),
        attached => attached?,
    };
    let mut next = pages(place, reader, from, wanted, args)?;
    loop {
        match client.next().await {
            Happening::Events(events) => {
                let fresh: Vec<Recorded> = events
                    .into_iter()
                    .filter(|event| event.seq >= next)
                    .collect();
                next = fresh.last().map_or(next, |last| last.seq + 1);
                // As ever, a limit is of what was there already.
                wanted.left = usize::MAX;
                print(&wanted.of_page(fresh), args)?;
            }
            Happening::Closed => return Ok(()),
            Happening::Declined { why } => bail!("{why}"),
            Happening::Deltas(_)
            | Happening::Resynced
            | Happening::Reply { .. }
            | Happening::Answer { .. }
            | Happening::Hub
            | Happening::Presence
            | Happening::Stalled { .. }
            | Happening::Recovered => {}
        }
    }
}

fn search(place: &Place, reader: &Reader, words: &str, args: &Args) -> anyhow::Result<ExitCode> {
    let hits = reader
        .search(words, args.limit.unwrap_or(50))
        .map_err(|error| damage(place, &error))?;
    let mut stdout = std::io::stdout().lock();
    for hit in &hits {
        let task = hit.task.map_or_else(String::new, |task| task.to_string());
        if args.json {
            let object = serde_json::json!({"seq": hit.seq, "at": hit.at, "task": hit.task, "excerpt": hit.excerpt});
            writeln!(stdout, "{object}")?;
        } else {
            writeln!(stdout, "{:>7}  {task:<6}  {}", hit.seq, plain(&hit.excerpt))?;
        }
    }
    Ok(if hits.is_empty() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// An event as one JSON object. Those of what is shared stand under their own names, as all others do.
fn object(recorded: &Recorded) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Line<'e> {
        seq: u64,
        at: Timestamp,
        event: &'e Shared,
    }
    if let Event::Shared { what } = &recorded.event {
        return serde_json::to_string(&Line {
            seq: recorded.seq,
            at: recorded.at,
            event: what,
        });
    }
    serde_json::to_string(recorded)
}

fn print(events: &[Recorded], args: &Args) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    for recorded in events {
        if args.json {
            writeln!(stdout, "{}", object(recorded)?)?;
        } else {
            writeln!(stdout, "{}", tell(recorded))?;
        }
    }
    stdout.flush()?;
    Ok(())
}
