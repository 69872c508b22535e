//! The four real agents that speak ACP, in one room: they stream side by side and come to a decision.

use tokio::runtime::Runtime;

use crate::council::{at_work, panes, send};
use crate::home::Home;
use crate::screen::Screen;
use crate::support::ground::{Ground, Launch};

/// What each of them says, by the API that it speaks to.
const SCRIPTS: [(&str, &str); 4] = [
    (
        "gemini",
        "A session is read with every request and needs no backup of its own. That speaks for memory, \
         but nothing here says that a lost session is cheap. Postgres is there already.",
    ),
    (
        "anthropic",
        "Two things decide this: what a restart may lose, and who looks after the backup. There is one \
         database with both. I would not add a second one for sessions alone.",
    ),
    (
        "responses",
        "With three replicas a file beside each is out of the question, and its backup too. Redis would \
         be one more thing to watch. Postgres can do this many reads.",
    ),
    (
        "chat",
        "40 requests a second, one row of 2 kB each, no backup needed: that is nothing for a table with \
         an index, and an expiry is one statement a minute. I would take Postgres.",
    ),
];

/// How many words of it are there while the rest is held.
const STREAMED: usize = 22;

/// What they agree on.
const FINAL: &str =
    "```final\n{\"kind\":\"choice\",\"value\":\"postgres\",\"confidence\":0.9}\n```";

/// A member as the file of a room has it.
fn member(name: &str, adapter: &str, launch: &Launch) -> String {
    let env = launch.env.iter();
    let env: Vec<String> = env
        .map(|(key, value)| format!("{key} = {value:?}"))
        .collect();
    format!(
        "[[member]]\nname = \"{name}\"\nadapter = \"{adapter}\"\ncommand = {:?}\nenv = {{ {} }}\n",
        launch.command,
        env.join(", ")
    )
}

/// The four of them, with the home of `ground` for their own.
async fn members(ground: &Ground) -> Option<String> {
    let all = [
        member("gem", "gemini-acp", &ground.gemini_acp(&[]).await?),
        member("clo", "claude-acp", &ground.claude_acp(&[]).await?),
        member("cod", "codex-acp", &ground.codex_acp("").await?),
        member("oc", "opencode", &ground.opencode_acp(&[]).await?),
    ];
    Some(all.concat())
}

#[test]
fn four_agents_stream_side_by_side_and_come_to_a_decision() {
    let runtime = Runtime::new().unwrap();
    let ground = runtime.block_on(Ground::new());
    let Some(members) = runtime.block_on(members(&ground)) else {
        return;
    };
    for (api, words) in SCRIPTS {
        let script = format!("[[think]][[hold:{STREAMED}]][[say:{words}\n\n{FINAL}]]");
        ground.model.rehearse(api, &script);
    }
    let home = Home::new();
    home.configure(&members);
    let mut console = Screen::sized(&home, 140, 34, &[]);
    console.wait("all of them", |screen| {
        screen.contains("4 members") && panes(screen, "idle") == 4
    });
    let question = "Where should the sessions be kept: redis, postgres or sqlite?";
    send(
        &mut console,
        &format!("@gem @clo @cod @oc /council {question}"),
    );
    console.wait("four at work and streaming", |screen| {
        at_work(screen) == 4 && screen.matches("backup").count() == 4
    });
    #[cfg(feature = "screenshots")]
    console.draw("council-of-agents");
    ground.model.release();
    console.wait_for("✓ #1 done");
    console.quit();
    home.ok(&["stop"]);
    assert_eq!(crate::support::processes::at_home(ground.home()), []);
}

fn set<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&["session", "set", "s1"], args].concat()
}

#[test]
fn a_session_is_set_from_the_command_line_and_its_next_turn_is_made_so() {
    let runtime = Runtime::new().unwrap();
    let ground = runtime.block_on(Ground::new());
    let Some(launch) = runtime.block_on(ground.codex_acp("")) else {
        return;
    };
    let home = Home::new();
    home.configure(&member("cod", "codex-acp", &launch));
    let asked_for = |prompt: &str| -> Vec<String> {
        let requests = ground.model.requests();
        let turns = requests
            .iter()
            .filter(|one| one.body.to_string().contains(prompt));
        let models = turns.map(|one| one.body["model"].as_str().unwrap().to_owned());
        models.collect()
    };

    home.ok(&["run", "-m", "cod", "what is one?"]);
    assert_eq!(asked_for("what is one?"), ["gpt-5.4"]);
    let shown = home.ok(&["session", "show", "s1"]);
    assert!(shown.contains("model: gpt-5.4\n"), "{shown}");
    assert!(
        shown.contains("full-access: does everything without asking"),
        "{shown}"
    );

    let told = home.ok(&set(&["model", "gpt-5.4-mini"]));
    assert!(told.contains("model shall be gpt-5.4-mini"), "{told}");
    let shown = home.ok(&["session", "show", "s1"]);
    let awaited = "model: gpt-5.4 → gpt-5.4-mini, with the next turn\n";
    assert!(shown.contains(awaited), "{shown}");
    home.ok(&["run", "-m", "cod", "what is two?"]);
    assert_eq!(asked_for("what is two?"), ["gpt-5.4-mini"]);

    // Also by a room that was ended meanwhile, and until the wish is taken back.
    home.ok(&["stop"]);
    home.ok(&["run", "-m", "cod", "what is three?"]);
    assert_eq!(asked_for("what is three?"), ["gpt-5.4-mini"]);
    home.ok(&set(&["model"]));
    home.ok(&["run", "-m", "cod", "what is four?"]);

    for (args, why) in [
        (&["mood", "good"][..], "it has mode, model"),
        (
            &["model", "huge"],
            "cannot be \"huge\"; it can be gpt-5.5, gpt-5.4",
        ),
        (&["mode", "full-access"], "Say --yes if that is wanted"),
    ] {
        let told = home.refused(2, &set(args));
        assert!(told.contains(why), "{told}");
    }
    home.ok(&set(&["mode", "full-access", "--yes"]));
    let told = home.refused(1, &["session", "show", "s9"]);
    assert!(told.contains("no session s9"), "{told}");
    home.ok(&["stop"]);
    assert_eq!(crate::support::processes::at_home(ground.home()), []);
}

#[test]
fn an_agent_that_is_handed_the_room_reads_there_what_others_found() {
    let runtime = Runtime::new().unwrap();
    let ground = runtime.block_on(Ground::new());
    let launches = async { Some([ground.codex_acp("").await?, ground.claude_acp(&[]).await?]) };
    let Some([codex, claude]) = runtime.block_on(launches) else {
        return;
    };
    let room = format!(
        "[[server]]\nname = \"room\"\ncommand = [{:?}, \"mcp\", \"room\"]\nreads = true\n",
        crate::home::binary()
    );
    let handed = "servers = [\"room\"]\n";
    let home = Home::new();
    home.configure(&format!(
        "{}{handed}{}{handed}{room}",
        member("cod", "codex-acp", &codex),
        member("clo", "claude-acp", &claude),
    ));
    home.ok(&["run", "-m", "cod", "[[say:The needle points north.]]"]);
    for (name, task) in [("clo", 2), ("cod", 3)] {
        let prompt = format!("look it up, {name} [[call:*read_task {{\"task\":1}}]]");
        let answer = home.ok(&["run", "-m", name, &prompt]);
        assert!(answer.contains("The needle points north."), "{answer}");
        let told = home.ok(&["journal", &format!("task:{task}")]);
        assert!(!told.contains("has no tools of room"), "{told}");
    }
    home.ok(&["stop"]);
    assert_eq!(crate::support::processes::at_home(ground.home()), []);
}
