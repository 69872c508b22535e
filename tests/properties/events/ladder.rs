//! Conflicts on the ladder, found and decided: any event about them.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use synod::core::ladder::{
    About, Answered, Closed, Fallback, Inquiry, Jury, Ladder, OperatorBallot, Rung, Stage, Terms,
};
use synod::core::voting::{
    Abstention, Ballot, Fault, Faults, Ground as Stands, Nature, NextStep, NoDecision, Outcome,
    Panel, Position, Quorum, Rule, Seat, Setup, Sheet, Unworkable, Vote,
};
use synod::core::{Candidate, Decision, Dissent, Event, Ground};

use super::{actor, at, call_id, kind, name, span, task_id, text, words};

/// Any event about a conflict.
pub(super) fn event() -> BoxedStrategy<Event> {
    prop_oneof![
        found(),
        (task_id(), decision()).prop_map(|(task, decision)| Event::Decided { task, decision }),
        ladder().prop_map(|ladder| Event::LadderSet { ladder }),
        (task_id(), stage(), actor(), words()).prop_map(|(task, to, by, because)| {
            Event::LadderClimbed {
                task,
                to,
                by,
                because,
            }
        }),
        (task_id(), operator_ballot())
            .prop_map(|(task, ballot)| Event::OperatorVoted { task, ballot }),
        (task_id(), panel(), terms()).prop_map(|(task, panel, terms)| Event::VoteOpened {
            task,
            panel,
            terms
        }),
        (task_id(), inquiry()).prop_map(|(task, inquiry)| Event::InquiryMade { task, inquiry }),
        (task_id(), task_id(), answered())
            .prop_map(|(task, by, answered)| { Event::InquiryAnswered { task, by, answered } }),
        (task_id(), closed()).prop_map(|(task, closed)| Event::VoteClosed { task, closed }),
    ]
    .boxed()
}

fn found() -> impl Strategy<Value = Event> {
    let candidate = (words(), vec(call_id(), 1..4));
    let candidate = candidate.prop_map(|(label, calls)| Candidate { label, calls });
    let differ = (task_id(), vec(candidate, 0..4), any::<usize>(), nature());
    prop_oneof![
        (task_id(), vec(call_id(), 0..4))
            .prop_map(|(task, calls)| Event::AgreementFound { task, calls }),
        differ.prop_map(|(task, candidates, silent, nature)| Event::ConflictFound {
            task,
            candidates,
            silent,
            nature,
        }),
    ]
}

fn decision() -> impl Strategy<Value = Decision> {
    let ground = prop_oneof![
        Just(Ground::Operator),
        Just(Ground::Merged),
        rule().prop_map(|rule| Ground::Vote { rule }),
        any::<u32>().prop_map(|round| Ground::Consensus { round }),
        name().prop_map(|member| Ground::Expert { member }),
        fallback().prop_map(|fallback| Ground::Fallback { fallback }),
    ];
    let dissent = (name(), any::<usize>(), words());
    let dissent = dissent.prop_map(|(member, candidate, because)| Dissent {
        member,
        candidate,
        because,
    });
    let what = (of(any::<usize>()), of(text()), actor());
    (what, ground, vec(dissent, 0..3), words()).prop_map(
        |((chosen, text, by), ground, dissent, reopen_if)| Decision {
            chosen,
            text,
            by,
            ground,
            dissent,
            reopen_if,
        },
    )
}

pub(super) fn rule() -> impl Strategy<Value = Rule> {
    select(Rule::ALL.to_vec())
}

fn nature() -> impl Strategy<Value = Nature> {
    select(vec![Nature::Closed, Nature::Open])
}

fn rung() -> impl Strategy<Value = Rung> {
    select(vec![
        Rung::Vote,
        Rung::Consensus,
        Rung::Expert,
        Rung::Operator,
    ])
}

fn fallback() -> impl Strategy<Value = Fallback> {
    select(vec![
        Fallback::BestRecord,
        Fallback::StatusQuo,
        Fallback::AskLater,
        Fallback::Fail,
    ])
}

fn quorum() -> impl Strategy<Value = Quorum> {
    let both = (1..=usize::MAX).prop_flat_map(|of| (1..=of, Just(of)));
    both.prop_map(|(needed, of)| Quorum::new(needed, of).unwrap())
}

fn ladder() -> impl Strategy<Value = Ladder> {
    let rules = (
        btree_map(kind(), rule(), 0..4),
        of(rule()),
        of(quorum()),
        select(vec![Jury::Council, Jury::Room]),
    );
    let limits = (any::<u32>(), span(), of(span()), span());
    let end = (btree_map(kind(), fallback(), 0..4), fallback());
    let who = (of(name()), of(name()), of(name()));
    (vec(rung(), 0..5), rules, limits, end, who).prop_map(
        |(
            rungs,
            (rules, rule, quorum, jury),
            (rounds, patience, operator, later),
            (fallbacks, fallback),
            (expert, judge, clerk),
        )| Ladder {
            rungs,
            rules,
            rule,
            quorum,
            jury,
            rounds,
            patience,
            operator,
            later,
            fallbacks,
            fallback,
            expert,
            judge,
            clerk,
        },
    )
}

fn stage() -> impl Strategy<Value = Stage> {
    prop_oneof![
        Just(Stage::Found),
        Just(Stage::Reading),
        rung().prop_map(Stage::On),
        Just(Stage::Fallback),
        at().prop_map(Stage::Later),
        Just(Stage::Over),
    ]
}

fn panel() -> impl Strategy<Value = Panel> {
    let seat = (words(), any::<bool>()).prop_map(|(family, votes)| Seat { family, votes });
    let seats = btree_map(name(), seat, 0..4);
    (any::<u64>(), seats).prop_map(|(epoch, seats)| Panel::new(epoch, seats))
}

fn terms() -> impl Strategy<Value = Terms> {
    let setup = (rule(), rule(), quorum(), nature());
    let setup = setup.prop_map(|(rule, second, quorum, nature)| Setup {
        rule,
        second,
        quorum,
        nature,
    });
    let weights = btree_map(name(), 0.01..=4.0_f64, 0..4);
    (setup, weights, at()).prop_map(|(setup, weights, closes)| Terms {
        setup,
        weights,
        closes,
    })
}

fn sheet() -> impl Strategy<Value = Sheet> {
    let order = vec(any::<usize>(), 0..5);
    (any::<u64>(), name(), any::<u64>(), any::<bool>(), order).prop_map(
        |(number, voter, seed, again, order)| Sheet {
            number,
            voter,
            seed,
            again,
            order,
        },
    )
}

fn inquiry() -> impl Strategy<Value = Inquiry> {
    let about = prop_oneof![
        Just(About::Ballot),
        Just(About::SecondLook),
        any::<u32>().prop_map(About::Position),
        Just(About::Opinion),
        any::<(usize, usize)>().prop_map(|(one, other)| About::Same(one, other)),
        Just(About::Claims),
    ];
    let numbers = (any::<u64>(), task_id(), of(task_id()));
    (about, numbers, sheet()).prop_map(|(about, (epoch, by, again), sheet)| Inquiry {
        about,
        epoch,
        by,
        sheet,
        again,
    })
}

fn answered() -> impl Strategy<Value = Answered> {
    let position = prop_oneof![
        Just(Position::Held),
        (any::<usize>(), words()).prop_map(|(to, because)| Position::Changed { to, because }),
    ];
    let opinion = (of(any::<usize>()), words());
    prop_oneof![
        4 => vote().prop_map(Answered::Vote),
        1 => of(position).prop_map(Answered::Position),
        1 => opinion.prop_map(|(choice, because)| Answered::Opinion { choice, because }),
        1 => (any::<bool>(), words())
            .prop_map(|(same, because)| Answered::Same { same, because }),
        1 => words().prop_map(|why| Answered::Nothing { why }),
    ]
}

fn vote() -> impl Strategy<Value = Vote> {
    prop_oneof![
        ballot().prop_map(Vote::Ranked),
        words().prop_map(|reason| Vote::Abstained(Abstention::Chosen { reason })),
        vec(fault(), 0..4).prop_map(|faults| {
            let faults = Faults(faults);
            Vote::Abstained(Abstention::Unreadable { faults })
        }),
    ]
}

/// A ballot that fits some sheet: each candidate with its score and the level that it stands on, a
/// reason of any characters.
fn ballot() -> impl Strategy<Value = Ballot> {
    let judged = btree_map(any::<usize>(), (0.0..=10.0_f64, 0..3_usize), 0..6);
    let reason = prop_oneof![3 => words(), 1 => words().prop_map(|word| word.repeat(40))];
    (judged, of(0.0..=1.0_f64), reason, any::<Index>(), name()).prop_map(
        |(judged, confidence, reason, turn, voter)| {
            let mut order: Vec<usize> = judged.keys().copied().collect();
            if !order.is_empty() {
                let turn = turn.index(order.len());
                order.rotate_left(turn);
            }
            let level = |place| {
                let on_it = order.iter().filter(|it| judged[*it].1 == place);
                on_it.copied().collect()
            };
            let ranking = (0..3).map(level).collect();
            let scores: BTreeMap<usize, f64> = judged
                .iter()
                .map(|(it, (score, _))| (*it, *score))
                .collect();
            let sheet = Sheet {
                number: 1,
                voter,
                seed: 0,
                again: false,
                order: order.clone(),
            };
            Ballot::new(&sheet, ranking, scores, confidence, &reason).unwrap()
        },
    )
}

fn fault() -> impl Strategy<Value = Fault> {
    let range = (words(), -1e300..=1e300_f64, 0.0..=10.0_f64);
    prop_oneof![
        Just(Fault::NoBallot),
        words().prop_map(|label| Fault::UnknownLabel { label }),
        any::<usize>().prop_map(|candidate| Fault::NotPresented { candidate }),
        words().prop_map(|label| Fault::RankedTwice { label }),
        words().prop_map(|label| Fault::Unranked { label }),
        words().prop_map(|label| Fault::ScoredTwice { label }),
        words().prop_map(|label| Fault::Unscored { label }),
        words().prop_map(|what| Fault::NotANumber { what }),
        range.prop_map(|(what, value, most)| Fault::OutOfRange { what, value, most }),
    ]
}

fn closed() -> impl Strategy<Value = Closed> {
    let winners = btree_map(rule(), any::<usize>(), 0..9);
    (any::<u64>(), outcome(), winners).prop_map(|(epoch, outcome, winners)| Closed {
        epoch,
        outcome,
        winners,
    })
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let ground = prop_oneof![
        rule().prop_map(Stands::Heads),
        rule().prop_map(Stands::Rule),
        rule().prop_map(Stands::SecondRule),
        rule().prop_map(Stands::TwoToOne),
    ];
    let next = prop_oneof![
        rule().prop_map(NextStep::SecondRule),
        Just(NextStep::Expert),
        Just(NextStep::Operator),
    ];
    prop_oneof![
        (any::<usize>(), ground)
            .prop_map(|(candidate, ground)| Outcome::Winner { candidate, ground }),
        (vec(any::<usize>(), 2..4), vec(next, 0..3))
            .prop_map(|(among, next)| Outcome::Tie { among, next }),
        no_decision().prop_map(|why| Outcome::NoDecision { why }),
    ]
}

fn no_decision() -> impl Strategy<Value = NoDecision> {
    let two = || (any::<usize>(), any::<usize>());
    let unworkable = prop_oneof![
        two().prop_map(|(needed, of)| Unworkable::NoQuorum { needed, of }),
        (quorum(), two()).prop_map(|(quorum, (needed, panel))| Unworkable::QuorumOverPanel {
            quorum,
            needed,
            panel,
        }),
        rule().prop_map(|rule| Unworkable::SecondIsFirst { rule }),
        (rule(), rule()).prop_map(|(rule, second)| Unworkable::SecondSeesNoMore { rule, second }),
    ];
    prop_oneof![
        select(vec![
            NoDecision::EmptyPanel,
            NoDecision::NoCandidates,
            NoDecision::NoVotes,
            NoDecision::NoMajority,
            NoDecision::NotUnanimous,
        ]),
        two().prop_map(|(present, needed)| NoDecision::QuorumLost { present, needed }),
        unworkable.prop_map(|why| NoDecision::Unworkable { why }),
    ]
}

fn operator_ballot() -> impl Strategy<Value = OperatorBallot> {
    let scores = btree_map(any::<usize>(), any::<u8>(), 0..3);
    (
        vec(vec(any::<usize>(), 1..3), 1..4),
        scores,
        of(any::<u8>()),
    )
        .prop_map(|(ranking, scores, sure)| OperatorBallot {
            ranking,
            scores,
            sure,
        })
}
