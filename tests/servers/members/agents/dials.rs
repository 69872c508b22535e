//! What the agents say that a session can be set to, and that it is set to what is wished.

use pretty_assertions::assert_eq;
use synod::core::dial::{MODE, MODEL};
use synod::core::{Access, CallOrder, DeltaKind, Dial, DialSort, DialWish, Report};
use synod::members::AcpAgent;

use super::{Field, is_turn};
use crate::members::Heard;

for_each_agent!(is_set_to_what_is_wished);

/// The values that are wished of each: a mode, and a model as the API is asked for it.
fn wanted(agent: AcpAgent) -> (&'static str, &'static str, &'static str) {
    match agent {
        AcpAgent::Gemini => ("autoEdit", "gemini-2.5-pro", "gemini-2.5-pro"),
        AcpAgent::Claude => ("acceptEdits", "haiku", "haiku"),
        AcpAgent::Codex => ("full-access", "gpt-5.4-mini", "gpt-5.4-mini"),
        AcpAgent::Opencode | AcpAgent::Other => ("plan", "stub/other-model", "other-model"),
    }
}

/// The mode in which each makes turns that may only read.
fn reading(agent: AcpAgent) -> &'static str {
    match agent {
        AcpAgent::Gemini => "plan",
        AcpAgent::Claude => "default",
        AcpAgent::Codex => "read-only",
        AcpAgent::Opencode | AcpAgent::Other => "build",
    }
}

async fn is_set_to_what_is_wished(agent: AcpAgent) {
    let Some(field) = Field::of(agent).await else {
        return;
    };
    let (mode, model, asked) = wanted(agent);
    let mut stand = field.stand().await;
    let first = stand.work(field.turn(1, "one please", None)).await;
    first.answer();
    let (dials, unfulfilled) = told(&first);
    assert_eq!((set(&dials, MODE), unfulfilled.len()), (reading(agent), 0));
    for (id, sort, value) in [
        (MODE, DialSort::Mode, mode),
        (MODEL, DialSort::Model, model),
    ] {
        let dial = dials.iter().find(|dial| dial.id == id).unwrap();
        assert_eq!(dial.sort, sort);
        assert!(dial.has(value), "{dial:?}");
    }
    assert!(!field.model_of("one please").contains(asked));

    // What is wished is set before the prompt; what bears on what it may do, only where it may write.
    let handle = first.handle();
    let wishes = [wish(MODE, mode), wish(MODEL, model)];
    let turn = |call, prompt: &str, access| {
        let mut turn = field.turn(call, prompt, handle.as_ref());
        turn.access = access;
        turn.wishes = wishes.to_vec();
        turn
    };
    let written = stand.work(turn(2, "two please", Access::Write)).await;
    written.answer();
    let (dials, unfulfilled) = told(&written);
    assert_eq!((set(&dials, MODE), set(&dials, MODEL)), (mode, model));
    assert_eq!(unfulfilled, []);
    let of = field.model_of("two please");
    assert!(of.contains(asked), "{of}");

    let read = stand.work(turn(3, "three please", Access::Read)).await;
    read.answer();
    let (dials, unfulfilled) = told(&read);
    assert_eq!(
        (set(&dials, MODE), set(&dials, MODEL)),
        (reading(agent), model)
    );
    assert_eq!(unfulfilled, []);
    field.ground.leave(stand).await;

    // Also by an agent that was started anew; what it does not have costs no turn.
    let mut stand = field.stand().await;
    let gone = wish(MODE, "no-such-mode");
    let order = CallOrder {
        wishes: vec![gone.clone(), wish(MODEL, model)],
        ..turn(4, "four please", Access::Write)
    };
    let anew = stand.work(order).await;
    anew.answer();
    let (dials, unfulfilled) = told(&anew);
    assert_eq!(set(&dials, MODEL), model);
    assert_eq!(unfulfilled, [gone]);
    let status = anew.live(DeltaKind::Status);
    assert!(status.contains("mode cannot be no-such-mode"), "{status}");
    let of = field.model_of("four please");
    assert!(of.contains(asked), "{of}");
    field.ground.leave(stand).await;
}

fn wish(dial: &str, value: &str) -> DialWish {
    DialWish {
        dial: dial.to_owned(),
        value: value.to_owned(),
    }
}

/// What the agent told last in a turn, and all that could not be had.
fn told(heard: &Heard) -> (Vec<Dial>, Vec<DialWish>) {
    let (mut last, mut all) = (Vec::new(), Vec::new());
    for report in &heard.reports {
        if let Report::Dials {
            dials, unfulfilled, ..
        } = report
        {
            last.clone_from(dials);
            all.extend(unfulfilled.iter().cloned());
        }
    }
    (last, all)
}

/// What a dial is set to.
fn set<'a>(dials: &'a [Dial], id: &str) -> &'a str {
    let dial = dials.iter().find(|dial| dial.id == id);
    dial.map_or("", |dial| dial.current.as_str())
}

impl Field {
    /// The model that the API was asked for in a turn: in the body, or in the path.
    fn model_of(&self, prompt: &str) -> String {
        let requests = self.ground.model.requests();
        let turn = requests.iter().rev().find(|one| is_turn(one, prompt));
        let turn = turn.unwrap();
        let model = turn.body["model"].as_str();
        model.unwrap_or(&turn.path).to_owned()
    }
}
