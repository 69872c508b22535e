//! `synod journal`: reads the journal of a room, whether the room runs or not.

use std::io::Write;
use std::process::ExitCode;

use anyhow::bail;

use crate::cli::Place;
use crate::cli::room::JournalArchive;
use crate::cli::telling::tell;
use crate::core::Recorded;
use crate::journal::Journal;
use crate::journal::sqlite::SqliteJournal;
use crate::link::{Archive, AttachError, Client, Happening, Query, QueryError, QueryReply, TRANSCRIPT_PAGE};

/// Options.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Begin at this event
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    from: u64,
    /// Print at most so many
    #[arg(long, value_name = "COUNT")]
    limit: Option<usize>,
    /// Go on with what happens; needs a running room
    #[arg(long, short)]
    follow: bool,
    /// Print the places in prompts and answers that match these words instead
    #[arg(long, value_name = "WORDS", conflicts_with = "follow")]
    search: Option<String>,
    /// Recompute the chain of hashes and tell whether it holds; needs a stopped room
    #[arg(long, conflicts_with_all = ["follow", "search"])]
    verify: bool,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// Prints what is asked for.
pub(super) fn journal(place: &Place, args: &Args) -> anyhow::Result<ExitCode> {
    super::runtime()?.block_on(async {
        if args.verify {
            return verify(place).await;
        }
        match Client::connect(&place.project.socket).await {
            Ok(client) => read(&mut Source::Room(Box::new(client)), args).await,
            Err(AttachError::NoRoom) if args.follow => bail!("no room runs here; `synod` starts it"),
            Err(AttachError::NoRoom) => {
                let journal = open(place)?;
                let code = read(&mut Source::File(JournalArchive::new(journal.clone())), args).await;
                journal.close().await;
                code
            }
            Err(error) => Err(error.into()),
        }
    })
}

fn open(place: &Place) -> anyhow::Result<SqliteJournal> {
    if !place.project.room.join("room.db").exists() {
        bail!("{} has no journal yet; `synod` makes one", place.project.root.display());
    }
    Ok(SqliteJournal::open(&place.project.room)?.journal)
}

async fn verify(place: &Place) -> anyhow::Result<ExitCode> {
    let journal = open(place)?;
    let verdict = journal.verify_chain().await;
    journal.close().await;
    let verified = verdict?;
    writeln!(std::io::stdout(), "the chain holds: {verified}")?;
    Ok(ExitCode::SUCCESS)
}

/// Where events are read from.
enum Source {
    Room(Box<Client>),
    File(JournalArchive),
}

impl Source {
    async fn query(&mut self, query: Query) -> Result<QueryReply, QueryError> {
        match self {
            Self::File(archive) => archive.query(query).await,
            Self::Room(client) => {
                let gone = || QueryError { why: "the room has ended".to_owned() };
                let sent = client.ask(query).ok_or_else(gone)?;
                loop {
                    match client.next().await {
                        Happening::Answer { id, result } if id == sent => return result,
                        Happening::Closed => return Err(gone()),
                        Happening::Answer { .. }
                        | Happening::Events(_)
                        | Happening::Deltas(_)
                        | Happening::Resynced
                        | Happening::Reply { .. }
                        | Happening::Hub
                        | Happening::Presence
                        | Happening::Stalled { .. }
                        | Happening::Recovered => {}
                    }
                }
            }
        }
    }
}

async fn read(source: &mut Source, args: &Args) -> anyhow::Result<ExitCode> {
    if let Some(words) = &args.search {
        return search(source, words, args).await;
    }
    let mut next = args.from.max(1);
    let mut left = args.limit.unwrap_or(usize::MAX);
    loop {
        let limit = left.min(TRANSCRIPT_PAGE);
        let QueryReply::Events(page) = source.query(Query::Events { from: next, limit }).await? else {
            bail!("the room answered something else");
        };
        print(&page, args)?;
        left -= page.len().min(left);
        match page.last() {
            Some(last) if left > 0 => next = last.seq + 1,
            Some(_) | None => break,
        }
    }
    if let Source::Room(client) = source
        && args.follow
    {
        follow(client, next, args).await?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn follow(client: &mut Client, next: u64, args: &Args) -> anyhow::Result<()> {
    loop {
        match client.next().await {
            Happening::Events(events) => {
                let fresh: Vec<Recorded> = events.into_iter().filter(|event| event.seq >= next).collect();
                print(&fresh, args)?;
            }
            Happening::Closed => return Ok(()),
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

async fn search(source: &mut Source, words: &str, args: &Args) -> anyhow::Result<ExitCode> {
    let limit = args.limit.unwrap_or(50);
    let QueryReply::Hits(hits) = source.query(Query::Search { words: words.to_owned(), limit }).await? else {
        bail!("the room answered something else");
    };
    let mut stdout = std::io::stdout().lock();
    for hit in &hits {
        if args.json {
            writeln!(stdout, "{}", serde_json::to_string(hit)?)?;
        } else {
            let task = hit.task.map_or_else(String::new, |task| task.to_string());
            writeln!(stdout, "{:>7}  {task:<6}  {}", hit.seq, super::telling::plain(&hit.excerpt))?;
        }
    }
    Ok(if hits.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print(events: &[Recorded], args: &Args) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    for recorded in events {
        if args.json {
            writeln!(stdout, "{}", serde_json::to_string(recorded)?)?;
        } else {
            writeln!(stdout, "{}", tell(recorded))?;
        }
    }
    stdout.flush()?;
    Ok(())
}
