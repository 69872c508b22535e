//! A room with something to recommend, for the tests beside this one.

mod any;
mod course;
mod sorts;

use crate::core::advice::look::{Look, look};
use crate::core::advice::{About, AdviceOrder};
use crate::core::fixture::{Room, name, number, order, said};
use crate::core::{
    Answer, Command, ContextUse, Health, Phase, Report, SessionId, Span, State, Strategy, TaskKind,
    TaskOrder, Usage,
};

const CODE: TaskKind = TaskKind::Code;

fn shows(state: &State, about: &About) -> bool {
    matches!(look(state, about), Look::Shows(_))
}

fn stands(room: &Room, about: &About) -> bool {
    room.state.advice().entry(about).is_some()
}

fn of_code() -> About {
    let member = name("codex");
    About::Kind { member, kind: CODE }
}

fn advise(about: &About, order: AdviceOrder) -> Command {
    Command::Advice {
        about: about.clone(),
        order,
    }
}

/// A task that all three answer, the last two alike; the answer of the others stands, or that of codex.
fn council(room: &mut Room, codex_wins: bool) {
    let (task, calls) = room.add(TaskOrder {
        kind: CODE,
        ..order(Strategy::Council, &["codex", "gpt", "claude"])
    });
    for (call, value) in calls.iter().zip(["1", "2", "2"]) {
        room.answer(*call, number(value));
    }
    let Phase::Deciding { candidates, .. } = room.phase(task) else {
        panic!("{:?}", room.phase(task));
    };
    let of_codex = |calls: &[crate::core::CallId], first| calls.contains(&first);
    let candidate = candidates
        .iter()
        .position(|one| of_codex(&one.calls, calls[0]) == codex_wins)
        .unwrap();
    room.command(&Command::Choose {
        task,
        candidate,
        among: None,
    });
    room.follow();
}

/// A room in which codex lost so many councils on code.
fn worse(times: u64) -> Room {
    let mut room = Room::of(&["codex", "gpt", "claude"]);
    (0..times).for_each(|_| council(&mut room, false));
    room
}

fn session_of(room: &mut Room, used: u64) -> SessionId {
    let (_, calls) = room.add(order(Strategy::Solo, &["codex"]));
    let session = room.state.call(calls[0]).unwrap().session();
    room.bind(calls[0], "thread");
    room.wait(Span(1000));
    let usage = Usage {
        context: ContextUse::new(used, 1000),
        ..Usage::default()
    };
    room.answer(
        calls[0],
        Answer {
            usage,
            ..said("yes")
        },
    );
    session
}

fn restart(room: &mut Room) {
    room.wait(Span::secs(60));
    room.report(&Report::Health {
        member: name("codex"),
        health: Health::Restarting {
            why: "exited".to_owned(),
            at: room.now,
        },
    });
    room.report(&Report::Health {
        member: name("codex"),
        health: Health::Ready {
            protocol: "x".to_owned(),
        },
    });
}
