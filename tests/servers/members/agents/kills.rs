//! Processes that are killed in the midst of a turn, and those that are left when all is shut down.

use pretty_assertions::assert_eq;
use synod::core::{CallId, FailureKind, Reply};
use synod::members::AcpAgent;

use super::{Field, leave};
use crate::support::model_api::Ending as ApiEnding;
use crate::support::processes;

for_each_agent!(comes_back_after_a_kill_and_leaves_nothing_behind);

async fn comes_back_after_a_kill_and_leaves_nothing_behind(agent: AcpAgent) {
    let Some(field) = Field::of(agent).await else {
        return;
    };
    let mut stand = field.stand().await;
    // The agent itself, and what it has the work done by.
    let child = matches!(agent, AcpAgent::Gemini | AcpAgent::Claude);
    for call in [1, 3].into_iter().take(1 + usize::from(child)) {
        let prompt = format!("[[hang]] killed in {call}");
        stand.start(field.turn(call, &prompt, None)).await;
        field
            .at_the_model("the turn", &prompt, ApiEnding::Open)
            .await;
        let running = processes::at_home(field.ground.home());
        let of_it: Vec<_> = running
            .iter()
            .filter(|one| !one.command.contains(" guard -- "))
            .collect();
        assert!(of_it.len() > usize::from(child), "{running:?}");
        // One keeps a child for each session; the youngest works.
        let victim = if call == 1 {
            of_it.first()
        } else {
            of_it.last()
        };
        victim.unwrap().kill();
        let heard = stand.ended(CallId(call)).await;
        let failure = heard.failure();
        assert_eq!(failure.kind, FailureKind::Crashed, "{failure}");
        let next = stand.work(field.turn(call + 1, "[[say:back]]", None)).await;
        assert_eq!(next.answer().text.as_str(), "back");
    }

    // A command of it that never ends, in a group of processes of its own.
    let prompt = "[[exec:touch begun && tail -f /dev/null]][[esc]]";
    let ask = field.asks(&mut stand, 5, prompt).await;
    leave::reply(&stand, 5, ask, Reply::Allow).await;
    processes::until("the command", field.ground.home(), |running| {
        running.iter().any(|one| one.command.starts_with("tail -f"))
    })
    .await;
    field.ground.leave(stand).await;
}
