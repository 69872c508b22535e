//! A conversation goes on when its agent was started anew: by its handle, or told again.

use pretty_assertions::assert_eq;
use synod::core::session::Restored;
use synod::core::{Effect, Health, MemberName, PastTurn, Text};
use synod::members::AcpAgent;

use super::{Field, is_turn};
use crate::members::{Heard, sessions};

for_each_agent!(goes_on_after_a_restart);

async fn goes_on_after_a_restart(agent: AcpAgent) {
    let Some(field) = Field::of(agent).await else {
        return;
    };
    let mut stand = field.stand().await;
    let first = stand.work(field.turn(1, "hello there", None)).await;
    first.answer();

    // The agent's process alone.
    let member = MemberName::new(field.name).unwrap();
    stand.order(Effect::Restart { member }).await;
    stand
        .health(|health| matches!(health, Health::Restarting { .. }))
        .await;
    let mut next = field.turn(2, "and again", first.handle().as_ref());
    next.history = vec![PastTurn {
        prompt: Text::from("hello there"),
        answer: Text::from("as it was told"),
    }];
    let second = stand.work(next.clone()).await;
    field.went_on(agent, &second, "and again", 2);
    field.ground.leave(stand).await;

    // And the whole room.
    let mut stand = field.stand().await;
    next.call.0 = 3;
    next.prompt = Text::from("once more");
    next.handle = second.handle().or(first.handle());
    let third = stand.work(next).await;
    field.went_on(agent, &third, "once more", 3);
    field.ground.leave(stand).await;
}

impl Field {
    /// The turn went on with all that was said before.
    fn went_on(&self, agent: AcpAgent, heard: &Heard, prompt: &str, turns: usize) {
        let text = heard.answer().text.as_str();
        let requests = self.ground.model.requests();
        let asked = requests.iter().rev().find(|one| is_turn(one, prompt));
        let asked = asked.unwrap().body.to_string();
        assert!(asked.contains("hello there"), "{asked}");
        let by_handle = agent != AcpAgent::Gemini;
        assert_eq!(asked.contains("as it was told"), !by_handle, "{asked}");
        assert_eq!(heard.was_unbound(), !by_handle);
        if by_handle {
            let begins = format!("turn {turns}: {prompt}");
            assert!(text.starts_with(&begins), "{text}");
            assert_eq!(sessions::restored(heard), Some(Restored::ByHandle));
        } else {
            assert!(text.starts_with("turn 1: "), "{text}");
            assert_eq!(sessions::restored(heard), Some(Restored::ByReplay));
        }
    }
}
