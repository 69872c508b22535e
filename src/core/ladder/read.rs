//! What a member's text says to an inquiry.

use super::{About, Answered, Contest, Inquiry};
use crate::core::voting::{Abstention, Faults, Vote, opinion, position, read, reply};

/// Why a text is no reply. Each is said in words that the member can act upon.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Unread {
    /// It is no ballot.
    #[error("{0}")]
    Ballot(Faults),
    /// It is no position, and no opinion.
    #[error("{0}")]
    Reply(Faults<reply::Fault>),
}

/// Reads what an inquiry brought, or says what is wrong with it, so that it can be asked for once more.
pub fn understood(contest: &Contest, inquiry: &Inquiry, text: &str) -> Result<Answered, Unread> {
    match inquiry.about {
        About::Ballot | About::SecondLook => {
            let vote = read(&inquiry.sheet, text).map_err(Unread::Ballot)?;
            Ok(Answered::Vote(vote))
        }
        About::Position(_) => {
            // Whoever stands for nothing is not asked.
            let own = contest.side_of(inquiry.member()).unwrap_or(usize::MAX);
            let position = position::read(&inquiry.sheet, own, text).map_err(Unread::Reply)?;
            Ok(Answered::Position(Some(position)))
        }
        About::Opinion => {
            let opinion = opinion::read(&inquiry.sheet, text).map_err(Unread::Reply)?;
            Ok(Answered::Opinion {
                choice: opinion.choice,
                because: opinion.because,
            })
        }
    }
}

/// What stands where the second try could not be read either.
#[must_use]
pub fn unreadable(about: About, why: Unread) -> Answered {
    match (about, why) {
        (About::Ballot | About::SecondLook, Unread::Ballot(faults)) => {
            Answered::Vote(Vote::Abstained(Abstention::Unreadable { faults }))
        }
        (About::Position(_), _) => Answered::Position(None),
        (About::Opinion | About::Ballot | About::SecondLook, why) => Answered::Opinion {
            choice: None,
            because: format!("it could not be read: {why}"),
        },
    }
}
