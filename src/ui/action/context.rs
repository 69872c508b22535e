//! Where a key is pressed. Which context it is now is known by the model.

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
    /// The line of events below the room as it was.
    Past,
}

impl Context {
    /// All contexts, in the order of the help.
    pub const ALL: [Self; 8] = [
        Self::Composer,
        Self::List,
        Self::Pane,
        Self::Choice,
        Self::Overlay,
        Self::Input,
        Self::Editor,
        Self::Past,
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
            Self::Past => "past",
        }
    }

    /// Whether letters are typed here: plain characters are then never bound.
    #[must_use]
    pub fn types_text(self) -> bool {
        matches!(self, Self::Composer | Self::Input | Self::Editor)
    }
}
