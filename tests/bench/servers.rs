//! Every real server in one table: how long it takes to start, to the first sign and the first text
//! of an answer, for a whole call, and what of that is ours.
//!
//! `cargo bench --bench servers [-- STARTS CALLS NAME…]`, by default 3 starts of each server with 6
//! calls each; a NAME picks the rows that hold it. The servers are installed as for the tests; one
//! that cannot be is passed over, and the reason stands above its row. The model API behind them is
//! on loopback and answers at once.
//!
//! Ours is the way that the room takes: for a model the whole runner of members, for a tool a
//! supervised connection; both through the guard. Bare is a client that is rmcp and nothing else,
//! with a process of its own of the same server, which makes the same tool call in turn with ours.
//! So both have the same share of what the server and the model API need, and the difference is
//! ours. An agent that speaks ACP has no bare row: there is no such client to compare with. Start-up is
//! from the order to connect until the server can be called: agreed on a version and its tools listed.
//! A cancel is from its order until the model API has seen the client leave in the midst of an answer.
//! Memory is that of all of its processes after the calls, each in a session of its own, with their
//! shares of what they have in common (PSS); Linux only.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a bench measures time and may stop on a fault"
)]

#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "the tests use the rest")]
mod support;

mod servers_parts;

use servers_parts::bare::Bare;
use servers_parts::entry::{self, Entry};
use servers_parts::ours::Ours;
use servers_parts::table::{self, Row};
use support::ground::Ground;
use support::processes::{self, Running};
use tokio::task::JoinSet;

fn main() {
    let given: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let numbers: Vec<u32> = given.iter().filter_map(|word| word.parse().ok()).collect();
    let names: Vec<&String> = given
        .iter()
        .filter(|word| word.parse::<u32>().is_err())
        .collect();
    let or = |index: usize, default: u32| numbers.get(index).copied().unwrap_or(default);
    let (starts, calls) = (or(0, 3), or(1, 6));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    println!("{}", table::HEAD);
    for name in entry::NAMES {
        let wanted = |word: &&String| name.contains(word.as_str());
        if names.is_empty() || names.iter().any(wanted) {
            println!("{}", runtime.block_on(row(name, starts, calls)));
        }
    }
    println!("{}", table::FOOT);
}

/// One server's row; a server that fails is told, and the others go on.
async fn row(name: &'static str, starts: u32, calls: u32) -> String {
    let mut measuring = JoinSet::new();
    measuring.spawn(measured(name, starts, calls));
    match measuring.join_next().await {
        Some(Ok(Some(row))) => row.line(name),
        Some(Ok(None)) => table::without(name, "skipped; the reason stands above"),
        Some(Err(_)) | None => table::without(name, "failed; what happened stands above"),
    }
}

async fn measured(name: &str, starts: u32, calls: u32) -> Option<Row> {
    let ground = Ground::new().await;
    let entry = Entry::of(name, &ground).await?;
    let mut row = Row::default();
    let mut number = 0;
    let has_model = entry.adapter.is_some() && !entry::MODELLESS.contains(&name);
    for _ in 0..starts {
        let (mut ours, took) = Ours::start(&entry).await;
        row.starts.push(took);
        let mut bare = match &entry.adapter {
            Some(adapter) if adapter.is_agent() => None,
            Some(_) | None => Some(Bare::start(&entry).await),
        };
        for _ in 0..calls {
            // What a server still does after its answer slows the next call of the other, so each
            // of the two is first as often.
            number += 2;
            let bare_first = number % 4 == 0;
            if let Some(bare) = bare.as_mut().filter(|_| bare_first) {
                row.bare.push(bare.call(&entry, number).await);
            }
            row.ours.push(ours.call(&entry, number - 1).await);
            if let Some(bare) = bare.as_mut().filter(|_| !bare_first) {
                row.bare.push(bare.call(&entry, number).await);
            }
        }
        if let Some(bare) = bare {
            bare.end().await;
        }
        let ours_now = processes::at_home(ground.home());
        row.memory.push(ours_now.iter().map(Running::memory).sum());
        if has_model && let Ours::Member(seat) = &mut ours {
            number += 2;
            row.cancels.push(seat.cancel(number, &ground.model).await);
        }
        ours.end().await;
    }
    Some(row)
}
