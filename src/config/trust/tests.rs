//! What counts as the same thing, and how it is kept.

use std::os::unix::fs::PermissionsExt as _;

use pretty_assertions::assert_eq;

use super::*;
use crate::config::launch::Launch;
use crate::config::layers::{Overrides, load};
use crate::config::value::{Name, Reference, Secret};

fn launch() -> Launch {
    let variable = ("A".to_owned(), Reference::Plain(Secret::new("1")));
    Launch {
        command: vec!["npx".to_owned(), "some server".to_owned()],
        env: BTreeMap::from([variable]),
        ..Launch::default()
    }
}

fn item(launch: &Launch) -> Confirmable {
    let name = Name::new("m").unwrap();
    Confirmable::of_launch(Owner::Member(name), launch, Path::new("/p"))
}

fn home() -> (tempfile::TempDir, EnvSource) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().display().to_string();
    (dir, EnvSource::of_pairs([("XDG_STATE_HOME", path)]))
}

#[test]
fn a_confirmation_is_kept_for_the_next_run_and_only_for_exactly_that() {
    let (dir, env) = home();
    let mut trust = Trust::load(&env).unwrap();
    assert!(!trust.is_trusted(&item(&launch())));
    trust.confirm(&item(&launch())).unwrap();
    let trust = Trust::load(&env).unwrap();
    assert!(trust.is_trusted(&item(&launch())));

    let mut changed = vec![launch(); 7];
    changed[0].command.push("--evil".to_owned());
    changed[1].command = vec!["npx".to_owned(), "some".to_owned(), "server".to_owned()];
    changed[2]
        .env
        .insert("A".to_owned(), Reference::Plain(Secret::new("2")));
    changed[3]
        .env
        .insert("B".to_owned(), Reference::Plain(Secret::new("")));
    changed[4].cwd = Some(PathBuf::from("/"));
    changed[5].url = Some("http://x".to_owned());
    changed[6].command = vec!["np".to_owned(), "xsome server".to_owned()];
    for changed in &changed {
        assert!(!trust.is_trusted(&item(changed)), "{changed:?}");
    }
    let name = Name::new("m").unwrap();
    let elsewhere = Confirmable::of_launch(Owner::Member(name), &launch(), Path::new("/q"));
    assert!(!trust.is_trusted(&elsewhere), "another project");

    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir.path().join("synod/trust.json")), 0o600);
    assert_eq!(mode(&dir.path().join("synod")), 0o700);
}

#[test]
fn two_consoles_keep_each_others_confirmations() {
    let (_dir, env) = home();
    let (mut one, mut two) = (Trust::load(&env).unwrap(), Trust::load(&env).unwrap());
    let other = Launch::default();
    one.confirm(&item(&launch())).unwrap();
    two.confirm(&item(&other)).unwrap();
    let both = Trust::load(&env).unwrap();
    assert!(both.is_trusted(&item(&launch())) && both.is_trusted(&item(&other)));
}

#[test]
fn without_a_home_it_holds_for_the_run_and_says_so() {
    let mut trust = Trust::load(&EnvSource::default()).unwrap();
    assert_eq!(trust.confirm(&item(&launch())), Err(TrustError::NoHome));
    assert!(trust.is_trusted(&item(&launch())));
}

#[test]
fn a_broken_newer_or_exposed_file_is_never_trusted() {
    let (dir, env) = home();
    let path = dir.path().join("synod/trust.json");
    Trust::load(&env)
        .unwrap()
        .confirm(&item(&launch()))
        .unwrap();
    let good = std::fs::read_to_string(&path).unwrap();
    let said = |text: &str| {
        std::fs::write(&path, text).unwrap();
        Trust::load(&env).unwrap_err().to_string()
    };
    assert!(said("{").contains("it is broken"));
    let newer = good.replace("\"version\": 1", "\"version\": 2");
    assert!(said(&newer).contains("newer Synod"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
    assert!(said(&good).contains("others may write to it"));
}

#[test]
fn what_is_confirmed_is_exact_readable_and_without_values() {
    let mut launch = launch();
    launch.command.push("a\u{202e}b\u{1b}[2J".to_owned());
    let shown = item(&launch).to_string();
    assert_eq!(
        shown,
        "member m: npx 'some server' 'a\\u{202e}b\\u{1b}[2J'\n    with A (written in the file, not shown)"
    );
}

#[test]
fn a_project_is_asked_for_all_it_names_and_the_user_for_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let text = "[room]\nhub_command = [\"serena\"]\n\
                [[member]]\nname = \"a\"\nadapter = \"codex\"\ncommand = [\"codex\", \"mcp-server\"]\n\
                [[member]]\nname = \"r\"\nadapter = \"rehearsal\"\n\
                [[member]]\nname = \"g\"\nadapter = \"gemini-acp\"\ncommand = [\"gemini\"]\nservers = [\"s\", \"t\"]\n\
                [[server]]\nname = \"s\"\nurl = \"http://x\"\n\
                [[server]]\nname = \"t\"\ncommand = [\"t\"]\nreads = true\n\
                [[policy]]\nkind = \"exec\"\nprefix = [\"rm\"]\naction = \"allow\"\n\
                [[policy]]\nkind = \"exec\"\nprefix = [\"ls\"]\naction = \"deny\"\n";
    std::fs::write(dir.path().join("synod.toml"), text).unwrap();
    let loaded = load(&EnvSource::default(), dir.path(), &Overrides::default()).unwrap();
    let asked = Confirmable::of_project(&loaded, dir.path());
    let shown: Vec<String> = asked.iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "hub: serena",
            "member a: codex mcp-server",
            "member g: gemini; is handed s, t",
            "server s: connect to http://x",
            "server t: t; said to only read",
            "policy: every member may exec without asking: rm",
        ]
    );
    let user = tempfile::tempdir().unwrap();
    std::fs::create_dir(user.path().join("synod")).unwrap();
    std::fs::write(user.path().join("synod/config.toml"), text).unwrap();
    let env = EnvSource::of_pairs([("XDG_CONFIG_HOME", user.path().display().to_string())]);
    let loaded = load(&env, Path::new("/nonexistent"), &Overrides::default()).unwrap();
    assert_eq!(
        Confirmable::of_project(&loaded, Path::new("/nonexistent")),
        []
    );
}

#[test]
fn serena_named_by_a_project_is_confirmed_like_a_command() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("synod.toml"), "[room]\nhub = \"serena\"\n").unwrap();
    let env = EnvSource::of_pairs([("PATH", "/bin")]);
    let loaded = load(&env, dir.path(), &Overrides::default()).unwrap();
    let asked = Confirmable::of_project(&loaded, dir.path());
    let seen: Vec<(&Owner, &str)> = asked
        .iter()
        .map(|item| (&item.owner, item.what.as_str()))
        .collect();
    assert_eq!(seen, [(&Owner::Hub, "serena")]);
}

#[test]
fn where_a_project_has_telemetry_sent_and_with_which_secret_is_confirmed() {
    let asked = |user: &str, own: &str| {
        let dir = tempfile::tempdir().unwrap();
        let of_user = dir.path().join("synod");
        std::fs::create_dir(&of_user).unwrap();
        std::fs::write(of_user.join("config.toml"), user).unwrap();
        std::fs::write(dir.path().join("synod.toml"), own).unwrap();
        let home = dir.path().display().to_string();
        let env = EnvSource::of_pairs([("XDG_CONFIG_HOME", home)]);
        let loaded = load(&env, dir.path(), &Overrides::default()).unwrap();
        Confirmable::of_project(&loaded, Path::new("/p"))
    };
    let endpoint = "[telemetry]\nendpoint = \"http://c:4318\"\n";
    let header = "[telemetry.headers]\nX-Key = { from = \"env\", name = \"KEY\" }\n";
    assert_eq!(asked(endpoint, ""), [], "the user's own word");
    assert_eq!(asked("", "[telemetry]\nservice = \"a\"\n"), []);
    let plain = asked("", endpoint);
    assert_eq!(plain[0].owner, Owner::Telemetry);
    assert_eq!(
        plain[0].what,
        "send spans and metrics to http://c:4318/v1/traces and http://c:4318/v1/metrics"
    );
    let keyed = asked(endpoint, header);
    assert_eq!(keyed[0].env, ["X-Key from environment variable KEY"]);
    assert_ne!(keyed[0].fingerprint, plain[0].fingerprint);
}

#[test]
fn what_is_handed_over_and_in_which_turns_is_part_of_a_confirmation() {
    let dir = tempfile::tempdir().unwrap();
    let asked = |servers: &str, reads: &str| {
        let text = format!(
            "[[member]]\nname = \"g\"\nadapter = \"acp\"\ncommand = [\"g\"]\n{servers}\
             [[server]]\nname = \"s\"\ncommand = [\"s\"]\n{reads}\
             [[server]]\nname = \"t\"\ncommand = [\"t\"]\n"
        );
        std::fs::write(dir.path().join("synod.toml"), text).unwrap();
        let loaded = load(&EnvSource::default(), dir.path(), &Overrides::default()).unwrap();
        let all = Confirmable::of_project(&loaded, dir.path()).into_iter();
        all.map(|item| item.fingerprint).collect::<Vec<_>>()
    };
    let plain = asked("", "");
    // A list that is empty hands nothing over.
    assert_eq!(asked("servers = []\n", "reads = false\n"), plain);
    let one = asked("servers = [\"s\"]\n", "reads = true\n");
    assert!(one[0] != plain[0] && one[1] != plain[1] && one[2] == plain[2]);
    assert_ne!(asked("servers = [\"s\", \"t\"]\n", "")[0], one[0]);
}
