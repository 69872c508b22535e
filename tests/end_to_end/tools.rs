//! A whole room that lends tools: Serena's from the hub, Claude's under the room's rules; what the
//! configuration may not ask for, and what the doctor says of it.

use std::fs;

use serde_json::Value;
use tokio::runtime::Runtime;

use crate::home::{Home, lines, text};
use crate::journal::events;
use crate::processes::descendants;
use crate::support::model_api::ModelApi;
use crate::support::provision;

const HUB: &str = "[room]\nhub = \"serena\"\n[[tools]]\nname = \"code\"\nserver = \"hub\"\n";

fn member(name: &str, model: &ModelApi) -> String {
    format!(
        "[[member]]\nname = \"{name}\"\nadapter = \"openai\"\nmodel = \"stub-model\"\nurl = \"{}\"\n",
        model.base_url()
    )
}

fn machine() -> Option<Home> {
    let serena = provision::serena()?;
    let claude = provision::claude_code_mcp()?;
    let folders = [serena.parent().unwrap(), &claude.bin].map(|path| path.display().to_string());
    let inherited = std::env::var("PATH").unwrap();
    Some(Home::new().with_path(format!("{}:{inherited}", folders.join(":"))))
}

/// What came of the questions about tools and commands, in order: `find_symbol allow by …`.
fn settled(journal: &[Value]) -> Vec<String> {
    let question = |body: &Value| {
        let request = &body["attention"]["subject"]["asked"]["request"];
        let tool = request["tool"]["tool"].as_str();
        let command = request["exec"]["command"][2].as_str();
        tool.or(command).unwrap_or_default().to_owned()
    };
    let answer = |body: &Value| {
        let (reply, rule) = (&body["resolution"]["reply"], &body["resolution"]["rule"]);
        let reason = reply["deny"]["reason"].as_str();
        let word = reply.as_str().or(reason).unwrap_or_default();
        format!("{word}, by {}", rule.as_str().unwrap_or("nobody"))
    };
    let raised = events(journal, "attention_raised");
    let resolved = events(journal, "attention_resolved");
    let asked = raised.iter().map(|body| question(body));
    let answers = resolved.iter().map(|body| answer(body));
    asked
        .zip(answers)
        .map(|(asked, answer)| format!("{asked}: {answer}"))
        .collect()
}

#[test]
fn a_room_lends_what_its_file_says_and_the_journal_knows_of_each_call() {
    let runtime = Runtime::new().unwrap();
    let model = runtime.block_on(ModelApi::start());
    let Some(home) = machine() else { return };
    fs::write(home.project().join("lamps.py"), "LAMPS = 41\n").unwrap();
    let variables = "env = { DISABLE_AUTOUPDATER = \"1\", ANTHROPIC_API_KEY = \"test\", \
                     CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC = \"1\" }\n";
    home.configure(&format!(
        "{HUB}[[tools]]\nname = \"claude\"\ncommand = [\"claude\", \"mcp\", \"serve\"]\n\
         allow = [\"Bash\"]\nkinds = [\"analysis\"]\n{variables}\
         [[policy]]\nkind = \"exec\"\nprefix = [\"echo\"]\naction = \"allow\"\n{}{}read_only = true\n",
        member("gpt", &model),
        member("reader", &model)
    ));
    let work = |call: &str| {
        home.ok(&[
            "run",
            "--member",
            "gpt",
            &format!("#analysis [[call:{call}]]"),
        ])
    };

    let found = work("search_for_pattern {\"substring_pattern\":\"LAMPS\"}");
    assert!(found.contains("lamps.py"), "{found}");
    let echoed = work("Bash {\"command\":\"echo lit\"}");
    assert!(echoed.contains("\"stdout\":\"lit\""), "{echoed}");
    let banned = work("Bash {\"command\":\"echo lit; sudo id\"}");
    assert!(
        banned.contains("not allowed: becoming another user"),
        "{banned}"
    );
    // A member that only reads is never offered what acts.
    let reader = ["run", "--member", "reader", "#analysis [[call:Bash {}]]"];
    let reader = home.ok(&reader);
    assert!(reader.contains("There is no such tool"), "{reader}");
    let wanted = [
        "search_for_pattern: allow, by code is lent for reading",
        "echo lit: allow, by allow exec echo (",
        "echo lit; sudo id: becoming another user is on the block list of this room, by block list",
    ];
    let settled = settled(&home.journal());
    assert_eq!(settled.len(), wanted.len(), "{settled:#?}");
    for (settled, wanted) in settled.iter().zip(wanted) {
        assert!(settled.starts_with(wanted), "{settled}");
    }

    // One Serena, and documents as before.
    let rooms = crate::processes::rooms_of(home.project());
    let serenas = rooms
        .iter()
        .flat_map(|room| descendants(*room))
        .filter(|pid| {
            let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let mut words = command.split(|byte| *byte == 0);
            // The guard above it names it as well.
            let is_python = words
                .next()
                .is_some_and(|word| String::from_utf8_lossy(word).contains("python"));
            is_python && words.any(|word| word == b"start-mcp-server")
        });
    assert_eq!(serenas.count(), 1);
    home.ok(&["stop"]);
    let queue = fs::read_to_string(home.memory("task_queue.json")).unwrap();
    assert!(queue.contains("search_for_pattern"), "{queue}");
}

#[test]
fn the_doctor_says_what_is_lent_what_is_missing_and_what_the_hub_lacks() {
    let runtime = Runtime::new().unwrap();
    let model = runtime.block_on(ModelApi::start());
    let home = Home::new();
    let own = crate::home::binary();
    home.configure(&format!(
        "{}[[tools]]\nname = \"code\"\nserver = \"hub\"\n\
         [[tools]]\nname = \"players\"\ncommand = [\"{own}\", \"mcp\", \"rehearsal\", \
         \"--persona\", \"terse\", \"--seed\", \"1\"]\nallow = [\"chat\", \"list_model\"]\n",
        member("gpt", &model)
    ));
    let output = home.synod(&["doctor", "--json"]);
    let found = lines(&text(&output.stdout));
    let told = |subject: &str, check: &str| {
        let one = found
            .iter()
            .find(|one| one["subject"] == subject && one["check"] == check);
        one.unwrap_or_else(|| panic!("nothing about {subject}: {found:#?}"))
            .to_string()
    };
    let hub = told("tools code", "found");
    assert!(
        hub.contains("the built-in one") && hub.contains("install Serena"),
        "{hub}"
    );
    let players = told("tools players", "tools");
    assert!(
        players.contains("has no tool list_model;")
            && players.contains("write \\\"list_models\\\""),
        "{players}"
    );
    // The room works without, and says so where it matters.
    let answer = home.ok(&["run", "#analysis [[say:without]]"]);
    assert_eq!(answer.trim(), "without");
}

#[test]
fn what_the_hub_never_lends_is_refused_with_its_place() {
    let home = Home::new();
    home.write_config(&format!(
        "{HUB}allow = [\"find_symbol\", \"write_memory\"]\n"
    ));
    let told = home.synod(&["run", "hello"]);
    assert!(!told.status.success());
    let told = text(&told.stderr);
    assert!(
        told.contains("synod.toml:6:25: ") && told.contains("only the room's own gateway"),
        "{told}"
    );
}
