//! Answers: streamed, thought about, remembered, long, and two at once.

use pretty_assertions::assert_eq;
use synod::core::{CallId, DeltaKind, Report};
use synod::members::AcpAgent;

use super::Field;
use crate::members::driven;

for_each_agent!(streams_thinks_remembers_and_answers_at_length);

async fn streams_thinks_remembers_and_answers_at_length(agent: AcpAgent) {
    let Some(field) = Field::of(agent).await else {
        return;
    };
    let mut stand = field.stand().await;
    let held = field.turn(1, "[[think]][[hold]][[say:and whole]]", None);
    stand.start(held).await;
    let (mut thought, mut begun) = (String::new(), String::new());
    while begun.is_empty() {
        let delta = stand.delta(CallId(1)).await;
        match delta.kind {
            DeltaKind::Answer => begun.push_str(delta.text.as_str()),
            DeltaKind::Reasoning => thought.push_str(delta.text.as_str()),
            DeltaKind::Status => {}
        }
    }
    assert_eq!(begun.trim_end(), "held");
    assert!(thought.contains("Thinking"), "{thought}");
    field.ground.model.release();
    let first = stand.ended(CallId(1)).await;
    field.ground.model.hold_again();
    assert_eq!(first.answer().text.as_str(), "held and whole");
    assert!(first.answer().first_text.is_some());
    assert_eq!(first.answer().usage.estimated, agent == AcpAgent::Codex);

    let second = stand.work(field.turn(2, "and now", None)).await;
    let handle = second.handle().unwrap();
    assert_eq!(handle.survives_restart, agent != AcpAgent::Gemini);
    let text = second.answer().text.as_str();
    assert!(text.starts_with("turn 1: and now"), "{text}");
    assert_eq!(second.live(DeltaKind::Answer), text);
    let third = stand.work(field.turn(3, "and again", Some(&handle))).await;
    let text = third.answer().text.as_str();
    assert!(text.starts_with("turn 2: and again"), "{text}");
    let told = third.reports.iter();
    let told = told.filter(|report| !matches!(report, Report::Dials { .. }));
    assert_eq!(told.count(), 0, "{:?}", third.reports);

    driven::works_two_at_once(&field.ground, &mut stand, field.name).await;
    driven::answers_at_length(&mut stand, field.name).await;
    field.ground.leave(stand).await;
}

type Plan<'a> = &'a dyn Fn(&str, &str) -> String;

#[tokio::test]
async fn a_plan_is_told_as_it_goes_on() {
    let claude = |reading: &str, writing: &str| {
        format!(
            "[[call:TodoWrite {{\"todos\":[\
             {{\"content\":\"Read it\",\"status\":\"{reading}\",\"activeForm\":\"Reading it\"}},\
             {{\"content\":\"Write it\",\"status\":\"{writing}\",\"activeForm\":\"Writing it\"}}]}}]]"
        )
    };
    let codex = |reading: &str, writing: &str| {
        format!(
            "[[call:update_plan {{\"plan\":[\
             {{\"step\":\"Read it\",\"status\":\"{reading}\"}},\
             {{\"step\":\"Write it\",\"status\":\"{writing}\"}}]}}]]"
        )
    };
    let agents: [(AcpAgent, Plan<'_>); 2] =
        [(AcpAgent::Claude, &claude), (AcpAgent::Codex, &codex)];
    for (agent, plan) in agents {
        let Some(field) = Field::of(agent).await else {
            return;
        };
        let mut stand = field.stand().await;
        let first = field.writing(1, &plan("in_progress", "pending"));
        let first = stand.work(first).await;
        let status = first.live(DeltaKind::Status);
        assert!(
            status.contains("plan: 0 of 2 done: Read it"),
            "{agent:?}: {status}"
        );
        let mut next = field.writing(2, &plan("completed", "in_progress"));
        next.handle = first.handle();
        let status = stand.work(next).await.live(DeltaKind::Status);
        assert!(
            status.contains("plan: 1 of 2 done: Write it"),
            "{agent:?}: {status}"
        );
        field.ground.leave(stand).await;
    }
}
