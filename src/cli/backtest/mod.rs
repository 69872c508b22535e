//! `synod backtest`: replays recorded outcomes, or the room's own journal, under policies and voting
//! rules, by the same functions that decide in a room, and prints what each would have come to.
//!
//! # What is replayed
//!
//! Records as [`records`](super::records) documents them. They are streamed, and only what a replay needs
//! is kept: 24 bytes an answer, and some hundred and its name an item. An answer is right by `correct`,
//! or else by `official`; answers are equal where `normalised` is, or else where a council would find
//! them so. Members and kinds are called by their labels, and are made to fit the names of a room.
//! Under a seed the items come phase after phase, and within a phase in the order of the SHA-256 of
//! `"{seed}:{id}"`; the journal comes in the order in which things happened, and the seed is only drawn
//! by. Each task is decided, then scored, then learned from.
//!
//! A room tells 64 kinds apart, and so does a replay: further ones count as the first.
//!
//! Records declare no strengths and no load, so `strength` and `least-loaded` find all alike there and go
//! by the record of each, as they do in a room. Records hold no rankings, so rules that need some are
//! refused.
//!
//! # What is printed
//!
//! One table a pool. With `--json` one object a line and row, with these fields; what is not known is
//! `null`, and never 0.
//!
//! | field | what it is |
//! |---|---|
//! | `pool`, `kind` | of what; `kind` is `null` for all kinds together |
//! | `policy`, `rule`, `reference` | what is replayed, one of the three; the third is what is best in hindsight: `random`, `best single` (with its `member`), `best of each kind`, `best of each phase`, `oracle` |
//! | `calls_allowed`, `cascade`, `threshold` | how many calls a task the policy may make, how many the rule asks first, and how sure it must be to ask nobody further |
//! | `accuracy`, `spread` | the part of the judged tasks that is right, as the mean over the seeds, and its standard deviation over them |
//! | `calls`, `cost`, `seconds` | a task; those that are asked at once take as long as the slowest of them; `null` where an answer that was asked for does not tell it |
//! | `ece` | the expected calibration error of how sure the result was said to be, in ten bins |
//! | `first_half`, `last_half` | the accuracy in each half of the stream |
//! | `regret_best_single`, `regret_random`, `regret_oracle` | by how much these do better; on one kind, the member that is best on it |
//! | `changes` | how often a member was found to have changed, a seed |
//! | `judged` | the part of the tasks of which it is known whether they are right |
//! | `seeds`, `items` | how many |
//! | `against`, `difference`, `low`, `high` | with `--against`: by how much it is better than that row, and the middle 95 % of a paired bootstrap over the items, each drawn with what became of it under all seeds |

mod bootstrap;
mod course;
mod figures;
mod hindsight;
mod journal;
mod names;
mod order;
mod pool;
mod pools;
mod reading;
mod record;
mod rows;
mod told;
mod words;

use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::cli::project::Project;
use crate::cli::telling::plain;
use crate::cli::{FAILED, Misused};
use crate::config::nearest;
use crate::core::routing::policy::Policy;
use crate::core::voting::Rule;
use pool::Pool;
use pools::Named;
use reading::{Read, read};
use rows::{Row, Wanted};
use told::Replayed;

/// What is wanted.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files of recorded answers, one JSON record a line, plain or gzipped; - is stdin
    #[arg(value_name = "FILE", required_unless_present_any = ["from", "pools"])]
    files: Vec<PathBuf>,
    /// Replay the room's own journal, whether the room runs or not
    #[arg(long, value_name = "journal", conflicts_with_all = ["files", "pools"])]
    from: Option<Source>,
    /// Which members are held against each other, and on which file; all of a FILE otherwise
    #[arg(long, value_name = "POOLS.toml")]
    pools: Option<PathBuf>,
    /// Only this pool of the file; may be given several times
    #[arg(long, value_name = "NAME", requires = "pools")]
    pool: Vec<String>,
    /// Replay this policy; all policies and rules where neither is named; may be given several times
    #[arg(long, value_name = "POLICY", value_parser = words::policy)]
    policy: Vec<Policy>,
    /// Replay this voting rule with everybody asked; may be given several times
    #[arg(long, value_name = "RULE", value_parser = words::rule)]
    rule: Vec<Rule>,
    /// Let rules ask so many first and the others only where these differ; may be given several times
    #[arg(long, value_name = "K", value_parser = words::first)]
    cascade: Vec<usize>,
    /// How sure a cascade must be to ask nobody further, 0 to 1
    #[arg(long, value_name = "X", requires = "cascade", value_parser = words::share)]
    threshold: Option<f64>,
    /// How many calls a task `learned` may make on average; may be given several times
    #[arg(long, value_name = "N", value_parser = words::calls)]
    calls: Vec<f64>,
    /// Replay under so many seeds
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=1000))]
    seeds: u64,
    /// A row for each kind of task as well
    #[arg(long)]
    by_kind: bool,
    /// A row for this kind of task as well; may be given several times
    #[arg(long, value_name = "KIND", conflicts_with = "by_kind")]
    kind: Vec<String>,
    /// Tell how much better each row is than this policy or rule, with an interval
    #[arg(long, value_name = "POLICY|RULE", value_parser = words::base)]
    against: Option<Row>,
    /// Leave out lines that are no records instead of giving up
    #[arg(long)]
    skip_broken: bool,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// What is replayed in place of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Source {
    // Of the room of the project.
    Journal,
}

/// Reads what is to be replayed, replays it and tells what came of it.
pub(super) fn backtest(
    args: &Args,
    project: impl FnOnce() -> anyhow::Result<Project>,
) -> anyhow::Result<ExitCode> {
    let mut stderr = std::io::stderr().lock();
    let Read {
        pools,
        notes,
        failed,
    } = match (&args.from, &args.pools) {
        (Some(Source::Journal), _) => of_journal(&project()?)?,
        (None, Some(path)) => read(
            &pools::read(path, &args.pool, &args.files)?,
            args.skip_broken,
        )?,
        (None, None) => read(&each_a_pool(&args.files), args.skip_broken)?,
    };
    for note in &notes {
        writeln!(stderr, "synod: {note}")?;
    }
    if failed {
        return Ok(ExitCode::from(FAILED));
    }
    let wanted = Wanted {
        policies: args.policy.clone(),
        rules: args.rule.clone(),
        cascades: args.cascade.clone(),
        threshold: args.threshold,
        calls: args.calls.clone(),
        against: args.against.clone(),
    };
    let mut stdout = BufWriter::new(std::io::stdout().lock());
    let mut has_any = false;
    for (at, pool) in pools.iter().enumerate() {
        let kinds = kinds(args, pool)?;
        let (rows, left_out) = wanted.rows(pool);
        for what in left_out {
            writeln!(stderr, "synod: {}: {what}", plain(&pool.name))?;
        }
        has_any |= rows.iter().any(|row| row.way().is_some());
        let base = args.against.as_ref();
        let base = base.and_then(|base| rows.iter().position(|row| row == base));
        let courses = course::courses(pool, &rows, args.seeds, base.is_some());
        let replayed = Replayed {
            pool,
            rows: &rows,
            courses: &courses,
            base,
            kinds: &kinds,
        };
        if args.json {
            replayed.json(&mut stdout)?;
        } else {
            if at > 0 {
                writeln!(stdout)?;
            }
            replayed.table(&mut stdout)?;
        }
        stdout.flush()?;
    }
    Ok(if has_any {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(FAILED)
    })
}

/// The room's journal as the one pool.
fn of_journal(project: &Project) -> anyhow::Result<Read> {
    let (pool, notes) = journal::pool(&project.journal()?)?;
    if pool.items.is_empty() {
        return Err(Misused(
            "the journal does not tell yet who was right: that takes tasks of one member that have ended, or \
             councils that differed and were settled by you, an expert or a vote"
                .to_owned(),
        )
        .into());
    }
    Ok(Read {
        pools: vec![pool],
        notes,
        failed: false,
    })
}

/// Each file as a pool of all of its members, called as the file is.
fn each_a_pool(files: &[PathBuf]) -> Vec<Named> {
    let named = files.iter().map(|file| {
        let name = file
            .file_name()
            .unwrap_or(file.as_os_str())
            .to_string_lossy();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        Named {
            name: name.strip_suffix(".jsonl").unwrap_or(name).to_owned(),
            files: vec![file.clone()],
            members: Vec::new(),
        }
    });
    named.collect()
}

/// The places of the kinds that get rows of their own.
fn kinds(args: &Args, pool: &Pool) -> anyhow::Result<Vec<usize>> {
    if args.by_kind {
        return Ok((0..pool.kinds.len()).collect());
    }
    let known: Vec<&str> = pool.kinds.iter().map(|(_, label)| label.as_str()).collect();
    let each = args.kind.iter().map(|word| {
        known
            .iter()
            .position(|known| known == &word.as_str())
            .ok_or_else(|| {
                anyhow::Error::from(Misused(format!(
                    "{} has no kind `{}`, only {}{}",
                    plain(&pool.name),
                    plain(word),
                    plain(&known.join(", ")),
                    suggested(word, &known)
                )))
            })
    });
    each.collect()
}

/// The word that is meant, where one is near.
fn suggested(word: &str, known: &[&str]) -> String {
    nearest(word, known).map_or_else(String::new, |near| {
        format!("; did you mean `{}`?", plain(near))
    })
}
