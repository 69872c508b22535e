//! Terminals that are too small and texts that are too large.

use std::time::{Duration, Instant};

use crate::home::Home;
use crate::journal;
use crate::screen::Screen;

#[test]
fn a_terminal_too_small_says_so_and_loses_nothing() {
    let home = Home::new();
    let mut console = Screen::open(&home, &[]);
    console.wait_for("3 members");
    console.press("half a th");
    console.wait_for("half a th");
    console.resize(20, 5);
    console.wait("the message", |screen| {
        screen.contains("needs 60 × 16") && !screen.contains("Sessions")
    });
    console.press("ought");
    console.resize(100, 30);
    console.wait("all of it", |screen| {
        ["Sessions", "Queue", "3 members", "half a thought", "terse"]
            .iter()
            .all(|part| screen.contains(part))
    });
    console.press("\x03");
    console.quit();
}

#[test]
fn a_paste_of_five_megabytes_is_told_about_and_stalls_nothing() {
    let home = Home::new();
    let mut console = Screen::open(&home, &[]);
    console.wait_for("3 members");
    let began = Instant::now();
    let line = "the same line again and again, and nobody will read it\n";
    let paste = line.repeat(5_000_000 / line.len() + 1);
    console.press(&format!("\x1b[200~{paste}\x1b[201~"));
    let told = console.wait_for("put it into a file and name the file");
    assert!(
        told.contains("pasted 5.0 MB: more than the 1.0 MB a prompt may have"),
        "{told}"
    );
    assert!(
        began.elapsed() < Duration::from_secs(20),
        "it took {:?}",
        began.elapsed()
    );
    // It is refused when it is sent all the same, and the console still works.
    console.press("\r");
    console.wait("a refusal", |screen| {
        screen.contains("limit") || screen.contains("may have")
    });
    console.press("\x03");
    console.send("@terse [[say:still here]]");
    console.wait_for("✓ #1 done");
    console.quit();
    assert_eq!(journal::prompts(&home.journal()), ["[[say:still here]]"]);
}
