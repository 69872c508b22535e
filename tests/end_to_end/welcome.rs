//! The first console of a user: the welcome over a room that works, once.

use std::fs;

use crate::home::Home;
use crate::screen::Screen;

const WELCOME: &str = "Welcome to Synod";

#[test]
fn a_fresh_machine_is_welcomed_once_over_a_room_that_works() {
    let home = Home::never_used();
    home.install("claude", "exit 9");
    let mut console = Screen::open(&home, &[]);
    let screen = console.wait("what was found", |it| it.contains("! needs more"));
    assert!(
        screen.contains(WELCOME) && screen.contains("1 of 3"),
        "{screen}"
    );
    assert!(screen.contains("REHEARSAL"), "{screen}");
    console.press("\r");
    console.wait_for("The memory built into this program keeps it");
    console.press("\r");
    console.wait_for("did not say what its ground is");
    console.press("\r");
    console.wait("the welcome to be gone", |it| !it.contains(WELCOME));
    console.send("What is it like?");
    console.wait_for("✓ #1 done");
    console.quit();
    let again = Screen::open(&home, &[]);
    let screen = again.wait_for("Ask the room");
    assert!(!screen.contains(WELCOME), "{screen}");
    again.quit();
}

#[test]
fn it_is_skipped_by_one_key_and_found_again_by_its_name() {
    let home = Home::never_used();
    let mut console = Screen::open(&home, &[]);
    console.wait_for(WELCOME);
    console.close(WELCOME);
    console.leave_composer();
    console.press(":welcome\r");
    console.wait_for(WELCOME);
    console.close(WELCOME);
    console.quit();
}

#[test]
fn a_room_that_has_worked_and_a_console_of_lines_have_none() {
    let home = Home::never_used();
    home.ok(&["run", "What is it like?"]);
    let console = Screen::open(&home, &[]);
    let screen = console.wait_for("Ask the room");
    assert!(!screen.contains(WELCOME), "{screen}");
    console.quit();
    assert!(!home.welcomed().exists());

    let other = Home::never_used();
    let told = other.ok(&["--linear"]);
    assert!(!told.contains(WELCOME), "{told}");
    assert!(!other.welcomed().exists());
}

#[test]
fn where_it_cannot_be_kept_it_does_not_come_up() {
    let home = Home::never_used();
    let folder = home.welcomed();
    let folder = folder.parent().unwrap();
    fs::remove_dir(folder).unwrap();
    fs::write(folder, "in the way").unwrap();
    let console = Screen::open(&home, &[]);
    let screen = console.wait_for("Ask the room");
    assert!(!screen.contains(WELCOME), "{screen}");
    console.quit();
}
