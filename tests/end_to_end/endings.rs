//! The ways in which rooms and consoles end, and what must not be lost or left behind.

use std::collections::BTreeSet;

use rustix::process::Signal;

use crate::home::{Home, lines, text};
use crate::journal;
use crate::processes::{self, ORPHAN, children, descendants, doing, kill, room_of, wait_gone};
use crate::screen::{Screen, assert_restored};

#[test]
fn a_killed_room_leaves_nothing_behind_and_is_taken_up_again() {
    let home = Home::new();
    let mut console = Screen::open(&home, &[]);
    console.wait_for("3 members");
    console.send("@terse [[sleep:2000]][[say:made again]]");
    console.wait_for("● #1 working");
    // More from the command line, all told that they are in.
    let runs: Vec<_> = (0..3)
        .map(|_| {
            home.command(&["run", "--json", "--member", "wrong", "[[sleep:2000]] and I"])
                .spawn()
                .unwrap()
        })
        .collect();
    console.wait("the others", |screen| screen.contains("#4"));
    let room = room_of(home.project());
    let below = descendants(room);
    assert!(
        below.len() >= 8,
        "three members and the hub, each under a guard: {below:?}"
    );

    kill(room, Signal::KILL);
    wait_gone(&below, ORPHAN);
    console.wait_for("✕ room ended");
    console.quit();
    let mut added = BTreeSet::new();
    for run in runs {
        let output = run.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        let told = text(&output.stderr);
        assert!(
            told.contains("the task is taken up when it starts again"),
            "{told}"
        );
        added.extend(lines(&text(&output.stdout)).iter().filter_map(|line| {
            (line["type"] == "added")
                .then(|| line["task"].as_u64())
                .flatten()
        }));
    }
    let journal = home.journal();
    let kept: BTreeSet<u64> = journal::events(&journal, "task_added")
        .iter()
        .filter_map(|body| body["task"].as_u64())
        .collect();
    assert!(
        kept.is_superset(&added) && added.len() == 3,
        "{added:?} of {kept:?}"
    );

    let again = Screen::open(&home, &[]);
    again.wait("the read-only calls are made again", |screen| {
        (1..=4).all(|task| screen.contains(&format!("✓ #{task} done")))
    });
    again.quit();
    let journal = home.journal();
    assert_eq!(journal::result(&journal, 1), "made again");
    let interrupted = |body: &&serde_json::Value| body["ending"] == "interrupted";
    assert!(
        journal::events(&journal, "call_ended")
            .iter()
            .filter(|body| interrupted(body))
            .count()
            >= 2
    );
}

#[test]
fn a_console_told_to_end_gives_the_terminal_back_and_the_room_goes_on() {
    let home = Home::new();
    let mut console = Screen::open(&home, &[]);
    console.wait_for("3 members");
    console.send("@terse [[sleep:1000]][[say:worked on]]");
    console.wait_for("● #1 working");
    kill(console.pid(), Signal::TERM);
    let (_, bytes) = console.wait_end();
    assert_restored(&bytes);

    let other = Screen::open(&home, &[]);
    other.wait_for("✓ #1 done");
    let room = room_of(home.project());
    other.hang_up();
    assert_eq!(
        room_of(home.project()),
        room,
        "the room does not mind a lost terminal"
    );
    let third = Screen::open(&home, &[]);
    third.wait_for("worked on");
    third.quit();
}

#[test]
fn a_suspended_console_comes_back() {
    let home = Home::new();
    // A shell with job control, as people have.
    let mut shell = Screen::shell(
        &home,
        "set -m; \"$SYNOD\"; echo stopped; read -r line; fg; echo over",
    );
    shell.wait_for("3 members");
    let console = children(shell.pid());
    let [console] = console.as_slice() else {
        panic!("one console below the shell: {console:?}")
    };
    shell.press("\x1a");
    shell.wait("the shell", |screen| {
        screen.contains("stopped") && !screen.contains("Sessions")
    });
    assert_eq!(doing(*console).as_deref(), Some("T"));
    shell.press("\r");
    shell.wait_for("3 members");
    shell.leave_composer();
    shell.press("q");
    let (_, bytes) = shell.wait_end();
    assert!(bytes.trim_end().ends_with("over"), "{bytes}");
    assert_restored(&bytes);
}

#[test]
fn a_room_in_the_foreground_ends_with_its_console() {
    let home = Home::new();
    let mut console = Screen::open(&home, &["--foreground"]);
    console.wait_for("3 members");
    assert_eq!(processes::rooms_of(home.project()), [] as [u32; 0]);
    console.send("@terse [[say:in one process]]");
    console.wait_for("✓ #1 done");
    let below = descendants(console.pid());
    assert!(below.len() >= 8, "{below:?}");
    console.quit();
    wait_gone(&below, ORPHAN);
    assert_eq!(journal::result(&home.journal(), 1), "in one process");
}

#[test]
fn a_room_is_stopped_from_the_console() {
    let home = Home::new();
    let mut console = Screen::open(&home, &[]);
    console.wait_for("3 members");
    console.send("@terse [[hang]]");
    console.wait_for("● #1 working");
    let room = room_of(home.project());
    let mut all = descendants(room);
    all.push(room);
    console.leave_composer();
    console.press("q");
    console.wait_for("Stop the room");
    console.press("\x1b[C\r");
    let (code, bytes) = console.wait_end();
    assert_eq!(code, 0);
    assert_restored(&bytes);
    wait_gone(&all, ORPHAN);
}
