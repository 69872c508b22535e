//! What can be wrong with a recorded conflict, in words for people.

use crate::core::voting::{Outcome, Rule, label};
use crate::core::{Actor, Basis, CallId, Fallback, Ground, MemberName, TaskId};

/// Something that does not add up.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Flaw {
    /// The journal is not whole.
    #[error("event {missing} is missing before it")]
    Gap {
        /// The place of the first one that is not there.
        missing: u64,
    },
    /// A candidate that nobody gave.
    #[error("candidate {} stands on {call}, which is no answer to the task", label(*candidate))]
    NoSuchAnswer {
        /// Which candidate.
        candidate: usize,
        /// The call on which it is said to stand.
        call: CallId,
    },
    /// Answers that nobody found to be the same.
    #[error("{} and {} are joined, and nobody judged that they say the same", label(*one), label(*other))]
    NotTheSame {
        /// A candidate as it was before.
        one: usize,
        /// Another one.
        other: usize,
    },
    /// A vote of a number that is not due.
    #[error("a vote is opened as number {given} where {due} is due")]
    WrongNumber {
        /// As recorded.
        given: u64,
        /// The next one.
        due: u64,
    },
    /// A voter that is nobody.
    #[error("{voter} may vote, and is no member of the room")]
    StrangeVoter {
        /// Who.
        voter: MemberName,
    },
    /// A question that no task asks.
    #[error("{member} is asked by {by}, which is no task of the room's own for it alone")]
    AskedByNobody {
        /// Who is asked.
        member: MemberName,
        /// The task that is said to ask.
        by: TaskId,
    },
    /// A question of another vote.
    #[error("{member} is asked by {by} about vote {given} where {due} is the present one")]
    WrongVote {
        /// Who is asked.
        member: MemberName,
        /// The task that asks.
        by: TaskId,
        /// As recorded.
        given: u64,
        /// The present one.
        due: u64,
    },
    /// A sheet that was not drawn as it must be.
    #[error("the sheet of {member} in {by} is not the one that it must be given: {why}")]
    WrongSheet {
        /// Whose.
        member: MemberName,
        /// The task that asks.
        by: TaskId,
        /// What is the matter with it.
        why: &'static str,
    },
    /// A reply to nothing.
    #[error("a reply to {by} is recorded, which asked nobody about it")]
    NeverAsked {
        /// The task.
        by: TaskId,
    },
    /// A second reply.
    #[error("a second reply of {member} to {by} is recorded")]
    Doubled {
        /// Who.
        member: MemberName,
        /// The task that asked.
        by: TaskId,
    },
    /// A reply that was never given.
    #[error("a reply of {member} to {by} is recorded, and {by} has no answer")]
    NeverSaid {
        /// Who.
        member: MemberName,
        /// The task that asked.
        by: TaskId,
    },
    /// A reply that somebody else gave.
    #[error("the reply of {member} to {by} was given by {other}")]
    SaidByAnother {
        /// Who was asked.
        member: MemberName,
        /// The task that asked.
        by: TaskId,
        /// Who answered.
        other: MemberName,
    },
    /// A reply that is not the answer of its call.
    #[error("the result of {by} is not what {member} answered")]
    Altered {
        /// Who.
        member: MemberName,
        /// The task that asked.
        by: TaskId,
    },
    /// A reply that says something else.
    #[error("what {member} answered to {by} does not read as what is recorded: {why}")]
    Misread {
        /// Who.
        member: MemberName,
        /// The task that asked.
        by: TaskId,
        /// As what it reads.
        why: String,
    },
    /// A reply that was left out.
    #[error("{member} answered {by} so that it can be read, and nothing of it is recorded")]
    Suppressed {
        /// Who.
        member: MemberName,
        /// The task that asked.
        by: TaskId,
    },
    /// A vote is closed that is not open.
    #[error("a vote is closed that was not open")]
    NoVote,
    /// The vote that is closed has another number.
    #[error("vote {given} is closed where {due} is the open one")]
    WrongClosed {
        /// As recorded.
        given: u64,
        /// The open one.
        due: u64,
    },
    /// A ballot that nobody was asked for.
    #[error("a ballot of {voter} is counted that was not given on a sheet of its own")]
    NoSheet {
        /// Whose.
        voter: MemberName,
    },
    /// The count is another one.
    #[error(
        "recorded is: {}; counted anew it is: {}",
        told(recorded),
        told(counted)
    )]
    Outcome {
        /// As recorded.
        recorded: Outcome,
        /// As it is counted.
        counted: Outcome,
    },
    /// The count under one of the rules is another one.
    #[error("under {rule} {} wins, not {}", letter(*counted), letter(*recorded))]
    Winner {
        /// Which.
        rule: Rule,
        /// As recorded.
        recorded: Option<usize>,
        /// As it is counted.
        counted: Option<usize>,
    },
    /// A decision on what is not open.
    #[error("a decision is recorded where nothing was to be decided")]
    NothingToDecide,
    /// A decision for nobody's answer.
    #[error("{} is decided for, and there is no such candidate", label(*chosen))]
    NoCandidate {
        /// As recorded.
        chosen: usize,
    },
    /// The ground and who stands for it do not fit.
    #[error("it is decided {ground}, and by the word of {}", actor(*by))]
    WrongActor {
        /// The ground.
        ground: Ground,
        /// Who is said to have decided.
        by: Actor,
    },
    /// A vote decides that was not closed.
    #[error("it is decided by a vote, and no vote was closed")]
    NoClosedVote,
    /// The rule is another one.
    #[error("it is decided by a vote under {given}, and the vote was set up under {due}")]
    WrongRule {
        /// As recorded.
        given: Rule,
        /// That of the vote.
        due: Rule,
    },
    /// Too few responded.
    #[error(
        "it is decided by a vote to which {present} voters responded where {needed} are needed"
    )]
    NoQuorum {
        /// How many responded.
        present: usize,
        /// How many had to.
        needed: usize,
    },
    /// The decision goes against the count.
    #[error("{} is decided for, and the count is: {}", letter(*chosen), told(counted))]
    AgainstCount {
        /// As recorded.
        chosen: Option<usize>,
        /// The count.
        counted: Outcome,
    },
    /// There is no consensus.
    #[error("{} is decided for by consensus, and {}", letter(*chosen), match agreed {
        Some(agreed) => format!("all stand for {}", label(*agreed)),
        None => "the members do not stand for one answer".to_owned(),
    })]
    NoConsensus {
        /// As recorded.
        chosen: Option<usize>,
        /// For what all stand.
        agreed: Option<usize>,
    },
    /// What is merged is of all, and chosen is none.
    #[error("all answers are merged, and {} is decided for", label(*chosen))]
    MergedAndChosen {
        /// As recorded.
        chosen: usize,
    },
    /// The expert said something else.
    #[error("{} is decided for by {member} as the expert, and its opinion is {}", letter(*chosen), letter(*said))]
    NotTheOpinion {
        /// Who.
        member: MemberName,
        /// As recorded.
        chosen: Option<usize>,
        /// What it said.
        said: Option<usize>,
    },
    /// Another fallback was set.
    #[error("it is decided by the fallback {}, and {} was set", given.word(), due.word())]
    WrongFallback {
        /// As recorded.
        given: Fallback,
        /// What was set.
        due: Fallback,
    },
    /// Another author has the best record.
    #[error("{} is decided for by the best record, and that is of {}", letter(*chosen), letter(*best))]
    NotBestRecord {
        /// As recorded.
        chosen: Option<usize>,
        /// The candidate of the author with the best record.
        best: Option<usize>,
    },
    /// Dissent is not all there.
    #[error("the dissent of {member} is {}", if *recorded { "recorded, and it did not stand for that" } else { "not recorded" })]
    Dissent {
        /// Who.
        member: MemberName,
        /// Whether there is too much of it; otherwise it is missing.
        recorded: bool,
    },
    /// The result is not what was decided for.
    #[error("the result is not the answer that was decided for")]
    NotTheResult,
    /// A result that nobody decided for.
    #[error("the task ends with a result on the ground `{}`, and no decision is recorded", basis(*given))]
    NoDecision {
        /// Why it is said to be the result.
        given: Basis,
    },
}

fn letter(candidate: Option<usize>) -> String {
    candidate.map_or_else(|| "none".to_owned(), label)
}

/// How a vote ended, in words.
pub(crate) fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Winner { candidate, .. } => format!("{} wins", label(*candidate)),
        Outcome::Tie { among, .. } => {
            let letters: Vec<String> = among.iter().map(|one| label(*one)).collect();
            format!("a tie of {}", letters.join(" and "))
        }
        Outcome::NoDecision { why } => format!("no decision, as {why}"),
    }
}

fn actor(by: Actor) -> &'static str {
    match by {
        Actor::Operator => "the operator",
        Actor::Clock => "the clock",
        Actor::Room => "the room",
        Actor::Policy => "a rule of approval",
    }
}

fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Only => "the only answer",
        Basis::First => "the first answer",
        Basis::Agreement => "agreement",
        Basis::LastStep => "the last step",
        Basis::Conclusion => "conclusion",
        Basis::Plan => "plan",
        Basis::Operator => "operator",
        Basis::Vote => "vote",
        Basis::Consensus => "consensus",
        Basis::Merged => "merged",
        Basis::Expert => "expert",
        Basis::Fallback => "fallback",
    }
}
