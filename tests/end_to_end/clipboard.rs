//! What is copied: by a program of the system, and by the terminal where that fails or is elsewhere.

use std::fs;
use std::time::Duration;

use crate::home::Home;
use crate::processes::wait_gone;
use crate::screen::Screen;

/// The terminal is asked to keep something.
const OSC52: &str = "\x1b]52;c;";
/// Where a program could be talked to.
const WAYLAND: (&str, &str) = ("WAYLAND_DISPLAY", "wayland-0");

/// A console that copies its draft's neighbour: the transcript of the one task.
fn copy(home: &Home, env: &[(&str, &str)]) -> Screen {
    home.ok(&["run", "-m", "terse", "[[say:forty-two]]"]);
    let mut console = Screen::with_env(home, &[], env);
    console.wait_for("✓ #1 done");
    console.leave_composer();
    console.press("2y");
    console
}

fn end(mut console: Screen) -> String {
    console.press("q");
    let (code, bytes) = console.wait_end();
    assert_eq!(code, 0);
    bytes
}

#[test]
fn a_program_of_the_system_takes_it_and_the_terminal_is_not_asked() {
    let home = Home::new();
    let file = home.user().join("copied");
    home.install(
        "wl-copy",
        &format!(
            "/bin/cat > '{}.part' && /bin/mv '{0}.part' '{0}'",
            file.display()
        ),
    );
    let console = copy(&home, &[WAYLAND]);
    console.wait_for("copied");
    // It is waited for when the console leaves at once.
    let bytes = end(console);
    assert!(fs::read_to_string(&file).unwrap().contains("forty-two"));
    assert!(!bytes.contains(OSC52));
}

#[test]
fn over_ssh_and_in_a_multiplexer_the_terminal_is_asked() {
    for elsewhere in [
        ("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22"),
        ("TMUX", "/tmp/tmux,1,0"),
    ] {
        let home = Home::new();
        home.install("wl-copy", ": > \"$HOME/started\"");
        let console = copy(&home, &[WAYLAND, elsewhere]);
        console.wait_for("copied");
        assert!(end(console).contains(OSC52), "{elsewhere:?}");
        assert!(!home.user().join("started").exists());
    }
}

#[test]
fn a_program_that_refuses_is_named_and_the_terminal_is_asked() {
    let home = Home::new();
    home.install("wl-copy", "exit 3");
    let console = copy(&home, &[WAYLAND]);
    console
        .wait_for("wl-copy ended with exit status: 3; the terminal was asked to copy it instead");
    assert!(end(console).contains(OSC52));
}

#[test]
fn a_program_that_hangs_is_ended_with_its_children() {
    let home = Home::new();
    let pids = home.user().join("pids");
    home.install(
        "wl-copy",
        &format!("/bin/sleep 600 & echo $$ $! > '{}'; wait", pids.display()),
    );
    let console = copy(&home, &[WAYLAND]);
    console.wait_for("wl-copy took longer than 2 s; the terminal was asked to copy it instead");
    let pids = fs::read_to_string(pids).unwrap();
    let pids: Vec<u32> = pids
        .split_whitespace()
        .map(|it| it.parse().unwrap())
        .collect();
    assert_eq!(pids.len(), 2);
    wait_gone(&pids, Duration::from_secs(5));
    assert!(end(console).contains(OSC52));
}

#[test]
fn a_program_that_is_missing_is_told_where_one_is_wanted_and_off_is_off() {
    let home = Home::new();
    let folder = home.user().join(".config/synod");
    fs::create_dir_all(&folder).unwrap();
    for (set, told, asked) in [
        (
            "native",
            "no program for the clipboard was found; the terminal was asked",
            true,
        ),
        ("auto", "copied", true),
        (
            "off",
            "nothing was copied: clipboard = \"off\" below [ui]",
            false,
        ),
    ] {
        fs::write(
            folder.join("config.toml"),
            format!("[ui]\nclipboard = \"{set}\"\n"),
        )
        .unwrap();
        let console = copy(&home, &[WAYLAND]);
        console.wait_for(told);
        assert_eq!(end(console).contains(OSC52), asked, "{set}");
    }
}
