//! How well kinds are guessed, how that is learned, and that nothing odd breaks it.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;

use super::{Guess, Reader, SURE};
use crate::core::fixture::{Room, said};
use crate::core::{
    Command, Event, KindBy, KindName, Kinds, OwnKind, Recorded, Refusal, State, TaskId, TaskKind,
    TaskOrder, evolve,
};

/// Prompts as people write them, with the kind that they are of; the bench measures by them as well.
const PROMPTS: &str = include_str!("../../../tests/bench/analysis_parts/prompts.tsv");

fn prompts() -> impl Iterator<Item = (TaskKind, String)> {
    PROMPTS.lines().map(|line| {
        let (kind, prompt) = line.split_once('\t').unwrap();
        (kind.parse().unwrap(), prompt.replace("\\n", "\n"))
    })
}

fn open(prompt: &str) -> TaskOrder {
    TaskOrder {
        kind_by: KindBy::Open,
        ..TaskOrder::new(prompt)
    }
}

fn sql() -> (TaskKind, Kinds) {
    let name = KindName::new("sql").unwrap();
    let own = OwnKind {
        words: vec!["select".to_owned(), "left join".to_owned()],
        ..OwnKind::default()
    };
    let kinds = Kinds::new(BTreeMap::from([(name, own)])).unwrap();
    (TaskKind::Own(name), kinds)
}

#[test]
fn without_a_correction_most_kinds_are_guessed_and_few_wrongly() {
    let reader = Reader::default();
    let (mut sure, mut right, mut all) = (0, 0, 0);
    for (kind, prompt) in prompts() {
        let guess = reader.guess(&prompt);
        if kind == TaskKind::General {
            continue;
        }
        all += 1;
        if guess.taken() != TaskKind::General {
            sure += 1;
            right += usize::from(guess.kind == kind);
        }
    }
    assert!(sure * 10 >= all * 7, "{sure} of {all} are guessed");
    assert!(right * 100 >= sure * 88, "{right} of {sure} are right");
}

#[test]
fn what_says_nothing_is_general() {
    let reader = Reader::default();
    let long = "x".repeat(1 << 20);
    let words = "qwzx ".repeat(1 << 18);
    for prompt in [
        "",
        " \n\t",
        "🙂🙃👍",
        "zxcv qwer",
        "\u{0}\u{1b}[31m",
        &long,
        &words,
        "\u{202e}\u{202d}",
        "مرحبا بالعالم",
        "שלום",
        "你好世界",
    ] {
        let guess = reader.guess(prompt);
        assert_eq!(
            guess.taken(),
            TaskKind::General,
            "{:.20}: {guess:?}",
            prompt
        );
        let shares = reader.classifier().verdict(prompt).shares;
        let sum: f32 = shares.iter().map(|(_, share)| *share).sum();
        assert!((sum - 1.0).abs() < 1e-3, "{sum}");
    }
}

#[test]
fn a_guess_says_why() {
    let Guess { kind, why, .. } = Reader::default().guess("Fix the crash in the login test");
    assert_eq!(kind, TaskKind::Debugging);
    assert!(why.contains(&"crash".to_owned()), "{why:?}");
    assert!(why.len() <= 3);
}

#[test]
fn corrections_are_learned() {
    let mut reader = Reader::default();
    let prompt = "The ferrets on deck four, once more";
    assert_eq!(reader.guess(prompt).taken(), TaskKind::General);
    for _ in 0..3 {
        reader.learn(TaskKind::Operations, prompt);
    }
    let guess = reader.guess("Ferrets of deck four again");
    assert_eq!(guess.taken(), TaskKind::Operations);
    assert!(guess.why.iter().any(|word| word == "ferrets"), "{guess:?}");
}

#[test]
fn a_kind_of_its_own_begins_with_its_words_and_is_forgotten_with_them() {
    let (sql, kinds) = sql();
    let mut reader = Reader::default();
    reader.know(&Kinds::default(), &kinds);
    let prompt = "select all customers with a left join on orders";
    assert_eq!(reader.guess(prompt).taken(), sql);
    let others = |reader: &Reader| reader.classifier().verdict("hello").shares.len();
    assert_eq!(others(&reader), TaskKind::ALL.len() + 1);
    reader.know(&kinds, &Kinds::default());
    assert_eq!(reader, Reader::default());
    reader.learn(sql, prompt);
    assert_eq!(reader, Reader::default());
}

#[test]
fn an_open_kind_is_filled_in_and_a_given_one_stands_and_teaches() {
    let mut room = Room::of(&["codex"]);
    let text = "Deploy the new release to the cluster";
    let (task, _) = room.add(open(text));
    let known = room.state.task(task).unwrap();
    let guess = known.analysis().unwrap().guess.clone();
    assert_eq!(known.order().kind, TaskKind::Operations);
    assert_eq!(known.order().kind_by, KindBy::Text);
    assert!(guess.share >= SURE && !guess.why.is_empty(), "{guess:?}");
    assert_eq!(room.state.reader().classifier().learned(), 0);
    let (given, _) = room.add(TaskOrder {
        kind: TaskKind::Review,
        ..TaskOrder::new(text)
    });
    assert_eq!(
        room.state.task(given).unwrap().order().kind,
        TaskKind::Review
    );
    assert_eq!(room.state.reader().classifier().learned(), 1);
    assert!(room.state.reader().guess(text).share < guess.share);
}

#[test]
fn a_correction_changes_the_task_and_what_is_guessed_next() {
    let mut room = Room::of(&["codex"]);
    let text = "Deploy the new release to the cluster";
    let (task, calls) = room.add(open(text));
    let relabel = |kind| Command::Relabel { task, kind };
    let kind = TaskKind::Planning;
    let event = Event::TaskRelabelled { task, kind };
    assert_eq!(room.command(&relabel(kind)), [event]);
    assert_eq!(room.command(&relabel(kind)), []);
    let order = room.state.task(task).unwrap().order().clone();
    assert_eq!((order.kind, order.kind_by), (kind, KindBy::Corrected));
    assert_eq!(room.state.reader().classifier().learned(), 1);
    // Also when it is over.
    room.answer(calls[0], said("done"));
    assert_eq!(room.command(&relabel(TaskKind::Operations)).len(), 1);
    let nobody = Command::Relabel {
        task: TaskId(99),
        kind,
    };
    assert_eq!(
        room.refused(&nobody),
        Refusal::NoSuchTask { task: TaskId(99) }
    );
    let strange = relabel(TaskKind::stored("strange").unwrap());
    assert!(matches!(room.refused(&strange), Refusal::NoSuchKind(_)));
}

#[test]
fn a_guess_can_be_confirmed_once() {
    let mut room = Room::of(&["codex"]);
    let (task, _) = room.add(open("Deploy the new release to the cluster"));
    let kind = TaskKind::Operations;
    let confirm = Command::Relabel { task, kind };
    assert_eq!(room.command(&confirm).len(), 1);
    assert_eq!(room.command(&confirm).len(), 0);
}

#[test]
fn records_follow_a_correction() {
    let mut room = Room::of(&["codex", "gpt"]);
    let council = TaskOrder {
        strategy: crate::core::Strategy::Council,
        ..open("Deploy the new release to the cluster")
    };
    let (task, calls) = room.add(council);
    for call in calls {
        room.answer(call, crate::core::fixture::number("7"));
    }
    let won = |room: &Room, kind| {
        let member = room.state.members().next().unwrap();
        member.record_on(kind).won
    };
    assert_eq!(won(&room, TaskKind::Operations), 1);
    let kind = TaskKind::Review;
    room.command(&Command::Relabel { task, kind });
    assert_eq!(won(&room, TaskKind::Operations), 0);
    assert_eq!(won(&room, kind), 1);
}

#[test]
fn the_same_journal_gives_the_same_weights_also_through_a_snapshot() {
    let (sql, kinds) = sql();
    let mut events = vec![Event::KindsSet { kinds }];
    for (number, (kind, prompt)) in (1..).zip(prompts()) {
        let kind = if number % 7 == 0 { sql } else { kind };
        let task = TaskId(number);
        let order = open(&prompt);
        let analysis = None;
        events.push(Event::TaskAdded {
            task,
            order,
            analysis,
        });
        events.push(Event::TaskRelabelled { task, kind });
    }
    let mut whole = State::new();
    let mut broken = State::new();
    for (seq, event) in (1..).zip(events) {
        let at = crate::core::Timestamp(seq);
        let recorded = Recorded { seq, at, event };
        evolve(&mut whole, &recorded);
        evolve(&mut broken, &recorded);
        if seq % 50 == 0 {
            let text = serde_json::to_string(broken.reader()).unwrap();
            broken.reader = serde_json::from_str(&text).unwrap();
        }
    }
    assert_eq!(whole.reader().classifier().learned(), 120);
    assert_eq!(whole, broken);
    let text = serde_json::to_string(whole.reader()).unwrap();
    assert!(text.len() < 200_000, "{}", text.len());
}
