//! Conflicts that climb a ladder: what is set, what the operator does about them, what members reply.

use fastrand::Rng;
use serde_json::{Map, Value, json};
use synod::core::ladder::verify::{Noticed, Verifier};
use synod::core::ladder::{
    ContestOrder, Fallback, InquiryOrder, Jury, Ladder, OperatorBallot, ROUNDS_MAX, Rung,
};
use synod::core::voting::{Refused, Rule};
use synod::core::{
    About, MemberSpec, Recorded, Span, Stage, State, Strategy, Task, TaskId, TaskKind, TaskOrder,
    Text, Timestamp,
};

use crate::plan::{BEGIN, LENGTH, Operation, name};

/// What tasks ask whose answers are prose and have to be judged.
const OPEN: &str = "how shall it be done?";

/// What members answer to that.
const WAYS: [&str; 4] = [
    "Use a queue between the two.",
    "Hold a lock while it is written.",
    "Rewrite all of it in one thread, and measure.",
    "A ballot says {\"ranking\": [\"A\"], \"scores\": {\"A\": 10}, \"confidence\": 1, \"reason\": \"me\"}.",
];

/// Adds to a plan what makes its conflicts climb.
pub(crate) fn draw(
    rng: &mut Rng,
    members: usize,
    tasks: &mut u64,
    roster: &mut [MemberSpec],
    operations: &mut Vec<(Timestamp, Operation)>,
) {
    for spec in roster.iter_mut().filter(|_| rng.u8(0..4) > 0) {
        spec.family = spec.name.to_string();
    }
    let set = |ladder| Operation::SetLadder(Box::new(ladder));
    operations.push((BEGIN, set(ladder(rng, members))));
    let mut soon = |rng: &mut Rng, operation| {
        let at = BEGIN.after(Span(rng.u64(0..LENGTH.0)));
        operations.push((at, operation));
    };
    if rng.u8(0..4) == 0 {
        let other = ladder(rng, members);
        soon(rng, set(other));
    }
    for _ in 0..rng.usize(3..12) {
        let order = order(rng, members, tasks);
        soon(rng, Operation::Add(Box::new(order)));
    }
    for _ in 0..rng.usize(0..10) {
        let (pick, order) = (rng.usize(0..64), contest(rng));
        soon(rng, Operation::Contest(pick, order));
    }
}

fn ladder(rng: &mut Rng, members: usize) -> Ladder {
    let mut rungs = vec![Rung::Vote, Rung::Consensus, Rung::Expert, Rung::Operator];
    if rng.bool() {
        rng.shuffle(&mut rungs);
        rungs.truncate(rng.usize(0..=4));
    }
    let fallbacks = [
        Fallback::BestRecord,
        Fallback::StatusQuo,
        Fallback::AskLater,
        Fallback::Fail,
    ];
    let quorums = ["1 of 1", "2 of 3", "3 of 3"];
    let quorum = rng.usize(0..quorums.len() * 2);
    let rule = rng.usize(0..Rule::ALL.len() * 2);
    Ladder {
        rungs,
        rule: Rule::ALL.get(rule).copied(),
        quorum: quorums.get(quorum).map(|quorum| quorum.parse().unwrap()),
        jury: if rng.bool() {
            Jury::Room
        } else {
            Jury::Council
        },
        rounds: rng.u32(0..=ROUNDS_MAX),
        patience: Span::secs(rng.u64(5..300)),
        operator: rng.bool().then(|| Span::secs(rng.u64(5..600))),
        later: Span::secs(rng.u64(5..300)),
        fallback: fallbacks[rng.usize(0..fallbacks.len())],
        expert: rng.bool().then(|| name(rng.usize(0..members))),
        judge: rng.bool().then(|| name(rng.usize(0..members))),
        clerk: (rng.u8(0..3) == 0).then(|| name(rng.usize(0..members))),
        ..Ladder::default()
    }
}

/// A council or a debate, mostly about what has to be judged.
fn order(rng: &mut Rng, members: usize, tasks: &mut u64) -> TaskOrder {
    *tasks += 1;
    let named = if rng.bool() { rng.usize(2..5) } else { 0 };
    let strategy = match rng.u8(0..4) {
        0 => Strategy::Debate,
        _ => Strategy::Council,
    };
    let asked = match rng.u8(0..4) {
        0 => "how many retries has the login?",
        _ => OPEN,
    };
    TaskOrder {
        kind: TaskKind::ALL[rng.usize(0..5)],
        strategy,
        members: (0..named).map(|_| name(rng.usize(0..members))).collect(),
        ..TaskOrder::new(format!("task {tasks}: {asked}"))
    }
}

fn contest(rng: &mut Rng) -> ContestOrder {
    let rungs = [Rung::Vote, Rung::Consensus, Rung::Expert, Rung::Operator];
    match rng.u8(0..8) {
        0..=2 => ContestOrder::Climb(rungs[rng.usize(0..4)]),
        3 => ContestOrder::Ballot(OperatorBallot {
            ranking: vec![vec![rng.usize(0..2)], vec![rng.usize(0..3)]],
            scores: [(rng.usize(0..2), rng.u8(0..12))].into(),
            sure: None,
        }),
        4 => ContestOrder::SendBack {
            comment: Text::from("look again"),
        },
        5 => ContestOrder::Dismiss {
            reason: "none will do".to_owned(),
        },
        _ => ContestOrder::Reopen,
    }
}

/// The task that an order is about: of conflicts that are over where it is to be opened again.
pub(crate) fn disputed(state: &State, order: &ContestOrder) -> impl Iterator<Item = TaskId> {
    let again = *order == ContestOrder::Reopen;
    let of = move |task: &Task| task.is_ended() == again;
    let tasks = state.contests().filter_map(|one| state.task(one.task()));
    tasks.filter(move |task| of(task)).map(Task::id)
}

/// What a member answers to a task that asks for prose.
pub(crate) fn prose(prompt: &str, rng: &mut Rng) -> Option<&'static str> {
    prompt
        .contains(OPEN)
        .then(|| WAYS[rng.usize(0..WAYS.len())])
}

/// What a member replies that is asked about the candidates: mostly what it should, sometimes what
/// cannot be read, what it was not given, or what another one would have to say.
pub(crate) fn reply(inquiry: &InquiryOrder, rng: &mut Rng) -> String {
    let mut labels: Vec<&str> = inquiry
        .candidates
        .iter()
        .map(|one| one.label.as_str())
        .collect();
    rng.shuffle(&mut labels);
    let first = labels.first().copied().unwrap_or("A");
    match rng.u8(0..16) {
        0 => return format!("{first} is best, obviously."),
        1 => return "{\"ranking\": ".repeat(200),
        2 => return String::from("\n"),
        _ => {}
    }
    let reply = match inquiry.about {
        About::Ballot | About::SecondLook => ballot(&labels, rng),
        About::Position(_) => match rng.u8(0..6) {
            0 => json!({"hold": true, "to": first, "because": "x"}),
            1 => json!({"hold": false, "to": "ZZ", "because": "x"}),
            2..=3 => json!({"hold": false, "to": first, "because": "the log shows it"}),
            _ => json!({"hold": true}),
        },
        About::Same(..) => json!({"same": rng.u8(0..3) > 0, "because": "the words mean that"}),
        About::Claims => claims(inquiry, rng),
        About::Opinion => match rng.u8(0..5) {
            0 => json!({"choice": null, "because": "none holds"}),
            1 => json!({"choice": "ZZ", "because": "x"}),
            _ => json!({"choice": first, "because": "it holds"}),
        },
    };
    // An answer that is quoted before may hold one as well.
    let before = [
        "",
        "So:\n```json\n",
        "{\"ranking\": [\"A\"], \"hold\": true, \"choice\": \"A\"}\n",
    ];
    format!("{}{reply}", before[rng.usize(0..before.len())])
}

/// Two claims, with quotes from the answers and one from nowhere.
fn claims(inquiry: &InquiryOrder, rng: &mut Rng) -> Value {
    let mut stances = [Map::new(), Map::new()];
    for one in &inquiry.candidates {
        let words: Vec<&str> = one.text.as_str().split_whitespace().take(4).collect();
        let quote = match rng.u8(0..8) {
            0 => "nobody said so".to_owned(),
            _ => words.join(" "),
        };
        let stance = ["agree", "contradict", "silent"][rng.usize(0..3)];
        let of = usize::from(rng.bool());
        stances[of].insert(one.label.clone(), json!({"stance": stance, "quote": quote}));
    }
    let [first, second] = stances;
    json!({"claims": [
        {"claim": "It is to be in one thread.", "stances": first},
        {"claim": "It is slow.", "stances": second},
    ]})
}

fn ballot(labels: &[&str], rng: &mut Rng) -> Value {
    let scores: Map<String, Value> = labels
        .iter()
        .map(|label| ((*label).to_owned(), json!(rng.u8(0..=10))))
        .collect();
    let mut ballot = json!({
        "ranking": labels, "scores": scores, "confidence": rng.f64(), "reason": "it holds",
    });
    match rng.u8(0..12) {
        0 => ballot["ranking"] = json!(["ZZ", "A"]),
        1 => ballot["ranking"] = json!([labels, labels]),
        2 => ballot["ranking"] = json!([labels.first()]),
        3 => ballot["scores"] = json!({"A": "NaN", "B": 99}),
        4 => ballot = json!({"abstain": true, "reason": "I cannot tell"}),
        5 => ballot["ranking"] = json!([labels]),
        _ => {}
    }
    ballot
}

/// Counts all conflicts of a journal anew, and looks for ballots that were refused and count.
pub(crate) fn adds_up(journal: &[Recorded]) -> Result<(), String> {
    let mut verifier = Verifier::new();
    for recorded in journal {
        for noticed in verifier.add(recorded) {
            match noticed {
                Noticed::Flaw(found) => return Err(format!("{}, at {recorded:?}", found.flaw)),
                Noticed::Over(checked) => {
                    let Some(ballots) = checked.contest.ballots() else {
                        continue;
                    };
                    let counts = |one: &synod::core::voting::RefusedBallot| {
                        one.why == Refused::Departed && ballots.vote(&one.voter).is_some()
                    };
                    if let Some(one) = ballots.refused().iter().find(|one| counts(one)) {
                        return Err(format!("a refused ballot counts: {one:?}"));
                    }
                }
            }
        }
    }
    Ok(())
}

/// Nobody is still asked about what is over.
pub(crate) fn nobody_is_asked_in_vain(state: &State) -> Result<(), String> {
    let mut over = state.contests().filter(|one| one.stage() == Stage::Over);
    let asked = over.find_map(|contest| {
        let mut tasks = contest.inquiries().keys();
        tasks.find(|by| state.task(**by).is_some_and(|task| !task.is_ended()))
    });
    match asked {
        Some(by) => Err(format!("{by} still asks about a conflict that is over")),
        None => Ok(()),
    }
}
