//! What a member's text says to an inquiry.

use super::{About, Answered, Contest, Inquiry};
use crate::core::voting::{Abstention, Faults, Vote, opinion, position, read};

/// Reads what an inquiry brought, or says what is wrong with it, so that it can be asked for once more.
pub fn understood(contest: &Contest, inquiry: &Inquiry, text: &str) -> Result<Answered, Faults> {
    match inquiry.about {
        About::Ballot | About::SecondLook => read(&inquiry.sheet, text).map(Answered::Vote),
        About::Position(_) => {
            let own = contest.side_of(inquiry.member());
            let position = position::read(&inquiry.sheet, own, text)?;
            Ok(Answered::Position(Some(position)))
        }
        About::Opinion => {
            let opinion = opinion::read(&inquiry.sheet, text)?;
            Ok(Answered::Opinion {
                choice: opinion.choice,
                because: opinion.because,
            })
        }
    }
}

/// What stands where the second try could not be read either.
#[must_use]
pub fn unreadable(about: About, faults: Faults) -> Answered {
    match about {
        About::Ballot | About::SecondLook => {
            Answered::Vote(Vote::Abstained(Abstention::Unreadable { faults }))
        }
        About::Position(_) => Answered::Position(None),
        About::Opinion => Answered::Opinion {
            choice: None,
            because: format!("it could not be read: {faults}"),
        },
    }
}
