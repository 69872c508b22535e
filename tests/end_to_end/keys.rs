//! A file of keys: what it says holds in the console, and one with a mistake is told of everywhere.

use std::fs;

use crate::home::{Home, text};
use crate::screen::Screen;

/// A machine whose user has this file of keys.
fn with_keys(toml: &str) -> Home {
    let home = Home::new();
    let folder = home.user().join(".config/synod");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("keys.toml"), toml).unwrap();
    home
}

#[test]
fn keys_of_ones_own() {
    let home = with_keys("[lists]\n\"g\" = \"none\"\n\"g m\" = \"metrics\"\n\"Q\" = \"quit\"\n");
    let shown = home.ok(&["keys"]);
    assert!(shown.contains("(keys.toml:3)"), "{shown}");
    let mut console = Screen::open(&home, &[]);
    console.wait_for("3 members");
    console.leave_composer();
    console.press("g");
    console.wait_for("m metrics   Esc drop it");
    console.press("m");
    console.wait_for("tasks that ended");
    console.press("Q");
    let (code, _) = console.wait_end();
    assert_eq!(code, 0);
}

#[test]
fn a_mistake_in_them_is_told_by_console_doctor_and_keys() {
    let home = with_keys("[lists]\nx = \"zooom\"\n");
    let console = Screen::open(&home, &[]);
    console.wait_for("the built-in keys are used: keys.toml:2: there is no action `zooom`");
    console.quit();
    let told = home.refused(1, &["keys"]);
    let says = ".config/synod/keys.toml:2: there is no action `zooom` (did you mean `zoom`?)";
    assert!(told.contains(says), "{told}");
    let output = home.synod(&["doctor"]);
    assert!(text(&output.stdout).contains("keys.toml:2: "));
    // It names a way out, and that is one.
    let file = home.user().join(".config/synod/keys.toml");
    fs::write(file, home.ok(&["keys", "--default"])).unwrap();
    assert_eq!(home.ok(&["keys"]), Home::new().ok(&["keys"]));
}
