//! Conflicts: found, on the ladder, decided.

use std::collections::BTreeMap;

use crate::core::conflict::claims::{Claim, Dropped, Matrix, Stand};
use crate::core::ladder::{
    About, Answered, Closed, Fallback, Inquiry, Jury, Ladder, OperatorBallot, Rung, Stage, Terms,
};
use crate::core::voting::{
    Abstention, Ballot, Fault, Faults, Ground as Stands, Nature, NextStep, NoDecision, Outcome,
    Panel, Position, Quorum, Rule, Seat, Setup, Sheet, Unworkable, Vote,
};
use crate::core::{
    Actor, CallId, Candidate, Decision, Dissent, Event, Ground, MemberName, Span, TaskId, TaskKind,
    Text, Timestamp,
};

const TASK: TaskId = TaskId(41);
/// The task that asks.
const BY: TaskId = TaskId(44);

/// All of them.
pub(super) fn all() -> Vec<Event> {
    let families = [
        found(),
        settings(),
        steps(),
        votes(),
        inquiries(),
        answers(),
        decisions(),
    ];
    families.into_iter().flatten().collect()
}

fn name(name: &str) -> MemberName {
    MemberName::new(name).unwrap()
}

fn quorum() -> Quorum {
    Quorum::new(2, 3).unwrap()
}

fn found() -> Vec<Event> {
    let candidate = |label: &str, calls: &[u64]| Candidate {
        label: label.to_owned(),
        calls: calls.iter().copied().map(CallId).collect(),
    };
    let differ = |candidates, silent, nature| Event::ConflictFound {
        task: TASK,
        candidates,
        silent,
        nature,
    };
    vec![
        Event::AgreementFound {
            task: TASK,
            calls: vec![CallId(12), CallId(13)],
        },
        differ(
            vec![candidate("42", &[12, 13]), candidate("41", &[14])],
            0,
            Nature::Closed,
        ),
        differ(
            vec![
                candidate("a cache", &[12]),
                candidate("no cache", &[13]),
                candidate("", &[14]),
            ],
            1,
            Nature::Open,
        ),
    ]
}

fn settings() -> Vec<Event> {
    let full = Ladder {
        rungs: vec![Rung::Vote, Rung::Consensus, Rung::Expert, Rung::Operator],
        rules: TaskKind::ALL[1..].iter().copied().zip(Rule::ALL).collect(),
        rule: Some(Rule::Schulze),
        quorum: Some(quorum()),
        jury: Jury::Room,
        rounds: 3,
        patience: Span(90_000),
        operator: Some(Span(3_600_000)),
        later: Span(600_000),
        fallbacks: BTreeMap::from([
            (TaskKind::Code, Fallback::StatusQuo),
            (TaskKind::Factual, Fallback::BestRecord),
            (TaskKind::Planning, Fallback::AskLater),
            (TaskKind::stored("sql").unwrap(), Fallback::StatusQuo),
        ]),
        fallback: Fallback::Fail,
        expert: Some(name("claude")),
        judge: Some(name("gpt")),
        clerk: Some(name("gemini")),
    };
    let set = |ladder| Event::LadderSet { ladder };
    vec![set(Ladder::default()), set(full)]
}

fn steps() -> Vec<Event> {
    let rungs = [Rung::Vote, Rung::Consensus, Rung::Expert, Rung::Operator];
    let rungs = rungs.map(Stage::On);
    let others = [
        Stage::Found,
        Stage::Reading,
        Stage::Fallback,
        Stage::Later(Timestamp(1_790_000_900_000)),
        Stage::Over,
    ];
    let all = rungs.into_iter().chain(others);
    let climbed = all.map(|to| Event::LadderClimbed {
        task: TASK,
        to,
        by: Actor::Room,
        because: "the voters are not of one mind".to_owned(),
    });
    let ranked = OperatorBallot::ranked(vec![vec![1], vec![0, 2]]);
    let scored = OperatorBallot {
        scores: [(1, 9), (2, 0)].into(),
        sure: Some(7),
        ..ranked.clone()
    };
    let own = [ranked, scored].map(|ballot| Event::OperatorVoted { task: TASK, ballot });
    let joined = Event::CandidatesJoined {
        task: TASK,
        candidates: vec![Candidate {
            label: "nothing".to_owned(),
            calls: vec![CallId(12), CallId(14)],
        }],
        silent: 0,
    };
    climbed.chain(own).chain([joined]).collect()
}

fn votes() -> Vec<Event> {
    let seat = |family: &str, votes| Seat {
        family: family.to_owned(),
        votes,
    };
    let seats = [
        (name("codex"), seat("openai", true)),
        (name("claude"), seat("anthropic", true)),
        (name("local"), seat("", false)),
    ];
    let opened = |epoch, seats: &[(MemberName, Seat)], weights, setup| Event::VoteOpened {
        task: TASK,
        panel: Panel::new(epoch, seats.iter().cloned()),
        terms: Terms {
            setup,
            weights,
            closes: Timestamp(1_790_000_300_000),
        },
    };
    let setup = |rule: Rule, nature| Setup {
        rule,
        second: rule.standard_second(),
        quorum: quorum(),
        nature,
    };
    let weights = BTreeMap::from([(name("codex"), 1.25), (name("claude"), 0.01)]);
    let mut events = vec![
        opened(1, &seats, weights, setup(Rule::Weighted, Nature::Closed)),
        opened(
            2,
            &[],
            BTreeMap::new(),
            setup(Rule::RankedPairs, Nature::Open),
        ),
    ];
    let winners = BTreeMap::from(Rule::ALL.map(|rule| (rule, 1)));
    events.extend(outcomes().into_iter().map(|outcome| {
        let closed = Closed {
            epoch: 2,
            winners: match outcome.winner() {
                Some(_) => winners.clone(),
                None => BTreeMap::new(),
            },
            outcome,
        };
        Event::VoteClosed { task: TASK, closed }
    }));
    events
}

fn outcomes() -> Vec<Outcome> {
    let stands = [
        Stands::Heads(Rule::Plurality),
        Stands::Rule(Rule::Schulze),
        Stands::SecondRule(Rule::Borda),
        Stands::TwoToOne(Rule::Score),
    ];
    let won = stands.map(|ground| Outcome::Winner {
        candidate: 1,
        ground,
    });
    let tie = Outcome::Tie {
        among: vec![0, 2],
        next: vec![
            NextStep::SecondRule(Rule::Approval),
            NextStep::Expert,
            NextStep::Operator,
        ],
    };
    let unworkable = [
        Unworkable::NoQuorum { needed: 4, of: 3 },
        Unworkable::QuorumOverPanel {
            quorum: quorum(),
            needed: 2,
            panel: 1,
        },
        Unworkable::SecondIsFirst {
            rule: Rule::Majority,
        },
        Unworkable::SecondSeesNoMore {
            rule: Rule::Unanimity,
            second: Rule::Plurality,
        },
    ];
    let nothing = [
        NoDecision::EmptyPanel,
        NoDecision::NoCandidates,
        NoDecision::QuorumLost {
            present: 1,
            needed: 2,
        },
        NoDecision::NoVotes,
        NoDecision::NoMajority,
        NoDecision::NotUnanimous,
    ];
    let unworkable = unworkable.map(|why| NoDecision::Unworkable { why });
    let nothing = nothing.into_iter().chain(unworkable);
    let nothing = nothing.map(|why| Outcome::NoDecision { why });
    won.into_iter().chain([tie]).chain(nothing).collect()
}

fn sheet(again: bool) -> Sheet {
    Sheet {
        number: 44,
        voter: name("claude"),
        seed: 18_446_744_073_709_551_615,
        again,
        order: vec![2, 0, 1],
    }
}

fn inquiries() -> Vec<Event> {
    let asked = [
        About::Ballot,
        About::SecondLook,
        About::Position(2),
        About::Opinion,
        About::Same(0, 2),
        About::Claims,
    ];
    let first = asked.map(|about| Inquiry {
        about,
        epoch: 1,
        by: BY,
        sheet: sheet(about == About::SecondLook),
        again: None,
    });
    let once_more = Inquiry {
        about: About::Ballot,
        epoch: 1,
        by: TaskId(45),
        sheet: sheet(false),
        again: Some(BY),
    };
    let all = first.into_iter().chain([once_more]);
    let made = all.map(|inquiry| Event::InquiryMade {
        task: TASK,
        inquiry,
    });
    made.collect()
}

fn answers() -> Vec<Event> {
    let ballot = |ranking, confidence, reason| {
        let scores = BTreeMap::from([(0, 7.5), (1, 0.0), (2, 10.0)]);
        let ballot = Ballot::new(&sheet(false), ranking, scores, confidence, reason);
        Answered::Vote(Vote::Ranked(ballot.unwrap()))
    };
    let abstained = |abstention| Answered::Vote(Vote::Abstained(abstention));
    let all = [
        ballot(
            vec![vec![2], vec![0], vec![1]],
            Some(0.85),
            "It handles the \"ünïcode\" case.",
        ),
        ballot(vec![vec![0, 2], vec![1]], None, ""),
        abstained(Abstention::Chosen {
            reason: "I cannot run any of them.".to_owned(),
        }),
        abstained(Abstention::Unreadable {
            faults: Faults(faults()),
        }),
        Answered::Position(Some(Position::Held)),
        Answered::Position(Some(Position::Changed {
            to: 1,
            because: "the test of B fails without it".to_owned(),
        })),
        Answered::Position(None),
        Answered::Opinion {
            choice: Some(1),
            because: "it is the only one that ends".to_owned(),
        },
        Answered::Opinion {
            choice: None,
            because: "none of them ends".to_owned(),
        },
        Answered::Same {
            same: true,
            because: "both say: nothing".to_owned(),
        },
        Answered::Claims(matrix()),
        Answered::Nothing {
            why: "its call was called off".to_owned(),
        },
    ];
    let answered = all.map(|answered| Event::InquiryAnswered {
        task: TASK,
        by: BY,
        answered,
    });
    answered.to_vec()
}

fn matrix() -> Matrix {
    let stand = |agrees, quote: &str| Stand {
        agrees,
        quote: quote.to_owned(),
    };
    let claim = Claim {
        text: "The sleep races.".to_owned(),
        stands: BTreeMap::from([
            (0, stand(true, "it races")),
            (2, stand(false, "there is no race")),
        ]),
    };
    let dropped = Dropped {
        unproven: 1,
        ..Dropped::default()
    };
    Matrix::new(3, vec![claim], dropped)
}

fn faults() -> Vec<Fault> {
    let label = || "B".to_owned();
    vec![
        Fault::NoBallot,
        Fault::UnknownLabel { label: label() },
        Fault::NotPresented { candidate: 3 },
        Fault::RankedTwice { label: label() },
        Fault::Unranked { label: label() },
        Fault::ScoredTwice { label: label() },
        Fault::Unscored { label: label() },
        Fault::NotANumber {
            what: "the confidence".to_owned(),
        },
        Fault::OutOfRange {
            what: "the score of `B`".to_owned(),
            value: 11.5,
            most: 10.0,
        },
    ]
}

fn decisions() -> Vec<Event> {
    let operator = Decision::by_operator(Some(1), None);
    let by_room = |ground| Decision {
        chosen: Some(0),
        text: None,
        by: Actor::Room,
        ground,
        dissent: vec![
            Dissent {
                member: name("claude"),
                candidate: 1,
                because: "it never ends".to_owned(),
            },
            Dissent {
                member: name("gpt"),
                candidate: 2,
                because: String::new(),
            },
        ],
        reopen_if: "the login test fails again".to_owned(),
    };
    let grounds = [
        Ground::Vote {
            rule: Rule::RankedPairs,
        },
        Ground::Merged,
        Ground::Consensus { round: 2 },
        Ground::Expert {
            member: name("claude"),
        },
        Ground::Fallback {
            fallback: Fallback::BestRecord,
        },
    ];
    let own_words = Decision::by_operator(None, Some(Text::from("neither: 43")));
    let by_operator = [operator, own_words];
    let all = by_operator.into_iter().chain(grounds.map(by_room));
    let decided = all.map(|decision| Event::Decided {
        task: TASK,
        decision,
    });
    decided.collect()
}
