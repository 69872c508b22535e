//! How long it takes to read a task's text, and how well its kind is guessed.
//!
//! `cargo bench --bench analysis` measures both on prompts that are kept here, without any correction.
//! `cargo bench --bench analysis -- FILE.jsonl.gz [SEEDS]` also takes recorded prompts, makes their kinds a
//! room's own, and learns them one by one: each prompt is guessed first and taught after. Of a record only
//! `id`, `kind` and `prompt` are read; within a seed records are in the order of the SHA-256 of
//! `SEED:ID`. It prints what it measured and compares nothing.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a bench measures time and may stop on a fault"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use synod::core::analysis::{Reader, SURE};
use synod::core::{
    Event, Guess, KindName, Kinds, OwnKind, Recorded, State, TaskId, TaskKind, TaskOrder,
    Timestamp, evolve,
};

/// Prompts as people write them, with the kind that they are of.
const PROMPTS: &str = include_str!("analysis_parts/prompts.tsv");

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    speed();
    kept();
    if let Some(file) = words.first() {
        let seeds = words.get(1).and_then(|word| word.parse().ok());
        recorded(file, seeds.unwrap_or(5));
    }
}

fn prompts() -> Vec<(TaskKind, String)> {
    let lines = PROMPTS.lines().map(|line| line.split_once('\t').unwrap());
    lines
        .map(|(kind, prompt)| (kind.parse().unwrap(), prompt.replace("\\n", "\n")))
        .collect()
}

/// The median of many times.
fn median(times: usize, mut what: impl FnMut()) -> Duration {
    let mut took: Vec<Duration> = (0..times)
        .map(|_| {
            let begun = Instant::now();
            what();
            begun.elapsed()
        })
        .collect();
    took.sort_unstable();
    took[times / 2]
}

fn speed() {
    let reader = Reader::default();
    let kinds = Kinds::default();
    let all: Vec<String> = prompts().into_iter().map(|(_, prompt)| prompt).collect();
    let text = all.join("\n");
    let line = "Fix the crash in the login test";
    let two: String = text.chars().take(2048).collect();
    let large = two.repeat(512);
    let one_word = "x".repeat(1 << 20);
    for (name, text) in [
        ("a line", line),
        ("2 kB", &two),
        ("1 MB", &large),
        ("1 MB of one word", &one_word),
    ] {
        let whole = median(501, || {
            black_box(reader.analyse(black_box(text), None, &kinds));
        });
        let guess = median(501, || {
            black_box(reader.guess(black_box(text)));
        });
        println!("{name}: analysed in {whole:.1?}, guessed in {guess:.1?}");
    }
    let size = serde_json::to_string(&reader).unwrap().len();
    println!("before any label {size} bytes in a snapshot");
}

/// What was guessed of some prompts.
#[derive(Default)]
struct Score {
    all: u32,
    right: u32,
    sure: u32,
    sure_right: u32,
}

impl Score {
    fn add(&mut self, kind: TaskKind, guess: &Guess, sure: u16) {
        let right = u32::from(guess.kind == kind);
        self.all += 1;
        self.right += right;
        if guess.share >= sure && guess.kind != TaskKind::General {
            self.sure += 1;
            self.sure_right += right;
        }
    }

    fn told(&self) -> String {
        let share = |some: u32, all: u32| f64::from(some) / f64::from(all.max(1));
        format!(
            "right {:.3} of {}, sure of {:.3} and then right {:.3}",
            share(self.right, self.all),
            self.all,
            share(self.sure, self.all),
            share(self.sure_right, self.sure),
        )
    }
}

/// The prompts that are kept here, at several thresholds.
fn kept() {
    let reader = Reader::default();
    for sure in [400, 450, 500, SURE, 600, 650, 700] {
        let mut score = Score::default();
        let mut wrongly = 0;
        for (kind, prompt) in prompts() {
            let guess = reader.guess(&prompt);
            if kind == TaskKind::General {
                let taken = guess.share >= sure && guess.kind != TaskKind::General;
                wrongly += u32::from(taken);
            } else {
                score.add(kind, &guess, sure);
            }
        }
        let told = score.told();
        println!(
            "kept prompts, sure from {sure} on: {told}; of general ones {wrongly} are taken for more"
        );
    }
}

/// A recorded prompt.
#[derive(serde::Deserialize)]
struct Written {
    id: serde_json::Value,
    kind: String,
    prompt: String,
}

fn read(file: &str) -> Vec<Written> {
    let opened = File::open(file).unwrap();
    let inside: Box<dyn Read> = if Path::new(file).extension().is_some_and(|it| it == "gz") {
        Box::new(flate2::read::MultiGzDecoder::new(opened))
    } else {
        Box::new(opened)
    };
    let lines = BufReader::new(inside).lines();
    lines
        .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
        .collect()
}

/// A recorded kind as a room's own.
fn own(kind: &str) -> KindName {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let name: String = kind.chars().map(plain).take(20).collect();
    KindName::new(&name)
        .or_else(|_| KindName::new(&format!("x-{name}")))
        .unwrap()
}

fn recorded(file: &str, seeds: u32) {
    let records = read(file);
    let names: BTreeSet<KindName> = records.iter().map(|it| own(&it.kind)).collect();
    let kinds: BTreeMap<KindName, OwnKind> = names
        .iter()
        .map(|name| (*name, OwnKind::default()))
        .collect();
    let kinds = Kinds::new(kinds).unwrap();
    println!("{file}: {} prompts of {} kinds", records.len(), names.len());
    for seed in 0..seeds {
        let id = |it: &Written| {
            it.id
                .as_str()
                .map_or_else(|| it.id.to_string(), str::to_owned)
        };
        let mut order: Vec<(Vec<u8>, &Written)> = records
            .iter()
            .map(|it| (Sha256::digest(format!("{seed}:{}", id(it))).to_vec(), it))
            .collect();
        order.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut state = State::new();
        let mut seq = 0;
        let mut tell = |state: &mut State, event| {
            seq += 1;
            let at = Timestamp(seq);
            evolve(state, &Recorded { seq, at, event });
        };
        let set = Event::KindsSet {
            kinds: kinds.clone(),
        };
        tell(&mut state, set);
        let (mut first, mut second) = (Score::default(), Score::default());
        let half = order.len() / 2;
        for (number, (_, it)) in (1..).zip(&order) {
            let kind = TaskKind::Own(own(&it.kind));
            let analysis = state
                .reader()
                .analyse(&it.prompt, Some(kind), state.kinds());
            let score = if number <= half {
                &mut first
            } else {
                &mut second
            };
            score.add(kind, &analysis.guess, SURE);
            let task = TaskId(number as u64);
            let order = TaskOrder {
                kind,
                ..TaskOrder::new(it.prompt.as_str())
            };
            let added = Event::TaskAdded {
                task,
                order,
                analysis: Some(Box::new(analysis)),
            };
            tell(&mut state, added);
        }
        let bytes = serde_json::to_string(state.reader()).unwrap().len();
        let all = f64::from(first.right + second.right) / order.len() as f64;
        let told = second.told();
        println!(
            "seed {seed}: right {all:.3} of all; second half {told}; {bytes} bytes in a snapshot"
        );
    }
}
