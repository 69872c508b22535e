//! Thinking sessions: whatever is proposed, the tree of what was taken is well formed.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;
use synod::core::thinking::{Step, tree};
use synod::core::{
    Answer, CallId, Command, Ending, Event, Keeper, MemberName, MemberSpec, Reach, Recorded,
    Report, State, Strategy as Way, TaskId, TaskOrder, Text, Timestamp, Usage, decide, evolve,
    follow, note, resume,
};

/// What a member may answer: nearly right, and now and then not at all.
fn answer() -> impl Strategy<Value = String> {
    let id = select(vec!["a", "b", "__proto__", "constructor", "", "main"]);
    let object = (of(0_u32..9), of(0_u32..9), of(id), of(0_u32..300), 0_u8..8).prop_map(
        |(revises, from, id, total, dice)| {
            json!({
                "thought": format!("about {dice}"),
                "next_thought_needed": dice > 0,
                "needs_more_thoughts": dice == 1,
                "revises": revises,
                "branch_from": from,
                "branch_id": id,
                "total_thoughts": total,
            })
            .to_string()
        },
    );
    prop_oneof![6 => object, 1 => "[ -~\n]{0,40}"]
}

/// A room in which one member thinks about one task and gives these answers.
struct Room {
    state: State,
}

impl Room {
    fn at_work() -> Self {
        let mut room = Self {
            state: State::new(),
        };
        room.fold(resume(&room.state, Timestamp(1), "room"));
        let spec = MemberSpec {
            name: MemberName::new("codex").unwrap(),
            family: "x".to_owned(),
            strengths: std::collections::BTreeMap::new(),
            parallel: 1,
            reach: Reach::Text,
            rehearsal: false,
            model: None,
        };
        room.command(&Command::Enroll(spec));
        let order = TaskOrder {
            strategy: Way::Think,
            ..TaskOrder::new("why?")
        };
        room.command(&Command::AddTask(order));
        room
    }

    fn command(&mut self, command: &Command) {
        let events = decide(&self.state, command).unwrap();
        self.fold(events);
    }

    fn report(&mut self, report: &Report) {
        let events = note(&self.state, Timestamp(2), report);
        self.fold(events);
    }

    fn fold(&mut self, mut events: Vec<Event>) {
        while !events.is_empty() {
            for event in events {
                let seq = self.state.seq() + 1;
                let at = Timestamp(seq);
                evolve(&mut self.state, &Recorded { seq, at, event });
            }
            events = follow(&self.state, Timestamp(2));
        }
    }

    fn call(&self) -> Option<CallId> {
        self.state.calls_in_flight().map(|(call, _)| call).next()
    }
}

proptest! {
    #[test]
    fn the_tree_is_well_formed_for_any_answers(answers in vec(answer(), 0..30)) {
        let task = TaskId(1);
        let mut room = Room::at_work();
        for text in answers {
            let Some(call) = room.call() else { break };
            room.report(&Report::Ended {
                call,
                ending: Ending::Answered(Answer {
                    text: Text::from(text),
                    block: None,
                    usage: Usage::default(),
                    first_text: None,
                }),
            });
            let Some(known) = room.state.task(task) else { break };
            if known.thinking().step() == Step::Record {
                let number = u32::try_from(known.thinking().kept().len()).unwrap();
                let keeper = Keeper::Tool { history: number, replayed: 0 };
                let call = known.thinking().kept().last().unwrap().call();
                room.report(&Report::ThoughtRecorded { task, call, keeper });
            }
        }
        let known = room.state.task(task).unwrap();
        let kept = known.thinking().kept();
        let numbers = kept.iter().map(|kept| kept.thought().number);
        prop_assert!(numbers.eq(1..=u32::try_from(kept.len()).unwrap()));
        prop_assert!(kept.len() <= room.state.most_thoughts() as usize);
        let places = tree(kept);
        let mut drawn = BTreeSet::new();
        for place in &places {
            let thought = place.kept.thought();
            prop_assert!(drawn.insert(thought.number), "drawn twice");
            let from = thought.branch.as_ref().map(|branch| branch.from);
            for above in thought.revises.into_iter().chain(from) {
                prop_assert!(above >= 1 && above < thought.number);
            }
            let hangs = from.or(thought.revises);
            if let Some(above) = hangs {
                prop_assert!(drawn.contains(&above), "drawn before what it hangs from");
            }
            prop_assert_eq!(place.depth() == 0, hangs.is_none());
            prop_assert!(thought.total >= thought.number);
        }
        prop_assert_eq!(drawn.len(), kept.len());
    }
}
