//! Which actions make sense where nothing is drawn.

use crate::ui::action::{Action, Dealing, Look};

/// What an action needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    /// Nothing.
    Anywhere,
    /// A row that was told.
    Row,
    /// A screen that is drawn; here there is nothing to it.
    Drawn,
}

/// What an action needs here.
pub(super) fn of(action: Action) -> Sense {
    match action {
        Action::Go(_)
        | Action::Quit
        | Action::Suspend
        | Action::Help
        | Action::Menu
        | Action::Back
        | Action::Search
        | Action::Lessons
        | Action::Advice
        | Action::Check
        | Action::CheckWithPrompts
        | Action::ShowArchived
        | Action::Filter
        | Action::NextAttention
        | Action::PreviousAttention
        | Action::Figures(Look::Shorter | Look::Longer | Look::Kinds) => Sense::Anywhere,
        Action::Enter
        | Action::Allow
        | Action::AllowForSession
        | Action::Deny
        | Action::Cancel
        | Action::Delete
        | Action::Retry
        | Action::Raise
        | Action::Lower
        | Action::Shift(_)
        | Action::Relabel
        | Action::Fork
        | Action::Rename
        | Action::Archive
        | Action::ResetSession
        | Action::UseSession
        | Action::Dials
        | Action::ListSessions
        | Action::Export
        | Action::Told
        | Action::Pin
        | Action::Lead
        | Action::History
        | Action::Undo
        | Action::Why
        | Action::Write
        | Action::Left
        | Action::Right
        | Action::Conflict(
            Dealing::Reveal
            | Dealing::VoteAnew
            | Dealing::Round
            | Dealing::AskExpert
            | Dealing::SendBack
            | Dealing::PreviousAnswer
            | Dealing::NextAnswer
            | Dealing::RulePrevious
            | Dealing::RuleNext
            | Dealing::Weights,
        ) => Sense::Row,
        Action::Send
        | Action::Newline
        | Action::Complete
        | Action::HistoryPrevious
        | Action::HistoryNext
        | Action::Compose
        | Action::Think
        | Action::Up
        | Action::Down
        | Action::PageUp
        | Action::PageDown
        | Action::Top
        | Action::Bottom
        | Action::NextPane
        | Action::PreviousPane
        | Action::Choose(_)
        | Action::Score(_)
        | Action::Mark
        | Action::MarkAlike
        | Action::Resources
        | Action::Follow
        | Action::Quote
        | Action::NewNote
        | Action::Save
        | Action::Zoom
        | Action::Copy
        | Action::Edit
        | Action::Conflict(Dealing::OwnBallot | Dealing::Merge)
        | Action::Figures(Look::Chart | Look::Invert)
        | Action::Theme
        | Action::Welcome
        | Action::Reading(_)
        | Action::Board
        | Action::NextTiling
        | Action::Tile(_)
        | Action::Clone
        | Action::Past
        | Action::CommandLine
        | Action::Palette
        | Action::CopyCommand
        | Action::Mouse
        | Action::Redraw => Sense::Drawn,
    }
}
