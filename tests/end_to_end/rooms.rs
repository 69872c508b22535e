//! The main job: a room opens, tasks are worked, and what came of them is kept.

use std::fs;

use crate::home::Home;
use crate::journal;
use crate::screen::{Screen, assert_restored};

/// Longer than what a title has room for, so that what follows is seen in the answer only.
const LEAD: &str = "please tell me what it is, and take your time about it";

#[test]
fn a_fresh_machine_opens_a_rehearsal_and_keeps_what_was_done() {
    let home = Home::new();
    let mut console = Screen::open(&home, &[]);
    console.wait("the rehearsal", |screen| {
        screen.contains("REHEARSAL") && screen.contains("3 members")
    });
    let words = "and then some more ".repeat(20);
    console.send(&format!("@terse {LEAD} [[say:it is forty-two {words}]]"));
    console.wait("live text", |screen| {
        screen.contains("● #1 working")
            && screen
                .lines()
                .any(|line| line.starts_with("│   it is forty-two"))
    });
    console.leave_composer();
    console.press("q");
    console.wait_for("Leave it running");
    console.press("\r");
    let (code, bytes) = console.wait_end();
    assert_eq!(code, 0);
    assert_restored(&bytes);
    assert!(
        bytes.contains("\x1b[?1049h"),
        "it was on the alternate screen"
    );

    let again = Screen::open(&home, &[]);
    again.wait("the answer", |screen| {
        screen.contains("✓ #1 done") && screen.contains("it is forty-two")
    });
    again.quit();
    let journal = home.journal();
    assert!(journal::result(&journal, 1).starts_with("it is forty-two"));
    assert!(journal::prompts(&journal)[0].starts_with(LEAD));
}

/// Nobody but the operator settles a conflict.
const ALONE: &str = "[conflict]\nladder = [\"operator\"]\n";

#[test]
fn the_operator_chooses_between_answers_that_differ() {
    let home = Home::new();
    home.configure(ALONE);
    let mut console = Screen::open(&home, &[]);
    console.wait_for("3 members");
    console.send("/council Which way shall we go?");
    console.wait_for("you decide");
    console.leave_composer();
    console.press("]");
    console.wait_for("Enter shows them side by side");
    console.press("\r");
    let both = console.wait("two candidates", |screen| {
        screen.contains("╭─ A ") && screen.contains("╭─ B ")
    });
    assert!(both.contains("I am wrong"), "{both}");
    console.press("2\r");
    console.wait_for("nothing waits for you");
    console.press("1");
    console.wait_for("✓ #1 done");
    console.quit();
    drop(home.ok(&["stop"]));
    let told = home.ok(&["journal"]);
    assert!(
        told.contains("#1: answer B stands, by the operator"),
        "{told}"
    );
    let journal = home.journal();
    let result = journal::result(&journal, 1);
    assert!(result.contains("I am wrong"), "{result}");
    let document = fs::read_to_string(home.memory("results/1")).unwrap();
    assert!(
        document.contains(result.lines().last().unwrap()),
        "{document}"
    );
    assert!(document.contains("operator"), "{document}");
}

#[test]
fn two_consoles_see_the_same_and_both_act() {
    let home = Home::new();
    home.configure(ALONE);
    let mut first = Screen::open(&home, &[]);
    first.wait_for("3 members");
    let mut second = Screen::open(&home, &[]);
    second.wait_for("3 members");
    first.send("@terse asked by the first");
    second.wait_for("#1");
    second.send("@wrong asked by the second");
    for console in [&first, &second] {
        console.wait("both results", |screen| {
            screen.contains("✓ #1 done") && screen.contains("✓ #2 done")
        });
    }
    first.send("/council Which way shall we go?");
    for console in [&mut first, &mut second] {
        console.wait_for("you decide");
        console.leave_composer();
        console.press("]");
        console.wait_for("Enter shows them side by side");
        console.press("\r");
        console.wait_for("╭─ B ");
    }
    // What one settles is settled for the other too.
    second.press("1\r");
    first.wait_for("nothing waits for you");
    first.quit();
    second.wait_for("nothing waits for you");
    second.quit();
    assert_eq!(journal::events(&home.journal(), "decided").len(), 1);
}
