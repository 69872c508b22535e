//! A thinking session from end to end: the real sequential-thinking server behind a real room, killed
//! in the middle and taken up again.

use std::path::Path;

use rustix::process::Signal;
use serde_json::Value;

use crate::home::{Home, lines, text};
use crate::journal;
use crate::processes::{ORPHAN, descendants, kill, room_of, wait_gone};
use crate::screen::Screen;
use crate::support::provision;

/// A machine with the server on it and one rehearsal member that thinks at the pace of a reader.
fn machine() -> Option<Home> {
    let server = provision::sequential_thinking()?;
    // Node for the server.
    let inherited = std::env::var("PATH").unwrap();
    let home = Home::new().with_path(inherited);
    home.configure(&config(&server));
    Some(home)
}

fn config(server: &Path) -> String {
    format!(
        "[[member]]\nname = \"mira\"\nadapter = \"rehearsal\"\n\
         rehearsal = {{ persona = \"terse\", seed = 3 }}\n\
         [[server]]\nname = \"thinking\"\nadapter = \"sequential-thinking\"\n\
         command = [\"{}\"]\n",
        server.display()
    )
}

fn proposed(home: &Home) -> Vec<Value> {
    journal::events(&home.journal(), "thought_proposed")
        .into_iter()
        .cloned()
        .collect()
}

#[test]
fn a_session_that_was_killed_goes_on_where_it_was() {
    let Some(home) = machine() else { return };
    let mut console = Screen::open(&home, &[]);
    console.wait_for("1 member");
    console.send("/think why is it slow?");
    console.wait_for("● #1 working");
    console.leave_composer();
    console.press("3");
    console.wait_for("● 2 thought: REHEARSAL");
    let room = room_of(home.project());
    let below = descendants(room);
    kill(room, Signal::KILL);
    wait_gone(&below, ORPHAN);
    console.wait_for("✕ room ended");
    console.quit();
    let before = proposed(&home);
    assert!((2..5).contains(&before.len()), "{before:?}");

    let again = Screen::open(&home, &[]);
    again.wait_for("✓ #1 done");
    let below = descendants(room_of(home.project()));
    again.quit();
    // The hub writes its last documents.
    home.ok(&["stop"]);
    let journal = home.journal();
    let after = proposed(&home);
    let numbers: Vec<u64> = after
        .iter()
        .filter_map(|body| body["thought"]["number"].as_u64())
        .collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    assert_eq!(after.get(..before.len()), Some(before.as_slice()));
    let kept = journal::events(&journal, "thought_recorded");
    let told_again = |body: &&&Value| body["keeper"]["tool"]["replayed"].as_u64() > Some(0);
    assert_eq!(kept.iter().filter(told_again).count(), 1, "{kept:?}");
    assert!(kept.iter().all(|body| body["keeper"]["room"].is_null()));
    // The server ended with the session, before the room.
    let servers = |pid: &u32| {
        let command = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        text(&command).contains("sequential-thinking")
    };
    assert_eq!(below.iter().filter(|pid| servers(pid)).count(), 0);
    let result = std::fs::read_to_string(home.memory("results/1")).unwrap();
    assert!(result.contains("### Thoughts"), "{result}");
    assert!(result.contains("  - 3 ("), "{result}");
}

#[test]
fn without_the_server_the_room_keeps_the_thoughts_and_says_so() {
    let home = Home::new();
    let told = lines(&home.ok(&[
        "run",
        "--json",
        "--strategy",
        "think",
        "--member",
        "wrong",
        "Why?",
    ]));
    assert!(told.iter().any(|line| line["type"] == "done"), "{told:?}");
    let journal = home.journal();
    let kept = journal::events(&journal, "thought_recorded");
    assert_eq!(kept.len(), 5);
    for body in kept {
        let why = body["keeper"]["room"]["why"].as_str().unwrap();
        assert!(why.contains("run `synod init`"), "{why}");
    }
    // The first thought came as prose and was asked for once more.
    let asked: Vec<&Value> = journal::events(&journal, "call_started")
        .into_iter()
        .map(|body| &body["purpose"])
        .collect();
    let again = serde_json::json!({"thought_again": 1});
    assert_eq!(asked.get(1), Some(&&again));
}
