//! What a member's text says to an inquiry.

use super::{About, Answered, Contest, Inquiry};
use crate::core::Text;
use crate::core::conflict::{claims, judged};
use crate::core::voting::{Abstention, Faults, Vote, opinion, position, read, reply};

/// Why a text is no reply. Each is said in words that the member can act upon.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Unread {
    /// It is no ballot.
    #[error("{0}")]
    Ballot(Faults),
    /// It is no list of claims.
    #[error("{0}")]
    Claims(Faults<claims::Fault>),
    /// It is no position, no opinion and no judgement.
    #[error("{0}")]
    Reply(Faults<reply::Fault>),
}

/// Reads what an inquiry brought (`texts`: what the candidates say, by number), or says what is wrong with it, so that it can be asked for once more.
pub fn understood(
    contest: &Contest,
    inquiry: &Inquiry,
    texts: &[Text],
    text: &str,
) -> Result<Answered, Unread> {
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
        About::Same(..) => {
            let judged = judged::read(text).map_err(Unread::Reply)?;
            Ok(Answered::Same {
                same: judged.same,
                because: judged.because,
            })
        }
        About::Claims => {
            let texts: Vec<&str> = texts.iter().map(Text::as_str).collect();
            let matrix = claims::read(&inquiry.sheet, &texts, text).map_err(Unread::Claims)?;
            Ok(Answered::Claims(matrix))
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
        (About::Same(..), why) => Answered::Same {
            same: false,
            because: format!("it could not be read: {why}"),
        },
        (About::Claims, why) => Answered::Nothing {
            why: format!("it could not be read: {why}"),
        },
        (About::Opinion | About::Ballot | About::SecondLook, why) => Answered::Opinion {
            choice: None,
            because: format!("it could not be read: {why}"),
        },
    }
}
