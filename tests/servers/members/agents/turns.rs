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
