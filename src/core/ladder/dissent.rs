//! Who stands for something else than what was chosen, by its last word, and when it should be settled anew.
//! What settles a conflict, the room or the operator, and what recounts it ask here.

use std::collections::BTreeSet;

use super::{About, Answered, Contest, Inquiry};
use crate::core::voting::{Ballot, Vote};
use crate::core::{Dissent, Ground, MemberName};

/// What a member said last of the candidates that are not its own.
enum Word {
    /// A ballot, as it is counted where its vote is the present one.
    Ballot(Ballot),
    /// Where it stands after a round; the sides of the contest know it.
    Position,
}

/// The members that stand for another candidate than the chosen one, by candidate and by name, each with
/// the reason that it gave for that.
///
/// What counts is the last word of a member: its ballot, or its position after a round; without both it
/// is its answer. A ballot on which the chosen one was not says nothing against it: nobody stands against
/// its own answer, or against one of its family that it was not shown. Whoever put several first stands
/// for none of them alone, and not against one of them.
#[must_use]
pub fn dissent(contest: &Contest, chosen: usize) -> Vec<Dissent> {
    let authors = contest.sides().iter().flatten();
    let asked = contest.inquiries().values();
    let asked = asked.filter(|it| it.about == About::Ballot);
    let members: BTreeSet<&MemberName> = authors.chain(asked.map(Inquiry::member)).collect();
    let stand = members.into_iter().filter_map(|member| {
        let (candidate, because) = other(contest, member, chosen)?;
        Some(Dissent {
            member: member.clone(),
            candidate,
            because,
        })
    });
    let mut all: Vec<Dissent> = stand.collect();
    all.sort_by_key(|one| one.candidate);
    all
}

/// The candidate for which a member stands against the chosen one, and why.
fn other(contest: &Contest, member: &MemberName, chosen: usize) -> Option<(usize, String)> {
    let side = contest.side_of(member);
    if side == Some(chosen) {
        return None;
    }
    let answer = side.map(|side| (side, String::new()));
    match last_word(contest, member) {
        Some(Word::Ballot(ballot)) if ballot.level(chosen).is_some() => {
            match ballot.ranking().first().map(Vec::as_slice) {
                Some(first) if first.contains(&chosen) => None,
                Some([one]) => Some((*one, ballot.reason().to_owned())),
                Some([] | [_, _, ..]) | None => answer,
            }
        }
        Some(Word::Ballot(_) | Word::Position) | None => answer,
    }
}

fn last_word(contest: &Contest, member: &MemberName) -> Option<Word> {
    let asked = contest.inquiries().values().rev();
    let mut asked = asked.filter(|it| it.member() == member);
    asked.find_map(|it| match (it.about, contest.answered(it.by)?) {
        (About::Ballot, Answered::Vote(vote)) => {
            let vote = if it.epoch == contest.epoch() {
                contest.ballots()?.counted(member)?
            } else {
                vote.clone()
            };
            match vote {
                Vote::Ranked(ballot) => Some(Word::Ballot(ballot)),
                Vote::Abstained(_) => None,
            }
        }
        (About::Position(_), Answered::Position(_)) => Some(Word::Position),
        (
            About::Ballot
            | About::SecondLook
            | About::Position(_)
            | About::Opinion
            | About::Same(..)
            | About::Claims,
            Answered::Vote(_)
            | Answered::Position(_)
            | Answered::Opinion { .. }
            | Answered::Same { .. }
            | Answered::Claims(_)
            | Answered::Nothing { .. },
        ) => None,
    })
}

/// When it should be settled anew, in words.
#[must_use]
pub fn reopen_if(ground: &Ground, dissent: &[Dissent]) -> String {
    if dissent.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = dissent.iter().map(|one| one.member.as_str()).collect();
    let names = names.join(", ");
    match ground {
        Ground::Vote { rule } => format!("{names} can show what the vote under {rule} overlooked"),
        Ground::Expert { member } => format!("{names} can show where {member} is wrong"),
        Ground::Fallback { .. } => {
            format!("anybody can settle what {names} and the others differ on")
        }
        Ground::Operator | Ground::Consensus { .. } | Ground::Merged => {
            let bring = if dissent.len() == 1 {
                "brings"
            } else {
                "bring"
            };
            format!("{names} {bring} new evidence")
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use crate::core::fixture::{Room, said};
    use crate::core::ladder::staged::{ALL, asked, contest, divided, set, voted, votes};
    use crate::core::ladder::{About, Jury, Rung};
    use crate::core::{Decision, TaskId};

    const TEXTS: [&str; 3] = ["Use a queue.", "Use a lock.", "Rewrite it in one thread."];

    /// Who stood for which candidate, and why.
    fn told(room: &Room, task: TaskId) -> (Option<usize>, Vec<(String, usize, String)>) {
        let Decision {
            chosen, dissent, ..
        } = contest(room, task).decision().unwrap();
        let all = dissent.iter();
        let all = all.map(|one| (one.member.to_string(), one.candidate, one.because.clone()));
        (*chosen, all.collect())
    }

    #[test]
    fn an_author_that_votes_for_the_winner_is_no_dissent() {
        // `a` gave the first answer, and it and `c` voted for the second, which is that of `b`; `b`
        // ranked the third first, but its own answer was not on its ballot.
        let (room, task) = voted();
        assert_eq!(told(&room, task), (Some(1), Vec::new()));
    }

    #[test]
    fn who_ranked_another_first_stands_for_that_with_the_reason() {
        let mut room = Room::of(&["a", "b", "c", "d", "e"]);
        set(&mut room, &ALL, |ladder| ladder.jury = Jury::Room);
        let (task, _) = divided(&mut room, &["a", "b", "c"], &TEXTS);
        votes(&mut room, task, "a", 2);
        votes(&mut room, task, "b", 2);
        votes(&mut room, task, "c", 1);
        votes(&mut room, task, "d", 2);
        votes(&mut room, task, "e", 0);
        let against = ("e".to_owned(), 0, "it holds".to_owned());
        assert_eq!(told(&room, task), (Some(2), vec![against]));
    }

    #[test]
    fn a_position_is_a_later_word_than_a_ballot() {
        let mut room = Room::of(&["a", "b", "c"]);
        set(
            &mut room,
            &[Rung::Vote, Rung::Consensus, Rung::Operator],
            |_| {},
        );
        let (task, _) = divided(&mut room, &["a", "b", "c"], &TEXTS);
        let firsts = [("a", 1), ("b", 2), ("c", 0)];
        for (member, first) in firsts {
            votes(&mut room, task, member, first);
        }
        // It is close, and whoever is asked again holds.
        for (member, first) in firsts {
            votes(&mut room, task, member, first);
        }
        let dissent = |room: &Room, chosen| {
            let all = super::dissent(contest(room, task), chosen).into_iter();
            all.map(|one| (one.member.to_string(), one.candidate))
                .collect::<Vec<_>>()
        };
        let on = |member: &str, candidate| (member.to_owned(), candidate);
        assert_eq!(dissent(&room, 0), [on("b", 2)]);
        let (inquiry, call) = asked(&room, task, "b");
        assert_eq!(inquiry.about, About::Position(1));
        room.answer(call, said(r#"{"hold":true}"#));
        assert_eq!(dissent(&room, 0), [on("b", 1)]);
    }
}
