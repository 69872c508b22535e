//! `codex mcp-server` asks before it runs a command: the operator, a rule or the clock answers.

use pretty_assertions::assert_eq;
use synod::core::{
    Actor, ApprovalPolicy, Command, Reply, Request, RequestKind, Rule, RuleAction, Span,
};
use synod::mcp::Offers;

use super::{Room, deny, project};
use crate::members::codex::codex;
use crate::support::ground::Ground;

/// Asks the scripted model to run `command` outside its sandbox.
fn run(command: &str) -> String {
    format!("[[exec:{command}]][[esc]]")
}

fn rule(action: RuleAction, prefix: &[&str]) -> Rule {
    Rule {
        name: format!("{action:?} {}", prefix.join(" ")),
        member: None,
        kind: RequestKind::Exec,
        prefix: prefix.iter().map(|word| (*word).to_owned()).collect(),
        path: None,
        action,
    }
}

/// A room with one Codex, and the policy that it began with.
async fn room(ground: &Ground) -> Option<(Room, ApprovalPolicy)> {
    let setup = codex(ground).await?;
    let policy = project(&ground.work());
    let room = Room::start(vec![setup], policy.clone(), Offers::default()).await;
    Some((room, policy))
}

#[tokio::test]
async fn the_operator_allows_once_denies_with_a_reason_and_allows_for_the_session() {
    let ground = Ground::new().await;
    let Some((mut room, _)) = room(&ground).await else {
        return;
    };
    let once = room.ask("codex", &run("echo first-time")).await;
    let (item, request) = room.question().await;
    let Request::Exec { command, .. } = request else {
        panic!("{request:?}");
    };
    assert!(command.join(" ").ends_with("echo first-time"));
    room.answer(item, Reply::Allow).await;
    let said = room.ended(once).await.unwrap();
    assert!(said.contains("first-time\n"), "{said}");
    assert_eq!(room.last(), (Actor::Operator, None));

    let never = room.ask("codex", &run("echo second-time")).await;
    let (item, _) = room.question().await;
    room.answer(item, deny("not on a Sunday")).await;
    let said = room.ended(never).await.unwrap();
    assert!(said.contains("not on a Sunday"), "{said}");

    let lasting = room.ask("codex", &run("echo third-time")).await;
    let (item, _) = room.question().await;
    room.answer(item, Reply::AllowForSession).await;
    assert!(room.ended(lasting).await.unwrap().contains("third-time\n"));
    // Another command of the same session: the room answers by itself.
    let again = room.ask("codex", &run("echo fourth-time | cat")).await;
    assert!(room.ended(again).await.unwrap().contains("fourth-time\n"));
    assert_eq!(
        room.last(),
        (Actor::Policy, Some("allowed for the session"))
    );
    room.close().await;
}

#[tokio::test]
async fn rules_answer_codex_and_nobody_is_no_yes() {
    let ground = Ground::new().await;
    let Some((mut room, mut policy)) = room(&ground).await else {
        return;
    };
    policy.rules = vec![
        rule(RuleAction::Allow, &["echo"]),
        rule(RuleAction::Deny, &["echo", "secret"]),
    ];
    policy.patience = Span::secs(1);
    room.command(Command::SetPolicy(policy)).await;

    let allowed = room.ask("codex", &run("echo by-rule")).await;
    assert!(room.ended(allowed).await.unwrap().contains("by-rule\n"));
    assert_eq!(room.last(), (Actor::Policy, Some("Allow echo")));

    let denied = room.ask("codex", &run("echo secret")).await;
    let said = room.ended(denied).await.unwrap();
    assert!(said.contains("a rule of this room forbids it"), "{said}");
    assert_eq!(room.last(), (Actor::Policy, Some("Deny echo secret")));

    let blocked = room
        .ask("codex", &run("echo x > /etc/synod-was-here"))
        .await;
    let said = room.ended(blocked).await.unwrap();
    assert!(said.contains("on the block list"), "{said}");
    let rule = "block list: writing outside the project folder";
    assert_eq!(room.last(), (Actor::Policy, Some(rule)));

    // An operator makes it more than one simple command: asked, and nobody answers.
    let late = room.ask("codex", &run("echo a; echo b")).await;
    let said = room.ended(late).await.unwrap();
    assert!(said.contains("nobody answered in time"), "{said}");
    assert_eq!(room.last(), (Actor::Clock, None));
    room.close().await;
}
