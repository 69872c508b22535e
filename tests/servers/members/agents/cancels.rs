//! A turn that is cancelled ends at the model, and the answers after it belong to their prompts.

use std::time::Duration;

use pretty_assertions::assert_eq;
use synod::members::AcpAgent;
use tokio::time::Instant;

use super::Field;
use crate::support::model_api::Ending as ApiEnding;

/// What a cancel may take up to the model at the most on a machine at work; it takes some hundredths.
const AT_MOST: Duration = Duration::from_secs(2);

for_each_agent!(stops_on_cancel_and_answers_the_next_prompt);

async fn stops_on_cancel_and_answers_the_next_prompt(agent: AcpAgent) {
    let Some(field) = Field::of(agent).await else {
        return;
    };
    let mut stand = field.stand().await;
    let first = stand.work(field.turn(1, "[[say:first]]", None)).await;
    assert_eq!(first.answer().text.as_str(), "first");
    let handle = first.handle().unwrap();

    // A model at work: one agent looks up from its provider's stream only when something comes.
    let slow = field.turn(2, "[[slow:2500]] cancelled", Some(&handle));
    stand.start(slow).await;
    field
        .at_the_model("the turn", "cancelled", ApiEnding::Open)
        .await;
    let asked = Instant::now();
    field.cancel(&stand, 2).await;
    field
        .at_the_model("its end", "cancelled", ApiEnding::ClientLeft)
        .await;
    assert!(asked.elapsed() < AT_MOST, "{:?}", asked.elapsed());

    // In another session, and in the one that was cancelled.
    let next = stand.work(field.turn(3, "[[say:third]]", None)).await;
    assert_eq!(next.answer().text.as_str(), "third");
    for (call, word) in [(4, "fourth"), (5, "fifth")] {
        // What was cancelled may stand before it in the same prompt.
        let prompt = format!("[[slow:no]][[say:{word}]]");
        let heard = stand.work(field.turn(call, &prompt, Some(&handle))).await;
        assert_eq!(heard.answer().text.as_str(), word);
    }
    field.ground.leave(stand).await;
}
