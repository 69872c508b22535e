//! An inquiry: one member is asked about the candidates of a contest, by a task of the room's own.

use serde::{Deserialize, Serialize};

use crate::core::conflict::claims::Matrix;
use crate::core::voting::{Position, Sheet, Vote};
use crate::core::{MemberName, TaskId, Text};

/// What a member is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// To vote.
    Ballot,
    /// To vote again on those between which it is close, in the reversed order.
    SecondLook,
    /// To hold its answer or to change to another one, in the round of this number, from 1.
    Position(u32),
    /// To judge as the expert.
    Opinion,
    /// To say whether two candidates, by their numbers, say the same in other words.
    Same(usize, usize),
    /// To take the answers apart into claims.
    Claims,
}

/// One member is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inquiry {
    /// What it is asked.
    pub about: About,
    /// Of which vote it is, counted from 1.
    pub epoch: u64,
    /// The task that asks it.
    pub by: TaskId,
    /// The candidates under their labels. Its number is that of the task that asked first, and it
    /// names the member.
    pub sheet: Sheet,
    /// The task that asked before, when what it brought could not be read.
    pub again: Option<TaskId>,
}

impl Inquiry {
    /// Who is asked.
    #[must_use]
    pub fn member(&self) -> &MemberName {
        &self.sheet.voter
    }
}

/// What an inquiry brought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    /// A ballot, or that it abstains.
    Vote(Vote),
    /// Where the member stands now. `None`: it could not be read, also not after one repair.
    Position(Option<Position>),
    /// What the expert says.
    Opinion {
        /// The candidate that it chooses; `None`: none of them, or it could not be read.
        choice: Option<usize>,
        /// Its reasons, in one line; untrusted.
        because: String,
    },
    /// Whether two candidates say the same.
    Same {
        /// Whether they do; what cannot be read says that they do not.
        same: bool,
        /// Why, in one line; untrusted.
        because: String,
    },
    /// The answers taken apart.
    Claims(Matrix),
    /// The member gave nothing.
    Nothing {
        /// Why, in words.
        why: String,
    },
}

/// An answer under its label, or what it says on the contested claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// `A`, `B` and so on: nothing that names an author.
    pub label: String,
    /// What it says; untrusted.
    pub text: Text,
}

/// What one voter said for an answer, or against the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// The label of the answer that it was given for, where there is one.
    pub for_label: Option<String>,
    /// The reason as it was given; untrusted.
    pub text: Text,
}

/// What the call of an inquiry is given.
#[derive(Debug, Clone, PartialEq)]
pub struct InquiryOrder {
    /// What is asked.
    pub about: About,
    /// The task that is disputed.
    pub question: Text,
    /// The candidates in the order of their labels.
    pub candidates: Vec<Labelled>,
    /// The label of the member's own candidate, where it is to hold or to change.
    pub own: Option<String>,
    /// What was said for and against them, without names.
    pub arguments: Vec<Argument>,
    /// The claims that the candidates contest, where the texts are what each says on them; empty where
    /// they are whole answers.
    pub claims: Vec<String>,
    /// What was wrong with what it gave before.
    pub faults: Option<String>,
}
