//! A session is forked by its agent where that can, and no more processes are kept than are of use.

use pretty_assertions::assert_eq;
use synod::core::session::Restored;
use synod::core::{Effect, MemberName, PastTurn, Text};
use synod::members::AcpAgent;

use super::{Field, is_turn};
use crate::members::sessions;
use crate::support::processes;

for_each_agent!(forks_a_session);

async fn forks_a_session(agent: AcpAgent) {
    let Some(field) = Field::of(agent).await else {
        return;
    };
    let mut stand = field.stand().await;
    let first = stand.work(field.turn(1, "hello there", None)).await;
    let mut fork = field.turn(2, "in the fork", None);
    fork.origin = first.handle();
    fork.history = vec![PastTurn {
        prompt: Text::from("hello there"),
        answer: Text::from("as it was told"),
    }];
    let second = stand.work(fork).await;
    let forks = matches!(agent, AcpAgent::Claude | AcpAgent::Opencode);
    let requests = field.ground.model.requests();
    let asked = requests
        .iter()
        .rev()
        .find(|one| is_turn(one, "in the fork"));
    let asked = asked.unwrap().body.to_string();
    assert!(asked.contains("hello there"), "{asked}");
    assert_eq!(asked.contains("as it was told"), !forks, "{asked}");
    let by = if forks {
        Restored::ByHandle
    } else {
        Restored::ByReplay
    };
    assert_eq!(sessions::restored(&second), Some(by));
    assert!(second.handle().is_some() && second.handle() != first.handle());
    // What was said in the fork is no part of what it comes from.
    let origin = stand
        .work(field.turn(3, "in the first", first.handle().as_ref()))
        .await;
    origin.answer();
    let requests = field.ground.model.requests();
    let asked = requests.iter().rev();
    let asked = asked.clone().find(|one| is_turn(one, "in the first"));
    let asked = asked.unwrap().body.to_string();
    assert!(!asked.contains("in the fork"), "{asked}");
    field.ground.leave(stand).await;
}

#[tokio::test]
async fn claude_keeps_a_process_only_for_sessions_that_are_of_use() {
    let Some(field) = Field::of(AcpAgent::Claude).await else {
        return;
    };
    let mut stand = field.stand().await;
    let first = stand.work(field.turn(1, "hello there", None)).await;
    let handle = first.handle().unwrap();
    let count = || processes::at_home(field.ground.home()).len();
    let with_one = count();
    let put_away = |for_good| Effect::PutAway {
        member: MemberName::new(field.name).unwrap(),
        handle: handle.value.clone(),
        for_good,
    };
    stand.order(put_away(false)).await;
    processes::until("the session's end", field.ground.home(), |running| {
        running.len() < with_one
    })
    .await;
    let again = stand.work(field.turn(2, "and again", Some(&handle))).await;
    let text = again.answer().text.as_str();
    assert!(text.starts_with("turn 2: and again"), "{text}");
    stand.order(put_away(true)).await;
    processes::until("the session's end", field.ground.home(), |running| {
        running.len() < with_one
    })
    .await;
    field.ground.leave(stand).await;
}
