//! `synod detect`: tells where recorded answers agree and where they do not, by the same code as a live
//! council, and how well that does where the records say which answers are right.

mod records;
mod score;
mod told;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use self::records::Record;
use self::score::{Pairs, lot};
use crate::cli::FAILED;
use crate::cli::records::{Records, Unreadable};
use crate::core::conflict::question::Question;
use crate::core::conflict::reading::Reading;
use crate::core::conflict::verdict::verdict;

/// What is wanted.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files of recorded answers, one JSON record a line, plain or gzipped; - is stdin
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What is read of each answer; both otherwise, where a record has them
    #[arg(long)]
    source: Option<Source>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// Seed of the draw of pairs
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The most pairs that are drawn for each kind of task
    #[arg(long, default_value_t = 6000, value_name = "N")]
    pairs: usize,
}

/// What is read of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(super) enum Source {
    /// The final answer, where it was recorded apart
    Answer,
    /// The whole text
    Text,
}

impl Source {
    const ALL: [Self; 2] = [Self::Answer, Self::Text];

    fn plural(self) -> &'static str {
        match self {
            Self::Answer => "answers",
            Self::Text => "texts",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Text => "text",
        }
    }
}

/// Reads the files and tells what was found.
pub(super) fn detect(args: &Args) -> anyhow::Result<ExitCode> {
    let mut stdout = std::io::BufWriter::new(std::io::stdout().lock());
    let mut stderr = std::io::stderr().lock();
    let mut scores = Scores::default();
    let (mut read, mut failed, mut has_any) = (0_u64, false, false);
    for path in &args.files {
        let records = match Records::<Record>::open(path) {
            Ok(records) => records,
            Err(error) => {
                failed = true;
                writeln!(stderr, "synod: {error}")?;
                continue;
            }
        };
        for record in records {
            match record {
                Ok(record) => {
                    read += 1;
                    has_any |= one(args, &record, &mut scores, &mut stdout)?;
                }
                Err(error) => {
                    let stops = matches!(error, Unreadable::File { .. });
                    failed |= stops;
                    let left_out = if stops { "" } else { "; it is left out" };
                    writeln!(stderr, "synod: {error}{left_out}")?;
                }
            }
        }
    }
    told::scores(&scores.rows(), args.json, &mut stdout)?;
    stdout.flush()?;
    if read == 0 && !failed {
        writeln!(
            stderr,
            "synod: no record was read; a record is one line such as \
             {{\"id\":\"1\",\"kind\":\"sum\",\"prompt\":\"1+1?\",\"answers\":{{\"gpt\":{{\"answer\":\"2\"}}}}}}"
        )?;
        failed = true;
    }
    if read > 0 && !has_any {
        let what = args.source.map_or("answers or texts", Source::plural);
        writeln!(
            stderr,
            "synod: no record has {what}: each member's words stand under \"answer\" or \"text\", and \
             without --source both are read"
        )?;
        failed = true;
    }
    Ok(if failed {
        ExitCode::from(FAILED)
    } else {
        ExitCode::SUCCESS
    })
}

/// One record: into the scores where it has labels, onto the screen where it has none. Whether it has
/// anything of what is wanted.
fn one(
    args: &Args,
    record: &Record,
    scores: &mut Scores,
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    let question = Question::of(&record.prompt);
    let mut has_any = false;
    let labelled = record.right.iter().any(Option::is_some);
    for source in Source::ALL {
        if args.source.is_some_and(|wanted| wanted != source) {
            continue;
        }
        let read = record.given.iter().enumerate().filter_map(|(at, given)| {
            let reading = match source {
                Source::Answer => Reading::of_field(&question, given.answer.as_deref()?),
                Source::Text => Reading::of_text(&question, given.text.as_deref()?),
            };
            Some((at, reading))
        });
        let (places, readings): (Vec<usize>, Vec<Reading>) = read.unzip();
        if readings.is_empty() {
            continue;
        }
        has_any = true;
        if !labelled {
            let members = places.iter().filter_map(|at| record.given.get(*at));
            let members: Vec<&str> = members.map(|given| given.member.as_str()).collect();
            told::council(record, source, &members, &readings, args.json, out)?;
            continue;
        }
        let pairs = scores.of(&record.task, source, args.pairs);
        for (x, (at, a)) in places.iter().zip(&readings).enumerate() {
            for (other, b) in places.iter().zip(&readings).skip(x + 1) {
                let label = |at: usize| record.right.get(at).copied().flatten();
                let name = |at: usize| {
                    record
                        .given
                        .get(at)
                        .map_or("", |given| given.member.as_str())
                };
                if let (Some(mine), Some(yours)) = (label(*at), label(*other)) {
                    let lot = lot(args.seed, &record.id, name(*at), name(*other));
                    pairs.draw(lot, (mine, yours), || verdict(a, b));
                }
            }
        }
    }
    Ok(has_any)
}

/// The pairs of every kind and source, kinds in the order in which they were met.
#[derive(Debug, Default)]
struct Scores {
    tasks: Vec<String>,
    pairs: BTreeMap<(Source, usize), Pairs>,
}

impl Scores {
    fn of(&mut self, task: &str, source: Source, most: usize) -> &mut Pairs {
        let known = self.tasks.iter().position(|one| one == task);
        let at = known.unwrap_or_else(|| {
            self.tasks.push(task.to_owned());
            self.tasks.len() - 1
        });
        self.pairs
            .entry((source, at))
            .or_insert_with(|| Pairs::new(most))
    }

    /// One row a kind and source, and one for all kinds of a source where there are more.
    fn rows(&self) -> Vec<told::Row> {
        let mut rows = Vec::new();
        for source in Source::ALL {
            let each: Vec<told::Row> = self
                .pairs
                .iter()
                .filter(|((of, _), _)| *of == source)
                .filter_map(|((_, at), pairs)| {
                    Some(told::Row {
                        task: self.tasks.get(*at)?.clone(),
                        source,
                        score: pairs.score(),
                    })
                })
                .collect();
            let all = each.iter().map(|row| row.score).reduce(score::Score::and);
            let more = each.len() > 1;
            rows.extend(each);
            if let (Some(score), true) = (all, more) {
                rows.push(told::Row {
                    task: "all".to_owned(),
                    source,
                    score,
                });
            }
        }
        rows
    }
}
