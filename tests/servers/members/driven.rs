//! What the servers that drive a command line program have in common: what they must bear.

use pretty_assertions::assert_eq;
use synod::core::{
    Answer, CallId, CallOrder, Effect, Ending, Failure, FailureKind, MemberName, PastTurn, Report,
    SessionId, Text,
};
use synod::members::Setup;

use super::{Stand, order};
pub(super) use crate::support::ground::Ground;
use crate::support::model_api::Ending as ApiEnding;
use crate::support::processes;

impl Ground {
    /// Closes the stand; no call reports any more, and no process of its servers is left.
    pub(crate) async fn leave(&self, stand: Stand) {
        let mut rest = stand.close().await;
        rest.retain(|report| !matches!(report, Report::Health { .. }));
        assert_eq!(rest, []);
        assert_eq!(processes::at_home(self.home()), []);
    }
}

/// A turn of a session that was worked before.
pub(super) fn continued(call: u64, member: &str, prompt: &str, before: &Answer) -> CallOrder {
    let mut next = order(call, member, prompt);
    next.history = vec![PastTurn {
        prompt: Text::from("hello there"),
        answer: before.text.clone(),
    }];
    next
}

/// Asks, asks again, starts anew, asks again: the member is told what was said.
pub(super) async fn remembers_by_being_told(ground: &Ground, setup: &Setup) {
    let name = setup.spec.name.as_str();
    let mut stand = Stand::with(vec![setup.clone()]).await;
    let first = stand.work(order(1, name, "hello there")).await;
    let first = first.answer();
    assert_eq!(first.text.as_str(), "turn 1: hello there");
    assert!(first.usage.estimated);
    let again = continued(2, name, "[[say:still here]]", first);
    let second = stand.work(again.clone()).await;
    assert_eq!(second.answer().text.as_str(), "still here");
    assert!(last_prompt(ground).contains("turn 1: hello there"));
    ground.leave(stand).await;

    let mut stand = Stand::with(vec![setup.clone()]).await;
    let mut third = again;
    third.call = CallId(3);
    let third = stand.work(third).await;
    assert_eq!(third.answer().text.as_str(), "still here");
    assert!(last_prompt(ground).contains("turn 1: hello there"));
    ground.leave(stand).await;
}

/// All that the API was last asked.
fn last_prompt(ground: &Ground) -> String {
    let requests = ground.model.requests();
    let asked = requests
        .iter()
        .rev()
        .find(|request| request.body.is_object());
    asked.map(|request| request.body.to_string()).unwrap()
}

/// Two sessions at once do not wait for, or mix with, each other.
pub(super) async fn works_two_at_once(ground: &Ground, stand: &mut Stand, name: &str) {
    let open = |text: &str| {
        let text = text.to_owned();
        move |requests: &Vec<crate::support::model_api::Recorded>| {
            requests.iter().any(|request| {
                request.ending == ApiEnding::Open && request.body.to_string().contains(&text)
            })
        }
    };
    let mut one = order(21, name, "[[hold]][[say:one]]");
    one.session = SessionId(21);
    let mut two = order(22, name, "[[hold]][[say:two]]");
    two.session = SessionId(22);
    stand.start(one).await;
    stand.start(two).await;
    ground.model.wait_for("the first", open("say:one")).await;
    ground.model.wait_for("the second", open("say:two")).await;
    ground.model.release();
    let ended = stand.all_ended(2).await;
    ground.model.hold_again();
    let texts: Vec<&str> = ended
        .values()
        .map(|ending| match ending {
            Ending::Answered(answer) => answer.text.as_str(),
            Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => {
                panic!("{ending:?}")
            }
        })
        .collect();
    assert_eq!(texts, ["held one", "held two"]);
}

/// A long answer comes whole.
pub(super) async fn answers_at_length(stand: &mut Stand, name: &str) {
    let heard = stand.work(order(31, name, "[[big:300000]]")).await;
    let text = &heard.answer().text;
    let wanted = crate::support::model_api::varied_text(300_000);
    assert!(text.as_str() == wanted.trim_end(), "{} bytes", text.len());
}

/// A cancel ends the work at the model and the program that did it; the next call is as ever.
pub(super) async fn stops_on_cancel(ground: &Ground, stand: &mut Stand, name: &str, program: &str) {
    hanging(ground, stand, order(41, name, "[[hang]] to be cancelled")).await;
    let member = MemberName::new(name).unwrap();
    let call = CallId(41);
    stand.order(Effect::CancelCall { call, member }).await;
    let left = |requests: &Vec<crate::support::model_api::Recorded>| {
        let last = requests
            .iter()
            .rev()
            .find(|request| request.body.to_string().contains("to be cancelled"));
        last.is_some_and(|request| request.ending == ApiEnding::ClientLeft)
    };
    ground
        .model
        .wait_for("the end of the model's work", left)
        .await;
    processes::until("the end of the program", ground.home(), |running| {
        !running.iter().any(|one| one.command.contains(program))
    })
    .await;
    let next = stand.work(order(42, name, "[[say:as ever]]")).await;
    assert_eq!(next.answer().text.as_str(), "as ever");
}

/// The program is killed, then the server itself: each time the call fails, and the next is as ever.
pub(super) async fn survives_kills(
    ground: &Ground,
    stand: &mut Stand,
    name: &str,
    server: &str,
    program: &str,
) {
    for (call, victim) in [(51, program), (53, server)] {
        hanging(
            ground,
            stand,
            order(call, name, &format!("[[hang]] {call}")),
        )
        .await;
        let running = processes::at_home(ground.home());
        let victims: Vec<_> = running
            .iter()
            .filter(|one| one.command.contains(victim))
            .collect();
        assert!(!victims.is_empty(), "{victim}: {running:?}");
        for one in victims {
            one.kill();
        }
        let heard = stand.ended(CallId(call)).await;
        let kind = heard.failure().kind;
        if victim == server {
            assert_eq!(kind, FailureKind::Crashed, "{}", heard.failure());
        } else {
            assert!(
                matches!(
                    kind,
                    FailureKind::Malformed | FailureKind::Refused | FailureKind::Crashed
                ),
                "{}",
                heard.failure()
            );
        }
        let next = stand.work(order(call + 1, name, "[[say:as ever]]")).await;
        assert_eq!(next.answer().text.as_str(), "as ever");
    }
}

/// Each prompt fails in its own kind.
pub(super) async fn failures_are_typed(
    stand: &mut Stand,
    name: &str,
    failures: &[(&str, FailureKind)],
) {
    for (call, (prompt, kind)) in (1..).zip(failures) {
        let heard = stand.work(order(call, name, prompt)).await;
        assert_eq!(heard.failure().kind, *kind, "{}", heard.failure());
    }
}

/// A member set up like this fails in this kind, and the sentence has these words.
pub(super) async fn says(ground: &Ground, setup: Setup, kind: FailureKind, words: &str) {
    let asked = order(1, setup.spec.name.as_str(), "hello");
    let mut stand = Stand::with(vec![setup]).await;
    let heard = stand.work(asked).await;
    let failure = heard.failure();
    assert_eq!(failure.kind, kind, "{failure}: {}", failure.said);
    assert!(
        failure.message.contains(words),
        "{failure}: {}",
        failure.said
    );
    ground.leave(stand).await;
}

/// The failure that an ending is.
pub(super) fn failure(ending: &Ending) -> &Failure {
    match ending {
        Ending::Failed { failure, .. } => failure,
        Ending::Answered(_) | Ending::Cancelled { .. } | Ending::Interrupted => {
            panic!("no failure: {ending:?}")
        }
    }
}

/// Starts a call and waits until the model works on it.
pub(super) async fn hanging(ground: &Ground, stand: &Stand, order: CallOrder) {
    let prompt = order.prompt.as_str().to_owned();
    stand.start(order).await;
    ground
        .model
        .wait_for("the prompt that hangs", |requests| {
            requests.iter().any(|request| {
                request.ending == ApiEnding::Open && request.body.to_string().contains(&prompt)
            })
        })
        .await;
}
