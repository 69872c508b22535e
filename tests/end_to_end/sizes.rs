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

#[test]
fn a_storm_of_sizes_keys_and_clicks_is_weathered() {
    let home = Home::new();
    let mut console = Screen::open(&home, &[]);
    console.wait_for("3 members");
    for round in 0..40 {
        let sizes = [(500, 200), (20, 5), (1, 1), (61, 17), (200, 16), (100, 30)];
        let (columns, rows) = sizes[round % sizes.len()];
        console.resize(columns, rows);
        console.press("x");
    }
    console.resize(500, 200);
    console.wait("a frame of that size", |screen| {
        screen.lines().count() == 200 && screen.contains("terse")
    });
    console.resize(100, 30);
    console.wait("every key", |screen| {
        screen.contains(&format!("{} ", "x".repeat(40))) && screen.contains("3 members")
    });
    // As fast as a key repeats, and much faster.
    console.press(&"y".repeat(2_000));
    console.wait("the last row of them", |screen| {
        screen.matches('y').count() > 400 && screen.contains("3 members")
    });
    console.press("\x03");
    console.wait_for("draft cleared");
    // Where no cell is, with every button, and in the old encoding's last column.
    for report in [
        "\x1b[<0;9999;9999M",
        "\x1b[<0;9999;9999m",
        "\x1b[<2;65535;1M",
        "\x1b[<32;101;31M",
        "\x1b[<64;400;400M",
        "\x1b[<65;1;999M",
        "\x1b[<35;1;65535M",
    ] {
        console.press(report);
    }
    console.press("still here");
    console.wait_for("still here");
    console.press("\x03");
    console.quit();
}

#[test]
fn a_paste_of_control_characters_is_text_and_nothing_else() {
    let home = Home::new();
    let mut console = Screen::open(&home, &[]);
    console.wait_for("3 members");
    console.press("\x1b[200~one\x07 \x1b[31mtwo\x1b[0m\x00 \x1b]0;title\x07three\x1b[201~");
    console.wait_for("one two three");
    console.press("\r");
    console.wait_for("#1 done");
    console.quit();
    assert_eq!(journal::prompts(&home.journal()), ["one two three"]);
}
