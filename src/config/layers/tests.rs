//! Layering, and what a broken file says.

use pretty_assertions::assert_eq;

use super::*;
use crate::config::{Adapter, Per, PolicyAction, PolicyKind, Quorum, Reference, Rung, Sampling};

/// A home and a project with these two files.
struct Machine {
    dir: tempfile::TempDir,
}

impl Machine {
    fn new(user: &str, project: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path().join("xdg/synod")).unwrap();
        std::fs::create_dir_all(dir.path().join("project")).unwrap();
        for (path, text) in [
            ("xdg/synod/config.toml", user),
            ("project/synod.toml", project),
        ] {
            if !text.is_empty() {
                std::fs::write(dir.path().join(path), text).unwrap();
            }
        }
        Self { dir }
    }

    fn load(&self, variables: &[(&str, &str)], flags: &Overrides) -> Result<Loaded, String> {
        let xdg = self.dir.path().join("xdg").display().to_string();
        let pairs = variables
            .iter()
            .copied()
            .chain([("XDG_CONFIG_HOME", xdg.as_str())]);
        load(
            &EnvSource::of_pairs(pairs),
            &self.dir.path().join("project"),
            flags,
        )
        .map_err(|error| {
            error
                .to_string()
                .replace(&format!("{}/", self.dir.path().display()), "")
        })
    }
}

fn project(text: &str) -> Result<Loaded, String> {
    Machine::new("", text).load(&[], &Overrides::default())
}

fn wrong(text: &str) -> String {
    project(text).unwrap_err()
}

const SAMPLE: &str = r#"
[room]
hub = "serena"                       # or "builtin"
budget = { tokens = 2_000_000, usd = 20.0, per = "day" }

[[member]]
name = "codex"
adapter = "codex-mcp-server"
command = ["codex-mcp-server"]
env = { CODEX_DEFAULT_MODEL = "gpt-5.3-codex", OPENAI_API_KEY = { from = "env" } }
family = "openai"
strengths = { code = 0.9, review = 0.8 }
parallel = 2
timeout = { idle = "90s", total = "30m" }

[[server]]
name = "thinking"
adapter = "sequential-thinking"
command = ["npx", "-y", "@modelcontextprotocol/server-sequential-thinking"]

[routing]
policy = "learned"

[conflict]
ladder = ["vote", "consensus", "expert", "operator"]
rule = { default = "schulze", factual = "majority" }
quorum = "2 of 3"

[[policy]]
member = "codex"
kind = "exec"
prefix = ["cargo", "test"]
action = "allow"
"#;

#[test]
fn the_sample_of_the_design_reads_as_it_is_meant() {
    let Config {
        room,
        members,
        servers,
        conflict,
        policies,
        ..
    } = project(SAMPLE).unwrap().config;
    assert_eq!(room.budget.tokens, Some(2_000_000));
    assert_eq!((room.budget.usd, room.budget.per), (Some(20.0), Per::Day));
    let codex = &members[0];
    assert_eq!(
        (codex.adapter, codex.parallel),
        (Adapter::CodexMcpServer, 2)
    );
    assert_eq!(codex.strengths["code"].to_string(), "0.9");
    assert_eq!(codex.timeout.total.as_secs(), 1800);
    let from_env = Reference::Env {
        name: "OPENAI_API_KEY".to_owned(),
        optional: false,
    };
    assert_eq!(codex.launch.env["OPENAI_API_KEY"], from_env);
    assert_eq!(servers[0].launch.command.len(), 3);
    assert_eq!(conflict.ladder.last(), Some(&Rung::Operator));
    assert_eq!(
        (conflict.rule["default"], conflict.rule["factual"]),
        ("schulze", "majority")
    );
    assert_eq!(conflict.quorum, Some(Quorum { needed: 2, of: 3 }));
    assert_eq!(
        (policies[0].kind, policies[0].action),
        (PolicyKind::Exec, PolicyAction::Allow)
    );
}

#[test]
fn no_file_at_all_is_the_built_in_configuration() {
    let nowhere = Path::new("/nonexistent/project");
    let loaded = load(&EnvSource::default(), nowhere, &Overrides::default()).unwrap();
    assert_eq!(loaded.config, Config::default());
    assert_eq!(loaded.files, Vec::<PathBuf>::new());
    assert!(
        loaded
            .effective()
            .rows
            .iter()
            .all(|row| row.origin.layer == Layer::BuiltIn)
    );
}

#[test]
fn each_layer_wins_over_the_one_before_and_the_origin_tells() {
    let machine = Machine::new(
        "[room]\nhub = \"builtin\"\nbudget.tokens = 1\nbudget.usd = 1\n[ui]\ntheme = \"user\"",
        "[room]\nbudget.tokens = 2\nbudget.usd = 2\n[ui]\ntheme = \"project\"",
    );
    let flags = Overrides {
        theme: Some("flag".to_owned()),
        ascii: true,
        ..Overrides::default()
    };
    let variables = [("SYNOD_BUDGET_USD", "3.5"), ("SYNOD_THEME", "variable")];
    let loaded = machine.load(&variables, &flags).unwrap();
    let room = &loaded.config.room;
    assert_eq!((room.hub, room.budget.tokens), (Hub::Builtin, Some(2)));
    assert_eq!(
        (room.budget.usd, loaded.config.ui.theme.as_str()),
        (Some(3.5), "flag")
    );
    let layer = |path| loaded.origins.of(path).layer;
    assert_eq!(layer("room.hub"), Layer::User);
    assert_eq!(layer("room.budget.tokens"), Layer::Project);
    assert_eq!(layer("room.budget.usd"), Layer::Environment);
    assert_eq!(layer("ui.theme"), Layer::Flag);
    assert_eq!(loaded.config.ui.shown.ascii, Ascii::Only);
    assert_eq!(layer("ui.ascii"), Layer::Flag);
    assert!(loaded.config.ui.color);
    let plain = machine
        .load(&[("NO_COLOR", "1")], &Overrides::default())
        .unwrap();
    assert!(!plain.config.ui.color);
    assert_eq!(plain.origins.of("ui.color").layer, Layer::Environment);
    assert_eq!(layer("room.budget.per"), Layer::BuiltIn);
    assert_eq!(loaded.files.len(), 2);
    let shown = loaded.effective().to_string();
    assert!(shown.contains("synod.toml:2:17)"), "{shown}");
}

#[test]
fn a_member_of_the_same_name_in_a_later_layer_replaces_the_whole_entry() {
    let user = "[[member]]\nname=\"a\"\nadapter=\"rehearsal\"\nparallel=4\n\
                [[member]]\nname=\"b\"\nadapter=\"rehearsal\"\n\
                [[server]]\nname=\"c\"\ncommand=[\"x\"]";
    let theirs = "[[member]]\nname=\"a\"\nadapter=\"rehearsal\"\nmodel=\"m\"\n\
                  [[server]]\nname=\"b\"\ncommand=[\"x\"]\n\
                  [[member]]\nname=\"c\"\nadapter=\"rehearsal\"";
    let loaded = Machine::new(user, theirs)
        .load(&[], &Overrides::default())
        .unwrap();
    let [a, c] = &loaded.config.members[..] else {
        panic!("b became a server: {:?}", loaded.config.members);
    };
    assert_eq!(c.name.as_str(), "c");
    assert_eq!((a.parallel, a.model.as_deref()), (1, Some("m")));
    assert_eq!(a.origin.layer, Layer::Project);
    let layer = |path| loaded.origins.of(path).layer;
    assert_eq!(layer("member.a.model"), Layer::Project);
    assert_eq!(
        layer("member.a.parallel"),
        Layer::BuiltIn,
        "the user's 4 is gone"
    );
    let servers: Vec<&str> = loaded
        .config
        .servers
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    assert_eq!(servers, ["b"], "c became a member");
}

#[test]
fn only_what_takes_a_prompt_is_given_context_unless_it_is_said() {
    let context = |generic: &str, more: &str| {
        let text = format!(
            "[[member]]\nname = \"g\"\nadapter = \"generic\"\ncommand = [\"x\"]\n{more}\
             generic = {{ tool = \"t\"{generic} }}\n"
        );
        project(&text).unwrap().config.members[0].context()
    };
    assert_eq!(context("", ""), None);
    assert_eq!(context(", prompt_arg = \"prompt\"", ""), None);
    assert_eq!(context(", prompt_arg = \"url\"", ""), Some(0));
    assert_eq!(
        context(", prompt_arg = \"url\"", "context = 500\n"),
        Some(500)
    );
    assert_eq!(context("", "context = 0\n"), Some(0));
}

#[test]
fn an_unknown_key_says_file_line_column_and_the_likely_key() {
    assert_eq!(
        wrong("[room]\nhubb = \"serena\"\n"),
        "project/synod.toml:2:1: unknown key `hubb` in [room]; did you mean `hub`?"
    );
    let text = "[[member]]\nname = \"a\"\nadapter = \"rehearsal\"\n  comand = [\"x\"]\n";
    assert_eq!(
        wrong(text),
        "project/synod.toml:4:3: unknown key `comand` in [[member]]; did you mean `command`?"
    );
    let stranger = wrong("zebra = 1");
    assert!(stranger.ends_with(
        "known keys are room, kind, check, member, server, tools, routing, analysis, advice, conflict, lessons, memory, telemetry, policy, ui"
    ));
}

#[test]
fn kinds_of_its_own_are_named_like_those_of_every_room_and_plan_is_planning() {
    let user = "[kind.legal]\nmeans = \"contracts\"\n[conflict.rule]\nplan = \"borda\"\n";
    let own = "[conflict]\nrule = { sql = \"majority\", legal = \"score\" }\n\
                   fallback = { sql = \"status-quo\" }\n\
                   [kind.sql]\nwords = [\"select\"]\nlike = \"code\"\n\
                   [[tools]]\nname = \"t\"\nserver = \"hub\"\nkinds = [\"sql\", \"plan\"]\n";
    let machine = Machine::new(user, own);
    let loaded = machine.load(&[], &Overrides::default()).unwrap();
    let names = loaded.config.kinds.iter().map(|kind| kind.name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["legal", "sql"]);
    assert_eq!(loaded.config.tools[0].kinds, ["sql", "planning"]);
    let rows = loaded.effective().rows;
    let row = |path: &str| {
        let row = rows.iter().find(|row| row.path == path).unwrap();
        format!("{} {}", row.value, row.origin.layer)
    };
    assert_eq!(row("conflict.rule.planning"), "\"borda\" user");
    assert_eq!(row("conflict.rule.sql"), "\"majority\" project");
    assert_eq!(row("kind.sql.words"), "[\"select\"] project");
    assert_eq!(row("kind.legal.means"), "\"contracts\" user");
    let stranger = wrong("[conflict]\nrule = { sequel = \"majority\" }\n[kind.sql]\n");
    assert!(stranger.contains("\"operations\" or \"sql\""), "{stranger}");
}

#[test]
fn a_bad_value_says_what_it_is_and_what_is_allowed() {
    for (text, says) in [
        (
            "[room]\nhub = \"serina\"",
            "2:7: `hub` is \"serina\", but it must be \"serena\" or \"builtin\"; did you mean \"serena\"?",
        ),
        (
            "[room]\nbudget = { tokens = -1 }",
            "2:21: `tokens` is -1, but it must be a whole number of at least 1",
        ),
        (
            "[room]\nbudget = { usd = nan }",
            "2:18: `usd` is nan, but it must be an amount in US dollars, 0 or more",
        ),
        ("room = 3", "1:8: `room` is 3, but it must be a table"),
        (
            "member = 3",
            "1:10: `member` is 3, but it must be a list of tables, each written `[[member]]`",
        ),
        (
            "[conflict]\nquorum = \"3 of 2\"",
            "2:10: `quorum` is \"3 of 2\", but it must be a text such as \"2 of 3\", the first not more than the second",
        ),
        (
            "[conflict]\nladder = [\"vote\", \"vote\"]",
            "2:19: `ladder` is \"vote\", but it must be a list of \"vote\", \"consensus\", \"expert\" or \"operator\", none twice",
        ),
        (
            "[conflict]\nrule = { code = \"coin\" }",
            "2:17: `code` is \"coin\", but it must be ",
        ),
        (
            "[ui]\nkeys = { quit = 7 }",
            "2:8: `keys` is a table, but it must be left out: keys are set in keys.toml",
        ),
    ] {
        let said = wrong(text);
        assert!(
            said.starts_with(&format!("project/synod.toml:{says}")),
            "{said}"
        );
    }
}

#[test]
fn members_are_checked() {
    for (text, says) in [
        ("", "[[member]] needs `name`"),
        (
            "name = \"Big Name\"",
            "`name` is \"Big Name\", but it must be 1 to 32 of the characters",
        ),
        ("name = \"a\"", "[[member]] needs `adapter`"),
        (
            "adapter = \"codex\"\ncommand = []",
            "`command` is an empty list",
        ),
        (
            "adapter = \"codex\"\ncommand = [\" \"]",
            "`command` is a list, but",
        ),
        ("adapter = \"codex\"", "[[member]] needs `command`"),
        ("adapter = \"openai\"", "[[member]] needs `url`"),
        (
            "adapter = \"openai\"\nurl = \"http://h/v1\"\napi = \"response\"",
            "did you mean \"responses\"?",
        ),
        (
            "adapter = \"rehearsal\"\napi = \"chat\"",
            "it must be left out: only adapter = \"openai\"",
        ),
        (
            "adapter = \"generic\"\ncommand=[\"x\"]",
            "[[member]] needs `generic`",
        ),
        ("adapter = \"claude\"", "[[member]] needs `command`"),
        ("adapter = \"claud\"", "did you mean \"claude\"?"),
        ("adapter = \"codexx\"", "did you mean \"codex\"?"),
        (
            "strengths = { code = 1.5 }",
            "`code` is 1.5, but it must be a number from 0 to 1",
        ),
        (
            "timeout = { idle = \"90\" }",
            "`idle` is \"90\", but it must be a length of time",
        ),
        (
            "timeout = { idel = \"9s\" }",
            "unknown key `idel` in `timeout` of [[member]]; did you mean `idle`?",
        ),
        ("cost = { input_per_mtok = 1 }", "needs `output_per_mtok`"),
        (
            "parallel = 0",
            "`parallel` is 0, but it must be a whole number from 1 to 64",
        ),
        (
            "url = \"ftp://x\"",
            "an address that starts with http:// or https://",
        ),
        (
            "env = { \"A B\" = \"x\" }",
            "under a name made of letters, digits and _ only",
        ),
        (
            "env = { A = { from = \"env\", nmae = \"B\" } }",
            "did you mean `name`?",
        ),
        ("env = { A = { from = \"file\" } }", "needs `path`"),
        ("env = { A = { name = \"B\" } }", "needs `from`"),
        ("bearer = { from = \"env\" }", "`bearer` needs `name`"),
        (
            "generic = { tool = \"t\", answer_path = \"x\" }",
            "a JSON pointer",
        ),
    ] {
        let said = wrong(&format!("[[member]]\n{text}"));
        assert!(said.contains(says), "{text}\n{said}");
    }
}

#[test]
fn two_entries_of_one_name_point_at_each_other() {
    let text =
        "[[member]]\nname=\"a\"\nadapter=\"rehearsal\"\n[[server]]\nname=\"a\"\ncommand=[\"x\"]\n";
    let says = "project/synod.toml:4:1: the name `a` is already taken at project/synod.toml:1:1";
    assert!(wrong(text).starts_with(says), "{}", wrong(text));
}

#[test]
fn all_problems_of_all_layers_come_at_once() {
    let machine = Machine::new("a = 1", "b = 2\n[room]\nhub = 3");
    let said = machine
        .load(&[("SYNOD_HUB", "x")], &Overrides::default())
        .unwrap_err();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 4, "{said}");
    assert!(lines[0].starts_with("xdg/synod/config.toml:1:1: unknown key `a`"));
    assert!(lines[3].starts_with("environment variable SYNOD_HUB: `SYNOD_HUB` is \"x\""));
}

#[test]
fn a_policy_for_nobody_is_a_typing_error_and_never_one_for_everybody() {
    let said = wrong("[[policy]]\nmember = \"codx\"\nkind = \"exec\"\naction = \"allow\"");
    assert!(said.contains("the name of a [[member]]"), "{said}");
    let said = wrong("[[policy]]\nmember = \"\"\nkind = \"exec\"\naction = \"allow\"");
    assert!(said.contains("1 to 32 of the characters"), "{said}");
    let said = wrong("[[policy]]\nkind = \"patch\"\nprefix = [\"x\"]\naction = \"allow\"");
    assert!(
        said.contains("only the kinds \"exec\" and \"tool\" have a prefix"),
        "{said}"
    );
    let said = wrong("[[policy]]\nkind = \"form\"\npath = \"x\"\naction = \"deny\"");
    assert!(
        said.contains("only commands and changes have a place"),
        "{said}"
    );
    let said = wrong("[[policy]]\nkind = \"url\"\naction = \"allow\"");
    assert!(said.contains("only you can see"), "{said}");
}

#[test]
fn what_is_asked_besides_and_what_kinds_need_is_read_and_checked() {
    let text = "[routing]\nfurther_calls = 1\nmost_usd = 0\n\
                several = { factual = \"always\" }\nneeds = { operations = \"act\" }\n";
    let routing = project(text).unwrap().config.routing;
    assert!((routing.further_calls - 1.0).abs() < 1e-12);
    assert_eq!(routing.most_usd, Some(0.0));
    assert_eq!(routing.several["factual"], "always");
    assert_eq!(routing.needs["operations"], "act");
    for (text, says) in [
        ("further_calls = 8", "a number from 0 to 7"),
        ("further_calls = nan", "a number from 0 to 7"),
        ("most_usd = -1", "an amount in US dollars, 0 or more"),
        ("several = { factual = \"often\" }", "never"),
        ("needs = { operations = \"hands\" }", "act"),
        ("needs = { nothing = \"act\" }", "nothing"),
    ] {
        let said = wrong(&format!("[routing]\n{text}"));
        assert!(said.contains(says), "{text}: {said}");
    }
}

#[test]
fn a_model_is_lent_by_another_member_that_is_there() {
    let member = |name: &str, sampling: &str| {
        format!(
            "[[member]]\nname = \"{name}\"\nadapter = \"codex\"\ncommand = [\"x\"]\n\
             sampling = \"{sampling}\"\n"
        )
    };
    for stranger in ["gtp", "a"] {
        let said = wrong(&(member("a", stranger) + &member("b", "ask")));
        let expected = "the name of another [[member]]: \"b\"";
        assert!(said.contains(expected), "{said}");
    }
    let config = project(&(member("a", "b") + &member("b", "refuse")))
        .unwrap()
        .config;
    assert!(matches!(&config.members[0].sampling, Sampling::Member(name) if name.as_str() == "b"));
    assert_eq!(config.members[1].sampling, Sampling::Refuse);
}

#[test]
fn digests_are_written_by_a_member_that_is_there() {
    let member = "[[member]]\nname = \"a\"\nadapter = \"codex\"\ncommand = [\"x\"]\n";
    let said = wrong(&format!("{member}[memory]\ndigest = \"b\"\n"));
    assert!(said.contains("synod.toml:6:10"), "{said}");
    assert!(said.contains("the name of a [[member]]: \"a\""), "{said}");
    let loaded = project(&format!("{member}[memory]\ndigest = \"a\"\n")).unwrap();
    let (name, _) = loaded.config.memory.digest.as_ref().unwrap();
    assert_eq!(name.as_str(), "a");
    let shown = loaded.effective().to_string();
    let row = shown.lines().find(|row| row.starts_with("memory.digest"));
    assert!(row.unwrap().contains("\"a\""), "{shown}");
}

#[test]
fn large_tasks_are_looked_at_by_a_member_that_is_there() {
    let member = "[[member]]\nname = \"a\"\nadapter = \"codex\"\ncommand = [\"x\"]\n";
    let said = wrong(&format!("{member}[analysis]\nby = \"b\"\n"));
    assert!(said.contains("the name of a [[member]]: \"a\""), "{said}");
    let said = wrong("[analysis]\nabove = 0\n");
    assert!(said.contains("a whole number from 1 to 1000000"), "{said}");
    let text = format!("{member}[analysis]\nabove = 2000\nby = \"a\"\n");
    let set = project(&text).unwrap().config.analysis;
    assert_eq!(set.above, Some(2000));
    assert_eq!(set.by.unwrap().0.as_str(), "a");
}

#[test]
fn a_policy_is_called_by_what_it_says_and_where_it_stands() {
    let text = "room.approval_timeout = \"90s\"\n[[policy]]\nkind = \"exec\"\n\
                prefix = [\"git\", \"push\"]\npath = \"src\"\naction = \"block\"\n";
    let config = project(text).unwrap().config;
    assert_eq!(config.room.approval_timeout.as_secs(), 90);
    let name = config.policies[0].name();
    assert!(name.starts_with("block exec git push src ("), "{name}");
    assert!(name.contains("synod.toml:2"), "{name}");
}

#[test]
fn a_secret_in_the_file_is_in_no_message_and_no_output() {
    let entry =
        "[[member]]\nname=\"a\"\nadapter=\"rehearsal\"\nbearer=\"sk-77\"\nenv={ K = \"sk-77\" }\n";
    let loaded = project(entry).unwrap();
    let shown = format!("{loaded:?}\n{}", loaded.effective());
    assert!(!shown.contains("sk-77"), "{shown}");
    let said = wrong("[[member]]\nenv = { \"a-b\" = \"sk-77\" }");
    assert!(!said.contains("sk-77"), "{said}");
}

#[test]
fn what_is_not_a_readable_file_gets_a_sentence() {
    let machine = Machine::new("", "x");
    let path = machine.dir.path().join("project/synod.toml");
    let said = |machine: &Machine| machine.load(&[], &Overrides::default()).unwrap_err();
    assert!(
        said(&machine).starts_with("project/synod.toml:1:"),
        "{}",
        said(&machine)
    );
    assert!(said(&machine).contains("this is not valid TOML"));
    std::fs::write(&path, b"a = \"\xff\"").unwrap();
    assert!(said(&machine).contains("it is not UTF-8 text"));
    std::fs::write(&path, vec![b'#'; 1024 * 1024 + 1]).unwrap();
    assert!(said(&machine).contains("it is longer than 1 MiB"));
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(said(&machine).contains("it is not a regular file"));
}

#[test]
fn the_effective_configuration_is_shown_with_its_layers() {
    let flags = Overrides {
        budget_usd: Some(2.5),
        ..Overrides::default()
    };
    let machine = Machine::new("[ui]\ntheme = \"mono\"", SAMPLE);
    let loaded = machine.load(&[("SYNOD_HUB", "builtin")], &flags).unwrap();
    let shown = loaded.effective().to_string();
    let shown = shown.replace(&format!("{}/", machine.dir.path().display()), "");
    insta::assert_snapshot!(shown);
}

proptest::proptest! {
    /// Whatever stands in the file, the answer is a configuration or problems with places in it.
    #[test]
    fn no_file_makes_it_panic(at in 0..SAMPLE.len(), cut in 0..40_usize, put in "\\PC{0,12}") {
        // The sample is ASCII, so it can be cut anywhere.
        let end = (at + cut).min(SAMPLE.len());
        let text = format!("{}{put}{}", &SAMPLE[..at], &SAMPLE[end..]);
        let lines = text.lines().count() + 1;
        let mut builder = Builder::default();
        builder.apply_file(&SourceFile::new(Layer::Project, "f", text));
        if let Err(ConfigError::Invalid(problems)) = builder.finish() {
            for problem in problems {
                let Place::File { line, .. } = problem.place else {
                    panic!("{problem}");
                };
                proptest::prop_assert!(line <= lines, "{problem}");
            }
        }
    }
}
