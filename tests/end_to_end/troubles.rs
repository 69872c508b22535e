//! Members that misbehave: each is told about in one sentence, and the room goes on.

use crate::home::Home;
use crate::journal;
use crate::screen::Screen;

/// A rehearsal member that plays this part and is given so many seconds of silence.
fn member(persona: &str, idle: &str) -> String {
    format!(
        "[[member]]\nname = \"{persona}\"\nadapter = \"rehearsal\"\nrehearsal = {{ persona = \"{persona}\" }}\n\
         timeout = {{ idle = \"{idle}\", total = \"30s\" }}\n"
    )
}

/// A room with one such member beside one that behaves.
fn room(persona: &str) -> (Home, Screen) {
    let home = Home::new();
    home.configure(&format!(
        "{}{}",
        member(persona, "2s"),
        member("terse", "30s")
    ));
    let console = Screen::open(&home, &[]);
    console.wait_for("2 members");
    (home, console)
}

/// The others work on, whatever happened.
fn goes_on(console: &mut Screen, task: u64) {
    console.send("@terse [[say:the room goes on]]");
    console.wait_for(&format!("✓ #{task} done"));
}

#[test]
fn a_member_that_crashes() {
    let (home, mut console) = room("crashing");
    console.send("@crashing will you?");
    console.wait_for("✕ #1 failed");
    goes_on(&mut console, 2);
    console.quit();
    let journal = home.journal();
    let why = journal::outcome(&journal, 1)["failed"]["why"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        why.contains("crashing ended in the middle of the call; it is started again by itself"),
        "{why}"
    );
}

#[test]
fn a_member_that_hangs() {
    let (home, mut console) = room("hanging");
    console.send("@hanging will you?");
    console.wait_for("✕ #1 failed");
    goes_on(&mut console, 2);
    console.quit();
    let journal = home.journal();
    let why = journal::outcome(&journal, 1)["failed"]["why"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        why.contains("hanging was silent for 2 s; try again or raise the member's timeout"),
        "{why}"
    );
}

#[test]
fn a_member_that_floods() {
    let (home, mut console) = room("flooding");
    console.send("@flooding will you?");
    console.wait_for("✓ #1 done");
    goes_on(&mut console, 2);
    console.quit();
    assert!(journal::result(&home.journal(), 1).len() > 400_000);
}

#[test]
fn a_member_that_asks() {
    let (home, mut console) = room("asking");
    console.send("@asking will you?");
    console.wait_for("▲ 1 needs you");
    console.leave_composer();
    console.press("]");
    console.wait_for("cargo test");
    console.press("a");
    console.wait_for("nothing waits for you");
    console.press("1");
    console.wait_for("✓ #1 done");
    console.press("i");
    console.wait_for("Enter send");
    // The second question is of the standard form, and this time the answer is no.
    console.send("@asking and again?");
    console.wait_for("▲ 1 needs you");
    console.leave_composer();
    console.press("]");
    console.wait_for("May I look at the results");
    console.press("d");
    console.wait_for("why, for the model");
    console.press("\r");
    console.wait_for("nothing waits for you");
    console.press("1");
    console.wait_for("✓ #2 done");
    console.press("i");
    console.wait_for("Enter send");
    goes_on(&mut console, 3);
    console.quit();
    assert_eq!(
        journal::events(&home.journal(), "attention_resolved").len(),
        2
    );
}
