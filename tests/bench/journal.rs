//! Figures of the journal: durable events per second, alone and in groups, and the time of a
//! restart. `cargo bench --bench journal -- [EVENTS]`; EVENTS (1,000,000) sizes the restart.
//!
//! Absolute times are the disk's; the ratios are ours.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use synod::core::{Answer, CallId, Ending, Event, Text, Timestamp, Usage, evolve};
use synod::journal::sqlite::{Opened, SqliteJournal};
use synod::journal::{Batch, Journal, SNAPSHOT_EVERY};
use tokio::task::JoinSet;
use tokio::time::Instant;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Rounds of each measure, the best of which counts.
const ROUNDS: usize = 5;
/// Commits a round.
const COMMITS: u64 = 200;
/// Events in one append while the large journal is made.
const CHUNK: u64 = 1000;

#[tokio::main]
async fn main() -> Outcome<()> {
    let mut sizes = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok());
    let size: u64 = sizes.next().unwrap_or(1_000_000);

    let bare = best(|dir| Box::pin(std::future::ready(bare_flushes(dir)))).await?;
    let single = best(|dir| Box::pin(appends(dir, 1))).await?;
    let batch = best(|dir| Box::pin(appends(dir, 64))).await?;
    let group = best(|dir| Box::pin(callers(dir, 64))).await?;
    println!("durable, best of {ROUNDS} rounds, {COMMITS} commits of events of about 300 bytes");
    row("write + fdatasync alone", COMMITS, bare, bare);
    row("1 event a commit", COMMITS, single, bare);
    latencies().await?;
    row("64 events a commit", 64 * COMMITS, batch, bare);
    row("64 callers racing", COMMITS, group, bare);
    restart(size).await
}

/// Prints one line: events per second, time for all, and how that compares to bare flushes.
#[expect(clippy::cast_precision_loss, reason = "figures for show")]
fn row(what: &str, events: u64, took: Duration, bare: Duration) {
    let rate = events as f64 / took.as_secs_f64();
    let ratio = took.as_secs_f64() / bare.as_secs_f64();
    println!("  {what:<24} {rate:>10.0} events/s  {took:>10.1?}  {ratio:>6.2} x bare");
}

type Running<'a> = std::pin::Pin<Box<dyn Future<Output = Outcome<()>> + 'a>>;

async fn best(run: impl Fn(&Path) -> Running<'_>) -> Outcome<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let dir = tempfile::tempdir_in(".")?;
        let began = Instant::now();
        run(dir.path()).await?;
        best = best.min(began.elapsed());
    }
    Ok(best)
}

fn bare_flushes(dir: &Path) -> Outcome<()> {
    use std::io::Write;
    let mut file = std::fs::File::create(dir.join("bare"))?;
    for _ in 0..COMMITS {
        file.write_all(&[b'x'; 300])?;
        file.sync_data()?;
    }
    Ok(())
}

async fn appends(dir: &Path, events: u64) -> Outcome<()> {
    let journal = SqliteJournal::open(dir)?.journal;
    for commit in 0..COMMITS {
        let first = commit * events;
        journal.append(first, batch(first, events)).await?;
    }
    journal.close().await;
    Ok(())
}

/// Prints how long single commits take one after the other, the moving of the log included.
async fn latencies() -> Outcome<()> {
    let dir = tempfile::tempdir_in(".")?;
    let journal = SqliteJournal::open(dir.path())?.journal;
    let mut times = Vec::new();
    for seq in 0..10 * COMMITS {
        let began = Instant::now();
        journal.append(seq, batch(seq, 1)).await?;
        times.push(began.elapsed());
    }
    journal.close().await;
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!(
        "    p50 {:.1?}  p90 {:.1?}  p99 {:.1?}  max {:.1?}",
        at(50),
        at(90),
        at(99),
        at(100)
    );
    Ok(())
}

/// Many callers at once, of whom one wins each race; the losers cost no flush of their own.
async fn callers(dir: &Path, count: usize) -> Outcome<()> {
    let journal = SqliteJournal::open(dir)?.journal;
    let mut all = JoinSet::new();
    for _ in 0..count {
        let journal = journal.clone();
        all.spawn(async move {
            let mut known = 0;
            while known < COMMITS {
                match journal.append(known, batch(known, 1)).await {
                    Ok(_) => known += 1,
                    Err(synod::journal::AppendError::Lost { found, .. }) => known = found,
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        });
    }
    while let Some(done) = all.join_next().await {
        done??;
    }
    journal.close().await;
    Ok(())
}

async fn restart(size: u64) -> Outcome<()> {
    let dir = tempfile::tempdir_in(".")?;
    let Opened {
        journal, mut state, ..
    } = SqliteJournal::open(dir.path())?;
    let began = Instant::now();
    let tail = (SNAPSHOT_EVERY - 1).min(size / 2);
    while state.seq() < size {
        let seq = state.seq();
        // The last snapshot comes as early as it may, so that the tail is as long as it may be.
        let until = if seq < size - tail { size - tail } else { size };
        let events = CHUNK.min(until - seq);
        for recorded in journal.append(seq, batch(seq, events)).await? {
            evolve(&mut state, &recorded);
        }
        if state.seq() == size - tail {
            journal.snapshot(Box::new(state.clone())).await;
        }
    }
    journal.close().await;
    let bytes = std::fs::metadata(dir.path().join("room.db"))?.len();
    println!(
        "made {size} events in {:.1?}: {} MB",
        began.elapsed(),
        bytes / 1_000_000
    );
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let opened = SqliteJournal::open(dir.path())?;
        best = best.min(began.elapsed());
        assert_eq!(opened.state.seq(), size, "the whole journal is there");
        assert_eq!(opened.tail_len, tail, "the snapshot was used");
        opened.journal.close().await;
    }
    println!("restart: {best:.1?} with a snapshot and a tail of {tail} events");
    Ok(())
}

/// Events like those of a room at work: a call starts, a call ends with a short answer.
fn batch(first: u64, events: u64) -> Vec<Batch> {
    let events = (first..first + events).map(|number| Event::CallEnded {
        call: CallId(number),
        ending: Ending::Answered(Answer {
            text: Text::from(format!("answer {number}: it races with the token refresh")),
            block: None,
            usage: Usage::default(),
            first_text: None,
        }),
    });
    vec![Batch {
        at: Timestamp(1_790_000_000_000),
        events: events.collect(),
    }]
}
