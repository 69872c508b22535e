//! The real thing: the npm server of Codex, Codex's own server and an OpenAI-compatible endpoint in
//! one council over Serena, with the scripted model API behind all three; killed and taken up again.

use std::fs;

use rustix::process::Signal;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::home::Home;
use crate::journal;
use crate::processes::{ORPHAN, descendants, kill, room_of, wait_gone};
use crate::screen::Screen;
use crate::support::model_api::ModelApi;
use crate::support::provision;

/// What all three are made to say, each under the name of the model that it asks for.
fn says(npm: &str, codex: &str, gpt: &str) -> String {
    let block = |value: &str| {
        format!(
            "The answer is {value}.\n\n```final\n\
             {{\"kind\":\"choice\",\"value\":\"{value}\",\"confidence\":0.9}}\n```"
        )
    };
    let (npm, codex, gpt) = (block(npm), block(codex), block(gpt));
    format!("[[npm-model:{npm}]][[codex-model:{codex}]][[gpt-model:{gpt}]]")
}

/// A machine with the real servers on it, and the members that use them.
fn machine(model: &ModelApi) -> Option<Home> {
    let npm = provision::codex_mcp_server()?;
    let codex = provision::codex_with_mcp_server()?;
    let serena = provision::serena()?;
    // Node for the wrappers, git for Codex.
    let inherited = std::env::var("PATH").unwrap();
    let folders = [serena.parent().unwrap(), &npm.bin].map(|path| path.display().to_string());
    let home = Home::new().with_path(format!("{}:{inherited}", folders.join(":")));
    let codex_home = home.user().join("codex");
    fs::create_dir(&codex_home).unwrap();
    let settings = format!(
        "model = \"codex-model\"\nmodel_provider = \"stub\"\n\
         [model_providers.stub]\nname = \"stub\"\nbase_url = \"{}\"\nenv_key = \"STUB_KEY\"\n\
         wire_api = \"responses\"\nrequest_max_retries = 1\nstream_max_retries = 1\n",
        model.base_url()
    );
    fs::write(codex_home.join("config.toml"), settings).unwrap();
    let env = format!(
        "env = {{ CODEX_HOME = \"{}\", STUB_KEY = \"test\", CODEX_DEFAULT_MODEL = \"npm-model\" }}",
        codex_home.display()
    );
    home.configure(&format!(
        "[[member]]\nname = \"npm\"\nadapter = \"codex-mcp-server\"\nmodel = \"npm-model\"\n\
         command = [\"codex-mcp-server\"]\n{env}\n\
         [[member]]\nname = \"codex\"\nadapter = \"codex\"\nmodel = \"codex-model\"\n\
         command = [\"{}\", \"mcp-server\"]\n{env}\n\
         [[member]]\nname = \"gpt\"\nadapter = \"openai\"\nmodel = \"gpt-model\"\nurl = \"{}\"\n\
         [room]\nhub = \"serena\"\n[conflict]\nladder = [\"operator\"]\n",
        codex.display(),
        model.base_url()
    ));
    Some(home)
}

/// Puts a task of several lines into the composer, as one pastes it, and sends it.
pub(crate) fn send(console: &mut Screen, task: &str) {
    console.press(&format!("\x1b[200~{task}\x1b[201~"));
    console.press("\r");
}

/// How many panes show a text.
pub(crate) fn panes(screen: &str, text: &str) -> usize {
    let in_session = |line: &&str| line.chars().take(60).collect::<String>().contains(text);
    screen.lines().skip(1).filter(in_session).count()
}

/// How many members have a call; one of whom nothing is heard for a while is called silent.
pub(crate) fn at_work(screen: &str) -> usize {
    panes(screen, "working") + panes(screen, "silent")
}

fn memory(home: &Home, name: &str) -> String {
    let path = home.memory(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn three_real_servers_in_one_council_over_serena_survive_a_kill() {
    let runtime = Runtime::new().unwrap();
    let model = runtime.block_on(ModelApi::start());
    let Some(home) = machine(&model) else { return };
    let mut console = Screen::open(&home, &[]);
    console.wait("all of them", |screen| {
        screen.contains("● serena") && screen.contains("3 members") && panes(screen, "idle") == 3
    });

    // All agree, seen live: both that stream have begun while the third is at work.
    let question = "/council Which way does the needle point?";
    send(
        &mut console,
        &format!("{question} [[hold]]{}", says("north", "north", "north")),
    );
    console.wait("three at work, two streaming", |screen| {
        at_work(screen) == 3 && panes(screen, "held") == 2
    });
    model.release();
    console.wait_for("✓ #1 done");

    // One differs: the operator decides.
    let question = "/council And which way shall we go?";
    send(
        &mut console,
        &format!("{question} {}", says("left", "right", "left")),
    );
    console.wait_for("you decide");
    console.leave_composer();
    console.press("]");
    console.wait_for("the answers to #2 differ");
    console.press("\r");
    console.wait("two candidates", |screen| {
        [
            "╭─ A ",
            "╭─ B ",
            "The answer is left.",
            "The answer is right.",
        ]
        .iter()
        .all(|part| screen.contains(part))
    });
    console.press("2\r");
    console.wait_for("nothing waits for you");
    console.press("4");
    console.wait("what Serena has", |screen| {
        // The files stand under their folders.
        ["▾ conflicts", "✓ 2.json", "▾ results", "✓ 1 ", "✓ 2 "]
            .iter()
            .all(|row| screen.contains(row))
    });
    assert!(memory(&home, "results/1").contains("The answer is north."));
    assert!(memory(&home, "results/2").contains("The answer is right."));
    let contexts = home.project().join(".serena/memories/model_contexts");
    for member in ["npm", "codex", "gpt"] {
        assert!(contexts.join(member).is_dir(), "{member}");
    }

    // The room is killed in the middle of the third.
    model.hold_again();
    console.press("1i");
    console.wait_for("Enter send");
    let question = "/council How far is it?";
    send(
        &mut console,
        &format!("{question} [[hold]]{}", says("far", "far", "far")),
    );
    console.wait("three at work again", |screen| {
        at_work(screen) == 3 && panes(screen, "held") == 2
    });
    let room = room_of(home.project());
    let below = descendants(room);
    kill(room, Signal::KILL);
    wait_gone(&below, ORPHAN);
    console.wait_for("the room has ended");
    console.quit();
    model.release();

    let console = Screen::open(&home, &[]);
    console.wait("the third, made again", |screen| {
        screen.contains("✓ #3 done") && screen.contains("● serena")
    });
    console.quit();
    let told = home.ok(&["journal"]);
    println!("{told}");
    assert!(home.ok(&["journal", "--verify"]).contains("holds"));
    drop(home.ok(&["stop"]));
    assert!(memory(&home, "results/3").contains("The answer is far."));
    check(&home.journal());
}

/// What the journal has to hold of all this.
fn check(journal: &[Value]) {
    assert_eq!(journal::events(journal, "task_added").len(), 3);
    let answer = |task| {
        journal::result(journal, task)
            .lines()
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        [1, 2, 3].map(answer),
        [
            "held The answer is north.",
            "The answer is right.",
            "held The answer is far."
        ]
    );
    let interrupted = |body: &&&Value| body["ending"] == "interrupted";
    let ended = journal::events(journal, "call_ended");
    assert_eq!(ended.iter().filter(interrupted).count(), 3);
    assert_eq!(journal::events(journal, "agreement_found").len(), 2);
    assert_eq!(journal::events(journal, "conflict_found").len(), 1);
    assert!(!journal::events(journal, "room_resumed").is_empty());
}
