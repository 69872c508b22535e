//! Members by configuration alone, with the real servers: one that nobody made an adapter for, one
//! that is held to reading, one that nothing holds.

use std::fs;

use tokio::runtime::Runtime;

use crate::home::{Home, text};
use crate::screen::Screen;
use crate::support::model_api::ModelApi;
use crate::support::provision;

/// A machine with the inherited programs behind these folders.
fn machine(folders: &[&std::path::Path]) -> Home {
    let inherited = std::env::var("PATH").unwrap();
    let mut folders: Vec<String> = folders
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    folders.push(inherited);
    Home::new().with_path(folders.join(":"))
}

#[test]
fn any_server_with_a_tool_that_takes_a_text_is_a_member() {
    let Some(program) = provision::everything() else {
        return;
    };
    let home = machine(&[]);
    home.configure(&format!(
        "[[member]]\nname = \"echo\"\nadapter = \"generic\"\ncommand = [\"{}\"]\n\
         generic = {{ tool = \"echo\", prompt_arg = \"message\", answer_prefix = \"Echo: \" }}\n",
        program.display()
    ));
    assert_eq!(home.ok(&["run", "hello there"]).trim(), "hello there");
    let again = home.ok(&["run", "and again"]);
    assert!(again.trim().ends_with("and again"), "{again}");
    home.ok(&["stop"]);
    let after = home.ok(&["run", "after a stop"]);
    assert!(after.trim().ends_with("after a stop"), "{after}");
}

#[test]
fn a_tool_that_need_not_take_prose_is_told_of_earlier_work_only_when_that_is_said() {
    let Some(program) = provision::everything() else {
        return;
    };
    let home = machine(&[]);
    let configure = |more: &str| {
        home.configure(&format!(
            "[[member]]\nname = \"mira\"\nadapter = \"rehearsal\"\n\
             rehearsal = {{ persona = \"terse\", seed = 3 }}\n\
             [[member]]\nname = \"echo\"\nadapter = \"generic\"\ncommand = [\"{}\"]\n{more}\
             generic = {{ tool = \"echo\", prompt_arg = \"message\", answer_prefix = \"Echo: \" }}\n",
            program.display()
        ));
    };
    configure("");
    let address = "https://example.org/login/retries/gateway";
    home.ok(&["run", "--member", "mira", address]);
    let told = home.ok(&["run", "--member", "echo", address]);
    assert_eq!(told.trim(), address);
    home.ok(&["stop"]);
    configure("context = 2000\n");
    let told = home.ok(&["run", "--member", "echo", address]);
    assert!(told.contains("known here from earlier work"), "{told}");
}

#[test]
fn a_prompt_of_a_server_is_chosen_filled_in_seen_and_sent() {
    let Some(program) = provision::everything() else {
        return;
    };
    let home = machine(&[]);
    home.configure(&format!(
        "[[member]]\nname = \"echo\"\nadapter = \"generic\"\ncommand = [\"{}\"]\n\
         generic = {{ tool = \"echo\", prompt_arg = \"message\", answer_prefix = \"Echo: \" }}\n",
        program.display()
    ));
    let mut screen = Screen::open(&home, &[]);
    screen.wait_for("idle");
    screen.press("\x10");
    screen.press("args-prompt");
    screen.wait_for("@echo Arguments Prompt");
    screen.press("\r");
    screen.wait_for("city *");
    screen.press("Bern\r");
    screen.wait_for("@echo What's weather in Bern?");
    screen.press("\r");
    screen.wait_for("✓ #1 done");
    // Its resources, from the same place.
    screen.leave_composer();
    screen.press("R");
    screen.wait_for("Resources of @echo");
    screen.wait_for("architecture.md");
    screen.press("\r");
    screen.wait_for("architecture.md of @echo");
    screen.close("architecture.md of @echo");
    screen.close("Resources of @echo");
    screen.quit();
    home.ok(&["stop"]);
}

#[test]
fn a_gemini_that_is_to_read_changes_nothing_whatever_the_user_allows() {
    let Some(installed) = provision::gemini_mcp_tool() else {
        return;
    };
    let runtime = Runtime::new().unwrap();
    let model = runtime.block_on(ModelApi::start());
    let home = machine(&[&installed.bin]);
    let settings = home.user().join(".gemini");
    fs::create_dir(&settings).unwrap();
    fs::write(
        settings.join("settings.json"),
        "{\"security\":{\"auth\":{\"selectedType\":\"gemini-api-key\"}},\
          \"tools\":{\"allowed\":[\"run_shell_command\"]},\
          \"general\":{\"maxAttempts\":1,\"defaultApprovalMode\":\"auto_edit\"}}",
    )
    .unwrap();
    let member = |name: &str, more: &str| {
        format!(
            "[[member]]\nname = \"{name}\"\nadapter = \"gemini\"\ncommand = [\"gemini-mcp\"]\n{more}\
             model = \"gemini-2.5-flash\"\nenv = {{ GEMINI_API_KEY = \"test\", \
             GEMINI_CLI_TRUST_WORKSPACE = \"true\", GOOGLE_GEMINI_BASE_URL = \"{}\" }}\n",
            model.root_url()
        )
    };
    home.configure(&(member("held", "read_only = true\n") + &member("free", "")));
    let made = |name: &str| home.project().join(name).exists();
    let worked = |name: &str, task: &str| home.ok(&["run", "--member", name, task]);
    worked("free", "[[exec:touch free]]");
    assert!(made("free"), "this test must be able to see a change");
    worked("held", "[[exec:touch held]]");
    assert!(!made("held"));
    let patch = worked("held", "[[patch:held]]");
    assert!(!made("held"), "{patch}");

    let both = [
        "--strategy",
        "council",
        "--member",
        "free",
        "--member",
        "held",
    ];
    let alone = home.synod(&[&["run"], &both[..], &["which way?"]].concat());
    let told = text(&alone.stderr);
    assert!(
        !alone.status.success() && told.contains("works alone"),
        "{told}"
    );
}

#[test]
fn pal_is_a_member_that_goes_on_and_writes_nothing_into_the_project() {
    let Some(program) = provision::pal() else {
        return;
    };
    let runtime = Runtime::new().unwrap();
    let model = runtime.block_on(ModelApi::start());
    let home = machine(&[]);
    home.configure(&format!(
        "[[member]]\nname = \"pal\"\nadapter = \"pal\"\ncommand = [\"{}\"]\n\
         model = \"local-llama\"\nenv = {{ CUSTOM_API_URL = \"{}\", CUSTOM_API_KEY = \"test\" }}\n",
        program.display(),
        model.base_url()
    ));
    let before = std::fs::read_dir(home.project()).unwrap().count();
    assert_eq!(home.ok(&["run", "[[say:first]]"]).trim(), "first");
    assert_eq!(home.ok(&["run", "[[say:second]]"]).trim(), "second");
    assert!(home.room("pal").is_dir());
    // The room and its memory, and nothing else.
    let after = std::fs::read_dir(home.project()).unwrap().count();
    assert!(after <= before + 2);
}

#[test]
fn claude_is_taken_in_only_after_it_was_said_what_it_may() {
    let home = Home::new();
    let command = home.install("claude-code-mcp", "exit 9");
    home.install("claude", "echo 2.1.197");
    let found = home.synod(&["init"]);
    let told = text(&found.stderr);
    assert!(told.contains("--dangerously-skip-permissions"), "{told}");

    home.write_config(&format!(
        "[[member]]\nname = \"claude\"\nadapter = \"claude\"\ncommand = [\"{command}\"]\n"
    ));
    let asked = home.synod(&["init"]);
    let told = text(&asked.stderr);
    assert!(!asked.status.success(), "nobody said yes");
    assert!(told.contains("asks nobody; it works alone"), "{told}");
}
