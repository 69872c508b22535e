//! The four real agents that speak ACP, in one room: they stream side by side and come to a decision.

use rustix::process::Signal;
use tokio::runtime::Runtime;

use crate::council::{at_work, panes, send};
use crate::home::Home;
use crate::processes::{ORPHAN, command_of, descendants, kill, room_of, rooms_of, wait_gone};
use crate::retention::until;
use crate::screen::Screen;
use crate::support::ground::{Ground, Launch};
use crate::support::provision;

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
    format!(
        "[[member]]\nname = \"{name}\"\nadapter = \"{adapter}\"\n{}",
        started(launch)
    )
}

/// How something is started.
fn started(launch: &Launch) -> String {
    let env = launch.env.iter();
    let env: Vec<String> = env
        .map(|(key, value)| format!("{key} = {value:?}"))
        .collect();
    let env = env.join(", ");
    format!("command = {:?}\nenv = {{ {env} }}\n", launch.command)
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
    let handed = "servers = [\"room\"]\n";
    let home = Home::new();
    home.configure(&format!(
        "{}{handed}{}{handed}",
        member("cod", "codex-acp", &codex),
        member("clo", "claude-acp", &claude),
    ));
    home.ok(&["run", "-m", "cod", "[[say:The needle points north.]]"]);
    for (name, task) in [("clo", 2), ("cod", 4)] {
        let prompt = format!("look it up, {name} [[call:*read_task {{\"task\":1}}]]");
        let answer = home.ok(&["run", "-m", name, &prompt]);
        assert!(answer.contains("The needle points north."), "{answer}");
        let told = home.ok(&["journal", &format!("task:{task}")]);
        assert!(!told.contains("has no tools of room"), "{told}");
        // Each is known by its own name.
        home.ok(&["run", "-m", name, "[[call:*room_status {}]]"]);
        let you = format!("\"you\":{{\"kind\":\"member\",\"name\":\"{name}\"}}");
        let requests = ground.model.requests();
        let mut told = requests.iter().map(|one| {
            let body = one.body.to_string();
            body.replace(|c: char| c.is_whitespace() || c == '\\', "")
        });
        assert!(told.any(|body| body.contains(&you)), "{name} is not known");
    }
    home.ok(&["stop"]);
    assert_eq!(crate::support::processes::at_home(ground.home()), []);
}

#[test]
fn a_killed_room_leaves_neither_an_agent_nor_what_it_was_handed() {
    let runtime = Runtime::new().unwrap();
    let ground = runtime.block_on(Ground::new());
    let launches = async {
        let files = ground.program(provision::everything, &[]).await?;
        Some((ground.codex_acp("").await?, files))
    };
    let Some((codex, files)) = runtime.block_on(launches) else {
        return;
    };
    let server = format!(
        "[[server]]\nname = \"files\"\nreads = true\n{}",
        started(&files)
    );
    let home = Home::new();
    home.configure(&format!(
        "{}servers = [\"files\"]\n{server}",
        member("cod", "codex-acp", &codex)
    ));
    let run = { home.command(&["run", "-m", "cod", "[[hang]]"]) }
        .spawn()
        .unwrap();
    let parts = ["codex-acp", "mcp relay", "server-everything"];
    let below = || -> Vec<(u32, String)> {
        let all = rooms_of(home.project()).into_iter().flat_map(descendants);
        all.map(|pid| (pid, command_of(pid))).collect()
    };
    until("the agent has its server", || {
        let running = below();
        let is_there = |part: &&str| running.iter().any(|(_, command)| command.contains(*part));
        parts.iter().all(is_there)
    });
    let pids: Vec<u32> = below().into_iter().map(|(pid, _)| pid).collect();
    kill(room_of(home.project()), Signal::KILL);
    wait_gone(&pids, ORPHAN);
    drop(run.wait_with_output().unwrap());
    let again = home.ok(&["run", "-m", "cod", "[[call:*echo {\"message\":\"again\"}]]"]);
    assert!(again.contains("Echo: again"), "{again}");
    home.ok(&["stop"]);
    assert_eq!(crate::support::processes::at_home(ground.home()), []);
}

#[test]
fn what_is_done_for_an_agent_is_in_the_journal_with_the_rule_that_allowed_it() {
    let runtime = Runtime::new().unwrap();
    let ground = runtime.block_on(Ground::new());
    let Some(launch) = runtime.block_on(ground.served_agent()) else {
        return;
    };
    let home = Home::new();
    home.configure(&format!(
        "{}services = [\"read\", \"write\"]\n\
         [[policy]]\nmember = \"mine\"\nkind = \"patch\"\naction = \"allow\"\n",
        member("mine", "acp", &launch)
    ));
    let wish = "<<{\"do\":\"write\",\"path\":\"made.txt\",\"content\":\"one\"}>>";
    home.ok(&["run", "-m", "mine", wish]);
    let made = home.project().join("made.txt");
    assert_eq!(std::fs::read_to_string(&made).unwrap(), "one");
    let read = home.ok(&[
        "run",
        "-m",
        "mine",
        "<<{\"do\":\"read\",\"path\":\"made.txt\"}>>",
    ]);
    assert!(read.contains("{\"content\":\"one\"}"), "{read}");
    let run = home.ok(&[
        "run",
        "-m",
        "mine",
        "<<{\"do\":\"run\",\"command\":\"ls\"}>>",
    ]);
    assert!(run.contains("terminal/create is not offered here"), "{run}");
    let told = home.ok(&["journal", "task:1"]);
    assert!(
        told.contains("allow patch") && told.contains("made.txt"),
        "{told}"
    );
    let told = home.ok(&["journal", "task:2"]);
    assert!(told.contains("fs/read_text_file"), "{told}");
    home.ok(&["stop"]);
    assert_eq!(crate::support::processes::at_home(ground.home()), []);
}

#[test]
fn a_member_that_is_given_another_transport_goes_on_with_its_session() {
    let runtime = Runtime::new().unwrap();
    let ground = runtime.block_on(Ground::new());
    let launches = async { Some([ground.codex("").await?, ground.codex_acp("").await?]) };
    let Some([mcp, acp]) = runtime.block_on(launches) else {
        return;
    };
    let home = Home::new();
    let is_of_past = |told: &str, prompt: &str| {
        let requests = ground.model.requests();
        let mut turns = requests.iter().map(|one| one.body.to_string());
        turns.any(|body| body.contains(prompt) && body.contains(told))
    };
    let facts = ["The needle points north.", "The rose has thorns."];
    for (turn, (adapter, launch)) in [("codex", &mcp), ("codex-acp", &acp), ("codex", &mcp)]
        .into_iter()
        .enumerate()
    {
        home.configure(&member("cod", adapter, launch));
        let prompt = format!(
            "Turn {turn}. {}",
            facts.get(turn).unwrap_or(&"What was it?")
        );
        home.ok(&["run", "-m", "cod", &prompt]);
        for told in facts.iter().take(turn) {
            assert!(is_of_past(told, &prompt), "{adapter}: {told}");
        }
        home.ok(&["stop"]);
    }
    assert_eq!(crate::support::processes::at_home(ground.home()), []);
}
