//! What a server is given, and what is said when it cannot be started.

use std::os::unix::fs::PermissionsExt as _;

use pretty_assertions::assert_eq;

use super::*;

fn machine() -> (tempfile::TempDir, EnvSource) {
    let dir = tempfile::tempdir().unwrap();
    let bin = dir.path().join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    std::fs::write(bin.join("server"), "").unwrap();
    std::fs::set_permissions(bin.join("server"), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::write(bin.join("text"), "").unwrap();
    let env = EnvSource::of_pairs([
        ("PATH", format!("relative::{}", bin.display())),
        ("HOME", dir.path().display().to_string()),
        ("AWS_SECRET_ACCESS_KEY", "not yours".to_owned()),
        ("KEY", "k1".to_owned()),
        ("TERM", "xterm".to_owned()),
    ]);
    (dir, env)
}

fn resolve(launch: &Launch, built_in: bool) -> Result<ResolvedServer, String> {
    let (dir, env) = machine();
    std::fs::write(dir.path().join("secret"), "s1\r\n").unwrap();
    let name = Name::new("m").unwrap();
    let owner = Owner {
        name: &name,
        env: &env,
        project: dir.path(),
    };
    let root = dir.path().display().to_string();
    owner
        .resolve(launch, built_in)
        .map_err(|error| error.to_string().replace(&root, ""))
}

fn command(words: &[&str]) -> Launch {
    Launch {
        command: words.iter().map(|word| (*word).to_owned()).collect(),
        ..Launch::default()
    }
}

fn with_env(value: Reference) -> Launch {
    Launch {
        env: BTreeMap::from([("WANTED".to_owned(), value)]),
        ..command(&["server"])
    }
}

#[test]
fn the_program_is_found_and_the_environment_is_only_what_is_listed() {
    let launch = with_env(Reference::Env {
        name: "KEY".to_owned(),
        optional: false,
    });
    let server = resolve(&launch, false).unwrap();
    let Reach::Process { command } = &server.reach else {
        panic!("{server:?}");
    };
    assert!(command[0].ends_with("/bin/server"), "{command:?}");
    let names: Vec<&str> = server.env.keys().map(String::as_str).collect();
    assert_eq!(names, ["HOME", "PATH", "TERM", "WANTED"]);
    assert_eq!(
        (server.env["TERM"].as_str(), server.env["WANTED"].as_str()),
        ("dumb", "k1")
    );
    assert!(!format!("{server:?}").contains("k1"));
}

#[test]
fn a_relative_folder_in_path_is_not_looked_into() {
    // The tests run in the package's folder, where `.ci/run` is a program.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert_eq!(find_program("run", ".ci", here), None);
    let absolute = here.join(".ci").display().to_string();
    assert_eq!(
        find_program("run", &absolute, here),
        Some(here.join(".ci/run"))
    );
}

#[test]
fn what_is_missing_is_named() {
    let absent = resolve(&command(&["nope"]), false).unwrap_err();
    assert!(
        absent.starts_with("`m` needs the program `nope`, which is not on PATH"),
        "{absent}"
    );
    let absent = resolve(&command(&["./bin/nope"]), false).unwrap_err();
    assert!(absent.contains("which is not there"), "{absent}");
    assert!(
        resolve(&command(&["text"]), false).is_err(),
        "not executable"
    );
    assert!(
        resolve(&command(&["./bin/server"]), false).is_ok(),
        "relative to the project"
    );
    let variable = |optional| {
        with_env(Reference::Env {
            name: "UNSET".to_owned(),
            optional,
        })
    };
    let said = resolve(&variable(false), false).unwrap_err();
    assert!(
        said.contains("the environment variable UNSET (for `WANTED`)"),
        "{said}"
    );
    assert!(
        !resolve(&variable(true), false)
            .unwrap()
            .env
            .contains_key("WANTED")
    );
    let nowhere = Launch {
        cwd: Some(PathBuf::from("nowhere")),
        ..command(&["server"])
    };
    assert_eq!(
        resolve(&nowhere, false).unwrap_err(),
        "`m` is to work in /nowhere, which is not a folder"
    );
    assert_eq!(
        resolve(&Launch::default(), false).unwrap_err(),
        "`m` has neither `command` nor `url`"
    );
}

#[test]
fn a_secret_file_is_read_without_its_line_end() {
    let file = |path: &str, optional| {
        with_env(Reference::File {
            path: PathBuf::from(path),
            optional,
        })
    };
    assert_eq!(
        resolve(&file("~/secret", false), false).unwrap().env["WANTED"],
        "s1"
    );
    assert_eq!(
        resolve(&file("secret", false), false).unwrap().env["WANTED"],
        "s1"
    );
    assert!(
        resolve(&file("absent", false), false)
            .unwrap_err()
            .contains("cannot read /absent")
    );
    assert!(resolve(&file("absent", true), false).is_ok());
    assert!(
        resolve(&file("bin", false), false)
            .unwrap_err()
            .contains("not a regular file")
    );
}

#[test]
fn an_address_is_the_server_or_what_is_behind_the_built_in_one() {
    let url = "http://127.0.0.1:1/v1".to_owned();
    let launch = Launch {
        url: Some(url.clone()),
        bearer: Some(Reference::Plain(Secret::new("b1"))),
        ..Launch::default()
    };
    let bearer = Some(Secret::new("b1"));
    let direct = resolve(&launch, false).unwrap();
    let (reach_url, key) = (url.clone(), bearer.clone());
    assert_eq!(
        direct.reach,
        Reach::Http {
            url: reach_url,
            bearer: key
        }
    );
    assert!(!format!("{direct:?}").contains("b1"));
    let url = Some(url);
    assert_eq!(
        resolve(&launch, true).unwrap().reach,
        Reach::BuiltIn { url, bearer }
    );
}

#[test]
fn without_a_home_a_path_below_it_is_an_error_and_not_a_panic() {
    let name = Name::new("m").unwrap();
    let owner = Owner {
        name: &name,
        env: &EnvSource::default(),
        project: Path::new("/"),
    };
    let launch = Launch {
        cwd: Some(PathBuf::from("~/x")),
        ..Launch::default()
    };
    let said = owner.resolve(&launch, true).unwrap_err().to_string();
    assert_eq!(
        said,
        "`m` names ~/x, and there is no home directory: HOME is not set"
    );
}
