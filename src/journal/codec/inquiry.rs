//! Inquiries: which member is asked what about a conflict, and what it said.

use serde::{Deserialize, Serialize};

use super::ballot::{Sheet, Vote};
use super::claims::Matrix;
use crate::core::{Event, TaskId, ladder, voting};

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Made {
    task: TaskId,
    about: About,
    epoch: u64,
    by: TaskId,
    sheet: Sheet,
    again: Option<TaskId>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum About {
    Ballot,
    SecondLook,
    Position(u32),
    Opinion,
    Same(usize, usize),
    Claims,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answered {
    pub(super) task: TaskId,
    pub(super) by: TaskId,
    pub(super) said: Said,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Said {
    Vote(Vote),
    Position(Option<Position>),
    Opinion {
        choice: Option<usize>,
        because: String,
    },
    Same {
        same: bool,
        because: String,
    },
    Claims(Matrix),
    Nothing {
        why: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Position {
    Held,
    Changed { to: usize, because: String },
}

impl Made {
    pub(super) fn new(task: TaskId, inquiry: &ladder::Inquiry) -> Self {
        let ladder::Inquiry {
            about,
            epoch,
            by,
            sheet,
            again,
        } = inquiry;
        Self {
            task,
            about: (*about).into(),
            epoch: *epoch,
            by: *by,
            sheet: sheet.into(),
            again: *again,
        }
    }
}

impl From<Made> for Event {
    fn from(wire: Made) -> Self {
        Self::InquiryMade {
            task: wire.task,
            inquiry: ladder::Inquiry {
                about: wire.about.into(),
                epoch: wire.epoch,
                by: wire.by,
                sheet: wire.sheet.into(),
                again: wire.again,
            },
        }
    }
}

impl From<ladder::About> for About {
    fn from(about: ladder::About) -> Self {
        match about {
            ladder::About::Ballot => Self::Ballot,
            ladder::About::SecondLook => Self::SecondLook,
            ladder::About::Position(round) => Self::Position(round),
            ladder::About::Opinion => Self::Opinion,
            ladder::About::Same(one, other) => Self::Same(one, other),
            ladder::About::Claims => Self::Claims,
        }
    }
}

impl From<About> for ladder::About {
    fn from(wire: About) -> Self {
        match wire {
            About::Ballot => Self::Ballot,
            About::SecondLook => Self::SecondLook,
            About::Position(round) => Self::Position(round),
            About::Opinion => Self::Opinion,
            About::Same(one, other) => Self::Same(one, other),
            About::Claims => Self::Claims,
        }
    }
}

impl From<Answered> for Event {
    fn from(wire: Answered) -> Self {
        Self::InquiryAnswered {
            task: wire.task,
            by: wire.by,
            answered: wire.said.into(),
        }
    }
}

impl From<&ladder::Answered> for Said {
    fn from(answered: &ladder::Answered) -> Self {
        match answered.clone() {
            ladder::Answered::Vote(vote) => Self::Vote((&vote).into()),
            ladder::Answered::Position(position) => Self::Position(position.map(Into::into)),
            ladder::Answered::Opinion { choice, because } => Self::Opinion { choice, because },
            ladder::Answered::Same { same, because } => Self::Same { same, because },
            ladder::Answered::Claims(matrix) => Self::Claims((&matrix).into()),
            ladder::Answered::Nothing { why } => Self::Nothing { why },
        }
    }
}

impl From<Said> for ladder::Answered {
    fn from(wire: Said) -> Self {
        match wire {
            Said::Vote(vote) => Self::Vote(vote.into()),
            Said::Position(position) => Self::Position(position.map(Into::into)),
            Said::Opinion { choice, because } => Self::Opinion { choice, because },
            Said::Same { same, because } => Self::Same { same, because },
            Said::Claims(matrix) => Self::Claims(matrix.into()),
            Said::Nothing { why } => Self::Nothing { why },
        }
    }
}

impl From<voting::Position> for Position {
    fn from(position: voting::Position) -> Self {
        match position {
            voting::Position::Held => Self::Held,
            voting::Position::Changed { to, because } => Self::Changed { to, because },
        }
    }
}

impl From<Position> for voting::Position {
    fn from(wire: Position) -> Self {
        match wire {
            Position::Held => Self::Held,
            Position::Changed { to, because } => Self::Changed { to, because },
        }
    }
}
