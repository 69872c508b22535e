//! What the room recommends, on the command line: listed from the journal, applied, measured and taken back
//! by the room.

use serde_json::Value;

use crate::home::{Home, lines, text};
use crate::journal;

const MEMBER: &str = "[[member]]\nname = \"ann\"\nadapter = \"rehearsal\"\nfamily = \"ann\"\n\
                      rehearsal = { persona = \"terse\", seed = 1 }\n";

fn configure(home: &Home, more: &str) {
    home.configure(&format!("[room]\nhub = \"builtin\"\n{more}{MEMBER}"));
}

/// A room that has spent five sixths of what it may.
fn nearly_spent() -> Home {
    let home = Home::new();
    configure(&home, "");
    home.ok(&["run", "-m", "ann", "Which way shall we go?"]);
    home.ok(&["stop"]);
    let figures = lines(&home.ok(&["metrics", "--json"]));
    let tokens = |field: &str| {
        let tokens = &figures[0][field];
        tokens["input"].as_u64().unwrap_or(0) + tokens["output"].as_u64().unwrap_or(0)
    };
    let spent = tokens("tokens") + tokens("estimated_tokens");
    assert!(spent > 10, "{figures:?}");
    let limit = spent * 6 / 5;
    let budget = format!("budget = {{ tokens = {limit}, per = \"room\" }}\n");
    configure(&home, &budget);
    home
}

#[test]
fn a_budget_that_runs_out_is_told_raised_and_put_back() {
    let home = nearly_spent();
    // What the configuration says now is known to the room once it runs.
    home.ok(&["lesson", "add", "the login", "it retries three times"]);
    let all = lines(&home.ok(&["advice", "--json"]));
    let one = &all[0];
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(one["key"], "budget/tokens");
    assert_eq!(
        (&one["state"], &one["sort"]),
        (&"stands".into(), &"budget".into())
    );
    let (of, n) = (&one["figures"]["of"], one["figures"]["n"].as_u64().unwrap());
    assert!(of.as_u64().unwrap() * 5 >= n * 4, "{one}");
    assert_eq!((&one["by"], &one["since"]), (&Value::Null, &Value::Null));
    let listed = home.ok(&["advice"]);
    assert!(
        listed.starts_with("budget/tokens") && listed.contains("stands"),
        "{listed}"
    );
    let whole = home.ok(&["advice", "budget/tokens"]);
    assert!(whole.contains("proposed  raise the limit to"), "{whole}");

    let told = home.ok(&["advice", "budget/tokens", "apply"]);
    assert!(told.starts_with("applied: raise the limit to"), "{told}");
    let events = home.journal();
    let raised = journal::events(&events, "budget_set");
    let raised = raised.last().unwrap()["budget"]["tokens"].as_u64().unwrap();
    assert!(raised > n, "{raised} {n}");
    let all = lines(&home.ok(&["advice", "--json"]));
    assert_eq!(
        (&all[0]["state"], &all[0]["by"]),
        (&"applied".into(), &"operator".into())
    );
    assert_eq!(all[0]["since"]["n"], raised);

    let told = home.ok(&["advice", "budget/tokens", "take-back"]);
    assert!(told.starts_with("taken back: budget/tokens"), "{told}");
    let refused = home.refused(2, &["advice", "budget/tokens", "take-back"]);
    assert!(refused.contains("was not applied"), "{refused}");
    let all = lines(&home.ok(&["advice", "--json"]));
    assert_eq!((all.len(), &all[0]["state"]), (1, &"taken-back".into()));
    home.ok(&["stop"]);
}

#[test]
fn a_room_without_figures_has_nothing_to_say_and_bad_keys_are_told() {
    let home = Home::new();
    configure(&home, "[advice]\napply = [\"context\", \"kinds\"]\n");
    home.ok(&["run", "-m", "ann", "Which way shall we go?"]);
    assert_eq!(home.ok(&["advice", "--json"]), "");
    let why = home.refused(2, &["advice", "kinds/ann/code"]);
    assert!(why.contains("is not recommended now"), "{why}");
    let wrong = home.synod(&["advice", "nonsense"]);
    assert_eq!(wrong.status.code(), Some(2));
    let why = text(&wrong.stderr);
    assert!(why.contains("no key of a recommendation"), "{why}");
    let events = home.journal();
    let advised = journal::events(&events, "advised");
    let set = &advised.last().unwrap()["what"]["set"]["setting"];
    assert_eq!(set["apply"], serde_json::json!(["context", "kinds"]));
    assert!(set["limits"]["ann"].as_u64().unwrap() > 0);
    home.ok(&["stop"]);
}
