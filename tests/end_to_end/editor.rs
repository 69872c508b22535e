//! An editor that crashes, or leaves what is no text: the draft of before is there, and so is the terminal.

use crate::home::Home;
use crate::screen::{Screen, assert_restored};

/// What was written before the editor was opened.
const DRAFT: &str = "keep these words";

/// Opens the editor on a draft and waits for what is told of it.
fn edited(editor: &str, told: &str) -> String {
    let home = Home::new();
    let path = home.install("editor", editor);
    let mut console = Screen::with_env(&home, &[], &[("EDITOR", &path)]);
    console.wait_for("3 members");
    console.press(DRAFT);
    console.wait_for(DRAFT);
    // Alt-e.
    console.press("\x1be");
    let screen = console.wait_for(told);
    assert!(screen.contains(DRAFT), "{screen}");
    // The keys are the console's again.
    console.press(" and more");
    console.wait_for("keep these words and more");
    console.press("\x03");
    console.wait("the draft to be cleared", |it| !it.contains(DRAFT));
    console.leave_composer();
    console.press("q");
    let (code, bytes) = console.wait_end();
    assert_eq!(code, 0, "{editor}");
    assert_restored(&bytes);
    bytes
}

#[test]
fn an_editor_that_fails_leaves_the_draft() {
    edited("exit 3", "ended with exit status: 3; the text is unchanged");
    edited(
        "kill -9 $$",
        "ended with signal: 9 (SIGKILL); the text is unchanged",
    );
}

#[test]
fn a_file_that_is_gone_or_no_text_leaves_the_draft() {
    edited("/bin/rm -f \"$1\"", "left no file: No such file");
    edited(
        "printf 'caf\\351' > \"$1\"",
        "left what is not UTF-8; the text is unchanged",
    );
}

#[test]
fn a_hundred_megabytes_are_not_taken() {
    edited(
        "/usr/bin/head -c 100000000 /dev/zero > \"$1\"",
        "that a text may have; the text is unchanged",
    );
}

#[test]
fn an_editor_that_is_not_there_is_named() {
    let home = Home::new();
    let mut console = Screen::with_env(&home, &[], &[("EDITOR", "no-such-editor")]);
    console.wait_for("3 members");
    console.press(DRAFT);
    console.wait_for(DRAFT);
    console.press("\x1be");
    let screen = console.wait_for("no-such-editor cannot be started");
    assert!(screen.contains(DRAFT), "{screen}");
    console.quit();
}
