//! How the Sessions screen shows the sessions. What stands where then is known by `tiles`.

/// A layout of the Sessions screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Tiling {
    /// A list beside one transcript.
    #[default]
    List,
    /// One transcript, the sessions in a line above it.
    Tabs,
    /// Transcripts side by side.
    Columns,
    /// Transcripts in rows and columns.
    Grid,
}

impl Tiling {
    /// The one that the key goes to from here.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::List => Self::Tabs,
            Self::Tabs => Self::Columns,
            Self::Columns => Self::Grid,
            Self::Grid => Self::List,
        }
    }

    /// Its name in a sentence.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::List => "as a list",
            Self::Tabs => "as tabs",
            Self::Columns => "in columns",
            Self::Grid => "in a grid",
        }
    }

    /// What showing them so is, in the palette and the help.
    pub(super) const fn doc(self) -> &'static str {
        match self {
            Self::List => "Show the sessions as a list beside one transcript",
            Self::Tabs => "Show one transcript, with the sessions as tabs above it",
            Self::Columns => "Show transcripts side by side in columns",
            Self::Grid => "Show transcripts in a grid, in rows and columns",
        }
    }
}
