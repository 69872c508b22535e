//! The panes of each screen, and which of them has the keys. What is in them is not kept here.

use crate::ui::action::Screen;

/// A tiled area that can have the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pane {
    /// Who is in the room and what they do.
    Sessions,
    /// One session's text.
    Transcript,
    /// Tasks.
    Queue,
    /// The room's documents in the hub, at a glance.
    Memory,
    /// All documents of the hub, as a tree.
    Library,
    /// The text of a document.
    Reader,
    /// What the room has learned.
    Lessons,
    /// Tasks whose answers were compared.
    Votes,
    /// What waits for the operator.
    Inbox,
    /// Members and their figures.
    Metrics,
    /// All figures of the selected member.
    Figures,
    /// What the room recommends.
    Advice,
    /// Events.
    Journal,
    /// All about the selected row.
    Detail,
}

impl Pane {
    /// The panes of a screen, in the order of the Tab key.
    #[must_use]
    pub fn of(screen: Screen) -> &'static [Self] {
        match screen {
            Screen::Room => &[Self::Sessions, Self::Queue, Self::Memory, Self::Votes],
            Screen::Sessions => &[Self::Sessions, Self::Transcript],
            Screen::Queue => &[Self::Queue, Self::Detail],
            Screen::Memory => &[Self::Library, Self::Reader],
            Screen::Votes => &[Self::Votes, Self::Detail],
            Screen::Inbox => &[Self::Inbox, Self::Detail],
            Screen::Metrics => &[Self::Metrics, Self::Figures],
            Screen::Journal => &[Self::Journal, Self::Detail],
        }
    }

    /// Whether it is a text with scroll-back; the others are lists.
    #[must_use]
    pub fn is_text(self) -> bool {
        matches!(
            self,
            Self::Transcript | Self::Detail | Self::Reader | Self::Figures
        )
    }
}

/// Who gets the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    /// The composer.
    #[default]
    Composer,
    /// The pane of this place in the screen's order.
    Pane(usize),
}
