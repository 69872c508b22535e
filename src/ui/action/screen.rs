//! The full screens of the console, in the order of their number keys. What is on them is drawn by `view`.

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
    pub(super) const fn doc(self) -> &'static str {
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
