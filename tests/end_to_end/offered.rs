//! What a `[[server]]` offers beside tools, in a whole room: the real `server-everything`, whose prompts
//! and resources stand in the palette once it was confirmed.

use crate::home::Home;
use crate::processes::{command_of, descendants, room_of};
use crate::screen::Screen;
use crate::support::provision;

/// A machine with Node on it, and the configuration of a room with the server in it.
fn machine() -> Option<(Home, String)> {
    let server = provision::everything()?;
    let inherited = std::env::var("PATH").unwrap();
    let config = format!(
        "[[member]]\nname = \"mira\"\nadapter = \"rehearsal\"\n\
         rehearsal = {{ persona = \"terse\", seed = 3 }}\n\
         [[server]]\nname = \"files\"\ncommand = [\"{}\", \"stdio\"]\n",
        server.display()
    );
    Some((Home::new().with_path(inherited), config))
}

#[test]
fn a_server_of_no_member_offers_its_prompts_and_resources() {
    let Some((home, config)) = machine() else {
        return;
    };
    home.configure(&config);
    let mut console = Screen::open(&home, &[]);
    console.wait_for("1 member");
    console.leave_composer();
    console.press("\x10files simple");
    console.wait_for("files Simple Prompt");
    console.press("\r");
    console.wait_for("This is a simple prompt without arguments.");
    console.leave_composer();
    console.press("\x10files resources");
    console.wait_for("what the server files offers to read");
    console.press("\r");
    console.wait_for("Resources of files");
    console.wait_for("architecture.md");
    console.press("\r");
    console.wait_for("architecture.md of files");
    console.close("architecture.md of files");
    console.close("Resources of files");
    console.quit();
}

#[test]
fn a_server_that_nobody_confirmed_is_not_started_for_what_it_offers() {
    let Some((home, config)) = machine() else {
        return;
    };
    let (member, _) = config.split_once("[[server]]").unwrap();
    home.configure(member);
    home.write_config(&config);
    home.ok(&["run", "hello"]);
    let below = descendants(room_of(home.project()));
    let commands: Vec<String> = below.iter().map(|pid| command_of(*pid)).collect();
    let started = |command: &String| command.contains("everything");
    assert!(!commands.iter().any(started), "{commands:?}");
    assert!(!commands.is_empty());
}
