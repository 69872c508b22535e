//! Old results leave the shared memory, and are printed whole from the journal.

use std::fs;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::home::{Home, lines, text};
use crate::journal;
use crate::support::soon;

/// Waits until a room has done what it does by itself.
pub(crate) fn until(what: &str, is_so: impl Fn() -> bool) {
    let watching = async {
        let mut looks = tokio::time::interval(Duration::from_millis(20));
        while !is_so() {
            looks.tick().await;
        }
    };
    Runtime::new().unwrap().block_on(soon(what, watching));
}

#[test]
fn an_old_result_is_archived_by_the_policy_and_still_printed_whole() {
    let home = Home::new();
    home.configure("[room]\nhub = \"builtin\"\n\n[memory]\nkeep = \"1s\"\nold = \"archive\"\n");
    let said = home.ok(&["run", "Why does the login test fail?"]);
    let archive = home.memory("results/archive/0");
    until("it is archived", || archive.exists());
    until("it is gone", || !home.memory("results/1").exists());
    let row = fs::read_to_string(&archive).unwrap();
    assert!(row.contains("Why does the login test fail?"), "{row}");
    let shown = home.ok(&["show", "1"]);
    assert!(shown.contains("> Why does the login test fail?"), "{shown}");
    assert!(shown.contains(said.trim()), "{shown}");
    let object = &lines(&home.ok(&["show", "#1", "--json"]))[0];
    let journal = home.journal();
    assert_eq!(object["result"], journal::result(&journal, 1));
    assert_eq!(journal::events(&journal, "results_aged").len(), 1);
    let refused = home.refused(1, &["show", "9"]);
    assert!(refused.contains("never had a task 9"), "{refused}");
    let checked = home.synod(&["doctor"]);
    let checked = text(&checked.stdout);
    assert!(checked.contains("results and conflicts: "), "{checked}");
    home.ok(&["stop"]);
}
