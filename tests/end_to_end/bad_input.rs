//! Bad input from files, folders and the environment: one clear sentence that says what to do,
//! nothing crashes, nothing is lost.

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};

use crate::home::{Home, text};
use crate::journal;
use crate::processes::rooms_of;
use crate::screen::Screen;

/// Overwrites some bytes in the middle of a file.
fn damage(path: &std::path::Path, at: u64) {
    let mut file = OpenOptions::new().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(&[0xa5; 4096]).unwrap();
}

/// A stopped room with one finished task in it.
fn with_a_past() -> Home {
    let home = Home::new();
    home.ok(&["run", "-m", "terse", "[[say:done before]]"]);
    home.ok(&["stop"]);
    home
}

#[test]
fn a_configuration_that_is_no_toml() {
    let home = Home::new();
    home.write_config("[room]\nhub = \"builtin\nbudget = 3\n");
    for args in [&["run", "hi"][..], &["config"]] {
        let told = home.refused(1, args);
        assert!(
            told.contains("synod.toml:2:") && told.contains("not valid TOML"),
            "{told}"
        );
    }
    let output = home.synod(&["doctor"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("synod.toml:2:"));
    let console = Screen::open(&home, &[]);
    let (code, told) = console.wait_end();
    assert_eq!(code, 1);
    assert!(
        told.contains("synod.toml:2:") && !told.contains("\x1b[?1049h"),
        "{told}"
    );
}

#[test]
fn a_key_that_nobody_knows() {
    let home = Home::new();
    home.write_config("[room]\nhubb = \"builtin\"\n");
    let told = home.refused(1, &["run", "hi"]);
    assert!(told.contains("synod.toml:2:1"), "{told}");
    assert!(
        told.contains("unknown key `hubb` in [room]; did you mean `hub`?"),
        "{told}"
    );
}

#[test]
fn a_damaged_journal_is_left_as_it_is() {
    let home = with_a_past();
    let path = home.room("room.db");
    let length = fs::metadata(&path).unwrap().len();
    for page in 1..length / 4096 {
        damage(&path, page * 4096);
    }
    let before = fs::read(&path).unwrap();
    for args in [&["run", "hi"][..], &["journal"], &["journal", "--verify"]] {
        let told = home.refused(1, args);
        assert!(
            told.contains("damaged") || told.contains("cannot be read"),
            "{told}"
        );
        assert!(told.contains("backup"), "{told}");
    }
    let output = home.synod(&["doctor"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stdout).contains("✕ failed     room"),
        "{}",
        text(&output.stdout)
    );
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(rooms_of(home.project()), [] as [u32; 0]);
    // A backup, or a new beginning.
    fs::rename(&path, home.room("room.db.broken")).unwrap();
    home.ok(&["run", "-m", "terse", "hi"]);
}

#[test]
fn a_file_that_is_no_journal() {
    let home = with_a_past();
    damage(&home.room("room.db"), 0);
    let told = home.refused(1, &["run", "hi"]);
    assert!(
        told.contains("damaged") && told.contains("backup"),
        "{told}"
    );
}

#[test]
fn a_journal_of_a_newer_synod() {
    let home = with_a_past();
    let path = home.room("room.db");
    // SQLite keeps the user's version in its header at byte 60.
    let mut file = OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(60)).unwrap();
    file.write_all(&99_u32.to_be_bytes()).unwrap();
    let before = fs::read(&path).unwrap();
    for args in [&["run", "hi"][..], &["journal"]] {
        let told = home.refused(1, args);
        assert!(told.contains("use the newer Synod that wrote it"), "{told}");
    }
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn no_home_at_all() {
    let home = Home::new();
    let mut command = home.command(&["run", "-m", "terse", "[[say:at home nowhere]]"]);
    let output = command
        .env_clear()
        .env("XDG_RUNTIME_DIR", home.user())
        .output()
        .unwrap();
    assert_eq!(
        text(&output.stdout),
        "at home nowhere\n",
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_project_that_cannot_be_written() {
    let home = Home::new();
    // Works for root too, whom permissions do not hold.
    fs::write(home.room(""), "").unwrap_err();
    fs::write(home.project().join(".synod"), "not a folder").unwrap();
    let told = home.refused(1, &["run", "hi"]);
    assert!(
        told.contains(".synod") && told.contains("--project"),
        "{told}"
    );
    let output = home.synod(&["doctor"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stdout).contains("✕ failed     folder"),
        "{}",
        text(&output.stdout)
    );
    let console = Screen::open(&home, &[]);
    let (code, told) = console.wait_end();
    assert_eq!(code, 1);
    assert!(
        told.contains(".synod") && !told.contains("\x1b[?1049h"),
        "{told}"
    );
    assert_eq!(
        fs::read_to_string(home.project().join(".synod")).unwrap(),
        "not a folder"
    );
}

#[test]
fn a_project_with_any_name_at_any_depth() {
    let deep = format!("{}/end", "d".repeat(140));
    for path in ["with a space", "prö jekt 日本 'quoted'", &deep] {
        let home = Home::with_project(path);
        assert_eq!(home.ok(&["run", "-m", "terse", "[[say:found]]"]), "found\n");
        let console = Screen::open(&home, &[]);
        console.wait_for("✓ #1 done");
        console.quit();
        assert_eq!(journal::result(&home.journal(), 1), "found");
    }
}

#[test]
fn a_project_that_is_not_there() {
    let home = Home::new();
    let told = home.refused(1, &["--project", "/nowhere/at/all", "run", "hi"]);
    assert!(
        told.contains("/nowhere/at/all") && told.contains("--project"),
        "{told}"
    );
}

#[test]
fn a_terminal_that_is_none() {
    let home = Home::new();
    let told = home.refused(1, &[]);
    assert!(
        told.contains("needs a terminal")
            && told.contains("synod run")
            && told.contains("--linear"),
        "{told}"
    );
    assert_eq!(rooms_of(home.project()), [] as [u32; 0]);
}
