//! The one table of what the console can do.
//!
//! Owns names, descriptions and default keys. The help, the hint line, the palette, the `:` line
//! and `synod keys` are all made from [`TABLE`]; nothing else lists actions. What an action does
//! is the business of `update`.

/// A full screen of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Screen {
    /// Everything at a glance.
    #[default]
    Room,
    /// One session's whole transcript.
    Sessions,
    /// All tasks.
    Queue,
    /// Documents of the hub.
    Memory,
    /// Conflicts and decisions.
    Votes,
    /// What waits for the operator.
    Inbox,
    /// Figures.
    Metrics,
    /// The log of events.
    Journal,
}

impl Screen {
    /// All screens, in the order of their number keys.
    pub const ALL: [Self; 8] = [
        Self::Room,
        Self::Sessions,
        Self::Queue,
        Self::Memory,
        Self::Votes,
        Self::Inbox,
        Self::Metrics,
        Self::Journal,
    ];

    /// The name shown and typed.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Room => "Room",
            Self::Sessions => "Sessions",
            Self::Queue => "Queue",
            Self::Memory => "Memory",
            Self::Votes => "Votes",
            Self::Inbox => "Inbox",
            Self::Metrics => "Metrics",
            Self::Journal => "Journal",
        }
    }

    /// What going there is, in the palette and the help.
    const fn doc(self) -> &'static str {
        match self {
            Self::Room => "Go to the Room screen",
            Self::Sessions => "Go to the Sessions screen",
            Self::Queue => "Go to the Queue screen",
            Self::Memory => "Go to the Memory screen",
            Self::Votes => "Go to the Votes screen",
            Self::Inbox => "Go to the Inbox screen",
            Self::Metrics => "Go to the Metrics screen",
            Self::Journal => "Go to the Journal screen",
        }
    }

    /// The number key of the screen, from 1.
    #[must_use]
    pub fn number(self) -> usize {
        self as usize + 1
    }
}

/// Where a key is pressed. The same key may mean different things in different contexts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Writing a task.
    Composer,
    /// A list: sessions, tasks, inbox, journal.
    List,
    /// A text with scroll-back.
    Pane,
    /// Answers side by side.
    Choice,
    /// A dialog or the help.
    Overlay,
    /// A one-line input: palette, `:` line, filter.
    Input,
    /// A document that is being written.
    Editor,
}

impl Context {
    /// All contexts, in the order of the help.
    pub const ALL: [Self; 7] = [
        Self::Composer,
        Self::List,
        Self::Pane,
        Self::Choice,
        Self::Overlay,
        Self::Input,
        Self::Editor,
    ];

    /// The name shown in the help and in conflict errors.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Composer => "composer",
            Self::List => "lists",
            Self::Pane => "texts",
            Self::Choice => "answers",
            Self::Overlay => "dialogs",
            Self::Input => "inputs",
            Self::Editor => "editor",
        }
    }

    /// Whether letters are typed here: plain characters are then never bound.
    #[must_use]
    pub fn types_text(self) -> bool {
        matches!(self, Self::Composer | Self::Input | Self::Editor)
    }
}

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
    /// As a chart, or as a table again.
    Chart,
    /// Sorted the other way round.
    Invert,
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
    /// Cancels the selected task, removes the note or retires the lesson, after a question.
    Delete,
    /// Works a failed task again, starts a member's server again, or opens a conflict again.
    Retry,
    /// Gives the selected task a higher priority, or praises its result.
    Raise,
    /// Gives the selected task a lower priority, or blames its result.
    Lower,
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
    /// Searches all transcripts.
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
    /// Copies the focused text to the clipboard.
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
    /// Shows what the room recommends, or the figures again.
    Advice,
    /// Has the room check its servers.
    Check,
    /// The same, with real prompts to the members.
    CheckWithPrompts,
    /// Lists the themes.
    Theme,
    /// Narrows the list.
    Filter,
    /// Opens the `:` line.
    CommandLine,
    /// Opens the palette.
    Palette,
    /// Opens the help.
    Help,
    /// Goes to a screen.
    Go(Screen),
    /// Draws the whole screen again.
    Redraw,
    /// Stops the console until `fg`.
    Suspend,
    /// Leaves the console.
    Quit,
}

/// What the table says of one action.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The action.
    pub action: Action,
    /// Its name in the configuration, the palette and the `:` line.
    pub name: &'static str,
    /// One line on what it does.
    pub doc: &'static str,
    /// The word in the hint line; empty where it would be noise.
    pub hint: &'static str,
    /// Default keys.
    pub keys: &'static [&'static str],
    /// Where the keys work.
    pub contexts: &'static [Context],
    /// Neighbours with the same text are one row of the help.
    pub fold: &'static str,
}

use Context::{Choice, Composer, Editor, Input, List, Overlay, Pane};

const PANES: &[Context] = &[List, Pane];
const LOOKS_IN: &[Context] = &[List, Pane, Overlay];
const TILED: &[Context] = &[Composer, List, Pane];
const ANSWERS: &[Context] = &[List, Pane, Choice];
const RANKS: &[Context] = &[List, Overlay];
const MOVES: &[Context] = &[List, Pane, Choice, Overlay, Input];
const LOOKS: &[Context] = &[List, Pane, Choice, Overlay];
const EVERYWHERE: &[Context] = &Context::ALL;

const fn entry(
    action: Action,
    name: &'static str,
    doc: &'static str,
    hint: &'static str,
    keys: &'static [&'static str],
    contexts: &'static [Context],
) -> Entry {
    Entry {
        action,
        name,
        doc,
        hint,
        keys,
        contexts,
        fold: "",
    }
}

const fn go(screen: Screen, name: &'static str, keys: &'static [&'static str]) -> Entry {
    Entry {
        action: Action::Go(screen),
        name,
        doc: screen.doc(),
        hint: "",
        keys,
        contexts: TILED,
        fold: "Go to a screen",
    }
}

const fn choose(number: u8, name: &'static str, keys: &'static [&'static str]) -> Entry {
    Entry {
        action: Action::Choose(number),
        name,
        doc: "Select the answer of this letter or number",
        hint: "",
        keys,
        contexts: &[Choice],
        fold: "Select the answer of this letter or number",
    }
}

const fn score(points: u8, name: &'static str, keys: &'static [&'static str]) -> Entry {
    const DOC: &str = "Give the answer so many of ten points, on your ballot";
    Entry {
        action: Action::Score(points),
        name,
        doc: DOC,
        hint: "",
        keys,
        contexts: &[Overlay],
        fold: DOC,
    }
}

/// Every action, in the order of the hint line and the help.
#[rustfmt::skip]
pub const TABLE: &[Entry] = &[
    entry(Action::Send, "send", "Send the task to the room", "send", &["enter"], &[Composer]),
    entry(Action::Newline, "newline", "Start a new line in the task", "new line", &["alt-enter", "ctrl-j"], &[Composer]),
    entry(Action::Complete, "complete", "Take the completion offered, or go to the next pane", "", &["tab"], &[Composer]),
    entry(Action::HistoryPrevious, "history-previous", "Go to an earlier task", "", &["up"], &[Composer]),
    entry(Action::HistoryNext, "history-next", "Go to a later task", "", &["down"], &[Composer]),
    entry(Action::Enter, "open", "Open what is selected, or confirm", "open", &["enter"], MOVES),
    entry(Action::Compose, "compose", "Write a task", "write", &["i"], &[List, Pane]),
    entry(Action::Think, "think", "Write a task that one member thinks through step by step", "", &["T"], &[List, Pane]),
    entry(Action::Back, "back", "Go one step back; from the composer to the panes", "back", &["esc"], EVERYWHERE),
    entry(Action::Write, "write-result", "Write the document, plan or disputed result in place", "", &["w"], &[List, Pane, Choice]),
    entry(Action::Save, "save", "Save the document that is being written", "save", &["ctrl-s"], &[Editor]),
    entry(Action::NewNote, "new-note", "Write a new note into the shared memory", "", &["n"], PANES),
    entry(Action::History, "history", "Show how the document came to be as it is", "", &["t"], LOOKS_IN),
    entry(Action::Lessons, "lessons", "Show what the room has learned, or the documents again", "", &["K"], PANES),
    entry(Action::Told, "told", "Show which calls were told of the document or the lesson", "", &["W"], LOOKS_IN),
    entry(Action::Pin, "pin", "Pin the document to a task or to all, or unpin it", "", &["p"], LOOKS_IN),
    entry(Action::Lead, "go-to", "Go to the document, lesson or task that belongs to it", "", &["o"], LOOKS_IN),
    entry(Action::Allow, "allow", "Allow or approve it, accept the lesson, apply the advice", "", &["a"], PANES),
    entry(Action::AllowForSession, "allow-session", "Allow it for the rest of the session", "", &["s"], PANES),
    entry(Action::Deny, "deny", "Deny, refuse, dispute or dismiss it, or take no answer", "", &["d"], PANES),
    entry(Action::Conflict(Dealing::Merge), "merge", "Open all answers that differ, to make one of them", "", &["m"], ANSWERS),
    entry(Action::Conflict(Dealing::OwnBallot), "ballot", "Rank the answers yourself, before you see how others did", "", &["b"], PANES),
    entry(Action::Conflict(Dealing::Reveal), "reveal", "Show the ballots of a vote that goes on", "", &["B"], PANES),
    entry(Action::Conflict(Dealing::PreviousAnswer), "previous-answer", "Look at the answer before", "", &[","], PANES),
    entry(Action::Conflict(Dealing::NextAnswer), "next-answer", "Look at the next answer", "", &["."], PANES),
    entry(Action::Conflict(Dealing::RulePrevious), "previous-rule", "Look at the vote under the rule before", "", &["<"], PANES),
    entry(Action::Conflict(Dealing::RuleNext), "next-rule", "Look at the vote under the next rule", "", &[">"], PANES),
    entry(Action::Conflict(Dealing::Weights), "weights", "Look at the vote with equal weights, or as earned", "", &["="], PANES),
    entry(Action::Conflict(Dealing::VoteAnew), "vote-anew", "Have the members vote anew on the answers", "", &["V"], PANES),
    entry(Action::Conflict(Dealing::Round), "round", "Have them hold another round", "", &["O"], PANES),
    entry(Action::Conflict(Dealing::AskExpert), "expert", "Have the expert judge the answers", "", &["x"], PANES),
    entry(Action::Conflict(Dealing::SendBack), "send-back", "Send the answers back with a comment", "", &["f"], PANES),
    entry(Action::Figures(Look::Shorter), "shorter-time", "Look at the figures of a shorter time", "", &["{"], PANES),
    entry(Action::Figures(Look::Longer), "longer-time", "Look at the figures of a longer time", "", &["}"], PANES),
    entry(Action::Figures(Look::Chart), "chart", "Show the figures as a chart, or as a table again", "", &["P"], PANES),
    entry(Action::Figures(Look::Invert), "invert", "Sort the figures the other way round", "", &["I"], PANES),
    entry(Action::Advice, "advice", "Show what the room recommends, or the figures again", "", &["M"], PANES),
    choose(1, "choose-1", &["a", "1"]),
    choose(2, "choose-2", &["b", "2"]),
    choose(3, "choose-3", &["c", "3"]),
    choose(4, "choose-4", &["d", "4"]),
    choose(5, "choose-5", &["e", "5"]),
    choose(6, "choose-6", &["f", "6"]),
    choose(7, "choose-7", &["7"]),
    choose(8, "choose-8", &["8"]),
    choose(9, "choose-9", &["9"]),
    score(0, "score-0", &["0"]),
    score(1, "score-1", &["1"]),
    score(2, "score-2", &["2"]),
    score(3, "score-3", &["3"]),
    score(4, "score-4", &["4"]),
    score(5, "score-5", &["5"]),
    score(6, "score-6", &["6"]),
    score(7, "score-7", &["7"]),
    score(8, "score-8", &["8"]),
    score(9, "score-9", &["9"]),
    entry(Action::Up, "up", "Move or scroll up", "", &["up", "k"], MOVES),
    entry(Action::Down, "down", "Move or scroll down", "", &["down", "j"], MOVES),
    entry(Action::Left, "left", "Move left; to the part of the conflict or the figure before", "", &["left", "h"], LOOKS),
    entry(Action::Right, "right", "Move right; to the next part of the conflict or figure", "", &["right", "l"], LOOKS),
    entry(Action::PageUp, "page-up", "Scroll up by a page", "", &["pageup", "ctrl-u"], LOOKS),
    entry(Action::PageDown, "page-down", "Scroll down by a page", "", &["pagedown", "ctrl-d"], LOOKS),
    entry(Action::Top, "top", "Go to the first row", "", &["g", "home"], LOOKS),
    entry(Action::Bottom, "bottom", "Go to the last row and follow new text", "", &["G", "end"], LOOKS),
    entry(Action::NextPane, "next-pane", "Give the keys to the next pane", "pane", &["tab"], PANES),
    entry(Action::PreviousPane, "previous-pane", "Give the keys to the previous pane", "", &["shift-tab"], TILED),
    entry(Action::NextAttention, "next-attention", "Select the next item that waits for you", "", &["]", "alt-]"], TILED),
    entry(Action::PreviousAttention, "previous-attention", "Select the previous item that waits for you", "", &["[", "alt-["], TILED),
    entry(Action::Zoom, "zoom", "Show the focused pane alone", "zoom", &["z"], PANES),
    entry(Action::Cancel, "cancel", "Clear the draft, or cancel the selected turn or task", "", &["ctrl-c"], EVERYWHERE),
    entry(Action::Mark, "mark", "Mark the row, or tie the answer with the one above", "", &["space"], RANKS),
    entry(Action::Delete, "delete", "Cancel the task, remove the note, or retire the lesson", "", &["D"], PANES),
    entry(Action::Retry, "retry", "Work, start or settle again what is selected", "", &["r"], PANES),
    entry(Action::Raise, "raise", "Raise the task's priority, praise its result, or raise the answer's rank", "", &["+"], RANKS),
    entry(Action::Lower, "lower", "Lower the task's priority, blame its result, or lower the answer's rank", "", &["minus"], RANKS),
    entry(Action::Relabel, "kind", "Say of what kind the selected or marked tasks are", "", &["#"], PANES),
    entry(Action::Fork, "fork", "Open a session that knows what was said in this one", "", &["F"], PANES),
    entry(Action::Rename, "rename", "Call the selected session or note otherwise", "", &["N"], PANES),
    entry(Action::Archive, "archive", "Archive the selected session, or bring it back", "", &["A"], PANES),
    entry(Action::ShowArchived, "archived", "Show archived sessions too, or hide them", "", &["H"], PANES),
    entry(Action::ResetSession, "reset", "Forget the session's conversation, after a question", "", &["X"], PANES),
    entry(Action::UseSession, "use", "Make the member's next turns in the selected session", "", &["U"], PANES),
    entry(Action::ListSessions, "server-sessions", "Ask the member's server which sessions it has", "", &["L"], PANES),
    entry(Action::Export, "export", "Write the session, or show the conflict, as Markdown", "", &["E"], PANES),
    entry(Action::Resources, "resources", "Show the resources of the member's server", "", &["R"], PANES),
    entry(Action::Follow, "follow", "Follow the resource, or follow it no more", "", &["s"], &[Overlay]),
    entry(Action::Quote, "quote", "Put the resource into the task", "", &["i"], &[Overlay]),
    entry(Action::Search, "search", "Search all transcripts", "", &["S"], PANES),
    entry(Action::Undo, "undo", "Bring back the draft, or undo a note or an advice", "", &["u", "alt-u"], TILED),
    entry(Action::Copy, "copy", "Copy the focused text to the clipboard", "", &["y"], LOOKS),
    entry(Action::Edit, "edit", "Open the draft or the focused text in $EDITOR", "", &["e", "alt-e"], &[Composer, List, Pane, Input, Editor]),
    entry(Action::Check, "check", "Check the servers, the disk and the room, as `synod doctor` does", "", &["c"], LOOKS_IN),
    entry(Action::CheckWithPrompts, "check-ask", "Check them with two real prompts a member, which may cost", "", &["C"], LOOKS_IN),
    entry(Action::Why, "why", "Show in full what went wrong, as the server said it", "", &["v"], LOOKS_IN),
    entry(Action::Theme, "theme", "Show the themes, with a look at each; or by `:theme NAME`", "", &["Z"], LOOKS_IN),
    entry(Action::Filter, "filter", "Narrow the list; in the memory, search all documents", "filter", &["/"], LOOKS_IN),
    entry(Action::CommandLine, "command", "Type a command by its name", "command", &[":"], PANES),
    entry(Action::Palette, "palette", "Find any action", "palette", &["ctrl-p"], TILED),
    entry(Action::Help, "help", "Show all keys", "keys", &["?", "f1"], &[Composer, List, Pane, Choice, Overlay]),
    go(Screen::Room, "room", &["1", "alt-1"]),
    go(Screen::Sessions, "sessions", &["2", "alt-2"]),
    go(Screen::Queue, "queue", &["3", "alt-3"]),
    go(Screen::Memory, "memory", &["4", "alt-4"]),
    go(Screen::Votes, "votes", &["5", "alt-5"]),
    go(Screen::Inbox, "inbox", &["6", "alt-6"]),
    go(Screen::Metrics, "metrics", &["7", "alt-7"]),
    go(Screen::Journal, "journal", &["8", "alt-8"]),
    entry(Action::Redraw, "redraw", "Draw the whole screen again", "", &["ctrl-l"], EVERYWHERE),
    entry(Action::Suspend, "suspend", "Stop the console until `fg`; the room goes on", "", &["ctrl-z"], EVERYWHERE),
    entry(Action::Quit, "quit", "Leave; while work runs you are asked what becomes of it", "", &["q", "ctrl-q"], TILED),
];

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_actions_are_unique_and_described() {
        let names: BTreeSet<_> = TABLE.iter().map(|e| e.name).collect();
        assert_eq!(names.len(), TABLE.len());
        let actions: BTreeSet<_> = TABLE.iter().map(|e| e.action).collect();
        assert_eq!(actions.len(), TABLE.len());
        for e in TABLE {
            assert!(!e.doc.is_empty() && !e.doc.ends_with('.'), "{}", e.name);
            assert!(!e.contexts.is_empty() && !e.keys.is_empty(), "{}", e.name);
        }
    }

    #[test]
    fn the_number_keys_follow_the_screens() {
        for screen in Screen::ALL {
            let entry = Action::Go(screen).entry().unwrap();
            assert_eq!(entry.keys[0], screen.number().to_string());
            assert_eq!(entry.name, screen.title().to_lowercase());
        }
    }
}
