//! What a key, a palette entry or a `:` command can mean.
//!
//! [`TABLE`] has a row for each action: name, words, default keys and where they work. What an action
//! does is the business of `update`.

mod context;
mod screen;
mod table;
mod tiling;

pub use context::Context;
pub use screen::Screen;
pub use table::{Entry, TABLE};
pub use tiling::Tiling;

/// What is done with answers that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dealing {
    /// Looks at a vote under the rule before.
    RulePrevious,
    /// Looks at a vote under the next rule.
    RuleNext,
    /// Looks at a vote with every vote weighing the same, or as earned.
    Weights,
    /// Looks at the answer before, of those that differ.
    PreviousAnswer,
    /// Looks at the next answer, of those that differ.
    NextAnswer,
    /// Writes the operator's own ballot.
    OwnBallot,
    /// Shows the ballots of a vote that goes on.
    Reveal,
    /// Has the members vote anew.
    VoteAnew,
    /// Has them hold another round.
    Round,
    /// Has an expert judge.
    AskExpert,
    /// Sends the answers back with a comment.
    SendBack,
    /// Opens all answers that differ, to make one of them.
    Merge,
}

/// How figures are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Look {
    /// Those of a shorter time.
    Shorter,
    /// Those of a longer time.
    Longer,
    /// As charts, or as a table.
    Chart,
    /// By kind of task, or by member again.
    Kinds,
    /// Sorted the other way round.
    Invert,
}

/// How a task is moved in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shift {
    /// Past the row above.
    Up,
    /// Past the row below.
    Down,
    /// Ahead of all others of its priority.
    First,
}

/// What is done in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reading {
    /// Opens all thoughts and steps of a transcript, or closes them.
    Cards,
    /// Goes to the turn before in a transcript.
    PreviousTurn,
    /// Goes to the turn after in a transcript.
    NextTurn,
    /// Copies the block of code at hand in a transcript.
    CopyBlock,
    /// Copies a whole transcript.
    CopySession,
    /// Goes to the next place of what is looked for.
    NextHit,
    /// Goes to the place before of what is looked for.
    PreviousHit,
}

/// What a key, a palette entry or a `:` command means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Sends the composed task.
    Send,
    /// Breaks the line in the composer.
    Newline,
    /// Takes the completion offered.
    Complete,
    /// Goes to an earlier task of the history.
    HistoryPrevious,
    /// Goes to a later task of the history.
    HistoryNext,
    /// Puts the keys into the composer.
    Compose,
    /// Goes to the composer with the strategy `think` written.
    Think,
    /// Opens or confirms what is selected.
    Enter,
    /// Goes one step back.
    Back,
    /// Moves or scrolls up by one.
    Up,
    /// Moves or scrolls down by one.
    Down,
    /// Moves to the left.
    Left,
    /// Moves to the right.
    Right,
    /// Moves or scrolls up by a page.
    PageUp,
    /// Moves or scrolls down by a page.
    PageDown,
    /// Goes to the first row.
    Top,
    /// Goes to the last row and follows new text.
    Bottom,
    /// Gives the keys to the next pane.
    NextPane,
    /// Gives the keys to the previous pane.
    PreviousPane,
    /// Selects the next item that waits for the operator.
    NextAttention,
    /// Selects the previous item that waits for the operator.
    PreviousAttention,
    /// Allows what the selected item asks, accepts the lesson, or applies what is recommended.
    Allow,
    /// Allows what the selected item asks, for the rest of the session.
    AllowForSession,
    /// Denies what the selected item asks, disputes the lesson, dismisses what is recommended, or takes
    /// none of the answers.
    Deny,
    /// Takes the answer of this number.
    Choose(u8),
    /// Gives the selected answer of the operator's own ballot so many points.
    Score(u8),
    /// Cancels the turn or task that is selected, or stops the check of its result.
    Cancel,
    /// Marks the selected row.
    Mark,
    /// Marks all rows that are like the selected one.
    MarkAlike,
    /// Cancels the selected task, removes the note or retires the lesson, after a question.
    Delete,
    /// Works a failed task again, starts a member's server again, or opens a conflict again.
    Retry,
    /// Gives the selected task a higher priority, or praises its result.
    Raise,
    /// Gives the selected task a lower priority, or blames its result.
    Lower,
    /// Moves the selected or marked tasks among those of their priority.
    Shift(Shift),
    /// Says of what kind the selected or marked tasks are.
    Relabel,
    /// Opens a session that knows what was said in the selected one.
    Fork,
    /// Calls the selected session or note otherwise.
    Rename,
    /// Archives the selected session, or brings it back.
    Archive,
    /// Shows archived sessions too, or no more.
    ShowArchived,
    /// Forgets the conversation of the selected session, after a question.
    ResetSession,
    /// Makes the next turns of a member in the selected session.
    UseSession,
    /// Shows what the agent of the selected session can be set to.
    Dials,
    /// Asks the server of the selected session which sessions it has.
    ListSessions,
    /// Writes the transcript of the selected session to a file, or opens the record of a conflict.
    Export,
    /// Shows the resources of the selected member's server.
    Resources,
    /// Follows the selected resource, or no more.
    Follow,
    /// Puts the selected resource into the draft.
    Quote,
    /// Searches transcripts, documents, decisions and lessons.
    Search,
    /// Shows what the room has learned, or the documents again.
    Lessons,
    /// Shows which calls were told of the document or the lesson.
    Told,
    /// Pins the document to a task's context, or unpins it.
    Pin,
    /// Goes to what the document, the lesson or the task leads to.
    Lead,
    /// Writes a new note into the shared memory.
    NewNote,
    /// Shows how a document came to be as it is.
    History,
    /// Saves the document that is being written.
    Save,
    /// Brings back what the last step in the composer removed, undoes the last one in the shared memory, or
    /// takes back what was recommended and applied.
    Undo,
    /// Shows the focused pane alone.
    Zoom,
    /// Copies the focused text to the clipboard; of a transcript, the turn at hand.
    Copy,
    /// Opens the text in `$EDITOR`.
    Edit,
    /// Shows in full what went wrong.
    Why,
    /// Writes the document in place, or the result of a task whose answers differ.
    Write,
    /// Looks at a conflict otherwise, or does something about it.
    Conflict(Dealing),
    /// Looks at figures otherwise.
    Figures(Look),
    /// Goes about in a text, or copies a part of it.
    Reading(Reading),
    /// Shows what the room recommends, or the figures again.
    Advice,
    /// Shows the queue as a board, or as a list again.
    Board,
    /// Shows the sessions in the next layout.
    NextTiling,
    /// Shows the sessions in this layout.
    Tile(Tiling),
    /// Puts the task into the composer as a new draft.
    Clone,
    /// Has the room check its servers.
    Check,
    /// The same, with real prompts to the members.
    CheckWithPrompts,
    /// Lists the themes.
    Theme,
    /// Shows what there is to know at first.
    Welcome,
    /// Narrows the list, or searches the text.
    Filter,
    /// Opens the `:` line.
    CommandLine,
    /// Shows what can be done with the selected row.
    Menu,
    /// Opens the palette.
    Palette,
    /// Copies the command line that does the same as what is chosen in the palette.
    CopyCommand,
    /// Opens the help.
    Help,
    /// Shows the room as it was after the selected event, or as it is again.
    Past,
    /// Goes to a screen.
    Go(Screen),
    /// Takes the mouse, or leaves it to the terminal, which selects text with it.
    Mouse,
    /// Draws the whole screen again.
    Redraw,
    /// Stops the console until `fg`.
    Suspend,
    /// Leaves the console.
    Quit,
}

impl Action {
    /// The row of the table.
    #[must_use]
    pub fn entry(self) -> Option<&'static Entry> {
        TABLE.iter().find(|e| e.action == self)
    }

    /// The action of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        TABLE.iter().find(|e| e.name == name).map(|e| e.action)
    }
}
