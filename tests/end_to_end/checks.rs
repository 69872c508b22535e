//! Results that are checked by real commands: what is told, with which exit code, and that no process of
//! a check stays.

use std::fs;
use std::process::{Child, Command};

use rustix::process::Signal;
use serde_json::Value;

use crate::home::{Home, lines, text};
use crate::journal::events;
use crate::processes::{ORPHAN, command_of, kill, room_of, wait_gone, working_in};
use crate::retention::until;

/// Programs by their full paths: nothing is on the machine's PATH.
const CHECKS: &str = r#"
[check.good]
run = ["/bin/true"]

[check.bad]
run = ["/bin/sh", "-c", "echo 2 of 7 failed; exit 3"]

[check.slow]
run = ["/bin/sh", "-c", "echo begun; /bin/sleep 1000 & /bin/sleep 1000"]
timeout = "1s"

[check.reads]
run = ["/bin/cat"]

[check.lost]
run = ["no-such-program"]
"#;

fn machine() -> Home {
    let home = Home::new();
    home.configure(CHECKS);
    home
}

/// The processes of checks that are alive in the project.
fn sleepers(home: &Home) -> Vec<u32> {
    let all = working_in(home.project());
    let sleeps = |pid: &u32| command_of(*pid).starts_with("/bin/sleep");
    all.into_iter().filter(sleeps).collect()
}

fn checked(home: &Home, check: &str) -> (Option<i32>, String, String) {
    let done = home.synod(&["run", "-m", "terse", "--check", check, "[[say:mended]]"]);
    (done.status.code(), text(&done.stdout), text(&done.stderr))
}

#[test]
fn a_check_says_by_the_exit_code_whether_the_result_works() {
    let home = machine();
    let (code, result, told) = checked(&home, "good");
    assert_eq!((code, result.as_str()), (Some(0), "mended\n"), "{told}");
    assert!(told.contains("◔ good running\n✓ good passed\n"), "{told}");

    let (code, result, told) = checked(&home, "bad");
    assert_eq!((code, result.as_str()), (Some(1), "mended\n"), "{told}");
    let failed = "✗ bad failed (exit 3)\n  | 2 of 7 failed\n";
    assert!(told.contains(failed), "{told}");

    let (code, _, told) = checked(&home, "slow");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("✗ slow timed out\n  | begun\n"), "{told}");
    assert_eq!(sleepers(&home), [0; 0], "a check left something behind");

    // It is given nothing to read.
    let (code, _, told) = checked(&home, "reads");
    assert_eq!(code, Some(0), "{told}");

    let (code, _, told) = checked(&home, "lost");
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains("– lost not started: `lost` needs the program"),
        "{told}"
    );

    let told = home.refused(2, &["run", "--check", "deploy", "hi"]);
    assert!(
        told.contains("use one of bad, good, lost, reads, slow"),
        "{told}"
    );
    let told = home.refused(2, &["run", "check:deploy hi"]);
    assert!(told.contains("there is no check `deploy`"), "{told}");

    let doctor = text(&home.synod(&["doctor"]).stdout);
    assert!(
        doctor.contains("check good") && doctor.contains("/bin/true"),
        "{doctor}"
    );
    home.ok(&["stop"]);
    let document = fs::read_to_string(home.memory("results/2")).unwrap();
    assert!(
        document.contains("\nChecked by bad: failed (exit 3), "),
        "{document}"
    );
}

#[test]
fn objects_say_how_it_was_checked() {
    let home = machine();
    let done = home.synod(&["run", "--json", "check:bad @terse [[say:mended]]"]);
    assert_eq!(done.status.code(), Some(1));
    let told = lines(&text(&done.stdout));
    let of = |word: &str| told.iter().find(|line| line["type"] == word).unwrap();
    assert_eq!(of("check_started")["name"], "bad");
    let ended = of("check_ended");
    assert_eq!(
        (
            &ended["name"],
            &ended["how"],
            &ended["code"],
            &ended["tail"]
        ),
        (
            &"bad".into(),
            &"failed".into(),
            &3.into(),
            &"2 of 7 failed".into()
        )
    );
    assert_eq!(told.last(), Some(ended));
}

#[test]
fn what_a_projects_file_names_is_not_run_unconfirmed() {
    let home = Home::new();
    home.write_config(CHECKS);
    let (code, _, told) = checked(&home, "good");
    assert_eq!(code, Some(1), "{told}");
    let why = "– good not started: you have not confirmed what `good` runs: run `synod init`";
    assert!(told.contains(why), "{told}");
}

/// A run whose check waits for ever, and the process of the check.
fn running(home: &Home) -> (Child, u32) {
    let pipe = home.project().join("begun");
    drop(fs::remove_file(&pipe));
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let run = home.command(&["run", "-m", "terse", "--check", "endless", "[[say:mended]]"]);
    let run = { run }.spawn().unwrap();
    // Reads until the check has written and closed it.
    let pid = fs::read_to_string(&pipe).unwrap();
    (run, pid.trim().parse().unwrap())
}

#[test]
fn a_room_that_ends_leaves_no_check_behind_and_its_result_stays_unjudged() {
    let home = Home::new();
    home.configure(
        "[check.endless]\nrun = [\"/bin/sh\", \"-c\", \"echo $$ > begun; exec /bin/sleep 1000\"]\n",
    );
    for killed in [true, false] {
        let (run, check) = running(&home);
        // While it goes over into the other program it has no command at all.
        until("the check runs", || {
            command_of(check).starts_with("/bin/sleep")
        });
        if killed {
            kill(room_of(home.project()), Signal::KILL);
        } else {
            home.ok(&["stop"]);
        }
        wait_gone(&[check], ORPHAN);
        let output = run.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        // Taken up again, the room knows that it was interrupted, and does not begin it anew.
        home.ok(&["run", "-m", "terse", "[[say:again]]"]);
        assert_eq!(sleepers(&home), [0; 0]);
    }
    let journal = home.journal();
    let of = |word: &str| -> Vec<&Value> {
        let all = events(&journal, "checked").into_iter();
        all.filter_map(|body| body["what"].get(word)).collect()
    };
    let ends: Vec<&Value> = of("ended").into_iter().map(|body| &body["end"]).collect();
    assert_eq!(
        ends,
        [&Value::from("interrupted"), &Value::from("interrupted")]
    );
    assert_eq!(of("started").len(), 2);
}

#[test]
fn the_result_of_a_plan_is_checked_at_its_end() {
    let home = machine();
    let run = |check: &str| {
        let args = "run --json --strategy plan --approve -m terse --check";
        let args: Vec<&str> = args
            .split(' ')
            .chain([check, "Mend the login test"])
            .collect();
        let done = home.synod(&args);
        (done.status.code(), lines(&text(&done.stdout)))
    };
    for (check, code, how) in [("good", 0, "passed"), ("bad", 1, "failed")] {
        let (ended, told) = run(check);
        assert_eq!(ended, Some(code));
        let of = |word: &str| -> Vec<&Value> {
            told.iter().filter(|line| line["type"] == word).collect()
        };
        let (added, done) = (of("added")[0], of("done")[0]);
        assert!(!of("step").is_empty());
        let [over] = of("check_ended")[..] else {
            panic!("{told:?}");
        };
        assert_eq!((&over["task"], &over["how"]), (&added["task"], &how.into()));
        assert_eq!((told.last(), &done["basis"]), (Some(over), &"plan".into()));
    }
}
