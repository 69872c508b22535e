//! Terminals of other sorts: without UTF-8, and with the console on their main screen.

use crate::home::Home;
use crate::processes::{children, kill};
use crate::screen::{Screen, assert_restored};

/// What stands in the terminal before the console does.
const BEFORE: &str = "for i in 1 2 3 4 5; do echo \"before $i\"; done; ";

#[test]
fn a_locale_without_utf_8_gets_ascii_only() {
    let home = Home::new();
    home.ok(&["run", "-m", "terse", "[[say:naïve → 日本]]"]);
    for (args, env, ascii) in [
        (&[][..], &[("LC_ALL", "C")][..], true),
        (&["--ascii"], &[], true),
        (&[], &[("TERM", "linux")], true),
        (&[], &[("LC_ALL", "C.UTF-8")], false),
    ] {
        let mut console = Screen::with_env(&home, args, env);
        console.wait("the answer", |screen| {
            screen.contains("3 members")
                && screen.contains(if ascii {
                    "na?ve > ????"
                } else {
                    "naïve → 日本"
                })
        });
        console.wait("the state", |screen| {
            screen.contains(if ascii { "+ #1 done" } else { "✓ #1 done" })
        });
        console.leave_composer();
        console.press("q");
        let (code, bytes) = console.wait_end();
        assert_eq!((code, bytes.is_ascii()), (0, ascii), "{args:?} {env:?}");
    }
}

#[test]
fn addresses_are_links_where_the_terminal_takes_them() {
    let home = Home::new();
    home.ok(&[
        "run",
        "-m",
        "terse",
        "[[say:see https://x.example/a, and go on]]",
    ]);
    for (env, links) in [(&[("TERM", "xterm-kitty")][..], true), (&[], false)] {
        let mut console = Screen::with_env(&home, &[], env);
        console.wait_for("3 members");
        console.leave_composer();
        console.press("2");
        console.wait_for("Sessions ─");
        console.press("\x1bg");
        // The cells stand where they stand without links.
        console.wait_for("see https://x.example/a, and go on");
        console.press("q");
        let (code, bytes) = console.wait_end();
        let linked = bytes.contains(";https://x.example/a\x1b\\h\x1b]8;;\x1b\\");
        assert_eq!((code, linked, bytes.contains("\x1b]8;")), (0, links, links));
    }
}

#[test]
fn the_main_screen_keeps_what_stood_there() {
    let home = Home::new();
    let mut shell = Screen::shell(
        &home,
        &format!("{BEFORE} \"$SYNOD\" --no-alt-screen; echo left behind"),
    );
    shell.wait_for("3 members");
    // The row of the cursor goes with them: something may stand in it.
    assert_eq!(
        shell.scrolled_off(6),
        [
            "before 1", "before 2", "before 3", "before 4", "before 5", ""
        ]
    );
    shell.leave_composer();
    shell.press("q");
    // The last frame stays, and what comes next stands below it.
    let screen = shell.wait_for("left behind");
    assert!(screen.contains("terse"), "{screen}");
    assert_eq!(screen.trim_end().lines().last(), Some("left behind"));
    let (_, bytes) = shell.wait_end();
    assert!(!bytes.contains("\x1b[?1049h") && !bytes.contains("\x1b[2J"));
    assert_restored(&bytes);
}

#[test]
fn the_main_screen_follows_its_size_and_a_stop() {
    let home = Home::new();
    let mut shell = Screen::shell(
        &home,
        &format!(
            "{BEFORE} set -m; \"$SYNOD\" --no-alt-screen; echo stopped; read -r line; fg; echo over"
        ),
    );
    shell.wait_for("3 members");
    for (columns, rows) in [(70, 20), (20, 5), (140, 50), (100, 30)] {
        shell.resize(columns, rows);
        let told = if rows < 16 { "needs 60 × 16" } else { "terse" };
        shell.wait("a frame of that size", |screen| {
            screen.contains(told) && (rows < 16 || screen.lines().count() == usize::from(rows))
        });
    }
    shell.press("\x1a");
    let screen = shell.wait_for("stopped");
    assert!(screen.contains("terse"), "{screen}");
    shell.press("\r");
    shell.wait("the console", |screen| {
        screen.contains("3 members") && !screen.contains("stopped")
    });
    assert!(
        shell.scrolled_off(40).contains(&"stopped".to_owned()),
        "{:?}",
        shell.scrolled_off(40)
    );
    let [console] = children(shell.pid())[..] else {
        panic!("one console below the shell")
    };
    kill(console, rustix::process::Signal::TERM);
    let screen = shell.wait_for("over");
    assert!(screen.contains("terse"), "{screen}");
    let (_, bytes) = shell.wait_end();
    assert_restored(&bytes);
}
