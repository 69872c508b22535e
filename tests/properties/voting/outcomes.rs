//! What a whole vote comes to: conditions, ties, close calls, changed minds, the nine verdicts, and how
//! many voices a panel is worth.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use synod::core::voting::close::flips;
use synod::core::voting::{
    Abstention, Ballots, CloseCall, Count, Flips, Ground, Nature, NextStep, NoDecision, Outcome,
    Panel, Quorum, Rule, Setup, Slate, SlateFault, Unworkable, Voices, Vote, count,
};
use synod::core::{AnswerKind, MemberName, TaskKind, Timestamp};

use super::{Hall, ballot, setup, voter};

fn counted(hall: &Hall, setup: &Setup) -> Count {
    count(&hall.ballots, setup, &BTreeMap::new())
}

fn why(count: &Count) -> NoDecision {
    match &count.outcome {
        Outcome::NoDecision { why } => why.clone(),
        other @ (Outcome::Winner { .. } | Outcome::Tie { .. }) => panic!("{other:?}"),
    }
}

fn quorum(needed: usize, of: usize) -> Quorum {
    Quorum::new(needed, of).unwrap()
}

#[test]
fn an_empty_panel_a_blank_slate_and_silence_decide_nothing() {
    let empty = Hall {
        ballots: Ballots::open(Panel::default(), Slate::default(), None),
        sheets: 0,
    };
    let blank = Hall::new(&["a"], &[]);
    let silent = Hall::new(&["a", "b", "c"], &[&[], &[]]);
    for rule in Rule::ALL {
        for nature in [Nature::Open, Nature::Closed] {
            let setup = setup(rule, nature);
            assert_eq!(why(&counted(&empty, &setup)), NoDecision::EmptyPanel);
            assert_eq!(why(&counted(&blank, &setup)), NoDecision::NoCandidates);
            let lost = NoDecision::QuorumLost {
                present: 0,
                needed: 1,
            };
            assert_eq!(why(&counted(&silent, &setup)), lost);
        }
    }
}

#[test]
fn a_quorum_counts_those_who_responded_and_only_those() {
    let mut hall = Hall::new(&["a", "b", "c", "d"], &[&[], &[]]);
    let setup = Setup {
        quorum: quorum(3, 4),
        ..setup(Rule::Schulze, Nature::Open)
    };
    hall.vote(0, &[7, 3]);
    hall.vote(1, &[7, 3]);
    let lost = NoDecision::QuorumLost {
        present: 2,
        needed: 3,
    };
    assert_eq!(why(&counted(&hall, &setup)), lost);
    // What can not be read does not say that somebody is there; to abstain does.
    let sheet = hall.sheet(2).unwrap();
    let faults = synod::core::voting::Faults::default();
    let unreadable = Vote::Abstained(Abstention::Unreadable { faults });
    hall.ballots.admit(hall.cast(&sheet, unreadable)).unwrap();
    assert_eq!(why(&counted(&hall, &setup)), lost);
    let sheet = hall.sheet(3).unwrap();
    let reason = "no idea".to_owned();
    let chosen = Vote::Abstained(Abstention::Chosen { reason });
    hall.ballots.admit(hall.cast(&sheet, chosen)).unwrap();
    let count = counted(&hall, &setup);
    assert_eq!(
        (count.present, count.needed, count.outcome.winner()),
        (3, 3, Some(0))
    );
    // Who leaves is missed again.
    hall.ballots.depart(&voter(1), Timestamp(5));
    assert_eq!(why(&counted(&hall, &setup)), lost);
}

#[test]
fn all_who_abstain_decide_nothing() {
    let mut hall = Hall::new(&["a"], &[&[], &[]]);
    let sheet = hall.sheet(0).unwrap();
    let reason = String::new();
    let chosen = Vote::Abstained(Abstention::Chosen { reason });
    hall.ballots.admit(hall.cast(&sheet, chosen)).unwrap();
    for rule in Rule::ALL {
        assert_eq!(
            why(&counted(&hall, &setup(rule, Nature::Open))),
            NoDecision::NoVotes
        );
    }
}

#[test]
fn a_setup_that_can_not_work_says_why() {
    let hall = Hall::new(&["a", "b"], &[&[0], &[1]]);
    let panel = hall.ballots.panel();
    let good = setup(Rule::Schulze, Nature::Open);
    assert_eq!(good.check(panel), Ok(()));
    let large = Setup {
        quorum: quorum(3, 5),
        ..good
    };
    let fault = large.check(panel).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "the quorum 3 of 5 needs 3 voters, and the panel has 2: lower it or ask more members"
    );
    assert_eq!(
        why(&counted(&hall, &large)),
        NoDecision::Unworkable { why: fault }
    );
    let same = Setup {
        second: Rule::Schulze,
        ..good
    };
    assert_eq!(
        same.check(panel),
        Err(Unworkable::SecondIsFirst {
            rule: Rule::Schulze
        })
    );
    let heads = Setup {
        rule: Rule::Plurality,
        second: Rule::Majority,
        ..good
    };
    assert!(matches!(
        heads.check(panel),
        Err(Unworkable::SecondSeesNoMore { .. })
    ));
    for (needed, of) in [(0, 3), (4, 3), (0, 0)] {
        assert_eq!(
            Quorum::new(needed, of),
            Err(Unworkable::NoQuorum { needed, of })
        );
    }
}

#[test]
fn a_quorum_is_never_easier_than_it_is_written() {
    let two: Quorum = "2 of 3".parse().unwrap();
    assert_eq!(
        [1, 2, 3, 4, 5, 6, 9].map(|panel| two.needed(panel)),
        [2, 2, 2, 3, 4, 4, 6]
    );
    for bad in [
        "", "2", "of", "2 of", "4 of 3", "0 of 3", "-1 of 3", "2 / 3",
    ] {
        assert!(bad.parse::<Quorum>().is_err(), "{bad}");
    }
    let written = serde_json::to_string(&two).unwrap();
    assert_eq!(
        (written.as_str(), serde_json::from_str(&written).unwrap()),
        ("\"2 of 3\"", two)
    );
}

#[test]
fn every_standard_setup_works_and_every_word_is_read_back() {
    let hall = Hall::new(&["a", "b"], &[&[0], &[1]]);
    for rule in Rule::ALL {
        assert_eq!(rule.word().parse(), Ok(rule));
        let any = Setup::standard(TaskKind::General, Nature::Open, Some(rule), quorum(1, 1));
        assert_eq!((any.rule, any.check(hall.ballots.panel())), (rule, Ok(())));
    }
    assert_eq!("Ranked_Pairs".parse(), Ok(Rule::RankedPairs));
    assert!("fifo".parse::<Rule>().is_err());
    let rule = |kind, answers| Rule::standard(kind, Nature::of(answers));
    assert_eq!(
        rule(TaskKind::Factual, Some(AnswerKind::Choice)),
        Rule::Weighted
    );
    assert_eq!(rule(TaskKind::Code, Some(AnswerKind::Code)), Rule::Weighted);
    assert_eq!(rule(TaskKind::Code, None), Rule::Schulze);
    assert_eq!(
        rule(TaskKind::Creative, Some(AnswerKind::Text)),
        Rule::Score
    );
}

#[test]
fn one_member_has_one_answer() {
    let both = vec![[voter(1)].into(), [voter(2), voter(1)].into()];
    assert_eq!(
        Slate::new(both),
        Err(SlateFault::TwoAnswers { member: voter(1) })
    );
}

#[test]
fn a_tie_goes_to_the_second_rule_and_then_to_people() {
    // Two for A, two for B, head to head and by rank; the scores tell them apart.
    let mut hall = Hall::new(&["a", "b", "c", "d"], &[&[], &[], &[]]);
    for (number, scores) in [[9, 5, 1], [9, 5, 1], [8, 9, 0], [8, 9, 0]]
        .iter()
        .enumerate()
    {
        hall.vote(number, scores);
    }
    let schulze = Setup {
        second: Rule::Borda,
        ..setup(Rule::Schulze, Nature::Open)
    };
    let tie = Outcome::Tie {
        among: vec![0, 1],
        next: vec![NextStep::Expert, NextStep::Operator],
    };
    let count = counted(&hall, &schulze);
    assert_eq!(count.outcome, tie);
    let before_second = Outcome::Tie {
        among: vec![0, 1],
        next: vec![
            NextStep::SecondRule(Rule::Borda),
            NextStep::Expert,
            NextStep::Operator,
        ],
    };
    assert_eq!(
        count.robustness.verdict(Rule::Schulze),
        Some(&before_second)
    );
    let approval = Setup {
        second: Rule::Approval,
        ..schulze
    };
    let ground = Ground::SecondRule(Rule::Approval);
    assert_eq!(
        counted(&hall, &approval).outcome,
        Outcome::Winner {
            candidate: 0,
            ground
        }
    );
}

#[test]
fn closed_answers_are_decided_by_heads_and_judges_break_ties() {
    // Three wrote A, one wrote B. Six who wrote nothing like B, and are not asked.
    let families = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let mut hall = Hall::new(&families, &[&[0, 1, 2], &[3]]);
    for number in 4..10 {
        hall.vote(number, &[1, 9]);
    }
    let ground = Ground::Heads(Rule::Weighted);
    let closed = setup(Rule::Weighted, Nature::Closed);
    let one = Setup {
        quorum: quorum(1, 10),
        ..closed
    };
    let count = counted(&hall, &one);
    assert_eq!(
        count.outcome,
        Outcome::Winner {
            candidate: 0,
            ground
        }
    );
    assert_eq!(count.close, None);
    assert_eq!(count.tallies[0].bars, [Some(3.0), Some(1.0)]);
    // Two against two: now they are.
    let mut hall = Hall::new(&families[..5], &[&[0, 1], &[2, 3]]);
    let undecided = counted(&hall, &one);
    let between = vec![0, 1];
    assert_eq!(
        undecided.close,
        Some(CloseCall {
            between: between.clone(),
            ask: Vec::new()
        })
    );
    assert!(matches!(undecided.outcome, Outcome::Tie { among, .. } if among == between));
    hall.vote(4, &[2, 7]);
    let ground = Ground::Rule(Rule::Weighted);
    assert_eq!(
        counted(&hall, &one).outcome,
        Outcome::Winner {
            candidate: 1,
            ground
        }
    );
}

#[test]
fn a_narrow_lead_of_heads_lets_judges_turn_it_and_a_wide_one_does_not() {
    let letters: Vec<String> = (0..16).map(|it| format!("f{it}")).collect();
    let families: Vec<&str> = letters.iter().map(String::as_str).collect();
    let all: Vec<usize> = (0..16).collect();
    for (first, second, turned) in [(3, 2, true), (5, 3, true), (4, 2, false), (7, 4, false)] {
        let authors = first + second;
        let mut hall = Hall::new(&families, &[&all[..first], &all[first..authors]]);
        for number in authors..16 {
            hall.vote(number, &[1, 9]);
        }
        for rule in [Rule::Plurality, Rule::Weighted, Rule::Schulze] {
            let one = Setup {
                quorum: quorum(1, 100),
                ..setup(rule, Nature::Closed)
            };
            let expected = Some(usize::from(turned));
            let winner = counted(&hall, &one).outcome.winner();
            assert_eq!(winner, expected, "{first} to {second}, {rule}");
        }
    }
}

#[test]
fn who_has_left_is_no_author_either() {
    let mut hall = Hall::new(&["a", "b", "c"], &[&[0, 1], &[2]]);
    for gone in 0..2 {
        hall.ballots.depart(&voter(gone), Timestamp(1));
    }
    for rule in Rule::ALL {
        for nature in [Nature::Open, Nature::Closed] {
            let one = setup(rule, nature);
            assert_eq!(counted(&hall, &one).outcome.winner(), Some(1), "{rule}");
        }
    }
}

#[test]
fn what_nobody_may_judge_is_counted_with_its_authors() {
    // Both families stand behind the first one, so it is on no sheet.
    let mut hall = Hall::new(&["a", "b", "a", "b"], &[&[0, 1], &[2], &[3], &[], &[]]);
    for number in 0..4 {
        hall.vote(number, &[0, 3, 3, 5, 4]);
    }
    for rule in [Rule::Approval, Rule::Borda, Rule::Schulze, Rule::Score] {
        let count = counted(&hall, &setup(rule, Nature::Open));
        let ground = Ground::Rule(rule);
        let candidate = 0;
        assert_eq!(count.outcome, Outcome::Winner { candidate, ground });
    }
}

#[test]
fn judges_of_closed_answers_bring_up_no_third_one() {
    // Three against three against one. All six judges like the last one best, then the first.
    let families = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
    ];
    let mut hall = Hall::new(&families, &[&[0, 1, 2], &[3, 4, 5], &[6]]);
    for number in 7..13 {
        hall.vote(number, &[6, 5, 9]);
    }
    let one = |rule| Setup {
        quorum: quorum(1, 100),
        ..setup(rule, Nature::Closed)
    };
    for rule in Rule::ALL {
        let strict = matches!(rule, Rule::Majority | Rule::Unanimity);
        let expected = (!strict).then_some(0);
        let winner = counted(&hall, &one(rule)).outcome.winner();
        assert_eq!(winner, expected, "{rule}");
    }
}

#[test]
fn a_weight_that_is_none_counts_as_one() {
    let hall = Hall::new(&["a", "b", "c"], &[&[0, 1], &[2]]);
    for bad in [f64::NAN, f64::INFINITY, -3.0, 0.0] {
        let weights = [(voter(2), bad)].into();
        let counted = count(
            &hall.ballots,
            &setup(Rule::Weighted, Nature::Open),
            &weights,
        );
        assert_eq!(counted.tallies[7].bars, [Some(2.0), Some(1.0)]);
    }
}

#[test]
fn the_weighted_rule_lets_a_good_record_outweigh_two() {
    let hall = Hall::new(&["a", "b", "c"], &[&[0, 1], &[2]]);
    let weights: BTreeMap<MemberName, f64> =
        [(voter(0), 0.4), (voter(1), 0.4), (voter(2), 1.5)].into();
    let winner = |rule| {
        let count = count(&hall.ballots, &setup(rule, Nature::Closed), &weights);
        count.outcome.winner()
    };
    assert_eq!(
        (winner(Rule::Plurality), winner(Rule::Weighted)),
        (Some(0), Some(1))
    );
}

#[test]
fn a_close_call_names_whom_to_ask_and_a_turned_ballot_is_no_preference() {
    let mut hall = Hall::new(&["a", "b", "c", "d", "e"], &[&[], &[], &[]]);
    for (number, scores) in [[9, 5, 1], [9, 5, 1], [9, 1, 5], [3, 8, 1], [3, 8, 3]]
        .iter()
        .enumerate()
    {
        hall.vote(number, scores);
    }
    let setup = setup(Rule::Schulze, Nature::Open);
    let before = counted(&hall, &setup);
    assert_eq!(before.outcome.winner(), Some(0));
    let close = before.close.unwrap();
    let ask: Vec<MemberName> = (0..5).map(voter).collect();
    assert_eq!(
        close,
        CloseCall {
            between: vec![0, 1],
            ask
        }
    );
    // Two of them turn round, one stays, and two are not reached.
    for (number, scores) in [(0, [2, 6, 0]), (2, [2, 6, 0]), (3, [3, 8, 0])] {
        let sheets: Vec<_> = hall.ballots.sheets().cloned().collect();
        let first = sheets.iter().find(|it| it.voter == voter(number)).unwrap();
        let again = first.reversed(100 + number as u64, &close.between).unwrap();
        let place = |it| first.order.iter().position(|one| *one == it);
        assert!(again.again && place(again.order[0]) > place(again.order[1]));
        hall.ballots.give(again.clone());
        let vote = Vote::Ranked(ballot(&again, &scores));
        hall.ballots.admit(hall.cast(&again, vote.clone())).unwrap();
        hall.ballots.admit(hall.cast(&again, vote)).unwrap_err();
    }
    let after = counted(&hall, &setup);
    assert_eq!((after.pairs.prefer(0, 1), after.pairs.prefer(1, 0)), (1, 2));
    // The third candidate stood between the two for voter 2, and is on their level now.
    let Some(Vote::Ranked(level)) = hall.ballots.counted(&voter(2)) else {
        panic!("no ballot");
    };
    assert_eq!(level.ranking().len(), 1);
    let turned = |asked, turned| Flips { asked, turned };
    let expected = [(0, turned(1, 1)), (2, turned(1, 1)), (3, turned(1, 0))];
    assert_eq!(
        flips(&hall.ballots),
        expected.map(|(it, flips)| (voter(it), flips)).into()
    );
    assert_eq!(turned(3, 1).and(turned(1, 1)).rate(), Some(0.5));
    assert_eq!(after.close.map(|close| close.ask), None);
}

#[test]
fn robustness_says_under_how_many_rules_it_holds() {
    let mut hall = Hall::new(&["a", "b", "c"], &[&[], &[]]);
    for number in 0..3 {
        hall.vote(number, if number == 0 { &[5, 7] } else { &[9, 7] });
    }
    let count = counted(&hall, &setup(Rule::Schulze, Nature::Open));
    // Not one mind, and more approve of the other one.
    assert_eq!(count.robustness.to_string(), "wins under 7 of 9");
    assert_eq!(count.robustness.firm(), Some((0, 7)));
    assert_eq!((count.robustness.wins(1), count.condorcet), (1, Some(0)));
    let mut hall = Hall::new(&["a", "b", "c", "d", "e"], &[&[], &[], &[]]);
    for (number, scores) in [[9, 8, 0], [9, 8, 0], [9, 8, 0], [0, 9, 8], [0, 9, 8]]
        .iter()
        .enumerate()
    {
        hall.vote(number, scores);
    }
    let split = counted(&hall, &setup(Rule::Schulze, Nature::Open)).robustness;
    assert_eq!((split.wins(0), split.wins(1)), (5, 3));
    assert_eq!(split.to_string(), "rule-dependent");
    let silent = counted(
        &Hall::new(&["a"], &[&[]]),
        &setup(Rule::Borda, Nature::Open),
    );
    assert_eq!(silent.robustness.to_string(), "no rule elects anybody");
}

#[test]
fn a_panel_is_worth_what_its_agreement_leaves() {
    let panel: Vec<MemberName> = (0..3).map(voter).collect();
    let choices = |them: [usize; 3]| panel.iter().cloned().zip(them).collect::<BTreeMap<_, _>>();
    let mut same = Voices::default();
    let mut apart = Voices::default();
    for decision in 0..40_usize {
        assert_eq!(same.worth(&panel).is_some(), decision >= 20, "{decision}");
        same.add(2, &choices([decision % 2; 3]));
        // Each pair agrees in every second decision, as by chance.
        apart.add(
            2,
            &choices([decision % 2, decision / 2 % 2, decision / 4 % 2]),
        );
        // No alternative, no decision.
        same.add(1, &choices([0; 3]));
    }
    assert!((same.worth(&panel).unwrap() - 1.0).abs() < 1e-9);
    assert!((apart.worth(&panel).unwrap() - 3.0).abs() < 1e-9);
    assert_eq!(
        (same.shared(&voter(2), &voter(0)), same.worth(&panel[..1])),
        (40, Some(1.0))
    );
    let strangers = [voter(0), voter(8)];
    assert_eq!((same.worth(&strangers), same.worth(&[])), (None, None));
}

#[test]
fn a_count_is_the_same_after_a_way_through_json() {
    let mut hall = Hall::new(&["a", "b", "c"], &[&[0], &[1], &[2]]);
    hall.vote(0, &[0, 7, 3]);
    hall.vote(1, &[4, 0, 5]);
    let count = counted(&hall, &setup(Rule::Score, Nature::Open));
    let written = serde_json::to_string(&count).unwrap();
    assert_eq!(serde_json::from_str::<Count>(&written).unwrap(), count);
}
