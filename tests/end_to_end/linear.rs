//! The console of lines, in a terminal and in a pipe, with rehearsal members.

use std::io::Write as _;
use std::process::Stdio;

use crate::home::{Home, text};
use crate::journal;
use crate::processes::{kill, rooms_of};
use crate::screen::Screen;

const ENTER: &str = "\r";

/// Types a line.
fn say(console: &mut Screen, line: &str) {
    console.press(line);
    console.press(ENTER);
}

/// The number before the last line that ends so.
fn number(screen: &str, text: &str) -> String {
    let mut lines = screen.lines().rev();
    let found = lines.find_map(|line| line.strip_suffix(text)?.strip_suffix(": "));
    found.unwrap_or_default().to_owned()
}

#[test]
fn a_task_is_worked_and_a_question_settled_by_its_number() {
    let home = Home::new();
    let mut console = Screen::sized(&home, 100, 60, &["--linear"]);
    console.wait_for(":quit leaves.");
    say(&mut console, "@terse [[say:heard and understood]]");
    console.wait("the answer", |screen| {
        screen.contains("terse answers #1, 1 line:\n  heard and understood\n")
            && screen.contains("#1 done")
    });
    say(
        &mut console,
        "@terse [[approve:cargo test]][[say:asked first]]",
    );
    let screen = console.wait_for("deny it");
    assert!(screen.contains("asks to run this command in"), "{screen}");
    // A key that ends other programs ends nothing.
    console.press("\x03");
    console.wait_for("Nothing is ended by that key");
    say(&mut console, &number(&screen, "allow it once"));
    console.wait("the end", |screen| {
        screen.contains("allowed by the operator") && screen.contains("#2 done")
    });
    // End of input leaves without a word, and the room goes on.
    console.press("\x04");
    let (code, bytes) = console.wait_end();
    assert_eq!(code, 0, "{bytes}");
    assert!(!bytes.contains('\x1b'), "{bytes:?}");
    assert_eq!(rooms_of(home.project()).len(), 1);
    assert_eq!(journal::result(&home.journal(), 1), "heard and understood");
}

#[test]
fn in_a_pipe_it_tells_what_was_asked_for_and_ends() {
    let home = Home::new();
    let mut child = home
        .command(&["--linear"])
        .env("TERM", "dumb")
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin
        .write_all(b"@terse [[say:through a pipe]]\n:nothing\n@nobody hi\n")
        .unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let told = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    for part in [
        "3 members",
        "There is no command `nothing`",
        "there is no member `nobody`",
        "terse answers #1, 1 line:\n  through a pipe\n",
        "#1 done",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains('\x1b'), "{told:?}");
}

#[test]
fn a_dumb_terminal_gets_lines_and_is_told_so() {
    let home = Home::new();
    let mut console = Screen::with_env(&home, &[], &[("TERM", "dumb")]);
    console.wait_for("calls itself dumb");
    console.wait_for(":quit leaves.");
    say(&mut console, ":queue");
    console.wait_for("Queue: 0 rows.");
    say(&mut console, ":quit");
    let (code, bytes) = console.wait_end();
    assert_eq!(code, 0);
    assert!(bytes.is_ascii() && !bytes.contains('\x1b'), "{bytes:?}");
}

#[test]
fn it_is_told_to_end_and_ends() {
    let home = Home::new();
    home.write_config("[ui]\nlinear = true\n");
    let console = Screen::open(&home, &[]);
    console.wait_for(":quit leaves.");
    kill(console.pid(), rustix::process::Signal::TERM);
    let (_, bytes) = console.wait_end();
    assert!(!bytes.contains('\x1b'), "{bytes:?}");
}
