//! The one table of what the console can do.
//!
//! Owns names, descriptions, default keys and the commands that do the same. The help, the hint line, the
//! palette, the menu, the `:` line and `synod keys` are all made from [`TABLE`]; nothing else lists actions.

use super::Context::{self, Choice, Composer, Editor, Input, List, Overlay, Pane, Past};
use super::{Action, Dealing, Look, Reading, Screen, Shift, Tiling};

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
    /// Commands that do the same: the first one whose `{words}` the selected thing can fill.
    pub cli: &'static [&'static str],
}

impl Entry {
    /// The same row with its commands.
    const fn cli(mut self, cli: &'static [&'static str]) -> Self {
        self.cli = cli;
        self
    }
}

const PANES: &[Context] = &[List, Pane];
const LOOKS_IN: &[Context] = &[List, Pane, Overlay];
const TILED: &[Context] = &[Composer, List, Pane, Past];
const WALKED: &[Context] = &[List, Pane, Past];
const ANSWERS: &[Context] = &[List, Pane, Choice];
const RANKS: &[Context] = &[List, Overlay];
const MOVES: &[Context] = &[List, Pane, Choice, Overlay, Input, Past];
const LOOKS: &[Context] = &[List, Pane, Choice, Overlay, Past];
const HITS: &[Context] = &[Pane, Input];
const FILTERED: &[&str] = &["synod journal {filter}", "synod journal -- {without}"];
const JOURNAL: &[&str] = &[FILTERED[0], FILTERED[1], "synod journal"];
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
        cli: &[],
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
        cli: &[],
    }
}

const fn tile(tiling: Tiling, name: &'static str, keys: &'static [&'static str]) -> Entry {
    Entry {
        action: Action::Tile(tiling),
        name,
        doc: tiling.doc(),
        hint: "",
        keys,
        contexts: PANES,
        fold: "Show the sessions as a list, tabs, columns or a grid",
        cli: &[],
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
        cli: &[],
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
        cli: &[],
    }
}

/// Every action, in the order of the hint line and the help.
#[rustfmt::skip]
pub const TABLE: &[Entry] = &[
    entry(Action::Send, "send", "Send the task to the room", "send", &["enter"], &[Composer]),
    entry(Action::Newline, "newline", "Start a new line in the task", "new line", &["alt-enter", "ctrl-j", "shift-enter"], &[Composer]),
    entry(Action::Complete, "complete", "Take the completion offered, or go to the next pane", "", &["tab"], &[Composer]),
    entry(Action::HistoryPrevious, "history-previous", "Go to an earlier task", "", &["up"], &[Composer]),
    entry(Action::HistoryNext, "history-next", "Go to a later task", "", &["down"], &[Composer]),
    entry(Action::Enter, "open", "Open what is selected, or confirm", "open", &["enter"], MOVES),
    entry(Action::Compose, "compose", "Write a task", "write", &["i"], &[List, Pane]).cli(&["synod run TASK"]),
    entry(Action::Think, "think", "Write a task that one member thinks through step by step", "", &["T"], &[List, Pane]).cli(&["synod run TASK --strategy think"]),
    entry(Action::Back, "back", "Go one step back; from the composer to the panes", "back", &["esc"], EVERYWHERE),
    entry(Action::Write, "write-result", "Write the document, task, plan or disputed result in place", "", &["w"], &[List, Pane, Choice]).cli(&["synod task edit {waiting} TEXT"]),
    entry(Action::Save, "save", "Save the document that is being written", "save", &["ctrl-s"], &[Editor]),
    entry(Action::NewNote, "new-note", "Write a new note into the shared memory", "", &["n"], PANES),
    entry(Action::History, "history", "Show how the document came to be as it is", "", &["t"], LOOKS_IN),
    entry(Action::Lessons, "lessons", "Show what the room has learned, or the documents again", "", &["K"], PANES).cli(&["synod lesson list"]),
    entry(Action::Told, "told", "Show which calls were told of the document or the lesson", "", &["W"], LOOKS_IN),
    entry(Action::Pin, "pin", "Pin the document to a task or to all, or unpin it", "", &["p"], LOOKS_IN).cli(&["synod pin {document}"]),
    entry(Action::Lead, "go-to", "Go to the document, lesson, task or sessions that belong to it", "", &["o"], LOOKS_IN),
    entry(Action::Allow, "allow", "Allow or approve it, accept the lesson, apply the advice", "", &["a"], PANES).cli(&["synod lesson accept {lesson}", "synod advice {advice} apply", "synod lesson settle {dispute} newer"]),
    entry(Action::AllowForSession, "allow-session", "Allow it for the rest of the session", "", &["s"], PANES).cli(&["synod lesson settle {dispute} both"]),
    entry(Action::Deny, "deny", "Deny, refuse, dispute or dismiss it, or take no answer", "", &["d"], PANES).cli(&["synod lesson dispute {lesson} WHY", "synod advice {advice} dismiss", "synod lesson settle {dispute} older"]),
    entry(Action::Conflict(Dealing::Merge), "merge", "Open all answers that differ, to make one of them", "", &["m"], ANSWERS),
    entry(Action::Conflict(Dealing::OwnBallot), "ballot", "Rank the answers yourself, before you see how others did", "", &["b"], PANES),
    entry(Action::Conflict(Dealing::Reveal), "reveal", "Show the ballots of a vote that goes on", "", &["B"], PANES),
    entry(Action::Conflict(Dealing::PreviousAnswer), "previous-answer", "Look at the answer before", "", &[","], PANES),
    entry(Action::Conflict(Dealing::NextAnswer), "next-answer", "Look at the next answer", "", &[";"], PANES),
    entry(Action::Conflict(Dealing::RulePrevious), "previous-rule", "Look at the vote under the rule before", "", &["<"], PANES).cli(&["synod verify {conflict}"]),
    entry(Action::Conflict(Dealing::RuleNext), "next-rule", "Look at the vote under the next rule", "", &[">"], PANES).cli(&["synod verify {conflict}"]),
    entry(Action::Conflict(Dealing::Weights), "weights", "Look at the vote with equal weights, or as earned", "", &["="], PANES),
    entry(Action::Conflict(Dealing::VoteAnew), "vote-anew", "Have the members vote anew on the answers", "", &["V"], PANES),
    entry(Action::Conflict(Dealing::Round), "round", "Have them hold another round", "", &["O"], PANES),
    entry(Action::Conflict(Dealing::AskExpert), "expert", "Have the expert judge the answers", "", &["x"], PANES),
    entry(Action::Conflict(Dealing::SendBack), "send-back", "Send the answers back with a comment", "", &["f"], PANES),
    entry(Action::Figures(Look::Shorter), "shorter-time", "Look at the figures of a shorter time", "", &["{"], PANES),
    entry(Action::Figures(Look::Longer), "longer-time", "Look at the figures of a longer time", "", &["}"], PANES),
    entry(Action::Figures(Look::Chart), "chart", "Show the figures as a table, or as charts again", "", &["P"], PANES),
    entry(Action::Figures(Look::Kinds), "breakdown", "Show the figures by sort of task, or by member again", "", &["%"], PANES),
    entry(Action::Figures(Look::Invert), "invert", "Sort the figures the other way round", "", &["I"], PANES),
    entry(Action::Advice, "advice", "Show what the room recommends, or the figures again", "", &["M"], PANES).cli(&["synod advice"]),
    entry(Action::Board, "board", "Show the queue as a board, or as a list again", "", &["|"], PANES),
    entry(Action::NextTiling, "layout", "Show the sessions otherwise: list, tabs, columns, grid", "", &["\\"], PANES),
    tile(Tiling::List, "layout-list", &["alt-l"]),
    tile(Tiling::Tabs, "layout-tabs", &["alt-t"]),
    tile(Tiling::Columns, "layout-columns", &["alt-c"]),
    tile(Tiling::Grid, "layout-grid", &["alt-g"]),
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
    entry(Action::Left, "left", "Move left; to the part of the conflict, the figure or event before", "", &["left", "h"], LOOKS),
    entry(Action::Right, "right", "Move right; to the next part of the conflict, figure or event", "", &["right", "l"], LOOKS),
    entry(Action::PageUp, "page-up", "Scroll up by a page", "", &["pageup", "ctrl-u"], LOOKS),
    entry(Action::PageDown, "page-down", "Scroll down by a page", "", &["pagedown", "ctrl-d"], LOOKS),
    entry(Action::Top, "top", "Go to the first row", "", &["g", "home"], LOOKS),
    entry(Action::Bottom, "bottom", "Go to the last row and follow new text", "", &["G", "end"], LOOKS),
    entry(Action::Reading(Reading::Cards), "cards", "Open all thoughts and steps of the transcript, or close them", "", &["alt-o"], PANES),
    entry(Action::Reading(Reading::PreviousTurn), "previous-turn", "Go to the turn before in the transcript", "", &["("], PANES),
    entry(Action::Reading(Reading::NextTurn), "next-turn", "Go to the turn after, and from the last one to the end", "", &[")"], PANES),
    entry(Action::NextPane, "next-pane", "Give the keys to the next pane", "pane", &["tab"], WALKED),
    entry(Action::PreviousPane, "previous-pane", "Give the keys to the previous pane", "", &["shift-tab"], TILED),
    entry(Action::NextAttention, "next-attention", "Select the next item that waits for you", "", &["]", "alt-]"], TILED),
    entry(Action::PreviousAttention, "previous-attention", "Select the previous item that waits for you", "", &["[", "alt-["], TILED),
    entry(Action::Zoom, "zoom", "Show the focused pane alone", "zoom", &["z"], PANES),
    entry(Action::Cancel, "cancel", "Clear the draft, or cancel the selected turn or task", "", &["ctrl-c"], EVERYWHERE),
    entry(Action::Mark, "mark", "Mark the row, or tie the answer with the one above", "", &["space"], RANKS),
    entry(Action::Delete, "delete", "Cancel the task, remove the note, or retire the lesson", "", &["D"], PANES).cli(&["synod lesson retire {lesson} WHY", "synod lesson settle {dispute} neither"]),
    entry(Action::Clone, "clone", "Put the task's text and options into a new draft", "", &["&"], PANES),
    entry(Action::Retry, "retry", "Work, start or settle again what is selected or marked", "", &["r"], PANES),
    entry(Action::Raise, "raise", "Raise the task's priority, praise its result, or raise the answer's rank", "", &["+"], RANKS),
    entry(Action::Lower, "lower", "Lower the task's priority, blame its result, or lower the answer's rank", "", &["minus"], RANKS),
    entry(Action::Shift(Shift::Up), "move-up", "Move the waiting task ahead of the one above", "", &["alt-up"], PANES).cli(&["synod task move {waiting} --ahead-of {above}"]),
    entry(Action::Shift(Shift::Down), "move-down", "Move the waiting task behind the one below", "", &["alt-down"], PANES).cli(&["synod task move {waiting} --behind {below}"]),
    entry(Action::Shift(Shift::First), "move-first", "Move the waiting task ahead of all others of its priority", "", &["alt-home"], PANES),
    entry(Action::MarkAlike, "mark-alike", "Mark all rows that are like the selected one, or none of them", "", &["*"], PANES),
    entry(Action::Relabel, "kind", "Say of what kind the selected or marked tasks are", "", &["#"], PANES).cli(&["synod kind {task} {kind}"]),
    entry(Action::Fork, "fork", "Open a session that knows what was said in this one", "", &["F"], PANES),
    entry(Action::Rename, "rename", "Call the selected session or note otherwise", "", &["N"], PANES),
    entry(Action::Archive, "archive", "Archive the selected session, or bring it back", "", &["A"], PANES),
    entry(Action::ShowArchived, "archived", "Show archived sessions too, or hide them", "", &["H"], PANES),
    entry(Action::ResetSession, "reset", "Forget the session's conversation, after a question", "", &["X"], PANES),
    entry(Action::UseSession, "use", "Make the member's next turns in the selected session", "", &["U"], PANES),
    entry(Action::Dials, "settings", "Show and set the session's mode, model and the like", "", &["alt-s"], LOOKS_IN).cli(&["synod session show {session}"]),
    entry(Action::ListSessions, "server-sessions", "Ask the member's server which sessions it has", "", &["L"], PANES),
    entry(Action::Export, "export", "Write the session, or show the conflict, as Markdown", "", &["E"], PANES).cli(&["synod session export {session}", "synod verify {conflict} --export conflict-{conflict}.md"]),
    entry(Action::Resources, "resources", "Show the resources of the member's server", "", &["R"], PANES),
    entry(Action::Follow, "follow", "Follow the resource, or follow it no more", "", &["s"], &[Overlay]),
    entry(Action::Quote, "quote", "Put the resource into the task", "", &["i"], &[Overlay]),
    entry(Action::Search, "search", "Search everything: transcripts, documents, decisions, lessons", "", &["ctrl-f", "S"], TILED).cli(&["synod journal --search WORDS"]),
    entry(Action::Undo, "undo", "Bring back the draft or a task's text, or undo a note or an advice", "", &["u", "alt-u"], TILED).cli(&["synod advice {advice} take-back"]),
    entry(Action::Copy, "copy", "Copy the focused text to the clipboard; of a transcript, the turn", "", &["y"], &[List, Pane, Choice, Overlay]),
    entry(Action::Reading(Reading::CopyBlock), "copy-block", "Copy the block of code in sight in the transcript", "", &["alt-y"], PANES),
    entry(Action::Reading(Reading::CopySession), "copy-session", "Copy the whole transcript", "", &["Y"], PANES),
    entry(Action::Edit, "edit", "Open the draft or the focused text in $EDITOR", "", &["e", "alt-e"], &[Composer, List, Pane, Input, Editor]),
    entry(Action::Check, "check", "Check the servers, the disk and the room, as `synod doctor` does", "", &["c"], LOOKS_IN).cli(&["synod doctor"]),
    entry(Action::CheckWithPrompts, "check-ask", "Check them with two real prompts a member, which may cost", "", &["C"], LOOKS_IN).cli(&["synod doctor --ask"]),
    entry(Action::Why, "why", "Show in full what went wrong, as the server said it", "", &["v"], LOOKS_IN),
    entry(Action::Theme, "theme", "Show the themes, with a look at each; or by `:theme NAME`", "", &["Z"], LOOKS_IN).cli(&["synod themes"]),
    entry(Action::Welcome, "welcome", "Show the welcome: what is on this machine, the shared memory, themes", "", &["f2"], &[Composer, List, Pane, Overlay]).cli(&["synod init"]),
    entry(Action::Filter, "filter", "Narrow the list, or search the text; from the memory's list, all documents", "filter", &["/"], LOOKS_IN).cli(FILTERED),
    entry(Action::Reading(Reading::NextHit), "next-hit", "Go to the next place of what is looked for (also n)", "", &["alt-n"], HITS),
    entry(Action::Reading(Reading::PreviousHit), "previous-hit", "Go to the place before of what is looked for (also N)", "", &["alt-p"], HITS),
    entry(Action::Menu, "menu", "Show what can be done with the selected row", "menu", &["."], PANES),
    entry(Action::CommandLine, "command", "Type a command by its name", "command", &[":"], WALKED),
    entry(Action::Palette, "palette", "Find any action, member, session, task, document or conflict", "palette", &["ctrl-p"], TILED),
    entry(Action::CopyCommand, "copy-command", "In the palette or the Journal's filter, copy the command line that does the same", "", &["ctrl-y"], &[Input]),
    entry(Action::Help, "help", "Show all keys, those that fit here first; / finds some", "keys", &["?", "f1"], &[Composer, List, Pane, Choice, Overlay, Past]).cli(&["synod keys"]),
    entry(Action::Past, "as-it-was", "Show the whole room as it was after the selected event, or as it is again", "", &["@"], WALKED),
    go(Screen::Room, "room", &["1", "alt-1"]),
    go(Screen::Sessions, "sessions", &["2", "alt-2"]).cli(&["synod session list"]),
    go(Screen::Queue, "queue", &["3", "alt-3"]),
    go(Screen::Memory, "memory", &["4", "alt-4"]),
    go(Screen::Votes, "votes", &["5", "alt-5"]),
    go(Screen::Inbox, "inbox", &["6", "alt-6"]),
    go(Screen::Metrics, "metrics", &["7", "alt-7"]).cli(&["synod metrics"]),
    go(Screen::Journal, "journal", &["8", "alt-8"]).cli(JOURNAL),
    entry(Action::Mouse, "mouse", "Take the mouse, or leave it to the terminal to select text", "", &["alt-m"], TILED),
    entry(Action::Redraw, "redraw", "Draw the whole screen again", "", &["ctrl-l"], EVERYWHERE),
    entry(Action::Suspend, "suspend", "Stop the console until `fg`; the room goes on", "", &["ctrl-z"], EVERYWHERE),
    entry(Action::Quit, "quit", "Leave; while work runs you are asked what becomes of it", "", &["q", "ctrl-q"], TILED),
];

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
