//! What only the console knows: which screen, which focus, where lists and texts are scrolled,
//! which overlays are open. Nothing here must survive the console.
//!
//! Rows of lists have stable keys, so a selection stays on its item while rows come and go.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::tz::TimeZone;
use ratatui::layout::Rect;

use crate::core::memory::DocumentInfo;
use crate::core::{
    Attention, HubStatus, MemberName, Priority, Recorded, State, Strategy, Task, TaskId, TaskKind,
    Timestamp,
};
use crate::ui::action::{Context, Screen};
use crate::ui::composer::{Composer, Vocabulary};
use crate::ui::line_edit::LineEdit;
use crate::ui::overlay::Overlay;
use crate::ui::ring::Ring;
use crate::ui::room::Sight;
use crate::ui::status::{self, Seat, seats};
use crate::ui::telling::tell_recorded;
use crate::ui::theme::Role;
use crate::ui::transcript::Transcripts;

/// Events that the Journal screen can show without asking for older ones.
const LOG_MAX: usize = 2_000;

/// A tiled area that can have the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pane {
    /// Who is in the room and what they do.
    Sessions,
    /// One session's text.
    Transcript,
    /// Tasks.
    Queue,
    /// Documents of the hub.
    Memory,
    /// Tasks whose answers were compared.
    Votes,
    /// What waits for the operator.
    Inbox,
    /// Members and their figures.
    Metrics,
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
            Screen::Memory => &[Self::Memory],
            Screen::Votes => &[Self::Votes, Self::Detail],
            Screen::Inbox => &[Self::Inbox, Self::Detail],
            Screen::Metrics => &[Self::Metrics],
            Screen::Journal => &[Self::Journal, Self::Detail],
        }
    }

    /// Whether it is a text with scroll-back; the others are lists.
    #[must_use]
    pub fn is_text(self) -> bool {
        matches!(self, Self::Transcript | Self::Detail)
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

/// A selection in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Cursor {
    key: Option<u64>,
    at: usize,
    /// Follow the last row.
    last: bool,
}

impl Cursor {
    /// The selected place among the rows that there are.
    pub(crate) fn place(self, keys: &[u64]) -> Option<usize> {
        let last = keys.len().checked_sub(1)?;
        if self.last {
            return Some(last);
        }
        let found = self.key.and_then(|key| keys.iter().position(|k| *k == key));
        Some(found.unwrap_or(self.at.min(last)))
    }

    fn put(&mut self, keys: &[u64], at: usize) {
        let at = at.min(keys.len().saturating_sub(1));
        *self = Self {
            key: keys.get(at).copied(),
            at,
            last: false,
        };
    }
}

/// Something to tell the operator on the last line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notice {
    pub(crate) text: String,
    pub(crate) role: Role,
}

/// The text at the right of a list, and what it was made from.
#[derive(Debug, Default)]
pub(crate) struct Detail {
    pub(crate) of: Option<(Screen, u64, u64)>,
    pub(crate) ring: Ring,
    /// Rows above the window to go to once the width is known.
    pub(crate) above: Option<usize>,
}

/// Selections, filters and marks.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    cursors: BTreeMap<Pane, Cursor>,
    pub(crate) filters: BTreeMap<Pane, LineEdit>,
    pub(crate) marked: BTreeSet<TaskId>,
    /// Archived sessions are shown too.
    pub(crate) archived: bool,
}

/// The console's own state.
#[derive(Debug)]
pub struct Model {
    pub(crate) screen: Screen,
    pub(crate) focus: Focus,
    pub(crate) zoomed: bool,
    pub(crate) overlays: Vec<Overlay>,
    pub(crate) composer: Composer,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) transcripts: Transcripts,
    pub(crate) lists: Lists,
    pub(crate) detail: Detail,
    pub(crate) notice: Option<Notice>,
    pub(crate) log: VecDeque<Recorded>,
    pub(crate) hub: HubStatus,
    pub(crate) size: Rect,
    pub(crate) zone: TimeZone,
    pub(crate) tie: Tie,
}

/// How the console hangs together with its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tie {
    pub(crate) host: Host,
    pub(crate) link: Link,
}

/// Whether the room is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// It is.
    Up,
    /// It was told to stop; the console leaves when it has.
    Stopping,
    /// It has ended, or was killed; what is shown is how it stood then.
    Gone {
        /// When that was noticed.
        at: Timestamp,
    },
}

/// Where the room runs; decides what leaving means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Host {
    /// In a process of its own: it goes on without the console.
    #[default]
    OwnProcess,
    /// In the console's process: it ends with the console.
    ThisProcess,
}

impl Model {
    /// A console that looks at a room for the first time. Times are shown in `zone`.
    #[must_use]
    pub fn new(sight: Sight<'_>, zone: TimeZone, host: Host) -> Self {
        let mut model = Self {
            screen: Screen::Room,
            focus: Focus::Composer,
            zoomed: false,
            overlays: Vec::new(),
            composer: Composer::default(),
            vocabulary: Vocabulary::default(),
            transcripts: Transcripts::default(),
            lists: Lists::default(),
            detail: Detail::default(),
            notice: None,
            log: VecDeque::new(),
            hub: sight.hub.clone(),
            size: Rect::new(0, 0, 80, 24),
            zone,
            tie: Tie {
                host,
                link: Link::Up,
            },
        };
        let follow = Cursor {
            last: true,
            ..Cursor::default()
        };
        model.lists.cursors.insert(Pane::Journal, follow);
        model.reset(sight);
        model
    }

    /// The state was replaced: build anew what is derived from it.
    pub fn reset(&mut self, sight: Sight<'_>) {
        self.transcripts.reset(sight.state, sight.live, sight.now);
        self.hub.clone_from(sight.hub);
        self.detail.of = None;
        self.look_up(sight.state);
    }

    /// Learns the names that the composer may use.
    pub(crate) fn look_up(&mut self, state: &State) {
        let words = |words: &[&'static str]| words.iter().map(|w| (*w).to_owned()).collect();
        self.vocabulary = Vocabulary {
            members: state.members().map(|m| m.spec().name.to_string()).collect(),
            strategies: Strategy::ALL.iter().map(|s| s.word().to_owned()).collect(),
            kinds: TaskKind::ALL.iter().map(|k| k.word().to_owned()).collect(),
            priorities: words(&Priority::ALL.iter().map(|p| p.word()).collect::<Vec<_>>()),
            tasks: state.tasks().map(|t| t.id().0).collect(),
        };
    }

    /// Keeps an event for the Journal screen.
    pub(crate) fn keep(&mut self, recorded: Recorded) {
        if self.log.back().is_some_and(|last| last.seq >= recorded.seq) {
            return;
        }
        self.log.push_back(recorded);
        if self.log.len() > LOG_MAX {
            self.log.pop_front();
        }
    }

    /// Whether the room has ended: what is shown is the past.
    pub(crate) fn is_past(&self) -> bool {
        matches!(self.tie.link, Link::Gone { .. })
    }

    /// Shows a line at the bottom until the next key.
    pub(crate) fn tell(&mut self, text: impl Into<String>, role: Role) {
        self.notice = Some(Notice {
            text: text.into(),
            role,
        });
    }

    /// The pane that has the keys, when it is not the composer.
    #[must_use]
    pub fn pane(&self) -> Option<Pane> {
        match self.focus {
            Focus::Composer => None,
            Focus::Pane(i) => Pane::of(self.screen).get(i).copied(),
        }
    }

    /// The pane that is worked with: the focused one, or the first while the composer has the keys.
    pub(crate) fn main_pane(&self) -> Pane {
        self.pane()
            .or_else(|| Pane::of(self.screen).first().copied())
            .unwrap_or(Pane::Sessions)
    }

    /// The list whose selection the focused pane is about.
    pub(crate) fn list(&self) -> Pane {
        match self.main_pane() {
            Pane::Transcript | Pane::Detail => Pane::of(self.screen)
                .first()
                .copied()
                .unwrap_or(Pane::Sessions),
            pane @ (Pane::Sessions
            | Pane::Queue
            | Pane::Memory
            | Pane::Votes
            | Pane::Inbox
            | Pane::Metrics
            | Pane::Journal) => pane,
        }
    }

    /// In which context a key is pressed now.
    #[must_use]
    pub fn context(&self) -> Context {
        match (self.overlays.last(), self.pane()) {
            (Some(overlay), _) => overlay.context(),
            (None, None) => Context::Composer,
            (None, Some(pane)) if pane.is_text() => Context::Pane,
            (None, Some(_)) => Context::List,
        }
    }

    fn passes(&self, pane: Pane, haystack: impl FnOnce() -> String) -> bool {
        match self
            .lists
            .filters
            .get(&pane)
            .map(|f| f.text().trim().to_lowercase())
        {
            Some(needle) if !needle.is_empty() => haystack().to_lowercase().contains(&needle),
            _ => true,
        }
    }

    /// Everybody who passes the filter.
    pub(crate) fn seats<'s>(&self, state: &'s State) -> Vec<Seat<'s>> {
        let mut all = seats(state, self.lists.archived);
        all.retain(|seat| {
            self.passes(Pane::Sessions, || {
                let task = seat.task(state).map(|t| t.order().prompt.headline());
                let title = seat.session.map_or("", crate::core::Session::title);
                let name = &seat.member.spec().name;
                format!("{name} {title} {}", task.unwrap_or_default())
            })
        });
        all
    }

    /// Open tasks in the order of the queue, then ended ones, latest first.
    pub(crate) fn tasks<'s>(&self, state: &'s State) -> Vec<&'s Task> {
        let mut all: Vec<&Task> = state.open_tasks().chain(state.ended_tasks()).collect();
        all.retain(|task| {
            self.passes(Pane::Queue, || {
                let order = task.order();
                let status = status::task(task, state).word;
                let council: Vec<&str> = task.council().iter().map(MemberName::as_str).collect();
                let prompt = order.prompt.headline();
                format!(
                    "{} {} {} {status} {} {prompt}",
                    task.id(),
                    order.kind,
                    order.strategy,
                    council.join(" ")
                )
            })
        });
        all
    }

    /// Tasks that several members answered, the open choices first.
    pub(crate) fn compared<'s>(&self, state: &'s State) -> Vec<&'s Task> {
        self.tasks(state)
            .into_iter()
            .filter(|task| task.order().strategy == Strategy::Council && !task.calls().is_empty())
            .filter(|task| self.passes(Pane::Votes, || task.order().prompt.headline().to_owned()))
            .collect()
    }

    /// What waits for the operator, oldest first.
    pub(crate) fn inbox<'s>(&self, state: &'s State) -> Vec<&'s Attention> {
        state
            .attention()
            .filter(|item| {
                self.passes(Pane::Inbox, || {
                    let (sort, line) = status::attention(item, state);
                    format!("{sort} {} {line}", status::asker(item, state))
                })
            })
            .collect()
    }

    /// Documents that pass the filter, by name.
    pub(crate) fn documents(&self) -> Vec<&DocumentInfo> {
        self.hub
            .documents
            .iter()
            .filter(|d| self.passes(Pane::Memory, || d.name.clone()))
            .collect()
    }

    /// Events that pass the filter, oldest first.
    pub(crate) fn events(&self) -> Vec<&Recorded> {
        self.log
            .iter()
            .filter(|r| {
                self.passes(Pane::Journal, || {
                    let (sort, line, _) = tell_recorded(r);
                    format!("{sort} {line}")
                })
            })
            .collect()
    }

    /// The keys of a list's rows, top to bottom.
    pub(crate) fn keys(&self, pane: Pane, state: &State) -> Vec<u64> {
        match pane {
            Pane::Sessions => self.seats(state).iter().map(|s| s.key).collect(),
            Pane::Queue => self.tasks(state).iter().map(|t| t.id().0).collect(),
            Pane::Votes => self.compared(state).iter().map(|t| t.id().0).collect(),
            Pane::Inbox => self.inbox(state).iter().map(|a| a.id.0).collect(),
            Pane::Journal => self.events().iter().map(|r| r.seq).collect(),
            Pane::Memory => (0..self.documents().len() as u64).collect(),
            Pane::Metrics => (0..state.members().len() as u64).collect(),
            Pane::Transcript | Pane::Detail => Vec::new(),
        }
    }

    /// The selected place of a list.
    pub(crate) fn place(&self, pane: Pane, keys: &[u64]) -> Option<usize> {
        self.lists
            .cursors
            .get(&pane)
            .copied()
            .unwrap_or_default()
            .place(keys)
    }

    /// The key of the selected row.
    pub(crate) fn selected(&self, pane: Pane, state: &State) -> Option<u64> {
        let keys = self.keys(pane, state);
        keys.get(self.place(pane, &keys)?).copied()
    }

    /// Selects a place.
    pub(crate) fn select(&mut self, pane: Pane, keys: &[u64], at: usize) {
        let last = pane == Pane::Journal && at + 1 >= keys.len();
        let cursor = self.lists.cursors.entry(pane).or_default();
        cursor.put(keys, at);
        cursor.last = last;
    }

    /// Selects a row by its key, wherever it is.
    pub(crate) fn select_key(&mut self, pane: Pane, key: u64) {
        self.lists.cursors.insert(
            pane,
            Cursor {
                key: Some(key),
                at: 0,
                last: false,
            },
        );
    }

    /// The selected seat.
    pub(crate) fn seat<'s>(&self, state: &'s State) -> Option<Seat<'s>> {
        let key = self.selected(Pane::Sessions, state)?;
        let mut all = seats(state, self.lists.archived).into_iter();
        all.find(|s| s.key == key)
    }

    /// The selected task of the list at hand.
    pub(crate) fn task<'s>(&self, state: &'s State) -> Option<&'s Task> {
        let pane = self.list();
        let key = self.selected(pane, state)?;
        match pane {
            Pane::Queue | Pane::Votes => state.task(TaskId(key)),
            Pane::Sessions => self.seat(state)?.task(state),
            Pane::Transcript
            | Pane::Memory
            | Pane::Inbox
            | Pane::Metrics
            | Pane::Journal
            | Pane::Detail => None,
        }
    }

    /// The attention item that the selected row is about.
    pub(crate) fn asked<'s>(&self, state: &'s State) -> Option<&'s Attention> {
        match self.list() {
            Pane::Inbox => {
                let key = self.selected(Pane::Inbox, state)?;
                state.attention().find(|item| item.id.0 == key)
            }
            Pane::Sessions => self.seat(state)?.asks(state),
            Pane::Transcript
            | Pane::Queue
            | Pane::Memory
            | Pane::Votes
            | Pane::Metrics
            | Pane::Journal
            | Pane::Detail => None,
        }
    }

    /// A time of day in the operator's zone.
    pub(crate) fn time_of_day(&self, at: Timestamp) -> String {
        self.formatted(at, "%H:%M")
    }

    /// A time of day with seconds in the operator's zone.
    pub(crate) fn time(&self, at: Timestamp) -> String {
        self.formatted(at, "%H:%M:%S")
    }

    fn formatted(&self, at: Timestamp, format: &str) -> String {
        i64::try_from(at.0)
            .ok()
            .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
            .map(|t| t.to_zoned(self.zone.clone()).strftime(format).to_string())
            .unwrap_or_default()
    }
}
